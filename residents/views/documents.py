"""Handing out a document."""

from uuid import UUID

from django.http import HttpResponse

from placement.access.guard import needs
from placement.access.opened import note_exported
from placement.access.request import Request
from placement.ui.attachments import attachment
from residents.models import HOME_PAPER_RIGHTS, Document
from residents.queries.parts import document_for
from residents.queries.seals import note_seal_opened


@needs(*Document.RIGHT_OF_PART.values(), *HOME_PAPER_RIGHTS)
def document(request: Request, pk: UUID) -> HttpResponse:
    """Answer with the file as an attachment; the browser must save it and may not guess its type or keep it."""
    found, content, name = document_for(request.person, pk)
    note_seal_opened(request.person, found)
    note_exported()
    return attachment(content, content_type=found.content_type, name=name)
