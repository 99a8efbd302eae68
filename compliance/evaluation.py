"""What the rules say of every home at a moment: one query per kind, whatever the number of homes. Reads only.

A rule that is shown by proof is not yet known: nobody can file a proof so far. Its due times are right all the same. A past moment
is judged by the rows of now, by what they say of that time.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from compliance.facts import relation
from compliance.kinds import KINDS
from compliance.rules import Pack, Rule, facts_of
from compliance.statements import Answer, rule_row, run

FINDING = "not met"
ALWAYS = {"young.born"}
COUNTED = {"home.young_present", "home.adults_awake", "home.adults_asleep"}  # what a ratio is about
HOMES = "SELECT 0 AS scope, id AS facility_id, jurisdiction, time_zone AS zone FROM facilities_facility"


@dataclass(frozen=True)
class Judged:
    """One answer with its rule. ``known``: whether the product records what would show it."""

    rule: Rule
    answer: Answer

    @property
    def known(self) -> bool:
        """Return whether a record could show it."""
        return not self.rule.by_proof

    @property
    def word(self) -> str:
        """Return how it stands, in words. What others owe and what is advice is never a finding."""
        if not self.known:
            return "not yet known"
        if self.answer.met is not False:
            return "open" if self.answer.met is None else "met"
        return {"watch": "to watch", "advice": "advice"}.get(self.rule.severity, FINDING)


@transaction.atomic
def evaluate(packs: Iterable[Pack], moment: datetime) -> list[Judged]:
    """Return what every rule that is switched on says at ``moment`` (aware). One query per kind.

    Whoever asks must be shown all rows; the database shows nothing to an application in which nobody acts.
    """
    by_kind: dict[str, list[Rule]] = defaultdict(list)
    for pack in packs:
        for rule in pack.on:
            by_kind[rule.kind].append(rule)
    found = []
    for name, rules in by_kind.items():
        rows = [rule_row(rule, number, 0, moment) for number, rule in enumerate(rules)]
        facts = relation(facts_of(rules) | (COUNTED if name == "min_ratio" else ALWAYS))
        years = range(moment.year - 3, moment.year + 3)
        for answer in run(KINDS[name], rows, facts, HOMES, years=years):
            rule = rules[answer.rule]
            found.append(Judged(rule, replace(answer, met=None) if rule.by_proof else answer))
    return found
