"""What must be done by a time, and what is not met. The database shows each row to whom its part is open (``compliance.parts``)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Case, DateTimeField, DurationField, ExpressionWrapper, F, Q, QuerySet, Value, When
from django.db.models.functions import Greatest, Least
from django.urls import reverse

from compliance.models import Finding, Obligation
from compliance.parts import Part
from compliance.queries.tasks import Cut, Task
from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now

SHORTEST, LONGEST = timedelta(hours=1), timedelta(days=3)
AHEAD = timedelta(days=60)
ON_THE_FLOOR = (Part.CARE, Part.INCIDENT, Part.SHIFT)
OF_THE_CASE = (Part.SUMMARY, Part.IDENTITY, Part.SHARE)
TOLD_LATER = ("advice",)  # without the force of law: on no list of duties
CLOSED = "somebody whose record is closed to you"


def open_at(moment: datetime) -> QuerySet[Finding]:
    """Return the findings that were open at ``moment`` (aware), the worst and oldest first."""
    return (
        Finding.objects.filter(Q(closed_at__isnull=True) | Q(closed_at__gt=moment), opened_at__lte=moment)
        .select_related("rule")
        .order_by(WORST, "since", "id")
    )


def waiting(rows: QuerySet[Obligation]) -> QuerySet[Obligation]:
    """Return those of ``rows`` that are neither met nor ended."""
    return rows.filter(met_at__isnull=True, ended_at__isnull=True)


def escalated(rows: QuerySet[Obligation], moment: datetime) -> QuerySet[Obligation]:
    """Return those of ``rows`` that wait with less than a quarter of their time left, at least an hour and at most three days.

    Their time runs from the event; before an event that is to come, from when the obligation was opened. Overdue ones too.
    """
    begins = Case(When(event_at__lt=F("due_at"), then=F("event_at")), default=F("opened_at"), output_field=MOMENT)
    quarter = ExpressionWrapper((F("due_at") - begins) / Value(4), output_field=DurationField())
    left = Least(Greatest(quarter, Value(SHORTEST)), Value(LONGEST), output_field=DurationField())
    soon = waiting(rows).filter(due_at__lte=moment + LONGEST).exclude(severity__in=["watch", *TOLD_LATER])
    return soon.annotate(told_at=ExpressionWrapper(F("due_at") - left, output_field=MOMENT)).filter(told_at__lte=moment)


def to_do_in_home(person: Person, cut: Cut) -> Iterable[Task]:
    """What the rules ask of the homes where ``person`` works, with its clock: of care, of incidents, of shifts."""
    rows = Obligation.objects.visible_to(person, Can.WORK_SHIFT).filter(part__in=ON_THE_FLOOR)
    yield from _tasks(_ahead(rows), cut)


def to_do_for_home(person: Person, cut: Cut) -> Iterable[Task]:
    """What the rules ask of the homes that ``person`` runs: all of it."""
    yield from _tasks(_ahead(Obligation.objects.visible_to(person, Can.MANAGE_FACILITY)), cut)


def to_do_in_cases(person: Person, cut: Cut) -> Iterable[Task]:
    """What the rules ask of the cases that ``person`` keeps, and what began with an incident of their young people."""
    rows = Obligation.objects.visible_to(person, Can.KEEP_CASE).filter(part__in=[*OF_THE_CASE, Part.INCIDENT])
    yield from _tasks(_ahead(rows), cut)


def escalations(person: Person, cut: Cut) -> Iterable[Task]:
    """What is not done of the supervisor's cases and homes, and has little time left or none."""
    moment = now()
    of_cases = Obligation.objects.visible_to(person, Can.ASSIGN_TEAM)
    of_homes = Obligation.objects.visible_to(person, Can.CHANGE_FACILITY).filter(resident__isnull=True)
    for rows in (of_cases, of_homes):
        yield from _tasks(escalated(rows, moment), cut, escalates=True)


def _ahead(rows: QuerySet[Obligation]) -> QuerySet[Obligation]:
    return waiting(rows).filter(due_at__lte=now() + AHEAD).exclude(severity__in=TOLD_LATER)


def _tasks(rows: QuerySet[Obligation], cut: Cut, *, escalates: bool = False) -> Iterable[Task]:
    found = cut(rows.select_related("rule", "resident", "facility").order_by("due_at", "id"))
    moment = now()
    for row in found:
        late = row.due_at <= moment
        who = "" if row.resident_id is None else str(row.resident or CLOSED)
        yield Task(
            row.due_at,
            f"{row.rule.title}: {who}" if who else row.rule.title,
            f"{row.facility} · {row.rule.citation}",
            reverse("compliance:obligation", args=[row.pk]),
            "Open",
            tag="overdue" if late else "little time left" if escalates else "",
            kind="late" if late else "due",
            strong=row.severity == "critical",
        )


MOMENT = DateTimeField()
WORST = Case(When(severity="critical", then=Value(0)), When(severity="serious", then=Value(1)), default=Value(2))
