"""``manage.py bench``: how long lists, checks and writes take, against plain SQL and against the stock assembly."""

import json
import random
from argparse import ArgumentParser
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from placement.bench import as_of, audit, data, database, law, seals, stock
from placement.bench.data import Scale
from placement.bench.law_data import Homes
from placement.bench.measure import Taken, report, rounds
from placement.bench.measures import Bench
from placement.database import roles

LEAST, MOST, PER_RESIDENT = 50, 9_999_999, 1000
YOUNG = 10  # in each home, with --law
ROUNDS, SMALLER = 21, 11  # at the largest size, and at each smaller one


class Command(BaseCommand):
    """Make a database, let it grow to three sizes, measure at each, drop it."""

    help = "Measures lists, checks and writes in a database of its own, at a hundredth, a tenth and all of the data."
    stealth_options = ("template",)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the options."""
        parser.add_argument("--residents", default="10000", metavar="N", help="young people in the record (10000)")
        parser.add_argument("--care-entries", default="200000", metavar="N", help="care entries (200000)")
        parser.add_argument("--users", default="200", metavar="N", help="people who sign in (200)")
        parser.add_argument(
            "--law", action="store_true", help="measure the rules of law instead, with a year of entries"
        )
        parser.add_argument(
            "--homes", default="500", metavar="N", help="with --law: homes; 10 young people live in each (500)"
        )
        parser.add_argument("--seals", action="store_true", help="measure seals instead, over --care-entries rows")
        parser.add_argument(
            "--audit", action="store_true", help="measure the audit list instead, over history and access log"
        )
        parser.add_argument(
            "--rows", default="5000000", metavar="N", help="with --audit: rows of history and access log (5000000)"
        )
        parser.add_argument("--as-of", action="store_true", help="measure a home as it stood at a moment instead")
        parser.add_argument(
            "--history", default="1000000", metavar="N", help="with --as-of: rows in the history of stays (1000000)"
        )
        parser.add_argument("--json", metavar="FILE", help="write the results into FILE")

    def handle(self, *args: Any, template: str = "", **options: Any) -> None:
        """Run. Raises ``CommandError`` with one plain sentence for everything that can't be done.

        template: a migrated database from which to copy the benchmark's own.
        """
        work: Callable[[], list[dict[str, Any]]]
        if options["as_of"]:
            work = partial(as_of.run, number_of(options["history"], "--history", 3000, 100_000_000))
        elif options["law"]:
            work = partial(law.run, Homes(number_of(options["homes"], "--homes", 2, 5000), YOUNG))
        elif options["seals"]:
            work = partial(seals.run, number_of(options["care_entries"], "--care-entries", 1000, MOST))
        elif options["audit"]:
            work = partial(audit.run, number_of(options["rows"], "--rows", 10_000, 100_000_000))
        else:
            work = partial(run, scale_of(options["residents"], options["care_entries"], options["users"]))
        file = Path(options["json"]) if options["json"] else None
        if file and (file.is_dir() or not file.absolute().parent.is_dir()):
            raise CommandError(f"{file} can't be written: name a file in a folder that is there.")
        try:
            with database.own(template):
                results = work()
        except KeyboardInterrupt:
            raise CommandError("Stopped before the end. The benchmark's database is gone.") from None
        if file:
            try:
                file.write_text(json.dumps(results, indent=1) + "\n")
            except OSError:
                raise CommandError(f"{file} can't be written.") from None
        self.show(results)

    def show(self, results: list[dict[str, Any]]) -> None:
        """Print the results as a table."""
        self.stdout.write(
            f"{'name':32} {'median ms':>10} {'p95 ms':>10} {'ratio':>8} {'queries':>8} {'exponent':>9}  base"
        )
        for line in results:
            growth = "" if line["exponent"] is None else f"{line['exponent']:.2f}"
            self.stdout.write(
                f"{line['name']:32} {line['median_ms']:10.2f} {line['p95_ms']:10.2f} {line['ratio']:8.2f}"
                f" {line['queries']:8} {growth:>9}  {line['base']}"
            )


def run(scale: Scale) -> list[dict[str, Any]]:
    """Load and measure at each size, in the database that is in use. Return the contract's lines."""
    sizes = sorted({max(LEAST, scale.residents // part) for part in (100, 10, 1)})
    taken: dict[int, dict[str, Taken]] = {}
    chance, moment, before = random.Random(1), timezone.now(), 0  # noqa: S311 - an order, no secret
    with roles.as_owner():
        stock.make()
    with roles.owner_connection() as owner:
        bench = None
        for size in sizes:
            with tqdm(desc=f"{size:,} young people", unit=" steps", disable=None, mininterval=0.5) as bar:
                with owner.cursor() as cursor:
                    data.load(cursor, scale, before, size, moment)
                    stock.load(cursor)
                bench = bench or Bench(scale, owner)
                bench.prepare()
                bench.hold_rows_equal()
                measures = bench.measures()
                number = ROUNDS if size == sizes[-1] else SMALLER
                bar.reset((number + 1) * len(measures))
                taken[size] = rounds(measures, number, owner, chance, bar.update)
            before = size
    return report(measures, taken)


def scale_of(residents: str, care_entries: str, users: str) -> Scale:
    """Return the scale that the texts name. Raises ``CommandError`` for one that can't be."""
    young = number_of(residents, "--residents", LEAST, MOST)
    entries = number_of(care_entries, "--care-entries", young, young * PER_RESIDENT)
    return Scale(young, entries, number_of(users, "--users", 3, 100_000))


def number_of(text: str, option: str, least: int, most: int) -> int:
    """Return the number that ``text`` names. Raises ``CommandError`` unless it is from ``least`` to ``most``."""
    if not (text.isascii() and text.isdigit()) or len(text) > 12 or not least <= int(text) <= most:
        raise CommandError(f"{option} is a number from {least} to {most}.")
    return int(text)
