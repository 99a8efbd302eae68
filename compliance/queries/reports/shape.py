"""What every report is made of: parts that are counted per home and month, figures that follow from them, and the rows behind.

Months begin and end by the clock of the home that a row is about. Everything is counted from the rows that the database shows to
the reader, so no number tells of a row that they may not open. One statement counts a report, whatever the number of rows.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.db import connection
from django.db.models import (
    Case,
    CharField,
    DurationField,
    ExpressionWrapper,
    F,
    FloatField,
    Func,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast

from placement.access.models import Person
from placement.access.rights import Can
from placement.ui.dates import month_code, month_name
from placement.ui.paging import Page, keyset_page

PAGE = 25
MONTHS, OLDEST = 12, 36  # months that are shown unless others are chosen, and that can be chosen
NO_HOME = "none"  # in an address: what was in no home
A_DAY = timedelta(days=1)


def month_after(first: date, months: int = 1) -> date:
    """Return the first day of the month that comes ``months`` after the one of ``first`` (before it, if negative)."""
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


@dataclass(frozen=True)
class Wanted:
    """The months, from the one that begins on ``since`` to the one that begins on ``until``, both included; and one home or all."""

    since: date
    until: date
    facility: str = ""

    @classmethod
    def last_months(cls, today: date) -> "Wanted":
        """Return the last twelve months at all homes; the one of ``today`` is the last."""
        this = today.replace(day=1)
        return cls(month_after(this, 1 - MONTHS), this)

    @property
    def months(self) -> list[date]:
        """Return the first day of each month, oldest first."""
        found = [self.since]
        while found[-1] < self.until:
            found.append(month_after(found[-1]))
        return found

    @property
    def codes(self) -> tuple[str, str]:
        """Return the first and the last month for a comparison: ``2026-11``."""
        return month_code(self.since), month_code(self.until)

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """Return two moments between which the months lie in every zone of the world, for an index; aware, the end is not in it."""
        first, after = self.since, month_after(self.until)
        return (
            datetime(first.year, first.month, first.day, tzinfo=UTC) - A_DAY,
            datetime(after.year, after.month, after.day, tzinfo=UTC) + A_DAY,
        )

    @property
    def words(self) -> str:
        """Return the months in words: ``December 2025 to November 2026``."""
        first, last = month_name(self.since), month_name(self.until)
        return first if first == last else f"{first} to {last}"

    def narrowed(self, *, month: date | None = None, facility: str = "") -> "Wanted":
        """Return the same for one month, or for one home."""
        found = replace(self, since=month, until=month) if month else self
        return replace(found, facility=facility) if facility else found


@dataclass(frozen=True)
class Part:
    """One number of a report: of the rows of ``branch``, those that ``holds`` is true of.

    opens: whether it opens into its rows. adds_up: whether the numbers of several months make sense as a sum.
    """

    key: str
    words: str
    holds: Q = field(default_factory=Q)
    branch: str = ""
    opens: bool = True
    adds_up: bool = True


@dataclass(frozen=True)
class Cell:
    """The numbers of one home and month, or of several; ``middle`` and ``high``: median and 90th percentile of the values."""

    numbers: Mapping[str, int]
    middle: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Figure:
    """What follows from the numbers of a cell, in words (empty: nothing can be said)."""

    words: str
    of: Callable[[Cell], str]


@dataclass(frozen=True)
class Counted:
    """A report: by home and month, by month, by home, and all together. Home None: in no home."""

    each: Mapping[tuple[UUID | None, str], Cell]
    months: Mapping[str, Cell]
    homes: Mapping[UUID | None, Cell]
    total: Cell


@dataclass(frozen=True)
class Line:
    """One row behind a number: what it is called and where it opens (empty: it does not open to this reader), and its cells.

    more: further addresses, each with its words.
    """

    words: str
    href: str
    cells: tuple[str, ...]
    more: tuple[tuple[str, str], ...] = ()


class Report(ABC):
    """A report. Its rows are those of ``branches``, each annotated by ``in_months``; where it measures, with a ``value`` too."""

    key: ClassVar[str]
    title: ClassVar[str]
    asks: ClassVar[str]  # what it answers, in a sentence
    unit: ClassVar[str]
    about: ClassVar[tuple[str, ...]]
    parts: ClassVar[tuple[Part, ...]]
    headline: ClassVar[str]  # the part whose months are drawn
    kind: ClassVar[str] = "1"  # how: see ``placement.ui.charts``
    figures: ClassVar[tuple[Figure, ...]] = ()
    heads: ClassVar[tuple[str, ...]]  # the columns of the rows behind
    orders: ClassVar[Mapping[str, tuple[str, ...]]]  # branch → the order of its rows
    related: ClassVar[Mapping[str, tuple[str, ...]]] = {}  # branch → what is fetched with its rows
    right: ClassVar[Can] = Can.READ_REPORTS
    measured: ClassVar[bool] = False
    no_home: ClassVar[bool] = False  # whether something of it may be in no home

    @abstractmethod
    def branches(self, person: Person, wanted: Wanted) -> dict[str, QuerySet[Any]]:
        """Return the rows that ``person`` may open, by the name of the branch."""

    @abstractmethod
    def lines(self, person: Person, rows: Sequence[Any], part: Part, wanted: Wanted) -> list[Line]:
        """Return the rows of one page as they are shown. A fixed number of queries."""

    def part(self, key: str) -> Part:
        """Return a part by its key. Raises ``StopIteration`` for one that is none."""
        return next(part for part in self.parts if part.key == key)

    def source(self, person: Person, wanted: Wanted) -> tuple[str, tuple[Any, ...]]:
        """Return SQL whose columns are home, month, each part in order as a number, and the value."""
        selects: list[str] = []
        values: list[Any] = []
        for branch, rows in self.branches(person, wanted).items():
            columns = [counts(part) if part.branch == branch else Value(0) for part in self.parts]
            value = F("value") if self.measured else Cast(Value(None), FloatField())
            listed = rows.order_by().values_list("home", "in_month", *columns, value)
            sql, given = listed.query.sql_with_params()
            selects.append(f"({sql})")
            values.extend(given)
        return " UNION ALL ".join(selects), tuple(values)

    def counted(self, person: Person, wanted: Wanted) -> Counted:
        """Return the whole report for ``person``. One query."""
        source, values = self.source(person, wanted)
        names = [f"p{number}" for number in range(len(self.parts))]
        sums = ", ".join(f"coalesce(sum({name}), 0)::bigint" for name in names)
        middle = (
            "percentile_cont(0.5) WITHIN GROUP (ORDER BY value), percentile_cont(0.9) WITHIN GROUP (ORDER BY value)"
            if self.measured
            else "NULL, NULL"
        )
        with connection.cursor() as cursor:
            cursor.execute(
                f"""WITH found (home, month, {", ".join(names)}, value) AS ({source})
                    SELECT home, month, grouping(home), grouping(month), {middle}, {sums} FROM found
                    GROUP BY GROUPING SETS ((home, month), (home), (month), ())""",
                values,
            )
            rows = cursor.fetchall()
        each, months, homes, total = {}, {}, {}, self.empty()
        for home, month, all_homes, all_months, half, most, *numbers in rows:
            cell = Cell(dict(zip((part.key for part in self.parts), numbers, strict=True)), half, most)
            if not all_homes and not all_months:
                each[home, month] = cell
            elif not all_months:
                months[month] = cell
            elif not all_homes:
                homes[home] = cell
            else:
                total = cell
        return Counted(each, months, homes, total)

    def empty(self) -> Cell:
        """Return the cell of no rows."""
        return Cell(dict.fromkeys((part.key for part in self.parts), 0))

    def behind(self, person: Person, wanted: Wanted, part: Part) -> QuerySet[Any]:
        """Return the rows behind a number."""
        return self.branches(person, wanted)[part.branch].filter(part.holds)

    def page(self, person: Person, wanted: Wanted, part: Part, after: str | None) -> Page:
        """Return one page of the rows behind a number, newest first."""
        rows = self.behind(person, wanted, part)
        if related := self.related.get(part.branch):
            rows = rows.select_related(*related)
        return keyset_page(rows, order=self.orders[part.branch], after=after, size=PAGE)


def counts(part: Part) -> Any:
    """Return the expression that is 1 for a row of the part, and 0 for others."""
    if not part.holds:
        return Value(1, IntegerField())
    return Case(When(part.holds, then=Value(1)), default=Value(0), output_field=IntegerField())


def month_of(zone: Any, moment: Any) -> Func:
    """Return the expression of the month in which a moment lies by the clock of a zone: ``2026-11``."""
    return Func(zone, moment, template="to_char(timezone(%(expressions)s), 'YYYY-MM')", output_field=CharField())


def in_months(rows: QuerySet[Any], wanted: Wanted, moment: str) -> QuerySet[Any]:
    """Return those of ``rows``, each of a ``facility``, whose ``moment`` lies in the months, with ``home`` and ``in_month``."""
    since, until = wanted.bounds
    first, last = wanted.codes
    found = rows.filter(**{f"{moment}__gte": since, f"{moment}__lt": until})
    if wanted.facility:
        found = found.filter(facility=wanted.facility)
    found = found.annotate(home=F("facility_id"), in_month=month_of(F("facility__time_zone"), F(moment)))
    return found.filter(in_month__gte=first, in_month__lte=last)


def length(start: str, end: str, unit: timedelta) -> Func:
    """Return the expression of the time from one moment of a row to another, in units of ``unit``; a number."""
    return Func(
        ExpressionWrapper(F(end) - F(start), DurationField()),
        template=f"(extract(epoch FROM (%(expressions)s)) / {unit.total_seconds():.0f})::double precision",
        output_field=FloatField(),
    )


def share(part: str, of: str) -> Callable[[Cell], str]:
    """Return how many of a hundred of the part ``of`` are in ``part``."""
    return lambda cell: f"{100 * cell.numbers[part] / cell.numbers[of]:.0f} %" if cell.numbers[of] else ""
