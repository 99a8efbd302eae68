"""Documents that a court has sealed: which they are, for those who may know, and for others how many."""

from typing import Any
from uuid import UUID

from django.db import connection

from placement.access.models import Person
from placement.access.rights import Can
from residents.models import AccessRequest, Document, DocumentSeal
from residents.queries import access_requests
from residents.queries.record import Record
from residents.withheld import readers_of


def seals_on(record: Record, documents: list[Document]) -> dict[UUID, DocumentSeal]:
    """Return id of the document → its seal that is not lifted, of those ``documents`` that are sealed."""
    if not record.may(Can.VIEW_SEALED):
        return {}
    seals = DocumentSeal.objects.visible_to(record.person, Can.VIEW_SEALED)
    return {seal.document_id: seal for seal in seals.filter(document__in=documents, lifted_at=None)}


def withheld_by_seal(record: Record) -> dict[str, Any]:
    """Return what a reader of the case is told of documents that are sealed to them; nothing when there are none.

    ``sealed``: how many and for whom, in words. ``may_ask``: whether they can ask for them. ``waits``: they have asked.
    """
    if record.may(Can.VIEW_SEALED):
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_sealed_of(%s)", [record.resident.pk])
        number = cursor.fetchone()[0]
    if not number:
        return {}
    said = "1 document is" if number == 1 else f"{number} documents are"
    waits = access_requests.waits(record.person, record.resident, AccessRequest.AskedFor.SEALED)
    return {
        "sealed": f"{said} sealed by a court. {readers_of(Can.VIEW_SEALED)}",
        "may_ask": record.may(Can.KEEP_CASE) and not waits,
        "waits": waits,
    }


def note_seal_opened(person: Person, document: Document) -> None:
    """Note for the access log that the document is sealed, and by which right it is opened."""
    sealed = DocumentSeal.objects.filter(document=document, lifted_at=None)
    if sealed.exists():
        DocumentSeal.objects.visible_to(person, Can.VIEW_SEALED).get(document=document, lifted_at=None)


def document_to_seal(person: Person, resident: UUID, row: UUID) -> Document:
    """Return a document of a record that ``person`` keeps. Raises ``Document.DoesNotExist``."""
    return Document.objects.visible_to(person, Can.KEEP_CASE).get(pk=row, resident=resident)


def seal_to_lift(person: Person, resident: UUID, row: UUID) -> DocumentSeal:
    """Return a seal that is not lifted. Raises ``DocumentSeal.DoesNotExist``."""
    found = DocumentSeal.objects.visible_to(person, Can.VIEW_SEALED).select_related("document")
    return found.get(pk=row, resident=resident, lifted_at=None)
