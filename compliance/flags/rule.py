"""What a flag rule is: a name, plain words, numbers that an agency can tune, and one statement that finds what it is about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from compliance.models import Flag

# At most so many rows stand as evidence under one flag; the page says where to find the rest.
MOST_EVIDENCE = 60
NAMES_OF_COLUMNS = (
    "person_id, resident_id, facility_id, incident_id, subject, on_day, happened_at, facts, evidence, took_part"
)


@dataclass(frozen=True)
class Parameter:
    """A number of a rule that supervisors can change between ``least`` and ``most``, so that no rule can be switched off.

    words: what it is, as the page of the rules says it, with its unit.
    """

    name: str
    words: str
    default: int
    least: int
    most: int


@dataclass(frozen=True)
class FlagRule:
    """One rule. What it finds is a reason to look and never a verdict.

    about: what it looks for, and why. innocent: what looks alike and is not flagged. scope: whose audit right opens what it finds.
    sql: one statement that returns the columns ``NAMES_OF_COLUMNS`` (see ``Flag``). It takes ``since`` (what was written or opened
    before is left out), ``moment`` (now) and its parameters by name. why: the sentence of a flag, from who it is about, and its
    facts; it holds no number that counts young people. quiet: for so many days around one flag the same is not flagged again.
    """

    key: str
    title: str
    about: str
    innocent: str
    scope: Flag.Scope
    sql: str
    why: Callable[[str, Mapping[str, Any]], str]
    parameters: tuple[Parameter, ...] = ()
    weight: Flag.Weight = Flag.Weight.USUAL
    quiet: int = 0


def first_ones(rows: str) -> str:
    """Return the SQL of the first ``MOST_EVIDENCE`` of ``rows``, a JSON array."""
    return f"jsonb_path_query_array({rows}, '$[0 to {MOST_EVIDENCE - 1}]')"


def entries(of: str = "e", order: str = "e.happened_at, e.id", only: str = "true") -> str:
    """Return the SQL of care entries as evidence, for a statement that groups them. only: the condition for being shown."""
    row = f"jsonb_build_object('kind', 'entry', 'id', {of}.id, 'at', {of}.happened_at)"
    return first_ones(f"coalesce(jsonb_agg({row} ORDER BY {order}) FILTER (WHERE {only}), '[]'::jsonb)")


def openings(of: str = "l") -> str:
    """Return the SQL of entries of the access log as evidence, for a statement that groups them."""
    row = f"jsonb_build_object('kind', 'opening', 'id', {of}.id, 'at', {of}.at, 'page', {of}.page, 'outcome', {of}.outcome)"
    return first_ones(f"jsonb_agg({row} ORDER BY {of}.at, {of}.id)")


def on_duty(person: str, moment: str, around: str = "0 minutes", home: str = "") -> str:
    """Return the SQL of whether ``person`` was on duty at ``moment``, or ``around`` it; in any home, or in ``home``."""
    there = f" AND s.facility_id = {home}" if home else ""
    return f"""EXISTS (SELECT FROM facilities_shiftstaff d JOIN facilities_shift s ON s.id = d.shift_id
      WHERE d.person_id = {person}{there} AND coalesce(d.came_at, s.starts_at) - interval '{around}' <= {moment}
        AND coalesce(d.left_at, s.ends_at) + interval '{around}' > {moment})"""


def is_over(moment: str, zone: str) -> str:
    """Return the SQL of whether the day of ``moment`` in ``zone`` is over: before that, what a day adds up to is not known."""
    return f"({moment} AT TIME ZONE {zone})::date < (%(moment)s AT TIME ZONE {zone})::date"


def minutes(number: int) -> str:
    """Return how long so many minutes are, in words: ``45 minutes``, ``3 hours``."""
    if number < 120:
        return f"{number} minutes"
    return f"{number // 60} hours" if number < 48 * 60 else f"{number // 1440} days"
