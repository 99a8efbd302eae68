"""How often one young person was missing in the last twelve months, and what came before it. It counts, and explains nothing."""

import calendar
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import DateTimeField, ExpressionWrapper, OuterRef, Subquery

from placement.access.rights import Can
from placement.audit.clock import now
from residents.models import CareEntry, Incident
from residents.queries.contacts import address_of, may_have_led, with_the_one_above
from residents.queries.homes import placement_model
from residents.queries.incidents import readable
from residents.queries.looks import since, that_found
from residents.queries.record import Record

A_YEAR = timedelta(days=365)
AFTER_MOVE = timedelta(days=14)
ENOUGH = 5  # times, below which hours and weekdays say nothing
MOST = 50
PARTS = ("Night, 0 to 6", "Morning, 6 to 12", "Afternoon, 12 to 18", "Evening, 18 to 24")


@dataclass(frozen=True)
class Time:
    """One time that they were missing. ``back_at``: none where nobody has written down that they were seen since.

    contact: the last one of the 48 hours before, in words, and its address. moved_at: when they moved in, not long before.
    """

    pk: UUID
    number: int
    at: datetime
    zone: ZoneInfo
    back_at: datetime | None
    open: bool
    contact: str
    contact_at: datetime | None
    contact_href: str
    moved_at: datetime | None

    @property
    def lasted(self) -> timedelta | None:
        """Return how long they were missing, once they were seen again."""
        return self.back_at - self.at if self.back_at else None


@dataclass(frozen=True)
class MissingTimes:
    """The times, newest first, as far as their reports are open to the reader."""

    times: list[Time]
    more: bool

    @property
    def together(self) -> timedelta:
        """Return how long all times were together, but for those that have no end yet."""
        return sum((time.lasted for time in self.times if time.lasted), timedelta())

    @property
    def enough(self) -> bool:
        """Return whether there are enough to count them by hours and weekdays."""
        return len(self.times) >= ENOUGH

    @property
    def by_hour(self) -> list[tuple[str, int]]:
        """Return how many began in each quarter of the day, by the home's clock."""
        found = Counter(time.at.astimezone(time.zone).hour // 6 for time in self.times)
        return [(label, found[number]) for number, label in enumerate(PARTS)]

    @property
    def by_weekday(self) -> list[tuple[str, int]]:
        """Return how many began on each weekday, by the home's clock; without the days on which none did."""
        days = Counter(calendar.day_name[time.at.astimezone(time.zone).weekday()] for time in self.times)
        return [(day, days[day]) for day in calendar.day_name if days[day]]


def missing_times(record: Record) -> MissingTimes:
    """Return the times of the last twelve months whose reports are open to the reader, newest first."""
    person, resident = record.person, record.resident
    looks = that_found(CareEntry.objects.visible_to(person, Can.VIEW_CARE_LOG))
    back = since(looks.filter(resident=resident), OuterRef("happened_at"), OuterRef("reported_at")).order_by(
        "happened_at"
    )
    at = OuterRef("happened_at")
    stays = (
        placement_model()
        .objects.visible_to(person, Can.VIEW_CODE)
        .filter(
            resident=resident,
            facility=OuterRef("facility"),
            status__in=["active", "ended"],
            starts_at__lte=at,
            starts_at__gte=ExpressionWrapper(at - AFTER_MOVE, DateTimeField()),
        )
    )
    contacts = may_have_led(person, resident="incidentresident__resident_id", at="happened_at")
    rows = list(
        readable(person)
        .filter(kind=Incident.Kind.MISSING, incidentresident__resident=resident, happened_at__gte=now() - A_YEAR)
        .annotate(
            back_at=Subquery(back.values("happened_at")[:1]),
            contact=Subquery(contacts.order_by("-happened_at", "-pk").values("pk")[:1]),
            moved_at=Subquery(stays.order_by("-starts_at").values("starts_at")[:1]),
        )
        .order_by("-happened_at", "-pk")[: MOST + 1]
    )
    found = with_the_one_above(person, [row.contact for row in rows if row.contact])
    times = []
    for row in rows[:MOST]:
        contact, above = found.get(row.contact, (None, None))
        times.append(
            Time(
                row.pk,
                row.number,
                row.happened_at,
                row.facility.zone,
                row.back_at,
                row.status != Incident.Status.CLOSED,
                contact.get_kind_display() if contact else "",
                contact.happened_at if contact else None,
                address_of(contact, above) if contact else "",
                row.moved_at,
            )
        )
    return MissingTimes(times, len(rows) > MOST)
