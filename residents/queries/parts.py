"""The parts of a record, each fetched under its own right."""

from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Length

from placement.access.models import AgencyUnit, Person
from placement.access.rights import Can, Role
from placement.audit.clock import now
from placement.database.context import reading
from placement.ui.paging import Page, keyset_page
from residents import files
from residents.models import (
    HOME_PAPER_RIGHTS,
    Alias,
    Case,
    Caseload,
    ConflictOfInterest,
    Document,
    ExploitationLink,
    ExploitationTrace,
    Exploiter,
    HarmEvent,
    Identity,
    Incident,
    Kinship,
    LevelAssessment,
    LookPlan,
    OutsidePerson,
    PopulationDesignation,
    Resident,
    SafetyAlert,
    Separation,
    SeparationRequest,
    TeamMember,
)
from residents.queries.bars import HAS_JUDGE
from residents.queries.homes import homes_of
from residents.queries.incidents import readable
from residents.queries.record import Record


@reading("timeline")
def incidents_page(record: Record, *, after: str | None) -> Page:
    """Return one page of the incidents that name the young person, newest first, without their reports.

    ``opens`` says which can be read; only those show the time of their own home.
    """
    named = Incident.objects.filter(incidentresident__resident=record.resident).select_related("facility")
    named = named.annotate(opens=Exists(readable(record.person).filter(pk=OuterRef("pk")))).defer(*Incident.REPORT)
    page = keyset_page(named, order=("-happened_at",), after=after, size=25)
    for row in page.rows:
        row.zone = row.facility.zone if row.opens else record.zone
    return page


def stays(record: Record) -> list[dict[str, Any]]:
    """Return every placement of the young person; a home that is closed to this person has no name here."""
    rows = (
        record.resident.placements.select_related("facility", "discharge")
        .prefetch_related("leaves")
        .order_by("-starts_at", "-pk")
    )
    open_homes = set(homes_of(record.person).order_by().values_list("pk", flat=True))
    return [
        {
            "stay": stay,
            "opens": stay.facility_id in open_homes and Can.VIEW_CASE_SUMMARY in record.rights,
            "home": stay.facility.name if stay.facility_id in open_homes else "A home that is not open to you",
            "zone": stay.facility.zone if stay.facility_id in open_homes else record.zone,
            "leaves": [leave for leave in stay.leaves.all() if leave.ends_at >= now()],
            "discharge": getattr(stay, "discharge", None),
        }
        for stay in rows
    ]


def documents_page(record: Record, *, after: str | None) -> Page:
    """Return one page of the documents in the parts of the record that are open to this person, newest first."""
    open_parts = [part for part, right in Document.RIGHT_OF_PART.items() if right in record.rights]
    found = Document.objects.filter(resident=record.resident, part__in=open_parts).select_related("uploaded_by")
    return keyset_page(found, order=("-uploaded_at",), after=after, size=25)


def document_for(person: Person, pk: UUID) -> tuple[Document, bytes, str]:
    """Return document ``pk`` with its bytes and the name to save it under (code and date only).

    Raises ``Document.DoesNotExist`` unless the part of the record, or the papers of the home, are open to ``person``.
    """
    of_part = [
        Document.objects.visible_to(person, right).filter(part=part) for part, right in Document.RIGHT_OF_PART.items()
    ]
    of_home = [
        Document.objects.visible_to(person, right).filter(part=Document.Part.HOME) for right in HOME_PAPER_RIGHTS
    ]
    document = reduce(or_, [*of_part, *of_home]).select_related("resident").get(pk=pk)
    owner = document.resident.code if document.resident else "home"
    name = f"{owner}-{document.uploaded_at:%Y-%m-%d}.{files.ENDINGS[document.content_type]}"
    return document, files.read(document.stored_name, document.sha256), name


def confidential(record: Record) -> dict[str, Any]:
    """Return the guarded parts that are open to this person; a part that is closed has no key."""
    resident = record.resident
    found: dict[str, Any] = {}
    if record.may(Can.VIEW_IDENTITY):
        found["identity"] = getattr(resident, "identity", None)
        found["aliases"] = list(Alias.objects.filter(resident=resident).order_by("name"))
    if record.may(Can.VIEW_CASE):
        found["case"] = resident.cases.select_related("unit").order_by("-status", "-opened_on").first()
    if record.may(Can.VIEW_CASE_SUMMARY):
        found["designations"] = list(
            PopulationDesignation.objects.filter(resident=resident).select_related("decided_by", "reviewed_by")
        )
        counting = [row for row in found["designations"] if row.standing in PopulationDesignation.COUNTING]
        found["counts_now"] = counting[0] if counting else None
        found["agrees"] = record.may(Can.APPROVE_PLACEMENT)
        found["levels"] = list(LevelAssessment.objects.filter(resident=resident))
        found["separations"] = separations(record)
        found["asked_apart"] = list(
            SeparationRequest.objects.filter(resident=resident, status=SeparationRequest.Status.WAITING).select_related(
                "asked_by"
            )
        )
        found["completes"] = record.may(Can.ASSIGN_TEAM)
        found["harm"] = list(HarmEvent.objects.filter(resident=resident))
        found["siblings"] = siblings(record)
    if record.may(Can.VIEW_EXPLOITATION):
        found["links"] = list(ExploitationLink.objects.filter(resident=resident).select_related("exploiter"))
        found["traces"] = list(ExploitationTrace.objects.filter(resident=resident))
    return found


def known_codes(person: Person, residents: set[UUID]) -> dict[UUID | None, str]:
    """Return id → code of those residents that ``person`` may know of."""
    known = Resident.objects.visible_to(person, Can.VIEW_CODE).filter(pk__in=residents)
    return dict(known.order_by().values_list("pk", "code"))


def separations(record: Record) -> list[dict[str, Any]]:
    """Return the separations on this record and those that name it, with from whom or where in words."""
    rows = [*Separation.objects.filter(resident=record.resident), *Separation.objects.filter(other=record.resident)]
    others = {row.other_id if row.resident_id == record.resident.pk else row.resident_id for row in rows}
    codes, moment, found = known_codes(record.person, {other for other in others if other}), now(), []
    for row in rows:
        own = row.resident_id == record.resident.pk
        other = row.other_id if own else row.resident_id
        whom = {
            Separation.Kind.RESIDENT: codes.get(other, "another young person"),
            Separation.Kind.PERSON: row.person,
            Separation.Kind.AREA: f"{row.area or 'an area'}, {row.area_km:g} km around" if row.area_km else row.area,
        }[Separation.Kind(row.kind)]
        over = row.ends_at is not None and row.ends_at <= moment
        found.append({"row": row, "whom": whom, "over": over, "own": own, "why": row.reason if own else ""})
    return sorted(found, key=lambda item: item["over"])


def siblings(record: Record) -> list[dict[str, Any]]:
    """Return the siblings with their codes, where this person may know of them."""
    rows = list(Kinship.objects.filter(resident=record.resident))
    codes = known_codes(record.person, {row.sibling_id for row in rows})
    return [{"code": codes.get(row.sibling_id), "pk": row.sibling_id, "together": row.together} for row in rows]


def alert_for(person: Person, resident: UUID, row: UUID) -> SafetyAlert:
    """Return an alert of the record. Raises ``SafetyAlert.DoesNotExist``."""
    return SafetyAlert.objects.visible_to(person, Can.VIEW_CARE_PROFILE).get(pk=row, resident=resident)


def look_plan_for(person: Person, resident: UUID, row: UUID) -> LookPlan:
    """Return a plan of looks of the record. Raises ``LookPlan.DoesNotExist``."""
    return LookPlan.objects.visible_to(person, Can.VIEW_CARE_PROFILE).get(pk=row, resident=resident)


def look_plans(record: Record) -> list[LookPlan]:
    """Return the newest plans of looks, the one that runs first."""
    found = LookPlan.objects.visible_to(record.person, Can.VIEW_CARE_PROFILE).filter(resident=record.resident)
    return list(found.select_related("decided_by", "ended_by")[:5])


def outside_person_for(person: Person, resident: UUID, row: UUID, *, lock: bool = False) -> OutsidePerson:
    """Return somebody outside of the record. Raises ``OutsidePerson.DoesNotExist``."""
    return one(OutsidePerson.objects.visible_to(person, Can.KEEP_CASE), lock, pk=row, resident=resident)


def profile_for(person: Person, resident: UUID, *, lock: bool = False) -> Resident:
    """Return the care profile to be changed. Raises ``Resident.DoesNotExist``."""
    return one(Resident.objects.visible_to(person, Can.KEEP_CASE), lock, pk=resident)


def identity_for(person: Person, resident: UUID, *, lock: bool = False) -> Identity:
    """Return the identity to be changed. Raises ``Identity.DoesNotExist``."""
    return one(Identity.objects.visible_to(person, Can.VIEW_IDENTITY), lock, resident=resident)


def one(rows: Any, lock: bool, **wanted: Any) -> Any:
    """Return the one row, locked when it is about to be changed: a page that only reads never locks."""
    return (rows.locked() if lock else rows).get(**wanted)


def separation_for(person: Person, resident: UUID, row: UUID) -> Separation:
    """Return a separation of the record. Raises ``Separation.DoesNotExist``."""
    return Separation.objects.visible_to(person, Can.VIEW_CASE_SUMMARY).get(pk=row, resident=resident)


def separation_request_for(person: Person, resident: UUID, row: UUID) -> SeparationRequest:
    """Return a separation that was asked for by code, for who completes it. Raises ``SeparationRequest.DoesNotExist``."""
    found = SeparationRequest.objects.visible_to(person, Can.ASSIGN_TEAM).select_related("asked_by")
    return found.get(pk=row, resident=resident)


def designation_to_review(person: Person, resident: UUID, row: UUID) -> PopulationDesignation:
    """Return a designation of a young person whose unit ``person`` supervises."""
    found = PopulationDesignation.objects.visible_to(person, Can.APPROVE_PLACEMENT)
    return found.get(pk=row, resident=resident)


def case_for(person: Person, resident: UUID) -> Case:
    """Return the open case that ``person`` may assign. Raises ``Case.DoesNotExist``."""
    return Case.objects.visible_to(person, Can.ASSIGN_TEAM).get(resident=resident, status=Case.Status.OPEN)


def case_to_keep(person: Person, resident: UUID, *, lock: bool = False) -> Case:
    """Return the open case to be changed by its caseworker. Raises ``Case.DoesNotExist``."""
    return one(Case.objects.visible_to(person, Can.KEEP_CASE), lock, resident=resident, status=Case.Status.OPEN)


def grant_of_case(person: Person, resident: UUID, row: UUID) -> Caseload | TeamMember:
    """Return a caseload or team membership of the open case. Raises ``TeamMember.DoesNotExist``."""
    case = case_for(person, resident)
    return case.caseload.filter(pk=row).first() or case.team.get(pk=row)


def conflict_for(person: Person, resident: UUID, row: UUID) -> ConflictOfInterest:
    """Return a bar from the record that is not lifted. Raises ``ConflictOfInterest.DoesNotExist``."""
    return ConflictOfInterest.objects.visible_to(person, Can.ASSIGN_TEAM).get(pk=row, resident=resident, ends_at=None)


def conflicts(record: Record) -> list[ConflictOfInterest]:
    """Return who is barred from the record, or was, newest first."""
    found = ConflictOfInterest.objects.visible_to(record.person, Can.ASSIGN_TEAM).filter(resident=record.resident)
    found = found.select_related("person", "declared_by", "ended_by", "judged_by").annotate(has_judge=HAS_JUDGE)
    return list(found.order_by("ends_at", "-starts_at"))


def case_work(record: Record) -> dict[str, Any]:
    """Return the open case (or ``None``) and who works on it, now or later, or did before."""
    case = record.resident.cases.filter(status=Case.Status.OPEN).select_related("unit").first()
    if case is None:
        return {"case": None, "work": []}
    rows: list[dict[str, Any]] = [
        *(
            {"row": r, "name": r.caseworker.name, "role": "Caseworker"}
            for r in case.caseload.select_related("caseworker")
        ),
        *({"row": r, "name": r.person.name, "role": r.get_role_display()} for r in case.team.select_related("person")),
    ]
    moment = now()
    for item in rows:
        item["over"] = item["row"].ends_at is not None and item["row"].ends_at <= moment
    return {"case": case, "work": sorted(rows, key=lambda i: (i["over"], i["role"], i["row"].starts_at))}


def alerts(record: Record) -> list[SafetyAlert]:
    """Return every alert of the record; the page says which have ended."""
    found = SafetyAlert.objects.visible_to(record.person, Can.VIEW_CARE_PROFILE).filter(resident=record.resident)
    moment = now()
    return sorted(found, key=lambda a: (bool(a.ends_at and a.ends_at <= moment), not a.urgent, a.starts_at))


def may_file(record: Record) -> bool:
    """Return whether the person may file a document in some part of the record."""
    return record.may(Can.KEEP_CASE, Can.LOG_CARE, Can.WRITE_CLINICAL)


def others_known_to(person: Person, resident: Resident, right: Can = Can.VIEW_CODE) -> QuerySet[Resident]:
    """Return the other residents that ``person`` may name in a form about ``resident``."""
    return Resident.objects.visible_to(person, right).exclude(pk=resident.pk).order_by(Length("code"), "code")


def exploiters_known_to(person: Person) -> QuerySet[Exploiter]:
    """Return the exploiters on records that are open to ``person`` for that part, by name."""
    links = ExploitationLink.objects.visible_to(person, Can.VIEW_EXPLOITATION)
    return Exploiter.objects.filter(pk__in=links.order_by().values("exploiter")).order_by("name", "pk")


def people_in_role(role: Role) -> QuerySet[Person]:
    """Return the people of a role whose accounts are open."""
    return Person.objects.filter(role=role, is_active=True).order_by("name")


def units() -> QuerySet[AgencyUnit]:
    """Return the agency's units."""
    return AgencyUnit.objects.order_by("name")
