"""The Django database engine ``placement.database``: PostgreSQL, always as one of two roles, and durable."""

from collections.abc import Mapping
from typing import Any

import psycopg2
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql import base as postgresql

from . import embedded, roles
from .client import DatabaseClient
from .creation import DatabaseCreation
from .operations import DatabaseOperations

_SESSION = {
    "statement_timeout": "0",
    "jit": "off",  # pages ask short questions: compiling one, or sharing it out among processes, costs more than it saves
    "max_parallel_workers_per_gather": "0",
    "lock_timeout": "10s",
    "default_transaction_isolation": r"read\ committed",  # the rules ask for what others have saved until now
    "idle_in_transaction_session_timeout": "120s",
}
_PROMISES = """
    SELECT current_setting('fsync') = 'on'
            AND current_setting('full_page_writes') = 'on'
            AND current_setting('synchronous_commit') IN ('on', 'remote_apply'),
        rolname,
        NOT rolsuper AND NOT rolbypassrls,
        NOT EXISTS (
            SELECT FROM pg_class
            WHERE relowner = pg_roles.oid
                AND relnamespace = to_regnamespace('public')
                AND relkind IN ('r', 'p')
        )
    FROM pg_roles WHERE rolname = current_user
"""
# What the login may become, at once or by SET ROLE, that could pass by the rules. MEMBER counts NOINHERIT and ADMIN, too.
_REACH = """
    SELECT session_user, array_agg(rolname::text ORDER BY rolname)
    FROM pg_roles
    WHERE pg_has_role(session_user, oid, 'MEMBER') AND (
        rolname = %s OR rolsuper OR rolbypassrls OR rolcreaterole OR rolreplication
        OR rolname ~ '^pg_(read|write)_(all_data|server_files)$'
        OR rolname IN ('pg_execute_server_program', 'pg_maintain')
        OR oid IN (SELECT datdba FROM pg_database WHERE datname = current_database())
        OR oid IN (SELECT relowner FROM pg_class WHERE relnamespace = to_regnamespace('public'))
    )
"""


class DatabaseWrapper(postgresql.DatabaseWrapper):
    """A connection as ``placement_app``; as ``placement_owner`` inside ``roles.as_owner()``."""

    client_class = DatabaseClient
    creation_class = DatabaseCreation
    ops_class = DatabaseOperations
    always_owner = False

    @property
    def role(self) -> str:
        """The role that the next connection is made as."""
        return roles.OWNER if self.always_owner or roles.is_owner() else roles.APPLICATION

    @property
    def is_embedded(self) -> bool:
        """Whether the project starts its own server: no address is configured, not even one without a host."""
        return not (settings.DATABASE_URL or self.settings_dict["HOST"] or self.settings_dict["USER"])

    def get_connection_params(self) -> dict[str, Any]:
        """Django's parameters, with the address and the role that this connection is made as."""
        params = super().get_connection_params()
        session = dict(_SESSION)
        if self.is_embedded:
            params |= embedded.shared(settings.EMBEDDED_DATA_DIR).address(self.role)
        else:
            if self.role == roles.OWNER and settings.DATABASE_OWNER:
                params |= _login(settings.DATABASE_OWNER)
            session["role"] = self.role
        given = [params.get("options", "")] + [f"-c {name}={value}" for name, value in session.items()]
        return params | {"application_name": "placement", "options": " ".join(given).strip()}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect; once more after a dead embedded server was started again, or missing roles were made."""
        try:
            return super().get_new_connection(conn_params)
        except psycopg2.OperationalError:
            if self.is_embedded:
                embedded.shared(settings.EMBEDDED_DATA_DIR).ensure_running()
            else:
                roles.make_roles(conn_params, self.role)
            return super().get_new_connection(conn_params)

    def init_connection_state(self) -> None:
        """Refuse a server that may lose acknowledged work, and a role that could pass by the rules."""
        super().init_connection_state()
        with self.connection.cursor() as cursor:
            cursor.execute(_PROMISES)
            durable, role, bound, owns_nothing = cursor.fetchone()
        if not durable:
            raise ImproperlyConfigured(
                "The database may lose saved work: fsync, full_page_writes and synchronous_commit must be on."
            )
        if self.role == roles.APPLICATION and not (bound and owns_nothing):
            raise ImproperlyConfigured(
                f"The application may not connect as {role}, because that role is a superuser, "
                f"bypasses row security or owns tables: let DATABASE_URL name {roles.APPLICATION}."
            )
        if self.role == roles.APPLICATION and settings.PRODUCTION:
            self._refuse_a_login_that_could_become_more()

    def _refuse_a_login_that_could_become_more(self) -> None:
        """In production the login itself is bound, because whoever takes over the application could SET ROLE.

        The demo and the tests may use one login for both roles.
        """
        with self.connection.cursor() as cursor:
            cursor.execute(_REACH, [roles.OWNER])
            login, reach = cursor.fetchone()
        if reach:
            raise ImproperlyConfigured(
                f"The application may not log in as {login}, because that login may become {', '.join(reach)}: "
                f"let DATABASE_URL name {roles.APPLICATION} and DATABASE_OWNER_URL name {roles.OWNER}."
            )


def _login(owner: Mapping[str, Any]) -> dict[str, Any]:
    """Connection parameters of the owner's own address; the name of the database stays the connection's."""
    names = {"USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    return {names[key]: owner[key] for key in names if owner.get(key)} | owner.get("OPTIONS", {})
