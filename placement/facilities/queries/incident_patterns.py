"""Patterns of incidents: how many there were, by when, who was on duty and whom they name; what repeats, and what came before.

Every count is made by the database, of what the reader may read: the number of queries does not grow with the incidents.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Count,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    UUIDField,
    Value,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.facilities.models import Facility, Shift, ShiftStaff
from placement.facilities.queries.incident_filters import HOUR, NOT_SAID, WEEKDAY, OnTheClock, Wanted, at_work, narrowed
from residents.models import Contact, Incident, IncidentPart, IncidentResident, Restraint
from residents.queries.contacts import may_have_led, with_the_one_above
from residents.queries.incidents import readable

ENOUGH = 5  # shifts, and incidents, below which a rate says nothing
ALL_SHIFTS = "The home, all shifts"
AGAIN = timedelta(days=30)
MOST = 50  # rows of a list, and young people of a chart


@dataclass(frozen=True)
class Rate:
    """Incidents per shift. ``said`` is None where there were too few of either to say anything."""

    incidents: int
    shifts: int

    @property
    def said(self) -> float | None:
        """Return incidents per shift, to two places."""
        few = self.shifts < ENOUGH or self.incidents < ENOUGH
        return None if few else round(self.incidents / self.shifts, 2)


@dataclass(frozen=True)
class OnDuty:
    """Somebody who worked in the home: in how many shifts, and how many incidents happened while they were on duty."""

    pk: UUID
    name: str
    rate: Rate


@dataclass(frozen=True)
class Young:
    """A young person whom incidents name, by code."""

    pk: UUID
    code: str
    incidents: int


@dataclass(frozen=True)
class Event:
    """An incident as a list of patterns names it."""

    pk: UUID
    number: int
    at: datetime
    zone: ZoneInfo


@dataclass(frozen=True)
class Again:
    """A young person was restrained, and had been restrained not long ``before``."""

    resident: UUID
    code: str
    event: Event
    before: Event

    @property
    def apart(self) -> timedelta:
        """Return the time between the two."""
        return self.event.at - self.before.at


@dataclass(frozen=True)
class AfterContact:
    """A young person was missing, and had been in contact with somebody outside not long before.

    ``above``: the contact that stands before it in the list of contacts, if any.
    """

    resident: UUID
    code: str
    event: Event
    contact: Contact
    above: UUID | None

    @property
    def apart(self) -> timedelta:
        """Return the time between the contact and the report."""
        return self.event.at - self.contact.happened_at


@dataclass(frozen=True)
class Patterns:
    """All counts and lists. ``on_duty`` and ``of_home`` only for a single home, ``homes`` only for several.

    places: what reports say of where it happened → how many. Lists may hold one row more than ``MOST``.
    """

    total: int
    hours: dict[int, int]
    weekdays: dict[int, int]
    homes: dict[UUID, int]
    places: dict[str, int]
    on_duty: list[OnDuty]
    of_home: Rate | None
    young: list[Young]
    restrained: list[Again]
    missing: list[AfterContact]


def homes_of(person: Person) -> list[Facility]:
    """Return the homes whose incidents ``person`` reviews."""
    return list(Facility.objects.visible_to(person, Can.REVIEW_INCIDENT).order_by("name", "pk"))


def patterns(person: Person, wanted: Wanted, homes: list[Facility]) -> Patterns:
    """Return the patterns of what ``person`` may read of the incidents of ``homes``, narrowed to ``wanted``."""
    reviewed = readable(person).filter(facility__in=homes).select_related(None).order_by()
    found = narrowed(person, reviewed, wanted)
    lasting = narrowed(person, reviewed, Wanted(facility=wanted.facility, since=wanted.since, until=wanted.until))
    one = next((home for home in homes if str(home.pk) == wanted.facility or len(homes) == 1), None)
    hours = counted(found, HOUR)
    return Patterns(
        total=sum(hours.values()),
        hours=hours,
        weekdays=counted(found, WEEKDAY),
        homes={} if one else dict(found.values("facility").annotate(n=Count("pk")).values_list("facility", "n")),
        places=places(found),
        on_duty=on_duty(person, found, worked(person, one, wanted)) if one else [],
        of_home=of_home(person, found, worked(person, one, wanted)) if one else None,
        young=young(person, found),
        restrained=restrained(person, reviewed, lasting),
        missing=missing(person, lasting.filter(kind=Incident.Kind.MISSING)),
    )


def counted(found: QuerySet[Incident], part: OnTheClock) -> dict[int, int]:
    """Return hour or weekday → how many incidents."""
    return dict(found.annotate(part=part).values("part").annotate(n=Count("pk")).values_list("part", "n"))


def places(found: QuerySet[Incident]) -> dict[str, int]:
    """Return where they happened → how many."""
    said = found.values_list(Coalesce(KT("answers__place"), Value(NOT_SAID[0]), output_field=TextField()))
    return dict(said.annotate(n=Count("pk")))


def worked(person: Person, home: Facility, wanted: Wanted) -> QuerySet[ShiftStaff]:
    """Return who was on duty in shifts of the home that have begun and were going on in the days that are looked at."""
    rows = ShiftStaff.objects.visible_to(person, Can.VIEW_BEDS).filter(shift__facility=home)
    rows = rows.alias(
        begins=Coalesce("came_at", "shift__starts_at"),
        ends=Coalesce("left_at", "shift__ends_at"),
    ).filter(begins__lte=now())
    if wanted.since:
        rows = rows.filter(ends__gt=datetime.combine(wanted.since, datetime.min.time(), home.zone))
    if wanted.until:
        after = wanted.until + timedelta(days=1)
        rows = rows.filter(begins__lt=datetime.combine(after, datetime.min.time(), home.zone))
    return rows.order_by()


def on_duty(person: Person, found: QuerySet[Incident], rows: QuerySet[ShiftStaff]) -> list[OnDuty]:
    """Return who worked in the home, by name."""
    there = ArraySubquery(at_work(person).values("person").distinct())
    each = found.annotate(who=Func(there, function="unnest", output_field=UUIDField(), set_returning=True))
    happened = dict(each.values("who").annotate(n=Count("pk")).values_list("who", "n"))
    shifts = rows.values_list("person", "person__name").annotate(n=Count("shift", distinct=True))
    return [
        OnDuty(pk, name, Rate(happened.get(pk, 0), number))
        for pk, name, number in shifts.order_by("person__name", "person")
    ]


def of_home(person: Person, found: QuerySet[Incident], rows: QuerySet[ShiftStaff]) -> Rate:
    """Return the incidents while anybody was on duty, and the shifts in which anybody was."""
    return Rate(
        found.filter(Exists(at_work(person))).count(), Shift.objects.filter(pk__in=rows.values("shift")).count()
    )


def young(person: Person, found: QuerySet[Incident]) -> list[Young]:
    """Return whom the incidents name, of those of whom ``person`` may know, the most often named first."""
    named = IncidentResident.objects.visible_to(person, Can.VIEW_CODE).filter(incident__in=found.values("pk"))
    rows = named.values_list("resident", "resident__code").annotate(n=Count("incident", distinct=True))
    return [Young(*row) for row in rows.order_by("-n", "resident__code")[: MOST + 1]]


def restrained(person: Person, reviewed: QuerySet[Incident], lasting: QuerySet[Incident]) -> list[Again]:
    """Return each restraint of somebody who had been restrained in another incident not more than ``AGAIN`` before, newest first.

    reviewed: where the one before may be. lasting: where the later one is.
    """
    held = IncidentPart.objects.visible_to(person, Can.VIEW_CARE_PROFILE).filter(
        Exists(Restraint.objects.filter(part=OuterRef("pk")))
    )
    at = OuterRef("incident__happened_at")
    before = held.filter(
        Q(incident__happened_at__lt=at)
        | Q(incident__happened_at=at, incident__number__lt=OuterRef("incident__number")),
        incident__in=reviewed.values("pk"),
        resident=OuterRef("resident_id"),
        incident__happened_at__gte=ExpressionWrapper(at - AGAIN, DateTimeField()),
    ).order_by("-incident__happened_at", "-incident__number")
    rows = list(
        held.filter(incident__in=lasting.values("pk"))
        .annotate(before=Subquery(before.values("incident")[:1]))
        .filter(before__isnull=False)
        .select_related("incident__facility", "resident")
        .order_by("-incident__happened_at", "resident__code")[: MOST + 1]
    )
    earlier = reviewed.select_related("facility").in_bulk([row.before for row in rows])
    return [Again(row.resident_id, row.resident.code, event(row.incident), event(earlier[row.before])) for row in rows]


def missing(person: Person, lasting: QuerySet[Incident]) -> list[AfterContact]:
    """Return each report of somebody missing who had been in contact not more than ``AFTER_CONTACT`` before, newest first.

    Which contacts count: ``may_have_led``.
    """
    contacts = may_have_led(person, resident="resident_id", at="incident__happened_at")
    rows = list(
        IncidentResident.objects.visible_to(person, Can.VIEW_CODE)
        .filter(incident__in=lasting.values("pk"))
        .annotate(contact=Subquery(contacts.order_by("-happened_at", "-pk").values("pk")[:1]))
        .filter(contact__isnull=False)
        .select_related("incident__facility", "resident")
        .order_by("-incident__happened_at", "resident__code")[: MOST + 1]
    )
    found = with_the_one_above(person, [row.contact for row in rows])
    return [AfterContact(row.resident_id, row.resident.code, event(row.incident), *found[row.contact]) for row in rows]


def event(incident: Incident) -> Event:
    """Return an incident as a list names it."""
    return Event(incident.pk, incident.number, incident.happened_at, incident.facility.zone)
