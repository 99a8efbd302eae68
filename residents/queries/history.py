"""Who changed what in one young person's record, as far as the reader may know (design §4, last row of the table)."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from django.apps import apps
from django.core import signing
from django.db.models import QuerySet
from django.utils import timezone

from placement.access.former import address_of
from placement.access.rights import Can
from placement.audit.reading import Change, Names, changes, merged
from residents.models import (
    AccessRequest,
    ActivityAnswer,
    Alias,
    BreakGlass,
    CareEntry,
    Case,
    Caseload,
    ClinicalNote,
    ConflictOfInterest,
    Contact,
    ContactChange,
    Disposal,
    Document,
    DocumentSeal,
    ExploitationLink,
    ExploitationTrace,
    Exploiter,
    HarmEvent,
    Identity,
    Incident,
    IncidentInjury,
    IncidentPart,
    IncidentResident,
    IntrusiveMeasure,
    Kinship,
    LegalHold,
    LevelAssessment,
    OutsidePerson,
    PopulationDesignation,
    Resident,
    Restraint,
    Restriction,
    RightsNotice,
    SafetyAlert,
    SealedRecord,
    Separation,
    SeparationRequest,
    TeamMember,
)
from residents.putting_back import WAYS
from residents.queries.homes import audited_homes, homes_of, placement_model
from residents.queries.incidents import names_by_code
from residents.queries.record import Record

PAGE = 30
SALT = "residents.history"


@dataclass(frozen=True)
class Part:
    """One model of the record: how its history hangs on the resident, which right opens it, what it never shows."""

    model: Any
    path: str
    right: Can
    hide: tuple[str, ...] = ()


PARTS = [
    Part(Resident, "id", Can.VIEW_CARE_PROFILE),
    Part(SafetyAlert, "resident_id", Can.VIEW_CARE_PROFILE, ("resident",)),
    Part(OutsidePerson, "resident_id", Can.VIEW_CARE_PROFILE, ("resident",)),
    Part(ContactChange, "resident_id", Can.VIEW_CARE_PROFILE, ("resident",)),
    Part(Contact, "resident_id", Can.VIEW_CARE_PROFILE, ("resident", "facility", "shift", "amends", "incident")),
    Part(Restriction, "resident_id", Can.VIEW_CARE_PROFILE, ("resident",)),
    Part(IncidentPart, "resident_id", Can.VIEW_CARE_PROFILE, ("resident", "incident", "about")),
    Part(IntrusiveMeasure, "resident_id", Can.VIEW_CARE_LOG, ("resident", "facility", "shift", "amends")),
    Part(
        RightsNotice, "resident_id", Can.VIEW_CARE_PROFILE, ("resident", "facility", "text")
    ),  # numbers of people outside stand in it
    Part(ActivityAnswer, "resident_id", Can.VIEW_CARE_LOG, ("resident", "entry")),
    Part(CareEntry, "resident_id", Can.VIEW_CARE_LOG, ("resident", "facility", "shift", "amends")),
    Part(Identity, "resident_id", Can.VIEW_IDENTITY, ("resident",)),
    Part(Alias, "resident_id", Can.VIEW_IDENTITY, ("resident",)),
    Part(Case, "resident_id", Can.VIEW_CASE, ("resident",)),
    Part(PopulationDesignation, "resident_id", Can.VIEW_CASE_SUMMARY, ("resident",)),
    Part(LevelAssessment, "resident_id", Can.VIEW_CASE_SUMMARY, ("resident",)),
    Part(HarmEvent, "resident_id", Can.VIEW_CASE_SUMMARY, ("resident",)),
    Part(BreakGlass, "resident_id", Can.VIEW_AUDIT, ("resident",)),
    Part(AccessRequest, "resident_id", Can.VIEW_AUDIT, ("resident",)),
    Part(ConflictOfInterest, "resident_id", Can.ASSIGN_TEAM, ("resident",)),
    Part(LegalHold, "resident_id", Can.VIEW_CASE_SUMMARY, ("resident",)),
    Part(Disposal, "resident_id", Can.VIEW_AUDIT, ("resident", "homes", "units", "closed_to", "files")),
    Part(Separation, "resident_id", Can.VIEW_CASE_SUMMARY, ("resident", "other")),
    Part(SeparationRequest, "resident_id", Can.VIEW_CASE_SUMMARY, ("resident",)),
    Part(Kinship, "resident_id", Can.VIEW_CASE_SUMMARY, ("resident", "sibling")),
    Part(ClinicalNote, "resident_id", Can.VIEW_CLINICAL, ("resident", "amends")),
    Part(DocumentSeal, "resident_id", Can.VIEW_SEALED, ("resident",)),
    Part(SealedRecord, "resident_id", Can.ASSIGN_TEAM, ("resident",)),
    Part(ExploitationLink, "resident_id", Can.VIEW_EXPLOITATION, ("resident",)),
    Part(ExploitationTrace, "resident_id", Can.VIEW_EXPLOITATION, ("resident",)),
]
# What an inspector or an administrator reads of an entry of the own home, whatever else is open to them: that it was
# written or changed, by whom and when, and its times, never its text.
EVIDENCE = ("resident", "facility", "shift", "amends", "note", "outcome", "reason", "written_by")


@dataclass(frozen=True)
class Act:
    """What one person did in one go, with each record that it changed.

    put_back: label of a field and address of the form in which the reader can put it back as it was before.
    """

    first: Change
    parts: list[Change]
    put_back: list[tuple[str, str]] = field(default_factory=list)


Rows = tuple[QuerySet[Any], tuple[str, ...]]  # history rows, and the fields that are not shown


def record_history(record: Record, *, before: str | None = None, entries: bool = False) -> tuple[list[Change], str]:
    """Return one page of changes, newest first, and the token of the next page or "".

    ``VIEW_AUDIT`` reads all parts that are open to the person; ``VIEW_HOME_AUDIT`` the entries made in the own home;
    ``VIEW_OWN_AUDIT`` the own acts. New entries of the care log are many and stand there in full, so they are in the
    whole trail only with ``entries``; changes and amendments of them always are. A part that is closed to the person is
    not in the differences either.
    """
    moment = moment_of(before)
    with timezone.override(record.zone):
        names: Names = {Exploiter: exploiters(record)}
        lists = [
            changes(limited(rows, moment), limit=PAGE + 1, hide=hide, names=names)
            for rows, hide in histories(record, entries)
        ]
    found = merged(*lists)
    token = signing.dumps(found[PAGE - 1].when.timestamp(), salt=SALT) if len(found) > PAGE else ""
    return worded(record, found[:PAGE]), token


def acts(found: list[Change]) -> list[Act]:
    """Return the changes by act: those of one transaction under one name and reason, as the audit lists them."""
    together: dict[tuple[int, str, str], list[Change]] = {}
    for change in found:
        together.setdefault((change.xid, change.did, change.reason), []).append(change)
    return [Act(parts[0], parts) for parts in together.values()]


def put_back(record: Record, found: list[Act]) -> None:
    """Write at each act which of its fields the reader can put back, and where: a query for each kind of record that has a form."""
    changed: dict[str, list[tuple[Act, Change]]] = {}
    for act in found:
        for change in act.parts:
            way = WAYS.get(change.key[0])
            if way and way.right in record.rights and change.kind == "~" and change.earlier:
                changed.setdefault(change.key[0], []).append((act, change))
    for label, pairs in changed.items():
        way, model = WAYS[label], apps.get_model(label)
        live = model._default_manager.in_bulk({change.record_id for _, change in pairs})
        for act, change in pairs:
            row = live.get(change.record_id)
            if row is None or change.earlier is None or not way.holds(row):
                continue
            names: dict[str, list[str]] = {}
            for words, name in change.fields:
                if name in way.fields:
                    names.setdefault(words, []).append(name)
            act.put_back.extend(
                (words, address_of(way, record.resident.pk, row, change.earlier, of_line))
                for words, of_line in names.items()
            )


def worded(record: Record, found: list[Change]) -> list[Change]:
    """Return the changes as this person may read them; a reason may quote the log and goes with it."""
    return found if record.may(Can.VIEW_CARE_LOG) else [replace(change, reason="") for change in found]


def exploiters(record: Record) -> dict[Any, str]:
    """Return the names of the exploiters on the record, for readers of its exploitation history."""
    if not record.may(Can.VIEW_EXPLOITATION):
        return {}
    links = ExploitationLink.objects.filter(resident=record.resident).select_related("exploiter")
    return {link.exploiter_id: link.exploiter.name for link in links}


def scope(record: Record) -> str:
    """Return in one sentence how much of the trail this person reads."""
    if record.may(Can.VIEW_AUDIT):
        return "Every change of the parts that are open to you."
    if record.may(Can.VIEW_HOME_AUDIT):
        return "What was written in your home about this young person."
    return "Your own changes."


def histories(record: Record, entries: bool) -> list[Rows]:
    """Return (history rows, hidden fields) of each part that this person may audit."""
    if record.may(Can.VIEW_AUDIT):
        return [*whole(record, entries), *stays(record), *incidents(record)]
    if record.may(Can.VIEW_HOME_AUDIT):
        return of_home(record)
    own = {"history_user_id": record.person.pk}
    return [(rows.filter(**own), hide) for rows, hide in [*whole(record, entries), *stays(record), *incidents(record)]]


def whole(record: Record, entries: bool) -> list[Rows]:
    """Return the history of every part of the record that is open to the person."""
    pk, found = record.resident.pk, []
    for part in PARTS:
        if part.right in record.rights:
            rows = part.model.history.filter(**{part.path: pk})
            if part.model is CareEntry and not entries:
                rows = rows.exclude(history_type="+", amends__isnull=True)
            found.append((rows, hidden(part, record)))
    if record.may(Can.VIEW_CARE_PROFILE):  # the texts of an incident open on its own page
        of_incidents = list(IncidentPart.objects.filter(resident=pk).values_list("pk", flat=True))
        found.append((Restraint.history.filter(part_id__in=of_incidents), ("part", "why", "tried")))
        found.append((IncidentInjury.history.filter(part_id__in=of_incidents), ("part", "note")))
    parts = [name for name, right in Document.RIGHT_OF_PART.items() if right in record.rights]
    filed = Document.history.filter(resident_id=pk, part__in=parts)
    found.append((filed, ("resident", "facility", "stored_name", "sha256")))
    if record.may(Can.VIEW_CASE):
        cases = list(Case.objects.filter(resident=pk).values_list("pk", flat=True))
        found += [(model.history.filter(case_id__in=cases), ("case",)) for model in (Caseload, TeamMember)]
    return found


def hidden(part: Part, record: Record) -> tuple[str, ...]:
    """Return the fields of a part that belong to another part, closed to this person."""
    if part.model is PopulationDesignation and not record.may(Can.VIEW_EXPLOITATION):
        return (*part.hide, "basis", "review_reason")
    return part.hide


def stays(record: Record) -> list[Rows]:
    """Return the history of the placements; homes and beds are named only when all of them are open to the person."""
    if not record.may(Can.VIEW_CASE_SUMMARY):
        return []
    rows = placement_model().history.filter(resident_id=record.resident.pk)
    lived = set(record.resident.placements.order_by().values_list("facility_id", flat=True))
    known = set(homes_of(record.person).filter(pk__in=lived).order_by().values_list("pk", flat=True))
    hide = ("resident", "referral", "decision", "override")
    return [(rows, hide if lived == known else (*hide, "facility", "bed"))]


def incidents(record: Record) -> list[Rows]:
    """Return the history of the incidents that name the young person; reports open on their own pages."""
    if not record.may(Can.VIEW_CARE_LOG):
        return []
    named = list(IncidentResident.objects.filter(resident=record.resident).values_list("incident_id", flat=True))
    return [(Incident.history.filter(id__in=named), ("facility", "shift", *Incident.REPORT))]


def of_home(record: Record) -> list[Rows]:
    """Return the history of what was written in the person's own home about the young person."""
    homes = audited_homes(record.person)
    entries = CareEntry.history.filter(resident_id=record.resident.pk, facility_id__in=homes)
    readable = record.may(Can.VIEW_CARE_LOG)
    found: list[Rows] = [(entries, ("resident", "facility", "shift", "amends") if readable else EVIDENCE)]
    here = IncidentResident.objects.filter(resident=record.resident, incident__facility__in=homes)
    named = [row.incident_id for row in here.select_related("incident") if names_by_code(record.person, row.incident)]
    found.append((Incident.history.filter(id__in=named), ("facility", "shift", *Incident.REPORT)))
    lived = placement_model().history.filter(resident_id=record.resident.pk, facility_id__in=homes)
    hide = ("resident", "referral", "decision", "override", "decision_reason", "end_reason")
    found.append((lived, hide))
    return found


def limited(rows: QuerySet[Any], before: datetime | None) -> QuerySet[Any]:
    """Return the rows before the moment of the page before."""
    return rows if before is None else rows.filter(history_date__lt=before)


def moment_of(token: str | None) -> datetime | None:
    """Return the moment in a token of this page; a forged one starts at the top."""
    try:
        return datetime.fromtimestamp(signing.loads(token, salt=SALT), UTC) if token else None
    except signing.BadSignature:
        return None
