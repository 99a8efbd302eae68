"""What the file of somebody who works in homes holds beside credentials: hours of training, and references."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from placement.access.rights import Can
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.clock import now
from placement.audit.history import Tracked
from placement.facilities.models.facility import Facility
from residents.models import Document

PERSON = settings.AUTH_USER_MODEL


def without_zeros(number: Decimal) -> str:
    """Return a number as people write it: ``6.5``, ``24``."""
    return f"{number.normalize():f}"


WORDS = r"\S"


class Training(Tracked):
    """Hours on one topic that somebody was trained on one day; filed by another person. They count in every home where they work.

    It stays as it was written; a mistake is withdrawn, with the reason.
    """

    class Topic(models.TextChoices):
        TRAFFICKING = "trafficking", "Trafficking, exploitation and trauma"
        NORMALCY = "normalcy", "Normal life and prudent parenting"
        RIGHTS = "rights", "Rights of young people"
        BEHAVIOR = "behavior", "Calming down and emergency intervention"
        HEALTH = "health", "Health and medication"
        SAFETY = "safety", "Safety, fire and emergencies"
        ADMIN = "admin", "Running a home (administrator program)"
        OTHER = "other", "Something else"

    signatures: ClassVar[tuple[str, ...]] = ("filed_by_id", "withdrawn_by_id")
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="+")
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="trainings")
    topic = models.CharField(max_length=12, choices=Topic.choices)
    course = models.CharField(max_length=120)
    hours = models.DecimalField(max_digits=5, decimal_places=2)
    held_on = models.DateField()
    given_by = models.CharField(max_length=120)
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    filed_by = models.ForeignKey(PERSON, models.PROTECT, editable=False, related_name="+")
    filed_at = models.DateTimeField(default=now, editable=False)
    withdrawn_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawn_reason = models.TextField(blank=True, max_length=1000)

    guards = {"facilities": "facility_id"}
    opened_by = (Opens(Can.CHANGE_FACILITY), Opens(Can.INSPECT))
    shown_to = ("person",)
    read_for = ("roster",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-held_on", "topic", "id"]
        indexes = [models.Index(fields=["person", "topic", "held_on"], name="training_of_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    topic__in=["trafficking", "normalcy", "rights", "behavior", "health", "safety", "admin", "other"]
                ),
                name="training_has_a_topic",
            ),
            models.CheckConstraint(condition=Q(hours__gte=0.25, hours__lte=400), name="training_lasts_some_hours"),
            models.CheckConstraint(
                condition=Q(course__regex=WORDS, given_by__regex=WORDS), name="training_says_which_and_by_whom"
            ),
            models.CheckConstraint(condition=~Q(filed_by=F("person")), name="training_is_filed_by_another"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & Q(withdrawn_reason__regex=WORDS),
                name="training_withdrawal_is_signed",
            ),
            models.UniqueConstraint(
                fields=["person", "topic", "course", "held_on"],
                condition=Q(withdrawn_at__isnull=True),
                name="training_is_filed_once",
            ),
        ]

    def __str__(self) -> str:
        return self.course

    @property
    def hours_text(self) -> str:
        """Return the hours without needless zeros."""
        return without_zeros(self.hours)


class StaffReference(Tracked):
    """That somebody was asked about a person who works in the home, when, and how it turned out. Hidden from that person.

    Who was asked, and what they said, is in ``ReferenceText``, which no inspector reads.
    """

    class Result(models.TextChoices):
        GOOD = "good", "Good"
        CONCERNS = "concerns", "With concerns"
        NONE = "none", "No answer"

    signatures: ClassVar[tuple[str, ...]] = ("asked_by_id", "answered_by_id")
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="+")
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    relation = models.CharField(max_length=80)
    asked_on = models.DateField()
    asked_by = models.ForeignKey(PERSON, models.PROTECT, editable=False, related_name="+")
    result = models.CharField(max_length=8, choices=Result.choices, blank=True)
    answered_on = models.DateField(null=True)
    answered_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")

    guards = {"facilities": "facility_id"}
    opened_by = (Opens(Can.CHANGE_FACILITY), Opens(Can.INSPECT))
    hidden_from = ("person",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-asked_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(relation__regex=WORDS), name="reference_says_of_what_kind"),
            models.CheckConstraint(
                condition=~Q(asked_by=F("person")) & (Q(answered_by__isnull=True) | ~Q(answered_by=F("person"))),
                name="reference_is_kept_by_another",
            ),
            models.CheckConstraint(
                condition=Q(result="", answered_on__isnull=True, answered_by__isnull=True)
                | Q(result__in=["good", "concerns", "none"], answered_on__isnull=False, answered_by__isnull=False),
                name="reference_answer_is_signed",
            ),
        ]

    def __str__(self) -> str:
        return self.relation


class ReferenceText(Tracked):
    """Who was asked for a reference, and what they said: for those who may change the home, and never for whom it is about."""

    reference = models.ForeignKey(StaffReference, models.PROTECT, related_name="texts")
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="+")
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    named = models.CharField(max_length=160)
    said = models.TextField(blank=True, max_length=4000)

    guards = {"facilities": "facility_id"}
    opened_by = (Opens(Can.CHANGE_FACILITY),)
    hidden_from = ("person",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(named__regex=WORDS), name="reference_names_who_was_asked"),
            models.UniqueConstraint(fields=["reference"], name="reference_text_once"),
        ]
