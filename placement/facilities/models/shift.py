"""A span of time in a home with staff on duty, ended by a hand-off that is signed."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from placement.access.rights import Can
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.history import Tracked
from placement.facilities.models.facility import Facility
from residents.models.case import TimeSpan

PERSON = settings.AUTH_USER_MODEL


class Shift(Tracked):
    """From ``starts_at`` to ``ends_at``; shifts of one home do not overlap.

    Signed once, by somebody on duty; or when it is over by the home's administrator, who gives the ``signing_reason``.
    """

    signatures: ClassVar[tuple[str, ...]] = ("signed_by_id",)
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="shifts")
    name = models.CharField(max_length=40)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    hand_off = models.TextField("hand-off note", blank=True, max_length=10000)
    signed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    signing_reason = models.TextField(
        "why somebody signed who was not on duty", blank=True, default="", max_length=1000
    )

    summary = models.JSONField("what the entries say of each young person", default=list, db_default=[], blank=True)
    left_open = models.JSONField("what was open at the hand-off", default=list, blank=True)
    about_open = models.TextField("what is done about it", blank=True, default="", max_length=4000)

    guards = {"facilities": "facility_id"}
    opened_by = (Opens(Can.VIEW_BEDS),)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="shift_ends_after_start"),
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True, signed_at__isnull=True)
                | Q(signed_by__isnull=False, signed_at__isnull=False),
                name="shift_signature_has_a_time",
            ),
            ExclusionConstraint(
                name="shifts_do_not_overlap",
                expressions=[
                    ("facility", RangeOperators.EQUAL),
                    (TimeSpan("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} shift"


class ShiftStaff(Tracked):
    """Somebody on duty in a shift, awake or asleep."""

    shift = models.ForeignKey(Shift, models.PROTECT, related_name="staff")
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="shifts")
    awake = models.BooleanField(default=True)

    guards = {"facilities": "shift__facility_id"}
    follows = ("shift",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["shift", "person"], name="on_duty_once")]


class LooksReview(Tracked):
    """Somebody who was not on duty has read all looks of a signed shift: how many were late or missed, and which rounds
    cannot have been as they were written."""

    signatures: ClassVar[tuple[str, ...]] = ("reviewed_by_id",)
    shift = models.OneToOneField(Shift, models.PROTECT, related_name="looks_review")
    late = models.PositiveSmallIntegerField()
    missed = models.PositiveSmallIntegerField()
    doubtful = models.PositiveSmallIntegerField()
    note = models.TextField("what was found", blank=True, max_length=4000)
    reviewed_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField()

    guards = {"facilities": "shift__facility_id"}
    follows = ("shift",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(late=0, missed=0, doubtful=0) | ~Q(note=""), name="looks_review_says_what_was_found"
            )
        ]


class HandOffRead(Tracked):
    """Somebody has read the hand-off of a signed shift."""

    signatures: ClassVar[tuple[str, ...]] = ("read_by_id",)
    shift = models.ForeignKey(Shift, models.PROTECT, related_name="reads")
    read_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    read_at = models.DateTimeField()

    guards = {"facilities": "shift__facility_id"}
    follows = ("shift",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["shift", "read_by"], name="hand_off_read_once")]


class TakeOver(Tracked):
    """Somebody of the next shift has taken over duty after a signed shift: what both counted, and where it differs."""

    signatures: ClassVar[tuple[str, ...]] = ("taken_by_id",)
    shift = models.OneToOneField(Shift, models.PROTECT, related_name="take_over")
    expected = models.PositiveSmallIntegerField("young people who should be in the house")
    counted = models.PositiveSmallIntegerField("young people who were seen in the house")
    keys = models.PositiveSmallIntegerField("keys that were handed over")
    medication = models.BooleanField("the medication was counted together and agrees")
    difference = models.TextField("what differs, and what is done about it", blank=True, max_length=4000)
    taken_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()

    guards = {"facilities": "shift__facility_id"}
    follows = ("shift",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(expected=F("counted"), medication=True) | ~Q(difference=""),
                name="take_over_explains_its_difference",
            )
        ]
