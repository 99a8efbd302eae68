"""The tiles together: their cost, their order, and times in the zone of the home."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from placement.audit.clock import now
from placement.facilities import operations
from placement.facilities.queries.tiles import tile
from residents import operations as residents
from tests.facilities.shift_page import LA, fill, url


@pytest.fixture
def staff(world, client_of):
    return client_of(world.staff_cedar)


def queries_of(client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_page_costs_the_same_for_three_and_for_thirty_tiles(world, staff, acting_as):
    fill(world, acting_as, 1)
    staff.get(url("shift", world))
    addresses = [url("shift", world), url("log-several", world), url("past-shift", world, world.cedar.shift.pk)]
    three = [queries_of(staff, address) for address in addresses]
    assert len(staff.get(addresses[0]).context["board"].tiles) == 3
    fill(world, acting_as, 27, first=2)
    assert len(staff.get(addresses[0]).context["board"].tiles) == 30
    assert [queries_of(staff, address) for address in addresses] == three


def test_what_is_due_comes_first_and_who_is_away_comes_last(world, staff, acting_as):
    fill(world, acting_as, 1)
    with acting_as(world.staff_cedar):
        residents.log_care(
            world.ada.resident,
            facility=world.cedar.facility,
            shift=world.cedar.shift,
            kind="head_count",
            happened_at=now() - timedelta(minutes=20),
            by=world.staff_cedar,
        )
    order = [tile.resident.code for tile in staff.get(url("shift", world)).context["board"].tiles]
    assert order == ["W-2", "W-1", "X-1"]
    with acting_as(world.admin_cedar):
        operations.grant_leave(
            world.bea.stay,
            kind="visit",
            starts_at=now() - timedelta(minutes=1),
            ends_at=now() + timedelta(hours=3),
            where="Hidden place",
            by=world.admin_cedar,
        )
    response = staff.get(url("shift", world))
    tiles = response.context["board"].tiles
    assert [tile.resident.code for tile in tiles] == ["W-1", "X-1", "W-2"]
    assert tiles[-1].where.startswith("Visit, back ")
    assert "Hidden place" not in response.content.decode()


def test_times_are_those_of_the_home_not_of_the_reader(world, acting_as, client_of):
    with acting_as(world.staff_birch):
        entry = residents.log_care(
            world.cleo.resident,
            facility=world.birch.facility,
            shift=world.birch.shift,
            kind="activity",
            happened_at=now(),
            by=world.staff_birch,
        )
    page = (
        client_of(world.staff_birch).get(reverse("facilities:shift", args=[world.birch.facility.pk])).content.decode()
    )
    assert f"{entry.happened_at.astimezone(ZoneInfo('America/Chicago')):%H:%M}" in page
    assert world.staff_birch.time_zone == "America/Los_Angeles"
    assert entry.happened_at.tzinfo == UTC


def test_somebody_who_has_just_arrived_is_not_done_before_anybody_has_seen_them(world):
    ten_in_the_morning = datetime(2026, 3, 4, 10, tzinfo=LA)
    arrived = tile(
        world.ada.resident,
        alerts=[],
        entries=[],
        leaves=[],
        missing=None,
        begins=ten_in_the_morning - timedelta(hours=3),
        since=ten_in_the_morning - timedelta(minutes=5),
        moment=ten_in_the_morning,
        facility=world.cedar.facility,
        is_open=True,
    )
    assert arrived.tag == {"kind": "due", "text": "Not seen yet"}
