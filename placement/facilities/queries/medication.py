"""Medication of a home's shift: what is due for whom, what is open at the hand-off, and the counts of controlled drugs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import F, OuterRef, Prefetch, Q, QuerySet, Subquery

from placement.access.models import Person
from placement.access.rights import Can
from placement.access.visible import barred_from, in_force
from placement.audit.clock import now
from placement.database.context import reading
from placement.facilities.models import Facility, Leave, Placement, Shift
from placement.facilities.queries.missing import missing_now
from placement.facilities.queries.rounds import period_at
from placement.facilities.queries.shifts import open_shift_at, stays
from placement.facilities.queries.standing import Standing
from placement.facilities.queries.tiles import day_and_time
from placement.ui.templatetags.ui import span
from residents.models import MedicationCount, MedicationDose, MedicationOrder, Resident, SafetyAlert
from residents.queries.medication import is_over, schedule
from residents.queries.medication_times import EARLY, LOST, due_of

Outcome = MedicationDose.Outcome
BEFORE = timedelta(hours=12)  # how far before now a dose of which nothing is written stays in the list
DAY = timedelta(days=1)
QUICK = [  # what one more tap says of a dose that was not given
    (Outcome.REFUSED, "Refused", "Did not want it"),
    (Outcome.HELD, "Asleep", "Asleep"),
    (Outcome.AWAY, "At school", "At school"),
    (Outcome.AWAY, "On leave", "On leave"),
    (Outcome.AWAY, "Missing", "Missing"),
]
ON_LEAVE, MISSING = 3, 4
DIFFERS = ~Q(counted=F("expected")) & Q(settled_at__isnull=True)  # a count whose difference nobody has closed
WARNINGS = {
    "allergy": "A newer allergy names it: do not give it, ask the prescriber",
    "close": "Another dose was given shortly before: ask the prescriber",
    "soon": "Too soon after another order of the same drug",
    "many": "Too many in 24 hours with another order of the same drug",
}


class State(StrEnum):
    """Where a dose stands, before anything is written about it and after."""

    LATER = "later"
    OPEN = "due now"
    LATE = "late"
    MISSED = "missed"
    DONE = "done"


@dataclass(frozen=True)
class Due:
    """One dose that is due at ``due_at``; ``tag`` says in a word and a colour where it stands."""

    order: MedicationOrder
    due_at: datetime
    dose: MedicationDose | None
    state: State
    tag: dict[str, str]
    at: str
    warning: str = ""  # why it is not given now
    key: UUID = field(default_factory=uuid4)

    @property
    def due(self) -> str:
        """Return the due time for an address or a hidden box."""
        return self.due_at.isoformat()

    @property
    def look(self) -> str:
        """Return the class of the button."""
        return "now" if self.state == State.OPEN else "over"

    @property
    def to_write(self) -> bool:
        """Return whether something can be written about it now."""
        return self.state in (State.OPEN, State.LATE, State.MISSED)


@dataclass(frozen=True)
class Needed:
    """An as-needed order, with its doses of the last 24 hours and when the next may be given (``None``: now)."""

    order: MedicationOrder
    schedule: str
    doses: list[MedicationDose]
    next_at: datetime | None
    tag: dict[str, str]
    warning: str = ""


@dataclass(frozen=True)
class Chart:
    """One young person of the list."""

    resident: Resident
    allergies: list[SafetyAlert]
    away: Leave | None
    missing: bool
    due: list[Due]
    needed: list[Needed]

    @property
    def gone(self) -> int | None:
        """Return which of the quick answers says why they are not here, ``None`` when they are."""
        return MISSING if self.missing else ON_LEAVE if self.away else None


@dataclass(frozen=True)
class DueList:
    """The page: charts by what is most urgent, the facts over them, doses that wait for a second signature."""

    shift: Shift | None
    charts: list[Chart]
    facts: list[dict[str, Any]]
    to_sign: list[MedicationDose]
    moment: datetime
    closed: int


def may_administer(person: Person, home: Facility, moment: datetime) -> bool:
    """Return whether ``person`` may give medication there, and not only watch. The database's ``may_administer`` decides."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT may_administer(%s, %s, %s)", [person.pk, home.pk, moment])
        return bool(cursor.fetchone()[0])


def state_of(due_at: datetime, dose: MedicationDose | None, moment: datetime, zone: ZoneInfo) -> tuple[State, dict]:
    """Return where a dose stands at a moment, and the tag that says so."""
    if dose is not None and dose.outcome != Outcome.MISTAKE:
        happened = dose.entry.happened_at
        if dose.outcome != Outcome.GIVEN:
            return State.DONE, {"kind": "due", "text": dose.get_outcome_display()}
        text = f"Given {day_and_time(happened, moment, zone)}"
        if happened - due_at > EARLY:
            return State.DONE, {"kind": "due", "text": f"{text}, {span(happened - due_at)} late"}
        return State.DONE, {"kind": "good", "text": text}
    if moment < due_at - EARLY:
        return State.LATER, {"kind": "", "text": f"Later, from {day_and_time(due_at - EARLY, moment, zone)}"}
    if moment <= due_at + EARLY:
        return State.OPEN, {"kind": "due", "text": "Due now"}
    if moment <= due_at + LOST:
        return State.LATE, {"kind": "late", "text": f"Late {span(moment - due_at)}"}
    return State.MISSED, {"kind": "late", "text": "Missed: nothing written"}


def orders_in(ids: Iterable[UUID], since: datetime) -> QuerySet[MedicationOrder]:
    """Return the orders of these young people that are not over before ``since``."""
    return MedicationOrder.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=since),
        Q(stopped_at__isnull=True) | Q(stopped_at__gt=since),
        resident__in=list(ids),
    ).order_by("drug", "pk")


def doses_since(ids: Iterable[UUID], since: datetime) -> QuerySet[MedicationDose]:
    """Return what was written last about each dose of these young people from ``since`` on.

    ``earlier_effect``: how it worked, when that was said before the dose was amended.
    """
    same = Q(entry=OuterRef("entry__amends")) | Q(entry__amends=OuterRef("entry__amends"))
    told = MedicationDose.objects.filter(same, order=OuterRef("order")).exclude(effect="")
    found = MedicationDose.objects.filter(
        Q(due_at__gte=since) | Q(due_at__isnull=True, entry__happened_at__gte=since),
        resident__in=list(ids),
        amendments=None,
    ).select_related("entry__written_by", "order")
    return found.annotate(earlier_effect=Subquery(told.values("effect")[:1]))


def due_list(person: Person, home: Facility) -> DueList:
    """Return the medication of a home's shift as it stands now: eleven queries for any number of young people and orders."""
    moment, zone = now(), home.zone
    shift = open_shift_at(home, moment)
    planned = shift or period_at(moment, zone)
    begins, ends = min(planned.starts_at, moment - BEFORE), max(planned.ends_at, moment + EARLY)
    living = list(stays(person, home))
    ids = [stay.resident_id for stay in living]
    orders = _by(orders_in(ids, begins), "resident_id")
    doses = list(doses_since(ids, min(begins, moment - DAY)))
    written = {(dose.order_id, dose.due_at): dose for dose in doses if dose.due_at is not None}
    needed = _by((dose for dose in doses if dose.due_at is None), "order_id")
    allergies = _by(SafetyAlert.objects.filter(in_force(), resident__in=ids, kind="allergy"), "resident_id")
    leaves = {
        leave.resident_id: leave
        for leave in Leave.objects.filter(placement__in=living, starts_at__lte=moment, ends_at__gt=moment)
    }
    missing = missing_now(home, ids)
    warnings = warnings_at(moment, (order.pk for many in orders.values() for order in many))
    charts = []
    for stay in living:
        due = []
        for order in orders[stay.resident_id]:
            for due_at in due_of(order, zone, max(begins, stay.starts_at), ends):
                dose = written.get((order.pk, due_at))
                state, tag = state_of(due_at, dose, moment, zone)
                if due_at < planned.starts_at and state == State.DONE:
                    continue
                at, open_now = day_and_time(due_at, moment, zone), state in (State.OPEN, State.LATE)
                warning = warnings.get(order.pk, "") if open_now else ""
                due.append(Due(order, due_at, dose, state, tag, at, warning))
        due.sort(key=lambda each: each.due_at)
        asked = [
            _needed(order, needed[order.pk], moment, zone, warnings.get(order.pk, ""))
            for order in orders[stay.resident_id]
            if order.as_needed and order.starts_at <= moment and not is_over(order, moment)
        ]
        if due or asked:
            who = stay.resident_id
            charts.append(Chart(stay.resident, allergies[who], leaves.get(who), who in missing, due, asked))
    charts.sort(key=lambda chart: min((_urgency(each) for each in chart.due), default=(9, moment)))
    barred = barred_from(person)
    closed = 0
    if barred:
        closed = Placement.objects.filter(facility=home, status="active", resident__in=barred).count()
    to_sign: list[Any] = list(unsigned(ids).select_related("order__resident", "entry__written_by"))
    for dose in to_sign:
        dose.key = uuid4()
    return DueList(shift, charts, _facts(charts, to_sign), to_sign, moment, closed)


def warnings_at(moment: datetime, orders: Iterable[UUID]) -> dict[UUID, str]:
    """Return order → why a dose of it is not given now, from the rule that would refuse it. One query."""
    with connection.cursor() as cursor:
        told: list[Any] = [moment, list(orders)]
        cursor.execute("SELECT o, dose_is_outside(o, NULL, %s, 0, NULL) FROM unnest(%s::uuid[]) o", told)
        found = cursor.fetchall()
    return {order: next((words for name, words in WARNINGS.items() if name in ways), "") for order, ways in found}


def unsigned(ids: Iterable[UUID]) -> QuerySet[MedicationDose]:
    """Return the doses of controlled drugs of these young people that wait for a second signature, the oldest first."""
    found = MedicationDose.objects.filter(
        resident__in=list(ids), order__controlled=True, outcome=Outcome.GIVEN, witness=None, amendments=None
    )
    return found.order_by("entry__happened_at")


def _urgency(each: Due) -> tuple[int, datetime]:
    order = [State.MISSED, State.LATE, State.OPEN, State.LATER, State.DONE]
    return order.index(each.state), each.due_at


def _needed(
    order: MedicationOrder, doses: list[MedicationDose], moment: datetime, zone: ZoneInfo, warning: str
) -> Needed:
    given = sorted((d for d in doses if d.outcome == Outcome.GIVEN), key=lambda d: d.entry.happened_at)
    times = [dose.entry.happened_at for dose in given if dose.entry.happened_at > moment - DAY]
    waits = [times[-1] + timedelta(hours=order.hours_between or 0)] if times else []
    if len(times) >= (order.most_in_day or 0) and times:
        waits.append(times[-(order.most_in_day or 1)] + DAY)
    next_at = max(waits, default=None)
    if next_at is None or next_at <= moment:
        tag = {"kind": "late", "text": "Not now"} if warning else {"kind": "", "text": "May be given"}
        return Needed(order, schedule(order), given, None, tag, warning)
    at = day_and_time(next_at, moment, zone)
    warning = warning if warning == WARNINGS["allergy"] else ""  # the time says the rest
    return Needed(order, schedule(order), given, next_at, {"kind": "late", "text": f"Not before {at}"}, warning)


def _facts(charts: list[Chart], to_sign: list[MedicationDose]) -> list[dict[str, Any]]:
    every = [each for chart in charts for each in chart.due]

    def number(label: str, *states: State, kind: str = "") -> dict[str, Any]:
        found = sum(each.state in states for each in every)
        return {"label": label, "value": found} | ({"kind": kind, "note": "write them down"} if kind and found else {})

    return [
        number("Due now", State.OPEN),
        number("Late or missed", State.LATE, State.MISSED, kind="late"),
        number("Later", State.LATER),
        number("Written", State.DONE),
        {"label": "Second signature", "value": len(to_sign)}
        | ({"kind": "due", "note": "waits", "href": "#to-sign"} if to_sign else {}),
    ]


def order_in(person: Person, home: Facility, pk: UUID) -> MedicationOrder:
    """Return an order of somebody who lives in the home. Raises ``MedicationOrder.DoesNotExist``."""
    living = stays(person, home).order_by().values("resident_id")
    found = MedicationOrder.objects.visible_to(person, Can.LOG_CARE).select_related("resident")
    return found.get(pk=pk, resident__in=living)


def dose_in(person: Person, home: Facility, pk: UUID, right: Can = Can.VIEW_CARE_LOG) -> MedicationDose:
    """Return a dose that was written down in the home. Raises ``MedicationDose.DoesNotExist``."""
    found = MedicationDose.objects.visible_to(person, right)
    people = ("entry__written_by", "entry__facility", "entry__shift", "witness", "effect_by", "incident")
    return found.select_related("order__resident", *people).get(pk=pk, entry__facility=home)


def versions(dose: MedicationDose) -> list[MedicationDose]:
    """Return everything that was written about the same dose, the first text first."""
    first = dose.entry.amends_id or dose.entry_id
    found = MedicationDose.objects.filter(Q(entry=first) | Q(entry__amends=first), order=dose.order_id)
    return list(found.select_related("entry__written_by", "witness", "order").order_by("entry__written_at", "entry_id"))


def controlled(person: Person, home: Facility) -> list[MedicationOrder]:
    """Return the controlled drugs in the home, each with its newest count as ``last_count`` and the ``differences`` that nobody has
    closed: also of an order that is over, until nothing of it is left. Three queries."""
    living = stays(person, home).order_by().values("resident_id")
    counts = MedicationCount.objects.select_related("counted_by", "witness").order_by("order_id", "-counted_at")
    found = (
        MedicationOrder.objects.visible_to(person, Can.LOG_CARE)
        .filter(resident__in=living, controlled=True)
        .select_related("resident")
        .prefetch_related(
            Prefetch("counts", counts.distinct("order_id"), to_attr="newest"),
            Prefetch("counts", counts.filter(DIFFERS), to_attr="differences"),
        )
        .order_by("resident__code", "drug")
    )
    every: list[Any] = list(found)
    for order in every:
        order.last_count = order.newest[0] if order.newest else None
        order.over = is_over(order, now())
    return [order for order in every if not order.over or (order.last_count and order.last_count.counted)]


def counts_to_sign(person: Person, home: Facility) -> list[MedicationCount]:
    """Return the counts of the home that wait for a second signature, the oldest first: also those that another one followed."""
    found = MedicationCount.objects.visible_to(person, Can.LOG_CARE).filter(facility=home, witness=None)
    rows: list[Any] = list(found.select_related("order__resident", "counted_by").order_by("counted_at"))
    for count in rows:
        count.key = uuid4()
    return rows


def counts_of(person: Person, home: Facility, order: MedicationOrder) -> list[MedicationCount]:
    """Return the last counts of a drug in the home, the newest first."""
    found = MedicationCount.objects.visible_to(person, Can.VIEW_CARE_LOG).filter(order=order, facility=home)
    return list(found.select_related("counted_by", "witness", "settled_by").order_by("-counted_at")[:20])


def count_in(person: Person, home: Facility, pk: UUID, right: Can = Can.VIEW_CARE_LOG) -> MedicationCount:
    """Return a count of the home. Raises ``MedicationCount.DoesNotExist``."""
    found = MedicationCount.objects.visible_to(person, right)
    return found.select_related("order__resident", "counted_by", "witness", "settled_by", "facility").get(
        pk=pk, facility=home
    )


@dataclass(frozen=True)
class OpenMedication:
    """What is open about the medication of one young person, in words."""

    resident: Resident
    what: str


@reading("whereabouts")  # it is open also for whoever may not read the record: the page hides the name
def medication_left_open(shift: Shift, people: Mapping[UUID, Standing]) -> list[OpenMedication]:
    """Return what of medication is open at the end of a shift: doses of which nothing is written, signatures, counts.

    ``people``: who lives in the home now, by id. One query where nobody has an order, else six for any number.
    """
    home, moment = shift.facility, now()
    zone = home.zone
    orders = list(orders_in(people, shift.starts_at))
    if not orders:
        return []
    doses = list(doses_since(people, shift.starts_at))
    written = {(dose.order_id, dose.due_at) for dose in doses if dose.outcome != Outcome.MISTAKE}
    words: dict[UUID, list[str]] = defaultdict(list)
    for order in orders:
        since = max(shift.starts_at, people[order.resident_id].since)
        for due_at in due_of(order, zone, since, min(moment - EARLY, shift.ends_at)):
            if (order.pk, due_at) not in written:
                at = day_and_time(due_at, moment, zone)
                words[order.resident_id].append(f"nothing written about {order.title} of {at}")
    for dose in unsigned(people).select_related("order"):
        words[dose.resident_id].append(f"{dose.order.title} needs a second signature")
    counted = counted_in(shift)
    waiting = MedicationCount.objects.filter(facility=home, resident__in=list(people), witness=None)
    for count in waiting.select_related("order").order_by("counted_at"):
        words[count.resident_id].append(f"a count of {count.order.title} needs a second signature")
    for order in orders:
        if order.controlled and order.stopped_at is None and order.pk not in counted:
            words[order.resident_id].append(f"{order.title} is not counted")
    return [OpenMedication(people[pk].resident, " · ".join(said)) for pk, said in words.items()]


@reading("whereabouts")
def counted_in(shift: Shift) -> dict[UUID, MedicationCount]:
    """Return the newest count of each order (by its id) in a shift: for the hand-off. One query."""
    found = MedicationCount.objects.filter(facility=shift.facility_id, counted_at__gte=shift.starts_at)
    return {count.order_id: count for count in found.select_related("order").order_by("counted_at")}


def open_differences(person: Person) -> QuerySet[MedicationCount]:
    """Return the counts with a difference that nobody has closed, in the homes that ``person`` runs."""
    found = MedicationCount.objects.visible_to(person, Can.MANAGE_FACILITY)
    return found.filter(DIFFERS)


def _by(rows: Iterable[Any], column: str) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, column)].append(row)
    return found
