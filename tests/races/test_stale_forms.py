"""Two people save the same form at the same moment: the second waits, and reads that the record has changed."""

import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from placement.access.models import Person
from placement.access.operations import change_account
from placement.database.context import acting
from placement.facilities import operations
from residents import operations as residents
from tests.races.test_shift import together, until_somebody_waits
from tests.world import World


def account(world: World) -> tuple[Person, str, dict[str, Any], Callable[[], Any]]:
    person, by = world.caseworker, world.sysadmin
    typed = {"do": "change", "name": "Onwards", "time_zone": person.time_zone}
    change = lambda: change_account(person, name="Elsewhere", time_zone=person.time_zone, by=by)  # noqa: E731
    return by, reverse("accounts:account", args=[person.pk]), typed, change


def care(world: World) -> tuple[Person, str, dict[str, Any], Callable[[], Any]]:
    by, entry = world.staff_cedar, world.ada.care
    address = reverse("facilities:care-entry", args=[world.cedar.facility.pk, entry.pk])
    typed = {"outcome": "all", "note": "Onwards"}
    return by, address, typed, lambda: residents.change_care(entry, outcome="all", note="Elsewhere", by=by)


def draft(world: World) -> tuple[Person, str, dict[str, Any], Callable[[], Any]]:
    by, referral = world.caseworker, world.draft
    address = reverse("referrals:edit", args=[referral.pk])
    return (
        by,
        address,
        {"reason": "Onwards"},
        lambda: operations.save_draft(referral, reason="Elsewhere", by=by),
    )


@pytest.mark.parametrize("subject", [account, care, draft])
def test_a_form_that_waited_for_the_other_one_overwrites_nothing(committed_world, subject):
    by, address, typed, change = subject(committed_world)
    client, changed = Client(), threading.Event()
    client.force_login(by)
    context = client.get(address).context
    version = (context.get("change") or context["form"]).current_version

    def elsewhere() -> None:
        with acting(by.pk, by.name):
            change()
            changed.set()
            until_somebody_waits()

    def send() -> Any:
        changed.wait(60)
        return client.post(address, {"form_key": str(uuid.uuid4()), "version": version, **typed})

    _, answer = together(elsewhere, send)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Someone else changed this record" in text
    assert "Elsewhere" in text
    assert "Onwards" in text
