"""Rules as data: what a pack is, and how a file becomes one, or a list of clear complaints.

A pack with one complaint is not loaded at all.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from compliance.business_days import CALENDARS
from compliance.durations import Duration
from compliance.facts import FACTS
from compliance.kinds import KINDS
from compliance.kinds.limit import Limit
from compliance.kinds.parameters import PROOF, names_of, read_check
from compliance.parts import Duty
from compliance.reading import Node, Problems, Skip, compose, day, keyed, moment, one_of, refuse, truth, whole, words

PACKS = Path(__file__).parent / "packs"
SEVERITIES = {
    "critical": "a young person may come to harm now",
    "serious": "a right or a safeguard fails",
    "minor": "a paper or a date is missing",
    "watch": "the duty of somebody else: a date to watch, never a finding against a home",
    "advice": "a standard without the force of law here: advice, never a finding",
}
AREAS = (
    "activities-normalcy",
    "case-plan",
    "court-review",
    "education",
    "exits-and-security",
    "facility-safety",
    "health",
    "incident-reporting",
    "level-of-care",
    "medication",
    "missing-child",
    "outside-contact",
    "placement-process",
    "population",
    "records-confidentiality",
    "restraint-seclusion",
    "rights-notice",
    "staff-clearance",
    "staff-training",
    "supervision-ratio",
)
OUTCOMES = ("met", "not met", "open", "nothing")
ONCE, OTHER = "one", "another"


@dataclass(frozen=True)
class Given:
    """One row of an example: a fact, or a proof (``item`` counts from 1; 0 is every item). ``about``: whose it is."""

    fact: str
    at: datetime
    until: datetime | None = None
    value: int | None = None
    item: int = 0
    about: str = ONCE


@dataclass(frozen=True)
class Example:
    """Given these facts, at this time, the rule says this. Times are aware. ``line``: where it stands in its file."""

    now: datetime
    then: str
    given: tuple[Given, ...]
    line: int


@dataclass(frozen=True)
class Rule:
    """One rule in one version. ``off`` says in plain words why it is switched off; ``reading`` how its words were taken.

    ``duty``: whose it is (``parts.Duty``), where the words say who.
    """

    id: str
    citation: str
    jurisdiction: str
    area: str
    title: str
    summary: str
    severity: str
    valid_from: date
    valid_to: date | None
    source: str
    verified: bool
    as_of: date
    reading: str
    off: str
    duty: str
    check: Any
    examples: tuple[Example, ...]
    line: int

    @property
    def kind(self) -> str:
        """Return the name of its kind; empty for a rule that is off and says nothing of it."""
        return self.check.name if self.check else ""

    @property
    def by_proof(self) -> bool:
        """Return whether what it asks for is shown by a proof that somebody files, not by a record of the product."""
        return bool(getattr(self.check, "proof", ()))

    @property
    def items(self) -> list[str]:
        """Return the names of the facts that must be there: those of the check, or one for each proof."""
        proofs = getattr(self.check, "proof", ())
        return [f"{PROOF}:{self.id}#{number}" for number, _ in enumerate(proofs, start=1)] or list(
            getattr(self.check, "done", ())
        )


@dataclass(frozen=True)
class Pack:
    """The rules of one jurisdiction. ``zone``: that of times without an offset in its examples."""

    name: str
    jurisdiction: str
    title: str
    zone: ZoneInfo
    rules: tuple[Rule, ...]

    @property
    def on(self) -> list[Rule]:
        """Return the rules that are switched on."""
        return [rule for rule in self.rules if not rule.off]


class PackRefused(Exception):
    """A pack has something wrong in it; ``lines`` say what, one each."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def load(folder: Path = PACKS) -> list[Pack]:
    """Return all packs of a folder, by name. Raises ``PackRefused`` with every complaint about any of them."""
    packs, lines = [], []
    for path in sorted(folder.glob("*.yaml")):
        pack, problems = read(path.name, path.read_bytes())
        lines += problems.lines
        packs += [pack] if pack else []
    lines += twice(packs)
    if lines:
        raise PackRefused(lines)
    return packs


def read(file: str, text: bytes) -> tuple[Pack | None, Problems]:
    """Return the pack that a file says, None when anything is wrong in it, and what is wrong."""
    problems = Problems(file)
    top = compose(text, problems)
    if top is None:
        return None, problems
    try:
        found = keyed(
            top,
            problems,
            "a pack",
            {"jurisdiction": one_of(*CALENDARS), "title": words, "zone": _zone, "rules": _list},
            {},
        )
    except Skip:
        return None, problems
    if len(found) < 4:
        return None, problems
    rules = [_rule(node, problems, found["jurisdiction"], found["zone"]) for node in found["rules"]]
    _unique([rule for rule in rules if rule], problems)
    if problems.found:
        return None, problems
    name = file.removesuffix(".yaml")
    return Pack(
        name, found["jurisdiction"], found["title"], found["zone"], tuple(rule for rule in rules if rule)
    ), problems


def twice(packs: Iterable[Pack]) -> list[str]:
    """Return a complaint for each rule that two packs have."""
    seen: dict[str, str] = {}
    found = []
    for pack in packs:
        for rule in pack.rules:
            if seen.setdefault(rule.id, pack.name) != pack.name:
                found.append(f"{pack.name}.yaml:{rule.line}: the rule {rule.id} is in the pack {seen[rule.id]} too")
    return found


def _list(node: Node, problems: Problems) -> list[Node]:
    if not isinstance(node.value, list) or not node.value:
        refuse(node, problems, "a list is missing here")
    return list(node.value)


def _zone(node: Node, problems: Problems) -> ZoneInfo:
    name = words(node, problems)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return refuse(node, problems, f"“{name}” is no time zone")


def _id(node: Node, problems: Problems) -> str:
    text = words(node, problems)
    if not text.replace("-", "").isalnum() or text != text.lower() or not text.isascii() or len(text) > 80:
        refuse(node, problems, f"“{text}” is no id: small letters, digits and dashes")
    return text


def _rule(node: Node, problems: Problems, jurisdiction: str, zone: ZoneInfo) -> Rule | None:
    before = len(problems.found)
    required = {
        "id": _id,
        "citation": words,
        "area": one_of(*AREAS),
        "title": words,
        "summary": words,
        "severity": one_of(*SEVERITIES),
        "valid_from": day,
        "source": words,
        "verified": truth,
        "as_of": day,
    }
    optional: dict[str, Any] = {"valid_to": day, "reading": words, "off": words, "check": _check, "examples": _list}
    optional["duty"] = one_of(*Duty.values)
    try:
        found = keyed(node, problems, "a rule", required, optional)
    except Skip:
        return None
    if len(problems.found) > before:
        return None
    nodes: dict[str, Node] = node.value
    name, off, check = found["id"], found.get("off", ""), found.get("check")
    if not off and not found["verified"]:
        problems.add(node.line, f"{name}: a rule that is not verified is switched off, and says so")
    if not off and check is None:
        problems.add(node.line, f"{name}: a rule that is switched on has a “check”")
    if found.get("valid_to") and found["valid_to"] < found["valid_from"]:
        problems.add(nodes["valid_to"].line, f"{name}: it ends before it begins")
    if len(problems.found) > before:
        return None
    examples = _examples(found.get("examples", []), problems, check, zone)
    if len(problems.found) > before:
        return None
    outcomes = {example.then for example in examples}
    passing = {"met", "nothing"} if check and check.name == "prohibited" else {"met"}
    for wanted, asked in (("passes", passing), ("fails", {"not met"})):
        if not off and check is not None and not asked & outcomes:
            problems.add(node.line, f"{name}: it has no example that {wanted}")
    if len(problems.found) > before:
        return None
    return Rule(
        **{each: found[each] for each in required if each in found},
        jurisdiction=jurisdiction,
        valid_to=found.get("valid_to"),
        reading=found.get("reading", ""),
        off=off,
        duty=found.get("duty", ""),
        check=check,
        examples=tuple(examples),
        line=node.line,
    )


def _check(node: Node, problems: Problems) -> Any:
    if not isinstance(node.value, dict) or "kind" not in node.value:
        refuse(node, problems, "a check says its “kind”")
    kind = KINDS[one_of(*KINDS)(node.value["kind"], problems)]
    check = read_check(kind, node, problems)
    if check is None:
        raise Skip
    for each in fields(check):
        if each.metadata["names_facts"] and each.name in node.value:
            _know(node.value[each.name], problems, getattr(check, each.name))
    _same_unit(check, node, problems)
    return check


def _know(node: Node, problems: Problems, names: tuple[str, ...]) -> None:
    lines = [item.line for item in node.value] if isinstance(node.value, list) else [node.line]
    for name, line in zip(names, lines, strict=True):
        if name not in FACTS:
            problems.add(line, f"“{name}” is no fact that the product records")


def _same_unit(check: Any, node: Node, problems: Problems) -> None:
    if not isinstance(check, Limit):
        return
    for name in check.of:
        unit = FACTS[name].unit if name in FACTS else ""
        if isinstance(check.max, Duration) and unit:
            problems.add(node.line, f"{name} counts {unit}: “max” is a number, not a duration")
        elif not isinstance(check.max, Duration) and not unit and name in FACTS:
            problems.add(node.line, f"{name} has no number: “max” is a duration, and there is no “min”")


def _examples(nodes: list[Node], problems: Problems, check: Any, zone: ZoneInfo) -> list[Example]:
    found = []
    for node in nodes:
        try:
            parts = keyed(node, problems, "an example", {"now": moment, "then": one_of(*OUTCOMES), "given": _list}, {})
        except Skip:
            continue
        if len(parts) < 3:
            continue
        given = [_given(row, problems, check, zone) for row in parts["given"]]
        found.append(Example(_aware(parts["now"], zone), parts["then"], tuple(row for row in given if row), node.line))
    return found


def _given(node: Node, problems: Problems, check: Any, zone: ZoneInfo) -> Given | None:
    optional = {"until": moment, "value": whole, "item": whole, "about": one_of(ONCE, OTHER)}
    try:
        found = keyed(node, problems, "a fact of an example", {"fact": words, "at": moment}, optional)
    except Skip:
        return None
    if len(found) < len(node.value):
        return None
    name, proofs = found["fact"], len(getattr(check, "proof", ()))
    if name == PROOF and found.get("item", 0) > proofs:
        problems.add(node.line, f"the check asks for {proofs} proofs")
    elif name != PROOF and name not in FACTS:
        problems.add(node.line, f"“{name}” is no fact that the product records")
    until = found.get("until")
    return Given(
        name,
        _aware(found["at"], zone),
        _aware(until, zone) if until else None,
        found.get("value"),
        found.get("item", 0),
        found.get("about", ONCE),
    )


def _aware(when: datetime, zone: ZoneInfo) -> datetime:
    return when if when.tzinfo else when.replace(tzinfo=zone)


def _unique(rules: list[Rule], problems: Problems) -> None:
    """Note each id that is there twice, unless the versions follow one another."""
    seen: dict[str, list[Rule]] = {}
    for rule in rules:
        for other in seen.setdefault(rule.id, []):
            if rule.valid_from <= (other.valid_to or date.max) and other.valid_from <= (rule.valid_to or date.max):
                problems.add(rule.line, f"the id {rule.id} is in line {other.line} too, for the same days")
        seen[rule.id].append(rule)


def facts_of(rules: Iterable[Rule]) -> set[str]:
    """Return the facts that these rules name."""
    return {name for rule in rules if rule.check for name in names_of(rule.check)}
