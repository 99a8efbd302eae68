"""Safety between housemates: warnings that a named person must sign. The sentences give housemates by number only."""

from collections.abc import Iterator

from placement.facilities.matching.facts import Criterion, Home, Span, State, Stay, YoungPerson
from placement.facilities.matching.wording import mark, mates, verb
from residents.queries.ages import full_years

AGE_GAP = 3  # years
RESTRICTED = "A restricted fact about housemates: needs a signature by somebody who may read it"
RESTRICTED_KEY = "restricted"  # of every warning that a reader sees without its reason, so that none tells them apart


def housemate_criteria(person: YoungPerson, home: Home, span: Span) -> Iterator[Criterion]:
    """Yield what the people who would live together mean for each other's safety."""
    living = home.housemates(span)
    yield exploiters(person, living)
    yield harm(person, living)
    yield age_gap(person, living)
    yield from siblings(person, living)


def exploiters(person: YoungPerson, living: list[Stay]) -> Criterion:
    """Somebody else here is linked to the same exploiter or recruiter, or to a number, place, name or car that one uses.

    Only for readers of that history.
    """
    known = person.exploiters | person.recruiters
    shared = [mate for mate in living if known & (mate.exploiters | mate.recruiters) or person.traces & mate.traces]
    if not shared:
        return Criterion("exploiter", State.PASSED, "No housemate knows the same exploiter or recruiter", open_text="")
    who = frozenset(mate.resident for mate in shared)
    what = "exploiter" if any(known & (mate.exploiters | mate.recruiters) for mate in shared) else ""
    if any(person.recruiters & mate.recruiters for mate in shared):
        what = "recruiter"
    text = f"{mates(len(who))} {verb(len(who), 'knows', 'know')} the same {what}"
    if not what:
        text = (
            f"{mates(len(who))} {verb(len(who), 'has', 'have')} a number, place, name or car of an exploiter in common"
        )
    return Criterion(
        "exploiter",
        State.WARNED,
        text,
        open_text=RESTRICTED,
        signature=mark("exploiter", who),
        mates=who,
    )


def harm(person: YoungPerson, living: list[Stay]) -> Criterion:
    """Somebody here has harmed another young person, or the one who comes has and others live here."""
    harmers = frozenset(mate.resident for mate in living if mate.harmed)
    harmed = frozenset(mate.resident for mate in living if mate.was_harmed)
    if person.harmed and living:
        exposed = harmed or {mate.resident for mate in living}
        text = "Has harmed another young person before"
        if harmed:
            text += f"; {mates(len(harmed)).lower()} {verb(len(harmed), 'was', 'were')} harmed by another"
        return Criterion("harm", State.WARNED, text, signature=mark("harm", exposed | harmers), mates=harmed)
    if harmers:
        text = f"{mates(len(harmers))} {verb(len(harmers), 'has', 'have')} harmed another young person before"
        if person.was_harmed:
            text += ", and this young person was harmed by another"
        return Criterion("harm", State.WARNED, text, signature=mark("harm", harmers), mates=harmers)
    return Criterion("harm", State.PASSED, "No known history of harm between young people here")


def age_gap(person: YoungPerson, living: list[Stay]) -> Criterion:
    """Housemates three or more years older or younger."""
    if person.birth_date is None:
        return Criterion("age_gap", State.INFO, "The age gap is not known: no date of birth in the record")
    apart = frozenset(
        mate.resident
        for mate in living
        if mate.birth_date
        and full_years(min(mate.birth_date, person.birth_date), max(mate.birth_date, person.birth_date)) >= AGE_GAP
    )
    if not apart:
        return Criterion("age_gap", State.PASSED, f"No housemate is {AGE_GAP} or more years older or younger")
    text = f"{mates(len(apart))} {verb(len(apart), 'is', 'are')} {AGE_GAP} or more years older or younger"
    return Criterion("age_gap", State.WARNED, text, signature=mark("age_gap", apart), mates=apart)


def siblings(person: YoungPerson, living: list[Stay]) -> Iterator[Criterion]:
    """A brother or sister here: good when they wish it, a warning when they are advised to live apart.

    Said only to somebody who may know where that sibling lives. Others learn of the warning, not of its reason: in the
    same words, and as little to be signed by them, when the reason is somebody to be kept apart of whom they may not know.
    """
    here = {mate.resident for mate in living}
    found = [sibling for sibling in person.siblings if sibling.id in here]
    if any(sibling.together and sibling.visible for sibling in found):
        yield Criterion("siblings", State.PASSED, "A brother or sister lives here")
    divided = [sibling for sibling in found if not sibling.together]
    reasons = {sibling.id for sibling in divided}
    if divided and all(sibling.visible for sibling in divided):
        text = "A brother or sister lives here, and they are advised to live apart"
        yield Criterion("siblings_apart", State.WARNED, text, signature=mark(RESTRICTED_KEY, reasons))
        reasons = set()
    if reasons := reasons | (person.apart_unseen & here):
        yield Criterion(RESTRICTED_KEY, State.WARNED, RESTRICTED, signature=mark(RESTRICTED_KEY, reasons))
