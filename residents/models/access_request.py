"""What somebody asked for who may not open a record, and what its owner decided."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from placement.access.models import AgencyUnit
from placement.access.rights import Can
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.clock import now
from placement.audit.history import Tracked
from residents.models.resident import PERSON, Resident


def _ends_within(longest: timedelta, *decisions: str) -> Q:
    """Return the condition that what was given by one of these decisions ends, and no later than that after it."""
    return Q(
        decision__in=decisions,
        ends_at__isnull=False,
        decided_at__isnull=False,
        ends_at__gt=F("decided_at"),
        ends_at__lte=F("decided_at") + longest,
    )


class AccessRequest(Tracked):
    """A request to open a record, or one part of a record that is open, for a time. Granted, an access grant.

    The record is asked of its caseworker and the supervisors of its unit, the clinical notes of the clinicians on the team,
    documents sealed by a court of the supervisors.
    ``code`` and ``unit`` are all that the asker is shown of a closed record before it is granted, as they were then.
    """

    class AskedFor(models.TextChoices):
        RECORD = "record", "The record"
        CLINICAL = "clinical", "The clinical notes"
        SEALED = "sealed", "The documents sealed by a court"

    class Decision(models.TextChoices):
        CARE = "care", "Granted: care profile and care log"
        SUMMARY = "summary", "Granted: care profile, care log and summary of the case"
        CLINICAL = "clinical", "Granted: clinical notes"
        SEALED = "sealed", "Granted: documents sealed by a court"
        REFUSED = "refused", "Refused"

    LONGEST: ClassVar[dict[str, timedelta]] = {
        AskedFor.RECORD: timedelta(days=7),
        AskedFor.CLINICAL: timedelta(days=90),
        AskedFor.SEALED: timedelta(days=90),
    }
    DECIDERS: ClassVar[dict[str, tuple[Can, ...]]] = {
        AskedFor.RECORD: (Can.KEEP_CASE, Can.ASSIGN_TEAM),
        AskedFor.CLINICAL: (Can.WRITE_CLINICAL,),
        AskedFor.SEALED: (Can.ASSIGN_TEAM,),
    }

    signatures: ClassVar[tuple[str, ...]] = ("asker_id", "decided_by_id")
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="access_requests")
    code = models.CharField(max_length=12)
    unit = models.ForeignKey(AgencyUnit, models.PROTECT, null=True, related_name="+")
    asked_for = models.CharField(max_length=8, choices=AskedFor.choices, default=AskedFor.RECORD, editable=False)
    asker = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    purpose = models.TextField(max_length=4000)
    asked_at = models.DateTimeField(default=now, editable=False)
    decision = models.CharField(max_length=8, choices=Decision.choices, blank=True, default="", editable=False)
    decided_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    decided_at = models.DateTimeField(null=True, editable=False)
    decision_reason = models.TextField(max_length=4000, blank=True, default="", editable=False)
    ends_at = models.DateTimeField(null=True, editable=False)

    guards = {"residents": "resident_id"}
    opened_by = (
        Opens(Can.KEEP_CASE, "asked_for", "record"),
        Opens(Can.WRITE_CLINICAL, "asked_for", "clinical"),
        Opens(Can.ASSIGN_TEAM),
    )
    shown_to = ("asker",)
    read_for = ("verify",)
    objects = Guarded.as_manager()

    @property
    def longest(self) -> timedelta:
        """Return for how long what is asked for can be opened at most."""
        return self.LONGEST[self.asked_for]

    @property
    def deciders(self) -> tuple[Can, ...]:
        """Return the rights on the record, any one of which decides about the request."""
        return self.DECIDERS[self.asked_for]

    @property
    def is_open(self) -> bool:
        """Return whether the record is open to the asker by this now."""
        return self.ends_at is not None and self.ends_at > now()

    class Meta:
        default_permissions = ()
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(purpose=""), name="access_request_says_what_for"),
            models.UniqueConstraint(
                fields=["asker", "resident", "asked_for"],
                condition=Q(decision=""),
                name="access_request_waits_once",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asker")), name="access_decided_by_another"
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_by__isnull=True, decided_at__isnull=True, decision_reason="")
                | Q(
                    decision__in=["care", "summary", "clinical", "sealed"],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                )
                | Q(decision="refused", decided_by__isnull=False, decided_at__isnull=False) & ~Q(decision_reason=""),
                name="access_decision_is_signed",
            ),
            models.CheckConstraint(
                condition=Q(decision__in=["", "refused"])
                | Q(asked_for="record", decision__in=["care", "summary"])
                | Q(asked_for="clinical", decision="clinical")
                | Q(asked_for="sealed", decision="sealed"),
                name="access_decision_is_of_what_was_asked",
            ),
            models.CheckConstraint(
                condition=Q(decision__in=["", "refused"], ends_at__isnull=True)
                | _ends_within(timedelta(days=7), "care", "summary")
                | _ends_within(timedelta(days=90), "clinical", "sealed"),
                name="access_ends_in_time",
            ),
        ]
