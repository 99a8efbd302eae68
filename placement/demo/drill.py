"""The drill: plant addresses that nobody could write by chance, open every page as everybody, and look where one shows."""

import logging
import re
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from placement.access.models import Person
from placement.access.rights import Can
from placement.database.context import acting
from placement.facilities.models import AddressShown, Facility, FacilityAddress
from placement.facilities.operations import reveal_address

BACKEND = "placement.access.signin.PasswordBackend"
LINK = re.compile(rb'(?:href|src|action|hx-get|hx-post)="(/[^"#]*)')
NEVER = frozenset({"accounts:logout"})  # would end the drill's own session
PLACE = 12.345678  # degrees; in no other place of the product


@dataclass(frozen=True)
class Leak:
    """A planted text where it must not be: who was shown it (or "nobody": a log, a file, a table), where, and which."""

    who: str
    where: str
    what: str

    def as_data(self) -> dict[str, str]:
        """Return the leak for a JSON document."""
        return asdict(self)


@dataclass(frozen=True)
class Found:
    """What the drill has done: how many pages were opened, and the leaks."""

    opened: int
    leaks: list[Leak]


class Blind(RuntimeError):
    """The drill did not see a planted address where it must be shown: it would find nothing anywhere."""


def search(people: Iterable[Person], *, planter: Person, each: int, progress: Callable[..., Any]) -> Found:
    """Plant, open the pages as each of ``people``, and say what was found; everything is undone at the end.

    Args:
        planter: a supervisor, in whose name the addresses are planted.
        each: how many pages of each kind are opened by each person.
        progress: wraps the list of people, such as ``tqdm``.

    Raises ``Blind`` when the drill can't see. Takes about as long as that many requests.
    """
    people = list(people)
    with _undone(), _logged() as log:
        canaries = plant(planter)
        _must_see(planter, canaries)
        leaks, opened, known = [], 0, {reverse("work")}
        for person in progress([*people, *people]):  # the second time with the addresses that others have found
            for where, answer in crawl(person, known, each):
                opened += 1
                leaks += [Leak(person.username, where, what) for what in stands_in(answer, canaries)]
        leaks += [Leak("nobody", "log", text) for text in canaries if text in "\n".join(log)]
        leaks += [Leak("nobody", where, what) for where, what in at_rest(planter, canaries)]
    return Found(opened, sorted(set(leaks), key=lambda leak: (leak.where, leak.who, leak.what)))


def plant(planter: Person) -> list[str]:
    """Give every home an address of unmistakable texts; return them."""
    texts: list[str] = []
    with acting(planter.pk, planter.name, reason="drill"):
        homes = Facility.objects.visible_to(planter, Can.VIEW_ADDRESS).order_by("pk")
        for number, address in enumerate(FacilityAddress.objects.filter(facility__in=homes).order_by("facility")):
            parts = {name: f"Canary{name}{number}x" for name in ("street", "city", "postcode", "telephone", "email")}
            parts |= {name: f"Canary{name}{number}x" for name in ("licensee", "administrator")}
            address.write(parts | {"latitude": PLACE, "longitude": PLACE})
            address.save()
            texts += parts.values()
    return [*texts, str(PLACE)]


def crawl(person: Person, known: set[str], each: int) -> Iterator[tuple[str, Any]]:
    """Yield (address, answer) of pages opened as ``person``: what is ``known``, and what those pages lead to.

    Adds to ``known`` what was found. A page is opened when fewer than ``each`` of its kind were.
    """
    client = Client(raise_request_exception=False)
    client.force_login(person, backend=BACKEND)
    ahead, seen, of_kind = deque(sorted(known)), set(known), defaultdict[str, int](int)
    while ahead:
        where = ahead.popleft()
        try:
            kind = resolve(where.partition("?")[0]).view_name
        except Resolver404:
            continue
        if kind in NEVER or of_kind[kind] >= each:
            continue
        of_kind[kind] += 1
        answer = client.get(where)
        yield where, answer
        for link in LINK.findall(content(answer)):
            found = link.decode().replace("&amp;", "&")
            known.add(found)
            if found not in seen:
                seen.add(found)
                ahead.append(found)


def content(answer: Any) -> bytes:
    """Return the body of an answer, also of one that comes in pieces."""
    if answer.streaming and not hasattr(answer, "drilled"):
        answer.drilled = b"".join(answer.streaming_content)
    return getattr(answer, "drilled", b"") or answer.content


def stands_in(answer: Any, canaries: Iterable[str]) -> list[str]:
    """Return the planted texts in an answer's body, headers and cookies."""
    whole = content(answer).decode(errors="replace") + str(answer.headers) + answer.cookies.output()
    return [text for text in canaries if text in whole]


def at_rest(planter: Person, canaries: list[str]) -> Iterator[tuple[str, str]]:
    """Yield (place, text) of planted texts in the names of kept files, and in any table as the planter is shown it."""
    for file in settings.DOCUMENTS_DIR.rglob("*"):
        yield from ((f"file {file.name}", text) for text in canaries if text in file.name)
    with acting(planter.pk, planter.name), connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND has_table_privilege(oid, 'SELECT')"  # the seals are the owner's
        )
        for (table,) in cursor.fetchall():
            cursor.execute(
                f'SELECT DISTINCT canary.words FROM "{table}" AS kept, unnest(%s) AS canary(words)'
                " WHERE strpos(kept::text, canary.words) > 0",
                [canaries],
            )
            yield from ((f"table {table}", text) for (text,) in cursor.fetchall())


def _must_see(planter: Person, canaries: list[str]) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(planter, backend=BACKEND)
    with transaction.atomic():
        with acting(planter.pk, planter.name):  # who is shown the addresses; without them no home is found
            home = Facility.objects.filter(address__isnull=False).order_by("pk").first()
            if home:
                reveal_address(home, purpose=AddressShown.Purpose.CHECK, reason="A drill.", by=planter)
        seen = home and stands_in(client.get(reverse("facilities:address", args=[home.pk])), canaries)
        transaction.set_rollback(True)
    if not seen:
        raise Blind


@contextmanager
def _undone() -> Iterator[None]:
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)


@contextmanager
def _logged() -> Iterator[list[str]]:
    """Gather every log line, as the console writes it."""
    lines: list[str] = []
    console = logging.getLogger().handlers[0]

    class Gather(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    gather = Gather()
    gather.setFormatter(console.formatter)
    for keep in console.filters:
        gather.addFilter(keep)
    logging.getLogger().addHandler(gather)
    try:
        yield lines
    finally:
        logging.getLogger().removeHandler(gather)
