"""How many adults the rules ask for: pure functions over facts of a home, young people present, and a moment.

The rules are those of ``shared/regulations`` that count adults for young people and were read in their text. Where none was
found for a state or a kind of home, the one floor is that young people are never without an adult, and the page says so. A
home may owe more by a condition of its licence. Times are the home's own; a night of the clock change is no special case.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from placement.facilities.queries.rounds import NIGHT, PERIODS

SLEEP_FROM, SLEEP_TO = next((starts, ends) for name, starts, ends in PERIODS if name == NIGHT)


@dataclass(frozen=True)
class Rule:
    """From ``starts`` to ``ends`` one awake adult for each ``per_awake`` young people, or one asleep for each ``per_asleep``.

    ``per_asleep`` 0: nobody may sleep. It counts from ``fewest`` young people present on. ``treatment``: only in homes that
    give treatment services (True), only in others (False), in all (None).
    """

    state: str
    citation: str
    starts: time
    ends: time
    per_awake: int
    per_asleep: int = 0
    fewest: int = 1
    treatment: bool | None = None


@dataclass(frozen=True)
class Condition:
    """What a licence's condition asks for beyond the rules, from day to day inclusive."""

    kind: str  # "per_adult" or "awake_night"
    value: int
    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True)
class HomeFacts:
    """What of a home decides which rule holds. ``treatment``: its licence is for trafficked young people only.

    Whether one single young person in another home needs treatment services is not asked: the number on the page would tell.
    """

    state: str
    residential: bool
    treatment: bool
    zone: ZoneInfo
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Required:
    """What is asked for. ``per_awake`` and ``per_asleep`` are young people for each adult; ``least_awake`` whatever their number.

    ``awake``: how many adults are enough when all are awake. ``asleep_ok``: how many when all sleep, 0 where nobody may.
    """

    young_people: int
    per_awake: int
    per_asleep: int
    least_awake: int
    citation: str
    checked: bool

    @property
    def awake(self) -> int:
        """Return how many awake adults are enough."""
        return max(ceil(self.young_people / self.per_awake), self.least_awake)

    @property
    def asleep_ok(self) -> int:
        """Return how many adults are enough when all of them sleep; 0 where nobody may."""
        return 0 if not self.per_asleep or self.least_awake else ceil(self.young_people / self.per_asleep)

    def missing(self, awake: int, asleep: int = 0) -> int:
        """Return how many awake adults are too few with ``awake`` and ``asleep`` adults on duty."""
        left = self.young_people - asleep * self.per_asleep - awake * self.per_awake
        return max(ceil(left / self.per_awake), self.least_awake - awake, 0)

    @property
    def sentence(self) -> str:
        """Return what is asked for, in words."""
        if not self.young_people:
            return "Nobody is in the house, so no adult is needed"
        who = f"{adults(self.awake)} for {young(self.young_people)}"
        if self.asleep_ok:
            also = "asleep or awake" if self.asleep_ok == self.awake else f"awake, or {self.asleep_ok} asleep"
            return f"{who}, {also}"
        return f"{who}, awake"


# California: group homes and the residential programmes that follow their rules; Texas: general residential operations.
RULES = (
    Rule("CA", "22 CCR 84065.5(a)", time(7), time(22), 10),
    Rule("CA", "22 CCR 84065.7(a)", time(22), time(7), 12, 12),
    Rule("CA", "22 CCR 84065.7(b)", time(22), time(7), 30, fewest=13),
    Rule("CA", "22 CCR 84065.7(c)", time(22), time(7), 30, fewest=31),
    Rule("TX", "26 TAC 748.1003(a)", SLEEP_TO, SLEEP_FROM, 5, treatment=True),
    Rule("TX", "26 TAC 748.1003(a)", SLEEP_TO, SLEEP_FROM, 8, treatment=False),
    Rule("TX", "26 TAC 748.1007(b), (c)", SLEEP_FROM, SLEEP_TO, 15, 10, treatment=True),
    Rule("TX", "26 TAC 748.1007(b), (c)", SLEEP_FROM, SLEEP_TO, 24, 16, treatment=False),
)
NO_RULE = "no rule of the state on file for this kind of home: never without an adult"
ANY_NUMBER = 10_000


def required(home: HomeFacts, young_people: int, moment: datetime) -> Required:
    """Return what is asked for with ``young_people`` present at ``moment`` (aware). A child under five counts as two in Texas:

    the caller counts them so. Raises ``ValueError`` for a negative number.
    """
    if young_people < 0:
        raise ValueError("A number of young people is not negative.")
    here = moment.astimezone(home.zone)
    night = _within(here.time(), SLEEP_FROM, SLEEP_TO)
    found = [rule for rule in RULES if _holds(rule, home, young_people, here.time())]
    if found:
        rule = max(found, key=lambda rule: rule.fewest)
        per_awake, per_asleep, said = rule.per_awake, rule.per_asleep, [rule.citation]
    else:
        per_awake, per_asleep, said = ANY_NUMBER, ANY_NUMBER if night else 0, [NO_RULE]
    least_awake = 0
    for condition in home.conditions:
        if not (condition.starts_on <= here.date() and (condition.ends_on is None or here.date() <= condition.ends_on)):
            continue
        if condition.kind == "per_adult" and condition.value and condition.value < max(per_awake, per_asleep):
            per_awake, per_asleep = min(per_awake, condition.value), min(per_asleep, condition.value)
            said.append("a condition of the licence")
        elif condition.kind == "awake_night" and night and young_people and condition.value > least_awake:
            least_awake = condition.value
            said.append("a condition of the licence")
    return Required(young_people, per_awake, per_asleep, least_awake, ", ".join(dict.fromkeys(said)), bool(found))


def changes_of_rule(home: HomeFacts, start: datetime, end: datetime) -> list[datetime]:
    """Return the moments between ``start`` and ``end`` (aware, UTC) at which another rule, or another day, begins."""
    clocks = {time(0), SLEEP_FROM, SLEEP_TO}
    clocks |= {at for rule in RULES if rule.state == home.state for at in (rule.starts, rule.ends)}
    day, last = start.astimezone(home.zone).date(), end.astimezone(home.zone).date()
    found = []
    while day <= last:
        found += [datetime.combine(day, at, home.zone).astimezone(UTC) for at in sorted(clocks)]
        day += timedelta(days=1)
    return [moment for moment in found if start < moment < end]


def adults(number: int) -> str:
    """Return a number of adults in words."""
    return "1 adult" if number == 1 else f"{number} adults"


def young(number: int) -> str:
    """Return a number of young people in words."""
    return "1 young person" if number == 1 else f"{number} young people"


def conditions_of(rows: Iterable[tuple[str, int | None, date, date | None]]) -> tuple[Condition, ...]:
    """Return the conditions of a licence that ask for adults, from (kind, value, first day, last day) of each condition."""
    return tuple(
        Condition(kind, value, first, last)
        for kind, value, first, last in rows
        if kind in ("per_adult", "awake_night") and value
    )


def _holds(rule: Rule, home: HomeFacts, young_people: int, clock: time) -> bool:
    return (
        home.residential
        and rule.state == home.state
        and rule.treatment in (None, home.treatment)
        and rule.fewest <= max(young_people, 1)
        and _within(clock, rule.starts, rule.ends)
    )


def _within(clock: time, starts: time, ends: time) -> bool:
    return starts <= clock < ends if starts < ends else clock >= starts or clock < ends
