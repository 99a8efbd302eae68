"""How old a young person is: counted by the calendar of the place where they are."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from placement.access.models import Person
from placement.audit.clock import now


def full_years(birth_date: date, day: date) -> int:
    """Return the age in full years on ``day``."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def place_of(stay: Any, reader: Person) -> ZoneInfo:
    """Return the zone of the home of ``stay``, or the reader's own when there is none that the reader may know."""
    return stay.facility.zone if stay else ZoneInfo(reader.time_zone)


def age_now(birth_date: date | None, place: ZoneInfo) -> int | None:
    """Return the age on the day that it is at ``place``; ``None`` while the date of birth is not known."""
    return None if birth_date is None else full_years(birth_date, now().astimezone(place).date())
