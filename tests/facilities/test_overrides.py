"""Exceptions: a reason, a second person, and an end."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from placement.access.permissions import give_person
from placement.access.rights import Can
from placement.audit.clock import at_time, now
from placement.database.constraints import Refused
from placement.database.context import acting
from placement.facilities import operations
from placement.facilities.models import Facility, Override, Placement, Referral
from placement.facilities.queries.matches import one_home
from residents.models import Resident
from tests.facilities.conftest import Steps, do
from tests.world import World, browser

DAY = timedelta(days=1)


def ask(world: World, **more: object) -> Override:
    values = {"kind": "population", "reason": "Nothing else is near.", "expires_at": now() + 30 * DAY} | more
    return do(world.caseworker, operations.ask_override, world.eve.resident, world.maple.facility, **values)


def test_a_mixed_home_opens_only_with_an_approved_exception_and_a_signature(steps: Steps, world: World) -> None:
    referral = steps.referral()
    propose = {"bed": steps.bed("maple", 3), "starts_at": world.now, "reason": "Near her school."}
    override = ask(world)
    with pytest.raises(Refused, match="Mixed population"):
        do(world.caseworker, operations.propose_placement, referral, **propose)
    do(world.supervisor, operations.decide_override, override, approve=True, reason="For a month.")
    with pytest.raises(Refused, match="nobody has signed: Only by an approved exception"):
        do(world.caseworker, operations.propose_placement, referral, **propose)
    steps.sign_all(referral, "maple")
    placement = do(world.caseworker, operations.propose_placement, referral, **propose)
    assert placement.override == override


def test_the_exception_that_the_page_offers_is_the_one_that_admission_asks_for(steps: Steps, world: World) -> None:
    """A foster home whose licence names another population."""
    home, keeper = world.maple.facility, world.admin_cedar
    with acting(None, "system: tests"):
        Facility.objects.filter(pk=home.pk).update(kind="foster")
    do(world.supervisor, operations.assign, keeper, home, role="admin")
    referral = steps.referral()
    offered, _ = one_home(referral, world.caseworker, home)
    do(world.supervisor, operations.decide_override, ask(world, kind=offered.exception_kind), approve=True, reason="x")
    stay = steps.approved(home="maple", referral=referral)
    do(keeper, operations.read_safety_history, stay)
    assert do(keeper, operations.admit, stay, at=now()).status == "active"


def test_an_exception_that_has_ended_opens_nothing(steps: Steps, world: World) -> None:
    override = ask(world, expires_at=now() + DAY)
    do(world.supervisor, operations.decide_override, override, approve=True, reason="For a day.")
    with pytest.raises(Refused, match="Mixed population"):
        steps.proposal(home="maple", starts_at=world.now + 2 * DAY)
    assert not Placement.objects.filter(resident=world.eve.resident).exists()


def test_whoever_asks_does_not_decide(world: World) -> None:
    override = ask(world)
    with pytest.raises(Override.DoesNotExist):
        do(world.caseworker, operations.decide_override, override, approve=True, reason="Mine.")
    with acting(None, "system: tests"):
        rights = [Can.APPROVE_PLACEMENT]
        give_person(world.eve.resident, world.caseworker, rights, grant=override.pk, starts_at=world.now)
    with pytest.raises(Refused, match="You asked for this exception"):
        do(world.caseworker, operations.decide_override, override, approve=True, reason="Mine.")


def test_a_decision_is_made_once_and_says_by_whom(world: World) -> None:
    override = ask(world)
    do(world.supervisor, operations.decide_override, override, approve=False, reason="Too risky.")
    with pytest.raises(Refused, match="Supervisor has already decided about this exception: declined"):
        do(world.supervisor, operations.decide_override, override, approve=True, reason="Yes.")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"expires_at": now() - DAY}, "expires_at"),
        ({"expires_at": now() + 400 * DAY}, "expires_at"),
    ],
)
def test_bad_input_is_refused_at_its_field(world: World, change: dict, field: str) -> None:
    with pytest.raises(Refused) as refused:
        ask(world, **change)
    assert refused.value.field == field


def test_the_same_request_waits_once(world: World) -> None:
    ask(world)
    with pytest.raises(Refused, match="already waits"):
        ask(world)


def test_a_decision_needs_a_reason_and_comes_in_time(world: World) -> None:
    override = ask(world, expires_at=now() + DAY)
    with pytest.raises(Refused, match="Give the reason"):
        do(world.supervisor, operations.decide_override, override, approve=True, reason="")
    with acting(world.supervisor.pk, "Supervisor"), at_time(now() + 2 * DAY), pytest.raises(Refused, match="has ended"):
        operations.decide_override(override, approve=True, reason="Late.", by=world.supervisor)


def test_another_unit_asks_for_nothing(world: World) -> None:
    with pytest.raises(Resident.DoesNotExist):
        do(
            world.caseworker2,
            operations.ask_override,
            world.eve.resident,
            world.maple.facility,
            kind="population",
            reason="x",
            expires_at=now() + DAY,
        )


def test_whoever_signs_reads_which_criteria_of_the_home_fail_now(world: World) -> None:
    override = ask(world)
    page = reverse("placements:override", args=[override.pk])
    shown = browser(world, "supervisor").get(page)
    failed = [line.text for line in shown.context["card"].lines if line.state == "failed"]
    assert [text for text in failed if text.startswith("Mixed population")]
    assert (
        "Not passed: </span>Mixed population" in shown.text
        and "Not passed" in browser(world, "caseworker").get(page).text
    )
    do(world.supervisor, operations.decide_override, override, approve=True, reason="For a month.")
    assert "as it is now" not in browser(world, "supervisor").get(page).text


def test_without_an_open_referral_the_exception_says_that_nothing_is_held_against_the_home(world: World) -> None:
    override = ask(world)
    with acting(world.caseworker.pk, world.caseworker.name):
        Referral.objects.filter(resident=world.eve.resident).update(status="withdrawn", closing_reason="x")
    page = browser(world, "supervisor").get(reverse("placements:override", args=[override.pk])).text
    assert "No referral of the young person is open now" in page and "as it is now" not in page


@pytest.mark.parametrize(("wished", "suggested"), [(None, 30), (60, 30), (9, 9)])
def test_a_stay_by_an_exception_is_proposed_until_its_end(
    steps: Steps, world: World, wished: int | None, suggested: int
) -> None:
    days = {"expected_until": world.now + wished * DAY} if wished else {}
    referral, override = steps.referral(**days), ask(world, expires_at=world.now + 30 * DAY)
    do(world.supervisor, operations.decide_override, override, approve=True, reason="For a month.")

    def form(home: str) -> Any:
        url = reverse("referrals:propose", args=[referral.pk, getattr(world, home).facility.pk])
        return browser(world, "caseworker").get(url).context["form"]

    field = form("maple")["ends_at"]
    assert field.initial == world.now + suggested * DAY
    assert "The exception for this home ends " in field.help_text
    assert form("cedar")["ends_at"].initial == referral.expected_until
    assert "exception" not in form("cedar")["ends_at"].help_text
