"""The one clock that operations read. Demo data, loaded by the owner, may tell it another time."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.db import connection
from django.utils import timezone

_told: ContextVar[datetime | None] = ContextVar("told_time", default=None)


def now() -> datetime:
    """Return the present as an aware UTC time (the told time inside ``at_time``)."""
    return _told.get() or timezone.now()


@contextmanager
def at_time(moment: datetime) -> Iterator[None]:
    """Act as if it were ``moment`` (aware). The database believes it only from the owner's login.

    Call it inside a transaction: the database's setting ends with it.
    """
    token = _told.set(moment)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.clock', %s, true)", [moment.isoformat()])
        yield
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.clock', '', true)")
    finally:
        _told.reset(token)
