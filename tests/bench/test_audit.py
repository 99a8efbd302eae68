"""``manage.py bench --audit``: the audit list at two numbers of rows, and the rows that SQL by hand gives."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from placement.bench import audit, audit_data
from tests.bench.conftest import held

PAGES = ("changes", "both", "deep", "young")


def test_it_measures_the_list_at_two_numbers_of_rows(
    template: str, django_db_blocker: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "ROUNDS", 1)
    monkeypatch.setattr(audit_data, "PER_YOUNG", 40)
    with django_db_blocker.unblock():
        before, out, file = held(), StringIO(), tmp_path / "results.json"
        call_command("bench", audit=True, rows="10000", json=str(file), template=template, stdout=out)
        assert held() == before
    lines = {line["name"]: line for line in json.loads(file.read_text())}
    of_pages = {f"audit-{page}{end}" for page in PAGES for end in ("-plain-sql", "-sql", "")}
    assert lines.keys() == {*of_pages, "audit-words", "audit-request"}
    assert all(line["exponent"] is not None and line["median_ms"] > 0 for line in lines.values())
    assert {lines[f"audit-{page}"]["queries"] for page in PAGES} <= {3, 4}
    assert all(name in out.getvalue() for name in lines)


@pytest.mark.parametrize("rows", ["9", "x", "100000001"])
def test_a_number_of_rows_that_cannot_be_is_refused(rows: str) -> None:
    with pytest.raises(CommandError, match="--rows is a number from 10000 to 100000000"):
        call_command("bench", audit=True, rows=rows)
