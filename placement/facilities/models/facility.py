"""A home: rooms and beds, exits, staff and papers."""

from datetime import timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Q

from placement.access.models import GroupPermission, UserPermission
from placement.access.rights import Can, Role, model_permissions
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.clock import now
from placement.audit.history import Tracked
from residents.models import Document
from residents.models.case import TimeSpan

PERSON = settings.AUTH_USER_MODEL


class Facility(Tracked):
    """A licensed home. The address is a part of its own (``FacilityAddress``)."""

    class Kind(models.TextChoices):
        RESIDENTIAL = "residential", "Residential home"
        SHELTER = "shelter", "Youth shelter"
        FOSTER = "foster", "Foster home"

    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    original_type = models.CharField("type in the licensing file", max_length=120, blank=True)
    jurisdiction = models.CharField(max_length=8)
    region = models.CharField("county or region", max_length=80, blank=True)
    time_zone = models.CharField(max_length=40)
    languages = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    letters_to = models.CharField("address for letters", max_length=200, blank=True, default="", db_default="")
    look_day_minutes = models.PositiveSmallIntegerField("minutes between looks by day", default=60, db_default=60)
    look_night_minutes = models.PositiveSmallIntegerField("minutes between looks by night", default=30, db_default=30)
    look_vary_minutes = models.PositiveSmallIntegerField(
        "minutes by which a look may come earlier", default=0, db_default=0
    )
    vanished_on = models.DateField("missing from the newest licensing file since", null=True, blank=True)

    guards = {"facilities": "id"}
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        permissions = model_permissions("facilities")
        ordering = ["name", "id"]
        verbose_name_plural = "facilities"
        constraints = [
            models.CheckConstraint(
                condition=Q(look_day_minutes__range=(5, 240), look_night_minutes__range=(5, 240)),
                name="home_looks_come_in_reach",
            ),
            models.CheckConstraint(
                condition=Q(
                    look_day_minutes__gte=F("look_vary_minutes") * 2, look_night_minutes__gte=F("look_vary_minutes") * 2
                ),
                name="home_looks_vary_by_half_at_most",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """Return the home's own time zone."""
        return ZoneInfo(self.time_zone)


class FacilityUserPermission(UserPermission):
    """Guardian's direct row: one person's right on one facility."""

    content_object = models.ForeignKey(Facility, models.CASCADE, related_name="user_permissions", db_index=False)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["user", "permission"], include=["content_object"], name="facility_user_right"),
            models.Index(fields=["content_object", "user"], name="facility_user_thing"),
        ]


class FacilityGroupPermission(GroupPermission):
    """Guardian's direct row: one group's right on one facility."""

    content_object = models.ForeignKey(Facility, models.CASCADE, related_name="group_permissions", db_index=False)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["group", "permission"], include=["content_object"], name="facility_group_right"),
            models.Index(fields=["content_object", "group"], name="facility_group_thing"),
        ]


class FireClearance(Tracked):
    """The fire authority's clearance, from day to day inclusive."""

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="fire_clearances")
    valid_from = models.DateField()
    valid_to = models.DateField()
    authority = models.CharField(max_length=160)

    guards = {"facilities": "facility_id"}
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-valid_from"]
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="fire_clearance_ends_after_start")
        ]


class OutsideInspection(Tracked):
    """A visit of an authority, with how much it cited: counted by a licensing file, or recorded by somebody of the home.

    ``source`` is the file, or ``RECORDED``. What somebody recorded stays as it was written, with their name.
    """

    class Kind(models.TextChoices):
        INSPECTION = "inspection", "Inspection"
        COMPLAINT = "complaint", "Complaint visit"
        OTHER = "other", "Other visit"
        TOTAL = "total", "Totals of the licensing file"

    RECORDED: ClassVar[str] = "home"

    kept_by: ClassVar[tuple[str, ...]] = ("import_facilities",)
    signatures: ClassVar[tuple[str, ...]] = ("recorded_by_id",)
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="outside_inspections")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    visited_on = models.DateField(null=True, blank=True)
    visits = models.PositiveIntegerField(default=1)
    serious_citations = models.PositiveIntegerField(default=0)
    other_citations = models.PositiveIntegerField(default=0)
    source = models.CharField(max_length=40)
    authority = models.CharField(max_length=120, blank=True, default="", db_default="")
    reference = models.CharField(max_length=60, blank=True, default="", db_default="")
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, editable=False, related_name="+")
    recorded_at = models.DateTimeField(null=True, blank=True, editable=False)

    guards = {"facilities": "facility_id"}
    opened_by = (Opens(Can.VIEW_FACILITY),)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-visited_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "kind", "visited_on", "source"], name="inspection_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=~Q(source="home") & Q(recorded_by__isnull=True, recorded_at__isnull=True)
                | Q(source="home", recorded_by__isnull=False, recorded_at__isnull=False, visited_on__isnull=False)
                & ~Q(kind="total")
                & Q(authority__regex=r"\S"),
                name="inspection_says_who_recorded_it",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def counted(self) -> int:
        """Return how many citations were counted."""
        return self.serious_citations + self.other_citations


class Unit(Tracked):
    """A part of the home with its own rooms."""

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="units")
    name = models.CharField(max_length=60)

    guards = {"facilities": "facility_id"}
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["facility", "name"], name="unit_name_once")]

    def __str__(self) -> str:
        return self.name


class Room(Tracked):
    """A bedroom."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="rooms")
    name = models.CharField(max_length=40)

    guards = {"facilities": "unit__facility_id"}
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["unit", "name"], name="room_name_once")]

    def __str__(self) -> str:
        return self.name


class Bed(Tracked):
    """Where one young person sleeps. ``closed_from``/``closed_until`` (dates, open-ended when empty) take it out of use."""

    room = models.ForeignKey(Room, models.PROTECT, related_name="beds")
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="beds")
    name = models.CharField(max_length=20)
    closed_from = models.DateField(null=True, blank=True)
    closed_until = models.DateField(null=True, blank=True)
    closed_why = models.CharField(max_length=160, blank=True)

    guards = {"facilities": "facility_id"}
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["room__name", "name"]
        constraints = [
            models.UniqueConstraint(fields=["room", "name"], name="bed_name_once"),
            models.CheckConstraint(
                condition=Q(closed_from__isnull=True, closed_until__isnull=True)
                | Q(closed_from__isnull=False) & (Q(closed_until__isnull=True) | Q(closed_until__gte=F("closed_from"))),
                name="bed_closure_has_a_start",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Exit(Tracked):
    """An exit of the building."""

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="exits")
    name = models.CharField(max_length=60)
    has_alarm = models.BooleanField(default=False)

    guards = {"facilities": "facility_id"}
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["facility", "name"], name="exit_name_once")]

    def __str__(self) -> str:
        return self.name


class Assignment(Tracked):
    """A person working at, running or inspecting a home, from start to end. An access grant.

    An inspector comes for a time, to one home at a time: the database holds both.
    """

    ROLES = [(role, role.label) for role in (Role.STAFF, Role.ADMIN, Role.INSPECTOR)]
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="assignments")
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=12, choices=ROLES)
    starts_at = models.DateTimeField(default=now)
    ends_at = models.DateTimeField(null=True, blank=True)

    guards = {"facilities": "facility_id"}
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")), name="assignment_ends_after_start"
            ),
            models.CheckConstraint(
                condition=~Q(role="inspector")
                | Q(ends_at__isnull=False, ends_at__lte=F("starts_at") + timedelta(days=31)),
                name="inspector_comes_for_a_time",
            ),
            ExclusionConstraint(
                name="assignment_once_at_a_time",
                expressions=[
                    ("facility", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    (TimeSpan("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
            ),
        ]
