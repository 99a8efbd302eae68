"""Enough adults for the young people who are there, over time."""

from dataclasses import dataclass
from datetime import time
from typing import Any, ClassVar

from compliance.kinds.parameters import Facts, Tighter, facts, parameter, plain
from compliance.reading import clock, one_of, whole

YOUNG, AWAKE, ASLEEP = "home.young_present", "home.adults_awake", "home.adults_asleep"
SQL = f"""
counted AS (
    SELECT f.scope, f.name, f.facility_id, f.at, coalesce(f.until, 'infinity') AS until, f.value
    FROM fact f WHERE f.name IN ('{YOUNG}', '{AWAKE}', '{ASLEEP}')
),
site AS (
    SELECT r.*, r.moment - make_interval(days => 1) AS begin, h.facility_id, h.zone
    FROM rule r JOIN home h ON h.scope = r.scope
    WHERE (r.homes IS NULL OR h.jurisdiction = ANY(r.homes))
        AND EXISTS (SELECT FROM counted c WHERE c.scope = h.scope AND c.facility_id = h.facility_id)
),
point AS (
    SELECT s.rule, s.scope, s.facility_id, greatest(c.at, s.begin) AS at
    FROM site s JOIN counted c ON c.scope = s.scope AND c.facility_id = s.facility_id
    WHERE c.at < s.moment AND c.until > s.begin
    UNION
    SELECT s.rule, s.scope, s.facility_id, c.until
    FROM site s JOIN counted c ON c.scope = s.scope AND c.facility_id = s.facility_id
    WHERE c.until > s.begin AND c.until < s.moment
    UNION
    SELECT s.rule, s.scope, s.facility_id, t.at
    FROM site s
    CROSS JOIN generate_series(-1, 2) d(number)
    CROSS JOIN LATERAL (VALUES (s.starts), (s.ends)) v (clock)
    CROSS JOIN LATERAL (SELECT ((s.begin AT TIME ZONE s.zone)::date + d.number + v.clock) AT TIME ZONE s.zone AS at) t
    WHERE t.at > s.begin AND t.at < s.moment
),
piece AS (
    SELECT p.*, lead(p.at) OVER (PARTITION BY p.rule, p.scope, p.facility_id ORDER BY p.at) AS until FROM point p
),
valued AS (
    SELECT p.rule, p.scope, p.facility_id, p.at, p.until,
        sum(c.value) FILTER (WHERE c.name = '{YOUNG}') AS young,
        coalesce(sum(c.value) FILTER (WHERE c.name = '{AWAKE}'), 0) AS awake,
        coalesce(sum(c.value) FILTER (WHERE c.name = '{ASLEEP}'), 0) AS asleep
    FROM piece p JOIN counted c ON c.scope = p.scope AND c.facility_id = p.facility_id AND c.at <= p.at AND c.until > p.at
    GROUP BY p.rule, p.scope, p.facility_id, p.at, p.until
),
held AS (
    SELECT v.rule, v.scope, v.facility_id, v.at, array_agg(DISTINCT f.name) AS names
    FROM valued v
    JOIN fact f ON f.scope = v.scope AND f.key = v.facility_id AND f.at <= v.at AND (f.until IS NULL OR f.until > v.at)
    WHERE f.name IN (SELECT unnest(r."when" || r.unless) FROM rule r)
    GROUP BY v.rule, v.scope, v.facility_id, v.at
),
judged AS (
    SELECT s.*, v.at, v.until, v.young, v.awake, v.asleep,
        v.young <= s.staff_awake * v.awake + s.staff_asleep * v.asleep
            AND v.awake + (CASE WHEN s.staff_asleep > 0 THEN v.asleep ELSE 0 END) >= s.least AS met
    FROM valued v
    JOIN site s ON s.rule = v.rule AND s.scope = v.scope AND s.facility_id = v.facility_id
    LEFT JOIN held h ON h.rule = v.rule AND h.scope = v.scope AND h.facility_id = v.facility_id AND h.at = v.at
    CROSS JOIN LATERAL (SELECT v.at AT TIME ZONE s.zone AS local) t
    WHERE v.young >= greatest(s.min, 1) AND (s.max IS NULL OR v.young <= s.max)
        AND t.local::date BETWEEN s.valid_from AND coalesce(s.valid_to, 'infinity')
        AND s."when" <@ coalesce(h.names, '{{}}') AND NOT s.unless && coalesce(h.names, '{{}}')
        AND (s.starts IS NULL
            OR s.starts < s.ends AND t.local::time >= s.starts AND t.local::time < s.ends
            OR s.starts > s.ends AND (t.local::time >= s.starts OR t.local::time < s.ends))
        AND CASE s.sleeping WHEN 'nobody' THEN v.asleep = 0 WHEN 'somebody' THEN v.asleep > 0 ELSE true END
),
newest AS (SELECT rule, scope, facility_id, max(at) AS at FROM judged GROUP BY rule, scope, facility_id)
SELECT j.rule, j.scope, j.facility_id, j.facility_id AS subject, j.met, j.at AS since, NULL::timestamptz AS due,
    jsonb_build_object('until', j.until, 'young', j.young, 'awake', j.awake, 'asleep', j.asleep) AS evidence
FROM judged j JOIN newest l ON l.rule = j.rule AND l.scope = j.scope AND l.facility_id = j.facility_id
WHERE NOT j.met OR j.at = l.at
"""


@dataclass(frozen=True)
class MinRatio:
    """One awake adult for each ``children`` young people or part of them, over the last 24 hours, in pieces.

    ``asleep``: one sleeping adult is enough for so many; without it a sleeping adult does not count. ``least``: so many adults
    whatever the number. ``starts`` and ``ends``: the clock between which it holds. ``min``, ``max``: the number of young people
    for which it holds. ``sleeping``: only while ``somebody`` or ``nobody`` of the adults sleeps.
    """

    name: ClassVar[str] = "min_ratio"
    sql: ClassVar[str] = SQL
    columns: ClassVar[dict[str, str]] = {
        "staff_awake": "int",
        "staff_asleep": "int",
        "least": "int",
        "starts": "time",
        "ends": "time",
        "min": "int",
        "max": "int",
        "sleeping": "text",
    }
    children: int = parameter(whole, Tighter.LESS)
    asleep: int | None = parameter(whole, Tighter.LESS_OR_NONE, None)
    least: int = parameter(whole, Tighter.MORE, 1)
    starts: time | None = parameter(clock, Tighter.NEVER, None)
    ends: time | None = parameter(clock, Tighter.NEVER, None)
    min: int = parameter(whole, Tighter.LESS, 1)
    max: int | None = parameter(whole, Tighter.MORE_OR_NONE, None)
    sleeping: str = parameter(one_of("anybody", "somebody", "nobody"), Tighter.NEVER, "anybody")
    when: Facts = facts(Tighter.REMOVED, ())
    unless: Facts = facts(Tighter.REMOVED, ())

    def complaint(self) -> str:
        """Return what does not fit together, in words; empty when all is well."""
        if (self.starts is None) != (self.ends is None) or (self.starts is not None and self.starts == self.ends):
            return "“starts” and “ends” go together, and differ"
        return "" if self.children else "“children” must be more than nothing"

    def row(self) -> dict[str, Any]:
        """Return the parameters of the statement."""
        return {
            "staff_awake": self.children,
            "staff_asleep": self.asleep or 0,
            "least": self.least,
            "starts": plain(self.starts),
            "ends": plain(self.ends),
            "min": self.min,
            "max": self.max,
            "sleeping": self.sleeping,
        }
