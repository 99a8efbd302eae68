"""Limits on contact and on activities: somebody else decides whether they go on, and until when."""

from datetime import datetime

from placement.access.models import Person
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from residents.models import Contact, Restriction
from residents.operations.guard import must


@operation("decided about a limit")
def decide_restriction(
    restriction: Restriction, *, decision: str, by: Person, reason: str = "", ends_at: datetime | None = None
) -> Restriction:
    """Let a limit go on until ``ends_at`` (aware, within ``Restriction.LONGEST``), or decline it with a ``reason``.

    For the home's administrator and the supervisor. Raises ``Refused`` for whoever set it or refused something under it, a
    second decision, a decline without a reason, and an end that has passed or is too far away.
    """
    must(by, restriction.resident, *Restriction.DECIDERS)
    row = Restriction.objects.locked().get(pk=restriction.pk)
    moment = now()
    if row.decision:
        raise Refused("Somebody has decided about this already. Nothing was changed.")
    refused = Contact.objects.filter(restriction=row, written_by=by).exists()
    if row.asked_by_id == by.pk or refused or row.answers.filter(entry__written_by=by).exists():
        raise Refused("You refused this yourself, so somebody else must decide.")
    row.decision, row.decided_by, row.decided_at, row.decision_reason = decision, by, moment, reason.strip()
    if decision == Restriction.Decision.APPROVED:
        if ends_at is None or not moment < ends_at <= moment + row.LONGEST:
            raise Refused(f"Give an end within the next {row.LONGEST.days} days.", field="ends_at")
        row.ends_at = ends_at
    elif not row.decision_reason:
        raise Refused("Say why you decline.", field="reason")
    row.save(update_fields=["decision", "decided_by", "decided_at", "decision_reason", "ends_at"])
    return row


@operation("ended a limit")
def end_restriction(restriction: Restriction, *, by: Person) -> Restriction:
    """End an approved limit now. Raises ``Refused`` when none holds."""
    must(by, restriction.resident, *Restriction.DECIDERS)
    row = Restriction.objects.locked().get(pk=restriction.pk)
    if not row.decision or not row.holds:
        raise Refused("This limit is over already.")
    row.ends_at = row.lifted_at = now()
    row.lifted_by = by
    row.save(update_fields=["ends_at", "lifted_by", "lifted_at"])
    return row


@operation("said that a limit is lifted")
def lift_restriction(restriction: Restriction, *, by: Person) -> Restriction:
    """Say that a limit which is over is lifted in the house too. Raises ``Refused`` while it holds, and a second time."""
    must(by, restriction.resident, *Restriction.DECIDERS)
    row = Restriction.objects.locked().get(pk=restriction.pk)
    if not row.is_to_lift:
        raise Refused("This limit is lifted already, or it is not over yet.")
    row.lifted_by, row.lifted_at = by, now()
    row.save(update_fields=["lifted_by", "lifted_at"])
    return row
