"""Every change that this app makes to the world, one function each."""

from placement.facilities.operations.addresses import change_address, reveal_address
from placement.facilities.operations.after_care import record_after_care_check
from placement.facilities.operations.discharges import propose_discharge, withdraw_discharge_proposal
from placement.facilities.operations.exits import amend_drill, amend_exit_check, check_exits, record_drill
from placement.facilities.operations.hand_offs import read_hand_off, review_looks, take_over_duty
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
    set_looks,
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
from placement.facilities.operations.passes import ask_pass, decide_pass, log_return, withdraw_pass
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
from placement.facilities.operations.roster import (
    come_on_duty,
    copy_week,
    end_credential,
    file_credential,
    go_off_duty,
    plan_shifts,
    unplan_shift,
)
from placement.facilities.operations.shifts import open_shift, sign_shift
from placement.facilities.operations.staff_files import (
    answer_reference,
    ask_reference,
    file_training,
    withdraw_training,
)
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
    "amend_drill",
    "amend_exit_check",
    "answer_reference",
    "approve_placement",
    "ask_override",
    "ask_pass",
    "ask_reference",
    "assign",
    "came_back",
    "change_address",
    "change_licence_terms",
    "check_exits",
    "close_bed",
    "come_on_duty",
    "confirm_exclusive_population",
    "confirm_licence",
    "confirm_waiver",
    "copy_week",
    "correct_referral",
    "decide_override",
    "decide_pass",
    "decline_placement",
    "discard_draft",
    "discharge",
    "draft_referral",
    "end_assignment",
    "end_credential",
    "end_licence",
    "extend_stay",
    "file_credential",
    "file_training",
    "go_off_duty",
    "grant_leave",
    "hold_bed",
    "log_return",
    "open_facility",
    "open_shift",
    "plan_shifts",
    "propose_discharge",
    "propose_placement",
    "read_hand_off",
    "read_safety_history",
    "record_after_care_check",
    "record_drill",
    "release_hold",
    "reopen_bed",
    "reveal_address",
    "review_looks",
    "save_draft",
    "send_referral",
    "set_looks",
    "sign_shift",
    "sign_warning",
    "take_over_duty",
    "unplan_shift",
    "withdraw_discharge_proposal",
    "withdraw_pass",
    "withdraw_placement",
    "withdraw_referral",
    "withdraw_training",
]
