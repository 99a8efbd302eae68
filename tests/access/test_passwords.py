"""Which passwords are refused, in which words, and that signing in tells nothing about accounts."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from placement.access.confirm import TOO_MANY_NAMES
from placement.access.operations import close_account
from placement.access.passwords import REFUSED, NoOwnNames
from tests.world import PASSWORD, World

LOGIN, OWN = reverse("accounts:login"), reverse("accounts:password")
TOO_SHORT, COMMON = "too short", "too common"


def said(client: Client, new: str, *, present: str = PASSWORD, field: str = "password") -> str:
    """The sentences next to ``field``, by default the new password; "" when there is none."""
    answer = client.post(OWN, {"form_key": str(uuid.uuid4()), "present": present, "password": new, "again": new})
    return "" if answer.status_code == 302 else " ".join(answer.context["form"].errors.get(field, []))


@pytest.mark.parametrize(
    "new",
    [
        "Caseworker green lamp",
        "green cASE-worker lamp",
        "green W-001 lamp window",
        "placement2026",
        "my PlaceMent password",
        "{home} lamp window",
        "{unit}-lamp-window-9",
    ],
)
def test_names_that_are_used_here_are_refused_and_not_told(world: World, client_of, new: str) -> None:
    new = new.format(home=world.birch.facility.name, unit=world.south.name)
    assert REFUSED in said(client_of(world.caseworker), new)


def test_without_the_present_password_nothing_is_told_and_guessing_ends(world: World, client_of) -> None:
    client = client_of(world.caseworker)
    for new in (f"{world.birch.facility.name} lamp window", "short", PASSWORD, "quiet river stone lamp", "x"):
        assert said(client, new, present="wrong") == ""
    new = "quiet river stone lamp"
    assert "too many wrong passwords" in said(client, new, field="present")
    with time_machine.travel(timezone.now() + timedelta(minutes=14)):
        assert "too many wrong passwords" in said(client, new, field="present")


def test_which_homes_there_are_is_not_told_without_end(world: World, client_of) -> None:
    client, new = client_of(world.caseworker), f"{world.birch.facility.name} lamp window"
    for _ in range(5):
        assert REFUSED in said(client, new)
    for other in (new, "quiet river stone lamp"):
        assert said(client, other) == TOO_MANY_NAMES


def test_a_word_of_a_name_may_stand_in_a_long_password_but_not_carry_a_short_one(world: World) -> None:
    NoOwnNames().validate("north lamp and some windows")
    for password in ("placement", "North 2026!!!!", "Birch-north 99"):
        with pytest.raises(ValidationError, match="used here"):
            NoOwnNames().validate(password)


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        ("eleven char", TOO_SHORT),
        ("1qaz2wsx3edc", COMMON),
        ("quiet river stone lamp", ""),
        ("aaaa bbbb cc", ""),  # no rules about kinds of letters
        ("ключ от старого сада", ""),
        ("x y" * 42, ""),  # 126 characters
    ],
)
def test_length_and_common_passwords_and_nothing_else(world: World, client_of, new: str, sentence: str) -> None:
    answer = said(client_of(world.caseworker), new)
    assert (sentence in answer) if sentence else answer == ""


def test_every_way_to_be_wrong_is_answered_alike_and_costs_one_hash(world: World, acting_as, monkeypatch) -> None:
    with acting_as(world.sysadmin):
        close_account(world.clinician, by=world.sysadmin)
    hashed: list[str] = []
    once = MD5PasswordHasher.encode

    def count(self, password, salt):
        hashed.append(password)
        return once(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", count)
    seen = {}
    for username, password in [
        ("nobody.of.the.world", PASSWORD),
        (world.caseworker.username, "wrong"),
        (world.clinician.username, PASSWORD),
        (world.clinician.username, "wrong"),
    ]:
        hashed.clear()
        answer = Client().post(LOGIN, {"username": username, "password": password})
        seen[username, password] = (answer.status_code, answer.context["form"].non_field_errors(), len(hashed))
    assert len({str(answer) for answer in seen.values()}) == 1, seen
    assert next(iter(seen.values()))[2] == 1
