"""What narrows incidents, in the list and in the counts of patterns: both use this, so that a count opens into its rows."""

import calendar
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import DateField, Exists, F, Func, IntegerField, OuterRef, Q, QuerySet

from placement.access.models import Person
from placement.access.rights import Can
from placement.facilities.models import ShiftStaff
from placement.ui.dates import full_day
from residents.incident_kinds import PLACES
from residents.models import Incident, IncidentResident, Resident

NOT_SAID = ("not-said", "Not said")  # where it happened
UNSAID = ~Q(answers__has_key="place")
WEEKDAYS = dict(enumerate(calendar.day_name, start=1))  # ISO: Monday is 1


class OnTheClock(Func):
    """Part of the time at which an incident happened, by the clock of its home. ``template`` says which."""

    arity = 2

    def __init__(self, **extra: Any) -> None:
        super().__init__(F("facility__time_zone"), F("happened_at"), **extra)


HOUR = OnTheClock(template="extract(hour FROM timezone(%(expressions)s))::int", output_field=IntegerField())
WEEKDAY = OnTheClock(template="extract(isodow FROM timezone(%(expressions)s))::int", output_field=IntegerField())
DAY = OnTheClock(template="timezone(%(expressions)s)::date", output_field=DateField())


@dataclass(frozen=True)
class Wanted:
    """What incidents are narrowed to; empty: not narrowed.

    since, until: first and last day, and hour (0 to 23) and weekday (1 is Monday), by the clock of each home. resident: a
    young person whom it names. place: where it happened, or that nobody said so. on_duty: somebody who was on duty at the time.
    """

    facility: str = ""
    kind: str = ""
    severity: str = ""
    status: str = ""
    number: int | None = None
    since: date | None = None
    until: date | None = None
    hour: int | None = None
    weekday: int | None = None
    place: str = ""
    resident: UUID | None = None
    on_duty: UUID | None = None

    @property
    def given(self) -> dict[str, Any]:
        """Return name → value of what is not empty."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value not in ("", None)}


def narrowed(person: Person, found: QuerySet[Incident], wanted: Wanted) -> QuerySet[Incident]:
    """Return those of the incidents that ``wanted`` names; by a young person or by staff only as far as ``person`` knows them."""
    given = wanted.given
    plain = ("facility", "kind", "severity", "status", "number")
    found = found.filter(**{name: given[name] for name in plain if name in given})
    if wanted.since or wanted.until:
        found = found.alias(day=DAY)
        found = found.filter(day__gte=wanted.since) if wanted.since else found
        found = found.filter(day__lte=wanted.until) if wanted.until else found
    if wanted.hour is not None:
        found = found.alias(hour=HOUR).filter(hour=wanted.hour)
    if wanted.weekday is not None:
        found = found.alias(weekday=WEEKDAY).filter(weekday=wanted.weekday)
    if wanted.place:
        found = found.filter(answers__place=wanted.place) if wanted.place != NOT_SAID[0] else found.filter(UNSAID)
    if wanted.resident:
        named = IncidentResident.objects.visible_to(person, Can.VIEW_CODE).filter(resident=wanted.resident)
        found = found.filter(pk__in=named.order_by().values("incident"))
    if wanted.on_duty:
        found = found.filter(Exists(at_work(person).filter(person=wanted.on_duty)))
    return found


def at_work(person: Person) -> QuerySet[ShiftStaff]:
    """Return who was on duty in the home of an incident when it happened (for a sub-query of incidents)."""
    happened = OuterRef("happened_at")
    on_shift = ShiftStaff.objects.visible_to(person, Can.VIEW_BEDS).filter(
        shift__facility=OuterRef("facility_id"), shift__starts_at__lte=happened, shift__ends_at__gt=happened
    )
    return on_shift.filter(
        Q(came_at=None) | Q(came_at__lte=happened), Q(left_at=None) | Q(left_at__gt=happened)
    ).order_by()


def only(person: Person, wanted: Wanted) -> str:
    """Return in words what a list is narrowed to by the count that led to it; empty for nothing."""
    said = []
    if wanted.hour is not None:
        said.append(hour_words(wanted.hour))
    if wanted.weekday is not None:
        said.append(f"on a {WEEKDAYS[wanted.weekday]}")
    if wanted.place:
        said.append(f"where: {dict([*PLACES, NOT_SAID])[wanted.place].lower()}")
    if wanted.resident:
        young = Resident.objects.visible_to(person, Can.VIEW_CODE).filter(pk=wanted.resident)
        said.append(f"naming {young.values_list('code', flat=True).first() or 'a young person'}")
    if wanted.on_duty:
        staff = ShiftStaff.objects.visible_to(person, Can.VIEW_BEDS).filter(person=wanted.on_duty)
        said.append(f"while {staff.values_list('person__name', flat=True).first() or 'somebody'} was on duty")
    return " · ".join(said)


def hour_words(hour: int) -> str:
    """Return an hour of the day in words: ``between 02:00 and 03:00``."""
    return f"between {hour:02}:00 and {(hour + 1) % 24:02}:00"


def days_words(wanted: Wanted) -> str:
    """Return in words which days are looked at."""
    since, until = wanted.since and full_day(wanted.since), wanted.until and full_day(wanted.until)
    if since and until:
        return f"from {since} to {until}"
    return f"since {since}" if since else f"until {until}" if until else "all days"
