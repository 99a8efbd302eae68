"""Homes, their licences and beds, and the way of a young person into and out of them."""

from placement.facilities.models.address import AddressShown, FacilityAddress
from placement.facilities.models.exits import Drill, DrillStaff, DrillYoung, ExitCheck
from placement.facilities.models.facility import (
    Assignment,
    Bed,
    Exit,
    Facility,
    FacilityGroupPermission,
    FacilityUserPermission,
    FireClearance,
    OutsideInspection,
    Room,
    Unit,
)
from placement.facilities.models.hand_off import HandOffLine, HandOffRead, LooksReview, TakeOver
from placement.facilities.models.licence import Licence, LicenceCondition, LicencePopulation, Waiver
from placement.facilities.models.passes import PassRequest
from placement.facilities.models.placement import (
    AfterCareCheck,
    Discharge,
    DischargeProposal,
    Hold,
    Leave,
    Override,
    Placement,
)
from placement.facilities.models.referral import Match, PlacementDecision, Referral, WarningSignature
from placement.facilities.models.roster import Credential, RatioCheck, RosterEntry
from placement.facilities.models.shift import Shift, ShiftStaff
from placement.facilities.models.staff_file import ReferenceText, StaffReference, Training

__all__ = [
    "AddressShown",
    "AfterCareCheck",
    "Assignment",
    "Bed",
    "Credential",
    "Discharge",
    "DischargeProposal",
    "Drill",
    "DrillStaff",
    "DrillYoung",
    "Exit",
    "ExitCheck",
    "Facility",
    "FacilityAddress",
    "FacilityGroupPermission",
    "FacilityUserPermission",
    "FireClearance",
    "HandOffLine",
    "HandOffRead",
    "Hold",
    "Leave",
    "Licence",
    "LicenceCondition",
    "LicencePopulation",
    "LooksReview",
    "Match",
    "OutsideInspection",
    "Override",
    "PassRequest",
    "Placement",
    "PlacementDecision",
    "RatioCheck",
    "ReferenceText",
    "Referral",
    "Room",
    "RosterEntry",
    "Shift",
    "ShiftStaff",
    "StaffReference",
    "TakeOver",
    "Training",
    "Unit",
    "Waiver",
    "WarningSignature",
]
