"""The home signs the safety history as it was on the page, and again when something is added to it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from placement.audit.clock import now
from placement.database.constraints import Refused
from placement.facilities import operations
from placement.facilities.models import Placement
from residents import operations as residents
from tests.facilities.conftest import Steps, do
from tests.facilities.home_pages import Browser, errors_of, text_of
from tests.world import World


def address(name: str, placement: Placement) -> str:
    return reverse(f"placements:{name}", args=[placement.pk])


def sent(client, page: str) -> dict[str, str]:
    """What the form on the page would send with its box ticked."""
    form = client.get(page).context["form"]
    return {"mark": form["mark"].value(), "form_key": str(form["form_key"].value()), "read": "on"}


def harm(world: World, summary: str = "Hit somebody in the kitchen") -> None:
    do(
        world.caseworker,
        residents.record_harm,
        world.eve.resident,
        kind="harmed",
        happened_on=world.today - timedelta(days=3),
        summary=summary,
    )


def test_what_was_added_while_the_page_was_open_is_not_signed_unread(
    world: World, steps: Steps, client_of: Browser
) -> None:
    placement = steps.approved()
    client, page = client_of(world.admin_cedar), address("safety", placement)
    form = sent(client, page)
    harm(world)
    response = client.post(page, form)
    assert "Something was added" in errors_of(response)["__all__"][0]
    body = response.content.decode()
    assert "Hit somebody in the kitchen" in body
    assert body.count(">new</span>") == 1
    placement.refresh_from_db()
    assert placement.safety_read_by is None
    assert client.post(page, sent(client, page)).status_code == 302
    placement.refresh_from_db()
    assert placement.safety_read_by == world.admin_cedar


def test_what_was_added_after_the_signature_is_read_before_the_arrival(
    world: World, steps: Steps, client_of: Browser
) -> None:
    placement = steps.read()
    client, page = client_of(world.admin_cedar), address("safety", placement)
    assert "Sign with my name" not in text_of(client, page)
    harm(world)
    steps.sign_all(placement.referral, "cedar")
    assert "Read what is new in the safety history" in text_of(client, address("detail", placement))
    with pytest.raises(Refused, match="read it and sign again"):
        do(world.admin_cedar, operations.admit, placement, at=now())
    body = text_of(client, page)
    assert "Something was added since" in body
    assert body.count(">new</span>") == 2  # the harm, and the warning that was signed about it
    assert client.post(page, sent(client, page)).status_code == 302
    assert do(world.admin_cedar, operations.admit, placement, at=now()).status == "active"


def test_a_restricted_fact_is_said_to_be_there_and_not_named(world: World, steps: Steps, client_of: Browser) -> None:
    placement = steps.read()
    link = {"exploiter": None, "name": "Hidden person", "kind": "recruiter", "note": ""}
    do(world.caseworker, residents.link_exploiter, world.eve.resident, **link)
    body = text_of(client_of(world.admin_cedar), address("safety", placement))
    assert "A restricted fact was added" in body
    assert "Hidden person" not in body


def test_what_was_signed_about_warnings_is_in_the_safety_history(
    world: World, steps: Steps, client_of: Browser
) -> None:
    harm(world)
    placement = steps.approved()
    body = text_of(client_of(world.admin_cedar), address("safety", placement))
    assert "Has harmed another young person before" in body
    assert "Talked it over." in body


def test_the_page_does_not_say_nobody_beside_a_contact_that_is_not_allowed(
    world: World, steps: Steps, client_of: Browser
) -> None:
    placement = steps.approved()
    client, page = client_of(world.admin_cedar), address("safety", placement)
    assert "Nobody and nowhere" in text_of(client, page)
    outside = {"name": "Uncle Max", "relation": "uncle", "permission": "prohibited", "order": "Order 7"}
    do(world.caseworker, residents.add_outside_person, world.eve.resident, **outside)
    body = text_of(client, page)
    assert "Uncle Max" in body
    assert "Nobody and nowhere" not in body


def test_a_mark_of_nobody_signs_nothing(world: World, steps: Steps) -> None:
    placement = steps.approved()
    with pytest.raises(Refused, match="Something was added"):
        do(world.admin_cedar, operations.read_safety_history, placement, mark="harm:x,,:9")


def test_a_discharge_is_not_told_before_the_last_entry_and_says_why_it_is_late(
    world: World, client_of: Browser
) -> None:
    stay, client = world.ada.stay, client_of(world.admin_cedar)
    page = address("discharge", stay)
    form = client.get(page).context["form"]
    unplanned = client.get(address("discharge", world.bea.stay)).context["form"]
    assert unplanned["to"].value() in (None, "")  # for ada a discharge is proposed
    zone = world.cedar.facility.zone
    values = {
        "form_key": str(form["form_key"].value()),
        "reason": "Home again",
        "after_care": "Visits",
        "after_care_contact": "Aunt",
        "first_check_on": f"{world.today + timedelta(days=3):%m/%d/%Y}",
    }

    def at(moment) -> dict[str, str]:
        local = moment.astimezone(zone)
        return values | {"at_date": f"{local:%m/%d/%Y}", "at_time": f"{local:%H:%M}"}

    assert "to" in errors_of(client.post(page, at(now())))
    noon = (
        (stay.starts_at + timedelta(days=2)).astimezone(zone).replace(hour=12, minute=0)
    )  # never an hour that comes twice
    early = at(noon) | {"to": "family"}
    assert "late_reason" in errors_of(client.post(page, early))
    late = client.post(page, early | {"late_reason": "The form was forgotten"})
    assert "Something was written down later" in errors_of(late)["at"][0]
