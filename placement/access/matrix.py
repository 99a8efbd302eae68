"""Which role opens which page in which case, by what pages declare and roles and grants give; from no record (design §4)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from django.db.models import TextChoices

from placement.access.guard import Access, access_of, patterns
from placement.access.rights import (
    AGENCY_RIGHTS,
    EMERGENCY_RIGHTS,
    HOME_RIGHTS,
    RESIDENT_RIGHTS,
    ROLE_RIGHTS,
    Can,
    Role,
)

WIDTH = 110
NOTES = [
    "–: the page is about no single record. It lists what is open to the reader.",
    "Where a page asks for one of several rights on a record, the record decides for which one.",
    "",
]


class Case(TextChoices):
    """How a person stands to the young person and the home of a page."""

    OWN = "own", "it is their young person or home: caseload, team, unit, the home where they work"
    OTHER = "other home", "somebody else's young person or home, or theirs no longer"
    ENDED = "ended", "the stay, caseload or team membership has ended; the home and the unit of the case remain"
    BARRED = "barred", "theirs by role or home, but they are barred from this young person's record"
    SEALED = "sealed", "theirs by role or home, but a court has sealed this young person's record"
    BREAK_GLASS = "break-glass", "somebody else's young person, opened in an emergency"
    MADE_UP = "made-up", "there is no such record"


@dataclass(frozen=True)
class Line:
    """One page and one role. ``opens``: case → whether the page opens, ``None`` where a page without a record has no such case."""

    name: str
    route: str
    access: Access
    role: Role
    opens: dict[Case, bool | None]


def lines() -> Iterator[Line]:
    """Yield a line for each role on each page that is not public, in the order of the addresses."""
    for name, route, pattern in patterns():
        access = access_of(pattern.callback)
        if access is not None and not access.reason:
            of_record = "<" in route
            for role in Role:
                yield Line(name, route, access, role, {case: opens(access, role, case, of_record) for case in Case})


def opens(access: Access, role: Role, case: Case, of_record: bool) -> bool | None:
    """Return whether ``role`` opens a page in ``case``.

    A page of records lists what is open to the reader, so that rights on a record close it only when it asks for no right
    of the role. ``of_record``: the address names a record.
    """
    if case == Case.MADE_UP:
        return False if of_record else None
    if case in (Case.BARRED, Case.SEALED) and access.names_young:
        return False
    if access.of_role and not access.of_role & ROLE_RIGHTS[role]:
        return False
    if access.of_role and not of_record:
        return True
    rights = held(role, case)
    return (not access.on_records or bool(access.on_records & rights)) and access.also <= rights


def held(role: Role, case: Case) -> frozenset[Can]:
    """Return the rights that ``role`` has in ``case`` on the young person and on the home."""
    none: frozenset[Can] = frozenset()
    agency, home, own = (rights.get(role, none) for rights in (AGENCY_RIGHTS, HOME_RIGHTS, RESIDENT_RIGHTS))
    return {
        Case.OWN: agency | home | own,
        Case.OTHER: agency,
        Case.ENDED: agency | home | (own if role == Role.SUPERVISOR else none),
        Case.BARRED: agency | home,
        Case.SEALED: agency | home,
        Case.BREAK_GLASS: agency | (EMERGENCY_RIGHTS if Can.BREAK_GLASS in ROLE_RIGHTS[role] else none),
        Case.MADE_UP: none,
    }[case]


def words(access: Access) -> str:
    """Return what a page asks for, by the names of the rights."""
    asked = [" or ".join(sorted(r.codename for r in group)) for group in (access.of_role, access.on_records) if group]
    return " and ".join([*asked, *sorted(right.codename for right in access.also)])


def as_text(found: list[Line]) -> str:
    """Return the matrix for people: a block per page with its roles; roles for whom it never opens share one line."""
    text = [f"{case.value}: {case.label}." for case in Case] + NOTES
    for name, of_page in grouped(found).items():
        first = of_page[0]
        text += [
            f"{name}  /{first.route}",
            *wrap(f"  asks for {words(first.access)}", WIDTH, subsequent_indent="    "),
            table_row("", [c.value for c in Case]),
        ]
        text += [
            table_row(line.role.value, map(cell, line.opens.values())) for line in of_page if any(line.opens.values())
        ]
        closed = [line.role.value for line in of_page if not any(line.opens.values())]
        text += [f"  404 in every case: {', '.join(closed)}"] if closed else []
        text += [""]
    opened = sum(value is True for line in found for value in line.opens.values())
    cells = sum(value is not None for line in found for value in line.opens.values())
    return "\n".join([*text, f"{len(grouped(found))} pages × {len(Role)} roles: {cells} cells, {opened} of them open."])


def table_row(head: str, cells: Any) -> str:
    """Return one row of a block."""
    return f"  {head:<12}" + "".join(f"{text:<12}" for text in cells).rstrip()


def cell(value: bool | None) -> str:
    """Return one cell in words."""
    return {True: "opens", False: "404", None: "–"}[value]


def grouped(found: list[Line]) -> dict[str, list[Line]]:
    """Return name of the page → its lines."""
    pages: dict[str, list[Line]] = {}
    for line in found:
        pages.setdefault(line.name, []).append(line)
    return pages


def as_data(found: list[Line]) -> dict[str, Any]:
    """Return the matrix for JSON."""
    sort: Callable[[frozenset[Can]], list[str]] = lambda rights: sorted(right.value for right in rights)  # noqa: E731
    return {
        "cases": {case.value: case.label for case in Case},
        "pages": [
            {
                "page": name,
                "route": "/" + of_page[0].route,
                "role_rights": sort(of_page[0].access.of_role),
                "record_rights": sort(of_page[0].access.on_records),
                "and_also": sort(of_page[0].access.also),
                "roles": {
                    line.role.value: {case.value: cell(value) for case, value in line.opens.items()} for line in of_page
                },
            }
            for name, of_page in grouped(found).items()
        ],
    }
