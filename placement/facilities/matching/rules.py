"""Rules of the law about who may live where. A higher app knows them and answers here, before anybody moves in."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from placement.facilities.matching.facts import Home, Ruling, YoungPerson

Judge = Callable[[YoungPerson, datetime, list[Home]], dict[UUID, list[Ruling]]]
JUDGES: list[Judge] = []


def knows_the_law(function: Judge) -> Judge:
    """Register a function that says, by home, what the law says of a young person who would arrive there at a moment (aware).

    It is asked for many homes at once, and its number of queries does not grow with them.
    """
    JUDGES.append(function)
    return function


def with_rulings(person: YoungPerson, at: datetime, homes: list[Home]) -> list[Home]:
    """Return the homes with what the law says of the arrival of ``person`` at ``at``."""
    if not homes:
        return homes
    found = [judge(person, at, homes) for judge in JUDGES]
    return [
        replace(home, rulings=tuple(ruling for rulings in found for ruling in rulings.get(home.id, [])))
        for home in homes
    ]
