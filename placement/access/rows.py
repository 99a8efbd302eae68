"""Row security: which rows of a table the database shows to whom, whatever the code above it asks for (design §3.8).

A model says with ``opened_by`` which rights open its rows, with ``shown_to`` whom they name as theirs, with ``follows`` from
which other row's being shown theirs follows, with ``read_for`` for which named purposes all of them are read, and with
``kept_by`` which commands read and write all of them. Whoever is shown a row may add it; ``added_by`` says who else may.
``install`` makes policies of that after every migration, on the table and on its history. No person acts: no rows.

A policy asks ``id IN (SELECT access_ids(…))``, which is looked up in a hash for each row that the query has found. Queries find
their rows by ``visible_to``, with ``= ANY(an array)`` and an index; the same form in the policy too compared every row with every
id: at 100,000 young people 25 times slower for somebody who sees 4,000 of them, and no faster for anybody.

Both come from ``access_granted``. Its statements are planned once for each connection; written into every query, as they were
for ``visible_to``, they took longer to plan than to run.

A conflict of interest beats every grant: the policy ``barred`` is restrictive, and takes away whatever names a young person
from whose record the acting person is barred, by whichever right it would be shown.

Whoever bars a supervisor takes a pair of eyes from the record. Such a bar is judged by somebody to whom the record is closed,
and who is shown that row alone: ``access_bars_to_judge``.

What others keep about a colleague is hidden from that one by ``hidden_from``: the policy ``hidden``, restrictive too. Where
those from whom it is hidden stand in another table, ``shown_by`` names the function that alone says which rows are shown.

What concerns one of several alone is shown only where the whole is shown too: the policy ``within``, restrictive.

An allegation is hidden from whom it accuses, and all that follows from it, in every table: the policy ``allegation``, restrictive,
asks ``incident_hidden`` for every id that stands for it. No purpose opens it.

A court's seal closes single documents: the policy ``sealed``, restrictive too, takes away what is sealed to the acting person
now, also in history.

Where a court has sealed a whole record, everybody is barred from it, whoever they are, and so is each command: ``access_barred``
names it to all. No right and no purpose opens it but those of ``BEYOND_SEALS``, whose answers show nothing. A report of an incident
that names somebody else too stays with those who read it of the other one: only if all whom it names are sealed does it go. Binders
and exports for a court that were made while the record was open may name it, and go with it by ``access_sealed``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connections, transaction

from placement.access.closed import BARRED, BEYOND_SEALS, CONFLICTS, ORDERS, RECORDS, SEALED, SEALS, STEPS
from placement.access.paths import column, functions, leading, reached
from placement.access.rights import ROLE_RIGHTS, Can
from placement.audit.history import Tracked, tracked_models
from placement.database.roles import OWNER

NO_PURPOSE = "(SELECT coalesce(current_setting('app.reading', true), '') = '')"
POLICIES = ("owner", "shown", "written", "changed", "removed", "barred", "sealed", "hidden", "within", "allegation")
TO_JUDGE = '"id" IN (SELECT bar.id FROM access_bars_to_judge(audit_actor()) bar)'
OF_INCIDENT = ["incidentresident", "resident_id"]
HIDINGS = "residents_incidenthiding"
OBJECTS = {"residents": "residents_resident", "facilities": "facilities_facility"}


@dataclass(frozen=True)
class Opens:
    """A right that opens rows: all of them, or those with ``value`` in ``column``.

    A right of the role (``access.…``) opens every row of the table to whoever has it.
    through: the path to the object's id, when it is another one than in the model's ``guards``.
    """

    right: Can
    column: str = ""
    value: str = ""
    through: str = ""


def guarded_rows() -> list[type[Tracked]]:
    """Return the models whose rows the database guards."""
    return [model for model in tracked_models() if model.opened_by or model.shown_to or model.follows or model.shown_by]


def guarded_tables() -> list[tuple[Any, str]]:
    """Return (model, table) of each table whose rows the database guards: its own, that of its history, the access log."""
    found = [(model, table._meta.db_table) for model in guarded_rows() for table in (model, model.history.model)]
    log = apps.get_model("access", "AccessLogEntry")
    return [*found, (log, log._meta.db_table)]


def install(using: str = "default", **kwargs: Any) -> None:
    """Write the functions and the policies anew. Runs as the owner after every migration; safe to run again."""
    connection: Any = connections[using]
    if connection.role != OWNER:
        return
    with transaction.atomic(using=using), connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        needed = {f"{table}{kind}permission" for table in OBJECTS.values() for kind in ("user", "group")}
        if not tables >= {*needed, CONFLICTS, SEALS, RECORDS, ORDERS, HIDINGS, STEPS}:
            return
        cursor.execute(BARRED + JUDGES + FUNCTIONS + SEALED + HIDDEN)
        cursor.execute("\n".join(path_functions()))
        for model, table in guarded_tables():
            if table in tables:
                closing = [_closed_elsewhere(model, path) for path in paths_to_residents(model) if len(path) > 1]
                cursor.execute("\n".join([*closing, *policies(model, table)]))
        cursor.execute(OUTLIVED)


def path_functions() -> list[str]:
    """Return the statements that make the functions of every path by which the rows of a model hang on something."""
    made: dict[str, None] = {}
    for model in tracked_models():
        for path in {*model.guards.values(), *(one.through for one in model.opened_by if one.through)}:
            made |= dict.fromkeys(functions(model, path))
    return list(made)


def policies(model: Any, table: str) -> list[str]:
    """Return the statements that guard ``table``, which is the model's own or that of its history."""
    shown = condition(model, table)
    own = _own(model, shown)
    read = " OR ".join([*([_purpose(model.read_for)] if model.read_for else []), shown])
    added = _own(model, "true" if model.added_by is None else condition(model, table, model.added_by))
    statements = [
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
        *(f'DROP POLICY IF EXISTS {name} ON "{table}"' for name in POLICIES),
        f'CREATE POLICY owner ON "{table}" TO placement_owner USING (true) WITH CHECK (true)',
        f'CREATE POLICY shown ON "{table}" FOR SELECT TO placement_app USING ({read})',
        f'CREATE POLICY written ON "{table}" FOR INSERT TO placement_app WITH CHECK ({added})',
        f'CREATE POLICY changed ON "{table}" FOR UPDATE TO placement_app USING ({own}) WITH CHECK ({own})',
        f'CREATE POLICY removed ON "{table}" FOR DELETE TO placement_app USING ({own})',
    ]
    if paths_to_residents(model):
        purposes = _purposes(model)
        shown_to_all = f" OR {TO_JUDGE}" if model.judged_outside else ""
        read = unbarred(model, purposes & {*BEYOND_SEALS}, purposes - {*BEYOND_SEALS}) + shown_to_all
        kept = unbarred(model) + shown_to_all
        statements.append(
            f'CREATE POLICY barred ON "{table}" AS RESTRICTIVE TO placement_app USING ({read}) WITH CHECK ({kept})'
        )
    if model.sealable:
        statements.append(
            f'CREATE POLICY sealed ON "{table}" AS RESTRICTIVE TO placement_app USING ("id" NOT IN (SELECT access_sealed()))'
        )
    if model.hidden_from:
        others = " AND ".join(
            f'"{model._meta.get_field(name).column}" IS DISTINCT FROM (SELECT audit_actor())'
            for name in model.hidden_from
        )
        statements.append(f'CREATE POLICY hidden ON "{table}" AS RESTRICTIVE TO placement_app USING ({others})')
    if model.of_incident:
        seen = f'("{model.of_incident}" IN (SELECT incident_hidden())) IS NOT TRUE'
        statements.append(f'CREATE POLICY allegation ON "{table}" AS RESTRICTIVE TO placement_app USING ({seen})')
    if model.within:
        wholes = " AND ".join(_whole(model, table, name) for name in model.within)
        statements.append(f'CREATE POLICY within ON "{table}" AS RESTRICTIVE TO placement_app USING ({wholes})')
    return [f"{statement};" for statement in statements]


def _whole(model: Any, table: str, name: str) -> str:
    """Return the condition that the row to which the foreign key ``name`` leads is shown, or that there is none."""
    key = model._meta.get_field(name)
    seen = f'EXISTS (SELECT FROM "{key.related_model._meta.db_table}" whole WHERE whole.id = "{table}"."{key.column}")'
    return f'("{table}"."{key.column}" IS NULL OR {seen})' if key.null else seen


def _own(model: Any, shown: str) -> str:
    """Return the condition without rows that are shown only because the row they follow is read for a purpose."""
    return f"({shown}) AND {NO_PURPOSE}" if model.follows else shown


def condition(model: Any, table: str, also: Iterable[Opens] = ()) -> str:
    """Return the condition under which the acting person is shown a row of ``table``, of ``model`` or of its history.

    also: further rights that are enough.
    """
    found: dict[tuple[str, str, str, str], list[str]] = {}
    by_role = {one.right for one in (*model.opened_by, *also) if one.right.app == "access"}
    for one in (*model.opened_by, *also):
        if one.right in by_role:
            continue
        through = one.through or model.guards[one.right.app]
        found.setdefault((one.right.app, through, one.column, one.value), []).append(f"'{one.right.codename}'")
    parts = []
    for (app, through, name, value), rights in found.items():
        only = f"\"{name}\" = '{value}' AND " if name else ""
        ids = f"SELECT access_ids('{app}', ARRAY[{', '.join(rights)}])"
        parts.append(only + reached(model, through, ids))
    if by_role:
        roles = _texts(role for role, rights in ROLE_RIGHTS.items() if by_role & rights)
        parts.append(
            f"(SELECT EXISTS (SELECT FROM access_person WHERE id = audit_actor() AND is_active AND role IN ({roles})))"
        )
    for name in model.shown_to:
        parts.append(
            f'"{model._meta.get_field(name).column}" = (SELECT id FROM access_person WHERE id = audit_actor() AND is_active)'
        )
    for name in model.follows:
        key = model._meta.get_field(name)
        followed = key.related_model._meta.db_table
        parts.append(f'EXISTS (SELECT FROM "{followed}" followed WHERE followed.id = "{table}"."{key.column}")')
    if model.judged_outside:
        parts.append(TO_JUDGE)
    if model.shown_by:
        parts.append(f'"id" IN (SELECT {model.shown_by}())')
    if model.kept_by:
        commands = _texts(f"system: {name}" for name in model.kept_by)
        parts.append(f"(SELECT audit_actor() IS NULL AND current_setting('app.actor_name', true) IN ({commands}))")
    return " OR ".join(f"({part})" for part in parts)


def paths_to_residents(model: Any) -> list[list[str]]:
    """Return the ways from a row of ``model`` to each young person that it names: those of its guard and of its own columns."""
    paths = [model.guards["residents"]] if "residents" in model.guards else []
    paths += [
        field.attname
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model._meta.db_table == OBJECTS["residents"]
    ]
    return [path.split("__") for path in dict.fromkeys(paths)]


def unbarred(model: Any, beyond: Iterable[str] = (), usual: Iterable[str] = ()) -> str:
    """Return the condition that a row names nobody whose record is closed to the acting person (``access_closed``).

    beyond: the purposes for which no record is closed. usual: those for which only sealed ones are.
    """
    purposes = f"{_array(beyond)}, {_array(usual)}"
    conditions = []
    for path in paths_to_residents(model):
        found = f"access_closed({purposes})" if len(path) == 1 else f"{_closing(model)}({purposes})"
        conditions.append(f'("{column(model, path[0])}" IN (SELECT {found})) IS NOT TRUE')
    return " AND ".join(conditions)


def _closed_elsewhere(model: Any, path: list[str]) -> str:
    """Return the function that names the values of the first column of ``path`` which lead to somebody whose record is closed.

    Several young people are named by an incident alone: ``access_incidents_closed`` says which of those are closed.
    """
    closed = "access_closed(beyond, usual)"
    if path[-2:] == OF_INCIDENT:
        closed, path = "access_incidents_closed(beyond, usual)", [*path[:-3], "incident_id"]
    found = "SELECT unnest(closed)" if len(path) == 1 else leading(model, "__".join(path), "closed")
    return f"""CREATE OR REPLACE FUNCTION {_closing(model)}(beyond text[], usual text[]) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, public AS $$
DECLARE closed uuid[] := ARRAY(SELECT {closed});
BEGIN
  IF closed <> '{{}}' THEN
    RETURN QUERY {found};
  END IF;
END $$;"""


def _purposes(model: Any) -> set[str]:
    """Return the purposes for which rows of ``model`` are read, also with those that they follow."""
    return {*model.read_for}.union(*(model._meta.get_field(f).related_model.read_for for f in model.follows))


def _closing(model: Any) -> str:
    return f"closed_{model._meta.db_table}"


def _purpose(names: Iterable[str]) -> str:
    return f"((SELECT current_setting('app.reading', true)) IN ({_texts(names)}))"


def _array(words: Iterable[str]) -> str:
    return f"ARRAY[{_texts(sorted(words))}]::text[]"


def _texts(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _granted(table: str) -> str:
    in_force = "{0}.starts_at <= moment AND ({0}.ends_at IS NULL OR {0}.ends_at > moment)".format
    counts = f"mine.permission_id = wanted.id AND {in_force('mine')} AND mine.content_object_id <> ALL (barred)"
    app, model = table.split("_")
    return f"""
      WITH wanted AS MATERIALIZED (
        SELECT right_.id FROM auth_permission right_ WHERE right_.codename = ANY (rights) AND right_.content_type_id =
          (SELECT kind.id FROM django_content_type kind WHERE kind.app_label = '{app}' AND kind.model = '{model}'))
      SELECT mine.content_object_id FROM wanted JOIN {table}userpermission mine ON mine.user_id = who AND {counts}
      UNION ALL
      SELECT given.content_object_id FROM access_membership member CROSS JOIN wanted CROSS JOIN LATERAL (
        SELECT mine.content_object_id FROM {table}grouppermission mine
        WHERE mine.group_id = member.group_id AND {counts} OFFSET 0) given
      WHERE member.person_id = who AND {in_force("member")}"""


OUTLIVED = """
-- What earlier versions have made, and no policy asks any more.
DO $$ DECLARE old regprocedure; BEGIN
  FOR old IN SELECT oid FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proretset AND (
      pronargs = 0 AND proname ~ '^(barred|sealed)_(residents|facilities|compliance)_'
      OR oid = to_regprocedure('access_incidents_closed(boolean)')) LOOP
    EXECUTE 'DROP FUNCTION ' || old;
  END LOOP;
END $$;
"""
JUDGES = f"""
-- Who may judge that laid_by has barred somebody from a record: the supervisors whose units have never answered for it, and
-- where there is none, any other supervisor. Neither of the two, nor whoever is barred from it themselves; but a bar that waits
-- to be judged keeps nobody from judging another, or one person could bar all who would judge.
CREATE OR REPLACE FUNCTION access_judges(of_resident uuid, laid_by uuid, on_person uuid) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 10 SET search_path = pg_catalog, public AS $$
DECLARE
  others uuid[] := ARRAY(
    SELECT person.id FROM access_person person
    WHERE person.role = 'supervisor' AND person.is_active AND person.id NOT IN (laid_by, on_person) AND NOT EXISTS (
      SELECT FROM {CONFLICTS} own WHERE own.person_id = person.id AND own.resident_id = of_resident AND own.ends_at IS NULL
        AND (own.declared_by_id = own.person_id OR own.judgement <> '')));
  outside uuid[] := ARRAY(
    SELECT person.id FROM access_person person WHERE person.id = ANY (others)
      AND person.unit_id NOT IN (SELECT unit_id FROM residents_case WHERE resident_id = of_resident));
BEGIN
  RETURN QUERY SELECT unnest(CASE WHEN outside = '{{}}' THEN others ELSE outside END);
END $$;
REVOKE EXECUTE ON FUNCTION access_judges(uuid, uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access_judges(uuid, uuid, uuid) TO placement_app;

-- The bars that a person judges, or has judged, each with the code of the young person.
CREATE OR REPLACE FUNCTION access_bars_to_judge(who uuid) RETURNS TABLE (id uuid, code text)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 5 SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (SELECT FROM access_person judge WHERE judge.id = who AND judge.is_active AND judge.role = 'supervisor') THEN
    RETURN QUERY SELECT bar.id, resident.code::text FROM {CONFLICTS} bar
      JOIN residents_resident resident ON resident.id = bar.resident_id
      JOIN access_person barred ON barred.id = bar.person_id
      WHERE (bar.judgement = '' AND barred.role = 'supervisor' OR bar.judged_by_id = who)
        AND bar.declared_by_id <> bar.person_id AND bar.resident_id NOT IN (SELECT access_records_sealed())
        AND who IN (SELECT access_judges(bar.resident_id, bar.declared_by_id, bar.person_id));
  END IF;
END $$;
REVOKE EXECUTE ON FUNCTION access_bars_to_judge(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access_bars_to_judge(uuid) TO placement_app;
"""
FUNCTIONS = f"""
-- The residents, or the homes, on which a person has one of these rights by a grant in force at a moment;
-- not those from whose records they are barred. With the rights of whoever asks. The rights are looked up inside the
-- statement: of an array of them the planner believes that it holds most rights there are, and reads all of a person's rows.
-- OFFSET 0 keeps it from joining a group's rows first: each group has a row for every right of every young person.
CREATE OR REPLACE FUNCTION access_granted(who uuid, app text, rights text[], moment timestamptz) RETURNS uuid[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  barred uuid[] := '{{}}';
BEGIN
  IF app = 'residents' THEN
    barred := ARRAY(SELECT access_barred(who));
    RETURN ARRAY({_granted(OBJECTS["residents"])});
  END IF;
  RETURN ARRAY({_granted(OBJECTS["facilities"])});
END $$;
REVOKE EXECUTE ON FUNCTION access_granted(uuid, text, text[], timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access_granted(uuid, text, text[], timestamptz) TO placement_app;

-- The same for the acting person now; nothing for somebody who may not sign in any more, or whose clearance has ended.
CREATE OR REPLACE FUNCTION access_ids(app text, rights text[]) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, public
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  who uuid := audit_actor();
  moment timestamptz := audit_now();
BEGIN
  IF EXISTS (SELECT FROM access_person WHERE id = who AND is_active AND (cleared IS NULL OR moment <@ ANY (cleared))) THEN
    RETURN QUERY SELECT unnest(access_granted(who, app, rights, moment));
  END IF;
END $$;
REVOKE EXECUTE ON FUNCTION access_ids(text, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access_ids(text, text[]) TO placement_app;
"""
HIDDEN = f"""
-- The allegations that are hidden from the acting person, and what stands for them elsewhere: their files, the files of their
-- proofs, the binders that were made since of that home, and the sealed exports that may have something of it. Who wrote down what
-- they are accused of themselves keeps their draft, and no more. Before it is sent and names nobody, an allegation is its writer's
-- and the supervisors': it may turn out to be about any other.
CREATE OR REPLACE FUNCTION incident_hidden() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 10 SET search_path = pg_catalog, public AS $$
DECLARE
  who uuid := audit_actor();
  untold uuid[];
BEGIN
  IF who IS NULL THEN RETURN; END IF;
  untold := ARRAY(
    SELECT i.id FROM {HIDINGS} h JOIN residents_incident i ON i.id = h.incident_id
    WHERE h.person_id = who AND h.ended_at IS NULL AND i.kind = 'allegation' AND NOT (i.status = 'draft' AND i.reported_by_id = who)
    UNION ALL
    SELECT i.id FROM residents_incident i WHERE i.kind = 'allegation' AND i.status = 'draft' AND i.reported_by_id <> who
      AND NOT EXISTS (SELECT FROM residents_incidentperson p WHERE p.incident_id = i.id AND p.part = 'accused')
      AND NOT EXISTS (SELECT FROM residents_incidentpart p WHERE p.incident_id = i.id AND p.role = 'accused')
      AND NOT EXISTS (SELECT FROM access_person p WHERE p.id = who AND p.role = 'supervisor'));
  IF untold = '{{}}' THEN RETURN; END IF;
  RETURN QUERY
    SELECT unnest(untold)
    UNION ALL
    SELECT f.document_id FROM residents_incidentfile f JOIN residents_incidentpart p ON p.id = f.part_id
    WHERE p.incident_id = ANY (untold)
    UNION ALL
    SELECT p.document_id FROM compliance_proof p JOIN compliance_obligation o ON o.id = p.obligation_id
    WHERE o.subject = ANY (untold) AND p.document_id IS NOT NULL
    UNION ALL
    SELECT b.id FROM compliance_binder b JOIN residents_incident i ON i.facility_id = b.facility_id AND b.made_at >= i.reported_at
    WHERE i.id = ANY (untold) AND b.made_by_id <> who
    UNION ALL
    SELECT e.id FROM compliance_courtexport e JOIN residents_incident i
      ON e.incident_id = i.id OR e.asked_at >= i.reported_at AND (e.facility_id = i.facility_id OR EXISTS (
        SELECT FROM residents_incidentresident r WHERE r.incident_id = i.id AND r.resident_id = e.resident_id))
    WHERE i.id = ANY (untold) AND e.asked_by_id <> who;
END $$;
REVOKE EXECUTE ON FUNCTION incident_hidden() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION incident_hidden() TO placement_app;
"""
