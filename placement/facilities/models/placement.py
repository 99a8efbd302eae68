"""Holding a bed, staying in it, leaving it for a while and for good, and the exceptions that need two people."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from placement.access.rights import Can
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.clock import now
from placement.audit.history import Tracked
from placement.facilities.models.facility import Bed, Facility
from placement.facilities.models.referral import PlacementDecision, Referral
from residents.models import Resident
from residents.models.case import TimeSpan

PERSON = settings.AUTH_USER_MODEL


class Hold(Tracked):
    """A bed held for a referral from ``starts_at`` to ``ends_at``; released early by moving the end."""

    signatures: ClassVar[tuple[str, ...]] = ("held_by_id",)
    bed = models.ForeignKey(Bed, models.PROTECT, related_name="holds")
    referral = models.ForeignKey(Referral, models.PROTECT, related_name="holds")
    starts_at = models.DateTimeField(default=now)
    ends_at = models.DateTimeField()
    held_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    guards = {"residents": "referral__resident_id", "facilities": "bed__facility_id"}
    opened_by = (Opens(Can.VIEW_BEDS),)
    follows = ("referral",)
    read_for = ("occupancy",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gte=F("starts_at")), name="hold_ends_after_start"),
            ExclusionConstraint(
                name="bed_is_held_once",
                expressions=[
                    ("bed", RangeOperators.EQUAL),
                    (TimeSpan("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
            ),
        ]


class Override(Tracked):
    """A reasoned exception for one resident in one home, approved by a second person, until ``expires_at``."""

    class Kind(models.TextChoices):
        POPULATION = "population", "A home that also serves other young people"
        FOSTER = "foster", "A foster home"

    class Status(models.TextChoices):
        PROPOSED = "proposed", "Waiting for a second person"
        APPROVED = "approved", "Approved"
        DECLINED = "declined", "Declined"

    signatures: ClassVar[tuple[str, ...]] = ("proposed_by_id", "decided_by_id")
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="overrides")
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="overrides")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    reason = models.TextField(max_length=4000)
    expires_at = models.DateTimeField()
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.PROPOSED)
    proposed_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=now)
    decided_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True, max_length=4000)

    guards = {"residents": "resident_id", "facilities": "facility_id"}
    opened_by = (Opens(Can.VIEW_CASE_SUMMARY),)
    objects = Guarded.as_manager()

    @property
    def is_over(self) -> bool:
        """Return whether its end has passed: an approved exception that is over is no ground for a stay."""
        return self.expires_at <= now()

    class Meta:
        default_permissions = ()
        ordering = ["-proposed_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="override_has_a_reason"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("proposed_at")), name="override_expires_later"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="override_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(status="proposed", decided_by__isnull=True)
                | ~Q(status="proposed") & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="override_decision_is_signed",
            ),
        ]


class Placement(Tracked):
    """A resident's stay in a bed. ``facility`` is set by the database from the bed. Without an end, the stay goes on."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        APPROVED = "approved", "Approved"
        ACTIVE = "active", "Living here"
        ENDED = "ended", "Ended"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    OCCUPYING: ClassVar[tuple[str, ...]] = ("proposed", "approved", "active", "ended")
    LIVED: ClassVar[tuple[str, ...]] = ("active", "ended")

    signatures: ClassVar[tuple[str, ...]] = (
        "proposed_by_id",
        "decided_by_id",
        "admitted_by_id",
    )  # the signature under the safety history is renewed when something is added to it: placement_signatures()
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="placements")
    bed = models.ForeignKey(Bed, models.PROTECT, related_name="placements")
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="placements", editable=False)
    referral = models.ForeignKey(Referral, models.PROTECT, null=True, blank=True, related_name="placements")
    decision = models.ForeignKey(PlacementDecision, models.PROTECT, null=True, blank=True, related_name="placements")
    override = models.ForeignKey(Override, models.PROTECT, null=True, blank=True, related_name="placements")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PROPOSED)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    proposed_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=now)
    decided_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True, max_length=4000)
    safety_read_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    safety_read_at = models.DateTimeField(null=True, blank=True)
    admitted_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    end_reason = models.TextField(blank=True, max_length=4000)

    guards = {"residents": "resident_id", "facilities": "facility_id"}
    opened_by = (Opens(Can.VIEW_CODE), Opens(Can.VIEW_BEDS))
    read_for = ("matching", "occupancy", "verify", "whereabouts", "withholding")
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-starts_at", "-id"]
        indexes = [
            models.Index(fields=["facility", "status"]),
            models.Index(fields=["resident", "-starts_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")), name="placement_ends_after_start"
            ),
            models.CheckConstraint(
                condition=~Q(status="ended") | Q(ends_at__isnull=False) & ~Q(end_reason=""),
                name="ended_placement_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="placement_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["proposed", "withdrawn"])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="placement_decision_is_signed",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["active", "ended"])
                | Q(safety_read_by__isnull=False, admitted_by__isnull=False),
                name="home_has_read_the_safety_history",
            ),
            ExclusionConstraint(
                name="bed_holds_one_resident",
                expressions=[
                    ("bed", RangeOperators.EQUAL),
                    (TimeSpan("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
                condition=Q(status__in=["proposed", "approved", "active", "ended"]),
            ),
            ExclusionConstraint(
                name="resident_is_in_one_bed",
                expressions=[
                    ("resident", RangeOperators.EQUAL),
                    (TimeSpan("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
                condition=Q(status__in=["active", "ended"]),
            ),
        ]

    def __str__(self) -> str:
        return f"placement {self.pk}"

    @property
    def is_overdue(self) -> bool:
        """Return whether its planned end has passed and nobody has ended it: somebody still lives there."""
        return self.status == self.Status.ACTIVE and self.ends_at is not None and self.ends_at <= now()

    @property
    def lasts_until(self) -> datetime | None:
        """Return its end; ``None`` for a stay without end, and for one that goes on although its planned end has passed."""
        return None if self.is_overdue else self.ends_at


class Leave(Tracked):
    """A planned absence during a placement. One that ends when it begins was taken back: it holds at no moment."""

    class Kind(models.TextChoices):
        VISIT = "visit", "Visit"
        OUTING = "outing", "Outing"
        HOSPITAL = "hospital", "Hospital"
        SCHOOL_TRIP = "school_trip", "School trip"
        OTHER = "other", "Other"

    HOLDS: ClassVar[Q] = Q(ends_at__gt=F("starts_at"))  # without those that were taken back
    signatures: ClassVar[tuple[str, ...]] = ("approved_by_id",)
    placement = models.ForeignKey(Placement, models.PROTECT, related_name="leaves")
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="leaves", editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    where = models.CharField(max_length=200)
    approved_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    guards = {"residents": "resident_id", "facilities": "placement__facility_id"}
    follows = ("placement",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gte=F("starts_at")), name="leave_ends_after_start"),
            ExclusionConstraint(
                name="one_leave_at_a_time",
                expressions=[
                    ("placement", RangeOperators.EQUAL),
                    (TimeSpan("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
            ),
        ]


class LeavingTo(models.TextChoices):
    """Where a young person goes after a stay."""

    FAMILY = "family", "Family"
    RELATIVE = "relative", "A relative"
    FOSTER = "foster", "Foster home"
    HOME = "home", "Another home"
    INDEPENDENT = "independent", "Independent living"
    OTHER = "other", "Somewhere else"


class DischargeProposal(Tracked):
    """A caseworker's plan for the end of a stay. It waits until it is withdrawn, or until the stay ends.

    The discharge that carries it out refers to it.
    """

    signatures: ClassVar[tuple[str, ...]] = ("proposed_by_id", "withdrawn_by_id")
    placement = models.ForeignKey(Placement, models.PROTECT, related_name="discharge_proposals")
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="discharge_proposals", editable=False)
    leaves_at = models.DateTimeField("planned time of leaving")
    to = models.CharField(max_length=12, choices=LeavingTo.choices)
    reason = models.TextField(max_length=4000)
    after_care = models.TextField("after-care plan", max_length=10000)
    after_care_contact = models.CharField("who stays in touch", max_length=160)
    first_check_on = models.DateField("first check after leaving")
    proposed_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=now, editable=False)
    withdrawn_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawn_why = models.TextField("why it was withdrawn", max_length=4000, blank=True, default="", editable=False)

    guards = {"residents": "resident_id", "facilities": "placement__facility_id"}
    opened_by = (Opens(Can.VIEW_CASE_SUMMARY),)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-proposed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["placement"], condition=Q(withdrawn_at__isnull=True), name="one_open_discharge_proposal"
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(after_care="") & ~Q(after_care_contact=""),
                name="discharge_proposal_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(leaves_at__gt=F("proposed_at")), name="proposed_leaving_is_still_to_come"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_by__isnull=True, withdrawn_at__isnull=True, withdrawn_why="")
                | Q(withdrawn_by__isnull=False, withdrawn_at__isnull=False) & ~Q(withdrawn_why=""),
                name="discharge_withdrawal_is_signed",
            ),
        ]


class Discharge(Tracked):
    """How a placement ended, where the young person went, and the after-care plan.

    The database sets ``proposal`` to the one that waited.
    """

    To = LeavingTo
    signatures: ClassVar[tuple[str, ...]] = ("written_by_id",)
    placement = models.OneToOneField(Placement, models.PROTECT, related_name="discharge")
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="discharges", editable=False)
    proposal = models.ForeignKey(DischargeProposal, models.PROTECT, null=True, editable=False, related_name="+")
    to = models.CharField(max_length=12, choices=To.choices)
    reason = models.TextField(max_length=4000)
    after_care = models.TextField("after-care plan", max_length=10000)
    after_care_contact = models.CharField("who stays in touch", max_length=160)
    first_check_on = models.DateField("first check after leaving")
    written_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=now)
    late = models.BooleanField("written more than a day later", default=False, editable=False)
    late_reason = models.TextField("why it is written late", blank=True, default="", max_length=4000)

    guards = {"residents": "resident_id", "facilities": "placement__facility_id"}
    opened_by = (Opens(Can.VIEW_CASE_SUMMARY),)
    objects = Guarded.as_manager()


class AfterCareCheck(Tracked):
    """Somebody looked how a young person is doing after leaving; ``next_check_on`` is empty when it was the last look."""

    signatures: ClassVar[tuple[str, ...]] = ("written_by_id",)
    discharge = models.ForeignKey(Discharge, models.PROTECT, related_name="checks")
    checked_at = models.DateTimeField("when")
    note = models.TextField("how the young person is doing", max_length=2000)
    next_check_on = models.DateField("next check", null=True, blank=True)
    written_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=now)

    guards = {"residents": "discharge__resident_id", "facilities": "discharge__placement__facility_id"}
    follows = ("discharge",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-checked_at", "-written_at"]
        constraints = [models.CheckConstraint(condition=~Q(note=""), name="after_care_check_has_a_note")]
