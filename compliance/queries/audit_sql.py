"""The one statement behind a page of the audit list: the newest rows of all histories and of the access log, before a place.

A hundred tables take longer to plan than to read, so a connection keeps the plans of the statements it has used last
(``placement.database.kept``). A statement looks at the last hour first, then at longer and
longer spans before, and stops as soon as the page is full: histories lie in the order of time, so each span is read by its small
index, and a page costs the same however long the history is. Row security holds in every part of it.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, models

from compliance.flags.rule import on_duty
from compliance.queries.audit_filter import GRANTS, NEEDS, AuditFilter
from compliance.queries.audit_kinds import (
    AUDITED_BY,
    OF_HOME_ALONE,
    WITHOUT_REASON,
    audited_models,
    has,
    kept_fields,
    written_texts,
)
from placement.access.models import Person
from placement.access.paths import ends, reached, steps
from placement.access.rights import Can
from placement.audit.clock import now
from placement.database.kept import ASKED, run_kept
from residents.models import ClinicalNote, Document

LOOK = "look"  # the label of a line of the access log; sorts after every label of a model
SPANS = ("1 hour", "8 hours", "2 days", "7 days", "30 days", "180 days", "300 years")
INCIDENT = "residents.Incident"
Cursor = tuple[datetime, str, int]  # the place of a row: when it was written, label, history id
COLUMNS = (
    "at",
    "label",
    "key",
    "act",
    "person",
    "name",
    "did",
    "type",
    "reason",
    "request",
    "record",
    "young",
    "home",
    "grants",
    "late",
)
IN_FORCE = "{0}.starts_at <= {1} AND ({0}.ends_at IS NULL OR {0}.ends_at > {1})"
LIVED = "{0}.status IN ('active', 'ended') AND " + IN_FORCE


def newest_rows(person: Person, wanted: AuditFilter, *, before: Cursor | None, limit: int) -> list[dict[str, Any]]:
    """Return at most ``limit`` rows that ``person`` may audit, newest first, in one statement (``COLUMNS``).

    young: the ids of the young people on whom a row hangs, of those that the person audits. before: the place where to go on.
    """
    if not (sql := statement(wanted, limit)):
        return []
    at, label, key = before or (wanted.until, "", 0)
    asked = {name: getattr(wanted, name) for name in wanted.asked}
    asked |= {"since": wanted.since, "at": at, "at_label": label, "at_key": key, "who_asks": person.pk, "now": now()}
    with connection.cursor() as cursor:
        run_kept(cursor, sql, asked)
        rows = [dict(zip(COLUMNS, row, strict=True)) for row in cursor.fetchall()]
    places = [(row["at"], row["label"], row["key"]) for row in rows]
    if places != sorted(places, reverse=True):  # the spans must come one after the other; no standard promises it
        raise RuntimeError("The spans of the audit list came in another order.")
    return rows


def statement(wanted: AuditFilter, limit: int) -> str:
    """Return the statement for what is asked for, "" when no kind of record can have it: the same for the same kinds of filters."""
    asked = set(wanted.asked)
    branches = []
    if wanted.show != "looks":
        kinds = [(label, False) for label in audited_models()] + [(label, True) for label in sorted(OF_HOME_ALONE)]
        branches += [sql for label, alone in kinds if (sql := changes_of(label, wanted, asked, limit, alone=alone))]
    if wanted.show and not wanted.without_looks:
        branches += looks(asked, wanted, limit)
    if not branches:
        return ""
    spans = ", ".join(
        f"({n}, interval '{before}', interval '{until}')"
        for n, (before, until) in enumerate(zip(("0", *SPANS), SPANS, strict=False))
    )
    union = " UNION ALL ".join(f"({branch})" for branch in branches)
    return f"""WITH asked AS MATERIALIZED ({asked_row(wanted, asked)}){incidents() if wanted.incident else ""}
SELECT found.* FROM (
  SELECT greatest(a.at - span.far, a.since - interval '1 microsecond') AS lo, a.at - span.near AS hi
  FROM asked a, (VALUES {spans}) span(n, near, far) WHERE a.at - span.near >= a.since ORDER BY n) w
CROSS JOIN asked a
CROSS JOIN LATERAL (SELECT * FROM ({union}) part ORDER BY at DESC, label DESC, key DESC LIMIT {limit}) found LIMIT {limit}"""


def asked_row(wanted: AuditFilter, asked: set[str]) -> str:
    """Return the query of what is asked for, with what the reader may audit as arrays of ids."""
    types = {"since": "timestamptz", "at": "timestamptz", "at_label": "text", "at_key": "bigint"}
    types |= {"who_asks": "uuid", "now": "timestamptz"} | {name: TYPE_OF[name] for name in sorted(asked)}
    columns = ", ".join(f'"{name}" {kind}' for name, kind in types.items())
    arrays = {
        "residents": AUDITED_BY["residents"],
        "facilities": AUDITED_BY["facilities"],
        "clinical": Can.VIEW_CLINICAL,
        "opened": Can.VIEW_OPENED,
    }
    granted = []
    for name, right in arrays.items():
        ids = f"access_granted(given.who_asks, '{right.app}', ARRAY['{right.codename}'], given.now)"
        if name == "residents" and wanted.resident:
            ids = f"ARRAY(SELECT given.resident WHERE given.resident = ANY({ids}))"
        if name in {"facilities", "opened"} and wanted.facility:
            ids = f"ARRAY(SELECT given.facility WHERE given.facility = ANY({ids}))"
        granted.append(f"{ids} AS {name}")
    return f"SELECT given.*, {', '.join(granted)} FROM jsonb_to_record({ASKED}) AS given({columns})"


TYPE_OF = {
    "person": "uuid",
    "resident": "uuid",
    "facility": "uuid",
    "thing": "uuid",
    "happened_since": "timestamptz",
    "happened_until": "timestamptz",
    "incident": "integer",
    "act": "bigint",
    "late": "boolean",
    "signed": "boolean",
} | dict.fromkeys(
    ("who", "role", "record", "change", "field", "reason", "reason_text", "place", "grant", "words"), "text"
)


def incidents() -> str:
    """Return the incidents that the reader may know, from so many hours before the time that is asked for."""
    return """, troubles AS MATERIALIZED (
  SELECT i.facility_id AS home, of_young.resident_id AS young, i.happened_at AS at FROM asked a
  JOIN residents_incident i ON i.happened_at > a.since - make_interval(hours => a.incident) AND i.happened_at <= a.at
  LEFT JOIN residents_incidentresident of_young ON of_young.incident_id = i.id)"""


def changes_of(label: str, wanted: AuditFilter, asked: set[str], limit: int, *, alone: bool = False) -> str:
    """Return the newest rows of the history of one kind of record, "" when it can have none of what is asked for.

    alone: of ``OF_HOME_ALONE``, those rows that hang on a home and on no young person.
    """
    model, app, path = audited_models()[label]
    if alone:
        app, path = "facilities", model.guards["facilities"]
    if wanted.record not in ("", label) or any(not has(label, *need) for name, need in NEEDS.items() if name in asked):
        return ""
    if wanted.field and not (wanted.record and wanted.field in kept_fields(label)):
        return ""
    guard, ids = of_object(model, path, app)
    young, home = (ids, "NULL::uuid") if app == "residents" else ("'{}'::uuid[]", f"({ids})[1]")
    if label == INCIDENT:
        young = (
            "ARRAY(SELECT named.resident_id FROM residents_incidentresident named"
            " WHERE named.incident_id = h.id AND named.resident_id IN (SELECT unnest(residents) FROM asked))"
        )
    if app == "residents" and (own := kept_fields(label).get("facility")):
        home = f'h."{own.column}"'
    conditions = [guard, *of_its_own(model), *([of_nobody(model)] if alone else [])]
    if wanted.resident and app != "residents":
        if label != INCIDENT:
            return ""
        conditions.append(f"a.resident = ANY({young})")
    if wanted.facility and app == "residents":
        conditions.append(f"({home} = a.facility OR {home} IS NULL AND {lived_there(young, 'a.facility')})")
    if (of_signed := after_signing(label)) is None and wanted.signed:
        return ""
    if wanted.signed:
        conditions.append(str(of_signed))
    texts = written_texts(label)
    if wanted.words and not texts:
        return ""
    conditions += [sql for name, sql in of_changes(model, wanted, texts).items() if name in asked]
    conditions += general(asked, wanted, who="h.history_user_id", name="h.history_user_name", young=young, home=home)
    reason = "NULL::text" if label in WITHOUT_REASON else "h.history_change_reason"
    late = "h.late" if has(label, *NEEDS["late"]) else "false"
    conditions += reasons(wanted, reason)
    if wanted.role:
        conditions.append("h.history_user_id IN (SELECT p.id FROM access_person p WHERE p.role = a.role)")
    if wanted.grant:
        conditions.append(
            f"EXISTS (SELECT FROM access_accesslogentry l WHERE l.resident_id = ANY({young})"
            " AND l.at BETWEEN h.history_date - interval '5 minutes' AND h.history_date + interval '5 minutes'"
            f" AND l.request_id = h.history_request_id AND l.request_id <> '' AND {by_grant(wanted.grant)})"
        )
    return f"""SELECT h.history_date AS at, '{label}'::text COLLATE "C" AS label, h.history_id AS key, h.history_xid::text AS act,
  h.history_user_id AS person, h.history_user_name AS name, h.history_act AS did, h.history_type::text AS type,
  {reason} AS reason, h.history_request_id AS request, h.id AS record, {young} AS young, {home} AS home,
  '{{}}'::uuid[] AS grants, {late} AS late
FROM "{model.history.model._meta.db_table}" h WHERE {within("h.history_date", label, "h.history_id")}
  AND {" AND ".join(conditions)} ORDER BY h.history_date DESC, h.history_id DESC LIMIT {limit}"""


def within(at: str, label: str, key: str) -> str:
    """Return the condition that a row is in the span, and before the place where the page begins."""
    return (
        f"{at} > w.lo AND {at} <= w.hi AND ({at}, '{label}'::text COLLATE \"C\", {key}) < (a.at, a.at_label, a.at_key)"
    )


def of_object(model: Any, path: str, app: str) -> tuple[str, str]:
    """Return the condition that a row hangs on what the reader may audit, and the ids of that as an array."""
    condition = reached(model, path, f"SELECT unnest({app}) FROM asked", "h.")
    direct = "__" not in path
    ids = f'ARRAY[h."{steps(model, path)[1]}"]' if direct else ends(model, path, f"a.{app}", "h.")
    return f"({condition}) IS TRUE", ids


def of_nobody(model: Any) -> str:
    """Return the condition that a row hangs on no young person."""
    ways, column = steps(model, model.guards["residents"])
    condition = f'"{column}" IS NULL'
    for here, table, there in reversed(ways):
        condition = f'"{here}" IN (SELECT "{there}" FROM "{table}" WHERE {condition})'
    return f"h.{condition}"


def hashed(column: str, array: str) -> str:
    """Return the condition that ``column`` is one of an array of ``asked``, looked up in a hash.

    ``= ANY`` would go through thousands of ids for each row, and so would the join that the planner makes of a plain ``IN``.
    """
    return f"({column} IN (SELECT unnest({array}) FROM asked)) IS TRUE"


def of_its_own(model: Any) -> list[str]:
    """Return the further conditions of the parts that need a right of their own."""
    if model is Document:
        return [f"({hashed('h.resident_id', 'clinical')} OR h.part <> '{Document.Part.CLINICAL}')"]
    return [hashed("h.resident_id", "clinical")] if model is ClinicalNote else []


def of_changes(model: Any, wanted: AuditFilter, texts: list[str]) -> dict[str, str]:
    """Return name of a filter → the condition on a row of history."""
    history = model.history.model._meta.db_table
    found = {
        "thing": "h.id = a.thing",
        "act": "h.history_xid = a.act",
        "change": "h.history_type = a.change",
        "late": "h.late",
        "happened_since": "h.happened_at >= a.happened_since",
        "happened_until": "h.happened_at < a.happened_until",
    }
    if wanted.words:  # without an index: under row security @@ uses none, and each would make every insert dearer
        said = ", ".join(f'h."{column}"' for column in texts)
        found["words"] = f"to_tsvector('english', concat_ws(' ', {said})) @@ websearch_to_tsquery('english', a.words)"
    if wanted.field:
        column = kept_fields(wanted.record)[wanted.field].column
        before = f"""(SELECT b."{column}" FROM "{history}" b WHERE b.id = h.id AND b.history_id < h.history_id
          ORDER BY b.history_id DESC LIMIT 1)"""
        given = f"coalesce(h.\"{column}\"::text, '') NOT IN ('', '{{}}')"
        found["field"] = (
            f"CASE WHEN h.history_type = '~' THEN h.\"{column}\" IS DISTINCT FROM {before} ELSE {given} END"
        )
    return found


def reasons(wanted: AuditFilter, column: str) -> list[str]:
    """Return the conditions on the reason."""
    found = []
    if wanted.reason:
        found.append(f"coalesce({column}, '') {'<>' if wanted.reason == 'with' else '='} ''")
    if wanted.reason_text:
        found.append(f"position(lower(a.reason_text) IN lower({column})) > 0")
    return found


def general(asked: set[str], wanted: AuditFilter, *, who: str, name: str, young: str, home: str) -> list[str]:
    """Return the conditions that changes and looks have in common."""
    at = "h.history_date" if name.startswith("h.") else "l.at"
    found = []
    if "person" in asked:
        found.append(f"{who} = a.person")
    if "who" in asked:
        found.append(f"position(lower(a.who) IN lower({name})) > 0")
    if "incident" in asked:
        found.append(
            f"EXISTS (SELECT FROM troubles t WHERE (t.young = ANY({young}) OR t.home = {home})"
            f" AND {at} >= t.at AND {at} < t.at + make_interval(hours => a.incident))"
        )
    if wanted.place == "off_shift":
        found.append(off_shift(who, at))
    elif wanted.place:
        inside = own(who, at, young, home)
        found.append(inside if wanted.place == "inside" else f"{who} IS NOT NULL AND NOT {inside}")
    return found


def lived_there(young: str, home: str, at: str = "h.history_date") -> str:
    """Return the condition that one of the young people lived in the home at that moment."""
    return (
        f"EXISTS (SELECT FROM facilities_placement s WHERE s.resident_id = ANY({young}) AND s.facility_id = {home}"
        f" AND {LIVED.format('s', at)})"
    )


def own(who: str, at: str, young: str, home: str) -> str:
    """Return the condition that somebody did it on their caseload, team or unit, or in the home where they worked then."""
    worked = (
        f"SELECT w.facility_id FROM facilities_assignment w WHERE w.person_id = {who} AND {IN_FORCE.format('w', at)}"
    )
    return f"""(EXISTS (SELECT FROM residents_case c WHERE c.resident_id = ANY({young}) AND (
        EXISTS (SELECT FROM residents_caseload m WHERE m.case_id = c.id AND m.caseworker_id = {who} AND {IN_FORCE.format("m", at)})
        OR EXISTS (SELECT FROM residents_teammember m WHERE m.case_id = c.id AND m.person_id = {who} AND {IN_FORCE.format("m", at)})
        OR c.unit_id = (SELECT p.unit_id FROM access_person p WHERE p.id = {who})))
      OR {home} IN ({worked}) IS TRUE
      OR EXISTS (SELECT FROM facilities_placement s WHERE s.resident_id = ANY({young}) AND s.facility_id IN ({worked})
        AND {LIVED.format("s", at)}))"""


def off_shift(who: str, at: str) -> str:
    """Return the condition that somebody who worked in a home then was on no shift, and on none half an hour before or after.

    Who ends a shift signs it, and hands it over, a few minutes later.
    """
    worked = f"SELECT FROM facilities_assignment w WHERE w.person_id = {who} AND w.role = 'staff' AND {IN_FORCE.format('w', at)}"
    return f"EXISTS ({worked}) AND NOT {on_duty(who, at, around='30 minutes')}"


def not_on_shift(those: Collection[tuple[UUID, datetime]]) -> set[tuple[UUID, datetime]]:
    """Return those of ``those``, people at a moment, who worked in a home then and were on no shift. One query."""
    people, moments = [who for who, _ in those], [at for _, at in those]
    sql = f"SELECT x.who, x.at FROM unnest(%s::uuid[], %s::timestamptz[]) x(who, at) WHERE {off_shift('x.who', 'x.at')}"
    with connection.cursor() as cursor:
        cursor.execute(sql, [people, moments])
        return set(cursor.fetchall())


def by_grant(grant: str) -> str:
    """Return the condition that a line of the access log was by a grant of that kind."""
    return f'EXISTS (SELECT FROM "{GRANTS[grant][1]}" g WHERE g.id = ANY(l.grants))'


def after_signing(label: str) -> str | None:
    """Return the condition that a row was written after its shift was signed, or amends another; ``None`` where neither can be."""
    parts = []
    if label.startswith("residents."):
        if has(label, "amends", models.ForeignKey):
            parts.append("h.amends_id IS NOT NULL")
        if has(label, "shift", models.ForeignKey):
            parts.append(
                "EXISTS (SELECT FROM facilities_shift s WHERE s.id = h.shift_id AND s.signed_at < h.history_date)"
            )
    return f"({' OR '.join(parts)})" if parts else None


def looks(asked: set[str], wanted: AuditFilter, limit: int) -> list[str]:
    """Return the newest lines of the access log: of young people, and of homes."""
    guards = (
        [] if wanted.facility and wanted.resident else [] if wanted.resident else [hashed("l.facility_id", "opened")]
    )
    of_young = hashed("l.resident_id", "residents")
    if wanted.facility:
        of_young += f" AND {lived_there('ARRAY[l.resident_id]', 'a.facility', 'l.at')}"
    found = []
    for guard in [of_young, *guards]:
        young = "ARRAY[l.resident_id]" if guard is of_young else "'{}'::uuid[]"
        conditions = [guard, "l.outcome <> 'failed'"]
        conditions += general(asked, wanted, who="l.person_id", name="l.name", young=young, home="l.facility_id")
        conditions += reasons(wanted, "l.purpose")
        if wanted.role:
            conditions.append("l.role = a.role")
        if wanted.grant:
            conditions.append(by_grant(wanted.grant))
        found.append(f"""SELECT l.at, '{LOOK}'::text COLLATE "C" AS label, l.id AS key, l.page || ' ' || l.request_id AS act,
  l.person_id AS person, l.name::text AS name, l.page::text AS did, l.outcome::text AS type, l.purpose AS reason,
  l.request_id::text AS request, NULL::uuid AS record, {young} AS young, l.facility_id AS home, l.grants,
  false AS late
FROM access_accesslogentry l WHERE {within("l.at", LOOK, "l.id")}
  AND {" AND ".join(conditions)} ORDER BY l.at DESC, l.id DESC LIMIT {limit}""")
    return found
