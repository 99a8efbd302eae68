"""Lists, searches, numbers, choices and histories hold what the oracle gives the reader: all of it, and nothing else.

``test_urls.py`` looks for what must not be read on every page; here is counted what each person finds.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest

from placement.access.models import Person
from placement.facilities.models import Override, Referral
from residents.models import Incident
from tests.every.hidden import LIVES, stands_in
from tests.every.oracle import Sight, sights
from tests.world import World, browser

KEY = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
CHOICE = re.compile(rb'<(?:option|input(?![^>]*type="hidden"))\b[^>]*\bvalue="([0-9a-f-]{36})"')
ROW = re.compile(rb'\bname="said-([0-9a-f-]{36})"')
SEARCHED = re.compile(rb'<input\b[^>]*\bname="q"[^>]*>')
TWO = ("ada", "cleo")  # of each unit and home one


@pytest.fixture
def main() -> Callable[..., bytes]:
    """The main part of a page, without the menu and without the words that were searched for."""

    def get(world: World, key: str, url: str, **search: str) -> bytes:
        client = browser(world, key)
        answer = client.post(url, search, follow=True) if search else client.get(url)
        assert answer.status_code in {200, 404}
        if answer.status_code == 404:
            return b""
        return SEARCHED.sub(b"", answer.content[answer.content.find(b"<main") :])

    return get


def young_with(world: World, sight: Sight, part: str) -> set[str]:
    """The young people of whom a person has a part, by key."""
    return {key for key, young in world.young.items() if sight.has(part, young=young.resident.pk)}


def shown(world: World, content: bytes) -> set[str]:
    """The young people whose code stands on a page, by key."""
    return {key for key, young in world.young.items() if stands_in(young.resident.code.encode(), content)}


def everybody(world: World) -> list[tuple[str, Person, Sight]]:
    return [(key, person, sights(world)[person.pk]) for key, person in world.people.items()]


def listed(sight: Sight, name: str) -> bool:
    """Whether the role opens the list."""
    return name in sight.of_role


def test_the_list_of_young_people_and_its_number(world: World, main: Any) -> None:
    for key, _, sight in everybody(world):
        content = main(world, key, "/residents/")
        expected = young_with(world, sight, "code") if listed(sight, "young people") else set()
        assert shown(world, content) == expected, key
        number = re.search(rb"(\d+) young (?:person|people) on this page", content)
        assert (int(number[1]) if number else 0) == len(expected), key


@pytest.mark.parametrize("what", ["code", "preferred name", "legal name"])
def test_a_search_finds_only_by_what_the_reader_may_read(world: World, main: Any, what: str) -> None:
    part = {"code": "code", "preferred name": "care", "legal name": "identity"}[what]
    for key, _, sight in everybody(world):
        if listed(sight, "young people"):
            for wanted in TWO:
                young = world.young[wanted]
                words = {"code": young.resident.code, "preferred name": young.resident.preferred_name}
                found = shown(world, main(world, key, "/residents/", q=words.get(what, f"{wanted} secretname")))
                assert found == young_with(world, sight, part) & {wanted}, (key, wanted)


def test_the_list_of_homes(world: World, main: Any) -> None:
    for key, _, sight in everybody(world):
        content = main(world, key, "/facilities/")
        found = {name for name, home in world.homes.items() if str(home.facility.pk).encode() in KEY.findall(content)}
        open_ = {name for name, home in world.homes.items() if sight.has("home", home=home.facility.pk)}
        assert found == (open_ if listed(sight, "homes") else set()), key


def test_the_lists_of_referrals_and_exceptions(world: World, main: Any) -> None:
    for key, _, sight in everybody(world):
        open_ = young_with(world, sight, "case") if listed(sight, "referrals") else set()
        keys = {world.young[name].resident.pk for name in open_}
        for url, model, whose in (
            ("/referrals/", Referral, "resident"),
            ("/placements/exceptions/", Override, "resident"),
        ):
            content = main(world, key, url)
            expected = set(model.objects.filter(**{f"{whose}__in": keys}).values_list("pk", flat=True))
            every = set(model.objects.values_list("pk", flat=True))
            assert {pk for pk in every if str(pk).encode() in content} == expected, (key, url)


def test_a_search_for_referrals_finds_only_what_may_be_read(world: World, main: Any) -> None:
    for key, _, sight in everybody(world):
        if listed(sight, "referrals"):
            for wanted in TWO:
                young = world.young[wanted]
                found = shown(world, main(world, key, "/referrals/", q=young.resident.code))
                with_referral = Referral.objects.filter(resident=young.resident.pk).exists()
                assert found == (young_with(world, sight, "case") & {wanted} if with_referral else set()), (key, wanted)


def test_the_list_of_incidents_and_whom_they_name(world: World, main: Any) -> None:
    for key, _, sight in everybody(world):
        content = main(world, key, "/incidents/")
        if not listed(sight, "reports"):
            assert content == b""
            continue
        expected = {
            incident.pk
            for incident in Incident.objects.prefetch_related("residents")
            if sight.has("incidents", home=incident.facility_id)
            or any(sight.has("case | care", young=one.pk) for one in incident.residents.all())
        }
        assert {pk for pk in Incident.objects.values_list("pk", flat=True) if str(pk).encode() in content} == expected
        assert shown(world, content) <= young_with(world, sight, "code"), key


def test_for_whom_a_referral_can_be_begun(world: World, main: Any) -> None:
    for key, _, sight in everybody(world):
        if listed(sight, "referrals"):
            chosen = set(CHOICE.findall(main(world, key, "/referrals/new/")))
            expected = young_with(world, sight, "propose")
            assert chosen == {str(world.young[name].resident.pk).encode() for name in expected}, key


def test_who_can_be_chosen_in_the_forms_of_a_home(world: World, main: Any) -> None:
    """Whoever lives in the home now, and nobody else, in a report of an incident and in an entry for several."""
    keys = {str(young.resident.pk).encode(): name for name, young in world.young.items()}
    for key, person, sight in everybody(world):
        for name, home in world.homes.items():
            living = {
                one for one, where in LIVES.items() if where == name and sight.has("log", young=pk_of(world, one))
            }
            works = sight.has("shift", home=home.facility.pk)
            for url in (
                f"/incidents/new/?facility={home.facility.pk}&kind=other",
                f"/facilities/{home.facility.pk}/shift/several/?what=meal%7CLunch",
            ):
                page = main(world, key, url)
                chosen = {keys[pk] for pk in {*CHOICE.findall(page), *ROW.findall(page)} if pk in keys}
                assert chosen == (living if works else set()), (person.username, url)


def pk_of(world: World, key: str) -> Any:
    return world.young[key].resident.pk


def test_which_homes_narrow_the_list_of_young_people(world: World, main: Any) -> None:
    """Homes that the reader may see and in which somebody lives of whom the reader may know."""
    living = {key: where for key, where in LIVES.items() if key != "fay"}
    for key, _, sight in everybody(world):
        if listed(sight, "young people"):
            chosen = set(CHOICE.findall(main(world, key, "/residents/")))
            known = {living[one] for one in young_with(world, sight, "code") if one in living}
            expected = {world.homes[one].facility.pk for one in known}
            assert chosen == {str(pk).encode() for pk in expected if sight.has("home", home=pk)}, key


def test_the_audit_list_names_only_young_people_whose_trail_is_open(world: World, main: Any) -> None:
    for key, _, sight in everybody(world):
        content = main(world, key, "/audit/")
        expected = young_with(world, sight, "whole trail") if listed(sight, "audit") else set()
        assert shown(world, content) <= expected, key
        chosen = set(CHOICE.findall(content))
        others = {str(young.resident.pk).encode() for name, young in world.young.items() if name not in expected}
        assert not chosen & others, key


def test_the_history_of_a_record_holds_no_part_that_is_closed(world: World, main: Any) -> None:
    """Of each record, what the history page says: the kinds of change that stand there need their part."""
    kinds = {
        b"Hidden exploiter": "exploitation",
        b"Hidden order": "case",
        b"Secretname": "identity",
        b"Hidden aunt": "care",
    }
    seen: set[bytes] = set()
    for key, person, sight in everybody(world):
        for name in ("ada", "cleo", "fay"):
            content = main(world, key, f"/residents/{pk_of(world, name)}/history/?entries=all")
            assert bool(content) == sight.has("trail", young=pk_of(world, name)), (person.username, name)
            found = {text for text in kinds if text in content}
            assert {text for text in found if not sight.has(kinds[text], young=pk_of(world, name))} == set(), key
            seen |= found
    assert b"Hidden order" in seen or b"Secretname" in seen, "the history shows nothing to anybody"
