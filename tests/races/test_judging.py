"""Acts about the same young person, and the hourly evaluation, at one time: none ends what another has opened."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection

from compliance.judging import judge
from compliance.models import Obligation, Proof
from placement.access.models import Person
from placement.database import roles
from placement.database.context import acting
from tests.attack.sql import ask
from tests.law import NCMEC, of, prove, report
from tests.world import World

HOUR = timedelta(hours=1)
SECONDS = 60


class Aside(threading.Thread):
    """An act on another connection; ``join`` raises what it raised."""

    def __init__(self, act: Callable[[], Any]) -> None:
        super().__init__()
        self.act, self.error = act, None
        self.start()

    def run(self) -> None:
        try:
            self.act()
        except Exception as error:
            self.error = error
        finally:
            connection.close()

    def join(self, timeout: float | None = SECONDS) -> None:
        super().join(timeout)
        assert not self.is_alive()
        if self.error:
            raise self.error


def test_two_proofs_at_one_time_meet_what_asks_for_both(committed_world: World) -> None:
    world = committed_world
    asked = of(NCMEC, subject=report(world, world.ada.resident).pk)
    filed, go = threading.Event(), threading.Event()

    def first() -> None:
        with acting(world.staff_cedar.pk, world.staff_cedar.name):
            prove(asked, world.staff_cedar, 1)
            filed.set()
            go.wait(SECONDS)

    def second() -> None:
        filed.wait(SECONDS)
        prove(Obligation(pk=asked.pk), world.caseworker, 2)

    slow, quick = Aside(first), Aside(second)
    filed.wait(SECONDS)
    quick_waits = threading.Timer(2, go.set)
    quick_waits.start()
    slow.join()
    quick.join()
    with roles.as_owner():
        assert Proof.objects.filter(obligation=asked).count() == 2
        asked.refresh_from_db()
    assert asked.met_at is not None


def test_whoever_judges_the_same_young_person_waits_and_another_does_not(committed_world: World) -> None:
    world = committed_world

    def without_waiting(by: Person, young: Any) -> Callable[[], None]:
        def act() -> None:
            with acting(by.pk, by.name), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '500ms'")
                judge(young=[young.resident.pk])

        return act

    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        judge(young=[world.ada.resident.pk])
        with pytest.raises(OperationalError, match="lock timeout"):
            Aside(without_waiting(world.caseworker, world.ada)).join()
        Aside(without_waiting(world.caseworker2, world.cleo)).join()


def test_what_is_reported_while_everything_is_judged_stays_asked(committed_world: World) -> None:
    """The evaluation has read the facts, and waits for a row; meanwhile somebody is reported missing."""
    world = committed_world
    held, go = threading.Event(), threading.Event()
    with roles.as_owner():
        evaluate_patiently()
        with acting(world.supervisor.pk, world.supervisor.name):
            rows = Obligation.objects.filter(resident=world.cleo.resident, met_at=None, ended_at=None)
            row = rows.exclude(due_at=None).first()
            Obligation.objects.filter(pk=row.pk).update(due_at=row.due_at + HOUR)  # the evaluation sets it right

        def hold() -> None:
            with acting(world.supervisor.pk, world.supervisor.name):
                Obligation.objects.select_for_update(of=("self",)).get(pk=row.pk)
                held.set()
                go.wait(SECONDS)

        holder = Aside(hold)
        held.wait(SECONDS)
        evaluation = Aside(evaluate_patiently)
        try:
            wait_for_a_lock()
            opened = of(NCMEC, subject=report(world, world.ada.resident).pk)
            assert evaluation.is_alive()  # and kept nobody waiting
        finally:
            go.set()
        holder.join()
        evaluation.join()
        row.refresh_from_db()
        assert row.history.first().history_user_name == "system: compliance evaluate"  # it had waited, and went on
        opened.refresh_from_db()
        assert opened.ended_at is None


def evaluate_patiently() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 0")
    call_command("compliance", "evaluate", stdout=StringIO())


def wait_for_a_lock() -> None:
    """Wait until a statement of another connection waits for a lock."""
    waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    until = time.monotonic() + SECONDS
    while not ask(waits):
        assert time.monotonic() < until
        time.sleep(0.1)
