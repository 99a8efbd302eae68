"""Who of a home is missing now: reported as missing, and not seen since."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from placement.access.models import Person
from placement.access.rights import Can
from placement.database.context import reading
from placement.facilities.models import Facility, Placement
from residents.models import CareEntry, Incident, IncidentResident
from residents.queries.looks import since, that_found


def missing_now(facility: Facility, residents: Iterable[UUID]) -> dict[UUID, Incident]:
    """Return resident id → the newest report of the home by which they are missing. One query."""
    return missing_by_home(dict.fromkeys(residents, facility.pk))


@reading("whereabouts")
def missing_by_home(home_of: Mapping[UUID, UUID]) -> dict[UUID, Incident]:
    """Return resident id → the newest report of their home (``home_of``: resident id → home id).

    One query while nothing is reported, the usual case on the pages that ask most often, else two.

    A report ends when it is closed, or with the first look at which the young person was seen after it, however long
    ago that was (``looks.since``). A look that was amended counts as its newest version says.
    """
    named = IncidentResident.objects.filter(resident__in=list(home_of), incident__facility__in=set(home_of.values()))
    if not _reported(named).order_by().exists():
        return {}
    reports = _open(named)
    of_their_home = (row for row in reports if row.incident.facility_id == home_of[row.resident_id])
    return {report.resident_id: report.incident for report in of_their_home}


@reading("whereabouts")  # that they were found counts also for readers of codes only
def missing_whom(person: Person) -> list[IncidentResident]:
    """Return who of those is missing of whom ``person`` may know, longest first, each by their newest report. One query."""
    living = Placement.objects.filter(
        resident=OuterRef("resident_id"), facility=OuterRef("incident__facility_id"), status=Placement.Status.ACTIVE
    )
    reports = _open(IncidentResident.objects.visible_to(person, Can.VIEW_CODE)).filter(Exists(living))
    newest = {row.resident_id: row for row in reports.select_related("incident__facility", "resident")}
    return sorted(newest.values(), key=lambda row: row.incident.happened_at)


def found_after(person: Person, incident: Incident, residents: Iterable[UUID]) -> dict[UUID, CareEntry]:
    """Return resident id → the first look after the report at which they were seen, if ``person`` may read it."""
    readable = CareEntry.objects.visible_to(person, Can.VIEW_CARE_LOG)
    looks = since(that_found(readable), incident.happened_at, incident.reported_at).filter(resident__in=list(residents))
    firsts = looks.select_related("written_by").order_by("resident_id", "happened_at").distinct("resident_id")
    return {look.resident_id: look for look in firsts}


def last_seen(person: Person, home: Facility, resident: UUID) -> CareEntry | None:
    """Return the newest look of the home at which the young person was seen, if ``person`` may read it."""
    looks = that_found(CareEntry.objects.visible_to(person, Can.VIEW_CARE_LOG)).filter(facility=home)
    found: CareEntry | None = (
        looks.filter(resident=resident).select_related("written_by").order_by("-happened_at", "-pk").first()
    )
    return found


def _reported(reports: QuerySet[IncidentResident]) -> QuerySet[IncidentResident]:
    return reports.filter(incident__kind=Incident.Kind.MISSING).exclude(incident__status=Incident.Status.CLOSED)


def seen_after(resident: str, incident: str) -> Exists:
    """Return the condition that the young person was seen after a report: ``resident`` and ``incident`` lead there from the row."""
    looks = that_found(CareEntry.objects.filter(resident=OuterRef(resident)))
    return Exists(since(looks, OuterRef(f"{incident}__happened_at"), OuterRef(f"{incident}__reported_at")))


def _open(reports: QuerySet[IncidentResident]) -> QuerySet[IncidentResident]:
    seen = seen_after("resident_id", "incident")
    return _reported(reports).exclude(seen).select_related("incident").order_by("incident__happened_at")
