"""Plain SQL under the application's role, as an attacker inside the application would write it."""

import contextlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from placement.access.models import Person
from placement.database.context import acting
from tests.world import Home, World


def sql(statement: str, *values: Any) -> int:
    """Run one statement; return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.rowcount


def ask(statement: str, *values: Any) -> Any:
    """Return the first column of the first row."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchone()[0]


def written() -> dict[str, int]:
    """Every table with the number of rows that this transaction has inserted, updated or deleted, also those it took back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)"
            " + pg_stat_get_xact_tuples_deleted(oid) FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY relname"
        )
        return dict(cursor.fetchall())


def fingerprint() -> dict[str, str | None]:
    """A digest of the rows of every table, so that any change shows.

    In the database in which no test commits, a table is read again only where this transaction has written in it since.
    """
    if not (connection.in_atomic_block and connection.settings_dict["NAME"].endswith("_world")):
        return _digests(None)
    began, tables = ask("SELECT now()"), written()
    marks = {table: (began, rows) for table, rows in tables.items() if rows}
    stale = [table for table, mark in marks.items() if table not in _touched or _touched[table][0] != mark]
    new = _digests(stale + [table for table in tables if table not in marks and table not in _untouched])
    _touched.update({table: (marks[table], new[table]) for table in stale})
    _untouched.update({table: digest for table, digest in new.items() if table not in marks})
    return {table: _touched[table][1] if table in marks else _untouched[table] for table in tables}


def forget_fingerprints() -> None:
    """Read every table again: the database was made anew."""
    _untouched.clear()
    _touched.clear()


_untouched: dict[str, str | None] = {}
_touched: dict[str, tuple[tuple[datetime, int], str | None]] = {}


def _digests(tables: list[str] | None) -> dict[str, str | None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM tests_fingerprint(%s)", [tables])
        return dict(cursor.fetchall())


@contextlib.contextmanager
def refused(constraint: str) -> Iterator[None]:
    """The block is refused by the named constraint, and nothing in any table has changed."""
    before = fingerprint()
    with refused_by(constraint):
        yield
    assert fingerprint() == before


@contextlib.contextmanager
def refused_by(constraint: str) -> Iterator[None]:
    """The block is refused by the named constraint; whoever tries many looks at the tables before the first and after the last."""
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        yield
    assert getattr(caught.value.__cause__, "diag", None) is not None, caught.value
    assert caught.value.__cause__.diag.constraint_name == constraint, caught.value


@contextlib.contextmanager
def denied() -> Iterator[None]:
    """The block is denied because the role has no such right, and nothing in any table has changed."""
    before = fingerprint()
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        yield
    assert caught.value.__cause__.pgcode == "42501", caught.value
    assert fingerprint() == before


def insert(model: type[models.Model], **values: Any) -> UUID:
    """Insert one row with exactly these columns (and an id) and return its id."""
    values = {"id": uuid4(), **values}
    columns = ", ".join(f'"{name}"' for name in values)
    marks = ", ".join(["%s"] * len(values))
    sql(f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({marks})', *values.values())
    return values["id"]


def again(row: models.Model, **values: Any) -> UUID:
    """Insert a copy of the row, with another id and with these columns, and return its id."""
    values, table = {"id": uuid4(), **values}, row._meta.db_table
    sql(
        f'INSERT INTO "{table}" SELECT (jsonb_populate_record(t, %s)).* FROM "{table}" t WHERE id = %s',
        json.dumps(values, default=str),
        row.pk,
    )
    return values["id"]


def change(row: models.Model | tuple[type[models.Model], UUID], **values: Any) -> int:
    """Update one row by its id and return how many rows changed."""
    model, key = row if isinstance(row, tuple) else (type(row), row.pk)
    columns = ", ".join(f'"{name}" = %s' for name in values)
    return sql(f'UPDATE "{model._meta.db_table}" SET {columns} WHERE id = %s', *values.values(), key)


class Stay:
    """The way of a stay in plain SQL, one step after the other, each by whom it is for."""

    def __init__(self, world: World, young: str, home: str, bed: int) -> None:
        from placement.facilities.models import Placement

        self.model, self.world = Placement, world
        self.resident = world.young[young].resident
        self.caseworker = world.young[young].caseload.caseworker
        self.home: Home = world.homes[home]
        self.bed = self.home.beds[bed]
        self.id: UUID | None = None

    def propose(self, starts_at: datetime, ends_at: datetime | None = None, by: Person | None = None) -> "Stay":
        by = by or self.caseworker
        with acting(by.pk, by.name):
            self.id = insert(
                self.model,
                resident_id=self.resident.pk,
                bed_id=self.bed.pk,
                status="proposed",
                starts_at=starts_at,
                ends_at=ends_at,
                proposed_by_id=by.pk,
                proposed_at=self.world.now,
                decision_reason="",
                end_reason="",
            )
        return self

    def approve(self, by: Person | None = None) -> "Stay":
        by = by or self.world.supervisor
        with acting(by.pk, by.name):
            self.set(status="approved", decided_by_id=by.pk, decided_at=self.world.now)
        return self

    def admit(self, by: Person | None = None) -> "Stay":
        by = by or self.world.supervisor2
        with acting(by.pk, by.name):
            read = ask("SELECT least(starts_at, %s) FROM facilities_placement WHERE id = %s", self.world.now, self.id)
            self.set(status="active", safety_read_by_id=by.pk, safety_read_at=read, admitted_by_id=by.pk)
        return self

    def admit_now(self, by: Person | None = None) -> "Stay":
        """Read the safety history as it is now, and arrive now: for a stay about which something was just written."""
        by = by or self.world.supervisor2
        moment = timezone.now()
        with acting(by.pk, by.name):
            self.set(
                status="active",
                starts_at=moment,
                safety_read_by_id=by.pk,
                safety_read_at=moment,
                admitted_by_id=by.pk,
            )
        return self

    def end(self, at: datetime, by: Person | None = None) -> "Stay":
        by = by or self.world.supervisor2
        with acting(by.pk, by.name):
            self.set(status="ended", ends_at=at, end_reason="moved on")
        return self

    def set(self, **values: Any) -> int:
        """Update the row as whoever acts now."""
        return change((self.model, self.id), **values)

    @property
    def status(self) -> str:
        return ask("SELECT status FROM facilities_placement WHERE id = %s", self.id)
