"""Exceptions: asked for with a reason, decided by a second person, and ending by themselves."""

from datetime import datetime, timedelta

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from placement.facilities.models import Facility, Override
from residents.models import Resident

LONGEST = timedelta(days=180)


@operation("asked for an exception")
def ask_override(
    resident: Resident, facility: Facility, *, kind: str, reason: str, expires_at: datetime, by: Person
) -> Override:
    """Ask that ``resident`` may live in ``facility`` although its population rules it out.

    Args:
        kind: an ``Override.Kind``. expires_at: aware, at most 180 days from now.

    Raises ``Refused`` without a reason, for an end in the past or too far away, and while the same request waits.
    """
    resident = Resident.objects.visible_to(by, Can.PROPOSE_PLACEMENT).locked().get(pk=resident.pk)
    facility = Facility.objects.visible_to(by, Can.VIEW_FACILITY).get(pk=facility.pk)
    moment = now()
    if not reason.strip():
        raise Refused("Say why an exception is needed.", field="reason")
    if expires_at <= moment:
        raise Refused("The exception must end after today.", field="expires_at")
    if expires_at > moment + LONGEST:
        raise Refused(f"An exception lasts {LONGEST.days} days at most. Ask again when it ends.", field="expires_at")
    waiting = Override.objects.filter(resident=resident, facility=facility, kind=kind, status=Override.Status.PROPOSED)
    if waiting.exists():
        raise Refused("The same exception already waits for a decision.")
    return Override.objects.create(
        resident=resident,
        facility=facility,
        kind=kind,
        reason=reason,
        expires_at=expires_at,
        proposed_by=by,
        proposed_at=moment,
    )


@operation("decided about an exception")
def decide_override(override: Override, *, approve: bool, reason: str, by: Person) -> Override:
    """Approve or decline an exception. Raises ``Refused`` without a reason, and when somebody has decided already."""
    override = Override.objects.visible_to(by, Can.APPROVE_PLACEMENT).locked().get(pk=override.pk)
    if override.status != Override.Status.PROPOSED:
        raise Refused(
            f"{override.decided_by} has already decided about this exception: {override.get_status_display().lower()}."
        )
    if not reason.strip():
        raise Refused("Give the reason for the decision.", field="reason")
    moment = now()
    if approve and override.expires_at <= moment:
        raise Refused("This exception has ended before it was decided. Somebody must ask again.")
    override.status = Override.Status.APPROVED if approve else Override.Status.DECLINED
    override.decided_by, override.decided_at, override.decision_reason = by, moment, reason
    override.save(update_fields=["status", "decided_by", "decided_at", "decision_reason"])
    return override
