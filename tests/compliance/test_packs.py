"""The packs that the product ships: each rule taken over, each example right, and nothing dropped in silence."""

import json
import re
from collections import Counter
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance.examples import run_examples
from compliance.facts import FACTS
from compliance.kinds import KINDS
from compliance.kinds.parameters import NEXT_BUSINESS_DAY
from compliance.rules import Pack, Rule, load

TAKEN_OVER = {"federal": 77, "california": 77, "texas": 118, "florida": 120, "international": 63, "house": 9}
# How many run at least: a fact that is taken away must not switch rules off unnoticed.
ON = {"federal": 25, "california": 50, "texas": 77, "florida": 60, "international": 40, "house": 9}

BLAMING = re.compile(r"victim|prostitut", re.IGNORECASE)


@pytest.fixture(scope="module")
def packs() -> list[Pack]:
    return load()


def test_every_rule_that_was_gathered_is_there(packs: list[Pack]) -> None:
    assert {pack.name: len(pack.rules) for pack in packs} == TAKEN_OVER


def test_as_many_are_switched_on_as_can_be(packs: list[Pack]) -> None:
    on = {pack.name: len(pack.on) for pack in packs}
    assert {name: number for name, number in ON.items() if on[name] < number} == {}


def test_a_rule_that_is_off_says_why_and_one_that_is_not_verified_is_off(packs: list[Pack]) -> None:
    for rule in (rule for pack in packs for rule in pack.rules):
        assert rule.verified or rule.off, rule.id
        assert bool(rule.off) != bool(rule.examples), rule.id
        assert rule.reading or not rule.off, rule.id  # what was noted of a rule that does not run


def test_a_rule_that_is_on_has_an_example_that_passes_and_one_that_fails(packs: list[Pack]) -> None:
    for rule in (rule for pack in packs for rule in pack.on):
        outcomes = {example.then for example in rule.examples}
        assert "not met" in outcomes, rule.id
        assert outcomes & ({"met", "nothing"} if rule.kind == "prohibited" else {"met"}), rule.id


def test_no_rule_speaks_on_a_page_of_people_by_what_was_done_to_them(packs: list[Pack]) -> None:
    said = [rule.id for pack in packs for rule in pack.rules if BLAMING.search(f"{rule.title} {rule.summary}")]
    assert said == []


def test_the_baseline_of_the_world_is_advice_only(packs: list[Pack]) -> None:
    assert {rule.severity for pack in packs if pack.name == "international" for rule in pack.on} == {"advice"}


def test_every_kind_is_used(packs: list[Pack]) -> None:
    assert {rule.kind for pack in packs for rule in pack.on} == KINDS.keys()


def test_every_example_of_every_rule_comes_out_as_it_says_in_one_query_per_kind(packs: list[Pack], db: None) -> None:
    with CaptureQueriesContext(connection) as queries:
        ran, failures = run_examples(packs)
    assert [str(failure) for failure in failures] == []
    assert ran == sum(len(rule.examples) for pack in packs for rule in pack.on)
    assert sum("WITH rule AS" in query["sql"] for query in queries) == len(KINDS)


def test_the_command_prints_the_numbers(db: None) -> None:
    out = StringIO()
    call_command("compliance", "packs", "--check", "--json", stdout=out)
    said = json.loads(out.getvalue())
    assert said["mistakes"] == []
    assert said["examples_run"] == sum(pack["examples"] for pack in said["packs"])
    for pack in said["packs"]:
        assert pack["on"] + sum(pack["off"].values()) == pack["rules"] == TAKEN_OVER[pack["name"]]
        assert sum(pack["kinds"].values()) == pack["on"]
    text = StringIO()
    call_command("compliance", "packs", stdout=text)
    assert "texas: 118 rules, 100 verified" in text.getvalue()


def test_every_fact_has_a_sentence_and_a_name_of_two_words() -> None:
    for name, fact in FACTS.items():
        assert name.count(".") == 1 and name == name.lower(), name
        assert fact.sentence.endswith("."), name
        assert fact.about in ("subject", "resident", "home"), name
    assert [name for name, number in Counter(fact.sentence for fact in FACTS.values()).items() if number > 1] == []


def nudge(rule: Rule, by: int) -> Any:
    """The check with its first time or number a little greater or smaller; None where it has none that would show."""
    check = rule.check
    for name in ("within", "every", "lead", "max", "min", "children"):
        value = getattr(check, name, None)
        bounds = rule.kind == "min_ratio" and name != "children"  # for how many young people it holds
        if value is None or bounds or rule.kind == "expiry":
            continue
        if isinstance(value, int):
            same = rule.kind == "min_ratio" and by > 0 and value == check.max  # more never come
            return None if same else replace(check, **{name: value + by})
        if not value.longest:
            return None  # at once
        if value.text == NEXT_BUSINESS_DAY or getattr(check, "count", "clock") != "clock":
            return replace(check, **{name: replace(value, days=value.days + 1)})
        return replace(check, **{name: replace(value, seconds=value.seconds + 120 * by)})
    return None


@pytest.mark.parametrize("by", [1, -1])
def test_the_examples_hold_each_time_and_number_from_both_sides(packs: list[Pack], by: int, db: None) -> None:
    """A clock that is two minutes off, or a number that is one off, makes an example of its rule come out otherwise."""
    changed, expected = [], set()
    for pack in packs:
        rules = []
        for rule in pack.on:
            check = nudge(rule, by)
            if check is not None:
                rules.append(replace(rule, check=check))
                expected.add(rule.id)
        changed.append(replace(pack, rules=tuple(rules)))
    _, failures = run_examples(changed)
    assert len(expected) > 60
    assert expected - {failure.rule for failure in failures} == set()
