"""The day of a home in its own time: which shift a moment belongs to, which meal, and when the next look is due.

Pure functions over aware moments. A night of the clock change is seven or nine hours long, and comes out as that.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from residents.models import CareEntry
from residents.queries.looks import NOT_SEEN

Kind = CareEntry.Kind

IN_THE_HOUSE = "In the house"
WITH_STAFF = "Out with staff"
AT_SCHOOL = "At school"
DUE_SOON = timedelta(minutes=15)
NIGHT = "Night"
PERIODS = [("Morning", time(6), time(14)), ("Evening", time(14), time(22)), (NIGHT, time(22), time(6))]
MEALS = [("Breakfast", time(6), time(10)), ("Lunch", time(11), time(14)), ("Dinner", time(17), time(20))]
SNACK = "Snack"
ACROSS = (*CareEntry.LOOKS, Kind.MEAL)  # what counts across a hand-off
MEAL_ENDS_SOON = timedelta(hours=1)


@dataclass(frozen=True)
class Span:
    """A named time from ``starts_at`` to ``ends_at`` (aware, UTC; the end is not part of it)."""

    name: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Every:
    """How often somebody is looked at: the times between two looks by day and by night.

    The next look comes up to ``vary`` earlier, by an amount that follows from the last look and ``salt``: it can be worked
    out again as evidence, and nobody in the house can tell it beforehand.
    """

    day: timedelta = timedelta(minutes=60)
    night: timedelta = timedelta(minutes=30)
    vary: timedelta = timedelta()
    salt: str = ""

    @classmethod
    def of_minutes(cls, day: int, night: int, vary: int, salt: object) -> "Every":
        """Return it from minutes."""
        return cls(timedelta(minutes=day), timedelta(minutes=night), timedelta(minutes=vary), str(salt))

    def after(self, look: datetime, night: bool) -> timedelta:
        """Return the time from a look (aware) until the next one is due; whole minutes."""
        usual = self.night if night else self.day
        if not self.vary:
            return usual
        drawn = hashlib.blake2b(f"{self.salt} {look.astimezone(UTC).isoformat()}".encode(), digest_size=8).digest()
        return usual - timedelta(minutes=int.from_bytes(drawn) % (self.vary // timedelta(minutes=1) + 1))


USUAL = Every()


class Place(StrEnum):
    """Where a young person of the home is now, in the words of the counts."""

    HOUSE = "in the house"
    WITH_STAFF = "out with staff"
    AWAY = "away"
    NOT_FOUND = "not found"
    MISSING = "missing"


@dataclass(frozen=True)
class Round:
    """What stands with one young person: when they must be looked at next, what was logged last of each kind, and the
    newest look that found them (``seen``). ``not_found`` is the newest look of all when it did not."""

    due_at: datetime
    last: dict[str, CareEntry]
    seen: CareEntry | None
    not_found: CareEntry | None

    @property
    def place(self) -> Place:
        """Return where the newest look says that they are."""
        if self.not_found:
            return Place.NOT_FOUND
        said = self.seen.outcome if self.seen else ""
        return {WITH_STAFF: Place.WITH_STAFF, AT_SCHOOL: Place.AWAY}.get(said, Place.HOUSE)


def period_at(moment: datetime, zone: ZoneInfo) -> Span:
    """Return the part of the home's day that ``moment`` falls in, with its usual start and end."""
    today = moment.astimezone(zone).date()
    for day in (today - timedelta(days=1), today):
        for name, starts, ends in PERIODS:
            last_day = day + timedelta(days=1) if ends <= starts else day
            span = Span(name, _moment(day, starts, zone), _moment(last_day, ends, zone))
            if span.starts_at <= moment < span.ends_at:
                return span
    raise AssertionError("The periods cover the whole day.")


def is_night(moment: datetime, zone: ZoneInfo) -> bool:
    """Return whether people sleep at that time, so that sleep checks take the place of head counts."""
    return period_at(moment, zone).name == NIGHT


def meal_at(moment: datetime, zone: ZoneInfo) -> Span | None:
    """Return the meal of the hour, or ``None`` between meals."""
    today = moment.astimezone(zone).date()
    for name, starts, ends in MEALS:
        span = Span(name, _moment(today, starts, zone), _moment(today, ends, zone))
        if span.starts_at <= moment < span.ends_at:
            return span
    return None


def meals_over(start: datetime, end: datetime, zone: ZoneInfo) -> list[Span]:
    """Return the meals whose time ended between two moments: a shift that is handed off during a meal leaves it to the next."""
    day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    found = []
    while day <= last:
        for name, starts, ends in MEALS:
            meal = Span(name, _moment(day, starts, zone), _moment(day, ends, zone))
            if start < meal.ends_at <= end:
                found.append(meal)
        day += timedelta(days=1)
    return found


def in_effect(entries: Iterable[CareEntry]) -> list[CareEntry]:
    """Return what counts: the newest version of each entry, without those that were written by mistake."""
    newest: dict[object, CareEntry] = {}
    for entry in sorted(entries, key=lambda e: e.written_at):
        newest[entry.amends_id or entry.pk] = entry
    return [entry for entry in newest.values() if entry.outcome != CareEntry.MISTAKE]


def round_of(
    entries: Iterable[CareEntry],
    since: datetime,
    night: bool,
    begins: datetime | None = None,
    every: Every = USUAL,
) -> Round:
    """Return where one young person stands.

    Args:
        entries: their entries with amendments, from before the shift too: who was not found stays so over a hand-off.
        since: from when the looks are counted: the arrival in the home, or the end of a leave.
        begins: the start of the shift. ``last`` says what was logged from then on, but looks and meals count across the
            hand-off; a look that fell due before it is due at the start.
        every: how often somebody looks.
    """
    counted = sorted(in_effect(entries), key=lambda e: (e.happened_at, e.written_at))
    starts = since if begins is None else begins
    last = {entry.kind: entry for entry in counted if entry.kind in ACROSS or entry.happened_at >= starts}
    looks = [entry for entry in reversed(counted) if entry.kind in CareEntry.LOOKS]
    seen = next((look for look in looks if look.outcome not in NOT_SEEN and look.happened_at >= since), None)
    if looks and looks[0].outcome in NOT_SEEN:
        return Round(max(looks[0].happened_at, starts), last, seen, looks[0])  # look again at once
    counts_from = seen.happened_at if seen else max(since, starts)
    return Round(max(counts_from + every.after(counts_from, night), starts), last, seen, None)


def _moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)
