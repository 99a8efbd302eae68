"""Ties between the young people of one home: each reason, who may read them, and that chance and offices tie nobody."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from placement.access.models import Person
from placement.database.context import acting
from placement.facilities.queries.ties import ties_of_home
from residents import operations as residents
from residents.models import ExploitationTrace
from residents.queries.ties import Tie, key_of
from tests.facilities.conftest import do
from tests.world import World

HOUR = timedelta(hours=1)
ClientOf = Callable[[Person | None], Client]


def found(world: World, who: str = "supervisor", home: str = "cedar") -> list[Tie]:
    person = world.people[who]
    with acting(person.pk, person.name):
        return [row.tie for row in ties_of_home(person, world.homes[home].facility.pk).rows]


def reasons(world: World, who: str = "supervisor") -> list[tuple[str, str, list[str]]]:
    return [(tie.one.code, tie.other.code, [each.what for each in tie.evidence]) for tie in found(world, who)]


def trace(world: World, key: str, **values: Any) -> None:
    given = {"kind": "phone", "value": "(555) 010-0100", "note": ""} | values
    do(world.caseworker, residents.record_trace, world.young[key].resident, **given)


def test_the_same_number_written_in_two_ways_ties_two_young_people(world: World) -> None:
    assert found(world) == []
    trace(world, "ada", value="+1 555-010-0100", note="Called at night.")
    trace(world, "bea", value="5550100100")
    (tie,) = found(world)
    codes = sorted([world.ada.resident.code, world.bea.resident.code])
    assert [tie.one.code, tie.other.code] == codes
    (evidence,) = tie.evidence
    assert evidence.what == "Same telephone number"
    assert f"{world.ada.resident.code}: +1 555-010-0100 – Called at night." in evidence.details
    assert f"{world.bea.resident.code}: 5550100100" in evidence.details


def test_an_exploiter_and_a_place_are_two_reasons_for_one_tie(world: World) -> None:
    link = {"kind": "recruiter", "note": "", "name": ""}
    known = do(world.caseworker, residents.link_exploiter, world.ada.resident, exploiter=None, **link | {"name": "R."})
    do(world.caseworker, residents.link_exploiter, world.bea.resident, exploiter=known.exploiter, **link)
    trace(world, "ada", kind="place", value="Motel, 5th Street")
    trace(world, "bea", kind="place", value="motel 5th street")
    ((_, _, why),) = reasons(world)
    assert sorted(why) == ["Know the same exploiter or recruiter: R.", "Same place"]


def test_two_who_went_missing_within_a_day_are_tied_and_others_not(world: World) -> None:
    began = timezone.now() - 50 * HOUR
    for key, hours in (("ada", 0), ("bea", 23)):
        missing(world, key, began + hours * HOUR)
    ((_, _, why),) = reasons(world)
    assert why == ["Went missing within a day of each other"]


def test_two_who_went_missing_more_than_a_day_apart_are_not_tied(world: World) -> None:
    began = timezone.now() - 50 * HOUR
    for key, hours in (("ada", 0), ("bea", 25)):
        missing(world, key, began + hours * HOUR)
    assert reasons(world) == []


def missing(world: World, key: str, at: Any) -> None:
    do(
        world.cedar.staff,
        residents.report_incident,
        facility=world.cedar.facility,
        shift=None,
        kind="missing",
        severity="critical",
        happened_at=at,
        seen="Gone.",
        done="",
        residents=[world.young[key].resident],
    )


def test_a_lawyer_whom_two_share_ties_nobody_but_an_uncle_does(world: World) -> None:
    person = {"relation": "somebody", "permission": "allowed", "telephone": "555 010 0199"}
    for key in ("ada", "bea"):
        resident = world.young[key].resident
        do(world.caseworker, residents.add_outside_person, resident, name="Dana", office="lawyer", **person)
    assert found(world) == []
    for key in ("ada", "bea"):
        resident = world.young[key].resident
        do(world.caseworker, residents.add_outside_person, resident, name="Uncle", **person)
    assert [why for *_, why in reasons(world)] == [["Same telephone number"]]


def test_a_reader_of_one_history_alone_learns_of_no_tie(world: World) -> None:
    trace(world, "ada")
    trace(world, "bea")
    assert len(found(world)) == 1
    do(
        world.supervisor,
        residents.bar_from_record,
        world.bea.resident,
        person=world.caseworker,
        reason="Knows the family.",
    )
    assert found(world, "caseworker") == []


@pytest.mark.parametrize("who", ["staff_cedar", "admin_cedar", "inspector_cedar", "stranger", "sysadmin"])
def test_the_page_does_not_exist_for_the_house(world: World, client_of: ClientOf, who: str) -> None:
    trace(world, "ada")
    trace(world, "bea")
    page = reverse("facilities:ties", args=[world.cedar.facility.pk])
    assert client_of(world.people[who]).get(page).status_code == 404
    assert (
        page not in client_of(world.people[who]).get(reverse("facilities:detail", args=[world.cedar.facility.pk])).text
    )


def test_the_page_leads_from_each_line_to_its_reasons_and_to_keeping_them_apart(
    world: World, client_of: ClientOf
) -> None:
    trace(world, "ada")
    trace(world, "bea")
    page = client_of(world.supervisor).get(reverse("facilities:ties", args=[world.cedar.facility.pk])).text
    (tie,) = found(world)
    anchor = f"tie-{tie.one.code}-{tie.other.code}"
    assert f'href="#{anchor}"' in page
    assert f'id="{anchor}"' in page
    assert reverse("residents:add_separation", args=[tie.one.pk]) in page
    assert "Ada" not in page  # codes alone


def test_ties_cost_the_same_for_many_traces(world: World) -> None:
    counts = []
    for number in (1, 12):
        for each in range(number):
            trace(world, "ada", value=f"555 0100 {number:02}{each:02}")
            trace(world, "bea", value=f"555-0100 {number:02}{each:02}")
        with CaptureQueriesContext(connection) as queries:
            assert found(world)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@given(st.text(alphabet="+-() .", max_size=4), st.integers(10**9, 10**10 - 1))
def test_a_number_is_the_same_however_it_is_written(noise: str, number: int) -> None:
    phone = ExploitationTrace.Kind.PHONE
    spaced = noise.join(str(number))
    assert key_of(phone, spaced) == key_of(phone, f"+1 {number}") == str(number)


@given(st.text(max_size=30))
def test_a_short_number_is_compared_with_nothing(text: str) -> None:
    digits = [letter for letter in text if letter in "0123456789"]
    key = key_of(ExploitationTrace.Kind.PHONE, text)
    if len(digits) < 7 and not any(letter.isdecimal() and letter not in "0123456789" for letter in text):
        assert key == ""
