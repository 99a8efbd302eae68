"""That somebody has asked for a sealed export of history for a court, and what a second person said to it."""

import base64
import json
import zlib
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from compliance.binder.canonical import Content, canonical, fingerprint
from placement.access.rights import Can
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.clock import now
from placement.audit.history import Tracked
from placement.database.encryption import Unreadable, decrypt, encrypt
from placement.facilities.models import Facility
from residents.models import Incident, Resident

OPEN_FOR = timedelta(hours=24)  # from the approval on
DECIDED_WITHIN = timedelta(days=7)
LONGEST = timedelta(days=5 * 366)
NAMES = ("resident", "incident", "facility")


class CourtExport(Tracked):
    """What history said of one young person, incident or home from ``since`` to ``until``, both included, in ``zone``.

    ``sealed`` is the canonical text of what ``asked_by`` could read then, encrypted and bound to this row, and ``sha256`` its
    fingerprint, which another supervisor approves or refuses, once. ``keys``: table → keys of the rows in it, for which alone the
    database gives proofs. ``taken_at``: when it was first handed out, and written into the lists of what was shared.
    ``outside``: a supervisor of another unit who is named to decide it, because nobody else of the young person's unit can; they
    are shown this row and nothing else of the record.
    """

    signatures: ClassVar[tuple[str, ...]] = ("asked_by_id", "decided_by_id")
    history_excludes: ClassVar[tuple[str, ...]] = ("sealed", "keys")
    resident = models.ForeignKey(Resident, models.PROTECT, null=True, related_name="+")
    incident = models.ForeignKey(Incident, models.PROTECT, null=True, related_name="+")
    facility = models.ForeignKey(Facility, models.PROTECT, null=True, related_name="+")
    since = models.DateField()
    until = models.DateField()
    zone = models.CharField("time zone of the days", max_length=64)
    kinds = ArrayField(models.CharField(max_length=60))
    with_log = models.BooleanField("with the access log")
    recipient = models.CharField(max_length=160)
    handed_to = models.CharField(max_length=160)
    authority = models.CharField(max_length=200)
    why_withheld = models.TextField(max_length=1000, blank=True, default="")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=now, editable=False)
    keys = models.JSONField()
    sha256 = models.CharField(max_length=64)
    sealed = models.BinaryField("content, encrypted")
    outside = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, editable=False)
    approved = models.BooleanField(null=True, editable=False)
    decision = models.TextField(max_length=1000, blank=True, default="", editable=False)
    taken_at = models.DateTimeField(null=True, editable=False)

    guards = {"residents": "resident_id", "facilities": "facility_id"}
    of_incident = "id"
    sealable = True  # what may name a young person whose record a court has sealed
    within = ("incident",)
    opened_by = (
        Opens(Can.VIEW_AUDIT),
        Opens(Can.VIEW_OPENED),
        Opens(Can.VIEW_OPENED, through="incident__facility_id"),
    )
    shown_by = "court_exports_to_second"
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-asked_at", "id"]
        indexes = [models.Index(fields=["-asked_at"], name="court_exports_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(resident__isnull=False, incident__isnull=True, facility__isnull=True)
                | Q(resident__isnull=True, incident__isnull=False, facility__isnull=True)
                | Q(resident__isnull=True, incident__isnull=True, facility__isnull=False),
                name="court_export_is_about_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(until__gte=F("since"), until__lte=F("since") + LONGEST),
                name="court_export_is_of_five_years_at_most",
            ),
            models.CheckConstraint(
                condition=Q(recipient__regex=r"\S", handed_to__regex=r"\S", authority__regex=r"\S"),
                name="court_export_says_for_whom",
            ),
            models.CheckConstraint(
                condition=Q(kinds__len__gt=0) | Q(with_log=True), name="court_export_names_its_kinds"
            ),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="court_export_has_a_fingerprint"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="court_export_needs_two_people",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True, decided_at__isnull=True, approved__isnull=True, decision="")
                | Q(
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    approved__isnull=False,
                    decision__regex=r"\S",
                ),
                name="court_export_decision_is_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"court export {str(self.pk)[:8]}"

    @property
    def subject(self) -> Resident | Incident | Facility:
        """Return what it is about."""
        return next(found for name in NAMES if (found := getattr(self, name)) is not None)

    @property
    def about(self) -> str:
        """Return what it is about, without a name of a young person.

        code_outside: the code, where the query brings it for somebody who decides from outside and is shown no record.
        """
        code = getattr(self, "code_outside", None)
        return f"Young person {code}" if code else about(self.subject)

    @property
    def open_until(self) -> datetime | None:
        """Return the moment from which its files can't be taken any more; ``None`` before it is approved."""
        return self.decided_at + OPEN_FOR if self.approved and self.decided_at else None

    def seal(self, content: Content) -> None:
        """Keep the content with its fingerprint, and the keys of its rows; saves nothing."""
        text = canonical(content)
        packed = base64.b85encode(zlib.compress(text.encode(), 9)).decode()
        self.sealed, self.sha256, self.keys = encrypt(packed, bound_to=f"court export {self.pk}"), fingerprint(text), {}
        for row in content["rows"]:
            self.keys.setdefault(row["table"], []).append(row["key"])

    def content(self) -> Any:
        """Return what it says. Raises ``Unreadable`` where that is not what the fingerprint is of."""
        packed = decrypt(bytes(self.sealed), bound_to=f"court export {self.pk}")
        text = zlib.decompress(base64.b85decode(packed)).decode()
        if fingerprint(text) != self.sha256:
            raise Unreadable("This export has another fingerprint than its content.")
        return json.loads(text)


def about(subject: Resident | Incident | Facility) -> str:
    """Return what an export is about, in words, without a name of a young person."""
    if isinstance(subject, Resident):
        return f"Young person {subject.code}"
    return f"Incident {subject.number}" if isinstance(subject, Incident) else str(subject.name)


def moments(since: date, until: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the first moment of the day ``since`` in ``zone``, and that after the day ``until``."""
    return datetime.combine(since, time(), zone), datetime.combine(until + timedelta(days=1), time(), zone)
