"""The examples of packs, run on the same statements as the product: all of one kind in one query, on the real database."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from compliance.facts import ABOUT, FACTS
from compliance.kinds import KINDS
from compliance.kinds.parameters import PROOF, Kind
from compliance.rules import Example, Given, Pack, Rule
from compliance.statements import FACTS_GIVEN, HOMES_GIVEN, Answer, rule_row, run

SPACE = UUID("6f1d2a52-8f0e-4b7f-9a53-2f6f1c1f7f10")


@dataclass(frozen=True)
class Failure:
    """An example that does not come out as it says."""

    pack: str
    rule: str
    line: int
    expected: str
    came: str

    def __str__(self) -> str:
        return f"{self.pack}.yaml:{self.line}: {self.rule} is {self.came} in this example, not “{self.expected}”"


def outcome(answers: Iterable[Answer]) -> str:
    """Return what the answers of one rule come to: one that is not met decides, then one that is open."""
    found = {answer.met for answer in answers}
    if not found:
        return "nothing"
    return "not met" if False in found else "open" if None in found else "met"


@transaction.atomic
def run_examples(packs: Iterable[Pack]) -> tuple[int, list[Failure]]:
    """Return how many examples ran, and those that came out otherwise than they say. One query per kind."""
    by_kind: dict[str, list[tuple[Pack, Rule, Example]]] = defaultdict(list)
    for pack in packs:
        for rule in pack.on:
            by_kind[rule.kind] += [(pack, rule, example) for example in rule.examples]
    failures: list[Failure] = []
    for name, cases in by_kind.items():
        answers: dict[int, list[Answer]] = defaultdict(list)
        for answer in ask(KINDS[name], cases):
            answers[answer.scope].append(answer)
        for scope, (pack, rule, example) in enumerate(cases):
            came = outcome(answers[scope])
            if came != example.then:
                failures.append(Failure(pack.name, rule.id, example.line, example.then, came))
    failures.sort(key=lambda failure: (failure.pack, failure.line))
    return sum(map(len, by_kind.values())), failures


def ask(kind: type[Kind], cases: list[tuple[Pack, Rule, Example]]) -> list[Answer]:
    """Return what rules of one kind say in these examples, in one query; ``scope`` is the position of the example."""
    rules, facts, homes, years = [], [], [], set()
    for scope, (pack, rule, example) in enumerate(cases):
        rules.append(rule_row(rule, scope, scope, example.now))
        state = rule.jurisdiction.removeprefix("US-")
        homes.append(
            {"scope": scope, "facility_id": str(_id("home")), "jurisdiction": state, "zone": pack.zone.key},
        )
        for given in example.given:
            facts += _rows(given, rule, scope)
        years |= {moment.year for moment in (example.now, *(given.at for given in example.given))}
    span = range(min(years), max(years) + 2) if years else range(0)
    return run(kind, rules, FACTS_GIVEN, HOMES_GIVEN, facts=json.dumps(facts), homes=json.dumps(homes), years=span)


def _rows(given: Given, rule: Rule, scope: int) -> list[dict[str, Any]]:
    ids = {"facility_id": _id("home"), "subject": _id(given.about), "resident_id": _id(f"{given.about} young")}
    names, about = [given.fact], "subject"
    if given.fact == PROOF:
        names = [name for number, name in enumerate(rule.items, start=1) if given.item in (0, number)]
    else:
        about = FACTS[given.fact].about
    return [
        {
            "scope": scope,
            "name": name,
            **{column: str(value) for column, value in ids.items()},
            "key": str(ids[ABOUT[about]]),
            "at": given.at.isoformat(),
            "until": given.until.isoformat() if given.until else None,
            "value": given.value,
        }
        for name in names
    ]


def _id(name: str) -> UUID:
    return uuid5(SPACE, name)
