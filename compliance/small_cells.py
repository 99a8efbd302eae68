"""Totals for people outside, in which nobody can be found: numbers under eleven are hidden, and so is what would give them away."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

SMALLEST = 11  # people; Centers for Medicare & Medicaid Services, cell size suppression policy: no cell of 1 to 10


@dataclass(frozen=True)
class Cells:
    """One table of numbers as it may be shown. A number that is hidden is ``None``; also the total, where it is small."""

    rows: dict[str, int | None]
    total: int | None

    @property
    def hidden(self) -> int:
        """Return how many numbers are hidden."""
        return sum(number is None for number in self.rows.values())


def hide_small(numbers: Mapping[str, int], draw: Callable[[list[str]], str]) -> Cells:
    """Return ``numbers`` (people by group, each person in one of fewer than eleven groups) without those from 1 to 10.

    The total is shown, so a single hidden number could be worked out, and several where they are as large as hidden ones can
    be. One of the larger numbers is hidden with them: ``draw`` chooses it among their names, by what readers can't know. Then
    each hidden number may be small or large, whatever is known of the rule. Raises ``ValueError`` for eleven groups or more.
    """
    if len(numbers) >= SMALLEST:
        raise ValueError("Too many groups: one person in each could be told from the total.")
    total = sum(numbers.values())
    hidden = [name for name, number in numbers.items() if 0 < number < SMALLEST]
    large = [name for name, number in numbers.items() if number >= SMALLEST]
    if hidden and large:
        hidden.append(draw(large))
    shown = {name: None if name in hidden else number for name, number in numbers.items()}
    return Cells(shown, None if 0 < total < SMALLEST else total)
