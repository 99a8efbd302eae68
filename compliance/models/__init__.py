"""What this app keeps: rules as loaded, what they ask for, proofs, what is not met and what is done about it, what authorities
cited, totals of months, inspection binders, what should be looked at in the record of who did what, sealed exports for courts, and
how long the agency keeps records.
"""

from compliance.models.agency_term import AgencyTerm
from compliance.models.answer_read import AnswerRead
from compliance.models.binder import Binder
from compliance.models.citation import Citation, CorrectionPlan
from compliance.models.corrective import CorrectiveAction, CorrectiveStep
from compliance.models.court_export import CourtExport
from compliance.models.finding import Finding
from compliance.models.first_day import FirstDay
from compliance.models.flag import Flag, FlagSetting
from compliance.models.obligation import Obligation
from compliance.models.proof import Proof
from compliance.models.review import Review
from compliance.models.rule import Holiday, RuleVersion
from compliance.models.saved_filter import SavedFilter
from compliance.models.totals import MonthTotals

__all__ = [
    "AgencyTerm",
    "AnswerRead",
    "Binder",
    "Citation",
    "CorrectionPlan",
    "CorrectiveAction",
    "CorrectiveStep",
    "CourtExport",
    "Finding",
    "FirstDay",
    "Flag",
    "FlagSetting",
    "Holiday",
    "MonthTotals",
    "Obligation",
    "Proof",
    "Review",
    "RuleVersion",
    "SavedFilter",
]
