"""What of medication stands on the shift page: on the tile of each young person, and in the strip."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from placement.facilities.queries.shifts import Board
from residents.models import MedicationOrder
from tests.building.medication import last_due
from tests.facilities.shift_page import queries_of, sign, url
from tests.facilities.test_medication import DAY, HOUR, do, order
from tests.world import World


@pytest.fixture
def staff(world, client_of):
    return client_of(world.staff_cedar)


def ordered_at(world: World, moment: datetime, resident: Any = None, **changes: Any) -> MedicationOrder:
    """An order of bea whose dose is due at the minute of ``moment`` in the home's time, each day since the day before yesterday."""
    clock = moment.astimezone(world.cedar.facility.zone).time()
    return order(world, resident, times=[clock], starts_at=world.now - 2 * DAY, **changes)


def board_of(client: Any, world: World) -> Board:
    return client.get(url("shift", world)).context["board"]


def tile_of(client: Any, world: World) -> Any:
    return next(tile for tile in board_of(client, world).tiles if tile.resident == world.bea.resident)


def medicine_fact(client: Any, world: World) -> dict[str, Any]:
    return next((fact for fact in board_of(client, world).facts if fact["label"] == "Medicine"), {})


@pytest.mark.parametrize(
    ("hours", "state", "note"),
    [(0.5, "now", "now"), (-0.5, "now", "now"), (-2, "over", "late"), (-5, "over", "missed"), (2, "", ":")],
)
def test_the_tile_says_where_the_next_dose_stands(world, staff, hours, state, note):
    ordered_at(world, world.now + hours * HOUR)
    medicine = tile_of(staff, world).medicine
    assert medicine.state == state
    assert note in medicine.note


def test_nothing_is_all_done_while_a_dose_is_missed(world, staff):
    do(
        world.staff_cedar,
        "log_care",
        world.bea.resident,
        facility=world.cedar.facility,
        shift=world.cedar.shift,
        kind="head_count",
        outcome="In the house",
        happened_at=world.now - timedelta(minutes=1),
    )
    before = tile_of(staff, world).tag
    ordered_at(world, world.now - 5 * HOUR)
    assert before["kind"] != "late"
    assert tile_of(staff, world).tag == {"kind": "late", "text": "Medicine missed"}


def test_a_dose_that_is_written_down_asks_for_nothing(world, staff):
    found = ordered_at(world, world.now - HOUR / 2)
    assert (medicine_fact(staff, world)["value"], medicine_fact(staff, world)["kind"]) == (1, "due")
    do(
        world.staff_cedar,
        "log_dose",
        found,
        facility=world.cedar.facility,
        shift=world.cedar.shift,
        due_at=last_due(found, world.cedar, world.now),
        outcome="given",
        happened_at=world.now,
    )
    assert tile_of(staff, world).medicine.state == "on"
    assert medicine_fact(staff, world) == {}


def test_a_stopped_order_asks_for_nothing(world, staff):
    found = ordered_at(world, world.now + HOUR / 2)
    assert tile_of(staff, world).medicine.note == "now"
    do(world.caseworker, "stop_medication", found, reason="It made her tired.")
    assert tile_of(staff, world).medicine.note == "none due"


def test_the_shift_page_costs_the_same_for_one_order_and_for_five(world, staff):
    ordered_at(world, world.now)
    staff.get(url("shift", world))
    one = queries_of(staff, url("shift", world))
    for number in range(4):
        ordered_at(world, world.now - number * HOUR, drug=f"Other{number}")
    assert queries_of(staff, url("shift", world)) == one


def test_without_a_shift_a_dose_that_is_late_stays_on_the_tile(world, staff, acting_as):
    ordered_at(world, world.now - 2 * HOUR)
    sign(world, acting_as)
    assert tile_of(staff, world).medicine.note.endswith("late")
