"""A criterion that a stay fulfils while it goes on; the matching page asks it before."""

from dataclasses import dataclass
from typing import Any, ClassVar

from compliance.kinds.parameters import Facts, Tighter, facts, parameter
from compliance.kinds.statement import ALONE, judged
from compliance.reading import whole

SQL = f"""
{judged("of", at="r.moment", during=True)},
needed AS (
    SELECT j.n, array_agg(DISTINCT f.name) AS names
    FROM judged j JOIN probe p ON p.n = j.n
    JOIN fact f ON f.scope = p.scope AND f.key = p.key AND f.at <= j.moment AND (f.until IS NULL OR f.until > j.moment)
    WHERE f.name = ANY(j.needs) OR f.name = ANY(j.never)
    GROUP BY j.n
)
SELECT j.rule, j.scope, j.facility_id, j.subject,
    j.needs <@ coalesce(d.names, '{{}}') AND NOT j.never && coalesce(d.names, '{{}}') AS met,
    j.at AS since, NULL::timestamptz AS due, {ALONE} || jsonb_build_object('holds', d.names) AS evidence
FROM judged j LEFT JOIN needed d ON d.n = j.n WHERE NOT j.excused
"""


@dataclass(frozen=True)
class Placement:
    """While a stay (``of``) goes on, all of ``needs`` hold of it, its young person or its home, and none of ``never``."""

    name: ClassVar[str] = "placement"
    sql: ClassVar[str] = SQL
    columns: ClassVar[dict[str, str]] = {"of": "text[]", "needs": "text[]", "never": "text[]"}
    of: Facts = facts(Tighter.NEVER)
    needs: Facts = facts(Tighter.ADDED, ())
    never: Facts = facts(Tighter.ADDED, ())
    when: Facts = facts(Tighter.REMOVED, ())
    unless: Facts = facts(Tighter.REMOVED, ())
    age_from: int | None = parameter(whole, Tighter.LESS_OR_NONE, None)
    age_to: int | None = parameter(whole, Tighter.MORE_OR_NONE, None)

    def complaint(self) -> str:
        """Return what does not fit together, in words; empty when all is well."""
        return "" if self.needs or self.never else "a criterion says what it “needs” or what is “never” there"

    def row(self) -> dict[str, Any]:
        """Return the parameters of the statement."""
        return {"of": list(self.of), "needs": list(self.needs), "never": list(self.never)}
