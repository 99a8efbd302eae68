"""What rules of the law say of a home for a young person who does not live there yet: the matching page asks.

The kinds judge, by their own statements, what matching knows as facts of the stay that would begin.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from compliance.kinds import KINDS
from compliance.models import RuleVersion
from compliance.queries.rules import law_words
from compliance.statements import FACTS_GIVEN, HOMES_GIVEN, run
from placement.facilities.matching.facts import Home, Licence, Ruling, Weight, YoungPerson
from placement.facilities.matching.rules import knows_the_law
from placement.ui.dates import full_day

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


def rules_asked() -> list[RuleVersion]:
    """Return the rules in force that say what must be true of a home, or of a young person, when a stay begins. One query."""
    found = RuleVersion.objects.filter(off="", kind__in=ABOUT_WHAT).exclude(severity="watch").order_by("pack", "rule")
    return [rule for rule in found if set(rule.parameters[ABOUT_WHAT[rule.kind]]) <= BEGINS]


@knows_the_law
def rulings(person: YoungPerson, at: datetime, homes: list[Home]) -> dict[UUID, list[Ruling]]:
    """Return by home what each rule says of ``person``, who would arrive at ``at``. One query, and two for each kind of rule."""
    return judge(rules_asked(), person, at, homes)


@transaction.atomic
def judge(
    rules: Iterable[RuleVersion], person: YoungPerson, at: datetime, homes: list[Home]
) -> dict[UUID, list[Ruling]]:
    """Return by home what these rules say; of one that asks for what nobody can know yet, that it is not known.

    Homes of which the same is true are judged once, so the time does not grow with their number.
    """
    alike: dict[Any, list[Home]] = defaultdict(list)
    for home in homes:
        alike[home.jurisdiction, home.zone.key, holding(home, at)].append(home)
    by_kind: dict[str, list[RuleVersion]] = defaultdict(list)
    for rule in rules:
        by_kind[rule.kind].append(rule)
    of_person = [a_fact(person, None, name, since) for name, since in said_of(person, at)]
    of_homes = [a_fact(person, first, name, at) for (*_, names), (first, *_) in alike.items() for name in sorted(names)]
    places = [
        {"scope": 0, "facility_id": str(first.id), "jurisdiction": state, "zone": zone}
        for (state, zone, _), (first, *_) in alike.items()
    ]
    given = {"facts": json.dumps(of_person + of_homes), "homes": json.dumps(places)}
    found: dict[UUID, list[Ruling]] = defaultdict(list)
    for kind, asked in by_kind.items():
        rows = [as_row(rule, number, at) for number, rule in enumerate(asked)]
        for answer in run(KINDS[kind], rows, FACTS_GIVEN, HOMES_GIVEN, (), **given):
            found[answer.facility].append(ruling(asked[answer.rule], answer.met))
    return {
        home.id: [with_waiver(each, home, home.day(at)) for each in found[first.id]]
        for first, *others in alike.values()
        for home in (first, *others)
    }


def with_waiver(ruling: Ruling, home: Home, day: date) -> Ruling:
    """Return the ruling as waived, where the rule is not met and the authority lets the home differ from it on ``day``."""
    if ruling.met is not False or not ruling.key.startswith("rule-"):
        return ruling
    rule = ruling.key.removeprefix("rule-")
    waivers = [each for licence in home.licences for each in licence.waivers if rule in each.rules and each.holds(day)]
    until = max((each.ends_on for each in waivers if each.ends_on), default=None)
    return replace(ruling, waived=f"until {full_day(until)}") if until else ruling


def as_row(rule: RuleVersion, number: int, at: datetime) -> dict[str, Any]:
    """Return one rule as its kind's statement takes it, without the conditions that nobody can know yet: it may apply."""
    when = [name for name in rule.parameters["when"] if name in ASKED_BY]
    ends = rule.valid_to.isoformat() if rule.valid_to else None
    of_now = {"rule": number, "scope": 0, "valid_from": rule.valid_from.isoformat(), "valid_to": ends}
    return rule.parameters | of_now | {"moment": at.isoformat(), "when": when}


def ruling(rule: RuleVersion, met: bool | None) -> Ruling:
    """Return what the rule says, as matching takes it."""
    lapses = any(rule.parameters.get(part) is not None for part in ("months", "days", "seconds"))
    known = not lapses and set(rule.facts) - {"young.born"} <= ASKED_BY.keys()
    through = {ASKED_BY[name] for name in must_hold(rule) if name in ASKED_BY}
    return Ruling(
        key=f"rule-{rule.rule}",
        mark=f"{rule.rule} {rule.valid_from} {rule.version}",
        title=rule.title,
        citation=rule.citation,
        law=law_words(rule.jurisdiction),
        met=met if known else None,
        weight=WEIGHTS.get(rule.severity, Weight.SIGNED),
        said_by=through.pop() if len(through) == 1 else "",
        href=reverse("compliance:rule", args=[rule.rule]),
    )


def must_hold(rule: RuleVersion) -> set[str]:
    """Return the facts by which the rule is met or not; of one that forbids the stay itself, those that make it apply."""
    said = rule.parameters
    names = {name for part in ("needs", "never", "holds_one") for name in said.get(part, ())}
    return names or {*said["when"], *said["unless"]}


def holding(home: Home, at: datetime) -> frozenset[str]:
    """Return the facts that would hold at ``at`` of a stay in ``home`` that begins then, and of the home."""
    names = {"stay.begun", "home.in_use", f"home.{home.kind}"} & ASKED_BY.keys()
    day = home.day(at)
    for licence in home.licences:
        if licence.status in WORKING and licence.covers(day):
            names |= said_by(licence)
    if any(first <= day <= last for first, last in home.clearances):
        names.add("fire.cleared")
    if any(exemption.expires_at > at for exemption in home.exemptions):
        names.add("stay.exception_agreed")
    return frozenset(names)


def said_by(licence: Licence) -> set[str]:
    """Return the facts that hold while the licence is in force."""
    names = {"licence.in_force", "home.licensed"}
    if licence.population == "exclusive":
        names.add("licence.exclusive")
    if licence.capacity >= LARGE:
        names.add("licence.large")
    return names


def said_of(person: YoungPerson, at: datetime) -> Iterator[tuple[str, datetime]]:
    """Yield the facts that hold of the young person at ``at``, each with a time from which it does."""
    if person.birth_date:
        yield "young.born", datetime.combine(person.birth_date, time(12), UTC)
    if person.population == "trafficked":
        yield "young.at_risk", at
        yield ("young.identified" if person.stage == "confirmed" else "young.suspected"), at
    elif person.population and person.stage == "confirmed":
        yield "young.other_population", at
    if person.population:
        yield "young.screened", at
    if person.level:
        yield "level.assessed", at
    if person.goal == "independence":
        yield "case.goal_independence", at


def a_fact(person: YoungPerson, home: Home | None, name: str, since: datetime) -> dict[str, Any]:
    """Return one fact as the statements of kinds take it: of the stay in ``home`` and of the home, or of the young person."""
    key = str(home.id if home else person.id)
    return {
        "scope": 0,
        "name": name,
        "facility_id": str(home.id) if home else None,
        "subject": key,
        "resident_id": str(person.id),
        "key": key,
        "at": since.isoformat(),
        "until": None,
        "value": None,
    }
