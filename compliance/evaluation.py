"""What the rules of packs say of every home at a moment: one query per kind, whatever the number of homes. Reads only.

A past moment is judged by the rows of now, by what they say of that time. What was found then is kept (``models.Finding``).
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction

from compliance.facts import PROOFS, kept, relation
from compliance.kinds import KINDS
from compliance.merging import WAIVED
from compliance.models import FirstDay
from compliance.rules import Pack, Rule, facts_of
from compliance.statements import Answer, rule_row, run

FINDING = "not met"
ALWAYS = {"young.born"}
COUNTED = {"home.young_present", "home.adults_awake", "home.adults_asleep"}  # what a ratio is about
HOMES = "SELECT 0 AS scope, id AS facility_id, jurisdiction, time_zone AS zone FROM facilities_facility"


OUTCOMES = {True: "met", None: "open"}


def word(met: bool | None, severity: str) -> str:
    """Return how an answer stands, in words. What others owe and what is advice is never a finding."""
    return OUTCOMES.get(met) or {"watch": "to watch", "advice": "advice"}.get(severity, FINDING)


@dataclass(frozen=True)
class Judged:
    """One answer with its rule."""

    rule: Rule
    answer: Answer

    @property
    def word(self) -> str:
        """Return how it stands, in words."""
        return word(self.answer.met, self.rule.severity)


def left_aside(moment: datetime) -> set[tuple[UUID, str]]:
    """Return (home, id of a rule) of what a waiver lets homes leave aside on the day of ``moment``. One query."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT facility_id, rule FROM {WAIVED.format('%s::timestamptz')} found", [moment])
        return set(cursor.fetchall())


def needed(rules: Iterable[Rule]) -> set[str]:
    """Return the facts without which these rules can't be judged."""
    known = list(rules)
    return facts_of(known) | ALWAYS | (COUNTED if any(rule.kind == "min_ratio" for rule in known) else set())


@transaction.atomic
def evaluate(packs: Iterable[Pack], moment: datetime) -> list[Judged]:
    """Return what every rule that is switched on says at ``moment`` (aware). One query per kind.

    Whoever asks must be shown all rows; the database shows nothing to an application in which nobody acts.
    """
    by_kind: dict[str, list[Rule]] = defaultdict(list)
    for pack in packs:
        for rule in pack.on:
            by_kind[rule.kind].append(rule)
    first = FirstDay.objects.values_list("begins_at", flat=True).first()
    begins = {"begins": first.isoformat() if first else None}
    still_count = _kept_proofs()
    found = []
    for name, rules in by_kind.items():
        rows = [
            rule_row(rule, number, 0, moment) | begins | {"kept": still_count.get((rule.id, rule.valid_from))}
            for number, rule in enumerate(rules)
        ]
        facts = f"{relation(needed(rules))} UNION ALL {PROOFS}"
        years = range(moment.year - 3, moment.year + 3)
        found += [Judged(rules[answer.rule], answer) for answer in run(KINDS[name], rows, facts, HOMES, years=years)]
    return found


def _kept_proofs() -> dict[tuple[str, date], list[str]]:
    """Return rule and first day → the proofs of an earlier text that still count, where there are some."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT v.rule, v.valid_from, ({kept('v')}) FROM compliance_ruleversion v WHERE v.off = ''")
        return {(rule, begins): json.loads(names) for rule, begins, names in cursor if names}
