"""Of a complaint around the house, and of an allegation, those whom they are about find no trace on any page."""

import pytest
from django.urls import NoReverseMatch, reverse

from placement.database.context import acting
from residents import operations
from tests.complaints import code_for, told
from tests.every.places import places
from tests.every.table import PAGES
from tests.every.test_allegations import ACCUSED, CANARY, REPORTER, alleged, rows_of
from tests.world import World, browser

SECRET, FOUND = "Zaunkoenigfeder", "Eisvogelfeder"


@pytest.mark.parametrize("key", ["staff_cedar", "admin_cedar", "inspector_cedar", "caseworker", "supervisor"])
def test_no_page_of_the_house_or_of_somebody_named_or_accused_holds_a_word(world: World, key: str) -> None:
    client, code = browser(world, key), code_for(world)
    said = {"who": SECRET, "happened": SECRET, "since": SECRET, "said_name": SECRET, "said_home": SECRET}
    complaint, receipt = told(code, about=["staff", "caseworker", "supervisor"], danger=True, **said)
    other = world.supervisor2
    with acting(other.pk, other.name):
        operations.write_in_complaint(complaint, kind="reply", text=FOUND, by=other)
        operations.name_in_complaint(complaint, world.staff_cedar, by=other)
    of_complaint = reverse("complaints:detail", args=[complaint.pk])
    assert FOUND in browser(world, "supervisor2").get(of_complaint).text
    traces = [SECRET, FOUND, receipt.number, receipt.words, code, str(complaint.pk), of_complaint]
    if key in ACCUSED:
        incident = alleged(world, key)
        ids = {pk for ids in rows_of(incident).values() for pk in ids}
        traces += [CANARY, *map(str, ids), f"ncident {incident.number}"]
        of_incident = reverse("incidents:detail", args=[incident.pk])
        assert [client.get(of_incident).status_code, client.post(of_incident, {"review": "1"}).status_code] == [
            404,
            404,
        ]
        assert CANARY in browser(world, REPORTER[key]).get(of_incident).text
    place, opened = places(world)["own"], 0
    for name, page in PAGES.items():
        if page.post_only or world.people[key] not in page.people(place):
            continue
        for _, arguments in page.records():
            try:
                url = reverse(name, kwargs={argument: value(place) for argument, value in arguments.items()})
            except NoReverseMatch:
                continue
            answer = client.get(url)
            content = (b"".join(answer) if answer.streaming else answer.content).decode(errors="replace")
            assert [trace for trace in traces if trace in content] == [], url
            opened += answer.status_code == 200
    assert opened > 25
    assert client.get(of_complaint).status_code == 404
    assert client.get(reverse("complaints:payback", args=[complaint.pk])).status_code == 404
