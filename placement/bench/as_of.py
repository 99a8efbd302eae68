"""What is measured of the past: the stays of one home as they stood at a moment, each with ``VERSIONS`` rows in its history.

- ``as-of-validity``: plain SQL over a table that keeps from when until when each version held: the lower bound, and the base.
- ``as-of-lateral-sql``: plain SQL as it can be written by hand over the history as it is: the stays of the home from their own
  table, the key of the last row of each by its index, and those rows.
- ``as-of-orm``: what the page of the home asks, without row security; ``as-of-row-security``: the same as people get it, and
  ``…-sql`` its statements, sent again. These read the stays of today as well, with which the page compares.
- ``as-of-stock``: simple-history's ``as_of`` of a queryset.
- ``insert-…``: one more version of each stay of the home, into a copy of the history with its own two indexes, and into one with
  a third over home, record and time, which the product does not need.
"""

import random
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from functools import partial
from typing import Any

from django.core.management import CommandError
from django.db import connection
from django.utils import timezone
from tqdm import tqdm

from compliance.queries.as_of_home import stays_as_of
from placement.access.models import Person
from placement.bench import data
from placement.bench.data import PER_HOME, Scale
from placement.bench.measure import Measure, Taken, default_is, report, rounds
from placement.bench.measures import fetched
from placement.database import roles
from placement.database.context import acting
from placement.facilities.models import Facility, Placement

VERSIONS, STAYS = 10, 300  # of each stay, and of each home
USERS = 60
ROUNDS, SMALLER = 41, 11
TABLE = "facilities_historicalplacement"
COLUMNS = ", ".join(field.attname for field in Placement._meta.concrete_fields)
KEPT = f"{COLUMNS}, history_id, history_date, history_type"
FILL = f"""
INSERT INTO {TABLE} ({COLUMNS}, history_date, history_type, history_user_name, history_xid, history_db_user)
SELECT {COLUMNS}, starts_at + version * interval '6 days', CASE version WHEN 0 THEN '+' ELSE '~' END, 'Person', 1, 'bench'
FROM facilities_placement, generate_series(0, {VERSIONS - 1}) version
WHERE facility_id IN (SELECT bench_key('home', h) FROM generate_series(%(first)s, %(last)s) h)
ORDER BY starts_at + version * interval '6 days'"""
VALIDITY = f"""
DROP TABLE IF EXISTS bench_validity;
CREATE TABLE bench_validity AS SELECT {KEPT}, history_date AS valid_from,
  coalesce(lead(history_date) OVER (PARTITION BY id ORDER BY history_date, history_id), 'infinity') AS valid_to FROM {TABLE};
CREATE INDEX ON bench_validity (facility_id, valid_from, valid_to);
DROP TABLE IF EXISTS bench_two;
CREATE TABLE bench_two (LIKE {TABLE} INCLUDING ALL);
INSERT INTO bench_two SELECT * FROM {TABLE};
SELECT setval(pg_get_serial_sequence('bench_two', 'history_id'), max(history_id)) FROM bench_two;
DROP TABLE IF EXISTS bench_three;
CREATE TABLE bench_three (LIKE {TABLE} INCLUDING ALL);
INSERT INTO bench_three SELECT * FROM {TABLE};
SELECT setval(pg_get_serial_sequence('bench_three', 'history_id'), max(history_id)) FROM bench_three;
CREATE INDEX ON bench_three (facility_id, id, history_date)"""
BOUND = f"""
SELECT {KEPT} FROM bench_validity
WHERE facility_id = %(home)s AND valid_from <= %(moment)s AND valid_to > %(moment)s AND history_type <> '-'"""
ADD = f"""
INSERT INTO {{}} ({COLUMNS}, history_date, history_type, history_user_name, history_xid, history_db_user)
SELECT {COLUMNS}, %(at)s, '~', 'Person', 1, 'bench' FROM facilities_placement WHERE facility_id = %(home)s"""
LATERAL = f"""
SELECT {KEPT} FROM {TABLE} WHERE history_type <> '-' AND history_id = ANY(ARRAY(
  SELECT last.history_id FROM facilities_placement stay CROSS JOIN LATERAL (
    SELECT history_id FROM {TABLE} WHERE id = stay.id AND history_date <= %(moment)s
    ORDER BY history_date DESC, history_id DESC LIMIT 1) last
  WHERE stay.facility_id = %(home)s))"""


def run(history_rows: int) -> list[dict[str, Any]]:
    """Load and measure at a hundredth, a tenth and all of ``history_rows``, in the database that is in use."""
    homes = max(1, -(-history_rows // (STAYS * VERSIONS)))
    scale = Scale(homes * PER_HOME, homes * PER_HOME, USERS)
    taken: dict[int, dict[str, Taken]] = {}
    measures: list[Measure] = []
    chance, moment, before = random.Random(1), timezone.now(), 0  # noqa: S311 - an order, no secret
    with roles.owner_connection() as owner:
        for size in sorted({max(1, homes // 100), max(1, homes // 10), homes}):
            with tqdm(desc=f"{size * STAYS * VERSIONS:,} history rows", unit=" steps", disable=None) as bar:
                with owner.cursor() as cursor:
                    data.load(cursor, scale, before * PER_HOME, size * PER_HOME, moment)
                    with data.bare(cursor, (TABLE,)):
                        cursor.execute(FILL, {"first": before + 1, "last": size})
                    for statement in VALIDITY.split(";\n"):
                        cursor.execute(statement)
                    for table in (TABLE, "bench_validity", "bench_two", "bench_three"):
                        cursor.execute(f"VACUUM ANALYZE {table}")
                measures = Past(owner, moment - timedelta(days=30)).measures()
                number = ROUNDS if size == homes else SMALLER
                bar.reset((number + 1) * len(measures))
                taken[size] = rounds(measures, number, owner, chance, bar.update)
            before = size
    return report(measures, taken)


class Past:
    """The measures, with the home and the person who reads. Raises ``CommandError`` when two of them give other rows."""

    def __init__(self, owner: Any, moment: Any) -> None:
        self.owner, self.moment = owner, moment
        self.reader = Person.objects.filter(role="supervisor").order_by("username")[0]
        with default_is(owner):
            self.home = Facility.objects.get(name="Home 1")
        self.values = {"home": self.home.pk, "moment": moment}
        self.number = 0

    def measures(self) -> list[Measure]:
        """Return all measures, each after its base."""
        reader, base = self.reader, "as-of-validity"
        stood: Callable[[], Any] = partial(stays_as_of, self.home, self.moment)
        reads = [
            Measure(base, partial(fetched, BOUND, self.values), person=reader, owner=True),
            Measure("as-of-lateral-sql", partial(fetched, LATERAL, self.values), base, reader, owner=True),
            Measure("as-of-orm", stood, base, reader, owner=True),
            Measure("as-of-row-security", stood, base, reader),
            Measure("as-of-row-security-sql", self.again(stood), base, reader),
            Measure("as-of-stock", self.stock, base, reader, owner=True),
        ]
        found = {measure.name: self.rows(measure) for measure in reads}
        if any(rows != found[base] for rows in found.values() if rows is not None) or not found[base]:
            raise CommandError("The ways to the past do not give the same rows.")
        return [
            *reads,
            Measure("insert-two-indexes", partial(self.insert, "bench_two"), "", reader, owner=True, commits=True),
            Measure(
                "insert-three-indexes",
                partial(self.insert, "bench_three"),
                "insert-two-indexes",
                reader,
                owner=True,
                commits=True,
            ),
        ]

    def rows(self, measure: Measure) -> set[str] | None:
        """Return the ids of the stays that ``measure`` finds; ``None`` for one that sends statements again."""
        if measure.name.endswith("row-security-sql"):
            return None
        with default_is(self.owner) if measure.owner else nullcontext(), acting(self.reader.pk, self.reader.name):
            result = measure.work()
        pairs = isinstance(result[0], tuple) and len(result[0]) == 2  # what it was, and what it is today
        rows = [now for then, now in result if then is not None] if pairs else result
        return {str(getattr(row, "pk", None) or row[0]) for row in rows}

    def stock(self) -> list[Any]:
        """Return the stays as simple-history gives them."""
        return list(Placement.history.as_of(self.moment).filter(facility=self.home))

    def insert(self, table: str) -> None:
        """Let every stay of the home change once more, in one statement."""
        self.number += 1
        with connection.cursor() as cursor:
            cursor.execute(ADD.format(table), {**self.values, "at": self.moment + timedelta(seconds=self.number)})

    def again(self, work: Callable[[], Any]) -> Callable[[], Any]:
        """Return work that sends once more the statements that ``work`` sends now, and fetches their rows."""
        sent: list[tuple[str, Any]] = []

        def note(execute: Callable[..., Any], sql: str, params: Any, *others: Any) -> Any:
            sent.append((sql, params))
            return execute(sql, params, *others)

        with acting(self.reader.pk, self.reader.name), connection.execute_wrapper(note):
            work()
        return lambda: [
            fetched(sql, params) for sql, params in sent if sql.startswith("SELECT") and "set_config" not in sql
        ]
