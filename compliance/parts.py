"""What opens an obligation, its proofs and its findings to somebody: the one table from areas of law to rights.

A row stands in one part. One about a young person is never easier to see than the area of its rule and the event that began it;
what an incident began is seen by whoever sees the incident; what is about the home itself by those who work there or run it.
"""

from collections.abc import Iterable

from django.db import models

from placement.access.rights import Can, Role
from placement.access.rows import Opens


class Part(models.TextChoices):
    """From what most people see to what few do; what an incident or a home begins stands outside this order."""

    CARE = "care", "Care"
    SUMMARY = "summary", "Summary of the case"
    IDENTITY = "identity", "Identity"
    SHARE = "share", "What was shared outside"
    INCIDENT = "incident", "Incident"
    SHIFT = "shift", "Shift"
    PAPERS = "papers", "Papers of the home"


# Who sees a row of this part. An inspector sees all rows of their home, and of young people the codes.
OPENED_BY: dict[Part, tuple[Can, ...]] = {
    Part.CARE: (Can.VIEW_CARE_PROFILE,),
    Part.SUMMARY: (Can.VIEW_CASE_SUMMARY,),
    Part.IDENTITY: (Can.VIEW_IDENTITY,),
    Part.SHARE: (Can.DISCLOSE,),
    Part.INCIDENT: (Can.REPORT_INCIDENT, Can.REVIEW_INCIDENT, Can.VIEW_EXPLOITATION),
    Part.SHIFT: (Can.VIEW_BEDS,),
    Part.PAPERS: (Can.CHANGE_FACILITY,),
}
# Who does what is asked for, and so may file its proof, beside seeing it: by one of these rights.
FILED_BY: dict[Part, frozenset[Can]] = {
    Part.CARE: frozenset({Can.LOG_CARE, Can.KEEP_CASE, Can.ASSIGN_TEAM, Can.WRITE_CLINICAL}),
    Part.SUMMARY: frozenset({Can.ACCEPT_PLACEMENT, Can.KEEP_CASE, Can.ASSIGN_TEAM, Can.WRITE_CLINICAL}),
    Part.IDENTITY: frozenset({Can.ACCEPT_PLACEMENT, Can.KEEP_CASE, Can.ASSIGN_TEAM}),
    Part.SHARE: frozenset({Can.DISCLOSE}),
    Part.INCIDENT: frozenset({Can.REPORT_INCIDENT, Can.REVIEW_INCIDENT, Can.KEEP_CASE, Can.ASSIGN_TEAM}),
    Part.SHIFT: frozenset({Can.WORK_SHIFT, Can.CHANGE_FACILITY}),
    Part.PAPERS: frozenset({Can.CHANGE_FACILITY}),
}


class Duty(models.TextChoices):
    """Whose duty it is to do what a rule asks, where its words say who."""

    ADMINISTRATOR = "home_administrator", "Facility administrator"
    CASEWORKER = "caseworker", "Caseworker"
    CLINICIAN = "clinician", "Clinician"
    SUPERVISOR = "supervisor", "Supervisor"
    STAFF = "staff", "Facility staff"


# Role → the duty of whoever has it: what is theirs stands on their My work first.
DUTY_OF = {
    Role.ADMIN: Duty.ADMINISTRATOR,
    Role.CASEWORKER: Duty.CASEWORKER,
    Role.CLINICIAN: Duty.CLINICIAN,
    Role.SUPERVISOR: Duty.SUPERVISOR,
    Role.STAFF: Duty.STAFF,
}
# Who answers for a finding, beside seeing it: plans its corrective action. Who runs or supervises the home verifies it.
ANSWER_FOR = frozenset({Can.CHANGE_FACILITY, Can.KEEP_CASE})
OPENS = (
    *(Opens(right, "part", part.value) for part, rights in OPENED_BY.items() for right in rights),
    Opens(Can.INSPECT),
)
# Area → the part in which a rule of it stands, about a young person and about the home itself.
AREAS: dict[str, tuple[Part, Part]] = {
    "activities-normalcy": (Part.CARE, Part.SHIFT),
    "case-plan": (Part.SUMMARY, Part.PAPERS),
    "court-review": (Part.SUMMARY, Part.PAPERS),
    "education": (Part.SUMMARY, Part.PAPERS),
    "exits-and-security": (Part.CARE, Part.SHIFT),
    "facility-safety": (Part.CARE, Part.SHIFT),
    "health": (Part.CARE, Part.PAPERS),
    "incident-reporting": (Part.CARE, Part.SHIFT),
    "level-of-care": (Part.SUMMARY, Part.PAPERS),
    "medication": (Part.CARE, Part.SHIFT),
    "missing-child": (Part.CARE, Part.SHIFT),
    "outside-contact": (Part.CARE, Part.SHIFT),
    "placement-process": (Part.SUMMARY, Part.PAPERS),
    "population": (Part.SUMMARY, Part.PAPERS),
    "records-confidentiality": (Part.SUMMARY, Part.PAPERS),
    "restraint-seclusion": (Part.CARE, Part.SHIFT),
    "rights-notice": (Part.CARE, Part.PAPERS),
    "staff-clearance": (Part.SUMMARY, Part.PAPERS),
    "staff-training": (Part.SUMMARY, Part.PAPERS),
    "supervision-ratio": (Part.CARE, Part.SHIFT),
}
# Beginning of a fact's name → the part of a record that it gives away.
FACTS = {
    "case.": Part.SUMMARY,
    "clinical.": Part.SUMMARY,
    "level.": Part.SUMMARY,
    "shared.": Part.SHARE,
    "stay.decided": Part.SUMMARY,
    "young.at_risk": Part.SUMMARY,
    "young.estimated_age": Part.IDENTITY,
    "young.identified": Part.SUMMARY,
    "young.other_population": Part.SUMMARY,
    "young.suspected": Part.SUMMARY,
    "young.turns_eighteen": Part.IDENTITY,
}
_ORDER = (Part.CARE, Part.SUMMARY, Part.IDENTITY, Part.SHARE)


def young_part(area: str, began: Iterable[str], done: Iterable[str]) -> Part:
    """Return the part of a rule's rows about young people.

    began: the facts that begin what the rule asks for. done: those that show it.
    """
    if any(name.startswith("incident.") for name in began):
        return Part.INCIDENT
    given_away = [part for name in (*began, *done) for start, part in FACTS.items() if name.startswith(start)]
    return max([AREAS[area][0], *given_away], key=_ORDER.index)


def home_part(area: str, began: Iterable[str]) -> Part:
    """Return the part of a rule's rows about a home itself. Who works there and what they hold is among its papers."""
    began = list(began)
    if any(name.startswith("incident.") for name in began):
        return Part.INCIDENT
    if any(name.startswith("staff.") for name in began):
        return Part.PAPERS
    return AREAS[area][1]
