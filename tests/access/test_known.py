"""Wrong codes from elsewhere keep nobody out of a browser in which they have signed in before."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core import signing
from django.test import Client, RequestFactory, override_settings
from django.utils import timezone

from placement.access.known import COOKIE, MOST, SALT, browser_of, remember, token_of
from tests.access.test_factor import CODE, WORK, app_code, key, password, set_up, wrong_code
from tests.world import World


@pytest.fixture(autouse=True)
def _factor_is_on():
    with override_settings(SECOND_FACTOR=True):
        yield


@pytest.fixture
def clock():
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


def again(old: Client, person) -> Client:
    """A new sign-in, up to the code, in the browser of ``old``."""
    client, _ = password(person)
    if COOKIE in old.cookies:
        client.cookies[COOKIE] = old.cookies[COOKIE].value
    return client


def shut_from_elsewhere(world: World, seed: str) -> None:
    thief, _ = password(world.caseworker)
    for _ in range(5):
        thief.post(CODE, key(code=wrong_code(seed)))
    assert "too many wrong codes" in thief.post(CODE, key(code=app_code(seed))).content.decode()


def test_the_own_browser_lets_its_person_in_while_others_guess(world: World, clock) -> None:
    _, seed, _ = set_up(world.caseworker)
    clock.shift(timedelta(minutes=1))
    own, _ = password(world.caseworker)
    assert own.post(CODE, key(code=app_code(seed)))["Location"] == WORK
    clock.shift(timedelta(minutes=1))
    shut_from_elsewhere(world, seed)
    assert again(own, world.caseworker).post(CODE, key(code=app_code(seed)))["Location"] == WORK


def test_it_has_a_count_of_its_own(world: World, clock) -> None:
    _, seed, _ = set_up(world.caseworker)
    clock.shift(timedelta(minutes=1))
    own, _ = password(world.caseworker)
    own.post(CODE, key(code=app_code(seed)))
    clock.shift(timedelta(minutes=1))
    here = again(own, world.caseworker)
    for _ in range(5):
        here.post(CODE, key(code=wrong_code(seed)))
    assert "too many wrong codes" in here.post(CODE, key(code=app_code(seed))).content.decode()


def test_the_cookie_of_somebody_else_or_of_another_factor_or_a_forged_one_helps_nobody(world: World) -> None:
    set_up(world.caseworker)
    set_up(world.supervisor)
    for person in (world.caseworker, world.supervisor):
        person.refresh_from_db()
    request, answer = RequestFactory().get("/"), Client().get(CODE)
    remember(request, answer, world.caseworker)
    cookie = answer.cookies[COOKIE]
    assert cookie["httponly"] and cookie["samesite"] == "Strict" and cookie["path"] == CODE
    assert str(world.caseworker.pk) not in cookie.value and world.caseworker.username not in cookie.value
    request.COOKIES[COOKIE] = cookie.value
    assert browser_of(request, world.caseworker) and not browser_of(request, world.supervisor)
    since, world.caseworker.factor_since = world.caseworker.factor_since, timezone.now()
    assert not browser_of(request, world.caseworker)
    world.caseworker.factor_since = since
    forged = signing.dumps({"browser": "x", "people": [token_of(world.caseworker)]}, key="not ours", salt=SALT)
    for value in (forged, "nonsense", ""):
        request.COOKIES[COOKIE] = value
        assert not browser_of(request, world.caseworker)


def test_a_shared_tablet_knows_the_newest_people_for_thirty_days(world: World) -> None:
    request, answer = RequestFactory().get("/"), Client().get(CODE)
    people = [*world.people.values()][: MOST + 1]
    for person in people:
        remember(request, answer, person)
        request.COOKIES[COOKIE] = answer.cookies[COOKIE].value
    assert [bool(browser_of(request, person)) for person in people] == [False, *[True] * MOST]
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert not browser_of(request, people[-1])
    assert len(answer.cookies[COOKIE].value) < 1500 and settings.SESSION_COOKIE_HTTPONLY
