"""What changes in a home between the approval and the arrival is signed by somebody who may, before anybody moves in."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from placement.audit.clock import now
from placement.database.constraints import Refused
from placement.facilities import operations
from placement.facilities.models import Placement, WarningSignature
from residents import operations as residents
from tests.facilities.conftest import Steps, do
from tests.facilities.home_pages import Browser, text_of
from tests.facilities.test_placements_pages import moment, post
from tests.world import World

DAY = timedelta(days=1)


def harmed(world: World, young: str, by: str = "caseworker") -> None:
    """Write down that a young person has harmed another one."""
    who = getattr(world, young).resident
    do(world.people[by], residents.record_harm, who, kind="harmed", happened_on=world.today - DAY, summary="A push.")


def page_of(placement: Placement) -> str:
    return reverse("placements:detail", args=[placement.pk])


def arrive(world: World, placement: Placement) -> Placement:
    return do(world.admin_cedar, operations.admit, placement, at=now())


def sign_on_the_page(client: Any, placement: Placement) -> Any:
    """Follow the link to sign on the page of the placement, sign, and return where that leads."""
    link = re.search(r'href="(/referrals/[^"]+/sign/\w+/)"', text_of(client, page_of(placement)))[1]
    return post(client, link, {"reason": "Their rooms are on different floors."})


def test_a_housemate_who_harmed_somebody_since_is_signed_before_the_arrival(
    world: World, steps: Steps, client_of: Browser
) -> None:
    placement = steps.read()
    admin, caseworker = client_of(world.admin_cedar), client_of(world.caseworker)
    assert "Before the arrival" not in text_of(caseworker, page_of(placement))
    harmed(world, "ada")
    typed = moment("at", now(), steps.zone("cedar"))
    answer = post(admin, reverse("placements:admit", args=[placement.pk]), typed).content.decode()
    assert "a warning that nobody has signed: One housemate has harmed another young person before. Ask the" in answer
    home = text_of(admin, page_of(placement))
    assert "Ask the caseworker or the supervisor of the young person." in home and "/sign/" not in home
    signed = sign_on_the_page(caseworker, placement)
    assert signed.redirect_chain[-1][0] == page_of(placement)
    assert "Before the arrival" not in signed.content.decode()
    assert WarningSignature.objects.get(referral=placement.referral).signed_by == world.caseworker
    with pytest.raises(Refused, match="read it and sign again"):
        arrive(world, placement)
    do(world.admin_cedar, operations.read_safety_history, placement)
    assert arrive(world, placement).status == "active"


def test_somebody_who_moved_in_after_the_approval_is_signed_by_the_supervisor(
    world: World, steps: Steps, client_of: Browser
) -> None:
    harmed(world, "dina", by="caseworker2")
    placement = steps.read()
    steps.admitted("dina", "cedar", 2)
    with pytest.raises(Refused, match="a warning that nobody has signed"):
        arrive(world, placement)
    sign_on_the_page(client_of(world.supervisor), placement)
    do(world.admin_cedar, operations.read_safety_history, placement)
    assert arrive(world, placement).status == "active"


def test_a_shared_exploiter_is_named_to_whoever_signs_and_not_to_the_home(
    world: World, steps: Steps, client_of: Browser
) -> None:
    link = {"kind": "recruiter", "note": ""}
    known = do(world.caseworker, residents.link_exploiter, world.eve.resident, exploiter=None, name="Mr. X", **link)
    placement = steps.read()
    do(world.caseworker, residents.link_exploiter, world.ada.resident, exploiter=known.exploiter, **link)
    with pytest.raises(Refused) as refused:
        arrive(world, placement)
    assert "A restricted fact about housemates" in refused.value.sentence
    assert "Ask the caseworker or the supervisor" in refused.value.sentence
    home = text_of(client_of(world.admin_cedar), page_of(placement))
    assert "A restricted fact about housemates" in home
    for said in (refused.value.sentence, home):
        assert "recruiter" not in said and "exploiter" not in said
    with pytest.raises(Placement.DoesNotExist):
        do(world.caseworker2, operations.admit, placement, at=now())
    supervisor = client_of(world.supervisor)
    assert "One housemate knows the same recruiter" in text_of(supervisor, page_of(placement))
    sign_on_the_page(supervisor, placement)
    do(world.admin_cedar, operations.read_safety_history, placement)
    assert arrive(world, placement).status == "active"


def test_what_was_signed_with_the_proposal_and_what_nobody_signs_hold_nobody_up(world: World, steps: Steps) -> None:
    harmed(world, "ada")
    placement = steps.read(ends_at=now() + 400 * DAY)  # the licence and the fire clearance end before
    assert arrive(world, placement).status == "active"


def test_who_comes_before_the_planned_time_meets_who_has_not_left_yet(
    world: World, steps: Steps, client_of: Browser
) -> None:
    harmed(world, "ada")
    do(world.supervisor, operations.extend_stay, world.ada.stay, ends_at=now() + DAY, reason="Moves on.")
    placement = steps.read(starts_at=now() + 2 * DAY, referral=steps.referral(needed_from=now() + 2 * DAY))
    caseworker = client_of(world.caseworker)
    page = text_of(caseworker, page_of(placement))
    assert "The home is ready" in page and "only if the young person comes before the planned time" in page
    with pytest.raises(Refused, match="a warning that nobody has signed"):
        arrive(world, placement)
    signed = sign_on_the_page(caseworker, placement).content.decode()
    assert "Before the arrival" not in signed
    do(world.admin_cedar, operations.read_safety_history, placement)
    assert arrive(world, placement).status == "active"


def test_a_signature_goes_on_counting_when_somebody_leaves_and_not_when_somebody_comes(
    world: World, steps: Steps
) -> None:
    harmed(world, "ada")
    harmed(world, "bea")
    harmed(world, "dina", by="caseworker2")
    placement = steps.read()
    leaving = {"at": now(), "to": "family", "reason": "Home again.", "first_check_on": world.today + 3 * DAY}
    plan = {"after_care": "Visits.", "after_care_contact": "Her aunt"}
    do(world.supervisor, operations.discharge, world.bea.stay, **leaving, **plan)
    moved_in = steps.admitted("dina", "cedar", 2)
    with pytest.raises(Refused, match="Two housemates have harmed"):
        arrive(world, placement)
    do(world.admin_cedar, operations.discharge, moved_in, **leaving | {"at": now()}, **plan)
    assert arrive(world, placement).status == "active"
