"""Daily care: one row for each thing that happened in a resident's day."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from placement.access.rights import Can
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.history import Tracked
from residents.models.resident import Resident


class CareEntry(Tracked):
    """One thing that happened. ``written_at`` and ``late`` are set by the database; see design §3.9.

    ``facility`` and ``shift`` point upward, to where it happened: an entry without its place and shift could not be
    signed with the shift, and the layers above know everything else about both.
    """

    class Kind(models.TextChoices):
        HEAD_COUNT = "head_count", "Head count"
        MEAL = "meal", "Meal"
        MEDICATION = "medication", "Medication"
        ACTIVITY = "activity", "Activity"
        CONTACT = "contact", "Contact"
        SCHOOL = "school", "School"
        SLEEP = "sleep", "Sleep check"
        MOOD = "mood", "Mood"
        HEALTH = "health", "Health"
        NOTE = "note", "Note"

    class How(models.TextChoices):
        SAW = "saw", "Saw them"
        SPOKE = "spoke", "Spoke with them"
        HEARD = "heard", "Heard them, did not see them"
        TOLD = "told", "Was told by somebody else"

    LOOKS = (Kind.HEAD_COUNT, Kind.SLEEP)  # somebody looked where the young person is
    MISTAKE = "Written by mistake"  # the outcome of an entry that does not count
    signatures: ClassVar[tuple[str, ...]] = ("written_by_id",)
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="care_entries")
    facility = models.ForeignKey("facilities.Facility", models.PROTECT, related_name="+")
    shift = models.ForeignKey("facilities.Shift", models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    outcome = models.CharField(max_length=40, blank=True)
    how = models.CharField(
        "how somebody looked", max_length=5, choices=How.choices, blank=True, default="", db_default=""
    )
    note = models.TextField(blank=True, max_length=10000)
    opened_at = models.DateTimeField("when the page of the round was opened", null=True, blank=True, editable=False)
    happened_at = models.DateTimeField()
    written_at = models.DateTimeField(db_default=Now(), editable=False)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    late = models.BooleanField(default=False, editable=False)
    amends = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="amendments")
    reason = models.TextField("reason for the amendment or late entry", blank=True, max_length=1000)

    guards = {"residents": "resident_id", "facilities": "facility_id"}
    opened_by = (Opens(Can.VIEW_CARE_LOG), Opens(Can.INSPECT))
    read_for = ("whereabouts",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-happened_at", "-id"]
        indexes = [
            models.Index(fields=["resident", "-happened_at", "-id"]),
            models.Index(fields=["facility", "-happened_at"]),
            models.Index(fields=["shift"]),
            BrinIndex(fields=["written_at"], autosummarize=True, name="care_entries_written"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amends__isnull=True) | ~Q(reason=""), name="amendment_has_a_reason"),
            models.CheckConstraint(
                condition=Q(happened_at__lte=F("written_at")), name="care_entry_is_not_in_the_future"
            ),
            models.CheckConstraint(condition=~Q(kind="note") | ~Q(note=""), name="note_says_something"),
            models.CheckConstraint(
                condition=Q(how="") | Q(kind__in=["head_count", "sleep"]), name="only_a_look_says_how"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def title(self) -> str:
        """Return kind and outcome in words, ``Mood: Good``; the outcome alone where it names the kind: ``Meal not wanted``."""
        kind, outcome = self.get_kind_display(), self.outcome.replace("_", " ")
        return outcome if kind.lower() in outcome.lower() else f"{kind}: {outcome}" if outcome else kind
