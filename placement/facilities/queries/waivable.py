"""Rules of the law from which an authority may let a home differ. A higher app knows them and answers here."""

from collections.abc import Callable

from placement.facilities.models import Facility

Choices = list[tuple[str, str]]
KNOW: list[Callable[[Facility], Choices]] = []


def knows_what_is_waivable(function: Callable[[Facility], Choices]) -> Callable[[Facility], Choices]:
    """Register a function that says which rules an authority may waive for a home, as id and words."""
    KNOW.append(function)
    return function


def waivable(home: Facility) -> Choices:
    """Return id and words of each rule that a waiver of the home may name."""
    return [choice for know in KNOW for choice in know(home)]
