"""The home's day in its own time: shifts over midnight, both nights of the clock change, and who is due for a look."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placement.facilities.queries.rounds import in_effect, is_night, meal_at, period_at, round_of
from residents.models import CareEntry

LA = ZoneInfo("America/Los_Angeles")
ZONES = [LA, ZoneInfo("America/Chicago"), ZoneInfo("America/New_York"), ZoneInfo("America/Phoenix")]
moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
HOUR = timedelta(hours=1)


def at(text: str, fold: int = 0) -> datetime:
    """A moment in Los Angeles."""
    return datetime.fromisoformat(text).replace(tzinfo=LA, fold=fold).astimezone(UTC)


@given(moments, st.sampled_from(ZONES))
def test_the_day_is_covered_without_gap_or_overlap(moment, zone):
    period = period_at(moment, zone)
    assert period.starts_at <= moment < period.ends_at
    assert timedelta(hours=7) <= period.ends_at - period.starts_at <= timedelta(hours=9)
    assert period_at(period.ends_at, zone).starts_at == period.ends_at
    assert period_at(period.starts_at - timedelta(microseconds=1), zone).ends_at == period.starts_at


@pytest.mark.parametrize(
    ("evening", "hours"), [("2026-10-31T23:00", 9), ("2026-03-07T23:00", 7), ("2026-11-20T23:00", 8)]
)
def test_a_night_of_the_clock_change_is_as_long_as_it_really_is(evening, hours):
    night = period_at(at(evening), LA)
    assert night.name == "Night"
    assert night.ends_at - night.starts_at == timedelta(hours=hours)
    assert (night.starts_at.astimezone(LA).hour, night.ends_at.astimezone(LA).hour) == (22, 6)


def test_both_half_past_ones_belong_to_the_same_night():
    first, second = at("2026-11-01T01:30"), at("2026-11-01T01:30", fold=1)
    assert second - first == HOUR
    assert period_at(first, LA) == period_at(second, LA)
    assert is_night(first, LA)
    assert is_night(second, LA)


@pytest.mark.parametrize(
    ("clock", "meal"),
    [("07:00", "Breakfast"), ("10:30", None), ("12:00", "Lunch"), ("19:59", "Dinner"), ("20:00", None)],
)
def test_the_meal_is_that_of_the_hour_in_the_home(clock, meal):
    found = meal_at(at(f"2026-11-20T{clock}"), LA)
    assert (found.name if found else None) == meal


def entry(kind: str, happened_at: datetime, outcome: str = "", amends: CareEntry | None = None) -> CareEntry:
    """An entry that was written the moment it happened; an amendment a minute later."""
    written_at = happened_at + timedelta(minutes=1 if amends else 0)
    return CareEntry(kind=kind, outcome=outcome, happened_at=happened_at, written_at=written_at, amends=amends)


@given(st.lists(st.integers(0, 480), max_size=12), st.booleans())
def test_the_next_look_is_counted_from_the_newest_one(minutes, night):
    start = at("2026-10-31T22:00")
    kind = "sleep" if night else "head_count"
    stand = round_of([entry(kind, start + timedelta(minutes=m)) for m in minutes], start, night)
    newest = start + timedelta(minutes=max(minutes, default=0))
    assert stand.due_at - newest == timedelta(minutes=30 if night else 60)


def test_a_look_through_the_clock_change_is_due_an_hour_later_not_two():
    seen = at("2026-11-01T01:30")
    stand = round_of([entry("head_count", seen)], at("2026-10-31T22:00"), night=False)
    assert stand.due_at == at("2026-11-01T01:30", fold=1)


def test_somebody_not_found_counts_as_not_seen_until_found():
    start = at("2026-11-20T08:00")
    missing = entry("head_count", start + HOUR, "Not found")
    stand = round_of([missing], start, night=False)
    assert stand.not_found is missing
    assert stand.due_at == start + HOUR
    after_the_hand_off = round_of([missing], start + 2 * HOUR, night=False, begins=start + 2 * HOUR)
    assert after_the_hand_off.not_found is missing
    assert after_the_hand_off.due_at == start + 2 * HOUR
    found = round_of([missing, entry("head_count", start + 2 * HOUR, "In the house")], start, night=False)
    assert found.not_found is None
    assert found.due_at == start + 3 * HOUR


def test_an_amendment_counts_instead_of_its_first_text_and_a_mistake_not_at_all():
    start = at("2026-11-20T08:00")
    first = entry("meal", start, "Breakfast")
    amended = entry("meal", start, "Meal not wanted", amends=first)
    wrong = entry("mood", start, "Good")
    taken_back = entry("mood", start, CareEntry.MISTAKE, amends=wrong)
    other = entry("activity", start, CareEntry.MISTAKE)
    assert in_effect([first, amended, wrong, taken_back, other]) == [amended]
