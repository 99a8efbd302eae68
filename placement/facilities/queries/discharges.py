"""What pages ask about discharges that a caseworker has proposed."""

from dataclasses import dataclass
from typing import Any

from placement.audit.clock import now
from placement.facilities.models import Discharge, DischargeProposal, Placement
from placement.ui.dates import moment_name


@dataclass(frozen=True)
class Proposed:
    """A proposed discharge, and what became of it: ``kind`` is that of the tag."""

    plan: DischargeProposal
    waits: bool
    standing: str
    kind: str = ""


def newest_proposal(placement: Placement, discharge: Discharge | None) -> Proposed | None:
    """Return the newest proposed discharge of the stay. ``discharge``: how the stay ended, when that is written down."""
    plan = placement.discharge_proposals.select_related("proposed_by", "withdrawn_by").first()
    if plan is None:
        return None
    if plan.withdrawn_at:
        return Proposed(plan, False, "Withdrawn")
    if placement.status == Placement.Status.ACTIVE:
        return Proposed(plan, True, "Waits for the home", "due")
    if discharge and discharge.proposal_id == plan.pk:
        return Proposed(plan, False, "Carried out", "good")
    return Proposed(plan, False, "The stay ended in another way")


def as_proposed(proposal: DischargeProposal) -> dict[str, Any]:
    """Return what the form of the discharge says before anybody has changed it; the time of leaving has come by then."""
    plan = ("to", "reason", "after_care", "after_care_contact", "first_check_on")
    return {name: getattr(proposal, name) for name in plan} | {"at": min(proposal.leaves_at, now())}


def lead(placement: Placement, proposal: DischargeProposal) -> str:
    """Return who proposed the discharge and for when, for whoever writes it."""
    when = moment_name(proposal.leaves_at, placement.facility.zone)
    return f"{proposal.proposed_by} proposed this plan, to leave {when}. Change what turned out otherwise."
