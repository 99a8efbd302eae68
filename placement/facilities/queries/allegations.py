"""What an allegation asks beside the report: of its page, and of My work."""

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.facilities.models import RosterEntry
from residents.models import Incident, IncidentPerson, ProtectiveStep


def still_planned(incident: Incident) -> list[RosterEntry]:
    """Return the shifts to come in the home of whoever is accused and is not to be planned there now. At most two queries."""
    kept_away = incident.protective_steps.filter(kind=ProtectiveStep.Kind.ROSTER, taken=True, ended_at=None)
    if incident.kind != Incident.Kind.ALLEGATION or not kept_away.exists():
        return []
    accused = IncidentPerson.objects.filter(incident=incident, part=IncidentPerson.Part.ACCUSED).exclude(person=None)
    rows = RosterEntry.objects.filter(
        facility=incident.facility_id, person__in=accused.values("person"), starts_at__gt=now()
    )
    return list(rows.select_related("person").order_by("starts_at", "pk"))


def planned_all_the_same(person: Person) -> QuerySet[RosterEntry]:
    """Return the shifts to come of whoever is kept away from them, by allegations that ``person`` reviews: ``incident`` is its id.

    They were planned before, or by who is accused: those are refused nothing, as a refusal would tell them.
    """
    reviewed = Incident.objects.visible_to(person, Can.REVIEW_INCIDENT).filter(kind=Incident.Kind.ALLEGATION)
    steps = ProtectiveStep.objects.filter(
        incident=OuterRef("incident"), kind=ProtectiveStep.Kind.ROSTER, taken=True, ended_at=None
    )
    accused = IncidentPerson.objects.filter(
        Exists(steps),
        incident__in=reviewed.exclude(people__person=person),
        incident__facility=OuterRef("facility"),
        part=IncidentPerson.Part.ACCUSED,
        person=OuterRef("person"),
    )
    rows = RosterEntry.objects.filter(starts_at__gt=now()).annotate(incident=Subquery(accused.values("incident")[:1]))
    return rows.exclude(incident=None).select_related("facility").order_by("starts_at", "pk")
