"""A request to go out for a while, or to stay away over night; approved, it becomes a leave."""

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
from placement.facilities.models.placement import Leave, Placement
from residents.models import OutsidePerson, Resident

PERSON = settings.AUTH_USER_MODEL


class PassRequest(Tracked):
    """Where a young person wants to go, with whom, from when to when, and what was decided.

    The home's administrator decides about a day, the supervisor also about a night (``overnight``, which the database works
    out by the home's clock), and never whoever asked. Whoever asked may withdraw it before the young person leaves, and so may
    both of them, also at night: the company may turn out to be dangerous. The leave is then empty. ``returned_at``: when they
    came back.
    """

    class Kind(models.TextChoices):
        OUTING = "outing", "Outing"
        VISIT = "visit", "Visit to family or friends"

    class Decision(models.TextChoices):
        APPROVED = "approved", "Approved"
        DECLINED = "declined", "Declined"

    signatures: ClassVar[tuple[str, ...]] = ("asked_by_id", "decided_by_id", "return_by_id", "withdrawn_by_id")
    placement = models.ForeignKey(Placement, models.PROTECT, related_name="passes")
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="passes", editable=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    where = models.CharField(max_length=200)
    outside_person = models.ForeignKey(OutsidePerson, models.PROTECT, null=True, blank=True, related_name="+")
    company = models.CharField("with whom else", max_length=160, blank=True, default="")
    transport = models.CharField("how they get there and back", max_length=200)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    overnight = models.BooleanField(db_default=False, editable=False)
    own_wish = models.BooleanField("the young person asked for it", default=True)
    asked_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    decision = models.CharField(max_length=8, choices=Decision.choices, blank=True, default="", editable=False)
    decided_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    decided_at = models.DateTimeField(null=True, editable=False)
    decision_reason = models.TextField(max_length=2000, blank=True, default="", editable=False)
    leave = models.OneToOneField(Leave, models.PROTECT, null=True, editable=False, related_name="pass_request")
    returned_at = models.DateTimeField(null=True, editable=False)
    return_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    return_note = models.TextField(max_length=2000, blank=True, default="", editable=False)
    withdrawn_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawn_why = models.TextField(max_length=1000, blank=True, default="", editable=False)

    guards = {"residents": "resident_id", "facilities": "placement__facility_id"}
    opened_by = (Opens(Can.VIEW_CARE_PROFILE),)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="pass_ends_after_start"),
            models.CheckConstraint(
                condition=Q(where__regex=r"\S", transport__regex=r"\S")
                & (Q(outside_person__isnull=False) | Q(company__regex=r"\S")),
                name="pass_says_where_and_with_whom",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")), name="pass_decided_by_another"
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_by__isnull=True, decided_at__isnull=True, leave__isnull=True)
                | Q(decision="approved", decided_by__isnull=False, decided_at__isnull=False, leave__isnull=False)
                | Q(
                    decision="declined",
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    leave__isnull=True,
                    decision_reason__regex=r"\S",
                ),
                name="pass_decision_is_signed",
            ),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True, return_by__isnull=True)
                | Q(returned_at__gte=F("starts_at"), return_by__isnull=False, leave__isnull=False),
                name="return_is_from_an_approved_pass",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_by__isnull=True, withdrawn_at__isnull=True, withdrawn_why="")
                | Q(
                    withdrawn_by__isnull=False,
                    withdrawn_at__isnull=False,
                    withdrawn_why__regex=r"\S",
                    returned_at__isnull=True,
                ),
                name="pass_withdrawal_is_signed",
            ),
        ]

    @property
    def whom(self) -> str:
        """Return with whom, in words."""
        person = f"{self.outside_person.name} ({self.outside_person.relation})" if self.outside_person else ""
        return ", ".join(part for part in (person, self.company) if part)

    @property
    def has_left(self) -> bool:
        """Return whether it is approved, its time has begun, and nobody has written down a return."""
        approved = self.decision == self.Decision.APPROVED and not self.withdrawn_at
        return approved and self.returned_at is None and self.starts_at <= now()

    @property
    def may_be_withdrawn(self) -> bool:
        """Return whether it waits for a decision and its time is not over, or is approved and they have not left."""
        if self.withdrawn_at or self.decision == self.Decision.DECLINED:
            return False
        return (self.starts_at if self.decision else self.ends_at) > now()

    @property
    def is_late(self) -> bool:
        """Return whether they came back after the time, or the time has passed and they have not."""
        if self.decision != self.Decision.APPROVED or self.withdrawn_at:
            return False
        return (self.returned_at or now()) > self.ends_at
