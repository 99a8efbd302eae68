"""The one way in which pages print days and times: ``Nov 23, 2026`` and ``Nov 23, 14:05``, in the zone of the place."""

import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from placement.ui.moments import happenings


def short_day(day: datetime.date) -> str:
    """Return a day without its year: ``Nov 23``."""
    return f"{day:%b} {day.day}"


def full_day(day: datetime.date) -> str:
    """Return a day as papers name it: ``Nov 23, 2026``."""
    return f"{short_day(day)}, {day.year}"


def month_name(day: datetime.date) -> str:
    """Return the month of a day: ``November 2026``."""
    return f"{day:%B %Y}"


def month_mark(day: datetime.date) -> str:
    """Return the month of a day where there is little room: ``Nov``."""
    return f"{day:%b}"


def weekday_mark(day: datetime.date) -> str:
    """Return the weekday of a day where there is little room: ``Mo``."""
    return f"{day:%a}"[:2]


def weekday_name(day: datetime.date) -> str:
    """Return a day with the whole name of its weekday: ``Monday, Nov 30``."""
    return f"{day:%A}, {short_day(day)}"


def month_code(day: datetime.date) -> str:
    """Return the month of a day for an address: ``2026-11``."""
    return f"{day:%Y-%m}"


def first_of_month(code: str, today: datetime.date) -> datetime.date:
    """Return the first day of the month ``2026-11``; of the month of ``today`` when the text is none."""
    try:
        return datetime.date.fromisoformat(f"{code}-01")
    except ValueError:
        return today.replace(day=1)


def day_name(day: datetime.date, today: datetime.date) -> str:
    """Return ``today``, ``yesterday``, ``tomorrow`` or ``Tue Nov 24`` (with the year when it is another)."""
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get((day - today).days)
    return near or f"{day:%a} {short_day(day) if day.year == today.year else full_day(day)}"


def zoned(value: datetime.datetime, zone: Any = None) -> datetime.datetime:
    """Return an aware moment in ``zone`` (a ZoneInfo or its name), or in the current zone."""
    if isinstance(zone, str) and zone:
        zone = ZoneInfo(zone)
    return value.astimezone(zone or timezone.get_current_timezone())


def time_of_day(here: datetime.datetime) -> str:
    """Return ``16:00``, with the zone's name where that alone misleads: ``01:30 PDT``.

    That is in the hour that comes twice when clocks go back, and wherever the reader's own clock shows another time.
    """
    naive = here.replace(tzinfo=None, fold=0)
    twice = isinstance(here.tzinfo, ZoneInfo) and len(happenings(naive, here.tzinfo)) == 2
    return f"{here:%H:%M %Z}" if twice or elsewhere(here) else f"{here:%H:%M}"


def elsewhere(here: datetime.datetime) -> bool:
    """Return whether the reader's clock shows another time than ``here`` at that moment."""
    return here.utcoffset() != zoned(here).utcoffset()


def moment_name(value: datetime.datetime, zone: Any = None) -> str:
    """Return a moment as people say it today: ``Tue Nov 24, 16:00`` (``today, 16:00``)."""
    here = zoned(value, zone)
    return f"{day_name(here.date(), zoned(timezone.now(), zone).date())}, {time_of_day(here)}"


def full_moment(value: datetime.datetime, zone: Any = None) -> str:
    """Return a moment as a record keeps it: ``Nov 23, 2026, 14:05 PST``."""
    here = zoned(value, zone)
    return f"{full_day(here)}, {here:%H:%M %Z}"
