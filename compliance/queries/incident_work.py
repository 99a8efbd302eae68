"""Duties about incidents: to review, file and close them, what is left to do after them, and what somebody was told of at once."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.urls import reverse

from compliance.models import Obligation
from compliance.parts import Part
from compliance.queries.proofs import not_shared, to_share
from compliance.queries.tasks import Cut, Task, day_end
from placement.access.models import Person
from placement.access.rights import Can
from placement.facilities.models import RosterEntry
from placement.facilities.queries import allegations
from placement.facilities.queries.missing import missing_whom
from residents.models import AllegationOutcome, Incident, IncidentFollowUp, IncidentNotice, ProtectiveStep

FIRST = (Incident.Kind.MISSING, Incident.Kind.SELF_HARM)  # reviewed before any paper, as critical incidents are
# That both sides of an allegation know what was found.
BOTH_KNOW = AllegationOutcome.objects.filter(
    incident=OuterRef("pk"), young_told_on__isnull=False, accused_told_on__isnull=False
)


def incidents_to_review(person: Person, cut: Cut) -> Iterable[Task]:
    """Incidents that wait for a review by somebody who did not report them; who is missing now has a line already."""
    waiting = (
        Incident.objects.visible_to(person, Can.REVIEW_INCIDENT)
        .filter(status=Incident.Status.REPORTED)
        .exclude(reported_by=person)
        .exclude(people__person=person)
        .exclude(pk__in=[row.incident_id for row in missing_whom(person)])
        .select_related("facility")
    )
    hours: dict[str, int] = {Incident.Severity.CRITICAL: 2, Incident.Severity.SERIOUS: 24}
    for incident in cut(waiting.order_by("reported_at")):
        critical = incident.severity == Incident.Severity.CRITICAL
        strong = critical or incident.kind in FIRST
        yield Task(
            incident.reported_at + timedelta(hours=hours.get(incident.severity, 72)),
            f"Review incident {incident.number}: {incident.get_kind_display().lower()}",
            str(incident.facility) if strong else f"{incident.facility} · {incident.get_severity_display().lower()}",
            reverse("incidents:detail", args=[incident.pk]),
            "Review",
            tag=incident.get_severity_display().lower() if strong else "",
            kind="late" if critical else "due",
            strong=strong,
        )


def incidents_to_file(person: Person, cut: Cut) -> Iterable[Task]:
    """Reviewed incidents that another supervisor than who reviewed them files."""
    waiting = Incident.objects.visible_to(person, Can.REVIEW_INCIDENT).filter(status=Incident.Status.REVIEWED)
    waiting = waiting.exclude(reported_by=person).exclude(reviewed_by=person).exclude(people__person=person)
    for incident in cut(waiting.select_related("facility").order_by("reviewed_at")):
        yield Task(
            incident.reviewed_at + timedelta(hours=72) if incident.reviewed_at else None,
            f"File incident {incident.number}: {incident.get_kind_display().lower()}",
            str(incident.facility),
            reverse("incidents:detail", args=[incident.pk]),
            "Read and file",
        )


def incidents_to_close(person: Person, cut: Cut) -> Iterable[Task]:
    """Filed incidents of which nothing is left to do, for who may close them: neither who reported nor who filed them.

    Who is missing now has a line of their own.
    """
    open_ = IncidentFollowUp.objects.filter(incident=OuterRef("pk"), done_at=None)
    waiting = Incident.objects.visible_to(person, Can.REVIEW_INCIDENT).filter(
        ~Exists(open_), status=Incident.Status.FILED
    )
    waiting = waiting.exclude(reported_by=person).exclude(filed_by=person).exclude(people__person=person)
    waiting = waiting.exclude(~Exists(BOTH_KNOW), kind=Incident.Kind.ALLEGATION)
    waiting = waiting.exclude(pk__in=[row.incident_id for row in missing_whom(person)])
    for incident in cut(waiting.select_related("facility").order_by("filed_at")):
        yield Task(
            incident.filed_at + timedelta(days=7) if incident.filed_at else None,
            f"Close incident {incident.number}: {incident.get_kind_display().lower()}",
            str(incident.facility),
            reverse("incidents:detail", args=[incident.pk]),
            "Read and close",
        )


def outcomes_to_record(person: Person, cut: Cut) -> Iterable[Task]:
    """Filed allegations of which the outcome is not known yet, or not both sides were told."""
    waiting = Incident.objects.visible_to(person, Can.REVIEW_INCIDENT).filter(
        ~Exists(BOTH_KNOW), status=Incident.Status.FILED, kind=Incident.Kind.ALLEGATION
    )
    for incident in cut(waiting.exclude(people__person=person).select_related("facility").order_by("filed_at")):
        yield Task(
            incident.filed_at + timedelta(days=30) if incident.filed_at else None,
            f"Ask for the outcome of incident {incident.number}, and tell both sides",
            str(incident.facility),
            reverse("incidents:detail", args=[incident.pk]),
            "Record it",
        )


def follow_ups(person: Person, cut: Cut) -> Iterable[Task]:
    """What is still to be done after an incident, by the person."""
    mine = IncidentFollowUp.objects.filter(owner=person, done_at=None).exclude(incident__status=Incident.Status.CLOSED)
    for row in cut(mine.select_related("incident__facility").order_by("due_on", "pk")):
        home = row.incident.facility
        yield Task(
            day_end(row.due_on, home.zone),
            f"Do what is left after incident {row.incident.number}",
            str(home),
            reverse("incidents:follow-up", args=[row.incident_id, row.pk]),
            "Say that it is done",
        )


def told_of(person: Person, cut: Cut) -> Iterable[Task]:
    """Incidents of which the person was told at once and that they have not opened."""
    rows = IncidentNotice.objects.filter(person=person, opened_at=None).exclude(incident__status=Incident.Status.CLOSED)
    for notice in cut(rows.select_related("incident").order_by("told_at")):
        yield Task(
            notice.told_at + timedelta(hours=1),
            f"Read incident {notice.incident.number}",
            "You were told at once",
            reverse("incidents:detail", args=[notice.incident_id]),
            "Read it now",
            kind="late",
            strong=True,
        )


def planned_all_the_same(person: Person, cut: Cut) -> Iterable[Task]:
    """Shifts to come of whoever is accused and is not to be planned; one line for each allegation."""
    found: dict[UUID, RosterEntry] = {}
    for row in cut(allegations.planned_all_the_same(person)):
        found.setdefault(row.incident, row)
    for incident, row in found.items():
        yield Task(
            row.starts_at,
            "Somebody who is kept away from the shifts is planned",
            str(row.facility),
            reverse("incidents:detail", args=[incident]),
            "Look at it",
            strong=True,
        )


def told_outside(person: Person, cut: Cut) -> Iterable[Task]:
    """Whom somebody outside was told about because of an incident, until it is written down what they were told.

    One line for each young person and incident: the next law comes when this one is written down.
    """
    rows = not_shared(person).filter(part=Part.INCIDENT).select_related("rule", "facility", "resident")
    found: dict[tuple[UUID | None, UUID], Obligation] = {}
    for row in cut(rows.order_by("event_at", "pk")):
        found.setdefault((row.resident_id, row.subject), row)
    for row in found.values():
        yield Task(
            None,
            f"Write down what was told outside about {row.resident.code if row.resident else ''}",
            f"{row.rule.title} · {row.facility}",
            to_share(row),
            "Write it down",
        )


def protection_to_review(person: Person, cut: Cut) -> Iterable[Task]:
    """Protective steps that somebody who answers for the home looks at again on that day; one line for each allegation."""
    rows = ProtectiveStep.objects.visible_to(person, Can.REVIEW_INCIDENT).filter(ended_at=None, taken=True)
    rows = rows.exclude(incident__people__person=person).select_related("incident__facility")
    found: dict[UUID, ProtectiveStep] = {}
    for row in cut(rows.order_by("review_on", "pk")):
        found.setdefault(row.incident_id, row)
    for row in found.values():
        home = row.incident.facility
        yield Task(
            day_end(row.review_on, home.zone) if row.review_on else None,
            f"Look again at what protects after incident {row.incident.number}",
            str(home),
            reverse("incidents:detail", args=[row.incident_id]),
            "Look at it",
        )
