"""The list of young people: search, filters, one page of rows, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

from placement.access.models import Person
from placement.access.opened import note_asked
from placement.access.rights import Can
from placement.access.visible import in_force, rights_on_many
from placement.audit.clock import now
from placement.database.context import reading
from placement.database.kept import run_kept
from placement.ui.paging import Page, after_key, key_after
from residents.models import Case, LevelOfCare, Population, PopulationDesignation, Resident, SafetyAlert, Stage
from residents.queries.ages import age_now
from residents.queries.leaving import CLOSED, HOME, LEFT, WAITING
from residents.queries.people_sql import (
    AFTER,
    ALWAYS,
    ANY,
    BEYOND,
    COLUMNS,
    NAMES,
    PAGE,
    THIS,
    listed,
)

CLOSED_HOME = "Not open to you"
STATUSES = [(HOME, "In a home"), (WAITING, "Waiting"), (LEFT, "Left, after-care"), (CLOSED, "Closed")]
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


def residents_for(person: Person, wanted: dict[str, Any], *, after: str | None = None) -> Page:
    """Return one page of the residents that ``person``, who acts, may know of and that fit the cleaned filters.

    Ordered as ``people_page``; each has ``part``, its place in the order. A name finds only records on which the person may read
    that name; what needs another right filters only where it is held. ``after``: as for ``keyset_page``. Costs one query, two
    after the first page.
    """
    if not person.opens_records:
        return Page([], "", is_first=True)
    values = {name: value for name, value in wanted.items() if value}
    values["q"] = (values.get("q") or "").strip()
    chosen = {name for name, value in values.items() if value} | {f"status={values.get('status')}"}
    asked = values | {"home": getattr(values.get("home"), "pk", values.get("home"))}
    asked |= {"who": person.pk, "now": now(), "zone": timezone.get_current_timezone_name()}
    note_asked(*ALWAYS, *(NAMES if values["q"] else ()))
    with connection.cursor() as cursor:
        last = None
        if key := uuid_of(key_after(after)):
            run_kept(cursor, listed(chosen, THIS), asked | {"after": key})
            last = cursor.fetchone()
        if last:
            asked |= dict(zip(("code", "code_number", "part"), (last[COLUMNS.index("code")], *last[-2:]), strict=True))
        run_kept(cursor, listed(chosen, BEYOND if last else ANY), asked)
        rows = [found(*row) for row in cursor.fetchall()]
    return Page(rows[:PAGE], after_key(rows[PAGE - 1].pk) if len(rows) > PAGE else "", last is None)


def found(*row: Any) -> Resident:
    """Return the resident of a row of ``listed``."""
    resident: Any = Resident.from_db(connection.alias, COLUMNS, row[: len(COLUMNS)])
    resident.part = row[-1]
    return resident


def uuid_of(key: str | None) -> UUID | None:
    """Return the key of a token; ``None`` for that of another list, which may be of another kind."""
    try:
        return UUID(key) if key else None
    except (ValueError, AttributeError):
        return None


def people_page(person: Person, wanted: dict[str, Any], *, after: str | None = None) -> Page:
    """Return one page of ``Row``, ordered by code; last, where the reader may know of it, who has left, then the closed.

    Costs six queries (seven after the first page), however many rows. What decides the order is asked of all that the
    reader may know of (``residents_for``); everything else only of the rows of the page.
    """
    page = residents_for(person, wanted, after=after)
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
