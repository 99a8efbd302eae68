"""Clinical notes: writing one, and amending it. What was written is never changed."""

from datetime import datetime

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from residents.models import ClinicalNote, Resident
from residents.operations.care import NOT_YET
from residents.operations.guard import must


@operation("wrote a clinical note")
def write_clinical_note(resident: Resident, *, kind: str, text: str, happened_at: datetime, by: Person) -> ClinicalNote:
    """Write down what happened at ``happened_at`` (aware). Raises ``Refused`` for an empty note or a time to come."""
    must(by, resident, Can.WRITE_CLINICAL)
    return _written(ClinicalNote(resident=resident, kind=kind, text=text, happened_at=happened_at, written_by=by))


@operation("amended a clinical note")
def amend_clinical_note(
    note: ClinicalNote, *, text: str, happened_at: datetime, reason: str, by: Person
) -> ClinicalNote:
    """Say ``note`` (or the note that it amends) anew, with a ``reason``; the first text stays.

    The reason is kept with the amendment alone and stands in no other place, because it may quote the note.
    Raises ``Refused`` without a reason, for an empty text and for a time to come.
    """
    must(by, note.resident, Can.WRITE_CLINICAL)
    if not reason.strip():
        raise Refused("Say why you amend this note.", field="reason")
    return _written(
        ClinicalNote(
            resident=note.resident,
            kind=note.kind,
            text=text,
            happened_at=happened_at,
            written_by=by,
            amends_id=note.amends_id or note.pk,
            amendment_reason=reason.strip(),
        )
    )


def _written(note: ClinicalNote) -> ClinicalNote:
    """Save ``note``. Raises ``Refused`` when it says nothing or is of a time to come."""
    note.text = note.text.strip()
    if not note.text:
        raise Refused("Write the note.", field="text")
    if note.happened_at > now():
        raise Refused(NOT_YET, field="happened_at")
    note.save(force_insert=True)
    return note
