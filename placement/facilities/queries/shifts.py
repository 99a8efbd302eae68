"""What the shift pages ask. A page costs the same number of queries for three young people and for thirty."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from placement.access.models import Person
from placement.access.rights import Can, Role
from placement.access.visible import barred_from, in_force
from placement.audit.clock import now
from placement.facilities.models import Assignment, Facility, Leave, Placement, Shift, ShiftStaff
from placement.facilities.queries import exits
from placement.facilities.queries.hand_offs import not_taken_over, unread_of
from placement.facilities.queries.looks import every_of
from placement.facilities.queries.missing import missing_now
from placement.facilities.queries.ratio import Here, RatioNow, needed, ratio_now
from placement.facilities.queries.rounds import DUE_SOON, Place, is_night, meal_at
from placement.facilities.queries.standing import EARLIER, counts, homes_now
from placement.facilities.queries.tiles import Tile, tile
from placement.ui.dates import short_day
from placement.ui.paging import Page, keyset_page
from placement.ui.templatetags.ui import span, time_of_day
from residents.in_texts import withheld
from residents.models import CareEntry, MedicationDose, Resident, SafetyAlert
from residents.operations.care import UNDO_SHOWN
from residents.queries.names import hidden_names

OPEN_WITHOUT_SHIFT = timedelta(hours=24)  # as the database's rule has it
ENTRIES = ("resident", "written_by")


@dataclass(frozen=True)
class Board:
    """The whole shift page."""

    facility: Facility
    shift: Shift | None
    staff: list[ShiftStaff]
    tiles: list[Tile]
    facts: list[dict[str, Any]]
    not_signed: list[Shift]
    night: bool
    moment: datetime
    closed: int  # how many live here whose records are closed to the reader
    dangers: list[exits.ExitNow]  # exits that are locked or blocked
    to_read: int  # hand-offs that the reader has not read
    take_over: Shift | None  # the newest signed shift, when nobody has taken over after it
    undo: list[CareEntry]  # what the reader logged last, while it can be taken back
    undo_key: UUID = field(default_factory=uuid4)

    @property
    def meal(self) -> str:
        """Return the name of the meal of the hour, empty between meals."""
        found = meal_at(self.moment, self.facility.zone)
        return found.name if found else ""


def homes(person: Person) -> QuerySet[Facility]:
    """Return the homes where ``person`` works shifts."""
    return Facility.objects.visible_to(person, Can.WORK_SHIFT).order_by("name", "pk")


def stays(person: Person, facility: Facility) -> QuerySet[Placement]:
    """Return who lives in the home now, as far as ``person`` may log care for them, by code."""
    return (
        Placement.objects.visible_to(person, Can.LOG_CARE)
        .filter(facility=facility, status=Placement.Status.ACTIVE)
        .select_related("resident")
        .order_by("resident__code")
    )


def shift_at(facility: Facility, moment: datetime) -> Shift | None:
    """Return the shift to which a moment belongs.

    A shift that nobody has signed goes on after its planned end until the next one is opened.
    """
    shift = Shift.objects.filter(facility=facility, starts_at__lte=moment).order_by("-starts_at").first()
    return shift if shift is not None and (moment < shift.ends_at or shift.signed_at is None) else None


def open_shift_at(facility: Facility, moment: datetime) -> Shift | None:
    """Return the shift that takes entries of that moment without a reason, or ``None``."""
    shift = shift_at(facility, moment)
    return shift if shift is not None and shift.signed_at is None else None


def shift_open_then(facility: Facility, moment: datetime) -> Shift | None:
    """Return the shift that took entries without a reason at a moment until now, also when it was signed since."""
    shift = Shift.objects.filter(facility=facility, starts_at__lte=moment).order_by("-starts_at").first()
    return shift if shift is not None and (shift.signed_at is None or shift.signed_at > moment) else None


def on_duty(shift: Shift | None) -> list[str]:
    """Return the names of who is on duty in the shift."""
    rows = ShiftStaff.objects.filter(shift=shift).order_by("person__name") if shift else ShiftStaff.objects.none()
    return list(rows.values_list("person__name", flat=True))


def can_be_on_duty(facility: Facility) -> list[Person]:
    """Return the staff and administrators who work in the home now and whose clearance has not ended, by name."""
    working = Assignment.objects.filter(in_force(), facility=facility, role__in=[Role.STAFF, Role.ADMIN])
    people = {row.person_id: row.person for row in working.select_related("person")}
    return sorted((p for p in people.values() if p.opens_records), key=lambda p: p.name)


def last_end(facility: Facility, before: datetime) -> datetime | None:
    """Return when the newest shift that began before a moment ends."""
    earlier = Shift.objects.filter(facility=facility, starts_at__lt=before).order_by("-starts_at")
    return earlier.values_list("ends_at", flat=True).first()


def next_start(facility: Facility, after: datetime) -> datetime | None:
    """Return when the first shift after a moment begins."""
    later = Shift.objects.filter(facility=facility, starts_at__gt=after).order_by("starts_at")
    return later.values_list("starts_at", flat=True).first()


def board(person: Person, facility: Facility) -> Board:
    """Return the shift page of a home as it stands now: 21 queries for any number of young people."""
    moment = now()
    shift = open_shift_at(facility, moment)
    begins = shift.starts_at if shift else moment - EARLIER
    living = list(stays(person, facility))
    ids = [stay.resident_id for stay in living]
    alerts = by_resident(SafetyAlert.objects.filter(in_force(), resident__in=ids))
    readable = CareEntry.objects.visible_to(person, Can.VIEW_CARE_LOG)
    earlier = min(begins, moment - EARLIER)
    entries = by_resident(readable.filter(facility=facility, happened_at__gte=earlier))
    away = Leave.objects.filter(Leave.HOLDS, placement__in=living, starts_at__lte=moment, ends_at__gt=earlier)
    leaves = by_resident(away)
    missing = missing_now(facility, ids)
    every = every_of(dict.fromkeys(ids, facility))
    night = is_night(moment, facility.zone)
    tiles = [
        tile(
            stay.resident,
            alerts=alerts[stay.resident_id],
            entries=entries[stay.resident_id],
            leaves=leaves[stay.resident_id],
            missing=missing.get(stay.resident_id),
            begins=begins,
            since=stay.starts_at,
            moment=moment,
            facility=facility,
            is_open=shift is not None,
            every=every[stay.resident_id],
        )
        for stay in living
    ]
    barred = barred_from(person)
    closed = [each.place for each in homes_now([facility])[0].people if each.resident.pk in barred] if barred else []
    tiles.sort(key=lambda t: (not t.lost, not t.here, t.due_at, t.resident.code))
    ended = Shift.objects.filter(facility=facility, signed_at=None, ends_at__lte=moment).order_by("-starts_at")
    not_signed = [old for old in ended[:3] if old != shift]
    stands = ratio_now([Here(facility, shift, [*(t.place for t in tiles), *closed])])[facility.pk]
    ways = exits.exits_now([facility])
    strip = facts(facility, stands, tiles, moment, closed, ways)
    current = shift.pk if shift else None  # what stands in a signed shift stays
    undo = just_logged(person, (each for pk in ids for each in entries[pk] if each.shift_id == current), moment)
    by_id = {stay.resident_id: stay.resident for stay in living}
    for entry in undo:
        entry.resident = by_id[entry.resident_id]
    to_read = unread_of(person).filter(facility=facility).count()
    waits = not_taken_over(person).filter(facility=facility).first()
    return Board(
        facility,
        shift,
        stands.staff,
        tiles,
        strip,
        not_signed,
        night,
        moment,
        len(closed),
        exits.dangers(ways),
        to_read,
        waits,
        undo,
    )


def just_logged(person: Person, entries: Iterable[CareEntry], moment: datetime) -> list[CareEntry]:
    """Return what ``person`` logged with the newest act, if that was a moment ago and is not taken back."""
    own = [entry for entry in entries if entry.written_by_id == person.pk and entry.amends_id is None]
    fresh = [each for each in own if moment - each.written_at < UNDO_SHOWN and each.outcome != CareEntry.MISTAKE]
    newest = max(fresh, key=lambda each: each.written_at, default=None)
    return [each for each in fresh if newest and (each.kind, each.happened_at) == (newest.kind, newest.happened_at)]


def facts(
    facility: Facility,
    stands: RatioNow,
    tiles: list[Tile],
    moment: datetime,
    closed: list[Place],
    ways: list[exits.ExitNow],
) -> list[dict[str, Any]]:
    """Return the strip over the tiles: staff and people, next round, exits, last hand-off. One query.

    ``closed``: where those are who live there and have no tile on this reader's page.
    """
    zone, shift, staff = facility.zone, stands.shift, stands.staff
    present = [t for t in tiles if t.here]
    asleep = sum(not row.awake for row in staff)
    strip: list[dict[str, Any]] = [
        {
            "label": "Staff on duty",
            "value": len(staff),
            "note": f"{asleep} asleep" if asleep else "all awake" if staff else "no shift",
            **({"href": "#on-duty"} if staff else {}),
        },
        needed(stands) | {"href": reverse("facilities:duty", args=[facility.pk])},
        *({"href": "#people"} | fact for fact in counts([*(t.place for t in tiles), *closed])),
    ]
    if present and staff:
        first = min(present, key=lambda t: t.due_at)
        due = first.due_at
        late, soon = moment - due >= timedelta(minutes=1), due - moment <= DUE_SOON
        words = (
            f"{span(moment - due)} late"
            if late
            else "now"
            if due - moment < timedelta(minutes=1)
            else f"in {span(due - moment)}"
        )
        kind = "late" if late else "due" if soon else ""
        at = time_of_day(due.astimezone(zone))
        here = f"#y-{first.resident.pk}"
        strip.append({"label": "Next round", "value": at, "note": words, "kind": kind, "href": here})
    there = reverse("facilities:check-exits" if shift else "facilities:exits", args=[facility.pk])
    strip.append(exits.fact(ways, shift) | {"href": there})
    signed = Shift.objects.filter(facility=facility, signed_at__isnull=False).select_related("signed_by")
    last = signed.order_by("-starts_at").first()
    if last is None or last.signed_at is None:
        strip.append({"label": "Last hand-off", "value": "none yet"})
    else:
        signed_at = last.signed_at.astimezone(zone)
        day = "" if signed_at.date() == moment.astimezone(zone).date() else f"{short_day(signed_at)}, "
        note = f"{day}by {last.signed_by}"
        strip.append({"label": "Last hand-off", "value": time_of_day(signed_at), "note": note, "shift": last})
    return strip


def past_shift(person: Person, facility: Facility, pk: UUID) -> Shift:
    """Return a shift of the home with who was on duty. Raises ``Shift.DoesNotExist``."""
    on_duty = ShiftStaff.objects.select_related("person").order_by("person__name")
    return (
        Shift.objects.visible_to(person, Can.WORK_SHIFT)
        .select_related("signed_by")
        .prefetch_related(Prefetch("staff", queryset=on_duty))
        .get(pk=pk, facility=facility)
    )


def hand_off_for(person: Person, shift: Shift) -> dict[str, str]:
    """Return the texts of the hand-off as ``person`` may read them: without those from whose records they are barred."""
    texts = {name: getattr(shift, name) for name in ("hand_off", "about_open", "signing_reason")}
    barred = barred_from(person)
    if not barred:
        return texts
    names = hidden_names(Resident.objects.filter(pk__in=barred))
    return {name: withheld(text, names) for name, text in texts.items()}


def neighbours(shift: Shift) -> tuple[Shift | None, Shift | None]:
    """Return the shift before and the shift after."""
    same_home = Shift.objects.filter(facility_id=shift.facility_id)
    before = same_home.filter(starts_at__lt=shift.starts_at).order_by("-starts_at").first()
    after = same_home.filter(starts_at__gt=shift.starts_at).order_by("starts_at").first()
    return before, after


def entries_of_shift(person: Person, shift: Shift, after: str | None) -> Page:
    """Return one page of the entries of a shift, newest first, each with its amendments."""
    return keyset_page(_readable(person).filter(shift=shift), order=("-happened_at",), after=after, size=50)


def notes_of_shift(person: Person, shift: Shift) -> list[CareEntry]:
    """Return the entries of a shift that say something in words, in the order in which they happened."""
    found = _readable(person).filter(shift=shift).exclude(note="")
    return list(found.order_by("happened_at", "pk")[:200])


def entries_of(person: Person, facility: Facility, resident: Resident, since: datetime) -> list[CareEntry]:
    """Return what was logged for one young person since a moment, newest first, each with its amendments."""
    found = _readable(person).filter(facility=facility, resident=resident, happened_at__gte=since)
    return list(found.order_by("-happened_at", "-pk")[:100])


def entry(person: Person, facility: Facility, pk: UUID, *, lock: bool = False) -> CareEntry:
    """Return an entry as it was first written, with its amendments. Raises ``CareEntry.DoesNotExist``.

    ``lock`` holds it while a form about it is saved, so that its version can't change in between.
    """
    return _readable(person, lock=lock).select_related(*ENTRIES, "shift").get(pk=pk, facility=facility)


def dose_of(found: CareEntry) -> UUID | None:
    """Return the id of the dose of which the entry tells, which is read and amended on its own page."""
    if found.kind != CareEntry.Kind.MEDICATION:
        return None
    return MedicationDose.objects.filter(entry=found).values_list("pk", flat=True).first()


def school_today(person: Person, facility: Facility) -> list[CareEntry]:
    """Return what was logged about school today, by the home's calendar, for those who live there."""
    begins = now().astimezone(facility.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    found = _readable(person).filter(facility=facility, kind=CareEntry.Kind.SCHOOL, happened_at__gte=begins)
    return list(found.order_by("resident__code"))


def moved_in(found: CareEntry) -> datetime | None:
    """Return when the stay began in which the entry happened."""
    stays = Placement.objects.filter(
        resident=found.resident_id,
        facility=found.facility_id,
        status__in=Placement.LIVED,
        starts_at__lte=found.happened_at,
    )
    return stays.order_by("-starts_at").values_list("starts_at", flat=True).first()


def is_shut(found: CareEntry) -> bool:
    """Return whether an entry can only be amended: its shift is signed, or without a shift a day has gone by.

    The shift of its time that somebody opened after it was written is signed for it too.
    """
    if found.shift is not None:
        return found.shift.signed_at is not None
    if now() - found.written_at > OPEN_WITHOUT_SHIFT:
        return True
    minute = found.happened_at + timedelta(minutes=1)  # a shift begins at a second, and pages give the minute
    signed = Shift.objects.filter(facility=found.facility_id, signed_at__isnull=False)
    return signed.filter(starts_at__lt=minute, ends_at__gt=found.happened_at).exists()


def _readable(person: Person, *, lock: bool = False) -> QuerySet[CareEntry]:
    amendments = CareEntry.objects.select_related("written_by").order_by("written_at", "pk")
    readable = CareEntry.objects.visible_to(person, Can.VIEW_CARE_LOG)
    return (
        (readable.locked() if lock else readable)
        .filter(amends=None)
        .select_related(*ENTRIES)
        .prefetch_related(Prefetch("amendments", queryset=amendments))
    )


def by_resident(rows: Iterable[Any]) -> dict[Any, list[Any]]:
    """Return the rows of each young person, by id."""
    found: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.resident_id].append(row)
    return found
