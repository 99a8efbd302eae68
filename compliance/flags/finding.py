"""Finding flags: every rule's statement, by the numbers that are set now, as the owner. Found again, nothing is added."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, connections, transaction
from django.utils.crypto import salted_hmac
from psycopg2.extras import Json

from compliance.flags import DUE, QUEUE, RULES
from compliance.flags.chance import KEY as SAMPLE
from compliance.flags.rule import NAMES_OF_COLUMNS, FlagRule
from compliance.models import FlagSetting
from placement.database.roles import OWNER

# What was written longer ago is not read again: an hourly command that stood still for a week still finds all.
BACK = timedelta(days=9)
INSERT = """
WITH found AS MATERIALIZED ({sql})
INSERT INTO compliance_flag (id, rule, scope, weight, found_at, due_at, {columns})
SELECT gen_random_uuid(), %(rule)s, %(scope)s, %(weight)s, %(moment)s, %(moment)s + make_interval(days => %(due)s), {columns}
FROM found
WHERE NOT EXISTS (
  SELECT FROM compliance_flag same WHERE same.rule = %(rule)s AND same.person_id = found.person_id AND same.subject = found.subject
    AND same.on_day BETWEEN found.on_day - %(quiet)s AND found.on_day + %(quiet)s)
ON CONFLICT (rule, person_id, subject, on_day) DO NOTHING
"""


def find_flags(since: datetime | None = None) -> Counter[str]:
    """Keep what the rules find, as the owner, while somebody acts. Returns how many new flags there are, by the key of the rule.

    since: aware; what was written, or opened, before is left out. Nine days back by default.
    """
    found: Counter[str] = Counter()
    numbers, homes = numbers_now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_now()")
        (moment,) = cursor.fetchone()
        for rule in RULES.values():
            values = numbers[rule.key] | {
                "rule": rule.key,
                "scope": rule.scope.value,
                "weight": rule.weight.value,
                "quiet": rule.quiet,
                "due": numbers[QUEUE][rule.weight.value],
                "since": since or moment - BACK,
                "moment": moment,
                "secret": _secret(),
                "homes": Json(homes),
            }
            cursor.execute(INSERT.format(sql=rule.sql, columns=NAMES_OF_COLUMNS), values)
            found[rule.key] = cursor.rowcount
    return +found


def numbers_now() -> tuple[dict[str, dict[str, int]], dict[str, int]]:
    """Return the numbers of each rule as they are set now, by name; and the rate of the sample of homes that have their own."""
    numbers = {key: {each.name: each.default for each in rule.parameters} for key, rule in RULES.items()}
    numbers[QUEUE] = {name: each.default for name, each in DUE.items()}
    homes: dict[str, int] = {}
    for row in FlagSetting.objects.order_by("set_at", "id"):
        if row.facility_id is not None:
            homes[str(row.facility_id)] = row.value
        elif row.name in numbers.get(row.rule, {}):
            numbers[row.rule][row.name] = row.value
    return numbers, homes


def _secret() -> str:
    return salted_hmac(
        f"compliance.flags.{SAMPLE}", "", algorithm="sha256"
    ).hexdigest()  # with the secret of the server


def bounds() -> list[tuple[str, str, int, int]]:
    """Return rule, name, least and most of each number that can be set."""
    parameters = [(key, each) for key, rule in RULES.items() for each in rule.parameters]
    parameters += [(QUEUE, each) for each in DUE.values()]
    return [(key, each.name, each.least, each.most) for key, each in parameters]


def install(using: str = "default", **kwargs: Any) -> None:
    """Write the bounds of the numbers anew. Runs as the owner after every migration; safe to run again."""
    owner: Any = connections[using]
    if owner.role != OWNER:
        return
    with transaction.atomic(using=using), owner.cursor() as cursor:
        if "compliance_flagsetting" not in owner.introspection.table_names(cursor):
            return
        rows = ", ".join(f"('{rule}', '{name}', {least}, {most})" for rule, name, least, most in bounds())
        cursor.execute(f"""
            CREATE OR REPLACE FUNCTION flag_bounds(of_rule text, of_name text) RETURNS int4range
            LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public AS $$
              SELECT int4range(b.least, b.most, '[]') FROM (VALUES {rows}) AS b (rule, name, least, most)
              WHERE b.rule = of_rule AND b.name = of_name
            $$""")


def rule_of(key: str) -> FlagRule | None:
    """Return the rule of a flag; None when a later release has taken it away."""
    return RULES.get(key)
