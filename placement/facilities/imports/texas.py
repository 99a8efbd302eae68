"""Texas' child-care licensing files: the operations (residential ones are ours), and their inspections."""

import re
from collections.abc import Callable

from placement.facilities.imports.homes import ADDRESS_LIMITS, HomeRow, VisitRow, Visits
from placement.facilities.imports.reader import (
    Row,
    RowRefused,
    day,
    fitting,
    licence_number,
    plain,
    require,
    whole,
)
from placement.facilities.models import Facility, Licence, OutsideInspection

OPERATIONS = (
    *(
        "OPERATION_NUMBER",
        "OPERATION_NAME",
        "OPERATION_TYPE",
        "LOCATION_ADDRESS",
        "ADDRESS_LINE",
        "CITY",
        "STATE",
        "ZIPCODE",
    ),
    *("COUNTY", "PHONE_NUMBER", "email_address", "ISSUANCE_DATE", "LICENSED_TO_SERVE_AGES", "TOTAL_CAPACITY"),
    *(
        "DEFICIENCY_HIGH",
        "DEFICIENCY_MEDIUM_HIGH",
        "DEFICIENCY_MEDIUM",
        "DEFICIENCY_LOW",
        "TOTAL_INSPECTIONS",
    ),
)
INSPECTIONS = ("OPERATION_ID", "ACTIVITY_ID", "ACTIVITY_TYPE", "ACTIVITY_DATE", "VIOLATION_FOUND")
DAY_CARE = ("Licensed Center", "Licensed Child-Care Home", "Registered Child-Care Home", "Listed Family Home")
AGES = {
    "infant": (0, 1),
    "toddler": (1, 2),
    "pre-kindergarten": (3, 4),
    "school": (5, 17),
}
MOUNTAIN_COUNTIES = {"EL PASO", "HUDSPETH"}
SERIOUS = ("DEFICIENCY_HIGH", "DEFICIENCY_MEDIUM_HIGH")
OTHER = ("DEFICIENCY_MEDIUM", "DEFICIENCY_MEDIUM_LOW", "DEFICIENCY_LOW")


def is_inspections(header: list[str]) -> bool:
    """Return whether the file is the second one, with inspections."""
    return "ACTIVITY_ID" in header and "OPERATION_NAME" not in header


def parser(header: list[str]) -> Callable[[Row], HomeRow]:
    """Return what turns a row of the operations file into a home. Raises ``FileRefused`` when a column is missing."""
    columns = require(header, OPERATIONS, "a Texas operations file")
    return lambda row: _home(row, _cells(row, columns, len(header)))


def visit_parser(header: list[str]) -> Callable[[Row], VisitRow]:
    """Return what turns a row of the inspections file into a visit. Raises ``FileRefused`` when a column is missing."""
    columns = require(header, INSPECTIONS, "a Texas inspections file")
    return lambda row: _visit(row, _cells(row, columns, len(header)))


def _cells(row: Row, columns: dict[str, int], width: int) -> dict[str, str]:
    if len(row.cells) < width or any(cell.strip() for cell in row.cells[width:]):
        raise RowRefused(f"The row has {len(row.cells)} cells; the header has {width}.")
    return {name: row.cells[place] for name, place in columns.items()}


def _home(row: Row, cells: dict[str, str]) -> HomeRow:
    number = licence_number(cells["OPERATION_NUMBER"], "operation number")
    original = fitting(cells["OPERATION_TYPE"], 120, "The type")
    kind = kind_of(original)
    name = fitting(cells["OPERATION_NAME"], 160, "The name")
    if not name:
        raise RowRefused("There is no name.")
    issued = day(cells["ISSUANCE_DATE"], "The date of issue")
    status = _status(cells)
    if issued is None and status in {Licence.Status.LICENSED, Licence.Status.PROBATION}:
        raise RowRefused("There is no date of issue.")
    county = plain(cells["COUNTY"])
    return HomeRow(
        line=row.line,
        number=number,
        name=name,
        kind=kind,
        original_type=original,
        region=fitting(county.title(), 80, "The county"),
        time_zone="America/Denver" if county.upper() in MOUNTAIN_COUNTIES else "America/Chicago",
        capacity=whole(cells["TOTAL_CAPACITY"], "The capacity"),
        status=status,
        valid_from=issued,
        valid_to=None,
        ages=ages_of(cells["LICENSED_TO_SERVE_AGES"]),
        file_date=None,
        visits=_totals(cells),
        address=_address(cells),
    )


def kind_of(original: str) -> str:
    """Return our kind of home for Texas' type. Raises ``RowRefused`` for day care, by its name."""
    name = original.casefold()
    day_care = next((kind for kind in DAY_CARE if kind.casefold() == name), None)
    if day_care:
        raise RowRefused(f"{day_care} is day care, not a residential home.")
    if name.startswith("general residential operation"):
        return Facility.Kind.RESIDENTIAL
    if "child placing agency" in name or "child-placing agency" in name:
        return Facility.Kind.FOSTER
    raise RowRefused("The type is none of the residential types.")


def ages_of(cell: str) -> tuple[int, int] | None:
    """Return lowest and highest age in years of the words in the cell; None when it is empty. Raises ``RowRefused``."""
    words = [word.strip().casefold() for word in plain(cell).split(",") if word.strip()]
    if not words:
        return None
    spans = [AGES[word] for word in words if word in AGES]
    if len(spans) < len(words):
        raise RowRefused("The ages are not among Infant, Toddler, Pre-Kindergarten and School.")
    return min(low for low, _ in spans), max(high for _, high in spans)


def _status(cells: dict[str, str]) -> str:
    """Return the status. Columns about it are not in every download; without them the file lists what is licensed."""
    given = plain(cells.get("OPERATION_STATUS", "")).casefold()
    if given in {"n", "no", "closed"}:
        return Licence.Status.CLOSED
    if given == "inactive" or _yes(cells, "TEMPORARILY_CLOSED"):
        return Licence.Status.INACTIVE
    if given in {"probation", "on probation"} or _yes(cells, "CORRECTIVE_ACTION") or _yes(cells, "ADVERSE_ACTION"):
        return Licence.Status.PROBATION
    if given in {"pending", "applied"}:
        return Licence.Status.PENDING
    if given in {"", "y", "yes", "active", "open", "licensed"}:
        return Licence.Status.LICENSED
    raise RowRefused("The status is not one that is known.")


def _yes(cells: dict[str, str], column: str) -> bool:
    return plain(cells.get(column, "")).casefold() in {"y", "yes"}


def _totals(cells: dict[str, str]) -> tuple[Visits, ...]:
    serious, other = (
        sum(whole(cells.get(column, ""), "A number of deficiencies", empty=0) for column in columns)
        for columns in (SERIOUS, OTHER)
    )
    visits = whole(cells["TOTAL_INSPECTIONS"], "The number of inspections", empty=0)
    return (Visits(OutsideInspection.Kind.TOTAL, None, visits, serious, other),) if visits or serious or other else ()


def _address(cells: dict[str, str]) -> dict[str, str]:
    columns = {
        "street": "ADDRESS_LINE",
        "city": "CITY",
        "state": "STATE",
        "postcode": "ZIPCODE",
        "telephone": "PHONE_NUMBER",
        "email": "email_address",
        "administrator": "ADMINISTRATOR_DIRECTOR_NAME",
    }
    found = {
        part: fitting(cells.get(column, ""), ADDRESS_LIMITS[part], f"The {part}") for part, column in columns.items()
    }
    if not found["street"]:
        found["street"] = fitting(cells["LOCATION_ADDRESS"], ADDRESS_LIMITS["street"], "The street")
    return {part: "" if text.casefold() == "unavailable" else text for part, text in found.items()}


def _visit(row: Row, cells: dict[str, str]) -> VisitRow:
    on = day(cells["ACTIVITY_DATE"], "The date of the visit")
    if on is None:
        raise RowRefused("There is no date of the visit.")
    violation = plain(cells["VIOLATION_FOUND"]).upper()
    if violation not in {"Y", "N"}:
        raise RowRefused("Whether a violation was found is neither Y nor N.")
    kind = plain(cells["ACTIVITY_TYPE"]).casefold()
    return VisitRow(
        line=row.line,
        number=licence_number(cells["OPERATION_ID"], "operation number"),
        activity=fitting(cells["ACTIVITY_ID"], 40, "The activity number"),
        kind=OutsideInspection.Kind.COMPLAINT
        if re.search("complaint|investigation|report", kind)
        else OutsideInspection.Kind.INSPECTION
        if re.search("inspection|monitor", kind)
        else OutsideInspection.Kind.OTHER,
        on=on,
        cited=violation == "Y",
    )
