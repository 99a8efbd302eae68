"""``manage.py bench --as-of``: a home as it stood, against the bound, by as many statements at every size."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from placement.bench import as_of, database
from tests.bench.conftest import held

NAMES = {
    *(f"as-of-{way}" for way in ("validity", "lateral-sql", "orm", "row-security", "row-security-sql", "stock")),
    *(f"insert-{number}-indexes" for number in ("two", "three")),
}


def test_it_measures_a_home_as_it_stood(
    template: str, django_db_blocker: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(as_of, "ROUNDS", 1)
    monkeypatch.setattr(as_of, "SMALLER", 1)
    with django_db_blocker.unblock():
        before, out, file = held(), StringIO(), tmp_path / "results.json"
        call_command("bench", as_of=True, history="6000", json=str(file), template=template, stdout=out)
        assert held() == before
    lines = {line["name"]: line for line in json.loads(file.read_text())}
    assert lines.keys() == NAMES
    assert all(line["exponent"] is not None and line["median_ms"] > 0 for line in lines.values())
    assert lines["as-of-row-security-sql"]["queries"] == 2
    assert lines["as-of-validity"]["queries"] == lines["as-of-stock"]["queries"] == 1
    assert all(name in out.getvalue() for name in NAMES)


def test_too_few_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def made(*args: object) -> None:
        raise AssertionError("A database was made.")

    monkeypatch.setattr(database, "make", made)
    with pytest.raises(CommandError, match="--history is a number from 3000"):
        call_command("bench", as_of=True, history="2999")
