"""``manage.py drill``: does any page, log line, file or table of the demo tell where a home is?"""

import json
import sys
from argparse import ArgumentParser
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from tqdm import tqdm

from placement.access.models import Person
from placement.demo import database, drill
from placement.demo.people import CONTRACT


class Command(BaseCommand):
    """Plant, open, look, undo."""

    help = (
        "Plants unmistakable addresses in the demo's homes, opens pages of every kind as every role, and names each page, log"
        " line, file name and table in which one shows. Everything is undone. Exit code 1 when something shows."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the options."""
        parser.add_argument("--each", type=int, default=2, help="how many pages of each kind each person opens (2)")
        parser.add_argument("--json", action="store_true", dest="as_json", help="one JSON document on standard output")

    def handle(self, *args: Any, each: int, as_json: bool, **options: Any) -> None:
        """Run. Raises ``CommandError`` in production, without the demo, and when something shows."""
        if settings.PRODUCTION:
            raise CommandError("The drill plants false addresses, so it runs in the demo only.")
        if each < 1:
            raise CommandError("At least one page of each kind must be opened.")
        if not database.is_loaded():
            raise CommandError("There is no demo in this database. Run manage.py demo --no-serve first.")
        people = {person.username: person for person in Person.objects.filter(username__in=CONTRACT)}
        progress = partial(tqdm, desc="Opening pages", unit=" people", file=sys.stderr)
        try:
            found = drill.search(
                [people[name] for name in CONTRACT], planter=people["supervisor"], each=each, progress=progress
            )
        except drill.Blind:
            raise CommandError("The drill did not see an address where it is shown, so it proves nothing.") from None
        if as_json:
            leaks = [leak.as_data() for leak in found.leaks]
            self.stdout.write(json.dumps({"opened": found.opened, "leaks": leaks}, indent=2))
        else:
            for leak in found.leaks:
                self.stdout.write(f"{leak.where}: {leak.who} is shown {leak.what}")
            self.stdout.write(f"{found.opened} pages were opened. {len(found.leaks)} times an address showed.")
        if found.leaks:
            raise CommandError("Something tells where a home is.")
