"""The benchmark's own database, beside the product's on the same server: made, migrated, used and dropped."""

import contextlib
from collections.abc import Iterator
from typing import Any

from django.core.management import CommandError, call_command
from django.db import OperationalError, ProgrammingError, connection, connections

from placement.database import roles
from placement.database.embedded import APP_ROLE
from placement.database.schema import quick_steps

IN_USE = "Another benchmark runs on this server. Wait for its end."
MAY_NOT = f"The owner's login may not make a database. Give {roles.OWNER} the right to (ALTER ROLE … CREATEDB)."


@contextlib.contextmanager
def own(template: str = "") -> Iterator[str]:
    """Inside, every connection of this process goes to a database of the benchmark's own; yields its name.

    template: a migrated database to copy, to which nobody is connected; an empty database is migrated without one.
    What an earlier benchmark left is dropped first. Raises ``CommandError`` when it can't be made.
    """
    product = connection.settings_dict["NAME"]
    name = f"{product}_bench"
    make(name, template)
    guard: Any = connection.copy()  # stays connected, so that no other benchmark drops it meanwhile
    guard.settings_dict["NAME"] = name
    try:
        guard.connect()
        use(name)
        if not template:
            with roles.owner_command(), quick_steps():
                call_command("migrate", verbosity=0, interactive=False)
        yield name
    finally:
        guard.close()
        use(product)
        drop(name)


def use(name: str) -> None:
    """Let every later connection of this process go to the database ``name``."""
    connections.close_all()
    connections.settings["default"]["NAME"] = connection.settings_dict["NAME"] = name


def make(name: str, template: str = "") -> None:
    """Make the database ``name``, as a copy of ``template`` when one is given. Raises ``CommandError`` when that can't be."""
    drop(name)
    copied = f'TEMPLATE "{template}"' if template else ""
    with roles.as_owner(), connection._nodb_cursor() as cursor:
        try:
            cursor.execute(f'CREATE DATABASE "{name}" {copied}')
        except ProgrammingError:
            raise CommandError(MAY_NOT) from None
        cursor.execute(f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC')
        cursor.execute(f'GRANT CONNECT ON DATABASE "{name}" TO {APP_ROLE}')


def drop(name: str) -> None:
    """Drop the database ``name`` if there is one. Raises ``CommandError`` while another program uses it."""
    with roles.as_owner(), connection._nodb_cursor() as cursor:
        try:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        except OperationalError:
            raise CommandError(IN_USE) from None
