"""One young person's record as it stood at a moment, by the rights that the reader has today."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Q

from compliance.queries.as_of import INSTANT, Kind, Section, Step, day_of, keys_of, read, steps_around, with_day
from placement.access.rights import Can
from placement.audit.history import Tracked
from placement.facilities.models import Leave, Placement, Referral, Shift
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
    Consent,
    Contact,
    ContactChange,
    Disclosure,
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
    IntrusiveMeasure,
    Kinship,
    LegalHold,
    LevelAssessment,
    LookPlan,
    MedicationDose,
    MedicationOrder,
    OutsidePerson,
    PopulationDesignation,
    Resident,
    Restraint,
    Restriction,
    RightsNotice,
    SafetyAlert,
    Separation,
    SeparationRequest,
    TeamMember,
)
from residents.queries import history as trail
from residents.queries.incidents import readable
from residents.queries.record import Record
from residents.withheld import readers_of

JUMPS = 5
PARTS = {part.model: part for part in trail.PARTS}
HOME = ("resident", "facility", "shift")
OF_DAY = "Only of that day."


def sections(record: Record, moment: datetime) -> list[Section]:
    """Return the sections of the record with the kinds of records that are open to the reader, not yet read."""
    begins, ends = day_of(moment, record.zone)

    def of(
        model: type[Tracked],
        happened: str = "",
        right: Can | None = None,
        hide: tuple[str, ...] | None = None,
        **more: Any,
    ) -> list[Kind]:
        """Return the kind of ``model``, when the reader has the right to it: that of the trail, or ``right``."""
        part = PARTS.get(model)
        right = right or (part.right if part else None)
        if right is None or right not in record.rights:
            return []
        if hide is None:
            hide = trail.hidden(part, record) if part else ("resident",)
        path = part.path.removesuffix("_id") if part else "resident"
        guarded: Any = model
        rows = guarded.objects.visible_to(record.person, right).filter(**{path: record.resident.pk})
        return [Kind(rows, hide, happened, **more)]

    def of_day(model: type[Tracked], happened: str, *args: Any, path: str = "", **more: Any) -> list[Kind]:
        """Return the same of the day of the moment only. path: where it says when it happened, if not in ``happened``."""
        day = {f"{path or happened}__gte": begins, f"{path or happened}__lt": ends}
        found = of(model, happened, *args, log=True, **more)
        return [replace(kind, rows=kind.rows.filter(**day)) for kind in found]

    def through_case(model: type[Tracked]) -> list[Kind]:
        """Return the kind of what hangs on the case."""
        if Can.VIEW_CASE not in record.rights:
            return []
        guarded: Any = model
        rows = guarded.objects.visible_to(record.person, Can.VIEW_CASE).filter(case__resident=record.resident.pk)
        return [Kind(rows, ("case",), "starts_at")]

    return [
        Section(
            "Care profile and plan",
            of(Resident) + of(SafetyAlert, "starts_at") + of(LookPlan, "starts_at", Can.VIEW_CARE_PROFILE),
            closed=closed(record, Can.VIEW_CARE_PROFILE),
        ),
        Section("Identity", of(Identity) + of(Alias), closed=closed(record, Can.VIEW_IDENTITY)),
        Section(
            "Case and team",
            of(Case, "opened_on") + through_case(Caseload) + through_case(TeamMember),
            closed=closed(record, Can.VIEW_CASE),
        ),
        Section(
            "What they need, and from whom they are kept apart",
            of(PopulationDesignation, "decided_at")
            + of(LevelAssessment, "assessed_on")
            + of(HarmEvent, "happened_on")
            + of(Separation, "starts_at")
            + of(SeparationRequest, "asked_at")
            + of(Kinship),
            closed=closed(record, Can.VIEW_CASE_SUMMARY),
        ),
        Section(
            "Placements",
            placements(record)
            + of(Leave, "starts_at", Can.VIEW_CASE_SUMMARY, ("resident", "placement"))
            + of(Referral, "made_at", Can.VIEW_CASE, gone={"resident_id": record.resident.pk}),
            closed=closed(record, Can.VIEW_CASE_SUMMARY),
        ),
        Section(
            "Daily care",
            of_day(CareEntry, "happened_at", title=lambda entry: entry.title),
            OF_DAY,
            closed(record, Can.VIEW_CARE_LOG),
        ),
        Section(
            "Contacts and limits",
            of(OutsidePerson)
            + of(ContactChange, "asked_at")
            + of(Restriction, "asked_at")
            + of_day(Contact, "happened_at"),
            "Calls and visits only of that day.",
            closed(record, Can.VIEW_CARE_PROFILE),
        ),
        Section(
            "Health and medication",
            of(MedicationOrder, "entered_at", Can.VIEW_CARE_LOG)
            + of_day(MedicationDose, "", Can.VIEW_CARE_LOG, ("resident", "entry", "order"), path="entry__happened_at")
            + of(ClinicalNote, "happened_at", log=True),
            "Doses only of that day.",
            closed(record, Can.VIEW_CARE_LOG),
        ),
        Section(
            "Rights",
            of(RightsNotice, "given_at", log=True) + of(IntrusiveMeasure, "happened_at") + of(ActivityAnswer),
            closed=closed(record, Can.VIEW_CARE_LOG),
        ),
        Section("Incidents", incidents(record), closed=closed(record, Can.VIEW_CARE_LOG)),
        Section(
            "Documents", documents(record) + of(DocumentSeal, "sealed_at"), closed=closed(record, Can.VIEW_CARE_PROFILE)
        ),
        Section(
            "Exploitation history",
            of(ExploitationLink) + of(ExploitationTrace),
            closed=closed(record, Can.VIEW_EXPLOITATION),
        ),
        Section(
            "Shared outside",
            of(Consent, "recorded_at", Can.DISCLOSE, ("resident",))
            + of(Disclosure, "disclosed_at", Can.DISCLOSE, ("resident", "fields", "sha256")),
            closed=closed(record, Can.DISCLOSE),
        ),
        Section(
            "Who had access, and who was barred",
            of(BreakGlass, "starts_at") + of(AccessRequest, "asked_at") + of(ConflictOfInterest, "starts_at"),
            closed=closed(record, Can.VIEW_AUDIT),
        ),
        Section(
            "How long it is kept",
            of(LegalHold, "laid_at") + of(Disposal, "proposed_at"),
            closed=closed(record, Can.VIEW_CASE_SUMMARY),
        ),
    ]


def closed(record: Record, right: Can) -> str:
    """Return for whom a part is that ``right`` opens, when that is not this reader."""
    return "" if right in record.rights else readers_of(right)


def placements(record: Record) -> list[Kind]:
    """Return the stays; homes and beds are named only when all of them are open to the reader, as in the trail."""
    return [
        Kind(
            Placement.objects.visible_to(record.person, Can.VIEW_CASE_SUMMARY).filter(resident=record.resident),
            hide,
            "starts_at",
        )
        for _, hide in trail.stays(record)
    ]


def incidents(record: Record) -> list[Kind]:
    """Return the incidents that name the young person and that the reader reads, without reports, which open on their own pages."""
    if Can.VIEW_CARE_LOG not in record.rights:
        return []
    pk = record.resident.pk
    parts = list(IncidentPart.history.filter(resident_id=pk).order_by().values_list("id", flat=True).distinct())
    named = readable(record.person).select_related(None).filter(incidentresident__resident=pk)
    kinds = [Kind(named, ("facility", "shift", *Incident.REPORT), "happened_at", log=True, title=number_of)]
    if Can.VIEW_CARE_PROFILE in record.rights:
        rows = IncidentPart.objects.visible_to(record.person, Can.VIEW_CARE_PROFILE).filter(resident=pk)
        kinds.append(Kind(rows, PARTS[IncidentPart].hide, gone={"resident_id": pk}))
        kinds += [
            Kind(
                model.objects.visible_to(record.person, Can.VIEW_CARE_PROFILE).filter(part__resident=pk),
                hide,
                gone={"part_id__in": parts},
            )
            for model, hide in ((Restraint, ("part", "why", "tried")), (IncidentInjury, ("part", "note")))
        ]
    return kinds


def number_of(incident: Any) -> str:
    """Return what an incident is called."""
    return f"I-{incident.number}: {incident.get_kind_display().lower()}"


def documents(record: Record) -> list[Kind]:
    """Return the documents of the parts that are open to the reader; those under a court's seal only with the right to them."""
    if Can.VIEW_CARE_PROFILE not in record.rights:
        return []
    open_parts = [name for name, right in Document.RIGHT_OF_PART.items() if right in record.rights]
    rows = Document.objects.visible_to(record.person, Can.VIEW_CARE_PROFILE).filter(
        resident=record.resident, part__in=open_parts
    )
    hide = ("resident", "facility", "stored_name", "sha256")
    return [Kind(rows, hide, "uploaded_at", title=lambda document: document.title)]


def young_as_of(record: Record, moment: datetime) -> tuple[list[Section], list[Step]]:
    """Return the record as it stood at ``moment``, and the changes around it. The caller has asked for ``VIEW_AUDIT``."""
    found = sections(record, moment)
    seen = read(found, moment, record.zone, {Exploiter: trail.exploiters(record)})
    return found, steps_around(keys_of(seen), moment)


def jumps(record: Record, moment: datetime) -> list[tuple[str, datetime]]:
    """Return (words, moment): before each of the newest incidents, and when the shifts of that day were signed."""
    named = readable(record.person).filter(incidentresident__resident=record.resident).order_by("-happened_at")
    found = [
        (with_day(f"Before incident I-{one.number}", one.happened_at, record.zone), one.happened_at - INSTANT)
        for one in named[:JUMPS]
    ]
    begins, ends = day_of(moment, record.zone)
    stayed = Q(facility__placements__resident=record.resident, facility__placements__starts_at__lt=ends) & (
        Q(facility__placements__ends_at=None) | Q(facility__placements__ends_at__gt=begins)
    )
    shifts = Shift.objects.visible_to(record.person, Can.VIEW_BEDS).filter(
        stayed, facility__placements__status__in=Placement.LIVED, signed_at__gte=begins, signed_at__lt=ends
    )
    found += [
        (with_day(f"When the {shift} was signed", shift.signed_at, record.zone), shift.signed_at)
        for shift in shifts.order_by("signed_at").distinct()
        if shift.signed_at
    ]
    return found
