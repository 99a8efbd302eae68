"""A licensing file held against the system: what is new, changed, refused or gone."""

from bisect import insort
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

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
)
from placement.facilities.imports.reader import Row, RowRefused, Table, same_number
from placement.facilities.models import Facility, FacilityAddress, Licence, OutsideInspection

SOURCES = {source.name: source for source in (CALIFORNIA, TEXAS)}
Progress = Callable[[Iterable[Any], str], Iterable[Any]]


@dataclass(eq=False)
class Change:
    """What one row of a file (in a file of visits: the rows of one day) changes of one home: taken whole, or not at all.

    ``new`` and ``changed`` hold model instances; nothing of them has been saved. ``creates``: home or visit is new here.
    """

    lines: list[int]
    creates: bool = False
    new: list[Any] = field(default_factory=list)
    changed: list[Any] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        """Return the word under which the report counts the lines."""
        if self.creates:
            return "created"
        return "updated" if self.new or self.changed else "unchanged"

    def put(self, thing: Any, values: dict[str, Any]) -> None:
        """Put the values on ``thing`` that differ."""
        differ = {name: value for name, value in values.items() if getattr(thing, name) != value}
        for name, value in differ.items():
            setattr(thing, name, value)
        if differ:
            self.changed.append(thing)


@dataclass
class Plan:
    """What an import would do, change by change, and what it reports. ``names``: of the homes of ``missing`` numbers."""

    source: Source
    read: int = 0
    changes: list[Change] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    vanished: list[Facility] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """Return the report that ``--json`` prints."""
        counts = dict.fromkeys(("created", "updated", "unchanged"), 0)
        for change in self.changes:
            counts[change.outcome] += len(change.lines)
        return {"read": self.read, **counts, "refused": self.refused, "missing": self.missing}

    def refuse(self, line: int, reason: str) -> None:
        """Add a refused row, in the order of the file."""
        insort(self.refused, {"line": line, "reason": reason}, key=lambda entry: entry["line"])

    def refuse_change(self, change: Change, reason: str) -> None:
        """Take a change out of the plan, and refuse its rows."""
        self.changes.remove(change)
        for line in change.lines:
            self.refuse(line, reason)


def compare(source: str, table: Table, progress: Progress) -> Plan:
    """Hold the rows of a file against the database. Raises ``FileRefused`` when a column is missing."""
    plan = Plan(SOURCES[source], read=len(table.rows))
    if source == TEXAS.name and texas.is_inspections(table.header):
        _compare_visits(plan, _accepted(plan, table.rows, texas.visit_parser(table.header), progress))
    else:
        layout = california if source == CALIFORNIA.name else texas
        _compare_homes(plan, _accepted(plan, table.rows, layout.parser(table.header), progress), table)
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


def _licences(source: Source) -> dict[str, list[Licence]]:
    """Return the licences of each number of this authority, the newest last, with home and address."""
    known: dict[str, list[Licence]] = {}
    found = Licence.objects.filter(authority=source.authority).select_related("facility__address")
    for licence in found.order_by("valid_from"):
        known.setdefault(same_number(licence.number), []).append(licence)
    return known


def _compare_homes(plan: Plan, homes: list[HomeRow], table: Table) -> None:
    known = _licences(plan.source)
    visits = _known_visits(
        plan.source, [known[key][-1].facility_id for home in homes if (key := same_number(home.number)) in known]
    )
    for home in homes:
        licences = known.get(same_number(home.number))
        if licences is None:
            plan.changes.append(_new_home(plan.source, home))
        else:
            plan.changes.append(_changed_home(plan.source, home, licences, visits.get(licences[-1].facility_id, {})))
    if homes:
        in_file = _numbers(table)
        here = {licences[-1].facility_id for key, licences in known.items() if key in in_file}
        newest = [licences[-1] for key, licences in known.items() if key not in in_file]
        gone = [licence for licence in newest if licence.facility_id not in here]
        plan.names = {licence.number: licence.facility.name for licence in gone}
        plan.missing = sorted(plan.names)
        file_date = max((home.file_date for home in homes if home.file_date), default=None)
        for facility in (licence.facility for licence in gone if licence.facility.vanished_on is None):
            facility.vanished_on = file_date or now().astimezone(facility.zone).date()
            plan.vanished.append(facility)


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


def _new_home(source: Source, home: HomeRow) -> Change:
    facility = Facility(
        name=home.name,
        kind=home.kind,
        original_type=home.original_type,
        jurisdiction=source.jurisdiction,
        region=home.region,
        time_zone=home.time_zone,
    )
    low, high = home.ages or (0, 17)
    licence = Licence(
        facility=facility,
        authority=source.authority,
        number=home.number,
        jurisdiction=source.jurisdiction,
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
    address = FacilityAddress(facility=facility, **home.address)
    change = Change([home.line], creates=True, new=[facility, address, licence])
    _compare_visits_of(source, change, facility, home.visits, {})
    return change


def _changed_home(
    source: Source, home: HomeRow, licences: list[Licence], visits: dict[Any, OutsideInspection]
) -> Change:
    """Note what the file says otherwise. What the file leaves open, and what ``Unavailable`` hides, stays as it is.

    The file's first day of a licence is that of its number: a renewal under the same number begins later.
    """
    licence = licences[-1]
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
    is_first = len(licences) == 1
    if is_first and home.valid_from and (of_licence["valid_to"] is None or home.valid_from <= of_licence["valid_to"]):
        of_licence["valid_from"] = home.valid_from
    of_address = {part: text for part, text in home.address.items() if text}
    change = Change([home.line])
    change.put(facility, of_home)
    change.put(licence, of_licence)
    change.put(facility.address, of_address)
    _compare_visits_of(source, change, facility, home.visits, visits)
    return change


def _known_visits(source: Source, facilities: Iterable[Any]) -> dict[Any, dict[Any, OutsideInspection]]:
    known: dict[Any, dict[Any, OutsideInspection]] = {}
    for visit in OutsideInspection.objects.filter(facility__in=set(facilities), source=source.name):
        known.setdefault(visit.facility_id, {})[visit.kind, visit.visited_on] = visit
    return known


def _compare_visits_of(
    source: Source, change: Change, facility: Facility, visits: Iterable[Visits], known: dict[Any, OutsideInspection]
) -> None:
    """Note new and changed visits. A visit that the file no longer lists stays."""
    for visit in visits:
        numbers = {"visits": visit.visits, "serious_citations": visit.serious, "other_citations": visit.other}
        here = known.get((visit.kind, visit.on))
        if here is None:
            change.new.append(
                OutsideInspection(
                    facility=facility,
                    kind=visit.kind,
                    visited_on=visit.on,
                    source=source.name,
                    **numbers,
                )
            )
        else:
            change.put(here, numbers)


def _compare_visits(plan: Plan, rows: list[VisitRow]) -> None:
    """Note the visits of homes that are here; each row of the file counts as new, changed or unchanged with its day."""
    known = _licences(plan.source)
    of_day: dict[Any, list[VisitRow]] = {}
    homes: dict[Any, Facility] = {}
    for row in rows:
        licences = known.get(same_number(row.number))
        if licences is None:
            plan.refuse(row.line, "No home with this operation number is in the system.")
        else:
            facility = homes.setdefault(licences[-1].facility_id, licences[-1].facility)
            of_day.setdefault((facility.pk, row.kind, row.on), []).append(row)
    visits = _known_visits(plan.source, homes)
    for (pk, kind, on), listed in of_day.items():
        here = visits.get(pk, {})
        change = Change([row.line for row in listed], creates=(kind, on) not in here)
        day = Visits(kind, on, len(listed), 0, sum(row.cited for row in listed))
        _compare_visits_of(plan.source, change, homes[pk], [day], here)
        plan.changes.append(change)
