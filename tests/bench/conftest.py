"""One small run of the command for the tests of this folder, in databases copied from the empty migrated one."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from placement.bench import measures
from placement.bench.management.commands import bench
from placement.database import roles

SMALL = {"residents": "60", "care_entries": "300", "users": "20"}


@dataclass(frozen=True)
class Run:
    """What a run of the command wrote and printed, and what the server and the product's database held before and after."""

    lines: list[dict[str, Any]]
    printed: str
    before: Any
    after: Any


@pytest.fixture(scope="session")
def template(django_db_setup: None) -> str:
    """The name of the empty migrated database."""
    return connection.settings_dict["NAME"].removesuffix("_world")


@pytest.fixture(scope="package")
def ran(template: str, django_db_blocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """The command with the smallest of numbers."""
    file: Path = tmp_path_factory.mktemp("bench") / "results.json"
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(bench, "ROUNDS", 1)
        patch.setattr(bench, "SMALLER", 1)
        patch.setattr(measures, "BULK", 4)
        before, out = held(), StringIO()
        call_command("bench", **SMALL, json=str(file), template=template, stdout=out)
        yield Run(json.loads(file.read_text()), out.getvalue(), before, held())


def held() -> Any:
    """Return the names of the database in use and of those beside it, and a fingerprint of each of its tables."""
    with roles.as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE current_database() || '%' ORDER BY datname")
        names = cursor.fetchall()
        cursor.execute("SELECT current_database(), name, digest FROM tests_fingerprint() ORDER BY name")
        return names, cursor.fetchall()
