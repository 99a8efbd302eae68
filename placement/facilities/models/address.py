"""Where a home is: encrypted, shown only to people who may know it, and each time for a reason that is written down."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from placement.access.rights import Can
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.history import Tracked
from placement.database.encryption import decrypt, encrypt
from placement.facilities.models.facility import Facility


def _part(name: str, empty: Any = "") -> Any:
    def read(self: "FacilityAddress") -> Any:
        return self.parts().get(name, empty)

    def write(self: "FacilityAddress", value: Any) -> None:
        self.write(self.parts() | {name: value})

    return property(read, write)


class FacilityAddress(Tracked):
    """Where the home is, and who runs it. Guarded by ``VIEW_ADDRESS``; shown by ``reveal_address`` only.

    Its parts are one encrypted text, bound to the home: neither the table, nor its history, nor a backup tells them, and the
    text of one home can't be put in another's place.
    """

    facility = models.OneToOneField(Facility, models.PROTECT, related_name="address")
    encrypted = models.BinaryField("address, encrypted", default=bytes)
    street, city, state, postcode = _part("street"), _part("city"), _part("state"), _part("postcode")
    telephone, email = _part("telephone"), _part("email")
    licensee, administrator = _part("licensee"), _part("administrator")
    latitude, longitude = _part("latitude", None), _part("longitude", None)

    guards = {"facilities": "facility_id"}
    opened_by = (Opens(Can.VIEW_ADDRESS),)
    read_for = ("matching", "sheet")
    kept_by = ("import_facilities",)
    added_by = None  # with a new home; there is one for each
    objects = Guarded.as_manager()

    def __str__(self) -> str:
        return f"address of {self.facility_id}"

    def parts(self) -> dict[str, Any]:
        """Return the parts that are known, by name. Raises ``Unreadable``."""
        return opened_address(self.facility_id, self.encrypted)

    def write(self, parts: Mapping[str, Any]) -> None:
        """Put ``parts`` in the place of the address; saves nothing."""
        known = {name: value for name, value in parts.items() if value not in ("", None)}
        self.encrypted = encrypt(json.dumps(known), bound_to=_bound_to(self.facility_id))


def opened_address(facility: UUID, encrypted: bytes | memoryview) -> dict[str, Any]:
    """Return the parts of the address of the home with this id, also as a row of history keeps it. Raises ``Unreadable``."""
    return json.loads(decrypt(bytes(encrypted), bound_to=_bound_to(facility))) if encrypted else {}


def _bound_to(facility: UUID) -> str:
    return f"address of {facility}"


class AddressShown(Tracked):
    """That somebody asked where the home is, and why. From then it is shown to them for ``FOR``."""

    class Purpose(models.TextChoices):
        TRAVEL = "travel", "I am going there, or bringing someone"
        EMERGENCY = "emergency", "Police, fire or ambulance need it now"
        LETTER = "letter", "A court or an authority must have it"
        CHECK = "check", "I check whether it is right"
        OTHER = "other", "Something else"

    FOR = timedelta(minutes=10)

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="address_shown")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    reason = models.CharField(max_length=300)
    shown_at = models.DateTimeField(db_default=Now())

    signatures = ("person_id",)
    guards = {"facilities": "facility_id"}
    opened_by = (Opens(Can.VIEW_ADDRESS),)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-shown_at", "-id"]
        indexes = [models.Index(fields=["facility", "-shown_at"], name="address_shown_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose__in=["travel", "emergency", "letter", "check", "other"]),
                name="address_shown_for_a_known_purpose",
            ),
            models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="address_shown_for_a_reason"),
        ]
