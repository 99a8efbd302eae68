"""Every change of what the law asks for that people have a word for."""

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

__all__ = [
    "add_citation",
    "answer_correction",
    "ask_court_export",
    "change_corrective_action",
    "decide_court_export",
    "do_correction",
    "do_corrective_step",
    "end_citation",
    "file_proof",
    "make_binder",
    "plan_correction",
    "plan_corrective_action",
    "record_inspection",
    "report_corrective_action",
    "send_back_corrective_action",
    "send_correction",
    "take_court_export",
    "verify_corrective_action",
    "withdraw_proof",
]
