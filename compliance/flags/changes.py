"""Flags about entries of daily care that were changed after something had happened."""

from collections.abc import Mapping
from typing import Any

from compliance.flags.rule import FlagRule, Parameter, minutes
from compliance.models import Flag

HOURS = Parameter("hours", "Hours before an incident from which an entry counts", 12, 1, 48)
DAYS = Parameter("days", "Days after an incident in which a change counts", 14, 1, 60)

# What was changed: an amendment, or a change before the shift was signed, whatever it calls itself; but for what was taken back at
# once. Each with the newest incident before it that the entry may be about. Whoever was on duty when it happened may have seen it;
# nobody else has.
SQL = """
  WITH changed AS (
    SELECT a.id AS subject, first.id AS entry, a.written_by_id AS person_id, a.written_at AS at, first.resident_id,
      first.facility_id, first.shift_id, first.happened_at, first.written_by_id AS first_by,
      jsonb_build_object('kind', 'amendment', 'id', a.id, 'at', a.written_at) AS change
    FROM residents_careentry a JOIN residents_careentry first ON first.id = a.amends_id
    WHERE a.written_at >= %(since)s AND a.written_at <= %(moment)s
    UNION ALL
    SELECT e.id, e.id, h.history_user_id, h.history_date, e.resident_id, e.facility_id, e.shift_id, e.happened_at, e.written_by_id,
      jsonb_build_object('kind', 'change', 'id', e.id, 'at', h.history_date, 'row', h.history_id)
    FROM residents_historicalcareentry h JOIN residents_careentry e ON e.id = h.id
    WHERE h.history_date >= %(since)s AND h.history_date <= %(moment)s AND h.history_type = '~'
      AND h.history_act IS DISTINCT FROM 'residents.undo_care' AND h.history_user_id IS NOT NULL AND e.amends_id IS NULL
  ), after_something AS (
    SELECT c.*, i.id AS incident_id, i.happened_at AS incident_at, i.reported_by_id, EXISTS (
        SELECT FROM facilities_shiftstaff d JOIN facilities_shift s ON s.id = d.shift_id
        WHERE d.person_id = c.person_id AND s.facility_id = c.facility_id
          AND (s.id = c.shift_id
               OR coalesce(d.came_at, s.starts_at) <= c.happened_at AND coalesce(d.left_at, s.ends_at) > c.happened_at)
      ) AS was_there
    FROM changed c CROSS JOIN LATERAL (
      SELECT i.id, i.happened_at, i.reported_by_id FROM residents_incident i
      WHERE i.facility_id = c.facility_id AND i.happened_at < c.at AND i.happened_at > c.at - make_interval(days => %(days)s)
        AND c.happened_at BETWEEN i.happened_at - make_interval(hours => %(hours)s) AND i.happened_at + interval '2 hours'
        AND (EXISTS (SELECT FROM residents_incidentresident r WHERE r.incident_id = i.id AND r.resident_id = c.resident_id)
             OR NOT EXISTS (SELECT FROM residents_incidentresident r WHERE r.incident_id = i.id))
      ORDER BY i.happened_at DESC, i.id LIMIT 1) i
  )
  SELECT c.person_id, c.resident_id, c.facility_id, c.incident_id, c.subject, (c.at AT TIME ZONE f.time_zone)::date AS on_day,
    c.at AS happened_at,
    jsonb_build_object('minutes', floor(extract(epoch FROM c.at - c.incident_at) / 60), 'own', c.first_by = c.person_id) AS facts,
    jsonb_build_array(
      jsonb_build_object('kind', 'incident', 'id', c.incident_id, 'at', c.incident_at),
      jsonb_build_object('kind', 'entry', 'id', c.entry, 'at', c.happened_at), c.change) AS evidence,
    array_remove(ARRAY[c.first_by, c.reported_by_id], c.person_id) AS took_part
  FROM after_something c JOIN facilities_facility f ON f.id = c.facility_id
"""


def why(who: str, facts: Mapping[str, Any]) -> str:
    """Return the sentence of somebody who was on duty."""
    return (
        f"{who} changed an entry about the hours around an incident, {minutes(int(facts['minutes']))} after the incident."
        " They were on duty when it happened, so they may have seen what they added. Read both texts and ask."
    )


def why_not_there(who: str, facts: Mapping[str, Any]) -> str:
    """Return the sentence of somebody who was not."""
    wrote = "their own entry" if facts["own"] else "an entry that somebody else wrote"
    return (
        f"{who} changed {wrote} about the hours around an incident, {minutes(int(facts['minutes']))} after the incident."
        " They were not on duty when it happened, so they can’t have seen it themselves. Read both texts, and ask who told them."
    )


RULES = (
    FlagRule(
        "changed_not_there",
        "Changed after an incident by somebody who was not there",
        "An entry about the hours before an incident, or the two after it, was changed after the incident by somebody who was not"
        " on duty in that home when what it says happened. Nobody can have seen what they were not there for.",
        "A change by somebody who was on duty then; a change of an entry about another young person, another home or another day.",
        Flag.Scope.YOUNG,
        f"{SQL} WHERE NOT c.was_there",
        why_not_there,
        (HOURS, DAYS),
        Flag.Weight.FIRST,
    ),
    FlagRule(
        "changed_after_incident",
        "Changed after an incident",
        "An entry about the hours before an incident, or the two after it, was changed after the incident by somebody who was on"
        " duty then. Mostly something was remembered later. Both texts are kept, and can be read side by side.",
        "A change before the incident; a change of an entry about another young person, another home or another day.",
        Flag.Scope.YOUNG,
        f"{SQL} WHERE c.was_there",
        why,
        (HOURS, DAYS),
    ),
)
