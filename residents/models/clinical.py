"""Clinical notes: what a clinician writes down about the work with a young person, and most people may not read."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from placement.access.rights import Can
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.history import Tracked
from residents.models.resident import Resident


class ClinicalNote(Tracked):
    """One note, or an amendment of one. Written by a clinician on the team, never changed, read by ``VIEW_CLINICAL``.

    ``written_at`` is set by the database. An amendment says everything anew; the first text stays beside it. There is no home
    in a note: it is about the young person wherever they live, and a home's staff never read it.
    """

    class Kind(models.TextChoices):
        SESSION = "session", "Session"
        ASSESSMENT = "assessment", "Assessment"
        CONSULTATION = "consultation", "Consultation"
        OTHER = "other", "Other"

    signatures: ClassVar[tuple[str, ...]] = ("written_by_id",)
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="clinical_notes")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    text = models.TextField(max_length=10000)
    happened_at = models.DateTimeField()
    written_at = models.DateTimeField(db_default=Now(), editable=False)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    amends = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="amendments")
    amendment_reason = models.TextField(blank=True, max_length=1000)

    guards = {"residents": "resident_id"}
    opened_by = (Opens(Can.VIEW_CLINICAL),)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-happened_at", "-id"]
        indexes = [models.Index(fields=["resident", "-happened_at", "-id"])]
        constraints = [
            models.CheckConstraint(condition=Q(text__regex=r"\S"), name="clinical_note_says_something"),
            models.CheckConstraint(
                condition=Q(happened_at__lte=F("written_at")), name="clinical_note_is_not_in_the_future"
            ),
            models.CheckConstraint(
                condition=Q(amends__isnull=True, amendment_reason="")
                | Q(amends__isnull=False, amendment_reason__regex=r"\S"),
                name="clinical_amendment_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"clinical note {self.pk}"
