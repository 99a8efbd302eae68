"""A record whose time is over: somebody who left many years ago, in every table as it would be then."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from placement.database.roles import owner_connection

YEARS = timedelta(days=366 * 40)


@contextmanager
def behind_history(*tables: str) -> Iterator[CursorWrapper]:
    """The owner of the database at work on live rows and their history, with all triggers of these tables out of the way."""
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = ANY (%s::regclass[])",
            [list(tables)],
        )
        triggers = cursor.fetchall()
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        try:
            yield cursor
        finally:
            for table, name, enabled in triggers:
                cursor.execute(f"ALTER TABLE {table} ENABLE {'ALWAYS ' if enabled != 'O' else ''}TRIGGER {name}")


def both(cursor: CursorWrapper, app: str, name: str, change: str, where: str, *values: Any) -> None:
    """Change a live row and all its history alike, so that each says what the other does."""
    for table in (f"{app}_{name}", f"{app}_historical{name}"):
        cursor.execute(f"UPDATE {table} SET {change} WHERE {where}", values)


TABLES = [
    f"{app}_{kind}{name}"
    for app, name in (
        ("facilities", "placement"),
        ("facilities", "referral"),
        ("residents", "case"),
        ("residents", "incident"),
        ("residents", "identity"),
        ("residents", "breakglass"),
        ("compliance", "finding"),
        ("compliance", "flag"),
    )
    for kind in ("", "historical")
]


def left_long_ago(young: UUID, *, on: date | None = None) -> None:
    """Let a young person have left ``on`` a day, 40 years ago if absent, with nothing about them open. To be called before a seal."""
    with behind_history(*TABLES) as cursor:
        cursor.execute(
            "SELECT (coalesce(%s, current_date - 14640) + time '12:00') AT TIME ZONE 'UTC', coalesce(%s, current_date - 14640)",
            [on, on],
        )
        moment, day = cursor.fetchone()
        both(
            cursor,
            "facilities",
            "placement",
            "status = 'ended', starts_at = %s::timestamptz - (row_number_of(id) * interval '3 days'), ends_at = %s::timestamptz"
            " - (row_number_of(id) * interval '3 days') + interval '1 day', end_reason = 'moved on'".replace("row_number_of(id)", "('x' || left(id::text, 4))::bit(16)::int %% 900"),
            "resident_id = %s AND status IN ('active', 'ended')",
            moment,
            moment,
            young,
        )
        both(cursor, "facilities", "placement", "status = 'withdrawn'", "resident_id = %s AND status IN ('proposed', 'approved')", young)
        both(cursor, "facilities", "referral", "status = 'withdrawn'", "resident_id = %s AND status <> 'placed'", young)
        both(
            cursor,
            "residents",
            "case",
            "status = 'closed', opened_on = %s::date - 30, closed_on = %s",
            "resident_id = %s",
            day,
            day,
            young,
        )
        both(cursor, "residents", "identity", "birth_date = %s::date - 6000", "resident_id = %s", day, young)
        cursor.execute("SELECT id FROM access_person WHERE role = 'supervisor' ORDER BY id LIMIT 1")
        someone = cursor.fetchone()[0]
        both(
            cursor,
            "residents",
            "incident",
            "status = 'closed', closed_by_id = coalesce(closed_by_id, %s), closed_at = coalesce(closed_at, reported_at),"
            " closing_note = coalesce(nullif(closing_note, ''), 'done')",
            "id IN (SELECT incident_id FROM residents_incidentresident WHERE resident_id = %s)",
            someone,
            young,
        )
        both(
            cursor,
            "residents",
            "breakglass",
            "judgement = 'justified', judged_by_id = %s, judged_at = ends_at, judgement_reason = 'fine'",
            "resident_id = %s AND judgement = ''",
            someone,
            young,
        )
        both(
            cursor,
            "compliance",
            "finding",
            "closed_at = opened_at, closed_why = 'met'",
            "resident_id = %s AND closed_at IS NULL",
            young,
        )
        both(cursor, "compliance", "flag", "scope = 'agency', resident_id = NULL, facility_id = NULL", "resident_id = %s", young)
