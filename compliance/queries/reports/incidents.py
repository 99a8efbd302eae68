"""Incidents by their kind."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.urls import reverse

from compliance.queries.reports.shape import Line, Part, Report, Wanted, in_months
from placement.access.models import Person
from placement.access.opened import note_opened
from placement.access.rights import Can
from placement.facilities.models import Facility
from placement.ui.dates import full_moment
from residents.models import Incident
from residents.queries.incidents import readable

# What a list of parts has room for.
SHORT = {"restraint": "Restraint or kept alone", "exploiter": "Contact by an exploiter"}


class IncidentsByKind(Report):
    """Incidents that were sent, in the month in which they happened."""

    key = "incidents"
    title = "Incidents by kind"
    asks = "What happened in each home, and is it getting more or less?"
    unit = "incidents"
    about = (
        "Each report counts once, in the month in which it happened. Drafts do not count.",
        "Many reports need not mean a bad home: where people report small things early, there are more of them.",
    )
    parts = (
        Part("all", "Incidents"),
        Part("critical", "Critical", Q(severity=Incident.Severity.CRITICAL)),
        *(Part(kind.value, SHORT.get(kind.value, kind.label), Q(kind=kind)) for kind in Incident.Kind),
    )
    headline, kind = "all", "due"
    heads = ("Home", "Kind", "How serious", "Happened", "Where it stands")
    orders: ClassVar[Mapping[str, tuple[str, ...]]] = {"": ("-happened_at",)}
    related: ClassVar[Mapping[str, tuple[str, ...]]] = {"": ("facility",)}

    def branches(self, person: Person, wanted: Wanted) -> dict[str, QuerySet[Any]]:
        """Return the incidents that ``person`` may read, of homes that they may read about."""
        homes = Facility.objects.visible_to(person, Can.VIEW_BEDS)
        found = readable(person).filter(facility__in=homes).exclude(status=Incident.Status.DRAFT)
        return {"": in_months(found.select_related(None), wanted, "happened_at")}

    def lines(self, person: Person, rows: Sequence[Incident], part: Part, wanted: Wanted) -> list[Line]:
        """Return the incidents by number."""
        note_opened(*rows)
        return [
            Line(
                f"Incident {incident.number}",
                reverse("incidents:detail", args=[incident.pk]),
                (
                    incident.facility.name,
                    incident.get_kind_display(),
                    incident.get_severity_display(),
                    full_moment(incident.happened_at, incident.facility.zone),
                    incident.get_status_display(),
                ),
            )
            for incident in rows
        ]
