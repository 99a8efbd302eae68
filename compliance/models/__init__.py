"""What this app keeps: rules as loaded, what they ask for, proofs, what is not met and what is done about it, what authorities
cited, totals of months, inspection binders, sealed exports for courts.
"""

from compliance.models.binder import Binder
from compliance.models.citation import Citation, CorrectionPlan
from compliance.models.corrective import CorrectiveAction, CorrectiveStep
from compliance.models.court_export import CourtExport
from compliance.models.finding import Finding
from compliance.models.first_day import FirstDay
from compliance.models.obligation import Obligation
from compliance.models.proof import Proof
from compliance.models.rule import Holiday, RuleVersion
from compliance.models.totals import MonthTotals

__all__ = [
    "Binder",
    "Citation",
    "CorrectionPlan",
    "CorrectiveAction",
    "CorrectiveStep",
    "CourtExport",
    "Finding",
    "FirstDay",
    "Holiday",
    "MonthTotals",
    "Obligation",
    "Proof",
    "RuleVersion",
]
