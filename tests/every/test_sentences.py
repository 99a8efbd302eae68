"""Every way in which the database can refuse has a sentence; every operation has one, and is refused to whom it is not for."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from placement.audit.history import tracked_models
from placement.audit.operation import ACTS, OPERATIONS
from placement.database.constraints import explained
from tests.attack.test_every_rule import RULES

APPS = ("access", "residents", "facilities", "compliance")  # not "audit": nobody but the owner writes seals


def names_in_catalog() -> set[str]:
    """Check, unique and exclusion constraints, and unique indexes, of our own tables; not of history, which nobody writes."""
    history = {model.history.model._meta.db_table for model in tracked_models()}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname, relname FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid"
            " WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'u', 'x')"
            " UNION SELECT i.relname, t.relname FROM pg_index JOIN pg_class i ON i.oid = indexrelid"
            " JOIN pg_class t ON t.oid = indrelid"
            " WHERE t.relnamespace = 'public'::regnamespace AND indisunique AND NOT indisprimary"
        )
        found = cursor.fetchall()
    return {name for name, table in found if table.split("_")[0] in APPS and table not in history}


def names_in_migrations() -> set[str]:
    """Names under which triggers refuse."""
    found: set[str] = set()
    for file in Path(settings.BASE_DIR).glob("*/**/migrations/0*.py"):
        if ".venv" in file.parts:
            continue
        text = file.read_text()
        found |= set(re.findall(r"CONSTRAINT = '(\w+)'", text))
        found |= set(re.findall(r"\brefuse\('(\w+)'\)", text))
        found |= set(re.findall(r"row_is_kept\('(\w+)'\)", text))
    return found


def test_every_constraint_has_a_sentence_and_every_sentence_a_constraint(db: None) -> None:
    assert names_in_migrations() >= {"signature_is_own", "licence_capacity_holds", "designation_is_kept"}
    assert sorted((names_in_catalog() | names_in_migrations()) - explained()) == []
    assert sorted(explained() - names_in_catalog() - names_in_migrations()) == []


def test_every_rule_is_attacked() -> None:
    """By a test that goes red when the rule is gone, because it wants to be refused by just this one."""
    tests = "".join(file.read_text() for file in (Path(settings.BASE_DIR) / "tests").rglob("test_*.py"))
    attacked = {rule.name for rule in RULES}
    attacked |= {*re.findall(r'(?:\brefused\(\s*|\bconstraint == )"(\w+)"', tests)}
    assert sorted(explained() - attacked) == []


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_every_operation_has_a_sentence_in_the_past(name: str) -> None:
    sentence = ACTS[name]
    assert sentence[0].islower()
    assert not sentence.endswith(".")
    assert len(sentence.split()) >= 2
    assert OPERATIONS[name].__doc__
