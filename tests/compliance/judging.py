"""Judges facts that a test makes up, by a rule that a test writes: on the same statements as the product."""

import json
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from compliance.examples import ask, outcome
from compliance.kinds import KINDS
from compliance.rules import Example, Given, Pack, Rule, read
from compliance.statements import Answer

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
CHICAGO = ZoneInfo("America/Chicago")
NEW_YORK = ZoneInfo("America/New_York")
ZONES = {
    "US": NEW_YORK,
    "US-CA": LOS_ANGELES,
    "US-TX": CHICAGO,
    "US-FL": NEW_YORK,
    "INT": ZoneInfo("UTC"),
    "HOUSE": ZoneInfo("UTC"),
}


def rule_text(**changes: Any) -> dict[str, Any]:
    """A rule as a pack has it, with an example that passes and one that fails; None takes a key away."""
    found = {
        "id": "made-up",
        "citation": "1 ABC 2",
        "area": "missing-child",
        "title": "A title",
        "summary": "A summary.",
        "severity": "serious",
        "valid_from": "2020-01-01",
        "source": "A book",
        "verified": True,
        "as_of": "2020-01-01",
        "check": {"kind": "deadline_after_event", "event": "incident.missing", "within": "PT24H", "proof": ["Told"]},
        "examples": [
            {
                "now": "2026-05-12T10:00",
                "then": "met",
                "given": [
                    {"fact": "incident.missing", "at": "2026-05-11T09:00"},
                    {"fact": "proof", "at": "2026-05-11T10:00"},
                ],
            },
            {
                "now": "2026-05-12T10:00",
                "then": "not met",
                "given": [{"fact": "incident.missing", "at": "2026-05-11T09:00"}],
            },
        ],
    }
    return {key: value for key, value in (found | changes).items() if value is not None}


def pack_text(*rules: dict[str, Any], jurisdiction: str = "US-CA") -> bytes:
    """A pack of these rules as a file."""
    top = {
        "jurisdiction": jurisdiction,
        "title": "Made up",
        "zone": ZONES[jurisdiction].key,
        "rules": list(rules) or [rule_text()],
    }
    text = json.dumps(top)  # without it what two rules share would become an alias
    return yaml.safe_dump(json.loads(text), sort_keys=False, allow_unicode=True).encode()


def a_rule(check: dict[str, Any], *, jurisdiction: str = "US-CA", **changes: Any) -> tuple[Pack, Rule]:
    """A rule with this check, without examples."""
    text = rule_text(check=check, examples=None, off="For a test.", **changes)
    pack, problems = read("made-up.yaml", pack_text(text, jurisdiction=jurisdiction))
    assert pack is not None, problems.lines
    return pack, pack.rules[0]


def answers(of: tuple[Pack, Rule], now: datetime, *given: Given) -> list[Answer]:
    """What a rule says at ``now`` with these facts. A time without a zone is that of the pack."""
    pack, rule = of

    def aware(moment: datetime | None) -> datetime | None:
        return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=pack.zone)

    rows = tuple(Given(one.fact, aware(one.at), aware(one.until), one.value, one.item, one.about) for one in given)
    return ask(KINDS[rule.kind], [(pack, rule, Example(aware(now), "met", rows, 1))])


def judge(of: tuple[Pack, Rule], now: datetime, *given: Given) -> str:
    """Whether the rule is met, not met or open at ``now``; nothing when it asks for nothing."""
    return outcome(answers(of, now, *given))


def due(of: tuple[Pack, Rule], at: datetime, fact: str = "") -> datetime:
    """When what the event at ``at`` asks for is due, in the zone of the pack."""
    pack, rule = of
    event = fact or (getattr(rule.check, "event", ()) or rule.check.of)[0]
    (answer,) = answers(of, at, Given(event, at))
    assert answer.due is not None
    return answer.due.astimezone(pack.zone)


def shipped(rule_id: str, packs: list[Pack]) -> tuple[Pack, Rule]:
    """A rule that the product ships, with its pack."""
    return next((pack, rule) for pack in packs for rule in pack.rules if rule.id == rule_id)


def on(day: date, clock: str, zone: ZoneInfo) -> datetime:
    """A moment by the clock of a zone: ``23:40``."""
    return datetime.fromisoformat(f"{day.isoformat()}T{clock}").replace(tzinfo=zone)
