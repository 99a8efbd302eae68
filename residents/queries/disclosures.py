"""What was shared of a record outside, the consents for it, and the sheets that can still be opened."""

import csv
import io
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import (
    BooleanField,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Cast

from placement.access.models import Person
from placement.access.opened import note_audited, note_exported
from placement.access.rights import Can
from placement.access.visible import in_force
from placement.audit.clock import now
from placement.database.context import set_reason
from placement.ui.dates import full_day, full_moment, zoned
from placement.ui.paging import Page, keyset_page
from residents.models import Caseload, Consent, Disclosure, Resident
from residents.models.disclosure import COURT_EXPORT, DayIn, fingerprint
from residents.queries.record import Record
from residents.sheet import BY_NAME, Lines, as_written

ONLY_FOR_YOU = (
    "Only for the person named above. Do not copy it and do not pass it on. Give it back or destroy it when you no longer"
    " need it."
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def shared(person: Person) -> QuerySet[Disclosure]:
    """Return the sheets about records that ``person`` answers for."""
    return Disclosure.objects.visible_to(person, Can.DISCLOSE).select_related("resident", "consent", "disclosed_by")


def disclosures_page(record: Record, *, after: str | None) -> Page:
    """Return one page of the sheets about this young person, newest first."""
    found = (
        Disclosure.objects.filter(resident=record.resident).select_related("consent", "disclosed_by").defer("sealed")
    )
    return keyset_page(found, order=("-disclosed_at",), after=after, size=25)


def consents_page(record: Record, *, after: str | None) -> Page:
    """Return one page of the consents about this young person: those in force first, then the newest."""
    is_over = Q(withdrawn_at__isnull=False) | Q(ends_at__lte=now())
    over = Cast(ExpressionWrapper(is_over, BooleanField()), IntegerField())
    found = Consent.objects.filter(resident=record.resident).annotate(over=over)
    return keyset_page(found, order=("over", "-recorded_at"), after=after, size=25)


def consents_in_force(person: Person, resident: Resident) -> QuerySet[Consent]:
    """Return the consents that allow something now."""
    found = Consent.objects.visible_to(person, Can.DISCLOSE).filter(resident=resident, withdrawn_at=None)
    return found.filter(ends_at__gt=now()).order_by("recipient", "pk")


def consent_for(person: Person, resident: UUID, row: UUID) -> Consent:
    """Return a consent of the record. Raises ``Consent.DoesNotExist``."""
    return Consent.objects.visible_to(person, Can.DISCLOSE).get(pk=row, resident=resident)


def disclosure_for(person: Person, resident: UUID, row: UUID) -> Disclosure:
    """Return a sheet about the record. Raises ``Disclosure.DoesNotExist``."""
    return shared(person).get(pk=row, resident=resident)


def overdue(person: Person) -> QuerySet[Disclosure]:
    """Return the sheets that must be asked for: their day has passed (as ``Disclosure.is_overdue`` says) or their consent is
    gone, or they were asked for and nobody has written down what became of them. A read-out leaves nothing to bring back."""
    today = DayIn(F("disclosed_by__time_zone"), Value(now(), DateTimeField()))
    late = Q(until__lt=today) | Q(recalled_at__isnull=False) | Q(consent__withdrawn_at__isnull=False)
    return shared(person).filter(late, answer="").exclude(channel=Disclosure.Channel.TOLD).order_by("disclosed_at")


def without_caseworker(sheets: QuerySet[Disclosure]) -> QuerySet[Disclosure]:
    """Return those of ``sheets`` whose young person is on nobody's caseload now: nobody else is told of them."""
    kept = Caseload.objects.filter(in_force(), case__resident=OuterRef("resident"))
    return sheets.filter(~Exists(kept))


def fields_of(sheet: Disclosure) -> list[str]:
    """Return what the sheet tells, in words, without telling it."""
    others = {COURT_EXPORT: "A sealed export of what history says"}
    return [BY_NAME[name].label if name in BY_NAME else others.get(name, name) for name in sheet.fields]


def in_plain_words(record: Record) -> list[dict[str, Any]]:
    """Return what was given to whom, newest first, to go through with the young person: one query."""
    found = Disclosure.objects.filter(resident=record.resident).defer("sealed")
    return [{"sheet": sheet, "tells": [label.lower() for label in fields_of(sheet)]} for sheet in found[:100]]


def why_closed(record: Record, sheet: Disclosure) -> str:
    """Return why this person can't print or save the sheet (any more) to hand it on; "" while they can."""
    if COURT_EXPORT in sheet.fields:
        return "Its files are those of the sealed export."
    if not all_parts_open(record, sheet):
        return "It tells more of the record than is open to you."
    if sheet.disclosed_by_id != record.person.pk:
        return f"Only {sheet.disclosed_by} can hand it on, who has signed it."
    if sheet.recalled_at or sheet.answer:
        return "It was asked for back, or it is back."
    if sheet.consent and not sheet.consent.in_force:
        return "Its consent does not hold any more."
    if now() >= sheet.open_until:
        return "It was made more than 24 hours ago. Make a new one, so that it says what is true today."
    return ""


def may_review(record: Record, sheet: Disclosure) -> bool:
    """Return whether the supervisor may read, at any time, what the sheet said."""
    return record.may(Can.VIEW_AUDIT) and all_parts_open(record, sheet)


def all_parts_open(record: Record, sheet: Disclosure) -> bool:
    """Return whether each part of the record that the sheet tells of is open to this person now."""
    return all(name in BY_NAME and BY_NAME[name].right in record.rights for name in sheet.fields)


def lines_for(record: Record, sheet: Disclosure) -> list[dict[str, str]]:
    """Return the lines of the sheet, and give its purpose to the access log; nothing when it is closed to this person."""
    closed = why_closed(record, sheet)
    if closed and not may_review(record, sheet):
        return []
    set_reason(sheet.purpose)
    if not closed:
        note_exported()
    note_parts(record, sheet.fields)
    return sheet.lines()


def draft(record: Record, names: list[str]) -> tuple[Lines, str]:
    """Return what a sheet is made of that is not made yet, as this person reads it in the record, and its fingerprint."""
    note_parts(record, names)
    lines = as_written(record.resident, names)
    return lines, fingerprint(lines)


def note_parts(record: Record, names: list[str]) -> None:
    """Note for the access log which parts of the record are shown."""
    for right in {BY_NAME[name].right for name in names}:
        note_audited("residents", [record.resident.pk], right)


def draft_heading(given: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what will stand above the lines of a sheet with these values of the form, as far as it is known before."""
    consent = given["consent"]
    sheet = Disclosure(**{name: given[name] for name in ("basis", "authority", "handed_to", "purpose", "until")})
    sheet.recipient = consent.recipient if consent else given["recipient"]
    found = [
        ("For", f"{sheet.recipient}, {sheet.handed_to}"),
        ("What for", sheet.purpose),
        ("What allows it", basis_of(sheet)),
    ]
    if consent:
        found.append(("The consent is for", consent.purpose))
    return [*found, ("Keep until", full_day(sheet.until) if sheet.until else "as the court decides")]


def basis_of(sheet: Disclosure) -> str:
    """Return what allows the sheet, in words."""
    return f"{sheet.get_basis_display()}: {sheet.authority}" if sheet.authority else sheet.get_basis_display()


def heading(sheet: Disclosure) -> list[tuple[str, str]]:
    """Return what stands above the lines of a sheet: number, recipient, basis, end, and where to write to.

    The time is that of whoever signed it: the record's own would tell in which time zone the home is.
    """
    return [
        ("Sheet", str(sheet.pk)[:8]),
        ("For", f"{sheet.recipient}, {sheet.handed_to}"),
        ("What for", sheet.purpose),
        ("What allows it", basis_of(sheet)),
        ("Made", f"{full_moment(sheet.disclosed_at, sheet.disclosed_by.time_zone)}, by {sheet.disclosed_by.name}"),
        ("Keep until", full_day(sheet.until) if sheet.until else "as the court decides"),
        ("Write to", str(settings.SUBSTITUTE_ADDRESS)),
    ]


def as_file(record: Record, sheet: Disclosure) -> tuple[str, str]:
    """Return the open sheet as a table for a spreadsheet, and the name to save it under (code and date only)."""
    text = io.StringIO()
    table = csv.writer(text)
    for label, value in heading(sheet):
        table.writerow([plain(label), plain(value)])
    for line in lines_for(record, sheet):
        table.writerow([plain(f"{line['part']}: {line['label']}"), plain(line["value"])])
    table.writerow([ONLY_FOR_YOU])
    day = zoned(sheet.disclosed_at, sheet.disclosed_by.time_zone).date()
    return text.getvalue(), f"{record.resident.code}-{day.isoformat()}.csv"


def plain(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
