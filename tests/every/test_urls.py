"""Every URL pattern × every person × own, other, ended and made-up, GET and POST.

What a person may not see looks exactly like what does not exist: same status, same bytes. A refused POST writes nothing.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from placement.access.guard import access_of
from placement.access.models import AccessLogEntry, Person
from tests.every.hidden import closed_texts, stands_in
from tests.every.table import FIXED, PAGES, PUBLIC, Page, Place, made_up, places
from tests.world import World, browser

GUARDED = sorted(PAGES)
WITH_ARGUMENTS = [name for name in GUARDED if PAGES[name].args]
METHODS = ("get", "post")


def patterns(
    resolver: URLResolver | None = None, space: str = "", known: frozenset[str] = frozenset()
) -> Iterator[tuple[str, URLPattern, frozenset[str]]]:
    """Yield each pattern with its whole name (or its route when it has none) and the arguments of its whole route."""
    for entry in (resolver or get_resolver()).url_patterns:
        arguments = known | entry.pattern.converters.keys()
        if isinstance(entry, URLResolver):
            yield from patterns(entry, f"{space}{entry.namespace}:" if entry.namespace else space, arguments)
        else:
            yield f"{space}{entry.name or entry.pattern}", entry, arguments


FOUND = {name: (pattern, arguments) for name, pattern, arguments in patterns()}


def test_no_two_patterns_share_a_name() -> None:
    every = [name for name, *_ in patterns()]
    assert len(every) == len(set(every))


def test_every_pattern_is_listed_and_no_line_is_stale() -> None:
    assert FOUND.keys() == PAGES.keys() | PUBLIC.keys()


@pytest.mark.parametrize("name", sorted(FOUND))
def test_every_argument_has_a_value(name: str) -> None:
    expected = PAGES[name].args.keys() if name in PAGES else set()
    assert FOUND[name][1] == expected


@pytest.mark.parametrize("name", sorted(FOUND))
def test_public_views_are_the_listed_ones(name: str) -> None:
    assert bool(access_of(FOUND[name][0].callback).reason) == (name in PUBLIC)


@pytest.fixture
def clients(world: World) -> dict[Person, Client]:
    """A signed-in browser for everybody."""
    return {person: browser(world, key) for key, person in world.people.items()}


def address(name: str, arguments: dict[str, Any]) -> str:
    return reverse(name, kwargs=arguments)


def values(page: Page, place: Place) -> dict[str, Any]:
    return {name: value(place) for name, value in page.args.items()}


def as_seen(response: HttpResponse) -> tuple[int, bytes, dict[str, str]]:
    """What tells one answer from another: status, bytes, and headers but for the request's number and time."""
    content = b"".join(response) if response.streaming else response.content
    of_the_moment = {"X-Request-Id", "Expires"}
    return response.status_code, content, {k: v for k, v in response.headers.items() if k not in of_the_moment}


def pages_for_nothing(clients: dict[Person, Client]) -> dict[Person, tuple[int, bytes, dict[str, str]]]:
    """What each person gets for an address that leads nowhere: the page that is not found, with the own menu."""
    found = {person: as_seen(client.get("/nowhere/")) for person, client in clients.items()}
    assert {status for status, _, _ in found.values()} == {404}
    return found


def leads_to_its_page(answer: HttpResponse, url: str) -> bool:
    """To the page above the address that only takes a form, or beside it; that page asks for the right."""
    return answer.status_code == 302 and url.startswith(answer["Location"].removesuffix("match/"))


def names(people: Iterable[Person]) -> list[str]:
    return sorted(person.username for person in people)


def written() -> list[tuple[str, int]]:
    """Every table with the number of rows that were ever inserted into, updated in or deleted from it in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
            " WHERE relname NOT IN ('access_session', 'access_accesslogentry') ORDER BY relname"
        )
        return cursor.fetchall()


def assert_logged(name: str, answers: dict[Person, HttpResponse]) -> None:
    """Whoever was shown the page of a record, or was refused it, stands in the access log with the request's number."""
    if not PAGES[name].args or all(right.app == "access" for right in access_of(FOUND[name][0].callback).rights):
        return  # a list, or the form of something new
    requests = {answer["X-Request-Id"] for answer in answers.values()}
    found = dict(AccessLogEntry.objects.filter(page=name, request_id__in=requests).values_list("person_id", "outcome"))
    expected = {200: "shown", 404: "refused"}
    assert {
        person.pk: outcome for person, answer in answers.items() if (outcome := expected.get(answer.status_code))
    } == {person.pk: found.get(person.pk) for person, answer in answers.items() if answer.status_code in expected}


@pytest.mark.parametrize("name", GUARDED)
def test_who_gets_in(world: World, clients: dict[Person, Client], name: str) -> None:
    page = PAGES[name]
    not_found = pages_for_nothing(clients)
    seen: set[str] = set()
    closed = closed_texts(world)
    for place in places(world).values():
        url = address(name, values(page, place))
        if url in seen:
            continue
        seen.add(url)
        welcome = page.people(place)
        answers = {person: client.get(url) for person, client in clients.items()}
        if page.post_only:
            assert all(leads_to_its_page(answer, url) for answer in answers.values()), place.name
        else:
            let_in = {person for person, answer in answers.items() if answer.status_code in {200, 302}}
            assert names(let_in) == names(welcome), place.name
            assert_logged(name, answers)
        for person, answer in answers.items():
            content = as_seen(answer)[1]
            assert [text for text in closed[person.pk] if stands_in(text, content)] == [], (place.name, person.username)
        before = written()
        for person in clients.keys() - welcome:
            if not page.post_only:
                assert as_seen(answers[person]) == not_found[person], (place.name, person.username)
            answer = clients[person].post(url, {"form_key": str(uuid4()), "reason": "x", "decision": "approve"})
            assert answer.status_code == 405 or as_seen(answer) == not_found[person], (place.name, person.username)
        assert written() == before, f"a refused POST wrote something ({place.name})"


@pytest.mark.parametrize("name", WITH_ARGUMENTS)
def test_nobody_finds_what_does_not_exist(world: World, clients: dict[Person, Client], name: str) -> None:
    page, place = PAGES[name], places(world)["own"]
    not_found = pages_for_nothing(clients)
    url = address(name, made_up(page, place))
    before = written()
    for person in page.people(place) | {world.stranger, world.caseworker2}:
        for method in METHODS:
            answer = getattr(clients[person], method)(url)
            only_leads_on = page.post_only and method == "get"
            refused = leads_to_its_page(answer, url) if only_leads_on else as_seen(answer) == not_found[person]
            assert answer.status_code == 405 or refused, (method, person.username)
    assert written() == before


@pytest.mark.parametrize("name", [name for name in WITH_ARGUMENTS if len(PAGES[name].args.keys() - FIXED) > 1])
def test_parts_of_another_record_are_not_reached_through_the_own(
    world: World, clients: dict[Person, Client], name: str
) -> None:
    """The first id is the own one, the second belongs to the other young person or home."""
    page, here = PAGES[name], places(world)
    own, other = values(page, here["own"]), values(page, here["other"])
    if "facility" in own:
        return  # a referral may be held against every home of the agency
    for first in ("own", "other"):
        mixed = (
            (own | {k: v for k, v in other.items() if k != "pk"})
            if first == "own"
            else other | {k: v for k, v in own.items() if k != "pk"}
        )
        for person in page.people(here[first]):
            for method in METHODS:
                before = written()
                answer = getattr(clients[person], method)(
                    address(name, mixed), {"form_key": str(uuid4())} if method == "post" else None
                )
                expected = {302} if page.post_only and method == "get" else {404, 405}
                assert answer.status_code in expected, (first, person.username, method)
                assert written() == before


@pytest.mark.parametrize("name", GUARDED)
def test_a_visitor_who_is_not_signed_in(world: World, name: str) -> None:
    page, place = PAGES[name], places(world)["own"]
    client = Client()
    for arguments in [values(page, place), made_up(page, place)]:
        url = address(name, arguments)
        assert client.get(url).headers["Location"] == f"/accounts/login/?next={url}"
        before = written()
        answer = client.post(url, {"form_key": str(uuid4())})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/?next=/")
        assert written() == before


def test_a_closed_account_gets_in_nowhere(world: World, clients: dict[Person, Client], acting_as: Callable) -> None:
    with acting_as(world.sysadmin):
        Person.objects.filter(pk=world.caseworker.pk).update(is_active=False)
    for name in GUARDED:
        url = address(name, values(PAGES[name], places(world)["own"]))
        assert clients[world.caseworker].get(url).headers["Location"] == f"/accounts/login/?next={url}"


def test_public_pages(world: World) -> None:
    client = Client()
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok"}
    assert client.get("/accounts/login/").status_code == 200
    assert client.get("/accounts/logout/")["Location"] == "/"
    assert client.get("/ui/components/").status_code == 404
