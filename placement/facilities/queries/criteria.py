"""The criteria of a match as one reader may see them: what is signed, who may sign, and what each rests on."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from placement.access.models import Person
from placement.access.rights import Can
from placement.facilities.matching import Result, State
from placement.facilities.matching.facts import Ground
from placement.facilities.matching.housemates import RESTRICTED_KEY
from residents.models import Resident

ORDER = {State.FAILED: 0, State.WARNED: 1, State.PASSED: 2, State.INFO: 3}
TERMS = ("age", "sex", "level")


@dataclass(frozen=True)
class Line:
    """One criterion as this reader may see it.

    ``signed``: by whom and why. ``needs``: a signature is missing. ``may_sign``: this reader may give it, under ``mark``.
    ``mates``: id and code of the housemates of whom it speaks, as far as the reader may know them; ``others``: how many more.
    ``grounds``: the rules and terms of the licence behind it. ``supervisor``: only a supervisor signs it.
    """

    key: str
    state: str
    text: str
    signed: list[dict[str, str]] = field(default_factory=list)
    needs: bool = False
    may_sign: bool = False
    mark: str = ""
    mates: list[tuple[UUID, str]] = field(default_factory=list)
    others: int = 0
    grounds: tuple[Ground, ...] = ()
    supervisor: bool = False

    @property
    def cites(self) -> str:
        """Return the name of the first ground, and how many more there are."""
        first, *more = [ground.name for ground in self.grounds] or [""]
        return f"{first} and {len(more)} more" if more else first

    @property
    def in_words(self) -> str:
        """Return the sentence with the codes of the housemates, for where no link can stand."""
        if not self.mates:
            return self.text
        others = f" and {self.others} more" if self.others else ""
        return f"{self.text} ({', '.join(code for _, code in self.mates)}{others})"


def codes_of(results: Iterable[Result], reader: Person) -> dict[UUID, str]:
    """Return the codes of the housemates whom ``reader`` may know with all that a warning can say. One query."""
    known = Resident.objects.filter(
        pk__in={mate for result in results for each in result.criteria for mate in each.mates}
    )
    for right in (Can.VIEW_CARE_PROFILE, Can.VIEW_CASE_SUMMARY, Can.VIEW_IDENTITY, Can.VIEW_EXPLOITATION):
        known = known.visible_to(reader, right)
    return dict(known.values_list("pk", "code"))


def lines(
    result: Result, may: frozenset[Can], signed: dict[tuple[UUID, str], list[Any]], codes: dict[UUID, str]
) -> list[Line]:
    """Return the criteria as a reader with the rights ``may`` may see them: what rules out first, then warnings.

    ``codes``: of the housemates whom the reader may know.
    """
    reads_all = Can.VIEW_EXPLOITATION in may
    signs, decides = bool(may & {Can.PROPOSE_PLACEMENT, Can.APPROVE_PLACEMENT}), Can.APPROVE_PLACEMENT in may
    found = []
    for criterion in sorted(result.criteria, key=lambda c: ORDER[c.state]):
        hidden = criterion.open_text is not None and not reads_all
        key, text = (RESTRICTED_KEY, criterion.open_text) if hidden else (criterion.key, criterion.text)
        if not text:
            continue
        names = [
            {"by": each.signed_by.name, "reason": each.reason}
            for each in signed.get((result.home.id, criterion.signature), [])
        ]
        needs = bool(criterion.signature) and not names
        allowed = needs and signs and key != RESTRICTED_KEY and (decides or not criterion.supervisor)
        line = Line(key, str(criterion.state), text, names, needs, allowed, criterion.signature if allowed else "")
        if not hidden:
            line = replace(line, grounds=criterion.grounds, supervisor=criterion.supervisor)
            mates = sorted(((mate, codes[mate]) for mate in criterion.mates if mate in codes), key=lambda mate: mate[1])
            line = replace(line, mates=mates, others=len(criterion.mates) - len(mates))
        found.append(line)
    return found


def in_short(rows: list[Line]) -> list[Line]:
    """Return what is passed or only told, with the terms of the licence in one sentence."""
    told = [row for row in rows if row.state in ("passed", "info")]
    terms = {row.key: row.text for row in told if row.state == "passed" and row.key in (*TERMS, "licence")}
    if not set(TERMS) <= set(terms):
        return told
    ages, sexes, level = (terms[key] for key in TERMS)
    parts = [ages, sexes.removeprefix("Licensed for "), level[0].lower() + level[1:]]
    if until := terms.get("licence", "").removeprefix("Licensed"):
        parts.append(until.strip())
    grounds = tuple(ground for row in told if row.key in terms for ground in row.grounds)
    first = Line("licence", "passed", ", ".join(parts), grounds=grounds)
    return [first, *(row for row in told if row.key not in terms)]
