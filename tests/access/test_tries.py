"""Guessing passwords: it ends after a few tries, tells nothing about names, and shuts nobody out who comes from elsewhere."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from placement.access import tries
from placement.access.endings import failed_tries
from placement.access.models import AccessLogEntry, FormKey, SignInFailure
from placement.access.operations import close_account
from placement.database.context import acting
from tests.world import PASSWORD, browser

LOGIN = reverse("accounts:login")
TOO_MANY = "There were too many tries from here."
WRONG = "don&#x27;t go together"


def attempt(name: str, password: str = f"not {PASSWORD}", **headers: str):
    return Client().post(LOGIN, {"username": name, "password": password}, **{"REMOTE_ADDR": "192.0.2.7"} | headers)


@pytest.fixture
def name(world) -> str:
    return world.caseworker.username


def test_a_right_password_after_many_wrong_ones_does_not_get_in(name):
    answers = [attempt(name).content.decode() for _ in range(40)]
    assert all(WRONG in answer for answer in answers[:5])
    assert all(TOO_MANY in answer for answer in answers[5:])
    assert TOO_MANY in attempt(name, PASSWORD).content.decode()
    assert attempt(name, PASSWORD, REMOTE_ADDR="192.0.2.8").status_code == 302  # from elsewhere


def test_it_opens_again_after_a_quarter_of_an_hour_and_the_rows_go(name):
    for _ in range(7):
        attempt(name)
    assert SignInFailure.objects.count() == 5
    with time_machine.travel(timezone.now() + timedelta(minutes=14), tick=False):
        assert TOO_MANY in attempt(name, PASSWORD).content.decode()
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        attempt("somebody.else")
        assert SignInFailure.objects.count() == 1
        assert attempt(name, PASSWORD).status_code == 302


def test_a_name_that_does_not_exist_is_answered_alike(name):
    def seen(who: str) -> list[str]:
        return [attempt(who).context["form"].non_field_errors()[0] for _ in range(8)]

    assert seen(name) == seen("nobody.of.the.world")


def test_a_name_that_does_not_exist_costs_the_same_and_leaves_nothing(name):
    def done(who: str) -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            attempt(who)
        return [query["sql"][:25] for query in captured if "SAVEPOINT" not in query["sql"]]

    assert done(name) == done("nobody.of.the.world")
    failed = AccessLogEntry.objects.filter(outcome="failed")
    assert set(failed.values_list("person__username", flat=True)) == {name} and failed.count() == 1


def test_a_success_forgets_the_failures_before_it(name):
    for _ in range(3):
        for _ in range(4):
            attempt(name)
        assert attempt(name, PASSWORD).status_code == 302


def test_another_spelling_of_the_name_is_the_same_name(name):
    for spelling in (name, name.upper(), name.title(), f" {name}", f"{name} "):
        attempt(spelling)
    assert TOO_MANY in attempt(name, PASSWORD).content.decode()


def test_one_place_does_not_try_every_name(world):
    SignInFailure.objects.bulk_create(
        SignInFailure(name=tries.key(f"name{number}"), place=tries.key("192.0.2.7"), at=timezone.now())
        for number in range(100)
    )
    assert TOO_MANY in attempt("one.more").content.decode()
    assert TOO_MANY in attempt(world.caseworker.username, PASSWORD).content.decode()
    assert attempt(world.caseworker.username, PASSWORD, REMOTE_ADDR="198.51.100.1").status_code == 302


def test_a_made_up_forwarded_address_gains_nothing(name):
    for number in range(5):
        attempt(name, HTTP_X_FORWARDED_FOR=f"203.0.113.{number}")
    assert TOO_MANY in attempt(name, PASSWORD, HTTP_X_FORWARDED_FOR="203.0.113.99").content.decode()


@override_settings(TRUSTED_PROXY=True)
def test_behind_a_proxy_its_own_word_counts_and_not_what_the_visitor_put_before_it(name):
    for number in range(5):
        attempt(name, HTTP_X_FORWARDED_FOR=f"203.0.113.{number}, 198.51.100.1")
    assert TOO_MANY in attempt(name, PASSWORD, HTTP_X_FORWARDED_FOR="10.0.0.1, 198.51.100.1").content.decode()
    assert attempt(name, PASSWORD, HTTP_X_FORWARDED_FOR="198.51.100.1, 198.51.100.2").status_code == 302


def test_the_addresses_of_one_household_are_one_place(name):
    for number in range(5):
        attempt(name, REMOTE_ADDR=f"2001:db8:1:2::{number}")
    assert TOO_MANY in attempt(name, PASSWORD, REMOTE_ADDR="2001:db8:1:2:ffff::1").content.decode()
    assert attempt(name, PASSWORD, REMOTE_ADDR="2001:db8:1:3::1").status_code == 302


def test_no_name_is_readable_in_the_table(name):
    attempt("my secret password")
    assert "secret" not in str(SignInFailure.objects.values())
    assert "127.0.0.1" not in str(SignInFailure.objects.values())


def test_tries_at_the_same_moment_are_counted_one_by_one(committed_world):
    def one(_: int) -> str:
        try:
            return attempt(committed_world.caseworker.username).content.decode()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(one, range(16)))
    assert sum(WRONG in answer for answer in answers) == 5


def test_signing_in_drops_old_one_time_keys(world, name):
    def used(days: int) -> FormKey:
        return FormKey.objects.create(
            key=uuid.uuid4(),
            person=world.caseworker,
            went_to="/",
            used_at=timezone.now() - timedelta(days=days),
        )

    old, young = used(31), used(29)
    assert attempt(name, PASSWORD).status_code == 302
    assert set(FormKey.objects.filter(pk__in=[old.pk, young.pk])) == {young}


def test_a_failure_stands_in_the_access_log_and_whose_name_it_is_can_read_it(world) -> None:
    for name in (world.caseworker.username, "nobody.of.the.world", world.staff_cedar.username):
        attempt(name)
    attempt(world.caseworker.username, PASSWORD)
    entries = AccessLogEntry.objects.filter(outcome="failed")
    with acting(world.caseworker.pk, world.caseworker.name):
        assert [(entry.person, entry.page) for entry in entries] == []  # row security: it is no record of theirs
    page = browser(world, "caseworker").get(reverse("accounts:sessions")).content.decode()
    assert page.count("A wrong password at sign-in") == 1
    other = browser(world, "supervisor").get(reverse("accounts:sessions")).content.decode()
    assert "A wrong password" not in other and "None." in other


def test_a_right_password_of_a_closed_account_is_a_failure(world) -> None:
    with acting(world.sysadmin.pk, world.sysadmin.name):
        close_account(world.staff_cedar, by=world.sysadmin)
    attempt(world.staff_cedar.username, PASSWORD)
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        assert [what for _, what in failed_tries()] == ["a wrong password at sign-in"]
