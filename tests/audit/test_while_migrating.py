"""While a migration changes columns, history is written by what looks them up; before and after, by fixed statements."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import IntegrityError

from placement.access.models import AgencyUnit, Person
from placement.audit.history import tracked_models
from placement.audit.install import after_migrate, before_migrate, recorder
from placement.database import roles
from placement.database.context import acting_as_system
from placement.database.schema import quick_steps
from tests.attack.sql import sql
from tests.world import World

PLAN = ["a step"]
UNITS, HISTORY = AgencyUnit._meta.db_table, AgencyUnit.history.model._meta.db_table
FIXED = {recorder(model) for model in tracked_models()}


@pytest.fixture
def owner(committed_world: World) -> Iterator[None]:
    """Inside, the connection is the owner's, as in ``manage.py migrate``."""
    with roles.as_owner():
        yield


def writers() -> set[tuple[str, str]]:
    """What the history triggers call, and whether they are on in every mode."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, tgenabled::text FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid"
            " WHERE tgname IN ('history_insert', 'history_update', 'history_delete')"
        )
        return set(cursor.fetchall())


def functions() -> set[str]:
    """The functions of fixed statements that there are."""
    with connection.cursor() as cursor:
        cursor.execute(r"SELECT proname FROM pg_proc WHERE proname LIKE 'audit\_record\_%'")
        return {name for (name,) in cursor.fetchall()}


def written(*columns: str) -> list[Any]:
    """The history rows of the units, in order, without those of the world."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT history_type, {', '.join(columns)} FROM {HISTORY}"
            " WHERE history_user_name = 'system: migration' ORDER BY history_id"
        )
        return cursor.fetchall()


def test_a_migration_swaps_them_and_back(owner: None) -> None:
    assert writers() == {(name, "A") for name in FIXED}
    before_migrate(plan=PLAN)
    assert writers() == {("audit_record", "A")}
    assert functions() == set()
    before_migrate(plan=PLAN)  # as after one that was stopped
    assert writers() == {("audit_record", "A")}
    after_migrate()
    assert writers() == {(name, "A") for name in FIXED}
    assert functions() == FIXED


def test_a_migration_that_was_stopped_half_way_begins_again(owner: None) -> None:
    table, function = Person._meta.db_table, recorder(Person)
    sql(
        f"CREATE OR REPLACE TRIGGER history_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows"
        f" FOR EACH STATEMENT EXECUTE FUNCTION audit_record('{Person.history.model._meta.db_table}', 'id')"
    )
    assert len(writers()) == len(FIXED) + 1
    before_migrate(plan=PLAN)
    assert {name for name, _ in writers()} == {"audit_record"}
    after_migrate()
    assert writers() == {(name, "A") for name in FIXED}
    assert function in functions()


def test_what_a_data_migration_writes_has_the_columns_of_its_moment(owner: None) -> None:
    before_migrate(plan=PLAN)
    for table in (UNITS, HISTORY):
        sql(f"ALTER TABLE {table} ADD COLUMN motto text NOT NULL DEFAULT 'none'")
    with acting_as_system("migration"):
        sql("INSERT INTO access_agencyunit (id, name, motto) VALUES (gen_random_uuid(), 'East unit', 'calm')")
        sql("UPDATE access_agencyunit SET motto = 'brave' WHERE name = 'East unit'")
        sql("UPDATE access_agencyunit SET motto = 'brave' WHERE name = 'East unit'")
    assert written("name", "motto") == [("+", "East unit", "calm"), ("~", "East unit", "brave")]
    for table in (UNITS, HISTORY):
        sql(f"ALTER TABLE {table} RENAME COLUMN motto TO saying")
    with acting_as_system("migration"):
        sql("UPDATE access_agencyunit SET saying = 'kind' WHERE name = 'East unit'")
    after_migrate()
    with acting_as_system("migration"):
        sql("UPDATE access_agencyunit SET saying = 'fair' WHERE name = 'East unit'")
        sql("UPDATE access_agencyunit SET saying = 'fair' WHERE name = 'East unit'")
        sql("DELETE FROM access_agencyunit WHERE name = 'East unit'")
    assert written("saying")[2:] == [("~", "kind"), ("~", "fair"), ("-", "fair")]
    before_migrate(plan=PLAN)
    for table in (UNITS, HISTORY):
        sql(f"ALTER TABLE {table} DROP COLUMN saying")
    after_migrate()
    with acting_as_system("migration"):
        sql("INSERT INTO access_agencyunit (id, name) VALUES (gen_random_uuid(), 'West unit')")
    assert written("name")[5:] == [("+", "West unit")]


def test_nobody_writes_without_a_name_meanwhile(owner: None) -> None:
    for step in (lambda: before_migrate(plan=PLAN), after_migrate):
        step()
        with pytest.raises(IntegrityError, match="a named person or command"), transaction.atomic():
            sql("UPDATE access_agencyunit SET name = name || '!'")


def test_nothing_changes_where_there_is_nothing_to_migrate(owner: None) -> None:
    before_migrate(plan=[])
    assert writers() == {(name, "A") for name in FIXED}


def test_nothing_changes_on_a_connection_of_the_application(world: World) -> None:
    assert connections["default"].role == roles.APPLICATION
    before_migrate(plan=PLAN)
    assert writers() == {(name, "A") for name in FIXED}


def test_the_command_swaps_them(owner: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """``manage.py migrate`` of a step that no other app hangs on, back and forth: what runs in it is not the fixed statements."""
    seen, usual = [], MigrationExecutor.migrate

    def migrate(self: Any, *args: Any, **kwargs: Any) -> Any:
        seen.append(writers())
        return usual(self, *args, **kwargs)

    monkeypatch.setattr(MigrationExecutor, "migrate", migrate)
    with quick_steps():
        call_command("migrate", "compliance", "0001", verbosity=0)
        call_command("migrate", verbosity=0)
        call_command("migrate", verbosity=0)
    assert seen[:2] == [{("audit_record", "A")}] * 2
    assert seen[2] == writers() == {(name, "A") for name in FIXED}
