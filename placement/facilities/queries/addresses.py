"""Who may read a home's address now, who was shown it, and what it was before."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.database.encryption import Unreadable
from placement.facilities.models import AddressShown, Facility, FacilityAddress
from placement.facilities.models.address import opened_address

READERS = 20


def asked_for(person: Person, facility: Facility, within: timedelta | None = None) -> AddressShown | None:
    """Return the newest time that ``person`` asked for the address, while it is still shown for that, or ``within`` a time."""
    asked = AddressShown.objects.visible_to(person, Can.VIEW_ADDRESS)
    return asked.filter(facility=facility, person=person, shown_at__gt=now() - (within or AddressShown.FOR)).first()


def address(person: Person, facility: Facility, within: timedelta | None = None) -> FacilityAddress:
    """Return the address. Raises ``DoesNotExist`` unless ``person`` may know it and has just asked for it with a reason."""
    if asked_for(person, facility, within) is None:
        raise FacilityAddress.DoesNotExist
    return FacilityAddress.objects.visible_to(person, Can.VIEW_ADDRESS).get(facility=facility)


def parts(address: FacilityAddress) -> dict[str, Any] | None:
    """Return the parts of the address by name; ``None`` when it can't be read, because its key is not here."""
    return _opened(address.facility_id, address.encrypted)


@dataclass(frozen=True)
class Earlier:
    """An address of before, and when and by whom it was replaced."""

    parts: dict[str, Any] | None
    until: datetime
    by: str


def earlier(address: FacilityAddress) -> list[Earlier]:
    """Return the addresses that the home had before, the last one first."""
    rows = list(address.history.order_by("-history_date", "-history_id"))
    pairs = pairwise(rows)
    return [
        Earlier(_opened(old.facility_id, old.encrypted), new.history_date, new.history_user_name) for new, old in pairs
    ]


def _opened(facility: UUID, encrypted: bytes | memoryview) -> dict[str, Any] | None:
    try:
        return opened_address(facility, encrypted)
    except Unreadable:
        return None


def shown_to(facility: Facility, *, limit: int = READERS) -> list[AddressShown]:
    """Return who was shown the address last, and why, newest first."""
    return list(facility.address_shown.select_related("person")[:limit])
