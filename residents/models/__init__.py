"""The young person's record. One module per part of the record."""

from residents.models.access_request import AccessRequest
from residents.models.activity import ActivityAnswer, ActivityOffer
from residents.models.allegation import AllegationOutcome, IncidentHiding, ProtectiveStep
from residents.models.break_glass import LASTS, SHORTEST_REASON, BreakGlass
from residents.models.care import CareEntry
from residents.models.case import Case, Caseload, TeamMember
from residents.models.clinical import ClinicalNote
from residents.models.complaint import (
    Complaint,
    ComplaintCheck,
    ComplaintCode,
    ComplaintDecision,
    ComplaintNamed,
    ComplaintStep,
)
from residents.models.conflict import ConflictOfInterest
from residents.models.contact import Contact, ContactChange, OutsidePerson
from residents.models.disclosure import PARTS, Consent, Disclosure
from residents.models.document import HOME_PAPER_RIGHTS, Document
from residents.models.episode import EpisodeNote
from residents.models.flyer import HOTLINE, ON_FLYER, Flyer, FlyerRelease
from residents.models.incident import Incident, IncidentPerson, IncidentResident, IncidentStep
from residents.models.incident_parts import (
    IncidentDebrief,
    IncidentFile,
    IncidentFollowUp,
    IncidentInjury,
    IncidentNotice,
    IncidentPart,
    Restraint,
    RestraintCheck,
)
from residents.models.look_plan import LookPlan
from residents.models.measure import IntrusiveMeasure
from residents.models.medication import ORDERS, MedicationCount, MedicationDose, MedicationOrder
from residents.models.resident import (
    Alias,
    Identity,
    LevelAssessment,
    LevelOfCare,
    Population,
    PopulationDesignation,
    Resident,
    ResidentGroupPermission,
    ResidentUserPermission,
    SafetyAlert,
    Sex,
    Stage,
)
from residents.models.restriction import Restriction
from residents.models.retention import Disposal, LegalHold
from residents.models.rights_notice import RightsNotice
from residents.models.safety import (
    PAIRS,
    ExploitationLink,
    ExploitationTrace,
    Exploiter,
    HarmEvent,
    Kinship,
    Separation,
    SeparationRequest,
)
from residents.models.seal import DocumentSeal
from residents.models.sealed_record import SealedRecord, SealingNotice, SealingOrder
from residents.models.value_proposal import ValueProposal
from residents.models.wording import WordingIgnored

__all__ = [
    "HOME_PAPER_RIGHTS",
    "HOTLINE",
    "LASTS",
    "ON_FLYER",
    "ORDERS",
    "PAIRS",
    "PARTS",
    "SHORTEST_REASON",
    "AccessRequest",
    "ActivityAnswer",
    "ActivityOffer",
    "Alias",
    "AllegationOutcome",
    "BreakGlass",
    "CareEntry",
    "Case",
    "Caseload",
    "ClinicalNote",
    "Complaint",
    "ComplaintCheck",
    "ComplaintCode",
    "ComplaintDecision",
    "ComplaintNamed",
    "ComplaintStep",
    "ConflictOfInterest",
    "Consent",
    "Contact",
    "ContactChange",
    "Disclosure",
    "Disposal",
    "Document",
    "DocumentSeal",
    "EpisodeNote",
    "ExploitationLink",
    "ExploitationTrace",
    "Exploiter",
    "Flyer",
    "FlyerRelease",
    "HarmEvent",
    "Identity",
    "Incident",
    "IncidentDebrief",
    "IncidentFile",
    "IncidentFollowUp",
    "IncidentHiding",
    "IncidentInjury",
    "IncidentNotice",
    "IncidentPart",
    "IncidentPerson",
    "IncidentResident",
    "IncidentStep",
    "IntrusiveMeasure",
    "Kinship",
    "LegalHold",
    "LevelAssessment",
    "LevelOfCare",
    "LookPlan",
    "MedicationCount",
    "MedicationDose",
    "MedicationOrder",
    "OutsidePerson",
    "Population",
    "PopulationDesignation",
    "ProtectiveStep",
    "Resident",
    "ResidentGroupPermission",
    "ResidentUserPermission",
    "Restraint",
    "RestraintCheck",
    "Restriction",
    "RightsNotice",
    "SafetyAlert",
    "SealedRecord",
    "SealingNotice",
    "SealingOrder",
    "Separation",
    "SeparationRequest",
    "Sex",
    "Stage",
    "TeamMember",
    "ValueProposal",
    "WordingIgnored",
]
