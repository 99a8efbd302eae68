"""Allegations: from whom one is hidden, what is done to protect, and what was found."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from placement.access.rights import Can
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.history import Tracked
from residents.models.incident import OF_INCIDENT, PERSON, READERS, Incident


class IncidentHiding(Tracked):
    """From whom an allegation is hidden: the database's ``incident_hidden`` reads these rows while they are not ended.

    The database writes one for each account that is named as accused, and a supervisor may hide it from others. Taking the name
    out again, or correcting what somebody did, ends nothing: only a supervisor does, with a reason.
    """

    signatures: ClassVar[tuple[str, ...]] = ("hidden_by_id", "ended_by_id")
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="hidings")
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    reason = models.CharField("why", max_length=1000)
    hidden_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    hidden_at = models.DateTimeField(db_default=Now(), editable=False)
    ended_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_reason = models.CharField("why it is shown again", max_length=1000, blank=True, default="")

    guards = OF_INCIDENT
    opened_by = (Opens(Can.REVIEW_INCIDENT),)
    of_incident = "incident_id"
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["hidden_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "incident"], condition=Q(ended_at=None), name="incident_hidden_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_by__isnull=True, ended_at__isnull=True, ended_reason="")
                | Q(ended_by__isnull=False, ended_at__isnull=False, ended_reason__regex=r"\S"),
                name="incident_hiding_ends_with_a_reason",
            ),
            models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="incident_hiding_says_why"),
        ]

    def __str__(self) -> str:
        return f"hiding {self.pk}"


class ProtectiveStep(Tracked):
    """What is done at once to keep somebody safe while an allegation is looked into, or why it is not done.

    While one of ``CLOSES`` is in force, the database closes the records of the young people in it to whoever is accused
    (``access_barred``), and refuses to plan them in the home.
    """

    class Kind(models.TextChoices):
        ROSTER = "roster", "Whoever is accused is not planned to work in the home"
        RECORD = "record", "The young person's record is closed to them"
        CONTACT = "contact", "No contact between them, or only with somebody else there"
        SUPPORT = "support", "Somebody whom the young person trusts stays close"
        DOCTOR = "doctor", "A doctor or nurse looks after the young person"

    signatures: ClassVar[tuple[str, ...]] = ("decided_by_id", "ended_by_id")
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="protective_steps")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    taken = models.BooleanField()
    note = models.CharField("what exactly, or why not", max_length=1000)
    review_on = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(db_default=Now(), editable=False)
    ended_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_reason = models.CharField("why it ends", max_length=1000, blank=True, default="")

    guards = OF_INCIDENT
    opened_by = READERS
    of_incident = "incident_id"
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["decided_at", "kind", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "kind"], condition=Q(ended_at=None), name="protective_step_once"
            ),
            models.CheckConstraint(condition=Q(note__regex=r"\S"), name="protective_step_says_what_or_why_not"),
            models.CheckConstraint(
                condition=Q(taken=False) | Q(review_on__isnull=False), name="protective_step_is_reviewed"
            ),
            models.CheckConstraint(
                condition=Q(ended_by__isnull=True, ended_at__isnull=True, ended_reason="")
                | Q(ended_by__isnull=False, ended_at__isnull=False, ended_reason__regex=r"\S"),
                name="protective_step_ends_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"protective step {self.pk}"


class AllegationOutcome(Tracked):
    """What was found, by whom, and what follows for both sides. The same for everybody, whoever says it of whom."""

    class Finding(models.TextChoices):
        SUBSTANTIATED = "yes", "Substantiated: it happened"
        NOT = "no", "Not substantiated: it did not happen"
        INCONCLUSIVE = "unclear", "Inconclusive: nobody can tell"
        WITHDRAWN = "withdrawn", "Withdrawn by whoever said it"

    class ForAccused(models.TextChoices):
        NOTHING = "nothing", "Nothing changes"
        RETURN = "return", "Back to work"
        TRAINING = "training", "Training or supervision"
        AWAY = "away", "Works elsewhere, or lives elsewhere"
        ENDED = "ended", "Dismissed, or the placement with them has ended"
        SUPPORT = "support", "Support, for a young person"

    signatures: ClassVar[tuple[str, ...]] = ("recorded_by_id",)
    incident = models.OneToOneField(Incident, models.PROTECT, related_name="outcome")
    finding = models.CharField("what was found", max_length=9, choices=Finding.choices)
    authority = models.CharField("who found it", max_length=200)
    found_on = models.DateField()
    based_on = models.TextField("on what it rests", max_length=4000)
    for_young = models.TextField("what follows for the young person", max_length=4000)
    for_accused = models.CharField("what follows for whoever is accused", max_length=8, choices=ForAccused.choices)
    for_accused_note = models.CharField("in words", max_length=1000, blank=True, default="")
    recorded_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    young_told_on = models.DateField(null=True, blank=True)
    young_told = models.CharField("who told them, or why not", max_length=500, blank=True, default="")
    accused_told_on = models.DateField(null=True, blank=True)
    accused_told = models.CharField("who told them, or why not", max_length=500, blank=True, default="")

    guards = OF_INCIDENT
    opened_by = READERS
    of_incident = "incident_id"
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(authority__regex=r"\S", based_on__regex=r"\S", for_young__regex=r"\S"),
                name="outcome_says_who_on_what_and_what_follows",
            ),
            models.CheckConstraint(
                condition=(
                    Q(young_told_on__isnull=True, young_told="")
                    | Q(young_told_on__isnull=False, young_told__regex=r"\S")
                )
                & (
                    Q(accused_told_on__isnull=True, accused_told="")
                    | Q(accused_told_on__isnull=False, accused_told__regex=r"\S")
                ),
                name="outcome_is_told_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"outcome {self.pk}"
