"""Small pieces of the sentences, and the mark under which a warning is signed."""

from collections.abc import Iterable
from hashlib import sha256

NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


def plural(count: int, thing: str) -> str:
    """Return ``1 day``, ``2 days``."""
    return f"{count} {thing}{'' if count == 1 else 's'}"


def mates(count: int) -> str:
    """Return ``One housemate``, ``Two housemates``: the sentence names nobody."""
    number = NUMBERS[count] if count < len(NUMBERS) else str(count)
    return f"{number} housemate{'' if count == 1 else 's'}"


def verb(count: int, one: str, many: str) -> str:
    """Return the form of a verb that goes with ``count``."""
    return one if count == 1 else many


def kilometres(km: float, *, exact: bool) -> str:
    """Return a distance for a page: to 1 km, or to 10 km for somebody who may not know the address.

    Exact distances from three known points would give the address away.
    """
    if exact:
        return f"{km:.0f} km" if km >= 1 else "less than 1 km"
    return "less than 10 km" if km < 10 else f"about {round(km, -1):.0f} km"


def mark(key: str, facts: Iterable[object]) -> str:
    """Return the key of a signature: the criterion, and a mark of the facts under which it is signed."""
    return f"{key}:{sha256('|'.join(sorted(str(fact) for fact in facts)).encode()).hexdigest()[:12]}"
