"""Which records the audit pages cover, by which right each opens, and what of it they never show."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.db import models

from placement.access.rights import Can
from placement.audit.history import Tracked, tracked_models
from placement.audit.words import Words, label_of, words_of

AUDITED_BY = {
    "residents": Can.VIEW_AUDIT,
    "facilities": Can.VIEW_BEDS,
}  # app → the right that opens the past of its records
# What an act does not show: other young people, whom the reader may not know of, and texts that open on their own page, to fewer or
# with such names withheld.
HIDDEN: dict[str, tuple[str, ...]] = {
    "compliance.Binder": ("counts",),
    "compliance.CorrectiveAction": ("cause", "changed_why", "done_note", "sent_back_reason", "verified_note"),
    "compliance.CorrectiveStep": ("what", "evidence"),
    "compliance.Proof": ("told", "told_by", "reference", "note", "withdrawn_reason"),
    "compliance.Review": ("note", "follow_up", "done_note"),
    "residents.AllegationOutcome": (
        "authority",
        "based_on",
        "for_young",
        "for_accused_note",
        "young_told",
        "accused_told",
    ),
    "residents.Incident": ("seen", "thought", "done", "answers", "closing_note"),
    "residents.EpisodeNote": ("who", "place", "said", "number"),
    "residents.Flyer": ("age", "height", "build", "hair", "worn", "last_seen", "police", "case_number"),
    "residents.IncidentDebrief": ("said",),
    "residents.IncidentFollowUp": ("what", "outcome"),
    "residents.IncidentInjury": ("note",),
    "residents.IncidentPart": ("about",),
    "residents.IncidentPerson": ("name",),
    "residents.IncidentStep": ("comment", "reason"),
    "residents.ProtectiveStep": ("note", "ended_reason"),
    "residents.Restraint": ("why", "tried"),
    "residents.RestraintCheck": ("how",),
    "residents.Disposal": ("homes", "units", "closed_to", "files"),
    "residents.Separation": ("other",),
    "residents.Kinship": ("sibling",),
    "residents.Document": ("stored_name", "sha256"),
    "facilities.Drill": ("problems", "follow_up", "reason"),
    "facilities.DrillYoung": ("resident", "why_not"),
    "facilities.ExitCheck": ("wrong", "reason"),
    "facilities.LooksReview": ("note",),
    "facilities.Shift": ("hand_off", "about_open", "signing_reason"),
    "facilities.TakeOver": ("difference",),
}
# The reason that history keeps of a change of these is such a text too.
WITHOUT_REASON = frozenset(
    {
        "residents.IncidentPerson",
        "facilities.Drill",
        "facilities.DrillStaff",
        "facilities.DrillYoung",
        "facilities.ExitCheck",
    }
)

# Heading → the kinds under it, where somebody chooses among them.
GROUPS: dict[str, tuple[str, ...]] = {
    "Who they are": tuple(
        f"residents.{name}"
        for name in (
            *("Resident", "Identity", "Alias", "Kinship"),
            *("SafetyAlert", "PopulationDesignation", "LevelAssessment"),
        )
    ),
    "Case and team": tuple(
        f"residents.{name}"
        for name in (
            *("Case", "Caseload", "TeamMember", "Separation", "SeparationRequest"),
            *("Document", "DocumentSeal", "SealedRecord", "LegalHold", "Disposal", "ValueProposal"),
        )
    ),
    "Referrals and placements": tuple(
        f"facilities.{name}"
        for name in (
            *("Referral", "Match", "Hold", "PlacementDecision", "WarningSignature", "Placement", "Override"),
            *("Leave", "PassRequest", "DischargeProposal", "Discharge", "AfterCareCheck"),
        )
    ),
    "Daily care": tuple(f"residents.{name}" for name in ("CareEntry", "LookPlan", "ActivityOffer", "ActivityAnswer")),
    "Contacts and rights": tuple(
        f"residents.{name}"
        for name in (
            *("OutsidePerson", "Contact", "ContactChange", "Restriction", "RightsNotice"),
            *("IntrusiveMeasure", "ComplaintCode"),
        )
    ),
    "Health and medication": tuple(
        f"residents.{name}" for name in ("MedicationOrder", "MedicationDose", "MedicationCount", "ClinicalNote")
    ),
    "Incidents": tuple(
        f"residents.{name}"
        for name in (
            *("Incident", "IncidentResident", "IncidentPerson", "IncidentPart", "IncidentInjury", "IncidentFile"),
            *("IncidentStep", "IncidentDebrief", "IncidentFollowUp", "IncidentHiding", "Restraint", "RestraintCheck"),
            *("AllegationOutcome", "ProtectiveStep", "EpisodeNote", "Flyer", "FlyerRelease"),
        )
    ),
    "Exploitation and safety history": tuple(
        f"residents.{name}" for name in ("ExploitationLink", "ExploitationTrace", "HarmEvent")
    ),
    "Who had access, and what was shared": (
        *(f"residents.{name}" for name in ("AccessRequest", "BreakGlass", "ConflictOfInterest")),
        *("residents.Consent", "residents.Disclosure", "compliance.CourtExport", "compliance.Review"),
    ),
    "What rules asked for": tuple(f"compliance.{name}" for name in ("Proof", "CorrectiveAction", "CorrectiveStep")),
    "The home": (
        *(
            f"facilities.{name}"
            for name in (
                *("Facility", "FacilityAddress", "AddressShown", "Unit", "Room", "Bed", "Exit", "ExitCheck"),
                *("Drill", "DrillStaff", "DrillYoung", "FireClearance", "Licence", "LicenceCondition", "Waiver"),
                "OutsideInspection",
            )
        ),
        *(f"compliance.{name}" for name in ("Citation", "CorrectionPlan", "Binder")),
    ),
    "Staff and shifts": (
        *(
            f"facilities.{name}"
            for name in (
                *("Assignment", "Credential", "Training", "StaffReference", "ReferenceText", "RosterEntry", "Shift"),
                *("ShiftStaff", "TakeOver", "RatioCheck", "LooksReview", "HandOffRead"),
            )
        ),
        "residents.WordingIgnored",
    ),
}

# Kinds that hang on a young person, or on a home alone.
OF_HOME_ALONE = frozenset(
    {
        "compliance.CorrectiveAction",
        "compliance.CorrectiveStep",
        "compliance.CourtExport",
        "compliance.Proof",
        "residents.Document",
        "residents.LegalHold",
    }
)


@cache
def audited_models() -> dict[str, tuple[type[Tracked], str, str]]:
    """Return label → (model, "residents" or "facilities", path in its history table) of what the audit list covers.

    Not what only functions of the database write: nobody did that, it follows from what somebody did.
    """
    found = {}
    for model in tracked_models():
        if {"INSERT", "UPDATE"} <= {*model.withheld}:
            continue
        columns = {f.name for f in model.history.model._meta.concrete_fields}
        for app, path in model.guards.items():
            if path.split("__")[0].removesuffix("_id") in columns:
                found[model._meta.label] = (model, app, path)
                break
    return found


def in_groups(choices: Iterable[tuple[str, str]]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the headings that have kinds among ``choices``, each with its (label, words), in their order."""
    words = dict(choices)
    found = {heading: [(label, words[label]) for label in words if label in kinds] for heading, kinds in GROUPS.items()}
    return [(heading, kinds) for heading, kinds in found.items() if kinds]


def record_choices() -> list[tuple[str, str]]:
    """Return (label, words) of each kind of record that the audit list covers."""
    return sorted(
        ((label, words.kind[:1].upper() + words.kind[1:]) for label, words in audited_words().items()),
        key=lambda choice: choice[1],
    )


def audited_words() -> dict[str, Words]:
    """Return label → how each kind of record that the audit list covers is spoken of."""
    return {label: words_of(model) for label, (model, _, _) in audited_models().items()}


def kept_fields(label: str) -> dict[str, Any]:
    """Return name → field of what the audit pages show of one kind of record: all but its key and what is hidden."""
    model = audited_models()[label][0]
    kept = {f.name for f in model.history.model._meta.concrete_fields}
    hidden = {*HIDDEN.get(label, ()), model._meta.pk.name}
    return {f.name: f for f in model._meta.concrete_fields if f.name in kept - hidden}


def field_choices(label: str) -> list[tuple[str, str]]:
    """Return (name, words) of each field of one kind of record that the audit pages show."""
    if label not in audited_models():
        return []
    model = audited_models()[label][0]
    return sorted(((name, label_of(model, f)) for name, f in kept_fields(label).items()), key=lambda one: one[1])


def written_texts(label: str) -> list[str]:
    """Return the columns of one kind of record in which people write in their own words, of those that the pages show."""
    return [
        f.column
        for f in kept_fields(label).values()
        if type(f) in (models.TextField, models.CharField) and not f.choices and f.editable and not f.unique
    ]


def has(label: str, name: str, kind: type[models.Field]) -> bool:
    """Return whether one kind of record has a field of that name, of that kind."""
    return isinstance(kept_fields(label).get(name), kind)
