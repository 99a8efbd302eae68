"""What the incident pages ask. Homes read their own incidents; caseworkers and clinicians those of their young people."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from placement.access.models import Person
from placement.access.opened import note_opened
from placement.access.rights import Can, Role
from placement.access.visible import rights_on
from placement.database.context import reading
from placement.facilities.models import Facility, Placement
from placement.facilities.queries.missing import found_after, missing_now
from placement.facilities.queries.shifts import stays
from placement.facilities.queries.withholding import lived_in, names_in_text_by
from placement.ui.paging import Page, keyset_page
from residents.in_texts import A_YOUNG_PERSON, ANOTHER, withheld
from residents.models import CareEntry, Incident, IncidentResident, Resident
from residents.queries.incidents import names_by_code, readable

THE_HOME = "the home"


@dataclass(frozen=True)
class Involved:
    """A young person in an incident as this reader may know them: by name, by code only, or not at all."""

    name: str
    code: str
    resident: Resident | None


@dataclass(frozen=True)
class Episode:
    """A young person of a missing report: ``found`` is the first look after it, ``may_end`` that the reader may end it."""

    one: Involved
    found: CareEntry | None
    missing: bool
    may_end: bool


@dataclass(frozen=True)
class Account:
    """An incident as one person may read it. ``text`` says whether the report itself is shown.

    ``home`` is its name, or empty for a reader who may not know where it was.
    """

    incident: Incident
    home: str
    involved: list[Involved]
    seen: str
    done: str
    closing_note: str
    text: bool
    may_review: bool
    episodes: list["Episode"]


@reading("withholding")
def incidents_page(
    person: Person,
    *,
    after: str | None,
    facility: str = "",
    kind: str = "",
    severity: str = "",
    status: str = "",
    number: int | None = None,
) -> Page:
    """Return one page of incidents, newest first.

    ``known`` are the young people of whom this person may know, ``hidden`` the others.
    """
    found = readable(person)
    wanted = {"facility": facility, "kind": kind, "severity": severity, "status": status, "number": number}
    found = found.filter(**{name: value for name, value in wanted.items() if value})
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


def account(person: Person, pk: UUID) -> Account:
    """Return one incident as this person may read it. Raises ``Incident.DoesNotExist``."""
    found = readable(person).select_related("facility", "shift", "reported_by", "reviewed_by", "closed_by").get(pk=pk)
    writers = [(found.reported_by, found.reported_at)]
    if found.closed_by and found.closed_at:
        writers.append((found.closed_by, found.closed_at))
    with reading("withholding"):
        ticked = [row.resident for row in IncidentResident.objects.filter(incident=found).select_related("resident")]
        could_name = {
            writer: set(lived_in(found.facility, since=found.happened_at, until=until, known_to=writer))
            for writer, until in writers
        }
    could_name[found.reported_by] |= set(ticked)
    everybody = set().union(*could_name.values())
    known = Resident.objects.filter(pk__in=[resident.pk for resident in everybody])
    named = set(known.visible_to(person, Can.VIEW_CARE_PROFILE).values_list("pk", flat=True))
    coded = set(known.visible_to(person, Can.VIEW_CODE).values_list("pk", flat=True))
    unnamed = ANOTHER
    if not names_by_code(person, found):
        coded, unnamed = coded & named, A_YOUNG_PERSON
    note_opened(found, *(resident for resident in ticked if resident.pk in named | coded))
    involved = []
    for resident in sorted(ticked, key=lambda r: (r.pk not in named, r.pk not in coded, r.code)):
        if resident.pk in named:
            involved.append(Involved(resident.preferred_name, resident.code, resident))
            continue
        involved.append(
            Involved(resident.code, resident.code, None) if resident.pk in coded else Involved(unnamed, unnamed, None)
        )
    names = {
        writer: names_in_text_by(writer, [one for one in people if one.pk not in named], reader=person)
        for writer, people in could_name.items()
    }
    rights = rights_on(person, found.facility)
    home = found.facility.name if Can.VIEW_FACILITY in rights else ""
    text = person.role != Role.INSPECTOR

    def told(words: str, writer: Person | None) -> str:
        words = withheld(words, names[writer]) if text and writer else ""
        return words if home else withheld(words, [found.facility.name], instead=THE_HOME)

    return Account(
        incident=found,
        home=home,
        involved=involved,
        seen=told(found.seen, found.reported_by),
        done=told(found.done, found.reported_by),
        closing_note=told(found.closing_note, found.closed_by),
        text=text,
        may_review=Can.REVIEW_INCIDENT in rights,
        episodes=episodes(person, found, involved) if found.kind == Incident.Kind.MISSING else [],
    )


def episodes(person: Person, incident: Incident, involved: Iterable[Involved]) -> list[Episode]:
    """Return how it went on for those of a missing report whom the reader may know by name."""
    named = {one.resident.pk: one for one in involved if one.resident}
    found = found_after(person, incident, named)
    missing = missing_now(incident.facility, named)
    here = set(stays(person, incident.facility).filter(resident__in=missing).values_list("resident", flat=True))
    return [Episode(one, found.get(pk), pk in missing, pk in here) for pk, one in named.items()]


def own_report(person: Person, pk: UUID) -> Incident:
    """Return an incident of a home in which ``person`` reports. Raises ``Incident.DoesNotExist``."""
    return Incident.objects.visible_to(person, Can.REPORT_INCIDENT).select_related("facility").get(pk=pk)


def own_draft(person: Person, pk: UUID) -> Incident:
    """Return an incident of a home in which ``person`` reports or reviews. Raises ``Incident.DoesNotExist``."""
    mine = Incident.objects.visible_to(person, Can.REPORT_INCIDENT)
    reviewed = Incident.objects.visible_to(person, Can.REVIEW_INCIDENT)
    found: Incident = (mine | reviewed).select_related("facility", "reported_by").get(pk=pk)
    return found
