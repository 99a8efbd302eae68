"""What was shared of a record with somebody outside, on what basis, and the consent that allows it."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from placement.access.rights import Can
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.clock import now
from placement.audit.history import Tracked
from placement.database.encryption import decrypt, encrypt
from placement.ui.dates import zoned
from residents.models.document import Document
from residents.models.resident import PERSON, Resident


class DayIn(models.Func):
    """``DayIn(zone, moment)``: the day that it is at ``moment`` in a time zone."""

    template = "timezone(%(expressions)s)::date"
    output_field = models.DateField()


SHEET_OPEN_FOR = timedelta(hours=24)
COURT_EXPORT = "case.court_export"  # the field of a sheet that stands for a sealed export of history
PARTS = [(part, label) for part, label in Document.Part.choices if part not in {"home", "clinical"}]


def text_of(lines: list[dict[str, str]]) -> str:
    """Return what a sheet says as one text, the same for the same lines."""
    return json.dumps(lines, ensure_ascii=False, sort_keys=True)


def fingerprint(lines: list[dict[str, str]]) -> str:
    """Return the fingerprint of what a sheet says."""
    return hashlib.sha256(text_of(lines).encode()).hexdigest()


class Consent(Tracked):
    """That somebody who may decide allows parts of the record to be shared with one recipient, for a purpose, until an end.

    Kept as it was given; it can be withdrawn once. The database sets when it was recorded and withdrawn.
    """

    class GivenBy(models.TextChoices):
        YOUNG_PERSON = "young_person", "The young person"
        PARENT = "parent", "A parent or guardian"
        COURT = "court", "The court"
        AGENCY = "agency", "The agency that has custody"

    signatures: ClassVar[tuple[str, ...]] = ("recorded_by_id", "withdrawn_by_id")
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="consents")
    recipient = models.CharField(max_length=160)
    purpose = models.TextField(max_length=1000)
    parts = ArrayField(models.CharField(max_length=12, choices=PARTS))
    given_by = models.CharField(max_length=12, choices=GivenBy.choices)
    given_by_name = models.CharField(max_length=160)
    paper = models.CharField(max_length=200)
    ends_at = models.DateTimeField()
    recorded_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=now, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawn_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    withdrawn_reason = models.TextField(max_length=1000, blank=True, default="", editable=False)

    guards = {"residents": "resident_id"}
    opened_by = (Opens(Can.DISCLOSE),)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-recorded_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    recipient__regex=r"\S", purpose__regex=r"\S", given_by_name__regex=r"\S", paper__regex=r"\S"
                ),
                name="consent_says_who_and_what_for",
            ),
            models.CheckConstraint(
                condition=Q(parts__len__gt=0, parts__contained_by=[part for part, _ in PARTS]),
                name="consent_names_its_parts",
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("recorded_at")), name="consent_ends_later"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason=""),
                name="consent_withdrawal_is_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"consent {self.pk}"

    @property
    def in_force(self) -> bool:
        """Return whether it allows anything now."""
        return self.withdrawn_at is None and self.ends_at > now()

    @property
    def part_labels(self) -> list[str]:
        """Return the parts in words."""
        return [label for part, label in PARTS if part in self.parts]


class Disclosure(Tracked):
    """One sheet about a young person that was made for somebody outside.

    ``fields`` are names of ``residents.sheet``. ``sealed`` is what the sheet said, encrypted and bound to this row, and
    ``sha256`` the fingerprint of that text. It is kept as it was made; asking for it back, and what came of that, is written
    once each.
    """

    class RecipientKind(models.TextChoices):
        COURT = "court", "Court"
        POLICE = "police", "Police or prosecutor"
        LICENSING = "licensing", "Licensing authority"
        SCHOOL = "school", "School"
        HEALTH = "health", "Doctor, hospital or therapist"
        AGENCY = "agency", "Another agency"
        FAMILY = "family", "Family"
        OTHER = "other", "Somebody else"

    class Basis(models.TextChoices):
        CONSENT = "consent", "A consent"
        ORDER = "order", "An order of a court"
        LAW = "law", "A law that asks for it"
        EMERGENCY = "emergency", "Danger for life or health, now"

    class Channel(models.TextChoices):
        HAND = "hand", "Handed over on paper"
        POST = "post", "Sent by post"
        SECURE = "secure", "Sent by the recipient's protected portal"
        TOLD = "told", "Read out, without a copy"

    class Answer(models.TextChoices):
        RETURNED = "returned", "It came back"
        DESTROYED = "destroyed", "They have destroyed it, and wrote so"
        KEPT = "kept", "They must keep it by law"

    signatures: ClassVar[tuple[str, ...]] = ("disclosed_by_id", "recalled_by_id", "answered_by_id")
    history_excludes: ClassVar[tuple[str, ...]] = ("sealed",)
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="disclosures")
    recipient_kind = models.CharField(max_length=10, choices=RecipientKind.choices)
    recipient = models.CharField(max_length=160)
    handed_to = models.CharField(max_length=160)
    purpose = models.TextField(max_length=1000)
    basis = models.CharField(max_length=10, choices=Basis.choices)
    consent = models.ForeignKey(Consent, models.PROTECT, null=True, related_name="disclosures")
    authority = models.CharField(max_length=200, blank=True, default="")
    fields = ArrayField(models.CharField(max_length=40))
    channel = models.CharField(max_length=8, choices=Channel.choices)
    until = models.DateField(null=True)
    sealed = models.BinaryField("sheet, encrypted")
    sha256 = models.CharField(max_length=64)
    disclosed_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    disclosed_at = models.DateTimeField(default=now, editable=False)
    recalled_at = models.DateTimeField(null=True, editable=False)
    recalled_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    recall_reason = models.TextField(max_length=1000, blank=True, default="", editable=False)
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True, default="", editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)
    answered_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    answer_note = models.TextField(max_length=1000, blank=True, default="", editable=False)

    guards = {"residents": "resident_id"}
    opened_by = (Opens(Can.DISCLOSE),)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-disclosed_at"]
        indexes = [models.Index(fields=["resident", "-disclosed_at"], name="disclosure_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(recipient__regex=r"\S", handed_to__regex=r"\S", purpose__regex=r"\S", fields__len__gt=0),
                name="disclosure_says_to_whom_and_what_for",
            ),
            models.CheckConstraint(
                condition=Q(
                    recipient_kind__in=[
                        "court",
                        "police",
                        "licensing",
                        "school",
                        "health",
                        "agency",
                        "family",
                        "other",
                    ],
                    channel__in=["hand", "post", "secure", "told"],
                ),
                name="disclosure_is_of_a_known_kind",
            ),
            models.CheckConstraint(
                condition=Q(basis="consent", consent__isnull=False)
                | Q(basis__in=["order", "law", "emergency"], consent__isnull=True, authority__regex=r"\S"),
                name="disclosure_has_a_basis",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=False) | Q(recipient_kind="court", consent__isnull=True),
                name="disclosure_ends",
            ),
            models.CheckConstraint(
                condition=Q(recalled_at__isnull=True, recalled_by__isnull=True, recall_reason="")
                | Q(recalled_at__isnull=False, recalled_by__isnull=False) & ~Q(recall_reason=""),
                name="disclosure_recall_is_signed",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True, answered_by__isnull=True)
                | Q(
                    answer__in=["returned", "destroyed", "kept"],
                    answered_at__isnull=False,
                    answered_by__isnull=False,
                ),
                name="disclosure_answer_is_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"disclosure {self.pk}"

    @property
    def open_until(self) -> datetime:
        """Return the moment from which the sheet can't be opened again."""
        return self.disclosed_at + SHEET_OPEN_FOR

    @property
    def is_out(self) -> bool:
        """Return whether it is still with the recipient, as far as anybody has written down."""
        return not self.answer

    @property
    def is_overdue(self) -> bool:
        """Return whether the day has passed by which it must be back or destroyed, where whoever signed it works.

        The same moment for every reader, and nothing that tells in which time zone the home is.
        """
        return self.until is not None and self.until < zoned(now(), self.disclosed_by.time_zone).date() and self.is_out

    def seal(self, lines: list[dict[str, str]]) -> None:
        """Keep what the sheet says, with its fingerprint; saves nothing."""
        self.sealed = encrypt(text_of(lines), bound_to=f"disclosure {self.pk}")
        self.sha256 = fingerprint(lines)

    def lines(self) -> list[dict[str, str]]:
        """Return what the sheet said: ``part``, ``label`` and ``value`` of each field. Raises ``Unreadable``."""
        return json.loads(decrypt(bytes(self.sealed), bound_to=f"disclosure {self.pk}"))
