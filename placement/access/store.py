"""Where sessions are kept: Django's database store, with the columns by which a person finds their own ones."""

from datetime import UTC, datetime
from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from placement.access.models import Session

BEGAN, SEEN, DEVICE, PLACE = "began", "seen", "device", "place"
RESUME = "resume"  # of a locked session that a PIN may take up: the same, and whose it was. It has a row of its own
WALL = "wall"  # of a board on the wall: the same, and whose it was


class SessionStore(DatabaseStore):
    """Writes whose session it is, where, and since when, beside what Django keeps."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Return the model of the rows."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row for ``data``."""
        row = cast(Session, super().create_model_instance(data))
        # who may come back, or has put up a board, sees and ends it like an open one
        own = data if SESSION_KEY in data else data.get(RESUME) or data.get(WALL, {})
        row.person_id = own.get(SESSION_KEY) or own.get("person")
        row.device, row.place = own.get(DEVICE, ""), own.get(PLACE, "")
        row.began_at, row.seen_at = moment(own.get(BEGAN)), moment(own.get(SEEN))
        return row


def moment(seconds: float | None) -> datetime | None:
    """Return the UTC time of ``seconds`` since 1970."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
