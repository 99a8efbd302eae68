"""Whether one young person is kept out of what the house does more often than chance would bring about.

Only offers count at which somebody was kept out and somebody was not: nothing else can tell one young person from another. If it
were chance, each of the ``n`` who were there would be one of the ``k`` kept out with probability ``k / n``; over all these offers
the number of times is then the sum of independent draws (a Poisson binomial distribution), whose tail is added up exactly. This
is the exact conditional test of Mantel and Haenszel (1959) with the offers as its strata and one person as the group. What one
decision brought about counts once: whoever is kept out again under the same limit is left out of the later offer, for the draws
would not be independent. In a house of ``m`` young people each is compared at 5 % divided by ``m`` (Bonferroni), so that in 95 of
100 houses where chance alone rules nobody stands out. Whoever could not stand out even if kept from everything, or has been at
fewer than ``LEAST`` offers, gets no verdict: there is too little to say (Tarone, 1990).
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)
ALARM = 0.05
LEAST = 5  # offers of the house at which a young person was there
THERE = ("joined", "not_wanted", "excluded")


class Verdict(StrEnum):
    """What the comparison says. A single exclusion is a fact of its own, whatever this says."""

    TOO_FEW = "too few to say"
    CHANCE = "no more often than chance"
    MORE = "more often than chance"


@dataclass(frozen=True)
class Answered:
    """What one young person did with one offer, and under which limit they were kept out."""

    answer: str
    limit: Hashable = None


@dataclass(frozen=True)
class Comparison:
    """One young person against the others of the house, on the same offers. ``chance``: how likely this often or more is."""

    there: int
    joined: int
    not_wanted: int
    kept_out: int
    counted: int
    """Offers at which somebody was kept out and somebody else was not, and this one was there."""
    kept_out_counted: int
    expected: float
    chance: float
    verdict: Verdict


def compare(offers: Iterable[Mapping[Key, Answered]]) -> dict[Key, Comparison]:
    """Compare everybody who was there at one of ``offers``, which come in the order of time; each says who did what."""
    listed = [{who: said for who, said in offer.items() if said.answer in THERE} for offer in offers]
    people = {who for offer in listed for who in offer}
    strata = list(_decided_once(listed))
    found = {}
    for who in people:
        answers = [offer[who].answer for offer in listed if who in offer]
        of_theirs = [(sum(each.values()), len(each), each[who]) for each in strata if who in each]
        draws = [kept / there for kept, there, _ in of_theirs if 0 < kept < there]
        times = sum(out for kept, there, out in of_theirs if 0 < kept < there)
        chance = tail(draws, times)
        limit = ALARM / len(people)
        least = tail(draws, len(draws))  # kept from everything
        if len(answers) < LEAST or least > limit:
            verdict = Verdict.TOO_FEW
        else:
            verdict = Verdict.MORE if chance <= limit else Verdict.CHANCE
        found[who] = Comparison(
            len(answers),
            answers.count("joined"),
            answers.count("not_wanted"),
            answers.count("excluded"),
            len(draws),
            times,
            sum(draws),
            chance,
            verdict,
        )
    return found


def tail(draws: Iterable[float], times: int) -> float:
    """Return how likely ``times`` or more of independent ``draws`` come out, each with its probability. Exact, by adding up."""
    spread = [1.0]
    for each in draws:
        longer = [0.0] * (len(spread) + 1)
        for number, part in enumerate(spread):
            longer[number] += part * (1 - each)
            longer[number + 1] += part * each
        spread = longer
    return min(1.0, sum(spread[times:]))


def _decided_once(offers: Iterable[Mapping[Key, Answered]]) -> Iterable[dict[Key, bool]]:
    """Yield for each offer who was kept out, without those who were so before under the same limit."""
    seen: set[tuple[Hashable, Hashable]] = set()
    for offer in offers:
        counted = {}
        for who, said in offer.items():
            out = said.answer == "excluded"
            if out and said.limit is not None and (who, said.limit) in seen:
                continue
            if out and said.limit is not None:
                seen.add((who, said.limit))
            counted[who] = out
        yield counted
