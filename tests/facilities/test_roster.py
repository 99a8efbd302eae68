"""Planning a week, what people hold, coming and going, and what is said about the next hours."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from placement.access.models import Person
from placement.audit.clock import at_time, now
from placement.database.constraints import Refused
from placement.database.context import acting
from placement.facilities import operations
from placement.facilities.models import Credential, LicenceCondition, RatioCheck, RosterEntry, ShiftStaff
from placement.facilities.queries.credentials import cannot_work, held
from placement.facilities.queries.medication import may_administer
from placement.facilities.queries.ratio import RatioNow, gaps, here_of, present_now, ratio_now
from placement.facilities.queries.standing import homes_now
from residents import operations as residents
from tests.facilities.conftest import do
from tests.facilities.shift_page import fill
from tests.world import World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def plan(world: World, begins: datetime, hours: float = 8, person: Person | None = None, **more: Any) -> Any:
    times = [(begins, begins + hours * HOUR)]
    who = person or world.staff_cedar
    return do(world.admin_cedar, operations.plan_shifts, world.cedar.facility, who, times=times, **more)[0]


def end(world: World, kind: str, days: int, person: Person | None = None) -> Credential:
    credential = Credential.objects.get(person=person or world.staff_cedar, kind=kind)
    return do(world.admin_cedar, operations.end_credential, credential, on=world.today + days * DAY)


def stands(world: World, person: Person | None = None) -> RatioNow:
    who = person or world.staff_cedar
    with acting(who.pk, who.name):
        return ratio_now(here_of(homes_now([world.cedar.facility])))[world.cedar.facility.pk]


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("background", "the background clearance ends on"),
        ("first_aid", "the first aid and CPR ends on"),
        ("training", "the required training ends on"),
    ],
)
def test_who_lacks_something_is_not_planned_and_the_reason_stands_at_the_name(world, kind, sentence):
    end(world, kind, 2)
    plan(world, world.now + 2 * HOUR)
    with pytest.raises(Refused, match=f"^Staff Cedar can't work on .*: {sentence}") as refused:
        plan(world, world.now + 4 * DAY)
    assert refused.value.field == "person"
    assert RosterEntry.objects.filter(starts_at__gt=world.now + 3 * DAY).count() == 0


def test_the_other_two_kinds_stop_nobody_from_being_planned(world):
    end(world, "medication", 0)
    assert plan(world, world.now + 4 * DAY)


def test_a_plan_for_several_days_is_made_whole_or_not_at_all(world):
    end(world, "training", 6)
    days = [world.now + n * DAY for n in (3, 4, 9)]
    before = RosterEntry.objects.count()
    with pytest.raises(Refused, match="required training ends"):
        do(
            world.admin_cedar,
            operations.plan_shifts,
            world.cedar.facility,
            world.staff_cedar,
            times=[(day, day + HOUR) for day in days],
        )
    assert RosterEntry.objects.count() == before


@pytest.mark.parametrize(
    ("begins", "hours", "sentence"),
    [(-10, 8, "this time has passed"), (24 * 100, 8, "more than three months"), (50, -1, "end before it starts")],
)
def test_times_that_make_no_sense_are_refused(world, begins, hours, sentence):
    with pytest.raises(Refused, match=sentence):
        plan(world, world.now + begins * HOUR, hours)


def test_a_credential_that_ends_later_marks_what_was_planned(world):
    entry = plan(world, world.now + 4 * DAY)
    end(world, "background", 1)
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        why = cannot_work(RosterEntry.objects.select_related("facility").exclude(pk=world.cedar.planned.pk))
    assert why.keys() == {entry.pk}
    assert "background clearance ends on" in why[entry.pk]
    with acting(world.staff_cedar.pk, world.staff_cedar.name), at_time(world.now + 3 * DAY):
        assert "background clearance ended on" in cannot_work([entry])[entry.pk]
    do(world.supervisor, operations.end_assignment, world.cedar.assignments[0], at=world.now + 2 * DAY)
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        assert cannot_work([entry]) == {entry.pk: "does not work in this home then"}


def test_nobody_else_plans_files_or_takes_out(world):
    home, entry, held_now = world.cedar.facility, world.cedar.planned, world.cedar.credentials[0]
    times = [(world.now + 3 * DAY, world.now + 3 * DAY + HOUR)]
    calls = [
        (operations.plan_shifts, (home, world.staff_cedar), {"times": times}),
        (operations.unplan_shift, (entry,), {}),
        (operations.copy_week, (home,), {"monday": world.today}),
        (operations.end_credential, (held_now,), {"on": world.today}),
        (
            operations.file_credential,
            (home, world.staff_cedar),
            {"kind": "driving", "valid_from": world.today, "valid_to": None},
        ),
    ]
    for by in (world.staff_cedar, world.admin_birch, world.caseworker, world.inspector_cedar):
        for operation, args, kwargs in calls:
            with pytest.raises((home.DoesNotExist, Refused)):
                do(by, operation, *args, **kwargs)
    do(world.admin_cedar, operations.unplan_shift, entry)
    assert not RosterEntry.objects.filter(pk=entry.pk).exists()


def test_what_has_begun_is_not_taken_out(world):
    entry = plan(world, world.now - HOUR)
    with pytest.raises(Refused, match="has begun"):
        do(world.admin_cedar, operations.unplan_shift, entry)


def monday_after(world: World) -> Any:
    return world.today + timedelta(days=7 - world.today.weekday())


def test_last_weeks_plan_is_copied_by_the_clock_and_what_can_t_be_is_said(world):
    zone, monday = world.cedar.facility.zone, monday_after(world)
    do(world.admin_cedar, operations.unplan_shift, world.cedar.planned)
    nights = [
        datetime(day.year, day.month, day.day, 22, tzinfo=zone)
        for day in (monday + timedelta(days=n) for n in range(3))
    ]
    for night in nights:
        plan(world, night, awake=False, duty="lead")
    plan(world, nights[0] - 9 * HOUR, person=world.admin_cedar)
    plan(world, nights[1] + 7 * DAY - 2 * HOUR, 4)  # in the way of one of them
    made, left_out = do(
        world.admin_cedar, operations.copy_week, world.cedar.facility, monday=monday + timedelta(days=7)
    )
    assert sorted((e.person.name, e.awake, e.duty, e.starts_at.astimezone(zone).hour) for e in made) == [
        ("Admin Cedar", True, "care", 13),
        ("Staff Cedar", False, "lead", 22),
        ("Staff Cedar", False, "lead", 22),
    ]
    assert len(left_out) == 1
    assert "Staff Cedar" in left_out[0]
    assert "is planned at that time already" in left_out[0]
    with pytest.raises(Refused, match="planned in this week already"):
        do(world.admin_cedar, operations.copy_week, world.cedar.facility, monday=monday + timedelta(days=7))
    with pytest.raises(Refused, match="nothing to copy"):
        do(world.admin_cedar, operations.copy_week, world.cedar.facility, monday=monday + timedelta(days=35))


@pytest.mark.parametrize(
    ("credential", "person", "may"),
    [
        ("", "staff_cedar", True),
        ("medication", "staff_cedar", False),
        ("background", "staff_cedar", False),
        ("", "staff_birch", False),
        ("", "caseworker", False),
    ],
)
def test_who_may_give_medication_works_there_and_holds_both(world, credential, person, may):
    if credential in ("medication", "background"):
        end(world, credential, -1)
    who, by = world.people[person], world.staff_cedar
    with acting(by.pk, by.name):
        assert may_administer(who, world.cedar.facility, now()) is may
        assert not may_administer(who, world.cedar.facility, now() + 300 * DAY)


def test_how_one_kind_stands_is_said_in_words_and_colour(world):
    day = world.today

    def words(*spans: tuple[int, int | None]) -> tuple[str, str]:
        filed = [
            Credential(kind="background", valid_from=day + a * DAY, valid_to=None if b is None else day + b * DAY)
            for a, b in spans
        ]
        found = held(filed, Credential.Kind.BACKGROUND, day)
        return found.words.split(" ")[0], found.tag

    assert words() == ("none", "late")
    assert words((-9, None)) == ("no", "good")
    assert words((-9, 90)) == ("until", "good")
    assert words((-9, 7)) == ("ends", "due")
    assert words((-9, 7), (8, 90)) == ("until", "good")
    assert words((-9, 7), (10, 90)) == ("ends", "due")
    assert words((-9, -1)) == ("ended", "late")
    assert words((3, 90)) == ("from", "late")


def test_staff_come_and_go_while_the_shift_runs_and_each_time_is_counted(world):
    shift = world.cedar.shift
    mine = ShiftStaff.objects.get(shift=shift, person=world.admin_cedar)
    do(world.staff_cedar, operations.go_off_duty, mine, at=now() - HOUR)
    assert [row.person for row in stands(world).staff] == [world.staff_cedar]
    with pytest.raises(Refused, match="gone off duty already"):
        do(world.staff_cedar, operations.go_off_duty, mine)
    with pytest.raises(Refused, match="already on duty"):
        do(world.staff_cedar, operations.come_on_duty, shift, world.staff_cedar)
    with pytest.raises(Refused, match="does not work in this home"):
        do(world.staff_cedar, operations.come_on_duty, shift, world.staff_birch)
    with pytest.raises(Refused, match="not come yet"):
        do(world.staff_cedar, operations.come_on_duty, shift, world.admin_cedar, at=now() + HOUR)
    with pytest.raises(Refused, match="had not begun"):
        do(world.staff_cedar, operations.come_on_duty, shift, world.admin_cedar, at=shift.starts_at - HOUR)
    do(world.staff_cedar, operations.come_on_duty, shift, world.admin_cedar, awake=False)
    assert {(r.person.name, r.awake) for r in stands(world).staff} == {("Staff Cedar", True), ("Admin Cedar", False)}
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        counted = (
            RatioCheck.objects.filter(shift=shift)
            .order_by("at")
            .values_list("occasion", "awake", "asleep", "young_people")
        )
        assert list(counted) == [("opened", 2, 0, 0), ("left", 1, 0, 2), ("came", 1, 1, 2)]
    do(world.staff_cedar, operations.sign_shift, shift, hand_off="Calm.", about_open="Looked.")
    with pytest.raises(Refused, match="signed"):
        do(world.staff_cedar, operations.go_off_duty, ShiftStaff.objects.filter(shift=shift, left_at=None)[0])


def test_the_next_hours_are_warned_of_before_it_breaks_and_not_when_somebody_is_planned(world):
    ends = world.cedar.shift.ends_at
    breaks = stands(world).breaks
    assert breaks is not None
    assert (breaks.starts_at, breaks.missing, breaks.young_people) == (ends, 1, 2)
    assert "1 awake adult too few for 2 young people" in stands(world).warning
    plan(world, ends, 8)
    assert stands(world).warning == ""


def test_other_work_in_the_house_and_who_may_not_work_do_not_count(world):
    ends = world.cedar.shift.ends_at
    do(world.admin_cedar, operations.unplan_shift, world.cedar.planned)
    plan(world, ends, 8, duty="other")
    assert stands(world).breaks is not None
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        RosterEntry.objects.filter(starts_at=ends).delete()
    plan(world, ends, 8)
    assert stands(world).breaks is None
    end(world, "first_aid", -1)
    assert stands(world).breaks is not None


def test_a_condition_of_the_licence_asks_for_more(world):
    with acting(world.supervisor.pk, world.supervisor.name):
        LicenceCondition.objects.create(
            licence=world.cedar.licence, kind="per_adult", value=1, text="One to one.", starts_on=world.today - DAY
        )
    assert stands(world).now.required.awake == 2
    row = ShiftStaff.objects.get(shift=world.cedar.shift, person=world.admin_cedar)
    do(world.staff_cedar, operations.go_off_duty, row)
    assert stands(world).warning == "Now 1 awake adult too few for 2 young people"


def test_past_times_without_enough_staff_are_found_from_what_was_written(world):
    home = world.cedar.facility
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        found = gaps(home, now() - 12 * HOUR, now() + DAY)
    assert [(gap.young_people, gap.missing, gap.ends_at) for gap in found][-1] == (2, 1, world.cedar.shift.starts_at)
    before = now()
    for row in ShiftStaff.objects.filter(shift=world.cedar.shift):
        do(world.staff_cedar, operations.go_off_duty, row, at=before - HOUR / 2)
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        last = gaps(home, now() - HOUR, now())
    assert last[0].starts_at == before - HOUR / 2
    assert {gap.missing for gap in last} == {1}  # in two pieces when another rule began meanwhile, as at seven


def test_the_quick_count_of_who_is_present_is_that_of_the_shift_page(world, acting_as):
    by, home, young = world.staff_cedar, world.cedar.facility, world.ada.resident
    here = {"facility": home, "shift": world.cedar.shift, "kind": "head_count"}

    def counts() -> tuple[int, int]:
        with acting(by.pk, by.name):
            places = here_of(homes_now([home]))[0].places
            return present_now(home), sum(place not in ("away", "missing") for place in places)

    seen = [counts()]
    look = do(by, residents.log_care, young, outcome="At school", happened_at=now() - HOUR, **here)
    seen.append(counts())
    do(
        by,
        residents.amend_care,
        look,
        outcome="In the house",
        reason="It was Bea.",
        note="",
        happened_at=look.happened_at,
    )
    seen.append(counts())
    wrong = do(by, residents.log_care, young, outcome="At school", happened_at=now() - HOUR * 0.8, **here)
    seen.append(counts())
    do(by, residents.change_care, wrong, outcome="Written by mistake", note="")
    seen.append(counts())
    do(by, residents.log_care, young, outcome="Not found", happened_at=now() - HOUR / 2, **here)
    seen.append(counts())
    said = {"kind": "missing", "severity": "serious", "seen": "Gone", "done": "Looked", "residents": [young]}
    do(by, residents.report_incident, facility=home, shift=None, happened_at=now() - HOUR / 3, **said)
    seen.append(counts())
    do(by, residents.log_care, young, outcome="In the house", happened_at=now() - HOUR / 4, **here)
    seen.append(counts())
    leave = {"kind": "other", "where": "Aunt", "starts_at": now() - HOUR / 6, "ends_at": now() + DAY}
    do(world.admin_cedar, operations.grant_leave, world.bea.stay, **leave)
    seen.append(counts())
    assert seen == [(2, 2), (1, 1), (2, 2), (1, 1), (2, 2), (2, 2), (1, 1), (2, 2), (1, 1)]


def cost(world: World) -> int:
    who = world.staff_cedar
    with acting(who.pk, who.name):
        here = here_of(homes_now([world.cedar.facility]))
        with CaptureQueriesContext(connection) as asked:
            ratio_now(here)
            gaps(world.cedar.facility, now() - DAY, now())
    return len(asked)


def test_the_questions_cost_the_same_for_few_and_for_forty(world, acting_as):
    few = cost(world)
    fill(world, acting_as, 38)
    for number in range(20):
        plan(world, world.now + 3 * DAY + number * 2 * HOUR, 1)
    assert cost(world) == few
