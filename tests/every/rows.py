"""What the design says of the rows of each guarded table: which part opens them, and whom they are about."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone

from compliance.models import (
    AgencyTerm,
    AnswerRead,
    Binder,
    Citation,
    CorrectionPlan,
    CorrectiveAction,
    CorrectiveStep,
    CourtExport,
    Finding,
    Flag,
    FlagSetting,
    MonthTotals,
    Obligation,
    Proof,
    Review,
    SavedFilter,
)
from placement.access.models import AccountChange, CalendarFeed, Person, UnusualAccess
from placement.access.rows import guarded_rows
from placement.facilities.models import (
    AddressShown,
    AfterCareCheck,
    Credential,
    Discharge,
    DischargeProposal,
    Drill,
    DrillStaff,
    DrillYoung,
    ExitCheck,
    FacilityAddress,
    HandOffLine,
    HandOffRead,
    Hold,
    Leave,
    LooksReview,
    Match,
    OutsideInspection,
    Override,
    PassRequest,
    Placement,
    PlacementDecision,
    RatioCheck,
    ReferenceText,
    Referral,
    RosterEntry,
    Shift,
    ShiftStaff,
    StaffReference,
    TakeOver,
    Training,
    Waiver,
    WarningSignature,
)
from residents.models import (
    AccessRequest,
    ActivityAnswer,
    ActivityOffer,
    Alias,
    AllegationOutcome,
    BreakGlass,
    CareEntry,
    Case,
    Caseload,
    ClinicalNote,
    Complaint,
    ComplaintCheck,
    ComplaintCode,
    ComplaintDecision,
    ComplaintNamed,
    ComplaintStep,
    ConflictOfInterest,
    Consent,
    Contact,
    ContactChange,
    Disclosure,
    Disposal,
    Document,
    DocumentSeal,
    EpisodeNote,
    ExploitationLink,
    ExploitationTrace,
    Exploiter,
    Flyer,
    FlyerRelease,
    HarmEvent,
    Identity,
    Incident,
    IncidentDebrief,
    IncidentFile,
    IncidentFollowUp,
    IncidentHiding,
    IncidentInjury,
    IncidentNotice,
    IncidentPart,
    IncidentPerson,
    IncidentResident,
    IncidentStep,
    IntrusiveMeasure,
    Kinship,
    LegalHold,
    LevelAssessment,
    LookPlan,
    MedicationCount,
    MedicationDose,
    MedicationOrder,
    OutsidePerson,
    PopulationDesignation,
    ProtectiveStep,
    Resident,
    Restraint,
    RestraintCheck,
    Restriction,
    RightsNotice,
    SafetyAlert,
    SealedRecord,
    SealingNotice,
    SealingOrder,
    Separation,
    SeparationRequest,
    TeamMember,
    ValueProposal,
    WordingIgnored,
)
from tests.every.oracle import OF_ROLE, barred, judges, of_homes, parts
from tests.world import World

# Model → the part of the record that opens its rows, and the ids of the young people whom a row is about.
OF_INCIDENT = (
    *(AllegationOutcome, EpisodeNote, IncidentDebrief, IncidentFollowUp, IncidentNotice, IncidentPerson, IncidentStep),
    ProtectiveStep,
)
PART: dict[Any, str] = {
    AccessRequest: "asked",
    ActivityAnswer: "care",
    AfterCareCheck: "summary",
    Alias: "identity",
    BreakGlass: "whole trail",
    CareEntry: "care",
    Case: "summary",
    Caseload: "summary",
    ClinicalNote: "clinical",
    Complaint: "complaint",
    ComplaintCheck: "complaint",
    ComplaintCode: "complaint",
    ComplaintDecision: "complaint",
    ComplaintNamed: "complaint",
    ComplaintStep: "complaint",
    ConflictOfInterest: "assign",
    Consent: "share",
    CourtExport: "whole trail",
    Contact: "care",
    Discharge: "summary",
    DischargeProposal: "summary",
    Disclosure: "share",
    Disposal: "whole trail",
    DocumentSeal: "sealed",
    LegalHold: "summary",
    ExploitationLink: "exploitation",
    ExploitationTrace: "exploitation",
    Exploiter: "exploitation",
    **dict.fromkeys((Flyer, FlyerRelease), "identity"),
    HandOffLine: "care",
    HarmEvent: "summary",
    Hold: "summary",
    Identity: "identity",
    Incident: "exploitation",
    **dict.fromkeys(OF_INCIDENT, "exploitation"),
    **dict.fromkeys((IncidentFile, IncidentInjury, IncidentPart, Restraint, RestraintCheck), "care"),
    IncidentHiding: "nobody",  # who reviews incidents of the home, and no reader of the record
    IncidentResident: "code",
    Kinship: "summary",
    Leave: "code",
    LevelAssessment: "summary",
    IntrusiveMeasure: "care",
    LookPlan: "care",
    Match: "exploitation",
    MedicationCount: "care",
    MedicationDose: "care",
    MedicationOrder: "care",
    OutsidePerson: "care",
    PassRequest: "care",
    Override: "summary",
    Placement: "code",
    PlacementDecision: "summary",
    PopulationDesignation: "summary",
    Referral: "summary",
    Resident: "code",
    Restriction: "care",
    RightsNotice: "care",
    ContactChange: "care",
    SafetyAlert: "care",
    SealedRecord: "case",
    ValueProposal: "case",
    SealingOrder: "case",
    Separation: "summary",
    SeparationRequest: "summary",
    TeamMember: "summary",
    WarningSignature: "summary",
}
ABOUT: dict[Any, Callable[[Any], Iterable[Any]]] = {
    AfterCareCheck: lambda row: [row.discharge.resident_id],
    Caseload: lambda row: [row.case.resident_id],
    **dict.fromkeys(
        (ComplaintCheck, ComplaintDecision, ComplaintNamed, ComplaintStep), lambda row: [row.complaint.resident_id]
    ),
    Exploiter: lambda row: [link.resident_id for link in row.links.all()],
    Hold: lambda row: [row.referral.resident_id],
    Incident: lambda row: [one.pk for one in row.residents.all()],
    **dict.fromkeys(
        (*OF_INCIDENT, IncidentHiding),
        lambda row: [one.pk for one in row.incident.residents.all()],
    ),
    **dict.fromkeys((IncidentFile, IncidentInjury, Restraint), lambda row: [row.part.resident_id]),
    Flyer: lambda row: [row.part.resident_id],
    FlyerRelease: lambda row: [row.flyer.part.resident_id],
    RestraintCheck: lambda row: [row.restraint.part.resident_id],
    Match: lambda row: [row.referral.resident_id],
    PlacementDecision: lambda row: [row.referral.resident_id],
    Resident: lambda row: [row.pk],
    SealingOrder: lambda row: [row.record.resident_id],
    Separation: lambda row: [row.resident_id, row.other_id],
    TeamMember: lambda row: [row.case.resident_id],
    WarningSignature: lambda row: [row.referral.resident_id],
}
# Model → further young people whom a row names: whoever is barred from one of them is not shown it.
NAMES: dict[Any, Callable[[Any], Iterable[Any]]] = {
    DrillYoung: lambda row: [row.resident_id],
    Kinship: lambda row: [row.sibling_id],
}
# Model → the person whom a row names as theirs: they are shown it, unless barred.
OF_PERSON: dict[Any, Callable[[Any], Any]] = {
    AccessRequest: lambda row: row.asker_id,
    BreakGlass: lambda row: row.person_id,
    CalendarFeed: lambda row: row.person_id,
    AnswerRead: lambda row: row.person_id,
    SavedFilter: lambda row: row.person_id,
    SealingNotice: lambda row: row.person_id,
    Credential: lambda row: row.person_id,
    Training: lambda row: row.person_id,
    WordingIgnored: lambda row: row.person_id,
}
# Model → what of a home opens its rows, and of which home a row is.
OF_HOME: dict[Any, tuple[str, Callable[[Any], Any]]] = {
    CareEntry: ("evidence", lambda row: row.facility_id),
    Citation: ("papers", lambda row: row.inspection.facility_id),
    CorrectionPlan: ("papers", lambda row: row.citation.inspection.facility_id),
    ActivityOffer: ("beds", lambda row: row.facility_id),
    AddressShown: ("address", lambda row: row.facility_id),
    Binder: ("papers", lambda row: row.facility_id),
    LegalHold: ("opened | run", lambda row: row.facility_id),
    CourtExport: ("opened", lambda row: row.facility_id or (row.incident.facility_id if row.incident else None)),
    Credential: ("papers", lambda row: row.facility_id),
    Drill: ("beds", lambda row: row.facility_id),
    ReferenceText: ("change", lambda row: row.facility_id),
    StaffReference: ("papers", lambda row: row.facility_id),
    Training: ("papers", lambda row: row.facility_id),
    DrillStaff: ("beds", lambda row: row.drill.facility_id),
    DrillYoung: ("beds", lambda row: row.drill.facility_id),
    ExitCheck: ("beds", lambda row: row.facility_id),
    FacilityAddress: ("address", lambda row: row.facility_id),
    HandOffRead: ("beds", lambda row: row.shift.facility_id),
    LooksReview: ("beds", lambda row: row.shift.facility_id),
    TakeOver: ("beds", lambda row: row.shift.facility_id),
    Hold: ("beds", lambda row: row.bed.facility_id),
    Incident: ("incidents", lambda row: row.facility_id),
    IncidentHiding: ("change", lambda row: row.incident.facility_id),
    **dict.fromkeys(
        OF_INCIDENT,
        ("incidents", lambda row: row.incident.facility_id),
    ),
    Leave: ("beds", lambda row: row.placement.facility_id),
    MedicationCount: ("evidence", lambda row: row.facility_id),
    MedicationDose: ("evidence", lambda row: row.entry.facility_id),
    OutsideInspection: ("home", lambda row: row.facility_id),
    Placement: ("beds", lambda row: row.facility_id),
    RatioCheck: ("beds", lambda row: row.shift.facility_id),
    RosterEntry: ("beds", lambda row: row.facility_id),
    Shift: ("beds", lambda row: row.facility_id),
    ShiftStaff: ("beds", lambda row: row.shift.facility_id),
    Waiver: ("home", lambda row: row.licence.facility_id),
}
# About people who work there or about the house, and no young person.
OF_WORK = {
    Binder,
    Citation,
    CorrectionPlan,
    Credential,
    Drill,
    DrillStaff,
    ExitCheck,
    HandOffRead,
    LooksReview,
    OutsideInspection,
    RatioCheck,
    ReferenceText,
    RosterEntry,
    Shift,
    ShiftStaff,
    StaffReference,
    TakeOver,
    Training,
    Waiver,
}
# Of one person, and nobody else's.
OWN = {AnswerRead, CalendarFeed, SavedFilter, SealingNotice}
# Model → what the role must open: of these tables every row is shown to whoever has it, and none to anybody else.
BY_ROLE: dict[Any, str] = {
    AccountChange: "second person",
    AgencyTerm: "audit",
    FlagSetting: "audit",
    MonthTotals: "audit",
    UnusualAccess: "audit",
    WordingIgnored: "audit",
}
PURPOSES = {
    "age": {Identity},
    "codes": {Resident},
    "emergency": {Case, Resident},
    "matching": {
        *(
            ExploitationLink,
            ExploitationTrace,
            FacilityAddress,
            HarmEvent,
            Identity,
            Kinship,
            LevelAssessment,
            OutsidePerson,
        ),
        *(Placement, PopulationDesignation, Referral, Resident, Separation),
    },
    "occupancy": {Hold, Placement, Referral},
    "roster": {Credential, Training},
    "safety mark": {ExploitationLink, ExploitationTrace},
    "sheet": {FacilityAddress},
    "team": {Case},
    "timeline": {Incident},
    "verify": {AccessRequest, BreakGlass, Case, Placement},
    "whereabouts": {
        HandOffLine,
        LookPlan,
        *(CareEntry, Incident, IncidentResident, MedicationCount, MedicationOrder, Placement, Resident),
    },
    "withholding": {Alias, Identity, IncidentResident, Placement, Resident},
}
FOLLOW = {
    CareEntry: {MedicationDose},
    Case: {Caseload, TeamMember},
    Placement: {Leave},
    Referral: {Hold, PlacementDecision, WarningSignature},
    Discharge: {AfterCareCheck},
}
# Model → the whole to which a row belongs, where it belongs to one: the row is shown only with it.
WITHIN: dict[Any, tuple[Any, Callable[[Any], Any]]] = {
    CourtExport: (Incident, lambda row: row.incident_id),
    IncidentPart: (Incident, lambda row: row.incident_id),
    IncidentFile: (IncidentPart, lambda row: row.part_id),
    IncidentInjury: (IncidentPart, lambda row: row.part_id),
    IncidentDebrief: (IncidentPart, lambda row: row.part_id),
    EpisodeNote: (IncidentPart, lambda row: row.part_id),
    Flyer: (IncidentPart, lambda row: row.part_id),
    FlyerRelease: (Flyer, lambda row: row.flyer_id),
    Restraint: (IncidentPart, lambda row: row.part_id),
    RestraintCheck: (Restraint, lambda row: row.restraint_id),
}
TABLES = [table for model in guarded_rows() for table in (model, model.history.model)]


def all_rows() -> dict[type[models.Model], set[Any]]:
    """Every row that the database shows now, as id of the row → whom or what it is about."""
    return {model: set(model.objects.values_list("pk", flat=True)) for model in guarded_rows()}


# What the rules ask: part of the row → the part of the record that opens it, and what of the home does.
LAW = {
    "care": ("care", "evidence"),
    "summary": ("summary", "evidence"),
    "identity": ("identity", "evidence"),
    "share": ("share", "evidence"),
    "incident": ("exploitation", "incidents"),
    "shift": ("", "beds"),
    "papers": ("", "papers"),
}
OF_LAW: dict[Any, Callable[[Any], Any]] = {
    CorrectiveAction: lambda row: row.finding,
    CorrectiveStep: lambda row: row.action.finding,
    Finding: lambda row: row,
    Obligation: lambda row: row,
    Proof: lambda row: row.obligation,
}


# What should be looked at in the record of who did what, and what was found: of a young person, of a home, or of neither.
OF_FLAGS: dict[Any, Callable[[Any], Any]] = {Flag: lambda row: row, Review: lambda row: row.flag}


def in_the_stay(found: Finding) -> bool:
    """Whether what a finding is about happened, or was not met first, while the young person lived in the home."""
    times = [found.since, datetime.fromisoformat(found.evidence["at"])] if found.evidence.get("at") else [found.since]
    stays = Placement.objects.filter(resident=found.resident_id, facility=found.facility_id)
    return any(
        stay.starts_at <= at and (stay.status == "active" or at <= stay.ends_at)
        for stay in stays.filter(status__in=["active", "ended"])
        for at in times
    )


Row = tuple[Any, str, list[Any], set[Any], str, Any, Any]


def described(model: Any, row: Any) -> Row:
    """A row as its key, the part that opens it, whom it is about, whom it names, what of which home opens it, whose it is."""
    if model is Document:
        about = [row.resident_id]
        part = f"{row.part} + sealed" if row.seals.filter(lifted_at=None).exists() else row.part
        return row.pk, part, about, set(about), "papers" if row.facility_id else "", row.facility_id, None
    if model in OF_LAW:
        asked = OF_LAW[model](row)
        (part, of_home), about = LAW[asked.part], [asked.resident_id] if asked.resident_id else []
        if isinstance(asked, Finding) and part != "share" and in_the_stay(asked):
            of_home += " | run"
        return row.pk, part, about, set(about), of_home, asked.facility_id, None
    if model in OF_FLAGS:
        flag = OF_FLAGS[model](row)
        about = [flag.resident_id] if flag.resident_id else []
        part = {"young": "whole trail", "agency": "audit", "home": ""}[flag.scope]
        return row.pk, part, about, set(about), "opened" if flag.scope == "home" else "", flag.facility_id, None
    if model is AccessRequest and row.asked_for == "clinical":
        return row.pk, "asked for notes", [row.resident_id], {row.resident_id}, "", None, row.asker_id
    about = ABOUT.get(model, lambda row: [row.resident_id] if PART.get(model) else [])
    of_home, home = OF_HOME.get(model, ("", lambda row: None))
    whom = list(about(row))
    named = set() if model is Exploiter else {*whom, *NAMES.get(model, lambda row: [])(row)}
    own = OF_PERSON.get(model, lambda row: None)(row)
    return row.pk, PART.get(model, ""), whom, named, of_home, home(row), own


def expected(world: World, person: Person, every: dict[Any, list[Row]]) -> dict[Any, set[Any]]:
    """The rows that the oracle gives ``person``."""
    moment = timezone.now()
    of_young = {world.young[key].resident.pk: open_ for key, open_ in parts(world, person, moment).items()}
    of_home = {world.homes[key].facility.pk: open_ for key, open_ in of_homes(world, person, moment).items()}
    closed = barred(person)
    to_judge = {bar.pk for bar in ConflictOfInterest.objects.all() if person.pk in judges(bar)}
    found = {
        model: {
            pk
            for pk, part, about, named, home_part, home, own in rows
            if pk in to_judge
            or (
                not named & closed
                and (
                    any(of_young.get(who, set()).issuperset(part.split(" + ")) for who in about)
                    or not of_home.get(home, set()).isdisjoint(home_part.split(" | "))
                    or own == person.pk
                    or BY_ROLE.get(model) in OF_ROLE[person.role]
                    or (model in OF_FLAGS and part == "audit" and part in OF_ROLE[person.role])
                )
            )
        }
        for model, rows in every.items()
    }
    for model, flag_of in OF_FLAGS.items():  # never about themselves
        found[model] -= {row.pk for row in model.objects.all() if flag_of(row).person_id == person.pk}
    for model, (whole, key_of) in WITHIN.items():
        wholes = {row.pk: key_of(row) for row in model.objects.all()}
        found[model] = {pk for pk in found[model] if wholes[pk] is None or wholes[pk] in found[whole]}
    return found
