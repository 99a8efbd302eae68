"""The tiles together: their cost, their order, and times in the zone of the home."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from placement.audit.clock import now
from placement.facilities import operations
from placement.facilities.models import Leave
from placement.facilities.queries.tiles import Tile, tile
from residents import operations as residents
from residents.models import CareEntry
from tests.facilities.shift_page import LA, fill, moved_in, queries_of, url

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def staff(world, client_of):
    return client_of(world.staff_cedar)


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
            kind="other",
            starts_at=now() - timedelta(minutes=1),
            ends_at=now() + timedelta(hours=3),
            where="Hidden place",
            by=world.admin_cedar,
        )
    response = staff.get(url("shift", world))
    tiles = response.context["board"].tiles
    assert [tile.resident.code for tile in tiles] == ["W-1", "X-1", "W-2"]
    assert tiles[-1].where.startswith("Other, back ")
    assert "Hidden place" not in response.content.decode()


def test_times_are_those_of_the_home_not_of_the_reader(world, acting_as, client_of):
    with acting_as(world.staff_birch):
        entry = residents.log_care(
            world.cleo.resident,
            facility=world.birch.facility,
            shift=world.birch.shift,
            kind="head_count",
            happened_at=now(),
            by=world.staff_birch,
        )
    page = (
        client_of(world.staff_birch).get(reverse("facilities:shift", args=[world.birch.facility.pk])).content.decode()
    )
    assert f"{entry.happened_at.astimezone(ZoneInfo('America/Chicago')):%H:%M}" in page
    assert world.staff_birch.time_zone == "America/Los_Angeles"
    assert entry.happened_at.tzinfo == UTC


def at_ten(
    world, *, arrived: timedelta, seen: timedelta | None = None, back: timedelta | None = None, outcome="In the house"
) -> Tile:
    """Ada's tile at ten in the morning: how long ago she arrived, was seen, and came back from a leave."""
    ten = datetime(2026, 3, 4, 10, tzinfo=LA)
    look = CareEntry(kind="head_count", outcome=outcome, happened_at=ten, written_at=ten)
    if seen is not None:
        look.happened_at = look.written_at = ten - seen
    with timezone.override(LA):  # where the reader's clock shows the home's time
        return tile(
            world.ada.resident,
            alerts=[],
            entries=[] if seen is None else [look],
            leaves=[] if back is None else [Leave(starts_at=ten - arrived, ends_at=ten - back)],
            missing=None,
            begins=ten - timedelta(hours=3),
            since=ten - arrived,
            moment=ten,
            facility=world.cedar.facility,
            is_open=True,
        )


def test_the_first_look_after_an_arrival_is_due_at_once(world):
    arrived = at_ten(world, arrived=timedelta(minutes=5))
    assert arrived.tag == {"kind": "due", "text": "Not seen yet"}
    assert arrived.where == "Arrived 09:55"
    assert (arrived.taps[0].label, arrived.taps[0].note, arrived.taps[0].state) == ("Seen", "now", "now")
    assert arrived.due_at == datetime(2026, 3, 4, 10, tzinfo=LA)
    back = at_ten(world, arrived=30 * DAY, seen=2 * HOUR, back=timedelta(minutes=20))
    assert (back.where, back.taps[0].note) == ("Back 09:40", "now")
    assert at_ten(world, arrived=30 * DAY).where == "No look since 02:00"


@pytest.mark.parametrize("outcome", ["At school", "Out with staff"])
def test_the_tap_for_somebody_who_is_out_says_back(world, outcome):
    just = at_ten(world, arrived=30 * DAY, seen=timedelta(minutes=5), outcome=outcome)
    assert (just.taps[0].label, just.taps[0].note, just.taps[0].state) == ("Back", "in the house", "")
    assert just.taps[0].what == "head_count|In the house"
    late = at_ten(world, arrived=30 * DAY, seen=timedelta(minutes=65), outcome=outcome)
    assert (late.taps[0].label, late.taps[0].note, late.taps[0].state) == ("Back", "5 min late", "over")


@pytest.mark.parametrize(
    ("minutes", "note", "state"),
    [
        (20, "09:40", "on"),
        (45, "by 10:15", "now"),
        (59, "by 10:01", "now"),
        (60, "now", "now"),
        (65, "5 min late", "over"),
    ],
)
def test_the_button_says_now_only_from_when_the_look_is_due(world, minutes, note, state):
    seen = at_ten(world, arrived=30 * DAY, seen=timedelta(minutes=minutes)).taps[0]
    assert (seen.note, seen.state) == (note, state)


def test_who_has_just_arrived_comes_right_after_who_is_late(world, staff, acting_as):
    with acting_as(world.supervisor):
        bed = operations.add_bed(world.cedar.rooms[0], "X1", by=world.supervisor)
    moved_in(world, acting_as, bed, 1)
    for young, minutes in ((world.ada, 20), (world.bea, 70)):
        with acting_as(world.staff_cedar):
            residents.log_care(
                young.resident,
                facility=world.cedar.facility,
                shift=world.cedar.shift,
                kind="head_count",
                happened_at=now() - timedelta(minutes=minutes),
                by=world.staff_cedar,
            )
    board = staff.get(url("shift", world)).context["board"]
    assert [tile.resident.code for tile in board.tiles] == ["W-2", "X-1", "W-1"]


def test_the_numbers_of_the_strip_open_the_rows_behind_them(world, staff):
    page = staff.get(url("shift", world))
    board = page.context["board"]
    opens = {fact["label"]: fact.get("href", "") for fact in board.facts}
    first = min((tile for tile in board.tiles if tile.here), key=lambda tile: tile.due_at)
    assert opens["Staff on duty"] == "#on-duty" and 'id="on-duty"' in page.text
    assert opens["In the house"] == "#people" and 'id="people"' in page.text
    assert opens["Next round"] == f"#y-{first.resident.pk}" and f'id="y-{first.resident.pk}"' in page.text
    assert world.cedar.exits[0].name in staff.get(opens["Exits"]).text
    assert "" not in {href for label, href in opens.items() if label != "Last hand-off"}
