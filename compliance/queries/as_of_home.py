"""A home as it stood at a moment: who lived in which bed, who was on duty, and what its papers, rooms and exits said."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from compliance.queries.as_of import INSTANT, Kind, Section, Step, keys_of, read, steps_around, with_day
from placement.access.models import Person
from placement.access.opened import note_audited
from placement.access.rights import Can
from placement.access.visible import rights_on
from placement.audit.clock import now
from placement.audit.past import first_written, stood, values_then
from placement.database.context import reading
from placement.facilities.models import (
    Assignment,
    Bed,
    Drill,
    Exit,
    ExitCheck,
    Facility,
    FacilityAddress,
    FireClearance,
    Leave,
    Licence,
    LicenceCondition,
    Placement,
    Room,
    Shift,
    ShiftStaff,
    Unit,
    Waiver,
)
from residents.models import Document, Resident
from residents.queries.incidents import readable

JUMPS = 5
STAY = ("resident_id", "bed_id", "status", "starts_at", "ends_at")


@dataclass(frozen=True)
class Slept:
    """One bed at the moment. ``state``: lives here, away, promised, taken (by somebody of whom the reader may not know), or free.

    now: what it is today, in the same words. late: the stay had begun, and was written down later.
    """

    bed: str
    state: str
    code: str
    resident: UUID | None
    since: datetime | None
    now: str
    late: datetime | None = None


def sections(person: Person, home: Facility, moment: datetime) -> list[Section]:
    """Return the sections of the home, not yet read. The caller has asked for a right to its papers."""
    rights = rights_on(person, home)
    of_home: dict[str, Any] = {"facility": home}
    hide = ("facility",)
    on_duty = Shift.objects.filter(of_home_shift(home, moment))
    address = [Kind(FacilityAddress.objects.filter(**of_home), hide)] if Can.VIEW_ADDRESS in rights else []
    return [
        Section("The home", [Kind(Facility.objects.filter(pk=home.pk)), *address], "With how often somebody looks."),
        Section(
            "Licence and fire clearance",
            [
                Kind(Licence.objects.filter(**of_home), hide, "valid_from"),
                Kind(LicenceCondition.objects.filter(licence__facility=home), ("licence",), "starts_on"),
                Kind(Waiver.objects.filter(licence__facility=home), ("licence",), "starts_on"),
                Kind(FireClearance.objects.filter(**of_home), hide, "valid_from"),
            ],
        ),
        Section(
            "Staff on shift",
            [
                Kind(on_duty, ("facility", "hand_off", "about_open", "signing_reason"), "starts_at", title=str),
                Kind(ShiftStaff.objects.filter(shift__in=on_duty), ("shift",)),
            ],
            "The shift that ran then.",
        ),
        Section("Who works here", [Kind(Assignment.objects.filter(**of_home), hide, "starts_at")]),
        Section(
            "Rooms and beds",
            [
                Kind(Unit.objects.filter(**of_home), hide, title=str),
                Kind(Room.objects.filter(unit__facility=home), title=str),
                Kind(Bed.objects.filter(**of_home), hide, title=lambda bed: f"Bed {bed.name}"),
            ],
        ),
        Section(
            "Exits and drills",
            [
                Kind(Exit.objects.filter(**of_home), hide, title=lambda way: f"Exit {way.name}"),
                Kind(ExitCheck.objects.filter(**of_home), (*hide, "wrong", "reason"), "checked_at", log=True),
                Kind(Drill.objects.filter(**of_home), (*hide, "problems", "follow_up", "reason"), "held_at", log=True),
            ],
        ),
        Section(
            "Papers",
            [
                Kind(
                    Document.objects.filter(**of_home, part=Document.Part.HOME),
                    ("facility", "resident", "stored_name", "sha256"),
                    "uploaded_at",
                    title=lambda paper: paper.title,
                )
            ],
        ),
    ]


def of_home_shift(home: Facility, moment: datetime) -> Q:
    """Return the condition on the shifts of ``home`` that ran at ``moment``."""
    return Q(facility=home, starts_at__lte=moment, ends_at__gt=moment)


def home_as_of(person: Person, home: Facility, moment: datetime) -> tuple[list[Section], list[Slept], list[Step]]:
    """Return the home as it stood at ``moment``: its sections, its beds, and the changes around."""
    found = sections(person, home, moment)
    seen = read(found, moment, home.zone)
    stays = stays_as_of(home, moment)
    keys: dict[Any, list[UUID]] = keys_of(seen) | {Placement: [today.pk for _, today in stays]}
    return found, beds_as_of(person, home, moment, stays), steps_around(keys, moment)


@reading("occupancy")
def stays_as_of(home: Facility, moment: datetime) -> list[tuple[Any, Any]]:
    """Return every stay in ``home`` at ``moment`` (``None``: not written yet) and today, as named tuples of ``STAY``.

    Also those of young people of whom the reader may not know. Two statements, whose times ``manage.py bench`` measures.
    """
    return values_then(Placement.objects.filter(facility=home).order_by(), moment, *STAY)


def beds_as_of(person: Person, home: Facility, moment: datetime, stays: list[tuple[Any, Any]]) -> list[Slept]:
    """Return each bed that was in the home then, with who slept in it. Six queries, for any number of beds."""
    beds = stood(home.beds.select_related("room").order_by("room__name", "name"), moment)
    with reading("occupancy"):
        leaves = stood(Leave.objects.filter(placement__facility=home).order_by(), moment)
        late = {row.bed_id: row for then, row in stays if then is None and lived(row, moment)}
        written = first_written(Placement, [row.pk for row in late.values()])
    here = {row.resident_id for _, row in stays}
    codes = dict(
        Resident.objects.visible_to(person, Can.VIEW_CODE).filter(pk__in=here).order_by().values_list("pk", "code")
    )
    note_audited("residents", codes, Can.VIEW_CODE)
    away = {
        leave.then.resident_id for leave in leaves if leave.then and leave.then.starts_at <= moment < leave.then.ends_at
    }
    then = {row.bed_id: row for row, _ in stays if row is not None and holds(row, moment)}
    today = {row.bed_id: row for _, row in stays if holds(row, now())}
    found = []
    for bed in beds:
        if bed.known:
            stay, unwritten = then.get(bed.key), late.get(bed.key)
            known_at = written.get(unwritten.pk) if unwritten and unwritten.resident_id in codes else None
            name = f"{bed.live.room.name} · {bed.live.name}"
            found.append(_slept(name, stay, today.get(bed.key), codes, away, None if stay else known_at))
    return found


def holds(stay: Any, moment: datetime) -> bool:
    """Return whether a stay, in its words of that time, keeps its bed at ``moment``: lived in, or promised."""
    begun = stay.starts_at <= moment
    if stay.status == Placement.Status.ACTIVE:
        return begun
    promised = stay.status in (Placement.Status.PROPOSED, Placement.Status.APPROVED)
    return promised and (stay.ends_at is None or stay.ends_at > moment)


def lived(stay: Any, moment: datetime) -> bool:
    """Return whether somebody lived in the bed at ``moment``, by what is known today."""
    return (
        stay.status in Placement.LIVED and stay.starts_at <= moment and (stay.ends_at is None or stay.ends_at > moment)
    )


def _slept(name: str, then: Any, today: Any, codes: dict[UUID, str], away: set[UUID], late: datetime | None) -> Slept:
    present = _state(today, codes, set())
    if today and today.resident_id in codes:
        present = f"{codes[today.resident_id]} {present}"
    if then is None or then.resident_id not in codes:
        return Slept(name, _state(then, codes, away), "", None, None, present, late)
    code = codes[then.resident_id]
    return Slept(name, _state(then, codes, away), code, then.resident_id, then.starts_at, present)


def _state(stay: Any, codes: dict[UUID, str], away: set[UUID]) -> str:
    if stay is None:
        return "free"
    if stay.resident_id not in codes:
        return "taken"
    if stay.status != Placement.Status.ACTIVE:
        return "is promised the bed"
    return "is away on leave" if stay.resident_id in away else "lives here"


def jumps(person: Person, home: Facility, moment: datetime) -> list[tuple[str, datetime]]:
    """Return (words, moment): before each of the newest incidents, and when the newest shifts by then were signed."""
    incidents = readable(person).filter(facility=home).order_by("-happened_at")[:JUMPS]
    found = [
        (with_day(f"Before incident I-{one.number}", one.happened_at, home.zone), one.happened_at - INSTANT)
        for one in incidents
    ]
    signed = home.shifts.filter(signed_at__lte=moment).order_by("-signed_at")[:JUMPS]
    return [
        *found,
        *(
            (with_day(f"When the {shift} was signed", shift.signed_at, home.zone), shift.signed_at)
            for shift in signed
            if shift.signed_at
        ),
    ]
