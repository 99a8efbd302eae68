"""What a licensing file says about one home, whichever layout it came in."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from placement.facilities.models import Facility, LicencePopulation

POPULATION_OF_KIND: dict[str, LicencePopulation] = {
    Facility.Kind.RESIDENTIAL: LicencePopulation.GENERAL,
    Facility.Kind.SHELTER: LicencePopulation.SHELTER,
    Facility.Kind.FOSTER: LicencePopulation.FOSTER,
}
ADDRESS_LIMITS = {
    "street": 200,
    "city": 80,
    "state": 20,
    "postcode": 12,
    "telephone": 40,
    "email": 160,
    "licensee": 200,
    "administrator": 160,
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a file comes from: the command's word for it, the authority on the licence, and the state."""

    name: str
    authority: str
    jurisdiction: str


CALIFORNIA = Source("ca-ccld", "California Community Care Licensing", "CA")
TEXAS = Source("tx-hhsc", "Texas Health and Human Services", "TX")
AUTHORITIES = {source.jurisdiction: source.authority for source in (CALIFORNIA, TEXAS)}


@dataclass(frozen=True, slots=True)
class Visits:
    """Visits of one kind on one day (``on`` None: the totals of the file), and what was cited at them."""

    kind: str
    on: date | None
    visits: int
    serious: int = 0
    other: int = 0


@dataclass(frozen=True, slots=True)
class HomeRow:
    """One home. ``ages`` and ``valid_from`` are None where the file doesn't say. ``address`` is confidential."""

    line: int
    number: str
    name: str
    kind: str
    original_type: str
    region: str
    time_zone: str
    capacity: int
    status: str
    valid_from: date | None
    valid_to: date | None
    ages: tuple[int, int] | None
    file_date: date | None
    visits: tuple[Visits, ...]
    address: dict[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One visit from a file that holds nothing else. ``cited``: a violation was found."""

    line: int
    number: str
    activity: str
    kind: str
    on: date
    cited: bool


def merged(visits: Iterable[Visits]) -> tuple[Visits, ...]:
    """Return one entry per kind and day."""
    sums: dict[tuple[str, date | None], list[int]] = defaultdict(lambda: [0, 0, 0])
    for visit in visits:
        for place, number in enumerate((visit.visits, visit.serious, visit.other)):
            sums[visit.kind, visit.on][place] += number
    return tuple(Visits(kind, on, *numbers) for (kind, on), numbers in sums.items())
