"""Asking for a record that one may not open, and deciding about it."""

from dataclasses import dataclass
from datetime import datetime

from placement.access.models import AgencyUnit, Person
from placement.access.permissions import give_person, withdraw
from placement.access.rights import ASKED_RIGHTS, Can
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from placement.database.context import reading
from residents.models import LONGEST, AccessRequest, Case, Resident
from residents.operations.emergencies import closed_record
from residents.operations.guard import must


@dataclass(frozen=True)
class Preview:
    """All that somebody is shown of a record before it is opened to them: the code and the unit that answers for it."""

    code: str
    unit: AgencyUnit | None
    resident: Resident


def preview(code: str, by: Person) -> Preview:
    """Return what ``by`` may know of the closed record with exactly this code or case number.

    Raises ``Refused`` when there is none or ``by`` is barred from it, when it is open already, and when the role may not ask.
    """
    resident = closed_record(code, may_ask(by))
    return Preview(resident.code, unit_of(resident), resident)


@operation("asked for access to the record")
def ask_access(code: str, *, purpose: str, by: Person) -> AccessRequest:
    """Ask the caseworker and the supervisors of a closed record to open it for a time.

    Raises ``Refused`` as ``preview`` does, without a purpose, and while an earlier request waits.
    """
    resident = closed_record(code, may_ask(by))
    return AccessRequest.objects.create(
        resident=resident, code=resident.code, unit=unit_of(resident), asker=by, purpose=purpose.strip()
    )


@operation("decided about a request for access")
def decide_access(
    asked: AccessRequest, *, decision: str, by: Person, reason: str = "", ends_at: datetime | None = None
) -> AccessRequest:
    """Open the record to the asker until ``ends_at`` (aware, within 7 days), or refuse with a ``reason``.

    Raises ``Refused`` for the own request, a second decision, an asker whose account is closed or whose role may not ask any
    more, a refusal without a reason, and an end that has passed or is too far away.
    """
    must(by, asked.resident, Can.KEEP_CASE, Can.ASSIGN_TEAM)
    asked = AccessRequest.objects.locked().select_related("asker", "resident").get(pk=asked.pk)
    if asked.decision:
        raise Refused("Somebody has decided about this already. Nothing was changed.")
    moment = now()
    asked.decision, asked.decided_by, asked.decided_at, asked.decision_reason = decision, by, moment, reason.strip()
    if decision == AccessRequest.Decision.REFUSED:
        if not asked.decision_reason:
            raise Refused("Say why you refuse.", field="reason")
        ends_at = None
    else:
        if ends_at is None or not moment < ends_at <= moment + LONGEST:
            raise Refused("Give an end within the next 7 days.", field="ends_at")
        may_ask(asked.asker)
    asked.ends_at = ends_at
    asked.save(update_fields=["decision", "decided_by", "decided_at", "decision_reason", "ends_at"])
    if ends_at is not None:
        rights = ASKED_RIGHTS[asked.decision]
        give_person(asked.resident, asked.asker, rights, grant=asked.pk, starts_at=moment, ends_at=ends_at)
    return asked


@operation("took back the access to the record")
def end_access(asked: AccessRequest, *, by: Person) -> AccessRequest:
    """End access that was given before its time. Raises ``Refused`` when none is open by this request."""
    must(by, asked.resident, Can.KEEP_CASE, Can.ASSIGN_TEAM)
    asked = AccessRequest.objects.locked().get(pk=asked.pk)
    if not asked.is_open:
        raise Refused("This access is over already.")
    asked.ends_at = now()
    asked.save(update_fields=["ends_at"])
    withdraw(Resident, asked.pk)
    return asked


def may_ask(person: Person) -> Person:
    """Return ``person``. Raises ``Refused`` when the role may not ask for a record, or the account is closed."""
    if not person.may(Can.ASK_ACCESS):
        raise Refused("Only somebody who works with young people can be given access.")
    return person


def unit_of(resident: Resident) -> AgencyUnit | None:
    """Return the unit that answers for the record: of the open case, or else of the newest."""
    with reading("emergency"):
        cases = Case.objects.filter(resident=resident).select_related("unit").order_by("-status", "-opened_on")
        case = cases.first()
    return case.unit if case else None
