"""The rules of matching: each looks at one thing and answers with one plain sentence."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

from placement.facilities.matching.facts import (
    Bed,
    Criterion,
    Home,
    Licence,
    Result,
    Span,
    State,
    Wish,
    YoungPerson,
)
from placement.facilities.matching.grounds import cited, terms_of
from placement.facilities.matching.housemates import housemate_criteria
from placement.facilities.matching.soft import soft_criteria
from placement.facilities.matching.wording import mark, plural
from placement.ui.dates import full_day
from residents.queries.ages import full_years

PROTECTED = "trafficked"
SOON = timedelta(days=60)  # a paper that ends this soon after the arrival may not be renewed in time
TOLD = ("text", "per_adult", "awake_night")  # conditions that rule nobody out: a reader learns what they say
LATE_DAYS = 7  # a bed that is free this many days after the wished start is still offered, with a warning


def evaluate(person: YoungPerson, home: Home, wish: Wish) -> Result:
    """Hold ``home`` against ``wish`` for ``person``: every criterion, the bed to offer and a score that ranks.

    Pure: the same facts give the same answer.
    """
    starts_at, bed = first_chance(home, wish, person.id)
    span = Span(starts_at, wish.span.ends_at)
    day = home.day(starts_at)
    licence = home.licence_on(day)
    criteria = [
        population(person, home, licence, span),
        *licence_in_force(home, licence, span),
        *([] if licence is None else licence_terms(person, home, licence, wish, span)),
        fire(home, span),
        apart(person, home, span),
        bed_for_the_stay(home, bed, wish, span),
        *housemate_criteria(person, home, span),
    ]
    criteria = cited(criteria, home.rulings, terms_of(licence, day))
    soft, score = soft_criteria(person, home)
    places = licence.places(day) if licence else 0
    taken = {stay.bed for stay in home.housemates(span)}
    last = home.day(span.ends_at) if span.ends_at else None
    empty = [b for b in home.beds if b.id not in taken and b.open_during(day, last)]
    held = [b for b in empty if b.held_for is not None]
    warnings = len([c for c in criteria if c.state is State.WARNED])
    free = len(empty) - len(held)
    return Result(home, (*criteria, *soft), bed, starts_at, free, places, score - warnings, held=len(held))


def ranked(results: Iterable[Result]) -> list[Result]:
    """Return the results in the order of the page: homes that fit by score, then the others, fewest failures first."""
    ordered = sorted(results, key=lambda r: (len(r.failed), -r.score, r.home.name, str(r.home.id)))
    return [result.at_rank(place) for place, result in enumerate(ordered, start=1)]


def first_chance(home: Home, wish: Wish, who: UUID) -> tuple[datetime, Bed | None]:
    """Return when the stay could begin, and the bed: as wished, or up to ``LATE_DAYS`` later when one comes free then.

    With a bed chosen, only that bed at the wished time counts.
    """
    asked = wish.span.starts_at
    if wish.bed is not None:
        bed = next((b for b in home.beds if b.id == wish.bed), None)
        return asked, bed if bed and usable(bed, home, Span(asked, wish.span.ends_at), who) else None
    latest = asked + timedelta(days=LATE_DAYS)
    chances = sorted({asked, *(s.ends_at for s in home.stays if s.ends_at and asked < s.ends_at <= latest)})
    for chance in chances:
        if wish.span.ends_at and chance >= wish.span.ends_at:
            break
        span = Span(chance, wish.span.ends_at)
        free = [bed for bed in home.beds if usable(bed, home, span, who)]
        if free:
            return chance, min(free, key=lambda bed: (bed.held_for != who, bed.name))
    return asked, None


def usable(bed: Bed, home: Home, span: Span, who: UUID) -> bool:
    """Return whether nobody else has or holds ``bed`` and it is in use during the whole ``span``."""
    last = home.day(span.ends_at) if span.ends_at else None
    return (
        bed.held_for in (None, who)
        and bed.open_during(home.day(span.starts_at), last)
        and not any(s.bed == bed.id and span.overlaps(s.starts_at, s.ends_at) for s in home.stays)
    )


def population(person: YoungPerson, home: Home, licence: Licence | None, span: Span) -> Criterion:
    """Invariant 2 on the day of arrival and under each licence that begins during the stay."""
    at_first = population_served(person, home, licence.population if licence else home.serves, span.starts_at)
    if at_first.state is State.FAILED:
        return at_first
    for later in sorted(home.licences, key=lambda each: each.valid_from):
        begins = datetime.combine(later.valid_from, datetime.min.time(), home.zone)
        if begins > span.starts_at and (span.ends_at is None or begins < span.ends_at):
            then = population_served(person, home, later.population, begins)
            if then.state is State.FAILED:
                return Criterion("population", State.FAILED, f"From {full_day(later.valid_from)}: {then.text}")
    return at_first


def population_served(person: YoungPerson, home: Home, serves: str, moment: datetime) -> Criterion:
    """Whether a home that ``serves`` this population at ``moment`` may house the young person.

    A suspected young person is treated as protected.
    """
    trafficked = person.population == PROTECTED
    protected = trafficked and person.stage in ("suspected", "confirmed")
    if serves == "exclusive":
        return exclusive_home(person)
    needed = "foster" if "foster" in (serves, home.kind) else "population" if protected else ""
    if needed:
        exempt = [e for e in home.exemptions if e.kind == needed and e.expires_at > moment]
        if not exempt:
            return Criterion("population", State.FAILED, why_not(serves, home.kind, needed))
        until = max(e.expires_at for e in exempt)
        return Criterion(
            "population",
            State.WARNED,
            f"Only by an approved exception, until {full_day(home.day(until))}",
            signature=mark("population", [until]),
        )
    if trafficked:
        return Criterion(
            "population",
            State.WARNED,
            "Also serves other young people, and the screening says that trafficking is possible",
            signature=mark("population", [person.stage]),
        )
    return Criterion("population", State.PASSED, "Serves young people of this group")


def exclusive_home(person: YoungPerson) -> Criterion:
    """A home that houses only trafficked young people."""
    if person.population == PROTECTED:
        return Criterion("population", State.PASSED, "Houses only trafficked young people")
    if person.population and person.stage == "confirmed":
        return Criterion("population", State.FAILED, "Only for trafficked young people; another group is confirmed")
    return Criterion(
        "population",
        State.WARNED,
        "Only for trafficked young people, and the group is not confirmed yet",
        signature=mark("population", [person.population, person.stage]),
    )


def why_not(serves: str, kind: str, needed: str) -> str:
    """Return why the home is closed to this young person without an exception."""
    if needed == "foster":
        return "A foster home is the exception: it needs an approved reason"
    if "shelter" in (serves, kind):
        return "A youth shelter may not house the protected population"
    return "Mixed population: also serves other young people"


def licence_in_force(home: Home, licence: Licence | None, span: Span) -> Iterator[Criterion]:
    """A licence on the day of arrival, admissions allowed, and what happens to it during the stay."""
    day = home.day(span.starts_at)
    if licence is None:
        ended = max((each.valid_to for each in home.licences if each.valid_to and each.valid_to < day), default=None)
        yield Criterion(
            "licence",
            State.FAILED,
            f"The licence ended on {full_day(ended)}" if ended else "No licence on file for that day",
        )
        return
    if licence.status != "licensed":
        words = {"pending": "only applied for", "probation": "on probation"}.get(licence.status, licence.status)
        yield Criterion("licence", State.FAILED, f"The licence is {words}")
        return
    if any(c.kind == "no_admissions" and c.holds(day) for c in licence.conditions):
        yield Criterion("licence", State.FAILED, "The licence has a condition: no new admissions")
    else:
        until = covered_until(home, licence)
        words = f"Licensed until {full_day(until)}" if until else "Licensed"
        yield paper("licence", "licence", words, until, home, span)
    if said := [c.text.rstrip(".") for c in licence.conditions if c.kind in TOLD and c.holds(day)]:
        yield Criterion("conditions", State.INFO, f"Condition{'s' if said[1:] else ''}: {'; '.join(said)}")


def paper(key: str, name: str, words: str, until: date | None, home: Home, span: Span) -> Criterion:
    """A paper in force on the day of arrival: whether it covers the stay. It may be renewed, so it rules nothing out.

    A stay without a planned end outlasts every paper that ends: a warning when that is soon, else a note.
    """
    last = home.day(span.ends_at) if span.ends_at else None
    if until is None or (last and until >= last):
        return Criterion(key, State.PASSED, words)
    soon = last or until <= home.day(span.starts_at) + SOON
    return Criterion(key, State.WARNED if soon else State.INFO, f"The {name} ends during the stay: {full_day(until)}")


def covered_until(home: Home, licence: Licence) -> date | None:
    """Return the last day without a gap in the licences that follow each other; None without an end.

    The last day of the calendar, as authorities write it, is no end.
    """
    until = licence.valid_to
    while until is not None and until < date.max:
        following = home.licence_on(until + timedelta(days=1))
        if following is None or following.status != "licensed":
            return until
        until = following.valid_to
    return None


def licence_terms(person: YoungPerson, home: Home, licence: Licence, wish: Wish, span: Span) -> list[Criterion]:
    """Places, age, sex and level of care, as the licence, its conditions and its waivers say."""
    return [
        capacity(home, span),
        age(person, home, licence, span),
        sex(person, licence, home.day(span.starts_at)),
        level(person, licence, wish, home.day(span.starts_at)),
    ]


def capacity(home: Home, span: Span) -> Criterion:
    """A place under the licence on every day: counted wherever the number can grow or the limit can fall."""
    moments = {span.starts_at, *(s.starts_at for s in home.stays if span.overlaps(s.starts_at, s.starts_at))}
    moments |= {m for m in limit_changes(home) if span.overlaps(m, m)}
    for moment in sorted(moments):
        day = home.day(moment)
        licence = home.licence_on(day)
        if licence is None or licence.waived("capacity", day):
            continue
        living = len(
            {s.resident for s in home.stays if s.starts_at <= moment and (s.ends_at is None or s.ends_at > moment)}
        )
        if living + 1 > licence.places(day):
            when = "" if moment == span.starts_at else f" from {full_day(day)}"
            return Criterion(
                "capacity", State.FAILED, f"Full{when}: {living} of {plural(licence.places(day), 'place')} taken"
            )
    return Criterion("capacity", State.PASSED, "A place under the licence on every day")


def limit_changes(home: Home) -> Iterator[datetime]:
    """Yield the moments at which the places may change: a licence or condition starts, a waiver has ended."""
    for licence in home.licences:
        days = [licence.valid_from, *(c.starts_on for c in licence.conditions)]
        days += [w.ends_on + timedelta(days=1) for w in licence.waivers if w.ends_on]
        yield from (datetime.combine(day, datetime.min.time(), home.zone) for day in days)


def age(person: YoungPerson, home: Home, licence: Licence, span: Span) -> Criterion:
    """Age on the day of arrival, and whether the highest age is passed during the stay."""
    day = home.day(span.starts_at)
    lowest = max([licence.min_age, *licence.limit("min_age", day)])
    highest = min([licence.max_age, *licence.limit("max_age", day)])
    words = f"{lowest}–{highest}"
    if licence.waived("age", day):
        return Criterion("age", State.PASSED, f"Licensed for {words}; the authority waived the age")
    if person.birth_date is None:
        return Criterion("age", State.FAILED, "The date of birth is not in the record yet")
    years = full_years(person.birth_date, day)
    if not lowest <= years <= highest:
        return Criterion("age", State.FAILED, f"Licensed for ages {words}, not for {years}")
    if span.ends_at and full_years(person.birth_date, home.day(span.ends_at)) > highest:
        return Criterion("age", State.WARNED, f"Licensed for ages {words}: too old before the stay ends")
    return Criterion("age", State.PASSED, f"Licensed for ages {words}")


def sex(person: YoungPerson, licence: Licence, day: date) -> Criterion:
    """The sexes that the licence names."""
    if person.sex in licence.sexes:
        return Criterion("sex", State.PASSED, f"Licensed for {person.sex} young people")
    if licence.waived("sex", day):
        return Criterion("sex", State.PASSED, "The authority waived the sex that the licence names")
    return Criterion("sex", State.FAILED, f"Not licensed for {person.sex} young people")


def level(person: YoungPerson, licence: Licence, wish: Wish, day: date) -> Criterion:
    """The level of care of the newest assessment, and of the referral when it names one."""
    needed = sorted({each for each in (person.level, wish.level) if each})
    if licence.waived("level", day):
        return Criterion("level", State.PASSED, "The authority waived the level of care")
    if person.level is None:
        return Criterion("level", State.FAILED, "No assessment of the level of care yet")
    missing = [each for each in needed if each not in licence.levels]
    if missing:
        offered = ", ".join(str(each) for each in sorted(licence.levels)) or "none"
        return Criterion("level", State.FAILED, f"Level of care {offered}; needs {missing[-1]}")
    return Criterion("level", State.PASSED, f"Level of care {needed[-1]}")


def fire(home: Home, span: Span) -> Criterion:
    """The fire authority's clearance on the day of arrival, and during the stay."""
    day = home.day(span.starts_at)
    until = max((last for first, last in home.clearances if first <= day <= last), default=None)
    if until is None:
        ended = max((last for _, last in home.clearances if last < day), default=None)
        text = f"The fire clearance ended on {full_day(ended)}" if ended else "No fire clearance on file for that day"
        return Criterion("fire", State.FAILED, text)
    while following := [last for first, last in home.clearances if first <= until + timedelta(days=1) and last > until]:
        until = max(following)
    return paper("fire", "fire clearance", f"Fire clearance until {full_day(until)}", until, home, span)


def apart(person: YoungPerson, home: Home, span: Span) -> Criterion:
    """Invariant 4: nobody who must be kept apart lives here, or is about to, during the stay.

    Only of people whom the reader may know; the others are a restricted fact about housemates.
    """
    if any(mate.resident in person.apart_from for mate in home.housemates(span)):
        return Criterion("separation", State.FAILED, "Somebody to be kept apart from would live in the same home")
    return Criterion("separation", State.PASSED, "No one to be kept apart, as far as you may know")


def bed_for_the_stay(home: Home, bed: Bed | None, wish: Wish, span: Span) -> Criterion:
    """One bed for the whole stay."""
    if bed is None:
        text = "This bed is not free for the whole stay" if wish.bed else "No bed is free for the whole stay"
        return Criterion("bed", State.FAILED, text)
    if span.starts_at > wish.span.starts_at:
        late = max(1, (home.day(span.starts_at) - home.day(wish.span.starts_at)).days)
        return Criterion("bed", State.WARNED, f"Bed {bed.name} is free {plural(late, 'day')} after the needed day")
    return Criterion("bed", State.PASSED, f"Bed {bed.name} free for the whole stay")
