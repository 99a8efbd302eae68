"""How many young people of a unit were in care at the end of a month, by groups, for people outside."""

import json
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from placement.facilities.models import Facility
from residents.models import LevelOfCare, Sex

SMALLEST = 11  # people; Centers for Medicare & Medicaid Services, cell size suppression policy: no cell of 1 to 10
# Table → its heading, and its groups as the database calls them, in the order of the page.
TABLES: dict[str, tuple[str, dict[str, str]]] = {
    "age": ("Age", {"0": "Under 13", "13": "13 to 15", "16": "16 and 17", "18": "18 and over"}),
    "sex": ("Sex", dict(Sex.choices)),
    "level": ("Level of care", {str(level): label for level, label in LevelOfCare.choices}),
    "kind": ("Kind of home", dict(Facility.Kind.choices)),
}
NOT_KNOWN = ("", "Not written down")


@dataclass(frozen=True)
class Cells:
    """One table of numbers as it may be shown. A number that is hidden is ``None``; also the total, where it is small."""

    rows: dict[str, int | None]
    total: int | None


@dataclass(frozen=True)
class Totals:
    """The tables, by heading, the last day of the month that they are of, and when they were counted."""

    day: date
    taken_at: datetime
    tables: dict[str, Cells]


def totals() -> Totals:
    """Return the totals of the acting supervisor's unit at the end of last month, in one query.

    Whoever opens them first has them counted; from then on they stay as they are, and the same for everybody.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT day, taken_at, tables FROM totals_of_last_month()")
        day, taken_at, text = cursor.fetchone()
    tables = json.loads(text)
    return Totals(day, taken_at, {name: table(tables.get(of, {}), groups) for of, (name, groups) in TABLES.items()})


def table(counted: dict[str, int | None], groups: dict[str, str]) -> Cells:
    """Return the numbers in the order of ``groups``; those of whom nothing is written down only when there are any."""
    known = groups | dict([NOT_KNOWN] if NOT_KNOWN[0] in counted else [])
    return Cells({label: counted.get(group, 0) for group, label in known.items()}, counted.get("all", 0))
