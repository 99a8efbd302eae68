"""Each change of a young person's record that people have a word for."""

from residents.operations.care import amend_care, change_care, log_care, log_care_for
from residents.operations.incidents import close_incident, report_incident, review_incident

__all__ = [
    "amend_care",
    "change_care",
    "close_incident",
    "log_care",
    "log_care_for",
    "report_incident",
    "review_incident",
]
