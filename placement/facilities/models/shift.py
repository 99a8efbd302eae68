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
    """Somebody on duty in a shift, awake or asleep, from ``came_at`` (its start when empty) to ``left_at`` (its end)."""

    shift = models.ForeignKey(Shift, models.PROTECT, related_name="staff")
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="shifts")
    awake = models.BooleanField(default=True)
    came_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    guards = {"facilities": "shift__facility_id"}
    follows = ("shift",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(left_at__gt=F("came_at")), name="duty_ends_after_it_starts"),
            ExclusionConstraint(
                name="on_duty_once",
                expressions=[
                    ("shift", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    (TimeSpan("came_at", "left_at"), RangeOperators.OVERLAPS),
                ],
            ),
        ]
