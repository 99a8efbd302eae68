"""The plan of a week: who works when, where somebody is missing, and the next shifts of one person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q

from placement.access.models import Person
from placement.audit.clock import now
from placement.database.context import reading
from placement.facilities.models import Facility, Leave, Placement, RatioCheck, RosterEntry, Shift, ShiftStaff
from placement.facilities.queries.credentials import cannot_work
from placement.facilities.queries.ratio import facts_of, gaps
from placement.facilities.queries.rounds import PERIODS
from placement.facilities.stretches import Change, Duty, Stretch, stretches
from placement.ui.dates import short_day

NEXT_SHIFTS = 4
DAYS_BACK = timedelta(days=7)
REACH = timedelta(days=10_000)  # of a week in an address: some 27 years


@dataclass(frozen=True)
class Planned:
    """One planned shift; ``why_not`` says why the person can't do it any more. ``ahead``: it can still be taken out."""

    entry: RosterEntry
    why_not: str
    ahead: bool


@dataclass(frozen=True)
class Gap:
    """A time in which so many adults are, or were, missing."""

    starts_at: datetime
    ends_at: datetime
    missing: int


@dataclass(frozen=True)
class Cell:
    """One part of one day: who is planned, and the times in which adults are, or were, missing."""

    day: date
    name: str
    starts_at: datetime
    ends_at: datetime
    planned: list[Planned]
    gaps: list[Gap]
    past: bool

    @property
    def missing(self) -> int:
        """Return how many adults are missing at the worst time."""
        return max((gap.missing for gap in self.gaps), default=0)


@dataclass(frozen=True)
class Day:
    """One day of the week with its parts."""

    day: date
    today: bool
    cells: list[Cell]


@dataclass(frozen=True)
class Week:
    """The plan of a home from ``monday`` on."""

    monday: date
    days: list[Day]
    young_people: int

    @property
    def key(self) -> str:
        """Return the name of the week in an address, as ``2026-W48``."""
        return week_key(self.monday)

    @property
    def label(self) -> str:
        """Return the week in words."""
        return f"{short_day(self.monday)} to {short_day(self.monday + timedelta(days=6))}"

    @property
    def before(self) -> str:
        """Return the name of the week before."""
        return week_key(self.monday - timedelta(days=7))

    @property
    def after(self) -> str:
        """Return the name of the week after."""
        return week_key(self.monday + timedelta(days=7))

    @property
    def open_cells(self) -> int:
        """Return how many parts of days that are still to come lack adults."""
        return sum(1 for day in self.days for cell in day.cells if cell.missing and not cell.past)


def week_key(monday: date) -> str:
    """Return the name of a week in an address."""
    year, number, _ = monday.isocalendar()
    return f"{year}-W{number:02}"


def monday_of(key: str, today: date) -> date:
    """Return the Monday of the week that ``key`` names, as ``2026-W48``; of this week for anything else.

    Weeks more than ``REACH`` away from ``today`` are anything else: no plan is so old or so far ahead.
    """
    try:
        year, _, number = key.partition("-W")
        monday = date.fromisocalendar(int(year), int(number), 1)
    except (ValueError, OverflowError):
        monday = date.min
    return monday if abs(monday - today) < REACH else today - timedelta(days=today.weekday())


def week(facility: Facility, monday: date) -> Week:
    """Return the plan of one week: a fixed number of queries for any number of people.

    Times to come are counted as if everybody who lives there were in the house, but for planned leaves.
    """
    zone, moment = facility.zone, now()
    begins, ends = _at(monday, time.min, facility), _at(monday + timedelta(days=7), time(6), facility)
    found = list(
        RosterEntry.objects.filter(facility=facility, starts_at__lt=ends, ends_at__gt=begins)
        .select_related("person", "facility")
        .order_by("starts_at", "person__name")
    )
    barred = cannot_work(found)
    was = gaps(facility, begins, min(ends, moment))  # up to where what is ahead begins, so that one gap is one
    living, will = _ahead(facility, max(begins, moment), ends, [e for e in found if e.pk not in barred])
    days = []
    for number in range(7):
        day = monday + timedelta(days=number)
        cells = []
        for name, starts, stops in PERIODS:
            first = _at(day, starts, facility)
            last = _at(day + timedelta(days=1) if stops <= starts else day, stops, facility)
            planned = [
                Planned(entry, barred.get(entry.pk, ""), entry.starts_at > moment)
                for entry in found
                if first <= entry.starts_at < last
            ]
            cells.append(Cell(day, name, first, last, planned, _within([*was, *will], first, last), last <= moment))
        days.append(Day(day, day == moment.astimezone(zone).date(), cells))
    return Week(monday, days, living)


def _within(found: Iterable[Stretch], first: datetime, last: datetime) -> list[Gap]:
    """Return what of the gaps lies between two moments; those that follow each other and lack as many are one."""
    cut: list[Gap] = []
    for gap in found:
        begins, ends = max(gap.starts_at, first), min(gap.ends_at, last)
        if begins < ends:
            if cut and cut[-1].ends_at == begins and cut[-1].missing == gap.missing:
                begins = cut.pop().starts_at
            cut.append(Gap(begins, ends, gap.missing))
    return cut


def next_shifts(person: Person) -> list[RosterEntry]:
    """Return the next planned shifts of ``person``, the one that runs now included, by time. One query."""
    ahead = RosterEntry.objects.filter(person=person, ends_at__gt=now()).select_related("facility")
    return list(ahead.order_by("starts_at")[:NEXT_SHIFTS])


def planned_at(facility: Facility, moment: datetime) -> list[RosterEntry]:
    """Return who is planned in the home at a moment, by name. One query."""
    there = RosterEntry.objects.filter(facility=facility, starts_at__lte=moment, ends_at__gt=moment)
    return list(there.select_related("person").order_by("person__name"))


def entry_of(facility: Facility, pk: UUID) -> RosterEntry:
    """Return a planned shift of the home. Raises ``RosterEntry.DoesNotExist``."""
    found: RosterEntry = RosterEntry.objects.select_related("person", "facility").get(pk=pk, facility=facility)
    return found


def duty_of(facility: Facility, pk: UUID) -> ShiftStaff:
    """Return somebody on duty in a shift of the home. Raises ``ShiftStaff.DoesNotExist``."""
    found: ShiftStaff = ShiftStaff.objects.select_related("person", "shift__facility").get(
        pk=pk, shift__facility=facility
    )
    return found


def counts_of(shift: Shift | None) -> list[RatioCheck]:
    """Return what was counted in a shift, newest first. One query."""
    return list(RatioCheck.objects.filter(shift=shift).order_by("-at")[:20]) if shift else []


def missing_lately(facility: Facility) -> list[Stretch]:
    """Return when adults were missing in the last seven days, newest first."""
    return gaps(facility, now() - DAYS_BACK, now())[::-1]


@reading("whereabouts")  # numbers only
def _people_ahead(facility: Facility, start: datetime, end: datetime) -> tuple[int, list[Change]]:
    living = Placement.objects.filter(facility=facility, status=Placement.Status.ACTIVE).count()
    changes, away = [], 0
    still = Q(placement__status=Placement.Status.ACTIVE, starts_at__lt=end, ends_at__gt=start)
    for leave in Leave.objects.filter(still, placement__facility=facility):
        if leave.starts_at <= start:
            away += 1
        else:
            changes.append(Change(leave.starts_at, -1))
        changes.append(Change(leave.ends_at, 1))
    coming = Placement.objects.filter(facility=facility, status=Placement.Status.APPROVED, starts_at__lt=end)
    soon = 0
    for starts_at in coming.values_list("starts_at", flat=True):
        if starts_at <= start:
            soon += 1
        else:
            changes.append(Change(starts_at, 1))
    return living - away + soon, changes


def _ahead(
    facility: Facility, start: datetime, end: datetime, entries: Iterable[RosterEntry]
) -> tuple[int, list[Stretch]]:
    if start >= end:
        return 0, []
    present, changes = _people_ahead(facility, start, end)
    duties = [Duty(e.starts_at, e.ends_at, e.awake) for e in entries if e.duty in RosterEntry.COUNTED]
    pieces = stretches(facts_of([facility])[facility.pk], start, end, present=present, changes=changes, duties=duties)
    return present, [piece for piece in pieces if piece.missing]


def _at(day: date, clock: time, facility: Facility) -> datetime:
    return datetime.combine(day, clock, facility.zone).astimezone(UTC)
