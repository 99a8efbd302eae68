"""The care log for reading: both times of a late entry, and the first text of an amended one."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from placement.access.rights import Can
from placement.ui.paging import Page, keyset_page
from placement.ui.templatetags.ui import local, local_time, span
from residents.models import CareEntry, Document, SafetyAlert
from residents.queries.parts import alerts
from residents.queries.record import Record, care_entries, last_seen

PAGE = 40
HEALTH_KINDS = (CareEntry.Kind.HEALTH, CareEntry.Kind.MEDICATION)
ALERT_KINDS = (SafetyAlert.Kind.ALLERGY, SafetyAlert.Kind.MEDICAL)


@dataclass
class CareLine:
    """One entry as the log shows it: what it says now and said first, when it happened, when it was written."""

    pk: UUID
    when: datetime
    zone: ZoneInfo
    title: str
    text: str
    writer: str
    written_at: datetime
    late: bool
    reason: str = ""
    first: str = ""
    amendments: list[dict[str, Any]] = field(default_factory=list)
    amend_url: str = ""

    @property
    def lateness(self) -> str:
        """Return both times in words for an entry that was written late."""
        if not self.late:
            return ""
        return f"written {local(self.written_at, self.zone)}, {span(self.written_at - self.when)} later"

    @property
    def tags(self) -> list[dict[str, str]]:
        """Return the marks beside the title."""
        marks = (
            [{"text": f"late: written {local_time(self.written_at, self.zone)}", "kind": "due"}] if self.late else []
        )
        return marks + ([{"text": "amended", "kind": "due"}] if self.amendments else [])


def line_of(entry: CareEntry) -> CareLine:
    """Return ``entry`` (fetched by ``care_entries``) as a line; the newest amendment is what it says now."""
    amendments = sorted(entry.amendments.all(), key=lambda a: (a.written_at, str(a.pk)))
    shown = amendments[-1] if amendments else entry
    return CareLine(
        pk=entry.pk,
        when=shown.happened_at,
        zone=entry.facility.zone,
        title=shown.title,
        text=shown.note,
        writer=entry.written_by.name,
        written_at=entry.written_at,
        late=entry.late,
        reason=entry.reason,
        first=text_of(entry) if amendments else "",
        amendments=[
            {
                "when": a.written_at,
                "who": a.written_by.name,
                "reason": a.reason,
                "rows": [
                    {"label": "What it says", "before": text_of(before), "after": text_of(a)},
                    *moved(before, a, entry.facility.zone),
                ],
            }
            for before, a in zip([entry, *amendments], amendments, strict=False)
        ],
    )


def last_round(record: Record) -> CareLine | None:
    """Return the newest head count or sleep check, for people who read the care log."""
    entry = last_seen(record) if record.may(Can.VIEW_CARE_LOG) else None
    return line_of(entry) if entry else None


def moved(before: CareEntry, after: CareEntry, zone: ZoneInfo) -> list[dict[str, str]]:
    """Return the row of a difference for a changed time."""
    if before.happened_at == after.happened_at:
        return []
    times = [local(entry.happened_at, zone) for entry in (before, after)]
    return [{"label": "When", "before": times[0], "after": times[1]}]


def text_of(entry: CareEntry) -> str:
    """Return outcome and note in one text, for differences."""
    return ": ".join(part for part in (entry.outcome.replace("_", " "), entry.note) if part)


def care_page(record: Record, wanted: dict[str, Any], *, after: str | None, kinds: tuple[str, ...] = ()) -> Page:
    """Return one page of ``CareLine`` of the record, newest first."""
    entries = care_entries(record, [wanted["kind"]] if wanted.get("kind") else kinds)
    if day := wanted.get("day"):
        start = datetime(day.year, day.month, day.day, tzinfo=record.zone)
        entries = entries.filter(happened_at__gte=start, happened_at__lt=start + timedelta(days=1))
    if wanted.get("late"):
        entries = entries.filter(late=True)
    page = keyset_page(entries, order=("-happened_at",), after=after, size=PAGE)
    return Page([line_of(entry) for entry in page.rows], page.next_token, page.is_first)


def care_paper(record: Record, first: date, days: int) -> list[tuple[date, list[CareLine]]]:
    """Return what was logged on each of ``days`` days from ``first`` on, oldest first, in the zone of the record."""
    starts, ends = (datetime.combine(first + timedelta(days=n), time(), record.zone) for n in (0, days))
    entries = care_entries(record, ()).filter(happened_at__gte=starts, happened_at__lt=ends)
    lines = [line_of(entry) for entry in entries.order_by("happened_at", "pk")]
    by_day: dict[date, list[CareLine]] = {first + timedelta(days=n): [] for n in range(days)}
    for line in sorted(lines, key=lambda each: each.when):
        if (day := line.when.astimezone(record.zone).date()) in by_day:  # an amendment may have moved it to another day
            by_day[day].append(line)
    return list(by_day.items())


def medical_alerts(record: Record) -> list[SafetyAlert]:
    """Return the allergies and medical alerts, those in force first."""
    return [alert for alert in alerts(record) if alert.kind in ALERT_KINDS]


def clinical_documents(record: Record) -> list[Document]:
    """Return the clinical papers, for people with the right to them."""
    return list(
        Document.objects.visible_to(record.person, Can.VIEW_CLINICAL)
        .filter(resident=record.resident, part=Document.Part.CLINICAL)
        .select_related("uploaded_by")
    )
