"""Calendar feeds: an address with a long random token, shown once, that its person makes, sees and ends."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection

from placement.access.models import CalendarFeed, Person
from placement.access.opened import Opened, write
from placement.access.rights import Can, Role
from placement.access.visible import homes_inspected
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused

LENGTH = 32  # bytes of chance in a token
PAUSE = timedelta(seconds=5)  # between two readings of one feed
COUNTED = timedelta(days=30)


@dataclass(frozen=True)
class Shown:
    """A feed as its person sees it: ``reads`` says how often it was read in the last 30 days."""

    row: CalendarFeed
    reads: int


def digest_of(token: str) -> str:
    """Return what is kept of a token. It is too long to be guessed, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


@operation("made a calendar feed")
def make_calendar_feed(*, name: str, by: Person) -> tuple[CalendarFeed, str]:
    """Make a feed of the calendar of ``by`` and return it with its token, which nobody can find out afterwards.

    name: where it is read ("my phone"). Raises ``Refused`` for somebody whose role has no calendar.
    """
    if not by.may(Can.READ_CALENDAR):
        raise Refused("Your role has no calendar.")
    token = secrets.token_urlsafe(LENGTH)
    return CalendarFeed.objects.create(person=by, name=name.strip(), digest=digest_of(token)), token


@operation("ended a calendar feed")
def end_calendar_feed(feed: CalendarFeed, *, by: Person) -> CalendarFeed:
    """End a feed of ``by``: its address leads nowhere from now on. Raises ``DoesNotExist`` for one of somebody else.

    Raises ``Refused`` for one that has ended already.
    """
    feed = CalendarFeed.objects.select_for_update(no_key=True).get(pk=feed.pk, person=by)
    if feed.ended_at is not None:
        raise Refused("This feed has ended already.")
    feed.ended_at = now()
    feed.save(update_fields=["ended_at"])
    return feed


@operation("read the own calendar feed")
def note_calendar_read(feed: CalendarFeed, *, by: Person) -> None:
    """Keep that a feed of ``by`` is read now, in its row and in the access log. Raises ``DoesNotExist`` for one that has ended.

    What an inspector reads is an opening of the home that they inspect, too.
    """
    feed = CalendarFeed.objects.select_for_update(no_key=True).get(pk=feed.pk, person=by, ended_at=None)
    feed.read_at = now()
    feed.save(update_fields=["read_at"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_calendar_log(%s)", [feed.pk])
    if by.role == Role.INSPECTOR:
        read = Opened({Can.INSPECT}, {"residents": set(), "facilities": homes_inspected(by)})
        write(read, page="calendar:feed", outcome="exported")


def whose(token: str) -> tuple[UUID, Person] | None:
    """Return the id of the feed of this token and its person; ``None`` when it leads nowhere, or its person may not come in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT feed, person FROM access_calendar_feed(%s)", [digest_of(token)])
        row = cursor.fetchone()
    person = Person.objects.filter(pk=row[1]).first() if row else None
    if person is None or not person.may(Can.READ_CALENDAR):
        return None
    return None if settings.SECOND_FACTOR and not person.factor_since else (row[0], person)


def feeds_of(person: Person) -> list[Shown]:
    """Return the feeds of ``person``, who acts, that have not ended, the newest first. Two queries."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT feed, reads FROM access_calendar_reads(%s)", [now() - COUNTED])
        reads = dict(cursor.fetchall())
    return [Shown(row, reads.get(row.pk, 0)) for row in going_on(person, CalendarFeed.objects.filter(person=person))]


def going_on(person: Person, feeds: Iterable[CalendarFeed]) -> list[CalendarFeed]:
    """Return those of ``feeds`` that have not ended, by themselves, with being signed out everywhere or with a new password."""
    ends = [moment for moment in (person.signed_out_at, person.password_changed_at) if moment]
    return [feed for feed in feeds if feed.ended_at is None and all(feed.made_at > moment for moment in ends)]
