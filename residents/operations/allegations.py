"""Allegations: who is said to have done it, from whom it is hidden, and what becomes of the accusation."""

from collections.abc import Iterable
from dataclasses import dataclass

from placement.access.models import Person
from placement.access.rights import Can, Role
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from placement.database.context import set_reason
from residents.models import Incident, IncidentHiding, IncidentPart, IncidentPerson, Resident

NOBODY_ACCUSED = "Say who is said to have done it. If nobody knows, write that."


@dataclass(frozen=True)
class Accused:
    """Who is said to have done it: an account, a young person of the report, or a name with the role of whoever bears it."""

    person: Person | None = None
    resident: Resident | None = None
    name: str = ""
    role: str = IncidentPerson.Role.STAFF


def accuse(incident: Incident, accused: Iterable[Accused]) -> None:
    """Write who is said to have done it, in the act that writes the report. From the statement on it is hidden from them."""
    accused = list(accused)
    young = [one.resident for one in accused if one.resident]
    IncidentPart.objects.filter(incident=incident, resident__in=young).update(role=IncidentPart.Role.ACCUSED)
    IncidentPerson.objects.bulk_create(
        IncidentPerson(
            incident=incident, person=one.person, name=one.name, role=one.role, part=IncidentPerson.Part.ACCUSED
        )
        for one in accused
        if one.resident is None
    )


def names_accused(incident: Incident) -> bool:
    """Return whether the report says who is said to have done it."""
    grown_up = incident.people.filter(part=IncidentPerson.Part.ACCUSED)
    return grown_up.exists() or incident.parts.filter(role=IncidentPart.Role.ACCUSED).exists()


@operation("hid an allegation from somebody")
def hide_allegation(incident: Incident, *, person: Person, reason: str, by: Person) -> IncidentHiding:
    """Hide it from one more person, with all that follows from it. A supervisor does. Raises ``Refused`` without a reason."""
    incident = supervised(incident, by)
    if not reason.strip():
        raise Refused("Say why it is hidden from this person.", field="reason")
    if person == by:
        raise Refused("Choose somebody else than yourself.", field="person")
    return IncidentHiding.objects.create(incident=incident, person=person, reason=reason.strip(), hidden_by=by)


@operation("showed an allegation again")
def show_allegation(hiding: IncidentHiding, *, reason: str, by: Person) -> IncidentHiding:
    """End that it is hidden from somebody. A supervisor does. Raises ``Refused`` without a reason, and twice."""
    supervised(hiding.incident, by)
    hiding = IncidentHiding.objects.visible_to(by, Can.REVIEW_INCIDENT).locked().get(pk=hiding.pk)
    if hiding.ended_at is not None:
        raise Refused("It is shown to this person again already. Nothing was changed.")
    if not reason.strip():
        raise Refused("Say why it is shown again.", field="reason")
    hiding.ended_by, hiding.ended_at, hiding.ended_reason = by, now(), reason.strip()
    hiding.save(update_fields=["ended_by", "ended_at", "ended_reason"])
    return hiding


@operation("corrected an accusation")
def correct_accusation(row: IncidentPerson, *, part: str, reason: str, by: Person) -> IncidentPerson:
    """Write what somebody in it is said to have done instead: who reviews it does. It stays hidden from them.

    Raises ``Refused`` without a reason, for its reporter, whoever is named in it, and a closed incident.
    """
    row = IncidentPerson.objects.visible_to(by, Can.REVIEW_INCIDENT).locked().get(pk=row.pk)
    if not reason.strip():
        raise Refused("Say why this is corrected.", field="reason")
    set_reason(reason.strip())
    row.part = part
    row.save(update_fields=["part"])
    return row


def supervised(incident: Incident, by: Person) -> Incident:
    """Return the incident, locked, for a supervisor who may review it. Raises ``Incident.DoesNotExist`` for anybody else."""
    if by.role != Role.SUPERVISOR:
        raise Incident.DoesNotExist
    found: Incident = Incident.objects.visible_to(by, Can.REVIEW_INCIDENT).locked().get(pk=incident.pk)
    return found
