"""A table that belongs to no app, and a connection outside any test's transaction."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from placement.database import roles

SCRATCH = """
    CREATE TABLE scratch (
        number integer CONSTRAINT scratch_number_is_positive CHECK (number > 0),
        pair integer CONSTRAINT scratch_pair_is_single UNIQUE DEFERRABLE INITIALLY DEFERRED,
        note text NOT NULL DEFAULT ''
    );
    GRANT SELECT, INSERT, UPDATE, DELETE ON scratch TO placement_app;
    CREATE FUNCTION scratch_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'no' USING ERRCODE = 'check_violation', CONSTRAINT = 'scratch_' || lower(TG_OP);
    END $$;
    CREATE TRIGGER scratch_truncate BEFORE TRUNCATE ON scratch EXECUTE FUNCTION scratch_refuse();
    ALTER TABLE scratch ENABLE ALWAYS TRIGGER scratch_truncate;
    CREATE TRIGGER scratch_delete BEFORE DELETE ON scratch FOR EACH ROW EXECUTE FUNCTION scratch_refuse();
"""


@pytest.fixture(scope="module")
def scratch(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """The table ``scratch``: named constraints, and triggers that refuse TRUNCATE and DELETE under a name."""
    with django_db_blocker.unblock(), roles.owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute(SCRATCH)
    yield
    with django_db_blocker.unblock(), roles.owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute("DROP TABLE scratch; DROP FUNCTION scratch_refuse")


@pytest.fixture
def committing(django_db_setup: None, django_db_blocker) -> Iterator[BaseDatabaseWrapper]:
    """The application's connection without a transaction around it: what is written stays."""
    with django_db_blocker.unblock():
        yield connection
        connection.close()
