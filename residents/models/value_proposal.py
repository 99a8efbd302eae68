"""That a supervisor proposes to the caseworker to put a former value of a record back, and what became of it."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from placement.access.rights import Can
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.history import Tracked
from residents.models.resident import PERSON, Resident


class ValueProposal(Tracked):
    """What ``fields`` of one row of a young person's record said in a row of its history shall be said again.

    It changes nothing: whoever keeps the case opens the usual form, filled in, and saves it, or refuses with a reason.

    record: label of the model. thing: the row's id. former: the key of the row of history. No value is kept here.
    """

    class Answer(models.TextChoices):
        TAKEN = "taken", "Put back"
        REFUSED = "refused", "Refused"

    signatures: ClassVar[tuple[str, ...]] = ("proposed_by_id", "answered_by_id")
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="value_proposals")
    record = models.CharField(max_length=60)
    thing = models.UUIDField()
    former = models.BigIntegerField()
    fields = ArrayField(models.CharField(max_length=60))
    why = models.TextField(max_length=1000)
    proposed_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(db_default=Now(), editable=False)
    answer = models.CharField(max_length=7, choices=Answer.choices, blank=True, default="", editable=False)
    answered_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    answered_at = models.DateTimeField(null=True, editable=False)
    answer_reason = models.TextField(max_length=1000, blank=True, default="", editable=False)

    guards = {"residents": "resident_id"}
    opened_by = (Opens(Can.KEEP_CASE), Opens(Can.ASSIGN_TEAM))
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["proposed_at", "id"]
        indexes = [models.Index(fields=["resident"], condition=Q(answer=""), name="value_proposals_waiting")]
        constraints = [
            models.CheckConstraint(condition=Q(why__regex=r"\S"), name="value_proposal_says_why"),
            models.CheckConstraint(condition=Q(fields__len__gt=0), name="value_proposal_names_a_field"),
            models.UniqueConstraint(fields=["thing"], condition=Q(answer=""), name="value_proposed_once_at_a_time"),
            models.CheckConstraint(
                condition=Q(answer="", answered_by__isnull=True, answered_at__isnull=True, answer_reason="")
                | Q(answer="taken", answered_by__isnull=False, answered_at__isnull=False)
                | Q(answer="refused", answered_by__isnull=False, answered_at__isnull=False, answer_reason__regex=r"\S"),
                name="value_proposal_answer_is_signed",
            ),
        ]
