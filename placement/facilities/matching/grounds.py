"""What criteria rest on: a rule of the law or a term of the licence stands with the criterion that asks the same.

A rule that no criterion asks for is one of its own.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from placement.facilities.matching.facts import Criterion, Ground, Licence, Ruling, State, Term, Weight
from placement.facilities.matching.wording import mark
from placement.ui.dates import full_day

LIMITED = {"no_admissions": "licence", "max_capacity": "capacity", "min_age": "age", "max_age": "age"}
Terms = list[tuple[str, Ground]]


def terms_of(licence: Licence | None, day: date) -> Terms:
    """Return the conditions and waivers that count on ``day``, each with the criterion that it changes."""
    if licence is None:
        return []
    limits = [(LIMITED[c.kind], term("Condition", c)) for c in licence.conditions if c.kind in LIMITED and c.holds(day)]
    return limits + [(w.kind, term("Waiver", w)) for w in licence.waivers if w.holds(day)]


def term(name: str, said: Term) -> Ground:
    """Return a condition or a waiver with its words and its days."""
    until = f" until {full_day(said.ends_on)}" if said.ends_on else ""
    return Ground(f"{name} of the licence", said.text, f"from {full_day(said.starts_on)}{until}")


def cited(criteria: Iterable[Criterion], rulings: Iterable[Ruling], terms: Terms) -> list[Criterion]:
    """Return the criteria with what they rest on, and one more for each rule that none of them speaks for."""
    found = list(criteria)
    for key, ground in terms:
        found = [add(each, ground) if each.key == key else each for each in found]
    for ruling in rulings:
        if ruling.waived:
            found.append(of_its_own(ruling))
            continue
        speaks = next((n for n, each in enumerate(found) if each.key == ruling.said_by and agree(each, ruling)), None)
        if speaks is None:
            found.append(of_its_own(ruling))
            continue
        found[speaks] = add(found[speaks], ground_of(ruling))
        if ruling.met is False and ruling.weight is Weight.SIGNED and found[speaks].signature:
            found[speaks] = replace(found[speaks], supervisor=True)
    return found


def add(criterion: Criterion, ground: Ground) -> Criterion:
    """Return the criterion with one more ground."""
    return replace(criterion, grounds=(*criterion.grounds, ground))


def agree(criterion: Criterion, ruling: Ruling) -> bool:
    """Return whether the criterion does with the young person what the rule wants: then one line is enough."""
    if ruling.met is None:
        return False
    if ruling.met:
        return criterion.state is not State.FAILED
    signed = criterion.state is State.WARNED and bool(criterion.signature)
    return criterion.state is State.FAILED or (signed and ruling.weight is not Weight.STOPS)


def of_its_own(ruling: Ruling) -> Criterion:
    """Return the criterion of a rule that no other one asks for."""
    ground = (ground_of(ruling),)
    if ruling.waived:
        return Criterion(ruling.key, State.INFO, f"Rule waived {ruling.waived}: {ruling.title}", grounds=ground)
    if ruling.met is None:
        text = f"Can't be known before the arrival: {ruling.title}"
        return Criterion(ruling.key, State.INFO, text, grounds=ground)
    if ruling.met:
        return Criterion(ruling.key, State.PASSED, f"Rule met: {ruling.title}", grounds=ground)
    text = f"{'Advice' if ruling.weight is Weight.TOLD else 'Rule'} not met: {ruling.title}"
    if ruling.weight is Weight.TOLD:
        return Criterion(ruling.key, State.INFO, text, grounds=ground)
    if ruling.weight is Weight.STOPS:
        return Criterion(ruling.key, State.FAILED, text, grounds=ground)
    signature = mark("rule", [ruling.mark])
    return Criterion(ruling.key, State.WARNED, text, signature=signature, grounds=ground, supervisor=True)


def ground_of(ruling: Ruling) -> Ground:
    """Return the rule as the ground of a criterion."""
    stands = ruling.waived and f"waived {ruling.waived}"
    stands = stands or {True: "met", False: "not met", None: "not known yet"}[ruling.met]
    return Ground(ruling.citation, ruling.title, f"{ruling.law}, {stands}", ruling.href)
