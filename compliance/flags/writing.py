"""Flags about how daily care is written: late, all at once, in the same words, or as if by the clock."""

from collections.abc import Mapping
from typing import Any

from compliance.flags.rule import FlagRule, Parameter, entries, is_over, minutes
from compliance.models import Flag

COUNTS = "e.amends_id IS NULL AND e.outcome <> 'Written by mistake'"
WRITTEN = f"e.written_at >= %(since)s AND e.written_at <= %(moment)s AND {COUNTS}"
# What was logged for several young people at once is one thing that somebody wrote.
THINGS = "count(DISTINCT (e.kind, e.happened_at))"

OFTEN_LATE = f"""
  SELECT e.written_by_id AS person_id, NULL::uuid AS resident_id, e.facility_id, NULL::uuid AS incident_id,
    e.facility_id AS subject,
    (e.written_at AT TIME ZONE f.time_zone)::date AS on_day, max(e.written_at) AS happened_at,
    jsonb_build_object('minutes', floor(extract(epoch FROM min(e.written_at - e.happened_at)) / 60)) AS facts,
    {entries()} AS evidence, '{{}}'::uuid[] AS took_part
  FROM residents_careentry e JOIN facilities_facility f ON f.id = e.facility_id
  WHERE {WRITTEN} AND e.written_at - e.happened_at > make_interval(mins => %(minutes)s) AND {is_over("e.written_at", "f.time_zone")}
  GROUP BY e.written_by_id, e.facility_id, on_day
  HAVING {THINGS} >= %(times)s
"""


def why_late(who: str, facts: Mapping[str, Any]) -> str:
    """Return the sentence of many late entries."""
    return (
        f"{who} wrote many things on this day that had happened {minutes(int(facts['minutes']))} before or longer."
        " What is written late rests on memory. Ask what kept them from writing: a busy shift, or no tablet at hand?"
    )


AT_ONCE = "e.written_at >= s.ends_at - make_interval(mins => %(minutes)s) AND e.written_at - e.happened_at > interval '1 hour'"
AT_THE_END = f"""
  SELECT e.written_by_id AS person_id, NULL::uuid AS resident_id, e.facility_id, NULL::uuid AS incident_id, s.id AS subject,
    (s.starts_at AT TIME ZONE f.time_zone)::date AS on_day, max(e.written_at) AS happened_at,
    jsonb_build_object('minutes', %(minutes)s::int) AS facts,
    {entries(only=AT_ONCE)} AS evidence, '{{}}'::uuid[] AS took_part
  FROM residents_careentry e JOIN facilities_shift s ON s.id = e.shift_id JOIN facilities_facility f ON f.id = e.facility_id
  WHERE {COUNTS} AND s.ends_at >= %(since)s AND s.ends_at < %(moment)s - interval '2 hours'
  GROUP BY e.written_by_id, e.facility_id, s.id, f.time_zone
  HAVING {THINGS} FILTER (WHERE {AT_ONCE}) >= %(times)s
    AND 100 * {THINGS} FILTER (WHERE {AT_ONCE}) >= %(percent)s * {THINGS}
"""


def why_at_the_end(who: str, facts: Mapping[str, Any]) -> str:
    """Return the sentence of a shift that was written at its end."""
    return (
        f"{who} wrote most of a whole shift in its last {minutes(int(facts['minutes']))} or after it, an hour or more after it had"
        " happened. Times and counts that are written together are often guessed. Ask how the shift went."
    )


SAME = f"""
  WITH texts AS (
    SELECT e.*,
      md5(e.facility_id::text || e.written_by_id || lower(regexp_replace(btrim(e.note), '\\s+', ' ', 'g')))::uuid AS subject
    FROM residents_careentry e
    WHERE e.written_at > %(moment)s - make_interval(days => %(days)s) AND e.written_at <= %(moment)s
      AND {COUNTS} AND e.kind IN ('note', 'health', 'mood', 'sleep') AND length(btrim(e.note)) >= %(letters)s
  )
  SELECT e.written_by_id AS person_id, NULL::uuid AS resident_id, e.facility_id, NULL::uuid AS incident_id, e.subject,
    (max(e.written_at) AT TIME ZONE f.time_zone)::date AS on_day, max(e.written_at) AS happened_at,
    jsonb_build_object('days', %(days)s::int) AS facts, {entries()} AS evidence, '{{}}'::uuid[] AS took_part
  FROM texts e JOIN facilities_facility f ON f.id = e.facility_id
  GROUP BY e.written_by_id, e.facility_id, e.subject, f.time_zone
  HAVING count(DISTINCT e.happened_at) >= %(times)s AND max(e.written_at) >= %(since)s
    AND count(DISTINCT (e.resident_id, (e.happened_at AT TIME ZONE f.time_zone)::date)) >= %(times)s
"""


def why_same(who: str, facts: Mapping[str, Any]) -> str:
    """Return the sentence of a text that was written again and again."""
    return (
        f"{who} wrote the same text, word for word, on several days or about several young people within {facts['days']} days."
        " A text that is copied says little about this young person and this day. Ask what they saw."
    )


# A round: looks of one person in one shift with less than five minutes between one and the next.
REGULAR = f"""
  WITH looks AS (
    SELECT e.*, lag(e.happened_at) OVER (PARTITION BY e.shift_id, e.written_by_id ORDER BY e.happened_at, e.id) AS before
    FROM residents_careentry e JOIN facilities_shift s ON s.id = e.shift_id
    WHERE {COUNTS} AND e.kind IN ('head_count', 'sleep') AND s.ends_at >= %(since)s AND s.ends_at < %(moment)s
  ), numbered AS (
    SELECT e.*, count(*) FILTER (WHERE e.before IS NULL OR e.happened_at - e.before > interval '5 minutes')
      OVER (PARTITION BY e.shift_id, e.written_by_id ORDER BY e.happened_at, e.id) AS round
    FROM looks e
  ), gaps AS (
    SELECT r.*, r.at - lag(r.at) OVER (PARTITION BY r.shift_id, r.written_by_id ORDER BY r.at) AS gap
    FROM (SELECT shift_id, written_by_id, round, min(happened_at) AS at FROM numbered GROUP BY shift_id, written_by_id, round) r
  ), too_even AS (
    SELECT shift_id, written_by_id, min(gap) AS gap FROM gaps GROUP BY shift_id, written_by_id
    HAVING count(*) >= %(rounds)s AND max(gap) - min(gap) <= make_interval(secs => %(seconds)s)
  )
  SELECT t.written_by_id AS person_id, NULL::uuid AS resident_id, s.facility_id, NULL::uuid AS incident_id, s.id AS subject,
    (s.starts_at AT TIME ZONE f.time_zone)::date AS on_day, max(e.written_at) AS happened_at,
    jsonb_build_object('minutes', round(extract(epoch FROM t.gap) / 60)) AS facts, {entries()} AS evidence,
    '{{}}'::uuid[] AS took_part
  FROM too_even t JOIN facilities_shift s ON s.id = t.shift_id JOIN facilities_facility f ON f.id = s.facility_id
  JOIN numbered e ON e.shift_id = t.shift_id AND e.written_by_id = t.written_by_id
  GROUP BY t.written_by_id, s.facility_id, s.id, f.time_zone, t.gap
"""


def why_regular(who: str, facts: Mapping[str, Any]) -> str:
    """Return the sentence of rounds that are too even."""
    return (
        f"The rounds of {who} in this shift lie {minutes(int(facts['minutes']))} apart, each as long as the other."
        " Somebody who walks through a house is never so even. Ask how these rounds were done, and when they were written down."
    )


RULES = (
    FlagRule(
        "often_late",
        "Many late entries",
        "One person wrote many things on one day long after they had happened. What was logged for several young people at once"
        " counts once.",
        "A few late entries, each with its reason; an amendment; a late round of the whole house, which counts once.",
        Flag.Scope.HOME,
        OFTEN_LATE,
        why_late,
        (
            Parameter("minutes", "Minutes after it happened from which an entry counts as late", 120, 45, 480),
            Parameter("times", "Late things on one day", 6, 3, 30),
        ),
    ),
    FlagRule(
        "at_the_end",
        "A shift written at its end",
        "Most of what one person wrote about a shift was written in its last minutes or after it, though it had happened an hour or"
        " more before.",
        "What happened in the last hour and was written then; the hand-off; a shift in which most was written as it happened.",
        Flag.Scope.HOME,
        AT_THE_END,
        why_at_the_end,
        (
            Parameter("minutes", "Last minutes of a shift that count as its end", 30, 10, 120),
            Parameter("times", "Things written then", 6, 4, 40),
            Parameter("percent", "Percent of all that the person wrote about the shift", 80, 50, 100),
        ),
    ),
    FlagRule(
        "same_text",
        "The same text again and again",
        "One person wrote the same text, word for word, on several days or about several young people.",
        "Short texts; activities, meals, school and medication, which are alike by nature; an amendment.",
        Flag.Scope.HOME,
        SAME,
        why_same,
        (
            Parameter("letters", "Letters from which a text counts", 60, 30, 400),
            Parameter("times", "Times that it was written", 3, 3, 20),
            Parameter("days", "Within so many days", 14, 3, 60),
        ),
        quiet=14,
    ),
    FlagRule(
        "even_rounds",
        "Rounds that are too even",
        "The rounds of one person in one shift all lie the same time apart, to the minute. Looks that follow each other within five"
        " minutes are one round.",
        "Rounds that lie some minutes earlier or later each time, as when somebody walks; few rounds.",
        Flag.Scope.HOME,
        REGULAR,
        why_regular,
        (
            Parameter("rounds", "Rounds in one shift", 6, 5, 16),  # of eight hours, with a look each half hour
            Parameter("seconds", "Seconds by which the times between them may differ", 60, 10, 180),
        ),
    ),
)
