"""Nothing of a complaint stands on any page of the house, or of somebody who is named in it, whatever they may open otherwise."""

from uuid import uuid4

import pytest
from django.urls import reverse

from placement.database.context import acting
from residents import operations, tell
from residents.models import Complaint
from tests.every.places import places
from tests.every.table import PAGES
from tests.world import World, browser

SECRET, FOUND = "Zaunkoenigfeder", "Eisvogelfeder"
FILED_BEFORE = {"residents:document", "facilities:paper"}  # files that were there


@pytest.mark.parametrize("key", ["staff_cedar", "admin_cedar", "inspector_cedar", "caseworker", "supervisor"])
def test_no_page_of_the_house_or_of_somebody_named_holds_a_word_of_it(world: World, key: str) -> None:
    with acting(world.caseworker.pk, world.caseworker.name):
        code = operations.make_complaint_code(world.ada.resident, by=world.caseworker)[1]
    told = {"about": ["staff", "caseworker", "supervisor"], "who": SECRET, "happened": SECRET, "since": SECRET}
    told |= {"danger": True, "said_name": SECRET, "said_home": SECRET}
    receipt = tell.send(told, code=code, form_key=uuid4(), language="en")
    assert receipt
    complaint, other = Complaint.objects.get(number=receipt.number), world.supervisor2
    with acting(other.pk, other.name):
        operations.write_in_complaint(complaint, kind="reply", text=FOUND, by=other)
        operations.name_in_complaint(complaint, world.staff_cedar, by=other)
    address = reverse("complaints:detail", args=[complaint.pk])
    assert FOUND.encode() in browser(world, "supervisor2").get(address).content
    words = [text.encode() for text in (SECRET, FOUND, receipt.number, receipt.words, code, str(complaint.pk), address)]
    place, client, read = places(world)["own"], browser(world, key), 0
    for name, page in PAGES.items():
        if page.post_only or name in FILED_BEFORE or name in ("complaints:detail", "complaints:payback"):
            continue
        if world.people[key] not in page.people(place):
            continue
        url = reverse(name, kwargs={argument: value(place) for argument, value in page.args.items()})
        answer = client.get(url)
        content = b"".join(answer) if answer.streaming else answer.content
        assert [word for word in words if word in content] == [], url
        read += answer.status_code == 200
    assert read > 15
    assert client.get(address).status_code == 404
    assert client.get(reverse("complaints:payback", args=[complaint.pk])).status_code == 404
