"""What a fact is, and pieces of SQL that several facts share."""

from dataclasses import dataclass

ABOUT = {"subject": "subject", "resident": "resident_id", "home": "facility_id"}


@dataclass(frozen=True)
class Fact:
    """Something that the product records, under the name by which rules call it.

    ``sentence`` says what one row means. ``about`` (``subject``, ``resident`` or ``home``): by which id facts find each other.
    ``sql`` is one query over all homes with the columns facility_id, subject, resident_id, at, until, value; ``until`` is empty
    for what happens in a moment and for what goes on. ``unit``: what ``value`` counts; empty when there is none.
    ``perhaps_nobody``: some of its rows name a young person, and some nobody.
    """

    name: str
    sentence: str
    about: str
    sql: str
    unit: str = ""
    perhaps_nobody: bool = False

    @property
    def names_nobody(self) -> bool:
        """Return whether none of its rows is about a young person."""
        return f"{NOBODY} AS resident_id" in self.sql


# A stay that began; its planned end is no end until somebody has written that it ended.
LIVED = "p.status IN ('active', 'ended')"
LEFT = "CASE WHEN p.status = 'ended' THEN p.ends_at END"
NOBODY = "NULL::uuid"
# What goes on with somebody or something that is there. When it is over before a duty is due, nobody can do the duty any more.
OVER_WITH_IT = (
    "home.in_use",
    "home.licensed",
    "order.controlled",
    "order.open",
    "order.psychotropic",
    "order.self_taken",
    "staff.care",
    "staff.running",
    "staff.working",
    "stay.begun",
    "stay.emergency",
)
NO_END = "NULL::timestamptz"
NO_VALUE = "NULL::numeric"


def day_begins(day: str, zone: str = "h.time_zone") -> str:
    """Return the SQL of the moment at which a day begins in a home."""
    return f"({day}::timestamp AT TIME ZONE {zone})"


def day_ends(day: str, zone: str = "h.time_zone") -> str:
    """Return the SQL of the moment at which a day is over in a home; empty for an empty day."""
    return f"(({day} + 1)::timestamp AT TIME ZONE {zone})"


def home_of(resident: str, at: str) -> str:
    """Return the SQL of a lateral join ``lived``: the home where a young person lived then, or else the nearest in time."""
    return f"""CROSS JOIN LATERAL (
        SELECT p.facility_id, p.starts_at FROM facilities_placement p
        WHERE p.resident_id = {resident} AND {LIVED}
        ORDER BY (p.starts_at <= {at} AND (p.status = 'active' OR p.ends_at > {at})) DESC,
            abs(extract(epoch FROM p.starts_at - {at}))
        LIMIT 1
    ) lived"""


def first_of(row: str, table: str, *, chained: bool = False) -> str:
    """Return the SQL of the id of the row that an amendment ``row`` of ``table`` goes back to; its own id where it amends none.

    What a rule says of an entry stays with it, whatever was written about it since. chained: an amendment can amend another one.
    """
    if not chained:
        return f"coalesce({row}.amends_id, {row}.id)"
    return f"""CASE WHEN {row}.amends_id IS NULL THEN {row}.id ELSE (
        WITH RECURSIVE back AS (
            SELECT {row}.amends_id AS id UNION ALL SELECT b.amends_id FROM {table} b JOIN back ON back.id = b.id
            WHERE b.amends_id IS NOT NULL)
        SELECT b.id FROM back JOIN {table} b ON b.id = back.id WHERE b.amends_id IS NULL) END"""


def newest(row: str, table: str) -> str:
    """Return the SQL condition that nothing newer was written about what ``row`` of ``table`` says, or amends."""
    return (
        f"NOT EXISTS (SELECT FROM {table} a WHERE a.amends_id = coalesce({row}.amends_id, {row}.id)"
        f" AND ({row}.amends_id IS NULL OR (a.written_at, a.id) > ({row}.written_at, {row}.id)))"
    )


def select(facility: str, subject: str, resident: str, at: str, rest: str, *, until: str = "", value: str = "") -> str:
    """Return the SQL of a fact from its columns and what follows them; ``until`` and ``value`` are empty unless given."""
    return (
        f"SELECT {facility} AS facility_id, {subject} AS subject, {resident} AS resident_id, {at} AS at,"
        f" {until or NO_END} AS until, {value or NO_VALUE} AS value {rest}"
    )
