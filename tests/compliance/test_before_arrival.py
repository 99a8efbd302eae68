"""What the packs say of a home before somebody arrives there: with their citation, on the matching page and in the decision."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance import before_arrival
from compliance.before_arrival import judge, rules_asked
from compliance.models import RuleVersion
from compliance.rules import load
from compliance.stored import row
from placement.database.constraints import Refused
from placement.database.context import acting
from placement.facilities import operations as homes
from placement.facilities.matching import Home, YoungPerson
from placement.facilities.matching.facts import Exemption, Licence, Ruling, Term, Weight
from placement.facilities.models import WarningSignature
from placement.facilities.operations.matching import hold_against
from residents import operations as residents
from residents.models import Case
from tests.compliance.judging import a_rule
from tests.facilities.conftest import Steps, do
from tests.facilities.test_placements_pages import post
from tests.world import World, browser

AT = datetime(2026, 11, 23, 20, tzinfo=UTC)
TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
YOUNG = YoungPerson(uuid4(), date(2011, 5, 1), "female", (), "trafficked", "confirmed", level=3)
LICENCE = Licence("exclusive", "licensed", 4, 12, 17, ("female",), (1, 2, 3), TODAY - 99 * DAY, TODAY + 99 * DAY)
EASTERN = ZoneInfo("America/New_York")


def a_home(state: str = "FL", kind: str = "residential", **facts: Any) -> Home:
    """A home of a state, with a licence for trafficked young people only and a clearance unless told."""
    known = {"licences": (LICENCE,), "clearances": ((TODAY - DAY, TODAY),)} | facts
    return Home(uuid4(), "Home", kind, EASTERN, jurisdiction=state, **known)


def said(home: Home, person: YoungPerson = YOUNG, asked: Any = None) -> dict[str, Ruling]:
    """What the rules say, by their key: those that ship, or one that a test writes."""
    found = judge(asked or rules_asked(), person, AT, [home])[home.id]
    return {ruling.key.removeprefix("rule-"): ruling for ruling in found}


def own_rule(severity: str = "serious", **check: Any) -> list[RuleVersion]:
    """A rule about stays that an agency might add."""
    pack, rule = a_rule(
        {key: value for key, value in ({"kind": "placement", "of": "stay.begun"} | check).items() if value},
        jurisdiction="US",
        severity=severity,
    )
    return [RuleVersion(**row(pack, rule))]


def test_every_placement_rule_that_is_switched_on_is_asked(db: None) -> None:
    asked = {rule.rule for rule in rules_asked()}
    assert {rule.id for pack in load() for rule in pack.on if rule.kind == "placement"} <= asked
    assert {"ca-fire-clearance", "fl-safe-house-license-and-certificate"} <= asked
    assert "fed-background-checks-cci" not in asked  # about people at work there


def test_a_young_person_of_another_group_is_against_the_law_in_a_home_of_florida(db: None) -> None:
    other = replace(YOUNG, population="runaway")
    ruling = said(a_home(), other)["fl-safe-house-separate-therapeutic"]
    assert (ruling.met, ruling.weight, ruling.said_by) == (False, Weight.STOPS, "population")
    assert (ruling.citation, ruling.law) == ("s. 409.1678(2)(a), F.S.", "Florida")
    assert said(a_home())["fl-safe-house-separate-therapeutic"].met is True
    assert "fl-safe-house-separate-therapeutic" not in said(a_home("CA"), other)
    general = a_home(licences=(replace(LICENCE, population="general"),))
    assert "fl-safe-house-separate-therapeutic" not in said(general, other)


def test_whoever_was_found_to_be_trafficked_belongs_in_a_safe_house_or_has_an_exception(db: None) -> None:
    general = a_home(licences=(replace(LICENCE, population="general"),))
    assert said(general)["fl-safe-harbor-placement-choice"].met is False
    assert "fl-safe-harbor-placement-choice" not in said(general, replace(YOUNG, stage="suspected"))
    agreed = replace(general, exemptions=(Exemption("population", AT + DAY),))
    assert "fl-safe-harbor-placement-choice" not in said(agreed)
    over = replace(general, exemptions=(Exemption("population", AT - DAY),))
    assert said(over)["fl-safe-harbor-placement-choice"].met is False


def test_papers_count_on_the_day_of_arrival_by_the_clock_of_the_home(db: None) -> None:
    assert said(a_home("CA"))["ca-fire-clearance"].met is True  # its last day is the day of arrival
    lapsed = a_home("CA", clearances=((TODAY - 9 * DAY, TODAY - DAY),))
    ruling = said(lapsed)["ca-fire-clearance"]
    assert (ruling.met, ruling.weight, ruling.said_by) == (False, Weight.STOPS, "fire")
    assert said(a_home(licences=()))["fl-safe-house-license-and-certificate"].met is False
    assert said(a_home(licences=(replace(LICENCE, valid_to=date.max),)))["fl-safe-house-license-and-certificate"].met
    mixed = [a_home("CA"), lapsed, a_home("CA"), a_home("TX")]  # each home has the answers of its own facts
    found = judge(rules_asked(), YOUNG, AT, mixed)
    fire = [{one.key: one.met for one in found[home.id]}.get("rule-ca-fire-clearance") for home in mixed]
    assert fire == [True, False, True, None]


def test_the_goal_of_a_case_counts_by_age(db: None) -> None:
    goal = replace(YOUNG, goal="independence")
    assert said(a_home(), goal)["fed-appla-16"].met is False
    assert said(a_home())["fed-appla-16"].met is True
    assert "fed-appla-16" not in said(a_home(), replace(goal, birth_date=date(2010, 11, 22)))


def test_what_nobody_can_know_before_the_arrival_is_said_to_be_unknown(db: None) -> None:
    ruling = said(a_home(), asked=own_rule(needs="stay.safety_read"))["made-up"]
    assert (ruling.met, ruling.said_by) == (None, "")
    assert said(a_home(), asked=own_rule(needs="young.at_risk", when="stay.emergency"))["made-up"].met is None
    lapses = own_rule(kind="expiry", of="home.in_use", holds_one="fire.cleared", within="P1Y")
    assert said(a_home(), asked=lapses)["made-up"].met is None  # matching does not say how old the clearance is


def test_an_agency_can_forbid_a_kind_of_home(db: None) -> None:
    asked = own_rule(kind="prohibited", of=None, what="stay.begun", when=["home.shelter", "young.at_risk"])
    assert said(a_home("CA", "shelter"), asked=asked)["made-up"].met is False
    assert said(a_home("CA", "residential"), asked=asked) == {}


def test_the_statements_are_two_whatever_the_number_of_homes(db: None) -> None:
    counts = []
    for number in (1, 50):
        with CaptureQueriesContext(connection) as queries:
            found = judge(rules_asked(), YOUNG, AT, [a_home() for _ in range(number)])
        assert len(found) == number
        counts.append(sum("WITH rule AS" in query["sql"] for query in queries))
    assert counts == [2, 2]  # placement and expiry
    sent = [len(query["sql"]) for query in queries if "WITH rule AS" in query["sql"]]
    assert max(sent) < 20_000  # homes of which the same is true are judged once
    assert len(queries) == 7  # the rules; two for each kind; the transaction


@pytest.fixture
def steps(world: World) -> Steps:
    """The steps of the main job in the world of this test."""
    return Steps(world)


def test_the_match_page_cites_the_law_beside_the_criterion_that_says_it(steps: Steps, world: World) -> None:
    page = browser(world, "caseworker").get(reverse("referrals:match", args=[steps.referral().pk])).text
    for words in ("22 CCR 80020(a)", "42 USC 672(k)(2)(D)", "A setting specialised in trafficked children"):
        assert words in page
    assert "(California, met)" in page and "(Federal law, met)" in page
    assert "Rule met: Fire clearance" not in page  # one place for one thing


def goal(world: World) -> None:
    """Write a goal that the law forbids for somebody under 16, and let eve be under 16."""
    with acting(world.caseworker.pk, world.caseworker.name):
        Case.objects.filter(resident=world.eve.resident).update(permanency_goal="independence")
        identity = world.eve.resident.identity
        identity.birth_date = world.today.replace(year=world.today.year - 15)
        identity.save()


def test_a_rule_that_is_not_met_is_proposed_and_waits_for_the_reason_of_a_supervisor(
    steps: Steps, world: World
) -> None:
    goal(world)
    referral, cedar = steps.referral(), world.cedar.facility
    with acting(world.caseworker.pk, world.caseworker.name):
        result = hold_against(referral, world.caseworker, cedar.pk)
    (warning,) = [each for each in result.to_sign if each.key == "rule-fed-appla-16"]
    sign = {"criterion": warning.key, "reason": "The court said so."}
    with pytest.raises(Refused, match="a supervisor must sign this"):
        do(world.caseworker, homes.sign_warning, referral, cedar, **sign)
    page = browser(world, "caseworker").get(reverse("referrals:match", args=[referral.pk])).text
    assert "Rule not met: No APPLA goal under 16: a supervisor must sign this" in page
    assert reverse("referrals:sign", args=[referral.pk, cedar.pk, warning.key]) not in page
    propose = {"bed": steps.bed("cedar", 3), "starts_at": world.now, "reason": "Near."}
    stay = do(world.caseworker, homes.propose_placement, referral, **propose)
    with pytest.raises(Refused, match="nobody has signed: Rule not met: No APPLA goal under 16"):
        do(world.supervisor, homes.approve_placement, stay, reason="Fits.")
    decide, link = reverse("placements:decide", args=[stay.pk]), ["referrals:sign", referral.pk, cedar.pk, warning.key]
    client = browser(world, "supervisor")
    page = client.get(decide).text
    assert "1 warning to sign first" in page and reverse(link[0], args=link[1:]) in page
    assert "42 USC 675(5)(C)(i)" in page
    answer = post(client, reverse(link[0], args=link[1:]), {"reason": sign["reason"]})
    assert answer.redirect_chain[-1][0] == decide
    assert WarningSignature.objects.get(referral=referral, criterion=warning.signature).signed_by == world.supervisor
    assert do(world.supervisor, homes.approve_placement, stay, reason="Fits.").status == "approved"


def test_the_record_of_the_decision_keeps_the_citations(steps: Steps, world: World) -> None:
    stay = steps.proposal()
    chosen = next(each for each in stay.decision.considered if each["facility"] == str(stay.facility_id))
    fire = next(each for each in chosen["criteria"] if each["key"] == "fire")
    assert fire["grounds"][0]["name"] == "22 CCR 80020(a)"
    page = browser(world, "supervisor").get(reverse("placements:decide", args=[stay.pk])).text
    assert page.count("22 CCR 80020(a)") >= 2  # as it is now, and as it was considered


def test_a_critical_rule_stops_a_proposal_that_no_criterion_stops(
    steps: Steps, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = own_rule("critical", never="level.assessed")
    monkeypatch.setattr(before_arrival, "rules_asked", lambda: asked)
    with pytest.raises(Refused, match="can't take this young person: Rule not met: A title"):
        steps.proposal()


def test_a_young_person_whose_group_nobody_has_found_needs_the_reason_of_a_supervisor(
    steps: Steps, world: World
) -> None:
    other = {"population": "runaway", "stage": "suspected", "basis": "Asked."}
    row = do(world.caseworker, residents.designate, world.eve.resident, **other)
    do(world.supervisor, residents.review_designation, row, agree=True, reason="Read it.")
    referral, cedar = steps.referral(), world.cedar.facility
    with acting(world.caseworker.pk, world.caseworker.name):
        result = hold_against(referral, world.caseworker, cedar.pk)
    (warning,) = [each for each in result.to_sign if each.key == "population"]
    assert warning.supervisor and "42 USC 672(k)(2)(D)" in {ground.name for ground in warning.grounds}


def test_a_waiver_of_the_rule_counts_for_its_home_and_its_days(db: None) -> None:
    rule, other = "fl-safe-house-separate-therapeutic", replace(YOUNG, population="runaway")

    def told(first: date, last: date, *rules: str) -> Ruling:
        waiver = Term("rules", None, first, last, "Letter", rules)
        return said(a_home(licences=(replace(LICENCE, waivers=(waiver,)),)), other)[rule]

    assert told(TODAY, TODAY, rule).waived == "until Nov 23, 2026"
    for first, last, rules in (
        (TODAY + DAY, TODAY + DAY, (rule,)),
        (TODAY - DAY, TODAY - DAY, (rule,)),
        (TODAY, TODAY, ("fl-other",)),
        (TODAY, TODAY, ()),
    ):
        assert told(first, last, *rules).waived == ""
    with_waiver = a_home(licences=(replace(LICENCE, waivers=(Term("rules", None, TODAY, TODAY, "", (rule,)),)),))
    without = a_home()  # of which the same facts hold: they are judged together
    both = judge(rules_asked(), other, AT, [with_waiver, without])
    assert [
        next(one.waived for one in both[home.id] if one.key == f"rule-{rule}") for home in (with_waiver, without)
    ] == [
        "until Nov 23, 2026",
        "",
    ]
    assert said(with_waiver)[rule].waived == ""  # it is met
