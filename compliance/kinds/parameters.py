"""The parameters of a kind, as fields of its class: how each is read, whether it names facts, and which way is tighter."""

from dataclasses import MISSING, Field, field, fields
from datetime import time
from enum import StrEnum
from typing import Any, ClassVar, Protocol

from compliance.durations import Duration
from compliance.reading import Node, Problems, Reader, keyed, length, several, whole, words

Facts = tuple[str, ...]
NEXT_BUSINESS_DAY = "next_business_day"
PROOF = "proof"  # the fact that the proof of an obligation was filed


class Tighter(StrEnum):
    """Which change of a parameter asks for more than before; every other change loosens, and an agency may not make it."""

    LESS = "less"  # a shorter time, a smaller number; where none is given there is no limit
    LESS_OR_NONE = "less or none"  # where none is given it is nothing
    MORE = "more"  # a longer time, a greater number; where none is given it is nothing
    MORE_OR_NONE = "more or none"  # where none is given there is no limit
    ADDED = "added"  # more facts or proofs are asked for
    REMOVED = "removed"  # fewer conditions or excuses are left
    NEVER = "never"  # it says what the rule is about


class Kind(Protocol):
    """One way of checking: typed parameters, and one statement over all homes and all its rules at once.

    ``name``: what rules call it. ``sql``: the statement, see ``statement``. ``columns``: parameter → SQL type of what ``row``
    gives the statement.
    """

    name: ClassVar[str]
    sql: ClassVar[str]
    columns: ClassVar[dict[str, str]]

    def row(self) -> dict[str, Any]:
        """Return the parameters as the statement takes them: no facts beside lists of names, no dates."""
        ...


def parameter(read: Reader, tighter: Tighter, default: Any = MISSING, *, names_facts: bool = False) -> Any:
    """Return a field of a kind: read from YAML by ``read``, required when it has no default."""
    about = {"read": read, "tighter": tighter, "names_facts": names_facts}
    return field(metadata=about) if default is MISSING else field(default=default, metadata=about)


def facts(tighter: Tighter, default: Any = MISSING) -> Any:
    """Return a field that names one fact or several."""
    return parameter(several, tighter, default, names_facts=True)


def read_check(kind: type[Any], node: Node, problems: Problems) -> Any:
    """Return the check that ``node`` says, None when it can't be used; the reasons are noted."""
    before = len(problems.found)
    known: tuple[Field[Any], ...] = fields(kind)
    required = {each.name: each.metadata["read"] for each in known if each.default is MISSING}
    optional = {each.name: each.metadata["read"] for each in known if each.default is not MISSING}
    rest = Node({name: value for name, value in node.value.items() if name != "kind"}, node.line)
    found = keyed(rest, problems, f"a check of the kind {kind.name}", required, optional)
    if len(problems.found) > before:
        return None
    check = kind(**found)
    if complaint := getattr(check, "complaint", lambda: "")():
        problems.add(node.line, complaint)
        return None
    return check


def names_of(check: Any) -> set[str]:
    """Return the facts that a check names."""
    return {name for each in fields(check) if each.metadata["names_facts"] for name in getattr(check, each.name)}


def read_within(node: Node, problems: Problems) -> Duration:
    """Read a duration, or ``next_business_day``: one day, counted in business days."""
    if node.value == NEXT_BUSINESS_DAY:
        return Duration(NEXT_BUSINESS_DAY, 0, 1, 0)
    return length(node, problems)


def read_bound(node: Node, problems: Problems) -> Duration | int:
    """Read a number, or a duration."""
    text = words(node, problems)
    return length(node, problems) if text.startswith("P") else whole(node, problems)


def step(duration: Duration | None) -> dict[str, Any]:
    """Return a duration in the parts that ``make_interval`` takes."""
    if duration is None:
        return {"months": None, "days": None, "seconds": None}
    return {"months": duration.months, "days": duration.days, "seconds": duration.seconds}


def plain(value: Any) -> Any:
    """Return a parameter as JSON takes it."""
    if isinstance(value, time):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
