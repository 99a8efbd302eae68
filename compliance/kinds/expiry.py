"""Something must be held, and be in force, while something goes on: a licence, a clearance, a consent."""

from dataclasses import dataclass
from typing import Any, ClassVar

from compliance.durations import Duration
from compliance.kinds.parameters import Facts, Tighter, facts, parameter, step
from compliance.kinds.statement import ALONE, added, judged
from compliance.reading import length, whole

_ENDS = f"""least(coalesce(f.until, 'infinity'),
    CASE WHEN j.months IS NULL THEN 'infinity' ELSE {added("f.at", "j.months", "j.days", "j.seconds")} END)"""
SQL = f"""
{judged("of", at="r.moment", during=True)},
paper AS (
    SELECT j.n, f.at, {_ENDS} AS ends
    FROM judged j JOIN probe p ON p.n = j.n
    JOIN fact f ON f.scope = p.scope AND f.key = p.key AND f.at <= j.moment
    WHERE f.name = ANY(j.holds_one)
),
newest AS (SELECT n, max(ends) AS ends, max(at) AS at FROM paper GROUP BY n)
SELECT j.rule, j.scope, j.facility_id, j.subject,
    coalesce(d.ends > j.moment, false) AS met,
    CASE WHEN d.ends > j.moment THEN d.at ELSE greatest(j.at, d.ends) END AS since,
    nullif(d.ends, 'infinity') AS due, {ALONE} AS evidence
FROM judged j LEFT JOIN newest d ON d.n = j.n WHERE NOT j.excused
"""


@dataclass(frozen=True)
class Expiry:
    """While ``of`` goes on, one of ``holds_one`` is in force; ``within``: it lapses this long after its first day at the latest."""

    name: ClassVar[str] = "expiry"
    sql: ClassVar[str] = SQL
    columns: ClassVar[dict[str, str]] = {
        "of": "text[]",
        "holds_one": "text[]",
        "months": "int",
        "days": "int",
        "seconds": "int",
    }
    of: Facts = facts(Tighter.NEVER)
    holds_one: Facts = facts(Tighter.REMOVED)
    within: Duration | None = parameter(length, Tighter.LESS, None)
    when: Facts = facts(Tighter.REMOVED, ())
    unless: Facts = facts(Tighter.REMOVED, ())
    age_from: int | None = parameter(whole, Tighter.LESS_OR_NONE, None)
    age_to: int | None = parameter(whole, Tighter.MORE_OR_NONE, None)

    def row(self) -> dict[str, Any]:
        """Return the parameters of the statement."""
        return {"of": list(self.of), "holds_one": list(self.holds_one), **step(self.within)}
