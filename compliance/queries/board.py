"""The compliance page: how the rules stand, what is not met, what is due next, and how that changed. A fixed number of queries."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from compliance.codes import as_open_to
from compliance.models import Finding, Obligation
from compliance.queries import standing, trend
from compliance.queries.corrective import being_corrected, without_owner
from compliance.queries.opened_to import known_to
from compliance.queries.standing import WATCHED, Home, RuleStands, Stands
from compliance.queries.trend import NEAR, Month
from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.facilities.models import Facility
from placement.ui.paging import Page, keyset_page

PAGE, FIRST, HOMES = 25, 5, 15
RELATED = ("rule", "facility", "resident")
NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # where the rule sets no time
WORST = Case(When(severity="critical", then=Value(0)), When(severity="serious", then=Value(1)), default=Value(2))
STATES = {
    "not-met": "Not met",
    "due": "Due in 14 days",
    "waiting": "To be done",
    "done": "Done",
    "correcting": "Being corrected",
    "closed": "Put right or closed",
    "found": "Found",
    "watch": "Advice, and duties of others",
}
AREA_WORDS = {  # of those whose name alone says too little
    "activities-normalcy": "Activities and everyday life",
    "case-plan": "Plan for the young person",
    "court-review": "Reviews in court",
    "exits-and-security": "Exits and locks",
    "facility-safety": "Safety of the house",
    "missing-child": "Missing young person",
    "outside-contact": "Contact with family and others",
    "placement-process": "Moving in and moving out",
    "population": "Who may live together",
    "records-confidentiality": "Records and privacy",
    "restraint-seclusion": "Restraint and locking in",
    "rights-notice": "Rights explained",
    "staff-clearance": "Background checks of staff",
    "staff-training": "Training of staff",
    "supervision-ratio": "Enough adults",
}
OF_FINDINGS = frozenset({"not-met", "correcting", "closed", "found"})


@dataclass(frozen=True)
class Wanted:
    """What the page is narrowed to: one home, area or rule; and, of a list, what was so in a ``month``, or is due on a ``day``."""

    facility: str = ""
    area: str = ""
    rule: str = ""
    state: str = ""
    month: str = ""
    day: date | None = None

    @property
    def month_begins(self) -> date:
        """Return the first day of the month."""
        return date.fromisoformat(f"{self.month}-01")

    @property
    def narrowed(self) -> dict[str, str]:
        """Return the conditions of the rows."""
        found = {"facility": self.facility, "area": self.area, "rule__rule": self.rule}
        return {name: value for name, value in found.items() if value}


@dataclass(frozen=True)
class Board:
    """The page. ``not_met``: findings that are open. ``due``: what falls due in 14 days. ``without_owner``: how
    much corrective action nobody does, because its owner has left. More is there for the whole page only."""

    not_met: int
    due: int
    without_owner: int = 0
    totals: Stands = field(default_factory=lambda: Stands("", "All"))
    areas: list[Stands] = field(default_factory=list)
    homes: list[Stands] = field(default_factory=list)
    more_homes: int = 0
    months: list[Month] = field(default_factory=list)
    days: list[tuple[date, int]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    waiting: list[Obligation] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Return whether nothing is not met, and nothing is to be done soon."""
        return not (self.not_met or self.due or self.waiting)


def homes_of(person: Person) -> QuerySet[Facility]:
    """Return the homes whose compliance ``person`` may read about."""
    return Facility.objects.visible_to(person, Can.VIEW_BEDS).order_by("name")


def homes_judged(person: Person) -> list[Home]:
    """Return each home of which something was asked, or was not met, by name. One query."""
    rows = (model.objects.filter(facility=OuterRef("pk")) for model in (Finding, Obligation))
    found = homes_of(person).filter(reduce(or_, (Q(Exists(each)) for each in rows)))
    return [Home(*values) for values in found.values_list("pk", "name", "jurisdiction", "time_zone")]


def area_words(area: str) -> str:
    """Return an area of the law in words: ``Missing child``."""
    return AREA_WORDS.get(area, area.replace("-", " ").capitalize())


def board(person: Person, wanted: Wanted, homes: list[Home]) -> Board:
    """Return the whole page for ``person``. homes: those that are judged."""
    findings, asked = rows_of(person, wanted)
    open_, to_do, moment = findings.filter(closed_at__isnull=True), waiting(asked).exclude(severity__in=WATCHED), now()
    chosen = [home for home in homes if wanted.facility in ("", str(home.pk))]
    by_area, by_home = standing.by_area_and_home(findings, asked, person, chosen, wanted.area)
    stands = ranked(Stands(str(home.pk), home.name, by_home[home.pk]) for home in chosen)
    days = trend.days(due_soon(asked))
    months, not_met = trend.months(findings)
    return Board(
        not_met=not_met,
        without_owner=without_owner(findings).count(),
        due=sum(number for _, number in days),
        totals=Stands("", "All", sum(by_area.values(), Counter())),
        areas=ranked(Stands(area, area_words(area), numbers) for area, numbers in by_area.items()),
        homes=stands[:HOMES],
        more_homes=max(0, len(stands) - HOMES),
        months=months,
        days=days,
        findings=known_to(person, worst(open_)),
        waiting=as_open_to(
            person, list(to_do.filter(due_at__gt=moment).order_by("due_at", "pk").select_related(*RELATED)[:FIRST])
        ),
    )


def list_page(person: Person, wanted: Wanted, after: str | None = None) -> Page:
    """Return one page of the rows of one of ``STATES``."""
    found, order = listed(wanted, *rows_of(person, wanted))
    page = keyset_page(found.select_related(*RELATED), order=order, after=after, size=PAGE)
    known_to(person, page.rows)
    return page


def rules(person: Person, wanted: Wanted, homes: list[Home]) -> list[RuleStands]:
    """Return how each rule stands, at all homes or at the one that is wanted; ``wanted.state`` is one of ``STANDS`` or empty."""
    chosen = [home for home in homes if wanted.facility in ("", str(home.pk))]
    return standing.by_rule(*rows_of(person, wanted), person, chosen, area=wanted.area, state=wanted.state)


def rows_of(person: Person, wanted: Wanted) -> tuple[QuerySet[Finding], QuerySet[Obligation]]:
    """Return the findings and obligations that ``person`` may open, narrowed."""
    models: tuple[Any, Any] = (Finding, Obligation)
    found, asked = (model.objects.visible_to(person, Can.VIEW_BEDS).filter(**wanted.narrowed) for model in models)
    return found, asked


def listed(
    wanted: Wanted, findings: QuerySet[Finding], asked: QuerySet[Obligation]
) -> tuple[QuerySet[Any], tuple[str, ...]]:
    """Return the rows of one of ``STATES``, and the order in which they are paged."""
    law = waiting(asked).exclude(severity__in=WATCHED)
    by_time = {"by": Coalesce("due_at", Value(NEVER))}
    if wanted.month and wanted.state in ("not-met", "found", "closed"):
        return worst_first(trend.in_month(findings, wanted.month, wanted.state)), ("worst", "since")
    if wanted.day and wanted.state == "due":
        return trend.on_day(due_soon(asked), wanted.day), ("due_at",)
    lists: dict[str, tuple[QuerySet[Any], tuple[str, ...]]] = {
        "not-met": (worst_first(findings.filter(closed_at__isnull=True)), ("worst", "since")),
        "correcting": (being_corrected(findings), ("correct_by",)),
        "closed": (findings.filter(trend.OVER, closed_at__isnull=False), ("-closed_at",)),
        "found": (findings.filter(trend.NEW), ("-opened_at",)),
        "due": (due_soon(asked), ("due_at",)),
        "done": (asked.filter(met_at__isnull=False), ("-met_at",)),
        "watch": (waiting(asked).filter(severity__in=WATCHED).annotate(**by_time), ("by",)),
    }
    return lists.get(wanted.state, (law.annotate(**by_time), ("by",)))


def due_soon(asked: QuerySet[Obligation]) -> QuerySet[Obligation]:
    """Return what the law asks and falls due in 14 days."""
    moment = now()
    return waiting(asked).exclude(severity__in=WATCHED).filter(due_at__gt=moment, due_at__lte=moment + NEAR)


def waiting(rows: QuerySet[Obligation]) -> QuerySet[Obligation]:
    """Return those that are neither met nor ended."""
    return rows.filter(met_at__isnull=True, ended_at__isnull=True)


def worst_first(rows: QuerySet[Finding]) -> QuerySet[Finding]:
    """Return findings, critical ones first, then by how long they have been so."""
    return rows.annotate(worst=WORST).order_by("worst", "since", "pk")


def worst(open_: QuerySet[Finding]) -> list[Finding]:
    """Return the first of ``worst_first``. Two queries: which they are is read by index, severity by severity."""
    first = [
        open_.filter(severity=severity).order_by("since", "pk").values_list("pk", flat=True)[:FIRST]
        for severity in ("critical", "serious", "minor")
    ]
    chosen = list(first[0].union(*first[1:], all=True))
    return list(worst_first(open_.filter(pk__in=chosen)).select_related(*RELATED)[:FIRST])


def ranked(found: Iterable[Stands]) -> list[Stands]:
    """Return them with the most that is not met first, without those of which there is nothing to say."""
    return sorted(
        (each for each in found if +each.numbers), key=lambda each: (-each.not_met, -each.unknown, each.words)
    )
