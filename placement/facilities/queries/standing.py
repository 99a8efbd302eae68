"""Where everybody in a home is now: the shift page, the home's page, My work and the hand-off count in this one way."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from placement.audit.clock import now
from placement.database.context import reading
from placement.facilities.models import Facility, Leave, Placement, Shift
from placement.facilities.queries.looks import every_of
from placement.facilities.queries.missing import missing_by_home
from placement.facilities.queries.rounds import ACROSS, USUAL, Every, Place, Round, is_night, round_of
from residents.models import CareEntry, Incident, Resident

EARLIER = timedelta(hours=8)  # how far back looks and meals are read
LATE = timedelta(minutes=1)


@dataclass(frozen=True)
class Standing:
    """One young person of a home now, who came at ``since``. ``missing`` is the report by which they are missing."""

    resident: Resident
    place: Place
    stand: Round
    missing: Incident | None
    away: Leave | None
    since: datetime

    @property
    def lost(self) -> bool:
        """Return whether nobody knows where they are."""
        return self.place in (Place.NOT_FOUND, Place.MISSING)

    def late_at(self, moment: datetime) -> bool:
        """Return whether the next look is late: somebody in the home's care who was not looked at in time."""
        return self.missing is None and self.away is None and moment - self.stand.due_at >= LATE


@dataclass(frozen=True)
class HomeNow:
    """A home with the shift that is open in it and who lives there, by code."""

    facility: Facility
    shift: Shift | None
    people: list[Standing]


def stand_of(
    entries: Iterable[CareEntry],
    leaves: Iterable[Leave],
    *,
    since: datetime,
    begins: datetime,
    moment: datetime,
    zone: ZoneInfo,
    every: Every = USUAL,
) -> Round:
    """Return where one young person stands who arrived at ``since``: looks count from the end of the last leave on."""
    back = max((leave.ends_at for leave in leaves if leave.ends_at <= moment), default=since)
    return round_of(entries, max(since, back), is_night(moment, zone), begins, every)


def place_of(stand: Round, away: Leave | None, missing: Incident | None) -> Place:
    """Return where one young person is: a report goes before a planned absence, and that before the newest look."""
    if missing is not None:
        return Place.MISSING
    return Place.AWAY if away is not None else stand.place


def counts(places: Collection[Place]) -> list[dict[str, Any]]:
    """Return the facts of a strip: how many are in the house, with those who are out below, and who is not found."""
    tally = Counter(places)
    out = [f"{tally[place]} {place}" for place in (Place.WITH_STAFF, Place.AWAY) if tally[place]]
    strip: list[dict[str, Any]] = [
        {
            "label": "In the house",
            "value": f"{tally[Place.HOUSE]} of {len(places)}",
            "note": " · ".join(out) or ("" if tally[Place.NOT_FOUND] + tally[Place.MISSING] else "nobody is out"),
        }
    ]
    for place, note in ((Place.NOT_FOUND, "look again now"), (Place.MISSING, "reported")):
        if tally[place]:
            strip.append({"label": place.capitalize(), "value": tally[place], "note": note, "kind": "late"})
    return strip


@reading("whereabouts")
def homes_now(homes: Iterable[Facility]) -> list[HomeNow]:
    """Return how each of ``homes`` stands now: six queries and two settings for any number of homes and young people."""
    moment, asked = now(), list(homes)
    ids = [home.pk for home in asked]
    newest = Shift.objects.filter(facility__in=ids, starts_at__lte=moment).order_by("facility_id", "-starts_at")
    shifts = {shift.facility_id: shift for shift in newest.distinct("facility_id") if shift.signed_at is None}
    begins = {pk: shifts[pk].starts_at if pk in shifts else moment - EARLIER for pk in ids}
    earlier = min([*begins.values(), moment - EARLIER])
    stays = (
        Placement.objects.filter(facility__in=ids, status=Placement.Status.ACTIVE)
        .select_related("resident")
        .order_by("resident__code")
    )
    living: dict[UUID, list[Placement]] = defaultdict(list)
    for stay in stays:
        living[stay.facility_id].append(stay)
    home_of = {stay.resident_id: stay.facility_id for stay in stays}
    entries: dict[UUID, list[CareEntry]] = defaultdict(list)
    for entry in CareEntry.objects.filter(resident__in=home_of, kind__in=ACROSS, happened_at__gte=earlier):
        if entry.facility_id == home_of[entry.resident_id]:
            entries[entry.resident_id].append(entry)
    leaves: dict[UUID, list[Leave]] = defaultdict(list)
    for leave in Leave.objects.filter(
        Leave.HOLDS, placement__in=[stay.pk for stay in stays], starts_at__lte=moment, ends_at__gt=earlier
    ):
        leaves[leave.resident_id].append(leave)
    missing = missing_by_home(home_of)
    by_id = {home.pk: home for home in asked}
    every = every_of({resident: by_id[home] for resident, home in home_of.items()})

    def standing(stay: Placement, home: Facility) -> Standing:
        key = stay.resident_id
        stand = stand_of(
            entries[key],
            leaves[key],
            since=stay.starts_at,
            begins=begins[home.pk],
            moment=moment,
            zone=home.zone,
            every=every[key],
        )
        away = next((leave for leave in leaves[key] if leave.ends_at > moment), None)
        report = missing.get(key)
        return Standing(stay.resident, place_of(stand, away, report), stand, report, away, stay.starts_at)

    return [HomeNow(home, shifts.get(home.pk), [standing(s, home) for s in living[home.pk]]) for home in asked]
