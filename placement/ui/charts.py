"""Charts as plain numbers for the SVG templates."""

from collections.abc import Iterable
from dataclasses import dataclass

STEP = 48  # pixels from bar to bar


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
