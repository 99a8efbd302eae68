"""What rules of the law say of a home for a young person who does not live there yet: the matching page asks.

The kinds judge, by their own statements, what matching knows as facts of the stay that would begin.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.db import transaction

from compliance.facts import ABOUT, FACTS
from compliance.kinds import KINDS
from compliance.kinds.parameters import names_of
from compliance.rules import Rule, load
from compliance.statements import FACTS_GIVEN, HOMES_GIVEN, rule_row, run
from placement.facilities.matching.facts import Home, Licence, Ruling, Weight, YoungPerson
from placement.facilities.matching.rules import knows_the_law

# The parameter that says what a rule is about. Those that are about an arrival, or about a home in which somebody lives, are asked.
ABOUT_WHAT = {"placement": "of", "expiry": "of", "prohibited": "what"}
BEGINS = {"stay.begun", "home.in_use", "home.licensed"}
WORKING = ("licensed", "probation")
LARGE = 13  # places
# By each fact that matching knows beforehand, the criterion that asks for it already.
ASKED_BY = {
    "home.residential": "",
    "home.shelter": "",
    "home.foster": "",
    "home.in_use": "",
    "home.licensed": "",
    "licence.in_force": "licence",
    "licence.exclusive": "population",
    "licence.large": "",
    "fire.cleared": "fire",
    "young.identified": "population",
    "young.suspected": "population",
    "young.at_risk": "population",
    "young.other_population": "population",
    "young.screened": "population",
    "level.assessed": "level",
    "case.goal_independence": "",
    "stay.begun": "",
    "stay.exception_agreed": "population",
}
WEIGHTS = {"critical": Weight.STOPS, "advice": Weight.TOLD}


Asked = tuple[Rule, str]  # and whose law it is, in words


@cache
def rules_asked() -> tuple[Asked, ...]:
    """Return the rules that are about an arrival, of all packs that the product ships."""
    return tuple((rule, pack.title) for pack in load() for rule in pack.on if about_an_arrival(rule))


def about_an_arrival(rule: Rule) -> bool:
    """Return whether the rule says what must be true of a home, or of a young person, when a stay begins."""
    what = ABOUT_WHAT.get(rule.kind)
    return what is not None and rule.severity != "watch" and set(getattr(rule.check, what)) <= BEGINS


@knows_the_law
def rulings(person: YoungPerson, at: datetime, homes: list[Home]) -> dict[UUID, list[Ruling]]:
    """Return by home what each rule says of ``person``, who would arrive at ``at``. One query for each kind of rule."""
    return judge(rules_asked(), person, at, homes)


@transaction.atomic
def judge(rules: Iterable[Asked], person: YoungPerson, at: datetime, homes: list[Home]) -> dict[UUID, list[Ruling]]:
    """Return by home what these rules say; of one that asks for what nobody can know yet, that it is not known."""
    by_kind: dict[str, list[Asked]] = defaultdict(list)
    for rule, law in rules:
        by_kind[rule.kind].append((rule, law))
    given = [row for home in homes for row in facts_of(person, home, at)]
    places = [
        {"scope": 0, "facility_id": str(home.id), "jurisdiction": home.jurisdiction, "zone": home.zone.key}
        for home in homes
    ]
    found: dict[UUID, list[Ruling]] = defaultdict(list)
    for kind, asked in by_kind.items():
        rows = [rule_row(as_far_as_known(rule), number, 0, at) for number, (rule, _) in enumerate(asked)]
        answers = run(
            KINDS[kind], rows, FACTS_GIVEN, HOMES_GIVEN, (), facts=json.dumps(given), homes=json.dumps(places)
        )
        for answer in answers:
            found[answer.facility].append(ruling(*asked[answer.rule], answer.met))
    return found


def as_far_as_known(rule: Rule) -> Rule:
    """Return the rule without the conditions that nobody can know yet: it may apply, so it is asked."""
    when = tuple(name for name in rule.check.when if name in ASKED_BY)
    return replace(rule, check=replace(rule.check, when=when))


def ruling(rule: Rule, law: str, met: bool | None) -> Ruling:
    """Return what the rule says, as matching takes it."""
    known = names_of(rule.check) <= ASKED_BY.keys()
    through = {ASKED_BY[name] for name in must_hold(rule) if name in ASKED_BY}
    return Ruling(
        key=f"rule-{rule.id}",
        mark=f"{rule.id} {rule.valid_from}",
        title=rule.title,
        citation=rule.citation,
        law=law,
        met=met if known else None,
        weight=WEIGHTS.get(rule.severity, Weight.SIGNED),
        said_by=through.pop() if len(through) == 1 else "",
    )


def must_hold(rule: Rule) -> set[str]:
    """Return the facts by which the rule is met or not; of one that forbids the stay itself, those that make it apply."""
    check = rule.check
    names = {name for part in ("needs", "never", "holds_one") for name in getattr(check, part, ())}
    return names or {*check.when, *check.unless}


def facts_of(person: YoungPerson, home: Home, at: datetime) -> Iterator[dict[str, Any]]:
    """Yield the facts that would hold of a stay in ``home`` from ``at`` on, as the statements of kinds take them."""
    ids = {"subject": str(home.id), "resident_id": str(person.id), "facility_id": str(home.id)}

    def row(name: str, since: datetime, until: datetime | None = None) -> dict[str, Any]:
        end = until.isoformat() if until else None
        key = ids[ABOUT[FACTS[name].about]]
        return {"scope": 0, "name": name, **ids, "key": key, "at": since.isoformat(), "until": end, "value": None}

    yield row("stay.begun", at)
    yield row("home.in_use", at)
    if f"home.{home.kind}" in ASKED_BY:
        yield row(f"home.{home.kind}", at)
    for licence in home.licences:
        if licence.status in WORKING:
            for name in said_by(licence):
                yield row(name, *days(home, licence.valid_from, licence.valid_to))
    for first, last in home.clearances:
        yield row("fire.cleared", *days(home, first, last))
    for exemption in home.exemptions:
        yield row("stay.exception_agreed", at, exemption.expires_at)
    if person.birth_date:
        yield row("young.born", datetime.combine(person.birth_date, time(12), UTC))
    for name in said_of(person):
        yield row(name, at)


def said_by(licence: Licence) -> Iterator[str]:
    """Yield the facts that hold while the licence is in force."""
    yield "licence.in_force"
    yield "home.licensed"
    if licence.population == "exclusive":
        yield "licence.exclusive"
    if licence.capacity >= LARGE:
        yield "licence.large"


def said_of(person: YoungPerson) -> Iterator[str]:
    """Yield the facts that hold of the young person now."""
    if person.population == "trafficked":
        yield "young.at_risk"
        yield "young.identified" if person.stage == "confirmed" else "young.suspected"
    elif person.population and person.stage == "confirmed":
        yield "young.other_population"
    if person.population:
        yield "young.screened"
    if person.level:
        yield "level.assessed"
    if person.goal == "independence":
        yield "case.goal_independence"


def days(home: Home, first: date, last: date | None) -> tuple[datetime, datetime | None]:
    """Return the moments at which a paper begins and ends to hold in ``home``, both days included."""
    ends = None
    if last is not None and last < date.max:
        ends = datetime.combine(last + timedelta(days=1), time(), home.zone)
    return datetime.combine(first, time(), home.zone), ends
