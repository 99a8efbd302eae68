"""Who of a home is missing now: reported as missing, and not seen since."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.db.models.functions import Coalesce

from placement.facilities.models import Facility
from placement.facilities.queries.rounds import NOT_SEEN
from residents.models import CareEntry, Incident, IncidentResident


def missing_now(facility: Facility, residents: Iterable[UUID]) -> dict[UUID, Incident]:
    """Return resident id → the newest report of the home by which they are missing. One query.

    A report ends when it is closed, or with the first look at which the young person was seen after it, however long
    ago that was. A look that was amended counts as its newest version says.
    """
    newer = CareEntry.objects.filter(
        amends=Coalesce(OuterRef("amends_id"), OuterRef("pk")), written_at__gt=OuterRef("written_at")
    )
    seen = (
        CareEntry.objects.filter(
            resident=OuterRef("resident_id"),
            kind__in=CareEntry.LOOKS,
            happened_at__gt=OuterRef("incident__happened_at"),
        )
        .exclude(outcome__in=NOT_SEEN)
        .exclude(Exists(newer))
    )
    reports = (
        IncidentResident.objects.filter(
            resident__in=list(residents), incident__facility=facility, incident__kind=Incident.Kind.MISSING
        )
        .exclude(incident__status=Incident.Status.CLOSED)
        .exclude(Exists(seen))
        .select_related("incident")
        .order_by("incident__happened_at")
    )
    return {report.resident_id: report.incident for report in reports}
