"""``manage.py bench --law``: all rules judged at two numbers of homes, by as many statements."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from compliance.judging import judge_all
from compliance.models import Obligation
from compliance.queries.reports import REPORTS
from compliance.stored import begin_at
from placement.bench import database, law, law_data
from placement.bench.law_data import Homes
from placement.bench.management.commands import bench
from placement.database import roles
from placement.database.context import acting_as_system
from tests.bench.conftest import held

REPORTED = {f"report-{report.key}" for report in REPORTS}
NAMES = {
    "evaluate-first",
    "evaluate-all",
    "evaluate-recent",
    "evaluate-one",
    "dashboard-supervisor",
    "dashboard-home",
    *REPORTED,
}


@pytest.fixture
def short_year(monkeypatch: pytest.MonkeyPatch) -> None:
    """A year of 40 days, two young people in each home, one round."""
    monkeypatch.setattr(law_data, "DAYS", 40)
    monkeypatch.setattr(bench, "YOUNG", 2)
    monkeypatch.setattr(law, "ROUNDS", 1)
    monkeypatch.setattr(law, "MORE", 1)


@pytest.mark.usefixtures("short_year")
def test_it_measures_all_rules_at_two_numbers_of_homes(template: str, django_db_blocker: Any, tmp_path: Path) -> None:
    with django_db_blocker.unblock():
        before, out, file = held(), StringIO(), tmp_path / "results.json"
        call_command("bench", law=True, homes="4", json=str(file), template=template, stdout=out)
        assert held() == before
    lines = {line["name"]: line for line in json.loads(file.read_text())}
    assert lines.keys() == NAMES
    assert all(line["exponent"] is not None and line["median_ms"] > 0 for line in lines.values())
    assert 15 < lines["evaluate-all"]["queries"] == lines["evaluate-first"]["queries"] < 40
    assert lines["evaluate-one"]["queries"] == 1
    home, supervisor = (lines[f"dashboard-{who}"]["queries"] for who in ("home", "supervisor"))
    assert abs(home - supervisor) <= 1 and max(home, supervisor) < 14  # one for the codes of those who have left
    assert {lines[name]["queries"] for name in REPORTED} == {1}
    assert all(name in out.getvalue() for name in NAMES)


@pytest.mark.usefixtures("short_year")
def test_what_it_judges_grows_with_the_homes(template: str, django_db_blocker: Any) -> None:
    def counted(homes: int) -> int:
        law_data.load(cursor, Homes(4, 2), before, homes, moment)
        begin_at(moment - 40 * law_data.DAY)
        with acting_as_system("test"):
            judge_all()
        return Obligation.objects.count()

    moment, before = timezone.now(), 0
    with (
        django_db_blocker.unblock(),
        database.own(template),
        roles.owner_connection() as owner,
        owner.cursor() as cursor,
        roles.as_owner(),
    ):
        few = counted(2)
        before = 2
        assert counted(4) > 1.5 * few > 100
        kinds = set(Obligation.objects.values_list("rule__kind", flat=True))
        assert kinds == {"deadline_after_event", "required_record", "recurring", "notice"}


@pytest.mark.parametrize("homes", ["1", "x", "5001"])
def test_a_number_of_homes_that_cannot_be_is_refused(homes: str) -> None:
    with pytest.raises(CommandError, match="--homes is a number from 2 to 5000"):
        call_command("bench", law=True, homes=homes)
