"""Every URL pattern × every person × own, other, ended and made-up, GET and POST.

What a person may not see looks exactly like what does not exist: same status, same bytes. A refused POST writes nothing.
"""

import io
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from typing import Any
from uuid import uuid4
from zlib import crc32

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pypdf import PdfReader

from placement.access.guard import Access, access_of
from placement.access.matrix import Case, lines
from placement.access.matrix import opens as opens_for
from placement.access.models import AccessLogEntry, Person
from placement.access.rights import Role
from placement.database.context import acting
from residents.operations import bar_from_record, break_glass, take_off_case
from tests.attack.sql import written
from tests.every.hidden import closed_texts, stands_in
from tests.every.oracle import sights
from tests.every.places import Arguments, Page, Place, places
from tests.every.table import FIXED, PAGES, PUBLIC, PUBLIC_ARGUMENTS, made_up
from tests.sealings import sealed
from tests.world import World, browser

GUARDED = sorted(PAGES)
WITH_ARGUMENTS = [name for name in GUARDED if PAGES[name].args]
METHODS = ("get", "post")
ASKED_AT = ("own", "ended")


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
    expected = PAGES[name].args.keys() if name in PAGES else PUBLIC_ARGUMENTS.get(name, set())
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


def values(page: Page, place: Place, arguments: Arguments | None = None) -> dict[str, Any]:
    return {name: value(place) for name, value in (arguments or page.args).items()}


def address_at(name: str, place: Place, arguments: Arguments) -> str:
    return address(name, values(PAGES[name], place, arguments))


def as_seen(response: HttpResponse) -> tuple[int, bytes, dict[str, str]]:
    """What tells one answer from another: status, bytes, and headers but for the request's number and time."""
    content = b"".join(response) if response.streaming else response.content
    of_the_moment = {"X-Request-Id", "Expires"}
    return response.status_code, content, {k: v for k, v in response.headers.items() if k not in of_the_moment}


def as_read(content: bytes) -> bytes:
    """What stands in an answer for whoever reads it: of a PDF its text, as its packed bytes hold any short word by chance."""
    if not content.startswith(b"%PDF"):
        return content
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).encode()


_nothing: dict[Person, tuple[int, bytes, dict[str, str]]] = {}


def pages_for_nothing(clients: dict[Person, Client]) -> dict[Person, tuple[int, bytes, dict[str, str]]]:
    """What each person gets for an address that leads nowhere: the page that is not found, with the own menu.

    Asked once for all tests that begin with the world as it was built; again when it was made anew.
    """
    if _nothing.keys() != clients.keys():
        _nothing.clear()
        _nothing.update({person: as_seen(client.get("/nowhere/")) for person, client in clients.items()})
    assert {status for status, _, _ in _nothing.values()} == {404}
    return _nothing


def leads_to_its_page(answer: HttpResponse, url: str) -> bool:
    """To the page above the address that only takes a form, or beside it; that page asks for the right."""
    return answer.status_code == 302 and url.startswith(answer["Location"].removesuffix("match/"))


def names(people: Iterable[Person]) -> list[str]:
    return sorted(person.username for person in people)


def written_by_pages() -> dict[str, int]:
    """What this transaction has written in every table but those of sessions and of the access log."""
    return {
        table: rows for table, rows in written().items() if table not in {"access_session", "access_accesslogentry"}
    }


# A home answers for what was found in the stay of somebody who has left: it keeps the code.
KEEPS_CODES = {"compliance:finding", "compliance:change_action"}
# What is made to be saved or printed.
TO_KEEP = {
    "residents:care_paper",
    "facilities:shift-paper",
    "residents:document",
    "residents:opened_in_plain_words",
    "residents:rights_copy",
    "residents:rights_notice",
    "residents:sheet",
    "residents:sheet_file",
    "compliance:binder_pdf",
    "compliance:binder_tables",
    "audit:export_files",
    "incidents:flyer-pdf",
}


def assert_logged(name: str, answers: dict[Person, HttpResponse]) -> None:
    """Whoever was shown the page of a record, or was refused it, stands in the access log with the request's number."""
    if not PAGES[name].args or all(right.app == "access" for right in access_of(FOUND[name][0].callback).rights):
        return  # a list, or the form of something new
    requests = {answer["X-Request-Id"] for answer in answers.values()}
    logged = AccessLogEntry.objects.filter(page=name, request_id__in=requests).values_list("person_id", "outcome")
    found = {pk: "shown" if name in TO_KEEP and outcome == "exported" else outcome for pk, outcome in logged}
    expected = {200: "shown", 404: "refused"}
    assert {
        person.pk: outcome for person, answer in answers.items() if (outcome := expected.get(answer.status_code))
    } == {person.pk: found.get(person.pk) for person, answer in answers.items() if answer.status_code in expected}


def case_of(person: Person, place: Place, page: Page) -> Case:
    """How the person stands to the young person and the home of the place, in the words of the matrix, by the oracle."""
    known = sights(place.world)[person.pk]
    young, home = place.young.resident.pk, place.home.facility.pk
    if not page.args:
        return Case.OWN if known.own_homes else Case.OTHER
    if known.of_young[young]:
        return Case.ENDED if place.ended and person.role == "supervisor" else Case.OWN
    return Case.ENDED if home in known.own_homes or young in known.had else Case.OTHER


def cells(name: str) -> dict[tuple[Role, Case], bool]:
    """What the matrix says of a page."""
    access = access_of(FOUND[name][0].callback)
    assert access is not None
    return cells_of(access, bool(PAGES[name].args))


@cache
def cells_of(access: Access, has_record: bool) -> dict[tuple[Role, Case], bool]:
    return {(role, case): bool(opens_for(access, role, case, has_record)) for role in Role for case in Case}


class Asked:
    """The answers of one address to everybody: each is asked for once, and gives away and writes nothing that it must not."""

    def __init__(self, world: World, clients: dict[Person, Client]) -> None:
        self.world, self.clients, self.closed = world, clients, closed_texts(world)
        self.not_found = pages_for_nothing(clients)
        self.let_in: dict[str, set[Person]] = {}

    def who(self, name: str, url: str, welcome: set[Person]) -> set[Person]:
        """Who gets in."""
        if url not in self.let_in:
            self.let_in[url] = self.ask(name, url, welcome)
        return self.let_in[url]

    def ask(self, name: str, url: str, welcome: set[Person]) -> set[Person]:
        answers = {person: client.get(url) for person, client in self.clients.items()}
        let_in = {person for person, answer in answers.items() if answer.status_code in {200, 302}}
        if PAGES[name].post_only:
            assert all(leads_to_its_page(answer, url) for answer in answers.values())
        else:
            assert names(let_in) == names(welcome)
            assert_logged(name, answers)
        for person, answer in answers.items():
            content = as_read(as_seen(answer)[1])
            closed = self.closed[person.pk]
            if name in KEEPS_CODES and person.role == "admin":
                closed = [text for text in closed if not re.fullmatch(rb"[A-Z]{1,3}-\d+", text)]
            assert [text for text in closed if stands_in(text, content)] == [], person.username
        before = written_by_pages()
        refused = sorted(self.clients.keys() - welcome, key=lambda one: crc32(f"{name} {one.username}".encode()))
        for person in refused:
            if not PAGES[name].post_only:
                assert as_seen(answers[person]) == self.not_found[person], person.username
        of_each_role = list({person.role: person for person in refused}.values())
        for person in of_each_role[: 1 if self.let_in else None]:  # of all roles at the first address, of one at others
            answer = self.clients[person].post(url, {"form_key": str(uuid4()), "reason": "x", "decision": "approve"})
            assert answer.status_code == 405 or as_seen(answer) == self.not_found[person], person.username
        assert written_by_pages() == before, "a refused POST wrote something"
        if PAGES[name].post_only:
            return {person for person in welcome if self.clients[person].post(url).status_code < 400}
        return let_in


# Pages that open for one person whatever rights others have, which no cell can say.
OF_ONE_PERSON = {
    "answer": "whoever has proposed what was answered: tests/compliance/test_answers.py",
    "audit:second_disposal": "whoever is named to decide it: tests/compliance/test_seconds.py",
    "bars:judge": "whoever judges the bar, which waits for nobody in the world: tests/residents/test_bars.py",
    "residents:decide_sealing": "the supervisor while an order waits: tests/residents/test_sealings.py",
    **{
        f"sealings:{page}": "supervisors of the unit, of what is sealed: tests/residents/test_sealings.py"
        for page in ("detail", "unseal", "decide")
    },
    "complaints:detail": "whom the database shows it, and nobody who is named: tests/residents/test_complaints.py",
    "complaints:payback": "the supervisors among them: tests/residents/test_complaints.py",
    "break_glass:end": "whoever has the emergency access, while it lasts: tests/residents/test_emergencies.py",
}


def differences_from_matrix(
    world: World,
    name: str,
    who: Callable[[Callable[[], str], Place, set[Person]], set[Person]],
    at: Iterable[str] = ("own", "other", "ended"),
) -> list[str]:
    """Ask ``who`` at these places for every record; return the cells of the matrix that differ from who got in.

    ``who`` gets a function that gives the address: to look for the record takes longer than all else.

    Where the record decides which of several rights opens it, a cell is open when one of the records is.
    """
    page, expected, wrong = PAGES[name], cells(name), []
    for place in (places(world)[one] for one in at):
        let_in: set[Person] = set()
        for opens, arguments in page.records():
            welcome = page.people(place, opens)
            found = who(partial(address_at, name, place, arguments), place, welcome)
            assert names(found) == names(welcome), (place.name, opens)
            let_in |= found
        for person in world.people.values():
            cell = Role(person.role), case_of(person, place, page)
            if name not in OF_ONE_PERSON and expected[cell] != (person in let_in):
                wrong.append(f"{name} at {place.name}: {person.username} as {cell} {expected[cell]}")
    return wrong


def test_the_command_prints_these_cells() -> None:
    printed = {(line.name, line.role, case): bool(line.opens[case]) for line in lines() for case in Case}
    assert printed == {(name, *cell): value for name in GUARDED for cell, value in cells(name).items()}


@pytest.mark.parametrize("name", GUARDED)
def test_who_gets_in(world: World, clients: dict[Person, Client], name: str) -> None:
    """Whom the oracle lets in, and nobody else; and the matrix says the same.

    Asked of one unit and home and of a stay that has ended: in the world the other unit and home are the same the other
    way round, and their people are the strangers here.
    """
    for _, arguments in PAGES[name].records():
        for one in ASKED_AT:
            values(PAGES[name], places(world)[one], arguments)  # what has to be made first is made
    asked = Asked(world, clients)
    who = lambda url, place, welcome: asked.who(name, url(), welcome)  # noqa: E731
    assert differences_from_matrix(world, name, who, ASKED_AT) == []


def test_how_many_combinations_are_tried(world: World, record_property: Callable[[str, object], None]) -> None:
    """(page, person, place, record) in ``test_who_gets_in``, and the made-up record for every role."""
    tried = len(world.people) * sum(
        len(page.records()) * (len(ASKED_AT) if page.args else 1) for page in PAGES.values()
    ) + len(Role) * len(WITH_ARGUMENTS)
    covered = {
        (Role(person.role), case_of(person, place, page))
        for page in (Page("own work"), Page("code", {"pk": lambda p: p.young.resident.pk}))
        for place in (places(world)[one] for one in ASKED_AT)
        for person in world.people.values()
    }
    by_hand = {(Role.CLINICIAN, Case.ENDED)}  # ``BROUGHT_ABOUT``
    of_people = {Role.SYSADMIN, Role.NONE}  # they stand to no young person in any way
    missing = {(role, case) for role in Role for case in (Case.OWN, Case.OTHER, Case.ENDED) if role not in of_people}
    assert missing - covered - by_hand == set()
    record_property("combinations of page, person, place and record", tried)
    assert tried > 3500


def end_of_the_team(world: World) -> tuple[list[Person], Place]:
    """The clinician is taken off the case."""
    by, place = world.supervisor, places(world)["own"]
    with acting(by.pk, by.name):
        take_off_case(place.young.team, by=by)
    return [world.clinician], place


def bars(world: World) -> tuple[list[Person], Place]:
    """Everybody who works with a young person is barred from the record, the supervisor last."""
    by, place = world.supervisor, places(world)["own"]
    people = [world.caseworker, world.clinician, world.staff_cedar, world.admin_cedar, world.inspector_cedar, by]
    with acting(by.pk, by.name):
        for person in people:
            bar_from_record(place.young.resident, person, reason="Knows the family.", by=by)
    return people, place


def seals(world: World) -> tuple[list[Person], Place]:
    """A court has sealed the record of somebody who has left the home."""
    place = places(world)["ended"]
    sealed(world)
    w = world
    return [w.caseworker, w.clinician, w.supervisor, w.staff_cedar, w.admin_cedar, w.inspector_cedar], place


def emergencies(world: World) -> tuple[list[Person], Place]:
    """People of the other unit and home open the record in an emergency."""
    place = places(world)["own"]
    people = [world.caseworker2, world.clinician2, world.staff_birch, world.admin_birch, world.supervisor2]
    for person in people:
        with acting(person.pk, person.name):
            break_glass(place.young.resident.code, reason="Nobody who knows them can be reached.", by=person)
    return people, place


# Case → what brings it about, and gives the people for whom it is so, and the place.
BROUGHT_ABOUT: dict[Case, Callable[[World], tuple[list[Person], Place]]] = {
    Case.ENDED: end_of_the_team,
    Case.BARRED: bars,
    Case.SEALED: seals,
    Case.BREAK_GLASS: emergencies,
}


# What was made while the record was open, and may tell of it: it is gone though the home is open.
MADE_BEFORE: dict[Case, set[str]] = {
    Case.SEALED: {
        *("audit:export", "audit:export_files"),
        *("compliance:binder", "compliance:binder_pdf", "compliance:binder_tables"),
    }
}
# Of somebody who is missing, whose record no court seals before they are found.
OF_MISSING = {
    f"incidents:{page}"
    for page in ("episode", "episode-search", "episode-known", "flyer", "flyer-step", "flyer-pdf", "episode-line")
}


@pytest.mark.parametrize("case", sorted(BROUGHT_ABOUT))
def test_the_matrix_says_who_gets_in_when_a_case_is_brought_about(world: World, case: Case) -> None:
    before = places(world)["ended" if case == Case.SEALED else "own"]
    known = {  # what has to be made first is made; of a sealed record nobody finds it afterwards
        (name, number): address_at(name, before, arguments)
        for name, page in PAGES.items()
        if case != Case.SEALED or name not in OF_MISSING
        for number, (_, arguments) in enumerate(page.records())
    }
    people, place = BROUGHT_ABOUT[case](world)
    assert place.name == before.name
    differ = []
    for person in people:
        client = browser(world, next(key for key, one in world.people.items() if one == person))
        for name, page in PAGES.items():
            if name in OF_ONE_PERSON or name == "facilities:ties":  # of a home: the others who live there still open it
                continue
            role_cells = [cells(name)[Role(person.role), one] for one in (Case.OWN, case)]
            if page.args and not page.post_only and any(role_cells):  # who never gets in: ``test_who_gets_in``
                urls = [known[name, number] for number, _ in enumerate(page.records()) if (name, number) in known]
                if not urls:
                    continue
                opens = any(client.get(url).status_code in {200, 302} for url in urls)
                if opens != cells(name)[Role(person.role), case]:
                    differ.append((name, person.username, opens))
    assert [one for one in differ if one[0] not in MADE_BEFORE.get(case, ())] == [], differ


@pytest.mark.parametrize("name", WITH_ARGUMENTS)
def test_nobody_finds_what_does_not_exist(world: World, clients: dict[Person, Client], name: str) -> None:
    page, place = PAGES[name], places(world)["own"]
    not_found = pages_for_nothing(clients)
    url = address(name, made_up(page, place))
    before = written_by_pages()
    one_of_each_role = {person.role: person for person in world.people.values()}
    assert one_of_each_role.keys() == set(Role)
    for role, person in one_of_each_role.items():
        assert page.post_only or as_seen(clients[person].get(url)) == not_found[person], person.username
        assert cells(name)[Role(role), Case.MADE_UP] is False
    welcome = {person.role: person for person in sorted(page.people(place), key=lambda one: one.username)}
    for person in {*welcome.values(), world.stranger}:
        answer = clients[person].post(url)
        assert answer.status_code == 405 or as_seen(answer) == not_found[person], person.username
        assert not page.post_only or leads_to_its_page(clients[person].get(url), url)
    assert written_by_pages() == before


@pytest.mark.parametrize("name", [name for name in WITH_ARGUMENTS if len(PAGES[name].args.keys() - FIXED) > 1])
def test_parts_of_another_record_are_not_reached_through_the_own(
    world: World, clients: dict[Person, Client], name: str
) -> None:
    """The first id is the own one, the second belongs to the other young person or home."""
    page, here = PAGES[name], places(world)
    own, other = values(page, here["own"]), values(page, here["other"])
    if "facility" in own:
        return  # a referral may be held against every home of the agency
    before = written_by_pages()
    for first in ("own", "other"):
        mixed = (
            (own | {k: v for k, v in other.items() if k != "pk"})
            if first == "own"
            else other | {k: v for k, v in own.items() if k != "pk"}
        )
        for person in page.people(here[first]):
            for method in METHODS:
                answer = getattr(clients[person], method)(
                    address(name, mixed), {"form_key": str(uuid4())} if method == "post" else None
                )
                expected = {302} if page.post_only and method == "get" else {404, 405}
                assert answer.status_code in expected, (first, person.username, method)
                assert written_by_pages() == before


@pytest.mark.parametrize("name", GUARDED)
def test_a_visitor_who_is_not_signed_in(world: World, name: str) -> None:
    page, place = PAGES[name], places(world)["own"]
    client, asked = Client(), [values(page, place), made_up(page, place)]
    before = written_by_pages()
    for arguments in asked:
        url = address(name, arguments)
        assert client.get(url).headers["Location"] == f"/accounts/login/?next={url}"
        answer = client.post(url, {"form_key": str(uuid4())})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/?next=/")
        assert written_by_pages() == before


def test_a_closed_account_gets_in_nowhere(world: World, clients: dict[Person, Client], acting_as: Callable) -> None:
    urls = [address(name, values(PAGES[name], places(world)["own"])) for name in GUARDED]
    with acting_as(world.sysadmin):
        Person.objects.filter(pk=world.caseworker.pk).update(is_active=False)
    for url in urls:
        assert clients[world.caseworker].get(url).headers["Location"] == f"/accounts/login/?next={url}"


def test_public_pages(world: World) -> None:
    client = Client()
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok"}
    assert client.get("/accounts/login/").status_code == 200
    assert client.get("/accounts/logout/")["Location"] == "/"
    assert client.get("/ui/components/").status_code == 404
