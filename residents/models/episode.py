"""What is known and done while a young person is missing, and after they are back: added line by line, never changed."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from placement.access.visible import Guarded
from placement.audit.history import Tracked
from residents.models.incident import OF_INCIDENT, PERSON, READERS, Incident
from residents.models.incident_parts import IncidentPart

TICKS = (
    ("young", "Younger than 13"),
    ("medicine", "Needs medicine"),
    ("self_harm", "Could hurt themselves"),
    ("threatened", "Threatened or contacted by an exploiter"),
    ("pregnant", "Pregnant"),
    ("cold", "Without coat or shoes for this weather"),
    ("own_phone", "Has a phone or another device with them"),
    ("number_known", "We know its number"),
)
OF_RISK = TICKS[:6]
OF_DEVICE = TICKS[6:]


class EpisodeNote(Tracked):
    """One line about a missing episode: something known of a young person, done to find them, or after their return.

    who: who did it, or from whom it is known. said: what came of it, or what is known. number: of a telephone, or of
    the police.
    """

    class What(models.TextChoices):
        WORN = "worn", "What they wear"
        RISK = "risk", "What could happen to them"
        DEVICE = "device", "Phone or other device"
        PLACES = "places", "Where they could be"
        PEOPLE = "people", "Whom they could be with"
        HOUSE = "house", "House searched"
        GARDEN = "garden", "Garden searched"
        PHONED = "phoned", "Their phone called"
        DROVE = "drove", "Driven around"
        ASKED = "asked", "Neighbors, friends or school asked"
        POLICE = "police", "Police called"
        OTHER = "other", "Something else done"
        LEADS = "leads", "Leads the search"
        MEDICAL = "medical", "Medical check offered"
        INTERVIEW = "interview", "Talk with somebody from outside the house"
        SCREENING = "screening", "Screening for exploitation"
        WHY = "why", "Why they left, in their own words"
        CHANGE = "change", "What will change"

    KNOWN: ClassVar[tuple[str, ...]] = ("worn", "risk", "device", "places", "people")
    SEARCH: ClassVar[tuple[str, ...]] = ("house", "garden", "phoned", "drove", "asked", "police", "other", "leads")
    AFTER: ClassVar[tuple[str, ...]] = ("medical", "interview", "screening", "why", "change")
    withheld: ClassVar[tuple[str, ...]] = ("UPDATE",)
    signatures: ClassVar[tuple[str, ...]] = ("written_by_id",)
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="episode_notes")
    part = models.ForeignKey(IncidentPart, models.PROTECT, null=True, blank=True, related_name="episode_notes")
    what = models.CharField(max_length=9, choices=What.choices)
    at = models.DateTimeField()
    who = models.CharField(max_length=120)
    place = models.CharField(max_length=200, blank=True, default="")
    said = models.TextField(blank=True, default="", max_length=4000)
    number = models.CharField(max_length=60, blank=True, default="")
    ticks = ArrayField(models.CharField(max_length=12, choices=TICKS), blank=True, default=list)
    written_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(db_default=Now(), editable=False)

    guards = OF_INCIDENT
    opened_by = READERS
    within = ("part",)
    of_incident = "incident_id"
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-at", "-written_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    part__isnull=True,
                    what__in=["house", "garden", "phoned", "drove", "asked", "police", "other", "leads"],
                )
                | Q(
                    part__isnull=False,
                    what__in=[
                        *("worn", "risk", "device", "places", "people"),
                        *("medical", "interview", "screening", "why", "change"),
                    ],
                ),
                name="episode_note_is_of_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(who__regex=r"\S") & (Q(part__isnull=True) | Q(said__regex=r"\S") | Q(ticks__len__gt=0)),
                name="episode_note_says_something",
            ),
            models.CheckConstraint(
                condition=Q(ticks__contained_by=[name for name, _ in TICKS]), name="episode_note_ticks_are_known"
            ),
        ]

    def __str__(self) -> str:
        return f"note {self.pk}"

    @property
    def ticked(self) -> list[str]:
        """Return what is ticked, in words."""
        return [label for name, label in TICKS if name in self.ticks]
