"""Every right in the product, each with the sentence that an access page shows, and which role gets which (design §4)."""

from functools import cached_property
from typing import Any

from django.db.models import TextChoices


class Role(TextChoices):
    """What a person does here. A role opens pages; records open only by grants."""

    CASEWORKER = "caseworker", "Caseworker"
    STAFF = "staff", "Facility staff"
    ADMIN = "admin", "Facility administrator"
    CLINICIAN = "clinician", "Clinician"
    SUPERVISOR = "supervisor", "Supervisor"
    INSPECTOR = "inspector", "Licensing inspector"
    SYSADMIN = "sysadmin", "System administrator"
    NONE = "none", "No role yet"


class Can(TextChoices):
    """A right: ``<app>.<codename>``. Rights on residents and facilities are object permissions; the others come with the role."""

    VIEW_CODE = "residents.view_code", "Know of this young person, by code only"
    VIEW_CARE_PROFILE = (
        "residents.view_care_profile",
        "See preferred name, photo, alerts, allergies, allowed contacts and the plan of the day",
    )
    LOG_CARE = "residents.log_care", "Write care entries"
    VIEW_CARE_LOG = "residents.view_care_log", "Read the care log"
    VIEW_IDENTITY = "residents.view_identity", "See legal name, date of birth and family"
    VIEW_CASE = "residents.view_case", "See the case: legal status, court, permanency, referrals"
    VIEW_CASE_SUMMARY = "residents.view_case_summary", "See the summary of the case"
    KEEP_CASE = "residents.keep_case", "Keep the case record: alerts, contacts, separations, assessments, documents"
    ASSIGN_TEAM = "residents.assign_team", "Put the young person on a caseload, people on the team, and close the case"
    VIEW_EXPLOITATION = "residents.view_exploitation", "See the exploitation history and links to exploiters"
    VIEW_CLINICAL = "residents.view_clinical", "See clinical notes"
    WRITE_CLINICAL = "residents.write_clinical", "Write clinical notes, and say who else reads them for a time"
    VIEW_SEALED = "residents.view_sealed", "See documents that a court has sealed"
    DISCLOSE = "residents.disclose", "Share parts of the record with somebody outside, and see what was shared"
    PROPOSE_PLACEMENT = "residents.propose_placement", "Refer and propose a placement, a move or a discharge"
    ACCEPT_PLACEMENT = "residents.accept_placement", "Accept a young person into the home, and end the stay"
    APPROVE_PLACEMENT = "residents.approve_placement", "Approve or decline a placement or an exception"
    VIEW_AUDIT = "residents.view_audit", "Read the whole audit trail of the young person"
    VIEW_HOME_AUDIT = "residents.view_home_audit", "Read the audit trail of the entries of the own home"
    VIEW_OWN_AUDIT = "residents.view_own_audit", "Read the trail of the own acts"

    VIEW_FACILITY = "facilities.view_facility", "See the home: kind, licence, capacity, free beds"
    VIEW_ADDRESS = "facilities.view_address", "See the home's address"
    VIEW_BEDS = "facilities.view_beds", "See who sleeps in which bed, by code"
    WORK_SHIFT = "facilities.work_shift", "Open the shift page and log care"
    CHANGE_FACILITY = "facilities.change_facility", "Change the home: licence, rooms and beds, exits, people and papers"
    MANAGE_FACILITY = "facilities.manage_facility", "Run the home: answer for its shifts, its arrivals and its entries"
    HOLD_BED = "facilities.hold_bed", "Hold a bed of the home for a referral"
    REPORT_INCIDENT = "facilities.report_incident", "Report an incident in the home"
    REVIEW_INCIDENT = "facilities.review_incident", "Review and close incidents of the home"
    INSPECT = "facilities.inspect", "Read the home's compliance evidence"
    VIEW_OPENED = "facilities.view_opened", "Read who has opened the pages of the home"

    SIGN_IN = "access.sign_in", "Open the own work page"
    LIST_RESIDENTS = "access.list_residents", "Open the list of young people"
    OPEN_CASE = "access.open_case", "Open a case for a young person who is new to the agency"
    LIST_REFERRALS = "access.list_referrals", "Open the list of referrals"
    LIST_FACILITIES = "access.list_facilities", "Open the list of homes"
    LIST_INCIDENTS = "access.list_incidents", "Open the list of incidents"
    LIST_COMPLAINTS = "access.list_complaints", "Open the list of complaints that came around the house"
    READ_AUDIT = "access.read_audit", "Open the audit page"
    READ_REPORTS = "access.read_reports", "Open the reports: what was done in which month, of what is open to oneself"
    READ_TOTALS = "access.read_totals", "Open the totals to give to people outside"
    READ_RULES = "access.read_rules", "Read the rules of the law"
    LIST_COMPLIANCE = "access.list_compliance", "Open the compliance page"
    LIST_DEADLINES = "access.list_deadlines", "Open the list of what is due for young people"
    READ_RIGHTS = "access.read_rights", "Open the rights page: contact, exits, activities and limits, per home"
    READ_CALENDAR = "access.read_calendar", "Open the own calendar, and take it along as a feed without names"
    ASK_ACCESS = "access.ask_access", "Ask for access to a closed record"
    BREAK_GLASS = "access.break_glass", "Open a closed record in an emergency, for two hours"
    MANAGE_ACCOUNTS = "access.manage_accounts", "Manage accounts"
    CONFIRM_ACCOUNTS = "access.confirm_accounts", "Confirm, as the second person, what an account opens"
    CONFIRM_POPULATION = "access.confirm_population", "Confirm with a document which population a licence serves"

    @cached_property
    def app(self) -> str:
        """Return the app label part."""
        return self.value.split(".")[0]

    @cached_property
    def codename(self) -> str:
        """Return the codename part."""
        return self.value.split(".")[1]


def model_permissions(app: str) -> list[tuple[str, Any]]:
    """Return ``Meta.permissions`` for the guarded model of ``app``."""
    return [(right.codename, right.label) for right in Can if right.app == app]


_CARE = {Can.VIEW_CODE, Can.VIEW_CARE_PROFILE, Can.VIEW_CARE_LOG}
RESIDENT_RIGHTS: dict[Role, frozenset[Can]] = {
    Role.CASEWORKER: frozenset(
        _CARE
        | {
            Can.VIEW_IDENTITY,
            Can.VIEW_CASE,
            Can.VIEW_CASE_SUMMARY,
            Can.KEEP_CASE,
            Can.VIEW_EXPLOITATION,
            Can.DISCLOSE,
            Can.PROPOSE_PLACEMENT,
            Can.VIEW_OWN_AUDIT,
        }
    ),
    Role.STAFF: frozenset(_CARE | {Can.LOG_CARE}),
    Role.ADMIN: frozenset(
        _CARE | {Can.LOG_CARE, Can.VIEW_IDENTITY, Can.VIEW_CASE_SUMMARY, Can.ACCEPT_PLACEMENT, Can.VIEW_HOME_AUDIT}
    ),
    Role.CLINICIAN: frozenset(
        _CARE
        | {
            Can.VIEW_IDENTITY,
            Can.VIEW_CASE_SUMMARY,
            Can.VIEW_EXPLOITATION,
            Can.VIEW_CLINICAL,
            Can.WRITE_CLINICAL,
        }
    ),
    Role.SUPERVISOR: frozenset(
        _CARE
        | {
            Can.VIEW_IDENTITY,
            Can.VIEW_CASE,
            Can.VIEW_CASE_SUMMARY,
            Can.VIEW_EXPLOITATION,
            Can.DISCLOSE,
            Can.APPROVE_PLACEMENT,
            Can.ASSIGN_TEAM,
            Can.VIEW_SEALED,
            Can.VIEW_AUDIT,
        }
    ),
    Role.INSPECTOR: frozenset({Can.VIEW_CODE, Can.VIEW_HOME_AUDIT}),
}

# What emergency access opens of one record: never the exploitation history, never clinical notes.
EMERGENCY_RIGHTS: frozenset[Can] = frozenset(_CARE | {Can.VIEW_IDENTITY, Can.VIEW_CASE_SUMMARY})
# What a granted request opens, by what was granted.
ASKED_RIGHTS: dict[str, frozenset[Can]] = {
    "care": frozenset(_CARE),
    "summary": frozenset(_CARE | {Can.VIEW_CASE_SUMMARY}),
    "clinical": frozenset({Can.VIEW_CLINICAL}),
    "sealed": frozenset({Can.VIEW_SEALED}),
}

# On facilities: of the person's own home (by assignment), and of every home of the agency (by role).
HOME_RIGHTS: dict[Role, frozenset[Can]] = {
    Role.STAFF: frozenset({Can.VIEW_FACILITY, Can.VIEW_ADDRESS, Can.VIEW_BEDS, Can.WORK_SHIFT, Can.REPORT_INCIDENT}),
    Role.ADMIN: frozenset(
        {
            Can.VIEW_FACILITY,
            Can.VIEW_ADDRESS,
            Can.VIEW_BEDS,
            Can.WORK_SHIFT,
            Can.CHANGE_FACILITY,
            Can.MANAGE_FACILITY,
            Can.REPORT_INCIDENT,
            Can.REVIEW_INCIDENT,
        }
    ),
    Role.INSPECTOR: frozenset({Can.VIEW_FACILITY, Can.VIEW_ADDRESS, Can.VIEW_BEDS, Can.INSPECT}),
}
AGENCY_RIGHTS: dict[Role, frozenset[Can]] = {
    Role.CASEWORKER: frozenset({Can.VIEW_FACILITY, Can.HOLD_BED}),
    Role.SUPERVISOR: frozenset(
        {
            Can.VIEW_FACILITY,
            Can.VIEW_ADDRESS,
            Can.VIEW_BEDS,
            Can.CHANGE_FACILITY,
            Can.HOLD_BED,
            Can.REVIEW_INCIDENT,
            Can.VIEW_OPENED,
        }
    ),
}

_ALL = {Can.SIGN_IN}
_READS = _ALL | {Can.READ_RULES, Can.READ_CALENDAR}
_CARES = _READS | {Can.ASK_ACCESS, Can.BREAK_GLASS}
ROLE_RIGHTS: dict[Role, frozenset[Can]] = {
    Role.CASEWORKER: frozenset(
        _CARES
        | {
            Can.LIST_RESIDENTS,
            Can.OPEN_CASE,
            Can.LIST_REFERRALS,
            Can.LIST_FACILITIES,
            Can.LIST_INCIDENTS,
            Can.LIST_DEADLINES,
            Can.LIST_COMPLAINTS,
        }
    ),
    Role.STAFF: frozenset(_CARES | {Can.LIST_RESIDENTS, Can.LIST_FACILITIES, Can.LIST_INCIDENTS}),
    Role.ADMIN: frozenset(
        _CARES
        | {
            Can.LIST_RESIDENTS,
            Can.LIST_FACILITIES,
            Can.LIST_INCIDENTS,
            Can.LIST_COMPLIANCE,
            Can.LIST_DEADLINES,
            Can.READ_RIGHTS,
            Can.READ_REPORTS,
        }
    ),
    Role.CLINICIAN: frozenset(_CARES | {Can.LIST_RESIDENTS, Can.LIST_DEADLINES}),
    Role.SUPERVISOR: frozenset(
        _CARES
        | {
            Can.LIST_RESIDENTS,
            Can.OPEN_CASE,
            Can.LIST_REFERRALS,
            Can.LIST_FACILITIES,
            Can.LIST_INCIDENTS,
            Can.LIST_COMPLIANCE,
            Can.LIST_DEADLINES,
            Can.READ_RIGHTS,
            Can.READ_AUDIT,
            Can.READ_REPORTS,
            Can.READ_TOTALS,
            Can.LIST_COMPLAINTS,
            Can.CONFIRM_POPULATION,
            Can.CONFIRM_ACCOUNTS,
        }
    ),
    Role.INSPECTOR: frozenset(
        _READS | {Can.LIST_RESIDENTS, Can.LIST_FACILITIES, Can.LIST_INCIDENTS, Can.LIST_COMPLIANCE}
    ),
    Role.SYSADMIN: frozenset(_ALL | {Can.MANAGE_ACCOUNTS, Can.CONFIRM_ACCOUNTS}),
    Role.NONE: frozenset(_ALL),
}
