"""``manage.py access verify``: do the permissions follow from the facts?"""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from placement.access.facts import differences


class Command(BaseCommand):
    """Recomputes object permissions and memberships from the facts, and lists every difference. Changes nothing."""

    help = (
        "verify: recompute who may see what from caseloads, teams, units, assignments and placements, and compare with the"
        " permissions that exist. Exit code 1 and one line for each difference."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the one subcommand."""
        verify = parser.add_subparsers(dest="subcommand", required=True).add_parser("verify", help=self.help)
        verify.add_argument("--json", action="store_true", dest="as_json", help="one JSON document on standard output")

    def handle(self, *args: Any, as_json: bool = False, **options: Any) -> None:
        """Print the differences; exit with 1 when there are any."""
        found = differences()
        if as_json:
            self.stdout.write(json.dumps({"differences": [difference.as_data() for difference in found]}, indent=2))
        else:
            for difference in found:
                self.stdout.write(str(difference))
            self.stdout.write(
                f"{len(found)} permissions or memberships differ from the facts."
                if found
                else "Permissions and memberships follow from the facts."
            )
        if found:
            sys.exit(1)
