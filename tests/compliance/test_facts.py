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
from placement.facilities import operations as homes
from placement.facilities.operations.exits import Tried
from residents import operations as residents
from residents.models import Incident, Restriction
from tests.building.acts import people_of
from tests.building.medication import last_due, ordered
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
    supervisor = world.supervisor
    with acting(supervisor.pk, supervisor.name):
        incident.refresh_from_db()
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


def test_an_exit_is_shut_until_it_was_tried_and_good(world: World) -> None:
    staff, door = world.cedar.staff, world.cedar.exits[1]
    with acting(staff.pk, staff.name):
        tried = Tried(door, opens=False, unblocked=True, alarm_works=None, wrong="The lock")
        (check,) = homes.check_exits(world.cedar.shift, [tried], by=staff)
    assert row("exit.shut", check.pk).until is None
    with acting(staff.pk, staff.name):
        homes.check_exits(world.cedar.shift, [Tried(door, opens=True, unblocked=True, alarm_works=None)], by=staff)
    check.refresh_from_db()
    assert row("exit.shut", check.pk).until >= check.checked_at


def test_an_earthquake_drill_is_one_for_a_disaster(world: World) -> None:
    staff = world.cedar.staff
    with acting(staff.pk, staff.name):
        drill = homes.record_drill(
            world.cedar.facility,
            kind="earthquake",
            held_at=world.now - HOUR,
            seconds=60,
            staff=[staff],
            young=[world.ada.resident],
            shift=world.cedar.shift,
            by=staff,
        )
    assert subjects("drill.disaster") == {drill.pk}
    assert drill.pk not in subjects("drill.fire")


def test_who_joined_an_activity_and_who_was_kept_from_it(world: World) -> None:
    staff = world.cedar.staff
    with acting(staff.pk, staff.name):
        offer = residents.log_activity(
            {
                world.ada.resident: residents.Said("joined"),
                world.bea.resident: residents.Said("excluded", why="Not safe there"),
            },
            facility=world.cedar.facility,
            shift=world.cedar.shift,
            name="Swimming",
            place="out",
            happened_at=world.now - HOUR,
            by=staff,
        )
    assert subjects("activity.offered") == {offer.pk}
    assert subjects("activity.out") == {offer.pk}
    assert rows("activity.led") == []  # it is not said who of the staff was there
    (kept,) = rows("activity.kept_from")
    assert kept.resident == world.bea.resident.pk
    assert rows("activity.kept_from_under_limit") == []  # nobody has approved the limit
    (limit,) = rows("limit.activity")
    admin = world.cedar.admin
    with acting(admin.pk, admin.name):
        restriction = Restriction.objects.get(pk=limit.subject)
        residents.decide_restriction(restriction, decision="approved", ends_at=world.now + 2 * DAY, by=admin)
    assert subjects("activity.kept_from_under_limit") == {kept.subject}
    assert row("limit.activity", limit.subject).until == world.now + 2 * DAY
    assert limit.subject in subjects("limit.decided")


def test_contacts_that_were_refused_or_overheard(world: World) -> None:
    caseworker, *_ = people_of(world, world.ada)
    resident = world.ada.resident
    with acting(caseworker.pk, caseworker.name):
        lawyer, worker = (
            residents.add_outside_person(
                resident, name=name, relation=name, permission="allowed", office=office, by=caseworker
            )
            for name, office in (("Lawyer", "lawyer"), ("Worker", "caseworker"))
        )
        overheard = residents.log_contact(
            resident,
            outside_person=lawyer,
            kind="call",
            supervised=True,
            supervised_by="Somebody",
            note="She asked for it",
            happened_at=world.now - HOUR,
            by=caseworker,
        )
        visit = residents.log_contact(
            resident,
            outside_person=worker,
            kind="visit",
            initiative="other",
            happened_at=world.now - HOUR,
            by=caseworker,
        )
    assert subjects("contact.office_overheard") == {overheard.pk}
    assert subjects("contact.caseworker_visit") == {visit.pk}
    assert {overheard.pk, visit.pk, world.ada.contact.pk} <= subjects("contact.held")
    assert {overheard.pk, visit.pk} <= subjects("contact.written")
    assert subjects("contact.denied") == subjects("contact.denied_under_limit")
    assert row("contact.written", visit.pk).at >= visit.happened_at


def test_a_supervised_visit(world: World) -> None:
    caseworker, *_ = people_of(world, world.ada)
    with acting(caseworker.pk, caseworker.name):
        visit = residents.log_contact(
            world.ada.resident,
            outside_person=world.ada.outside,
            kind="visit",
            initiative="other",
            supervised=True,
            supervised_by="The caseworker",
            happened_at=world.now - HOUR,
            by=caseworker,
        )
    assert subjects("contact.supervised") == {visit.pk}


def test_a_pass_is_decided(world: World) -> None:
    admin, asked = world.cedar.admin, world.ada.asked_pass
    assert asked.pk not in subjects("pass.decided") | subjects("pass.approved")
    with acting(admin.pk, admin.name):
        homes.decide_pass(asked, decision="approved", by=admin)
    assert asked.pk in subjects("pass.decided") & subjects("pass.with_details")
    found = row("pass.approved", asked.pk)
    assert (found.at, found.until) == (asked.starts_at, asked.ends_at)


def test_a_psychotropic_drug_with_its_doses(world: World) -> None:
    caseworker, *_ = people_of(world, world.ada)
    home = world.cedar
    asked = ordered(world.now, home, drug="Quietol", psychotropic=True, consent_authority="court")
    with acting(caseworker.pk, caseworker.name):
        order = residents.order_medication(
            world.ada.resident, **asked, review_on=world.today + timedelta(days=90), by=caseworker
        )
    assert subjects("order.psychotropic") == {order.pk}
    assert subjects("order.consented_by_court") == {order.pk}
    assert order.pk not in subjects("order.consented_by_family") | subjects("order.checked")
    assert row("order.consent_in_force", order.pk).until > world.now + timedelta(days=88)
    with acting(home.admin.pk, home.admin.name):
        residents.check_medication(order, by=home.admin)
    with acting(home.staff.pk, home.staff.name):
        dose = residents.log_dose(
            order,
            facility=home.facility,
            shift=home.shift,
            due_at=last_due(order, home, world.now),
            outcome="given",
            how="observed",
            why="Given before anybody had checked it",
            happened_at=world.now - HOUR / 12,
            by=home.staff,
        )
    assert subjects("dose.psychotropic") == {dose.pk}
    assert subjects("order.self_taken") == {order.pk}
    assert subjects("dose.error") == subjects("dose.error_reported") == {dose.pk}
    assert rows("dose.psychotropic_unauthorized") == []  # the database refuses such an order
    with acting(caseworker.pk, caseworker.name):
        residents.stop_medication(order, reason="No longer needed", by=caseworker)
    order.refresh_from_db()
    assert row("order.stopped", order.pk).at == order.stopped_at
    assert row("order.psychotropic", order.pk).until == order.stopped_at


def test_a_count_of_medication_that_two_people_signed(world: World) -> None:
    count, admin = world.ada.count, world.cedar.admin
    assert count.order_id not in subjects("order.counted")
    with acting(admin.pk, admin.name):
        residents.witness_count(count, by=admin)
    assert count.order_id in subjects("order.counted")
    assert row("order.kept_short", count.pk).until is None


def test_a_shift_is_handed_off_and_taken_over(world: World) -> None:
    shift, staff, admin = world.cedar.shift, world.cedar.staff, world.cedar.admin
    with acting(staff.pk, staff.name):
        homes.sign_shift(shift, hand_off="All quiet", about_open="Looked at", by=staff)
    shift.refresh_from_db()
    assert row("shift.handed_off", shift.pk).at == shift.signed_at
    assert shift.pk not in subjects("shift.taken_over")
    with acting(admin.pk, admin.name):
        homes.read_hand_off(shift, by=admin)
    assert shift.pk in subjects("shift.taken_over")


def test_a_young_person_of_another_population(world: World) -> None:
    caseworker, *_ = people_of(world, world.ada)
    with acting(caseworker.pk, caseworker.name):
        suspected = residents.designate(
            world.eve.resident, population="trafficked", stage="suspected", basis="Talk", by=caseworker
        )
    assert suspected.pk not in subjects("young.suspected")  # eve has never lived in a home: no home answers for her
    with acting(caseworker.pk, caseworker.name):
        residents.designate(world.fay.resident, population="trafficked", stage="suspected", basis="Talk", by=caseworker)
    assert {found.resident for found in rows("young.suspected")} <= {world.fay.resident.pk}


def test_who_was_on_duty_without_papers(world: World) -> None:
    """The credentials of Cedar's staff run out, and a shift is judged by the day on which it began."""
    assert rows("staff.uncleared_on_duty") == rows("staff.untrained_alone") == []
    supervisor = world.supervisor
    with acting(supervisor.pk, supervisor.name):
        for credential in world.cedar.credentials:
            homes.end_credential(credential, on=world.today - DAY, by=supervisor)
    on_duty = {row.pk for row in world.cedar.shift.staff.all()}
    assert len(on_duty) == 2
    assert subjects("staff.uncleared_on_duty") == subjects("staff.untrained_alone") == on_duty
    assert row("shift.first_aiders", world.cedar.shift.pk).value == 0


def test_school_is_missed_until_somebody_goes_again(world: World) -> None:
    staff, resident = world.cedar.staff, world.ada.resident
    with acting(staff.pk, staff.name):
        (entry,) = residents.log_school(
            {resident: residents.Said("Did not go", why="Did not feel well")},
            facility=world.cedar.facility,
            shift=world.cedar.shift,
            happened_at=world.now - 2 * HOUR,
            by=staff,
        )
    assert row("school.missed", entry.pk).until is None
    with acting(staff.pk, staff.name):
        residents.log_school(
            {resident: residents.Said("Went to school")},
            facility=world.cedar.facility,
            shift=world.cedar.shift,
            happened_at=world.now - HOUR,
            by=staff,
        )
    assert row("school.missed", entry.pk).until == world.now - HOUR
    assert len([each for each in rows("school.entered") if each.resident == resident.pk]) == 2


def test_the_next_hearing_begins_with_its_day_in_the_home(world: World) -> None:
    caseworker, case = world.caseworker, world.ada.case
    assert case.pk not in subjects("case.hearing")
    with acting(caseworker.pk, caseworker.name):
        case.next_hearing_on = world.today + 9 * DAY
        case.save()
    found = row("case.hearing", case.pk)
    assert found.at.astimezone(world.cedar.facility.zone).date() == world.today + 9 * DAY
    assert found.facility == world.cedar.facility.pk


def test_a_plan_that_says_what_is_usual_is_no_plan_to_look_more_often(world: World) -> None:
    plan, caseworker = world.ada.look_plan, world.caseworker
    assert rows("looks.more_often") == []
    with acting(caseworker.pk, caseworker.name):
        residents.end_look_plan(plan, reason="Another one", by=caseworker)
        closer = residents.plan_looks(
            world.ada.resident,
            day_minutes=30,
            night_minutes=15,
            vary_minutes=0,
            reason="Afraid",
            ends_at=world.now + 9 * DAY,
            by=caseworker,
        )
    assert row("looks.more_often", closer.pk).facility == world.cedar.facility.pk


def test_serious_damage_and_a_young_person_who_left_for_somewhere_else(world: World) -> None:
    assert rows("incident.damage") == rows("stay.left_elsewhere") == rows("stay.moved_unplanned") == []
    pk = report(world, "property", world.now - HOUR, world.cedar.staff)
    assert subjects("incident.damage") == {pk}
    supervisor = world.supervisor
    caseworker = world.caseworker
    for key, to in (("ada", "other"), ("bea", "foster")):
        stay = world.young[key].stay
        if world.young[key].proposal:
            with acting(caseworker.pk, caseworker.name):
                homes.withdraw_discharge_proposal(world.young[key].proposal, reason="Sooner", by=caseworker)
        with acting(supervisor.pk, supervisor.name):
            homes.discharge(
                stay,
                at=world.now,
                to=to,
                reason="Sooner than planned",
                after_care="A call",
                after_care_contact="The caseworker",
                first_check_on=world.today + DAY,
                by=supervisor,
            )
    assert subjects("stay.left_elsewhere") == {world.ada.stay.pk}
    assert subjects("stay.moved_unplanned") == {world.bea.stay.pk}
    assert subjects("stay.moved_home") == set()


def test_a_move_is_planned(world: World) -> None:
    caseworker, *_ = people_of(world, world.ada)
    with acting(caseworker.pk, caseworker.name):
        homes.withdraw_discharge_proposal(world.ada.proposal, reason="Another plan", by=caseworker)
        homes.propose_discharge(
            world.ada.stay,
            leaves_at=world.now + timedelta(days=20),
            to="home",
            reason="Nearer to school",
            after_care="A call",
            after_care_contact="The caseworker",
            first_check_on=world.today + timedelta(days=22),
            by=caseworker,
        )
    assert row("stay.move_planned", world.ada.stay.pk).at == world.now + timedelta(days=20)
    assert len([each for each in rows("stay.leaving_planned") if each.subject == world.ada.stay.pk]) == 1


def test_after_care_is_checked(world: World) -> None:
    caseworker, *_ = people_of(world, world.fay)
    with acting(caseworker.pk, caseworker.name):
        homes.record_after_care_check(
            world.fay.discharge, checked_at=world.now - HOUR, note="Doing well", next_check_on=None, by=caseworker
        )
    assert subjects("stay.after_care_checked") == {world.fay.stay.pk}


def test_a_clinician_has_assessed(world: World) -> None:
    *_, clinician = people_of(world, world.ada)
    with acting(clinician.pk, clinician.name):
        note = residents.write_clinical_note(
            world.ada.resident, kind="assessment", text="As it is", happened_at=world.now - HOUR, by=clinician
        )
    assert subjects("clinical.assessed") == {note.pk}
    assert note.pk not in subjects("clinical.session")
