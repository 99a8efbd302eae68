"""That somebody has made an inspection binder: of which home and days, with what in it, and its fingerprint."""

import base64
import json
import zlib
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from compliance.binder.canonical import Content, canonical, counts_of, fingerprint
from placement.access.rights import Can, Role
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.clock import now
from placement.audit.history import Tracked
from placement.database.encryption import Unreadable, decrypt, encrypt
from placement.facilities.models import Facility

OPEN_FOR = timedelta(hours=24)
LONGEST = timedelta(days=366)


class Binder(Tracked):
    """What the records said of ``facility`` from ``since`` to ``until``, both included, when ``made_by`` asked.

    ``sealed`` is the canonical text, packed, encrypted and bound to this row: both files are made from it, so that they say the
    same whenever they are taken. ``sha256`` is its fingerprint, ``counts`` how many rows each section has, ``made_as`` the role
    of who made it. Kept as it was made; time and role are the database's own.
    """

    withheld: ClassVar[tuple[str, ...]] = ("UPDATE",)
    signatures: ClassVar[tuple[str, ...]] = ("made_by_id",)
    history_excludes: ClassVar[tuple[str, ...]] = ("sealed",)
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_as = models.CharField(max_length=12, choices=Role.choices, editable=False)
    made_at = models.DateTimeField(default=now, editable=False)
    counts = models.JSONField()
    sha256 = models.CharField(max_length=64)
    sealed = models.BinaryField("content, encrypted")

    guards = {"facilities": "facility_id"}
    of_incident = "id"
    sealable = True  # what may name a young person whose record a court has sealed
    opened_by = (Opens(Can.CHANGE_FACILITY), Opens(Can.INSPECT))
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-made_at", "id"]
        indexes = [models.Index(fields=["facility", "-made_at"], name="binders_of_home")]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=F("since"), until__lte=F("since") + LONGEST), name="binder_is_of_a_year_at_most"
            ),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="binder_has_a_fingerprint"),
        ]

    def __str__(self) -> str:
        return f"binder {str(self.pk)[:8]}"

    @property
    def open_until(self) -> datetime:
        """Return the moment from which its files can't be taken any more."""
        return self.made_at + OPEN_FOR

    def seal(self, content: Content) -> None:
        """Keep the content with its fingerprint and counts; saves nothing."""
        text = canonical(content)
        packed = base64.b85encode(zlib.compress(text.encode(), 9)).decode()
        self.sealed = encrypt(packed, bound_to=f"binder {self.pk}")
        self.sha256, self.counts = fingerprint(text), counts_of(content)

    def content(self) -> Any:
        """Return what it says. Raises ``Unreadable`` where that is not what the fingerprint is of."""
        packed = decrypt(bytes(self.sealed), bound_to=f"binder {self.pk}")
        text = zlib.decompress(base64.b85decode(packed)).decode()
        if fingerprint(text) != self.sha256:
            raise Unreadable("This binder has another fingerprint than its content.")
        return json.loads(text)
