"""What was offered to the whole house, and what each young person did with it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from placement.access.rights import Can
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.history import Tracked
from residents.models.care import CareEntry
from residents.models.resident import Resident
from residents.models.restriction import Restriction


class ActivityOffer(Tracked):
    """An activity that was offered to everybody in a home. ``facility`` and ``shift`` point upward, to where it was."""

    class Place(models.TextChoices):
        IN = "in", "In the house"
        OUT = "out", "Out of the house"

    signatures: ClassVar[tuple[str, ...]] = ("written_by_id",)
    facility = models.ForeignKey("facilities.Facility", models.PROTECT, related_name="+")
    shift = models.ForeignKey("facilities.Shift", models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=120)
    place = models.CharField(max_length=3, choices=Place.choices)
    led_by = models.CharField("who of us was there", max_length=160, blank=True, default="")
    offered_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(db_default=Now(), editable=False)

    guards = {"facilities": "facility_id"}
    opened_by = (Opens(Can.VIEW_BEDS),)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-offered_at"]
        indexes = [models.Index(fields=["facility", "-offered_at"])]
        constraints = [models.CheckConstraint(condition=Q(name__regex=r"\S"), name="activity_has_a_name")]


class ActivityAnswer(Tracked):
    """What one young person did with an offer. The care entry says it in their day; amendments are made there.

    ``restriction``: the limit under which they were kept from it.
    """

    class Answer(models.TextChoices):
        JOINED = "joined", "Took part"
        NOT_WANTED = "not_wanted", "Offered, not wanted"
        EXCLUDED = "excluded", "Kept from it"
        AWAY = "away", "Was away"

    offer = models.ForeignKey(ActivityOffer, models.PROTECT, related_name="answers")
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="activity_answers")
    answer = models.CharField(max_length=10, choices=Answer.choices)
    entry = models.OneToOneField(CareEntry, models.PROTECT, related_name="activity_answer")
    restriction = models.ForeignKey(Restriction, models.PROTECT, null=True, blank=True, related_name="answers")

    guards = {"residents": "resident_id"}
    opened_by = (Opens(Can.VIEW_CARE_LOG),)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["offer", "resident"], name="activity_answered_once"),
            models.CheckConstraint(
                condition=Q(answer="excluded", restriction__isnull=False)
                | ~Q(answer="excluded") & Q(restriction__isnull=True),
                name="exclusion_has_its_limit",
            ),
        ]
