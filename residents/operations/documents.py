"""Filing a document in a part of the record, or among the papers of a home."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from residents import files
from residents.models import Document, Resident
from residents.operations.guard import must


@operation("filed a document")
def file_document(
    *,
    upload: UploadedFile,
    title: str,
    part: str,
    by: Person,
    resident: Resident | None = None,
    facility: Any = None,
) -> Document:
    """File ``upload``, cleaned, in ``part`` of the resident's record, or (part "home") in the papers of ``facility``.

    Whoever files in a part must be able to read it. Raises ``Refused`` for a file that can't be kept
    (see ``residents.files``).
    """
    if part == Document.Part.HOME:
        if facility is None:
            raise Refused("Choose the home that these papers belong to.", field="part")
        type(facility).objects.visible_to(by, Can.CHANGE_FACILITY).get(pk=facility.pk)
    elif resident is None or part not in Document.RIGHT_OF_PART:
        raise Refused("Choose a part of a young person's record.", field="part")
    else:
        rights = must(by, resident, Document.RIGHT_OF_PART[part])
        if not rights & Document.RIGHTS_TO_FILE[part]:
            raise Refused("You can read this part of the record, but not file documents in it.", field="part")
    clean = files.clean(upload)
    name = files.keep(clean)
    try:
        return Document.objects.create(
            resident=resident,
            facility=facility,
            part=part,
            title=title,
            content_type=clean.content_type,
            size=len(clean.content),
            sha256=clean.sha256,
            stored_name=name,
            uploaded_by=by,
            uploaded_at=now(),
        )
    except BaseException:
        files.forget(name)
        raise
