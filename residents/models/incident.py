"""Events that must be reported or reviewed."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now

from placement.access.rights import Can
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.history import Tracked
from residents.models.resident import Resident

PERSON = settings.AUTH_USER_MODEL
READERS = (
    Opens(Can.REPORT_INCIDENT),
    Opens(Can.REVIEW_INCIDENT),
    Opens(Can.INSPECT),
    Opens(Can.VIEW_EXPLOITATION),
)
# As the incident itself, for what hangs on it as a whole.
OF_INCIDENT = {"residents": "incident__incidentresident__resident_id", "facilities": "incident__facility_id"}


class Incident(Tracked):
    """An event in a home. ``facility`` and ``shift`` point upward, to where it happened.

    Where it stands, and who reviewed, filed and closed it, the database writes when somebody adds an ``IncidentStep``.
    """

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
        DEATH = "death", "Death"
        OTHER = "other", "Something else"

    class Severity(models.TextChoices):
        LOW = "low", "Low"
        SERIOUS = "serious", "Serious"
        CRITICAL = "critical", "Critical"

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"  # its reporter completes it
        REPORTED = "reported", "Reported"
        RETURNED = "returned", "Returned to be corrected"
        REVIEWED = "reviewed", "Reviewed"
        FILED = "filed", "Filed"
        CLOSED = "closed", "Closed"

    REPORT: ClassVar[tuple[str, ...]] = ("seen", "thought", "done", "answers", "closing_note")
    WRITTEN_ON: ClassVar[tuple[str, ...]] = (Status.DRAFT, Status.RETURNED)  # while its reporter may write
    signatures: ClassVar[tuple[str, ...]] = ("reported_by_id",)
    # Of these a code beside the kind would say what was done to somebody, or something about their health.
    OF_HARM: ClassVar[tuple[str, ...]] = ("injury", "allegation", "self_harm", "medication", "exploiter", "death")
    number = models.BigIntegerField(unique=True, editable=False)
    facility = models.ForeignKey("facilities.Facility", models.PROTECT, related_name="+")
    shift = models.ForeignKey("facilities.Shift", models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    severity = models.CharField(max_length=8, choices=Severity.choices)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.REPORTED)
    happened_at = models.DateTimeField()
    seen = models.TextField("what was seen and heard", max_length=10000)
    thought = models.TextField("what is thought or supposed", blank=True, default="", db_default="", max_length=4000)
    done = models.TextField("what was done at once", blank=True, max_length=10000)
    # What its kind asks: ``residents.incident_kinds``. The default is a constant of ours, for rows that plain SQL adds.
    answers = models.JSONField("what its kind asks", blank=True, default=dict, db_default=RawSQL("'{}'::jsonb", ()))
    residents = models.ManyToManyField(Resident, through="IncidentResident", related_name="incidents")
    reported_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    reported_at = models.DateTimeField(db_default=Now(), editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)
    reviewed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    filed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    filed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closing_note = models.TextField(blank=True, max_length=4000)

    guards = {"residents": "incidentresident__resident_id", "facilities": "facility_id"}
    opened_by = READERS
    read_for = ("timeline", "whereabouts")
    of_incident = "id"
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-happened_at", "-id"]
        indexes = [
            models.Index(fields=["facility", "-happened_at"]),
            models.Index(
                fields=["reported_by"], condition=Q(kind="allegation", status="draft"), name="allegations_in_draft"
            ),
        ]
        constraints = [
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
                condition=Q(filed_by__isnull=True)
                | ~Q(filed_by=F("reported_by")) & (Q(reviewed_by__isnull=True) | ~Q(filed_by=F("reviewed_by"))),
                name="incident_filed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True) | Q(filed_by__isnull=True) | ~Q(closed_by=F("filed_by")),
                name="incident_closed_by_another_than_filed",
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
    of_incident = "incident_id"
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["incident", "resident"], name="resident_in_incident_once")]


class IncidentStep(Tracked):
    """One step of an incident, signed by whoever took it. The database moves the incident on, and keeps who may take which."""

    class What(models.TextChoices):
        SENT = "sent", "Sent"
        RETURNED = "returned", "Returned to be corrected"
        REVIEWED = "reviewed", "Reviewed"
        FILED = "filed", "Filed"
        AMENDED = "amended", "Amended"
        CLOSED = "closed", "Closed"

    withheld: ClassVar[tuple[str, ...]] = ("UPDATE",)
    signatures: ClassVar[tuple[str, ...]] = ("by_id",)
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="steps")
    number = models.IntegerField(default=0, editable=False)
    what = models.CharField(max_length=8, choices=What.choices)
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)
    comment = models.TextField(blank=True, default="", max_length=10000)
    reason = models.TextField(blank=True, default="", max_length=1000)

    guards = OF_INCIDENT
    opened_by = READERS
    of_incident = "incident_id"
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["incident", "number"], name="incident_step_once")]

    def __str__(self) -> str:
        return f"step {self.pk}"


class IncidentPerson(Tracked):
    """Somebody grown-up in an incident: one of the people of the home, or a name."""

    class Role(models.TextChoices):
        STAFF = "staff", "Works in the home"
        FOSTER = "foster", "Foster parent"
        RELATIVE = "relative", "Relative"
        POLICE = "police", "Police officer"
        MEDICAL = "medical", "Doctor, nurse or ambulance"
        SCHOOL = "school", "School"
        STRANGER = "stranger", "Somebody from outside"

    class Part(models.TextChoices):
        WITNESS = "witness", "Saw or heard it"
        HELPED = "helped", "Helped"
        HURT = "hurt", "Was hurt"
        ACCUSED = "accused", "Is said to have done it"
        CALLED = "called", "Was called"

    deletable = True
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="people")
    person = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=120, blank=True, default="")
    role = models.CharField(max_length=8, choices=Role.choices)
    part = models.CharField(max_length=8, choices=Part.choices)

    guards = OF_INCIDENT
    opened_by = READERS
    of_incident = "incident_id"
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["part", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, name="") | Q(person__isnull=True) & ~Q(name=""),
                name="person_in_incident_has_a_name",
            ),
            models.UniqueConstraint(fields=["incident", "person", "part"], name="person_in_incident_once"),
        ]

    def __str__(self) -> str:
        return f"person {self.pk}"
