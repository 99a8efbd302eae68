"""How each exit was found the last time, what is a danger now, and what a shift has not looked at."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery

from placement.access.models import Person
from placement.access.rights import Can
from placement.database.context import reading
from placement.facilities.models import Exit, ExitCheck, Facility, Shift
from placement.facilities.queries.withholding import lived_with, stays_in
from placement.ui.paging import Page, keyset_page
from residents.in_texts import withheld
from residents.models import Resident
from residents.queries.names import hidden_names

READERS = (Can.VIEW_BEDS, Can.INSPECT)


@dataclass(frozen=True)
class ExitNow:
    """An exit with its newest check as first written, None when there is none, and the amendments of that, oldest first."""

    exit: Exit
    check: ExitCheck | None
    amendments: list[ExitCheck]

    @property
    def said(self) -> ExitCheck | None:
        """Return what counts: the newest amendment, or the check."""
        return self.amendments[-1] if self.amendments else self.check

    @property
    def in_danger(self) -> ExitCheck | None:
        """Return what says that nobody could get out here: a look that finds it good takes that away, no amendment does."""
        said = [*self.amendments[::-1], *([self.check] if self.check else [])]
        return next((check for check in said if check.is_danger), None)

    @property
    def faults(self) -> list[str]:
        """Return in words what is wrong with it."""
        found = self.in_danger or self.said
        return found.faults if found else []

    def checked_in(self, shift: Shift | None) -> bool:
        """Return whether it was looked at in ``shift``."""
        return shift is not None and self.check is not None and self.check.shift_id == shift.pk


@dataclass(frozen=True)
class ExitOpen:
    """What is open about one exit at a hand-off, in words."""

    exit: Exit
    what: str
    is_danger: bool


def homes_with_exits(person: Person) -> QuerySet[Facility]:
    """Return the homes whose exits and drills ``person`` may read."""
    beds, evidence = (Facility.objects.visible_to(person, right) for right in READERS)
    return beds | evidence


def exits_now(homes: Iterable[Facility] | QuerySet[Facility]) -> list[ExitNow]:
    """Return the exits of ``homes`` as they were found last, by home and name: two queries for any number."""
    newest = ExitCheck.objects.filter(exit=OuterRef("pk"), amends=None).order_by("-checked_at")
    exits = list(
        Exit.objects.filter(facility__in=homes)
        .annotate(newest=Subquery(newest.values("pk")[:1]))
        .select_related("facility")
        .order_by("facility__name", "facility", "name")
    )
    keys = [way.newest for way in exits if way.newest]
    written = ExitCheck.objects.filter(Q(pk__in=keys) | Q(amends__in=keys)).select_related("checked_by")
    checks: dict[UUID, ExitCheck] = {}
    amendments: dict[UUID, list[ExitCheck]] = {}
    for row in written.order_by("written_at", "pk") if keys else ():
        if row.amends_id is None:
            checks[row.pk] = row
        else:
            amendments.setdefault(row.amends_id, []).append(row)
    return [ExitNow(way, checks.get(way.newest), amendments.get(way.newest, [])) for way in exits]


def dangers(found: Iterable[ExitNow]) -> list[ExitNow]:
    """Return the exits that are locked or blocked."""
    return [each for each in found if each.in_danger]


def exits_left_open(shift: Shift) -> list[ExitOpen]:
    """Return what is open about the exits at the hand-off of ``shift``: a danger, or not looked at. Two queries."""
    found = []
    for each in exits_now([shift.facility]):
        if each.in_danger:
            found.append(ExitOpen(each.exit, ", ".join(each.faults), is_danger=True))
        elif not each.checked_in(shift):
            found.append(ExitOpen(each.exit, "not checked in this shift", is_danger=False))
    return sorted(found, key=lambda each: not each.is_danger)


def fact(found: list[ExitNow], shift: Shift | None) -> dict[str, Any]:
    """Return the fact of the shift page: how many exits were looked at in ``shift``, and what is wrong."""
    checked = sum(each.checked_in(shift) for each in found)
    wrong = [each for each in found if each.faults]
    said: dict[str, Any] = {"label": "Exits", "value": f"{checked} of {len(found)}", "note": "checked", "kind": ""}
    if not found:
        return said | {"value": "0", "note": "none written down", "kind": "due"}
    if first := next(iter([*dangers(found), *wrong]), None):
        note = f"{first.exit.name}: {', '.join(first.faults)}"
        return said | {"note": note, "kind": "late" if first.in_danger else "due"}
    left = len(found) - checked
    return said | ({"value": str(left), "note": "still to check", "kind": "due"} if left else {"kind": "good"})


def checks_page(person: Person, facility: Facility, after: str | None) -> tuple[list[ExitNow], Page]:
    """Return the exits of a home as they are now, and one page of their checks, newest first, each with its amendments.

    Their texts stand in them as ``person`` may read them.
    """
    amendments = ExitCheck.objects.select_related("checked_by").order_by("written_at", "pk")
    found = (
        ExitCheck.objects.filter(facility=facility, amends=None)
        .select_related("exit", "shift", "checked_by")
        .prefetch_related(Prefetch("amendments", queryset=amendments))
    )
    page = keyset_page(found, order=("-checked_at",), after=after, size=25)
    exits = exits_now([facility])
    shown = [row for check in page.rows for row in (check, *check.amendments.all())]
    shown += [row for each in exits for row in (each.check, *each.amendments) if row is not None]
    tell(person, facility, shown)
    return exits, page


def check_to_amend(person: Person, facility: Facility, pk: UUID) -> ExitCheck:
    """Return a check of the home as first written, to somebody who works there. Raises ``ExitCheck.DoesNotExist``."""
    amendments = ExitCheck.objects.select_related("checked_by").order_by("written_at", "pk")
    found: ExitCheck = (
        ExitCheck.objects.visible_to(person, Can.WORK_SHIFT)
        .select_related("exit", "shift", "checked_by")
        .prefetch_related(Prefetch("amendments", queryset=amendments))
        .get(pk=pk, facility=facility, amends=None)
    )
    tell(person, facility, [found, *found.amendments.all()])
    return found


def tell(person: Person, home: Facility, rows: Iterable[ExitCheck]) -> None:
    """Take the names that ``person`` may not read out of the texts of ``rows``, which are shown and not saved."""
    written = [row for row in rows if row.wrong or row.reason]
    if not written:
        return
    writers = {row.checked_by for row in written}
    told = telling(
        person,
        home,
        writers,
        since=min(row.checked_at for row in written),
        until=max(row.written_at for row in written),
    )
    for row in written:
        row.wrong, row.reason = told(row.wrong, row.checked_by), told(row.reason, row.checked_by)


def telling(
    person: Person, home: Facility, writers: Collection[Person], *, since: datetime, until: datetime
) -> Callable[[str, Person], str]:
    """Return what takes out of a text the names that ``person`` may not read of those with whom its writer has worked.

    Whatever else it took out would tell a newcomer who had lived there (``withholding``). A fixed number of queries.
    """
    with reading("withholding"):
        stays = stays_in(home, since=since, until=until)
        known = lived_with(home, stays, since=since, until=until, people=writers)
        everybody = Resident.objects.in_bulk({pk for found in known.values() for pk in found})
    named = set(
        Resident.objects.visible_to(person, Can.VIEW_CARE_PROFILE).filter(pk__in=everybody).values_list("pk", flat=True)
    )
    names = {
        who: hidden_names(everybody[pk] for pk in found if pk not in named and pk in everybody)
        for who, found in known.items()
    }
    return lambda text, writer: withheld(text, names[writer.pk])
