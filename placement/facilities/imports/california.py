"""California's community care licensing exports: the bulk file (31 columns) and the open-data file (17, snake case)."""

from collections.abc import Callable
from datetime import date

from placement.facilities.imports.homes import ADDRESS_LIMITS, HomeRow, Visits, merged
from placement.facilities.imports.reader import (
    Row,
    RowRefused,
    day,
    days,
    fitting,
    licence_number,
    packed_day,
    plain,
    require,
    whole,
    whole_numbers,
)
from placement.facilities.models import Facility, Licence, OutsideInspection

Kind = OutsideInspection.Kind
COMPLAINTS = "Complaint Info- Date, #Sub Aleg, # Inc Aleg, # Uns Aleg, # TypeA, # TypeB ..."
BULK = (
    *("Facility Type", "Facility Number", "Facility Name", "Licensee", "Facility Administrator"),
    *(
        "Facility Telephone Number",
        "Facility Address",
        "Facility City",
        "Facility State",
        "Facility Zip",
        "County Name",
    ),
    *(
        "Regional Office",
        "Facility Capacity",
        "Facility Status",
        "License First Date",
        "Closed Date",
        "Last Visit Date",
    ),
    *(
        "Inspection Visits",
        "Complaint Visits",
        "Other Visits",
        "Total Visits",
        "Citation Numbers",
        "POC Dates",
    ),
    *(
        "All Visit Dates",
        "Inspection Visit Dates",
        "Inspect TypeA",
        "Inspect TypeB",
        "Other Visit Dates",
        "Other TypeA",
    ),
    *("Other TypeB", COMPLAINTS),
)
OPEN = (
    *(
        "closed_date",
        "county_name",
        "facility_address",
        "facility_administrator",
        "facility_capacity",
        "facility_city",
    ),
    *("facility_name", "facility_number", "facility_state", "facility_status", "facility_telephone_number"),
    *("facility_type", "facility_zip", "file_date", "license_first_date", "licensee", "regional_office"),
)
STATUSES = {
    "LICENSED": Licence.Status.LICENSED,
    "CLOSED": Licence.Status.CLOSED,
    "PENDING": Licence.Status.PENDING,
    "INACTIVE": Licence.Status.INACTIVE,
    "ON PROBATION": Licence.Status.PROBATION,
}
DAY_CARE = ("DAY CARE", "CHILD CARE", "INFANT CENTER", "PRESCHOOL", "SCHOOL AGE")
GROWN_UP = ("ADULT", "ELDERLY", "SENIOR")
RESIDENTIAL = (
    *(
        "RESIDENTIAL THERAPEUTIC",
        "STRTP",
        "GROUP HOME",
        "COMMUNITY TREATMENT",
        "TRANSITIONAL",
        "CRISIS NURSERY",
    ),
    *("CHILDRENS CRISIS", "CHILDREN'S CRISIS", "RESIDENTIAL CARE FOR CHILDREN"),
)
COMPLAINT_CELLS = 6


def parser(header: list[str]) -> Callable[[Row], HomeRow]:
    """Return what turns a row under this header into a home. Raises ``FileRefused`` when a column is missing."""
    if "facility_number" in header or len(set(header) & set(OPEN)) > len(set(header) & set(BULK)):
        columns = require(header, OPEN, "a California open-data file")
        return lambda row: _home(row, _cells(row, columns, len(header)), file_date=True)
    named = [COMPLAINTS if name.startswith("Complaint Info") else name for name in header]
    columns = require(named, BULK, "a California licensing file")
    return lambda row: _bulk_home(row, columns, len(header))


def _cells(row: Row, columns: dict[str, int], width: int) -> dict[str, str]:
    if len(row.cells) < width:
        raise RowRefused(f"The row has {len(row.cells)} cells; the header has {width}.")
    if len(row.cells) > width and any(cell.strip() for cell in row.cells[width:]):
        raise RowRefused(f"The row has {len(row.cells)} cells; the header has only {width}.")
    return {name.lower().replace(" ", "_"): row.cells[place] for name, place in columns.items()}


def _bulk_home(row: Row, columns: dict[str, int], width: int) -> HomeRow:
    cells = _cells(Row(row.line, row.cells[:width]), columns, width)
    return _home(row, cells, visits=_visits(cells, row.cells[columns[COMPLAINTS] :]))


def _home(row: Row, cells: dict[str, str], *, visits: tuple[Visits, ...] = (), file_date: bool = False) -> HomeRow:
    number = licence_number(cells["facility_number"], "facility number")
    name = fitting(cells["facility_name"], 160, "The name")
    if not name:
        raise RowRefused("There is no name.")
    status = _status(cells["facility_status"])
    original = fitting(cells["facility_type"], 120, "The type")
    first, closed = (
        day(cells["license_first_date"], "The first licence date"),
        day(cells["closed_date"], "The closing date"),
    )
    if first is None and status in {Licence.Status.LICENSED, Licence.Status.PROBATION}:
        raise RowRefused("The home is called licensed, but there is no first licence date.")
    if first and closed and closed < first:
        raise RowRefused("The closing date is before the first licence date.")
    return HomeRow(
        line=row.line,
        number=number,
        name=name,
        kind=kind_of(original),
        original_type=original,
        region=_region(cells),
        time_zone="America/Los_Angeles",
        capacity=whole(cells["facility_capacity"], "The capacity"),
        status=status,
        valid_from=first or closed,
        valid_to=closed,
        ages=None,
        file_date=packed_day(cells["file_date"]) if file_date else None,
        visits=visits,
        address=_address(cells),
    )


def _status(cell: str) -> str:
    status = STATUSES.get(plain(cell).upper())
    if status is None:
        raise RowRefused(f"The status is none of {', '.join(STATUSES)}.")
    return status


def kind_of(original: str) -> str:
    """Return our kind of home for California's type. Raises ``RowRefused`` for day care and homes for grown-ups."""
    name = original.upper()
    if any(word in name for word in DAY_CARE):
        raise RowRefused("The type is day care, not a residential home.")
    if any(word in name for word in GROWN_UP):
        raise RowRefused("The type is a home for adults.")
    if "SHELTER" in name or "YOUTH HOMELESSNESS" in name:
        return Facility.Kind.SHELTER
    if "FAMILY HOME" in name or "FOSTER" in name:
        return Facility.Kind.FOSTER
    if any(word in name for word in RESIDENTIAL):
        return Facility.Kind.RESIDENTIAL
    raise RowRefused("The type is none of the residential types for young people.")


def _region(cells: dict[str, str]) -> str:
    county, office = plain(cells["county_name"]).title(), plain(cells["regional_office"])
    office = f"office {office}" if office.isdigit() else office
    return fitting(" · ".join(part for part in (county, office) if part), 80, "County and regional office together")


def _address(cells: dict[str, str]) -> dict[str, str]:
    columns = {
        "street": "facility_address",
        "city": "facility_city",
        "state": "facility_state",
        "postcode": "facility_zip",
        "telephone": "facility_telephone_number",
        "licensee": "licensee",
        "administrator": "facility_administrator",
    }
    found = {part: fitting(cells[column], ADDRESS_LIMITS[part], f"The {part}") for part, column in columns.items()}
    return {part: "" if text.casefold() == "unavailable" else text for part, text in found.items()}


def _visits(cells: dict[str, str], tail: list[str]) -> tuple[Visits, ...]:
    """Return the dated visits, and the totals. Citations stand at a day only where the file tells of which one."""
    found: list[Visits] = []
    complaints = _complaints(tail)
    serious, other = sum(entry.serious for entry in complaints), sum(entry.other for entry in complaints)
    for kind, word, prefix in [(Kind.INSPECTION, "inspection", "inspect"), (Kind.OTHER, "other", "other")]:
        dates = days(cells[f"{word}_visit_dates"], "A visit date")
        high = whole_numbers(cells[f"{prefix}_typea"], "The number of type A citations")
        low = whole_numbers(cells[f"{prefix}_typeb"], "The number of type B citations")
        serious, other = serious + sum(high), other + sum(low)
        if len(high) == len(low) == len(dates):
            found += [Visits(kind, on, 1, *cited) for on, *cited in zip(dates, high, low, strict=True)]
        else:
            found += [Visits(kind, on, 1) for on in dates]
    total = whole(cells["total_visits"], "The number of visits", empty=0)
    if total or serious or other:
        found.append(Visits(Kind.TOTAL, None, total, serious, other))
    return merged([*found, *complaints])


def _complaints(tail: list[str]) -> list[Visits]:
    """Return the complaint visits from the last column and the cells beyond it: six per complaint."""
    parts = [part.strip() for part in ",".join(tail).split(",")]
    while parts and not parts[0]:
        parts.pop(0)
    while parts and not parts[-1]:
        parts.pop()
    parts += [""] * (-len(parts) % COMPLAINT_CELLS)
    found = []
    for start in range(0, len(parts), COMPLAINT_CELLS):
        when, *counts = parts[start : start + COMPLAINT_CELLS]
        on: date | None = day(when, "A complaint date")
        if on is None:
            raise RowRefused("A complaint has no date; the cells beyond the header come in groups of six.")
        numbers = [whole(cell, "A number of a complaint", empty=0) for cell in counts]
        found.append(Visits(Kind.COMPLAINT, on, 1, numbers[3], numbers[4]))
    return found
