"""How the rules stand at the homes of the reader: not met, not yet known, or met. A fixed number of queries.

A rule counts once for each home to which it applies and of which something was asked or found before. It is **not met** while a
finding of it is open, or while what it asked for is overdue; **not yet known** while it asks for something that nobody has shown
yet and whose time still runs, or that has no time set; **met** when everything that it asked for in the last 13 months was shown,
or when it says how things must be and nothing in the records is against it. A rule that asked for nothing is not counted there.

All of it is counted from the findings and obligations that the database shows to the reader, so a number never tells of a row
that they may not open. Rules whose rows are open to nobody in the reader's role are left out, and so is advice.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Case, F, Q, QuerySet, SmallIntegerField, Value, When
from django.utils import timezone

from compliance.codes import hides_since, reads_by_code
from compliance.merging import ASKING
from compliance.models import Finding, Obligation, RuleVersion
from compliance.queries.opened_to import parts_of
from compliance.queries.waivers import Waived, waived
from placement.access.models import Person
from placement.audit.clock import now

LOOKS_BACK = timedelta(days=396)  # 13 months
WATCHED = ("watch", "advice")  # of others, or without the force of law
WAIVED, NOT_MET, UNKNOWN, MET = -1, 0, 1, 2
STANDS = {"not-met": "Not met", "unknown": "Not yet known", "met": "Met"}
_NUMBERS = dict(zip(STANDS, (NOT_MET, UNKNOWN, MET), strict=True))


@dataclass(frozen=True)
class Home:
    """A home as it is counted here."""

    pk: UUID
    name: str
    jurisdiction: str
    zone: str


@dataclass
class Stands:
    """How many rules stand how, of one home, of one area, or in all. key: the home's id, or the area."""

    key: str
    words: str
    numbers: Counter[int] = field(default_factory=Counter)

    @property
    def not_met(self) -> int:
        """Return how many are not met."""
        return self.numbers[NOT_MET]

    @property
    def unknown(self) -> int:
        """Return of how many it is not yet known."""
        return self.numbers[UNKNOWN]

    @property
    def met(self) -> int:
        """Return how many are met."""
        return self.numbers[MET]


@dataclass(frozen=True)
class RuleStands:
    """One rule with the number of homes at which it stands how. at: of one home, since when it does, or when the next is due.

    waived: for which homes the authority lets it be left aside.
    """

    rule: RuleVersion
    numbers: Counter[int]
    at: datetime | None = None
    asks: bool = True
    waived: list[Waived] = field(default_factory=list)

    @property
    def not_met(self) -> int:
        """Return at how many homes it is not met."""
        return self.numbers[NOT_MET]

    @property
    def unknown(self) -> int:
        """Return of how many homes it is not yet known."""
        return self.numbers[UNKNOWN]

    @property
    def met(self) -> int:
        """Return at how many homes it is met."""
        return self.numbers[MET]


def by_area_and_home(
    findings: QuerySet[Finding], asked: QuerySet[Obligation], person: Person, homes: Iterable[Home], area: str = ""
) -> tuple[dict[str, Counter[int]], dict[UUID, Counter[int]]]:
    """Return how many rules stand how, by area and by home. Three queries.

    findings, asked: the rows that the reader may open, narrowed to ``homes`` and ``area``.
    """
    known = {home.pk: home for home in homes}
    statement, values = cells(findings, asked, waived(known), area)
    areas: dict[str, Counter[int]] = defaultdict(Counter)
    of_homes: dict[UUID, Counter[int]] = {pk: Counter() for pk in known}
    against_areas: Counter[str] = Counter()
    against_homes: Counter[UUID] = Counter()
    for home, of_area, asks, state, number in fetched(
        f"{statement} SELECT facility_id, area, asks, state, count(*) FROM cell"
        " GROUP BY GROUPING SETS ((facility_id, asks, state), (area, asks, state))",
        values,
    ):
        if home is None:
            areas[of_area][state] += number
            against_areas[of_area] += 0 if asks else number
        elif home in known:
            of_homes[home][state] += number
            against_homes[home] += 0 if asks else number
    standing = Counter((rule.jurisdiction, rule.area) for rule in in_force(person, area) if rule.kind not in ASKING)
    of_states = Counter(home.jurisdiction for home in known.values())
    for (jurisdiction, of_area), number in standing.items():
        areas[of_area][MET] += number * at_homes(jurisdiction, of_states)
    for home in known.values():
        holds = sum(number for (whose, _), number in standing.items() if applies(whose, home.jurisdiction))
        of_homes[home.pk][MET] += max(0, holds - against_homes[home.pk])
    for of_area, number in against_areas.items():
        areas[of_area][MET] = max(0, areas[of_area][MET] - number)
    return areas, of_homes


def by_rule(
    findings: QuerySet[Finding],
    asked: QuerySet[Obligation],
    person: Person,
    homes: Iterable[Home],
    *,
    area: str = "",
    state: str = "",
) -> list[RuleStands]:
    """Return how each rule stands at ``homes``, by area and title; only those that stand as ``state`` somewhere. Three queries."""
    homes = list(homes)
    of_states = Counter(home.jurisdiction for home in homes)
    given = waived([home.pk for home in homes])
    statement, values = cells(findings, asked, given, area)
    numbers: dict[str, Counter[int]] = defaultdict(Counter)
    times: dict[str, datetime | None] = {}
    for rule, stands, number, at in fetched(
        f"{statement} SELECT rule, state, count(*), min(at) FROM cell GROUP BY rule, state", values
    ):
        numbers[rule][stands] += number
        times[rule] = at
    found = []
    for rule in in_force(person, area, also=numbers):
        asks = rule.kind in ASKING
        if not asks:
            holds = at_homes(rule.jurisdiction, of_states)
            numbers[rule.rule][MET] = max(0, holds - numbers[rule.rule][NOT_MET] - numbers[rule.rule][WAIVED])
        if +numbers[rule.rule] and (not state or numbers[rule.rule][_NUMBERS[state]]):
            at = None if reads_by_code(person) and hides_since(rule) else times.get(rule.rule)
            waivers = [each for each in given if each.rule == rule.rule]
            found.append(RuleStands(rule, numbers[rule.rule], at, asks, waivers))
    return found


def cells(
    findings: QuerySet[Finding], asked: QuerySet[Obligation], waivers: list[Waived], area: str
) -> tuple[str, tuple[Any, ...]]:
    """Return SQL that begins a statement: ``cell`` has a row for each rule and home of which a row is open to the reader.

    One that ``waivers`` name stands as ``WAIVED``, whatever else is known of it.

    Its columns: facility_id, rule, area, asks (whether the rule asks for something after an event), state, at (since when it is
    not met; when it is due; or when it was last done).
    """
    moment = now()
    state = Case(
        When(met_at__isnull=False, then=Value(MET)),
        When(due_at__lte=moment, then=Value(NOT_MET)),
        When(begun=True, then=Value(MET)),
        default=Value(UNKNOWN),
        output_field=SmallIntegerField(),
    )
    at = Case(
        When(met_at__isnull=False, then=F("met_at")),
        When(begun=True, due_at__gt=moment, then=F("event_at")),
        default=F("due_at"),
    )
    open_ = findings.filter(closed_at__isnull=True).order_by()
    of_law = asked.filter(Q(met_at__isnull=True) | Q(met_at__gt=moment - LOOKS_BACK), ended_at__isnull=True)
    rows = open_.values_list("facility_id", "rule_id", Value(NOT_MET, SmallIntegerField()), "since").union(
        of_law.exclude(severity__in=WATCHED).order_by().values_list("facility_id", "rule_id", state, at), all=True
    )
    statement, values = rows.query.sql_with_params()
    return (
        f"""WITH opened (facility_id, rule_id, state, at) AS ({statement} UNION ALL
          SELECT named.home, v.id, {WAIVED}, NULL FROM unnest(%s::uuid[], %s::text[]) AS named (home, rule)
          JOIN compliance_ruleversion v ON v.rule = named.rule AND v.off = '' AND %s IN ('', v.area)
            AND current_date BETWEEN v.valid_from AND coalesce(v.valid_to, current_date)),
        of_version AS (
          SELECT facility_id, rule_id, state, min(at) AS first, max(at) AS last FROM opened GROUP BY facility_id, rule_id, state
        ),
        cell AS (
          SELECT facility_id, v.rule, v.area, v.kind IN {ASKING} AS asks, min(state) AS state, CASE min(state)
            WHEN {MET} THEN max(last) WHEN {UNKNOWN} THEN min(first) FILTER (WHERE state = {UNKNOWN})
            ELSE min(first) FILTER (WHERE state = {NOT_MET}) END AS at
          FROM of_version JOIN compliance_ruleversion v ON v.id = rule_id GROUP BY facility_id, v.rule, v.area, asks
        )""",
        (*values, [each.home for each in waivers], [each.rule for each in waivers], area),
    )


def in_force(person: Person, area: str = "", also: Iterable[str] = ()) -> list[RuleVersion]:
    """Return the rules that are judged today, are law, and of which a row may be open to the reader; and those of ``also``.

    Each once, in its newest version, by area and title.
    """
    parts, today = parts_of(person), timezone.localdate(now())
    holds = Q(off="", valid_from__lte=today) & (Q(valid_to__isnull=True) | Q(valid_to__gte=today))
    open_ = Q(young_part__in=parts) | Q(home_part__in=parts)
    found = RuleVersion.objects.exclude(severity__in=WATCHED).filter(holds & open_ | Q(rule__in=list(also)))
    if area:
        found = found.filter(area=area)
    newest = {rule.rule: rule for rule in found.order_by("valid_from", "version")}
    return sorted(newest.values(), key=lambda rule: (rule.area, rule.title))


def applies(jurisdiction: str, of_home: str) -> bool:
    """Return whether the law of ``jurisdiction`` holds in a home of the state ``of_home``."""
    return not jurisdiction.startswith("US-") or jurisdiction.removeprefix("US-") == of_home


def at_homes(jurisdiction: str, of_states: Mapping[str, int]) -> int:
    """Return at how many homes the law of ``jurisdiction`` holds, of those that ``of_states`` counts by their state."""
    return sum(number for state, number in of_states.items() if applies(jurisdiction, state))


def fetched(statement: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """Return the rows of ``statement``."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
