"""Where sessions are kept: Django's database store, with the columns by which a person finds their own ones."""

from datetime import UTC, datetime
from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from placement.access.models import Session

BEGAN, SEEN, DEVICE, PLACE = "began", "seen", "device", "place"


class SessionStore(DatabaseStore):
    """Writes whose session it is, where, and since when, beside what Django keeps."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Return the model of the rows."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row for ``data``."""
        row = cast(Session, super().create_model_instance(data))
        row.person_id = data.get(SESSION_KEY)
        row.device, row.place = data.get(DEVICE, ""), data.get(PLACE, "")
        row.began_at, row.seen_at = moment(data.get(BEGAN)), moment(data.get(SEEN))
        return row


def moment(seconds: float | None) -> datetime | None:
    """Return the UTC time of ``seconds`` since 1970."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
