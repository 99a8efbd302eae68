"""Test databases: made, migrated and dropped by the owner, used by the application's role."""

from typing import Any

from django.db.backends.postgresql import creation as postgresql

from . import roles


class DatabaseCreation(postgresql.DatabaseCreation):
    """PostgreSQL's, as the owner; afterwards the connection is the application's again."""

    def create_test_db(self, *args: Any, **kwargs: Any) -> str:
        """Create and migrate the test database; returns its name."""
        with roles.as_owner():
            name = super().create_test_db(*args, **kwargs)
            roles.grant_cache_tables(self.connection)
        self.connection.ensure_connection()
        return name

    def clone_test_db(self, *args: Any, **kwargs: Any) -> None:
        """Copy the test database for another process."""
        with roles.as_owner():
            super().clone_test_db(*args, **kwargs)

    def destroy_test_db(self, *args: Any, **kwargs: Any) -> None:
        """Drop the test database."""
        with roles.as_owner():
            super().destroy_test_db(*args, **kwargs)

    def _execute_create_test_db(self, cursor: Any, parameters: dict[str, str], keepdb: bool = False) -> None:
        super()._execute_create_test_db(cursor, parameters, keepdb)  # type: ignore[misc]  # not in the stubs
        cursor.execute(f"REVOKE TEMPORARY ON DATABASE {parameters['dbname']} FROM PUBLIC")
