"""``manage.py dbshell`` with the address of this process's connections."""

import os
import signal
import subprocess
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.backends.postgresql import client as postgresql

from . import embedded


class DatabaseClient(postgresql.DatabaseClient):
    """psql as the application's role."""

    connection: Any

    def runshell(self, parameters: Iterable[str]) -> None:
        """Run psql with extra command line ``parameters`` until the person leaves it."""
        params = self.connection.get_connection_params()
        program = self.executable_name
        if self.connection.is_embedded:
            program = str(embedded.shared(settings.EMBEDDED_DATA_DIR).bin / program)
        names = {
            "host": "PGHOST",
            "port": "PGPORT",
            "user": "PGUSER",
            "password": "PGPASSWORD",
            "dbname": "PGDATABASE",
        }
        address = {names[key]: str(params[key]) for key in names if params.get(key)}
        environment = {**os.environ, **address, "PGOPTIONS": params["options"]}
        interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)  # psql's own: it ends a query, not the shell
        try:
            subprocess.run([program, *parameters], env=environment, check=True)  # noqa: S603 - the person's own words
        finally:
            signal.signal(signal.SIGINT, interrupt)
