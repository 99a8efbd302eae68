"""Flags about how much one person took out, was refused, or opened in emergencies: of no single record."""

from collections.abc import Mapping
from typing import Any

from compliance.flags.rule import FlagRule, Parameter, first_ones, is_over, openings
from compliance.models import Flag

DAY = "(l.at AT TIME ZONE p.time_zone)::date"


def _of_person(found: str, times: str, evidence: str) -> str:
    """Return the SQL of one flag for each person and day, in their own zone."""
    return f"""
  SELECT l.person_id, NULL::uuid AS resident_id, NULL::uuid AS facility_id, NULL::uuid AS incident_id, l.person_id AS subject,
    {DAY} AS on_day, max(l.at) AS happened_at, '{{}}'::jsonb AS facts, {evidence} AS evidence, '{{}}'::uuid[] AS took_part
  FROM access_accesslogentry l JOIN access_person p ON p.id = l.person_id
  WHERE l.at >= %(since)s AND l.at <= %(moment)s AND {found} AND {is_over("l.at", "p.time_zone")}
  GROUP BY l.person_id, {DAY}
  HAVING {times} >= %(times)s
"""


# What was refused says nothing of what stands there, so the row is told in full here: it opens nowhere.
REFUSAL = "jsonb_build_object('kind', 'refusal', 'at', l.at, 'page', l.page)"
REFUSALS = _of_person(
    "l.outcome = 'refused'",
    "count(DISTINCT (l.page, l.thing))",
    first_ones(f"jsonb_agg({REFUSAL} ORDER BY l.at, l.id)"),
)
# A paper about many is one thing that was taken out.
EXPORTS = _of_person(
    "l.outcome = 'exported' AND l.resident_id IS NOT NULL AND l.role <> 'inspector'",
    "count(DISTINCT (l.page, l.resident_id))",
    openings(),
)
EMERGENCIES = """
  SELECT g.person_id, NULL::uuid AS resident_id, NULL::uuid AS facility_id, NULL::uuid AS incident_id, g.person_id AS subject,
    (max(g.starts_at) AT TIME ZONE p.time_zone)::date AS on_day, max(g.starts_at) AS happened_at,
    jsonb_build_object('days', %(days)s::int) AS facts,
    jsonb_agg(jsonb_build_object('kind', 'emergency', 'id', g.id, 'at', g.starts_at) ORDER BY g.starts_at) AS evidence,
    '{}'::uuid[] AS took_part
  FROM residents_breakglass g JOIN access_person p ON p.id = g.person_id
  WHERE g.starts_at > %(moment)s - make_interval(days => %(days)s) AND g.starts_at <= %(moment)s
  GROUP BY g.person_id, p.time_zone
  HAVING count(*) >= %(times)s AND max(g.starts_at) >= %(since)s
"""


def why_refused(who: str, facts: Mapping[str, Any]) -> str:
    """Return the sentence of many refusals."""
    del facts
    return (
        f"{who} was refused many different pages on this day. An old list of links does that, and so does somebody who tries"
        " addresses. Ask what they were looking for."
    )


def why_exported(who: str, facts: Mapping[str, Any]) -> str:
    """Return the sentence of many exports."""
    del facts
    return (
        f"{who} printed or saved pages of many records on this day. What is on paper or in a file is out of our hands."
        " Ask what it was for, and where the papers are now."
    )


def why_emergencies(who: str, facts: Mapping[str, Any]) -> str:
    """Return the sentence of emergency access that is used often."""
    return (
        f"{who} used emergency access again and again within {facts['days']} days. Each time is judged by itself; together they"
        " may show that somebody needs a right they do not have, or takes one."
    )


RULES = (
    FlagRule(
        "refusals",
        "Many refusals",
        "One person was refused many different pages on one day.",
        "The same page again and again, as by a stale bookmark; a few refusals.",
        Flag.Scope.AGENCY,
        REFUSALS,
        why_refused,
        (Parameter("times", "Different pages on one day", 10, 4, 100),),
    ),
    FlagRule(
        "exports",
        "Much printed or saved",
        "One person printed or saved pages of many records on one day.",
        "The same paper of the same young person again; a few papers; what inspectors take in their visit.",
        Flag.Scope.AGENCY,
        EXPORTS,
        why_exported,
        (Parameter("times", "Different papers on one day", 6, 2, 60),),
    ),
    FlagRule(
        "emergencies",
        "Emergency access again and again",
        "One person used emergency access several times within some weeks.",
        "A single emergency, which is judged on its own page.",
        Flag.Scope.AGENCY,
        EMERGENCIES,
        why_emergencies,
        (
            Parameter("times", "Times", 3, 2, 20),
            Parameter("days", "Within so many days", 30, 7, 90),
        ),
        quiet=14,
    ),
)
