"""A sent referral is put right until a home is proposed; nobody overwrites what somebody else has put right."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from placement.database.constraints import Refused, refusals
from placement.database.context import acting
from placement.facilities import operations
from placement.facilities.models import Match, Referral
from tests.attack.sql import change, refused
from tests.facilities.conftest import Steps, do
from tests.facilities.test_placements_pages import key_in, moment, post
from tests.world import World, browser


def typed(referral: Referral, steps: Steps, **values: Any) -> dict[str, Any]:
    """What the form sends when nothing is changed, but for ``values``. Times are those of the person: Los Angeles."""
    return {
        "urgency": referral.urgency,
        "reason": referral.reason,
        "needs": referral.needs,
        "wishes": referral.wishes,
        "level": referral.level or "",
        **moment("needed_from", referral.needed_from, steps.zone("cedar")),
    } | values


def test_whoever_refers_or_supervises_corrects_it_and_every_home_is_judged_again(steps: Steps, world: World) -> None:
    referral = steps.referral()
    fits = Match.objects.filter(referral=referral).exclude(result="fails").count()
    do(world.caseworker, operations.correct_referral, referral, level=5)
    assert fits and not Match.objects.filter(referral=referral).exclude(result="fails").exists()
    do(world.supervisor, operations.correct_referral, referral, level=2, needs="Quiet.")
    assert Match.objects.filter(referral=referral).exclude(result="fails").count() == fits
    referral.refresh_from_db()
    assert (referral.level, referral.needs, referral.status) == (2, "Quiet.", "open")


@pytest.mark.parametrize("key", ["caseworker2", "supervisor2", "admin_cedar", "clinician", "caseworker_past"])
def test_for_anybody_else_there_is_no_such_referral(steps: Steps, world: World, key: str) -> None:
    referral = steps.referral()
    with pytest.raises(Referral.DoesNotExist):
        do(world.people[key], operations.correct_referral, referral, reason="Mine.")
    url = reverse("referrals:correct", args=[referral.pk])
    assert browser(world, key).get(url).status_code == browser(world, key).post(url, {"reason": "x"}).status_code == 404


@pytest.mark.parametrize(("field", "empty"), [("reason", ""), ("urgency", ""), ("needed_from", None)])
def test_what_was_needed_to_send_it_is_still_needed(steps: Steps, world: World, field: str, empty: Any) -> None:
    referral = steps.referral()
    with pytest.raises(Refused) as caught:
        do(world.caseworker, operations.correct_referral, referral, **{field: empty})
    assert caught.value.field == field


def test_a_draft_is_changed_as_a_draft(steps: Steps, world: World) -> None:
    with pytest.raises(Refused, match="Change the draft instead"):
        do(world.caseworker, operations.correct_referral, steps.referral(sent=False), needs="Quiet.")


def test_from_a_proposal_on_it_stays(steps: Steps, world: World) -> None:
    placement = steps.proposal()
    referral = placement.referral
    with pytest.raises(Refused, match="can't be corrected any more"):
        do(world.caseworker, operations.correct_referral, referral, needs="Quiet.")
    with acting(world.caseworker.pk, world.caseworker.name):
        for values in ({"needs": "Quiet."}, {"level": 5}, {"status": "open", "reason": "Another"}):
            with refused("proposed_referral_stays"):
                change(referral, **values)
        change(referral, status="open")  # as an attacker might, to get around the rule
        with refused("proposed_referral_stays"):
            change(referral, needed_from=world.now - timedelta(days=9))
        change(referral, status="proposed")
    do(world.supervisor, operations.decline_placement, placement, reason="Too far.")
    do(world.caseworker, operations.correct_referral, referral, needs="Quiet.")
    assert Referral.objects.get(pk=referral.pk).needs == "Quiet."


def test_the_rule_has_a_sentence(steps: Steps, world: World) -> None:
    referral = steps.approved().referral
    with (
        pytest.raises(Refused, match="can't be corrected any more"),
        acting(world.caseworker.pk, world.caseworker.name),
        refusals(),
    ):
        Referral.objects.filter(pk=referral.pk).update(wishes="A dog.")


def test_the_page_corrects_and_shows_what_it_said_before(steps: Steps, world: World) -> None:
    referral = steps.referral()
    here = reverse("referrals:detail", args=[referral.pk])
    url = reverse("referrals:correct", args=[referral.pk])
    supervisor, caseworker = browser(world, "supervisor"), browser(world, "caseworker")
    assert url in supervisor.get(here).text and url in caseworker.get(here).text
    page = post(supervisor, url, typed(referral, steps, reason="Needs a quiet home.")).content.decode()
    assert "Every home was held against the referral again." in page
    page = caseworker.get(here).text
    assert "Supervisor corrected the referral" in page
    assert "<del>safe</del>" in page and "<ins>quiet</ins>" in page


def test_the_second_of_two_people_sees_both_versions(steps: Steps, world: World) -> None:
    referral = steps.referral()
    url = reverse("referrals:correct", args=[referral.pk])
    caseworker = browser(world, "caseworker")
    page = caseworker.get(url).text
    version = re.search(r'name="version" value="([^"]+)"', page)[1]
    do(world.supervisor, operations.correct_referral, referral, wishes="A dog.")
    mine = typed(referral, steps, wishes="A cat.") | {"form_key": key_in(page), "version": version}
    late = caseworker.post(url, mine).text
    assert "A <del>dog.</del>" in late and "A <ins>cat.</ins>" in late
    assert "Changed by Supervisor, today, " in late
    assert Referral.objects.get(pk=referral.pk).wishes == "A dog."
    again = re.search(r'name="version" value="([^"]+)"', late)[1]
    caseworker.post(url, mine | {"form_key": key_in(late), "version": again})
    assert Referral.objects.get(pk=referral.pk).wishes == "A cat."


def test_a_page_left_open_over_a_proposal_saves_nothing_and_keeps_the_text(steps: Steps, world: World) -> None:
    referral = steps.referral()
    url = reverse("referrals:correct", args=[referral.pk])
    caseworker = browser(world, "caseworker")
    page = caseworker.get(url).text
    steps.proposal(referral=referral)
    version = str(Referral.objects.get(pk=referral.pk).history.order_by("-history_id")[0].history_id)
    mine = typed(referral, steps, wishes="A cat.") | {"form_key": key_in(page), "version": version}
    late = caseworker.post(url, mine).text
    assert "can&#x27;t be corrected any more" in late and "A cat." in late
    assert Referral.objects.get(pk=referral.pk).wishes == ""
    assert caseworker.get(url).status_code == 302
    assert url not in caseworker.get(reverse("referrals:detail", args=[referral.pk])).text
