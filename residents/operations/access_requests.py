"""Asking for a record that one may not open, or for a closed part of one that is open, and deciding about it."""

from dataclasses import dataclass
from datetime import datetime

from placement.access.models import AgencyUnit, Person
from placement.access.permissions import give_person, withdraw
from placement.access.rights import ASKED_RIGHTS, Can
from placement.access.visible import in_force, rights_on
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from placement.database.context import reading
from residents.models import AccessRequest, Case, Resident, ResidentUserPermission, TeamMember
from residents.operations.emergencies import closed_record, must_be_cleared
from residents.operations.guard import must

ASKS_FOR_PARTS = (Can.KEEP_CASE, Can.ASSIGN_TEAM)


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


@operation("asked to read a closed part of the record")
def ask_part(resident: Resident, part: str, *, purpose: str, by: Person) -> AccessRequest:
    """Ask for a part (``AccessRequest.AskedFor``, not the record) of a record that ``by`` keeps or answers for.

    Raises ``Refused`` when the part is open to ``by``, when nobody is there who could decide, without a purpose, and while an
    earlier request for it waits.
    """
    rights = must(by, resident, *ASKS_FOR_PARTS)
    if rights >= ASKED_RIGHTS[part]:
        raise Refused("This part of the record is open to you already.")
    if (
        part == AccessRequest.AskedFor.CLINICAL
        and not TeamMember.objects.filter(in_force(), case__resident=resident).exists()
    ):
        raise Refused("No clinician is on the team now, so nobody could answer. A supervisor puts one on it.")
    return AccessRequest.objects.create(
        resident=resident, code=resident.code, unit=unit_of(resident), asked_for=part, asker=by, purpose=purpose.strip()
    )


@operation("decided about a request for access")
def decide_access(
    asked: AccessRequest, *, decision: str, by: Person, reason: str = "", ends_at: datetime | None = None
) -> AccessRequest:
    """Open what was asked for until ``ends_at`` (aware, within ``asked.longest``), or refuse with a ``reason``.

    Raises ``Refused`` for the own request, a second decision, an asker whose account is closed or whose role may not ask any
    more, or to whom the record of a part is closed now, a refusal without a reason, and an end that has passed, is too far
    away or comes after the end of the asker's own work with the record.
    """
    must(by, asked.resident, *asked.deciders)
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
        if ends_at is None or not moment < ends_at <= moment + asked.longest:
            raise Refused(f"Give an end within the next {asked.longest.days} days.", field="ends_at")
        may_ask(asked.asker)
        if asked.asked_for != AccessRequest.AskedFor.RECORD:
            must_have_the_record(asked, ends_at)
    asked.ends_at = ends_at
    asked.save(update_fields=["decision", "decided_by", "decided_at", "decision_reason", "ends_at"])
    if ends_at is not None:
        rights = ASKED_RIGHTS[asked.decision]
        give_person(asked.resident, asked.asker, rights, grant=asked.pk, starts_at=moment, ends_at=ends_at)
    return asked


@operation("took back the access to the record")
def end_access(asked: AccessRequest, *, by: Person) -> AccessRequest:
    """End access that was given before its time. Raises ``Refused`` when none is open by this request."""
    must(by, asked.resident, *asked.deciders, Can.ASSIGN_TEAM)
    asked = AccessRequest.objects.locked().get(pk=asked.pk)
    if not asked.is_open:
        raise Refused("This access is over already.")
    end_at(asked, now())
    return asked


def end_parts(resident: Resident, person: Person, at: datetime) -> None:
    """End at ``at`` what ``person`` was given to read of single parts of the record: their work with it ends then."""
    given = AccessRequest.objects.exclude(asked_for=AccessRequest.AskedFor.RECORD)
    for asked in given.filter(resident=resident, asker=person, ends_at__gt=max(at, now())).locked():
        end_at(asked, at)


def end_at(asked: AccessRequest, at: datetime) -> None:
    """End access that is open at ``at`` (aware), or now when that has passed."""
    asked.ends_at = at
    asked.save(update_fields=["ends_at"])
    if at <= now():
        withdraw(Resident, asked.pk)
    else:
        ResidentUserPermission.objects.filter(grant=asked.pk).update(ends_at=at)


def must_have_the_record(asked: AccessRequest, until: datetime) -> None:
    """Raise ``Refused`` when the record is not open to the asker by their own work, now and ``until`` then."""
    if not rights_on(asked.asker, asked.resident).intersection(ASKS_FOR_PARTS):
        raise Refused("The record itself is not open to this person any more. You can only refuse.")
    own = ResidentUserPermission.objects.filter(in_force(), user=asked.asker, content_object=asked.resident)
    ends = own.filter(permission__codename=Can.KEEP_CASE.codename, ends_at__lt=until)
    if ends.exists():
        raise Refused("This person works with the record for a shorter time. Choose an earlier end.", field="ends_at")


def may_ask(person: Person) -> Person:
    """Return ``person``. Raises ``Refused`` when the role may not ask, the account is closed, or the clearance over."""
    if not person.may(Can.ASK_ACCESS):
        raise Refused("Only somebody who works with young people can be given access.")
    must_be_cleared(person)
    return person


def unit_of(resident: Resident) -> AgencyUnit | None:
    """Return the unit that answers for the record: of the open case, or else of the newest."""
    with reading("emergency"):
        cases = Case.objects.filter(resident=resident).select_related("unit").order_by("-status", "-opened_on")
        case = cases.first()
    return case.unit if case else None
