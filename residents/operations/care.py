"""Daily care: what happened in a young person's day. The home and the shift come as objects from the layer above."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from placement.access.models import Person
from placement.access.rights import Can
from placement.access.visible import rights_on
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused, sentence_of
from placement.database.context import set_reason
from residents.models import CareEntry, MedicationDose, Resident

LATE_AFTER = timedelta(minutes=30)
UNDO_SHOWN = timedelta(seconds=10)
UNDO_FOR = UNDO_SHOWN + timedelta(seconds=20)  # a slow connection, and somebody who pressed in the last second
NOT_YET = "This time has not come yet. Give the time when it happened."


def must_work_at(facility: Any, by: Person) -> None:
    """Raise the facility's ``DoesNotExist`` unless ``by`` works shifts there now."""
    if Can.WORK_SHIFT not in rights_on(by, facility):
        raise type(facility).DoesNotExist


@dataclass(frozen=True)
class Logged:
    """What is logged for one young person of several. ``how`` says how somebody looked, for looks only."""

    resident: Resident
    outcome: str
    note: str = ""
    how: str = ""


@operation("logged care")
def log_care(
    resident: Resident,
    *,
    facility: Any,
    shift: Any,
    kind: str,
    happened_at: datetime,
    by: Person,
    outcome: str = "",
    note: str = "",
    reason: str = "",
    how: str = "",
) -> CareEntry:
    """Log one thing that happened at ``happened_at`` (aware), as ``log_each`` does for several."""
    said = [Logged(resident, outcome, note, how)]
    return log_each(said, facility=facility, shift=shift, kind=kind, happened_at=happened_at, by=by, reason=reason)[0]


@operation("logged care")
def log_each(
    said: Collection[Logged],
    *,
    facility: Any,
    shift: Any,
    kind: str,
    happened_at: datetime,
    by: Person,
    reason: str = "",
    opened_at: datetime | None = None,
) -> list[CareEntry]:
    """Log the same kind of thing for several young people, for each with its own outcome: all of them or none.

    Three queries for any number. ``shift`` is the shift in which it happened (``happened_at``, aware), or None when nobody
    opened one; a signed shift needs a ``reason``. ``opened_at``: when ``by`` opened the page on which all were logged, kept
    as evidence of how long a round took. Raises ``Refused`` for a time to come, and ``DoesNotExist`` without the right on
    a young person or the home.
    """
    must_work_at(facility, by)
    keys = {each.resident.pk for each in said}
    if Resident.objects.visible_to(by, Can.LOG_CARE).filter(pk__in=keys).count() != len(said):
        raise Resident.DoesNotExist
    if happened_at > now():
        raise Refused(NOT_YET, field="happened_at")
    if shift is not None and shift.signed_at is not None and not reason.strip():
        raise Refused("The shift is signed. Say why this entry comes late.", field="reason")
    return written(
        CareEntry(
            resident=each.resident,
            facility=facility,
            shift=shift,
            kind=kind,
            outcome=each.outcome,
            how=each.how,
            note=each.note,
            opened_at=opened_at,
            happened_at=happened_at,
            written_by=by,
            reason=reason,
        )
        for each in said
    )


@operation("logged care")
def log_care_for(
    residents: Iterable[Resident],
    *,
    facility: Any,
    shift: Any,
    kind: str,
    happened_at: datetime,
    by: Person,
    outcome: str = "",
    note: str = "",
) -> list[CareEntry]:
    """Log the same thing for several young people, as ``log_each`` does."""
    said = [Logged(resident, outcome, note) for resident in dict.fromkeys(residents)]
    return log_each(said, facility=facility, shift=shift, kind=kind, happened_at=happened_at, by=by)


@operation("took back what was just logged")
def undo_care(entries: Iterable[UUID], *, by: Person) -> list[CareEntry]:
    """Mark what ``by`` wrote a moment ago as written by mistake; it stays readable. Returns what was marked.

    Raises ``Refused`` when it is longer ago than ``UNDO_FOR``, when somebody else wrote it, or the shift is signed.
    """
    own = CareEntry.objects.visible_to(by, Can.LOG_CARE).filter(pk__in=list(entries), written_by=by, amends=None)
    fresh = list(own.filter(written_at__gt=now() - UNDO_FOR).locked())
    if not fresh:
        raise Refused("That was too long ago to take it back. Open the entry and change it there.")
    for entry in fresh:
        must_work_at(entry.facility, by)
        entry.outcome = CareEntry.MISTAKE
    CareEntry.objects.bulk_update(fresh, ["outcome"])
    return fresh


@operation("amended a care entry")
def amend_care(
    entry: CareEntry,
    *,
    reason: str,
    by: Person,
    outcome: str | None = None,
    note: str | None = None,
    happened_at: datetime | None = None,
) -> CareEntry:
    """Add an amendment with a ``reason``; the first text stays. What is not given stays as the newest version says.

    Raises ``Refused`` without a reason or for a time to come.
    """
    first = locked_entry(entry, by)
    if first.amends_id is not None:
        first = CareEntry.objects.locked().get(pk=first.amends_id)
    if first.kind == CareEntry.Kind.MEDICATION and MedicationDose.objects.filter(entry=first).exists():
        raise Refused(sentence_of("dose_entry_is_amended_with_its_dose"))
    if not reason.strip():
        raise Refused("Say why you amend this entry.", field="reason")
    if happened_at is not None and happened_at > now():
        raise Refused(NOT_YET, field="happened_at")
    newest = first.amendments.order_by("-written_at", "-pk").first() or first
    set_reason(reason)
    return written(
        [
            CareEntry(
                resident_id=first.resident_id,
                facility_id=first.facility_id,
                shift_id=first.shift_id,
                kind=first.kind,
                outcome=newest.outcome if outcome is None else outcome,
                how=newest.how,
                note=newest.note if note is None else note,
                happened_at=happened_at or newest.happened_at,
                written_by=by,
                amends=first,
                reason=reason,
            )
        ]
    )[0]


@operation("changed a care entry")
def change_care(entry: CareEntry, *, outcome: str, note: str, by: Person) -> CareEntry:
    """Change what an entry says while its shift is not signed. Only its writer may; others amend."""
    entry = locked_entry(entry, by)
    if entry.written_by_id != by.pk:
        raise Refused("Somebody else wrote this entry. Add an amendment with a reason instead.")
    entry.outcome, entry.note = outcome, note
    entry.save(update_fields=["outcome", "note"])
    return entry


def locked_entry(entry: CareEntry, by: Person) -> CareEntry:
    """Return the entry locked, when ``by`` may log care for the young person and works in the home."""
    entry = CareEntry.objects.visible_to(by, Can.LOG_CARE).locked().get(pk=entry.pk)
    must_work_at(entry.facility, by)
    return entry


def written(entries: Iterable[CareEntry]) -> list[CareEntry]:
    """Write entries in one statement; ``late`` is then as the database's rule sets it."""
    made = CareEntry.objects.bulk_create(entries)
    for entry in made:
        entry.late = entry.written_at - entry.happened_at > LATE_AFTER
    return made
