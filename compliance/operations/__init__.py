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
from compliance.operations.proofs import file_proof, withdraw_proof

__all__ = [
    "change_corrective_action",
    "do_corrective_step",
    "file_proof",
    "make_binder",
    "plan_corrective_action",
    "report_corrective_action",
    "send_back_corrective_action",
    "verify_corrective_action",
    "withdraw_proof",
]
