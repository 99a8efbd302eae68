"""Events that must be reported or reviewed."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from placement.access.rights import Can
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.history import Tracked
from residents.models.resident import Resident

PERSON = settings.AUTH_USER_MODEL


class Incident(Tracked):
    """An event in a home. ``facility`` and ``shift`` point upward, to where it happened."""

    class Kind(models.TextChoices):
        MISSING = "missing", "Young person missing"
        INJURY = "injury", "Injury"
        RESTRAINT = "restraint", "Restraint or seclusion"
        ALLEGATION = "allegation", "Allegation"
        SELF_HARM = "self_harm", "Self-harm"
        MEDICATION = "medication", "Medication error"
        EXPLOITER = "exploiter", "Contact by an exploiter or recruiter"
        POLICE = "police", "Police called or came"
        PROPERTY = "property", "Property damage"
        OTHER = "other", "Something else"

    class Severity(models.TextChoices):
        LOW = "low", "Low"
        SERIOUS = "serious", "Serious"
        CRITICAL = "critical", "Critical"

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"  # began with a contact that was not allowed; its reporter completes it
        REPORTED = "reported", "Reported"
        REVIEWED = "reviewed", "Reviewed"
        CLOSED = "closed", "Closed"

    REPORT: ClassVar[tuple[str, ...]] = ("seen", "done", "closing_note")
    # Of these a code beside the kind would say what was done to somebody, or something about their health.
    OF_HARM: ClassVar[tuple[str, ...]] = ("injury", "allegation", "self_harm", "medication", "exploiter")
    signatures: ClassVar[tuple[str, ...]] = ("reported_by_id", "reviewed_by_id", "closed_by_id")
    number = models.BigIntegerField(unique=True, editable=False)
    facility = models.ForeignKey("facilities.Facility", models.PROTECT, related_name="+")
    shift = models.ForeignKey("facilities.Shift", models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    severity = models.CharField(max_length=8, choices=Severity.choices)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.REPORTED)
    happened_at = models.DateTimeField()
    seen = models.TextField("what was seen and heard", max_length=10000)
    done = models.TextField("what was done at once", blank=True, max_length=10000)
    residents = models.ManyToManyField(Resident, through="IncidentResident", related_name="incidents")
    reported_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    reported_at = models.DateTimeField(db_default=Now(), editable=False)
    reviewed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closing_note = models.TextField(blank=True, max_length=4000)

    guards = {"residents": "incidentresident__resident_id", "facilities": "facility_id"}
    opened_by = (
        Opens(Can.REPORT_INCIDENT),
        Opens(Can.REVIEW_INCIDENT),
        Opens(Can.INSPECT),
        Opens(Can.VIEW_EXPLOITATION),
    )
    read_for = ("timeline", "whereabouts")
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-happened_at", "-id"]
        indexes = [models.Index(fields=["facility", "-happened_at"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="draft") | Q(kind="exploiter"), name="only_a_contact_begins_a_draft"
            ),
            models.CheckConstraint(
                condition=Q(happened_at__lte=F("reported_at")), name="incident_is_not_in_the_future"
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("reported_by")),
                name="incident_review_by_another",
            ),
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True) | ~Q(closed_by=F("reported_by")), name="incident_closed_by_another"
            ),
            models.CheckConstraint(
                condition=~Q(status="closed")
                | Q(closed_by__isnull=False, closed_at__isnull=False) & ~Q(closing_note=""),
                name="incident_closure_is_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"incident {self.number}"


class IncidentResident(Tracked):
    """A resident in an incident."""

    deletable = True
    incident = models.ForeignKey(Incident, models.CASCADE)
    resident = models.ForeignKey(Resident, models.PROTECT)

    guards = {"residents": "resident_id"}
    opened_by = (Opens(Can.VIEW_CODE),)
    read_for = ("whereabouts", "withholding")
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["incident", "resident"], name="resident_in_incident_once")]
