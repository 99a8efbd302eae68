"""``manage.py bench --seals``: a seal, its check, and writers beside it."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from placement.bench import seals
from tests.bench.conftest import held


def test_it_measures_a_seal_its_check_and_writers_beside_it(
    template: str, django_db_blocker: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seals, "SECONDS", 0.5)
    monkeypatch.setattr(seals, "TURNS", 1)
    with django_db_blocker.unblock():
        before, file = held(), tmp_path / "results.json"
        call_command("bench", seals=True, care_entries="1000", json=str(file), template=template, stdout=StringIO())
        assert held() == before
    lines = {line["name"]: line for line in json.loads(file.read_text())}
    assert lines.keys() == {"scan", "seal", "verify", "writers", "writers-and-seals"}
    assert all(line["median_ms"] > 0 for line in lines.values())
    assert {lines[name]["base"] for name in ("seal", "verify")} == {"scan"}
    assert lines["writers-and-seals"]["base"] == "writers"


def test_too_few_rows_are_refused() -> None:
    with pytest.raises(CommandError, match="--care-entries is a number from 1000"):
        call_command("bench", seals=True, care_entries="10")
