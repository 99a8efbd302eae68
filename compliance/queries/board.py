"""The compliance page: what is not met, what is due next, counted by home and by area. A fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from compliance.models import Finding, Obligation
from compliance.queries.corrective import being_corrected
from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.facilities.models import Facility
from placement.ui.paging import Page, keyset_page

NEAR = timedelta(days=14)
PAGE, FIRST, HOMES = 25, 8, 25
NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # where the rule sets no time
WORST = Case(When(severity="critical", then=Value(0)), When(severity="serious", then=Value(1)), default=Value(2))
WATCHED = ("watch", "advice")  # of others, or without the force of law
STATES = {
    "not-met": "Not met",
    "due": "Due in 14 days",
    "waiting": "To be done",
    "done": "Done",
    "correcting": "Being corrected",
    "closed": "Put right or closed",
    "watch": "Advice, and duties of others",
}


@dataclass
class Counted:
    """How much there is of one home, or of one area."""

    key: str
    words: str
    not_met: int = 0
    due: int = 0


@dataclass(frozen=True)
class Board:
    """The page. ``state``: the one that is asked for, with its ``rows``; else the first of what is not met, and of what is due."""

    totals: Counted
    homes: list[Counted]
    areas: list[Counted]
    more_homes: int
    state: str = ""
    page: Page | None = None
    findings: list[Finding] = field(default_factory=list)
    waiting: list[Obligation] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Return whether nothing is not met, and nothing is to be done soon."""
        return not (self.totals.not_met or self.totals.due or self.waiting)


def homes_of(person: Person) -> QuerySet[Facility]:
    """Return the homes whose compliance ``person`` may read about."""
    return Facility.objects.visible_to(person, Can.VIEW_BEDS).order_by("name")


def homes_to_choose(person: Person) -> list[tuple[str, str]]:
    """Return key and name of each home of which something was asked, or was not met. One query."""
    rows = (model.objects.filter(facility=OuterRef("pk")) for model in (Finding, Obligation))
    found = homes_of(person).filter(reduce(or_, (Q(Exists(each)) for each in rows)))
    return [(str(pk), name) for pk, name in found.values_list("pk", "name")]


def area_words(area: str) -> str:
    """Return an area of the law in words: ``Missing child``."""
    return area.replace("-", " ").capitalize()


def board(person: Person, *, facility: str = "", area: str = "", state: str = "", after: str | None = None) -> Board:
    """Return the page for ``person``, narrowed to one home, one area, and one of ``STATES``."""
    narrowed = {name: value for name, value in (("facility", facility), ("area", area)) if value}
    findings = Finding.objects.visible_to(person, Can.VIEW_BEDS).filter(**narrowed)
    asked = Obligation.objects.visible_to(person, Can.VIEW_BEDS).filter(**narrowed)
    open_, to_do = findings.filter(closed_at__isnull=True), waiting(asked).exclude(severity__in=WATCHED)
    by_home = counted(open_, to_do, "facility_id")
    by_area = counted(open_, to_do, "area")
    names = dict(homes_of(person).filter(pk__in=by_home).values_list("pk", "name"))
    homes = ranked(Counted(str(pk), names[pk], *by_home[pk]) for pk in by_home if pk in names)
    areas = ranked(Counted(each, area_words(each), *by_area[each]) for each in by_area)
    sums = [sum(part) for part in zip(*by_area.values(), strict=True)] or [0, 0]
    found = Board(Counted("", "All", *sums), homes[:HOMES], areas, max(0, len(homes) - HOMES), state)
    if state:
        rows, order = listed(state, findings, asked)
        page = keyset_page(rows.select_related("rule", "facility", "resident"), order=order, after=after, size=PAGE)
        return Board(found.totals, found.homes, found.areas, found.more_homes, state, page)
    found.findings.extend(worst_first(open_).select_related("rule", "facility", "resident")[:FIRST])
    found.waiting.extend(
        to_do.filter(due_at__gt=now()).order_by("due_at", "pk").select_related("rule", "facility", "resident")[:FIRST]
    )
    return found


def listed(
    state: str, findings: QuerySet[Finding], asked: QuerySet[Obligation]
) -> tuple[QuerySet[Any], tuple[str, ...]]:
    """Return the rows of one of ``STATES``, and the order in which they are paged."""
    moment, law = now(), waiting(asked).exclude(severity__in=WATCHED)
    by_time = {"by": Coalesce("due_at", Value(NEVER))}
    lists: dict[str, tuple[QuerySet[Any], tuple[str, ...]]] = {
        "not-met": (worst_first(findings.filter(closed_at__isnull=True)), ("worst", "since")),
        "correcting": (being_corrected(findings), ("correct_by",)),
        "closed": (findings.filter(closed_at__isnull=False), ("-closed_at",)),
        "due": (law.filter(due_at__gt=moment, due_at__lte=moment + NEAR), ("due_at",)),
        "done": (asked.filter(met_at__isnull=False), ("-met_at",)),
        "watch": (waiting(asked).filter(severity__in=WATCHED).annotate(**by_time), ("by",)),
    }
    return lists.get(state, (law.annotate(**by_time), ("by",)))


def waiting(rows: QuerySet[Obligation]) -> QuerySet[Obligation]:
    """Return those that are neither met nor ended."""
    return rows.filter(met_at__isnull=True, ended_at__isnull=True)


def worst_first(rows: QuerySet[Finding]) -> QuerySet[Finding]:
    """Return findings, critical ones first, then by how long they have been so."""
    return rows.annotate(worst=WORST).order_by("worst", "since", "pk")


def counted(open_: QuerySet[Finding], to_do: QuerySet[Obligation], column: str) -> dict[Any, list[int]]:
    """Return by the value of ``column`` how many are not met, and due soon: what is overdue is not met. Two queries."""
    moment = now()
    soon = to_do.filter(due_at__gt=moment, due_at__lte=moment + NEAR)
    found: dict[Any, list[int]] = defaultdict(lambda: [0, 0])
    sources: tuple[QuerySet[Any], ...] = (open_, soon)
    for place, rows in enumerate(sources):
        for key, number in rows.order_by().values_list(column).annotate(Count("pk")):
            found[key][place] = number
    return found


def ranked(rows: Iterable[Counted]) -> list[Counted]:
    """Return them with the most that is not met first."""
    return sorted(rows, key=lambda each: (-each.not_met, -each.due, each.words))
