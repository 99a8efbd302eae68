"""Beds on the pages about homes: the board, the weeks behind each number, and the forms about rooms and beds."""

import re
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from placement.facilities import operations
from placement.facilities.models import Bed, Unit
from placement.facilities.queries import bed_board, occupancy
from placement.facilities.queries import facts as home_facts
from placement.facilities.queries.standing import homes_now
from placement.ui.moments import DATE_FORMAT
from residents import operations as residents
from tests.facilities.conftest import Steps, do
from tests.facilities.home_pages import DAY, Browser, errors_of, post, text_of, today, url
from tests.world import World


def test_the_bed_board_shows_stays_leaves_and_closed_beds_by_code(world: World):
    board = bed_board.board(world.admin_cedar, world.cedar.facility, by_code=True)
    rows = {row.bed.pk: row.blocks for row in board.rows}
    assert all(sum(block.days for block in blocks) == bed_board.DAYS for blocks in rows.values())
    ada = rows[world.cedar.beds[0].pk]
    assert ada[0].text.startswith("W-1")
    assert ada[0].resident == world.ada.resident.pk
    assert [block.kind for block in rows[world.cedar.beds[3].pk]] == ["free"]
    do(
        world.admin_cedar,
        operations.close_bed,
        world.cedar.beds[3],
        from_=today(world) + 2 * DAY,
        until=today(world) + 4 * DAY,
        why="Painting",
    )
    closed = bed_board.board(world.admin_cedar, world.cedar.facility, by_code=True)
    blocks = {row.bed.pk: row.blocks for row in closed.rows}[world.cedar.beds[3].pk]
    assert [(block.kind, block.days) for block in blocks] == [("free", 2), ("shut", 3), ("free", 9)]


def test_a_missing_young_person_keeps_the_bed(world: World):
    do(
        world.staff_cedar,
        residents.report_incident,
        facility=world.cedar.facility,
        shift=world.cedar.shift,
        kind="missing",
        severity="critical",
        happened_at=world.now - timedelta(minutes=5),
        seen="Not in the room",
        done="Called the police",
        residents=[world.bea.resident],
    )
    board = bed_board.board(world.admin_cedar, world.cedar.facility, by_code=True)
    block = {row.bed.pk: row.blocks for row in board.rows}[world.cedar.beds[1].pk][0]
    assert block.kind == "away"
    assert block.text.startswith("W-2 · missing since")
    assert block.text.endswith("bed kept")


def test_without_the_right_the_board_says_only_taken_and_kept(world: World):
    board = bed_board.board(world.caseworker2, world.birch.facility, by_code=False)
    texts = {block.text for row in board.rows for block in row.blocks}
    assert not re.search(r"W-\d", " ".join(texts))
    assert "taken" in texts
    assert all(block.resident is None for row in board.rows for block in row.blocks)


def test_the_board_and_the_weeks_name_nobody_of_whom_the_reader_may_not_know(world: World, client_of: Browser):
    home = world.birch.facility
    client = client_of(world.admin_birch)
    page = text_of(client, url("detail", home))
    assert "W-3" in page
    assert "held until" in page
    assert "W-5" not in page  # the young person for whom the bed is held: not open to the home yet
    assert client.get(reverse("residents:detail", args=[world.eve.resident.pk])).status_code == 404
    do(
        world.supervisor2,
        operations.discharge,
        world.dina.stay,
        at=world.now - timedelta(minutes=1),
        to="family",
        reason="Goes home",
        after_care="Calls",
        after_care_contact="Caseworker",
        first_check_on=today(world) + DAY,
    )
    year, number, _ = world.dina.stay.starts_at.astimezone(home.zone).date().isocalendar()
    weeks = f"{url('detail', home)}weeks/{year}-{number:02}/"
    former = text_of(client, weeks)
    assert "A young person" in former
    assert "W-4" not in former
    assert "W-4" in text_of(client_of(world.supervisor2), weeks)
    assert "W-4" not in text_of(client_of(world.supervisor), weeks)


def test_somebody_else_s_bed_says_neither_code_nor_where_they_are(world: World):
    board = bed_board.board(world.supervisor2, world.cedar.facility, by_code=True)
    texts = {block.text for row in board.rows for block in row.blocks}
    assert "taken" in texts
    assert texts <= {"taken", ""}
    assert home_facts.whereabouts(world.supervisor2, homes_now([world.cedar.facility])[0].people) == []


def test_the_count_of_those_in_the_house_says_when_it_leaves_somebody_out(steps: Steps, world: World):
    def first() -> tuple[str, str]:
        fact = home_facts.whereabouts(world.supervisor, homes_now([world.cedar.facility])[0].people)[0]
        return fact["label"], fact["value"]

    assert first() == ("In the house", "2 of 2")
    steps.admitted("dina", "cedar", 2)
    assert first() == ("In the house, of those open to you", "2 of 2")


def test_a_proposal_is_not_drawn_as_somebody_who_lives_there(steps: Steps, world: World):
    stay = steps.proposal(starts_at=world.now + 3 * DAY)

    def drawn() -> set[tuple[str, str, bool]]:
        rows = bed_board.board(world.admin_cedar, world.cedar.facility, by_code=False).rows
        blocks = next(row.blocks for row in rows if row.bed == stay.bed)
        return {(block.kind, block.text, block.resident is None) for block in blocks}

    assert drawn() == {("hold", "promised", True), ("hold", "asked for", True)}
    do(world.supervisor, operations.approve_placement, stay, reason="Fits.")
    assert drawn() == {("hold", "promised", True), ("hold", "arrives", True)}


def test_the_board_costs_the_same_for_two_and_for_eight_beds(world: World):
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            bed_board.board(world.admin_cedar, world.cedar.facility, by_code=True)
        return len(captured)

    before = cost()
    for name in "CDEF":
        do(world.admin_cedar, operations.add_bed, world.cedar.rooms[0], name)
    assert cost() == before


def test_the_weeks_count_nights_at_midnight(world: World):
    weeks = occupancy.weeks(world.cedar.facility)
    assert len(weeks) == occupancy.WEEKS
    assert [week.monday for week in weeks] == sorted({week.monday for week in weeks})
    assert all(week.monday.weekday() == 0 for week in weeks)
    assert not any(week.label.endswith("so far") for week in weeks[:-1])
    assert weeks[-1].label.endswith(", so far") is (weeks[-1].nights_so_far < 7)
    zone = world.cedar.facility.zone

    def day_before(moment: Any) -> Any:
        """The day that a midnight ends, for a stay that begins or ends at one; the day of any other moment."""
        return (moment.astimezone(zone) - timedelta(microseconds=1)).date()

    def slept(starts: Any, ends: Any, first: Any) -> int:
        return ((day_before(ends) if ends else today(world)) - max(day_before(starts), first)).days

    lived = [
        young.stay for young in world.young.values() if young.stay and young.stay.facility_id == world.cedar.facility.pk
    ]
    assert sum(week.nights for week in weeks) == sum(slept(s.starts_at, s.ends_at, weeks[0].monday) for s in lived)


def test_each_bar_opens_the_stays_behind_it(world: World, client_of: Browser):
    home = world.cedar.facility
    client = client_of(world.inspector_cedar)
    links = re.findall(rf"{url('detail', home)}weeks/\d+-\d+/", text_of(client, url("detail", home)))
    assert len(set(links)) == occupancy.WEEKS
    places = world.cedar.licence.capacity
    assert f"mean per night. A full bar: all {places} licensed places" in text_of(client, url("detail", home))
    page = text_of(client, sorted(links)[-1])
    assert "W-1" in page
    assert "Ada" not in page
    assert client_of(world.caseworker).get(links[0]).status_code == 404
    assert client.get(f"{url('detail', home)}weeks/2026-99/").status_code == 404


def test_a_bed_form_that_was_open_while_somebody_else_saved_shows_both_versions(world: World, client_of: Browser):
    home, bed = world.cedar.facility, world.cedar.beds[3]
    client, address = client_of(world.admin_cedar), url("close-bed", home, bed.pk)
    opened = dict(
        re.findall(r'<input type="hidden" name="(version|form_key)" value="([^"]*)"', text_of(client, address))
    )
    do(world.supervisor, operations.close_bed, bed, from_=today(world), until=None, why="Broken window")
    mine = {"from_": f"{today(world):{DATE_FORMAT}}", "until": "", "why": "Painting"}
    response = client.post(address, opened | mine)
    page = response.content.decode()
    assert "Someone else changed this record" in page
    assert "Broken window" in page
    assert 'value="Painting"' in page
    assert Bed.objects.get(pk=bed.pk).closed_why == "Broken window"
    hidden = re.findall(r'<input type="hidden" name="(version|form_key)" value="([^"]*)"', page)
    assert client.post(address, dict(hidden) | mine).status_code == 302
    assert Bed.objects.get(pk=bed.pk).closed_why == "Painting"


def test_a_taken_bed_stays_open_and_a_closed_one_comes_back(world: World, client_of: Browser):
    home, client = world.cedar.facility, client_of(world.admin_cedar)
    values = {"from_": f"{today(world):{DATE_FORMAT}}", "until": "", "why": "Painting"}
    taken = post(client, url("close-bed", home, world.cedar.beds[0].pk), values)
    assert "Somebody sleeps in this bed" in errors_of(taken)["from_"][0]
    bed = world.cedar.beds[3]
    assert post(client, url("close-bed", home, bed.pk), values).status_code == 302
    page = text_of(client, url("close-bed", home, bed.pk))
    key = re.search(r'reopen/">.*?name="form_key" value="([^"]+)"', page, re.S)[1]
    assert client.post(url("reopen-bed", home, bed.pk), {"form_key": key}).status_code == 302
    assert Bed.objects.get(pk=bed.pk).closed_from is None


def test_a_double_press_adds_one_unit_and_a_taken_name_is_said_next_to_it(world: World, client_of: Browser):
    home, client = world.cedar.facility, client_of(world.admin_cedar)
    page = text_of(client, url("add-unit", home))
    values = {"form_key": re.search(r'name="form_key" value="([^"]+)"', page)[1], "name": "Attic"}
    first, second = (client.post(url("add-unit", home), values) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert Unit.objects.filter(facility=home, name="Attic").count() == 1
    again = post(client, url("add-unit", home), {"name": "Attic"})
    assert errors_of(again)["name"] == ["There is already a unit with this name."]


def test_rooms_of_another_home_can_not_be_chosen(world: World, client_of: Browser):
    values = {"room": str(world.birch.rooms[0].pk), "name": "Z"}
    response = post(client_of(world.admin_cedar), url("add-bed", world.cedar.facility), values)
    assert "room" in errors_of(response)
    assert not Bed.objects.filter(name="Z").exists()
