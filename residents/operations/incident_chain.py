"""What becomes of a report: returned or reviewed, filed, followed up, talked over, amended, closed. The database says by whom."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import connection

from placement.access.models import Person
from placement.access.rights import Can, Role
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from residents.models import Incident, IncidentDebrief, IncidentFollowUp, IncidentPart, IncidentStep
from residents.operations.incidents import NOT_SENT, step

What, Status = IncidentStep.What, Incident.Status
# Status → what is said when a step does not fit it.
NOT_NOW: Mapping[str, str] = {
    Status.DRAFT: NOT_SENT,
    Status.RETURNED: "This report was returned to be corrected. It has to be sent again first.",
    Status.REPORTED: "Review the incident before you close it.",
    Status.REVIEWED: "This incident is already reviewed.",
    Status.FILED: "This incident is already filed.",
    Status.CLOSED: "This incident is already closed.",
}


@operation("reviewed an incident")
def review_incident(incident: Incident, *, by: Person, comment: str = "") -> Incident:
    """Sign that the report was read and that everybody is safe. Raises ``Refused`` for its reporter and whoever is named in it."""
    incident = to_take(incident, by, Status.REPORTED)
    return step(incident, What.REVIEWED, by, comment)


@operation("returned the report of an incident to be corrected")
def return_incident(incident: Incident, *, comment: str, by: Person) -> Incident:
    """Give the report back to its reporter, who reads ``comment`` and sends it again. From the reviewed only a supervisor does."""
    incident = to_take(incident, by, Status.REPORTED, Status.REVIEWED)
    if not comment.strip():
        raise Refused("Say what is to be corrected.", field="comment")
    return step(incident, What.RETURNED, by, comment)


@operation("filed an incident")
def file_incident(incident: Incident, *, by: Person, comment: str = "") -> Incident:
    """Lock a reviewed report: a supervisor who neither reported nor reviewed it, and is not named in it."""
    incident = to_take(incident, by, Status.REVIEWED)
    return step(incident, What.FILED, by, comment)


@operation("amended a filed incident")
def amend_incident(incident: Incident, *, comment: str, reason: str, by: Person) -> Incident:
    """Add what was learned later, with a reason, beside the report, which stays as it was."""
    mine = Incident.objects.visible_to(by, Can.REPORT_INCIDENT) | Incident.objects.visible_to(by, Can.REVIEW_INCIDENT)
    incident = mine.locked().get(pk=incident.pk)
    if incident.status not in (Status.FILED, Status.CLOSED):
        raise Refused("Only what is filed is amended. Before that, it is returned and corrected.")
    if not comment.strip():
        raise Refused("Say what is to be added.", field="comment")
    if not reason.strip():
        raise Refused("Say why you add this.", field="reason")
    return step(incident, What.AMENDED, by, comment, reason)


@operation("closed an incident")
def close_incident(incident: Incident, *, closing_note: str, by: Person) -> Incident:
    """Close a filed incident with a note. Raises ``Refused`` for who reported or filed it, and while a follow-up is open."""
    incident = to_take(incident, by, Status.FILED)
    if not closing_note.strip():
        raise Refused("Say how the incident ended before you close it.", field="closing_note")
    return step(incident, What.CLOSED, by, closing_note)


def to_take(incident: Incident, by: Person, *stands: str) -> Incident:
    """Return the incident, locked. Raises ``Refused`` where it does not stand at one of ``stands``."""
    incident = Incident.objects.visible_to(by, Can.REVIEW_INCIDENT).locked().get(pk=incident.pk)
    if incident.status not in stands:
        early = incident.status == Status.REVIEWED and Status.FILED in stands
        raise Refused("A supervisor files the incident before you close it." if early else NOT_NOW[incident.status])
    note_opened(incident)
    return incident


@operation("set a follow-up of an incident")
def set_follow_up(incident: Incident, *, what: str, owner: Person, due_on: date, by: Person) -> IncidentFollowUp:
    """Say what is still to be done, by whom and by which day. Who reviews sets it. Raises ``Refused`` for a closed incident."""
    incident = Incident.objects.visible_to(by, Can.REVIEW_INCIDENT).locked().get(pk=incident.pk)
    must_be_open(incident)
    if owner.role not in (Role.STAFF, Role.ADMIN, Role.SUPERVISOR) or not owner.is_active:
        raise Refused("Choose somebody who works in the home, or a supervisor.", field="owner")
    if incident.hidings.filter(person=owner, ended_at=None).exists():
        raise Refused("This allegation is hidden from this person. Choose somebody else.", field="owner")
    return IncidentFollowUp.objects.create(incident=incident, what=what, owner=owner, due_on=due_on, set_by=by)


@operation("did a follow-up of an incident")
def do_follow_up(follow_up: IncidentFollowUp, *, outcome: str, by: Person) -> IncidentFollowUp:
    """Write down that it is done and what came of it: its owner, or who reviews. Raises ``Refused`` for anybody else, and twice."""
    reviewed = IncidentFollowUp.objects.visible_to(by, Can.REVIEW_INCIDENT)
    reported = IncidentFollowUp.objects.visible_to(by, Can.REPORT_INCIDENT).filter(owner=by)
    follow_up = (reviewed | reported).locked().get(pk=follow_up.pk)
    if follow_up.done_at is not None:
        raise Refused("This is done already. Nothing was changed.")
    if not outcome.strip():
        raise Refused("Say what came of it.", field="outcome")
    follow_up.done_by, follow_up.done_at, follow_up.outcome = by, now(), outcome.strip()
    follow_up.save(update_fields=["done_by", "done_at", "outcome"])
    return follow_up


@operation("wrote down a talk after an incident")
def debrief(
    incident: Incident,
    *,
    part: IncidentPart | None,
    held_at: datetime,
    led_by: str,
    declined: bool,
    said: str,
    by: Person,
) -> IncidentDebrief:
    """Keep a talk with one young person (their ``part``), or with the staff (``None``): what was said, or why it was not wanted."""
    mine = Incident.objects.visible_to(by, Can.REPORT_INCIDENT) | Incident.objects.visible_to(by, Can.REVIEW_INCIDENT)
    incident = mine.locked().get(pk=incident.pk)
    must_be_open(incident)
    if part is not None:
        part = IncidentPart.objects.visible_to(by, Can.VIEW_CARE_PROFILE).get(pk=part.pk, incident=incident)
    if not said.strip():
        raise Refused("Say why they did not want to." if declined else "Say what was said.", field="said")
    return IncidentDebrief.objects.create(
        incident=incident, part=part, held_at=held_at, led_by=led_by, declined=declined, said=said, written_by=by
    )


def must_be_open(incident: Incident) -> None:
    """Raise ``Refused`` when the incident is closed."""
    if incident.status == Status.CLOSED:
        raise Refused(NOT_NOW[Status.CLOSED])


def note_opened(incident: Incident) -> None:
    """Keep that the acting person, who was told of the incident, has opened it now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT incident_opened(%s)", [incident.pk])
