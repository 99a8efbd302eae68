"""Licences and papers on the pages about homes: what the forms take, refuse and keep."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from compliance.queries.work import my_work
from placement.audit.clock import now
from placement.facilities import operations
from placement.facilities.models import Licence
from placement.facilities.operations.matching import hold_against
from placement.ui.moments import DATE_FORMAT
from residents import operations as residents
from residents.models import Document
from tests.facilities.conftest import do
from tests.facilities.home_pages import DAY, Browser, errors_of, post, text_of, today, url
from tests.world import World

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
    waiver["document"] = str(world.cedar.paper.pk)
    assert post(client, url("add-waiver", home, licence.pk), waiver).status_code == 302
    clearance = {"authority": "City fire marshal", "valid_from": day, "valid_to": later}
    assert post(client, url("add-fire-clearance", home), clearance).status_code == 302
    page = text_of(client, url("detail", home))
    assert all(text in page for text in ("Fewer places: 3", "One of 18 may stay", "City fire marshal"))


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


def test_a_supervisor_adds_a_paper_to_a_home_and_another_one_confirms_with_it(world: World, client_of: Browser):
    home, client = world.maple.facility, client_of(world.supervisor)
    assert url("add-paper", home) in text_of(client, url("detail", home))
    assert post(client, url("add-paper", home), upload("letter.txt", b"Only for them", "text/plain")).status_code == 302
    paper = Document.objects.get(title="Letter of 2026")
    assert (paper.facility, paper.uploaded_by) == (home, world.supervisor)
    assert client.get(url("paper", home, paper.pk)).content == b"Only for them"
    confirm = url("confirm-population", home, world.maple.licence.pk)
    sure = {"document": str(paper.pk), "sure": "on"}
    assert "You filed this paper yourself" in post(client, confirm, sure).content.decode()
    assert post(client_of(world.supervisor2), confirm, sure).status_code == 302


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
    later = LICENCE | {"valid_from": today(world) + 10 * DAY, "levels": [1], "terms_document": world.maple.paper}
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


def terms(world: World, **values: Any) -> dict[str, Any]:
    """Return what the form for the terms of Cedar's licence sends."""
    return {
        "capacity": "4",
        "min_age": "10",
        "max_age": "17",
        "sexes": ["female", "nonbinary"],
        "levels": ["1", "2", "3"],
    } | values


def test_only_a_supervisor_with_a_paper_lets_a_licence_allow_more(world: World, client_of: Browser):
    address = url("licence-terms", world.cedar.facility, world.cedar.licence.pk)
    refused = post(client_of(world.admin_cedar), address, terms(world, capacity="9"))
    assert "a supervisor changes it then" in " ".join(errors_of(refused)["__all__"])
    client = client_of(world.supervisor)
    assert "Choose the paper" in errors_of(post(client, address, terms(world, capacity="9")))["document"][0]
    with_paper = terms(world, capacity="9", document=str(world.cedar.paper.pk))
    assert post(client, address, with_paper).status_code == 302
    licence = Licence.objects.get(pk=world.cedar.licence.pk)
    assert (licence.capacity, licence.terms_confirmed_by) == (9, world.supervisor)


def test_fewer_places_than_live_there_are_acknowledged(world: World, client_of: Browser):
    address = url("licence-terms", world.cedar.facility, world.cedar.licence.pk)
    client = client_of(world.admin_cedar)
    assert "2 young people live here" in errors_of(post(client, address, terms(world, capacity="1")))["acknowledged"][0]
    assert post(client, address, terms(world, capacity="1", acknowledged="on")).status_code == 302
    assert Licence.objects.get(pk=world.cedar.licence.pk).capacity == 1


def test_a_licence_that_the_home_adds_waits_for_a_supervisor(world: World, client_of: Browser):
    home = world.cedar.facility
    do(world.supervisor, operations.end_licence, world.cedar.licence, on=today(world) + 9 * DAY)
    for young in (world.ada, world.bea):
        do(
            world.admin_cedar,
            operations.discharge,
            young.stay,
            at=now(),
            to="family",
            reason="Home",
            after_care="Visits",
            after_care_contact="Aunt",
            first_check_on=today(world) + DAY,
        )
    day = f"{today(world) + 10 * DAY:{DATE_FORMAT}}"
    added = post(client_of(world.admin_cedar), url("add-licence", home), LICENCE | {"valid_from": day})
    assert added.status_code == 302
    licence = Licence.objects.get(number="0099")
    assert licence.status == "pending"
    [task] = [t for t in tasks_of(world.supervisor) if t.title == f"Confirm a licence of {home}"]
    assert client_of(world.admin_cedar).get(task.href).status_code == 404
    confirmed = post(client_of(world.supervisor), task.href, {"document": str(world.cedar.paper.pk), "sure": "on"})
    assert confirmed.status_code == 302
    licence.refresh_from_db()
    assert (licence.status, licence.terms_document) == ("licensed", world.cedar.paper)


def test_a_waiver_counts_in_matching_when_a_supervisor_confirmed_it(world: World, client_of: Browser):
    home, client = world.cedar.facility, client_of(world.admin_cedar)
    do(world.supervisor, operations.change_licence_terms, world.cedar.licence, **NARROW)
    first, last = (f"{today(world) + days * DAY:{DATE_FORMAT}}" for days in (0, 30))
    waiver = {"kind": "level", "text": "Level 2 too", "starts_on": first, "ends_on": last}
    address = url("add-waiver", home, world.cedar.licence.pk)
    assert "document" in errors_of(post(client, address, waiver))
    assert post(client, address, waiver | {"document": str(world.cedar.paper.pk)}).status_code == 302
    assert "level" in failing(world)
    assert "does not count yet" in text_of(client, url("detail", home))
    [task] = [t for t in tasks_of(world.supervisor) if t.title == f"Confirm a waiver of {home}"]
    assert client.get(task.href).status_code == 404
    assert post(client_of(world.supervisor), task.href, {"sure": "on"}).status_code == 302
    assert "level" not in failing(world)
    assert "Confirmed by Supervisor" in text_of(client, url("detail", home))


NARROW = {"capacity": 4, "min_age": 10, "max_age": 17, "sexes": ["female"], "levels": [1]}


def failing(world: World) -> set[str]:
    """Return what rules Cedar out for eve."""
    result = hold_against(world.eve.referral, world.caseworker, world.cedar.facility.pk)
    return {criterion.key for criterion in result.failed}


def tasks_of(person: Any) -> list[Any]:
    """Return everything on the person's My work."""
    work = my_work(person)
    return [*work.first, *work.later]
