"""One thing with a date, as the list of what is due, the calendar and its feed tell it: days are those of the place."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import DateTimeField, Func

from compliance.queries.obligations import CLOSED
from compliance.queries.tasks import on_day
from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.facilities.matching.wording import plural
from placement.facilities.models import Facility
from placement.ui.dates import day_name, time_of_day

HOME, STAFF = "Home", "Staff"


class DayEnds(Func):
    """The moment at which a day is over in a zone: ``DayEnds(day, zone)``."""

    template = "((%(expressions)s))"
    arg_joiner = " + 1)::timestamp AT TIME ZONE ("
    output_field = DateTimeField()


@dataclass(frozen=True)
class Dated:
    """Something that is due, or ends, at ``due`` (aware), at a place in ``zone``.

    key: which row it is, for good. why: a citation or an order. whose: whose duty it is. home: where. about: the code of the
    young person, or ``HOME`` or ``STAFF``. outside: what a calendar on a phone says of it beside that; it names no person and no
    place, and of a young person never more than that something is due.
    """

    key: str
    due: datetime
    zone: ZoneInfo
    kind: str
    title: str
    href: str
    why: str = ""
    whose: str = ""
    about: str = HOME
    home: Facility | None = None
    outside: str = "review due"
    severity: str = ""

    @property
    def all_day(self) -> bool:
        """Return whether the whole day counts: it is due when a day is over, at midnight."""
        return day_begins(self.due.astimezone(self.zone).date(), self.zone) == self.due

    @property
    def day(self) -> date:
        """Return the day on which it is due: for what has the whole day, the one that ends then."""
        here = self.due.astimezone(self.zone).date()
        return here - timedelta(days=1) if self.all_day else here

    @property
    def late(self) -> bool:
        """Return whether it should have been done by now."""
        return self.due <= now()

    @property
    def clock(self) -> datetime:
        """Return the time that a clock counts to: the last minute of a whole day."""
        return self.due - timedelta(minutes=1) if self.all_day else self.due

    @property
    def note(self) -> str:
        """Return the small line under the clock of what has a whole day; empty for what has an hour."""
        return on_day(self.day, self.zone) if self.all_day else ""

    @property
    def when(self) -> str:
        """Return the day, and the hour where it has one, in the zone of the place."""
        here = self.due.astimezone(self.zone)
        day = day_name(self.day, now().astimezone(self.zone).date())
        return day if self.all_day else f"{day}, {time_of_day(here)}"

    @property
    def days(self) -> str:
        """Return in words how many days of the place's calendar are left, or over."""
        left = (self.day - now().astimezone(self.zone).date()).days
        if left < 0:
            return f"{plural(-left, 'day')} late"
        return "late" if self.late else "today" if left == 0 else f"in {plural(left, 'day')}"

    @property
    def place(self) -> str:
        """Return the name of the home, where the reader may know which one it is."""
        return str(self.home or "")

    @property
    def is_of_young(self) -> bool:
        """Return whether it is about a young person."""
        return self.about not in (HOME, STAFF)

    @property
    def code(self) -> str:
        """Return the code of the young person whom it is about; empty for nobody, and for one whose record is closed."""
        return self.about if self.is_of_young and self.about != CLOSED else ""

    @property
    def said_outside(self) -> str:
        """Return what the feed says."""
        return f"{self.about}: {self.outside}"


def day_begins(day: date, zone: ZoneInfo) -> datetime:
    """Return the first moment of ``day`` in ``zone``, as UTC: also where clocks are set forward at midnight."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def as_known_to(person: Person, rows: Iterable[Dated]) -> list[Dated]:
    """Return ``rows`` without the homes that ``person`` may not know: where somebody lives, or lived, is no part of a date."""
    rows = list(rows)
    homes = Facility.objects.visible_to(person, Can.VIEW_FACILITY).filter(
        pk__in={row.home.pk for row in rows if row.home}
    )
    known = set(homes.values_list("pk", flat=True))
    return [row if row.home is None or row.home.pk in known else replace(row, home=None) for row in rows]


def in_order(rows: Any) -> list[Dated]:
    """Return what is due first, first."""
    return sorted(rows, key=lambda row: (row.due, row.title, row.key))
