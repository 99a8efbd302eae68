"""The board on the wall: codes only, on a screen where nobody is signed in, for as long as it may be."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from placement.access.models import Session
from placement.access.operations import close_account, end_sessions, set_pin
from placement.access.store import RESUME
from placement.facilities.models import Assignment
from placement.facilities.operations import end_assignment
from tests.facilities.shift_page import url
from tests.world import PASSWORD, World

WALL = reverse("facilities:wall")


@pytest.fixture
def put_up(world: World, client_of) -> Client:
    """A screen on which Cedar's staff have put up the board."""
    client = client_of(world.staff_cedar)
    page = client.get(url("board", world)).content.decode()
    assert "Put it up on this screen" in page
    assert client.post(url("board", world))["Location"] == WALL
    return client


def test_it_shows_where_each_is_and_what_is_due_by_code(world, put_up):
    page = put_up.get(WALL).content.decode()
    for young in (world.ada.resident, world.bea.resident):
        assert young.code in page
    assert "Where" in page and "What is due" in page
    assert 'hx-trigger="every 30s"' in page


def test_nothing_on_it_names_anybody(world, put_up):
    page = put_up.get(WALL).content.decode()
    names = {person.name for person in world.people.values()} | {person.username for person in world.people.values()}
    for young in (world.ada, world.bea):
        names |= {young.resident.preferred_name, str(young.resident.pk)}
    assert [name for name in names if name and name in page] == []
    assert 'class="name"' not in page


def test_nobody_is_signed_in_there_and_nothing_else_opens(world, put_up):
    for path in ("/", url("shift", world), "/residents/", url("board", world)):
        assert put_up.get(path)["Location"].startswith("/accounts/login/")
    assert put_up.post(WALL).status_code == 405
    assert put_up.get(WALL).status_code == 200


@pytest.mark.parametrize(
    "key", ["caseworker", "staff_birch", "staff_past", "supervisor", "sysadmin", "inspector_cedar"]
)
def test_who_works_no_shift_there_has_no_board(world, client_of, key):
    client = client_of(world.people[key])
    assert client.get(url("board", world)).status_code == 404
    assert client.post(url("board", world)).status_code == 404
    assert client.get(WALL).status_code == 302
    assert client_of(None).get(WALL).status_code == 302


@pytest.mark.parametrize("what", ["out", "closed", "left", "hours", "another"])
def test_it_ends_with_the_right_of_whoever_put_it_up(world, put_up, acting_as, what):
    later, staff = timezone.now(), world.staff_cedar
    with acting_as(world.sysadmin):
        if what == "out":
            end_sessions(staff, by=world.sysadmin)
        if what == "closed":
            close_account(staff, by=world.sysadmin)
    if what == "left":
        with acting_as(world.admin_cedar):
            for row in Assignment.objects.filter(person=staff, ends_at=None):
                end_assignment(row, at=timezone.now(), by=world.admin_cedar)
    if what == "another":
        put_up.force_login(world.staff_birch)
    later += timedelta(hours=12, minutes=1) if what == "hours" else timedelta(seconds=2)
    with time_machine.travel(later, tick=False):
        assert put_up.get(WALL).status_code in (302, 404)


def test_on_a_screen_with_a_board_nobody_tries_pins(world, acting_as):
    """Those who passed the tablet on before could come back with a PIN; whoever walks past a wall must not try theirs."""
    for person, pin in ((world.staff_cedar, "391745"), (world.admin_cedar, "740916")):
        with acting_as(person):
            set_pin(person, pin, by=person)
    tablet = Client()
    login, out, back = (reverse(f"accounts:{name}") for name in ("login", "logout", "come_back"))
    for person in (world.admin_cedar, world.staff_cedar):
        tablet.post(out, {"idle": "1", "next": "/"})
        tablet.post(login, {"username": person.username, "password": PASSWORD, "shared": "on"})
    assert Session.objects.filter(person=world.admin_cedar).exists()
    tablet.post(url("board", world))
    assert tablet.get(back)["Location"].startswith(login)
    key = {"form_key": str(uuid.uuid4()), "pin": "740916"}
    assert tablet.post(back, key | {"who": str(world.admin_cedar.pk)})["Location"].startswith(login)
    assert tablet.get(WALL).status_code == 200
    assert not [row for row in Session.objects.filter(person=world.admin_cedar) if RESUME in row.get_decoded()]
