"""Stays: how full the homes were, and how long a stay lasted.

A night counts for whoever lives in the home at the midnight that ends it, by the clock of the home, as on the page of a home.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Case, DateField, DateTimeField, F, Func, Q, QuerySet, Value, When
from django.db.models.functions import Least
from django.urls import reverse

from compliance.queries.reports.shape import Figure, Line, Part, Report, Wanted, in_months, length, month_after
from placement.access.models import Person
from placement.access.opened import note_opened
from placement.access.rights import Can
from placement.audit.clock import now
from placement.facilities.models import Bed, Placement
from placement.facilities.queries.admissions import today_in
from placement.ui.dates import full_moment
from placement.ui.templatetags.ui import span
from residents.models import Resident

DAY = timedelta(days=1)
NEVER = date(9999, 1, 1)
HEADS = ("Home", "Bed", "From", "Until", "Nights")


def stays(person: Person) -> QuerySet[Placement]:
    """Return the stays of young people who have lived in a home about which ``person`` may read."""
    return Placement.objects.visible_to(person, Can.VIEW_BEDS).filter(status__in=Placement.LIVED, starts_at__lte=now())


class LastDay(Func):
    """The day that ends at, or goes on at, a moment by the clock of a home: at midnight still the day before."""

    template = "(timezone(%(expressions)s) - interval '1 microsecond')::date"
    output_field = DateField()


def with_nights(found: QuerySet[Placement]) -> QuerySet[Placement]:
    """Return stays with their first and last night, and ``goes_until``, their end unless somebody still lives there."""
    goes_on = Q(status=Placement.Status.ACTIVE, ends_at__lte=now())
    until = Case(When(goes_on, then=Value(None)), default=F("ends_at"), output_field=DateTimeField())
    zone = F("facility__time_zone")
    return found.annotate(
        goes_until=until,
        first_night=LastDay(zone, F("starts_at")),
        last_night=Least(  # the last but one day, or yesterday: LEAST leaves out what is not known
            Func(LastDay(zone, until), template="(%(expressions)s - 1)", output_field=DateField()),
            Func(today_in(zone), template="(%(expressions)s - 1)", output_field=DateField()),
        ),
    )


class Census(Report):
    """Who came, left and slept in the homes, and how many of the beds that was."""

    key = "census"
    title = "How full the homes were"
    asks = "How many young people lived in each home, and how many of its beds were used?"
    unit = "nights"
    about = (
        "A night counts for who lives in the home at its end, also when they are away on leave. Beds are those that the home has"
        " today; the days on which one is written down as out of use are taken off.",
        "Somebody who changes the bed begins a new stay. Stays are counted for each month: one that goes on counts in every month.",
    )
    parts = (
        Part("arrivals", "Stays begun", branch="arrivals"),
        Part("departures", "Stays ended", branch="departures"),
        Part("stays", "Stays", branch="nights", adds_up=False),
        Part("nights", "Nights slept", branch="nights"),
        Part("beds", "Nights that beds were there", opens=False),
    )
    headline = "nights"
    figures = (
        Figure(
            "Of the beds",
            lambda cell: f"{100 * cell.numbers['nights'] / cell.numbers['beds']:.0f} %" if cell.numbers["beds"] else "",
        ),
    )
    heads = HEADS
    orders: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "arrivals": ("-starts_at",),
        "departures": ("-ends_at",),
        "nights": ("-starts_at",),
    }
    related: ClassVar[Mapping[str, tuple[str, ...]]] = dict.fromkeys(
        ("arrivals", "departures", "nights"), ("facility", "bed__room")
    )

    def branches(self, person: Person, wanted: Wanted) -> dict[str, QuerySet[Any]]:
        """Return the stays that began, those that ended, and those that went on in the months."""
        found = with_nights(stays(person))
        ended = found.filter(status=Placement.Status.ENDED)
        since, until = wanted.bounds
        there = Q(goes_until=None) | Q(goes_until__gt=since)
        there &= Q(starts_at__lt=until, first_night__lt=month_after(wanted.until))
        there &= Q(goes_until=None) | Q(last_day__gte=wanted.since)
        going_on = found.annotate(last_day=LastDay(F("facility__time_zone"), F("goes_until"))).filter(there)
        if wanted.facility:
            going_on = going_on.filter(facility=UUID(wanted.facility))
        return {
            "arrivals": in_months(found, wanted, "starts_at"),
            "departures": in_months(ended, wanted, "ends_at"),
            "nights": going_on,
        }

    def source(self, person: Person, wanted: Wanted) -> tuple[str, tuple[Any, ...]]:
        """Return SQL with a row for each stay that began or ended, for each stay and month, and for each bed and month."""
        rows = self.branches(person, wanted)
        begun, begun_values = rows["arrivals"].order_by().values_list("home", "in_month").query.sql_with_params()
        ended, ended_values = rows["departures"].order_by().values_list("home", "in_month").query.sql_with_params()
        slept, slept_values = (
            rows["nights"]
            .order_by()
            .values_list("facility_id", "first_night", "last_night", "last_day")
            .query.sql_with_params()
        )
        beds = Bed.objects.visible_to(person, Can.VIEW_BEDS)
        if wanted.facility:
            beds = beds.filter(facility=UUID(wanted.facility))
        with_today = beds.order_by().annotate(today=today_in(F("facility__time_zone")))
        of_beds, bed_values = with_today.values_list(
            "facility_id", "closed_from", "closed_until", "today"
        ).query.sql_with_params()
        sql = f"""
          WITH month (begins, ends) AS (
            SELECT begins::date, (begins + interval '1 month' - interval '1 day')::date
            FROM generate_series(%s::timestamp, %s::timestamp, interval '1 month') begins),
          slept (home, first_night, last_night, last_day) AS ({slept}),
          bed (home, closed_from, closed_until, today) AS ({of_beds})
          SELECT home, month, 1, 0, 0, 0, 0, NULL::float FROM ({begun}) begun (home, month)
          UNION ALL SELECT home, month, 0, 1, 0, 0, 0, NULL FROM ({ended}) ended (home, month)
          UNION ALL
          SELECT home, to_char(begins, 'YYYY-MM'), 0, 0, 1,
            greatest(0, least(last_night, ends) - greatest(first_night, begins) + 1), 0, NULL
          FROM slept JOIN month ON first_night <= ends AND (last_day IS NULL OR last_day >= begins)
          UNION ALL
          SELECT home, to_char(begins, 'YYYY-MM'), 0, 0, 0, 0, greatest(0, least(ends, today - 1) - begins + 1) - greatest(0,
            CASE WHEN closed_from IS NULL THEN 0
            ELSE least(coalesce(closed_until, '9999-01-01'), ends, today - 1) - greatest(closed_from, begins) + 1 END), NULL
          FROM bed CROSS JOIN month"""
        months = (wanted.since, wanted.until)
        return sql, (*months, *slept_values, *bed_values, *begun_values, *ended_values)

    def lines(self, person: Person, rows: Sequence[Any], part: Part, wanted: Wanted) -> list[Line]:
        """Return the stays, with the nights in these months, or all nights so far of those that began or ended."""
        return lines_of(person, rows, wanted if part.branch == "nights" else None)


class LengthOfStay(Report):
    """How long the stays were that have ended."""

    key = "length-of-stay"
    title = "How long stays lasted"
    asks = "How long did young people stay, of those whose stay has ended?"
    unit = "stays ended"
    about = (
        "Each stay counts in the month in which it ended. Stays that go on are not in these numbers, so a home whose young people"
        " stay for long may show short stays only.",
        "Somebody who changes the bed begins a new stay.",
        "“Half up to” and “9 of 10 up to” say how long the shorter half of the stays, and the shorter nine of ten, lasted at most.",
    )
    parts = (
        Part("all", "Stays ended"),
        Part("month", "Up to 30 days", Q(value__lte=30)),
        Part("quarter", "31 to 90 days", Q(value__gt=30, value__lte=90)),
        Part("half", "91 to 180 days", Q(value__gt=90, value__lte=180)),
        Part("year", "181 days to a year", Q(value__gt=180, value__lte=365)),
        Part("longer", "More than a year", Q(value__gt=365)),
    )
    headline, measured = "all", True
    figures = (
        Figure("Half up to", lambda cell: in_days(cell.middle)),
        Figure("9 of 10 up to", lambda cell: in_days(cell.high)),
    )
    heads = HEADS
    orders: ClassVar[Mapping[str, tuple[str, ...]]] = {"": ("-ends_at",)}
    related: ClassVar[Mapping[str, tuple[str, ...]]] = {"": ("facility", "bed__room")}

    def branches(self, person: Person, wanted: Wanted) -> dict[str, QuerySet[Any]]:
        """Return the stays that have ended, with their days."""
        ended = with_nights(stays(person)).filter(status=Placement.Status.ENDED)
        return {"": in_months(ended, wanted, "ends_at").annotate(value=length("starts_at", "ends_at", DAY))}

    def lines(self, person: Person, rows: Sequence[Any], part: Part, wanted: Wanted) -> list[Line]:
        """Return the stays with all their nights."""
        return lines_of(person, rows, None)


def in_days(days: float | None) -> str:
    """Return a number of days in words; empty for none."""
    return "" if days is None else span(timedelta(days=days))


def lines_of(person: Person, rows: Sequence[Any], wanted: Wanted | None) -> list[Line]:
    """Return stays (``with_nights``), each with its nights in the months that are wanted, or with all of them. Two queries.

    Of whom the reader may not know, no code is told; the page of a stay opens to who reads the summary of the case.
    """
    note_opened(*rows)
    people = [row.resident_id for row in rows]
    known, opens = (
        dict(Resident.objects.visible_to(person, right).filter(pk__in=people).values_list("pk", "code"))
        for right in (Can.VIEW_CODE, Can.VIEW_CASE_SUMMARY)
    )
    return [
        Line(
            known.get(row.resident_id, "A young person"),
            reverse("placements:detail", args=[row.pk]) if row.resident_id in opens else "",
            (
                row.facility.name,
                f"{row.bed.room.name} · {row.bed.name}",
                full_moment(row.starts_at, row.facility.zone),
                full_moment(row.goes_until, row.facility.zone) if row.goes_until else "still there",
                str(nights(row, wanted)),
            ),
        )
        for row in rows
    ]


def nights(row: Any, wanted: Wanted | None) -> int:
    """Return how many nights of a stay lie in the months."""
    first, last = row.first_night, row.last_night
    if wanted:
        first, last = max(first, wanted.since), min(last, month_after(wanted.until) - DAY)
    return max(0, (last - first).days + 1)
