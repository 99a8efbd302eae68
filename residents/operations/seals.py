"""Sealing a document under a court order, and lifting the seal under another one."""

from datetime import date

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from residents.models import Document, DocumentSeal
from residents.operations.guard import must


@operation("sealed a document under a court order")
def seal_document(document: Document, *, order_number: str, court: str, ordered_on: date, by: Person) -> DocumentSeal:
    """Seal ``document`` from now on: only people with the right to sealed documents are shown it, ``by`` not any more.

    Raises ``Refused`` without number or court of the order, for one of a day to come, and for a document that is sealed.
    """
    if document.resident is None:
        raise Refused("Only a document of a young person's record can be sealed.")
    must(by, document.resident, Can.KEEP_CASE)
    return DocumentSeal.objects.create(
        resident=document.resident,
        document=document,
        order_number=order_number.strip(),
        court=court.strip(),
        ordered_on=ordered_on,
        sealed_by=by,
        sealed_at=now(),
    )


@operation("lifted the seal of a document under a court order")
def lift_seal(seal: DocumentSeal, *, order_number: str, court: str, ordered_on: date, by: Person) -> DocumentSeal:
    """End the seal by the order that lifts it: the document is again in its part of the record.

    Raises ``Refused`` when it is lifted already, for the own seal, without number or court of the order, and for one of a day
    to come.
    """
    must(by, seal.resident, Can.ASSIGN_TEAM)
    seal = DocumentSeal.objects.visible_to(by, Can.VIEW_SEALED).locked().get(pk=seal.pk)
    if seal.lifted_at is not None:
        raise Refused("This seal was lifted already. Nothing was changed.")
    seal.lift_order_number, seal.lift_court, seal.lift_ordered_on = order_number.strip(), court.strip(), ordered_on
    seal.lifted_by, seal.lifted_at = by, now()
    seal.save(update_fields=["lift_order_number", "lift_court", "lift_ordered_on", "lifted_by", "lifted_at"])
    return seal
