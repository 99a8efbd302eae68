"""A bed in a home that may admit nobody is no free bed, and the list says why."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from placement.access.models import Person
from placement.audit.clock import now
from placement.database.context import acting
from placement.facilities import operations
from placement.facilities.models import FireClearance, Licence
from placement.facilities.queries import homes as queries
from tests.facilities.conftest import Steps, do
from tests.facilities.home_pages import text_of
from tests.facilities.test_placements_pages import moment, post
from tests.world import World

Browser = Callable[[Person], Client]


def no_new_admissions(world: World) -> None:
    day = world.today - timedelta(days=1)
    terms = {"kind": "no_admissions", "value": None, "text": "", "starts_on": day, "ends_on": None}
    do(world.supervisor, operations.add_condition, world.cedar.facility.licences.get(), **terms)


def fire_clearance_ended(world: World) -> None:
    day = world.today - timedelta(days=9)
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        FireClearance.objects.filter(facility=world.cedar.facility).update(valid_from=day, valid_to=day)


def on_probation(world: World) -> None:
    with acting(world.supervisor.pk, world.supervisor.name):
        Licence.objects.filter(facility=world.cedar.facility).update(status="probation")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (no_new_admissions, "no admissions now: a condition of the licence"),
        (fire_clearance_ended, "no admissions now: fire clearance ended "),
        (on_probation, "no admissions now: not licensed"),
    ],
)
def test_a_home_that_may_admit_nobody_has_no_free_beds(
    world: World, client_of: Browser, change: Callable[[World], Any], words: str
) -> None:
    client, url = client_of(world.caseworker), reverse("facilities:list")
    assert "no admissions now" not in text_of(client, url)
    assert "Cedar of the world" in text_of(client, f"{url}?vacant=on")
    change(world)
    page = text_of(client, url)
    assert page.count("no admissions now") == 1 and words in page
    vacant = text_of(client, f"{url}?vacant=on")
    assert "Cedar of the world" not in vacant and "Birch of the world" in vacant


def test_a_home_whose_fire_clearance_ended_after_the_approval_admits_nobody(
    world: World, steps: Steps, client_of: Browser
) -> None:
    placement, client = steps.read(), client_of(world.admin_cedar)
    fire_clearance_ended(world)
    url, typed = reverse("placements:admit", args=[placement.pk]), moment("at", now(), steps.zone("cedar"))
    sentence = "The home has no fire clearance in force on that day, so nobody can be admitted until it is renewed."
    assert post(client, url, typed).context["form"].errors == {"at": [sentence]}
    placement.refresh_from_db()
    assert placement.status == "approved"
    days = {"valid_from": world.today, "valid_to": world.today + timedelta(days=300)}
    do(world.admin_cedar, operations.add_fire_clearance, world.cedar.facility, authority="Fire authority", **days)
    post(client, url, moment("at", now(), steps.zone("cedar")))
    placement.refresh_from_db()
    assert placement.status == "active"


def test_a_home_whose_licence_ended_after_the_approval_says_so_next_to_the_day_of_arrival(
    world: World, steps: Steps, client_of: Browser
) -> None:
    placement, licence = steps.read(), world.cedar.licence
    with acting(world.supervisor.pk, world.supervisor.name):
        type(licence).objects.filter(pk=licence.pk).update(valid_to=world.today - timedelta(days=2))
    url, typed = reverse("placements:admit", args=[placement.pk]), moment("at", now(), steps.zone("cedar"))
    form = post(client_of(world.admin_cedar), url, typed).context["form"]
    assert form.errors == {"at": ["The home has no licence in force on that day, so nobody can be admitted."]}
    assert form["at"].value()[:2] == list(typed.values())[:2]


def test_a_leave_at_the_time_of_another_one_says_so_next_to_its_start(world: World, client_of: Browser) -> None:
    stay, taken, zone = world.ada.stay, world.ada.leave, world.cedar.facility.zone
    times = moment("starts_at", taken.starts_at, zone) | moment("ends_at", taken.ends_at, zone)
    page = post(
        client_of(world.admin_cedar),
        reverse("placements:leave", args=[stay.pk]),
        {"kind": "hospital", "where": "At the clinic", **times},
    )
    assert page.context["form"].errors == {"starts_at": ["There is already a leave at that time."]}
    assert "At the clinic" in page.content.decode()


def test_the_list_and_its_filter_agree(world: World) -> None:
    no_new_admissions(world)
    listed = queries.home_list(world.caseworker, after=None).rows
    vacant = {home.pk for home in queries.home_list(world.caseworker, after=None, vacant=True).rows}
    assert {home.pk for home in listed if home.places.free and not home.closed} == vacant
