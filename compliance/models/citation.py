"""What an authority cited when it visited a home, and the plan by which the home puts it right."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from compliance.models.rule import RuleVersion
from placement.access.rights import Can
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.history import Tracked
from placement.facilities.models import OutsideInspection

PERSON = settings.AUTH_USER_MODEL
WORDS = r"\S"


class Citation(Tracked):
    """One thing that an authority found against the law, to be put right by the end of ``correct_by``.

    section: the number or section that it names. called: what it calls the citation, such as Type A; serious: whether that is
    an immediate risk. rule: that of the packs which it touches. It stays as it was written, and ends once.
    """

    class Ended(models.TextChoices):
        CLEARED = "cleared", "The authority has cleared it"
        DROPPED = "dropped", "The authority has taken it back"
        MISTAKE = "mistake", "It was written down here by mistake"

    signatures: ClassVar[tuple[str, ...]] = ("written_by_id", "ended_by_id")
    inspection = models.ForeignKey(OutsideInspection, models.PROTECT, related_name="citations")
    section = models.CharField(max_length=160)
    called = models.CharField(max_length=40)
    serious = models.BooleanField()
    found = models.TextField(max_length=4000)
    correct_by = models.DateField()
    rule = models.ForeignKey(RuleVersion, models.PROTECT, null=True, blank=True, related_name="+")
    written_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(db_default=Now(), editable=False)
    ended_as = models.CharField(max_length=8, choices=Ended.choices, blank=True)
    ended_on = models.DateField(null=True)
    ended_note = models.TextField(blank=True, max_length=2000)
    ended_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    guards = {"facilities": "inspection__facility_id"}
    opened_by = (Opens(Can.CHANGE_FACILITY), Opens(Can.INSPECT))
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-serious", "correct_by", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(section__regex=WORDS, called__regex=WORDS, found__regex=WORDS), name="citation_says_what"
            ),
            models.CheckConstraint(
                condition=Q(
                    ended_as="", ended_on__isnull=True, ended_by__isnull=True, ended_at__isnull=True, ended_note=""
                )
                | Q(ended_as__in=["cleared", "dropped", "mistake"])
                & Q(ended_on__isnull=False, ended_by__isnull=False, ended_at__isnull=False, ended_note__regex=WORDS),
                name="citation_end_is_signed",
            ),
        ]
        indexes = [
            models.Index(fields=["correct_by"], name="citations_open_by_day", condition=Q(ended_as="")),
        ]

    def __str__(self) -> str:
        return self.section


class CorrectionPlan(Tracked):
    """How the home puts a citation right: what, who answers for it, and by the end of which day; and how far that has come.

    sent_on: to the authority. outcome: what the authority said of it, or that another plan has taken its place. Each is
    written down once.
    """

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", "Accepted by the authority"
        REFUSED = "refused", "Sent back by the authority"
        REPLACED = "replaced", "Replaced by another plan"

    signatures: ClassVar[tuple[str, ...]] = ("written_by_id",)
    citation = models.ForeignKey(Citation, models.PROTECT, related_name="plans")
    what = models.TextField(max_length=2000)
    owner = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    due_on = models.DateField()
    written_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(db_default=Now(), editable=False)
    sent_on = models.DateField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    outcome_on = models.DateField(null=True)
    outcome_note = models.TextField(blank=True, max_length=2000)
    done_on = models.DateField(null=True)
    done_note = models.TextField(blank=True, max_length=2000)

    guards = {"facilities": "citation__inspection__facility_id"}
    follows = ("citation",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-written_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(what__regex=WORDS), name="correction_plan_says_what"),
            models.CheckConstraint(
                condition=Q(outcome="", outcome_on__isnull=True, outcome_note="")
                | Q(outcome="accepted", outcome_on__isnull=False)
                | Q(outcome__in=["refused", "replaced"], outcome_on__isnull=False, outcome_note__regex=WORDS),
                name="correction_plan_outcome_says_why",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", "replaced"]) | Q(sent_on__isnull=False, outcome_on__gte=F("sent_on")),
                name="correction_plan_answered_when_sent",
            ),
            models.CheckConstraint(
                condition=Q(done_on__isnull=True, done_note="") | Q(done_on__isnull=False, done_note__regex=WORDS),
                name="correction_plan_done_says_how",
            ),
            models.UniqueConstraint(
                fields=["citation"], condition=Q(outcome__in=["", "accepted"]), name="one_correction_plan"
            ),
        ]
