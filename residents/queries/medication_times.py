"""When medication is due, in the time of the home. Pure functions, and the same answers as the database's ``medication_is_due``.

On the night in which clocks go back a time comes twice: the dose is due once, at the first. In the night in which they go forward
a time is left out: the dose is due as much later as clocks jump (02:30 is then 03:30). Both are what Python does with ``fold=0``
(PEP 495), so that hours between doses stay what they are on other nights, but for the one hour that the night is longer or shorter.
"""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

EARLY = timedelta(hours=1)  # before the due time: the window opens; after it: the dose is late
LOST = timedelta(hours=4)  # after the due time: nobody has written anything, and the dose counts as missed
DAY = timedelta(days=1)


class Ordered(Protocol):
    """What of an order says when it is due."""

    times: list[time]
    days: list[int]
    starts_at: datetime
    ends_at: datetime | None
    stopped_at: datetime | None


def moment_of(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Return the moment (UTC) at which a dose of ``clock`` is due on ``day``."""
    return datetime.combine(day, clock, zone).astimezone(UTC)


def due_between(
    times: Collection[time], days: Collection[int], zone: ZoneInfo, start: datetime, end: datetime
) -> list[datetime]:
    """Return every due time from ``start`` on and before ``end`` (aware), each once, the earliest first.

    Args:
        days: of the week, Monday is 1.
    """
    found = set()
    day, last = start.astimezone(zone).date() - DAY, end.astimezone(zone).date()
    while day <= last:
        if day.isoweekday() in days:
            found |= {moment for clock in times if start <= (moment := moment_of(day, clock, zone)) < end}
        day += DAY
    return sorted(found)


def due_of(order: Ordered, zone: ZoneInfo, start: datetime, end: datetime) -> list[datetime]:
    """Return the due times of an order between two moments, as far as it is in force then."""
    ends = [moment for moment in (end, order.ends_at, order.stopped_at) if moment is not None]
    return due_between(order.times, order.days, zone, max(start, order.starts_at), min(ends))
