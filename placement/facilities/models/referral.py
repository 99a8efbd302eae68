"""A request to place a resident, the homes held against it, and the decision that came out of it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from placement.access.rights import Can
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.clock import now
from placement.audit.history import Tracked
from placement.facilities.models.facility import Bed, Facility
from residents.models import Resident

PERSON = settings.AUTH_USER_MODEL


class Referral(Tracked):
    """Why, how urgent, from when, for how long, what is needed. A draft is saved as it is, checked when sent."""

    deletable = True  # drafts only; a trigger keeps the others

    class Urgency(models.TextChoices):
        EMERGENCY = "emergency", "Today"
        URGENT = "urgent", "Within three days"
        PLANNED = "planned", "Planned"

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        OPEN = "open", "Looking for a home"
        PROPOSED = "proposed", "Waiting for a decision"
        PLACED = "placed", "Placed"
        WITHDRAWN = "withdrawn", "Withdrawn"

    signatures: ClassVar[tuple[str, ...]] = ("made_by_id",)
    number = models.BigIntegerField(unique=True, editable=False)
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="referrals")
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.DRAFT)
    urgency = models.CharField(max_length=12, choices=Urgency.choices, blank=True)
    reason = models.TextField("why a home is needed", blank=True, max_length=10000)
    needs = models.TextField("what the young person needs from the home", blank=True, max_length=10000)
    wishes = models.TextField("what the young person wishes", blank=True, max_length=10000)
    needed_from = models.DateTimeField(null=True, blank=True)
    expected_until = models.DateTimeField(null=True, blank=True)
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    made_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=now)
    sent_at = models.DateTimeField(null=True, blank=True)
    closing_reason = models.TextField(blank=True, max_length=4000)

    guards = {"residents": "resident_id"}
    opened_by = (Opens(Can.VIEW_CASE_SUMMARY),)
    read_for = ("matching", "occupancy")
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-made_at", "-id"]
        indexes = [models.Index(fields=["resident", "-made_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(expected_until__isnull=True) | Q(expected_until__gt=F("needed_from")),
                name="referral_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(needed_from__isnull=False) & ~Q(reason="") & ~Q(urgency=""),
                name="sent_referral_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(level__range=(1, 5)), name="referral_level_is_on_the_scale"
            ),
        ]

    def __str__(self) -> str:
        return f"R-{self.number}"


class Match(Tracked):
    """One home held against one referral: every criterion passed, failed or warned, each with one sentence."""

    deletable = True

    class Result(models.TextChoices):
        FITS = "fits", "Fits"
        WARNS = "warns", "Fits with a warning"
        FAILS = "fails", "Does not fit"

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="matches")
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="matches")
    bed = models.ForeignKey(Bed, models.PROTECT, null=True, related_name="+")
    result = models.CharField(max_length=8, choices=Result.choices)
    rank = models.PositiveSmallIntegerField()
    criteria = models.JSONField()
    evaluated_at = models.DateTimeField(default=now)

    guards = {"residents": "referral__resident_id", "facilities": "facility_id"}
    opened_by = (Opens(Can.VIEW_EXPLOITATION),)  # a criterion may say what is restricted
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["rank"]
        constraints = [models.UniqueConstraint(fields=["referral", "facility"], name="home_matched_once")]


class WarningSignature(Tracked):
    """A named person's reasoned signature under one warning of a match."""

    signatures: ClassVar[tuple[str, ...]] = ("signed_by_id",)
    referral = models.ForeignKey(Referral, models.PROTECT, related_name="warning_signatures")
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="+")
    criterion = models.CharField(max_length=40)
    reason = models.TextField(max_length=4000)
    signed_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(default=now)

    guards = {"residents": "referral__resident_id", "facilities": "facility_id"}
    follows = ("referral",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="warning_signature_has_a_reason"),
            models.UniqueConstraint(
                fields=["referral", "facility", "criterion", "signed_by"], name="warning_signed_once"
            ),
        ]


class PlacementDecision(Tracked):
    """The placement decision record: every home considered with its criteria, the one chosen, and why. Never changed."""

    signatures: ClassVar[tuple[str, ...]] = ("chosen_by_id",)
    referral = models.ForeignKey(Referral, models.PROTECT, related_name="decisions")
    considered = models.JSONField()
    chosen = models.ForeignKey(Facility, models.PROTECT, related_name="+")
    reason = models.TextField(max_length=10000)
    young_persons_view = models.TextField(blank=True, max_length=10000)
    chosen_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField(default=now)

    guards = {"residents": "referral__resident_id"}
    follows = ("referral",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-chosen_at"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="decision_has_a_reason")]
