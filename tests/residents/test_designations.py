"""What is confirmed goes on counting in matching, lists and the record until the supervisor has agreed to a change."""

import pytest
from django.urls import reverse

from compliance.queries.work import my_work
from placement.database.constraints import Refused
from placement.database.context import acting
from placement.facilities.operations.matching import hold_against
from residents import operations
from residents.models import PopulationDesignation
from residents.queries.people import people_page
from tests.facilities.home_pages import Browser, post
from tests.world import World

TASK = "a change of the confirmed designation of W-5"


@pytest.fixture
def taken_back(world: World) -> PopulationDesignation:
    """The caseworker alone takes back what is confirmed about eve."""
    with acting(world.caseworker.pk, world.caseworker.name):
        return operations.designate(
            world.eve.resident, population="trafficked", stage="screened", basis="Talked again", by=world.caseworker
        )


def fits_the_shelter(world: World) -> bool:
    result = hold_against(world.eve.referral, world.caseworker, world.harbor.facility.pk)
    return "population" not in {criterion.key for criterion in result.failed}


def in_the_list(world: World) -> str:
    rows = people_page(world.supervisor, {"q": world.eve.resident.code}).rows
    return str(rows[0])


def review(world: World, row: PopulationDesignation, **given) -> PopulationDesignation:
    with acting(world.supervisor.pk, world.supervisor.name):
        return operations.review_designation(row, **{"reason": "Read it", "by": world.supervisor} | given)


def test_until_somebody_agrees_nothing_changes(world: World, taken_back: PopulationDesignation) -> None:
    assert taken_back.standing == "waiting"
    assert not fits_the_shelter(world)
    assert "confirmed" in in_the_list(world)
    review(world, taken_back, agree=False)
    assert not fits_the_shelter(world)
    assert "confirmed" in in_the_list(world)


def test_with_a_second_person_it_counts(world: World, taken_back: PopulationDesignation) -> None:
    review(world, taken_back, agree=True)
    assert fits_the_shelter(world)
    assert "screened" in in_the_list(world)
    with pytest.raises(Refused, match="does not wait any more"):
        review(world, taken_back, agree=False)


def test_a_decision_has_a_reason_and_another_person(world: World, taken_back: PopulationDesignation) -> None:
    with pytest.raises(Refused, match="Give the reason"):
        review(world, taken_back, agree=False, reason="  ")
    with pytest.raises(PopulationDesignation.DoesNotExist), acting(world.caseworker.pk, world.caseworker.name):
        operations.review_designation(taken_back, agree=True, reason="x", by=world.caseworker)


def test_what_counts_by_now_is_not_undone_by_an_older_change(world: World, taken_back: PopulationDesignation) -> None:
    with acting(world.caseworker.pk, world.caseworker.name):
        operations.designate(
            world.eve.resident, population="trafficked", stage="confirmed", basis="Sure again", by=world.caseworker
        )
    with pytest.raises(Refused, match="A newer designation counts by now"):
        review(world, taken_back, agree=True)


def test_the_supervisor_finds_it_and_decides(
    world: World, taken_back: PopulationDesignation, client_of: Browser
) -> None:
    page = reverse("residents:confidential", args=[world.eve.resident.pk])
    assert "waits for a second person" in client_of(world.caseworker).get(page).content.decode()
    [task] = [task for task in my_work(world.supervisor).first if TASK in task.title]
    assert not any(TASK in task.title for task in [*my_work(world.supervisor2).first, *my_work(world.caseworker).first])
    client = client_of(world.supervisor)
    assert task.href in client.get(page).content.decode()
    assert post(client, task.href, {"decision": "decline", "reason": "The interview stands"}).status_code == 302
    assert "The interview stands" in client.get(page).content.decode()
    taken_back.refresh_from_db()
    assert (taken_back.standing, taken_back.reviewed_by) == ("declined", world.supervisor)
    assert not any(TASK in task.title for task in my_work(world.supervisor).first)


def test_a_first_designation_is_not_said_to_wait(world: World, client_of: Browser) -> None:
    client, address = client_of(world.caseworker), reverse("residents:add_designation", args=[world.eve.resident.pk])
    answer = post(client, address, {"population": "trafficked", "stage": "confirmed", "basis": "Interview"})
    page = client.get(answer["Location"]).text
    assert "If this changes a confirmed designation, it counts when the supervisor has agreed." in page
