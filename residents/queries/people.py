"""The list of young people: search, filters, one page of rows, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, StrIndex, Substr

from placement.access.models import Person
from placement.access.rights import Can
from placement.access.visible import in_force, visible_ids
from placement.database.context import reading
from placement.ui.paging import Page, keyset_page
from residents.models import (
    Alias,
    Case,
    LevelAssessment,
    LevelOfCare,
    Population,
    PopulationDesignation,
    Resident,
    ResidentGroupPermission,
    ResidentUserPermission,
    SafetyAlert,
    Stage,
)
from residents.queries.ages import age_now, place_of
from residents.queries.homes import placement_model, stays_now

PAGE = 25
HOME, WAITING, CLOSED = "home", "waiting", "closed"
CLOSED_HOME = "Not open to you"
STATUSES = [(HOME, "In a home"), (WAITING, "Waiting"), (CLOSED, "Closed")]


@dataclass
class Row:
    """One line of the list: only what this reader may see is filled in."""

    pk: UUID
    code: str
    name: str = ""
    age: int | None = None
    home: str = ""
    needs: str = ""
    status: str = ""
    reads_case: bool = False  # what is needed, and the status, are open to this reader
    alerts: list[SafetyAlert] = field(default_factory=list)


def rights_on_many(person: Person, residents: Iterable[Resident]) -> dict[UUID, frozenset[Can]]:
    """Return resident id → every right that ``person`` has on it now, in one query."""
    ids = [resident.pk for resident in residents]
    own = ResidentUserPermission.objects.filter(in_force(), user=person)
    groups = ResidentGroupPermission.objects.filter(
        in_force(), in_force("group__memberships__"), group__memberships__person=person
    )
    pairs = [
        rows.filter(content_object__in=ids).order_by().values_list("content_object_id", "permission__codename")
        for rows in (own, groups)
    ]
    found: dict[UUID, set[Can]] = defaultdict(set)
    for pk, codename in pairs[0].union(pairs[1]):
        found[pk].add(Can(f"residents.{codename}"))
    return {pk: frozenset(found[pk]) for pk in ids}


def newest(model: type[Any], column: str) -> Subquery:
    """Return the sub-query for ``column`` of the newest row of ``model`` about the resident that counts."""
    rows = model.objects.filter(resident=OuterRef("pk"))
    if model is PopulationDesignation:
        rows = rows.filter(standing__in=PopulationDesignation.COUNTING)
    return Subquery(rows.values(column)[:1])


def named(person: Person, text: str) -> QuerySet[Any]:
    """Return the ids of the residents whose code or name has ``text``, each name only where ``person`` may read it.

    A union, because each branch then starts from the rows of its own right; an OR would compare every row with
    every grant.
    """
    aliases = Alias.objects.filter(resident=OuterRef("pk"), name__icontains=text)
    branches = [
        (Can.VIEW_CODE, Q(code__istartswith=text)),
        (Can.VIEW_CARE_PROFILE, Q(preferred_name__icontains=text)),
        (Can.VIEW_IDENTITY, Q(identity__legal_name__icontains=text)),
        (Can.VIEW_IDENTITY, Q(Exists(aliases))),
    ]
    first, *others = (
        Resident.objects.visible_to(person, right).filter(match).order_by().values("pk") for right, match in branches
    )
    return first.union(*others)


def residents_for(person: Person, wanted: dict[str, Any]) -> QuerySet[Resident]:
    """Return the residents that ``person`` may know of and that fit the cleaned filters.

    A name finds only records on which the person may read that name; what needs another right filters only where it
    is held.
    """

    def mine(right: Can) -> Q:
        return Q(pk__any_of=visible_ids(person, right))

    found = Resident.objects.visible_to(person, Can.VIEW_CODE)
    if text := (wanted.get("q") or "").strip():
        found = found.filter(pk__in=named(person, text))
    if wanted.get("population"):
        found = found.filter(mine(Can.VIEW_CASE_SUMMARY)).alias(group=newest(PopulationDesignation, "population"))
        found = found.filter(group=wanted["population"])
    if wanted.get("level"):
        found = found.filter(mine(Can.VIEW_CASE_SUMMARY)).alias(level=newest(LevelAssessment, "level"))
        found = found.filter(level=int(wanted["level"]))
    home, status = wanted.get("home"), wanted.get("status")
    if not (home or status):  # to build the sub-queries below takes a quarter of the time of a list
        return found
    stays = placement_model().objects.filter(resident=OuterRef("pk"), status="active").order_by()
    if home:
        found = found.filter(Exists(stays.filter(facility=home)))
    open_case = Exists(Case.objects.filter(resident=OuterRef("pk"), status=Case.Status.OPEN))
    if status == CLOSED:
        found = found.filter(mine(Can.VIEW_CASE_SUMMARY), ~open_case)
    elif status == HOME:
        found = found.filter(Exists(stays))
    elif status == WAITING:
        found = found.filter(open_case, ~Exists(stays))
    return found


def people_page(person: Person, wanted: dict[str, Any], *, after: str | None = None) -> Page:
    """Return one page of ``Row``, ordered by code, the closed ones last where the reader may know that they are closed.

    Costs five queries (six after the first page), however many rows.
    """
    open_case = Exists(Case.objects.filter(resident=OuterRef("pk"), status=Case.Status.OPEN))
    lives = Exists(placement_model().objects.filter(resident=OuterRef("pk"), status="active").order_by())
    reads_case = Q(pk__any_of=visible_ids(person, Can.VIEW_CASE_SUMMARY))
    found = residents_for(person, wanted).annotate(
        code_number=Cast(Substr("code", StrIndex("code", Value("-")) + 1), IntegerField()),
        born=Subquery(Resident.objects.filter(pk=OuterRef("pk")).values("identity__birth_date")),
        group=newest(PopulationDesignation, "population"),
        stage=newest(PopulationDesignation, "stage"),
        level=newest(LevelAssessment, "level"),
        case_is_open=open_case,
        lives_somewhere=lives,
        closed=Cast(ExpressionWrapper(reads_case & ~open_case & ~lives, BooleanField()), IntegerField()),
    )
    with reading("age"):
        page = keyset_page(found, order=("closed", "code_number", "code"), after=after, size=PAGE)
    rights = rights_on_many(person, page.rows)
    stays = stays_now(person, page.rows)
    alerts: dict[UUID, list[SafetyAlert]] = defaultdict(list)
    for alert in SafetyAlert.objects.filter(in_force(), SafetyAlert.STRONG, resident__in=page.rows):
        alerts[alert.resident_id].append(alert)
    rows = [row_of(r, person, rights[r.pk], stays.get(r.pk), alerts[r.pk]) for r in page.rows]
    return Page(rows, page.next_token, page.is_first)


def row_of(resident: Any, person: Person, rights: frozenset[Can], stay: Any, alerts: list[SafetyAlert]) -> Row:
    """Return the line of one resident with what the ``rights`` of ``person`` open."""
    row = Row(resident.pk, resident.code)
    if stay:
        row.home = stay.facility.name
    if Can.VIEW_CARE_PROFILE in rights:
        row.name, row.age = resident.preferred_name, age_now(resident.born, place_of(stay, person))
        row.alerts = alerts
    if Can.VIEW_CASE_SUMMARY in rights:
        parts = [f"Level {LevelOfCare(resident.level).label}"] if resident.level else []
        if resident.group:
            parts.append(f"{Population(resident.group).label}, {Stage(resident.stage).label.lower()}")
        row.needs, row.reads_case = " · ".join(parts), True
        if resident.lives_somewhere and not stay:
            row.home = CLOSED_HOME
        row.status = dict(STATUSES)[HOME if resident.lives_somewhere else WAITING if resident.case_is_open else CLOSED]
    return row
