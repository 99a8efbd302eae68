"""Which packs a home works under, and what an agency may add: rules of its own, and tighter parameters. Never looser ones."""

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import time
from typing import Any

from compliance.durations import Duration
from compliance.kinds.parameters import Tighter
from compliance.rules import Pack, Rule

FEDERAL, INTERNATIONAL, OWN = "US", "INT", "HOUSE"


def packs_of(jurisdiction: str, packs: Iterable[Pack]) -> list[Pack]:
    """Return the packs of a home: its state's and the federal one where there is a pack of its state, the international
    one, and the agency's own standards.

    jurisdiction: of the home, like ``CA``.
    """
    known = list(packs)
    state = f"US-{jurisdiction}"
    wanted = {INTERNATIONAL, OWN}
    if any(pack.jurisdiction == state for pack in known) or _looks_like_a_state(jurisdiction):
        wanted |= {FEDERAL, state}
    return [pack for pack in known if pack.jurisdiction in wanted]


def tighten(rule: Rule, check: Any) -> Rule:
    """Return ``rule`` with the check of an agency, which asks for as much or more in each parameter.

    Raises ``ValueError`` with one sentence for the first parameter that would be looser, or another kind.
    """
    if type(check) is not type(rule.check):
        raise ValueError(f"{rule.id} is checked by {rule.kind}: that can't be changed.")
    for each in fields(check):
        ours, theirs = getattr(rule.check, each.name), getattr(check, each.name)
        if not _as_tight(each.metadata["tighter"], ours, theirs):
            raise ValueError(f"{rule.id}: “{each.name}” would be looser than the rule says, or say something else.")
    return replace(rule, check=check)


def with_agency(pack: Pack, own: Iterable[Rule]) -> Pack:
    """Return ``pack`` with an agency's rules: one with the id of a rule of the pack tightens it, the others are added.

    Raises ``ValueError`` with one sentence when a rule would be loosened, switched off or moved in time.
    """
    rules = {rule.id: rule for rule in pack.rules}
    for mine in own:
        law = rules.get(mine.id)
        if law is None:
            rules[mine.id] = mine
            continue
        if mine.off and not law.off:
            raise ValueError(f"{mine.id}: an agency can't switch off a rule of the pack.")
        if (mine.valid_from, mine.valid_to) != (law.valid_from, law.valid_to):
            raise ValueError(f"{mine.id}: the days on which it holds are those of the pack.")
        if law.off or law.check is None:
            raise ValueError(f"{mine.id}: it is switched off in the pack; add a rule with an id of your own.")
        rules[mine.id] = tighten(law, mine.check)
    return replace(pack, rules=tuple(rules.values()))


def _looks_like_a_state(jurisdiction: str) -> bool:
    return len(jurisdiction) == 2 and jurisdiction.isalpha() and jurisdiction.isupper()


def _as_tight(way: Tighter, before: Any, after: Any) -> bool:
    if before == after:
        return True
    match way:
        case Tighter.NEVER:
            return False
        case Tighter.ADDED:
            return set(before) <= set(after)
        case Tighter.REMOVED:
            return set(after) <= set(before)
        case Tighter.LESS:
            return after is not None and (before is None or _at_most(after, before))
        case Tighter.LESS_OR_NONE:
            return after is None or (before is not None and _at_most(after, before))
        case Tighter.MORE:
            return after is not None and (before is None or _at_most(before, after))
        case Tighter.MORE_OR_NONE:
            return after is None or (before is not None and _at_most(before, after))


def _at_most(one: Any, other: Any) -> bool:
    if isinstance(one, Duration) and isinstance(other, Duration):
        return one.at_most(other)
    if isinstance(one, Duration) or isinstance(other, Duration):
        return False
    numbers: tuple[int | time, int | time] = (one, other)
    return bool(numbers[0] <= numbers[1])  # type: ignore[operator]
