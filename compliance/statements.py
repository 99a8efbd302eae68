"""Runs the statement of a kind: for the product, or for examples, which bring facts of their own."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from compliance.business_days import holidays
from compliance.kinds.parameters import Kind
from compliance.kinds.statement import FACT_COLUMNS, HOLIDAY_COLUMNS, HOME_COLUMNS, RULE_COLUMNS
from compliance.rules import Rule

# Relations that come with a statement have no statistics. Joined row by row, a year of a hundred homes did not end in six
# minutes; by hash it took ten seconds.
HASHED = "SET LOCAL enable_nestloop = off; "


@dataclass(frozen=True)
class Answer:
    """What a rule says of one subject: ``met`` is None while it is open. ``rule`` is the position among the rules asked."""

    rule: int
    scope: int
    facility: UUID
    subject: UUID
    met: bool | None
    since: datetime
    due: datetime | None
    evidence: dict[str, Any]


def records(name: str, columns: dict[str, str]) -> str:
    """Return the SQL of a relation that comes as one JSON parameter, ``%(name)s``."""
    listed = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
    return f"SELECT * FROM jsonb_to_recordset(%({name})s::jsonb) AS given ({listed})"


def rule_row(rule: Rule, number: int, scope: int, moment: datetime) -> dict[str, Any]:
    """Return one rule as its kind's statement takes it, judged for ``moment``."""
    return parameters(rule) | {
        "rule": number,
        "scope": scope,
        "valid_from": rule.valid_from.isoformat(),
        "valid_to": rule.valid_to.isoformat() if rule.valid_to else None,
        "moment": moment.isoformat(),
    }


def parameters(rule: Rule) -> dict[str, Any]:
    """Return what a rule asks, as its kind's statement takes it, whenever it is judged: this is stored."""
    state = rule.jurisdiction.removeprefix("US-")
    return rule.check.row() | {
        "homes": [state] if rule.jurisdiction.startswith("US-") else None,
        "calendar": rule.jurisdiction,
        "done": rule.items,
        "when": list(rule.check.when),
        "unless": list(rule.check.unless),
        "age_from": getattr(rule.check, "age_from", None),
        "age_to": getattr(rule.check, "age_to", None),
    }


def run(
    kind: type[Kind], rules: list[dict[str, Any]], fact: str, home: str, years: Iterable[int], **parameters: Any
) -> list[Answer]:
    """Return all answers of one kind in one query, inside a transaction.

    rules: of ``rule_row``, at least one. fact, home: the SQL of these relations, with their ``parameters``. ``years``: those
    of which the holidays count.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"{HASHED}WITH rule AS MATERIALIZED ({records('rules', RULE_COLUMNS | kind.columns)}),"
            f" fact AS MATERIALIZED ({fact}), home AS MATERIALIZED ({home}),"
            f" holiday AS ({records('holidays', HOLIDAY_COLUMNS)}), {kind.sql.strip()}",
            {"rules": json.dumps(rules), "holidays": json.dumps(closed_days(rules, years))} | parameters,
        )
        found = [
            Answer(rule, scope, facility, subject, met, since, due, json.loads(evidence))
            for rule, scope, facility, subject, met, since, due, evidence in cursor
        ]
        cursor.execute("SET LOCAL enable_nestloop TO DEFAULT")
        return found


def closed_days(rules: Iterable[dict[str, Any]], years: Iterable[int]) -> list[dict[str, str]]:
    """Return the holidays of the calendars that these rules count by."""
    asked = list(years)
    days: set[tuple[str, date]] = {
        (name, day) for name in {rule["calendar"] for rule in rules} for day in holidays(name, asked)
    }
    return [{"calendar": name, "day": day.isoformat()} for name, day in sorted(days)]


FACTS_GIVEN = records("facts", FACT_COLUMNS)
HOMES_GIVEN = records("homes", HOME_COLUMNS)
