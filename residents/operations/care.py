"""Daily care: what happened in a young person's day. The home and the shift come as objects from the layer above."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from placement.access.models import Person
from placement.access.rights import Can
from placement.access.visible import rights_on
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused, sentence_of
from placement.database.context import set_reason
from residents.models import CareEntry, MedicationDose, Resident

LATE_AFTER = timedelta(minutes=30)
NOT_YET = "This time has not come yet. Give the time when it happened."


def must_work_at(facility: Any, by: Person) -> None:
    """Raise the facility's ``DoesNotExist`` unless ``by`` works shifts there now."""
    if Can.WORK_SHIFT not in rights_on(by, facility):
        raise type(facility).DoesNotExist


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
) -> CareEntry:
    """Log one thing that happened at ``happened_at`` (aware).

    ``shift`` is the shift in which it happened, or None when nobody opened one; a signed shift needs a ``reason``.
    Raises ``Refused`` for a time to come, and ``DoesNotExist`` without the right on the young person or the home.
    """
    return log_care_for(
        [resident],
        facility=facility,
        shift=shift,
        kind=kind,
        happened_at=happened_at,
        by=by,
        outcome=outcome,
        note=note,
        reason=reason,
    )[0]


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
    reason: str = "",
) -> list[CareEntry]:
    """Log the same thing for several young people: all of them or none. Three queries for any number."""
    wanted = list(dict.fromkeys(residents))
    must_work_at(facility, by)
    if Resident.objects.visible_to(by, Can.LOG_CARE).filter(pk__in=[r.pk for r in wanted]).count() != len(wanted):
        raise Resident.DoesNotExist
    if happened_at > now():
        raise Refused(NOT_YET, field="happened_at")
    if shift is not None and shift.signed_at is not None and not reason.strip():
        raise Refused("The shift is signed. Say why this entry comes late.", field="reason")
    return written(
        CareEntry(
            resident=resident,
            facility=facility,
            shift=shift,
            kind=kind,
            outcome=outcome,
            note=note,
            happened_at=happened_at,
            written_by=by,
            reason=reason,
        )
        for resident in wanted
    )


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
