"""The list of a person's sessions, and how they end one of them. Deleting the row is all: its next request is nobody's."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from placement.access.models import Person, Session
from placement.access.request import Request


@dataclass(frozen=True)
class Shown:
    """A session as its owner sees it. ``token`` stands for its secret key in a form."""

    token: str
    device: str
    place: str
    began: datetime
    seen: datetime
    here: bool


def sessions_of(person: Person) -> QuerySet[Session]:
    """Return the sessions of ``person`` that have not run out, newest first."""
    return Session.objects.filter(person=person, began_at__isnull=False, expire_date__gt=timezone.now()).order_by(
        "-began_at"
    )


def shown(request: Request) -> list[Shown]:
    """Return the own sessions, this one first."""
    own = request.session.session_key
    rows = [
        Shown(
            token_of(row),
            row.device,
            row.place,
            began=row.began_at,
            seen=row.seen_at or row.began_at,
            here=row.session_key == own,
        )
        for row in sessions_of(request.person)
        if row.began_at
    ]
    return sorted(rows, key=lambda row: not row.here)


TRIED = {
    "accounts:login": "a wrong password at sign-in",
    "accounts:code": "a wrong code",
    "accounts:password": "a wrong password inside",
    "accounts:come_back": "a wrong PIN",
}


def failed_tries() -> list[tuple[datetime, str]]:
    """Return when somebody failed to prove to be the acting person in the last 30 days, and with what: the newest 20."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT at, page FROM access_failed(%s)", [timezone.now() - timedelta(days=30)])
        return [(at, TRIED.get(page, page)) for at, page in cursor.fetchall()]


def end_one(request: Request, token: str) -> None:
    """End the own session that ``token`` stands for, unless it is this one; one that has ended already is no error."""
    for row in sessions_of(request.person):
        if constant_time_compare(token_of(row), token) and row.session_key != request.session.session_key:
            row.delete()


def end_others(request: Request) -> None:
    """End every own session but this one."""
    Session.objects.filter(person=request.person).exclude(session_key=request.session.session_key).delete()


def token_of(row: Session) -> str:
    """Return what stands for a session in a form: whoever reads it can't take the session over."""
    return salted_hmac("placement.access.endings", row.session_key, algorithm="sha256").hexdigest()
