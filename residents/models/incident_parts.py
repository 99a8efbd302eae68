"""What an incident was for each young person in it: who reads the parts of the others reads nothing of this one."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from placement.access.rights import Can
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.history import Tracked
from residents.models.document import Document
from residents.models.incident import OF_INCIDENT, PERSON, READERS, Incident
from residents.models.resident import Resident


class IncidentPart(Tracked):
    """What concerns one young person alone. Shown to readers of the incident who may also read this one's care profile."""

    class Role(models.TextChoices):
        INVOLVED = "involved", "Was there"
        HURT = "hurt", "Was hurt, or harmed"
        SAID = "said", "Told it"
        ACCUSED = "accused", "Is said to have done it"
        SAW = "saw", "Saw or heard it"
        HELPED = "helped", "Helped"

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="parts")
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="+")
    role = models.CharField(max_length=8, choices=Role.choices)
    about = models.TextField("what concerns this young person alone", blank=True, default="", max_length=10000)

    guards = {"residents": "resident_id"}
    opened_by = (Opens(Can.VIEW_CARE_PROFILE),)
    within = ("incident",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["incident", "resident"], name="part_in_incident_once")]

    def __str__(self) -> str:
        return f"part {self.pk}"


class OfPart(Tracked):
    """A row that hangs on the part of one young person, and is shown with it."""

    guards = {"residents": "part__resident_id"}
    opened_by = (Opens(Can.VIEW_CARE_PROFILE),)
    within = ("part",)

    class Meta:
        abstract = True
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class Restraint(OfPart):
    """A young person was held, or kept alone in a room. ``ended_at`` empty: not over yet."""

    class Kind(models.TextChoices):
        HOLD = "hold", "Held by one or more adults"
        ESCORT = "escort", "Led away by the arm"
        SECLUSION = "seclusion", "Kept alone in a room"
        OTHER = "other", "Another way"

    deletable = True
    part = models.ForeignKey(IncidentPart, models.PROTECT, related_name="restraints")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    held_by = models.CharField("who held or watched", max_length=200)
    why = models.TextField("the danger at that moment", max_length=2000)
    tried = models.TextField("what was tried before", max_length=2000)
    objects = Guarded.as_manager()

    class Meta(OfPart.Meta):
        ordering = ["started_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="restraint_ends_after_start",
            )
        ]


class RestraintCheck(Tracked):
    """Somebody looked how a young person was who was being held or secluded. Added, never changed."""

    withheld: ClassVar[tuple[str, ...]] = ("UPDATE",)
    signatures: ClassVar[tuple[str, ...]] = ("written_by_id",)
    restraint = models.ForeignKey(Restraint, models.PROTECT, related_name="checks")
    at = models.DateTimeField()
    checked_by = models.CharField("who looked", max_length=120)
    how = models.CharField("how they were", max_length=1000)
    written_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(db_default=Now(), editable=False)

    guards = {"residents": "restraint__part__resident_id"}
    opened_by = (Opens(Can.VIEW_CARE_PROFILE),)
    within = ("restraint",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"check {self.pk}"


class IncidentInjury(OfPart):
    """One mark on the body map."""

    class Kind(models.TextChoices):
        BRUISE = "bruise", "Bruise"
        CUT = "cut", "Cut or graze"
        BURN = "burn", "Burn"
        BITE = "bite", "Bite"
        SWELLING = "swelling", "Swelling"
        PAIN = "pain", "Pain, nothing to see"
        OTHER = "other", "Something else"

    deletable = True
    part = models.ForeignKey(IncidentPart, models.PROTECT, related_name="injuries")
    region = models.CharField(max_length=20)  # a key of ``residents.body_map.REGIONS``
    kind = models.CharField(max_length=8, choices=Kind.choices)
    size_cm = models.DecimalField("size in cm", max_digits=5, decimal_places=1, null=True, blank=True)
    note = models.CharField(max_length=500, blank=True, default="")
    objects = Guarded.as_manager()

    class Meta(OfPart.Meta):
        ordering = ["region", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(size_cm__isnull=True) | Q(size_cm__gt=0, size_cm__lte=200), name="injury_has_a_size"
            )
        ]


class IncidentFile(OfPart):
    """A document of one young person's record that belongs to the incident."""

    part = models.ForeignKey(IncidentPart, models.PROTECT, related_name="files")
    document = models.OneToOneField(Document, models.PROTECT, related_name="+")
    objects = Guarded.as_manager()

    class Meta(OfPart.Meta):
        pass


class IncidentDebrief(Tracked):
    """A talk after it: with one young person (shown with their part), or with the staff. ``declined``: they did not want to."""

    withheld: ClassVar[tuple[str, ...]] = ("UPDATE",)
    signatures: ClassVar[tuple[str, ...]] = ("written_by_id",)
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="debriefs")
    part = models.ForeignKey(IncidentPart, models.PROTECT, null=True, blank=True, related_name="debriefs")
    held_at = models.DateTimeField()
    led_by = models.CharField("who led it", max_length=120)
    declined = models.BooleanField("they did not want to talk", default=False)
    said = models.TextField("what was said, or why not", max_length=10000)
    written_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(db_default=Now(), editable=False)

    guards = OF_INCIDENT
    opened_by = READERS
    of_incident = "incident_id"
    within = ("part",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["held_at", "id"]

    def __str__(self) -> str:
        return f"de-brief {self.pk}"


class IncidentFollowUp(Tracked):
    """One thing to do after an incident. Set once, done once."""

    signatures: ClassVar[tuple[str, ...]] = ("set_by_id", "done_by_id")
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="follow_ups")
    what = models.CharField("what is to be done", max_length=500)
    owner = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    due_on = models.DateField()
    set_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    set_at = models.DateTimeField(db_default=Now(), editable=False)
    done_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    done_at = models.DateTimeField(null=True, editable=False)
    outcome = models.CharField("what came of it", max_length=1000, blank=True, default="", editable=False)

    guards = OF_INCIDENT
    opened_by = READERS
    of_incident = "incident_id"
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_by__isnull=True, done_at__isnull=True, outcome="")
                | Q(done_by__isnull=False, done_at__isnull=False) & ~Q(outcome=""),
                name="follow_up_done_is_signed",
            )
        ]

    def __str__(self) -> str:
        return f"follow-up {self.pk}"


class IncidentNotice(Tracked):
    """That somebody was told at once that an incident waits for them, and when they opened it. Written by the database."""

    withheld: ClassVar[tuple[str, ...]] = ("INSERT", "UPDATE")
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="notices")
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    told_at = models.DateTimeField(db_default=Now(), editable=False)
    opened_at = models.DateTimeField(null=True, editable=False)

    guards = OF_INCIDENT
    opened_by = READERS
    of_incident = "incident_id"
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["told_at", "id"]
        indexes = [models.Index(fields=["person"], condition=Q(opened_at__isnull=True), name="notices_not_opened")]
        constraints = [models.UniqueConstraint(fields=["incident", "person"], name="told_of_incident_once")]

    def __str__(self) -> str:
        return f"notice {self.pk}"
