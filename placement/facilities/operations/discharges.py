"""The caseworker proposes how a stay ends; whoever ends it is somebody else (``stays.discharge``)."""

from datetime import date, datetime

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from placement.facilities.models import DischargeProposal, Placement
from placement.facilities.operations.placements import Status, standing


@operation("proposed a discharge")
def propose_discharge(
    placement: Placement,
    *,
    leaves_at: datetime,
    to: str,
    reason: str,
    after_care: str,
    after_care_contact: str,
    first_check_on: date,
    by: Person,
) -> DischargeProposal:
    """Plan the end of a stay at ``leaves_at`` (aware). The home's administrator or the supervisor writes the discharge.

    For the caseworker of the case; anybody else gets ``Placement.DoesNotExist``. Raises ``Refused`` for a stay that is
    not going on, while another proposal waits, for a time that has passed, a first check before it, and empty texts.
    """
    proposable = Placement.objects.visible_to(by, Can.PROPOSE_PLACEMENT)
    placement = proposable.select_related("facility").locked().get(pk=placement.pk)
    if placement.status != Status.ACTIVE:
        raise Refused(standing(placement))
    if waiting := waiting_proposal(placement):
        raise Refused(f"{waiting.proposed_by.name} has proposed a discharge already. Withdraw that one first.")
    must_be_planned(reason, after_care, after_care_contact)
    if leaves_at <= now():
        raise Refused("This time has passed. Give a time that is still to come.", field="leaves_at")
    must_check_after(placement, leaves_at, first_check_on)
    return DischargeProposal.objects.create(
        placement=placement,
        resident_id=placement.resident_id,
        leaves_at=leaves_at,
        to=to,
        reason=reason,
        after_care=after_care,
        after_care_contact=after_care_contact,
        first_check_on=first_check_on,
        proposed_by=by,
        proposed_at=now(),
    )


@operation("withdrew a proposed discharge")
def withdraw_discharge_proposal(proposal: DischargeProposal, *, reason: str, by: Person) -> DischargeProposal:
    """Take back a proposed discharge that still waits; ``reason`` stays with it.

    For the caseworker of the case; anybody else gets ``Placement.DoesNotExist``. Raises ``Refused`` after the stay has
    ended, for one that was withdrawn before, and without a reason.
    """
    placement = Placement.objects.visible_to(by, Can.PROPOSE_PLACEMENT).locked().get(pk=proposal.placement_id)
    if placement.status != Status.ACTIVE:
        raise Refused(standing(placement))
    proposal = DischargeProposal.objects.locked().get(pk=proposal.pk)
    if proposal.withdrawn_at:
        raise Refused("This proposal was withdrawn already.")
    if not reason.strip():
        raise Refused("Say why you withdraw it.", field="reason")
    proposal.withdrawn_by, proposal.withdrawn_at, proposal.withdrawn_why = by, now(), reason
    proposal.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_why"])
    return proposal


def waiting_proposal(placement: Placement) -> DischargeProposal | None:
    """Return the proposed discharge that waits in this stay, if there is one."""
    waiting = DischargeProposal.objects.filter(placement=placement, placement__status=Status.ACTIVE, withdrawn_at=None)
    return waiting.select_related("proposed_by").first()


def must_be_planned(reason: str, after_care: str, after_care_contact: str) -> None:
    """Raise ``Refused`` unless it is said why the stay ends, what happens afterwards, and who stays in touch."""
    for field, text, sentence in (
        ("reason", reason, "Say why the stay ends."),
        ("after_care", after_care, "Write what happens after the young person has left."),
        ("after_care_contact", after_care_contact, "Say who stays in touch with the young person."),
    ):
        if not text.strip():
            raise Refused(sentence, field=field)


def must_check_after(placement: Placement, leaves_at: datetime, first_check_on: date) -> None:
    """Raise ``Refused`` for a first check before the day of leaving, by the home's calendar."""
    if first_check_on < leaves_at.astimezone(placement.facility.zone).date():
        raise Refused("The first check can't be before the young person leaves.", field="first_check_on")
