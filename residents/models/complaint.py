"""Complaints that go around the house: by a code on paper, without an account, to people outside the house."""

from datetime import timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from placement.access.rights import Can
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.history import Tracked
from residents.models.contact import OutsidePerson
from residents.models.resident import PERSON, Resident


class ComplaintCode(Tracked):
    """A code with which a young person, or an advocate of theirs (``advocate``), complains without staff.

    Only a keyed hash is kept. Nothing here says whether it was used: whoever gives codes may be the one complained of.
    """

    signatures: ClassVar[tuple[str, ...]] = ("made_by_id", "ended_by_id")
    history_excludes: ClassVar[tuple[str, ...]] = ("digest",)
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="complaint_codes")
    advocate = models.ForeignKey(OutsidePerson, models.PROTECT, null=True, blank=True, related_name="+")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_by = models.ForeignKey(PERSON, models.PROTECT, editable=False, related_name="+")
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    ended_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    ended_at = models.DateTimeField(null=True, editable=False)

    guards = {"residents": "resident_id"}
    opened_by = (Opens(Can.KEEP_CASE), Opens(Can.ASSIGN_TEAM))
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-made_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="complaint_code_keeps_a_hash"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="complaint_code_end_is_signed",
            ),
            models.UniqueConstraint(
                fields=["resident", "advocate"],
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="complaint_code_once",
            ),
        ]


class Complaint(Tracked):
    """What somebody told us around the house, in their own words, which stay as they were written.

    Written by the database's ``complaint_send`` alone. Which rows are shown says ``complaints_open`` alone: to the caseworker and
    the supervisors of the unit, to other supervisors where none is left or nobody answered in time, and never to somebody
    who is named. ``resident`` is empty when it came without a code that was right, until a supervisor says whose it is.
    It hangs on no ``guards``: no page of a record or a home, and no audit list, gathers it up.
    """

    class Sender(models.TextChoices):
        YOUNG = "young", "The young person, with their code"
        ADVOCATE = "advocate", "An advocate, with their code"
        UNKNOWN = "unknown", "Somebody without a code that is right"

    class About(models.TextChoices):
        STAFF = "staff", "Somebody who works in the house"
        HEAD = "head", "Whoever runs the house"
        CASEWORKER = "caseworker", "The caseworker"
        SUPERVISOR = "supervisor", "The caseworker's supervisor"
        YOUNG = "young", "Another young person"
        RULES = "rules", "A rule, the food, the room or the house itself"
        OTHER = "other", "Somebody or something else"

    # No rule in the packs gives a time for an answer to a complaint, so these are the agency's own.
    FIRST_REPLY: ClassVar[timedelta] = timedelta(hours=24)
    ANSWER: ClassVar[timedelta] = timedelta(days=10)

    withheld: ClassVar[tuple[str, ...]] = ("INSERT",)
    signatures: ClassVar[tuple[str, ...]] = ("linked_by_id",)
    history_excludes: ClassVar[tuple[str, ...]] = ("words_digest",)
    resident = models.ForeignKey(Resident, models.PROTECT, null=True, editable=False, related_name="+")
    code = models.CharField("code of the young person", max_length=12, blank=True, default="", editable=False)
    number = models.CharField(max_length=9, editable=False)
    words_digest = models.CharField(max_length=64, editable=False)
    form_key = models.UUIDField(unique=True, editable=False)
    sender = models.CharField(max_length=8, choices=Sender.choices, editable=False)
    language = models.CharField(max_length=2, editable=False)
    sent_at = models.DateTimeField(db_default=Now(), editable=False)
    about = ArrayField(models.CharField(max_length=10, choices=About.choices), default=list, editable=False)
    who = models.TextField(max_length=500, blank=True, default="", editable=False)
    happened = models.TextField(max_length=10000, editable=False)
    since = models.TextField(max_length=500, blank=True, default="", editable=False)
    danger = models.BooleanField(default=False, editable=False)
    said_name = models.TextField(max_length=160, blank=True, default="", editable=False)
    said_home = models.TextField(max_length=160, blank=True, default="", editable=False)
    linked_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")

    shown_by = "complaints_open"

    class Meta:
        default_permissions = ()
        ordering = ["-sent_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(happened__regex=r"\S"), name="complaint_says_what_happened"),
        ]

    def __str__(self) -> str:
        return f"complaint {self.number}"


class ComplaintNamed(Tracked):
    """A colleague whom a complaint is about: they are never shown it, whatever their role. For good.

    ``named_by`` is empty when the database has found them by what was ticked or typed.
    """

    signatures: ClassVar[tuple[str, ...]] = ("named_by_id",)
    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="named")
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    named_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    named_at = models.DateTimeField(db_default=Now(), editable=False)

    follows = ("complaint",)

    class Meta:
        default_permissions = ()
        ordering = ["named_at", "id"]
        constraints = [models.UniqueConstraint(fields=["complaint", "person"], name="complaint_names_once")]


class ComplaintStep(Tracked):
    """What was done or said after a complaint. A row for each, which stays. ``by`` is empty for what the sender has added."""

    class Kind(models.TextChoices):
        NOTE = "note", "What was found out (for us only)"
        REPLY = "reply", "Words for the sender"
        ADDED = "added", "Added by the sender"
        FOLLOWED = "followed", "Follow-up done"

    signatures: ClassVar[tuple[str, ...]] = ("by_id",)
    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    text = models.TextField(max_length=10000)
    by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)

    follows = ("complaint",)

    class Meta:
        default_permissions = ()
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(text__regex=r"\S"), name="complaint_step_says_something"),
            models.CheckConstraint(
                condition=Q(kind="added", by__isnull=True) | ~Q(kind="added") & Q(by__isnull=False),
                name="complaint_step_is_signed",
            ),
        ]


class ComplaintDecision(Tracked):
    """What the supervisor found, and the answer in words for the sender, which stay.

    What is found not to be so waits for a second supervisor, who agrees, or sends it back so that it is decided anew.
    """

    class Outcome(models.TextChoices):
        UPHELD = "upheld", "It is right"
        PARTLY = "partly", "It is right in part"
        NOT_UPHELD = "not_upheld", "Not found to be so"

    signatures: ClassVar[tuple[str, ...]] = ("decided_by_id", "second_by_id")
    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    answer = models.TextField(max_length=10000)
    decided_by = models.ForeignKey(PERSON, models.PROTECT, editable=False, related_name="+")
    decided_at = models.DateTimeField(db_default=Now(), editable=False)
    agreed = models.BooleanField(null=True, editable=False)
    second_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    second_at = models.DateTimeField(null=True, editable=False)
    second_reason = models.TextField(max_length=4000, blank=True, default="", editable=False)

    follows = ("complaint",)

    class Meta:
        default_permissions = ()
        ordering = ["decided_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(answer__regex=r"\S"), name="complaint_answer_says_something"),
            models.UniqueConstraint(
                fields=["complaint"],
                condition=Q(agreed__isnull=True) | Q(agreed=True),
                name="complaint_decided_once",
            ),
            models.CheckConstraint(
                condition=Q(second_by__isnull=True) | ~Q(second_by=F("decided_by")),
                name="complaint_second_is_another",
            ),
            models.CheckConstraint(
                condition=Q(agreed__isnull=True, second_by__isnull=True, second_at__isnull=True)
                | Q(agreed=True, outcome="not_upheld", second_by__isnull=False, second_at__isnull=False)
                | Q(agreed=False, outcome="not_upheld", second_by__isnull=False, second_at__isnull=False)
                & Q(second_reason__regex=r"\S"),
                name="complaint_second_is_signed",
            ),
        ]

    @property
    def waits(self) -> bool:
        """Return whether a second person must agree before the answer goes out."""
        return self.outcome == self.Outcome.NOT_UPHELD and self.agreed is None

    @property
    def is_out(self) -> bool:
        """Return whether the sender can read the answer."""
        return self.outcome != self.Outcome.NOT_UPHELD or self.agreed is True


class ComplaintCheck(Tracked):
    """Whether the young person had to pay for complaining: looked at after 30 days, and again after 60 where told."""

    class Result(models.TextChoices):
        NONE = "none", "No sign of payback"
        WATCH = "watch", "Not sure: look again after 60 days"
        FOLLOW_UP = "follow_up", "Signs of payback: something is done about it"

    FIRST: ClassVar[timedelta] = timedelta(days=30)
    SECOND: ClassVar[timedelta] = timedelta(days=60)

    signatures: ClassVar[tuple[str, ...]] = ("by_id",)
    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="checks")
    result = models.CharField(max_length=9, choices=Result.choices)
    text = models.TextField(max_length=4000)
    by = models.ForeignKey(PERSON, models.PROTECT, editable=False, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)

    follows = ("complaint",)

    class Meta:
        default_permissions = ()
        ordering = ["at", "id"]
        constraints = [models.CheckConstraint(condition=Q(text__regex=r"\S"), name="complaint_check_says_why")]
