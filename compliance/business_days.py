"""Which days the offices of a jurisdiction are closed: the holidays that its clocks pass over.

Where it's doubtful whether an office is closed, the day counts as a business day: a clock then ends earlier, never later.
California: Government Code 6700, 6701 (state offices). Texas: Government Code 662.003, 662.005 (holidays on which offices stay
open with fewer people are business days; one on a weekend is not moved). Florida: Statutes 110.117. Federal: 5 USC 6103.
"""

from collections.abc import Iterable
from datetime import date, timedelta

MONDAY, THURSDAY = 0, 3
SATURDAY, SUNDAY = 5, 6


def nth(year: int, month: int, weekday: int, number: int) -> date:
    """Return the ``number``-th ``weekday`` (Monday is 0) of a month; -1 is the last one."""
    if number > 0:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))
    following = date(year + month // 12, month % 12 + 1, 1)
    last = following - timedelta(days=1)
    return last - timedelta(days=(last.weekday() - weekday) % 7)


def moved(day: date, *, saturday: int, sunday: int) -> date:
    """Return the day on which a holiday is kept: moved by so many days when it falls on a Saturday or a Sunday."""
    return day + timedelta(days={SATURDAY: saturday, SUNDAY: sunday}.get(day.weekday(), 0))


def _shared(year: int) -> dict[str, date]:
    return {
        "new year": date(year, 1, 1),
        "king": nth(year, 1, MONDAY, 3),
        "presidents": nth(year, 2, MONDAY, 3),
        "memorial": nth(year, 5, MONDAY, -1),
        "independence": date(year, 7, 4),
        "labor": nth(year, 9, MONDAY, 1),
        "veterans": date(year, 11, 11),
        "thanksgiving": nth(year, 11, THURSDAY, 4),
        "christmas": date(year, 12, 25),
    }


def _federal(year: int) -> set[date]:
    days = {*_shared(year).values(), date(year, 6, 19), nth(year, 10, MONDAY, 2)}
    days.add(date(year + 1, 1, 1))  # kept on the last day of this year when it is a Saturday
    return {moved(day, saturday=-1, sunday=1) for day in days}


def _california(year: int) -> set[date]:
    shared = _shared(year)
    days = {*shared.values(), date(year, 3, 31), shared["thanksgiving"] + timedelta(days=1)}
    veterans = moved(shared["veterans"], saturday=-1, sunday=1)
    return {veterans, *(moved(day, saturday=0, sunday=1) for day in days - {shared["veterans"]})}


def _texas(year: int) -> set[date]:
    shared = _shared(year)
    return {
        *shared.values(),
        shared["thanksgiving"] + timedelta(days=1),
        date(year, 12, 24),
        date(year, 12, 26),
    }


def _florida(year: int) -> set[date]:
    shared = _shared(year)
    days = {day for name, day in shared.items() if name != "presidents"}
    days |= {shared["thanksgiving"] + timedelta(days=1), date(year + 1, 1, 1)}
    return {moved(day, saturday=-1, sunday=1) for day in days}


CALENDARS = {
    "US": _federal,
    "US-CA": _california,
    "US-TX": _texas,
    "US-FL": _florida,
    "INT": lambda year: set(),  # weekends only
    "HOUSE": lambda year: set(),  # likewise
}


def holidays(jurisdiction: str, years: Iterable[int]) -> set[date]:
    """Return the days of ``years`` on which the offices of ``jurisdiction`` are closed, beside Saturdays and Sundays.

    Raises ``KeyError`` for a jurisdiction without a calendar.
    """
    return {day for year in years for day in CALENDARS[jurisdiction](year) if day.year in (year, year - 1, year + 1)}
