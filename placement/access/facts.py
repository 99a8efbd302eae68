"""Which permissions and memberships follow from the facts, and how the rows that exist differ from that (design §4).

Each app registers, with ``fact``, the SQL of the rows that its facts give. ``differences`` compares them, both ways and in one
statement, with every row of guardian's direct tables and of the memberships that is in force or still to come.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection, models

from placement.access.models import GroupPermission, Membership, UserPermission
from placement.access.permissions import AGENCY
from placement.access.rights import AGENCY_RIGHTS, Can, Role
from placement.audit.clock import now

MEMBERSHIP = Membership._meta.db_table
NOTHING = "'00000000-0000-0000-0000-000000000000'::uuid"
COLUMNS = "target, owner, given, object, grant_id, since, ends_at"


@dataclass(frozen=True)
class Rows:
    """SQL that selects the columns ``COLUMNS``, and its values.

    target: the table of the row. owner: a person's id or a group's name. given: a right (``app.codename``), or the group
    of a membership. object, grant_id: ``NOTHING`` for memberships. since: not in force before (null: no matter).
    ends_at: null for an open end.
    """

    sql: str
    values: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Difference:
    """One row that is wrong: what kind of wrong, and which row."""

    kind: str
    table: str
    owner: str
    given: str
    object: str
    grant: str

    SENTENCES = {
        "stray": "is there, but no fact gives it",
        "missing": "follows from a fact, but is not there",
        "twice": "is there more than once",
        "early": "is in force before the fact that gives it",
        "late": "is not in force yet, although the fact that gives it is",
        "outlived": "ends at another time than the fact that gives it",
    }

    def __str__(self) -> str:
        """Return one line with ids only."""
        if self.table == MEMBERSHIP:
            what = f"person {self.owner} in group {self.given}"
        else:
            what = f"{self.given} of {self.owner} on {self.object} by grant {self.grant}"
        return f"{self.kind}: {what} {self.SENTENCES[self.kind]} ({self.table})"

    def as_data(self) -> dict[str, str]:
        """Return it for JSON."""
        return asdict(self) | {"text": str(self)}


FACTS: list[Callable[[], Rows]] = []


def fact(function: Callable[[], Rows]) -> Callable[[], Rows]:
    """Register a function that says which rows follow from one kind of fact."""
    FACTS.append(function)
    return function


def pairs(rights: Mapping[Role, Iterable[Can]]) -> tuple[list[str], list[str]]:
    """Return roles and rights as two lists of equal length, for ``unnest(%s::text[], %s::text[]) AS given(role, right)``."""
    flat = [(str(role), right.value) for role, given in rights.items() for right in sorted(given)]
    return [role for role, _ in flat], [right for _, right in flat]


@fact
def groups_of_roles() -> Rows:
    """A role brings the agency's group, and a supervisor the unit's."""
    return Rows(
        f"""SELECT '{MEMBERSHIP}', id::text, '{AGENCY}/all/' || role, {NOTHING}, {NOTHING}, NULL::timestamptz, NULL::timestamptz
            FROM access_person WHERE role = ANY(%s::text[])
            UNION ALL
            SELECT '{MEMBERSHIP}', id::text, 'unit/' || unit_id || '/' || role, {NOTHING}, {NOTHING}, NULL, NULL
            FROM access_person WHERE role = %s AND unit_id IS NOT NULL""",
        ([str(role) for role in AGENCY_RIGHTS], str(Role.SUPERVISOR)),
    )


def existing() -> Iterator[str]:
    """Yield the SQL of the rows that exist, one statement for each table."""
    yield f"""SELECT '{MEMBERSHIP}', person_id::text, g.name, {NOTHING}, {NOTHING}, starts_at, ends_at
              FROM {MEMBERSHIP} JOIN auth_group g ON g.id = group_id"""
    for own in UserPermission.__subclasses__():
        yield _permissions(own, "r.user_id::text", "")
    for of_group in GroupPermission.__subclasses__():
        yield _permissions(of_group, "g.name", "JOIN auth_group g ON g.id = r.group_id")


def _permissions(model: type[models.Model], owner: str, join: str) -> str:
    table = model._meta.db_table
    return f"""SELECT '{table}', {owner}, t.app_label || '.' || p.codename, r.content_object_id, r."grant", r.starts_at, r.ends_at
               FROM "{table}" r {join}
               JOIN auth_permission p ON p.id = r.permission_id
               JOIN django_content_type t ON t.id = p.content_type_id"""


def differences() -> list[Difference]:
    """Return every difference between the rows that follow from the facts and those that exist, in a stable order."""
    expected = [function() for function in FACTS]
    moment = now()
    sql = f"""
        WITH expected({COLUMNS}) AS ({" UNION ALL ".join(rows.sql for rows in expected)}),
             existing({COLUMNS}) AS ({" UNION ALL ".join(existing())}),
             should AS (SELECT * FROM expected WHERE ends_at IS NULL OR ends_at > %s),
             found AS (
                SELECT target, owner, given, object, grant_id, min(since) AS since, max(since) AS latest,
                       max(coalesce(ends_at, 'infinity')) AS ends_at, count(*) AS number
                FROM existing WHERE ends_at IS NULL OR ends_at > %s
                GROUP BY target, owner, given, object, grant_id),
             compared AS (
                SELECT CASE
                    WHEN s.target IS NULL THEN 'stray'
                    WHEN f.target IS NULL THEN 'missing'
                    WHEN f.number > 1 THEN 'twice'
                    WHEN f.since < s.since THEN 'early'
                    WHEN f.latest > greatest(s.since, %s) THEN 'late'
                    WHEN f.ends_at <> coalesce(s.ends_at, 'infinity') THEN 'outlived'
                  END AS kind, target, owner, given, object::text, grant_id::text
                FROM should s FULL JOIN found f USING (target, owner, given, object, grant_id))
        SELECT * FROM compared WHERE kind IS NOT NULL ORDER BY target, owner, given, object, grant_id"""
    values = [value for rows in expected for value in rows.values]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, moment, moment, moment])
        return [Difference(*row) for row in cursor.fetchall()]
