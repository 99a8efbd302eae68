"""What criteria rest on: the law and the terms of the licence, on facts alone: no database."""

from dataclasses import replace
from datetime import timedelta

import pytest

from placement.facilities.matching import Criterion, State
from placement.facilities.matching.facts import Ruling, Term, Weight
from placement.facilities.matching.grounds import cited
from tests.facilities.test_matching import HOME, LICENCE, START, TODAY, WISH, YOUNG, evaluate, judged, licensed

DAY = timedelta(days=1)
RULING = Ruling(
    "rule-one", "one 2020", "Only young people of this group", "1 ABC 2", "Law of the land", True, Weight.SIGNED
)
PASSED = Criterion("population", State.PASSED, "Houses only trafficked young people")
WARNED = Criterion("population", State.WARNED, "The group is not confirmed yet", signature="population:1")
NOTED = Criterion("population", State.WARNED, "The licence ends during the stay")
FAILED = Criterion("population", State.FAILED, "Mixed population")


def held(criterion: Criterion, **ruling: object) -> list[Criterion]:
    """What comes of one criterion and one rule that asks the same."""
    return cited([criterion], [replace(RULING, said_by="population", **ruling)], [])


@pytest.mark.parametrize(
    ("criterion", "met", "weight"),
    [
        (PASSED, True, Weight.SIGNED),
        (WARNED, True, Weight.STOPS),
        (WARNED, False, Weight.SIGNED),
        (WARNED, False, Weight.TOLD),
        (FAILED, False, Weight.STOPS),
        (FAILED, False, Weight.SIGNED),
    ],
)
def test_a_rule_that_a_criterion_speaks_for_already_is_its_citation(
    criterion: Criterion, met: bool, weight: Weight
) -> None:
    (one,) = held(criterion, met=met, weight=weight)
    assert (one.text, one.state, one.signature) == (criterion.text, criterion.state, criterion.signature)
    (ground,) = one.grounds
    assert (ground.name, ground.says) == ("1 ABC 2", "Only young people of this group")
    assert ground.where == f"Law of the land, {'met' if met else 'not met'}"
    assert one.supervisor is (met is False and weight is Weight.SIGNED and criterion is WARNED)


@pytest.mark.parametrize(
    ("criterion", "met", "weight", "state", "words"),
    [
        (PASSED, False, Weight.STOPS, State.FAILED, "Rule not met"),
        (WARNED, False, Weight.STOPS, State.FAILED, "Rule not met"),  # a signature does not lift what stops
        (PASSED, False, Weight.SIGNED, State.WARNED, "Rule not met"),
        (NOTED, False, Weight.SIGNED, State.WARNED, "Rule not met"),  # nobody would sign that warning
        (PASSED, False, Weight.TOLD, State.INFO, "Advice not met"),
        (FAILED, True, Weight.SIGNED, State.PASSED, "Rule met"),  # the law does not say why the home is closed
        (PASSED, None, Weight.STOPS, State.INFO, "Can't be known before the arrival"),
    ],
)
def test_a_rule_that_says_something_else_than_the_criterion_has_a_line_of_its_own(
    criterion: Criterion, met: bool | None, weight: Weight, state: State, words: str
) -> None:
    first, own = held(criterion, met=met, weight=weight)
    assert first == criterion
    assert (own.key, own.state, own.text) == ("rule-one", state, f"{words}: Only young people of this group")
    assert bool(own.signature) is own.supervisor is (state is State.WARNED)
    assert [ground.name for ground in own.grounds] == ["1 ABC 2"]


def test_a_rule_without_a_criterion_decides_about_the_home() -> None:
    stops = replace(RULING, met=False, weight=Weight.STOPS)
    result = evaluate(YOUNG, replace(HOME, rulings=(stops,)), WISH)
    assert [each.key for each in result.failed] == ["rule-one"]
    signed = evaluate(YOUNG, replace(HOME, rulings=(replace(stops, weight=Weight.SIGNED),)), WISH)
    assert signed.fits and [each.key for each in signed.to_sign] == ["rule-one"]
    assert evaluate(YOUNG, replace(HOME, rulings=(replace(stops, weight=Weight.TOLD),)), WISH).outcome == "fits"


@pytest.mark.parametrize(
    ("criterion", "weight"), [(PASSED, Weight.STOPS), (FAILED, Weight.STOPS), (PASSED, Weight.SIGNED)]
)
def test_a_waived_rule_is_told_and_neither_stops_nor_asks_for_a_signature(criterion: Criterion, weight: Weight) -> None:
    first, own = held(criterion, met=False, weight=weight, waived="until Dec 1, 2026")
    assert first == criterion  # what the product itself asks for stays
    assert (own.state, own.signature) == (State.INFO, "")
    assert own.text == "Rule waived until Dec 1, 2026: Only young people of this group"
    assert [ground.where for ground in own.grounds] == ["Law of the land, waived until Dec 1, 2026"]


def test_a_signature_holds_for_one_version_of_a_rule() -> None:
    marks = {held(PASSED, met=False, mark=mark)[1].signature for mark in ("one 2020", "one 2021", "two 2020")}
    assert len(marks) == 3
    assert all(len(mark) <= 40 for mark in marks)


@pytest.mark.parametrize(
    ("kind", "value", "key"),
    [
        ("no_admissions", None, "licence"),
        ("max_capacity", 3, "capacity"),
        ("min_age", 13, "age"),
        ("max_age", 16, "age"),
    ],
)
def test_a_condition_in_force_stands_with_what_it_limits(kind: str, value: int | None, key: str) -> None:
    condition = Term(kind, value, TODAY - DAY, None, "As the authority wrote.")
    (ground,) = judged(key, home=licensed(conditions=(condition,))).grounds
    assert (ground.name, ground.says) == ("Condition of the licence", "As the authority wrote.")
    assert ground.where == "from Nov 22, 2026"
    past = replace(condition, ends_on=TODAY - DAY)
    assert judged(key, home=licensed(conditions=(past,))).grounds == ()


@pytest.mark.parametrize("kind", ["capacity", "age", "sex", "level"])
def test_a_waiver_in_force_stands_with_what_it_opens(kind: str) -> None:
    waiver = Term(kind, None, TODAY, TODAY + 400 * DAY, "Letter of the authority.")
    (ground,) = judged(kind, home=licensed(waivers=(waiver,))).grounds
    assert (ground.name, ground.says) == ("Waiver of the licence", "Letter of the authority.")
    assert ground.where == "from Nov 23, 2026 until Dec 28, 2027"
    assert {each.key for each in evaluate(YOUNG, HOME, WISH).criteria if each.grounds} == set()


def test_a_condition_that_rules_nobody_out_is_told() -> None:
    conditions = tuple(Term(kind, 2, TODAY, None, f"{kind} in words.") for kind in ("per_adult", "awake_night", "text"))
    told = judged("conditions", home=licensed(conditions=conditions))
    assert told.text == "Conditions: per_adult in words; awake_night in words; text in words"
    assert told.state is State.INFO


def test_what_a_criterion_rests_on_is_kept_with_the_decision() -> None:
    (one,) = held(PASSED)
    assert one.as_data()["grounds"] == [
        {"name": "1 ABC 2", "says": "Only young people of this group", "where": "Law of the land, met", "href": ""}
    ]
    assert LICENCE.valid_from < START.date()
