"""What is due for young people: what rules ask of their cases, and the days that people have set. One query for each source."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case as Choose
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse

from compliance.models import Obligation
from compliance.queries.dated import Dated, DayEnds
from compliance.queries.obligations import CLOSED, TOLD_LATER, waiting
from compliance.queries.opened_to import who_does_it
from placement.access.models import Person
from placement.access.rights import Can, Role
from placement.audit.clock import now
from placement.facilities.models import Discharge, Placement
from placement.ui.dates import full_day
from residents.models import Case, LevelAssessment, MedicationOrder
from residents.queries.leaving import checks_due

# By which right somebody answers for a young person, and so is told what is due.
ANSWERS: dict[Role, Can] = {
    Role.CASEWORKER: Can.KEEP_CASE,
    Role.SUPERVISOR: Can.ASSIGN_TEAM,
    Role.ADMIN: Can.ACCEPT_PLACEMENT,
    Role.CLINICIAN: Can.WRITE_CLINICAL,
}
KINDS = {
    "plan": "Plans",
    "assessment": "Assessments",
    "court": "Court and permanency",
    "health": "Health",
    "education": "Education",
    "arrival": "Arrival and moves",
    "after-care": "After leaving",
}
OF_AREA = {
    "case-plan": "plan",
    "level-of-care": "assessment",
    "population": "assessment",
    "court-review": "court",
    "health": "health",
    "medication": "health",
    "education": "education",
    "placement-process": "arrival",
    "rights-notice": "arrival",
}
AFTER_LEAVING = Q(event__startswith="stay.ended") | Q(event__startswith="stay.left") | Q(event__startswith="stay.after")
WATCHED = "others outside; it is watched here"


@dataclass(frozen=True)
class Source:
    """Rows that are due: each with ``due`` (a moment), ``place`` (a zone), ``kind``, and a column ``resident_id``.

    rows: all that the database shows to the reader. tell: what the pages say of one row, to the reader.
    """

    rows: Callable[[Person], Any]
    tell: Callable[[Any, Person], Dated]


def zone_of(resident: str, reader: Person) -> Coalesce:
    """Return the zone of the home where the young person in that column lives; where there is none, that of the reader."""
    stays = Placement.objects.filter(resident=OuterRef(resident), status=Placement.Status.ACTIVE)
    return Coalesce(Subquery(stays.values("facility__time_zone")[:1]), Value(reader.time_zone))


def on_days(rows: QuerySet[Any], day: str, kind: str, zone: Any) -> Any:
    """Return ``rows`` that have a ``day``, due when it is over at their place."""
    dated = rows.filter(**{f"{day}__isnull": False}).annotate(place=zone, kind=Value(kind), day=F(day))
    return dated.annotate(due=DayEnds("day", "place")).select_related("resident")


def _asked(reader: Person) -> Any:
    kinds = [When(area=area, then=Value(kind)) for area, kind in OF_AREA.items()]
    kind = Choose(When(AFTER_LEAVING, then=Value("after-care")), *kinds, output_field=CharField())
    rows = waiting(Obligation.objects.all()).filter(due_at__isnull=False, resident__isnull=False)
    rows = rows.filter(Q(area__in=OF_AREA) | AFTER_LEAVING).exclude(severity__in=TOLD_LATER)
    rows = rows.annotate(due=F("due_at"), place=F("facility__time_zone"), kind=kind)
    return rows.select_related("rule", "resident", "facility")


def tell_obligation(row: Any, _reader: Person, kind: str = "") -> Dated:
    """Return an obligation, also one of a home. ``kind``: where the row says none."""
    return Dated(
        f"obligation {row.pk}",
        row.due_at,
        row.facility.zone,
        kind or row.kind,
        row.rule.title,
        reverse("compliance:obligation", args=[row.pk]),
        why=row.rule.citation,
        whose=WATCHED if row.severity == "watch" else who_does_it(row),
        home=row.facility,
        severity=row.severity,
        **({} if row.resident_id is None else {"about": row.resident.code if row.resident else CLOSED}),
    )


def _told(row: Any, name: str, title: str, why: str, whose: str, page: str) -> Dated:
    code = row.resident.code
    return Dated(f"{name} {row.pk}", row.due, ZoneInfo(row.place), row.kind, title, page, why, whose, about=code)


def _of_case(day: str, kind: str, title: str, whose: str) -> Source:
    """Return what a caseworker sets in the case by hand."""

    def rows(reader: Person) -> Any:
        return on_days(Case.objects.filter(status=Case.Status.OPEN), day, kind, zone_of("resident_id", reader))

    def tell(row: Case, reader: Person) -> Dated:
        why = (row.court if day == "next_hearing_on" else "") or f"Set in case {row.number}"
        page = "change_case" if reader.role == Role.CASEWORKER else "confidential"
        return _told(row, day, title, why, whose, reverse(f"residents:{page}", args=[row.resident_id]))

    return Source(rows, tell)


def _levels(reader: Person) -> Any:
    same_day = Q(assessed_on=OuterRef("assessed_on"), written_at__gt=OuterRef("written_at"))
    later = LevelAssessment.objects.filter(Q(assessed_on__gt=OuterRef("assessed_on")) | same_day)
    open_ = Case.objects.filter(status=Case.Status.OPEN, resident=OuterRef("resident"))
    newest = LevelAssessment.objects.filter(~Exists(later.filter(resident=OuterRef("resident"))), Exists(open_))
    return on_days(newest, "again_on", "assessment", zone_of("resident_id", reader))


def _level(row: LevelAssessment, reader: Person) -> Dated:
    page = "add_level" if reader.role == Role.CASEWORKER else "confidential"
    why = f"Assessed by {row.assessor}, {full_day(row.assessed_on)}"
    where = reverse(f"residents:{page}", args=[row.resident_id])
    return _told(row, "level", "Assess the level of care again", why, "caseworker", where)


def _left(reader: Person) -> Any:
    return on_days(checks_due(Discharge.objects.all()), "due_on", "after-care", F("placement__facility__time_zone"))


def _after_leaving(row: Any, reader: Person) -> Dated:
    writes = reader.role in (Role.CASEWORKER, Role.SUPERVISOR)
    where = reverse("placements:after-care", args=[row.placement_id])
    return _told(
        row,
        "after leaving",
        f"{'Next' if row.checked else 'First'} check after leaving",
        "After-care plan",
        f"caseworker; {row.after_care_contact} stays in touch",
        where if writes else reverse("residents:placements", args=[row.resident_id]),
    )


def _orders(reader: Person) -> Any:
    going_on = Q(ends_at__isnull=True) | Q(ends_at__gt=now())
    rows = MedicationOrder.objects.filter(going_on, psychotropic=True, stopped_at__isnull=True)
    return on_days(rows, "review_on", "health", zone_of("resident_id", reader))


def _consent(row: MedicationOrder, reader: Person) -> Dated:
    why = f"Consent of {row.consent_by}, {full_day(row.consent_on)}"
    where = reverse("residents:health", args=[row.resident_id])
    return _told(row, "consent", "Look at a consent to medication again", why, "caseworker or clinician", where)


ASKED = Source(_asked, tell_obligation)
SET: tuple[Source, ...] = (
    _of_case("next_hearing_on", "court", "Court hearing", "caseworker"),
    _of_case("next_health_check_on", "health", "Health check", "caseworker"),
    _of_case("next_school_review_on", "education", "School review", "caseworker"),
    Source(_levels, _level),
    Source(_left, _after_leaving),
    Source(_orders, _consent),
)
SOURCES = (ASKED, *SET)
