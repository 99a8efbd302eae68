"""Made data for the flag rules, written as the owner, whom the database believes the time; and flags as the rules write them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.db import connection

from compliance.flags.finding import find_flags
from compliance.models import Flag
from placement.access.models import Person
from placement.access.opened import Opened, write
from placement.audit.clock import at_time
from placement.database.context import acting, acting_as_system
from placement.facilities.models import Shift, ShiftStaff
from residents.models import CareEntry
from tests.world import World

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def flag(world: World, person: Person, **values: Any) -> Flag:
    """One flag about ``person``, of no single record unless ``values`` say so. Needs the owner's login."""
    row = {"rule": "refusals", "scope": "agency", "weight": "usual", "subject": uuid4(), "on_day": world.today}
    row |= {"happened_at": world.now, "found_at": world.now, "due_at": world.now + 14 * DAY, "facts": {"times": 12}}
    row |= {"evidence": [{"kind": "refusal", "page": "residents:detail", "at": world.now.isoformat()}], "took_part": []}
    return Flag.objects.create(person=person, **row | values)


@dataclass
class Told:
    """Writes what people did in one home of the world, each thing at its time. Needs the owner's login."""

    world: World
    home: str = "cedar"

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the home."""
        return self.world.homes[self.home].facility.zone

    def at(self, day: date, clock: str) -> datetime:
        """The moment ``clock`` ("HH:MM") on ``day``, in the home's zone."""
        hour, minute = clock.split(":")
        return datetime.combine(day, time(int(hour), int(minute)), self.zone).astimezone(ZoneInfo("UTC"))

    def day(self, days_ago: int) -> date:
        """The day so many days ago where the home is."""
        return self.world.now.astimezone(self.zone).date() - timedelta(days=days_ago)

    def shift(self, starts_at: datetime, ends_at: datetime, *staff: Person) -> Shift:
        """A shift with people on duty."""
        facility = self.world.homes[self.home].facility
        with at_time(starts_at), acting(staff[0].pk, staff[0].name):
            made = Shift.objects.create(facility=facility, name="Shift", starts_at=starts_at, ends_at=ends_at)
            for person in staff:
                ShiftStaff.objects.create(shift=made, person=person)
        return made

    def entry(
        self,
        young: str,
        by: Person,
        happened_at: datetime,
        written_at: datetime | None = None,
        *,
        shift: Shift | None = None,
        kind: str = "note",
        note: str = "Sat in the garden",
        **values: Any,
    ) -> CareEntry:
        """One entry about a young person, written three minutes after it happened unless something else is said."""
        with at_time(written_at or happened_at + 3 * MINUTE), acting(by.pk, by.name):
            made = CareEntry.objects.create(
                resident=self.world.young[young].resident,
                facility=self.world.homes[self.home].facility,
                shift=shift,
                kind=kind,
                note=note if kind == "note" else values.pop("text", ""),
                happened_at=happened_at,
                written_by=by,
                **values,
            )
        made.refresh_from_db()
        return made

    def amendment(self, entry: CareEntry, by: Person, at: datetime, note: str = "Sat in the hall") -> CareEntry:
        """An amendment of an entry."""
        with at_time(at), acting(by.pk, by.name):
            return CareEntry.objects.create(
                resident_id=entry.resident_id,
                facility_id=entry.facility_id,
                shift_id=entry.shift_id,
                kind=entry.kind,
                note=note,
                happened_at=entry.happened_at,
                written_by=by,
                amends=entry,
                reason="Wording",
            )


def opens(
    person: Person, at: datetime, young: Iterable[Any] = (), *, page: str = "residents:detail", outcome: str = "shown"
) -> None:
    """The access log as after ``person`` has opened these records. Needs the owner's login for another time than now."""
    with at_time(at), acting(person.pk, person.name, request_id=uuid4().hex):
        write(
            Opened(things={"residents": {each.pk for each in young}, "facilities": set()}), page=page, outcome=outcome
        )


def is_refused(person: Person, at: datetime, thing: Any = None, page: str = "residents:detail") -> None:
    """The access log as after ``person`` was refused."""
    with at_time(at), acting(person.pk, person.name, request_id=uuid4().hex):
        write(Opened(), page=page, outcome="refused", thing=thing or uuid4())


def find(moment: datetime, *rules: str) -> list[Flag]:
    """What the hourly command finds at ``moment``, and keeps: the new flags of these rules, or of all but the sample."""
    before = set(Flag.objects.values_list("pk", flat=True))
    with at_time(moment), acting_as_system("compliance evaluate"):
        find_flags()
    new = Flag.objects.exclude(pk__in=before).exclude(rule="sample")
    return list((new.filter(rule__in=rules) if rules else new).select_related("person").order_by("happened_at", "rule"))


def last_change(zone: ZoneInfo, before: date, *, longer: bool) -> date:
    """The newest day before ``before`` on which the clocks went back (a longer day) or forward."""
    day = before - timedelta(days=1)
    while True:
        midnight, next_midnight = (datetime.combine(each, time(), zone) for each in (day, day + timedelta(days=1)))
        length = next_midnight.astimezone(ZoneInfo("UTC")) - midnight.astimezone(ZoneInfo("UTC"))
        if length == timedelta(hours=25 if longer else 23):
            return day
        day -= timedelta(days=1)


def of_any_time() -> None:
    """Let shifts and entries be of a time before anybody worked or lived there: clocks change twice a year.

    In a database of the test's own.
    """
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE residents_careentry DISABLE TRIGGER z_place")
        cursor.execute("ALTER TABLE facilities_shift DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE facilities_shiftstaff DISABLE TRIGGER USER")
