"""What this app keeps: the rules as they were loaded, what they ask for, the proofs, what is not met, totals of months."""

from compliance.models.finding import Finding
from compliance.models.obligation import Obligation
from compliance.models.proof import Proof
from compliance.models.rule import Holiday, RuleVersion
from compliance.models.totals import MonthTotals

__all__ = ["Finding", "Holiday", "MonthTotals", "Obligation", "Proof", "RuleVersion"]
