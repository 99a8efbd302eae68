"""How full a home was, week by week, and the stays behind each number."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Q

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.database.context import reading
from placement.facilities.models import Facility, Placement
from placement.ui.dates import short_day
from residents.models import Resident

WEEKS = 12


@dataclass(frozen=True)
class Night:
    """One stay in one week: how many nights of the week it covers, and the code where the reader may know it."""

    stay: Placement
    nights: int
    code: str = ""


@dataclass(frozen=True)
class Week:
    """One week from its Monday: young people, nights slept in the home, and the mean per night so far."""

    monday: date
    stays: list[Night]
    nights_so_far: int

    @property
    def nights(self) -> int:
        """Return the nights slept by everybody together."""
        return sum(row.nights for row in self.stays)

    @property
    def mean(self) -> float:
        """Return the mean number of young people per night."""
        return round(self.nights / self.nights_so_far, 1) if self.nights_so_far else 0

    @property
    def young_people(self) -> int:
        """Return how many different young people were there."""
        return len({row.stay.resident_id for row in self.stays})

    @property
    def year(self) -> int:
        """Return the year of the week's number."""
        return self.monday.isocalendar().year

    @property
    def number(self) -> int:
        """Return the ISO number of the week."""
        return self.monday.isocalendar().week

    @property
    def label(self) -> str:
        """Return the days of the week in words."""
        sunday = self.monday + timedelta(days=6)
        last = short_day(sunday) if self.monday.month != sunday.month else str(sunday.day)
        running = ", so far" if self.nights_so_far < 7 else ""
        return f"{short_day(self.monday)}–{last}{running}"


def weeks(facility: Facility) -> list[Week]:
    """Return the last twelve weeks with a night in them, oldest first, in one query. A night counts at its midnight."""
    today = now().astimezone(facility.zone).date()
    last_night = today - timedelta(days=1)
    this_monday = last_night - timedelta(days=last_night.weekday())
    mondays = [this_monday - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    stays = _stays(facility, mondays[0], this_monday + timedelta(days=7))
    return [_week(facility, monday, stays, today) for monday in mondays]


def week(person: Person, facility: Facility, day: date) -> Week:
    """Return the week that holds ``day``; with the codes of the young people of whom ``person`` may know."""
    monday = day - timedelta(days=day.weekday())
    today = now().astimezone(facility.zone).date()
    found = _week(facility, monday, _stays(facility, monday, monday + timedelta(days=7)), today)
    known = Resident.objects.visible_to(person, Can.VIEW_CODE).filter(
        pk__in={row.stay.resident_id for row in found.stays}
    )
    codes = dict(known.order_by().values_list("pk", "code"))
    return replace(found, stays=[replace(row, code=codes.get(row.stay.resident_id, "")) for row in found.stays])


@reading("occupancy")
def _stays(facility: Facility, first: date, last: date) -> list[Placement]:
    """Return who lived in the home between two days."""
    start, end = _midnight(facility, first), _midnight(facility, last) + timedelta(days=1)
    there = Q(starts_at__lt=end) & (Q(ends_at__isnull=True) | Q(ends_at__gt=start) | Q(status=Placement.Status.ACTIVE))
    lived = Placement.objects.filter(there, facility=facility, status__in=Placement.LIVED)
    return list(lived.select_related("bed__room").order_by("starts_at"))


def _week(facility: Facility, monday: date, stays: list[Placement], today: date) -> Week:
    nights = [monday + timedelta(days=n) for n in range(7) if monday + timedelta(days=n) < today]
    midnights = [_midnight(facility, night + timedelta(days=1)) for night in nights]
    begins, ends = _midnight(facility, monday), _midnight(facility, monday + timedelta(days=7))
    rows = []
    for stay in stays:
        if stay.starts_at >= ends or (stay.lasts_until is not None and stay.lasts_until <= begins):
            continue
        slept = sum(
            1 for at in midnights if stay.starts_at <= at and (stay.lasts_until is None or stay.lasts_until > at)
        )
        rows.append(Night(stay, slept))
    return Week(monday, rows, len(nights))


def _midnight(facility: Facility, day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=facility.zone)
