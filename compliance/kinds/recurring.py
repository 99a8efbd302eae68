"""Something is done again and again while something goes on."""

from dataclasses import dataclass
from typing import Any, ClassVar

from compliance.durations import Duration
from compliance.kinds.parameters import Facts, Tighter, facts, parameter, step
from compliance.kinds.statement import EVIDENCE, added, finished, judged
from compliance.reading import length, several, whole

SQL = f"""
{judged("of", at="r.moment", during=True)},
{finished("max", "true")},
timed AS (
    SELECT j.*, d.evidence, d.items = cardinality(j.done) AS begun, d.at AS last,
        CASE WHEN d.items = cardinality(j.done) THEN greatest(d.at, j.at) ELSE j.at END AS runs_from,
        CASE WHEN d.items = cardinality(j.done)
            THEN {added("greatest(d.at, j.at)", "j.months", "j.days", "j.seconds")}
            ELSE {added("j.at", "j.first_months", "j.first_days", "j.first_seconds")} END AS due
    FROM judged j LEFT JOIN finished d ON d.n = j.n WHERE NOT j.excused
)
SELECT j.rule, j.scope, j.facility_id, j.subject,
    CASE WHEN j.due <= j.moment THEN false WHEN j.begun THEN true END AS met,
    CASE WHEN j.due <= j.moment THEN j.due WHEN j.begun THEN j.last ELSE j.at END AS since,
    j.due, {EVIDENCE.replace("d.evidence", "j.evidence")} || jsonb_build_object('runs_from', j.runs_from) AS evidence
FROM timed j
"""


@dataclass(frozen=True)
class Recurring:
    """While ``of`` goes on, something is done ``every`` so often, for the ``first`` time within another time where it is given.

    ``done`` are facts, ``proof`` says in words what is filed each time. The clock starts when ``of`` begins.
    """

    name: ClassVar[str] = "recurring"
    sql: ClassVar[str] = SQL
    columns: ClassVar[dict[str, str]] = {
        "of": "text[]",
        "months": "int",
        "days": "int",
        "seconds": "int",
        "first_months": "int",
        "first_days": "int",
        "first_seconds": "int",
    }
    of: Facts = facts(Tighter.NEVER)
    every: Duration = parameter(length, Tighter.LESS)
    first: Duration | None = parameter(length, Tighter.LESS, None)
    done: Facts = facts(Tighter.ADDED, ())
    proof: tuple[str, ...] = parameter(several, Tighter.ADDED, ())
    when: Facts = facts(Tighter.REMOVED, ())
    unless: Facts = facts(Tighter.REMOVED, ())
    age_from: int | None = parameter(whole, Tighter.LESS_OR_NONE, None)
    age_to: int | None = parameter(whole, Tighter.MORE_OR_NONE, None)

    def complaint(self) -> str:
        """Return what does not fit together, in words; empty when all is well."""
        if bool(self.done) == bool(self.proof):
            return "a check says either what must be “done” or what “proof” is asked for"
        return "" if self.every.longest else "“every” must be longer than nothing"

    def row(self) -> dict[str, Any]:
        """Return the parameters of the statement."""
        first = {f"first_{part}": number for part, number in step(self.first or self.every).items()}
        return {"of": list(self.of), **step(self.every), **first}
