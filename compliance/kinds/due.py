"""Something happened, or will: another thing must be there by a time. Deadlines, records and notices share one statement."""

from dataclasses import dataclass
from datetime import time
from typing import Any, ClassVar

from compliance.durations import Duration
from compliance.facts.fact import OVER_WITH_IT
from compliance.kinds.parameters import (
    NEXT_BUSINESS_DAY,
    Facts,
    Tighter,
    facts,
    parameter,
    plain,
    read_within,
    step,
)
from compliance.kinds.statement import EVIDENCE, GOES_ON, added, finished, judged
from compliance.reading import clock, length, one_of, several, whole

COUNTS = ("clock", "calendar_days", "business_days")
COLUMNS = {
    "event": "text[]",
    "months": "int",
    "days": "int",
    "seconds": "int",
    "count": "text",
    "before": "boolean",
    "by_clock": "time",
    "any_time": "boolean",
}
# The n-th business day after the day of the event, or before it.
_BUSINESS_DAY = """(
    SELECT g.day::date FROM generate_series(1, j.days * 2 + 14) i(number)
    CROSS JOIN LATERAL (SELECT (j.at AT TIME ZONE j.zone)::date + (CASE WHEN j.before THEN -1 ELSE 1 END) * i.number::int AS day) g
    WHERE extract(isodow FROM g.day) < 6
        AND (g.day = ANY(c.days)) IS NOT TRUE
    ORDER BY i.number OFFSET greatest(j.days, 1) - 1 LIMIT 1
)"""
_LAST_DAY = f"""CASE j.count WHEN 'clock' THEN NULL WHEN 'business_days' THEN {_BUSINESS_DAY}
    ELSE ((j.at AT TIME ZONE j.zone)
        + (CASE WHEN j.before THEN -1 ELSE 1 END) * make_interval(months => j.months, days => j.days))::date END"""
_GONE = f"""j.until <= j.moment AND j.until < j.due AND NOT j.before AND d.items IS DISTINCT FROM cardinality(j.done)
    AND j.of_name IN ({", ".join(f"'{name}'" for name in OVER_WITH_IT)})"""
_SIGN = "(CASE WHEN j.before THEN -1 ELSE 1 END)"
_DUE = f"""CASE
    WHEN j.months IS NULL THEN j.until
    WHEN j.count = 'clock' THEN {added("j.at", f"{_SIGN} * j.months", f"{_SIGN} * j.days", f"{_SIGN} * j.seconds")}
    WHEN j.by_clock IS NOT NULL THEN (j.last_day + j.by_clock) AT TIME ZONE j.zone
    ELSE (j.last_day + 1)::timestamp AT TIME ZONE j.zone END"""
# Also from before the agency's first day: what has no time set, and what must be on record of a home or of who works there.
STANDING = f"{GOES_ON} AND (r.months IS NULL OR r.any_time AND f.resident_id IS NULL)"
SQL = f"""
{judged("event", at="f.at", during=False, standing=STANDING)},
{finished("min", "j.any_time")},
closed AS (SELECT calendar, array_agg(day) AS days FROM holiday GROUP BY calendar),
dated AS MATERIALIZED (
    SELECT j.*, {_LAST_DAY} AS last_day FROM judged j LEFT JOIN closed c ON c.calendar = j.calendar
    WHERE NOT j.excused AND (j.before OR j.at <= j.moment)
),
timed AS MATERIALIZED (SELECT j.*, {_DUE} AS due FROM dated j)
SELECT j.rule, j.scope, j.facility_id, j.subject,
    CASE
        WHEN d.items = cardinality(j.done) AND (NOT j.before OR d.at <= j.due) THEN true
        WHEN j.due <= j.moment THEN false
    END AS met,
    CASE
        WHEN d.items = cardinality(j.done) AND (NOT j.before OR d.at <= j.due) THEN d.at
        WHEN j.due <= j.moment THEN j.due ELSE least(j.at, j.moment)
    END AS since,
    j.due,
    {EVIDENCE} || jsonb_build_object('late', coalesce(d.at > j.due AND d.items = cardinality(j.done), false)) AS evidence
FROM timed j LEFT JOIN finished d ON d.n = j.n
WHERE ({_GONE}) IS NOT TRUE
"""


def _row(check: Any, within: Duration | None, *, before: bool, any_time: bool) -> dict[str, Any]:
    business = within is not None and within.text == NEXT_BUSINESS_DAY
    return {
        "event": list(check.event),
        **step(within),
        "count": "business_days" if business else check.count,
        "before": before,
        "by_clock": plain(check.by_clock),
        "any_time": any_time,
    }


def _complaint(check: Any, within: Duration | None) -> str:
    if bool(check.done) == bool(check.proof):
        return "a check says either what must be “done” or what “proof” is asked for"
    if check.count != "clock" and (within is None or within.seconds):
        return f"{check.count} are counted in days, not in hours"
    if check.count == "business_days" and (within is None or within.months or not within.days):
        return "business_days are counted in days: P5D"
    business = within is not None and within.text == NEXT_BUSINESS_DAY
    if check.by_clock is not None and check.count == "clock" and not business:
        return "“by_clock” needs “count” in days"
    return ""


@dataclass(frozen=True)
class DeadlineAfterEvent:
    """Within a time after an event, something is done.

    ``within`` is a duration or ``next_business_day``. ``count``: ``clock`` (default, to the same time of the day),
    ``calendar_days`` (to the end of the day) or ``business_days``; ``by_clock``: by this time of the last day. What is ``done``
    is a fact; ``proof`` says in words what must be filed, each item for itself. Done late, it is met from then on, and late.
    Where a stay, somebody's work, an order or a licence began it (``facts.fact.OVER_WITH_IT``) and is over before the time is, it
    is no longer asked.
    """

    name: ClassVar[str] = "deadline_after_event"
    sql: ClassVar[str] = SQL
    columns: ClassVar[dict[str, str]] = COLUMNS
    event: Facts = facts(Tighter.NEVER)
    within: Duration = parameter(read_within, Tighter.LESS)
    done: Facts = facts(Tighter.ADDED, ())
    proof: tuple[str, ...] = parameter(several, Tighter.ADDED, ())
    count: str = parameter(one_of(*COUNTS), Tighter.NEVER, "clock")
    by_clock: time | None = parameter(clock, Tighter.LESS, None)
    when: Facts = facts(Tighter.REMOVED, ())
    unless: Facts = facts(Tighter.REMOVED, ())
    age_from: int | None = parameter(whole, Tighter.LESS_OR_NONE, None)
    age_to: int | None = parameter(whole, Tighter.MORE_OR_NONE, None)

    def complaint(self) -> str:
        """Return what does not fit together, in words; empty when all is well."""
        return _complaint(self, self.within)

    def row(self) -> dict[str, Any]:
        """Return the parameters of the statement."""
        return _row(self, self.within, before=False, any_time=False)


@dataclass(frozen=True)
class RequiredRecord:
    """Something must be on record for each event, made before it or after it.

    Without ``within`` the text sets no time: it is open while what the event began goes on, and not met when that has ended.
    """

    name: ClassVar[str] = "required_record"
    sql: ClassVar[str] = SQL
    columns: ClassVar[dict[str, str]] = COLUMNS
    event: Facts = facts(Tighter.NEVER)
    done: Facts = facts(Tighter.ADDED, ())
    proof: tuple[str, ...] = parameter(several, Tighter.ADDED, ())
    within: Duration | None = parameter(read_within, Tighter.LESS, None)
    count: str = parameter(one_of(*COUNTS), Tighter.NEVER, "clock")
    by_clock: time | None = parameter(clock, Tighter.LESS, None)
    when: Facts = facts(Tighter.REMOVED, ())
    unless: Facts = facts(Tighter.REMOVED, ())
    age_from: int | None = parameter(whole, Tighter.LESS_OR_NONE, None)
    age_to: int | None = parameter(whole, Tighter.MORE_OR_NONE, None)

    def complaint(self) -> str:
        """Return what does not fit together, in words; empty when all is well."""
        return _complaint(self, self.within)

    def row(self) -> dict[str, Any]:
        """Return the parameters of the statement."""
        return _row(self, self.within, before=False, any_time=True)


@dataclass(frozen=True)
class Notice:
    """Somebody is told: at least ``lead`` before the event, or ``within`` a time after it; with neither, by the event itself.

    A notice that had to come before the event and came later stays not met: it can't be put right.
    """

    name: ClassVar[str] = "notice"
    sql: ClassVar[str] = SQL
    columns: ClassVar[dict[str, str]] = COLUMNS
    event: Facts = facts(Tighter.NEVER)
    done: Facts = facts(Tighter.ADDED, ())
    proof: tuple[str, ...] = parameter(several, Tighter.ADDED, ())
    lead: Duration | None = parameter(length, Tighter.MORE, None)
    within: Duration | None = parameter(read_within, Tighter.LESS_OR_NONE, None)
    count: str = parameter(one_of(*COUNTS), Tighter.NEVER, "clock")
    by_clock: time | None = parameter(clock, Tighter.LESS, None)
    when: Facts = facts(Tighter.REMOVED, ())
    unless: Facts = facts(Tighter.REMOVED, ())
    age_from: int | None = parameter(whole, Tighter.LESS_OR_NONE, None)
    age_to: int | None = parameter(whole, Tighter.MORE_OR_NONE, None)

    @property
    def time(self) -> Duration:
        """Return the time before or after the event."""
        return self.lead or self.within or Duration("PT0S", 0, 0, 0)

    def complaint(self) -> str:
        """Return what does not fit together, in words; empty when all is well."""
        if self.lead is not None and self.within is not None:
            return "a notice has a “lead” before the event or a time “within” after it, not both"
        return _complaint(self, self.time)

    def row(self) -> dict[str, Any]:
        """Return the parameters of the statement."""
        return _row(self, self.time, before=self.within is None, any_time=True)
