"""Every change of what the law asks for that people have a word for."""

from compliance.operations.answers import read_answer
from compliance.operations.binders import make_binder
from compliance.operations.corrective import (
    change_corrective_action,
    do_corrective_step,
    plan_corrective_action,
    report_corrective_action,
    send_back_corrective_action,
    verify_corrective_action,
)
from compliance.operations.court_exports import ask_court_export, decide_court_export, take_court_export
from compliance.operations.inspections import (
    add_citation,
    answer_correction,
    do_correction,
    end_citation,
    plan_correction,
    record_inspection,
    send_correction,
)
from compliance.operations.proofs import file_proof, withdraw_proof
from compliance.operations.retention import (
    confirm_agency_term,
    decide_disposal,
    lay_hold,
    lift_hold,
    propose_agency_term,
    propose_disposal,
    refuse_agency_term,
    withdraw_agency_term,
)
from compliance.operations.review import finish_follow_up, set_flag_number, sign_review
from compliance.operations.saved_filters import remove_filter, save_filter
from compliance.operations.seconds import name_second

__all__ = [
    "add_citation",
    "answer_correction",
    "ask_court_export",
    "change_corrective_action",
    "confirm_agency_term",
    "decide_court_export",
    "decide_disposal",
    "do_correction",
    "do_corrective_step",
    "end_citation",
    "file_proof",
    "finish_follow_up",
    "lay_hold",
    "lift_hold",
    "make_binder",
    "name_second",
    "plan_correction",
    "plan_corrective_action",
    "propose_agency_term",
    "propose_disposal",
    "read_answer",
    "record_inspection",
    "refuse_agency_term",
    "remove_filter",
    "report_corrective_action",
    "save_filter",
    "send_back_corrective_action",
    "send_correction",
    "set_flag_number",
    "sign_review",
    "take_court_export",
    "verify_corrective_action",
    "withdraw_agency_term",
    "withdraw_proof",
]
