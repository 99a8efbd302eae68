"""Emergency access: breaking the glass, ending it early, and judging it afterwards."""

from placement.access.models import Person
from placement.access.permissions import give_person, withdraw
from placement.access.rights import EMERGENCY_RIGHTS, Can
from placement.access.visible import barred_from, rights_on
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from placement.database.context import reading, set_reason
from residents.models import SHORTEST_REASON, BreakGlass, Resident
from residents.operations.guard import must

UNKNOWN = "There is no young person with this code or case number. Check it: it must be exact."


@operation("used emergency access")
def break_glass(code: str, *, reason: str, by: Person) -> BreakGlass:
    """Open one record to ``by`` for two hours: the young person with exactly this code or case number.

    The supervisors of the case are told by My work, in the same transaction. Raises ``Refused`` when the role may not, when
    the clearance of ``by`` has ended, for a short reason, for a record that is open to ``by`` already, and for a code that
    nobody has; a record from which ``by`` is barred is answered like that.
    """
    if not by.may(Can.BREAK_GLASS):
        raise Refused("Emergency access is not for your role.")
    must_be_cleared(by)
    if len(reason := reason.strip()) < SHORTEST_REASON:
        raise Refused(f"Say in at least {SHORTEST_REASON} characters why it cannot wait.", field="reason")
    resident = closed_record(code, by)
    set_reason(reason)
    glass = BreakGlass.objects.create(resident=resident, person=by, reason=reason, ends_at=now())
    glass.refresh_from_db()  # the database's clock has said when it starts and ends
    give_person(resident, by, EMERGENCY_RIGHTS, grant=glass.pk, starts_at=glass.starts_at, ends_at=glass.ends_at)
    Person.objects.filter(pk=by.pk).update(emergency_until=glass.ends_at)
    return glass


@operation("ended the emergency access")
def end_emergency(glass: BreakGlass, *, by: Person) -> BreakGlass:
    """End the own emergency access now. Raises ``Refused`` when it is over, ``BreakGlass.DoesNotExist`` for somebody else's."""
    glass = BreakGlass.objects.locked().get(pk=glass.pk, person=by)
    if glass.ended_at is not None or glass.ends_at <= now():
        raise Refused("This emergency access is over already.")
    glass.ended_at = now()
    glass.save(update_fields=["ended_at"])
    withdraw(Resident, glass.pk)
    return glass


@operation("judged an emergency access")
def judge_emergency(glass: BreakGlass, *, judgement: str, reason: str, by: Person) -> BreakGlass:
    """Say whether an emergency access was justified, and why; one that was not ends with that.

    Raises ``Refused`` for the own one and for a second time.
    """
    must(by, glass.resident, Can.VIEW_AUDIT)
    glass = BreakGlass.objects.visible_to(by, Can.VIEW_AUDIT).locked().get(pk=glass.pk)
    if glass.judged_by_id is not None:
        raise Refused("Somebody has judged this already. Nothing was changed.")
    glass.judgement, glass.judgement_reason, glass.judged_by, glass.judged_at = judgement, reason.strip(), by, now()
    changed = ["judgement", "judgement_reason", "judged_by", "judged_at"]
    if judgement == BreakGlass.Judgement.NOT_JUSTIFIED and glass.ended_at is None and glass.ends_at > now():
        glass.ended_at = now()
        changed.append("ended_at")
        withdraw(Resident, glass.pk)
    glass.save(update_fields=changed)
    return glass


def must_be_cleared(person: Person) -> None:
    """Raise ``Refused`` when the clearance of ``person`` has ended: no grant opens anything then."""
    if not person.is_cleared(now()):
        raise Refused("Your background clearance has ended, so no record opens to you. Call your supervisor.")


def closed_record(code: str, by: Person) -> Resident:
    """Return the young person with exactly this code or case number, whose record is closed to ``by``.

    Raises ``Refused`` when there is none, when ``by`` is barred from it, and when it is open already.
    """
    code = code.strip().upper()
    with reading("emergency"):
        found = Resident.objects.filter(code=code).first()
        found = found or Resident.objects.filter(cases__number__iexact=code).first()
    barred = barred_from(by)  # asked also when there is nobody: the same work for both
    if found is None or found.pk in barred:
        raise Refused(UNKNOWN, field="code")
    if rights_on(by, found):
        raise Refused("This record is open to you already. You find it in the list of residents.", field="code")
    return found
