"""A record whose time is over: somebody who left many years ago, in every table as it would be then."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db.backends.utils import CursorWrapper

from compliance import operations
from compliance.models import AgencyTerm
from compliance.queries.answers import Answer, answer_for
from placement.access.models import AgencyUnit, Person
from placement.access.permissions import give_groups, group_name
from placement.access.rights import RESIDENT_RIGHTS, Role
from placement.audit.clock import now
from placement.database.context import acting
from placement.database.roles import owner_connection
from residents.models import Case, Disposal, Identity, Incident, LegalHold, Resident
from tests.bars import another_supervisor
from tests.world import World


@contextmanager
def behind_history(*tables: str) -> Iterator[CursorWrapper]:
    """The owner of the database at work on live rows and their history, with all triggers of these tables out of the way."""
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger"
            " WHERE NOT tgisinternal AND tgrelid = ANY (%s::regclass[])",
            [list(tables)],
        )
        triggers = cursor.fetchall()
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        try:
            yield cursor
        finally:
            for table, name, enabled in triggers:
                cursor.execute(f"ALTER TABLE {table} ENABLE {'ALWAYS ' if enabled != 'O' else ''}TRIGGER {name}")


def both(cursor: CursorWrapper, app: str, name: str, change: str, where: str, *values: Any) -> None:
    """Change a live row and all its history alike, so that each says what the other does."""
    for table in (f"{app}_{name}", f"{app}_historical{name}"):
        cursor.execute(f"UPDATE {table} SET {change} WHERE {where}", values)


TABLES = [
    f"{app}_{kind}{name}"
    for app, name in (
        ("facilities", "placement"),
        ("facilities", "referral"),
        ("residents", "case"),
        ("residents", "incident"),
        ("residents", "identity"),
        ("residents", "breakglass"),
        ("residents", "complaint"),
        ("compliance", "finding"),
        ("compliance", "flag"),
    )
    for kind in ("", "historical")
]


def left_long_ago(young: UUID, *, on: date | None = None) -> None:
    """Let a young person have left ``on`` a day, 40 years ago if absent, with nothing about them open. Before a seal."""
    with behind_history(*TABLES) as cursor:
        cursor.execute(
            "SELECT (coalesce(%s, current_date - 14640) + time '12:00') AT TIME ZONE 'UTC', coalesce(%s, current_date - 14640)",
            [on, on],
        )
        moment, day = cursor.fetchone()
        both(
            cursor,
            "facilities",
            "placement",
            "status = 'ended', starts_at = %s::timestamptz - (row_number_of(id) * interval '3 days'), ends_at = %s::timestamptz"
            " - (row_number_of(id) * interval '3 days') + interval '1 day', end_reason = 'moved on'".replace(
                "row_number_of(id)", "('x' || left(id::text, 4))::bit(16)::int %% 900"
            ),
            "resident_id = %s AND status IN ('active', 'ended')",
            moment,
            moment,
            young,
        )
        both(
            cursor,
            "facilities",
            "placement",
            "status = 'withdrawn'",
            "resident_id = %s AND status IN ('proposed', 'approved')",
            young,
        )
        both(cursor, "facilities", "referral", "status = 'withdrawn'", "resident_id = %s AND status <> 'placed'", young)
        both(
            cursor,
            "residents",
            "case",
            "status = 'closed', opened_on = %s::date - 30, closed_on = %s",
            "resident_id = %s",
            day,
            day,
            young,
        )
        both(cursor, "residents", "identity", "birth_date = %s::date - 6000", "resident_id = %s", day, young)
        cursor.execute("SELECT id FROM access_person WHERE role = 'supervisor' ORDER BY id LIMIT 1")
        someone = cursor.fetchone()[0]
        both(
            cursor,
            "residents",
            "incident",
            "status = 'closed', closed_by_id = coalesce(closed_by_id, %s), closed_at = coalesce(closed_at, reported_at),"
            " closing_note = coalesce(nullif(closing_note, ''), 'done')",
            "id IN (SELECT incident_id FROM residents_incidentresident WHERE resident_id = %s)",
            someone,
            young,
        )
        both(
            cursor,
            "residents",
            "breakglass",
            "judgement = 'justified', judged_by_id = %s, judged_at = ends_at, judgement_reason = 'fine'",
            "resident_id = %s AND judgement = ''",
            someone,
            young,
        )
        both(
            cursor,
            "compliance",
            "finding",
            "closed_at = opened_at, closed_why = 'met'",
            "resident_id = %s AND closed_at IS NULL",
            young,
        )
        both(
            cursor,
            "compliance",
            "flag",
            "scope = 'agency', resident_id = NULL, facility_id = NULL",
            "resident_id = %s",
            young,
        )
        both(cursor, "residents", "complaint", "resident_id = NULL", "resident_id = %s", young)


def also_in(incident: Incident, young: Resident) -> None:
    """Name a second young person in an incident, in the row and in history."""
    live, history = "residents_incidentresident", "residents_historicalincidentresident"
    with behind_history(live, history) as cursor:
        cursor.execute(
            f"INSERT INTO {live} (id, incident_id, resident_id) VALUES (gen_random_uuid(), %s, %s)",
            [incident.pk, young.pk],
        )
        cursor.execute(
            f"INSERT INTO {history} (id, incident_id, resident_id, history_date, history_type, history_user_name, history_xid,"
            f" history_db_user) SELECT id, incident_id, resident_id, now(), '+', 'tests', 1, 'tests' FROM {live}"
            " WHERE incident_id = %s AND resident_id = %s",
            [incident.pk, young.pk],
        )


def old_record(
    world: World, code: str = "W-901", *, on: date | None = None, unit: AgencyUnit | None = None
) -> Resident:
    """The record of somebody who left a unit (north) 15 years ago, taken over from paper: their case came as closed."""
    day = on or world.today - timedelta(days=15 * 366)
    unit = unit or world.north
    with acting(world.supervisor.pk, world.supervisor.name):
        young = Resident.objects.create(code=code, preferred_name="Old", sex="female", languages=[])
        Identity.objects.create(resident=young, legal_name="Old Record", birth_date=day - timedelta(days=16 * 366))
        case = Case.objects.create(
            resident=young,
            number=f"N-{code}",
            unit=unit,
            legal_basis="Order",
            permanency_goal="independence",
            status="closed",
            opened_on=day - timedelta(days=90),
            closed_on=day,
        )
        rights = {group_name("unit", unit.pk, Role.SUPERVISOR): RESIDENT_RIGHTS[Role.SUPERVISOR]}
        give_groups(young, rights, grant=case.pk, starts_at=now())
    return young


def to_propose(world: World) -> Resident:
    """A record whose time is over, because the agency keeps records for five years."""
    young = old_record(world)
    term(world)
    return young


def to_decide(world: World) -> Disposal:
    """A record that another supervisor of north unit proposes to let go."""
    return proposed(world, to_propose(world), another_supervisor(world.north, "Fourth Supervisor"))


def term(world: World, *, years: int = 5, until_age: int | None = None) -> AgencyTerm:
    """A time for which the agency keeps records, that two supervisors have set."""
    made = propose_term(world, years=years, until_age=until_age)
    with acting(world.supervisor2.pk, world.supervisor2.name):
        return operations.confirm_agency_term(made, by=world.supervisor2)


def propose_term(world: World, *, years: int = 5, until_age: int | None = None) -> AgencyTerm:
    """A time that one supervisor has proposed."""
    with acting(world.supervisor.pk, world.supervisor.name):
        return operations.propose_agency_term(years=years, until_age=until_age, why="Our contract", by=world.supervisor)


def refused_term(world: World) -> Answer:
    """What the one who proposed a time is told of it: another supervisor refused it."""
    made = propose_term(world)
    with acting(world.supervisor2.pk, world.supervisor2.name):
        operations.refuse_agency_term(made, reason="The law says enough", by=world.supervisor2)
    with acting(world.supervisor.pk, world.supervisor.name):
        return answer_for(world.supervisor, "term", made.pk)


def proposed(world: World, young: Resident, by: Person | None = None) -> Disposal:
    """A proposal that a record goes."""
    by = by or world.supervisor
    with acting(by.pk, by.name):
        return operations.propose_disposal(young, reason="Its time is over", by=by)


def written(young: Resident, by: Person) -> None:
    """A proposal about a record that is still needed, as the rules would not let it be written."""
    row = {"resident_id": young.pk, "code": young.code, "left_on": "2020-01-01", "free_on": "2025-01-02", "rules": "[]"}
    row |= {"homes": "{}", "units": "{}", "closed_to": "{}", "reason": "Over", "proposed_by_id": by.pk, "decision": ""}
    row |= {"id": str(uuid4()), "proposed_at": now(), "erased": "{}", "files": "{}"}
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(
            "SELECT set_config('app.actor', %s, true), set_config('app.actor_name', %s, true)", [str(by.pk), by.name]
        )
        cursor.execute("ALTER TABLE residents_disposal DISABLE TRIGGER rules")
        cursor.execute(
            f"INSERT INTO residents_disposal ({', '.join(row)}) VALUES ({', '.join(['%s'] * len(row))})",
            list(row.values()),
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # before the table is touched again
        cursor.execute("ALTER TABLE residents_disposal ENABLE ALWAYS TRIGGER rules")
        cursor.execute("COMMIT")


def decided(disposal: Disposal, by: Person, *, approve: bool = True) -> Disposal:
    """What another supervisor says to it."""
    with acting(by.pk, by.name):
        return operations.decide_disposal(disposal, approve=approve, decision="Nothing keeps it", by=by)


def hold(world: World, about: Any, by: Person | None = None) -> LegalHold:
    """A legal hold."""
    by = by or world.supervisor
    with acting(by.pk, by.name):
        return operations.lay_hold(about, why="litigation", reference="CV-2026-1", note="A lawsuit", by=by)
