"""The pages about homes: what each person sees, and what the forms say and keep."""

import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from placement.access.models import Person
from placement.facilities import operations
from placement.facilities.models import Assignment, Bed, Facility, Licence, Unit
from placement.facilities.queries import bed_board, occupancy
from placement.facilities.queries import homes as queries
from placement.ui.moments import DATE_FORMAT
from residents import operations as residents
from residents.models import Document
from tests.facilities.conftest import do
from tests.world import World

Browser = Callable[[Person], Client]
SAMPLES = Path(__file__).parent / "samples"
DAY = timedelta(days=1)


def url(name: str, home: Facility, *more: Any) -> str:
    """Return the address of a page about ``home``."""
    return reverse(f"facilities:{name}", args=[home.pk, *more])


def post(client: Client, address: str, values: dict[str, Any]) -> Any:
    """Open the form, fill it in and send it, as a browser does."""
    page = client.get(address).content.decode()
    hidden = re.findall(r'<input type="hidden" name="(version|form_key)" value="([^"]*)"', page)
    return client.post(address, {**dict(hidden), **values})


def text_of(client: Client, address: str) -> str:
    """Return the page, which must be there."""
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def errors_of(response: Any) -> dict[str, list[str]]:
    """Return the errors by field of the form on the page."""
    assert response.status_code == 200
    return {field: list(messages) for field, messages in response.context["form"].errors.items()}


def today(world: World) -> Any:
    """Return today's date in Cedar."""
    return world.now.astimezone(world.cedar.facility.zone).date()


def take_over(source: str, file: str) -> None:
    """Import a sample, so that there are many homes."""
    call_command("import_facilities", source, str(SAMPLES / file), "--apply", stdout=StringIO())


def queries_for(client: Client, address: str) -> int:
    """Return how many queries a page costs."""
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        text_of(client, address)
    return len(captured)


def test_the_list_costs_the_same_for_five_homes_and_for_many(world: World, client_of: Browser):
    client = client_of(world.supervisor)
    few = queries_for(client, reverse("facilities:list"))
    take_over("ca-ccld", "ca-bulk.csv")
    take_over("tx-hhsc", "tx-operations.csv")
    assert queries_for(client, reverse("facilities:list")) == few


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("q=cedar", {"cedar"}),
        ("q=L-birch", {"birch"}),
        ("kind=foster", {"alder"}),
        ("jurisdiction=TX", {"birch"}),
        ("population=exclusive", {"cedar", "birch"}),
        ("state=in_force", {"cedar", "birch", "maple", "harbor", "alder"}),
        ("state=expired", set()),
        ("kind=nonsense&q=cedar", {"cedar", "birch", "maple", "harbor", "alder"}),
    ],
)
def test_the_list_is_searched_and_filtered(world: World, client_of: Browser, asked: str, found: set[str]):
    page = text_of(client_of(world.caseworker), f"{reverse('facilities:list')}?{asked}")
    assert {key for key in world.homes if f"{key.title()} of the world" in page} == found


def test_a_full_home_is_left_out_of_the_list_of_free_beds(world: World, client_of: Browser):
    taken = {young.stay.bed_id for young in world.young.values() if young.stay}
    for bed in world.maple.beds:
        if bed.pk not in taken:
            do(world.supervisor, operations.close_bed, bed, from_=today(world), until=None, why="Painting")
    page = text_of(client_of(world.caseworker), f"{reverse('facilities:list')}?vacant=on")
    assert "Maple of the world" not in page
    assert "Cedar of the world" in page


def test_the_list_pages_through_every_home_once(world: World, client_of: Browser):
    take_over("ca-ccld", "ca-bulk.csv")
    names, after = [], None
    while True:
        page = queries.home_list(world.supervisor, after=after)
        names += [home.name for home in page.rows]
        if not page.has_next:
            break
        after = page.next_token
    assert len(names) == len(set(names)) == Facility.objects.count()
    assert names == sorted(names, key=str.casefold)


def test_people_of_one_home_do_not_see_another(world: World, client_of: Browser):
    for person in (world.staff_cedar, world.admin_cedar, world.inspector_cedar):
        client = client_of(person)
        assert "Birch of the world" not in text_of(client, reverse("facilities:list"))
        missing = client.get(reverse("facilities:detail", args=["00000000-0000-4000-8000-000000000000"]))
        other = client.get(url("detail", world.birch.facility))
        assert (other.status_code, other.content) == (404, missing.content)
    assert client_of(world.stranger).get(reverse("facilities:list")).status_code == 404
    assert client_of(world.sysadmin).get(url("detail", world.cedar.facility)).status_code == 404


@pytest.mark.parametrize(
    ("person", "address", "codes", "papers", "changes"),
    [
        ("caseworker", False, False, False, False),
        ("staff_cedar", True, True, False, False),
        ("admin_cedar", True, True, True, True),
        ("inspector_cedar", True, True, True, False),
        ("supervisor2", True, False, True, True),
    ],
)
def test_each_part_of_a_home_opens_by_its_right(
    world: World, client_of: Browser, person: str, address: bool, codes: bool, papers: bool, changes: bool
):
    page = text_of(client_of(world.people[person]), url("detail", world.cedar.facility))
    assert ("Hidden Cedar Lane" in page) is address
    assert ("Address: restricted" in page) is not address
    assert ("W-1" in page) is codes
    assert ("Letter of the authority" in page) is papers
    assert ("Last changes" in page) is papers
    assert ("Add a bed" in page) is changes
    assert "Ada" not in page
    assert "Secretname" not in page


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
    def on_board() -> Any:
        return bed_board.board(world.admin_cedar, world.cedar.facility, by_code=True)

    before = on_board().missing
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
    board = on_board()
    block = {row.bed.pk: row.blocks for row in board.rows}[world.cedar.beds[1].pk][0]
    assert (block.kind, board.missing) == ("away", before + 1)
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
    assert (board.missing, board.away) == (0, 0)


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
    zone = world.cedar.facility.zone

    def slept(starts: Any, ends: Any, first: Any) -> int:
        leaves = ends.astimezone(zone).date() if ends else today(world)
        return (leaves - max(starts.astimezone(zone).date(), first)).days

    lived = [
        young.stay for young in world.young.values() if young.stay and young.stay.facility_id == world.cedar.facility.pk
    ]
    assert sum(week.nights for week in weeks) == sum(slept(s.starts_at, s.ends_at, weeks[0].monday) for s in lived)


def test_each_bar_opens_the_stays_behind_it(world: World, client_of: Browser):
    home = world.cedar.facility
    client = client_of(world.inspector_cedar)
    links = re.findall(rf"{url('detail', home)}weeks/\d+-\d+/", text_of(client, url("detail", home)))
    assert len(set(links)) == occupancy.WEEKS
    page = text_of(client, sorted(links)[-1])
    assert "W-1" in page
    assert "Ada" not in page
    assert client_of(world.caseworker).get(links[0]).status_code == 404
    assert client.get(f"{url('detail', home)}weeks/2026-99/").status_code == 404


LICENCE = {
    "authority": "Invented authority",
    "number": "0099",
    "population": "general",
    "capacity": "6",
    "min_age": "10",
    "max_age": "17",
    "sexes": ["female"],
    "levels": ["1"],
}


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "field", "sentence"),
    [
        (-400, -10, "valid_to", "Nobody can be placed under it"),
        (20, 10, "valid_to", "can't be before"),
        (0, 10, "valid_from", "Another licence of this home covers part of that time."),
    ],
)
def test_a_wrong_licence_gets_its_sentence_next_to_its_field_and_keeps_what_was_typed(
    world: World, client_of: Browser, valid_from: int, valid_to: int, field: str, sentence: str
):
    first, last = (f"{today(world) + days * DAY:{DATE_FORMAT}}" for days in (valid_from, valid_to))
    values = LICENCE | {"valid_from": first, "valid_to": last}
    response = post(client_of(world.admin_cedar), url("add-licence", world.cedar.facility), values)
    assert sentence in " ".join(errors_of(response)[field])
    assert 'value="0099"' in response.content.decode()
    assert not Licence.objects.filter(number="0099").exists()


def test_an_expired_licence_is_said_on_the_page_and_in_the_list(world: World, client_of: Browser):
    do(world.supervisor, operations.end_licence, world.maple.licence, on=today(world) - 5 * DAY)
    client = client_of(world.caseworker)
    assert "The licence has expired" in text_of(client, url("detail", world.maple.facility))
    assert "Maple of the world" in text_of(client, f"{reverse('facilities:list')}?state=expired")


def test_the_licence_grows_by_its_forms(world: World, client_of: Browser):
    home, licence = world.cedar.facility, world.cedar.licence
    client = client_of(world.admin_cedar)
    day, later = f"{today(world):{DATE_FORMAT}}", f"{today(world) + 30 * DAY:{DATE_FORMAT}}"
    condition = url("add-condition", home, licence.pk)
    incomplete = {"kind": "max_capacity", "text": "Painting two rooms 🎨", "starts_on": day}
    assert "value" in errors_of(post(client, condition, incomplete))
    assert post(client, condition, incomplete | {"value": "3"}).status_code == 302
    waiver = {"kind": "age", "text": "One of 18 may stay", "starts_on": day, "ends_on": later}
    assert post(client, url("add-waiver", home, licence.pk), waiver).status_code == 302
    clearance = {"authority": "City fire marshal", "valid_from": day, "valid_to": later}
    assert post(client, url("add-fire-clearance", home), clearance).status_code == 302
    page = text_of(client, url("detail", home))
    assert all(text in page for text in ("Fewer places: 3", "One of 18 may stay", "City fire marshal"))


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


def moment(name: str, value: Any, world: World) -> dict[str, str]:
    """Return a moment as the two inputs of its field."""
    local = value.astimezone(world.cedar.facility.zone)
    return {f"{name}_date": local.strftime(DATE_FORMAT), f"{name}_time": local.strftime("%H:%M")}


def test_people_are_added_and_their_role_is_ended(world: World, client_of: Browser):
    home, client = world.cedar.facility, client_of(world.admin_cedar)
    page = text_of(client, url("assign", home))
    assert "Staff Birch" in page
    assert "Inspector Birch" not in page, "the agency names inspectors"
    values = {"person": str(world.staff_birch.pk), **moment("starts_at", world.now - DAY, world)}
    assert post(client, url("assign", home), values).status_code == 302
    row = Assignment.objects.get(facility=home, person=world.staff_birch)
    end = post(client, url("end-assignment", home, row.pk), moment("at", world.now - 2 * DAY, world))
    assert errors_of(end)["at"] == ["The end must be after the start."]
    assert post(client, url("end-assignment", home, row.pk), moment("at", world.now, world)).status_code == 302
    assert client_of(world.staff_birch).get(url("detail", home)).status_code == 404
    inspector = {"person": str(world.inspector_birch.pk), **moment("starts_at", world.now, world)}
    without_end = post(client_of(world.supervisor), url("assign", home), inspector)
    assert errors_of(without_end)["ends_at"] == ["An inspector comes for a time. Say until when."]


def upload(name: str, content: bytes, kind: str) -> dict[str, Any]:
    """Return what the form for a paper sends."""
    return {"title": "Letter of 2026", "upload": SimpleUploadedFile(name, content, content_type=kind)}


def test_papers_are_kept_and_handed_out_only_as_downloads(world: World, client_of: Browser):
    home, client = world.cedar.facility, client_of(world.admin_cedar)
    kept = post(client, url("add-paper", home), upload("letter.txt", b"<script>alert(1)</script>", "text/html"))
    assert kept.status_code == 302
    paper = Document.objects.get(title="Letter of 2026")
    for person in (world.admin_cedar, world.inspector_cedar, world.supervisor):
        response = client_of(person).get(url("paper", home, paper.pk))
        assert response.content == b"<script>alert(1)</script>"
        assert response["Content-Type"].startswith("text/plain")
        assert response["Content-Disposition"].startswith('attachment; filename="paper-')
        assert response["X-Content-Type-Options"] == "nosniff"
    for person in (world.staff_cedar, world.caseworker, world.admin_birch, world.inspector_birch):
        assert client_of(person).get(url("paper", home, paper.pk)).status_code == 404
    of_birch = Document.objects.get(facility=world.birch.facility)
    assert client.get(url("paper", home, of_birch.pk)).status_code == 404


def test_a_supervisor_adds_a_paper_to_a_home_and_confirms_with_it(world: World, client_of: Browser):
    home, client = world.maple.facility, client_of(world.supervisor)
    assert url("add-paper", home) in text_of(client, url("detail", home))
    assert post(client, url("add-paper", home), upload("letter.txt", b"Only for them", "text/plain")).status_code == 302
    paper = Document.objects.get(title="Letter of 2026")
    assert (paper.facility, paper.uploaded_by) == (home, world.supervisor)
    assert client.get(url("paper", home, paper.pk)).content == b"Only for them"
    confirm = url("confirm-population", home, world.maple.licence.pk)
    assert post(client, confirm, {"document": str(paper.pk), "sure": "on"}).status_code == 302


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("letter.pdf", b"MZ\x90\x00" + b"\x00" * 200, "Use a PDF"),
        ("letter.pdf", b"", "empty"),
        ("letter.pdf", b"%PDF-1.7\n" + b"0" * 11_000_000, "10 MB"),
    ],
)
def test_a_wrong_file_is_refused_next_to_its_field(
    world: World, client_of: Browser, name: str, content: bytes, sentence: str
):
    values = upload(name, content, "application/pdf")
    response = post(client_of(world.admin_cedar), url("add-paper", world.cedar.facility), values)
    assert sentence in errors_of(response)["upload"][0]
    assert 'value="Letter of 2026"' in response.content.decode()


def test_a_supervisor_confirms_the_population_with_a_paper_of_that_home(world: World, client_of: Browser):
    home, licence = world.maple.facility, world.maple.licence
    do(world.supervisor, operations.end_licence, licence, on=today(world) + 9 * DAY)
    later = LICENCE | {"valid_from": today(world) + 10 * DAY, "levels": [1]}
    licence = do(world.supervisor, operations.add_licence, home, **later)
    do(world.supervisor, operations.assign, world.admin_birch, home, role="admin")
    paper = do(
        world.admin_birch,
        residents.file_document,
        upload=SimpleUploadedFile("letter.txt", b"Only trafficked young people."),
        title="Letter about Maple",
        part=Document.Part.HOME,
        facility=home,
    )
    address = url("confirm-population", home, licence.pk)
    for person in (world.admin_birch, world.admin_cedar, world.caseworker):
        assert client_of(person).get(address).status_code == 404
    client = client_of(world.supervisor)
    of_cedar = Document.objects.get(facility=world.cedar.facility)
    assert "document" in errors_of(post(client, address, {"document": str(of_cedar.pk), "sure": "on"}))
    assert "sure" in errors_of(post(client, address, {"document": str(paper.pk)}))
    assert post(client, address, {"document": str(paper.pk), "sure": "on"}).status_code == 302
    confirmed = Licence.objects.get(pk=licence.pk)
    assert (confirmed.population, confirmed.population_confirmed_by) == ("exclusive", world.supervisor)


def test_a_supervisor_adds_a_home_with_its_address(world: World, client_of: Browser):
    values = {
        "name": "Fern House",
        "kind": "residential",
        "jurisdiction": "ca",
        "region": "Invented County",
        "time_zone": "America/Los_Angeles",
        "languages": "English, Spanish",
        "street": "7 Hidden Fern Lane",
        "city": "Secretfern",
        "postcode": "90000",
    }
    response = post(client_of(world.supervisor), reverse("facilities:new"), values)
    home = Facility.objects.get(name="Fern House")
    assert response.headers["Location"] == url("detail", home)
    assert (home.jurisdiction, home.languages, home.address.state) == ("CA", ["English", "Spanish"], "CA")
    assert client_of(world.admin_cedar).get(reverse("facilities:new")).status_code == 404


def changing_pages(world: World) -> Iterable[str]:
    """Yield the address of each page that changes Cedar."""
    home, licence = world.cedar.facility, world.cedar.licence.pk
    for name in (
        "add-paper",
        "add-licence",
        "add-fire-clearance",
        "add-unit",
        "add-room",
        "add-bed",
        "add-exit",
        "assign",
    ):
        yield url(name, home)
    for name in ("licence-terms", "end-licence", "add-condition", "add-waiver"):
        yield url(name, home, licence)
    yield url("close-bed", home, world.cedar.beds[3].pk)
    yield url("end-assignment", home, Assignment.objects.get(facility=home, person=world.staff_cedar).pk)


@pytest.mark.parametrize(
    "person", ["staff_cedar", "inspector_cedar", "admin_birch", "caseworker", "clinician", "stranger"]
)
def test_pages_that_change_a_home_are_not_there_for_others(world: World, client_of: Browser, person: str):
    client = client_of(world.people[person])
    for address in changing_pages(world):
        assert client.get(address).status_code == 404, address
        assert client.post(address, {}).status_code == 404, address


def test_every_form_opens_for_the_administrator_and_says_what_is_missing(world: World, client_of: Browser):
    client = client_of(world.admin_cedar)
    for address in changing_pages(world):
        text_of(client, address)
        assert errors_of(client.post(address, {"go": "on"})), address


def test_history_shows_each_field_before_and_after(world: World, client_of: Browser):
    home, client = world.cedar.facility, client_of(world.admin_cedar)
    do(world.supervisor, operations.end_licence, world.cedar.licence, on=today(world) + 99 * DAY)
    page = text_of(client, url("history", home))
    assert "ended a licence" in page
    assert "opened a home" in page
    assert "<del>" in page
    for person in (world.staff_cedar, world.caseworker, world.admin_birch):
        assert client_of(person).get(url("history", home)).status_code == 404
