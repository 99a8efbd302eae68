"""Incidents: reported by who saw it, reviewed and closed by somebody else."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from placement.access.models import Person
from placement.access.rights import Can
from placement.access.visible import rights_on
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from residents.models import Incident, IncidentResident, Resident

NOBODY_NAMED = "Say which young person is missing."
NOT_SENT = "This report is still a draft. It has to be sent first."


@operation("reported an incident")
def report_incident(
    *,
    facility: Any,
    shift: Any,
    kind: str,
    severity: str,
    happened_at: datetime,
    seen: str,
    done: str,
    residents: Iterable[Resident],
    by: Person,
) -> Incident:
    """Report what happened in a home at ``happened_at`` (aware), with the young people involved.

    Raises ``Refused`` for a time to come, an empty report, and one of somebody missing that names nobody;
    ``DoesNotExist`` without the right on home or person.
    """
    if Can.REPORT_INCIDENT not in rights_on(by, facility):
        raise type(facility).DoesNotExist
    involved = list(dict.fromkeys(residents))
    known = Resident.objects.visible_to(by, Can.VIEW_CARE_PROFILE).filter(pk__in=[r.pk for r in involved])
    if known.count() != len(involved):
        raise Resident.DoesNotExist
    if happened_at > now():
        raise Refused("This time has not come yet. Give the time when it happened.", field="happened_at")
    if kind == Incident.Kind.MISSING and not involved:
        raise Refused(NOBODY_NAMED, field="residents")
    if not seen.strip():
        raise Refused("Say what was seen and heard.", field="seen")
    incident = Incident.objects.create(
        facility=facility,
        shift=shift,
        kind=kind,
        severity=severity,
        happened_at=happened_at,
        seen=seen,
        done=done,
        reported_by=by,
        number=0,
    )
    incident.refresh_from_db(fields=["number", "reported_at"])
    IncidentResident.objects.bulk_create(IncidentResident(incident=incident, resident=r) for r in involved)
    return incident


def draft_about_contact(
    resident: Resident, *, facility: Any, shift: Any, happened_at: datetime, seen: str, by: Person
) -> Incident:
    """Begin the report of a contact that is not allowed, by its facts; ``by`` completes it. Part of another operation."""
    if Can.REPORT_INCIDENT not in rights_on(by, facility):
        raise type(facility).DoesNotExist
    incident = Incident.objects.create(
        facility=facility,
        shift=shift,
        kind=Incident.Kind.EXPLOITER,
        severity=Incident.Severity.SERIOUS,
        status=Incident.Status.DRAFT,
        happened_at=happened_at,
        seen=seen,
        reported_by=by,
        number=0,
    )
    incident.refresh_from_db(fields=["number", "reported_at"])
    IncidentResident.objects.create(incident=incident, resident=resident)
    return incident


@operation("completed the draft of an incident")
def complete_draft(
    incident: Incident, *, kind: str, severity: str, happened_at: datetime, seen: str, done: str, by: Person
) -> Incident:
    """Complete and send a report that began with a contact. Its reporter alone writes it; the line of what was logged stays.

    Raises ``Refused`` for anybody else, when it is sent already, for a time to come, and for an empty report.
    """
    incident = Incident.objects.visible_to(by, Can.REPORT_INCIDENT).locked().get(pk=incident.pk)
    must_be_draft(incident)
    if incident.reported_by_id != by.pk:
        raise Refused("Somebody else began this report. You can send it as it stands.")
    if happened_at > now():
        raise Refused("This time has not come yet. Give the time when it happened.", field="happened_at")
    if not seen.strip():
        raise Refused("Say what was seen and heard.", field="seen")
    facts = incident.seen.split("\n")[0]
    if seen.split("\n")[0] != facts:
        seen = f"{facts}\n{seen}"
    incident.kind, incident.severity, incident.happened_at = kind, severity, happened_at
    incident.seen, incident.done, incident.status = seen, done, Incident.Status.REPORTED
    incident.save(update_fields=["kind", "severity", "happened_at", "seen", "done", "status"])
    return incident


@operation("sent the draft of an incident as it stood")
def send_draft(incident: Incident, *, by: Person) -> Incident:
    """Send a draft that its reporter has not completed, word for word. Raises ``Refused`` when it is sent already."""
    mine = Incident.objects.visible_to(by, Can.REPORT_INCIDENT) | Incident.objects.visible_to(by, Can.REVIEW_INCIDENT)
    incident = mine.locked().get(pk=incident.pk)
    must_be_draft(incident)
    incident.status = Incident.Status.REPORTED
    incident.save(update_fields=["status"])
    return incident


def must_be_draft(incident: Incident) -> None:
    """Raise ``Refused`` when the report is sent already."""
    if incident.status != Incident.Status.DRAFT:
        raise Refused("This report is sent already. Nothing was changed.")


@operation("reviewed an incident")
def review_incident(incident: Incident, *, by: Person) -> Incident:
    """Sign that the report was read and followed up. Raises ``Refused`` for the reporter and for a second review."""
    incident = Incident.objects.visible_to(by, Can.REVIEW_INCIDENT).locked().get(pk=incident.pk)
    if incident.status == Incident.Status.DRAFT:
        raise Refused(NOT_SENT)
    if incident.status != Incident.Status.REPORTED:
        raise Refused("This incident is already reviewed.")
    incident.reviewed_by, incident.reviewed_at, incident.status = by, now(), Incident.Status.REVIEWED
    incident.save(update_fields=["reviewed_by", "reviewed_at", "status"])
    return incident


@operation("closed an incident")
def close_incident(incident: Incident, *, closing_note: str, by: Person) -> Incident:
    """Close a reviewed incident with a note of how it ended. Raises ``Refused`` for the reporter."""
    incident = Incident.objects.visible_to(by, Can.REVIEW_INCIDENT).locked().get(pk=incident.pk)
    if incident.status == Incident.Status.DRAFT:
        raise Refused(NOT_SENT)
    if incident.status == Incident.Status.CLOSED:
        raise Refused("This incident is already closed.")
    if incident.status == Incident.Status.REPORTED:
        raise Refused("Review the incident before you close it.")
    if not closing_note.strip():
        raise Refused("Say how the incident ended before you close it.", field="closing_note")
    incident.closed_by, incident.closed_at, incident.status = by, now(), Incident.Status.CLOSED
    incident.closing_note = closing_note
    incident.save(update_fields=["closed_by", "closed_at", "status", "closing_note"])
    return incident
