"""The page on which a supervisor decides: the form is at hand, the numbers agree, every warning is named."""

from datetime import timedelta

import pytest
from django.urls import reverse

from placement.audit.clock import now
from placement.database.constraints import Refused
from placement.facilities import operations
from residents import operations as residents
from tests.facilities.conftest import Steps, do
from tests.world import World, browser


def harm(world: World, young: str, kind: str) -> None:
    """Write down that a young person has harmed, or was harmed."""
    who = getattr(world, young).resident
    do(world.caseworker, residents.record_harm, who, kind=kind, happened_on=world.now.date(), summary="A push.")


def test_the_form_comes_before_the_list_of_homes(steps: Steps, world: World) -> None:
    placement = steps.proposal()
    page = browser(world, "supervisor").get(reverse("placements:decide", args=[placement.pk])).text
    order = [page.index(text) for text in ("The proposal", 'id="decision"', "Sign the decision", 'id="now"')]
    assert order == sorted(order)
    folded = page.index("<summary>Every home that was considered (5)</summary>")
    assert order[-1] < folded < page.index("Harbor of the world")
    assert page.count("Your decision") == 1
    assert 'href="#decision"' in page


def test_the_summary_counts_the_warnings_and_those_that_nobody_signed(steps: Steps, world: World) -> None:
    harm(world, "ada", "harmed")
    url = reverse("placements:decide", args=[steps.proposal().pk])
    assert "1 warning, signed" in browser(world, "supervisor").get(url).text
    harm(world, "bea", "harmed")
    assert "1 warning to sign first" in browser(world, "supervisor").get(url).text


def test_somebody_who_may_not_decide_sees_no_form_and_no_way_to_it(steps: Steps, world: World) -> None:
    placement = steps.approved()
    page = browser(world, "supervisor").get(reverse("placements:decide", args=[placement.pk])).text
    assert "Sign the decision" not in page and 'href="#decision"' not in page
    assert "has approved this placement" in page


@pytest.mark.parametrize(
    ("young", "words"),
    [((), "has a warning that nobody has signed: "), (("eve",), "has 2 warnings that nobody has signed: ")],
)
def test_a_refusal_counts_its_warnings(steps: Steps, world: World, young: tuple[str, ...], words: str) -> None:
    harm(world, "ada", "harmed")
    for who in young:
        do(
            world.caseworker,
            residents.change_identity,
            getattr(world, who).resident,
            legal_name="Eve Secretname",
            birth_date=world.now.date() - timedelta(days=366 * 11),
        )
    referral = steps.referral()
    with pytest.raises(Refused, match=words):
        do(
            world.caseworker,
            operations.propose_placement,
            referral,
            bed=steps.bed("cedar", 3),
            starts_at=world.now,
            reason="Near school.",
        )


def test_beds_that_are_held_for_somebody_else_are_counted_as_held(steps: Steps, world: World) -> None:
    mine, other = steps.referral(), steps.referral("fay")
    page = reverse("referrals:match", args=[mine.pk])
    assert "2 of 4 beds free from" in browser(world, "caseworker").get(page).text
    until = now() + timedelta(days=1)
    do(world.caseworker, operations.hold_bed, other, steps.bed("cedar", 3), until=until)
    assert ", 1 of them held for somebody else" in browser(world, "caseworker").get(page).text
    do(world.caseworker, operations.hold_bed, mine, steps.bed("cedar", 2), until=until)
    text = browser(world, "caseworker").get(page).text
    assert ", 1 of them held for somebody else" in text and "2 of them" not in text


def test_what_is_to_sign_stands_before_the_form_of_the_proposal(steps: Steps, world: World) -> None:
    harm(world, "ada", "harmed")
    url = reverse("referrals:propose", args=[steps.referral().pk, world.cedar.facility.pk])
    page = browser(world, "caseworker").get(url).text
    assert page.index("1 warning to sign first") < page.index("Why this home?")
