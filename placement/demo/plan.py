"""The plan of the demo: plain data, made without the database, that says who does what at which moment."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

AGENCY_ZONE = "America/Los_Angeles"
SYSTEM = ""  # as ``by``: the command itself


@dataclass(frozen=True)
class The:
    """A thing that an earlier act made, or what ``path`` leads to from it ("resident" of a case, "parts.get()" of an incident)."""

    key: str
    path: str = ""


@dataclass(frozen=True)
class Paper:
    """A small file to be drawn when it is filed. The ending of ``name`` says what kind: pdf, png or txt."""

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Act:
    """One thing that somebody does: the operation ``do`` with ``args``, at ``at`` (UTC), by the account ``by``."""

    at: datetime
    by: str
    do: str
    args: dict[str, Any]
    makes: str = ""


@dataclass(frozen=True)
class Stay:
    """Who lives where, from when to when (``ends_at`` None: still)."""

    young: str
    home: str
    bed: str
    starts_at: datetime
    ends_at: datetime | None = None

    def covers(self, moment: datetime) -> bool:
        """Return whether the young person lives there at ``moment``."""
        return self.starts_at <= moment and (self.ends_at is None or moment < self.ends_at)


@dataclass
class Plan:
    """Everything that will happen, told relative to ``now``. ``days`` is how many days of shifts are told."""

    now: datetime
    days: int = 90
    acts: list[Act] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    away: list[tuple[str, datetime, datetime]] = field(default_factory=list)

    @property
    def today(self) -> date:
        """Return the agency's calendar day."""
        return self.now.astimezone(ZoneInfo(AGENCY_ZONE)).date()

    def day(self, days_ago: int) -> date:
        """Return the day that many days ago; a negative number is to come."""
        return self.today - timedelta(days=days_ago)

    def when(self, days_ago: int, clock: str, zone: str = AGENCY_ZONE) -> datetime:
        """Return the moment ``clock`` ("HH:MM", local time of ``zone``) on the day that many days ago, in UTC."""
        hour, minute = clock.split(":")
        local = datetime.combine(self.day(days_ago), time(int(hour), int(minute)), ZoneInfo(zone))
        return local.astimezone(ZoneInfo("UTC"))

    def tell(self, at: datetime, by: str, do: str, makes: str = "", /, **args: Any) -> None:
        """Add one act. Raises ``ValueError`` for an act to come."""
        if at > self.now:
            raise ValueError(f"{do} by {by} is told for a moment to come")
        self.acts.append(Act(at, by, do, args, makes))

    def ordered(self) -> list[Act]:
        """Return the acts as they happen; acts of the same moment in the order in which they were told."""
        return sorted(self.acts, key=lambda act: act.at)

    def living_in(self, home: str, moment: datetime) -> list[str]:
        """Return who lives in ``home`` at ``moment`` and is not away, in the order in which they came."""
        gone = {who for who, begins, ends in self.away if begins <= moment < ends}
        return [
            stay.young for stay in self.stays if stay.home == home and stay.covers(moment) and stay.young not in gone
        ]


def chance(*about: object) -> Random:
    """Return a source of chance that always gives the same for the same subject."""
    return Random("demo|" + "|".join(str(each) for each in about))
