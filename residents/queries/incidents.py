"""Who reads which incidents: homes their own, others those of their young people."""

from django.db.models import QuerySet

from placement.access.models import Person
from placement.access.rights import Can, Role
from residents.models import Incident, IncidentNotice

# The right under which each role reads incidents: of homes, or of young people.
READ_AS: dict[Role, Can] = {
    Role.STAFF: Can.REPORT_INCIDENT,
    Role.ADMIN: Can.REPORT_INCIDENT,
    Role.SUPERVISOR: Can.REVIEW_INCIDENT,
    Role.INSPECTOR: Can.INSPECT,
    Role.CASEWORKER: Can.VIEW_EXPLOITATION,  # a report may say what is part of that history
    Role.CLINICIAN: Can.VIEW_EXPLOITATION,
}


def readable(person: Person) -> QuerySet[Incident]:
    """Return the incidents that ``person`` may read, each once."""
    right = READ_AS.get(Role(person.role))
    if right is None:
        return Incident.objects.none()
    return Incident.objects.filter(pk__in=Incident.objects.visible_to(person, right).values("pk")).select_related(
        "facility"
    )


def names_by_code(person: Person, incident: Incident) -> bool:
    """Return whether ``person`` may know by code whom an incident names: an inspector not where somebody was harmed or ill."""
    return person.role != Role.INSPECTOR or incident.kind not in Incident.OF_HARM


def not_opened(person: Person) -> list[IncidentNotice]:
    """Return of which incidents ``person`` was told and has not opened the page yet, while it is not closed, the oldest first."""
    if READ_AS.get(Role(person.role)) is None:
        return []
    waiting = IncidentNotice.objects.filter(person=person, opened_at=None).exclude(
        incident__status=Incident.Status.CLOSED
    )
    return list(waiting.order_by("told_at", "pk"))
