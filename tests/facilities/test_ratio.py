"""How many adults the rules ask for: each rule by its citation, and what must hold for any number and any moment."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placement.facilities.ratio import Condition, HomeFacts, changes_of_rule, required
from placement.facilities.stretches import Change, Duty, one_after_another, stretches

LA, CHICAGO = ZoneInfo("America/Los_Angeles"), ZoneInfo("America/Chicago")
CEDAR = HomeFacts("CA", True, True, LA)
BIRCH = HomeFacts("TX", True, True, CHICAGO)
PINE = HomeFacts("TX", True, False, CHICAGO)
SHELTER = HomeFacts("CA", False, False, LA)
ELSEWHERE = HomeFacts("FL", True, True, ZoneInfo("America/New_York"))
STRICT = HomeFacts(
    "CA",
    True,
    True,
    LA,
    (Condition("per_adult", 4, date(2026, 1, 1)), Condition("awake_night", 2, date(2026, 1, 1), date(2027, 1, 1))),
)
HOMES = [CEDAR, BIRCH, PINE, SHELTER, ELSEWHERE, STRICT]
DAY, NIGHT = datetime(2026, 6, 3, 12), datetime(2026, 6, 3, 23, 30)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
homes, numbers, staff = st.sampled_from(HOMES), st.integers(0, 70), st.integers(0, 8)


@pytest.mark.parametrize(
    ("home", "at", "young_people", "awake", "asleep_ok", "citation"),
    [
        (CEDAR, DAY, 10, 1, 0, "22 CCR 84065.5(a)"),
        (CEDAR, DAY, 11, 2, 0, "22 CCR 84065.5(a)"),
        (CEDAR, NIGHT, 1, 1, 1, "22 CCR 84065.7(a)"),
        (CEDAR, NIGHT, 12, 1, 1, "22 CCR 84065.7(a)"),
        (CEDAR, NIGHT, 13, 1, 0, "22 CCR 84065.7(b)"),
        (CEDAR, NIGHT, 30, 1, 0, "22 CCR 84065.7(b)"),
        (CEDAR, NIGHT, 31, 2, 0, "22 CCR 84065.7(c)"),
        (CEDAR, NIGHT, 61, 3, 0, "22 CCR 84065.7(c)"),
        (BIRCH, DAY, 5, 1, 0, "26 TAC 748.1003(a)"),
        (BIRCH, DAY, 6, 2, 0, "26 TAC 748.1003(a)"),
        (PINE, DAY, 8, 1, 0, "26 TAC 748.1003(a)"),
        (PINE, DAY, 9, 2, 0, "26 TAC 748.1003(a)"),
        (BIRCH, NIGHT, 10, 1, 1, "26 TAC 748.1007(b), (c)"),
        (BIRCH, NIGHT, 11, 1, 2, "26 TAC 748.1007(b), (c)"),
        (BIRCH, NIGHT, 16, 2, 2, "26 TAC 748.1007(b), (c)"),
        (PINE, NIGHT, 24, 1, 2, "26 TAC 748.1007(b), (c)"),
        (STRICT, DAY, 5, 2, 0, "22 CCR 84065.5(a), a condition of the licence"),
        (STRICT, NIGHT, 3, 2, 0, "22 CCR 84065.7(a), a condition of the licence"),
    ],
)
def test_each_rule_as_its_text_says(home, at, young_people, awake, asleep_ok, citation) -> None:
    asked = required(home, young_people, at.replace(tzinfo=home.zone))
    assert (asked.awake, asked.asleep_ok, asked.citation, asked.checked) == (awake, asleep_ok, citation, True)
    assert asked.missing(awake) == 0
    assert asked.missing(awake - 1) == 1
    if asleep_ok:
        assert asked.missing(0, asleep_ok) == 0
        assert asked.missing(0, asleep_ok - 1) > 0
    else:
        assert asked.missing(0, 50) > 0


def test_awake_and_asleep_adults_count_together_where_both_may() -> None:
    asked = required(BIRCH, 25, NIGHT.replace(tzinfo=CHICAGO))
    assert asked.missing(1, 1) == 0
    assert asked.missing(1) == 1


@pytest.mark.parametrize("home", [SHELTER, ELSEWHERE])
def test_without_a_rule_on_file_young_people_are_never_without_an_adult_and_the_page_says_so(home) -> None:
    asked = required(home, 7, DAY.replace(tzinfo=home.zone))
    assert (asked.awake, asked.asleep_ok, asked.checked) == (1, 0, False)
    assert "no rule of the state on file" in asked.citation
    assert required(home, 7, NIGHT.replace(tzinfo=home.zone)).asleep_ok == 1


@pytest.mark.parametrize(
    ("home", "minute_before", "then"),
    [
        (CEDAR, datetime(2026, 6, 3, 21, 59), "22 CCR 84065.7(a)"),
        (CEDAR, datetime(2026, 6, 4, 6, 59), "22 CCR 84065.5(a)"),
        (BIRCH, datetime(2026, 6, 3, 21, 59), "26 TAC 748.1007(b), (c)"),
        (BIRCH, datetime(2026, 6, 4, 5, 59), "26 TAC 748.1003(a)"),
        # clocks go forward on Mar 8 and back on Nov 1, 2026, at two
        (CEDAR, datetime(2026, 3, 7, 21, 59), "22 CCR 84065.7(a)"),
        (CEDAR, datetime(2026, 3, 8, 6, 59), "22 CCR 84065.5(a)"),
        (CEDAR, datetime(2026, 11, 1, 6, 59), "22 CCR 84065.5(a)"),
    ],
)
def test_a_rule_begins_with_its_minute_of_the_homes_clock(home, minute_before, then) -> None:
    before = minute_before.replace(tzinfo=home.zone).astimezone(UTC)
    after = before + timedelta(minutes=1)
    assert required(home, 4, before).citation != then
    assert required(home, 4, after).citation == then
    assert after in changes_of_rule(home, before, before + timedelta(hours=1))


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 7), 8), (date(2026, 10, 31), 10), (date(2026, 6, 3), 9)])
def test_the_night_of_the_clock_change_is_as_long_as_it_is(day, hours) -> None:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=LA).astimezone(UTC)
    pieces = stretches(CEDAR, noon, noon + timedelta(hours=24), present=4, changes=[], duties=[])
    night = [piece for piece in pieces if piece.required.citation == "22 CCR 84065.7(a)"]
    assert len(night) == 1
    assert night[0].ends_at - night[0].starts_at == timedelta(hours=hours)


@given(homes, numbers, MOMENTS, staff, staff)
def test_who_is_enough_for_more_young_people_is_enough_for_fewer(home, number, moment, awake, asleep) -> None:
    if required(home, number + 1, moment).missing(awake, asleep) == 0:
        assert required(home, number, moment).missing(awake, asleep) == 0
    assert required(home, number, moment).awake <= required(home, number + 1, moment).awake


@given(homes, numbers, MOMENTS, staff, staff)
def test_what_is_missing_is_just_enough(home, number, moment, awake, asleep) -> None:
    asked = required(home, number, moment)
    missing = asked.missing(awake, asleep)
    assert asked.missing(awake + missing, asleep) == 0
    if missing:
        assert asked.missing(awake + missing - 1, asleep) == 1
    assert asked.missing(awake + 1, asleep) <= missing


@given(homes, MOMENTS)
def test_an_empty_house_needs_nobody_and_one_young_person_never_stays_alone(home, moment) -> None:
    assert required(home, 0, moment).missing(0) == 0
    assert required(home, 1, moment).missing(0) >= 1
    with pytest.raises(ValueError, match="not negative"):
        required(home, -1, moment)


@given(
    homes,
    MOMENTS,
    st.integers(0, 20),
    st.lists(st.tuples(st.integers(-60, 1500), st.sampled_from([1, -1])), max_size=6),
    st.lists(st.tuples(st.integers(-60, 1500), st.integers(1, 900), st.booleans()), max_size=6),
)
def test_the_pieces_cover_the_time_and_say_what_each_moment_says(home, start, present, moves, works) -> None:
    end = start + timedelta(hours=24)
    minute = timedelta(minutes=1)
    changes = [Change(start + at * minute, by) for at, by in moves]
    duties = [Duty(start + at * minute, start + (at + length) * minute, awake) for at, length, awake in works]
    pieces = stretches(home, start, end, present=present, changes=changes, duties=duties)
    assert [pieces[0].starts_at, *(p.ends_at for p in pieces)] == [*(p.starts_at for p in pieces), end]
    for piece in pieces:
        for at in (
            piece.starts_at,
            piece.starts_at + (piece.ends_at - piece.starts_at) / 2,
            piece.ends_at - timedelta(microseconds=1),
        ):
            here = present + sum(c.by for c in changes if start < c.at <= at)
            assert piece.young_people == max(here, 0)
            assert piece.required == required(home, max(here, 0), at)
            assert piece.awake == sum(d.awake for d in duties if d.starts_at <= at < d.ends_at)


def test_one_person_in_two_shifts_at_once_is_one_adult() -> None:
    noon = datetime(2026, 6, 3, 12, tzinfo=UTC)
    hour = timedelta(hours=1)
    first, second = Duty(noon, noon + 8 * hour, True), Duty(noon + 7 * hour, noon + 15 * hour, False)
    assert one_after_another([second, first]) == [Duty(noon, noon + 7 * hour, True), second]
    assert one_after_another([first, first]) == [first]
