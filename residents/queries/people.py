"""The list of young people: search, filters, one page of rows, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Case as Choice
from django.db.models import (
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, StrIndex, Substr

from placement.access.models import Person
from placement.access.rights import Can
from placement.access.visible import in_force, rights_on_many, visible_ids
from placement.audit.clock import now
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
    SafetyAlert,
    Stage,
)
from residents.queries.ages import age_now
from residents.queries.homes import placement_model
from residents.queries.leaving import gone

PAGE = 25
HOME, WAITING, LEFT, CLOSED = "home", "waiting", "left", "closed"
CLOSED_HOME = "Not open to you"
STATUSES = [(HOME, "In a home"), (WAITING, "Waiting"), (LEFT, "Left, after-care"), (CLOSED, "Closed")]
FIRST, AFTER, LAST = range(3)  # in the list: in a home or waiting, left, closed
FACTS = """
    SELECT r.id, identity.birth_date, coalesce(designation.population, ''), coalesce(designation.stage, ''),
        assessment.level,
        EXISTS (SELECT FROM residents_case c WHERE c.resident_id = r.id AND c.status = %(open)s),
        stay.id IS NOT NULL, coalesce(home.name, ''), coalesce(home.time_zone, '')
    FROM residents_resident r
    LEFT JOIN residents_identity identity ON identity.resident_id = r.id
    LEFT JOIN LATERAL (
        SELECT population, stage FROM residents_populationdesignation
        WHERE resident_id = r.id AND standing = ANY (%(counting)s) ORDER BY decided_at DESC LIMIT 1) designation ON true
    LEFT JOIN LATERAL (
        SELECT level FROM residents_levelassessment
        WHERE resident_id = r.id ORDER BY assessed_on DESC, written_at DESC LIMIT 1) assessment ON true
    LEFT JOIN facilities_placement stay ON stay.resident_id = r.id AND stay.status = 'active'
    LEFT JOIN facilities_facility home ON home.id = stay.facility_id
        AND home.id = ANY ((SELECT access_granted(%(person)s, 'facilities', %(view_facility)s, %(now)s))::uuid[])
    WHERE r.id = ANY (%(residents)s)"""


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
        found = found.filter(open_case, ~Exists(stays)).exclude(pk__in=gone(person))
    elif status == LEFT:
        found = found.filter(pk__in=gone(person))
    return found


def people_page(person: Person, wanted: dict[str, Any], *, after: str | None = None) -> Page:
    """Return one page of ``Row``, ordered by code; last, where the reader may know of it, who has left, then the closed.

    Costs six queries (seven after the first page), however many rows. What decides the order is asked of all that the
    reader may know of, as sets; everything else only of the rows of the page.
    """
    open_cases = Case.objects.visible_to(person, Can.VIEW_CASE_SUMMARY).filter(status=Case.Status.OPEN)
    living = placement_model().objects.visible_to(person, Can.VIEW_CASE_SUMMARY).filter(status="active")
    closed = (
        Q(pk__in=Resident.objects.visible_to(person, Can.VIEW_CASE_SUMMARY).order_by().values("pk"))
        & ~Q(pk__in=open_cases.order_by().values("resident"))
        & ~Q(pk__in=living.order_by().values("resident"))
    )
    found = residents_for(person, wanted).annotate(
        code_number=Cast(Substr("code", StrIndex("code", Value("-")) + 1), IntegerField()),
        part=Choice(When(closed, then=LAST), When(pk__in=gone(person), then=AFTER), default=FIRST),
    )
    page = keyset_page(found, order=("part", "code_number", "code"), after=after, size=PAGE)
    rights = rights_on_many(person, page.rows)
    facts = facts_of(person, page.rows)
    alerts: dict[UUID, list[SafetyAlert]] = defaultdict(list)
    for alert in SafetyAlert.objects.filter(in_force(), SafetyAlert.STRONG, resident__in=page.rows):
        alerts[alert.resident_id].append(alert)
    rows = [row_of(r, person, rights[r.pk], facts[r.pk], alerts[r.pk]) for r in page.rows]
    return Page(rows, page.next_token, page.is_first)


class Facts(NamedTuple):
    """What the list says of one young person; ``row_of`` decides what of it the reader may see.

    ``home`` and ``time_zone`` are those of a home that the reader may see; empty is what is not known.
    """

    born: date | None
    population: str
    stage: str
    level: int | None
    case_is_open: bool
    lives_somewhere: bool
    home: str
    time_zone: str


def facts_of(person: Person, residents: Iterable[Resident]) -> dict[UUID, Facts]:
    """Return resident id → ``Facts``, in one query of the database and two that say what it is read for."""
    values: dict[str, Any] = {
        "residents": [resident.pk for resident in residents],
        "counting": list(PopulationDesignation.COUNTING),
        "open": Case.Status.OPEN,
        "person": person.pk,
        "view_facility": [Can.VIEW_FACILITY.codename],
        "now": now(),
    }
    with reading("age"), connection.cursor() as cursor:
        cursor.execute(FACTS, values)
        return {pk: Facts(*facts) for pk, *facts in cursor.fetchall()}


def row_of(resident: Any, person: Person, rights: frozenset[Can], facts: Facts, alerts: list[SafetyAlert]) -> Row:
    """Return the line of one resident with what the ``rights`` of ``person`` open."""
    row = Row(resident.pk, resident.code, home=facts.home)
    if Can.VIEW_CARE_PROFILE in rights:
        place = ZoneInfo(facts.time_zone or person.time_zone)
        row.name, row.age = resident.preferred_name, age_now(facts.born, place)
        row.alerts = alerts
    if Can.VIEW_CASE_SUMMARY in rights:
        parts = [f"Level {LevelOfCare(facts.level).label}"] if facts.level else []
        if facts.population:
            parts.append(f"{Population(facts.population).label}, {Stage(facts.stage).label.lower()}")
        row.needs, row.reads_case = " · ".join(parts), True
        if facts.lives_somewhere and not facts.home:
            row.home = CLOSED_HOME
        row.status = dict(STATUSES)[status_of(resident, facts)]
    return row


def status_of(resident: Any, facts: Facts) -> str:
    """Return where a young person stands, as one of ``STATUSES``; ``part`` of the list says who has left."""
    if facts.lives_somewhere:
        return HOME
    if resident.part == AFTER:
        return LEFT
    return WAITING if facts.case_is_open else CLOSED
