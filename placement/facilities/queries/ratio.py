"""Staff on duty against young people present and what the rules ask for: now, in the next hours, and at any past time.

Out with staff and not found count as present: the adult is with them, or looks for them. Away and missing do not.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from placement.audit.clock import now
from placement.database.context import reading
from placement.facilities.models import (
    Facility,
    Leave,
    Licence,
    LicencePopulation,
    Placement,
    RosterEntry,
    Shift,
    ShiftStaff,
)
from placement.facilities.queries.credentials import cannot_work
from placement.facilities.queries.rounds import AT_SCHOOL, Place, in_effect
from placement.facilities.queries.standing import EARLIER, HomeNow
from placement.facilities.ratio import HomeFacts, conditions_of
from placement.facilities.stretches import Change, Duty, Stretch, one_after_another, stretches
from placement.ui.dates import time_of_day
from residents.models import CareEntry, Incident, IncidentResident
from residents.queries.looks import NOT_SEEN

AHEAD = timedelta(hours=12)
GRACE = timedelta(minutes=15)  # whoever should have gone is taken to stay for so long
SCHOOL_ENDS = time(15)
NOT_PRESENT = (Place.AWAY, Place.MISSING)


@dataclass(frozen=True)
class Here:
    """A home with the shift that is open in it, and where each young person who lives there is now."""

    facility: Facility
    shift: Shift | None
    places: Sequence[Place]


@dataclass(frozen=True)
class RatioNow:
    """How a home stands: ``ahead`` the next hours in pieces, ``staff`` who is on duty, ``coming`` who is planned."""

    facility: Facility
    shift: Shift | None
    staff: list[ShiftStaff]
    ahead: list[Stretch]
    coming: list[RosterEntry]

    @property
    def now(self) -> Stretch:
        """Return the present."""
        return self.ahead[0]

    @property
    def breaks(self) -> Stretch | None:
        """Return the first time from now on in which somebody is missing."""
        return next((piece for piece in self.ahead if piece.missing), None)

    @property
    def warning(self) -> str:
        """Return what is or will be missing, in words; empty when all is well for the next hours."""
        piece = self.breaks
        if piece is None:
            return ""
        if piece == self.now:
            return f"Now {piece.words}"
        return f"From {time_of_day(piece.starts_at.astimezone(self.facility.zone))} {piece.words}"


def needed(stands: RatioNow) -> dict[str, Any]:
    """Return the fact of a strip: how many adults are asked for, and whether there are enough now and in the next hours."""
    piece, asked = stands.now, stands.now.required
    fact: dict[str, Any] = {"label": "Adults needed", "value": asked.awake if piece.young_people else 0}
    breaks = stands.breaks
    if breaks is None:
        return fact | {"note": "enough", "kind": "good"}
    if breaks == piece:
        return fact | {"note": f"{breaks.missing} short", "kind": "late"}
    at = time_of_day(breaks.starts_at.astimezone(stands.facility.zone))
    return fact | {"note": f"short {at}", "kind": "due"}  # few letters: it stands in a third of a phone's width


def here_of(homes: Iterable[HomeNow]) -> list[Here]:
    """Return what ``ratio_now`` asks of homes that were looked at already."""
    return [Here(home.facility, home.shift, [each.place for each in home.people]) for home in homes]


def facts_of(homes: Iterable[Facility]) -> dict[UUID, HomeFacts]:
    """Return home id → what decides which rule holds there today, by the newest licence that has begun. One query."""
    asked, moment = {home.pk: home for home in homes}, now()
    terms: dict[UUID, tuple[Any, str, list[Any]]] = {}
    rows = Licence.objects.filter(facility__in=asked).order_by("-valid_from", "pk")
    about = ("conditions__kind", "conditions__value", "conditions__starts_on", "conditions__ends_on")
    for key, pk, valid_from, population, *condition in rows.values_list(
        "facility_id", "pk", "valid_from", "population", *about
    ):
        if valid_from <= moment.astimezone(asked[key].zone).date():
            newest = terms.setdefault(key, (pk, population, []))
            if newest[0] == pk:
                newest[2].append(condition)
    found = {}
    for key, home in asked.items():
        _, population, conditions = terms.get(key, (None, "", []))
        found[key] = HomeFacts(
            state=home.jurisdiction,
            residential=home.kind == Facility.Kind.RESIDENTIAL,
            treatment=population == LicencePopulation.EXCLUSIVE,
            zone=home.zone,
            conditions=conditions_of(conditions),
        )
    return found


def present_now(home: Facility) -> int:
    """Return how many young people are present in the home now, as ``homes_now`` counts them. One quick query.

    Asked of the database, which counts them itself for what is kept. 0 to whoever may not see the home's beds.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT present_in(%s)", [home.pk])
        found: int = cursor.fetchone()[0]
    return found


def on_duty(staff: Iterable[ShiftStaff], moment: datetime) -> list[ShiftStaff]:
    """Return who of the staff of a shift is on duty at a moment."""
    return [
        row
        for row in staff
        if (row.came_at is None or row.came_at <= moment) and (row.left_at is None or moment < row.left_at)
    ]


def ratio_now(homes: Iterable[Here]) -> dict[UUID, RatioNow]:
    """Return home id → how it stands now and in the next twelve hours: seven queries for any number of homes and people."""
    asked, moment = list(homes), now()
    ids, until = [each.facility.pk for each in asked], moment + AHEAD
    facts = facts_of(each.facility for each in asked)
    staff: dict[UUID, list[ShiftStaff]] = defaultdict(list)
    rows = ShiftStaff.objects.filter(shift__in=[each.shift.pk for each in asked if each.shift])
    for row in on_duty(rows.select_related("person", "shift").order_by("person__name"), moment):
        staff[row.shift.facility_id].append(row)
    planned: dict[UUID, list[RosterEntry]] = defaultdict(list)
    entries = RosterEntry.objects.filter(facility__in=ids, starts_at__lt=until, ends_at__gt=moment)
    found = list(entries.select_related("person", "facility").order_by("starts_at", "person__name"))
    barred = cannot_work(found)
    for entry in found:
        if entry.pk not in barred:
            planned[entry.facility_id].append(entry)
    leaves, arrivals = _moves(ids, moment, until)
    result = {}
    for each in asked:
        key, tally = each.facility.pk, Counter(each.places)
        present = sum(number for place, number in tally.items() if place not in NOT_PRESENT)
        away_now = [leave for leave in leaves[key] if leave.starts_at <= moment]
        changes = [Change(at, 1) for at in arrivals[key]]
        changes += [Change(leave.ends_at, 1) for leave in away_now]
        for leave in leaves[key]:
            if leave.starts_at > moment:
                changes += [Change(leave.starts_at, -1), Change(leave.ends_at, 1)]
        back = _after_school(moment, each.facility)
        changes += [Change(back, 1)] * max(tally[Place.AWAY] - len(away_now), 0)
        duties = _duties(staff[key], planned[key], each.shift, moment, until)
        ahead = stretches(facts[key], moment, until, present=present, changes=changes, duties=duties)
        there = {row.person_id for row in staff[key]}
        coming = [entry for entry in planned[key] if entry.starts_at > moment or entry.person_id not in there]
        result[key] = RatioNow(each.facility, each.shift, staff[key], ahead, coming)
    return result


def gaps(facility: Facility, start: datetime, end: datetime) -> list[Stretch]:
    """Return the past times between ``start`` and ``end`` in which adults were missing, by what was written then. Seven queries.

    ``end`` is the present at the latest. Young people count from arrival to leaving, but for leaves, from a report as
    missing to the look that found them, and from a look that says they are at school to the next one.
    """
    end = min(end, now())
    if start >= end:
        return []
    lived, present, changes = _present(facility, start, end)
    pieces = stretches(
        facts_of([facility])[facility.pk],
        start,
        end,
        present=present,
        changes=changes,
        duties=_worked(facility, start, end),
    )
    return [piece for piece in pieces if piece.missing] if lived else []


def _duties(
    staff: list[ShiftStaff], planned: list[RosterEntry], shift: Shift | None, moment: datetime, until: datetime
) -> list[Duty]:
    """Return who works in the next hours: those on duty until they go by the plan, or else by the shift; then who is planned."""
    counted = [entry for entry in planned if entry.duty in RosterEntry.COUNTED]
    leaves = {entry.person_id: entry.ends_at for entry in counted if entry.starts_at <= moment}
    there = {row.person_id for row in staff}
    duties = []
    for row in staff:
        goes = leaves.get(row.person_id) or (shift.ends_at if shift else moment)
        duties.append(Duty(moment, max(goes, moment + GRACE), row.awake))
    soon = moment + timedelta(minutes=1)  # who is planned for now and not there is not there, but may come any minute
    for entry in counted:
        if entry.starts_at > moment or entry.person_id not in there:
            duties.append(Duty(max(entry.starts_at, soon), entry.ends_at, entry.awake))
    return [duty for duty in duties if duty.starts_at < until]


def _after_school(moment: datetime, facility: Facility) -> datetime:
    """Return when those who are at school now count again: in the afternoon, or at once when that is over."""
    here = moment.astimezone(facility.zone)
    ends = datetime.combine(here.date(), SCHOOL_ENDS, facility.zone).astimezone(UTC)
    return ends if ends > moment else moment + GRACE


@reading("whereabouts")  # numbers only: also of those from whose records the reader is barred
def _moves(
    ids: list[UUID], moment: datetime, until: datetime
) -> tuple[dict[UUID, list[Leave]], dict[UUID, list[datetime]]]:
    leaves: dict[UUID, list[Leave]] = defaultdict(list)
    active = Placement.Status.ACTIVE
    ahead = Leave.objects.filter(
        placement__facility__in=ids, placement__status=active, starts_at__lt=until, ends_at__gt=moment
    )
    for leave in ahead.select_related("placement"):
        leaves[leave.placement.facility_id].append(leave)
    arrivals: dict[UUID, list[datetime]] = defaultdict(list)
    coming = Placement.objects.filter(
        facility__in=ids, status=Placement.Status.APPROVED, starts_at__gt=moment, starts_at__lt=until
    )
    for facility_id, starts_at in coming.values_list("facility_id", "starts_at"):
        arrivals[facility_id].append(starts_at)
    return leaves, arrivals


def _worked(facility: Facility, start: datetime, end: datetime) -> list[Duty]:
    """Return who was on duty between two moments. A shift that nobody signed goes on until the next one is opened.

    Nobody counts twice: of two duties of one person at the same time, the one that began later holds.
    """
    shifts = list(
        Shift.objects.filter(facility=facility, starts_at__lt=end, starts_at__gt=start - timedelta(days=2))
        .prefetch_related("staff")
        .order_by("starts_at")
    )
    by_person: dict[UUID, list[Duty]] = defaultdict(list)
    for number, shift in enumerate(shifts, start=1):
        next_one = shifts[number].starts_at if number < len(shifts) else end
        ends = shift.ends_at if shift.signed_at else max(shift.ends_at, next_one)
        for row in shift.staff.all():
            by_person[row.person_id].append(
                Duty(row.came_at or shift.starts_at, min(row.left_at or ends, end), row.awake)
            )
    return [duty for duties in by_person.values() for duty in one_after_another(duties)]


@reading("whereabouts")
def _present(facility: Facility, start: datetime, end: datetime) -> tuple[bool, int, list[Change]]:
    """Return whether anybody lived there, how many were present at ``start``, and how that changed until ``end``."""
    still = Q(ends_at__isnull=True) | Q(ends_at__gt=start) | Q(status=Placement.Status.ACTIVE)
    stays = list(
        Placement.objects.filter(still, facility=facility, status__in=Placement.LIVED, starts_at__lt=end).order_by("pk")
    )
    looks: dict[UUID, list[CareEntry]] = defaultdict(list)
    who = [stay.resident_id for stay in stays]
    written = CareEntry.objects.filter(
        facility=facility,
        resident__in=who,
        kind__in=CareEntry.LOOKS,
        happened_at__gte=start - EARLIER,
        happened_at__lt=end,
    )
    for look in sorted(in_effect(written), key=lambda look: look.happened_at):
        looks[look.resident_id].append(look)
    leaves: dict[UUID, list[Leave]] = defaultdict(list)
    for leave in Leave.objects.filter(placement__in=stays, starts_at__lt=end, ends_at__gt=start):
        leaves[leave.placement_id].append(leave)
    reports: dict[UUID, list[datetime]] = defaultdict(list)
    missing = IncidentResident.objects.filter(
        resident__in=who,
        incident__facility=facility,
        incident__kind=Incident.Kind.MISSING,
        incident__happened_at__lt=end,
    )
    for resident, at in missing.values_list("resident_id", "incident__happened_at"):
        reports[resident].append(at)
    present, changes = 0, []
    for stay in stays:
        first, later = _presence(stay, leaves[stay.pk], looks[stay.resident_id], reports[stay.resident_id], start, end)
        present += first
        changes += later
    return bool(stays), present, changes


def _presence(
    stay: Placement,
    leaves: list[Leave],
    looks: list[CareEntry],
    reports: list[datetime],
    start: datetime,
    end: datetime,
) -> tuple[bool, list[Change]]:
    """Return whether one young person was present at ``start``, and the changes of that until ``end``."""
    ended = stay.ends_at if stay.status == Placement.Status.ENDED else None
    moments = {start, stay.starts_at, *reports, *(look.happened_at for look in looks)}
    moments |= {at for leave in leaves for at in (leave.starts_at, leave.ends_at)} | ({ended} if ended else set())

    def there(at: datetime) -> bool:
        if at < stay.starts_at or (ended is not None and at >= ended):
            return False
        if any(leave.starts_at <= at < leave.ends_at for leave in leaves):
            return False
        last = next((look for look in reversed(looks) if look.happened_at <= at), None)
        report = max((one for one in reports if one <= at), default=None)
        if report is not None:
            found = (x for x in looks if report < x.happened_at <= at and x.outcome not in NOT_SEEN)
            if next(found, None) is None:
                return False
        return last is None or last.outcome != AT_SCHOOL

    was = first = there(start)
    changes = []
    for at in sorted(moment for moment in moments if start < moment < end):
        if (is_there := there(at)) != was:
            changes.append(Change(at, 1 if is_there else -1))
            was = is_there
    return first, changes
