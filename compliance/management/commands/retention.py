"""``manage.py retention``: erase the records whose time is over and that two people have let go."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from compliance.retention.erasing import Kept, erase, remove_files, waiting
from placement.database.roles import as_owner


class Command(BaseCommand):
    """To be run every night after ``audit seal``."""

    help = (
        "Erase, as the owner, each record whose disposal a supervisor has proposed and another one approved: its rows, their"
        " history and its files. A stub of each row of history is left, and what people may read of it. Whatever keeps a record now"
        " (a hold, its term, something open, a row that is not sealed) is said, and it stays. --dry-run tries all of it and undoes"
        " it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the options."""
        parser.add_argument("--dry-run", action="store_true", help="say what would go, and change nothing")
        parser.add_argument("--json", action="store_true", dest="as_json", help="one JSON document on standard output")

    def handle(self, *args: Any, dry_run: bool, as_json: bool, **options: Any) -> None:
        """Erase, and say what went and what stays."""
        said: list[dict[str, Any]] = []
        with as_owner():
            for disposal in waiting():
                line: dict[str, Any] = {"disposal": str(disposal.pk), "code": disposal.code}
                try:
                    gone = erase(disposal, dry_run=dry_run)
                    line |= {"records": sum(gone.rows.values()), "history": gone.history}
                except Kept as kept:
                    line["kept"] = str(kept)
                said.append(line)
            removed = 0 if dry_run else remove_files()
        if as_json:
            self.stdout.write(json.dumps({"disposals": said, "files": removed, "dry_run": dry_run}))
            return
        for line in said:
            went = "would go" if dry_run else "went"
            what = (
                f"stays. {line['kept']}"
                if "kept" in line
                else f"{line['records']} rows {went}, and {line['history']} rows of their history."
            )
            self.stdout.write(f"{line['code']}: {what}")
        if not said:
            self.stdout.write("No record waits to go: two supervisors have agreed to none in the last 30 days.")
        if dry_run:
            self.stdout.write("This was a trial: nothing was changed.")
        elif said or removed:
            went_now = sum("kept" not in line for line in said)
            self.stdout.write(f"{went_now} of {len(said)} went for good, {removed} files removed.")
