"""Something must not be, unless something that the rule names excuses it."""

from dataclasses import dataclass
from typing import Any, ClassVar

from compliance.kinds.parameters import Facts, Tighter, facts, parameter
from compliance.kinds.statement import ALONE, GOES_ON, judged
from compliance.reading import whole

SQL = f"""
{judged("what", at="f.at", during=False, standing=GOES_ON)}
SELECT j.rule, j.scope, j.facility_id, j.subject,
    j.excused OR coalesce(j.until <= j.moment, false) AS met,
    CASE WHEN NOT j.excused AND j.until <= j.moment THEN j.until ELSE j.at END AS since,
    NULL::timestamptz AS due, {ALONE} || jsonb_build_object('excused', j.excused) AS evidence
FROM judged j WHERE j.at <= j.moment
"""


@dataclass(frozen=True)
class Prohibited:
    """Each ``what`` is a breach from its time until it ends, unless one of ``unless`` held then.

    What happens in a moment has no end: its finding is closed by corrective action.
    """

    name: ClassVar[str] = "prohibited"
    sql: ClassVar[str] = SQL
    columns: ClassVar[dict[str, str]] = {"what": "text[]"}
    what: Facts = facts(Tighter.ADDED)
    when: Facts = facts(Tighter.REMOVED, ())
    unless: Facts = facts(Tighter.REMOVED, ())
    age_from: int | None = parameter(whole, Tighter.LESS_OR_NONE, None)
    age_to: int | None = parameter(whole, Tighter.MORE_OR_NONE, None)

    def row(self) -> dict[str, Any]:
        """Return the parameters of the statement."""
        return {"what": list(self.what)}
