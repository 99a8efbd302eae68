"""Sealing a whole record under a court's order, and ending that, or opening the record for a time, under another one."""

from datetime import date, datetime

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused, refusals
from residents.models import Document, Resident, SealedRecord, SealingOrder
from residents.operations.guard import must


@operation("recorded a court's order to seal a record")
def seal_record(
    resident: Resident,
    *,
    court: str,
    order_number: str,
    ordered_on: date,
    says: str,
    document: Document | None = None,
    by: Person,
) -> SealingOrder:
    """Keep the order until a supervisor of the unit, who is not ``by``, puts it into force. Nothing is hidden yet.

    document: the order itself, filed in the record.

    Raises ``Refused`` while the young person is placed, on the way to a placement or missing, where an order waits or is in force,
    where the unit has no second person to confirm it, without what the order says, and for one of a day to come.
    """
    must(by, resident, Can.KEEP_CASE, Can.ASSIGN_TEAM)
    with refusals(deferred=True):
        record = SealedRecord.objects.create(resident=resident, says=says.strip(), document=document)
        return SealingOrder.objects.create(
            record=record,
            kind=SealingOrder.Kind.SEAL,
            court=court.strip(),
            order_number=order_number.strip(),
            ordered_on=ordered_on,
            recorded_by=by,
        )


@operation("recorded a court's order about a sealed record")
def unseal_record(
    seal: SealingOrder,
    *,
    court: str,
    order_number: str,
    ordered_on: date,
    until: datetime | None = None,
    by: Person,
) -> SealingOrder:
    """Keep an order that ends the sealing, or opens the record ``until`` (aware), until another supervisor puts it into force.

    seal: the order by which the record is sealed. Raises ``SealingOrder.DoesNotExist`` for whom the register does not show it, and
    ``Refused`` where the record is open again, where an order waits already, and for a time or a day that can't be.
    """
    seal = SealingOrder.objects.get(pk=seal.pk, kind=SealingOrder.Kind.SEAL)
    return SealingOrder.objects.create(
        record_id=seal.record_id,
        kind=SealingOrder.Kind.LIFT if until is None else SealingOrder.Kind.OPEN,
        court=court.strip(),
        order_number=order_number.strip(),
        ordered_on=ordered_on,
        until=until,
        recorded_by=by,
    )


@operation("decided about a court's order to seal a record")
def decide_sealing(order: SealingOrder, *, decision: str, reason: str = "", by: Person) -> SealingOrder:
    """Put the order into force, from now on, or refuse it with a reason; once, and never by who recorded it.

    From then on a record that is sealed is shown to nobody, also not to ``by``, and one that is opened to whom it was shown before.

    Raises ``SealingOrder.DoesNotExist`` for whom it is not shown, and ``Refused`` where it was decided, where it is ``by``'s own,
    and as ``seal_record`` and ``unseal_record``.
    """
    order = SealingOrder.objects.select_for_update(of=("self",), no_key=True).get(pk=order.pk)
    if order.decision:
        raise Refused("Somebody has decided this already. Nothing was changed.")
    if decision == SealingOrder.Decision.REFUSED and not reason.strip():
        raise Refused("Say why it is not put into force.", field="reason")
    order.decision, order.decision_reason, order.decided_by = decision, reason.strip(), by
    order.decided_at = now()
    order.save(update_fields=["decision", "decision_reason", "decided_by", "decided_at"])
    return order
