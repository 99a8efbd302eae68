"""What rules ask because of one incident, for the page of the incident."""

from django.db.models import F
from django.urls import reverse

from compliance.models import Obligation
from compliance.queries.obligations import TOLD_LATER
from compliance.queries.opened_to import CLOSED, known_to, rows_for
from placement.access.models import Person
from placement.audit.clock import now
from placement.facilities.queries.asked import Asked, tells_what_is_asked
from residents.models import Incident


@tells_what_is_asked
def duties_about(person: Person, incident: Incident) -> list[Asked]:
    """Return the obligations that the incident began and that are still asked or met, the soonest due first."""
    rows = rows_for(person, Obligation).filter(subject=incident.pk, ended_at__isnull=True)
    rows = rows.filter(event__startswith="incident.").exclude(severity__in=TOLD_LATER)
    moment = now()
    return [
        Asked(
            title=row.rule.title,
            citation=row.rule.citation,
            href=reverse("compliance:obligation", args=[row.pk]),
            due_at=row.due_at,
            met_at=row.met_at,
            overdue=row.met_at is None and row.due_at is not None and row.due_at <= moment,
            after_return=row.event == "incident.returned",
            whom="" if row.resident_id is None else str(row.resident or CLOSED),
        )
        for row in known_to(person, list(rows.order_by(F("due_at").asc(nulls_last=True), "pk")))
    ]
