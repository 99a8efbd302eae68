"""``manage.py import_facilities {ca-ccld,tx-hhsc} FILE [--apply] [--json]``: public licensing files, dry run first."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from tqdm import tqdm

from placement.database.context import acting_as_system
from placement.facilities.imports.comparison import SOURCES, Plan, compare
from placement.facilities.imports.reader import FileRefused, read_bytes, read_table
from placement.facilities.imports.taking import one_import_at_a_time, take_over


class Command(BaseCommand):
    """Compare a licensing file with the homes in the system, and take it over with ``--apply``."""

    help = (
        "Compare a public licensing file with the homes in the system. Nothing is saved without --apply. "
        "Rows that can't be taken are named with their line and the reason; homes that are no longer in the "
        "file are reported, not closed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare source, file and options."""
        parser.add_argument("source", choices=sorted(SOURCES), help="whose layout the file has")
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--apply", action="store_true", help="save; without it nothing changes")
        parser.add_argument("--json", action="store_true", help="print one JSON document and nothing else")

    def handle(self, *args: Any, source: str, file: Path, **options: Any) -> None:
        """Run the import in one transaction as the application's role; a dry run takes it back at the end."""
        try:
            table = read_table(read_bytes(file))
            with acting_as_system("import_facilities"):
                one_import_at_a_time()
                plan = compare(source, table, progress)
                take_over(plan, by=None)
                if not options["apply"]:
                    transaction.set_rollback(True)
        except OSError as error:
            raise CommandError(f"The file can't be read: {error.strerror}.") from None
        except FileRefused as refused:
            raise CommandError(f"{refused} Nothing was changed.") from None
        if options["json"]:
            self.stdout.write(json.dumps(plan.document()))
        else:
            self.report(plan, applied=options["apply"])

    def report(self, plan: Plan, *, applied: bool) -> None:
        """Print the report for a person."""
        for entry in plan.refused:
            self.stdout.write(f"line {entry['line']}: refused. {entry['reason']}")
        counts = plan.document()
        if plan.missing:
            self.stdout.write("No longer in the file (not closed, please check):")
            for number in plan.missing:
                self.stdout.write(f"  {number} {plan.names[number]}")
        self.stdout.write(
            f"{counts['read']} rows read: {counts['created']} new, {counts['updated']} changed,"
            f" {counts['unchanged']} unchanged, {len(plan.refused)} refused."
        )
        self.stdout.write(
            "Saved." if applied else "This was a dry run: nothing is saved. Run it again with --apply to save."
        )


def progress(rows: Iterable[Any], what: str) -> Iterable[Any]:
    """Show a bar on standard error while ``rows`` are worked on, when somebody watches."""
    return tqdm(rows, desc=what, unit=" rows", disable=None)
