"""The list of one's sessions, and what ends them: the person, the system administrator, a limit, another role or password."""

import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.backends.base import UpdateError
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from placement.access.models import Session
from placement.access.operations import change_account, close_account, end_sessions
from placement.access.rights import Role
from tests.accounts import changed
from tests.world import PASSWORD, World

LOGIN, SESSIONS, OWN, WORK = (
    reverse(name) for name in ("accounts:login", "accounts:sessions", "accounts:password", "work")
)
TABLET = "Mozilla/5.0 (Linux; Android 14; SM-X200) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36"


@pytest.fixture
def clock():
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


def signed_in(person, **headers: str) -> Client:
    client = Client(**headers)
    assert client.post(LOGIN, {"username": person.username, "password": PASSWORD})["Location"] == WORK
    return client


def is_in(client: Client) -> bool:
    return client.get(WORK).status_code == 200


def key(**more: str) -> dict[str, str]:
    return {"form_key": str(uuid.uuid4())} | more


def token_of(page: str, device: str) -> str:
    row = next(row for row in page.split("<tr>") if device in row and "This device" not in row)
    return re.search(r'name="session" value="(\w+)"', row)[1]


@pytest.fixture
def alone(world: World):
    """The caseworker, without the sessions that the world has opened."""
    Session.objects.filter(person=world.caseworker).delete()
    return world.caseworker


def test_the_list_says_where_and_when_and_no_key_of_a_session(world, alone, clock):
    tablet = signed_in(alone, HTTP_USER_AGENT=TABLET, REMOTE_ADDR="192.0.2.77")
    clock.shift(timedelta(minutes=5))
    here = signed_in(alone, HTTP_USER_AGENT="<script>", REMOTE_ADDR="2001:db8:1:2::9")
    signed_in(world.caseworker2)
    page = here.get(SESSIONS).content.decode()
    assert page.count("<tr>") == 3
    assert "Chrome on Android" in page and "192.0.2.…" in page and "192.0.2.77" not in page
    assert "A browser on an unknown device" in page and "2001:db8:1:…" in page
    assert page.index("This device") < page.index("Chrome on Android")
    for client in (tablet, here):
        assert client.session.session_key not in page


def test_one_session_ends_and_its_next_request_is_refused(alone):
    tablet, here, third = signed_in(alone, HTTP_USER_AGENT=TABLET), signed_in(alone), signed_in(alone)
    assert is_in(tablet) and is_in(here)
    token = token_of(here.get(SESSIONS).content.decode(), "Chrome on Android")
    assert here.post(SESSIONS, key(session=token))["Location"] == SESSIONS
    assert tablet.get(WORK)["Location"] == f"{LOGIN}?next=/"
    assert tablet.post(SESSIONS, key(do="others")).status_code == 302
    assert is_in(here) and is_in(third)
    assert here.post(SESSIONS, key(session=token)).status_code == 302  # it has ended already


def test_all_others_end(alone):
    tablet, here, third = signed_in(alone), signed_in(alone), signed_in(alone)
    here.post(SESSIONS, key(do="others"))
    assert (is_in(tablet), is_in(here), is_in(third)) == (False, True, False)


def test_nobody_ends_a_session_of_somebody_else(world, alone):
    own, other = signed_in(alone), signed_in(world.caseworker2)
    third = signed_in(alone, HTTP_USER_AGENT=TABLET)
    token = token_of(own.get(SESSIONS).content.decode(), "Chrome on Android")
    for made_up in (token, "", "x" * 64):
        assert other.post(SESSIONS, key(session=made_up)).status_code == 302
    assert is_in(own) and is_in(third)


def test_a_request_on_its_way_does_not_bring_an_ended_session_back(alone):
    tablet = signed_in(alone)
    store = tablet.session
    assert store["seen"]  # read, as by a request that began before the end
    Session.objects.filter(person=alone).delete()
    store["seen"] = timezone.now().timestamp()
    with pytest.raises(UpdateError):
        store.save()
    assert not is_in(tablet)


def test_lost_tablet_signs_out_everywhere_and_history_says_so(world, alone, client_of):
    tablet, third, other = signed_in(alone), signed_in(alone), signed_in(world.caseworker2)
    admin, page = client_of(world.sysadmin), reverse("accounts:account", args=[alone.pk])
    assert "Lost tablet" in admin.get(page).content.decode()
    assert admin.post(page, key(do="sign_out"))["Location"] == page
    assert (is_in(tablet), is_in(third), is_in(other)) == (False, False, True)
    assert "ended every session" in admin.get(page).content.decode()
    assert is_in(signed_in(alone))  # with a password that nobody has found


def test_a_session_that_began_before_the_end_is_refused_also_when_its_row_is_still_there(world, alone, acting_as):
    tablet = signed_in(alone)
    rows = list(Session.objects.filter(person=alone))
    with acting_as(world.sysadmin):
        end_sessions(alone, by=world.sysadmin)
    Session.objects.bulk_create(rows)
    assert not is_in(tablet)


@pytest.mark.parametrize("change", ["role", "closed and opened again"])
def test_another_role_and_a_closed_account_end_every_session(world, acting_as, change):
    person = world.stranger
    client = signed_in(person)
    if change == "role":
        changed(person, role=Role.INSPECTOR)
    else:
        with acting_as(world.sysadmin):
            close_account(person, by=world.sysadmin)
        changed(person, role=person.role, reopened=True)
    assert not is_in(client)
    assert not Session.objects.filter(person=person).exists()


def test_another_name_ends_no_session(world, acting_as):
    client, person = signed_in(world.stranger), world.stranger
    with acting_as(world.sysadmin):
        change_account(person, name="New", time_zone=person.time_zone, by=world.sysadmin)
    assert is_in(client)


def test_ones_own_new_password_ends_all_other_sessions(alone):
    tablet, here = signed_in(alone), signed_in(alone)
    new = "seven green chairs outside"
    assert here.post(OWN, key(present=PASSWORD, password=new, again=new)).status_code == 302
    assert (is_in(tablet), is_in(here)) == (False, True)
    assert here.get(SESSIONS).content.decode().count("<tr>") == 2


@pytest.mark.parametrize(
    ("who", "idle", "hours"),
    [("staff_cedar", 5, 12), ("caseworker", 15, 10), ("inspector_cedar", 15, 10), ("sysadmin", 10, 4)],
)
def test_the_limits_of_a_role(world, clock, who, idle, hours):
    client = signed_in(world.people[who])
    step = min(9, idle - 1)
    for _ in range((hours * 60 - 5) // step):
        clock.shift(timedelta(minutes=step))
        client.post(reverse("accounts:here"))
    assert is_in(client)
    for _ in range(4):
        clock.shift(timedelta(minutes=step))
        client.post(reverse("accounts:here"))
    assert not is_in(client)  # it lasted too long, however busy it was
    client = signed_in(world.people[who])
    clock.shift(timedelta(minutes=idle, seconds=-1))
    assert is_in(client)
    assert f'data-lock="{idle}"' in client.get(WORK).content.decode()
    clock.shift(timedelta(minutes=idle, seconds=1))
    assert not is_in(client)


def test_the_longest_idle_time_of_the_agency_holds_for_every_role(world, clock):
    with override_settings(IDLE_MINUTES=5):
        client = signed_in(world.caseworker)
        clock.shift(timedelta(minutes=6))
        assert not is_in(client)


def test_the_absolute_limit_does_not_move_with_the_cookie(alone, clock):
    """The session's own beginning counts: a copy of the cookie with any age gains nothing."""
    client = signed_in(alone)
    session = client.session
    session.set_expiry(timedelta(days=30))
    session["seen"] = (timezone.now() + timedelta(hours=10)).timestamp()
    session.save()
    clock.shift(timedelta(hours=10, seconds=1))
    assert not is_in(client)


def test_a_session_that_does_not_know_when_it_began_is_over(alone):
    client = signed_in(alone)
    session = client.session
    del session["began"]
    session.save()
    assert not is_in(client)
