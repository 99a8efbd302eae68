"""What ties young people to each other: an exploiter or recruiter, a number, place, name or car, or missing together."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations
from typing import Any
from uuid import UUID

from placement.access.models import Person
from placement.access.rights import Can
from placement.ui.dates import full_day
from residents.models import ExploitationLink, ExploitationTrace, Incident, IncidentResident, OutsidePerson, Resident

TOGETHER = timedelta(hours=24)  # two who went missing within it
DIGITS = 10  # of a telephone number that are compared: without the country's code
FEWEST = 7  # digits that make a telephone number


@dataclass(frozen=True)
class Evidence:
    """One reason for a tie: what both have, and what each record says about it."""

    what: str
    details: tuple[str, ...]


@dataclass(frozen=True)
class Tie:
    """Two young people and every reason why they may be drawn to the same danger."""

    one: Resident
    other: Resident
    evidence: list[Evidence]


def ties(person: Person, among: Iterable[UUID]) -> list[Tie]:
    """Return the ties between those of ``among`` whose exploitation history ``person`` may read, most reasons first.

    Five queries. Nobody is compared whose history is closed to the reader.
    """
    known = Resident.objects.visible_to(person, Can.VIEW_EXPLOITATION).filter(pk__in=list(among))
    people = {resident.pk: resident for resident in known.order_by("code")}
    shared: dict[tuple[str, str], dict[UUID, list[str]]] = defaultdict(dict)
    for what, key, resident, detail in [
        *_exploiters(person, people),
        *_traces(person, people),
        *_telephones(person, people),
    ]:
        details = shared[what, key].setdefault(resident, [])
        if detail not in details:
            details.append(detail)
    found: dict[tuple[UUID, UUID], list[Evidence]] = defaultdict(list)
    for (what, _), who in shared.items():
        for pair in combinations(sorted(who, key=list(people).index), 2):
            details = [f"{people[one].code}: {text}" for one in pair for text in who[one] if text]
            found[pair].append(Evidence(what, tuple(details)))
    for pair, evidence in _missing_together(person, people).items():
        found[pair] += evidence
    rows = [Tie(people[one], people[other], evidence) for (one, other), evidence in found.items()]
    return sorted(rows, key=lambda tie: (-len(tie.evidence), tie.one.code, tie.other.code))


def key_of(kind: str, value: str) -> str:
    """Return by what two traces are compared: the last digits of a telephone number, else letters and digits alone.

    Empty for a telephone number that is too short to be one.
    """
    if kind == ExploitationTrace.Kind.PHONE:
        digits = re.sub(r"\D", "", value)
        return digits[-DIGITS:] if len(digits) >= FEWEST else ""
    return "".join(letter for letter in value.casefold() if letter.isalnum())


def _exploiters(person: Person, people: dict[UUID, Resident]) -> Iterable[tuple[str, str, UUID, str]]:
    links = ExploitationLink.objects.visible_to(person, Can.VIEW_EXPLOITATION).filter(resident__in=people)
    for link in links.select_related("exploiter"):
        kind, name = ExploitationLink.Kind(link.kind).label.lower(), link.exploiter.name
        yield f"Know the same exploiter or recruiter: {name}", str(link.exploiter_id), link.resident_id, kind


def _traces(person: Person, people: dict[UUID, Resident]) -> Iterable[tuple[str, str, UUID, str]]:
    traces = ExploitationTrace.objects.visible_to(person, Can.VIEW_EXPLOITATION).filter(resident__in=people)
    for trace in traces:
        if key := key_of(trace.kind, trace.value):
            what = f"Same {ExploitationTrace.Kind(trace.kind).label.lower()}"
            yield what, key, trace.resident_id, " – ".join(text for text in (trace.value, trace.note) if text)


def _telephones(person: Person, people: dict[UUID, Resident]) -> Iterable[tuple[str, str, UUID, str]]:
    """Yield the numbers of people outside; those of lawyers, caseworkers and other offices tie nobody."""
    outside = OutsidePerson.objects.visible_to(person, Can.VIEW_CARE_PROFILE).filter(resident__in=people, office="")
    what = f"Same {ExploitationTrace.Kind.PHONE.label.lower()}"
    for one in outside.exclude(telephone=""):
        if key := key_of(ExploitationTrace.Kind.PHONE, one.telephone):
            yield what, key, one.resident_id, f"{one.telephone}, {one.name} ({one.relation})"


def _missing_together(person: Person, people: dict[UUID, Resident]) -> dict[tuple[UUID, UUID], list[Evidence]]:
    reports: Any = Incident.objects.visible_to(person, Can.VIEW_EXPLOITATION).filter(kind=Incident.Kind.MISSING)
    rows = (
        IncidentResident.objects.visible_to(person, Can.VIEW_CODE)
        .filter(resident__in=people, incident__in=reports.order_by().values("pk"))
        .select_related("incident__facility")
        .order_by("incident__happened_at")
    )
    found: dict[tuple[UUID, UUID], list[Evidence]] = defaultdict(list)
    places = list(people)
    for first, second in combinations(rows, 2):
        if second.incident.happened_at - first.incident.happened_at > TOGETHER:
            continue
        if first.resident_id == second.resident_id:
            continue
        pair = sorted((first.resident_id, second.resident_id), key=places.index)
        days = tuple(
            f"{people[row.resident_id].code}: "
            f"{full_day(row.incident.happened_at.astimezone(row.incident.facility.zone).date())}"
            f", incident {row.incident.number}"
            for row in (first, second)
        )
        found[pair[0], pair[1]].append(Evidence("Went missing within a day of each other", days))
    return found
