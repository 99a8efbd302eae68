"""A licensing file held against the system: what is new, changed, refused or gone."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from placement.audit.clock import now
from placement.facilities.imports import california, texas
from placement.facilities.imports.homes import (
    CALIFORNIA,
    POPULATION_OF_KIND,
    TEXAS,
    HomeRow,
    Source,
    VisitRow,
    Visits,
    merged,
)
from placement.facilities.imports.reader import Row, RowRefused, Table, same_number
from placement.facilities.models import Facility, FacilityAddress, Licence, OutsideInspection

SOURCES = {source.name: source for source in (CALIFORNIA, TEXAS)}
Progress = Callable[[Iterable[Any], str], Iterable[Any]]


@dataclass
class Plan:
    """What an import would do. Nothing in here has been saved.

    ``homes`` are new ones. ``changed`` holds model instances with their new values by model; ``visits`` are new rows.
    """

    source: Source
    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[dict[str, Any]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    homes: list[tuple[Facility, FacilityAddress, Licence]] = field(default_factory=list)
    changed: dict[type, list[Any]] = field(default_factory=dict)
    visits: list[OutsideInspection] = field(default_factory=list)
    vanished: list[Facility] = field(default_factory=list)
    vanished_on: date | None = None

    def document(self) -> dict[str, Any]:
        """Return the report that ``--json`` prints."""
        names = ("read", "created", "updated", "unchanged", "refused", "missing")
        return {name: getattr(self, name) for name in names}

    def refuse(self, line: int, reason: str) -> None:
        """Add a refused row."""
        self.refused.append({"line": line, "reason": reason})

    def change(self, thing: Any, values: dict[str, Any]) -> bool:
        """Put the values on ``thing`` that differ; return whether any did."""
        differ = {name: value for name, value in values.items() if getattr(thing, name) != value}
        for name, value in differ.items():
            setattr(thing, name, value)
        if differ:
            self.changed.setdefault(type(thing), []).append(thing)
        return bool(differ)


def compare(source: str, table: Table, progress: Progress) -> Plan:
    """Hold the rows of a file against the database. Raises ``FileRefused`` when a column is missing."""
    plan = Plan(SOURCES[source], read=len(table.rows))
    if source == TEXAS.name and texas.is_inspections(table.header):
        _compare_visits(plan, _accepted(plan, table.rows, texas.visit_parser(table.header), progress))
    else:
        layout = california if source == CALIFORNIA.name else texas
        _compare_homes(plan, _accepted(plan, table.rows, layout.parser(table.header), progress), table)
    plan.refused.sort(key=lambda entry: entry["line"])
    return plan


def _accepted(plan: Plan, rows: list[Row], parse: Callable[[Row], Any], progress: Progress) -> list[Any]:
    accepted: list[Any] = []
    seen: dict[str, int] = {}
    for row in progress(rows, "reading"):
        try:
            found = parse(row)
            key = found.activity or f"line {row.line}" if isinstance(found, VisitRow) else same_number(found.number)
            if key in seen:
                raise RowRefused(f"The same number stands on line {seen[key]} already.")
            seen[key] = row.line
            accepted.append(found)
        except RowRefused as reason:
            plan.refuse(row.line, str(reason))
    return accepted


def _licences(source: Source) -> dict[str, Licence]:
    """Return the newest licence for each number of this authority, with home and address."""
    found = (
        Licence.objects.filter(authority=source.authority).select_related("facility__address").order_by("valid_from")
    )
    return {same_number(licence.number): licence for licence in found}


def _compare_homes(plan: Plan, homes: list[HomeRow], table: Table) -> None:
    known = _licences(plan.source)
    visits = _known_visits(
        plan.source, [known[key].facility_id for home in homes if (key := same_number(home.number)) in known]
    )
    for home in homes:
        licence = known.get(same_number(home.number))
        if licence is None:
            facility = _new_home(plan, home)
            plan.created += 1
            _compare_visits_of(plan, facility, home.visits, {})
        elif _changed_home(plan, home, licence, visits.get(licence.facility_id, {})):
            plan.updated += 1
        else:
            plan.unchanged += 1
    if homes:
        in_file = _numbers(table)
        gone = [licence for key, licence in known.items() if key not in in_file]
        plan.missing = sorted(licence.number for licence in gone)
        plan.vanished = [licence.facility for licence in gone if licence.facility.vanished_on is None]
        plan.vanished_on = max((home.file_date for home in homes if home.file_date), default=timezone.localdate(now()))


def _numbers(table: Table) -> set[str]:
    """Return every licence number of the file, also those of refused rows: a home in a refused row has not vanished."""
    column = next(
        place
        for place, name in enumerate(table.header)
        if name.casefold().replace(" ", "_") in {"facility_number", "operation_number"}
    )
    return {
        same_number(row.cells[column].strip())
        for row in table.rows
        if len(row.cells) > column and row.cells[column].strip()
    }


def _new_home(plan: Plan, home: HomeRow) -> Facility:
    facility = Facility(
        name=home.name,
        kind=home.kind,
        original_type=home.original_type,
        jurisdiction=plan.source.jurisdiction,
        region=home.region,
        time_zone=home.time_zone,
    )
    low, high = home.ages or (0, 17)
    licence = Licence(
        facility=facility,
        authority=plan.source.authority,
        number=home.number,
        jurisdiction=plan.source.jurisdiction,
        status=home.status,
        population=POPULATION_OF_KIND[home.kind],
        capacity=home.capacity,
        min_age=low,
        max_age=high,
        sexes=[],
        levels=[],
        valid_from=home.valid_from or home.file_date or now().astimezone(ZoneInfo(home.time_zone)).date(),
        valid_to=home.valid_to,
    )
    plan.homes.append((facility, FacilityAddress(facility=facility, **home.address), licence))
    return facility


def _changed_home(plan: Plan, home: HomeRow, licence: Licence, visits: dict[Any, OutsideInspection]) -> bool:
    """Note what the file says otherwise. What the file leaves open, and what ``Unavailable`` hides, stays as it is."""
    facility = licence.facility
    of_home = {
        "name": home.name,
        "kind": home.kind,
        "original_type": home.original_type,
        "region": home.region or facility.region,
        "vanished_on": None,
    }
    of_licence: dict[str, Any] = {
        "status": home.status,
        "capacity": home.capacity,
        "number": max(home.number, licence.number, key=len),
        "valid_to": home.valid_to
        or (None if licence.status == Licence.Status.CLOSED != home.status else licence.valid_to),
    }
    if home.ages:
        of_licence["min_age"], of_licence["max_age"] = home.ages
    if home.valid_from and (of_licence["valid_to"] is None or home.valid_from <= of_licence["valid_to"]):
        of_licence["valid_from"] = home.valid_from
    of_address = {part: text for part, text in home.address.items() if text}
    return any(
        [
            plan.change(facility, of_home),
            plan.change(licence, of_licence),
            plan.change(facility.address, of_address),
            _compare_visits_of(plan, facility, home.visits, visits),
        ]
    )


def _known_visits(source: Source, facilities: Iterable[Any]) -> dict[Any, dict[Any, OutsideInspection]]:
    known: dict[Any, dict[Any, OutsideInspection]] = {}
    for visit in OutsideInspection.objects.filter(facility__in=set(facilities), source=source.name):
        known.setdefault(visit.facility_id, {})[visit.kind, visit.visited_on] = visit
    return known


def _compare_visits_of(
    plan: Plan, facility: Facility, visits: Iterable[Visits], known: dict[Any, OutsideInspection]
) -> bool:
    """Note new and changed visits; return whether there were any. A visit that the file no longer lists stays."""
    differs = False
    for visit in visits:
        numbers = {"visits": visit.visits, "serious_citations": visit.serious, "other_citations": visit.other}
        here = known.get((visit.kind, visit.on))
        if here is None:
            plan.visits.append(
                OutsideInspection(
                    facility=facility,
                    kind=visit.kind,
                    visited_on=visit.on,
                    source=plan.source.name,
                    **numbers,
                )
            )
            differs = True
        else:
            differs |= plan.change(here, numbers)
    return differs


def _compare_visits(plan: Plan, rows: list[VisitRow]) -> None:
    """Note the visits of homes that are here; each row of the file counts as new, changed or unchanged with its day."""
    known = _licences(plan.source)
    of_home: dict[Any, tuple[Facility, list[VisitRow]]] = {}
    for row in rows:
        licence = known.get(same_number(row.number))
        if licence is None:
            plan.refuse(row.line, "No home with this operation number is in the system.")
        else:
            of_home.setdefault(licence.facility_id, (licence.facility, []))[1].append(row)
    visits = _known_visits(plan.source, of_home)
    for key, (facility, listed) in of_home.items():
        here = visits.get(key, {})
        for visit in merged(Visits(row.kind, row.on, 1, 0, int(row.cited)) for row in listed):
            is_new = (visit.kind, visit.on) not in here
            differs = _compare_visits_of(plan, facility, [visit], here)
            counter = "created" if is_new else "updated" if differs else "unchanged"
            setattr(plan, counter, getattr(plan, counter) + visit.visits)
