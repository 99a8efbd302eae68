"""A password that somebody else has set is seen: by the person, before anything else opens, and by the supervisors."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from placement.access.models import Person
from placement.access.operations import set_password
from placement.access.rights import Role
from placement.audit.clock import now
from tests.accounts import opened
from tests.world import PASSWORD, World

OWN, WORK, LOGIN = reverse("accounts:password"), reverse("work"), reverse("accounts:login")
GIVEN, CHOSEN = "quiet river stone lamp", "seven green chairs outside"


def change(client: Client, **more):
    data = {"form_key": str(uuid.uuid4()), "present": GIVEN, "password": CHOSEN, "again": CHOSEN}
    return client.post(OWN, data | more)


@pytest.fixture
def taken(world: World, acting_as) -> Person:
    """``supervisor2``, whose password the system administrator has set."""
    with acting_as(world.sysadmin):
        return set_password(world.supervisor2, GIVEN, by=world.sysadmin)


@pytest.fixture
def inside(taken) -> Client:
    """A browser that has signed in with that password."""
    client = Client()
    assert client.post(LOGIN, {"username": taken.username, "password": GIVEN}).status_code == 302
    return client


def test_nothing_opens_before_the_password_is_changed(world, inside):
    case = reverse("residents:detail", args=[world.cleo.resident.pk])
    for address in (WORK, case, reverse("residents:list"), reverse("incidents:list")):
        for answer in (inside.get(address), inside.post(address, {"form_key": str(uuid.uuid4())})):
            assert (answer.status_code, answer["Location"]) == (302, OWN), address
    page = inside.get(OWN).content.decode()
    assert f"Your password was set by {world.sysadmin.name} on " in page
    assert change(inside)["Location"] == WORK
    assert inside.get(WORK).status_code == inside.get(case).status_code == 200
    assert "Your password was set by" not in inside.get(OWN).content.decode()


def test_the_same_password_again_does_not_do(inside):
    assert "This is your password now." in change(inside, password=GIVEN, again=GIVEN).content.decode()
    assert inside.get(WORK)["Location"] == OWN


def test_the_person_may_still_sign_out(inside):
    assert inside.post(reverse("accounts:logout"))["Location"] == LOGIN


def test_supervisors_see_it_for_seven_days_also_when_it_was_changed_again(world, inside, client_of):
    said = f"The system administrator set the password of {world.supervisor2.name}: {world.sysadmin.name}, "
    assert said in client_of(world.supervisor).get(WORK).content.decode()
    assert change(inside).status_code == 302
    assert client_of(world.supervisor).get(WORK).content.decode().count(said) == 1
    assert "set the password of" not in client_of(world.caseworker).get(WORK).content.decode()
    for days, stands in ((6.9, True), (7.1, False)):
        with time_machine.travel(now() + timedelta(days=days)):
            assert (said in client_of(world.supervisor).get(WORK).content.decode()) is stands


def test_history_keeps_who_set_it(world, taken, client_of):
    assert taken.history.latest("history_id").password_set_by_id == world.sysadmin.pk
    page = client_of(world.sysadmin).get(reverse("accounts:account", args=[taken.pk])).content.decode()
    assert "set a password" in page and world.sysadmin.name in page


def test_a_new_account_is_the_same(world, client_of):
    opened(username="new.one", name="New One", staff_number="N-9", role=Role.NONE, password=GIVEN)
    client = Client()
    client.post(LOGIN, {"username": "new.one", "password": GIVEN})
    assert client.get(WORK)["Location"] == OWN
    said = "The system administrator proposed an account for New One and set its password"
    assert said in client_of(world.supervisor).get(WORK).content.decode()


def test_only_the_person_lifts_it(world, taken, acting_as):
    for person in (world.sysadmin, taken):
        with acting_as(person):
            Person.objects.filter(pk=taken.pk).update(password_set_by=None)
            taken.refresh_from_db()
            assert taken.password_set_by_id == world.sysadmin.pk
    with acting_as(taken):  # the hash in a newer form, as a sign-in may write it
        taken.set_password(GIVEN)
        taken.save(update_fields=["password"])
        taken.refresh_from_db()
        assert taken.password_set_by_id == world.sysadmin.pk
        set_password(taken, CHOSEN, by=taken)
        taken.refresh_from_db()
        assert taken.password_set_by_id is None


def test_ones_own_password_is_nobodys_news(world, client_of):
    client = client_of(world.caseworker)
    assert change(client, present=PASSWORD)["Location"] == OWN
    assert client.get(WORK).status_code == 200
    assert "set the password of" not in client_of(world.supervisor).get(WORK).content.decode()
