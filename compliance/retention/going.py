"""What goes with the record of a young person: for every tracked model, by which of its columns its rows do, or why they stay.

A row goes with the row to which one of these columns leads. What names several young people stays for the others: an incident goes
with the last of them, until then only who was in it and what was written about them; a tie between two goes with either, because
the one that is left says nothing any more. Whoever adds a model says here what becomes of it; a test asks for it.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.backends.utils import CursorWrapper

from placement.audit.history import Tracked

YOUNG, INCIDENT, PART = "resident", "incident", "part"
# Label of a model → the foreign keys with whose rows its own go.
GOES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        (
            *("residents.Identity", "residents.Alias", "residents.PopulationDesignation", "residents.LevelAssessment"),
            *("residents.SafetyAlert", "residents.AccessRequest", "residents.CareEntry", "residents.OutsidePerson"),
            *("residents.ContactChange", "residents.Contact", "residents.Restriction", "residents.ActivityAnswer"),
            *("residents.IncidentResident", "residents.IncidentPart", "residents.BreakGlass", "residents.Case"),
            *("residents.ClinicalNote", "residents.ComplaintCode", "residents.Complaint", "residents.Consent"),
            *("residents.ConflictOfInterest", "residents.Document", "residents.Disclosure", "residents.LookPlan"),
            *("residents.IntrusiveMeasure", "residents.MedicationOrder", "residents.MedicationDose"),
            *("residents.MedicationCount", "residents.RightsNotice", "residents.SeparationRequest"),
            *("residents.ExploitationLink", "residents.ExploitationTrace", "residents.HarmEvent"),
            *("residents.DocumentSeal", "facilities.DrillYoung", "facilities.HandOffLine", "facilities.Referral"),
            *("facilities.Override", "facilities.Placement", "facilities.Leave", "facilities.DischargeProposal"),
            *("facilities.Discharge", "facilities.PassRequest", "compliance.Finding", "compliance.Obligation"),
            *("compliance.Flag", "residents.SealedRecord", "residents.ValueProposal"),
        ),
        (YOUNG,),
    ),
    "residents.ResidentUserPermission": ("content_object",),
    "residents.ResidentGroupPermission": ("content_object",),
    "residents.Separation": (YOUNG, "other"),
    "residents.Kinship": (YOUNG, "sibling"),
    **dict.fromkeys(
        (
            *("residents.IncidentStep", "residents.IncidentPerson", "residents.IncidentHiding"),
            *("residents.ProtectiveStep", "residents.AllegationOutcome", "residents.IncidentFollowUp"),
            "residents.IncidentNotice",
        ),
        (INCIDENT,),
    ),
    **dict.fromkeys(("residents.IncidentDebrief", "residents.EpisodeNote"), (INCIDENT, PART)),
    **dict.fromkeys(
        ("residents.Restraint", "residents.IncidentInjury", "residents.IncidentFile", "residents.Flyer"), (PART,)
    ),
    "residents.RestraintCheck": ("restraint",),
    "residents.SealingNotice": ("record",),
    "residents.SealingOrder": ("record",),
    "residents.FlyerRelease": ("flyer",),
    "residents.Caseload": ("case",),
    "residents.TeamMember": ("case",),
    **dict.fromkeys(
        (
            *("residents.ComplaintNamed", "residents.ComplaintStep", "residents.ComplaintDecision"),
            "residents.ComplaintCheck",
        ),
        ("complaint",),
    ),
    **dict.fromkeys(
        ("facilities.Match", "facilities.WarningSignature", "facilities.PlacementDecision", "facilities.Hold"),
        ("referral",),
    ),
    "facilities.AfterCareCheck": ("discharge",),
    "compliance.CorrectiveAction": ("finding",),
    "compliance.CorrectiveStep": ("action",),
    "compliance.Proof": ("obligation",),
    "compliance.Review": ("flag",),
    "compliance.CourtExport": (YOUNG, INCIDENT),
}
# Label → why none of its rows goes by a column alone; some of these go all the same: ``ALSO``.
STAYS: dict[str, str] = {
    "residents.Resident": "it goes first, and all else with it",
    "residents.Incident": "it goes with the last young person whom it names",
    "residents.Exploiter": "it goes with the last young person to whom it leads",
    "compliance.SavedFilter": "it goes where it asks for the young person",
    **dict.fromkeys(
        (
            *("access.AgencyUnit", "access.Person", "access.AccountChange", "access.Membership"),
            *("access.UnusualAccess", "access.CalendarFeed", "residents.WordingIgnored", "facilities.Assignment"),
            *("facilities.ShiftStaff", "facilities.DrillStaff", "facilities.RosterEntry", "facilities.Credential"),
            *("facilities.Training", "facilities.StaffReference", "facilities.ReferenceText", "facilities.HandOffRead"),
            *("facilities.TakeOver", "facilities.LooksReview", "facilities.AddressShown"),
        ),
        "it is about somebody who works here",
    ),
    **dict.fromkeys(
        (
            *("residents.ActivityOffer", "facilities.Facility", "facilities.FacilityUserPermission"),
            *("facilities.FacilityGroupPermission", "facilities.FireClearance", "facilities.OutsideInspection"),
            *("facilities.Unit", "facilities.Room", "facilities.Bed", "facilities.Exit", "facilities.FacilityAddress"),
            *("facilities.Shift", "facilities.ExitCheck", "facilities.Drill", "facilities.Licence"),
            *("facilities.LicenceCondition", "facilities.Waiver", "facilities.RatioCheck", "compliance.Binder"),
            *("compliance.Citation", "compliance.CorrectionPlan"),
        ),
        "it is about the home, and names young people by code if at all",
    ),
    **dict.fromkeys(
        (
            *("compliance.RuleVersion", "compliance.Holiday", "compliance.FirstDay", "compliance.FlagSetting"),
            *("compliance.MonthTotals", "compliance.AgencyTerm", "compliance.AnswerRead"),
        ),
        "it names nobody",
    ),
    "residents.LegalHold": "it says that the record was kept, and by whom, without a name",
    "residents.Disposal": "it is what is left of the record",
}
ALSO = ("residents.Resident", "residents.Incident", "residents.Exploiter", "compliance.SavedFilter")
KNOWN_AS = (
    "INSERT INTO going (label, id) SELECT DISTINCT '{label}', x.id FROM ({rows}) x WHERE {where} ON CONFLICT DO NOTHING"
)


def collect(cursor: CursorWrapper, young: str) -> None:
    """Fill a temporary table ``going`` (label, id) with every record that goes with the young person with this id.

    It is there for one transaction. What history says that a row once named counts like what it names now. Read as the owner.
    """
    cursor.execute(
        "CREATE TEMPORARY TABLE going (label text, id uuid, PRIMARY KEY (label, id)) ON COMMIT DROP;"
        "INSERT INTO going VALUES ('residents.Resident', %s)",
        [young],
    )
    done = {"residents.Resident"}
    waiting = [*GOES, *ALSO[1:]]
    while waiting:
        for label in [each for each in waiting if set(_after(each)) <= done]:
            for statement in _statements(label):
                cursor.execute(statement)
            done.add(label)
            waiting.remove(label)
    for statement in FILES:
        cursor.execute(statement)
    cursor.execute("ANALYZE going")


def _after(label: str) -> Iterator[str]:
    """Yield the labels of the models of which must be known before what goes."""
    special = {"residents.Incident": "IncidentResident", "residents.Exploiter": "ExploitationLink"}
    if label in special:
        yield f"residents.{special[label]}"
    for name in GOES.get(label, ()):
        yield _target(apps.get_model(label), name)[1]


def _target(model: Any, name: str) -> tuple[str, str]:
    """Return the column of a foreign key, and the label of the model to which it leads."""
    key = model._meta.get_field(name)
    return key.column, key.related_model._meta.label


def _statements(label: str) -> Iterator[str]:
    model: type[Tracked] = apps.get_model(label)
    table, history = model._meta.db_table, model.history.model._meta.db_table
    for name in GOES.get(label, ()):
        column, target = _target(model, name)
        rows = f'SELECT id, "{column}" AS of FROM "{table}" UNION ALL SELECT id, "{column}" FROM "{history}"'
        where = f"EXISTS (SELECT FROM going g WHERE g.label = '{target}' AND g.id = x.of)"
        yield KNOWN_AS.format(label=label, rows=rows, where=where)
    yield from SPECIAL.get(label, ())


def _alone(label: str, links: str, column: str) -> str:
    """Return the statement for what goes with the last of those who are linked to it."""
    table, history = f"residents_{links}", f"residents_historical{links}"
    rows = f"SELECT {column} AS id, resident_id FROM {table} UNION ALL SELECT {column}, resident_id FROM {history}"
    where = f"""x.resident_id IN (SELECT id FROM going WHERE label = 'residents.Resident') AND NOT EXISTS (
        SELECT FROM {table} other WHERE other.{column} = x.id
        AND other.resident_id NOT IN (SELECT id FROM going WHERE label = 'residents.Resident'))"""
    return KNOWN_AS.format(label=label, rows=rows, where=where)


SPECIAL: dict[str, tuple[str, ...]] = {
    "residents.Incident": (_alone("residents.Incident", "incidentresident", "incident_id"),),
    "residents.Exploiter": (_alone("residents.Exploiter", "exploitationlink", "exploiter_id"),),
    # In the text of an export of a home, or of an incident, stand rows of those who lived there, or were in it.
    "compliance.CourtExport": (
        "INSERT INTO going (label, id) SELECT DISTINCT 'compliance.CourtExport', e.id FROM compliance_courtexport e"
        " JOIN residents_historicalincidentresident w ON w.incident_id = e.incident_id"
        " AND w.resident_id IN (SELECT id FROM going WHERE label = 'residents.Resident') ON CONFLICT DO NOTHING",
        "INSERT INTO going (label, id) SELECT DISTINCT 'compliance.CourtExport', e.id FROM compliance_courtexport e"
        " JOIN facilities_placement p ON p.facility_id = e.facility_id AND p.status IN ('active', 'ended')"
        " AND p.resident_id IN (SELECT id FROM going WHERE label = 'residents.Resident')"
        " AND (p.starts_at AT TIME ZONE e.zone)::date <= e.until"
        " AND coalesce((p.ends_at AT TIME ZONE e.zone)::date >= e.since, true) ON CONFLICT DO NOTHING",
    ),
    "compliance.SavedFilter": (
        "INSERT INTO going (label, id) SELECT 'compliance.SavedFilter', f.id FROM compliance_savedfilter f"
        " JOIN residents_resident r ON r.id IN (SELECT id FROM going WHERE label = 'residents.Resident')"
        " LEFT JOIN residents_identity i ON i.resident_id = r.id WHERE strpos(f.asked::text, r.id::text) > 0"
        " OR EXISTS (SELECT FROM jsonb_each_text(f.asked) typed WHERE typed.value ~* ('\\m' || r.code || '\\M')"
        " OR typed.value ILIKE '%' || nullif(r.preferred_name, '') || '%' OR typed.value ILIKE '%' || i.legal_name || '%')"
        " ON CONFLICT DO NOTHING",
    ),
}
# Documents that were filed with something that goes, and name nobody themselves.
FILES = tuple(
    f"INSERT INTO going (label, id) SELECT DISTINCT 'residents.Document', x.document_id FROM {table} x"
    f" JOIN going g ON g.label = '{label}' AND g.id = x.id WHERE x.document_id IS NOT NULL ON CONFLICT DO NOTHING"
    for label, table in (
        ("residents.IncidentFile", "residents_incidentfile"),
        ("compliance.Proof", "compliance_proof"),
        ("compliance.CorrectiveStep", "compliance_correctivestep"),
    )
)
