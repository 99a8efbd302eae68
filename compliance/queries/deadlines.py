"""What is due and overdue for young people, page by page of young people: a fixed number of queries."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Least

from compliance.queries.case_dates import ANSWERS, SOURCES, Source
from compliance.queries.dated import Dated, as_known_to, day_begins, in_order
from placement.access.models import AgencyUnit, Person
from placement.access.rights import Role
from placement.audit.clock import now
from placement.ui.paging import Page, keyset_page
from residents.models import Case, Resident

PAGE = 15  # young people
AHEAD = 60
ALL = "Overdue, 60 days ahead"
REACH = {"late": "Overdue only", "14": "Overdue, 14 days ahead"}


@dataclass(frozen=True)
class Group:
    """One young person with what is due, soonest first."""

    resident: Resident
    rows: list[Dated]

    @property
    def late(self) -> int:
        """Return how many are overdue."""
        return sum(row.late for row in self.rows)


@dataclass(frozen=True)
class Deadlines:
    """One page of the list. ``young``: for how many young people something is due, on all pages."""

    page: Page
    groups: list[Group]
    young: int


def deadlines(
    person: Person, *, after: str | None = None, reach: str = "", kind: str = "", unit: str = ""
) -> Deadlines:
    """Return what is due for the young people for whom ``person`` answers, those with the oldest date first.

    reach: a key of ``REACH``. kind: a key of ``case_dates.KINDS``. unit: the id of a unit that has the open case.
    """
    until = _until(reach, ZoneInfo(person.time_zone))
    due = [_due(source, person, until, kind) for source in SOURCES]
    soonest = Least(*(Subquery(rows.filter(resident=OuterRef("pk")).order_by("due").values("due")[:1]) for rows in due))
    young = young_people(person).annotate(soonest=soonest).filter(soonest__isnull=False)
    if unit:
        open_ = Q(cases__status=Case.Status.OPEN, cases__unit=unit)
        young = young.filter(open_)
    page = keyset_page(young, order=("soonest",), after=after, size=PAGE)
    keys = [resident.pk for resident in page.rows]
    told = [
        (row.resident_id, source.tell(row, person))
        for source, rows in zip(SOURCES, due, strict=True)
        for row in rows.filter(resident__in=keys)
    ]
    found: dict[UUID, list[Dated]] = defaultdict(list)
    for (key, _), dated in zip(told, as_known_to(person, (dated for _, dated in told)), strict=True):
        found[key].append(dated)
    groups = [Group(resident, in_order(found[resident.pk])) for resident in page.rows]
    return Deadlines(page, groups, young.aggregate(number=Count("pk"))["number"])


def young_people(person: Person) -> QuerySet[Resident]:
    """Return the young people for whom ``person`` answers: the own caseload, unit, home or team."""
    right = ANSWERS.get(Role(person.role))
    return Resident.objects.visible_to(person, right) if right else Resident.objects.none()


def units_of(person: Person) -> list[tuple[str, str]]:
    """Return id and name of each unit that has an open case of one of these young people."""
    right = ANSWERS.get(Role(person.role))
    if right is None:
        return []
    cases = Case.objects.visible_to(person, right).filter(status=Case.Status.OPEN)
    units = AgencyUnit.objects.filter(pk__in=cases.values("unit")).order_by("name")
    return [(str(unit.pk), unit.name) for unit in units]


def _until(reach: str, zone: ZoneInfo) -> datetime:
    if reach == "late":
        return now()
    return day_begins(now().astimezone(zone).date() + timedelta(days=1 + int(reach or AHEAD)), zone)


def _due(source: Source, person: Person, until: datetime, kind: str) -> Any:
    rows = source.rows(person).filter(due__lte=until)
    return rows.filter(kind=kind) if kind else rows
