"""The sections of what authorities cited, and of the files of staff: hours of training and references."""

from typing import Any

from django.db.models import Prefetch

from compliance.binder.home import Rows, works_in
from compliance.binder.scope import Column, Scope, day, on_file
from compliance.models import Citation, CorrectionPlan
from placement.facilities.models import StaffReference, Training

CITATIONS = (
    Column("Day of the visit", "day"),
    Column("Section", width=2),
    Column("Called", width=1),
    Column("Serious", width=1),
    Column("Found", width=5),
    Column("Put right by", "day"),
    Column("Plan", width=4),
    Column("Plan due", "day"),
    Column("Sent", "day"),
    Column("Answer"),
    Column("Done", "day"),
    Column("Closed", width=2),
    Column("Closed on", "day"),
)
TRAINING = (
    Column("Staff number", width=1),
    Column("Topic"),
    Column("Hours", width=1),
    Column("Held", "day"),
    Column("Paper", width=1),
    Column("Filed by", width=1),
    Column("Filed", "moment"),
)
REFERENCES = (
    Column("Staff number", width=1),
    Column("Asked", "day"),
    Column("Result"),
    Column("Answered", "day"),
    Column("Filed by", width=1),
)


def citations(scope: Scope) -> Rows:
    """Return what authorities cited at visits of the span, each with its newest plan; not what was written down by mistake."""
    plans = Prefetch("plans", CorrectionPlan.objects.order_by("-written_at", "-id"))
    found = list(
        Citation.objects.filter(
            inspection__facility=scope.home,
            inspection__visited_on__gte=scope.since,
            inspection__visited_on__lte=scope.until,
        )
        .exclude(ended_as=Citation.Ended.MISTAKE)
        .select_related("inspection")
        .prefetch_related(plans)
        .order_by("inspection__visited_on", "section", "id")
    )
    newest = {row.pk: next(iter(row.plans.all()), None) for row in found}
    told = scope.told([row.written_by_id for row in found] + [plan.written_by_id for plan in newest.values() if plan])
    return [
        [
            day(row.inspection.visited_on),
            row.section,
            row.called,
            "yes" if row.serious else "no",
            told(row.found, row.written_by_id),
            day(row.correct_by),
            *of_plan(newest[row.pk], told),
            row.get_ended_as_display(),
            day(row.ended_on),
        ]
        for row in found
    ]


def of_plan(plan: CorrectionPlan | None, told: Any) -> list[str]:
    """Return the cells of a plan of correction; empty ones where there is none."""
    if plan is None:
        return [""] * 5
    return [
        told(plan.what, plan.written_by_id),
        day(plan.due_on),
        day(plan.sent_on),
        plan.get_outcome_display(),
        day(plan.done_on),
    ]


def training(scope: Scope) -> Rows:
    """Return the hours of training that were held in the span by those who worked in the home; not what was withdrawn."""
    people = {row.person_id for row in works_in(scope)}
    found = Training.objects.filter(
        facility=scope.home,
        person__in=people,
        held_on__gte=scope.since,
        held_on__lte=scope.until,
        withdrawn_at__isnull=True,
    )
    rows = sorted(found, key=lambda row: (scope.staff(row.person_id), row.held_on, row.topic, str(row.pk)))
    return [
        [
            scope.staff(row.person_id),
            row.get_topic_display(),
            f"{row.hours:g}",
            day(row.held_on),
            on_file(row.document_id),
            scope.staff(row.filed_by_id),
            scope.at(row.filed_at),
        ]
        for row in rows
    ]


def references(scope: Scope) -> Rows:
    """Return who of those who worked in the home was asked about, when, and how it turned out; not by whom nor in which words."""
    people = {row.person_id for row in works_in(scope)}
    found = StaffReference.objects.filter(facility=scope.home, person__in=people, asked_on__lte=scope.until)
    rows = sorted(found, key=lambda row: (scope.staff(row.person_id), row.asked_on, str(row.pk)))
    return [
        [
            scope.staff(row.person_id),
            day(row.asked_on),
            row.get_result_display() or "no answer yet",
            day(row.answered_on),
            scope.staff(row.asked_by_id),
        ]
        for row in rows
    ]
