"""The proof that one item of an obligation was done."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from compliance.models.obligation import Obligation
from placement.access.visible import Guarded
from placement.audit.history import Tracked
from residents.models import Document

PERSON = settings.AUTH_USER_MODEL


class Proof(Tracked):
    """That item ``item`` (1 is the first of the rule's ``proofs``) was done at ``done_at``. A mistake is withdrawn, never erased.

    told: who was told. told_by: who told them, where that is somebody else than who writes it.
    """

    class How(models.TextChoices):
        PHONE = "phone", "By phone"
        PERSON = "person", "In person"
        EMAIL = "email", "By e-mail"
        PORTAL = "portal", "On a portal"
        LETTER = "letter", "By letter"
        COURT = "court", "In court"
        RECORD = "record", "By a paper or a record"

    signatures: ClassVar[tuple[str, ...]] = ("written_by_id", "withdrawn_by_id")
    obligation = models.ForeignKey(Obligation, models.PROTECT, related_name="proofs")
    item = models.SmallIntegerField()
    done_at = models.DateTimeField()
    told = models.CharField(max_length=120, blank=True)
    told_by = models.CharField(max_length=120, blank=True)
    how = models.CharField(max_length=8, choices=How.choices)
    reference = models.CharField(max_length=120, blank=True)
    note = models.TextField(blank=True, max_length=2000)
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    written_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(db_default=Now(), editable=False)
    withdrawn_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.TextField(blank=True, max_length=2000)

    guards = {"residents": "obligation__resident_id", "facilities": "obligation__facility_id"}
    follows = ("obligation",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["item", "done_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & Q(withdrawn_reason__regex=r"\S"),
                name="proof_withdrawal_is_signed",
            ),
            models.CheckConstraint(
                condition=Q(how__in=["phone", "person", "email", "portal", "letter", "court", "record"]),
                name="proof_says_how",
            ),
            models.UniqueConstraint(
                fields=["obligation", "item"], condition=Q(withdrawn_at__isnull=True), name="proof_once"
            ),
        ]
