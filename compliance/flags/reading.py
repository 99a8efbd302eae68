"""Flags about who opened a young person's record: without work there, at night, from elsewhere, with the same name, too late."""

from collections.abc import Mapping
from typing import Any

from compliance.flags.rule import FlagRule, Parameter, is_over, on_duty, openings
from compliance.models import Flag

# What was opened of one young person, with the home where they lived then, if anywhere, and the zone in which its day is read.
READ = """
  SELECT l.*, p.name AS person_name, lived.facility_id AS home_id, coalesce(f.time_zone, p.time_zone) AS zone
  FROM access_accesslogentry l JOIN access_person p ON p.id = l.person_id
  LEFT JOIN LATERAL (
    SELECT s.facility_id FROM facilities_placement s
    WHERE s.resident_id = l.resident_id AND s.status IN ('active', 'ended') AND s.starts_at <= l.at
      AND (s.ends_at IS NULL OR s.ends_at > l.at)
    ORDER BY s.starts_at DESC LIMIT 1) lived ON true
  LEFT JOIN facilities_facility f ON f.id = lived.facility_id
  WHERE l.at >= %(since)s AND l.at <= %(moment)s AND l.resident_id IS NOT NULL AND l.role <> 'inspector'
"""
OPENED = "l.outcome IN ('shown', 'exported')"
# Somebody was given this record for a time: by emergency access or because they asked. Both are judged where they are given.
GIVEN = """(EXISTS (SELECT FROM residents_breakglass g WHERE g.person_id = l.person_id AND g.resident_id = l.resident_id
      AND g.starts_at <= l.at AND coalesce(g.ended_at, g.ends_at) + interval '1 hour' > l.at)
    OR EXISTS (SELECT FROM residents_accessrequest g WHERE g.asker_id = l.person_id AND g.resident_id = l.resident_id
      AND g.decision NOT IN ('', 'refused') AND g.decided_at <= l.at AND g.ends_at + interval '1 hour' > l.at))"""
# Whatever they did in this record within so many days before or after, which leaves a row: then reading it was part of work.
WORKED = """(EXISTS (SELECT FROM access_accesslogentry w WHERE w.resident_id = l.resident_id AND w.person_id = l.person_id
      AND w.outcome = 'changed' AND w.at BETWEEN l.at - make_interval(days => %(days)s) AND l.at + make_interval(days => %(days)s))
    OR EXISTS (SELECT FROM residents_careentry w WHERE w.resident_id = l.resident_id AND w.written_by_id = l.person_id
      AND w.happened_at > l.at - make_interval(days => %(days)s) - interval '1 day'
      AND w.written_at BETWEEN l.at - make_interval(days => %(days)s) AND l.at + make_interval(days => %(days)s)))"""
# A case, or a place on its team, that was given to them not long before: who takes over reads first.
NEW_TO_IT = """(EXISTS (SELECT FROM residents_caseload n JOIN residents_case c ON c.id = n.case_id
      WHERE c.resident_id = l.resident_id AND n.caseworker_id = l.person_id
        AND n.starts_at BETWEEN l.at - make_interval(days => %(days)s) AND l.at)
    OR EXISTS (SELECT FROM residents_teammember n JOIN residents_case c ON c.id = n.case_id WHERE c.resident_id = l.resident_id
      AND n.person_id = l.person_id AND n.starts_at BETWEEN l.at - make_interval(days => %(days)s) AND l.at))"""


def _of_young(
    found: str, facts: str = "'{}'::jsonb", day: str = "(l.at AT TIME ZONE l.zone)::date", least: str = ""
) -> str:
    """Return the SQL of one flag for each person, young person and day. ``found``: the condition; ``least``: of the group."""
    return f"""
  WITH l AS ({READ})
  SELECT l.person_id, l.resident_id, (array_agg(l.home_id ORDER BY l.at DESC))[1] AS facility_id, NULL::uuid AS incident_id,
    l.resident_id AS subject, {day} AS on_day, max(l.at) AS happened_at, {facts} AS facts, {openings()} AS evidence,
    '{{}}'::uuid[] AS took_part
  FROM l WHERE {found}
  GROUP BY l.person_id, l.resident_id, {day}
  {f"HAVING {least}" if least else ""}
"""


WITHOUT_WORK = _of_young(
    f"{OPENED} AND l.role IN ('staff', 'caseworker', 'clinician') AND {is_over('l.at', 'l.zone')}"
    f" AND NOT {on_duty('l.person_id', 'l.at', '12 hours')} AND NOT {WORKED} AND NOT {NEW_TO_IT} AND NOT {GIVEN}",
    "jsonb_build_object('days', %(days)s::int)",
    least="count(DISTINCT l.page) >= %(pages)s",
)


def why_without_work(who: str, facts: Mapping[str, Any]) -> str:
    """Return the sentence of a record that was read without work in it."""
    return (
        f"{who} opened several pages of this record, was not on duty within twelve hours, and wrote nothing in it for"
        f" {facts['days']} days before and after. Ask what they needed it for."
    )


# A night belongs to the day on which it begins. When somebody was hurt or missing that day, people are called at night. A report
# that whoever read has begun and not sent excuses nothing: nobody else looks at it.
AT_NIGHT = _of_young(
    f"{OPENED} AND l.role <> 'sysadmin' AND ((l.at AT TIME ZONE l.zone)::time >= make_time(%(from_hour)s, 0, 0)"
    " OR (l.at AT TIME ZONE l.zone)::time < make_time(%(to_hour)s, 0, 0))"
    f" AND NOT {on_duty('l.person_id', 'l.at', '1 hour')} AND NOT {GIVEN} AND NOT EXISTS ("
    "   SELECT FROM residents_incident i JOIN residents_incidentresident r ON r.incident_id = i.id"
    "   WHERE r.resident_id = l.resident_id AND i.happened_at BETWEEN l.at - interval '24 hours' AND l.at"
    "     AND NOT (i.status = 'draft' AND i.reported_by_id = l.person_id))"
    " AND l.at < %(moment)s - interval '12 hours'",
    day="(l.at AT TIME ZONE l.zone - interval '12 hours')::date",
    least="count(*) >= %(pages)s",
)


def why_at_night(who: str, facts: Mapping[str, Any]) -> str:
    """Return the sentence of a record that was read at night."""
    del facts
    return (
        f"{who} opened this record in the night and was not on duty. No incident of the 24 hours before explains it."
        " Ask what they needed it for at that time."
    )


ELSEWHERE = _of_young(
    f"l.outcome IN ('shown', 'exported', 'refused') AND l.role IN ('staff', 'admin') AND l.home_id IS NOT NULL"
    f" AND {is_over('l.at', 'l.zone')} AND NOT {GIVEN} AND NOT EXISTS (SELECT FROM facilities_assignment a"
    "   WHERE a.person_id = l.person_id AND a.facility_id = l.home_id AND a.starts_at <= l.at + interval '1 day'"
    "     AND (a.ends_at IS NULL OR a.ends_at > l.at - interval '1 day'))"
    # who lived in a home of theirs until a day ago, or comes there soon, is no stranger
    " AND NOT EXISTS (SELECT FROM facilities_placement s JOIN facilities_assignment a ON a.facility_id = s.facility_id"
    "   WHERE s.resident_id = l.resident_id AND a.person_id = l.person_id AND a.starts_at <= l.at"
    "     AND (a.ends_at IS NULL OR a.ends_at > l.at) AND s.status IN ('approved', 'active', 'ended')"
    "     AND (s.ends_at IS NULL OR s.ends_at > l.at - interval '1 day'))",
    least="count(*) >= %(times)s",
)


def why_elsewhere(who: str, facts: Mapping[str, Any]) -> str:
    """Return the sentence of somebody of another home."""
    del facts
    return (
        f"{who} opened, or tried to open, the record of a young person who lives in a home where they do not work."
        " Ask how they knew the address of the record, and what they wanted."
    )


NAMESAKE = _of_young(
    f"{OPENED} AND EXISTS (SELECT FROM residents_identity i WHERE i.resident_id = l.resident_id"
    "   AND length(substring(btrim(i.legal_name) FROM '[^ ]+$')) >= %(letters)s"
    "   AND lower(substring(btrim(i.legal_name) FROM '[^ ]+$')) = lower(substring(btrim(l.person_name) FROM '[^ ]+$')))"
)


def why_namesake(who: str, facts: Mapping[str, Any]) -> str:
    """Return the sentence of somebody with the same family name."""
    del facts
    return (
        f"{who} opened the record of a young person who has the same family name. They may be related, or not at all."
        " Ask. A relative is barred from the record, to protect both."
    )


# When the record was theirs no longer: their caseload or place on the team had ended, or the young person had left their home.
ENDED = """(
    SELECT max(e.ends_at) FROM (
      SELECT n.ends_at FROM residents_caseload n JOIN residents_case c ON c.id = n.case_id
      WHERE c.resident_id = l.resident_id AND n.caseworker_id = l.person_id
      UNION ALL
      SELECT n.ends_at FROM residents_teammember n JOIN residents_case c ON c.id = n.case_id
      WHERE c.resident_id = l.resident_id AND n.person_id = l.person_id
      UNION ALL
      SELECT least(s.ends_at, a.ends_at) FROM facilities_placement s JOIN facilities_assignment a ON a.facility_id = s.facility_id
      WHERE s.resident_id = l.resident_id AND a.person_id = l.person_id AND s.status IN ('active', 'ended')
        AND a.role IN ('staff', 'admin') AND a.starts_at < coalesce(s.ends_at, l.at)
        AND (a.ends_at IS NULL OR a.ends_at > s.starts_at)
    ) e
    HAVING bool_and(e.ends_at IS NOT NULL))"""
AFTERWARDS = _of_young(
    f"l.outcome IN ('shown', 'exported', 'refused') AND l.role IN ('caseworker', 'clinician', 'staff', 'admin')"
    f" AND NOT {GIVEN} AND {ENDED} BETWEEN l.at - make_interval(days => %(days)s) AND l.at - make_interval(hours => %(hours)s)",
    least="count(*) >= %(times)s",
)


def why_afterwards(who: str, facts: Mapping[str, Any]) -> str:
    """Return the sentence of somebody whose work with the young person was over."""
    del facts
    return (
        f"{who} opened this record, or tried to, after their work with this young person had ended."
        " Sometimes something is left to hand over. Ask what it was, and who can do it now."
    )


RULES = (
    FlagRule(
        "read_without_work",
        "A record read without work in it",
        "Somebody opened several pages of a record, was not on duty, and neither wrote nor changed anything in it before or after.",
        "Reading on a shift or within twelve hours of it; a case or a place on the team that is new; a record that was given for a"
        " time; a caseworker, clinician or member of staff who writes in it now and then.",
        Flag.Scope.YOUNG,
        WITHOUT_WORK,
        why_without_work,
        (
            Parameter("pages", "Different pages on one day", 3, 2, 20),
            Parameter("days", "Days before and after without work in the record", 30, 3, 90),
        ),
    ),
    FlagRule(
        "read_at_night",
        "A record read at night",
        "Somebody who was not on duty opened a record at night, as the night is where the young person lives.",
        "Reading on a shift or within an hour of it; after an incident of this young person in the 24 hours before; a record that"
        " was given for a time.",
        Flag.Scope.YOUNG,
        AT_NIGHT,
        why_at_night,
        (
            Parameter("pages", "Pages in one night", 2, 1, 20),
            Parameter("from_hour", "Hour in which the night begins", 23, 20, 23),
            Parameter("to_hour", "Hour in which it ends", 5, 3, 7),
        ),
    ),
    FlagRule(
        "read_elsewhere",
        "A record of another home",
        "Somebody who works in a home opened, or tried to open, the record of a young person who lives in another one.",
        "Somebody who has worked there until the day before, or begins the day after; a young person who moves; a record that was"
        " given for a time.",
        Flag.Scope.YOUNG,
        ELSEWHERE,
        why_elsewhere,
        (Parameter("times", "Times on one day", 2, 1, 20),),
    ),
    FlagRule(
        "read_namesake",
        "A record of a namesake",
        "Somebody opened the record of a young person who has the same family name as they have.",
        "The same first name; short family names; the same two people again within 90 days.",
        Flag.Scope.YOUNG,
        NAMESAKE,
        why_namesake,
        (Parameter("letters", "Letters from which a family name counts", 4, 2, 12),),
        quiet=90,
    ),
    FlagRule(
        "read_afterwards",
        "A record read after the work had ended",
        "Somebody opened, or tried to open, a record after their caseload or their place on the team had ended, or after the young"
        " person had left their home.",
        "The hours of the hand-over; a case that was given to them again; a record that was given for a time.",
        Flag.Scope.YOUNG,
        AFTERWARDS,
        why_afterwards,
        (
            Parameter("times", "Times on one day", 2, 1, 20),
            Parameter("hours", "Hours of the hand-over", 24, 4, 120),  # less than the fewest days
            Parameter("days", "Days after which it no longer counts", 90, 7, 365),
        ),
    ),
)
