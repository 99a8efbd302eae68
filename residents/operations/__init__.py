"""Every change of a young person's record that people have a word for. One module per part of the record."""

from residents.operations.assessments import assess_level, designate
from residents.operations.cases import (
    assign_caseload,
    close_case,
    end_caseload,
    join_team,
    leave_team,
    open_case,
)
from residents.operations.contacts import add_outside_person, change_outside_person, log_contact
from residents.operations.documents import file_document
from residents.operations.profile import add_alert, add_alias, change_identity, change_profile, end_alert
from residents.operations.safety import end_separation, link_exploiter, record_harm, record_siblings, separate

__all__ = [
    "add_alert",
    "add_alias",
    "add_outside_person",
    "assess_level",
    "assign_caseload",
    "change_identity",
    "change_outside_person",
    "change_profile",
    "close_case",
    "designate",
    "end_alert",
    "end_caseload",
    "end_separation",
    "file_document",
    "join_team",
    "leave_team",
    "link_exploiter",
    "log_contact",
    "open_case",
    "record_harm",
    "record_siblings",
    "separate",
]
