"""From a proposal to the decision about it: who proposes never approves."""

from datetime import datetime, timedelta
from typing import Any

from placement.access.models import Person
from placement.access.permissions import give_groups, group_name, withdraw
from placement.access.rights import RESIDENT_RIGHTS, Can, Role
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from placement.database.context import reading
from placement.facilities.matching import Result, Span, State
from placement.facilities.matching.load import stays_of_others
from placement.facilities.models import Bed, Override, Placement, PlacementDecision, Referral
from placement.facilities.operations.matching import (
    Signatures,
    hold_against,
    hold_all_against,
    sign_warning,
    signatures_on,
    store_matches,
)
from placement.facilities.operations.referrals import free_held_beds, to_change
from residents.models import Resident

Status = Placement.Status
BED_TAKEN = (
    "This bed is taken or held for part of that time. Somebody may have been faster."
    " Choose another bed or another time."
)
END_PASSED = "The planned end of this stay has passed. Withdraw it and propose another one."


@operation("proposed a placement")
def propose_placement(
    referral: Referral,
    *,
    bed: Bed,
    starts_at: datetime,
    reason: str,
    by: Person,
    young_persons_view: str = "",
    ends_at: datetime | None = None,
    override: Override | None = None,
    signing: dict[str, str] | None = None,
) -> Placement:
    """Propose ``bed`` from ``starts_at`` (aware) for the referral, and write the decision record.

    The record holds every home that was considered with all its criteria, the signed warnings, the choice and why.
    An approved exception in force is found by itself when ``override`` is not given. ``signing``: the reason under
    each warning that ``by`` signs with it, by the key of its signature. Raises ``Refused`` when a hard
    criterion fails, when a warning is not signed, when the bed is taken, or when the referral is not open any more.
    """
    referral = to_change(referral, by)
    if referral.status != Referral.Status.OPEN:
        raise Refused(where_it_stands(referral))
    if not reason.strip():
        raise Refused("Say why this home was chosen.", field="reason")
    if starts_at < now() - timedelta(days=1):
        raise Refused("This day has passed. Give the day and time of the planned arrival.", field="starts_at")
    if ends_at and ends_at <= starts_at:
        raise Refused("The stay can't end before it starts.", field="ends_at")
    bed = Bed.objects.visible_to(by, Can.VIEW_FACILITY).select_related("facility").locked().get(pk=bed.pk)
    span = Span(starts_at, ends_at)
    with reading("matching"):
        taken = stays_of_others([bed.facility_id], referral.resident_id, span, bed=bed.pk)
    if taken:
        raise Refused(BED_TAKEN, field="bed")
    if signing:
        must_fit(hold_against(referral, by, bed.facility_id, span=span, bed=bed.pk))
    for criterion, why in (signing or {}).items():
        sign_warning(referral, bed.facility, criterion=criterion, reason=why, by=by, span=span, bed=bed.pk)
    results = hold_all_against(referral, by, span=span, bed=bed)
    chosen = next(result for result in results if result.home.id == bed.facility_id)
    signed = signatures_on(referral)
    must_fit(chosen)
    must_be_signed(chosen, signed, before_proposal=True)
    if override is None:
        override = exception_in_force(referral, bed.facility_id, starts_at)
    store_matches(referral, results)
    moment = now()
    decision = PlacementDecision.objects.create(
        referral=referral,
        considered=[as_considered(result, signed) for result in results],
        chosen=bed.facility,
        reason=reason,
        young_persons_view=young_persons_view,
        chosen_by=by,
        chosen_at=moment,
    )
    placement = Placement.objects.create(
        resident_id=referral.resident_id,
        bed=bed,
        facility=bed.facility,
        referral=referral,
        decision=decision,
        override=override,
        starts_at=starts_at,
        ends_at=ends_at,
        proposed_by=by,
        proposed_at=moment,
    )
    referral.status = Referral.Status.PROPOSED
    referral.save(update_fields=["status"])
    return placement


@operation("approved a placement")
def approve_placement(placement: Placement, *, reason: str, by: Person) -> Placement:
    """Approve a proposal. The home is held against the referral once more; its administrator may read the record now.

    Raises ``Refused`` for the person who proposed, after somebody else's decision, and when the home fits no longer.
    """
    placement = to_decide(placement, by, reason)
    if placement.ends_at and placement.ends_at <= now():
        raise Refused(END_PASSED)
    if placement.referral:
        span = Span(max(placement.starts_at, now()), placement.ends_at)
        result = hold_against(placement.referral, by, placement.facility_id, span=span, bed=placement.bed_id)
        must_fit(result)
        must_be_signed(result, signatures_on(placement.referral))
    decide(placement, Status.APPROVED, reason, by)
    if placement.referral:
        free_held_beds(placement.referral)
        move_referral(placement, Referral.Status.PLACED)
    give_groups(
        placement.resident,
        {group_name("home", placement.facility_id, Role.ADMIN): RESIDENT_RIGHTS[Role.ADMIN]},
        grant=placement.pk,
        starts_at=now(),
    )
    return placement


@operation("declined a placement")
def decline_placement(placement: Placement, *, reason: str, by: Person) -> Placement:
    """Decline a proposal; the referral looks for a home again. Raises ``Refused`` as ``approve_placement`` does."""
    placement = to_decide(placement, by, reason)
    decide(placement, Status.DECLINED, reason, by)
    move_referral(placement, Referral.Status.OPEN)
    return placement


@operation("withdrew a placement")
def withdraw_placement(placement: Placement, *, reason: str, by: Person) -> Placement:
    """Take back a proposal or an approved placement before arrival; what the home could read, it can read no more."""
    placement = (
        Placement.objects.visible_to(by, Can.PROPOSE_PLACEMENT).select_related("referral").locked().get(pk=placement.pk)
    )
    if placement.status not in (Status.PROPOSED, Status.APPROVED):
        raise Refused(standing(placement))
    if not reason.strip():
        raise Refused("Say why the placement is withdrawn.", field="reason")
    placement.status, placement.end_reason = Status.WITHDRAWN, reason
    placement.save(update_fields=["status", "end_reason"])
    move_referral(placement, Referral.Status.OPEN)
    withdraw(Resident, placement.pk)
    return placement


def to_decide(placement: Placement, by: Person, reason: str) -> Placement:
    """Return the proposal locked. Raises ``Refused`` when it is decided, when ``by`` proposed it, without a reason."""
    placement = (
        Placement.objects.visible_to(by, Can.APPROVE_PLACEMENT)
        .select_related("resident", "referral", "decided_by")
        .locked()
        .get(pk=placement.pk)
    )
    if placement.status != Status.PROPOSED:
        raise Refused(standing(placement))
    if placement.proposed_by_id == by.pk:
        raise Refused("You proposed this placement, so somebody else must decide about it.")
    if not reason.strip():
        raise Refused("Give the reason for the decision.", field="reason")
    return placement


def decide(placement: Placement, status: str, reason: str, by: Person) -> None:
    """Write the decision with its signature."""
    placement.status, placement.decided_by, placement.decided_at, placement.decision_reason = (
        status,
        by,
        now(),
        reason,
    )
    placement.save(update_fields=["status", "decided_by", "decided_at", "decision_reason"])


def move_referral(placement: Placement, status: str) -> None:
    """Bring the referral of ``placement`` to ``status``."""
    if placement.referral:
        placement.referral.status = status
        placement.referral.save(update_fields=["status"])


def standing(placement: Placement) -> str:
    """Return one sentence on what became of the placement, for somebody who comes too late."""
    who = placement.decided_by.name if placement.decided_by else ""
    return {
        Status.PROPOSED: "This placement still waits for a supervisor's decision.",
        Status.APPROVED: f"{who} has approved this placement. The next step is the arrival.",
        Status.DECLINED: f"{who} has declined this placement: {placement.decision_reason}",
        Status.WITHDRAWN: f"This placement was withdrawn: {placement.end_reason}",
        Status.ACTIVE: "The young person has already arrived.",
        Status.ENDED: "This stay has already ended.",
    }[Status(placement.status)]


def where_it_stands(referral: Referral) -> str:
    """Return one sentence on why nobody can propose a home for the referral now."""
    placement = referral.placements.select_related("proposed_by", "facility").order_by("-proposed_at").first()
    if referral.status == Referral.Status.PROPOSED and placement:
        return f"{placement.proposed_by.name} has already proposed {placement.facility.name}. It waits for a decision."
    return {
        Referral.Status.DRAFT: "Send the referral first.",
        Referral.Status.PLACED: "A placement for this referral is already approved.",
        Referral.Status.WITHDRAWN: "This referral was withdrawn.",
    }.get(Referral.Status(referral.status), "A placement for this referral is already proposed.")


def must_fit(result: Result) -> None:
    """Raise ``Refused`` with the sentences of the hard criteria that fail."""
    keys = {criterion.key for criterion in result.failed}
    if keys == {"bed"}:
        raise Refused(BED_TAKEN, field="bed")
    if keys:
        why = "; ".join(criterion.text for criterion in result.failed)
        raise Refused(
            f"{result.home.name} can't take this young person: {why}.", field="bed" if "bed" in keys else None
        )


def must_be_signed(result: Result, signed: Signatures, *, advice: str = "", before_proposal: bool = False) -> None:
    """Raise ``Refused`` while a warning lacks a signature; restricted facts are not named, whoever reads it.

    ``advice`` ends the sentence of the refusal: what its reader can do. ``before_proposal``: a supervisor signs what only a
    supervisor signs when the decision is made.
    """
    missing = [
        c.open_text or c.text
        for c in result.to_sign
        if (result.home.id, c.signature) not in signed and not (before_proposal and c.supervisor)
    ]
    if missing:
        some = "a warning" if len(missing) == 1 else f"{len(missing)} warnings"
        raise Refused(f"{result.home.name} has {some} that nobody has signed: {'; '.join(missing)}.{advice}")


def as_considered(result: Result, signed: Signatures) -> dict[str, Any]:
    """Return one home as the decision record keeps it: the criteria, and who signed which warning and why.

    Of a home that did not fit, the record keeps what ruled it out and the warnings.
    """
    kept = (State.FAILED, State.WARNED)
    return {
        "facility": str(result.home.id),
        "name": result.home.name,
        "kind": result.home.kind_name,
        "result": result.outcome,
        "rank": result.rank,
        "criteria": [
            criterion.as_data()
            | {
                "signed": [
                    {"by": each.signed_by.name, "reason": each.reason, "at": each.signed_at.isoformat()}
                    for each in signed.get((result.home.id, criterion.signature), [])
                ]
            }
            for criterion in result.criteria
            if result.fits or criterion.state in kept
        ],
    }


def exception_in_force(referral: Referral, facility: Any, at: datetime) -> Override | None:
    """Return the approved exception for this young person in this home at ``at``."""
    return (
        Override.objects.filter(
            resident=referral.resident_id, facility=facility, status=Override.Status.APPROVED, expires_at__gt=at
        )
        .order_by("-expires_at")
        .first()
    )
