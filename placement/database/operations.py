"""Emptying tables, which the application's role may not do."""

from collections.abc import Iterable

from django.db.backends.postgresql import operations as postgresql
from django.db.transaction import TransactionManagementError

from . import roles

_TRUNCATE_TRIGGERS = """
    SELECT format('ALTER TABLE %s DISABLE TRIGGER %I', tgrelid::regclass, tgname),
        format('ALTER TABLE %s ENABLE %s TRIGGER %I', tgrelid::regclass,
               CASE tgenabled WHEN 'A' THEN 'ALWAYS' WHEN 'R' THEN 'REPLICA' ELSE '' END, tgname)
    FROM pg_trigger
    JOIN pg_class ON pg_class.oid = tgrelid
    WHERE relnamespace = 'public'::regnamespace AND NOT tgisinternal AND tgenabled <> 'D' AND tgtype & 32 > 0
"""


class DatabaseOperations(postgresql.DatabaseOperations):
    """PostgreSQL's, with a flush that works when nothing may be truncated."""

    def execute_sql_flush(self, sql_list: Iterable[str]) -> None:
        """Truncate as the owner, on a second connection, with the triggers that refuse it set aside
        meanwhile.

        Raises TransactionManagementError inside a transaction, because that would wait for its own locks.
        """
        if self.connection.in_atomic_block:
            raise TransactionManagementError("Tables cannot be emptied inside a transaction.")
        with roles.owner_connection(self.connection) as owner, owner.cursor() as cursor:
            owner.set_autocommit(False)
            cursor.execute(_TRUNCATE_TRIGGERS)
            triggers = cursor.fetchall()
            for statement in (*(off for off, _ in triggers), *sql_list, *(on for _, on in triggers)):
                cursor.execute(statement)
            owner.commit()
