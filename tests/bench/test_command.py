"""``manage.py bench``: what it writes, what it leaves behind, and what it refuses."""

import math
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from placement.access import facts
from placement.bench import data, database
from placement.bench.data import Scale
from placement.database import roles
from residents.models import CareEntry, Resident
from tests.bench.conftest import SMALL, Run

KEYS = ["name", "median_ms", "p95_ms", "ratio", "base", "queries", "exponent"]
ASKED = {
    "list-plain-sql", "list-orm", "list-row-security", "list-row-security-sql", "list-stock", "list-stock-with-total",
    "count-plain-sql", "count-orm", "count-row-security", "count-stock",
    "one-plain-exists", "one-check-and-fetch", "one-check-and-fetch-sql", "one-stock-has-perm",
    "feed-plain-sql", "feed-row-security", "move-rights", "move-stock", "request-people",
    *(f"{what}-{how}" for what in ("insert", "bulk", "update") for how in ("unaudited", "audited", "stock")),
    *(f"list-row-security-{who}" for who in ("caseworker", "supervisor")),
}  # fmt: skip


def test_every_line_has_the_keys_of_the_contract(ran: Run) -> None:
    assert [list(line) for line in ran.lines] == [KEYS] * len(ran.lines)
    names = [line["name"] for line in ran.lines]
    assert len(set(names)) == len(names)
    assert set(names) >= ASKED
    assert {line["base"] for line in ran.lines} <= set(names)
    assert all(name in ran.printed for name in names)


def test_the_numbers_are_numbers(ran: Run) -> None:
    for line in ran.lines:
        assert 0 < line["median_ms"] <= line["p95_ms"]
        assert line["ratio"] > 0
        assert line["queries"] >= 1
        assert math.isfinite(line["exponent"])
        if line["base"] == line["name"]:
            assert line["ratio"] == 1


def test_the_number_of_statements_is_counted(ran: Run) -> None:
    queries = {line["name"]: line["queries"] for line in ran.lines}
    assert queries["one-check-and-fetch"] == 1
    assert queries["one-stock-has-perm"] == 3
    assert queries["list-row-security"] == queries["list-plain-sql"] == 1
    assert queries["list-stock-with-total"] == 2
    assert queries["people-row-security"] == queries["people-plain-sql"]
    assert queries["insert-audited"] == 1
    assert queries["insert-stock"] == 2


def test_its_own_database_is_gone_and_the_products_untouched(ran: Run) -> None:
    assert ran.after == ran.before


def test_the_models_of_the_stock_assembly_are_nobody_elses(ran: Run) -> None:
    assert list(apps.get_app_config("bench").get_models()) == []


def test_its_data_is_what_operations_would_have_written(template: str, django_db_blocker) -> None:
    """Rights follow from the facts, and every trigger, index and constraint is there again."""
    with django_db_blocker.unblock(), database.own(template), roles.as_owner(), connection.cursor() as cursor:
        before = schema(cursor)
        data.load(cursor, Scale(60, 300, 20), 0, 60, timezone.now())
        assert facts.differences() == []
        assert (Resident.objects.count(), CareEntry.objects.count(), CareEntry.history.count()) == (60, 300, 300)
        assert schema(cursor) == before


def schema(cursor) -> list[str]:
    """Return every trigger with its state, every index and every constraint of the database in use.

    Without types and brackets: PostgreSQL writes those of a list of words in another way once it has read its own.
    """
    cursor.execute(
        """SELECT concat_ws(' ', tgrelid::regclass, tgname, tgenabled, pg_get_triggerdef(oid))
           FROM pg_trigger WHERE NOT tgisinternal
           UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
           UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, convalidated, pg_get_constraintdef(oid))
           FROM pg_constraint"""
    )
    return sorted(re.sub(r"::(character varying|text)(\[\])?|[()]", "", line) for (line,) in cursor.fetchall())


@pytest.fixture
def no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal comes before a database is made."""

    def made(*args: object) -> None:
        raise AssertionError("A database was made.")

    monkeypatch.setattr(database, "make", made)


@pytest.mark.usefixtures("no_database")
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"residents": "49"}, "--residents is a number from 50 to 9999999."),
        ({"residents": "many"}, "--residents is a number from 50 to 9999999."),
        ({"residents": "10000000"}, "--residents is a number from 50 to 9999999."),
        ({"residents": "-60"}, "--residents is a number from 50 to 9999999."),
        ({"residents": "²"}, "--residents is a number from 50 to 9999999."),
        ({"care_entries": "59"}, "--care-entries is a number from 60 to 60000."),
        ({"care_entries": "60001"}, "--care-entries is a number from 60 to 60000."),
        ({"users": "2"}, "--users is a number from 3 to 100000."),
        ({"users": ""}, "--users is a number from 3 to 100000."),
    ],
)
def test_numbers_that_cannot_be_are_refused(wrong: dict[str, str], sentence: str) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("bench", **(SMALL | wrong))
    assert str(refused.value) == sentence


@pytest.mark.usefixtures("no_database")
def test_a_file_that_cannot_be_written_is_refused_at_once(tmp_path: Path) -> None:
    for file in (tmp_path, tmp_path / "nowhere" / "results.json"):
        with pytest.raises(CommandError, match="can't be written"):
            call_command("bench", **SMALL, json=str(file))


def test_a_second_benchmark_on_the_server_is_refused(template: str, django_db_blocker) -> None:
    refused = pytest.raises(CommandError, match="Another benchmark runs")
    with django_db_blocker.unblock(), database.own(template) as name, refused:
        database.drop(name)
