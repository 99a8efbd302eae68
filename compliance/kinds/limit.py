"""A number, or how long something goes on, stays within bounds."""

from dataclasses import dataclass
from typing import Any, ClassVar

from compliance.durations import Duration
from compliance.kinds.parameters import Facts, Tighter, facts, parameter, read_bound, step
from compliance.kinds.statement import ALONE, added, judged
from compliance.reading import whole

SQL = f"""
{judged("of", at="r.moment", during=True)},
timed AS (SELECT j.*, CASE WHEN j.months IS NOT NULL THEN {added("j.at", "j.months", "j.days", "j.seconds")} END AS due
    FROM judged j WHERE NOT j.excused)
SELECT j.rule, j.scope, j.facility_id, j.subject,
    CASE WHEN j.months IS NOT NULL THEN j.due > j.moment
        ELSE coalesce(j.value <= j.most, true) AND coalesce(j.value >= j.least, true) END AS met,
    CASE WHEN j.due <= j.moment THEN j.due ELSE j.at END AS since, j.due,
    {ALONE} || jsonb_build_object('value', j.value) AS evidence
FROM timed j
"""


@dataclass(frozen=True)
class Limit:
    """``of`` has at most ``max`` and at least ``min``: numbers for what is counted, a duration for how long it may go on."""

    name: ClassVar[str] = "limit"
    sql: ClassVar[str] = SQL
    columns: ClassVar[dict[str, str]] = {
        "of": "text[]",
        "most": "numeric",
        "least": "numeric",
        "months": "int",
        "days": "int",
        "seconds": "int",
    }
    of: Facts = facts(Tighter.NEVER)
    max: Duration | int | None = parameter(read_bound, Tighter.LESS, None)
    min: int | None = parameter(whole, Tighter.MORE, None)
    when: Facts = facts(Tighter.REMOVED, ())
    unless: Facts = facts(Tighter.REMOVED, ())
    age_from: int | None = parameter(whole, Tighter.LESS_OR_NONE, None)
    age_to: int | None = parameter(whole, Tighter.MORE_OR_NONE, None)

    def complaint(self) -> str:
        """Return what does not fit together, in words; empty when all is well."""
        if self.max is None and self.min is None:
            return "a limit says “max” or “min”"
        return "a longest time and a “min” don't go together" if isinstance(self.max, Duration) and self.min else ""

    def row(self) -> dict[str, Any]:
        """Return the parameters of the statement."""
        longest = self.max if isinstance(self.max, Duration) else None
        return {
            "of": list(self.of),
            "most": None if longest else self.max,
            "least": self.min,
            **step(longest),
        }
