"""Exits that are tried in each shift, and drills."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from placement.database.context import set_reason
from placement.facilities.models import Drill, DrillStaff, DrillYoung, Exit, ExitCheck, Facility, Shift
from residents.models import Resident


@dataclass(frozen=True)
class Tried:
    """How one exit was found. ``alarm_works`` is None where there is no alarm; ``wrong`` says what is not as it should be."""

    exit: Exit
    opens: bool
    unblocked: bool
    alarm_works: bool | None
    wrong: str = ""


@operation("tried the exits")
def check_exits(shift: Shift, tried: Collection[Tried], *, by: Person) -> list[ExitCheck]:
    """Write down how exits of the home were found just now, in the shift that goes on.

    Raises ``Refused`` for no exit at all, a signed shift and a fault without words, and ``Facility.DoesNotExist`` for whoever
    works no shifts there.
    """
    home = Facility.objects.visible_to(by, Can.WORK_SHIFT).get(pk=shift.facility_id)
    if not tried:
        raise Refused("Try at least one exit and say how it is.")
    return ExitCheck.objects.bulk_create(
        ExitCheck(
            exit=each.exit,
            facility=home,
            shift=shift,
            opens=each.opens,
            unblocked=each.unblocked,
            alarm_works=each.alarm_works,
            wrong=each.wrong,
            checked_by=by,
        )
        for each in tried
    )


@operation("amended the check of an exit")
def amend_exit_check(
    check: ExitCheck,
    *,
    opens: bool,
    unblocked: bool,
    alarm_works: bool | None,
    reason: str,
    by: Person,
    wrong: str = "",
) -> ExitCheck:
    """Say beside a check how the exit really was, with a ``reason``; the first text stays, and so does a danger that it names.

    Raises ``Refused`` without a reason and for a fault without words, and ``ExitCheck.DoesNotExist`` without the right.
    """
    check = ExitCheck.objects.visible_to(by, Can.WORK_SHIFT).get(pk=check.pk, amends=None)
    if not reason.strip():
        raise Refused("Say why you amend this check.", field="reason")
    set_reason(reason)
    return ExitCheck.objects.create(
        exit_id=check.exit_id,
        facility_id=check.facility_id,
        shift_id=check.shift_id,
        opens=opens,
        unblocked=unblocked,
        alarm_works=alarm_works,
        wrong=wrong,
        checked_by=by,
        amends=check,
        reason=reason,
    )


@operation("wrote down a drill")
def record_drill(
    facility: Facility,
    *,
    kind: str,
    held_at: datetime,
    seconds: int,
    staff: Collection[Person],
    young: Collection[Resident],
    by: Person,
    shift: Shift | None = None,
    not_out: Collection[Resident] = (),
    why_not: str = "",
    problems: str = "",
    follow_up: str = "",
) -> Drill:
    """Write down a drill at ``held_at`` (aware) that took ``seconds`` until everybody was out, or safe.

    ``not_out`` names those of ``young`` who did not get out, and ``why_not`` says why. Raises ``Refused`` for a time to come,
    and for one more than 31 days ago, for nobody of the staff, for a problem without what will be done, and for somebody who
    did not live or work there then.
    """
    home = Facility.objects.visible_to(by, Can.WORK_SHIFT).get(pk=facility.pk)
    if held_at > now():
        raise Refused("This time has not come yet. Give the time when the drill began.", field="held_at")
    if not staff:
        raise Refused("Say who of the staff took part.", field="staff")
    if not_out and not why_not.strip():
        raise Refused("Say why somebody did not get out.", field="why_not")
    drill = Drill.objects.create(
        facility=home,
        shift=shift,
        kind=kind,
        held_at=held_at,
        seconds=seconds,
        all_out=not not_out,
        problems=problems,
        follow_up=follow_up,
        written_by=by,
    )
    left = {resident.pk for resident in not_out}
    DrillYoung.objects.bulk_create(
        DrillYoung(drill=drill, resident=one, got_out=one.pk not in left, why_not=why_not if one.pk in left else "")
        for one in young
    )
    DrillStaff.objects.bulk_create(DrillStaff(drill=drill, person=one) for one in staff)
    return drill


@operation("amended a drill")
def amend_drill(
    drill: Drill,
    *,
    seconds: int,
    reason: str,
    by: Person,
    not_out: Collection[Resident] = (),
    why_not: str = "",
    problems: str = "",
    follow_up: str = "",
) -> Drill:
    """Say beside a drill how it really went, with a ``reason``; the first text stays readable.

    ``not_out`` are those who did not get out, and ``why_not`` says why. Raises ``Refused`` without a reason, for a problem
    without what will be done, and for somebody who did not live there then; ``Drill.DoesNotExist`` without the right.
    """
    drill = Drill.objects.visible_to(by, Can.WORK_SHIFT).get(pk=drill.pk, amends=None)
    if not reason.strip():
        raise Refused("Say why you amend this drill.", field="reason")
    if not_out and not why_not.strip():
        raise Refused("Say why somebody did not get out.", field="why_not")
    set_reason(reason)
    amendment = Drill.objects.create(
        facility_id=drill.facility_id,
        shift_id=drill.shift_id,
        kind=drill.kind,
        held_at=drill.held_at,
        seconds=seconds,
        all_out=not not_out,
        problems=problems,
        follow_up=follow_up,
        written_by=by,
        amends=drill,
        reason=reason,
    )
    DrillYoung.objects.bulk_create(
        DrillYoung(drill=amendment, resident=one, got_out=False, why_not=why_not) for one in not_out
    )
    return amendment
