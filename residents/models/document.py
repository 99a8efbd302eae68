"""Files of the record. The bytes lie outside the web root under a random name and are written once."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from placement.access.rights import Can
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.history import Tracked
from residents.models.resident import Resident

HOME_PAPER_RIGHTS = (Can.CHANGE_FACILITY, Can.INSPECT)


class Document(Tracked):
    """A file about a resident or a facility, in the part of the record whose right opens it.

    ``facility`` points upward: a licence letter belongs to a home, and files are kept in one way only.
    """

    class Part(models.TextChoices):
        CARE = "care", "Care profile"
        IDENTITY = "identity", "Identity"
        CASE = "case", "Case and court"
        EXPLOITATION = "exploitation", "Exploitation history"
        CLINICAL = "clinical", "Clinical"
        HOME = "home", "Papers of the home"

    RIGHT_OF_PART: ClassVar[dict[str, Can]] = {
        Part.CARE: Can.VIEW_CARE_PROFILE,
        Part.IDENTITY: Can.VIEW_IDENTITY,
        Part.CASE: Can.VIEW_CASE,
        Part.EXPLOITATION: Can.VIEW_EXPLOITATION,
        Part.CLINICAL: Can.VIEW_CLINICAL,
    }
    RIGHTS_TO_FILE: ClassVar[dict[str, frozenset[Can]]] = {  # one of them, beside the right of the part
        **dict.fromkeys(RIGHT_OF_PART, frozenset({Can.KEEP_CASE})),
        Part.CARE: frozenset({Can.KEEP_CASE, Can.LOG_CARE, Can.WRITE_CLINICAL}),
        Part.CLINICAL: frozenset({Can.WRITE_CLINICAL}),
    }

    signatures: ClassVar[tuple[str, ...]] = ("uploaded_by_id",)
    resident = models.ForeignKey(Resident, models.PROTECT, null=True, blank=True, related_name="documents")
    facility = models.ForeignKey("facilities.Facility", models.PROTECT, null=True, blank=True, related_name="+")
    part = models.CharField(max_length=12, choices=Part.choices)
    title = models.CharField(max_length=120)
    content_type = models.CharField(max_length=80, editable=False)
    size = models.PositiveIntegerField(editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    stored_name = models.UUIDField(unique=True, editable=False)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(db_default=Now(), editable=False)
    for_flyer = models.BooleanField("may stand on a flyer", default=False, db_default=False)

    guards = {"residents": "resident_id", "facilities": "facility_id"}
    opened_by = (
        *(Opens(right, "part", part) for part, right in RIGHT_OF_PART.items()),
        *(Opens(right, "part", "home") for right in HOME_PAPER_RIGHTS),
    )
    sealable = True
    of_incident = "id"
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-uploaded_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(part="home", facility__isnull=False, resident__isnull=True)
                | ~Q(part="home") & Q(resident__isnull=False, facility__isnull=True),
                name="document_belongs_to_one",
            ),
            models.CheckConstraint(
                condition=Q(for_flyer=False) | Q(part="care", content_type__in=["image/jpeg", "image/png"]),
                name="flyer_shows_a_picture_of_the_care_part",
            ),
        ]

    def __str__(self) -> str:
        return f"document {self.pk}"
