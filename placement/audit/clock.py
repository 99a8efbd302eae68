"""The one clock that operations read. Demo data, loaded by the owner, may tell it another time."""

from contextlib import AbstractContextManager
from datetime import datetime

from django.utils import timezone

from placement.database.context import telling, told_time


def now() -> datetime:
    """Return the present as an aware UTC time (the told time inside ``at_time``)."""
    return told_time() or timezone.now()


def at_time(moment: datetime) -> AbstractContextManager[None]:
    """Act as if it were ``moment`` (aware). The database believes it only from the owner's login."""
    return telling(moment)
