"""Every change of a young person's record that people have a word for. One module per part of the record."""

from residents.operations.access_requests import ask_access, ask_part, decide_access, end_access
from residents.operations.activities import Said, log_activity, log_school
from residents.operations.assessments import assess_level, designate, review_designation
from residents.operations.care import Logged, amend_care, change_care, log_care, log_care_for, log_each, undo_care
from residents.operations.cases import (
    assign_caseload,
    change_case,
    close_case,
    end_caseload,
    join_team,
    leave_team,
    open_case,
    take_off_case,
)
from residents.operations.clinical import amend_clinical_note, write_clinical_note
from residents.operations.conflicts import bar_from_record, declare_own_conflict, judge_bar, lift_bar
from residents.operations.contacts import (
    add_outside_person,
    amend_contact,
    change_outside_person,
    decide_contact_change,
    log_contact,
    read_unsupervised,
    withdraw_contact_change,
)
from residents.operations.disclosures import answer_recall, disclose, recall, record_consent, withdraw_consent
from residents.operations.documents import file_document
from residents.operations.doses import (
    amend_dose,
    count_medication,
    log_dose,
    note_effect,
    settle_count,
    witness_count,
    witness_dose,
)
from residents.operations.emergencies import break_glass, end_emergency, judge_emergency
from residents.operations.incidents import (
    close_incident,
    complete_draft,
    report_incident,
    review_incident,
    send_draft,
)
from residents.operations.look_plans import end_look_plan, plan_looks
from residents.operations.measures import amend_measure, end_measure, judge_measure, log_measure
from residents.operations.medication import change_medication, check_medication, order_medication, stop_medication
from residents.operations.profile import add_alert, add_alias, change_identity, change_profile, end_alert
from residents.operations.restrictions import decide_restriction, end_restriction, lift_restriction
from residents.operations.rights_notices import read_out_rights
from residents.operations.safety import (
    decide_separation_request,
    end_separation,
    keep_apart,
    link_exploiter,
    record_harm,
    record_siblings,
    separate,
)
from residents.operations.seals import lift_seal, seal_document

__all__ = [
    "Logged",
    "Said",
    "add_alert",
    "add_alias",
    "add_outside_person",
    "amend_care",
    "amend_clinical_note",
    "amend_contact",
    "amend_dose",
    "amend_measure",
    "answer_recall",
    "ask_access",
    "ask_part",
    "assess_level",
    "assign_caseload",
    "bar_from_record",
    "break_glass",
    "change_care",
    "change_case",
    "change_identity",
    "change_medication",
    "change_outside_person",
    "change_profile",
    "check_medication",
    "close_case",
    "close_incident",
    "complete_draft",
    "count_medication",
    "decide_access",
    "decide_contact_change",
    "decide_restriction",
    "decide_separation_request",
    "declare_own_conflict",
    "designate",
    "disclose",
    "end_access",
    "end_alert",
    "end_caseload",
    "end_emergency",
    "end_look_plan",
    "end_measure",
    "end_restriction",
    "end_separation",
    "file_document",
    "join_team",
    "judge_bar",
    "judge_emergency",
    "judge_measure",
    "keep_apart",
    "leave_team",
    "lift_bar",
    "lift_restriction",
    "lift_seal",
    "link_exploiter",
    "log_activity",
    "log_care",
    "log_care_for",
    "log_contact",
    "log_dose",
    "log_each",
    "log_measure",
    "log_school",
    "note_effect",
    "open_case",
    "order_medication",
    "plan_looks",
    "read_out_rights",
    "read_unsupervised",
    "recall",
    "record_consent",
    "record_harm",
    "record_siblings",
    "report_incident",
    "review_designation",
    "review_incident",
    "seal_document",
    "send_draft",
    "separate",
    "settle_count",
    "stop_medication",
    "take_off_case",
    "undo_care",
    "withdraw_consent",
    "withdraw_contact_change",
    "witness_count",
    "witness_dose",
    "write_clinical_note",
]
