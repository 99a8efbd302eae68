"""What the page of an allegation asks beside the report."""

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
