"""A calendar in the format that calendar programs read (RFC 5545): codes and days, no names, no places, no links."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from icalendar import Calendar, Event

from compliance.queries.dated import Dated

CONTENT_TYPE = "text/calendar; charset=utf-8"
ASK_AGAIN = timedelta(hours=6)


def feed_of(rows: Iterable[Dated], *, reader: UUID, written_at: datetime) -> bytes:
    """Return ``rows`` as a calendar for ``reader``, written at ``written_at`` (aware).

    The id of an entry stays the same from one reading to the next, and is another one for another reader.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Placement//Due dates//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", "Due dates")
    calendar.add("x-wr-calname", "Due dates")
    calendar.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    for row in rows:
        calendar.add_component(_event(row, reader, written_at))
    return bytes(calendar.to_ical())


def _event(row: Dated, reader: UUID, written_at: datetime) -> Event:
    event = Event()
    event.add("uid", str(uuid5(reader, row.key)))
    event.add("dtstamp", written_at.astimezone(UTC))
    event.add("summary", row.said_outside)
    if row.all_day:
        event.add("dtstart", row.day)
        event.add("dtend", row.day + timedelta(days=1))
    else:
        event.add("dtstart", row.due.astimezone(UTC))
    event.add("class", "CONFIDENTIAL")
    event.add("transp", "TRANSPARENT")
    return event
