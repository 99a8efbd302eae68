"""``manage.py compliance``: what the rule packs hold, whether they are right, and what they say of the homes now."""

import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from compliance.evaluation import FINDING, Judged, evaluate, left_aside, word
from compliance.examples import run_examples
from compliance.flags.finding import find_flags
from compliance.judging import database_now, judge_all, judge_meanwhile, now_running
from compliance.models import Finding
from compliance.queries.obligations import open_at
from compliance.rules import PACKS, Pack, PackRefused, load
from compliance.stored import begin_at, store
from placement.audit.clock import now
from placement.database.context import acting_as_system
from placement.database.roles import as_owner
from placement.facilities.matching.wording import plural

COMMAND = "compliance evaluate"

PACKS_HELP = (
    "print of each pack how many rules it has, how many are verified and switched on, why the others are off, and of which kinds"
    " they are. --check reads every line and runs every example on the database: one line for each mistake, exit code 1."
    " --load keeps the packs in the database, all of them or, with a mistake in any, none: the old ones stay in force."
    " --first-day says from when on the agency is judged: what began before asks for nothing."
)
EVALUATE_HELP = (
    "judge every home, keep what that opens and closes, and say what is not met. To be run every night, and with --recent every"
    " hour: that leaves out what is settled, unless everything was last judged more than a day ago, or the rules have changed."
    " --at says what was found at a time that has passed. --dry-run keeps nothing: with it, --at judges any time by the rows"
    " of now. It also finds what supervisors should look at in the record of who did what, and keeps that for their review queue."
)


class Command(BaseCommand):
    """Two subcommands, named like what they do."""

    help = f"packs: {PACKS_HELP} evaluate: {EVALUATE_HELP}"

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the subcommand and what it needs."""
        commands = parser.add_subparsers(dest="subcommand", required=True)
        packs = commands.add_parser("packs", help=PACKS_HELP, description=PACKS_HELP)
        packs.add_argument("--check", action="store_true", help="run every example, and say what is wrong")
        packs.add_argument("--load", action="store_true", help="keep them in the database, as the owner")
        packs.add_argument("--first-day", metavar="ISO", help="a time with its offset: 2026-09-01T00:00-07:00")
        packs.add_argument("--folder", type=Path, default=PACKS, help="another folder with packs")
        evaluating = commands.add_parser("evaluate", help=EVALUATE_HELP, description=EVALUATE_HELP)
        evaluating.add_argument("--at", metavar="ISO", help="another time, with its offset: 2026-09-04T23:40-07:00")
        evaluating.add_argument("--recent", action="store_true", help="leave out what is settled")
        evaluating.add_argument("--dry-run", action="store_true", help="judge, and keep nothing")
        for command in (packs, evaluating):
            command.add_argument(
                "--json", action="store_true", dest="as_json", help="one JSON document and nothing else"
            )

    def handle(self, *args: Any, subcommand: str, as_json: bool, **options: Any) -> None:
        """Do what the subcommand says."""
        if subcommand == "packs":
            begins = time_of(options["first_day"]) if options["first_day"] else None
            self.packs(options["folder"], check=options["check"], keep=options["load"], begins=begins, as_json=as_json)
        else:
            if options["recent"] and (options["at"] or options["dry_run"]):
                raise CommandError("--recent goes neither with --at nor with --dry-run.")
            self.evaluate(options["at"], dry_run=options["dry_run"], recent=options["recent"], as_json=as_json)

    def packs(self, folder: Path, *, check: bool, keep: bool, begins: datetime | None, as_json: bool) -> None:
        """Print the packs; with ``check`` run their examples, with ``keep`` load them. Exits with 1 and a line for each mistake.

        begins: the agency's first day, to be kept.
        """
        try:
            found = load(folder)
        except PackRefused as refused:
            self.refuse(refused.lines, as_json=as_json)
        ran, failures = run_examples(found) if check or keep else (0, [])
        if failures:
            self.refuse([str(failure) for failure in failures], as_json=as_json)
        if keep:
            with as_owner():
                loaded = store(found)
        if begins:
            with as_owner():
                begin_at(begins)
        described = [describe(pack) for pack in found]
        if as_json:
            self.stdout.write(json.dumps({"packs": described, "examples_run": ran, "mistakes": []}))
            return
        came = " run, all as they say" if ran else ""
        for pack in described:
            self.stdout.write(
                f"{pack['name']}: {pack['rules']} rules, {pack['verified']} verified, {pack['on']} switched on"
                f" ({pack['by_proof']} of them shown by proof), {pack['examples']} examples{came}."
            )
            self.stdout.write("  kinds: " + ", ".join(f"{number} {kind}" for kind, number in pack["kinds"].items()))
            for reason, number in pack["off"].items():
                self.stdout.write(f"  off, {number}: {reason}")
        if check:
            self.stdout.write(f"{ran} examples run, all as they say.")
        if keep:
            self.stdout.write(
                f"Loaded: {loaded.new} new, {loaded.changed} with other words, {loaded.switched_off} switched off."
            )
        if begins:
            self.stdout.write(f"Judged from {begins.isoformat()} on. The next evaluation goes by it.")

    def refuse(self, lines: list[str], *, as_json: bool) -> None:
        """Print each mistake. Raises ``SystemExit`` or ``CommandError``: exit code 1."""
        if as_json:
            self.stdout.write(json.dumps({"packs": [], "examples_run": 0, "mistakes": lines}))
            raise SystemExit(1)
        for line in lines:
            self.stderr.write(line)
        raise CommandError(f"{len(lines)} mistake{'' if len(lines) == 1 else 's'} in the rule packs.")

    def evaluate(self, at: str | None, *, dry_run: bool, recent: bool, as_json: bool) -> None:
        """Judge, or say what was found, and print what is not met. Raises ``CommandError`` for a time that can't be."""
        moment, flags = time_of(at) if at else now(), 0
        if moment > now() and not dry_run:
            raise CommandError("This time has not come yet, so nothing was found then.")
        with as_owner():
            if dry_run:
                counts, findings = self.judged_only(moment, as_json=as_json)
            elif at:
                findings = found_at(moment)
                counts = Counter({FINDING: len(findings)})
            else:
                moment, counts, findings = judge_and_keep(recent=recent)
                flags = find_and_keep()
        if as_json:
            said = {"at": moment.isoformat(), "counts": counts, "findings": findings, "new_flags": flags}
            self.stdout.write(json.dumps(said))
            return
        for line in lines_of(findings):
            self.stdout.write(line)
        self.stdout.write(
            ", ".join(f"{number} {word}" for word, number in sorted(counts.items())) or "Nothing to judge."
        )
        if flags:
            self.stdout.write(f"{plural(flags, 'new thing')} to look at in the record of who did what.")

    def judged_only(self, moment: datetime, *, as_json: bool) -> tuple[Counter[str], list[dict[str, Any]]]:
        """Return what the packs say at ``moment`` by the rows of now."""
        try:
            packs = load()
        except PackRefused as refused:
            self.refuse(refused.lines, as_json=as_json)
        judged, aside = evaluate(packs, moment), left_aside(moment)
        said = [(one, "waived" if is_aside(one, aside) else one.word) for one in judged]
        findings = [described_answer(one) for one, word in said if word == FINDING]
        return Counter(word for _, word in said), findings


def is_aside(judged: Judged, aside: set[tuple[UUID, str]]) -> bool:
    """Return whether what is not met need not be, by a waiver of its home."""
    return judged.answer.met is False and (judged.answer.facility, judged.rule.id) in aside


def time_of(text: str) -> datetime:
    """Return the time that ``text`` says. Raises ``CommandError`` when it is none, or has no offset."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"“{text}” is no date and time.") from None
    if moment.tzinfo is None:
        raise CommandError("Say the time with its offset, like 2026-09-04T23:40-07:00.")
    return moment


def judge_and_keep(*, recent: bool = False) -> tuple[datetime, Counter[str], list[dict[str, Any]]]:
    """Judge every home now; ``recent``: but for what is settled.

    Returns when that was done, how the answers stand, and what is not met; findings count once each.
    """
    counts: Counter[str] = Counter()
    with acting_as_system(COMMAND):
        own, oldest = now_running()
        for severity, met, number in judge_all(recent=recent):
            counts[word(met, severity)] += number
    with acting_as_system(COMMAND):
        judge_meanwhile(own, oldest)
        moment = database_now()
        findings = found_at(moment)
    counts[FINDING] = len(findings)
    return moment, +counts, findings


def find_and_keep() -> int:
    """Find what supervisors should look at in the record of who did what. Returns how many things are new."""
    with acting_as_system(COMMAND):
        return find_flags().total()


def found_at(moment: datetime) -> list[dict[str, Any]]:
    """Return the findings that were open at ``moment``, as they were kept."""
    return [described_finding(row) for row in open_at(moment)]


def lines_of(findings: list[dict[str, Any]]) -> list[str]:
    """Return a line for each rule that is not met: how often, in how many homes, and since when. No home is named, nor its key."""
    by_rule: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for said in findings:
        by_rule.setdefault((said["rule"], said["citation"]), []).append(said)
    return [
        f"{rule} ({citation}): not met {plural(len(found), 'time')},"
        f" in {plural(len({said['facility'] for said in found}), 'home')}, since {min(said['since'] for said in found)}"
        for (rule, citation), found in sorted(by_rule.items())
    ]


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


def described_answer(judged: Judged) -> dict[str, Any]:
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


def described_finding(row: Finding) -> dict[str, Any]:
    """Return one finding in the same words."""
    return {
        "rule": row.rule.rule,
        "version": row.rule.valid_from.isoformat(),
        "citation": row.rule.citation,
        "severity": row.severity,
        "facility": str(row.facility_id),
        "subject": str(row.subject),
        "met": False,
        "since": row.since.isoformat(),
        "due": row.due_at.isoformat() if row.due_at else None,
        "evidence": row.evidence,
    }
