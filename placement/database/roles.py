"""The two roles: an owner that changes the schema, and an application role that does all else."""

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import psycopg2
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.transaction import TransactionManagementError

from .embedded import APP_ROLE as APPLICATION
from .embedded import LARGE_OBJECTS
from .embedded import OWNER_ROLE as OWNER

OWNER_COMMANDS = frozenset({"migrate", "createcachetable"})

_depth = 0


def is_owner() -> bool:
    """Whether new connections of this process are made as the owner."""
    return _depth > 0


@contextlib.contextmanager
def as_owner() -> Iterator[None]:
    """Inside, every new connection of this process is made as the owner; open ones are closed on the way in
    and out.

    For management commands. Raises TransactionManagementError inside a transaction.
    """
    global _depth
    if _depth == 0:
        _close_connections()
    _depth += 1
    try:
        yield
    finally:
        _depth -= 1
        if _depth == 0:
            _close_connections()


@contextlib.contextmanager
def owner_command() -> Iterator[None]:
    """Run one of OWNER_COMMANDS inside: as the owner, with the application's rights on what it made."""
    with as_owner():
        yield
        grant_cache_tables(connections["default"])


@contextlib.contextmanager
def owner_connection(connection: BaseDatabaseWrapper | None = None) -> Iterator[BaseDatabaseWrapper]:
    """A second connection to the same database, as the owner, closed at the end; ``connection`` is "default"
    if absent.

    It commits each statement by itself unless told otherwise, and does not see what an open transaction has
    changed.
    """
    owner: Any = (connection or connections["default"]).copy()
    owner.always_owner = True
    try:
        yield owner
    finally:
        owner.close()


def grant_application_role(connection: Any, append_only: Iterable[str] = ()) -> None:
    """Give the application's role its rights on every table: read and write rows, nothing about the tables
    themselves.

    To be called after each migration; harmless to repeat; does nothing on a connection that is not the
    owner's. ``append_only`` names the tables (history) that it may only read.
    """
    if connection.role != OWNER:
        return
    quote = connection.ops.quote_name
    database = quote(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        read_only = sorted(present & {*append_only, "django_migrations"})
        for statement in (
            f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC",
            f"GRANT CONNECT ON DATABASE {database} TO {APPLICATION}",
            "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
            f"GRANT USAGE ON SCHEMA public TO {APPLICATION}",
            f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {APPLICATION}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APPLICATION}",
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APPLICATION}",
            *(f"REVOKE INSERT, UPDATE, DELETE ON {quote(table)} FROM {APPLICATION}" for table in read_only),
        ):
            cursor.execute(statement)


def grant_cache_tables(connection: BaseDatabaseWrapper) -> None:
    """Give the application's role its rights on the cache's tables, which no migration makes."""
    kept_in_database = [cache for cache in settings.CACHES.values() if cache["BACKEND"].endswith("DatabaseCache")]
    with connection.cursor() as cursor:
        present = connection.introspection.table_names(cursor)
        for table in {cache["LOCATION"] for cache in kept_in_database}.intersection(present):
            quoted = connection.ops.quote_name(table)
            cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {quoted} TO {APPLICATION}")


def make_roles(params: Mapping[str, Any], role: str) -> None:
    """Make the roles on a server that was given by address, with the login that could not become ``role``
    there.

    Raises psycopg2.OperationalError when there is no such login or server, ImproperlyConfigured when it may
    not.
    """
    login = psycopg2.connect(**{**params, "options": ""})
    login.autocommit = True
    try:
        with login.cursor() as cursor:
            cursor.execute("SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user")
            superuser, creates_databases = cursor.fetchone()
            cursor.execute("SELECT rolname FROM pg_roles WHERE rolname IN (%s, %s)", [OWNER, APPLICATION])
            present = {name for (name,) in cursor.fetchall()}
            for missing in (name for name in (OWNER, APPLICATION) if name not in present):
                createdb = "CREATEDB" if missing == OWNER and (superuser or creates_databases) else ""
                cursor.execute(f"CREATE ROLE {missing} {createdb}")
                if not superuser:
                    cursor.execute(f"GRANT {missing} TO CURRENT_USER")
            if OWNER not in present:
                cursor.execute("SELECT quote_ident(current_database())")
                cursor.execute(f"GRANT ALL ON DATABASE {cursor.fetchone()[0]} TO {OWNER}")
                cursor.execute(f"GRANT ALL ON SCHEMA public TO {OWNER}")
                cursor.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
            if superuser:
                cursor.execute(LARGE_OBJECTS)
            cursor.execute("SELECT pg_has_role(current_user, %s, 'MEMBER')", [role])
            if not cursor.fetchone()[0]:
                raise ImproperlyConfigured(_cannot_become(role))
    except psycopg2.errors.InsufficientPrivilege:
        raise ImproperlyConfigured(_cannot_become(role)) from None
    finally:
        login.close()


def _cannot_become(role: str) -> str:
    return (
        f"The login of DATABASE_URL may neither become nor make the role {role}: "
        f"make {OWNER} and {APPLICATION}, "
        f"let DATABASE_URL name {APPLICATION} and DATABASE_OWNER_URL name {OWNER}."
    )


def _close_connections() -> None:
    for connection in connections.all(initialized_only=True):
        if connection.in_atomic_block:
            raise TransactionManagementError("The role cannot change inside a transaction.")
        connection.close()
