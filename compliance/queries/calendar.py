"""Everything with a date that a reader may see: of a home, or of all that is open to them. One query for each source."""

from calendar import Calendar
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import DateTimeField as Moment
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.urls import reverse

from compliance.codes import as_open_to
from compliance.models import Citation, CorrectiveAction, Obligation
from compliance.queries.case_dates import ANSWERS, SET, tell_obligation
from compliance.queries.dated import HOME, STAFF, Dated, DayEnds, as_known_to, day_begins, in_order
from compliance.queries.obligations import CLOSED, TOLD_LATER, waiting
from compliance.queries.tasks import Cut
from placement.access.models import Person
from placement.access.rights import Can, Role
from placement.audit.clock import now
from placement.facilities.models import Credential, Facility, FireClearance, Licence, Placement, Waiver
from placement.facilities.queries.drills import DRILL_EVERY, last_drills
from placement.ui.dates import full_day, month_code, month_name, weekday_name

MOST = 100  # rows of each source in a month
IN_CELL = 3
KINDS = {
    "law": "What the law asks",
    "paper": "Licences and papers",
    "staff": "Clearances and training",
    "drill": "Drills",
    "action": "Corrective action and citations",
    "young": "Dates of young people",
}


@dataclass(frozen=True)
class Asked:
    """Whose calendar it is: of ``home``, or of all that ``person`` may see; from ``since`` until before ``until``."""

    person: Person
    home: Facility | None
    since: datetime
    until: datetime

    def of_homes(self, rows: Any, home: str = "facility") -> Any:
        """Return those of ``rows`` that are of the home, or of any home that is open to the person from inside."""
        rows = rows.visible_to(self.person, Can.VIEW_BEDS)
        return rows.filter(**{home: self.home}) if self.home else rows

    def within(self, rows: Any, **due: Any) -> Any:
        """Return those of ``rows`` that are due in this time, soonest first. ``due``: how to know it, where no row says it."""
        return rows.annotate(**due).filter(due__gte=self.since, due__lt=self.until).order_by("due", "pk")


@dataclass(frozen=True)
class Day:
    """One day of the month's table. ``more``: how many rows do not fit into its cell."""

    day: date
    of_month: bool
    today: bool
    rows: list[Dated]

    @property
    def shown(self) -> list[Dated]:
        """Return what the cell has room for."""
        return self.rows[:IN_CELL]

    @property
    def name(self) -> str:
        """Return the day in words, as a heading."""
        return weekday_name(self.day)

    @property
    def code(self) -> str:
        """Return the day for the address of a place on the page."""
        return self.day.isoformat()

    @property
    def month_code(self) -> str:
        """Return the month of the day, for an address."""
        return month_code(self.day)

    @property
    def more(self) -> int:
        """Return how many more there are on this day."""
        return max(0, len(self.rows) - IN_CELL)


@dataclass(frozen=True)
class Month:
    """The calendar of a month. ``left_out``: how many rows it does not show."""

    first: date
    rows: list[Dated]
    weeks: list[list[Day]]
    left_out: int

    @property
    def name(self) -> str:
        """Return the month in words."""
        return month_name(self.first)

    @property
    def before_code(self) -> str:
        """Return the month before, for an address."""
        return month_code(self.first - timedelta(days=1))

    @property
    def after_code(self) -> str:
        """Return the month after, for an address."""
        return month_code(self.first + timedelta(days=31))

    @property
    def days(self) -> list[Day]:
        """Return the days of the month on which something is due."""
        return [day for week in self.weeks for day in week if day.of_month and day.rows]


def month(person: Person, first: date, *, home: Facility | None = None, kind: str = "") -> Month:
    """Return the month that begins on ``first``, of one home or of everything that is open to ``person``.

    kind: a key of ``KINDS``. Each row stands on the day of its own place.
    """
    weeks = Calendar(firstweekday=6).monthdatescalendar(first.year, first.month)
    zone = home.zone if home else ZoneInfo(person.time_zone)
    start, end = (day_begins(day, zone) for day in (weeks[0][0], weeks[-1][-1] + timedelta(days=1)))
    spare = timedelta(days=1)  # another place may be a day ahead, or behind
    cut = Cut(MOST)
    rows = collect(person, start - spare, end + spare, cut, home=home, kind=kind)
    by_day: dict[date, list[Dated]] = defaultdict(list)
    for row in rows:
        by_day[row.day].append(row)
    today = now().astimezone(zone).date()
    table = [[Day(day, day.month == first.month, day == today, by_day[day]) for day in week] for week in weeks]
    inside = [row for row in rows if (row.day.year, row.day.month) == (first.year, first.month)]
    return Month(first, inside, table, cut.left_out)


def collect(
    person: Person, since: datetime, until: datetime, cut: Cut, *, home: Facility | None = None, kind: str = ""
) -> list[Dated]:
    """Return what is due from ``since`` until before ``until``, soonest first; ``cut`` takes the first of each source."""
    asked = Asked(person, home, since, until)
    chosen = [source for name, source in SOURCES if kind in ("", name)]
    return in_order(as_known_to(person, (row for source in chosen for row in source(asked, cut))))


def _law(asked: Asked, cut: Cut) -> Iterable[Dated]:
    rows: Any = waiting(Obligation.objects.all()).exclude(severity__in=TOLD_LATER)
    found = asked.of_homes(rows)
    if asked.home is None and (right := ANSWERS.get(Role(asked.person.role))):
        found = found | rows.visible_to(asked.person, right)
    found = asked.within(found, due=F("due_at")).select_related("rule", "resident", "facility")
    rows = as_open_to(asked.person, cut(found))
    return (tell_obligation(row, asked.person, "law") for row in rows if not row.timeless)


def _actions(asked: Asked, cut: Cut) -> Iterable[Dated]:
    rows: Any = CorrectiveAction.objects.filter(done_at__isnull=True)
    found = asked.of_homes(rows, "finding__facility")
    if asked.home is None:
        found = found | rows.filter(owner=asked.person)
    found = asked.within(found, due=DayEnds("due_on", "finding__facility__time_zone"))
    rows = cut(found.select_related("finding__rule", "finding__facility", "finding__resident", "owner"))
    as_open_to(asked.person, [row.finding for row in rows])
    for row in rows:
        about = row.finding
        code = HOME if about.resident_id is None else about.resident.code if about.resident else CLOSED
        yield Dated(
            f"action {row.pk}",
            row.due,
            about.facility.zone,
            "action",
            f"Corrective action: {about.rule.title}",
            reverse("compliance:finding", args=[about.pk]),
            why=about.rule.citation,
            whose=str(row.owner),
            about=code,
            home=about.facility,
            outside="action due" if code == HOME else "review due",
        )


def _citations(asked: Asked, cut: Cut) -> Iterable[Dated]:
    rows: Any = Citation.objects.filter(ended_as="")
    found = rows.visible_to(asked.person, Can.CHANGE_FACILITY) | rows.visible_to(asked.person, Can.INSPECT)
    found = found.filter(inspection__facility=asked.home) if asked.home else found
    found = asked.within(found, due=DayEnds("correct_by", "inspection__facility__time_zone"))
    for row in cut(found.select_related("inspection__facility")):
        home = row.inspection.facility
        yield Dated(
            f"citation {row.pk}",
            row.due,
            home.zone,
            "action",
            f"Put right what was cited: {row.section}",
            reverse("compliance:citation", args=[row.pk]),
            why=f"Visit of {full_day(row.inspection.visited_on)}",
            whose="facility administrator",
            home=home,
            outside="action due",
        )


def _papers(asked: Asked, cut: Cut) -> Iterable[Dated]:
    yield from _paper(
        asked, cut, Licence.objects.filter(status=Licence.Status.LICENSED), "facility", "The licence ends"
    )
    yield from _paper(asked, cut, FireClearance.objects.all(), "facility", "The fire clearance ends")
    yield from _paper(asked, cut, Waiver.objects.all(), "licence__facility", "A waiver of the licence ends", "ends_on")


def _paper(
    asked: Asked, cut: Cut, rows: QuerySet[Any], home: str, title: str, day: str = "valid_to"
) -> Iterable[Dated]:
    dated = asked.of_homes(rows, home).filter(**{f"{day}__isnull": False})
    found = asked.within(dated, due=DayEnds(day, f"{home}__time_zone"))
    for row in cut(found.select_related(home)):
        facility = row.licence.facility if isinstance(row, Waiver) else row.facility
        yield Dated(
            f"{row._meta.model_name} {row.pk}",
            row.due,
            facility.zone,
            "paper",
            title,
            reverse("facilities:detail", args=[facility.pk]),
            why=_of_paper(row),
            whose="facility administrator",
            home=facility,
            outside="licence ends" if isinstance(row, Licence) else "paper ends",
        )


def _of_paper(row: Licence | FireClearance | Waiver) -> str:
    if isinstance(row, Licence):
        return str(row)
    return row.authority if isinstance(row, FireClearance) else row.get_kind_display()


def _staff(asked: Asked, cut: Cut) -> Iterable[Dated]:
    rows: Any = Credential.objects.filter(valid_to__isnull=False)
    found = rows.visible_to(asked.person, Can.CHANGE_FACILITY) | rows.visible_to(asked.person, Can.INSPECT)
    found = found.filter(facility=asked.home) if asked.home else found | rows.filter(person=asked.person)
    found = asked.within(found, due=DayEnds("valid_to", "facility__time_zone"))
    for row in cut(found.select_related("person", "facility")):
        own = row.person_id == asked.person.pk
        where = "facilities:own-credentials" if own else "facilities:credentials"
        yield Dated(
            f"credential {row.pk}",
            row.due,
            row.facility.zone,
            "staff",
            f"{row.get_kind_display()} ends: {row.person}",
            reverse(where, args=[] if own else [row.facility_id]),
            why=f"Valid from {full_day(row.valid_from)}",
            whose="facility administrator",
            about=STAFF,
            home=row.facility,
            outside="own paper ends" if own else "paper ends",
        )


def _drills(asked: Asked, cut: Cut) -> Iterable[Dated]:
    homes = Facility.objects.filter(pk=asked.home.pk) if asked.home else Facility.objects.all()
    rows: Any = last_drills(homes.visible_to(asked.person, Can.VIEW_BEDS))
    rows = rows.filter(last_drill__isnull=False)
    due = ExpressionWrapper(F("last_drill") + DRILL_EVERY, output_field=Moment())
    for home in cut(asked.within(rows, due=due)):
        yield Dated(
            f"drill {home.pk} {home.last_drill.isoformat()}",
            home.due,
            home.zone,
            "drill",
            "Hold a drill",
            reverse("facilities:drills", args=[home.pk]),
            why="Six months after the last one",
            whose="facility administrator",
            home=home,
            outside="drill due",
        )


def _young(asked: Asked, cut: Cut) -> Iterable[Dated]:
    right = Can.VIEW_CASE_SUMMARY if asked.home else ANSWERS.get(Role(asked.person.role))
    if right is None:
        return
    here = Placement.objects.filter(
        resident=OuterRef("resident_id"), facility=asked.home, status=Placement.Status.ACTIVE
    )
    for source in SET:
        rows = source.rows(asked.person).visible_to(asked.person, right)
        if asked.home:
            rows = rows.filter(Q(Exists(here)))
        for row in cut(asked.within(rows)):
            yield source.tell(row, asked.person)


SOURCES: tuple[tuple[str, Callable[[Asked, Cut], Iterable[Dated]]], ...] = (
    ("law", _law),
    ("paper", _papers),
    ("staff", _staff),
    ("drill", _drills),
    ("action", _actions),
    ("action", _citations),
    ("young", _young),
)
