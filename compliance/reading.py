"""Reads YAML into plain values without losing the lines: every complaint names the line that it is about.

Nothing is built from tags, and aliases are refused before anything is composed, so a small file cannot become a huge one.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

import yaml

from compliance.durations import Duration, duration

LARGEST = 1_000_000  # bytes
DEEPEST = 12
TAGS = {f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq")}
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class Problems:
    """What is wrong in one file: one clear line each, in the order of the file."""

    file: str
    found: list[tuple[int, str]] = field(default_factory=list)

    def add(self, line: int, text: str) -> None:
        """Note what is wrong in ``line`` (the first is 1)."""
        self.found.append((line, text))

    @property
    def lines(self) -> list[str]:
        """Return ``file:line: what is wrong`` of each."""
        return [f"{self.file}:{line}: {text}" for line, text in sorted(self.found)]


class Skip(Exception):
    """A value can't be used; why is noted already."""


@dataclass(frozen=True)
class Node:
    """A value of the file with its line: a text, a list of nodes, or a dict of nodes."""

    value: Any
    line: int
    plain: bool = True  # not quoted

    def __iter__(self) -> Iterator["Node"]:
        return iter(self.value)


def compose(text: bytes, problems: Problems) -> Node | None:
    """Return the file as nodes; None when it can't be read at all, with the reason among ``problems``."""
    if len(text) > LARGEST:
        problems.add(1, f"the file is larger than {LARGEST // 1000} kB")
        return None
    try:
        content, depth = text.decode(), 0
        for event in yaml.parse(content, Loader=_Loader):
            line = event.start_mark.line + 1 if event.start_mark else 1
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                problems.add(line, "aliases and anchors are not allowed: write the value out")
                return None
            if depth > DEEPEST:
                problems.add(line, f"nested deeper than {DEEPEST} levels")
                return None
        top = yaml.compose(content, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problems.add(mark.line + 1 if mark else 1, f"no valid YAML: {error.problem or error.context}")
        return None
    except (yaml.YAMLError, UnicodeDecodeError):
        problems.add(1, "no valid YAML in UTF-8")
        return None
    if top is None:
        problems.add(1, "the file is empty")
        return None
    return _node(top, problems)


def _node(node: Any, problems: Problems) -> Node:
    line = node.start_mark.line + 1
    if node.tag not in TAGS:
        problems.add(line, f"the tag {node.tag} is not allowed")
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Node] = {}
        for key, value in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
            if not name:
                problems.add(key.start_mark.line + 1, "a key must be a plain word")
            elif name in found:
                problems.add(key.start_mark.line + 1, f"“{name}” is given twice")
            else:
                found[name] = _node(value, problems)
        return Node(found, line)
    if isinstance(node, yaml.SequenceNode):
        return Node([_node(item, problems) for item in node.value], line)
    nothing = node.tag.endswith(":null")
    return Node("" if nothing else node.value, line, plain=not node.style)


Reader = Callable[[Node, Problems], Any]


def refuse(node: Node, problems: Problems, text: str) -> Any:
    """Note what is wrong and give the value up. Raises ``Skip``."""
    problems.add(node.line, text)
    raise Skip


def words(node: Node, problems: Problems) -> str:
    """Read a text that says something."""
    if not isinstance(node.value, str) or not node.value.strip():
        refuse(node, problems, "a text is missing here")
    return " ".join(node.value.split())


def several(node: Node, problems: Problems) -> tuple[str, ...]:
    """Read one text, or a list of them, each once."""
    items = [words(item, problems) for item in (node if isinstance(node.value, list) else [node])]
    if not items:
        refuse(node, problems, "the list is empty")
    if len(set(items)) < len(items):
        refuse(node, problems, "something is in the list twice")
    return tuple(items)


def whole(node: Node, problems: Problems) -> int:
    """Read a whole number from 0 to a million."""
    text = words(node, problems)
    if not (node.plain and text.isascii() and text.isdigit() and len(text) < 7):
        refuse(node, problems, f"“{text}” is no whole number")
    return int(text)


def truth(node: Node, problems: Problems) -> bool:
    """Read ``true`` or ``false``."""
    text = words(node, problems)
    if not node.plain or text not in ("true", "false"):
        refuse(node, problems, f"“{text}” must be true or false")
    return text == "true"


def length(node: Node, problems: Problems) -> Duration:
    """Read an ISO 8601 duration."""
    try:
        return duration(words(node, problems))
    except ValueError as error:
        return refuse(node, problems, str(error))


def day(node: Node, problems: Problems) -> date:
    """Read a date, like 2026-03-31."""
    text = words(node, problems)
    try:
        return date.fromisoformat(text)
    except ValueError:
        return refuse(node, problems, f"“{text}” is no date, like 2026-03-31")


def clock(node: Node, problems: Problems) -> time:
    """Read a time of the day, like 07:00."""
    text = words(node, problems)
    try:
        return time.fromisoformat(text)
    except ValueError:
        return refuse(node, problems, f"“{text}” is no time of the day, like 07:00")


def moment(node: Node, problems: Problems) -> datetime:
    """Read a date and time, like 2026-03-31T14:05; with an offset, or in the zone that whoever reads it knows."""
    text = words(node, problems)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return refuse(node, problems, f"“{text}” is no date and time, like 2026-03-31T14:05")


def one_of(*allowed: str) -> Reader:
    """Return a reader of one of these words."""

    def read(node: Node, problems: Problems) -> str:
        text = words(node, problems)
        if text not in allowed:
            refuse(node, problems, f"“{text}” is not one of {', '.join(allowed)}")
        return text

    return read


def keyed(
    node: Node, problems: Problems, what: str, required: Mapping[str, Reader], optional: Mapping[str, Reader]
) -> dict[str, Any]:
    """Read a mapping with these keys and no others. Values that can't be used are left out, with the reason noted."""
    if not isinstance(node.value, dict):
        refuse(node, problems, f"{what} must be a list of “key: value”")
    known = {**required, **optional}
    for name, value in node.value.items():
        if name not in known:
            problems.add(value.line, f"{what} has no “{name}”")
    for name in required:
        if name not in node.value:
            problems.add(node.line, f"{what} lacks “{name}”")
    found = {}
    for name, read in known.items():
        if name in node.value:
            try:
                found[name] = read(node.value[name], problems)
            except Skip:
                continue
    return found
