"""Measuring: rounds in shuffled order, and what is said about them. All times in milliseconds."""

import contextlib
import gc
import math
import random
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from django.db import connection, connections

from placement.access.models import Person
from placement.database.context import acting


@dataclass(frozen=True)
class Measure:
    """One thing that is measured.

    work: what is timed. base: the name of the measure that it is compared with, itself by default. person: who acts; nobody
    for work that says so itself. owner: done by the owner, to whom every row security policy says ``true``, which the
    planner leaves out: the same statements without row security. around: what holds while it is measured. commits: whether
    the time includes the end of the transaction. every: measured in each nth round. What commits in every round is done once
    more before, untimed, because ``around`` may have thrown away what the connection remembers of the table.
    """

    name: str
    work: Callable[[], Any]
    base: str = ""
    person: Person | None = None
    owner: bool = False
    around: Callable[[], contextlib.AbstractContextManager[Any]] = contextlib.nullcontext
    commits: bool = False
    every: int = 1


@dataclass
class Taken:
    """What the rounds of one measure took, and how many statements each sent."""

    times: list[float] = field(default_factory=list)
    queries: int = 0

    @property
    def median(self) -> float:
        """Return the median."""
        return statistics.median(self.times)


class Counter:
    """Counts statements, as an execute wrapper."""

    number = 0

    def __call__(self, execute: Callable[..., Any], *args: Any) -> Any:
        self.number += 1
        return execute(*args)


@contextlib.contextmanager
def default_is(other: Any) -> Iterator[None]:
    """Inside, ``other`` is the default connection."""
    usual, connections["default"] = connections["default"], other
    try:
        yield
    finally:
        connections["default"] = usual


def once(measure: Measure) -> tuple[float, int]:
    """Do the work of ``measure`` once; return the time and the number of statements."""
    person, counter = measure.person, Counter()
    whole = acting(person.pk, person.name) if person else contextlib.nullcontext()
    with whole, connection.execute_wrapper(counter):
        begun = perf_counter()
        measure.work()
        ended = perf_counter()
        number = counter.number
    if measure.commits:
        ended = perf_counter()
    return (ended - begun) * 1000, number


def rounds(
    measures: Sequence[Measure], number: int, owner: Any, chance: random.Random, done: Callable[[], Any]
) -> dict[str, Taken]:
    """Measure everything in ``number`` rounds, each in another order, after one that does not count.

    owner: a connection as the owner. done: called after each single measurement of the rounds, counting or not.
    """
    taken = {measure.name: Taken() for measure in measures}
    gc.collect()
    gc.disable()
    try:
        for turn in range(number + 1):
            for measure in chance.sample(measures, len(measures)):
                if turn == 0 or (turn - 1) % measure.every == 0:
                    with measure.around(), default_is(owner) if measure.owner else contextlib.nullcontext():
                        if measure.commits and measure.every == 1:
                            once(measure)
                        time, taken[measure.name].queries = once(measure)
                    if turn:
                        taken[measure.name].times.append(time)
                done()
            gc.collect()
    finally:
        gc.enable()
    return taken


def p95(times: Sequence[float]) -> float:
    """Return the smallest of ``times`` that 95 % of them do not exceed."""
    return sorted(times)[math.ceil(0.95 * len(times)) - 1]


def ratio(time: float, base: float) -> float:
    """Return how many times ``base`` ``time`` is; both above 0."""
    return time / base


def exponent(sizes: Sequence[float], times: Sequence[float]) -> float | None:
    """Return by which power of the size the time grows: the slope of log time over log size. ``None`` for fewer than two sizes."""
    if len(set(sizes)) < 2:
        return None
    return statistics.linear_regression([math.log(n) for n in sizes], [math.log(t) for t in times]).slope


def report(measures: Sequence[Measure], taken: dict[int, dict[str, Taken]]) -> list[dict[str, Any]]:
    """Return one line for each measure: the times at the largest size, the growth over all sizes (size → times)."""
    largest = taken[max(taken)]
    lines = []
    for measure in measures:
        found, base = largest[measure.name], measure.base or measure.name
        growth = exponent(list(taken), [at[measure.name].median for at in taken.values()])
        lines.append(
            {
                "name": measure.name,
                "median_ms": round(found.median, 3),
                "p95_ms": round(p95(found.times), 3),
                "ratio": round(ratio(found.median, largest[base].median), 2),
                "base": base,
                "queries": found.queries,
                "exponent": None if growth is None else round(growth, 2),
            }
        )
    return lines
