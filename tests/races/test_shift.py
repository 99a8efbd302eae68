"""Two tablets on one shift: the same tap twice at once is one entry, and no entry slips into a signed shift."""

import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection
from django.test import Client
from django.urls import reverse

from placement.audit.clock import now
from placement.database.constraints import Refused
from placement.database.context import acting
from placement.facilities import operations
from placement.facilities.models import Shift
from residents import operations as residents
from residents.models import CareEntry

ROUNDS = 15


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Run ``acts`` at the same time, each with its own connection; return what they return or raise."""

    def run(act: Callable[[], Any]) -> Any:
        try:
            return act()
        except Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_the_same_tap_twice_at_the_same_moment_is_one_entry(committed_world):
    world = committed_world
    address = reverse("facilities:tap", args=[world.cedar.facility.pk, world.ada.resident.pk])
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(world.staff_cedar)
    mine = CareEntry.objects.filter(resident=world.ada.resident, kind="mood")
    for number in range(1, ROUNDS + 1):
        data = {"form_key": str(uuid.uuid4()), "what": "mood|Good"}
        answers = together(*(lambda client=client, data=data: client.post(address, data) for client in clients))
        assert [answer.status_code for answer in answers] == [302, 302]
        assert mine.count() == number


def test_an_entry_waits_for_a_signature_and_then_needs_a_reason(committed_world):
    world, shift = committed_world, committed_world.cedar.shift
    writer, signer, signed = world.staff_cedar, world.admin_cedar, threading.Event()

    def sign() -> None:
        with acting(signer.pk, signer.name):
            operations.sign_shift(shift, hand_off="Calm", by=signer)
            signed.set()
            until_somebody_waits()

    def log() -> CareEntry:
        signed.wait()
        said = {"facility": world.cedar.facility, "shift": shift, "kind": "note", "note": "Late", "by": writer}
        with acting(writer.pk, writer.name):
            return residents.log_care(world.ada.resident, happened_at=now(), **said)

    _, entry = together(sign, log)
    assert isinstance(entry, Refused)
    assert "Say why this entry comes late" in entry.sentence
    assert not CareEntry.objects.filter(note="Late").exists()
    assert Shift.objects.get(pk=shift.pk).signed_by == signer


def until_somebody_waits() -> None:
    """Return when another connection of this database waits for a lock. Fails after a minute."""
    begin = time.monotonic()
    with connection.cursor() as cursor:
        while time.monotonic() - begin < 60:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a connection of after the first look is never seen
            cursor.execute(
                "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
                " WHERE NOT l.granted AND a.datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return
    raise AssertionError("Nobody waited for the signature.")
