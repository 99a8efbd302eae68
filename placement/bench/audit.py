"""What is measured of the audit list, at a tenth of the rows of history and access log and at all of them (``audit_data``).

Who reads is a supervisor with a unit of at most 4,000 young people. In names:

- ``…-plain-sql``: SQL written by hand for the same rows, as the owner, so without row security.
- ``…-sql``: the statements of the product's page, sent again, under row security: what the page costs in the database.
- without an end: the product's own code, with Python. ``audit-request`` is the whole address, with session and template.

``changes``: the first page. ``both``: with who looked. ``deep``: a page three days before. ``young``: one young person over a year.
``words``: a word that nobody wrote, over a month.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management import CommandError
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tqdm import tqdm

from compliance.queries.audit import ROWS, acts
from compliance.queries.audit_filter import AuditFilter
from compliance.queries.audit_kinds import audited_models
from compliance.queries.audit_sql import LOOK, newest_rows
from placement.access.models import Person
from placement.access.paths import steps
from placement.bench import audit_data
from placement.bench.measure import Measure, Taken, default_is, report, rounds
from placement.bench.measures import IN_FORCE
from placement.database import roles
from placement.database.context import acting
from residents.models import Resident

ROUNDS = 11
RIGHTS = {"residents": "view_audit", "facilities": "view_beds", "opened": "view_opened"}


def run(rows: int) -> list[dict[str, Any]]:
    """Load and measure at two sizes, in the database that is in use. Return the contract's lines."""
    taken: dict[int, dict[str, Taken]] = {}
    measures: list[Measure] = []
    chance, moment, before = random.Random(1), timezone.now(), 0  # noqa: S311 - an order, no secret
    whole = audit_data.scale(rows)
    with roles.owner_connection() as owner:
        for size in sorted({max(audit_data.LEAST, whole.residents // 10), whole.residents}):
            with tqdm(desc=f"{size:,} young people", unit=" steps", disable=None, mininterval=0.5) as bar:
                with owner.cursor() as cursor:
                    held = audit_data.load(cursor, whole, before, size, moment)
                measures = list(measured(moment))
                hold_rows_equal(measures, owner)
                taken[held] = rounds(measures, ROUNDS, owner, chance, bar.update)
            before = size
    return report(measures, taken)


def measured(moment: datetime) -> Iterator[Measure]:
    """Yield the measures, each after its base."""
    person = Person.objects.filter(role="supervisor").order_by("username")[0]
    with acting(person.pk, person.name):
        young = Resident.objects.get(code="B-1").pk
    week = AuditFilter(since=moment - timedelta(days=7), until=moment + timedelta(days=1))
    year = replace(week, since=moment - timedelta(days=365))
    asked = {
        "changes": week,
        "both": replace(week, show="both"),
        "deep": replace(week, until=moment - timedelta(days=3)),
        "young": replace(year, resident=young),
    }
    for name, wanted in asked.items():
        base = f"audit-{name}-plain-sql"
        sql, values = plain(wanted, person)
        yield Measure(base, partial(fetched, sql, values), person=person, owner=True)
        yield Measure(f"audit-{name}-sql", again(wanted, person), base, person)
        yield Measure(f"audit-{name}", partial(acts, person, wanted), base, person)
    words = replace(week, since=moment - timedelta(days=31), words="zeppelin")
    yield Measure("audit-words", partial(acts, person, words), person=person)
    hosts: Any = settings.ALLOWED_HOSTS
    client = Client(SERVER_NAME=hosts[0].lstrip("."))
    client.force_login(person)
    yield Measure("audit-request", partial(client.get, reverse("audit:list"), secure=True), commits=True)


def plain(wanted: AuditFilter, person: Person) -> tuple[str, dict[str, Any]]:
    """Return the SQL that one would write by hand for the rows of a page, with its values."""
    parts = [of_changes(*found) for found in audited_models().items()]
    if wanted.show:
        for column, name in [("resident_id", "residents"), ("facility_id", "opened")]:
            parts.append(
                f"SELECT l.at, '{LOOK}', l.id, l.page, l.name, l.outcome, l.purpose, l.{column} FROM access_accesslogentry l"
                f" WHERE l.at >= %(since)s AND l.at < %(until)s AND l.{column} IN (SELECT id FROM {name})"
                f" ORDER BY l.at DESC, l.id DESC LIMIT {ROWS}"
            )
    if wanted.resident:
        parts = [part for part in parts if "FROM residents)" in part]
    union = " UNION ALL ".join(f"({part})" for part in parts)
    sql = (
        f"WITH {', '.join(map(granted, RIGHTS, RIGHTS.values()))} {union} ORDER BY 1 DESC, 2 DESC, 3 DESC LIMIT {ROWS}"
    )
    values = {"since": wanted.since, "until": wanted.until, "who": person.pk, "young": wanted.resident}
    return sql, values


def of_changes(label: str, found: tuple[Any, str, str]) -> str:
    """Return the SQL for the history of one kind of record."""
    model, app, path = found
    ways, column = steps(model, path)
    condition = f'"{column}" IN (SELECT id FROM {app})'
    for here, table, there in reversed(ways):
        condition = f'"{here}" IN (SELECT "{there}" FROM "{table}" WHERE {condition})'
    return f"""SELECT h.history_date, '{label}'::text COLLATE "C", h.history_id, h.history_xid::text, h.history_user_name,
      h.history_type,
      h.history_change_reason, h.id FROM "{model.history.model._meta.db_table}" h
    WHERE h.history_date >= %(since)s AND h.history_date < %(until)s AND h.{condition}
    ORDER BY h.history_date DESC, h.history_id DESC LIMIT {ROWS}"""


def granted(name: str, right: str) -> str:
    """Return the CTE of the ids on which the person has a right."""
    app = "residents" if name == "residents" else "facilities"
    model = {"residents": "resident", "facilities": "facility"}[app]
    only = " AND (%(young)s::uuid IS NULL OR mine.content_object_id = %(young)s)" if app == "residents" else ""
    return f"""{name} AS MATERIALIZED (
    SELECT mine.content_object_id AS id FROM {app}_{model}userpermission mine JOIN auth_permission p ON p.id = mine.permission_id
    WHERE p.codename = '{right}' AND mine.user_id = %(who)s AND {IN_FORCE("mine")}{only}
    UNION ALL SELECT mine.content_object_id FROM access_membership member
    JOIN {app}_{model}grouppermission mine ON mine.group_id = member.group_id JOIN auth_permission p ON p.id = mine.permission_id
    WHERE p.codename = '{right}' AND member.person_id = %(who)s AND {IN_FORCE("member")} AND {IN_FORCE("mine")}{only})"""


def again(wanted: AuditFilter, person: Person) -> Callable[[], Any]:
    """Return work that sends once more the statements of the page, and fetches their rows."""
    sent: list[tuple[str, Any]] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, *others: Any) -> Any:
        sent.append((sql, params))
        return execute(sql, params, *others)

    with acting(person.pk, person.name):
        acts(person, wanted)  # the plan is kept from now on
        with connection.execute_wrapper(note):
            acts(person, wanted)
    return lambda: [fetched(sql, params) for sql, params in sent]


def hold_rows_equal(measures: list[Measure], owner: Any) -> None:
    """Raise ``CommandError`` when the SQL by hand does not give the rows of the page."""
    for measure in measures:
        if isinstance(measure.work, partial) and measure.work.func is acts and measure.base != "":
            person, wanted = measure.work.args
            sql, values = plain(wanted, person)
            with acting(person.pk, person.name):
                rows = [
                    (row["at"], row["label"], row["key"])
                    for row in newest_rows(person, wanted, before=None, limit=ROWS)
                ]
            with default_is(owner):
                by_hand = [row[:3] for row in fetched(sql, values)]
            if rows != by_hand or not rows:
                raise CommandError(f"{measure.name} does not give the rows of {measure.base}.")


def fetched(statement: str, values: Any) -> Any:
    """Return the rows of ``statement``."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
