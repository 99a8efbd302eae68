"""What facts find of the days in a home: exits, activities, contacts, medication, shifts, school, plans and moves."""

from datetime import timedelta

from placement.database.context import acting
from placement.facilities import operations as homes
from placement.facilities.operations.exits import Tried
from residents import operations as residents
from residents.models import Restriction
from tests.building.acts import people_of
from tests.building.medication import last_due, ordered
from tests.compliance.test_facts import DAY, HOUR, Row, report, row, rows, subjects
from tests.world import World


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
    supervisor, home = world.supervisor, world.cedar
    began = home.shift.starts_at.astimezone(home.facility.zone).date()  # after midnight that is yesterday
    with acting(supervisor.pk, supervisor.name):
        for credential in home.credentials:
            homes.end_credential(credential, on=began - DAY, by=supervisor)
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


def test_somebody_is_left_out_until_they_take_part_again_in_something_of_that_place(world: World) -> None:
    staff = world.cedar.staff

    def offer(place: str, ago: timedelta, **answers: str) -> None:
        said = {world.young[key].resident: residents.Said(answer, why="Late") for key, answer in answers.items()}
        with acting(staff.pk, staff.name):
            residents.log_activity(
                said,
                facility=world.cedar.facility,
                shift=world.cedar.shift,
                name=f"Offer {ago}",
                place=place,
                happened_at=world.now - ago,
                by=staff,
            )

    offer("out", 40 * HOUR / 60, ada="joined", bea="excluded")
    (left,) = rows("activity.left_out")
    assert (left.resident, left.until) == (world.bea.resident.pk, None)
    offer("in", 30 * HOUR / 60, ada="joined", bea="joined")
    assert rows("activity.left_out")[0].until is None
    offer("out", 20 * HOUR / 60, ada="joined", bea="not_wanted")
    assert rows("activity.left_out")[0].until is None
    offer("out", 10 * HOUR / 60, ada="not_wanted", bea="joined")
    assert rows("activity.left_out")[0].until == world.now - 10 * HOUR / 60


def test_quiet_goes_from_contact_to_contact_and_an_office_is_none(world: World) -> None:
    ada, staff = world.ada.resident, world.cedar.staff

    def quiet() -> list[Row]:
        found = [each for each in rows("contact.quiet") if each.resident == ada.pk]
        return sorted(found, key=lambda each: each.at)

    before = quiet()
    assert before[-1].until is None
    (caseworker, *_) = people_of(world, world.ada)
    with acting(caseworker.pk, caseworker.name):
        lawyer = residents.add_outside_person(
            ada, name="A lawyer", relation="lawyer", permission="allowed", office="lawyer", by=caseworker
        )
    values = {"kind": "call", "facility": world.cedar.facility, "shift": world.cedar.shift, "by": staff}
    with acting(staff.pk, staff.name):
        residents.log_contact(ada, outside_person=lawyer, happened_at=world.now - HOUR / 60, **values)
    assert quiet() == before
    with acting(staff.pk, staff.name):
        residents.log_contact(ada, outside_person=world.ada.outside, happened_at=world.now - HOUR / 120, **values)
    after = quiet()
    assert len(after) == len(before) + 1
    assert (after[-1].at, after[-1].until) == (world.now - HOUR / 120, None)
