"""In production the login is bound as well as the role: what it may become by SET ROLE counts, too."""

import shutil
from collections.abc import Callable, Iterator

import psycopg2
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from placement.database import embedded, roles
from placement.database.base import DatabaseWrapper
from tests.conftest import folder_of_a_server

BOUND, BOTH = "just_the_application", "both_roles"
LOGINS = {
    BOUND: "GRANT placement_app TO {0}",
    BOTH: "GRANT placement_app, placement_owner TO {0}",
    "owner_without_inheriting": "GRANT placement_app, placement_owner TO {0} WITH INHERIT FALSE",
    "owner_through_another": "GRANT placement_app, go_between TO {0}",
    "may_grant_itself_the_owner": "GRANT placement_app TO {0}; GRANT placement_owner TO {0} WITH ADMIN TRUE, SET FALSE",
    "makes_roles": "ALTER ROLE {0} CREATEROLE; GRANT placement_app TO {0}",
    "passes_row_security": "ALTER ROLE {0} BYPASSRLS; GRANT placement_app TO {0}",
    "reads_all": "GRANT placement_app, pg_read_all_data TO {0}",
    "runs_programs": "GRANT placement_app, pg_execute_server_program TO {0}",
    "root": "ALTER ROLE {0} SUPERUSER",
}


@pytest.fixture(scope="module")
def server() -> Iterator[embedded.Server]:
    """A server of its own, with a login for each way of having too much."""
    commands = ["CREATE ROLE go_between", "GRANT placement_owner TO go_between"]
    for login, grants in LOGINS.items():
        commands += [f"CREATE ROLE {login} LOGIN PASSWORD 'secret'", *grants.format(login).split("; ")]
    folder = folder_of_a_server()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(embedded, "_ROLES", embedded._ROLES + "\n".join(commands) + "\n")
        patched.setattr(
            embedded,
            "_APPLICATION_DATABASE",
            embedded._APPLICATION_DATABASE + "GRANT CONNECT ON DATABASE placement TO PUBLIC\n",
        )
        started = embedded.Server(folder / "data")
    yield started
    started.release()
    shutil.rmtree(folder)


@pytest.fixture
def connected(db: None, server: embedded.Server) -> Iterator[Callable[[str], DatabaseWrapper]]:
    """``connected(login)``: the application's connection with that login, made."""
    made = []

    def connect(login: str) -> DatabaseWrapper:
        wrapper = DatabaseWrapper(connection.copy().settings_dict)
        wrapper.settings_dict |= {
            "NAME": "placement",
            "HOST": server.address(roles.APPLICATION)["host"],
            "PORT": "5432",
            "USER": login,
            "PASSWORD": "secret",
        }
        made.append(wrapper)
        wrapper.ensure_connection()
        return wrapper

    yield connect
    for wrapper in made:
        wrapper.close()


@pytest.mark.parametrize("login", [login for login in LOGINS if login != BOUND])
def test_production_refuses_a_login_that_may_become_more(connected, settings, login: str) -> None:
    settings.PRODUCTION = True
    with pytest.raises(ImproperlyConfigured, match=f"may not log in as {login}, because that login may become"):
        connected(login)


def test_production_takes_a_login_that_is_only_the_application(connected, settings) -> None:
    settings.PRODUCTION = True
    with connected(BOUND).cursor() as cursor:
        cursor.execute("SELECT current_user, session_user")
        assert cursor.fetchone() == (roles.APPLICATION, BOUND)


def test_the_demo_may_use_one_login_for_both_roles(connected) -> None:
    with connected(BOTH).cursor() as cursor:
        cursor.execute("SELECT current_user, session_user")
        assert cursor.fetchone() == (roles.APPLICATION, BOTH)


@pytest.mark.parametrize("statement", ["SELECT lo_create(0)", "SELECT lo_creat(-1)", "SELECT lo_from_bytea(0, 'x')"])
def test_nothing_is_kept_outside_the_tables(server: embedded.Server, statement: str) -> None:
    login = psycopg2.connect(dbname="placement", **server.address(roles.APPLICATION))
    with login.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
        cursor.execute(statement)
    login.close()
