"""The pages about homes: the list, what each person sees, who may change what."""

from collections.abc import Iterable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from placement.facilities import operations
from placement.facilities.models import Assignment, Facility
from placement.facilities.queries import homes as queries
from placement.ui.moments import DATE_FORMAT
from tests.facilities.conftest import do
from tests.facilities.home_pages import DAY, Browser, errors_of, post, queries_for, text_of, today, url
from tests.world import World

SAMPLES = Path(__file__).parent / "samples"


def take_over(source: str, file: str) -> None:
    """Import a sample, so that there are many homes."""
    call_command("import_facilities", source, str(SAMPLES / file), "--apply", stdout=StringIO())


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
        ("q=L-birch", set()),
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


def test_a_licence_number_is_for_those_who_may_know_the_address(world: World, client_of: Browser):
    number, page = world.cedar.licence.number, url("detail", world.cedar.facility)
    for reader, knows in [(world.caseworker, False), (world.supervisor, True), (world.admin_cedar, True)]:
        client = client_of(reader)
        assert (number in text_of(client, page)) is knows
        assert ("Restricted, as the address is" in text_of(client, page)) is not knows
        listed = client.get(reverse("facilities:list"), {"q": number}).context["page"].rows
        assert [home.pk for home in listed] == [world.cedar.facility.pk] * knows


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
    assert "Hidden Cedar Lane" not in page
    assert ("Show the address" in page) is address
    assert ("Where the home is: restricted" in page) is not address
    assert ("W-1" in page) is codes
    assert ("Letter of the authority" in page) is papers
    assert ("Last changes" in page) is papers
    assert ("Add a bed" in page) is changes
    assert "Ada" not in page
    assert "Secretname" not in page


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
