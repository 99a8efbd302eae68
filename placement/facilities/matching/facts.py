"""What matching knows: plain facts about one young person and about homes, and what it answers."""

from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

EARTH_KM = 6371.0
GRID_DIGITS = 1  # of a degree: about 11 km
BLUR_KM = 8.0  # no place is farther than this from its ``coarse`` one


@dataclass(frozen=True)
class Span:
    """From a moment (aware) to another one, or without end."""

    starts_at: datetime
    ends_at: datetime | None = None

    def overlaps(self, starts_at: datetime, ends_at: datetime | None) -> bool:
        """Return whether the other span shares time with this one; the ends themselves are not included."""
        return (ends_at is None or ends_at > self.starts_at) and (self.ends_at is None or starts_at < self.ends_at)


@dataclass(frozen=True)
class Point:
    """A place, in degrees. Never shown; only distances are."""

    latitude: float
    longitude: float

    def km_to(self, other: "Point") -> float:
        """Return the great-circle distance in km (haversine)."""
        a, b = radians(self.latitude), radians(other.latitude)
        turn = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(radians(other.longitude - self.longitude) / 2) ** 2
        return 2 * EARTH_KM * asin(sqrt(min(1.0, turn)))

    def coarse(self) -> "Point":
        """Return the nearest crossing of a grid of a tenth of a degree.

        For readers who may not know the place: rounding a distance hides nothing from somebody who may move the other
        end of it and look again, because the edges of the rounding meet in the one true place.
        """
        return Point(round(self.latitude, GRID_DIGITS), round(self.longitude, GRID_DIGITS))


@dataclass(frozen=True)
class Area:
    """An area to stay away from, with the distance to keep in km."""

    point: Point
    km: float


@dataclass(frozen=True)
class Sibling:
    """A brother or sister. ``visible``: the person who asks may know where that sibling lives."""

    id: UUID
    together: bool
    visible: bool = False


@dataclass(frozen=True)
class YoungPerson:
    """The young person for whom a home is sought. ``population`` and ``stage``: the newest designation.

    ``apart_unseen``: from whom to keep apart, without those of ``apart_from``: the person who asks may not know of them.
    ``goal``: of the open case.
    """

    id: UUID
    birth_date: date | None
    sex: str
    languages: tuple[str, ...] = ()
    population: str = ""
    stage: str = ""
    level: int | None = None
    goal: str = ""
    exploiters: frozenset[UUID] = frozenset()
    recruiters: frozenset[UUID] = frozenset()
    traces: frozenset[str] = frozenset()
    harmed: bool = False
    was_harmed: bool = False
    apart_from: frozenset[UUID] = frozenset()
    apart_unseen: frozenset[UUID] = frozenset()
    siblings: tuple[Sibling, ...] = ()
    areas: tuple[Area, ...] = ()
    school: Point | None = None
    family: Point | None = None


@dataclass(frozen=True)
class Term:
    """A condition or a waiver of a licence, from day to day, both included."""

    kind: str
    value: int | None
    starts_on: date
    ends_on: date | None
    text: str = ""
    rules: tuple[str, ...] = ()  # ids of those that a waiver names

    def holds(self, day: date) -> bool:
        """Return whether it is in force on ``day``."""
        return self.starts_on <= day and (self.ends_on is None or self.ends_on >= day)


@dataclass(frozen=True)
class Licence:
    """What a home may do; both days of its validity are included."""

    population: str
    status: str
    capacity: int
    min_age: int
    max_age: int
    sexes: tuple[str, ...]
    levels: tuple[int, ...]
    valid_from: date
    valid_to: date | None
    conditions: tuple[Term, ...] = ()
    waivers: tuple[Term, ...] = ()

    def covers(self, day: date) -> bool:
        """Return whether ``day`` lies in its validity."""
        return self.valid_from <= day and (self.valid_to is None or self.valid_to >= day)

    def waived(self, kind: str, day: date) -> bool:
        """Return whether the authority waived the term ``kind`` on ``day``."""
        return any(waiver.kind == kind and waiver.holds(day) for waiver in self.waivers)

    def limit(self, kind: str, day: date) -> list[int]:
        """Return the values that conditions of ``kind`` set on ``day``."""
        return [c.value for c in self.conditions if c.kind == kind and c.value is not None and c.holds(day)]

    def places(self, day: date) -> int:
        """Return how many young people may live there on ``day``."""
        return min([self.capacity, *self.limit("max_capacity", day)])


@dataclass(frozen=True)
class Bed:
    """A bed as pages name it. ``held_for``: the young person for whom somebody holds it now."""

    id: UUID
    name: str
    closed_from: date | None = None
    closed_until: date | None = None
    held_for: UUID | None = None

    def open_during(self, first: date, last: date | None) -> bool:
        """Return whether it is in use on every day from ``first`` to ``last`` (without end when None)."""
        if self.closed_from is None:
            return True
        return (last is not None and last < self.closed_from) or (
            self.closed_until is not None and first > self.closed_until
        )


@dataclass(frozen=True)
class Stay:
    """Somebody else's stay that is proposed, approved or going on, and what safety needs to know about them."""

    resident: UUID
    bed: UUID
    starts_at: datetime
    ends_at: datetime | None = None
    birth_date: date | None = None
    exploiters: frozenset[UUID] = frozenset()
    recruiters: frozenset[UUID] = frozenset()
    traces: frozenset[str] = frozenset()
    harmed: bool = False
    was_harmed: bool = False


@dataclass(frozen=True)
class Exemption:
    """An approved exception for this young person in this home."""

    kind: str
    expires_at: datetime


class Weight(StrEnum):
    """What it means for a placement that a rule of the law is not met."""

    STOPS = "stops"
    SIGNED = "signed"  # by a supervisor, with the reason
    TOLD = "told"  # advice


@dataclass(frozen=True)
class Ground:
    """What a criterion rests on: a rule of the law, or what the authority wrote on the licence.

    ``name``: the citation, or ``Condition``. ``says``: the title of the rule, or the words of the condition. ``where``: whose
    law, and how it stands.
    """

    name: str
    says: str
    where: str = ""
    href: str = ""


@dataclass(frozen=True)
class Ruling:
    """What one rule of the law says of a young person in one home, before they come. ``met``: None when it can't be known yet.

    ``mark``: of the version of the rule; a signature holds for it alone. ``said_by``: the criterion that asks the same, if
    there is one. ``law``: whose rule it is, in words. ``waived``: until when, and by whom, the rule need not be met here.
    """

    key: str
    mark: str
    title: str
    citation: str
    law: str
    met: bool | None
    weight: Weight
    said_by: str = ""
    href: str = ""
    waived: str = ""


@dataclass(frozen=True)
class Home:
    """One home with everything that rules look at.

    ``clearances``: fire clearances, both days included. ``address_known``: the person who asks may see the address;
    for others ``point`` is coarse. ``rulings``: what rules of the law say of the young person here.
    """

    id: UUID
    name: str
    kind: str
    zone: ZoneInfo
    jurisdiction: str = ""
    kind_name: str = ""
    languages: tuple[str, ...] = ()
    point: Point | None = None
    licences: tuple[Licence, ...] = ()
    clearances: tuple[tuple[date, date], ...] = ()
    beds: tuple[Bed, ...] = ()
    stays: tuple[Stay, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    lived_here_before: bool = False
    address_known: bool = False
    rulings: tuple[Ruling, ...] = ()

    def day(self, moment: datetime) -> date:
        """Return the home's own calendar day of ``moment``."""
        return moment.astimezone(self.zone).date()

    def licence_on(self, day: date) -> Licence | None:
        """Return the licence whose validity covers ``day``."""
        return next((licence for licence in self.licences if licence.covers(day)), None)

    @property
    def serves(self) -> str:
        """Return whom the newest licence says the home serves; its kind when there is no licence."""
        newest = max(self.licences, key=lambda each: each.valid_from, default=None)
        return newest.population if newest else self.kind

    def housemates(self, span: Span) -> list[Stay]:
        """Return the stays of others that share time with ``span``."""
        return [stay for stay in self.stays if span.overlaps(stay.starts_at, stay.ends_at)]


@dataclass(frozen=True)
class Wish:
    """What is asked for: the span of the stay, the referral's level of care if any, and a bed if one is chosen."""

    span: Span
    level: int | None = None
    bed: UUID | None = None


class State(StrEnum):
    """What became of one criterion."""

    PASSED = "passed"
    FAILED = "failed"
    WARNED = "warned"
    INFO = "info"


@dataclass(frozen=True)
class Criterion:
    """One rule's answer.

    ``open_text`` replaces ``text`` for readers without the right to the exploitation history; ``None`` there
    means the same text for everybody, empty means not shown. ``signature`` is set where a named person must
    sign: the key, and a mark of the facts that were signed, so that new facts need a new signature. ``mates``: the
    housemates of whom the text speaks; they are never stored, a page names those that its reader may know. ``grounds``: the
    rules and terms of the licence that say so. ``supervisor``: only a supervisor signs.
    """

    key: str
    state: State
    text: str
    open_text: str | None = None
    signature: str = ""
    mates: frozenset[UUID] = frozenset()
    grounds: tuple[Ground, ...] = ()
    supervisor: bool = False

    def as_data(self) -> dict[str, Any]:
        """Return it as it is stored with a match and in a decision record."""
        return {
            "key": self.key,
            "state": str(self.state),
            "text": self.text,
            "open_text": self.open_text,
            "signature": self.signature,
            "grounds": [asdict(ground) for ground in self.grounds],
        }


@dataclass(frozen=True)
class Result:
    """One home held against the wish: how many beds are ``free`` then, and how many more only ``held``, for whomever."""

    home: Home
    criteria: tuple[Criterion, ...]
    bed: Bed | None
    starts_at: datetime
    free: int
    places: int
    score: float = 0.0
    rank: int = field(default=0)
    held: int = 0

    @property
    def failed(self) -> list[Criterion]:
        """Return the criteria that rule the home out."""
        return [c for c in self.criteria if c.state is State.FAILED]

    @property
    def to_sign(self) -> list[Criterion]:
        """Return the warnings that need a named person's signature."""
        return [c for c in self.criteria if c.signature]

    @property
    def fits(self) -> bool:
        """Return whether nothing rules the home out."""
        return not self.failed

    @property
    def outcome(self) -> str:
        """Return the value of ``Match.Result``."""
        if self.failed:
            return "fails"
        return "warns" if any(c.state is State.WARNED for c in self.criteria) else "fits"

    def at_rank(self, rank: int) -> "Result":
        """Return the same result with its place in the list."""
        return replace(self, rank=rank)
