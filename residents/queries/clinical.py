"""Clinical notes for reading, newest first, each with its first text when it was amended."""

from typing import Any
from uuid import UUID

from placement.access.models import Person
from placement.access.rights import Can
from placement.ui.paging import Page, keyset_page
from placement.ui.templatetags.ui import local
from residents.models import ClinicalNote
from residents.queries.care import CareLine
from residents.queries.record import Record

NEWEST = 5  # on the page about health; all of them have a page of their own
PAGE = 25


def notes(record: Record) -> Any:
    """Return the notes of the record that are no amendments, with writers and amendments, for readers of the part."""
    found = ClinicalNote.objects.visible_to(record.person, Can.VIEW_CLINICAL)
    found = found.filter(resident=record.resident, amends__isnull=True)
    return found.select_related("written_by").prefetch_related("amendments__written_by")


def newest_notes(record: Record) -> list[CareLine]:
    """Return the newest notes; none for somebody without the right. Four queries at most."""
    if not record.may(Can.VIEW_CLINICAL):
        return []
    return [line_of(note, record) for note in notes(record).order_by("-happened_at", "-pk")[:NEWEST]]


def notes_page(record: Record, *, after: str | None) -> Page:
    """Return one page of the notes, newest first."""
    page = keyset_page(notes(record), order=("-happened_at",), after=after, size=PAGE)
    return Page([line_of(note, record) for note in page.rows], page.next_token, page.is_first)


def line_of(note: ClinicalNote, record: Record) -> CareLine:
    """Return ``note`` (fetched by ``notes``) as a line; the newest amendment is what it says now."""
    amendments = _in_order(note)
    shown = amendments[-1] if amendments else note
    return CareLine(
        pk=note.pk,
        when=shown.happened_at,
        zone=record.zone,
        title=note.get_kind_display(),
        text=shown.text,
        writer=note.written_by.name,
        written_at=note.written_at,
        late=False,
        amendments=[
            {
                "when": after.written_at,
                "who": after.written_by.name,
                "reason": after.amendment_reason,
                "rows": _difference(before, after, record),
            }
            for before, after in zip([note, *amendments], amendments, strict=False)
        ],
        amend_url=record.url("amend_clinical_note", row=note.pk) if record.may(Can.WRITE_CLINICAL) else "",
    )


def note_to_amend(person: Person, resident: UUID, row: UUID, *, lock: bool = False) -> ClinicalNote:
    """Return what the note ``row`` says now: its newest amendment, or itself. Raises ``ClinicalNote.DoesNotExist``.

    ``lock`` holds the first text, so that two amendments wait for each other.
    """
    found = ClinicalNote.objects.visible_to(person, Can.WRITE_CLINICAL)
    first = (found.locked() if lock else found).get(pk=row, resident=resident, amends__isnull=True)
    return [first, *_in_order(first)][-1]


def _in_order(note: ClinicalNote) -> list[ClinicalNote]:
    return sorted(note.amendments.all(), key=lambda amendment: (amendment.written_at, str(amendment.pk)))


def _difference(before: ClinicalNote, after: ClinicalNote, record: Record) -> list[dict[str, str]]:
    rows = [{"label": "What it says", "before": before.text, "after": after.text}]
    if before.happened_at != after.happened_at:
        times = [local(note.happened_at, record.zone) for note in (before, after)]
        rows.append({"label": "When", "before": times[0], "after": times[1]})
    return [row for row in rows if row["before"] != row["after"]]
