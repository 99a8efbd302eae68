"""Codes for complaints, and what supervisors do about a complaint that came around the house.

The database shows a complaint only to those who may know of it, and lets nobody write in it who is named: a complaint that is
fetched here is one that is open to ``by``.
"""

from placement.access.models import Person
from placement.access.rights import Can, Role
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from residents.models import (
    Complaint,
    ComplaintCheck,
    ComplaintCode,
    ComplaintDecision,
    ComplaintNamed,
    ComplaintStep,
    OutsidePerson,
    Resident,
)
from residents.operations.guard import must
from residents.tell import digest_of_code, new_code

GIVES_CODES = (Can.KEEP_CASE, Can.ASSIGN_TEAM)


@operation("made a code on paper")
def make_complaint_code(
    resident: Resident, *, by: Person, advocate: OutsidePerson | None = None
) -> tuple[ComplaintCode, str]:
    """Make a code for the young person, or for an advocate of theirs, and return it with the code, which nobody finds out later.

    One that they had ends. Raises ``Refused`` for somebody who is not their lawyer, advocate or ombudsperson.
    """
    must(by, resident, *GIVES_CODES)
    for before in ComplaintCode.objects.filter(resident=resident, advocate=advocate, ended_at=None).locked():
        _end(before, by)
    code = new_code()
    made = ComplaintCode.objects.create(
        resident=resident, advocate=advocate, digest=digest_of_code(code), made_by=by, made_at=now()
    )
    return made, code


@operation("ended a code on paper")
def end_complaint_code(complaint_code: ComplaintCode, *, by: Person) -> ComplaintCode:
    """End a code: nothing can be sent or read with it from now on. Raises ``Refused`` for one that has ended."""
    must(by, complaint_code.resident, *GIVES_CODES)
    found: ComplaintCode = ComplaintCode.objects.locked().get(pk=complaint_code.pk)
    if found.ended_at is not None:
        raise Refused("This code has ended already.")
    return _end(found, by)


@operation("said whose complaint it is")
def link_complaint(complaint: Complaint, code: str, *, by: Person) -> Complaint:
    """Say of which young person a complaint is that came without a code that was right: by their code or case number.

    Only a supervisor who answers for them does. Raises ``Refused`` when there is none for whom ``by`` answers, and for a
    complaint of which it is known.
    """
    complaint = _answered_by(complaint, by)
    if complaint.resident_id is not None:
        raise Refused("It is known already whose complaint this is.")
    found = Resident.objects.visible_to(by, Can.ASSIGN_TEAM).filter(code__iexact=code.strip()).first()
    if found is None:
        raise Refused(
            "You answer for nobody with this code. A supervisor of their unit sees this complaint too.", field="code"
        )
    complaint.resident, complaint.linked_by = found, by
    complaint.save(update_fields=["resident", "linked_by"])
    return complaint


@operation("named a colleague in a complaint")
def name_in_complaint(complaint: Complaint, person: Person, *, by: Person) -> None:
    """Say that a complaint is about ``person``, who is never shown it from then on. It can't be taken back."""
    complaint = _answered_by(complaint, by)
    if person == by:
        raise Refused(
            "You can't name yourself. Declare a conflict of interest in the record: the complaint is closed to you then.",
            field="person",
        )
    if ComplaintNamed.objects.filter(complaint=complaint, person=person).exists():
        raise Refused("They are named already.", field="person")
    ComplaintNamed.objects.create(complaint=complaint, person=person, named_by=by, named_at=now())


@operation("wrote about a complaint")
def write_in_complaint(complaint: Complaint, *, kind: str, text: str, by: Person) -> ComplaintStep:
    """Keep what was found out ("note"), words for the sender ("reply") or that a follow-up was done ("followed")."""
    complaint = _answered_by(complaint, by)
    step: ComplaintStep = ComplaintStep.objects.create(
        complaint=complaint, kind=kind, text=text.strip(), by=by, at=now()
    )
    return step


@operation("decided about a complaint")
def decide_complaint(complaint: Complaint, *, outcome: str, answer: str, by: Person) -> ComplaintDecision:
    """Say what was found (``ComplaintDecision.Outcome``), with the answer in words for the sender.

    "Not found to be so" goes out when a second supervisor agrees. Raises ``Refused`` while another decision stands.
    """
    complaint = _answered_by(complaint, by)
    made: ComplaintDecision = ComplaintDecision.objects.create(
        complaint=complaint, outcome=outcome, answer=answer.strip(), decided_by=by, decided_at=now()
    )
    return made


@operation("agreed about a complaint, or sent it back")
def second_complaint(decision: ComplaintDecision, *, agreed: bool, by: Person, reason: str = "") -> ComplaintDecision:
    """Agree, as the second supervisor, that a complaint was not found to be so, or send it back with a ``reason``.

    Raises ``Refused`` for the own decision and for one that does not wait.
    """
    _answered_by(decision.complaint, by)
    decision = ComplaintDecision.objects.select_for_update(no_key=True).get(pk=decision.pk)
    if not decision.waits:
        raise Refused("This does not wait for anybody.")
    if not agreed and not reason.strip():
        raise Refused("Say why you send it back.", field="reason")
    decision.agreed, decision.second_by, decision.second_at = agreed, by, now()
    decision.second_reason = reason.strip()
    decision.save(update_fields=["agreed", "second_by", "second_at", "second_reason"])
    return decision


@operation("looked for payback after a complaint")
def check_complaint(complaint: Complaint, *, result: str, text: str, by: Person) -> ComplaintCheck:
    """Sign whether the young person had to pay for complaining (``ComplaintCheck.Result``).

    From 30 days after it, and once more from 60 days where the first did not say no. Raises ``Refused`` at another time.
    """
    complaint = _answered_by(complaint, by)
    made: ComplaintCheck = ComplaintCheck.objects.create(
        complaint=complaint, result=result, text=text.strip(), by=by, at=now()
    )
    return made


def _answered_by(complaint: Complaint, by: Person) -> Complaint:
    """Return the complaint, locked. Raises ``DoesNotExist`` when it is closed to ``by`` or they are no supervisor."""
    if by.role != Role.SUPERVISOR:
        raise Complaint.DoesNotExist
    found: Complaint = Complaint.objects.select_for_update(no_key=True).get(pk=complaint.pk)
    return found


def _end(code: ComplaintCode, by: Person) -> ComplaintCode:
    code.ended_at, code.ended_by = now(), by
    code.save(update_fields=["ended_at", "ended_by"])
    return code
