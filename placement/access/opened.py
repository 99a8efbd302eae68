"""The access log: who opened which record, by what grant, in the transaction of the request that showed it (design §4).

``visible_to(…).get(…)`` notes what was fetched; the request middleware writes it down before the answer leaves. If it can't be
written, nothing is shown.
"""

from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection, models

from placement.access.rights import Can
from placement.database.context import acting


@dataclass
class Opened:
    """What one request has asked for and got: the rights that ``visible_to`` was asked for, and objects by app.

    exported: what was shown is on paper or in a file now.
    """

    asked: set[Can] = field(default_factory=set)
    things: dict[str, set[UUID]] = field(default_factory=lambda: {"residents": set(), "facilities": set()})
    exported: bool = False

    def note(self, row: models.Model) -> None:
        """Note the resident and the home on which ``row`` hangs."""
        guarded: Any = row
        for app, path in guarded.guards.items():
            *steps, last = path.split("__")
            if (owner := _walk(row, steps)) is not None and (key := getattr(owner, last)) is not None:
                self.things[app].add(key)


opened: ContextVar[Opened | None] = ContextVar("opened", default=None)


def _walk(row: Any, steps: list[str]) -> Any:
    """Return what ``row`` points to by ``steps``; ``None`` when they lead to many rows, which note themselves."""
    for step in steps:
        if row is None or row._meta.get_field(step).one_to_many:
            return None
        row = getattr(row, step)
    return row


def note_opened(*rows: models.Model) -> None:
    """Note rows that a page shows and that were reached by another way than ``visible_to(…).get(…)``."""
    if (found := opened.get()) is not None:
        for row in rows:
            found.note(row)


def note_asked(*rights: Can) -> None:
    """Note the rights by which a statement of its own, without ``visible_to``, finds rows."""
    if (found := opened.get()) is not None:
        found.asked.update(rights)


def note_audited(app: str, ids: Iterable[UUID], right: Can) -> None:
    """Note residents ("residents") or homes ("facilities") whose past a page shows, found by ``right`` and not by a row."""
    if (found := opened.get()) is not None:
        found.asked.add(right)
        found.things[app].update(pk for pk in ids if pk)


def note_exported() -> None:
    """Note that the answer is made to be printed or saved."""
    if (found := opened.get()) is not None:
        found.exported = True


def write(found: Opened, *, page: str, outcome: str, thing: UUID | None = None) -> None:
    """Write what was opened as one entry per resident and home; ``thing`` is the id in the address.

    Person, role, time, request and purpose come from the transaction, and the grants from the permission rows, in the database.
    """
    asked = [right.codename for right in found.asked if right.app in found.things]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT access_log(%s, %s, %s::uuid[], %s::uuid[], %s, %s)",
            [page, outcome, list(found.things["residents"]), list(found.things["facilities"]), asked, thing],
        )


def write_failed(person: Any, *, page: str) -> None:
    """Write that somebody did not prove to be ``person`` with a password, a code or a PIN."""
    with acting(person.pk, person.name), connection.cursor() as cursor:
        cursor.execute("SELECT access_log(%s, 'failed', '{}', '{}', '{}', NULL)", [page])
