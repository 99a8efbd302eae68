"""Every change that this app makes to the world, one function each."""

from placement.facilities.operations.addresses import change_address, reveal_address
from placement.facilities.operations.after_care import record_after_care_check
from placement.facilities.operations.discharges import propose_discharge, withdraw_discharge_proposal
from placement.facilities.operations.holds import hold_bed, release_hold
from placement.facilities.operations.homes import (
    add_bed,
    add_exit,
    add_fire_clearance,
    add_room,
    add_unit,
    assign,
    close_bed,
    end_assignment,
    open_facility,
    reopen_bed,
)
from placement.facilities.operations.licences import (
    add_condition,
    add_licence,
    add_waiver,
    change_licence_terms,
    confirm_exclusive_population,
    confirm_licence,
    confirm_waiver,
    end_licence,
)
from placement.facilities.operations.matching import sign_warning
from placement.facilities.operations.missing import came_back
from placement.facilities.operations.overrides import ask_override, decide_override
from placement.facilities.operations.passes import ask_pass, decide_pass, log_return
from placement.facilities.operations.placements import (
    approve_placement,
    decline_placement,
    propose_placement,
    withdraw_placement,
)
from placement.facilities.operations.referrals import (
    correct_referral,
    discard_draft,
    draft_referral,
    save_draft,
    send_referral,
    withdraw_referral,
)
from placement.facilities.operations.shifts import open_shift, sign_shift
from placement.facilities.operations.stays import admit, discharge, extend_stay, grant_leave, read_safety_history

__all__ = [
    "add_bed",
    "add_condition",
    "add_exit",
    "add_fire_clearance",
    "add_licence",
    "add_room",
    "add_unit",
    "add_waiver",
    "admit",
    "approve_placement",
    "ask_override",
    "ask_pass",
    "assign",
    "came_back",
    "change_address",
    "change_licence_terms",
    "close_bed",
    "confirm_exclusive_population",
    "confirm_licence",
    "confirm_waiver",
    "correct_referral",
    "decide_override",
    "decide_pass",
    "decline_placement",
    "discard_draft",
    "discharge",
    "draft_referral",
    "end_assignment",
    "end_licence",
    "extend_stay",
    "grant_leave",
    "hold_bed",
    "log_return",
    "open_facility",
    "open_shift",
    "propose_discharge",
    "propose_placement",
    "read_safety_history",
    "record_after_care_check",
    "release_hold",
    "reopen_bed",
    "reveal_address",
    "save_draft",
    "send_referral",
    "sign_shift",
    "sign_warning",
    "withdraw_discharge_proposal",
    "withdraw_placement",
    "withdraw_referral",
]
