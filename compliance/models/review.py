"""That a supervisor has looked at a flag: what was found, and what is done about it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from compliance.models.flag import Flag
from placement.audit.history import Tracked

PERSON = settings.AUTH_USER_MODEL
WORDS = r"\S"


class Review(Tracked):
    """What ``reviewed_by`` found when they looked at ``flag``, signed once and kept so; and the one thing that is left to do.

    Never by whom the flag is about, nor by somebody who took part in it. follow_up: what is left to do, by ``owner``, a supervisor
    who may look at it too, by the end of ``due_on``. done_by: any of those who may look at it, so that it can go on when the
    owner has left.
    """

    class Finding(models.TextChoices):
        NOTHING = "nothing", "Nothing is wrong"
        EXPLAINED = "explained", "It was explained"
        FOLLOW_UP = "follow_up", "To be followed up"
        CONCERN = "concern", "A concern for the agency"

    GOES_ON: ClassVar[tuple[str, ...]] = (Finding.FOLLOW_UP, Finding.CONCERN)
    signatures: ClassVar[tuple[str, ...]] = ("reviewed_by_id", "done_by_id")
    flag = models.OneToOneField(Flag, models.PROTECT, related_name="review")
    finding = models.CharField(max_length=9, choices=Finding.choices)
    note = models.TextField(max_length=4000)
    reviewed_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(db_default=Now(), editable=False)
    follow_up = models.TextField(max_length=2000, blank=True, default="")
    owner = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    due_on = models.DateField(null=True)
    done_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)
    done_note = models.TextField(max_length=2000, blank=True, default="")

    guards = {"residents": "flag__resident_id"}
    follows = ("flag",)
    within = ("flag",)

    class Meta:
        default_permissions = ()
        ordering = ["-reviewed_at", "id"]
        indexes = [models.Index(fields=["owner", "due_on"], name="follow_ups_to_do", condition=Q(done_at=None))]
        constraints = [
            models.CheckConstraint(
                condition=Q(finding__in=["nothing", "explained", "follow_up", "concern"]) & Q(note__regex=WORDS),
                name="review_says_what_was_found",
            ),
            models.CheckConstraint(
                condition=Q(finding__in=["nothing", "explained"], follow_up="", owner=None, due_on=None)
                | Q(finding__in=["follow_up", "concern"], follow_up__regex=WORDS)
                & Q(owner__isnull=False, due_on__isnull=False),
                name="review_says_what_is_left_to_do",
            ),
            models.CheckConstraint(
                condition=Q(done_by=None, done_at=None, done_note="")
                | Q(done_by__isnull=False, done_at__isnull=False, owner__isnull=False) & Q(done_note__regex=WORDS),
                name="review_follow_up_is_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"review of {self.flag_id}"
