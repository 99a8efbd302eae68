"""What is done about a finding so that it does not come back: the cause, the steps, who answers for them, and who has checked."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from compliance.models.finding import Finding
from placement.access.visible import Guarded
from placement.audit.history import Tracked
from residents.models import Document

PERSON = settings.AUTH_USER_MODEL
WORDS = r"\S"


class CorrectiveAction(Tracked):
    """What is done about ``finding`` by ``owner`` until the end of ``due_on``. How it stands follows from its fields.

    changed_why: why due day, owner or cause were changed last. done_at, done_note: the owner has said that all of it is done;
    both are empty again when it was sent back. verified_by: somebody who neither planned nor owned it, nor did one of its steps.
    """

    signatures: ClassVar[tuple[str, ...]] = ("planned_by_id", "verified_by_id")
    finding = models.ForeignKey(Finding, models.PROTECT, related_name="actions")
    cause = models.TextField(max_length=2000)
    owner = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    due_on = models.DateField()
    planned_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    planned_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_why = models.TextField(blank=True, max_length=2000)
    done_at = models.DateTimeField(null=True)
    done_note = models.TextField(blank=True, max_length=2000)
    sent_back_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    sent_back_at = models.DateTimeField(null=True)
    sent_back_reason = models.TextField(blank=True, max_length=2000)
    verified_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    verified_at = models.DateTimeField(null=True)
    verified_note = models.TextField(blank=True, max_length=2000)

    guards = {"residents": "finding__resident_id", "facilities": "finding__facility_id"}
    follows = ("finding",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-planned_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(cause__regex=WORDS), name="corrective_action_says_the_cause"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_note="") | Q(done_at__isnull=False) & Q(done_note__regex=WORDS),
                name="corrective_action_says_what_was_done",
            ),
            models.CheckConstraint(
                condition=Q(sent_back_at__isnull=True, sent_back_by__isnull=True, sent_back_reason="")
                | Q(sent_back_at__isnull=False, sent_back_by__isnull=False) & Q(sent_back_reason__regex=WORDS),
                name="corrective_action_sent_back_says_why",
            ),
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True, verified_by__isnull=True, verified_note="")
                | Q(verified_at__isnull=False, verified_by__isnull=False) & Q(verified_note__regex=WORDS),
                name="corrective_action_verification_is_signed",
            ),
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True) | Q(done_at__isnull=False),
                name="corrective_action_verified_when_done",
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True) | ~Q(verified_by=F("owner")) & ~Q(verified_by=F("planned_by")),
                name="corrective_action_verified_by_another",
            ),
            models.UniqueConstraint(
                fields=["finding"], condition=Q(verified_at__isnull=True), name="one_open_corrective_action"
            ),
        ]
        indexes = [
            models.Index(
                fields=["owner", "due_on"],
                name="corrective_actions_to_do",
                condition=Q(verified_at__isnull=True),
            ),
        ]

    @property
    def sent_back(self) -> datetime | None:
        """Return since when it waits for its owner again, because it was not good enough; None while it does not."""
        return self.sent_back_at if self.done_at is None else None


class CorrectiveStep(Tracked):
    """One thing to do of a corrective action. Done once, with what shows it, and kept so."""

    signatures: ClassVar[tuple[str, ...]] = ("done_by_id",)
    action = models.ForeignKey(CorrectiveAction, models.PROTECT, related_name="steps")
    number = models.SmallIntegerField()
    what = models.TextField(max_length=500)
    done_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)
    evidence = models.TextField(blank=True, max_length=2000)
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")

    guards = {"residents": "action__finding__resident_id", "facilities": "action__finding__facility_id"}
    follows = ("action",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["action", "number"], name="corrective_step_once"),
            models.CheckConstraint(condition=Q(what__regex=WORDS), name="corrective_step_says_what"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True, evidence="", document__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False) & Q(evidence__regex=WORDS),
                name="corrective_step_done_says_how",
            ),
        ]
