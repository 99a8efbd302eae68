"""Care entries: how soon they were written, and what was changed after the shift had signed."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar

from django.db.models import DurationField, ExpressionWrapper, F, Q, QuerySet
from django.urls import reverse

from compliance.queries.reports.shape import Cell, Figure, Line, Part, Report, Wanted, in_months, length, share
from placement.access.models import Person
from placement.access.opened import note_opened
from placement.access.rights import Can
from placement.facilities.models import Facility, Shift
from placement.ui.dates import full_moment
from placement.ui.templatetags.ui import span
from residents.models import CareEntry

NOBODY_ON_DUTY = "Signed by nobody who was on duty"  # the reason may name somebody; it stands on the page of the shift
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def entries(person: Person) -> QuerySet[CareEntry]:
    """Return the care entries that ``person`` may read, of homes that they may read about."""
    return CareEntry.objects.visible_to(person, Can.VIEW_CARE_LOG).visible_to(person, Can.VIEW_BEDS)


def in_words(minutes: float | None) -> str:
    """Return a number of minutes in words; empty for none."""
    return "" if minutes is None else span(timedelta(minutes=minutes))


def care_log_of(entry: CareEntry) -> str:
    """Return the address of the young person's care log on the day of an entry, by the clock of its home."""
    day = entry.happened_at.astimezone(entry.facility.zone).date()
    return f"{reverse('residents:care', args=[entry.resident_id])}?day={day.isoformat()}&kind={entry.kind}"


class Timeliness(Report):
    """How long after it happened an entry was written."""

    key = "entries"
    title = "How soon entries are written"
    asks = "Are care entries written when something happens, or long afterwards?"
    unit = "entries"
    about = (
        "Each care entry counts once, in the month in which it happened. An entry that is written more than 30 minutes later"
        " is late; the database marks it as one. Corrections do not count here.",
        "“Half within” and “9 of 10 within” say how long after it happened half of the entries, and nine of ten, were written.",
    )
    parts = (
        Part("all", "Entries"),
        Part("on_time", "Within 30 minutes", Q(late=False)),
        Part("late", "Late", Q(late=True)),
        Part("hours", "Late by up to 2 hours", Q(late=True, after__lte=2 * HOUR)),
        Part("half_day", "2 to 12 hours", Q(late=True, after__gt=2 * HOUR, after__lte=12 * HOUR)),
        Part("day", "12 to 24 hours", Q(late=True, after__gt=12 * HOUR, after__lte=DAY)),
        Part("longer", "More than a day", Q(late=True, after__gt=DAY)),
    )
    headline, kind, measured = "late", "late", True
    figures = (
        Figure("On time", share("on_time", "all")),
        Figure("Half within", lambda cell: in_words(cell.middle)),
        Figure("9 of 10 within", lambda cell: in_words(cell.high)),
    )
    heads = ("Home", "Happened", "Written", "Later by", "Written by")
    orders: ClassVar[Mapping[str, tuple[str, ...]]] = {"": ("-happened_at",)}
    related: ClassVar[Mapping[str, tuple[str, ...]]] = {"": ("resident", "facility", "written_by")}

    def branches(self, person: Person, wanted: Wanted) -> dict[str, QuerySet[Any]]:
        """Return the entries, without corrections."""
        after = ExpressionWrapper(F("written_at") - F("happened_at"), DurationField())
        found = in_months(entries(person).filter(amends=None), wanted, "happened_at")
        return {"": found.annotate(after=after, value=length("happened_at", "written_at", MINUTE))}

    def lines(self, person: Person, rows: Sequence[CareEntry], part: Part, wanted: Wanted) -> list[Line]:
        """Return the entries by the code of the young person."""
        note_opened(*rows)
        return [
            Line(
                f"{entry.resident.code}: {entry.get_kind_display()}",
                care_log_of(entry),
                (
                    entry.facility.name,
                    full_moment(entry.happened_at, entry.facility.zone),
                    full_moment(entry.written_at, entry.facility.zone),
                    span(entry.written_at - entry.happened_at),
                    entry.written_by.name,
                ),
            )
            for entry in rows
        ]


class Edits(Report):
    """What was changed in care entries after their shift had signed, held against the shifts that signed."""

    key = "edits"
    title = "Changes after signing"
    asks = "How often is an entry changed after its shift has signed, and why?"
    unit = "changes"
    about = (
        "Once a shift has signed, an entry can only be corrected beside its first text, with a reason. Each correction counts in"
        " the month in which it was written, and each shift in the month in which it signed.",
        "A correction is nothing bad: an honest late one is better than a wrong entry. Look at many by one home, and at those that"
        " somebody else wrote.",
    )
    parts = (
        Part("shifts", "Shifts signed", branch="shifts"),
        Part("edits", "Changes after signing", branch="edits"),
        Part("others", "By somebody else", ~Q(written_by=F("amends__written_by")), branch="edits"),
        Part("day", "More than a day after", Q(written_at__gt=F("amends__shift__signed_at") + DAY), branch="edits"),
        Part("mistake", "Taken back as a mistake", Q(outcome=CareEntry.MISTAKE), branch="edits"),
    )
    headline, kind = "edits", "due"
    figures = (Figure("Changes per signed shift", lambda cell: per_shift(cell)),)
    heads = ("Home", "Happened", "Signed or changed", "By", "Reason")
    orders: ClassVar[Mapping[str, tuple[str, ...]]] = {"shifts": ("-starts_at",), "edits": ("-written_at",)}
    related: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "shifts": ("facility", "signed_by"),
        "edits": ("resident", "facility", "written_by"),
    }

    def branches(self, person: Person, wanted: Wanted) -> dict[str, QuerySet[Any]]:
        """Return the shifts that signed, and the corrections that came after."""
        signed = Shift.objects.visible_to(person, Can.VIEW_BEDS).filter(signed_at__isnull=False)
        edits = entries(person).filter(amends__isnull=False, written_at__gt=F("amends__shift__signed_at"))
        return {"shifts": in_months(signed, wanted, "signed_at"), "edits": in_months(edits, wanted, "written_at")}

    def lines(self, person: Person, rows: Sequence[Any], part: Part, wanted: Wanted) -> list[Line]:
        """Return the shifts, or the corrections by the code of the young person."""
        if part.branch == "shifts":
            works_in = worked_by(person)
            return [shift_line(shift, works_in) for shift in rows]
        note_opened(*rows)
        return [
            Line(
                f"{entry.resident.code}: {entry.get_kind_display()}",
                care_log_of(entry),
                (
                    entry.facility.name,
                    full_moment(entry.happened_at, entry.facility.zone),
                    full_moment(entry.written_at, entry.facility.zone),
                    entry.written_by.name,
                    entry.reason,
                ),
            )
            for entry in rows
        ]


def per_shift(cell: Cell) -> str:
    """Return how many corrections there were for each shift that signed."""
    shifts = cell.numbers["shifts"]
    return f"{cell.numbers['edits'] / shifts:.2f}" if shifts else ""


def worked_by(person: Person) -> set[Any]:
    """Return the ids of the homes whose shifts open to ``person``. One query."""
    return set(Facility.objects.visible_to(person, Can.WORK_SHIFT).values_list("pk", flat=True))


def shift_line(shift: Shift, works_in: set[Any]) -> Line:
    """Return a shift that has signed; it opens to who works in its home."""
    address = "facilities:past-shift" if shift.facility_id in works_in else ""
    return Line(
        f"{shift.name} shift",
        reverse(address, args=[shift.facility_id, shift.pk]) if address else "",
        (
            shift.facility.name,
            full_moment(shift.starts_at, shift.facility.zone),
            full_moment(shift.signed_at, shift.facility.zone) if shift.signed_at else "",
            shift.signed_by.name if shift.signed_by else "",
            NOBODY_ON_DUTY if shift.signing_reason else "",
        ),
    )
