"""What the tests of reports share: rows of the past, written by the owner's login under another clock, and what is counted."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from compliance.queries.reports import REPORTS
from compliance.queries.reports.shape import Cell, Counted, Report, Wanted, month_after
from placement.access.models import Person
from placement.database import roles
from placement.database.context import acting, acting_as_system
from tests.world import World

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TABLES = (
    "residents_careentry",
    "residents_lookplan",
    "facilities_shift",
    "facilities_leave",
    "facilities_placement",
    "facilities_facility",
)


def report_called(key: str) -> Report:
    return next(report for report in REPORTS if report.key == key)


def year_of(*months: date) -> Wanted:
    """From the first to the last of these months."""
    return Wanted(min(months).replace(day=1), max(months).replace(day=1))


def lately(world: World, **more: Any) -> Wanted:
    """This month and the last eleven."""
    this = world.today.replace(day=1)
    return Wanted(month_after(this, -11), this, **more)


def counted(person: Person, key: str, wanted: Wanted) -> Counted:
    with acting(person.pk, person.name):
        return report_called(key).counted(person, wanted)


def total(person: Person, key: str, wanted: Wanted) -> Cell:
    return counted(person, key, wanted).total


def behind(person: Person, key: str, part: str, wanted: Wanted) -> list[Any]:
    """Every row behind a number, page after page."""
    report = report_called(key)
    with acting(person.pk, person.name):
        page = report.page(person, wanted, report.part(part), None)
        found = list(page.rows)
        while page.has_next:
            page = report.page(person, wanted, report.part(part), page.next_token)
            found += page.rows
        return found


@contextmanager
def past() -> Iterator[Any]:
    """A cursor of the owner that writes what was long ago: without the rules that ask who acts, and that tell the time."""
    with roles.as_owner(), acting_as_system("test"), connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def entry(
    cursor: Any, young: Any, home: Any, happened: datetime, *, after: timedelta = 5 * MINUTE, **more: Any
) -> UUID:
    """An entry of daily care, written so long ``after`` it happened, by the staff of the home."""
    values = {
        "id": uuid4(),
        "resident_id": young.resident.pk,
        "facility_id": home.facility.pk,
        "kind": "mood",
        "outcome": "Calm",
        "note": "",
        "reason": "",
        "late": after > 30 * MINUTE,
        "happened_at": happened,
        "written_at": happened + after,
        "written_by_id": home.staff.pk,
        **more,
    }
    return insert(cursor, "residents_careentry", **values)


def shift(cursor: Any, home: Any, starts: datetime, hours: int = 8, *, signed: bool = False) -> UUID:
    """A shift of the home; signed when it ends, or not."""
    ends = starts + hours * HOUR
    by = {"signed_by_id": home.staff.pk, "signed_at": ends} if signed else {}
    texts = dict.fromkeys(("hand_off", "signing_reason", "about_open"), "")
    values = {"id": uuid4(), "facility_id": home.facility.pk, "name": "Some", "starts_at": starts, "ends_at": ends}
    return insert(cursor, "facilities_shift", **values, **texts, **by)


def insert(cursor: Any, table: str, **values: Any) -> UUID:
    names, places = ", ".join(values), ", ".join(["%s"] * len(values))
    cursor.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", [*values.values()])
    return values["id"]
