"""Conflicts of interest: who is barred from a record, who lifts that, and who judges it from outside."""

from placement.access.models import Person
from placement.access.rights import Can
from placement.access.visible import bars_to_judge
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from residents.models import ConflictOfInterest, Resident
from residents.operations.guard import must


@operation("barred a person from the record")
def bar_from_record(resident: Resident, person: Person, *, reason: str, by: Person) -> ConflictOfInterest:
    """Bar ``person`` from the record from now on, whatever else gives them access. Nothing that they hold is taken back.

    When it bars a supervisor, those who judge it are told by My work, in the same transaction.

    Raises ``Refused`` without a reason and for somebody who is barred already.
    """
    must(by, resident, Can.ASSIGN_TEAM)
    return _bar(resident, person, reason, by)


@operation("declared an own conflict of interest")
def declare_own_conflict(resident: Resident, *, reason: str, by: Person) -> ConflictOfInterest:
    """Bar oneself from a record that one sees; only somebody else can lift it. Raises ``Refused`` without a reason."""
    must(by, resident, Can.VIEW_CODE)
    return _bar(resident, by, reason, by)


@operation("lifted the bar from the record")
def lift_bar(conflict: ConflictOfInterest, *, reason: str, by: Person) -> ConflictOfInterest:
    """End the bar now: the person has again what other facts give them, and no more.

    Raises ``Refused`` without a reason and when it is lifted already; the barred person never sees it.
    """
    must(by, conflict.resident, Can.ASSIGN_TEAM)
    conflict = ConflictOfInterest.objects.visible_to(by, Can.ASSIGN_TEAM).locked().get(pk=conflict.pk)
    if conflict.ends_at is not None:
        raise Refused("This was lifted already. Nothing was changed.")
    conflict.ends_at, conflict.ended_by, conflict.end_reason = now(), by, reason.strip()
    conflict.save(update_fields=["ends_at", "ended_by", "end_reason"])
    return conflict


@operation("judged a bar from the record")
def judge_bar(conflict: ConflictOfInterest, *, judgement: str, reason: str, by: Person) -> ConflictOfInterest:
    """Say whether it was right to bar a supervisor, and why; a bar that was not ends with that.

    Raises ``ConflictOfInterest.DoesNotExist`` for whom the database does not name as a judge, ``Refused`` without a reason
    and for a second time.
    """
    if conflict.pk not in bars_to_judge(by):
        raise ConflictOfInterest.DoesNotExist
    conflict = ConflictOfInterest.objects.locked().get(pk=conflict.pk)
    if conflict.judgement:
        raise Refused("Somebody has judged this already. Nothing was changed.")
    reason, moment = reason.strip(), now()
    conflict.judgement, conflict.judged_by, conflict.judged_at, conflict.judgement_reason = (
        judgement,
        by,
        moment,
        reason,
    )
    changed = ["judgement", "judged_by", "judged_at", "judgement_reason"]
    if judgement == ConflictOfInterest.Judgement.LIFTED and conflict.ends_at is None:
        conflict.ends_at, conflict.ended_by, conflict.end_reason = moment, by, reason
        changed += ["ends_at", "ended_by", "end_reason"]
    conflict.save(update_fields=changed)
    return conflict


def _bar(resident: Resident, person: Person, reason: str, by: Person) -> ConflictOfInterest:
    return ConflictOfInterest.objects.create(
        resident=resident, person=person, reason=reason.strip(), declared_by=by, starts_at=now()
    )
