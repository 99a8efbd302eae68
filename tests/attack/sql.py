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


def fingerprint() -> dict[str, str]:
    """A digest of the rows of every table, so that any change shows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM tests_fingerprint()")
        return dict(cursor.fetchall())


@contextlib.contextmanager
def refused(constraint: str) -> Iterator[None]:
    """The block is refused by the named constraint, and nothing in any table has changed."""
    before = fingerprint()
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        yield
    assert getattr(caught.value.__cause__, "diag", None) is not None, caught.value
    assert caught.value.__cause__.diag.constraint_name == constraint, caught.value
    assert fingerprint() == before


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
