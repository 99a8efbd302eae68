"""What the list of incidents and its forms ask. Homes read their own incidents, others those of their young people."""

from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from placement.access.models import Person
from placement.access.rights import Can, Role
from placement.access.visible import in_force, visible_ids
from placement.database.context import reading
from placement.facilities.models import Assignment, Facility, Placement
from placement.facilities.queries.incident_filters import Wanted, narrowed
from placement.ui.paging import Page, keyset_page
from residents.in_texts import A_YOUNG_PERSON
from residents.models import Incident, IncidentFollowUp, IncidentPart, IncidentResident, Resident, Restraint
from residents.queries.incidents import names_by_code, readable


@reading("withholding")
def incidents_page(person: Person, wanted: Wanted, *, after: str | None) -> Page:
    """Return one page of incidents, newest first.

    ``known`` are the young people of whom this person may know, ``hidden`` the others.
    """
    found = narrowed(person, readable(person), wanted)
    known = IncidentResident.objects.visible_to(person, Can.VIEW_CODE)
    hidden = IncidentResident.objects.exclude(pk__in=known.order_by().values("pk"))
    known = known.select_related("resident").order_by("resident__code")
    found = found.prefetch_related(
        Prefetch("incidentresident_set", queryset=known, to_attr="known"),
        Prefetch("incidentresident_set", queryset=hidden, to_attr="hidden"),
    )
    page = keyset_page(found, order=("-happened_at",), after=after)
    for incident in page.rows:
        if not names_by_code(person, incident):
            incident.hidden, incident.known = [*incident.known, *incident.hidden], []
            incident.hidden_as = A_YOUNG_PERSON
    return page


def homes_with_incidents(person: Person) -> list[Facility]:
    """Return the homes of the incidents that this person may read, for the filter."""
    return list(Facility.objects.filter(pk__in=readable(person).order_by().values("facility")).order_by("name", "pk"))


def may_report(person: Person) -> QuerySet[Facility]:
    """Return the homes in which ``person`` may report an incident."""
    return Facility.objects.visible_to(person, Can.REPORT_INCIDENT).order_by("name", "pk")


def young_people_of(person: Person, home: Facility) -> list[Resident]:
    """Return who lives in the home now, as far as ``person`` may know them."""
    stays = Placement.objects.visible_to(person, Can.VIEW_CARE_PROFILE).filter(
        facility=home, status=Placement.Status.ACTIVE
    )
    return [stay.resident for stay in stays.select_related("resident").order_by("resident__code")]


def people_of(home: Facility) -> list[Person]:
    """Return who works in the home now, and the supervisors: whom a report can name, and who does what is still to be done."""
    works = Assignment.objects.filter(in_force(), facility=home).order_by().values("person")
    found = Person.objects.filter(Q(pk__in=works) | Q(role=Role.SUPERVISOR), is_active=True).exclude(
        role=Role.INSPECTOR
    )
    return list(found.order_by("name", "pk"))


def people_to_hide_from(person: Person) -> list[Person]:
    """Return everybody with an account who could read of an incident, but the one who asks."""
    nobody = (Role.NONE, Role.SYSADMIN)
    return list(
        Person.objects.filter(is_active=True).exclude(role__in=nobody).exclude(pk=person.pk).order_by("name", "pk")
    )


def pasts_open_to(person: Person, incident: Incident) -> list[Resident]:
    """Return those named by ``incident`` whose record ``person`` may read as it stood before."""
    named = Resident.objects.filter(incidentresident__incident=incident, pk__any_of=visible_ids(person, Can.VIEW_AUDIT))
    return list(named.order_by("code"))


def own_part(person: Person, pk: UUID, part: UUID) -> IncidentPart:
    """Return the part of one young person in an incident. Raises ``IncidentPart.DoesNotExist``."""
    found: IncidentPart = (
        IncidentPart.objects.visible_to(person, Can.VIEW_CARE_PROFILE)
        .select_related("incident__facility", "resident")
        .get(pk=part, incident=own_draft(person, pk))
    )
    return found


def restraint_of(part: IncidentPart, key: str) -> Restraint:
    """Return a restraint of the part by its key in an address. Raises ``Restraint.DoesNotExist``."""
    try:
        found: Restraint = part.restraints.get(pk=UUID(key))
    except ValueError:
        raise Restraint.DoesNotExist from None
    return found


def own_follow_up(person: Person, pk: UUID, follow_up: UUID) -> IncidentFollowUp:
    """Return a follow-up that is the person's, or of an incident that they review. Raises ``IncidentFollowUp.DoesNotExist``."""
    found: IncidentFollowUp = IncidentFollowUp.objects.get(
        Q(owner=person) | Q(incident__in=Incident.objects.visible_to(person, Can.REVIEW_INCIDENT)),
        pk=follow_up,
        incident=own_draft(person, pk),
    )
    return found


def own_report(person: Person, pk: UUID) -> Incident:
    """Return an incident of a home in which ``person`` reports. Raises ``Incident.DoesNotExist``."""
    return Incident.objects.visible_to(person, Can.REPORT_INCIDENT).select_related("facility").get(pk=pk)


def own_draft(person: Person, pk: UUID) -> Incident:
    """Return an incident of a home in which ``person`` reports or reviews. Raises ``Incident.DoesNotExist``."""
    mine = Incident.objects.visible_to(person, Can.REPORT_INCIDENT)
    reviewed = Incident.objects.visible_to(person, Can.REVIEW_INCIDENT)
    found: Incident = (mine | reviewed).select_related("facility", "reported_by").get(pk=pk)
    return found
