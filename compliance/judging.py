"""The functions of the database that judge the stored rules, and keep what they ask for and what is not met.

They are written anew after every migration from the same texts that run the examples (``kinds``, ``facts``), so they are always in
step. Whoever acts may be shown little of what is judged, so the functions read as the owner, take ids only, and say nothing back.

``compliance_judge(of_homes, of_young)`` judges, now, what is about these homes themselves and what is about these young people,
wherever it is: it reads their facts by index. ``compliance_judge_all(recent)``, for the owner alone, judges everything: the number
of its statements does not grow with the number of homes. Both end in the same statements (``merge``).

``recent`` leaves out what is settled. What a rule asks of an event is met once and for all, or was never asked, unless somebody
writes something about it, and then that act is judged. So it reads the facts of what is not met, of what goes on, and of what
happened since everything was judged (``FirstDay.all_judged_at``, and a day before). Where rules, holidays or the first day have
changed since, or where that is longer ago than ``SETTLED_FOR``, it judges everything all the same.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db import connection, connections, transaction

from compliance.facts import ABOUT as KEYS
from compliance.facts import FACTS, MOMENTS, PROOFS, Fact, columns, kept
from compliance.kinds import KINDS
from compliance.kinds.parameters import Kind
from compliance.kinds.statement import FACT_COLUMNS, RULE_COLUMNS
from compliance.merging import ANSWER_COLUMNS, merge, move, wanted
from compliance.parts import FILED_BY
from placement.database.roles import OWNER

SAFE = "SET search_path = pg_catalog, public SET jit = off"
IN_SCOPE = "({0}.resident_id = ANY (of_young) OR {0}.resident_id IS NULL AND {0}.facility_id = ANY (of_homes))"
# A ratio asks about the last day, a limit and a criterion about now: of what only they ask, what was over before is not read.
NOW_ONLY = "v.kind IN ('min_ratio', 'limit', 'placement')"
RECENT = "(f.until IS NULL OR {0} OR f.until > judged_at - interval '2 days')"
# What these rules may say something of: the young people and the homes that are asked about, by the law of where they are.
ABOUT = """v.off = '' AND (v.young_part <> '' AND of_young <> '{}' OR v.home_part <> '' AND of_homes <> '{}')
      AND (v.parameters -> 'homes' = 'null' OR v.parameters -> 'homes' ?| ARRAY(
        SELECT jurisdiction FROM facilities_facility WHERE id = ANY (lived)))"""
ABOUT_ALL = "v.off = ''"
BEGINS = ("event", "of", "what")  # the parameters of a rule that name what it is about
SETTLED_FOR = "26 hours"
# Only a deadline asks for something each time, after its event. Of what happens in a moment to a young person or home, and begins
# nothing, all others ask whether it was ever so, or when it was last: the first time and the last are enough.
EACH_TIME = "deadline_after_event"
ENDS = """SELECT 0 AS scope, '{name}' AS name, NULL::uuid AS facility_id, e.key AS subject, e.resident_id, e.key, t.at,
  NULL::timestamptz AS until, NULL::numeric AS value
FROM (
  SELECT f.{key} AS key, f.resident_id, min(f.at) AS first, max(f.at) FILTER (WHERE f.at <= judged_at) AS last
  FROM ({sql}) f WHERE {when} GROUP BY f.{key}, f.resident_id
) e CROSS JOIN LATERAL (VALUES (e.first), (nullif(e.last, e.first))) t (at) WHERE t.at IS NOT NULL"""
# Reached by index alone, however many homes there are: how few rows are asked for is unknown to whoever plans for all of them.
BY_INDEX = "SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off"


def install(using: str = "default", **kwargs: Any) -> None:
    """Write the functions anew. Runs as the owner after every migration; safe to run again."""
    owner: Any = connections[using]
    if owner.role != OWNER:
        return
    with transaction.atomic(using=using), owner.cursor() as cursor:
        tables = set(owner.introspection.table_names(cursor))
        if tables >= {
            "compliance_finding",
            "compliance_proof",
            "compliance_holiday",
            "compliance_correctiveaction",
            "compliance_firstday",
        }:
            cursor.execute(functions())


def judge(homes: Collection[UUID] = (), young: Collection[UUID] = ()) -> None:
    """Judge what is about these homes themselves and about these young people, now. Somebody must act."""
    if homes or young:
        with connection.cursor() as cursor:
            cursor.execute("SELECT compliance_judge(%s::uuid[], %s::uuid[])", [list(homes), list(young)])


def judge_all(*, recent: bool = False) -> list[tuple[str, bool | None, int]]:
    """Judge everything, now, as the owner; ``recent``: leave out what is settled, where that can be.

    Returns how many answers there are, by severity and by what they say (None: open).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT severity, met, number FROM compliance_judge_all(%s)", [recent])
        return cursor.fetchall()


def now_running() -> tuple[int, int]:
    """Return the number of this transaction, and that of the oldest one that runs: for ``judge_meanwhile``."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_current_xact_id()::text::bigint, pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
        )
        own, oldest = cursor.fetchone()
    return own, oldest


def judge_meanwhile(own: int, oldest: int) -> None:
    """Judge again, as the owner, whatever acts have opened, met or ended while transaction ``own`` judged everything.

    It had read the facts before, and may have ended what a report has opened since. oldest: as ``now_running`` said before.
    """
    found = " UNION ".join(
        f"SELECT facility_id, resident_id FROM compliance_historical{table}"
        " WHERE history_date > audit_now() - interval '1 day' AND history_xid >= %(oldest)s AND history_xid <> %(own)s"
        for table in ("obligation", "finding")
    )
    with connection.cursor() as cursor:
        cursor.execute(found, {"own": own, "oldest": oldest})
        rows = cursor.fetchall()
    judge({home for home, young in rows if young is None}, {young for _, young in rows if young})


def database_now() -> datetime:
    """Return the time by the clock that judges."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_now()")
        (moment,) = cursor.fetchone()
    return cast(datetime, moment)


def functions() -> str:
    """Return the SQL that makes all of them."""
    fact, answer = (", ".join(f"{name} {kind}" for name, kind in of.items()) for of in (FACT_COLUMNS, ANSWER_COLUMNS))
    return f"""
DROP FUNCTION IF EXISTS compliance_judge(uuid[], uuid[]), compliance_judge_all(), compliance_judge_all(boolean),
  compliance_facts(uuid[], uuid[], text[]), compliance_facts(uuid[], uuid[], text[], text[]),
  compliance_answers(compliance_fact[], uuid[], uuid[]),
  compliance_answers(compliance_fact[], uuid[], uuid[], uuid[], uuid[]);
DROP TYPE IF EXISTS compliance_fact, compliance_answer;
CREATE TYPE compliance_fact AS ({fact});
CREATE TYPE compliance_answer AS ({answer});

-- What the wanted facts say of these young people, wherever they were, and of these homes; those of ``past`` also of what is over.
CREATE FUNCTION compliance_facts(of_homes uuid[], of_young uuid[], wanted text[], past text[]) RETURNS compliance_fact[]
LANGUAGE plpgsql STABLE {SAFE} {BY_INDEX} SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  judged_at timestamptz := audit_now();
BEGIN
  RETURN ARRAY(SELECT ROW(f.*)::compliance_fact FROM (
{few_facts()}
  ) f);
END $$;
REVOKE EXECUTE ON FUNCTION compliance_facts(uuid[], uuid[], text[], text[]) FROM PUBLIC;

-- What the rules ``asked`` say of them. Facts come without statistics: joined row by row they would take for ever.
CREATE FUNCTION compliance_answers(facts compliance_fact[], of_homes uuid[], of_young uuid[], lived uuid[], asked uuid[])
RETURNS compliance_answer[]
LANGUAGE plpgsql {SAFE} SET enable_nestloop = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  said compliance_answer[] := '{{}}';
  judged_at timestamptz := audit_now();
BEGIN
{_few_answers()}
  RETURN said;
END $$;
REVOKE EXECUTE ON FUNCTION compliance_answers(compliance_fact[], uuid[], uuid[], uuid[], uuid[]) FROM PUBLIC;

CREATE FUNCTION compliance_judge(of_homes uuid[], of_young uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER {SAFE} SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  judged_at timestamptz;
  answers compliance_answer[];
  lived uuid[];
  asked uuid[];
  one uuid;
BEGIN
  -- Two acts about the same are judged one after the other, or what the first has opened would be ended by the second, which had
  -- not seen it.
  FOR one IN SELECT DISTINCT unnest(of_homes || of_young) AS id ORDER BY id LOOP
    PERFORM pg_advisory_xact_lock(hashtextextended('compliance ' || one, 0));
  END LOOP;
  judged_at := audit_now();
  FOR round IN 1..2 LOOP
    lived := of_homes || ARRAY(
      SELECT facility_id FROM facilities_placement WHERE resident_id = ANY (of_young)
      UNION SELECT i.facility_id FROM residents_incident i JOIN residents_incidentresident w ON w.incident_id = i.id
      WHERE w.resident_id = ANY (of_young));
    asked := ARRAY(SELECT v.id FROM compliance_ruleversion v WHERE {ABOUT});
    answers := compliance_answers(compliance_facts(lived, of_young,
      ARRAY(SELECT DISTINCT unnest(v.facts) FROM compliance_ruleversion v WHERE v.id = ANY (asked)),
      ARRAY(SELECT DISTINCT unnest(v.facts) FROM compliance_ruleversion v WHERE v.id = ANY (asked) AND NOT {NOW_ONLY})),
      of_homes, of_young, lived, asked);
{move(wanted("unnest(answers)"), IN_SCOPE)}
    EXIT WHEN NOT FOUND;
  END LOOP;
{merge("unnest(answers)", wanted("unnest(answers)"), IN_SCOPE)}
END $$;
REVOKE EXECUTE ON FUNCTION compliance_judge(uuid[], uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION compliance_judge(uuid[], uuid[]) TO placement_app;

-- Everything, or all but what is settled. Returns how many answers there were, by severity and what they say.
CREATE FUNCTION compliance_judge_all(recent boolean) RETURNS TABLE (severity text, met boolean, number bigint)
LANGUAGE plpgsql {SAFE} SET enable_nestloop = off SET work_mem = '64MB' SET client_min_messages = warning AS $$
#variable_conflict use_column
DECLARE
  judged_at timestamptz := audit_now();
  since timestamptz;
  subjects uuid[];
BEGIN
  SELECT f.all_judged_at - interval '1 day' INTO since FROM compliance_firstday f
  WHERE recent AND f.all_judged_at > judged_at - interval '{SETTLED_FOR}' AND NOT EXISTS ({_changed()});
  recent := since IS NOT NULL;
  FOR round IN 1..2 LOOP
    DROP TABLE IF EXISTS pg_temp.compliance_facts_now, pg_temp.compliance_answers_now, pg_temp.compliance_asked_now;
    PERFORM set_config('enable_nestloop', 'on', true);
    IF recent THEN
      subjects := ARRAY(
{unsettled()}
      );
    END IF;
    CREATE TEMPORARY TABLE compliance_facts_now ON COMMIT DROP AS
{all_facts()};
    ANALYZE compliance_facts_now;
    PERFORM set_config('enable_nestloop', 'off', true);
    CREATE TEMPORARY TABLE compliance_answers_now ({answer}) ON COMMIT DROP;
{_all_answers()}
    ANALYZE compliance_answers_now;
    CREATE TEMPORARY TABLE compliance_asked_now ON COMMIT DROP AS
    {wanted("compliance_answers_now")};
    ANALYZE compliance_asked_now;
{move("SELECT * FROM compliance_asked_now", "true")}
    EXIT WHEN NOT FOUND;
  END LOOP;
{merge("compliance_answers_now", "SELECT * FROM compliance_asked_now", "true")}
  UPDATE compliance_firstday SET all_judged_at = judged_at WHERE NOT recent;
  RETURN QUERY SELECT v.severity::text, a.met, count(*) FROM compliance_answers_now a
    JOIN compliance_ruleversion v ON v.id = a.rule GROUP BY 1, 2;
END $$;
REVOKE EXECUTE ON FUNCTION compliance_judge_all(boolean) FROM PUBLIC;
{may_file()}
"""


def may_file() -> str:
    """Return the SQL of ``compliance_may_file``: whether the acting person does what rows of a part ask (``FILED_BY``)."""
    when = []
    for part, rights in FILED_BY.items():
        of = {
            app: sorted(right.codename for right in rights if right.app == app) for app in ("residents", "facilities")
        }
        may = [
            f"{column} IN (SELECT access_ids('{app}', '{{{','.join(of[app])}}}'))"
            for column, app in (("young", "residents"), ("home", "facilities"))
            if of[app]
        ]
        when.append(f"WHEN '{part.value}' THEN {' OR '.join(may)}")
    return f"""
CREATE OR REPLACE FUNCTION compliance_may_file(of_part text, home uuid, young uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
  SELECT coalesce(CASE of_part {" ".join(when)} END, false)
$$;
REVOKE EXECUTE ON FUNCTION compliance_may_file(text, uuid, uuid) FROM PUBLIC;
"""


def few_facts() -> str:
    """Return the SQL of what the wanted facts say of ``of_young``, wherever they were, and of ``of_homes``. Found by index."""
    parts = [few(FACTS[name]) for name in sorted(FACTS)]
    return "\nUNION ALL\n".join([*parts, f"{PROOFS} AND {IN_SCOPE.format('o')}"])


def few(fact: Fact) -> str:
    """Return the SQL of one fact about ``of_young`` or ``of_homes``; it costs nothing while it is not wanted."""
    start = f"SELECT {columns(fact)} FROM ({fact.sql}) f WHERE '{fact.name}' = ANY (wanted)"
    quoted = f"'{fact.name}' = ANY (past)"
    if fact.name not in MOMENTS:
        start += f" AND {RECENT.format(quoted)}"
    if fact.names_nobody:
        return f"{start} AND f.facility_id = ANY (of_homes)"
    of_young = f"{start} AND f.resident_id = ANY (of_young)"
    if not fact.perhaps_nobody:
        return of_young
    return f"{of_young}\nUNION ALL\n{start} AND f.resident_id IS NULL AND f.facility_id = ANY (of_homes)"


def all_facts() -> str:
    """Return the SQL of all rows of all facts that a rule in force needs; with ``recent``, only of ``subjects``."""
    parts = []
    for name, fact in sorted(FACTS.items()):
        asked = f"v.off = '' AND v.facts @> ARRAY['{name}']"
        rows = f"SELECT {columns(fact)} FROM ({fact.sql}) f WHERE {_a_rule(asked)}"
        if name not in MOMENTS:
            rows += f" AND {RECENT.format(_a_rule(f'{asked} AND NOT {NOW_ONLY}'))}"
        if fact.about == "subject":
            rows += " AND (NOT recent OR f.subject = ANY (subjects))"
        elif name in MOMENTS:
            each = _a_rule(
                f"v.off = '' AND ({_begins(name)} OR v.kind = '{EACH_TIME}' AND v.parameters -> 'done' ? '{name}')"
            )
            parts.append(
                f"{ENDS.format(name=name, key=KEYS[fact.about], sql=fact.sql, when=f'{_a_rule(asked)} AND NOT {each}')}"
            )
            rows += f" AND {each}"
        parts.append(rows)
    return "\nUNION ALL\n".join([*parts, PROOFS])


def unsettled() -> str:
    """Return the SQL of the subjects of which not everything is settled at ``since``.

    A fact about a young person or a home is read whatever its time, so also whatever subject it has.
    """
    parts = [
        f"SELECT f.subject FROM ({fact.sql}) f WHERE "
        + _a_rule(f"v.off = '' AND {_begins(name)}")
        + (
            f" AND ({'' if name in MOMENTS else 'f.until IS NULL OR f.until > since OR '}f.at > since)"
            if fact.about == "subject"
            else ""
        )
        for name, fact in sorted(FACTS.items())
    ]
    return "\nUNION\n".join(
        [
            "SELECT subject FROM compliance_obligation WHERE met_at IS NULL",
            "SELECT subject FROM compliance_finding WHERE closed_at IS NULL OR closed_why = 'waived'",
            "SELECT id FROM residents_resident",
            "SELECT id FROM facilities_facility",
            *parts,
        ]
    )


def _a_rule(condition: str) -> str:
    return f"EXISTS (SELECT FROM compliance_ruleversion v WHERE {condition})"


def _begins(name: str) -> str:
    return "(" + " OR ".join(f"v.parameters -> '{of}' ? '{name}'" for of in BEGINS) + ")"


def _changed() -> str:
    """Return the SQL of what was written about rules and holidays since everything was judged."""
    return " UNION ALL ".join(
        f"SELECT FROM compliance_historical{table} h WHERE h.history_date > f.all_judged_at"
        for table in ("ruleversion", "holiday")
    )


def _few_answers() -> str:
    return "\n".join(
        f"  said := said || ARRAY(SELECT ROW(a.*)::compliance_answer FROM (\n"
        f"{answered(kind, 'unnest(facts)', 'v.id = ANY (asked)', 'id = ANY (lived)')}\n) a"
        f" WHERE {IN_SCOPE.format('a')});"
        for kind in KINDS.values()
    )


def _all_answers() -> str:
    return "\n".join(
        f"  INSERT INTO compliance_answers_now\n{answered(kind, 'compliance_facts_now', ABOUT_ALL, 'true')};"
        for kind in KINDS.values()
    )


def answered(kind: type[Kind], facts: str, about: str, homes: str) -> str:
    """Return the SQL of what the stored rules of one kind say, with the columns of ``ANSWER_COLUMNS``.

    facts: the relation of the facts. about: which rules are asked, in terms of ``v``. homes: in which homes, by their ``id``.
    """
    given = ", ".join(
        f'"{column}" {kind_}' for column, kind_ in (RULE_COLUMNS | kind.columns | {"rule": "uuid"}).items()
    )
    return f"""SELECT t.rule, t.facility_id, t.subject, (t.evidence ->> 'resident')::uuid AS resident_id, t.met, t.since, t.due,
    coalesce(t.evidence ->> 'fact', '') AS event,
    coalesce(t.evidence ->> 'runs_from', t.evidence ->> 'at')::timestamptz AS event_at,
    coalesce((t.evidence ->> 'late')::boolean, false) AS late, t.evidence
FROM (
  WITH rule AS MATERIALIZED (
    SELECT given.* FROM compliance_ruleversion v CROSS JOIN LATERAL jsonb_to_record(v.parameters || jsonb_build_object(
      'rule', v.id, 'scope', 0, 'valid_from', v.valid_from, 'valid_to', v.valid_to, 'moment', judged_at,
      'begins', (SELECT begins_at FROM compliance_firstday), 'kept', ({kept("v")}))) AS given ({given})
    WHERE v.kind = '{kind.name}' AND {about}
  ),
  fact AS MATERIALIZED (
    SELECT f.* FROM {facts} f JOIN (
      SELECT unnest(v.facts || ARRAY(SELECT jsonb_array_elements_text(v.parameters -> 'done'))
        || ARRAY(SELECT jsonb_array_elements_text(({kept("v")})))) AS name
      FROM compliance_ruleversion v WHERE v.kind = '{kind.name}' AND {about} GROUP BY 1
    ) w ON w.name = f.name
  ),
  home AS MATERIALIZED (SELECT 0 AS scope, id AS facility_id, jurisdiction, time_zone AS zone FROM facilities_facility
    WHERE {homes}),
  holiday AS (SELECT calendar, day FROM compliance_holiday),
  {kind.sql.strip()}
) t"""
