"""Going out: asked for, decided by somebody else, and the return written down."""

from datetime import datetime, timedelta

from django.utils import timezone

from placement.access.models import Person
from placement.access.rights import Can
from placement.access.visible import rights_on
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused, sentence_of
from placement.facilities.models import Leave, PassRequest, Placement
from placement.facilities.operations.placements import Status, standing
from placement.facilities.operations.stays import grant_leave, lived_in
from placement.facilities.queries.rounds import IN_THE_HOUSE
from placement.facilities.queries.shifts import shift_at
from residents import operations as residents
from residents.models import CareEntry, OutsidePerson

LEAVE_OF = {PassRequest.Kind.OUTING: Leave.Kind.OUTING, PassRequest.Kind.VISIT: Leave.Kind.VISIT}
BEGUN = timedelta(hours=1)  # how long ago a pass may have begun that is asked for or decided
NOT_ALLOWED = "Contact with this person is not allowed."


@operation("asked for a pass")
def ask_pass(
    placement: Placement,
    *,
    kind: str,
    where: str,
    transport: str,
    starts_at: datetime,
    ends_at: datetime,
    by: Person,
    outside_person: OutsidePerson | None = None,
    company: str = "",
    own_wish: bool = True,
) -> PassRequest:
    """Ask that a young person may go ``where`` from ``starts_at`` to ``ends_at`` (aware), with somebody or alone.

    For who works in the home, and the caseworker. Raises ``Refused`` without with whom, for a time that has begun, for
    somebody missing, for company that is not allowed, and without who goes along where somebody has to be present.
    """
    mine = Placement.objects.visible_to(by, Can.LOG_CARE).visible_to(by, Can.WORK_SHIFT)
    asked = (mine | Placement.objects.visible_to(by, Can.PROPOSE_PLACEMENT)).select_related("facility")
    placement = asked.get(pk=placement.pk)
    if placement.status != Status.ACTIVE:
        raise Refused(standing(placement))
    if ends_at <= starts_at:
        raise Refused("They can't come back before they leave.", field="ends_at")
    if starts_at < now() - BEGUN:
        raise Refused(sentence_of("pass_comes_before_it_starts"), field="starts_at")
    if ends_at <= now():
        raise Refused("This time has passed. Give a time that is still to come.", field="ends_at")
    if outside_person is None and not company.strip():
        raise Refused("Say with whom, or that they go alone.", field="company")
    if outside_person is not None:
        outside_person = OutsidePerson.objects.visible_to(by, Can.VIEW_CARE_PROFILE).get(
            pk=outside_person.pk, resident=placement.resident_id
        )
        if outside_person.permission == OutsidePerson.Permission.PROHIBITED:
            raise Refused(NOT_ALLOWED, field="outside_person")
        if outside_person.permission == OutsidePerson.Permission.SUPERVISED and not company.strip():
            raise Refused(sentence_of("supervised_pass_names_who_goes_along"), field="company")
    made = PassRequest.objects.create(
        placement=placement,
        resident_id=placement.resident_id,
        kind=kind,
        where=where.strip(),
        transport=transport.strip(),
        outside_person=outside_person,
        company=company.strip(),
        starts_at=starts_at,
        ends_at=ends_at,
        own_wish=own_wish,
        asked_by=by,
    )
    made.refresh_from_db(fields=["overnight", "asked_at", "resident"])
    return made


@operation("decided about a pass")
def decide_pass(asked: PassRequest, *, decision: str, by: Person, reason: str = "") -> PassRequest:
    """Approve a pass, which grants the leave, or decline it with a ``reason``.

    The home's administrator decides about a day, the supervisor also about a night. Raises ``Refused`` for whoever asked,
    a second decision, a pass that was withdrawn or has begun, somebody missing, and a decline without a reason.
    """
    lived_in(by).get(pk=asked.placement_id)
    row = PassRequest.objects.visible_to(by, Can.VIEW_CARE_PROFILE).locked().get(pk=asked.pk)
    if row.decision:
        raise Refused("Somebody has decided about this already. Nothing was changed.")
    if row.withdrawn_at:
        raise Refused(f"{row.withdrawn_by} has withdrawn this pass.")
    if why := why_not(row, by):
        raise Refused(why)
    row.decision, row.decided_by, row.decided_at, row.decision_reason = decision, by, now(), reason.strip()
    if decision == PassRequest.Decision.APPROVED:
        if row.starts_at < now() - BEGUN or row.ends_at <= now():
            raise Refused("This time has begun or passed. You can only decline.")
        if row.outside_person and row.outside_person.permission == OutsidePerson.Permission.PROHIBITED:
            raise Refused(f"{NOT_ALLOWED} You can only decline.")
        row.leave = grant_leave(
            row.placement,
            kind=LEAVE_OF[PassRequest.Kind(row.kind)],
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            where=f"{row.where}, with {row.whom}"[:200],
            by=by,
        )
    elif not row.decision_reason:
        raise Refused("Say why you decline.", field="reason")
    row.save(update_fields=["decision", "decided_by", "decided_at", "decision_reason", "leave"])
    return row


@operation("withdrew a pass")
def withdraw_pass(asked: PassRequest, *, reason: str, by: Person) -> PassRequest:
    """Take back a pass before the young person leaves. An approved one ends its leave.

    For whoever asked, the home's administrator and the supervisor, also over night. Raises ``Refused`` for anybody else,
    for a pass that was declined, has begun or is over, and without a ``reason``.
    """
    row = PassRequest.objects.visible_to(by, Can.VIEW_CARE_PROFILE).locked().get(pk=asked.pk)
    if row.asked_by_id != by.pk and not lived_in(by).filter(pk=row.placement_id).exists():
        raise Refused(sentence_of("pass_is_withdrawn_by_who_answers_for_it"))
    if row.withdrawn_at:
        raise Refused(f"{row.withdrawn_by} has withdrawn this pass already.")
    if not row.may_be_withdrawn:
        raise Refused(sentence_of("pass_is_withdrawn_before_it_starts"))
    if not reason.strip():
        raise Refused("Say why.", field="reason")
    row.withdrawn_by, row.withdrawn_at, row.withdrawn_why = by, now(), reason.strip()
    row.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_why"])
    return row


def why_not(asked: PassRequest, by: Person) -> str:
    """Return why ``by``, who answers for the stay, may not decide about this pass; empty when they may."""
    if asked.asked_by_id == by.pk:
        return "You asked for this pass, so somebody else must decide."
    if asked.overnight and Can.APPROVE_PLACEMENT not in rights_on(by, asked.resident):
        return "This is over night, so the supervisor decides."
    return ""


@operation("wrote down the return from a pass")
def log_return(asked: PassRequest, *, happened_at: datetime, by: Person, note: str = "") -> PassRequest:
    """Write down that a young person is back since ``happened_at`` (aware): a head count in the house.

    The leave ends with it when they came early. Raises ``Refused`` for a pass that was not approved, a second return, and
    a time before they left or to come.
    """
    seen = PassRequest.objects.visible_to(by, Can.LOG_CARE).visible_to(by, Can.WORK_SHIFT)
    row = seen.locked().select_related("placement__facility").get(pk=asked.pk)
    if row.leave is None or row.withdrawn_at:
        raise Refused("This pass was not approved.")
    if row.returned_at is not None:
        raise Refused("The return is written down already.")
    if happened_at <= row.starts_at:
        raise Refused("This is before they left. Check the day and the time.", field="happened_at")
    home = row.placement.facility
    shift = shift_at(home, happened_at)
    residents.log_care(
        row.resident,
        facility=home,
        shift=shift,
        kind=CareEntry.Kind.HEAD_COUNT,
        outcome=IN_THE_HOUSE,
        note=f"Back from {row.where}. {note.strip()}".strip(),
        happened_at=happened_at,
        reason=f"Back from a pass at {timezone.localtime(happened_at, home.zone):%H:%M}."
        if shift and shift.signed_at
        else "",
        by=by,
    )
    if happened_at < row.leave.ends_at:
        row.leave.ends_at = happened_at
        row.leave.save(update_fields=["ends_at"])
    row.returned_at, row.return_by, row.return_note = happened_at, by, note.strip()
    row.save(update_fields=["returned_at", "return_by", "return_note"])
    return row
