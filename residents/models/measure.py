"""Searches, room checks, phones taken away and other measures that reach into what is private to a young person."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from placement.access.rights import Can
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.clock import now
from placement.audit.history import Tracked
from residents.models.resident import Resident

PERSON = settings.AUTH_USER_MODEL


class IntrusiveMeasure(Tracked):
    """What was done, why, by whom and who saw it, and what the young person was told. It stays as it was written.

    Somebody who neither did it nor wrote it down judges it until ``review_by``, a day after it was written. One that ``lasts``,
    such as a phone kept, holds that long without a judgement, and until ``ends_at`` with one; it is over when somebody writes
    that it is (``ended_at``). An amendment stands beside it, with a reason. ``facility`` and ``shift`` point upward, to where it
    was. The database sets ``written_at`` and ``review_by``.
    """

    class Kind(models.TextChoices):
        PERSON = "person", "Search of the person"
        ROOM = "room", "Room check or search of the room"
        BELONGINGS = "belongings", "Search of belongings"
        PHONE = "phone", "Phone or device taken, or looked into"
        POST = "post", "Letter or parcel opened"
        TEST = "test", "Test for drugs or alcohol"
        WATCHED = "watched", "Camera, sensor or other watching"
        SHUT_OUT = "shut_out", "Kept from a room, or a door locked"
        OTHER = "other", "Other"

    class Decision(models.TextChoices):
        APPROVED = "approved", "It was right"
        DECLINED = "declined", "It was not right"

    WAITS: ClassVar[timedelta] = timedelta(hours=24)  # in which somebody else judges it
    LONGEST: ClassVar[timedelta] = timedelta(days=3)  # that one which lasts may go on from the judgement
    LASTING: ClassVar[tuple[str, ...]] = ("phone", "watched", "shut_out", "belongings")
    DECIDERS: ClassVar[tuple[Can, ...]] = (Can.ACCEPT_PLACEMENT, Can.APPROVE_PLACEMENT)  # administrator, supervisor

    signatures: ClassVar[tuple[str, ...]] = ("written_by_id", "decided_by_id", "ended_by_id")
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="measures")
    facility = models.ForeignKey("facilities.Facility", models.PROTECT, related_name="+")
    shift = models.ForeignKey("facilities.Shift", models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    why = models.TextField(max_length=2000)
    done = models.TextField("what was done", max_length=2000)
    found = models.TextField("what was found", blank=True, default="", max_length=2000)
    done_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    witness = models.CharField("who saw it", max_length=160, blank=True, default="")
    told = models.BooleanField("the young person was told why, and that they can complain")
    why_not_told = models.TextField(blank=True, default="", max_length=1000)
    happened_at = models.DateTimeField()
    lasts = models.BooleanField("it goes on", default=False)
    mistake = models.BooleanField("written by mistake", default=False)  # an amendment alone says so
    written_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(db_default=Now(), editable=False)
    review_by = models.DateTimeField(db_default=Now(), editable=False)
    amends = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="amendments")
    reason = models.TextField("reason for the amendment", blank=True, default="", max_length=1000)
    decision = models.CharField(max_length=8, choices=Decision.choices, blank=True, default="", editable=False)
    decided_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    decided_at = models.DateTimeField(null=True, editable=False)
    decision_reason = models.TextField(max_length=2000, blank=True, default="", editable=False)
    ends_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    ended_at = models.DateTimeField(null=True, editable=False)

    guards = {"residents": "resident_id"}
    opened_by = (Opens(Can.VIEW_CARE_LOG),)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-happened_at"]
        indexes = [models.Index(fields=["resident", "-happened_at"])]
        constraints = [
            models.CheckConstraint(condition=Q(why__regex=r"\S", done__regex=r"\S"), name="measure_says_what_and_why"),
            models.CheckConstraint(
                condition=~Q(kind__in=["person", "test"]) | Q(witness__regex=r"\S"),
                name="measure_on_the_body_is_witnessed",
            ),
            models.CheckConstraint(
                condition=Q(told=True, why_not_told="") | Q(told=False, why_not_told__regex=r"\S"),
                name="measure_says_why_not_told",
            ),
            models.CheckConstraint(
                condition=Q(lasts=False) | Q(kind__in=["phone", "watched", "shut_out", "belongings"]),
                name="measure_that_can_last",
            ),
            models.CheckConstraint(
                condition=Q(amends__isnull=True, reason="", mistake=False)
                | Q(amends__isnull=False, reason__regex=r"\S"),
                name="measure_amendment_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | ~Q(decided_by=F("done_by")) & ~Q(decided_by=F("written_by")) & Q(amends__isnull=True),
                name="measure_judged_by_another",
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_by__isnull=True, decided_at__isnull=True, decision_reason="")
                | Q(decision="approved", decided_by__isnull=False, decided_at__isnull=False)
                | Q(
                    decision="declined",
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    decision_reason__regex=r"\S",
                ),
                name="measure_judgement_is_signed",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True)
                | Q(
                    lasts=True,
                    decision="approved",
                    ends_at__gte=F("decided_at"),
                    ends_at__lte=F("decided_at") + timedelta(days=3),
                ),
                name="measure_ends_in_time",
            ),
            models.CheckConstraint(
                condition=Q(ended_by__isnull=True, ended_at__isnull=True)
                | Q(lasts=True, ended_by__isnull=False, ended_at__isnull=False),
                name="measure_end_is_signed",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def until(self) -> datetime | None:
        """Return until when one that lasts may go on; ``None`` for one that does not last."""
        if not self.lasts:
            return None
        if self.decision == self.Decision.DECLINED:
            return self.decided_at
        return (self.ends_at or self.decided_at) if self.decision else self.review_by

    @property
    def holds(self) -> bool:
        """Return whether it may go on now."""
        return self.ended_at is None and self.until is not None and now() < self.until

    @property
    def kept_too_long(self) -> bool:
        """Return whether it goes on although it may not."""
        return self.lasts and self.ended_at is None and not self.holds
