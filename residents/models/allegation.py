"""Allegations: from whom one is hidden, beside the report itself."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from placement.access.rights import Can
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.history import Tracked
from residents.models.incident import OF_INCIDENT, PERSON, Incident


class IncidentHiding(Tracked):
    """From whom an allegation is hidden: the database's ``incident_hidden`` reads these rows while they are not ended.

    The database writes one for each account that is named as accused, and a supervisor may hide it from others. Taking the name
    out again, or correcting what somebody did, ends nothing: only a supervisor does, with a reason.
    """

    signatures: ClassVar[tuple[str, ...]] = ("hidden_by_id", "ended_by_id")
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="hidings")
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    reason = models.CharField("why", max_length=1000)
    hidden_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    hidden_at = models.DateTimeField(db_default=Now(), editable=False)
    ended_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_reason = models.CharField("why it is shown again", max_length=1000, blank=True, default="")

    guards = OF_INCIDENT
    opened_by = (Opens(Can.REVIEW_INCIDENT),)
    of_incident = "incident_id"
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["hidden_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "incident"], condition=Q(ended_at=None), name="incident_hidden_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_by__isnull=True, ended_at__isnull=True, ended_reason="")
                | Q(ended_by__isnull=False, ended_at__isnull=False, ended_reason__regex=r"\S"),
                name="incident_hiding_ends_with_a_reason",
            ),
            models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="incident_hiding_says_why"),
        ]

    def __str__(self) -> str:
        return f"hiding {self.pk}"
