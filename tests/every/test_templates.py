"""Every template is drawn by some page of the world; the others are named here with how they are drawn."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client
from django.test.signals import template_rendered
from django.urls import reverse

from placement.database.context import acting
from placement.facilities import operations as homes
from residents.operations import record_trace
from tests.every.places import places
from tests.every.table import PAGES
from tests.world import World, browser

FOLDER = Path(settings.BASE_DIR) / "templates"
FILES = {str(file.relative_to(FOLDER)) for file in FOLDER.rglob("*.html")}
ELSEWHERE = {
    **{
        f"sealings/{name}.html": "only of a sealed record: tests/residents/test_sealings.py"
        for name in ("_stands", "decide", "detail", "unseal")
    },
    "audit/_table.html": "only when the list is asked for as a table: tests/compliance/test_audit.py",
    "complaints/sheet.html": "only after a code was made: tests/residents/test_complaints.py",
    "incidents/_allegation.html": "only of an allegation: tests/facilities/test_allegation_pages.py",
    "tell/sent.html": "only after something was sent: tests/residents/test_telling.py",
    "tell/_ago.html": "only of what was sent before: tests/residents/test_telling.py",
    "bars/judge.html": "only for whoever judges a bar: tests/residents/test_bars.py",
    "accounts/_passkey.html": "a part of the pages of passkeys: tests/browser/test_passkey.py",
    "accounts/passkey.html": "only where the second factor is on: tests/browser/test_passkey.py",
    "accounts/come_back.html": "only on a shared tablet that has locked itself: tests/access/test_pins.py",
    "accounts/code.html": "only where the second factor is on: tests/access/test_factor.py",
    "facilities/_address_lines.html": "only after somebody has asked for it: tests/facilities/test_addresses.py",
    "facilities/_shown_to.html": "only after somebody has asked for it: tests/facilities/test_addresses.py",
    "shift/_hand_off.html": "only after a shift is signed: tests/facilities/test_hand_offs.py",
    "shift/several.html": "only with a kind of entry: tests/facilities/test_shifts_several.py",
    "shift/_swap.html": "the answer to a tap when htmx asks: tests/facilities/test_shifts_tiles.py",
    "residents/disclose_check.html": "only after a form was filled in: tests/residents/test_disclosures.py",
    "incidents/complete.html": "only for the draft of a report: tests/facilities/test_contacts.py",
    "incidents/new.html": "only with a kind: tests/facilities/test_incident_pages.py",
    "incidents/people.html": "only while a report is written: tests/facilities/test_incident_pages.py",
    "incidents/injuries.html": "only while a report is written: tests/facilities/test_incident_pages.py",
    "incidents/_body.html": "only with injuries: tests/facilities/test_incident_pages.py",
    "medication/_needed.html": "only with an order for when it is needed: tests/facilities/test_medication.py",
    "forms/hints.html": "only where words are pointed out: tests/residents/test_wording.py",
    "incidents/_after.html": "only after a return: tests/facilities/test_episodes.py",
    "incidents/_flyer_photo.html": "only with a photo on a flyer: tests/facilities/test_flyers.py",
    "incidents/flyer_approve.html": "only for who approves a flyer: tests/facilities/test_flyers.py",
    "residents/gone.html": "only after a record was erased: tests/compliance/test_retention.py",
    "audit/second_disposal.html": "only for who is named to decide: tests/compliance/test_seconds.py",
    "work/answer.html": "only with an answer: tests/compliance/test_answers.py",
    "incidents/_known.html": "only with something known: tests/facilities/test_episodes.py",
}

# What a title may say: codes, homes, units of time, and headings that the code has.
IN_TITLES = re.compile(
    r"(\w+\.)*(code|number)|(t|line)\.title|week\.label|home\.name|title|page_heading|shift|referral"
)
OF_TWO_HOMES = {"incidents/choose.html", "shift/choose.html"}  # for somebody on duty in two homes


@pytest.fixture
def drawn() -> Iterator[set[str]]:
    """The names of the templates that were drawn so far."""
    found: set[str] = set()

    def note(sender: Any, template: Any, **kwargs: Any) -> None:
        if template.name:
            found.add(template.name)

    template_rendered.connect(note)
    yield found
    template_rendered.disconnect(note)


def visits(world: World) -> Iterator[tuple[str, str]]:
    """Key of a person and address of a page that they may see: one for each page first, then at the next place, then the next."""
    keys = {person: key for key, person in world.people.items()}
    wanted = []
    for name, page in PAGES.items():
        for distance, place in enumerate(places(world).values()):
            url = reverse(name, kwargs={argument: value(place) for argument, value in page.args.items()})
            for turn, person in enumerate(sorted(page.people(place), key=lambda person: person.username)):
                wanted.append((turn, distance, keys[person], url))
    yield from ((key, url) for *_, key, url in sorted(wanted, key=lambda visit: visit[:2]))


def test_every_template_is_drawn(world: World, drawn: set[str], settings: Any) -> None:
    here = [home.facility.pk for home in (world.cedar, world.birch)]
    compare = reverse("referrals:compare", args=[world.eve.referral.pk])
    with acting(world.caseworker.pk, world.caseworker.name):
        for young in (world.ada, world.bea):
            record_trace(young.resident, kind="car", value="7ABC123", note="", by=world.caseworker)
    for key, url in [
        ("caseworker", f"/referrals/new/?resident={world.fay.resident.pk}"),
        ("caseworker", f"{compare}?home={here[0]}&home={here[1]}"),
        ("caseworker", "/nowhere/"),
        ("inspector_birch", "/"),
        ("supervisor", "/compliance/?state=not-met"),
        ("supervisor", reverse("placements:detail", args=[world.fay.stay.pk])),
        ("supervisor", reverse("complaints:detail", args=[world.ada.complaint.pk])),
    ]:
        browser(world, key).get(url)
    for url in ("/accounts/login/", "/tell/", "/tell/answer/"):
        Client().get(url)
    for name in ("400.html", "403.html", "429.html", "500.html"):
        render_to_string(name)
    settings.DEBUG = True
    assert Client().get("/ui/components/").status_code == 200
    settings.DEBUG = False
    for key, url in visits(world):
        if FILES - drawn <= ELSEWHERE.keys() | OF_TWO_HOMES:
            break
        browser(world, key).get(url)
    with acting(world.supervisor.pk, world.supervisor.name):
        homes.assign(world.staff_cedar, world.birch.facility, role="staff", by=world.supervisor)
    for url in ("/incidents/new/", reverse("facilities:my-shift")):
        browser(world, "staff_cedar").get(url)
    missing = FILES - drawn
    assert missing == ELSEWHERE.keys(), sorted(missing ^ ELSEWHERE.keys())


def test_no_title_can_name_a_young_person():
    """A browser keeps titles in its history, prints them over each page and proposes them as the name of a file."""
    for file in FILES:
        for title in re.findall(r"{% block title %}(.*?){% endblock %}", (FOLDER / file).read_text()):
            for said in re.findall(r"{{\s*([^}|]+?)\s*[|}]", title):
                assert IN_TITLES.fullmatch(said), (file, said)
