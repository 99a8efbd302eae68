"""``manage.py dbshell`` with the address of this process's connections."""

import os
import subprocess
from collections.abc import Iterable

from django.conf import settings
from django.db.backends.postgresql import client as postgresql

from . import embedded


class DatabaseClient(postgresql.DatabaseClient):
    """psql as the application's role."""

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
        subprocess.run(
            [program, *parameters], env={**os.environ, **address, "PGOPTIONS": params["options"]}, check=True
        )
