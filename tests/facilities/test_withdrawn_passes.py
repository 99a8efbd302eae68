"""A pass that was withdrawn leaves no trace in where somebody is: its empty leave is no absence, and nobody came back from it."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from placement.audit.clock import at_time, now
from placement.database import roles
from placement.facilities import operations
from placement.facilities.models import Leave, Placement
from placement.facilities.queries.night import night_log
from placement.facilities.queries.ratio import present_now
from placement.facilities.queries.shifts import board
from residents import operations as residents
from tests.attack.sql import ask, change, sql
from tests.facilities.conftest import do
from tests.world import World

MINUTE = timedelta(minutes=1)


def withdrawn(world: World, starts_at: datetime) -> Leave:
    """The leave of a pass of bea that was approved, and withdrawn before it began."""
    values = {"kind": "outing", "where": "Library", "company": "alone", "transport": "Bus"}
    values |= {"starts_at": starts_at, "ends_at": starts_at + 60 * MINUTE}
    asked = do(world.staff_cedar, operations.ask_pass, world.bea.stay, **values)
    do(world.supervisor, operations.decide_pass, asked, decision="approved")
    do(world.staff_cedar, operations.withdraw_pass, asked, reason="Rain")
    return Leave.objects.get(pass_request=asked)


def look(world: World, outcome: str, at: datetime) -> None:
    told = {"facility": world.cedar.facility, "shift": world.cedar.shift, "kind": "head_count", "how": "saw"}
    do(world.staff_cedar, residents.log_care, world.bea.resident, **told, outcome=outcome, happened_at=at)


def seen(world: World) -> list[Any]:
    """Where bea is on the shift page, when she is looked at next, and how many are present."""
    found = next(
        tile
        for tile in board(world.staff_cedar, world.cedar.facility).tiles
        if tile.resident.pk == world.bea.resident.pk
    )
    return [found.place, found.where, found.due_at, present_now(world.cedar.facility)]


@pytest.mark.parametrize("outcome", ["In the house", "At school"])
def test_nobody_came_back_from_it(world: World, acting_as: Any, outcome: str) -> None:
    begins = now() + 20 * MINUTE
    look(world, outcome, now())
    with acting_as(world.staff_cedar), at_time(begins + MINUTE):
        before = seen(world)
    withdrawn(world, begins)
    with acting_as(world.staff_cedar), at_time(begins + MINUTE):
        assert seen(world) == before


def test_it_excuses_no_look(world: World, acting_as: Any) -> None:
    shift = world.cedar.shift
    begins = now() + 20 * MINUTE

    def gaps() -> Any:
        with acting_as(world.admin_cedar), at_time(begins + 30 * MINUTE):
            log = night_log(world.admin_cedar, shift)
        return next(line.gaps for line in log.lines if line.resident.pk == world.bea.resident.pk)

    before = gaps()
    assert before
    withdrawn(world, begins)
    assert gaps() == before


def dated_back(leave: Leave, at: datetime) -> None:
    """Let the empty leave lie at ``at``, as it does when that time has come."""
    with roles.as_owner():
        sql("ALTER TABLE facilities_leave DISABLE TRIGGER USER")
        change(leave, starts_at=at, ends_at=at)
        sql("ALTER TABLE facilities_leave ENABLE TRIGGER USER")


def test_a_stay_may_have_ended_before_it(committed_world: World) -> None:
    world = committed_world
    dated_back(withdrawn(world, now() + 20 * MINUTE), now() - 10 * MINUTE)
    plan = SimpleNamespace(to="family", reason="Home again", after_care="Visits", after_care_contact="Ms Reed")
    at = now() - 20 * MINUTE
    do(
        world.supervisor,
        operations.discharge,
        world.bea.stay,
        at=at,
        first_check_on=world.today + timedelta(days=7),
        **vars(plan),
    )
    assert Placement.objects.get(pk=world.bea.stay.pk).ends_at == at


def test_the_database_counts_nobody_as_back_from_it(committed_world: World, acting_as: Any) -> None:
    world = committed_world
    look(world, "At school", now() - 15 * MINUTE)
    with acting_as(world.staff_cedar):
        before = ask("SELECT present_in(%s)", world.cedar.facility.pk)
    dated_back(withdrawn(world, now() + 20 * MINUTE), now() - 10 * MINUTE)
    with acting_as(world.staff_cedar):
        assert ask("SELECT present_in(%s)", world.cedar.facility.pk) == before
