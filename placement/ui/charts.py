"""Charts as plain numbers for the SVG templates."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

STEP, STACK = 48, 56  # pixels from bar to bar, from stack to stack
TOP, TALLEST = 20, 120  # pixels above the tallest column, and its height
LEAST = 1.5  # percent of the width: a part that is there is seen


@dataclass(frozen=True)
class Bar:
    """One horizontal bar, laid out."""

    label: str
    value: int | float
    y: int
    text_y: int
    percent: float
    kind: str
    href: str

    @property
    def top(self) -> int:
        """Return where the place begins that can be touched: the words and the bar, and what is between them."""
        return self.text_y - 14


@dataclass(frozen=True)
class BarChart:
    """What ``components/chart_bars.html`` draws."""

    id: str
    title: str
    what: str
    unit: str
    description: str
    bars: list[Bar]
    height: int

    @property
    def opens(self) -> bool:
        """Whether bars open into the rows behind them; then the drawing is a group of links, not one picture."""
        return any(bar.href for bar in self.bars)


def bars(
    id: str,
    title: str,
    rows: Iterable[tuple[str, int | float] | tuple[str, int | float, str]],
    *,
    what: str,
    unit: str,
    kind: str = "1",
    most: float | None = None,
) -> BarChart:
    """Lay out horizontal bars.

    Args:
        id: unique on the page. title: the sentence above. rows: label, number, and optionally the address of the rows
            behind it. what, unit: the two column names of the table. kind: ``1``, ``good``, ``due`` or ``late``.
        most: the number that fills the whole width (default: the largest).
    """
    listed = list(rows)
    top = most or max((row[1] for row in listed), default=0) or 1
    drawn = [
        Bar(row[0], row[1], i * STEP + 20, i * STEP + 14, round(100 * min(row[1] / top, 1), 1), kind, "".join(row[2:]))
        for i, row in enumerate(listed)
    ]
    description = "; ".join(f"{bar.label}: {bar.value} {unit}" for bar in drawn)
    return BarChart(id, title, what, unit, description, drawn, max(len(drawn), 1) * STEP)


@dataclass(frozen=True)
class Part:
    """One part of a stack, laid out. sign: what tells it from the others without colour, beside its pattern."""

    words: str
    sign: str
    kind: str
    value: int
    x: float
    width: float
    href: str


@dataclass(frozen=True)
class Stack:
    """One horizontal bar of several parts, laid out."""

    label: str
    href: str
    y: int
    text_y: int
    parts: list[Part]

    @property
    def figures(self) -> str:
        """Return the numbers with their signs: ``✕ 3  ? 1  ✓ 12``."""
        return "\N{EM SPACE}".join(f"{part.sign} {part.value}" for part in self.parts)


@dataclass(frozen=True)
class StackChart:
    """What ``components/chart_stacks.html`` draws. ``legend``: words, sign and kind of each part."""

    id: str
    title: str
    what: str
    legend: Sequence[tuple[str, str, str]]
    description: str
    stacks: list[Stack]
    height: int


@dataclass(frozen=True)
class Column:
    """One upright column, laid out; ``value`` None: nothing is known."""

    label: str
    below: str
    words: str
    value: int | None
    x: float
    middle: float
    y: int
    height: int
    href: str


@dataclass(frozen=True)
class ColumnChart:
    """What ``components/chart_columns.html`` draws."""

    id: str
    title: str
    unit: str
    kind: str
    description: str
    columns: list[Column]
    width: float
    slot: float
    base: int
    height: int


def stacks(
    id: str,
    title: str,
    rows: Iterable[tuple[str, str, Sequence[tuple[int, str]]]],
    *,
    what: str,
    parts: Sequence[tuple[str, str, str]],
) -> StackChart:
    """Lay out horizontal bars, each filled by its parts.

    Args:
        id, title, what: as of ``bars``. rows: label, its address, and for each part its number and the address of the rows behind.
        parts: of each its words, the sign before its number, and its kind (``good``, ``due`` or ``late``).
    """
    drawn = []
    for i, (label, href, values) in enumerate(rows):
        whole = sum(number for number, _ in values) or 1
        raised = [max(100 * number / whole, LEAST) if number else 0 for number, _ in values]
        widths = [100 * width / (sum(raised) or 1) for width in raised]
        laid = [
            Part(*of, number, round(sum(widths[:j]), 2), round(widths[j], 2), link if number else "")
            for j, (of, (number, link)) in enumerate(zip(parts, values, strict=True))
        ]
        drawn.append(Stack(label, href, i * STACK + 22, i * STACK + 14, laid))
    said = "; ".join(
        f"{each.label}: " + ", ".join(f"{p.value} {p.words.lower()}" for p in each.parts) for each in drawn
    )
    return StackChart(id, title, what, parts, said, drawn, max(len(drawn), 1) * STACK)


def columns(
    id: str, title: str, rows: Iterable[tuple[str, str, str, int | None, str]], *, unit: str, kind: str
) -> ColumnChart:
    """Lay out upright columns, such as months, from left to right.

    Args:
        id, title, unit: as of ``bars``. rows: the label under a column and a second line, its words in full, its number (None:
            nothing is known), and the address of the rows behind it. kind: as of ``stacks``.
    """
    listed = list(rows)
    top = max((number or 0 for *_, number, _ in listed), default=0) or 1
    slot, base = 100 / max(len(listed), 1), TOP + TALLEST
    drawn = []
    for i, (label, below, words, number, href) in enumerate(listed):
        height = max(round(TALLEST * number / top), 2) if number else 0
        x, middle = round(i * slot + slot * 0.14, 2), round(i * slot + slot / 2, 2)
        drawn.append(Column(label, below, words, number, x, middle, base - height, height, href if number else ""))
    said = "; ".join(f"{each.words}: {'not known' if each.value is None else f'{each.value} {unit}'}" for each in drawn)
    return ColumnChart(id, title, unit, kind, said, drawn, round(slot * 0.72, 2), round(slot, 2), base, base + 40)
