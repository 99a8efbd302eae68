"""A record is kept for a time: it was not erased before."""

from dataclasses import dataclass
from typing import Any, ClassVar

from compliance.durations import Duration
from compliance.kinds.parameters import Facts, Tighter, facts, parameter, step
from compliance.kinds.statement import ALONE, judged
from compliance.reading import length, whole

# The same arithmetic as the one that lets a record go. A day is over when it is over everywhere on earth.
SQL = f"""
{judged("of", at="f.until", during=False, standing="true")},
timed AS (SELECT j.*,
    (retention_free_on((j.at AT TIME ZONE j.zone)::date, j.months, j.days)::timestamp AT TIME ZONE 'Etc/GMT+12') AS due
    FROM judged j WHERE NOT j.excused AND j.until <= j.moment)
SELECT j.rule, j.scope, j.facility_id, j.subject,
    j.until >= j.due AND (j.until_age IS NULL OR j.value >= j.until_age) AS met,
    j.until AS since, j.due, {ALONE} || jsonb_build_object('value', j.value) AS evidence
FROM timed j
"""


@dataclass(frozen=True)
class Retention:
    """A record ``of`` something is kept for the time ``keep`` from when it was finished, and ``until_age`` of whom it is about.

    The database itself lets none go before (``retention_obstacle``), so that what this finds was done behind its back.
    """

    name: ClassVar[str] = "retention"
    sql: ClassVar[str] = SQL
    columns: ClassVar[dict[str, str]] = {"of": "text[]", "months": "int", "days": "int", "until_age": "int"}
    of: Facts = facts(Tighter.NEVER)
    keep: Duration = parameter(length, Tighter.MORE)
    until_age: int | None = parameter(whole, Tighter.MORE, None)
    when: Facts = facts(Tighter.REMOVED, ())
    unless: Facts = facts(Tighter.REMOVED, ())

    def complaint(self) -> str:
        """Return what does not fit together, in words; empty when all is well."""
        return "a record is kept for days, months or years, not for hours" if self.keep.seconds else ""

    def row(self) -> dict[str, Any]:
        """Return the parameters of the statement."""
        kept = step(self.keep)
        return {"of": list(self.of), "months": kept["months"], "days": kept["days"], "until_age": self.until_age}
