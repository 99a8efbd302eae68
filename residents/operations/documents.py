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
    for_flyer: bool = False,
) -> Document:
    """File ``upload``, cleaned, in ``part`` of the resident's record, or (part "home") in the papers of ``facility``.

    Whoever files in a part must be able to read it. ``for_flyer``: the picture may stand on a flyer when the young person is
    missing. Raises ``Refused`` for a file that can't be kept (see ``residents.files``), and where ``for_flyer`` is said of
    another part, of no picture, or by somebody to whom the identity is closed.
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
        if for_flyer and Can.VIEW_IDENTITY not in rights:
            raise Refused(
                "Who answers for the home, or keeps the case, says which picture may stand on a flyer.",
                field="for_flyer",
            )
    clean = files.clean(upload)
    if for_flyer and (part != Document.Part.CARE or not clean.content_type.startswith("image/")):
        raise Refused("Only a picture in the care part can stand on a flyer.", field="for_flyer")
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
            for_flyer=for_flyer,
        )
    except BaseException:
        files.forget(name)
        raise
