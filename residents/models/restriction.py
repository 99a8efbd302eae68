"""Limits on a right of one young person: why, who asked, who decided, and until when."""

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from placement.access.rights import Can
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.clock import now
from placement.audit.history import Tracked
from residents.models.contact import OutsidePerson
from residents.models.resident import Resident

PERSON = settings.AUTH_USER_MODEL


class Restriction(Tracked):
    """A limit on contact with somebody who is allowed, or on an activity that the house is offered.

    It waits until the home's administrator or the supervisor decides, who is not the one who set it. Approved, it ends at
    ``ends_at``; until then it holds for ``WAITS`` only, so that nobody is cut off because nobody decides. The database lets limits
    on the same thing last 28 days within 90, and none be set by the house for a week after one was declined.
    """

    class Kind(models.TextChoices):
        CONTACT = "contact", "Contact"
        ACTIVITY = "activity", "Activity"

    class Decision(models.TextChoices):
        APPROVED = "approved", "Approved"
        DECLINED = "declined", "Declined"

    LONGEST: ClassVar[timedelta] = timedelta(days=7)  # from the decision
    WAITS: ClassVar[timedelta] = timedelta(hours=24)  # for which it holds without a decision
    DECIDERS: ClassVar[tuple[Can, ...]] = (Can.ACCEPT_PLACEMENT, Can.APPROVE_PLACEMENT)  # administrator, supervisor

    signatures: ClassVar[tuple[str, ...]] = ("asked_by_id", "decided_by_id", "lifted_by_id")
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="restrictions")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    outside_person = models.ForeignKey(OutsidePerson, models.PROTECT, null=True, related_name="restrictions")
    activity = models.CharField(max_length=120, blank=True, default="")
    reason = models.TextField(max_length=2000)
    asked_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    decision = models.CharField(max_length=8, choices=Decision.choices, blank=True, default="", editable=False)
    decided_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    decided_at = models.DateTimeField(null=True, editable=False)
    decision_reason = models.TextField(max_length=2000, blank=True, default="", editable=False)
    ends_at = models.DateTimeField(null=True, editable=False)
    lifted_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    lifted_at = models.DateTimeField(null=True, editable=False)

    guards = {"residents": "resident_id"}
    opened_by = (Opens(Can.VIEW_CARE_PROFILE),)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="restriction_has_a_reason"),
            models.CheckConstraint(
                condition=Q(kind="contact", outside_person__isnull=False, activity="")
                | Q(kind="activity", outside_person__isnull=True, activity__regex=r"\S"),
                name="restriction_says_of_what",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="restriction_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_by__isnull=True, decided_at__isnull=True, decision_reason="")
                | Q(decision="approved", decided_by__isnull=False, decided_at__isnull=False)
                | Q(
                    decision="declined",
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    decision_reason__regex=r"\S",
                ),
                name="restriction_decision_is_signed",
            ),
            models.CheckConstraint(
                condition=Q(decision__in=["", "declined"], ends_at__isnull=True)
                | Q(
                    decision="approved",
                    ends_at__isnull=False,
                    ends_at__gte=F("decided_at"),
                    ends_at__lte=F("decided_at") + timedelta(days=7),
                ),
                name="restriction_ends_in_time",
            ),
            models.CheckConstraint(
                condition=Q(lifted_by__isnull=True, lifted_at__isnull=True)
                | Q(decision="approved", lifted_by__isnull=False, lifted_at__isnull=False),
                name="restriction_lifting_is_signed",
            ),
            models.UniqueConstraint(
                fields=["resident", "kind", "outside_person", "activity"],
                condition=Q(decision=""),
                nulls_distinct=False,
                name="restriction_waits_once",
            ),
        ]

    def __str__(self) -> str:
        return f"limit on {self.of_what}"

    @property
    def of_what(self) -> str:
        """Return what is limited, in words."""
        if self.outside_person is not None:
            return f"contact with {self.outside_person.name} ({self.outside_person.relation})"
        return self.activity

    @property
    def holds(self) -> bool:
        """Return whether something may be refused under it now."""
        if self.decision:
            return self.ends_at is not None and now() < self.ends_at
        return now() < self.asked_at + self.WAITS

    @property
    def is_to_lift(self) -> bool:
        """Return whether it is over, and nobody has said yet that it is lifted."""
        return self.decision == self.Decision.APPROVED and not self.holds and self.lifted_at is None
