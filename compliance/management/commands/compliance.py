"""``manage.py compliance``: what the rule packs hold, whether they are right, and what they say of the homes now."""

import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from compliance.evaluation import FINDING, Judged, evaluate
from compliance.examples import run_examples
from compliance.rules import PACKS, Pack, PackRefused, load
from placement.audit.clock import now
from placement.database.roles import as_owner

PACKS_HELP = (
    "print of each pack how many rules it has, how many are verified and switched on, why the others are off, and of which kinds"
    " they are. --check reads every line and runs every example on the database: one line for each mistake, exit code 1."
)
EVALUATE_HELP = "say what is not met in any home, now or at another time. Reads only; nothing is saved."


class Command(BaseCommand):
    """Two subcommands, named like what they do."""

    help = f"packs: {PACKS_HELP} evaluate: {EVALUATE_HELP}"

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the subcommand and what it needs."""
        commands = parser.add_subparsers(dest="subcommand", required=True)
        packs = commands.add_parser("packs", help=PACKS_HELP, description=PACKS_HELP)
        packs.add_argument("--check", action="store_true", help="run every example, and say what is wrong")
        packs.add_argument("--folder", type=Path, default=PACKS, help="another folder with packs")
        evaluating = commands.add_parser("evaluate", help=EVALUATE_HELP, description=EVALUATE_HELP)
        evaluating.add_argument("--at", metavar="ISO", help="another time, with its offset: 2026-09-04T23:40-07:00")
        for command in (packs, evaluating):
            command.add_argument(
                "--json", action="store_true", dest="as_json", help="one JSON document and nothing else"
            )

    def handle(self, *args: Any, subcommand: str, as_json: bool, **options: Any) -> None:
        """Do what the subcommand says."""
        if subcommand == "packs":
            self.packs(options["folder"], check=options["check"], as_json=as_json)
        else:
            self.evaluate(options["at"], as_json=as_json)

    def packs(self, folder: Path, *, check: bool, as_json: bool) -> None:
        """Print the packs; with ``check`` run their examples. Exits with 1 and a line for each mistake."""
        try:
            found = load(folder)
        except PackRefused as refused:
            self.refuse(refused.lines, as_json=as_json)
        ran, failures = run_examples(found) if check else (0, [])
        if failures:
            self.refuse([str(failure) for failure in failures], as_json=as_json)
        described = [describe(pack) for pack in found]
        if as_json:
            self.stdout.write(json.dumps({"packs": described, "examples_run": ran, "mistakes": []}))
            return
        for pack in described:
            self.stdout.write(
                f"{pack['name']}: {pack['rules']} rules, {pack['verified']} verified, {pack['on']} switched on"
                f" ({pack['by_proof']} of them shown by proof), {pack['examples']} examples."
            )
            self.stdout.write("  kinds: " + ", ".join(f"{number} {kind}" for kind, number in pack["kinds"].items()))
            for reason, number in pack["off"].items():
                self.stdout.write(f"  off, {number}: {reason}")
        if check:
            self.stdout.write(f"{ran} examples run, all as they say.")

    def refuse(self, lines: list[str], *, as_json: bool) -> None:
        """Print each mistake. Raises ``SystemExit`` or ``CommandError``: exit code 1."""
        if as_json:
            self.stdout.write(json.dumps({"packs": [], "examples_run": 0, "mistakes": lines}))
            raise SystemExit(1)
        for line in lines:
            self.stderr.write(line)
        raise CommandError(f"{len(lines)} mistake{'' if len(lines) == 1 else 's'} in the rule packs.")

    def evaluate(self, at: str | None, *, as_json: bool) -> None:
        """Print what is not met. Raises ``CommandError`` for a time without an offset."""
        try:
            moment = datetime.fromisoformat(at) if at else now()
        except ValueError:
            raise CommandError(f"“{at}” is no date and time.") from None
        if moment.tzinfo is None:
            raise CommandError("Say the time with its offset, like 2026-09-04T23:40-07:00.")
        try:
            packs = load()
        except PackRefused as refused:
            self.refuse(refused.lines, as_json=as_json)
        with as_owner():
            judged = evaluate(packs, moment)
        counts = Counter(one.word for one in judged)
        findings = [one for one in judged if one.word == FINDING]
        if as_json:
            document = {"at": moment.isoformat(), "counts": counts, "findings": [finding(one) for one in findings]}
            self.stdout.write(json.dumps(document))
            return
        for one in findings:
            said = finding(one)
            self.stdout.write(
                f"{said['rule']} ({said['citation']}): not met by {said['facility']} since {said['since']}"
            )
        self.stdout.write(
            ", ".join(f"{number} {word}" for word, number in sorted(counts.items())) or "Nothing to judge."
        )


def describe(pack: Pack) -> dict[str, Any]:
    """Return the numbers of a pack."""
    on = pack.on
    return {
        "name": pack.name,
        "jurisdiction": pack.jurisdiction,
        "rules": len(pack.rules),
        "verified": sum(rule.verified for rule in pack.rules),
        "on": len(on),
        "by_proof": sum(rule.by_proof for rule in on),
        "off": dict(Counter(rule.off for rule in pack.rules if rule.off).most_common()),
        "kinds": dict(Counter(rule.kind for rule in on).most_common()),
        "severities": dict(Counter(rule.severity for rule in on).most_common()),
        "examples": sum(len(rule.examples) for rule in on),
    }


def finding(judged: Judged) -> dict[str, Any]:
    """Return one answer as the JSON document has it: ids, no names."""
    rule, answer = judged.rule, judged.answer
    return {
        "rule": rule.id,
        "version": rule.valid_from.isoformat(),
        "citation": rule.citation,
        "severity": rule.severity,
        "facility": str(answer.facility),
        "subject": str(answer.subject),
        "met": answer.met,
        "since": answer.since.isoformat(),
        "due": answer.due.isoformat() if answer.due else None,
        "evidence": answer.evidence,
    }
