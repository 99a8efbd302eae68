"""What a home needs on paper for a night in which the computer does not work."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from placement.access.models import Person
from placement.access.opened import note_opened
from placement.access.visible import in_force
from placement.facilities.models import Facility
from placement.facilities.queries.rounds import Place
from placement.facilities.queries.shifts import stays
from placement.facilities.queries.standing import homes_now
from residents.models import OutsidePerson, Resident, SafetyAlert


@dataclass(frozen=True)
class OnPaper:
    """One young person: where they are, when the next look is due, what everybody must know, and whom they may talk with."""

    resident: Resident
    place: Place
    due_at: datetime | None
    allergies: list[str]
    alerts: list[SafetyAlert]
    contacts: list[OutsidePerson]


def night_sheet(person: Person, facility: Facility) -> list[OnPaper]:
    """Return who lives in the home now and is open to ``person``, by code: a fixed number of queries. Each counts as opened."""
    living = [stay.resident for stay in stays(person, facility)]
    standing = {each.resident.pk: each for each in homes_now([facility])[0].people}
    alerts: dict[Any, list[SafetyAlert]] = {}
    for alert in SafetyAlert.objects.filter(in_force(), resident__in=living).order_by("-urgent", "kind", "pk"):
        alerts.setdefault(alert.resident_id, []).append(alert)
    contacts: dict[Any, list[OutsidePerson]] = {}
    allowed = OutsidePerson.objects.exclude(permission=OutsidePerson.Permission.PROHIBITED)
    for contact in allowed.filter(resident__in=living).order_by("permission", "name", "pk"):
        contacts.setdefault(contact.resident_id, []).append(contact)
    note_opened(*living)
    return [
        OnPaper(
            resident,
            standing[resident.pk].place,
            standing[resident.pk].stand.due_at if standing[resident.pk].place == Place.HOUSE else None,
            [a.text for a in alerts.get(resident.pk, []) if a.kind == SafetyAlert.Kind.ALLERGY],
            [a for a in alerts.get(resident.pk, []) if a.kind != SafetyAlert.Kind.ALLERGY],
            contacts.get(resident.pk, []),
        )
        for resident in living
    ]
