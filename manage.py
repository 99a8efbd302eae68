#!/usr/bin/env python3
"""The command line: ``python manage.py <command>``."""

import contextlib
import os
import signal
import sys


def main() -> None:
    """Run one command, as the database role that it needs; stop on SIGTERM and SIGHUP as on a normal end."""
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, lambda *_: sys.exit(0))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "placement.settings")

    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import OperationalError, ProgrammingError
    from psycopg2.errors import UndefinedColumn, UndefinedTable

    from placement.database import roles

    needs_owner = sys.argv[1:2] and sys.argv[1] in roles.OWNER_COMMANDS
    try:
        with roles.owner_command() if needs_owner else contextlib.nullcontext():
            execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, OperationalError) as error:
        sys.exit((str(error) or "The database cannot be used.").splitlines()[0])
    except ProgrammingError as error:
        if not isinstance(error.__cause__, UndefinedColumn | UndefinedTable):
            raise
        sys.exit("The tables of the database are not those of this version. Run manage.py migrate first.")


if __name__ == "__main__":
    main()
