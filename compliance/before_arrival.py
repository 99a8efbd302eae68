"""What rules of the law say of a home for a young person who does not live there yet: the matching page asks.

The kinds judge, by their own statements, what matching knows as facts of the stay that would begin.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from compliance.facts import ABOUT, FACTS
from compliance.kinds import KINDS
from compliance.models import RuleVersion
from compliance.queries.rules import law_words
from compliance.statements import FACTS_GIVEN, HOMES_GIVEN, run
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
    """Return by home what these rules say; of one that asks for what nobody can know yet, that it is not known."""
    by_kind: dict[str, list[RuleVersion]] = defaultdict(list)
    for rule in rules:
        by_kind[rule.kind].append(rule)
    given = [row for home in homes for row in facts_of(person, home, at)]
    places = [
        {"scope": 0, "facility_id": str(home.id), "jurisdiction": home.jurisdiction, "zone": home.zone.key}
        for home in homes
    ]
    found: dict[UUID, list[Ruling]] = defaultdict(list)
    for kind, asked in by_kind.items():
        rows = [as_row(rule, number, at) for number, rule in enumerate(asked)]
        answers = run(
            KINDS[kind], rows, FACTS_GIVEN, HOMES_GIVEN, (), facts=json.dumps(given), homes=json.dumps(places)
        )
        for answer in answers:
            found[answer.facility].append(ruling(asked[answer.rule], answer.met))
    return found


def as_row(rule: RuleVersion, number: int, at: datetime) -> dict[str, Any]:
    """Return one rule as its kind's statement takes it, without the conditions that nobody can know yet: it may apply."""
    when = [name for name in rule.parameters["when"] if name in ASKED_BY]
    ends = rule.valid_to.isoformat() if rule.valid_to else None
    of_now = {"rule": number, "scope": 0, "valid_from": rule.valid_from.isoformat(), "valid_to": ends}
    return rule.parameters | of_now | {"moment": at.isoformat(), "when": when}


def ruling(rule: RuleVersion, met: bool | None) -> Ruling:
    """Return what the rule says, as matching takes it."""
    known = set(rule.facts) - {"young.born"} <= ASKED_BY.keys()
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
