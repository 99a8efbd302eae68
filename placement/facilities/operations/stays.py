"""From the arrival to the end of a stay: the home reads the safety history before it admits."""

from datetime import date, datetime, timedelta
from typing import Any

from placement.access.models import Person
from placement.access.permissions import give_groups, group_name, withdraw
from placement.access.rights import RESIDENT_RIGHTS, Can, Role
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from placement.database.context import set_reason
from placement.facilities.models import Discharge, Leave, Placement
from placement.facilities.operations.discharges import must_be_planned, must_check_after, waiting_proposal
from placement.facilities.operations.matching import hold_for_arrival
from placement.facilities.operations.placements import END_PASSED, Status, must_be_signed, standing
from placement.facilities.safety import Facts, facts_of
from residents.models import Resident

MOVED = "Moved to another bed or home"
TOLD_LATE = timedelta(hours=24)
ADDED_MEANWHILE = (
    "Something was added to the safety history since you opened this page. It is marked as new. Read it and sign again."
)
ASK_FOR_SIGNATURE = (
    " Ask the caseworker or the supervisor of the young person to sign on the page of this placement."
    " Then read what is new in the safety history."
)


@operation("signed that the home has read the safety history")
def read_safety_history(placement: Placement, *, by: Person, mark: str | None = None) -> Placement:
    """Sign for the receiving home, and again whenever something was added after a signature.

    Args:
        mark: the version that was read (``placement.facilities.safety``); the newest unless given.

    Raises ``Refused`` before approval, for an older ``mark``, and when somebody has signed for the newest already.
    """
    placement = of_the_home(by).select_related("safety_read_by").locked().get(pk=placement.pk)
    facts = facts_of(placement)
    if placement.safety_read_by and not is_stale(placement, facts):
        raise Refused(f"{placement.safety_read_by.name} has already signed for the home.")
    if placement.status != Status.APPROVED:
        raise Refused(standing(placement))
    if mark is not None and mark != facts.mark:
        raise Refused(ADDED_MEANWHILE)
    placement.safety_read_by, placement.safety_read_at = by, now()
    placement.save(update_fields=["safety_read_by", "safety_read_at"])
    return placement


@operation("admitted the young person")
def admit(placement: Placement, *, at: datetime, by: Person) -> Placement:
    """Record the arrival at ``at`` (aware). A stay elsewhere ends at the same moment: that is a move.

    The rights of the old home end and those of the new one begin in the same transaction, in six statements.
    Raises ``Refused`` before approval, before the safety history was read, for a time to come, while a warning about
    those who live there lacks a signature, and by every rule of the licence and of the fire clearance.
    """
    wanted = of_the_home(by).filter(pk=placement.pk)
    going_on = Placement.objects.filter(status=Status.ACTIVE, resident=placement.resident_id)
    found = list((wanted | going_on).select_related("resident", "referral").locked())
    new = next((row for row in found if row.pk == placement.pk), None)
    if new is None:
        raise Placement.DoesNotExist
    old = next((row for row in found if row.pk != placement.pk and row.status == Status.ACTIVE), None)
    if new.status != Status.APPROVED:
        raise Refused(standing(new))
    if new.safety_read_at is None:
        raise Refused(
            "Somebody of the home must sign that they have read the safety history before the young person arrives."
        )
    if new.ends_at and at >= new.ends_at:
        raise Refused(END_PASSED, field="at")
    if at > now() + timedelta(minutes=5):
        raise Refused("The admission time has not come yet. Give the time of arrival.", field="at")
    if at < new.safety_read_at.replace(second=0, microsecond=0):
        raise Refused("The safety history was read after this time. Give the real time of arrival.", field="at")
    if new.referral:
        must_be_signed(*hold_for_arrival(new, new.referral, by, at), advice=ASK_FOR_SIGNATURE)
    if old:
        if at <= old.starts_at:
            raise Refused("The stay before this one began later than that. Give the real time of arrival.", field="at")
        old.status, old.ends_at, old.end_reason = Status.ENDED, at, MOVED
        old.save(update_fields=["status", "ends_at", "end_reason"])
    new.status, new.starts_at, new.admitted_by = Status.ACTIVE, at, by
    new.save(update_fields=["status", "starts_at", "admitted_by"])
    give_groups(
        new.resident,
        {group_name("home", new.facility_id, role): RESIDENT_RIGHTS[role] for role in (Role.STAFF, Role.INSPECTOR)},
        grant=new.pk,
        starts_at=now(),
    )
    if old:
        withdraw(Resident, old.pk)
    return new


@operation("discharged the young person")
def discharge(
    placement: Placement,
    *,
    at: datetime,
    to: str,
    reason: str,
    after_care: str,
    after_care_contact: str,
    first_check_on: date,
    by: Person,
    late_reason: str = "",
) -> Discharge:
    """End a stay at ``at`` (aware) with an after-care plan; the home's rights on the record end with it.

    For the home's administrator or the supervisor, but not for whoever proposed this discharge. A proposal that waits
    is carried out by it. Raises ``Refused`` for them, for a stay that is not going on, a time that has
    not come or before something that was logged there, a first check before the end, an empty reason or plan, and
    without ``late_reason`` when it is told more than a day later.
    """
    placement = lived_in(by).select_related("facility").locked().get(pk=placement.pk)
    if placement.status != Status.ACTIVE:
        raise Refused(standing(placement))
    proposal = waiting_proposal(placement)
    if proposal and proposal.proposed_by_id == by.pk:
        raise Refused("You proposed this discharge, so somebody else must write it.")
    must_be_planned(reason, after_care, after_care_contact)
    if at <= placement.starts_at:
        raise Refused("The stay can't end before it starts.", field="at")
    if at > now() + timedelta(minutes=5):
        raise Refused("This time has not come yet. Give the time when the young person left.", field="at")
    if now() - at > TOLD_LATE and not late_reason.strip():
        raise Refused("This was more than a day ago. Say why it is written down only now.", field="late_reason")
    must_check_after(placement, at, first_check_on)
    placement.status, placement.ends_at, placement.end_reason = Status.ENDED, at, reason
    placement.save(update_fields=["status", "ends_at", "end_reason"])
    told = Discharge.objects.create(
        placement=placement,
        resident_id=placement.resident_id,
        proposal=proposal,
        to=to,
        reason=reason,
        after_care=after_care,
        after_care_contact=after_care_contact,
        first_check_on=first_check_on,
        written_by=by,
        written_at=now(),
        late_reason=late_reason.strip(),
    )
    withdraw(Resident, placement.pk)
    return told


@operation("changed the planned end of a stay")
def extend_stay(placement: Placement, *, ends_at: datetime | None, reason: str, by: Person) -> Placement:
    """Give a stay that goes on another planned end (aware), or none; ``reason`` is kept in the history.

    For the supervisor, but not for whoever proposed the placement. Raises ``Refused`` for them, without a reason, for an
    end that has passed, and by the rules of homes, beds and separations for the longer time.
    """
    placement = Placement.objects.visible_to(by, Can.APPROVE_PLACEMENT).locked().get(pk=placement.pk)
    if placement.status != Status.ACTIVE:
        raise Refused(standing(placement))
    if placement.proposed_by_id == by.pk:
        raise Refused("You proposed this placement, so somebody else must change its end.")
    if not reason.strip():
        raise Refused("Say why the stay ends later.", field="reason")
    if ends_at is not None and ends_at <= now():
        raise Refused("This time has passed. Give a planned end that is still to come, or none.", field="ends_at")
    set_reason(reason.strip())
    placement.ends_at = ends_at
    placement.save(update_fields=["ends_at"])
    return placement


@operation("granted a leave")
def grant_leave(
    placement: Placement, *, kind: str, starts_at: datetime, ends_at: datetime, where: str, by: Person
) -> Leave:
    """Grant a planned absence during a stay. Raises ``Refused`` outside the stay, and for overlapping leaves."""
    placement = lived_in(by).locked().get(pk=placement.pk)
    if placement.status != Status.ACTIVE:
        raise Refused(standing(placement))
    if ends_at <= starts_at:
        raise Refused("The leave can't end before it starts.", field="ends_at")
    if starts_at < placement.starts_at:
        raise Refused("The leave can't start before the stay.", field="starts_at")
    if placement.ends_at and ends_at > placement.ends_at:
        raise Refused("The stay ends before this leave does.", field="ends_at")
    return Leave.objects.create(
        placement=placement,
        resident_id=placement.resident_id,
        kind=kind,
        starts_at=starts_at,
        ends_at=ends_at,
        where=where,
        approved_by=by,
    )


def is_stale(placement: Placement, facts: Facts) -> bool:
    """Return whether something was added to the safety history after the signature under it."""
    read, changed = placement.safety_read_at, facts.changed_at
    return read is not None and changed is not None and changed > read


def of_the_home(by: Person) -> Any:
    """Return the placements into homes that ``by`` runs, of young people whom ``by`` may accept."""
    return Placement.objects.visible_to(by, Can.ACCEPT_PLACEMENT).visible_to(by, Can.MANAGE_FACILITY)


def lived_in(by: Person) -> Any:
    """Return the placements whose stay ``by`` may end or interrupt: the home's administrator, or the supervisor."""
    return of_the_home(by) | Placement.objects.visible_to(by, Can.APPROVE_PLACEMENT)
