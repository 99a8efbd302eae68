"""Visits of authorities as the pages and My work need them: what was counted, what is described, and how each citation stands."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from compliance.models import Citation, CorrectionPlan, Finding, RuleVersion
from compliance.queries.opened_to import rows_for
from compliance.queries.tasks import Cut, Task, day_end, on_day
from placement.access.models import Person
from placement.access.rights import Can, Role
from placement.access.visible import in_force
from placement.audit.clock import now
from placement.audit.reading import Change, changes, merged
from placement.facilities.models import Assignment, Facility, OutsideInspection
from placement.ui.paging import Page, keyset_page
from residents.models import HOME_PAPER_RIGHTS

STATES = {"open": "With open citations", "undescribed": "With citations that nobody has described"}
RECORDED = OutsideInspection.RECORDED
NOT_SHOWN = ("inspection", "citation", "written_by", "written_at")
FINDINGS = 5


@dataclass(frozen=True)
class Cited:
    """One citation with its plans, the newest first, as it stands on ``today`` of its home."""

    row: Citation
    plans: list[CorrectionPlan]
    today: date

    @property
    def plan(self) -> CorrectionPlan | None:
        """Return the plan that stands."""
        standing = (plan for plan in self.plans if plan.outcome in ("", CorrectionPlan.Outcome.ACCEPTED))
        return next(standing, None)

    @property
    def earlier(self) -> list[CorrectionPlan]:
        """Return the plans that were sent back or replaced."""
        return [plan for plan in self.plans if plan != self.plan]

    @property
    def open(self) -> bool:
        """Return whether it is neither cleared nor closed in another way."""
        return not self.row.ended_as

    @property
    def due_on(self) -> date:
        """Return the day by whose end the next thing about it must be done."""
        return min(self.row.correct_by, self.plan.due_on) if self.plan else self.row.correct_by

    @property
    def late(self) -> bool:
        """Return whether it should be put right by now, and nobody has said that it is."""
        done = self.plan is not None and self.plan.done_on is not None
        return self.open and not done and self.due_on < self.today

    @property
    def words(self) -> str:
        """Return how it stands, in words."""
        if not self.open:
            return {"cleared": "cleared", "dropped": "taken back", "mistake": "a mistake"}[self.row.ended_as]
        return f"late: {self.next}" if self.late else self.next

    @property
    def next(self) -> str:
        """Return in words what it waits for."""
        if self.plan is None:
            return "no plan yet"
        if self.plan.done_on:
            return "done, not cleared yet"
        if self.plan.outcome:
            return "plan accepted"
        return "plan sent, no answer yet" if self.plan.sent_on else "plan to be sent"

    @property
    def tag(self) -> str:
        """Return the kind of tag for how it stands."""
        if not self.open:
            return "good" if self.row.ended_as == Citation.Ended.CLEARED else ""
        return "late" if self.late else "due"


@dataclass
class Visit:
    """One visit: how many serious and other citations were counted, and those that are described."""

    row: OutsideInspection
    serious: int
    other: int
    cited: list[Cited] = field(default_factory=list)

    @property
    def counted(self) -> int:
        """Return how many citations were counted."""
        return self.serious + self.other

    @property
    def described(self) -> list[Cited]:
        """Return the citations that somebody has written down, without mistakes."""
        return [one for one in self.cited if one.row.ended_as != Citation.Ended.MISTAKE]

    @property
    def to_describe(self) -> int:
        """Return how many are counted, and nobody has written down."""
        return max(0, self.counted - len(self.described))

    @property
    def late(self) -> int:
        """Return how many are late."""
        return sum(one.late for one in self.cited)

    @property
    def open(self) -> int:
        """Return how many are open."""
        return sum(one.open for one in self.cited)


def visits_of(person: Person) -> QuerySet[OutsideInspection]:
    """Return the visits to homes whose papers ``person`` may read; one that both a file and a person know stands once."""
    twin = OutsideInspection.objects.filter(
        facility=OuterRef("facility"), kind=OuterRef("kind"), visited_on=OuterRef("visited_on"), source=RECORDED
    )
    bare = ~Q(source=RECORDED) & Q(citations__isnull=True) & Exists(twin)
    rows = reduce(or_, (OutsideInspection.objects.visible_to(person, right) for right in HOME_PAPER_RIGHTS))
    return rows.filter(visited_on__isnull=False).exclude(pk__in=rows.filter(bare).values("pk"))


def visits_page(person: Person, *, facility: str = "", state: str = "", after: str | None = None) -> Page:
    """Return one page of visits, the newest first, narrowed to one home and to one of ``STATES``. Five queries at most."""
    rows = visits_of(person).select_related("facility")
    if facility:
        rows = rows.filter(facility_id=UUID(facility))
    if state == "open":
        rows = rows.filter(Exists(Citation.objects.filter(inspection=OuterRef("pk"), ended_as="")))
    if state == "undescribed":
        described = Citation.objects.filter(inspection=OuterRef("pk")).exclude(ended_as=Citation.Ended.MISTAKE)
        number = described.order_by().values("inspection").annotate(number=Count("pk")).values("number")
        rows = rows.filter(
            Q(serious_citations__gt=Coalesce(Subquery(number), 0) - F("other_citations")),
        )
    page = keyset_page(rows, order=("-visited_on",), after=after)
    return Page(told(page.rows), page.next_token, page.is_first)


def told(rows: Sequence[OutsideInspection]) -> list[Visit]:
    """Return visits with what is counted and what is described of each. Three queries for any number."""
    cited: dict[UUID, list[Cited]] = defaultdict(list)
    citations = Citation.objects.filter(inspection__in=[row.pk for row in rows]).select_related("rule")
    today = {row.pk: now().astimezone(row.facility.zone).date() for row in rows}
    for one in citations.prefetch_related("plans__owner"):
        cited[one.inspection_id].append(Cited(one, list(one.plans.all()), today[one.inspection_id]))
    same = [Q(facility=row.facility_id, kind=row.kind, visited_on=row.visited_on) for row in rows]
    counts: dict[Any, list[int]] = defaultdict(lambda: [0, 0])
    if same:
        for twin in OutsideInspection.objects.filter(reduce(or_, same)):
            key = twin.facility_id, twin.kind, twin.visited_on
            more = twin.serious_citations, twin.other_citations
            counts[key] = [max(pair) for pair in zip(counts[key], more, strict=True)]
    return [_visit(row, counts[row.facility_id, row.kind, row.visited_on], cited[row.pk]) for row in rows]


def _visit(row: OutsideInspection, counts: Sequence[int], cited: list[Cited]) -> Visit:
    serious, other = counts
    return Visit(row, serious, other, cited)


def homes_to_choose(person: Person) -> list[tuple[str, str]]:
    """Return key and name of each home whose papers ``person`` may read, by name."""
    homes = reduce(or_, (Facility.objects.visible_to(person, right) for right in HOME_PAPER_RIGHTS))
    return [(str(pk), name) for pk, name in homes.order_by("name").values_list("pk", "name")]


def visit(person: Person, pk: UUID) -> Visit:
    """Return one visit. Raises ``DoesNotExist`` for whoever may not read the papers of the home."""
    rows = reduce(or_, (OutsideInspection.objects.visible_to(person, right) for right in HOME_PAPER_RIGHTS))
    row = rows.select_related("facility", "document", "recorded_by").get(pk=pk, visited_on__isnull=False)
    return told([row])[0]


def visit_to_change(person: Person, pk: UUID) -> OutsideInspection:
    """Return a visit of a home that ``person`` may change. Raises ``DoesNotExist``."""
    rows = OutsideInspection.objects.visible_to(person, Can.CHANGE_FACILITY).filter(visited_on__isnull=False)
    return rows.select_related("facility").get(pk=pk)


def citation(person: Person, pk: UUID) -> Cited:
    """Return one citation with its plans. Raises ``DoesNotExist`` for whoever may not read the papers of the home."""
    rows = reduce(or_, (Citation.objects.visible_to(person, right) for right in HOME_PAPER_RIGHTS))
    row = rows.select_related("inspection__facility", "rule", "written_by", "ended_by").get(pk=pk)
    today = now().astimezone(row.inspection.facility.zone).date()
    return Cited(row, list(row.plans.select_related("owner", "written_by")), today)


def owners_for(home: Facility) -> QuerySet[Person]:
    """Return who may answer for a plan: who runs the home now."""
    runs = Assignment.objects.filter(in_force(), facility=home, role=Role.ADMIN)
    return Person.objects.filter(pk__in=runs.values("person"), is_active=True).order_by("name", "pk")


def rules_for(home: Facility) -> QuerySet[RuleVersion]:
    """Return the rules that may be cited in a home, by citation: those of its state and the federal ones, as they are now."""
    today = now().astimezone(home.zone).date()
    later = RuleVersion.objects.filter(rule=OuterRef("rule"), jurisdiction=OuterRef("jurisdiction")).filter(
        Q(valid_from__gt=OuterRef("valid_from"))
        | Q(valid_from=OuterRef("valid_from"), version__gt=OuterRef("version")),
        valid_from__lte=today,
    )
    laws = ("US", f"US-{home.jurisdiction}")
    found = RuleVersion.objects.filter(~Exists(later.order_by()), jurisdiction__in=laws, valid_from__lte=today)
    return found.order_by("citation", "rule")


def findings_of(cited: Citation, person: Person) -> list[Finding]:
    """Return what was found against the cited rule in the home, the open ones first, as far as the reader may see it."""
    if cited.rule is None:
        return []
    rows = rows_for(person, Finding).filter(rule__rule=cited.rule.rule, facility=cited.inspection.facility_id)
    return list(rows.order_by(F("closed_at").desc(nulls_first=True), "-opened_at")[:FINDINGS])


def history(cited: Cited) -> list[Change]:
    """Return what became of a citation and of its plans, newest first."""
    rows = [Citation.history.filter(id=cited.row.pk), CorrectionPlan.history.filter(citation_id=cited.row.pk)]
    return merged(*(changes(each, hide=NOT_SHOWN) for each in rows))


# My work.


def to_correct(person: Person, cut: Cut) -> Iterable[Task]:
    """What authorities cited in the homes that this person runs, until it is cleared: what it waits for."""
    return [_task(one) for one in _open(person, cut, Citation.objects.filter(ended_as=""))]


def late(person: Person, cut: Cut) -> Iterable[Task]:
    """What authorities cited in homes that this person supervises, and nobody has put right in time."""
    standing = CorrectionPlan.objects.filter(citation=OuterRef("pk"), outcome__in=["", "accepted"])
    today = timezone.localdate(now())
    over = Q(correct_by__lte=today) | Exists(standing.filter(due_on__lte=today))
    rows = Citation.objects.filter(~Exists(standing.filter(done_on__isnull=False)), over, ended_as="")
    return [_task(one) for one in _open(person, cut, rows) if one.late]


def _open(person: Person, cut: Cut, rows: Any) -> Iterable[Cited]:
    rows = rows.visible_to(person, Can.CHANGE_FACILITY).select_related("inspection__facility")
    for row in cut(rows.prefetch_related("plans__owner").order_by("correct_by", "pk")):
        today = now().astimezone(row.inspection.facility.zone).date()
        yield Cited(row, list(row.plans.all()), today)


def _task(one: Cited) -> Task:
    home, waits = one.row.inspection.facility, one.plan is not None and one.plan.done_on is not None
    return Task(
        None if waits else day_end(one.due_on, home.zone),
        f"{one.row.called} citation, {one.row.section}: {one.next}",
        f"{home} · found by the authority",
        reverse("compliance:citation", args=[one.row.pk]),
        "Plan it" if one.plan is None else "Open",
        when="not cleared",
        note="" if waits else on_day(one.due_on, home.zone),
        tag="late" if one.late else "",
        strong=one.late and one.row.serious,
    )
