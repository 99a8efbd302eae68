"""Every connection is durable, and is made as a role that can change rows and nothing else."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, transaction
from django.db.backends.postgresql.psycopg_any import is_psycopg3
from django.db.transaction import TransactionManagementError

from placement.database import roles
from placement.database.base import DatabaseWrapper


def ask(sql: str, using: Any = connection) -> Any:
    """The first column of the first row."""
    with using.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def test_driver_is_psycopg2() -> None:
    assert not is_psycopg3


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes", "synchronous_commit"])
def test_acknowledged_work_survives(db: None, setting: str) -> None:
    assert ask(f"SHOW {setting}") == "on"


def test_session_waits_for_nobody_for_ever(db: None) -> None:
    assert ask("SHOW lock_timeout") == "10s"
    assert (ask("SHOW jit"), ask("SHOW max_parallel_workers_per_gather")) == ("off", "0")
    assert ask("SHOW idle_in_transaction_session_timeout") == "2min"
    assert ask("SHOW application_name") == "placement"
    assert ask("SHOW timezone") == "UTC"


def test_application_role_owns_nothing_and_has_no_privilege(db: None) -> None:
    assert ask("SELECT current_user") == "placement_app"
    assert ask("SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user") == 0
    assert ask("SELECT count(*) FROM pg_proc WHERE pg_get_userbyid(proowner) = current_user") == 0
    assert ask("SELECT count(*) FROM pg_database WHERE pg_get_userbyid(datdba) = current_user") == 0
    assert not ask(
        "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication "
        "FROM pg_roles WHERE rolname = current_user"
    )
    assert ask("SELECT count(*) FROM pg_auth_members WHERE pg_get_userbyid(member) = current_user") == 0


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (number integer)",
        "CREATE TEMPORARY TABLE mine (number integer)",
        "CREATE SCHEMA mine",
        "CREATE ROLE mine",
        "CREATE DATABASE mine",
        "TRUNCATE scratch",
        "ALTER TABLE scratch ADD COLUMN mine integer",
        "ALTER TABLE scratch DISABLE TRIGGER scratch_truncate",
        "ALTER TABLE scratch OWNER TO placement_app",
        "CREATE TRIGGER mine BEFORE INSERT ON scratch EXECUTE FUNCTION scratch_refuse()",
        "CREATE INDEX mine ON scratch (number)",
        "DROP TABLE scratch",
        "GRANT placement_owner TO placement_app",
        "SET session_replication_role = replica",
        "SET ROLE placement_owner",
        "SET SESSION AUTHORIZATION placement_owner",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'x', now())",
        "DELETE FROM django_migrations",
        "COPY scratch TO '/tmp/mine'",
    ],
)
def test_application_role_may_not(scratch: None, committing: Any, statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match=r"permission denied|must be|must have"),
        committing.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_as_owner_changes_the_role_and_gives_it_back(committing: Any) -> None:
    assert ask("SELECT current_user") == "placement_app"
    with roles.as_owner():
        assert ask("SELECT current_user") == "placement_owner"
        with roles.as_owner():
            pass
        assert ask("SELECT current_user") == "placement_owner"
    assert ask("SELECT current_user") == "placement_app"


def test_as_owner_is_refused_inside_a_transaction(committing: Any) -> None:
    with transaction.atomic(), pytest.raises(TransactionManagementError), roles.as_owner():
        pass
    assert ask("SELECT current_user") == "placement_app"


def test_owner_connection_leaves_the_applications_alone(db: None) -> None:
    with roles.owner_connection() as owner:
        assert ask("SELECT current_user", owner) == "placement_owner"
        assert ask("SELECT current_database()", owner) == ask("SELECT current_database()")
        assert ask("SELECT current_user") == "placement_app"


@pytest.mark.parametrize("setting", ["synchronous_commit=off", "synchronous_commit=local"])
def test_weak_server_is_refused(committing: Any, setting: str) -> None:
    weak = connection.copy()
    weak.settings_dict["OPTIONS"] = {"options": f"-c {setting}"}
    with pytest.raises(ImproperlyConfigured, match="may lose saved work"):
        weak.ensure_connection()
    weak.close()


class Disguised(DatabaseWrapper):
    """Logs in as the owner where the application's role is expected."""

    def get_connection_params(self) -> dict[str, Any]:
        self.always_owner = True
        params = super().get_connection_params()
        self.always_owner = False
        return params


def test_owner_of_tables_is_refused_as_the_application(scratch: None, committing: Any) -> None:
    disguised = Disguised(connection.copy().settings_dict)
    with pytest.raises(ImproperlyConfigured, match="may not connect as placement_owner"):
        disguised.ensure_connection()
    disguised.close()


def test_flush_empties_what_may_not_be_truncated(scratch: None, committing: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO scratch (number) VALUES (1), (2)")
    connection.ops.execute_sql_flush(["TRUNCATE scratch;"])
    assert ask("SELECT count(*) FROM scratch") == 0
    assert ask("SELECT tgenabled FROM pg_trigger WHERE tgname = 'scratch_truncate'") in ("A", b"A")


def test_flush_is_refused_inside_a_transaction(db: None) -> None:
    with pytest.raises(TransactionManagementError):
        connection.ops.execute_sql_flush(["TRUNCATE scratch;"])
