"""Who may work in a home, who is planned, and what was counted when staff came and went."""

from datetime import timedelta
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
from placement.facilities.models.facility import Facility
from placement.facilities.models.shift import Shift
from residents.models import Document
from residents.models.case import TimeSpan

PERSON = settings.AUTH_USER_MODEL
LONGEST_DUTY = timedelta(hours=16)


class Credential(Tracked):
    """What somebody who works in homes must hold, both days included; ``valid_to`` empty is without end.

    Filed by another person, who may change the home. It counts in every home where the person works. It stays as it was
    written; only its end may be brought forward.
    """

    class Kind(models.TextChoices):
        BACKGROUND = "background", "Background clearance"
        FIRST_AID = "first_aid", "First aid and CPR"
        TRAINING = "training", "Required training"
        MEDICATION = "medication", "Medication credential"
        DRIVING = "driving", "Driving young people"
        TUBERCULOSIS = "tuberculosis", "Tuberculosis test"
        HEALTH = "health", "Health screening"

    OF_HEALTH: ClassVar[tuple[str, ...]] = (
        Kind.TUBERCULOSIS,
        Kind.HEALTH,
    )  # kept with its dates alone, without a diagnosis
    NEEDED: ClassVar[tuple[str, ...]] = (Kind.BACKGROUND, Kind.FIRST_AID, Kind.TRAINING)  # to be planned at all

    signatures: ClassVar[tuple[str, ...]] = ("filed_by_id",)
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="+")
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="credentials")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    course = models.CharField(max_length=120, blank=True)
    number = models.CharField(max_length=60, blank=True)
    issuer = models.CharField(max_length=120, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    filed_by = models.ForeignKey(PERSON, models.PROTECT, editable=False, related_name="+")
    filed_at = models.DateTimeField(default=now, editable=False)

    guards = {"facilities": "facility_id"}
    opened_by = (Opens(Can.CHANGE_FACILITY), Opens(Can.INSPECT))
    shown_to = ("person",)
    read_for = ("roster",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["kind", "-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "background",
                        "first_aid",
                        "training",
                        "medication",
                        "driving",
                        "tuberculosis",
                        "health",
                    ]
                ),
                name="credential_is_of_a_kind",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["tuberculosis", "health"])
                | Q(course="", number="", issuer="", document__isnull=True),
                name="health_is_kept_with_its_dates_alone",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="credential_ends_after_start",
            ),
            models.CheckConstraint(condition=~Q(filed_by=F("person")), name="credential_is_filed_by_another"),
            models.UniqueConstraint(fields=["person", "kind", "course", "valid_from"], name="credential_is_filed_once"),
        ]

    def __str__(self) -> str:
        label = self.get_kind_display()
        return label[0].lower() + label[1:]


class RosterEntry(Tracked):
    """That somebody is planned to work in a home from ``starts_at`` to ``ends_at``. Taken out and planned anew, never changed."""

    class Duty(models.TextChoices):
        CARE = "care", "With the young people"
        LEAD = "lead", "Leads the shift"
        OTHER = "other", "Other work in the house, not counted"

    COUNTED: ClassVar[tuple[str, ...]] = (Duty.CARE, Duty.LEAD)

    deletable = True
    signatures: ClassVar[tuple[str, ...]] = ("planned_by_id",)
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="roster")
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="roster")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    awake = models.BooleanField(default=True)
    duty = models.CharField(max_length=8, choices=Duty.choices, default=Duty.CARE)
    planned_by = models.ForeignKey(PERSON, models.PROTECT, editable=False, related_name="+")
    planned_at = models.DateTimeField(default=now, editable=False)

    guards = {"facilities": "facility_id"}
    opened_by = (Opens(Can.VIEW_BEDS),)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["starts_at", "person__name"]
        indexes = [models.Index(fields=["facility", "starts_at"], name="roster_of_home")]
        constraints = [
            models.CheckConstraint(condition=Q(duty__in=["care", "lead", "other"]), name="planned_duty_is_known"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="planned_shift_ends_after_start"),
            models.CheckConstraint(
                condition=Q(ends_at__lte=F("starts_at") + LONGEST_DUTY), name="planned_shift_lasts_16_hours"
            ),
            ExclusionConstraint(
                name="planned_in_one_place",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    (TimeSpan("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
            ),
        ]


class RatioCheck(Tracked):
    """How many adults were on duty for how many young people when a shift was opened or signed, and when somebody came or went.

    ``required`` counts awake adults, ``asleep_ok`` says how many would do asleep (0: nobody may sleep), ``missing`` how many
    awake adults were too few by the rule that ``citation`` names. The database counts the people itself, and keeps the row.
    """

    class Occasion(models.TextChoices):
        OPENED = "opened", "Shift opened"
        CAME = "came", "Somebody came on duty"
        LEFT = "left", "Somebody went off duty"
        SIGNED = "signed", "Shift signed"

    shift = models.ForeignKey(Shift, models.PROTECT, related_name="ratio_checks")
    at = models.DateTimeField(default=now)
    occasion = models.CharField(max_length=8, choices=Occasion.choices)
    young_people = models.SmallIntegerField()
    awake = models.SmallIntegerField()
    asleep = models.SmallIntegerField()
    required = models.SmallIntegerField()
    asleep_ok = models.SmallIntegerField()
    missing = models.SmallIntegerField()
    citation = models.CharField(max_length=200)

    guards = {"facilities": "shift__facility_id"}
    follows = ("shift",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    young_people__gte=0, awake__gte=0, asleep__gte=0, required__gte=0, asleep_ok__gte=0, missing__gte=0
                ),
                name="ratio_counts_are_numbers",
            )
        ]
