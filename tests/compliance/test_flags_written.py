"""How care is written: late, at the end of the shift, in the same words, too evenly; and what looks alike and is not flagged."""

import io
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.management import call_command

from compliance.models import Flag
from compliance.operations import set_flag_number
from placement.database import roles
from placement.database.context import acting
from tests.flags import DAY, HOUR, MINUTE, Told, find, last_change, of_any_time
from tests.world import World

LONG = "Slept well and came to breakfast by herself. She talked about the bus and about school."


@pytest.fixture(params=["cedar", "birch"])
def told(request: pytest.FixtureRequest, committed_world: World) -> Iterator[Told]:
    with roles.as_owner():
        yield Told(committed_world, request.param)


def who(told: Told) -> tuple[object, str, str]:
    return (told.world.homes[told.home].staff, *(("ada", "bea") if told.home == "cedar" else ("cleo", "dina")))


def test_many_late_entries_of_one_day(told: Told) -> None:
    """Written between 23:00 and 23:50, which is one day in the home and two in UTC; flagged when that day is over."""
    staff, first, _ = who(told)
    for number in range(6):
        written = told.at(told.day(2), "23:00") + 10 * number * MINUTE
        told.entry(first, staff, written - 3 * HOUR - number * MINUTE, written, reason="Busy")
    assert find(told.at(told.day(2), "23:58"), "often_late") == []
    (one,) = find(told.at(told.day(1), "00:05"), "often_late")
    assert (one.person_id, one.on_day, one.facts) == (staff.pk, told.day(2), {"minutes": 180})
    assert len(one.evidence) == 6 and one.resident_id is None and one.scope == "home"
    assert find(told.world.now, "often_late") == []


def test_late_entries_that_are_not_many(told: Told) -> None:
    """Five; six of which some are of the next day; a round of both at once, which is one thing; amendments; within two hours."""
    staff, first, second = who(told)
    for number in range(6):
        written = told.at(told.day(3), "23:35") + 5 * number * MINUTE
        told.entry(first, staff, written - 3 * HOUR, written, reason="Busy")  # the last one is of the next day
    for number in range(3):
        written = told.at(told.day(5), "12:00") + 10 * number * MINUTE
        for each in (first, second):
            told.entry(each, staff, written - 4 * HOUR, written, kind="meal", outcome="Breakfast")
    for number in range(8):
        written = told.at(told.day(6), "12:00") + 10 * number * MINUTE
        told.entry(first, staff, written - 110 * MINUTE, written)
        told.amendment(told.entry(first, staff, written - 30 * HOUR), staff, written)
    assert find(told.world.now, "often_late") == []


@pytest.mark.parametrize("longer", [True, False])
def test_a_night_written_at_its_end_when_the_clocks_change(told: Told, longer: bool) -> None:
    """22:00 to 06:00 are nine or seven hours then: the end is the end all the same."""
    of_any_time()
    staff, first, _ = who(told)
    day = last_change(told.zone, told.world.now.astimezone(told.zone).date() - timedelta(days=3), longer=longer)
    starts, ends = told.at(day - DAY, "22:00"), told.at(day, "06:00")
    assert ends - starts == (9 if longer else 7) * HOUR
    shift = told.shift(starts, ends, staff)
    for number in range(6):
        told.entry(first, staff, starts + (20 + 50 * number) * MINUTE, ends - (25 - 3 * number) * MINUTE, shift=shift)
    (one,) = find(ends + 3 * HOUR, "at_the_end")
    assert (one.person_id, one.subject, one.on_day) == (staff.pk, shift.pk, day - DAY)
    assert len(one.evidence) == 6


def test_a_shift_that_was_written_as_it_happened(told: Told) -> None:
    """Also with a busy end; and what happened at the end, however much; and a colleague's entries are not one's own."""
    staff, first, second = who(told)
    admin = told.world.homes[told.home].admin
    shift = told.shift(told.at(told.day(2), "14:00"), told.at(told.day(2), "22:00"), staff, admin)
    for number in range(6):
        told.entry(first, staff, shift.starts_at + (30 + 60 * number) * MINUTE, shift=shift)
        told.entry(second, staff, shift.ends_at - (40 - number) * MINUTE, shift.ends_at - 5 * MINUTE, shift=shift)
        told.entry(second, admin, shift.starts_at + 60 * number * MINUTE, shift=shift, kind="mood", outcome="Good")
    for number in range(3):
        told.entry(second, admin, shift.starts_at + number * HOUR, shift.ends_at - MINUTE, shift=shift)
    assert find(told.world.now, "at_the_end") == []


def test_the_same_text_on_three_days(told: Told) -> None:
    staff, first, second = who(told)
    told.entry(first, staff, told.at(told.day(6), "09:00"), note=LONG)
    told.entry(second, staff, told.at(told.day(4), "09:10"), note=LONG.upper())
    assert find(told.at(told.day(3), "12:00"), "same_text") == []
    told.entry(first, staff, told.at(told.day(2), "23:55"), note=f"  {LONG.replace(' ', '  ')} ")
    (one,) = find(told.at(told.day(1), "01:00"), "same_text")
    assert (one.person_id, one.on_day, len(one.evidence)) == (staff.pk, told.day(2), 3)
    told.entry(first, staff, told.at(told.day(1), "09:00"), note=LONG)
    assert find(told.world.now, "same_text") == []  # it waits to be looked at already


def test_texts_that_are_alike_by_nature(told: Told) -> None:
    """Short ones; those of two people; of one act for several; activities; amendments that carry the text along."""
    staff, first, second = who(told)
    admin = told.world.homes[told.home].admin
    for number in range(4):
        at = told.at(told.day(6 - number), "09:00")
        told.entry(first, staff, at, note="Slept well")
        told.entry(first, staff, at + HOUR, kind="activity", outcome="Took part", text=LONG)
        told.entry(first, (staff, admin)[number % 2], at + 2 * HOUR, note=f"{LONG} With both of them.")
    for each in (first, second):
        told.entry(each, staff, told.at(told.day(3), "15:00"), note=f"{LONG} All of them together.")
    entry = told.entry(first, staff, told.at(told.day(3), "16:00"), note=f"{LONG} Once.")
    for number in range(3):
        told.amendment(entry, staff, told.at(told.day(2), "10:00") + number * DAY / 4, note=f"{LONG} Once.")
    assert find(told.world.now, "same_text") == []


@pytest.mark.parametrize("changes", [True, False])
def test_rounds_to_the_minute(told: Told, changes: bool) -> None:
    """Each half hour through a night, also the one in which the clocks go back; both young people within two minutes."""
    staff, first, second = who(told)
    day = told.day(2)
    if changes:
        of_any_time()
        day = last_change(told.zone, told.day(3), longer=True)
    starts = told.at(day - DAY, "22:00")
    shift = told.shift(starts, told.at(day, "06:00"), staff)
    for number in range(8):
        for late, each in enumerate((first, second)):
            at = starts + (10 + 30 * number + late) * MINUTE
            told.entry(each, staff, at, at + MINUTE, shift=shift, kind="sleep", outcome="Asleep")
    (one,) = find(shift.ends_at + HOUR, "even_rounds")
    assert (one.person_id, one.subject, one.on_day) == (staff.pk, shift.pk, day - DAY)
    assert one.facts == {"minutes": 30} and len(one.evidence) == 16


def test_rounds_as_people_walk_them(told: Told) -> None:
    """Some minutes earlier or later; few; and two people who share the night, each with gaps of their own."""
    staff, first, _ = who(told)
    admin = told.world.homes[told.home].admin
    walked = told.shift(told.at(told.day(3), "22:00"), told.at(told.day(2), "06:00"), staff)
    for number, off in enumerate((0, 4, -3, 2, 6, -1, 3, 0)):
        told.entry(first, staff, walked.starts_at + (10 + 30 * number + off) * MINUTE, shift=walked, kind="sleep")
    few = told.shift(told.at(told.day(5), "22:00"), told.at(told.day(4), "06:00"), staff, admin)
    for number in range(10):
        by = (staff, admin)[number % 2]
        told.entry(first, by, few.starts_at + (10 + 30 * number) * MINUTE, shift=few, kind="sleep")
    assert find(told.world.now, "even_rounds") == []


def test_the_hourly_command_finds_once_and_says_how_many(told: Told) -> None:
    staff, first, _ = who(told)
    for number in range(6):
        written = told.at(told.day(2), "12:00") + 10 * number * MINUTE
        told.entry(first, staff, written - 3 * HOUR, written, reason="Busy")

    def new() -> int:
        out = io.StringIO()
        call_command("compliance", "evaluate", "--recent", "--json", stdout=out)
        return json.loads(out.getvalue())["new_flags"]

    before = Flag.objects.count()
    assert new() == Flag.objects.count() - before > 0
    assert new() == 0
    assert Flag.objects.filter(rule="often_late", person=staff).count() == 2  # one of them is the world's own
    assert {row.history_user_name for row in Flag.history.filter(rule="often_late", on_day=told.day(2))} == {
        "system: compliance evaluate"
    }


def test_what_is_chosen_by_chance_is_always_the_same_and_goes_by_the_rate_of_its_home(told: Told) -> None:
    """Of a hundred entries about twenty at the highest rate, which is that of this home alone."""
    staff, first, _ = who(told)
    supervisor = told.world.supervisor
    made = {told.entry(first, staff, told.at(told.day(2), "08:00") + number * MINUTE).pk for number in range(100)}
    with acting(supervisor.pk, supervisor.name):
        set_flag_number(rule="sample", name="per_thousand", value=1, why="Few", by=supervisor)
        home = told.world.homes[told.home].facility
        set_flag_number(rule="sample", name="per_thousand", value=200, why="New staff", facility=home, by=supervisor)
    find(told.world.now)
    chosen = set(Flag.objects.filter(rule="sample", subject__in=made).values_list("subject", flat=True))
    assert 4 < len(chosen) < 45
    find(told.world.now)
    assert set(Flag.objects.filter(rule="sample", subject__in=made).values_list("subject", flat=True)) == chosen


def test_a_rule_goes_by_the_number_that_is_set(told: Told) -> None:
    staff, first, _ = who(told)
    supervisor = told.world.supervisor
    for number in range(4):
        written = told.at(told.day(2), "12:00") + 10 * number * MINUTE
        told.entry(first, staff, written - 3 * HOUR, written, reason="Busy")
    assert find(told.world.now, "often_late") == []
    with acting(supervisor.pk, supervisor.name):
        set_flag_number(rule="often_late", name="times", value=3, why="Too many late ones", by=supervisor)
    assert len(find(told.world.now, "often_late")) == 1
