"""What must be done by a time, and what is not met. The database shows each row to whom its part is open (``compliance.parts``)."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    Min,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Greatest, Least
from django.urls import reverse

from compliance.models import Finding, Obligation
from compliance.parts import DUTY_OF, Duty, Part
from compliance.queries.tasks import Cut, Task
from placement.access.models import Person
from placement.access.rights import Can, Role
from placement.audit.clock import now
from placement.facilities.matching.wording import plural
from placement.ui.dates import full_day, zoned

SHORTEST, LONGEST = timedelta(hours=1), timedelta(days=3)
LONG_AGO = timedelta(days=7)
AHEAD = timedelta(days=60)
ON_THE_FLOOR = (Part.CARE, Part.INCIDENT, Part.SHIFT)
OF_THE_CASE = (Part.SUMMARY, Part.IDENTITY, Part.SHARE)
OF_OTHERS = "watch"  # the severity of what no home owes: it is on the caseworker to do, or to see to
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
    soon = waiting(rows).filter(due_at__lte=moment + LONGEST).exclude(severity__in=[OF_OTHERS, *TOLD_LATER])
    found: QuerySet[Obligation] = with_told_at(soon).filter(told_at__lte=moment)
    return found


def with_told_at(rows: QuerySet[Obligation]) -> Any:
    """Return ``rows`` with ``told_at``: from when on little time is left."""
    begins = Case(When(event_at__lt=F("due_at"), then=F("event_at")), default=F("opened_at"), output_field=MOMENT)
    quarter = ExpressionWrapper((F("due_at") - begins) / Value(4), output_field=DurationField())
    left = Least(Greatest(quarter, Value(SHORTEST)), Value(LONGEST), output_field=DurationField())
    return rows.annotate(told_at=ExpressionWrapper(F("due_at") - left, output_field=MOMENT))


def in_home(person: Person) -> QuerySet[Obligation]:
    """Return what the rules ask of the homes where ``person`` works: of care, of incidents, of shifts."""
    rows = Obligation.objects.visible_to(person, Can.WORK_SHIFT).filter(part__in=ON_THE_FLOOR)
    return rows.exclude(severity=OF_OTHERS)


def for_home(person: Person) -> QuerySet[Obligation]:
    """Return what the rules ask of the homes that ``person`` runs: all that a home owes."""
    return Obligation.objects.visible_to(person, Can.MANAGE_FACILITY).exclude(severity=OF_OTHERS)


def in_cases(person: Person) -> QuerySet[Obligation]:
    """Return what the rules ask of the cases that ``person`` keeps, what began with an incident, and their duties."""
    rows = Obligation.objects.visible_to(person, Can.KEEP_CASE)
    return rows.filter(Q(part__in=[*OF_THE_CASE, Part.INCIDENT]) | Q(rule__duty=Duty.CASEWORKER))


def supervised(person: Person) -> QuerySet[Obligation]:
    """Return what is asked of a supervisor's cases and homes, and has little time left or none, or is a supervisor's."""
    of_cases = Obligation.objects.visible_to(person, Can.ASSIGN_TEAM)
    of_homes = Obligation.objects.visible_to(person, Can.CHANGE_FACILITY).filter(resident__isnull=True)
    moment = now()
    escalates = ~Q(severity=OF_OTHERS) & Q(due_at__lte=moment + LONGEST, told_at__lte=moment)
    found: QuerySet[Obligation] = with_told_at(ahead(of_cases | of_homes)).filter(
        escalates | Q(rule__duty=Duty.SUPERVISOR)
    )
    return found


def asked_of_clinician(person: Person) -> QuerySet[Obligation]:
    """Return what is a clinician's duty by the words of its rule, of the young people of ``person``."""
    return Obligation.objects.visible_to(person, Can.WRITE_CLINICAL).filter(rule__duty=Duty.CLINICIAN)


def first_with(person: Person, rows: QuerySet[Obligation]) -> QuerySet[Obligation]:
    """Return ``rows`` without what is, by its rule, the duty of somebody else, has time left, and is not critical."""
    own = Q(rule__duty__in=["", DUTY_OF[Role(person.role)]])
    found: QuerySet[Obligation] = with_told_at(rows).filter(own | Q(severity="critical") | Q(told_at__lte=now()))
    return found


ASKED_OF: dict[Role, Callable[[Person], QuerySet[Obligation]]] = {
    Role.STAFF: lambda person: first_with(person, ahead(in_home(person))),
    Role.ADMIN: lambda person: first_with(person, ahead(for_home(person))),
    Role.CASEWORKER: lambda person: first_with(person, ahead(in_cases(person))),
    Role.CLINICIAN: lambda person: ahead(asked_of_clinician(person)),
    Role.SUPERVISOR: supervised,
}


def asked_of(person: Person) -> QuerySet[Obligation]:
    """Return everything that is on ``person`` to do by the rules, or to see to, with a time within reach."""
    rows = ASKED_OF.get(Role(person.role))
    return rows(person) if rows else Obligation.objects.none()


def to_do(person: Person, cut: Cut) -> Iterable[Task]:
    """What the rules ask of ``person``, each with its clock. What is late for long is one line, so that today's comes first."""
    moment = now()
    rows = asked_of(person)
    escalates = person.role == Role.SUPERVISOR
    fresh = rows.filter(due_at__gt=moment - LONG_AGO).select_related("rule", "resident", "facility")
    for row in cut(fresh.order_by("due_at", "id")):
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
    old = rows.filter(due_at__lte=moment - LONG_AGO).aggregate(
        number=Count("pk"), critical=Count("pk", filter=Q(severity="critical")), oldest=Min("due_at")
    )
    if old["number"]:
        yield Task(
            moment,
            f"{plural(old['number'], 'thing')} that the law asks: more than a week late",
            f"{old['critical']} of them critical" if old["critical"] else "None of them is critical",
            reverse("compliance:to_do"),
            "See them all",
            note=f"the oldest since {full_day(zoned(old['oldest']).date())}",
            tag="overdue",
        )


def ahead(rows: QuerySet[Obligation]) -> QuerySet[Obligation]:
    """Return those of ``rows`` that wait, and are due within reach or late."""
    return waiting(rows).filter(due_at__lte=now() + AHEAD).exclude(severity__in=TOLD_LATER)


MOMENT = DateTimeField()
WORST = Case(When(severity="critical", then=Value(0)), When(severity="serious", then=Value(1)), default=Value(2))
