"""When medication is due over the clock changes, in Python and in the database alike."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from hypothesis import example, given
from hypothesis import strategies as st

from residents.models.medication import EVERY_DAY
from residents.queries.medication_times import due_between, moment_of

LA = ZoneInfo("America/Los_Angeles")
ZONES = [
    "America/Los_Angeles",
    "America/Chicago",
    "America/Phoenix",
    "America/New_York",
    "Pacific/Honolulu",
    "Europe/London",
]
AUTUMN, SPRING = date(2026, 11, 1), date(2026, 3, 8)  # clocks go back, and forward, at 02:00
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

clocks = (st.times().map(lambda clock: clock.replace(second=0, microsecond=0))).map(
    lambda clock: clock.replace(fold=0)
)  # nobody types a fold
days = st.dates(date(2024, 1, 1), date(2030, 12, 31))
near_changes = st.one_of(st.sampled_from([AUTUMN, SPRING, date(2026, 10, 25), date(2026, 3, 29)]), days)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), LA).astimezone(UTC)


def due(day: date, *times: time) -> list[datetime]:
    """What is due on the calendar day."""
    return due_between(times, EVERY_DAY, LA, at(day, 0), at(day + DAY, 0))


def test_a_time_that_comes_twice_is_due_once_at_the_first() -> None:
    [only] = due(AUTUMN, time(1, 30))
    assert only == datetime(2026, 11, 1, 8, 30, tzinfo=UTC)  # 01:30 PDT; the second is at 09:30 UTC
    assert only.astimezone(LA).tzname() == "PDT"


def test_a_time_that_is_skipped_is_due_an_hour_later_on_the_clock() -> None:
    [only] = due(SPRING, time(2, 30))
    assert only == datetime(2026, 3, 8, 10, 30, tzinfo=UTC)
    assert f"{only.astimezone(LA):%H:%M %Z}" == "03:30 PDT"
    assert due(SPRING, time(2, 30), time(3, 30)) == [only]


def test_only_the_days_that_are_ordered() -> None:
    week = due_between([time(8)], [1, 5], LA, at(date(2026, 11, 2), 0), at(date(2026, 11, 9), 0))
    assert [moment.astimezone(LA).isoweekday() for moment in week] == [1, 5]


@given(st.sampled_from(ZONES), near_changes, st.lists(clocks, min_size=1, max_size=4, unique=True))
@example("America/Los_Angeles", AUTUMN, [time(1, 30), time(0, 30), time(2, 30)])
@example("America/Los_Angeles", SPRING, [time(1, 30), time(2, 0), time(2, 30), time(3, 0)])
def test_each_day_has_each_time_once_and_never_at_another_hour(zone: str, day: date, times: list[time]) -> None:
    here = ZoneInfo(zone)
    start, end = (datetime.combine(one, time(0), here).astimezone(UTC) for one in (day, day + DAY))
    found = due_between(times, EVERY_DAY, here, start, end)
    assert found == sorted(set(found))
    assert set(found) == {moment_of(day, clock, here) for clock in times}
    assert all(start <= moment < end for moment in found)
    for clock in times:
        shown = moment_of(day, clock, here).astimezone(here).replace(tzinfo=None)
        assert shown - datetime.combine(day, clock) in (timedelta(), HOUR)


@given(st.sampled_from(ZONES), near_changes, clocks, st.integers(1, 72))
def test_pieces_of_time_have_what_the_whole_has(zone: str, day: date, clock: time, hours: int) -> None:
    """A shift, and the next one, together have each dose once."""
    here = ZoneInfo(zone)
    start = datetime.combine(day, time(0), here).astimezone(UTC)
    middle, end = start + hours * HOUR, start + 96 * HOUR
    whole = due_between([clock], EVERY_DAY, here, start, end)
    parts = [due_between([clock], EVERY_DAY, here, *piece) for piece in ((start, middle), (middle, end))]
    assert parts[0] + parts[1] == whole


CASES = [
    (zone, day, time(hour, minute))
    for zone in ZONES
    for year in (2025, 2026, 2027)
    for day in (
        *(date(year, 3, number) for number in range(8, 15)),
        *(date(year, 11, number) for number in range(1, 8)),
        *(date(year, month, number) for month in (3, 10) for number in range(25, 32)),
    )
    for hour, minute in ((0, 0), (0, 30), (1, 0), (1, 30), (2, 0), (2, 30), (3, 0), (3, 30), (12, 15), (23, 59))
]


def test_the_database_has_the_same_answer(db: None) -> None:
    """Around every clock change of three years, and that no other moment is due."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT medication_moment(day, clock, zone),
                 medication_is_due(ARRAY[clock], ARRAY[1, 2, 3, 4, 5, 6, 7]::smallint[], zone, medication_moment(day, clock, zone)),
                 medication_is_due(ARRAY[clock], ARRAY[1, 2, 3, 4, 5, 6, 7]::smallint[], zone,
                   medication_moment(day, clock, zone) + interval '1 hour')
               FROM unnest(%s::text[], %s::date[], %s::time[]) AS told(zone, day, clock)""",
            [list(column) for column in zip(*CASES, strict=True)],
        )
        found = cursor.fetchall()
    assert [moment for moment, *_ in found] == [moment_of(day, clock, ZoneInfo(zone)) for zone, day, clock in CASES]
    assert {(due, later) for _, due, later in found} == {(True, False)}


@pytest.mark.parametrize("days_", [[], [7]])
def test_the_database_asks_for_the_day_too(db: None, days_: list[int]) -> None:
    sunday = moment_of(AUTUMN, time(1, 30), LA)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT medication_is_due(ARRAY[time '01:30'], %s::smallint[], 'America/Los_Angeles', %s)", [days_, sunday]
        )
        assert cursor.fetchone()[0] == (days_ == [7])
