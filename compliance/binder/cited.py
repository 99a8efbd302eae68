"""The sections about what authorities found at their visits, and the plans by which the home puts it right."""

from django.db.models import Q

from compliance.binder.scope import Column, Scope, day, short
from compliance.models import Citation, CorrectionPlan
from compliance.queries.inspections import Cited, told, visits_of
from placement.facilities.models import OutsideInspection

Rows = list[list[str]]
VISITS = (
    Column("Day", "day"),
    Column("Kind", width=2),
    Column("Authority", width=3),
    Column("Serious citations", width=1),
    Column("Other citations", width=1),
    Column("Described here", width=1),
    Column("Recorded by", width=2),
)
CITATIONS = (
    Column("Citation", width=1),
    Column("Visit", "day"),
    Column("Section"),
    Column("Called"),
    Column("Serious", width=1),
    Column("What was found", width=5),
    Column("Rule here", width=3),
    Column("To be put right by", "day"),
    Column("How it stands"),
    Column("Closed", "day"),
    Column("Written down by", width=1),
)
PLANS = (
    Column("Citation", width=1),
    Column("What will be done", width=5),
    Column("Answers for it", width=1),
    Column("Done by", "day"),
    Column("Sent to the authority", "day"),
    Column("Answer", width=2),
    Column("Answered", "day"),
    Column("Done", "day"),
    Column("Planned by", width=1),
    Column("Planned", "moment"),
)


def visits(scope: Scope) -> Rows:
    """Return the visits of authorities in the span; one that both a licensing file and the home know stands once."""
    found = visits_of(scope.reader).filter(
        facility=scope.home, visited_on__gte=scope.since, visited_on__lte=scope.until
    )
    return [
        [
            day(one.row.visited_on),
            one.row.get_kind_display(),
            scope.told_by_nobody(one.row.authority, None),
            str(one.serious),
            str(one.other),
            str(len(one.described)),
            scope.staff(one.row.recorded_by_id) or "the licensing file",
        ]
        for one in told(list(found.select_related("facility").order_by("visited_on", "kind", "id")))
    ]


def cited(scope: Scope) -> list[Cited]:
    """Return the citations that were open on some day of the span, with their plans, by visit."""
    still = Q(ended_on__isnull=True) | Q(ended_on__gte=scope.since)
    rows = Citation.objects.filter(
        still,
        inspection__facility=scope.home,
        inspection__visited_on__lte=scope.until,
    )
    open_then = dict(rows.values_list("pk", "inspection_id"))
    visited = list(OutsideInspection.objects.filter(pk__in=set(open_then.values())).select_related("facility"))
    found = [one for each in told(visited) for one in each.cited if one.row.pk in open_then]
    days = {each.pk: each.visited_on for each in visited}
    return sorted(found, key=lambda one: (day(days[one.row.inspection_id]), str(one.row.pk)))


def citations(scope: Scope) -> Rows:
    """Return what was found, as somebody of the home has written it down for inspectors; names are taken out."""
    found = cited(scope)
    without_names = scope.told(one.row.written_by_id for one in found)
    visited = dict(OutsideInspection.objects.filter(facility=scope.home).values_list("pk", "visited_on"))
    return [
        [
            short(one.row.pk),
            day(visited[one.row.inspection_id]),
            without_names(one.row.section, one.row.written_by_id),
            without_names(one.row.called, one.row.written_by_id),
            "yes" if one.row.serious else "no",
            without_names(one.row.found, one.row.written_by_id),
            f"{one.row.rule.title} ({one.row.rule.citation})" if one.row.rule else "",
            day(one.row.correct_by),
            one.words,
            day(one.row.ended_on),
            scope.staff(one.row.written_by_id),
        ]
        for one in found
    ]


def plans(scope: Scope) -> Rows:
    """Return the plans of correction of these citations, the first one first, and how far each has come."""
    found = [plan for one in cited(scope) for plan in sorted(one.plans, key=lambda plan: plan.written_at)]
    without_names = scope.told(plan.written_by_id for plan in found)
    return [
        [
            short(plan.citation_id),
            without_names(plan.what, plan.written_by_id),
            scope.staff(plan.owner_id),
            day(plan.due_on),
            day(plan.sent_on),
            CorrectionPlan.Outcome(plan.outcome).label if plan.outcome else "",
            day(plan.outcome_on),
            day(plan.done_on),
            scope.staff(plan.written_by_id),
            scope.at(plan.written_at),
        ]
        for plan in found
    ]
