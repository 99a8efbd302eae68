"""The timeline: everything of note that happened to one young person, from the parts that the reader may see."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.core import signing
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from placement.access.rights import Can
from placement.database.context import reading
from residents.models import (
    CareEntry,
    Contact,
    Document,
    HarmEvent,
    Incident,
    LevelAssessment,
    PopulationDesignation,
    SafetyAlert,
)
from residents.queries.care import line_of
from residents.queries.incidents import readable
from residents.queries.record import Record, care_entries

PAGE = 40
SALT = "residents.timeline"
ROUTINE = (CareEntry.Kind.HEAD_COUNT, CareEntry.Kind.SLEEP, CareEntry.Kind.MEAL, CareEntry.Kind.MEDICATION)


@dataclass
class Event:
    """One entry of the timeline."""

    when: datetime
    title: str
    detail: str = ""
    href: str = ""
    tag: str = ""
    kind: str = ""
    note: str = ""
    day_only: bool = False


Source = tuple[QuerySet[Any], str, Callable[[Any], Event]]


def sources(record: Record) -> list[Source]:
    """Return (rows, time column, how to show one) for each part that this person may read."""
    resident = record.resident
    found: list[Source] = []

    def at(day: Any) -> datetime:
        return datetime.combine(day, time(12), tzinfo=record.zone)

    if record.may(Can.VIEW_CARE_LOG):
        found.append((care_entries(record).exclude(kind__in=ROUTINE), "happened_at", care_event))
        named = Incident.objects.filter(incidentresident__resident=resident)
        named = named.annotate(opens=Exists(readable(record.person).filter(pk=OuterRef("pk")))).defer(*Incident.REPORT)
        found.append((named, "happened_at", incident_event))
    if record.may(Can.VIEW_CARE_PROFILE):
        contacts = Contact.objects.filter(resident=resident, amends=None)
        contacts = contacts.select_related("outside_person", "written_by").prefetch_related("amendments")
        found.append((contacts, "happened_at", contact_event))
        found.append((SafetyAlert.objects.filter(resident=resident), "starts_at", alert_event))
        parts = [part for part, right in Document.RIGHT_OF_PART.items() if right in record.rights]
        filed = Document.objects.filter(resident=resident, part__in=parts).select_related("uploaded_by")
        found.append((filed, "uploaded_at", document_event))
    if record.may(Can.VIEW_CASE_SUMMARY):
        designations = PopulationDesignation.objects.filter(resident=resident).select_related("decided_by")
        found.append((designations, "decided_at", designation_event))
        lived = resident.placements.filter(status__in=["active", "ended"])
        found.append(
            (lived, "starts_at", lambda stay: Event(stay.starts_at, "Moved into a home", kind="good", tag="move"))
        )
        ended = resident.placements.filter(status="ended")
        found.append((ended, "ends_at", lambda stay: Event(stay.ends_at, "Left the home", stay.end_reason, tag="move")))
        found.append(
            (
                LevelAssessment.objects.filter(resident=resident),
                "assessed_on",
                lambda row: Event(
                    at(row.assessed_on),
                    f"Assessed at level {row.get_level_display()}",
                    f"by {row.assessor}",
                    day_only=True,
                ),
            )
        )
        found.append(
            (
                HarmEvent.objects.filter(resident=resident),
                "happened_on",
                lambda row: Event(
                    at(row.happened_on), row.get_kind_display(), row.summary, tag="safety", kind="late", day_only=True
                ),
            )
        )
    return found


@reading("timeline")  # that an incident happened in another home counts too, without its report
def timeline(record: Record, *, after: str | None = None) -> tuple[list[Event], str]:
    """Return the newest events (those before the signed moment ``after``), and the token of the next page or ""."""
    before = moment_of(after)
    events: list[Event] = []
    for rows, column, show in sources(record):
        found = rows.order_by(f"-{column}", "-pk")
        if before is not None:
            found = found.filter(**earlier(column, before.astimezone(record.zone)))
        events += [show(row) for row in found[: PAGE + 1]]
    events.sort(key=lambda event: event.when, reverse=True)
    end = PAGE  # what stands at the same moment stays on the same page, because the next one begins before it
    while end < len(events) and events[end].when == events[PAGE - 1].when:
        end += 1
    token = signing.dumps(events[PAGE - 1].when.timestamp(), salt=SALT) if len(events) > end else ""
    return events[:end], token


def earlier(column: str, before: datetime) -> dict[str, Any]:
    """Return the filter for rows before the moment; a day counts as its noon."""
    if column.endswith("_on"):
        return {f"{column}__lte": (before - timedelta(hours=12, microseconds=1)).date()}
    return {f"{column}__lt": before}


def moment_of(token: str | None) -> datetime | None:
    """Return the moment in a token of this page; a forged one starts at the top."""
    try:
        return datetime.fromtimestamp(signing.loads(token, salt=SALT), UTC) if token else None
    except signing.BadSignature:
        return None


def care_event(entry: CareEntry) -> Event:
    """Show a care entry."""
    line = line_of(entry)
    tags = line.tags
    return Event(line.when, line.title, line.text, tag=tags[0]["text"] if tags else "", kind="due", note=line.writer)


def incident_event(row: Any) -> Event:
    """Show an incident by kind only; the report opens on its own page, for people who may read it."""
    href = reverse("incidents:detail", kwargs={"pk": row.pk}) if row.opens else ""
    kind = "due" if row.severity == Incident.Severity.LOW else "late"
    return Event(
        row.happened_at,
        f"Incident {row.number}: {row.get_kind_display()}",
        href=href,
        tag=row.get_severity_display(),
        kind=kind,
    )


def contact_event(row: Contact) -> Event:
    """Show a contact as its newest version has it; what became of one that did not come about is its tag."""
    newest = max(row.amendments.all(), key=lambda a: (a.written_at, str(a.pk)), default=row)
    minutes = f", {newest.minutes} minutes" if newest.minutes else ""
    took_place = newest.outcome == Contact.Outcome.TOOK_PLACE
    return Event(
        newest.happened_at,
        f"{row.get_kind_display()}: {row.relation}{minutes}",
        newest.note,
        tag="" if took_place else newest.get_outcome_display(),
        kind="late" if newest.outcome == Contact.Outcome.DENIED else "due",
        note=row.written_by.name,
    )


def alert_event(row: SafetyAlert) -> Event:
    """Show an alert that was raised."""
    return Event(row.starts_at, f"Alert. {row.words}", tag=row.get_kind_display(), kind="late" if row.strong else "due")


def document_event(row: Document) -> Event:
    """Show a filed document."""
    href = reverse("residents:document", kwargs={"pk": row.pk})
    return Event(row.uploaded_at, f"Document: {row.title}", href=href, note=row.uploaded_by.name)


def designation_event(row: PopulationDesignation) -> Event:
    """Show a population designation without its basis, which is a part of its own."""
    counts = row.standing in PopulationDesignation.COUNTING
    what = f"{row.get_population_display()}: {row.get_stage_display().lower()}"
    if not counts:
        what += f" ({row.get_standing_display().lower()})"
    return Event(row.decided_at, what, note=row.decided_by.name)
