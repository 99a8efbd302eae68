"""Conflicts of interest on the pages: the bar shows at the next request, nothing tells a barred record from none."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from placement.access.facts import differences
from placement.access.models import Person
from placement.database.constraints import Refused
from placement.database.context import acting, reading
from placement.facilities.queries.shifts import board, hand_off_for
from residents.models import ConflictOfInterest, Resident
from residents.operations import bar_from_record, lift_bar
from tests.every.places import places
from tests.every.table import PAGES
from tests.every.test_urls import address, as_seen, values
from tests.residents.test_forms import hidden
from tests.world import World, browser

OF_THE_YOUNG = (
    *(
        "residents:",
        "referrals:",
        "placements:",
        "audit:act",
        "audit:as_of_young",
        "facilities:log-care",
        "facilities:care-entry",
    ),
    *("break_glass:judge", "access_requests:decide"),
)


def bar(world: World, person: Person) -> ConflictOfInterest:
    with acting(world.supervisor.pk, world.supervisor.name):
        return bar_from_record(world.ada.resident, person, reason="A cousin of the mother", by=world.supervisor)


def pages_of_ada(world: World) -> list[str]:
    """The addresses that name her, or a row about her alone."""
    place = places(world)["own"]
    names = [name for name, page in PAGES.items() if page.args and name.startswith(OF_THE_YOUNG) and not page.post_only]
    return [address(name, values(PAGES[name], place)) for name in [*names, "incidents:detail", "incidents:came-back"]]


@pytest.mark.parametrize("key", ["caseworker", "admin_cedar"])  # for the other roles: the matrix, in ``tests.every``
def test_each_page_answers_a_barred_person_as_if_there_was_nobody(world: World, key: str) -> None:
    client, pages = browser(world, key), pages_of_ada(world)
    assert client.get(reverse("residents:detail", args=[world.ada.resident.pk])).status_code == 200
    bar(world, world.people[key])
    nothing = as_seen(client.get(f"/residents/{uuid4()}/"))
    for page in pages:
        assert as_seen(client.get(page)) == nothing, page
        sent = client.post(page, {"form_key": str(uuid4()), "reason": "x"})
        assert sent.status_code == 405 or as_seen(sent) == nothing, page
    for page in ("residents:list", "work", "incidents:list"):
        answer = client.get(reverse(page), {"q": "Ada"}).content
        assert b"W-1<" not in answer and b"W-1," not in answer, page


def test_the_home_still_counts_the_young_person_and_her_bed_is_taken(world: World) -> None:
    client, home = browser(world, "staff_cedar"), world.cedar.facility
    page = reverse("facilities:detail", args=[home.pk])
    assert "W-1" in client.get(page).content.decode()
    bar(world, world.staff_cedar)
    body = client.get(page).content.decode()
    assert "W-1<" not in body and "taken" in body
    shift = client.get(reverse("facilities:shift", args=[home.pk])).content.decode()
    assert "1 more young person lives here" in shift
    assert "Ada" not in shift
    person = world.staff_cedar
    with acting(person.pk, person.name):
        strip = board(person, home).facts
    assert any("of 2" in str(fact["value"]) for fact in strip)


def test_a_person_bars_themselves_and_comes_to_my_work(world: World) -> None:
    client = browser(world, "caseworker")
    url = reverse("residents:declare_conflict", args=[world.ada.resident.pk])
    sent = client.post(url, hidden(client.get(url)) | {"reason": "She is my niece."})
    assert sent["Location"] == reverse("work")
    assert "You are barred from that record" in client.get("/").content.decode()
    assert client.get(reverse("residents:detail", args=[world.ada.resident.pk])).status_code == 404
    row = ConflictOfInterest.objects.get(person=world.caseworker)
    assert (row.declared_by, row.ends_at) == (world.caseworker, None)


def test_a_supervisor_bars_and_lifts_and_nobody_lifts_the_own_bar(world: World) -> None:
    client = browser(world, "supervisor")
    team = reverse("residents:team", args=[world.ada.resident.pk])
    url = reverse("residents:bar", args=[world.ada.resident.pk])
    empty = client.post(url, hidden(client.get(url))).content.decode()
    assert 'id="id_person_error"' in empty and 'id="id_reason_error"' in empty
    sent = client.post(url, hidden(client.get(url)) | {"person": str(world.staff_cedar.pk), "reason": "A cousin."})
    assert sent["Location"] == team
    assert "A cousin." in client.get(team).content.decode()
    staff = browser(world, "staff_cedar")
    record = reverse("residents:detail", args=[world.ada.resident.pk])
    assert staff.get(record).status_code == 404
    row = ConflictOfInterest.objects.get(person=world.staff_cedar)
    lift = reverse("residents:lift_bar", args=[world.ada.resident.pk, row.pk])
    assert client.post(lift, hidden(client.get(lift)) | {"reason": "Another family."})["Location"] == team
    assert staff.get(record).status_code == 200
    assert client.get(lift).status_code == 404
    with acting(world.supervisor.pk, world.supervisor.name):
        with pytest.raises(Refused, match="lifted already"):
            lift_bar(row, reason="Again", by=world.supervisor)
        own = bar_from_record(world.ada.resident, world.supervisor, reason="Mine", by=world.supervisor)
        with pytest.raises(Resident.DoesNotExist):
            lift_bar(own, reason="It is fine", by=world.supervisor)


def test_bars_leave_the_permission_rows_alone(world: World) -> None:
    bar(world, world.caseworker)
    with acting(world.supervisor.pk, world.supervisor.name), reading("verify"):
        assert differences() == []


def test_a_bar_costs_no_query_more_for_each_row(
    world: World, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    client = browser(world, "caseworker")
    with django_assert_max_num_queries(100) as before:
        client.get("/residents/")
    bar(world, world.caseworker)
    with django_assert_max_num_queries(len(before)):
        client.get("/residents/")


def test_a_hand_off_is_read_without_the_young_person_from_whose_record_one_is_barred(world: World) -> None:
    shift, person = world.cedar.shift, world.staff_cedar
    shift.hand_off, shift.signing_reason = "W-1 and Bea were calm. Ada called an aunt.", "w1 asked for it."
    assert hand_off_for(person, shift)["hand_off"] == shift.hand_off
    bar(world, person)
    with acting(person.pk, person.name):
        told = hand_off_for(person, shift)
    assert told["hand_off"] == "another young person and Bea were calm. another young person called an aunt."
    assert told["signing_reason"] == "another young person asked for it."
