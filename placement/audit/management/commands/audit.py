"""``manage.py audit``: seal history and access log; verify them; prove one row."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from placement.audit.seals import keys, proof
from placement.audit.seals.sealing import NotACopy, seal
from placement.audit.seals.verifying import Problem, verify
from placement.ui.moments import moment_in

SEAL = "seal what history and access log have now; to be run every hour, as the owner"
VERIFY = (
    "check history, access log and seals, and compare live rows with their history. Exit code 1 and a line for each thing that is"
    " wrong, the first row first"
)
PROVE = "write a file by which anybody can check that one row was there when a seal was made (placement/audit/check_proof.py)"


class Command(BaseCommand):
    """Three subcommands, named like what they do."""

    help = f"seal: {SEAL}. verify: {VERIFY}. prove: {PROVE}."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the subcommand and what it needs."""
        commands = parser.add_subparsers(dest="subcommand", required=True)
        sealing = commands.add_parser("seal", help=SEAL, description=SEAL)
        verifying = commands.add_parser("verify", help=VERIFY, description=VERIFY)
        for name, what in (("from", "later"), ("to", "earlier")):
            said = f"check the rows of the seals made then or {what}, as 2026-11-30T00:00Z"
            verifying.add_argument(f"--{name}", dest=f"{name}_", type=_moment, help=said)
        for command in (sealing, verifying):
            command.add_argument(
                "--json", action="store_true", dest="as_json", help="one JSON document on standard output"
            )
        proving = commands.add_parser("prove", help=PROVE, description=PROVE)
        proving.add_argument("table", help="a history table, or access_accesslogentry")
        proving.add_argument("key", type=int, help="history_id of the row, or id in the access log")
        proving.add_argument("file", type=Path)

    def handle(self, *args: Any, subcommand: str, **options: Any) -> None:
        """Do what the subcommand says."""
        try:
            if subcommand == "seal":
                self.seal(as_json=options["as_json"])
            elif subcommand == "verify":
                self.verify(options["from_"], options["to_"], as_json=options["as_json"])
            else:
                self.prove(options["table"], options["key"], options["file"])
        except (keys.NoKey, proof.NotSealed, NotACopy) as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(f"{error.filename or 'The folder of the seals'}: {error.strerror}.") from None

    def seal(self, *, as_json: bool) -> None:
        """Make a seal and say what it covers."""
        made = seal()
        parts = [json.loads(part) for part in json.loads(made.parts)]
        rows = sum(part["count"] for part in parts)
        if as_json:
            self.stdout.write(json.dumps({"number": made.number, "digest": made.digest, "rows": rows}))
        else:
            self.stdout.write(f"Seal {made.number} covers {rows} new rows. Digest {made.digest}")

    def verify(self, begins: datetime | None, ends: datetime | None, *, as_json: bool) -> None:
        """Print what is wrong; exit with 1 when anything is."""
        with tqdm(unit=" rows", desc="Checking", disable=as_json or not sys.stderr.isatty()) as bar:

            def progress(done: int, of: int) -> None:
                bar.total = of
                bar.update(done - bar.n)

            problems, checked = verify(begins, ends, progress)
        if as_json:
            self.stdout.write(json.dumps({"problems": [one._asdict() for one in problems], **checked._asdict()}))
        else:
            self.say(problems)
            self.stdout.write(
                f"{checked.seals} seals, {checked.rows} sealed rows, {checked.unsealed} not sealed yet; "
                + f"{checked.erased} rows were erased by {checked.disposals} disposals; "
                + ("no folder with copies." if checked.outside is None else f"{checked.outside} copies outside.")
            )
        if problems:
            sys.exit(1)

    def say(self, problems: list[Problem]) -> None:
        """Print the problems, or that there are none."""
        for problem in problems:
            self.stdout.write(str(problem))
        if not problems:
            self.stdout.write("Everything is as it was sealed, and every record is as its history says.")

    def prove(self, table: str, key: int, file: Path) -> None:
        """Write the proof."""
        file.write_text(json.dumps(proof.proof_of(table, key), indent=1))
        self.stdout.write(f"Written. It holds the row itself: keep it as you keep the record. {file}")


def _moment(text: str) -> datetime:
    found = moment_in(text)
    if found is None:
        raise CommandError("Give a time with its zone, as 2026-11-30T00:00Z.")
    return found
