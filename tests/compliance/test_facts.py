"""The vocabulary against the tables: each fact runs, has its columns, and finds the row that it is about."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection

from compliance.facts import FACTS, relation
from placement.access.models import Person
from placement.database.context import acting
from residents import operations as residents
from residents.models import Incident
from tests.world import World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Row:
    facility: UUID | None
    subject: UUID
    resident: UUID | None
    key: UUID
    at: datetime
    until: datetime | None
    value: Decimal | None


def rows(name: str) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT facility_id, subject, resident_id, key, at, until, value FROM ({relation({name})}) f")
        return [Row(*row) for row in cursor]


def subjects(name: str) -> set[UUID]:
    return {row.subject for row in rows(name)}


def row(name: str, subject: UUID) -> Row:
    (found,) = [each for each in rows(name) if each.subject == subject]
    return found


@pytest.mark.parametrize("name", sorted(FACTS))
def test_every_fact_runs_and_says_what_it_is_about(name: str, world: World) -> None:
    for found in rows(name):
        assert found.subject is not None
        assert found.at is not None
        assert (found.value is not None) == bool(FACTS[name].unit)
        if FACTS[name].about == "home":
            assert found.key == found.facility
        if FACTS[name].about == "resident":
            assert found.key == found.resident


LIVE_HERE = ("ada", "bea", "cleo", "dina")
WORLD: dict[str, Callable[[World], set[UUID]]] = {
    "home.residential": lambda w: {w.homes[key].facility.pk for key in ("cedar", "birch", "maple")},
    "home.shelter": lambda w: {w.harbor.facility.pk},
    "home.foster": lambda w: {w.alder.facility.pk},
    "home.licensed": lambda w: {home.facility.pk for home in w.homes.values()},
    "home.in_use": lambda w: {w.cedar.facility.pk, w.birch.facility.pk},
    "licence.in_force": lambda w: {home.licence.pk for home in w.homes.values()},
    "licence.exclusive": lambda w: {w.cedar.licence.pk, w.birch.licence.pk},
    "exit.tried": lambda w: {w.cedar.exits[0].pk, w.birch.exits[0].pk},
    "drill.held": lambda w: {w.cedar.drill.pk, w.birch.drill.pk},
    "drill.fire": lambda w: {w.cedar.drill.pk, w.birch.drill.pk},
    "home.young_present": lambda w: {w.cedar.facility.pk, w.birch.facility.pk},
    "home.adults_awake": lambda w: {w.cedar.facility.pk, w.birch.facility.pk},
    "home.adults_asleep": lambda w: {w.cedar.facility.pk, w.birch.facility.pk},
    "staff.care": lambda w: {w.staff_cedar.pk, w.staff_birch.pk, w.staff_past.pk},
    "staff.running": lambda w: {w.admin_cedar.pk, w.admin_birch.pk},
    "staff.working": lambda w: {
        w.staff_cedar.pk,
        w.staff_birch.pk,
        w.staff_past.pk,
        w.admin_cedar.pk,
        w.admin_birch.pk,
    },
    "staff.left": lambda w: {w.staff_past.pk},
    "staff.cleared": lambda w: {w.staff_cedar.pk, w.staff_birch.pk, w.admin_cedar.pk, w.admin_birch.pk},
    "staff.first_aid": lambda w: {w.staff_cedar.pk, w.staff_birch.pk, w.admin_cedar.pk, w.admin_birch.pk},
    "staff.trained": lambda w: {w.staff_cedar.pk, w.staff_birch.pk, w.admin_cedar.pk, w.admin_birch.pk},
    "staff.may_medicate": lambda w: {w.staff_cedar.pk, w.staff_birch.pk, w.admin_cedar.pk, w.admin_birch.pk},
    "shift.worked": lambda w: {w.cedar.shift.pk, w.birch.shift.pk},
    "shift.over": lambda w: {w.cedar.shift.pk, w.birch.shift.pk},
    "shift.staffed": lambda w: {w.cedar.shift.pk, w.birch.shift.pk},
    "stay.begun": lambda w: {w.young[key].stay.pk for key in (*LIVE_HERE, "fay")},
    "stay.decided": lambda w: {w.young[key].stay.pk for key in (*LIVE_HERE, "fay")},
    "stay.homes_compared": lambda w: {w.young[key].stay.pk for key in (*LIVE_HERE, "fay")},
    "stay.approved": lambda w: {w.young[key].stay.pk for key in (*LIVE_HERE, "fay")},
    "stay.safety_read": lambda w: {w.young[key].stay.pk for key in (*LIVE_HERE, "fay")},
    "stay.ended": lambda w: {w.fay.stay.pk},
    "stay.ended_after_month": lambda w: {w.fay.stay.pk},
    "stay.left_to_family": lambda w: {w.fay.stay.pk},
    "stay.after_care_planned": lambda w: {w.fay.stay.pk},
    "stay.discharge_written": lambda w: {w.fay.stay.pk},
    "stay.after_care": lambda w: {w.fay.stay.pk},
    "stay.leaving_planned": lambda w: {young.stay.pk for young in w.young.values() if young.proposal},
    "pass.asked": lambda w: {young.asked_pass.pk for young in w.young.values() if young.asked_pass},
    "young.born": lambda w: {young.resident.pk for young in w.young.values()},
    "young.turns_eighteen": lambda w: {w.young[key].stay.pk for key in LIVE_HERE},
    "case.open": lambda w: {w.young[key].case.pk for key in LIVE_HERE},
    "limit.contact": lambda w: {young.limit.pk for young in w.young.values() if young.limit},
    "limit.reasoned": lambda w: {young.limit.pk for young in w.young.values() if young.limit},
    "shared.outside": lambda w: {young.disclosure.pk for young in w.young.values() if young.disclosure},
    "shared.with_basis": lambda w: {young.disclosure.pk for young in w.young.values() if young.disclosure},
    "clinical.session": lambda w: {young.note.pk for young in w.young.values() if young.note},
    "incident.any": lambda w: {young.incident.pk for young in w.young.values() if young.incident},
    "incident.written": lambda w: {young.incident.pk for young in w.young.values() if young.incident},
    "order.open": lambda w: {young.order.pk for young in w.young.values() if young.order},
    "order.controlled": lambda w: {young.order.pk for young in w.young.values() if young.order},
    "order.written": lambda w: {young.order.pk for young in w.young.values() if young.order},
    "order.consented": lambda w: {young.order.pk for young in w.young.values() if young.order},
    "order.consented_by_family": lambda w: {young.order.pk for young in w.young.values() if young.order},
    "order.checked": lambda w: {young.order.pk for young in w.young.values() if young.order},
    "order.kept_short": lambda w: {young.count.pk for young in w.young.values() if young.count},
    "dose.written": lambda w: {young.dose.pk for young in w.young.values() if young.dose},
}


@pytest.mark.parametrize("name", sorted(WORLD))
def test_a_fact_finds_the_rows_of_the_world_and_no_others(name: str, world: World) -> None:
    expected = WORLD[name](world)
    assert expected
    assert subjects(name) == expected


def test_the_young_people_of_the_world(world: World) -> None:
    lived = {world.young[key].resident.pk for key in (*LIVE_HERE, "fay")}
    assert {found.resident for found in rows("young.identified")} == lived
    assert {found.resident for found in rows("young.at_risk")} == lived
    everybody = {young.resident.pk for young in world.young.values()}
    for name in ("young.screened", "level.assessed", "case.responsible"):
        assert {found.resident for found in rows(name)} == everybody, name
    assert {found.resident for found in rows("document.case")} == {
        young.resident.pk for young in world.young.values() if young.document
    }
    assert world.ada.outside.resident_id in {found.resident for found in rows("contact.list")}


def test_a_home_is_licensed_in_its_own_time_zone(world: World) -> None:
    licence = world.birch.licence
    found = row("licence.in_force", licence.pk)
    zone = world.birch.facility.zone
    assert found.at.astimezone(zone).replace(tzinfo=None) == datetime.combine(licence.valid_from, datetime.min.time())
    assert found.until.astimezone(zone).date() == licence.valid_to + DAY
    assert row("fire.cleared", rows("fire.cleared")[0].subject).until > world.now


def test_a_stay_goes_on_until_somebody_writes_that_it_ended(world: World) -> None:
    assert row("stay.begun", world.ada.stay.pk).until is None
    assert row("stay.begun", world.fay.stay.pk).until == world.fay.stay.ends_at


def test_the_first_aiders_of_a_shift_are_counted(world: World) -> None:
    assert row("shift.first_aiders", world.cedar.shift.pk).value == 2


def report(world: World, kind: str, at: datetime, by: Person, severity: str = "serious", key: str = "ada") -> UUID:
    home = world.cedar if world.young[key].stay.facility_id == world.cedar.facility.pk else world.birch
    with acting(by.pk, by.name):
        incident = residents.report_incident(
            facility=home.facility,
            shift=home.shift,
            kind=kind,
            severity=severity,
            happened_at=at,
            seen="What was seen",
            done="Talked",
            residents=[world.young[key].resident],
            by=by,
        )
    return incident.pk


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (
            "missing",
            {"incident.missing", "young.missing", "young.ran_before", "incident.reportable", "incident.critical"},
        ),
        ("injury", {"incident.injury", "incident.reportable"}),
        ("self_harm", {"incident.injury", "incident.reportable"}),
        ("restraint", {"incident.restraint", "incident.reportable"}),
        ("allegation", {"incident.allegation", "incident.abuse_suspected", "incident.reportable"}),
        ("exploiter", {"incident.exploiter", "incident.abuse_suspected", "incident.reportable"}),
        ("police", {"incident.police", "incident.serious"}),
        ("medication", {"incident.medication", "incident.serious"}),
    ],
)
def test_an_incident_is_found_by_its_kind(kind: str, names: set[str], world: World) -> None:
    pk = report(world, kind, world.now - HOUR, world.cedar.staff, "critical")
    of_kind = {name for name in FACTS if name.startswith("incident.")} - {"incident.written", "incident.any"}
    found = {name for name in of_kind if pk in subjects(name)}
    assert names - {"young.missing", "young.ran_before"} <= found
    others = found - names - {"incident.serious", "incident.critical", "incident.reportable"}
    assert others == set()
    for name in names & {"young.missing", "young.ran_before"}:
        assert world.ada.resident.pk in {each.key for each in rows(name)}
    assert row("incident.written", pk).resident == world.ada.resident.pk


def test_a_quiet_incident_is_not_reported_outside(world: World) -> None:
    assert world.ada.incident.pk not in subjects("incident.reportable") | subjects("incident.serious")


def test_an_incident_is_reviewed_and_closed(world: World) -> None:
    pk = report(world, "restraint", world.now - HOUR, world.cedar.staff)
    incident = Incident.objects.get(pk=pk)
    assert pk not in subjects("incident.reviewed")
    admin = world.cedar.admin
    with acting(admin.pk, admin.name):
        residents.review_incident(incident, by=admin)
    assert row("incident.reviewed", pk).at >= world.now - HOUR
    supervisor, second = world.supervisor, world.supervisor2
    with acting(second.pk, second.name):
        residents.file_incident(incident, by=second)
    with acting(supervisor.pk, supervisor.name):
        residents.close_incident(incident, closing_note="Talked about it", by=supervisor)
    closed = row("incident.closed", pk).at
    assert row("incident.restraint", pk).until == closed


def saw(world: World, at: datetime, outcome: str = "In the house") -> None:
    staff = world.cedar.staff
    with acting(staff.pk, staff.name):
        residents.log_care(
            world.ada.resident,
            facility=world.cedar.facility,
            shift=world.cedar.shift,
            kind="head_count",
            outcome=outcome,
            how="saw",
            happened_at=at,
            by=staff,
        )


def test_somebody_is_missing_until_a_look_has_found_them(world: World) -> None:
    staff, at = world.cedar.staff, world.now - HOUR
    pk = report(world, "missing", at, staff, "critical")
    saw(world, at + timedelta(minutes=10), "Not found")
    assert row("incident.missing", pk).until is None
    assert pk not in subjects("incident.returned")
    saw(world, at + timedelta(minutes=40))
    assert row("incident.missing", pk).until == at + timedelta(minutes=40)
    assert row("incident.returned", pk).at == at + timedelta(minutes=40)


def test_the_third_time_within_60_days(world: World) -> None:
    staff = world.cedar.staff
    times = [world.now - timedelta(minutes=minutes) for minutes in (70, 40, 10)]
    first, second, third = (report(world, "missing", at, staff) for at in times)
    assert subjects("incident.third_missing") == {third}
    assert {first, second, third} == subjects("incident.missing")
