"""Asking for a home: drafts, sending, withdrawing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from placement.access.permissions import give_person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.database.constraints import Refused, refusals
from placement.database.context import acting, acting_as_system
from placement.facilities import operations
from placement.facilities.models import Hold, Match, Referral
from placement.facilities.queries.referrals import names_to_refer, residents_to_refer
from residents.models import Resident
from tests.facilities.conftest import Steps, do
from tests.facilities.test_placements_pages import post
from tests.world import World, browser


def test_a_draft_keeps_half_a_thought_and_gets_a_number(steps: Steps, world: World) -> None:
    first = do(world.caseworker, operations.draft_referral, world.eve.resident, reason="Half a")
    second = do(world.caseworker, operations.draft_referral, world.eve.resident)
    assert second.number == first.number + 1
    assert (first.status, first.made_by, first.urgency) == ("draft", world.caseworker, "")
    do(world.caseworker, operations.save_draft, first, wishes="A window 🌳.")
    first.refresh_from_db()
    assert (first.reason, first.wishes) == ("Half a", "A window 🌳.")


def test_only_the_caseworker_of_the_case_refers(world: World) -> None:
    for person in (world.caseworker2, world.supervisor, world.cedar.admin, world.clinician, world.stranger):
        with pytest.raises(Resident.DoesNotExist):
            do(person, operations.draft_referral, world.eve.resident)


@pytest.mark.parametrize("missing", ["reason", "urgency", "needed_from"])
def test_what_is_missing_is_said_at_its_field(steps: Steps, world: World, missing: str) -> None:
    referral = steps.referral(sent=False, **{missing: None if missing == "needed_from" else ""})
    with pytest.raises(Refused) as refused:
        do(world.caseworker, operations.send_referral, referral)
    assert refused.value.field == missing
    assert Referral.objects.get(pk=referral.pk).status == "draft"


def test_the_database_refuses_an_incomplete_one_too(steps: Steps, world: World) -> None:
    referral, by = steps.referral(sent=False, reason=""), world.caseworker
    with pytest.raises(Refused, match="say why, how urgent"), acting(by.pk, by.name), refusals():
        Referral.objects.filter(pk=referral.pk).update(status="open")


def test_sending_holds_every_home_against_it_once(steps: Steps, world: World) -> None:
    referral = steps.referral()
    assert (referral.status, Match.objects.filter(referral=referral).count()) == ("open", 5)
    with pytest.raises(Refused, match="already sent"):
        do(world.caseworker, operations.send_referral, referral)
    with pytest.raises(Refused, match="was sent in the meantime"):
        do(world.caseworker, operations.save_draft, referral, reason="Too late")


def test_a_stay_that_ends_before_it_starts_is_refused(steps: Steps, world: World) -> None:
    referral = steps.referral(sent=False)
    with pytest.raises(Refused, match="can't end before it starts"):
        do(world.caseworker, operations.save_draft, referral, expected_until=world.now - timedelta(days=1))


def test_a_field_that_does_not_exist_is_a_mistake_of_the_caller(steps: Steps, world: World) -> None:
    with pytest.raises(TypeError, match="status"):
        do(world.caseworker, operations.draft_referral, world.eve.resident, status="placed")


def test_somebody_without_young_people_is_told_where_to_begin(world: World) -> None:
    page = browser(world, "caseworker_past").get(reverse("referrals:new")).text
    assert "You have no young person to refer" in page and reverse("residents:new") in page
    assert "When somebody asks for a home" in browser(world, "caseworker_past").get(reverse("referrals:list")).text
    assert "Go on" in browser(world, "caseworker").get(reverse("referrals:new")).text


def test_drafts_are_thrown_away_and_sent_ones_kept(steps: Steps, world: World) -> None:
    draft, sent = steps.referral(sent=False), steps.referral()
    do(world.caseworker, operations.discard_draft, draft)
    assert not Referral.objects.filter(pk=draft.pk).exists()
    with pytest.raises(Refused, match="Withdraw it instead"):
        do(world.caseworker, operations.discard_draft, sent)
    by = world.caseworker
    with pytest.raises(Refused, match="is kept"), acting(by.pk, by.name), refusals():
        Referral.objects.filter(pk=sent.pk).delete()


def test_withdrawing_needs_a_reason_and_frees_the_bed(steps: Steps, world: World) -> None:
    referral = steps.referral()
    do(world.caseworker, operations.hold_bed, referral, steps.bed("cedar", 3), until=now() + timedelta(days=1))
    with pytest.raises(Refused, match="Say why") as refused:
        do(world.caseworker, operations.withdraw_referral, referral, reason=" ")
    assert refused.value.field == "reason"
    do(world.caseworker, operations.withdraw_referral, referral, reason="Went home.")
    assert Hold.objects.get(referral=referral).ends_at <= now()
    with pytest.raises(Refused, match="closed: withdrawn"):
        do(world.caseworker, operations.withdraw_referral, referral, reason="Again.")


def test_a_draft_is_not_withdrawn_and_a_proposed_one_neither(steps: Steps, world: World) -> None:
    with pytest.raises(Refused, match="not sent yet"):
        do(world.caseworker, operations.withdraw_referral, steps.referral(sent=False), reason="x")
    proposed = steps.proposal().referral
    with pytest.raises(Refused, match="Withdraw it first"):
        do(world.caseworker, operations.withdraw_referral, proposed, reason="x")
    with pytest.raises(Refused, match="Caseworker has already proposed Cedar"):
        steps.proposal(referral=proposed, bed=2)


def test_a_step_with_gaps_is_not_called_done(steps: Steps, world: World) -> None:
    referral = steps.referral(sent=False, reason="")
    client, address = browser(world, "caseworker"), f"{reverse('referrals:edit', args=[referral.pk])}?step=3"
    states = lambda: [step["state"] for step in client.get(address).context["steps"]]  # noqa: E731
    assert states() == ["gaps", "empty", "current", "later"]
    assert 'Why and when<span class="late-edge">: something is missing</span>' in client.get(address).text
    do(world.caseworker, operations.save_draft, referral, reason="Needs a safe home.")
    assert states() == ["done", "empty", "current", "later"]
    page = client.get(address).text
    assert "something is missing" not in page
    for label in ("What is needed", "Wishes"):
        assert f'{label} <span class="soft">(optional)</span>' in page
    assert 'Why and when <span class="soft">(optional)' not in page
    do(world.caseworker, operations.save_draft, referral, needs="Quiet.")
    assert states() == ["done", "done", "current", "later"]


def test_who_needs_a_home_is_chosen_by_code_name_and_home_those_with_a_home_last(steps: Steps, world: World) -> None:
    page = browser(world, "caseworker").get(reverse("referrals:new"))
    labels = [label for value, label in page.context["form"]["resident"].field.choices if value]
    names = {key: getattr(world, key).resident for key in ("ada", "bea", "eve", "fay")}
    assert labels == [
        f"W-5 · {names['eve'].preferred_name}",
        f"W-6 · {names['fay'].preferred_name}",
        f"W-1 · {names['ada'].preferred_name} · lives at {world.cedar.facility}",
        f"W-2 · {names['bea'].preferred_name} · lives at {world.cedar.facility}",
    ]
    chosen = post(browser(world, "caseworker"), reverse("referrals:new"), {"resident": str(names["eve"].pk)})
    assert "A home for W-5" in chosen.content.decode()


def test_a_name_or_a_home_that_the_reader_may_not_know_is_not_in_the_list(world: World) -> None:
    with acting_as_system("test"):
        give_person(
            world.ada.resident,
            world.stranger,
            [Can.PROPOSE_PLACEMENT, Can.VIEW_CODE],
            grant=world.north.pk,
            starts_at=now(),
        )
    with acting(world.stranger.pk, world.stranger.name):
        found = residents_to_refer(world.stranger)
        assert list(names_to_refer(world.stranger, found).values()) == ["W-1 · lives in a home"]


def test_the_list_of_whom_to_refer_costs_the_same_for_more_people(steps: Steps, world: World) -> None:
    def cost() -> int:
        with acting(world.caseworker.pk, world.caseworker.name), CaptureQueriesContext(connection) as seen:
            names_to_refer(world.caseworker, residents_to_refer(world.caseworker))
        return len(seen)

    before = cost()
    steps.admitted()
    assert cost() == before
