"""Staff held against young people over a span of time, piece by piece: pure functions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from placement.facilities.ratio import HomeFacts, Required, changes_of_rule, required, young


@dataclass(frozen=True)
class Duty:
    """One adult at work from ``starts_at`` to ``ends_at`` (aware, the end is not part of it)."""

    starts_at: datetime
    ends_at: datetime
    awake: bool


@dataclass(frozen=True)
class Change:
    """That one young person more (1) or fewer (-1) is present from a moment on."""

    at: datetime
    by: int


@dataclass(frozen=True)
class Stretch:
    """A time in which nothing changes: who is present, who is on duty, and what is asked for."""

    starts_at: datetime
    ends_at: datetime
    awake: int
    asleep: int
    required: Required

    @property
    def young_people(self) -> int:
        """Return how many young people are present."""
        return self.required.young_people

    @property
    def missing(self) -> int:
        """Return how many awake adults are too few."""
        return self.required.missing(self.awake, self.asleep)

    @property
    def words(self) -> str:
        """Return who is lacking: ``1 awake adult too few for 7 young people``. ("Missing" are young people only.)"""
        who = "1 awake adult" if self.missing == 1 else f"{self.missing} awake adults"
        return f"{who} too few for {young(self.young_people)}"


def one_after_another(duties: Iterable[Duty]) -> list[Duty]:
    """Return the duties of one person in order, each cut where the next one begins; empty ones are left out."""
    by_start = sorted(duties, key=lambda duty: duty.starts_at)
    starts = [*(duty.starts_at for duty in by_start[1:]), None]
    cut = [
        Duty(d.starts_at, min(d.ends_at, then or d.ends_at), d.awake) for d, then in zip(by_start, starts, strict=True)
    ]
    return [duty for duty in cut if duty.starts_at < duty.ends_at]


def stretches(
    home: HomeFacts,
    start: datetime,
    end: datetime,
    *,
    present: int,
    changes: Iterable[Change],
    duties: Sequence[Duty],
) -> list[Stretch]:
    """Return the time from ``start`` to ``end`` in pieces, in order, without a hole; pieces that say the same are one.

    ``present``: young people at ``start``; ``changes`` up to ``start`` are taken as counted in it.
    """
    ahead = sorted((c for c in changes if start < c.at < end), key=lambda c: c.at)
    cuts = {start, *(change.at for change in ahead), *changes_of_rule(home, start, end)}
    cuts |= {at for duty in duties for at in (duty.starts_at, duty.ends_at) if start < at < end}
    edges = [*sorted(cuts), end]
    found: list[Stretch] = []
    for begins, ends in pairwise(edges):
        here = present + sum(change.by for change in ahead if change.at <= begins)
        there = [duty.awake for duty in duties if duty.starts_at <= begins < duty.ends_at]
        asked = required(home, max(here, 0), begins)
        piece = Stretch(begins, ends, sum(there), len(there) - sum(there), asked)
        if found and (found[-1].awake, found[-1].asleep, found[-1].required) == (piece.awake, piece.asleep, asked):
            piece = Stretch(found.pop().starts_at, ends, piece.awake, piece.asleep, asked)
        found.append(piece)
    return found
