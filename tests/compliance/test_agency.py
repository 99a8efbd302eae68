"""Which packs a home works under, and what an agency may make tighter. Nothing may be made looser."""

from dataclasses import replace
from typing import Any

import pytest

from compliance.agency import packs_of, tighten, with_agency
from compliance.kinds import KINDS
from compliance.kinds.parameters import read_check
from compliance.reading import Problems, compose
from compliance.rules import Pack, load
from tests.compliance.judging import a_rule, yaml


@pytest.fixture(scope="module")
def packs() -> list[Pack]:
    return load()


@pytest.mark.parametrize(
    ("jurisdiction", "names"),
    [
        ("CA", {"california", "federal", "international", "house"}),
        ("TX", {"texas", "federal", "international", "house"}),
        ("FL", {"florida", "federal", "international", "house"}),
        ("NV", {"federal", "international", "house"}),  # a state without a pack of its own
        ("DE-BE", {"international", "house"}),
    ],
)
def test_a_home_takes_the_packs_of_its_jurisdiction(packs: list[Pack], jurisdiction: str, names: set[str]) -> None:
    assert {pack.name for pack in packs_of(jurisdiction, packs)} == names


def check(values: dict[str, Any]) -> Any:
    problems = Problems("made-up.yaml")
    node = compose(yaml.safe_dump(values).encode(), problems)
    found = read_check(KINDS[values["kind"]], node, problems)
    assert found, problems.lines
    return found


DEADLINE = {
    "kind": "deadline_after_event",
    "event": "incident.missing",
    "within": "PT24H",
    "proof": ["Police told"],
    "when": ["home.residential"],
    "unless": ["home.foster"],
    "age_from": 6,
    "age_to": 17,
}
NOTICE = {"kind": "notice", "event": "stay.leaving_planned", "lead": "P7D", "proof": ["Told"]}
RECORD = {"kind": "required_record", "event": "stay.begun", "proof": ["Plan"]}
RATIO = {"kind": "min_ratio", "children": 8, "asleep": 16, "starts": "22:00", "ends": "06:00", "min": 2, "max": 30}
LIMIT = {"kind": "limit", "of": "shift.first_aiders", "min": 1}
LONGEST = {"kind": "limit", "of": "case.open", "max": "P15M"}
PROHIBITED = {"kind": "prohibited", "what": ["exit.shut"], "unless": ["home.foster"]}
EXPIRY = {"kind": "expiry", "of": "home.in_use", "holds_one": ["licence.in_force", "fire.cleared"]}
RECURRING = {"kind": "recurring", "of": "stay.begun", "every": "P1M", "proof": ["Visit"]}
CRITERION = {"kind": "placement", "of": "stay.begun", "needs": ["licence.exclusive"]}


@pytest.mark.parametrize(
    ("law", "change"),
    [
        (DEADLINE, {"within": "PT4H"}),
        (DEADLINE, {"proof": ["Police told", "Supervisor told"]}),
        (DEADLINE, {"when": None}),
        (DEADLINE, {"unless": None}),
        (DEADLINE, {"age_from": 3}),
        (DEADLINE, {"age_from": None}),
        (DEADLINE, {"age_to": 20}),
        (DEADLINE, {"age_to": None}),
        (NOTICE, {"lead": "P14D"}),
        (RECORD, {"within": "P30D"}),
        (RATIO, {"children": 5}),
        (RATIO, {"asleep": None}),
        (RATIO, {"least": 2}),
        (RATIO, {"min": 1}),
        (RATIO, {"max": None}),
        (LIMIT, {"min": 2}),
        (LONGEST, {"max": "P12M"}),
        (PROHIBITED, {"unless": None}),
        (PROHIBITED, {"what": ["exit.shut", "contact.denied"]}),
        (EXPIRY, {"holds_one": ["licence.in_force"]}),
        (EXPIRY, {"within": "P1Y"}),
        (RECURRING, {"every": "P2W"}),
        (RECURRING, {"first": "P1W"}),
        (CRITERION, {"needs": ["licence.exclusive", "home.residential"]}),
        (CRITERION, {"never": ["home.shelter"]}),
    ],
)
def test_a_tighter_parameter_is_taken_and_the_way_back_is_not(law: dict[str, Any], change: dict[str, Any]) -> None:
    _, rule = a_rule(law)
    own = check({key: value for key, value in (law | change).items() if value is not None})
    tightened = tighten(rule, own)
    assert tightened.check == own
    with pytest.raises(ValueError, match="looser"):
        tighten(tightened, rule.check)


@pytest.mark.parametrize(
    ("law", "change"),
    [
        (DEADLINE, {"within": "P1D"}),  # may last 25 hours
        (DEADLINE, {"within": "next_business_day"}),
        (DEADLINE, {"event": "incident.injury"}),
        (DEADLINE, {"when": ["home.residential", "young.at_risk"]}),
        (DEADLINE, {"count": "calendar_days", "within": "P0D"}),
        (NOTICE, {"lead": None}),
        (NOTICE | {"lead": None}, {"within": "P1D"}),
        (RATIO, {"starts": "23:00"}),
        (RATIO, {"sleeping": "nobody"}),
    ],
)
def test_a_looser_parameter_or_another_subject_is_refused(law: dict[str, Any], change: dict[str, Any]) -> None:
    law = {key: value for key, value in law.items() if value is not None}
    _, rule = a_rule(law)
    own = check({key: value for key, value in (law | change).items() if value is not None})
    with pytest.raises(ValueError, match="looser"):
        tighten(rule, own)


def test_an_agency_adds_rules_and_does_not_switch_off(packs: list[Pack]) -> None:
    texas = next(pack for pack in packs if pack.name == "texas")
    law = texas.on[0]
    own = replace(law, id="agency-own-rule")
    assert with_agency(texas, [own]).rules == (*texas.rules, own)
    with pytest.raises(ValueError, match="can't switch off"):
        with_agency(texas, [replace(law, off="We don't like it.")])
    with pytest.raises(ValueError, match="the days on which it holds"):
        with_agency(texas, [replace(law, valid_to=law.valid_from)])
    off = next(rule for rule in texas.rules if rule.off)
    with pytest.raises(ValueError, match="switched off in the pack"):
        with_agency(texas, [replace(law, id=off.id, valid_from=off.valid_from)])


def test_another_kind_is_another_rule() -> None:
    _, rule = a_rule(DEADLINE)
    with pytest.raises(ValueError, match="can't be changed"):
        tighten(rule, check(RECORD))
