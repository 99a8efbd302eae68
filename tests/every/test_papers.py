"""However many papers a home or a record has, all of them can be reached, page by page."""

import re

import pytest
from django.urls import reverse

from residents import operations as residents
from residents.models import Document
from tests.facilities.conftest import do
from tests.world import World, browser, text_file

MANY = 60


@pytest.mark.parametrize(("who", "of"), [("admin_cedar", "facility"), ("caseworker", "resident")])
def test_every_paper_can_be_reached(world: World, who: str, of: str) -> None:
    thing = world.cedar.facility if of == "facility" else world.ada.resident
    part = Document.Part.HOME if of == "facility" else Document.Part.CASE
    for number in range(MANY):
        upload = text_file("note.txt", f"Note {number}")
        do(
            world.people[who],
            residents.file_document,
            upload=upload,
            title=f"Paper {number}.",
            part=part,
            **{of: thing},
        )
    name = "facilities:detail" if of == "facility" else "residents:documents"
    client, address, found = browser(world, who), reverse(name, args=[thing.pk]), set()
    for _ in range(4):
        page = client.get(address).content.decode()
        found |= set(re.findall(r"Paper \d+\.", page))
        onward = re.search(r'href="(\?after=[^"#]+)[^"]*">(?:Earlier papers|Next page)', page)
        if onward is None:
            break
        address = reverse(name, args=[thing.pk]) + onward[1]
    assert len(found) == MANY
