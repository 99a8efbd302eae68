"""Medication in a record: the orders, and one month of doses as a grid."""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q, QuerySet

from placement.access.models import Person
from placement.access.rights import Can
from placement.access.visible import in_force
from placement.audit.clock import now
from placement.ui.dates import month_code, month_name
from placement.ui.templatetags.ui import local
from residents.models import MedicationDose, MedicationOrder, Resident, SafetyAlert
from residents.queries.medication_times import EARLY, moment_of
from residents.queries.record import Record

Outcome = MedicationDose.Outcome
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
SIGNS: dict[str, str] = {
    Outcome.GIVEN: "✓",
    Outcome.REFUSED: "R",
    Outcome.MISSED: "M",
    Outcome.HELD: "H",
    Outcome.AWAY: "A",
}
NOTHING = "?"
DAY = timedelta(days=1)
LEGEND = [
    ("✓", "given"),
    ("R", "refused"),
    ("M", "missed"),
    ("H", "held"),
    ("A", "not in the home"),
    (NOTHING, "nothing written"),
    ("L", "given more than an hour late"),
    ("*", "another amount than ordered"),
    ("!", "medication error"),
    ("–", "not ordered then"),
]


def orders(record: Record) -> QuerySet[MedicationOrder]:
    """Return the orders of the record with the people who signed them."""
    found = MedicationOrder.objects.visible_to(record.person, Can.VIEW_CARE_LOG).filter(resident=record.resident)
    return found.select_related("entered_by", "checked_by", "stopped_by")


def is_over(order: MedicationOrder, moment: datetime) -> bool:
    """Return whether nothing is given by this order any more."""
    return order.stopped_at is not None or (order.ends_at is not None and order.ends_at <= moment)


def orders_of(record: Record) -> dict[str, list[Any]]:
    """Return the orders that go on or begin later, and those that are over, the newest first. Two queries.

    Each has its schedule ``in_words``, and says whether the consent must be looked at again (``review_is_due``), and whether an
    allergy that was not known when it was written names its drug (``meets_allergy``).
    """
    moment = now()
    found: list[Any] = list(orders(record))
    today = moment.astimezone(record.zone).date()
    unanswered = with_an_allergy([order.pk for order in found if not is_over(order, moment)])
    for order in found:
        order.in_words = schedule(order)
        order.review_is_due = order.review_on is not None and order.review_on <= today
        order.meets_allergy = order.pk in unanswered
    over = [order for order in found if is_over(order, moment)]
    over.sort(key=lambda order: order.stopped_at or order.ends_at or moment, reverse=True)
    return {"medication": [order for order in found if order not in over], "medication_over": over}


def with_an_allergy(orders: list[UUID]) -> set[UUID]:
    """Return which of these orders an allergy names that nobody has answered. The database's ``orders_with_an_allergy`` decides."""
    if not orders:
        return set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT orders_with_an_allergy(%s::uuid[])", [orders])
        return {row[0] for row in cursor.fetchall()}


def reviews(person: Person, right: Can, day: date) -> QuerySet[MedicationOrder]:
    """Return the orders of psychotropic drugs whose consent must be looked at again by ``day``, the earliest first, of the young
    people on whom ``person`` has the ``right``."""
    found = MedicationOrder.objects.visible_to(person, right).filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now()), psychotropic=True, stopped_at__isnull=True, review_on__lte=day
    )
    return found.select_related("resident").order_by("review_on")


def schedule(order: MedicationOrder) -> str:
    """Return in words when it is taken: ``08:00 and 20:00, every day``."""
    if order.as_needed:
        doses = f"{order.most_in_day} dose{'' if order.most_in_day == 1 else 's'}"
        return f"When needed for {order.what_for}: {order.hours_between} h between, at most {doses} in 24 h"
    at = " and ".join(f"{clock:%H:%M}" for clock in order.times)
    on = "every day" if len(order.days) == len(DAYS) else ", ".join(DAYS[day - 1] for day in order.days)
    return f"{at}, {on}"


def allergies_of(resident: Resident) -> list[str]:
    """Return the allergies in force, as they were written down."""
    return [alert.text for alert in SafetyAlert.objects.filter(in_force(), resident=resident, kind="allergy")]


def before_ordering(resident: Resident) -> str:
    """Return what stands over the form of an order: the allergies, and what is ordered already."""
    known, moment = allergies_of(resident), now()
    allergies = f"Allergies: {'; '.join(known)}." if known else "No allergy is in the record."
    ordered = [order.title for order in MedicationOrder.objects.filter(resident=resident) if not is_over(order, moment)]
    already = f" Ordered already: {', '.join(ordered)}." if ordered else ""
    return f"{allergies}{already} An order stays as it is written: to change it, stop it and write a new one."


def order_for(person: Person, resident: UUID, row: UUID, *, lock: bool = False) -> MedicationOrder:
    """Return an order of the record; ``lock`` holds it. Raises ``MedicationOrder.DoesNotExist``."""
    found = MedicationOrder.objects.visible_to(person, Can.VIEW_CARE_LOG)
    return (found.locked() if lock else found).select_related("resident").get(resident=resident, pk=row)


def read_aloud(order: MedicationOrder) -> str:
    """Return the whole order in one text, for whoever compares it with the prescription."""
    told = [f"{order.title}: {order.dose}.", f"{schedule(order)}.", f"Prescribed by {order.prescriber}."]
    if order.controlled:
        told.append("Controlled drug.")
    if order.psychotropic:
        told.append("Psychotropic drug.")
    told.append(f"Written down by {order.entered_by}.")
    return " ".join(told)


@dataclass(frozen=True)
class Cell:
    """One day of one time: a sign, who wrote it, and all of it in words; ``kind`` good, due, late or nothing."""

    sign: str
    who: str = ""
    words: str = ""
    kind: str = ""


@dataclass
class Line:
    """One time of an order through the month."""

    clock: str
    cells: list[Cell]


@dataclass
class Grid:
    """An order in the month: a line for each time, and what was given when it was needed, or at another time."""

    order: MedicationOrder
    schedule: str
    lines: list[Line] = field(default_factory=list)
    others: list[MedicationDose] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def month(record: Record, first: date) -> dict[str, Any]:
    """Return the grid of a month, each dose at the time of the home where it was due. Four queries for any number of doses."""
    moment, zone = now(), record.zone
    days = [first + timedelta(days=number) for number in range(monthrange(first.year, first.month)[1])]
    starts = datetime.combine(first, time(0), zone)
    ends = datetime.combine(days[-1] + timedelta(days=1), time(0), zone)
    found = orders(record).filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=starts), Q(stopped_at__isnull=True) | Q(stopped_at__gt=starts)
    )
    grids = {o.pk: Grid(o, schedule(o)) for o in found.filter(starts_at__lt=ends).order_by("as_needed", "drug")}
    doses = MedicationDose.objects.visible_to(record.person, Can.VIEW_CARE_LOG).filter(
        Q(due_at__gte=starts - DAY, due_at__lt=ends + DAY)
        | Q(due_at__isnull=True, entry__happened_at__gte=starts, entry__happened_at__lt=ends),
        resident=record.resident,
        amendments=None,
        order__in=grids,
    )
    at: dict[tuple[UUID, date, time], MedicationDose] = {}
    people = ("entry__written_by", "entry__facility", "order", "witness")
    signed: dict[str, set[str]] = {}
    for dose in doses.select_related(*people).order_by("entry__happened_at"):
        if dose.outcome == Outcome.MISTAKE:
            continue
        for person in filter(None, (dose.entry.written_by, dose.witness)):
            signed.setdefault(initials(person), set()).add(person.name)
        if dose.due_at is None:
            grids[dose.order_id].others.append(dose)
        else:
            if dose.why or dose.outcome != Outcome.GIVEN or dose.amount != dose.order.amount:
                grids[dose.order_id].notes.append(_note(dose, zone))
            at[dose.order_id, *_slot(dose, dose.due_at)] = dose
    lived = record.resident.placements.filter(status__in=["active", "ended"]).select_related("facility")
    stays = [(s.starts_at, s.ends_at if s.status == "ended" else None, s.facility.zone) for s in lived]
    for grid in grids.values():
        for clock in grid.order.times:
            cells = [
                _cell(grid.order, day, clock, at.get((grid.order.pk, day, clock)), moment, stays, zone) for day in days
            ]
            grid.lines.append(Line(f"{clock:%H:%M}", cells))
    before = (first - timedelta(days=1)).replace(day=1)
    return {
        "grids": list(grids.values()),
        "days": days,
        "today": moment.astimezone(zone).date(),
        "name": month_name(first),
        "earlier": month_code(before),
        "later": month_code(days[-1] + DAY) if ends <= moment else "",
        "legend": LEGEND,
        "noted": [grid for grid in grids.values() if grid.notes],
        "signed": [(short, " or ".join(sorted(names))) for short, names in sorted(signed.items())],
        "allergies": allergies_of(record.resident),
    }


Lived = list[tuple[datetime, datetime | None, ZoneInfo]]


def _slot(dose: MedicationDose, due: datetime) -> tuple[date, time]:
    """Return the day and the ordered time of a dose, in the home where it was due."""
    zone = dose.entry.facility.zone
    day = due.astimezone(zone).date()
    known = ((one, clock) for one in (day, day - DAY) for clock in dose.order.times)
    return next((slot for slot in known if moment_of(*slot, zone) == due), (day, due.astimezone(zone).time()))


def _cell(
    order: MedicationOrder,
    day: date,
    clock: time,
    dose: MedicationDose | None,
    moment: datetime,
    stays: Lived,
    zone: ZoneInfo,
) -> Cell:
    if dose is not None:
        late = dose.outcome == Outcome.GIVEN and dose.entry.happened_at - (dose.due_at or moment) > EARLY
        words = f"{dose.get_outcome_display()} {local(dose.entry.happened_at, zone)} by {dose.entry.written_by}"
        other = dose.outcome == Outcome.GIVEN and dose.amount != order.amount
        kind = "late" if dose.error else "good" if dose.outcome == Outcome.GIVEN and not late and not other else "due"
        sign = SIGNS[dose.outcome] + ("L" if late else "") + ("*" if other else "") + ("!" if dose.error else "")
        who = initials(dose.entry.written_by)
        if order.controlled and dose.outcome == Outcome.GIVEN:
            who += f" {initials(dose.witness)}" if dose.witness else " __"
        return Cell(sign, who, f"{words}. {dose.why}" if dose.why else words, kind)
    dues = [(moment_of(day, clock, there), since, until) for since, until, there in stays]
    here = [due for due, since, until in dues if since <= due and (until is None or due < until)]
    due = here[0] if here else moment_of(day, clock, zone)
    ordered = due >= order.starts_at and not any(e is not None and due >= e for e in (order.ends_at, order.stopped_at))
    if not ordered or day.isoweekday() not in order.days:
        return Cell("–", words="not ordered")
    if not here or due + EARLY > moment:
        return Cell("")
    return Cell(NOTHING, words="nothing written", kind="late")


def _note(dose: MedicationDose, zone: ZoneInfo) -> str:
    """Return what a small box can't say, for paper and for a finger."""
    said = [
        dose.get_outcome_display().lower(),
        *([dose.taken] if dose.taken else []),
        *([dose.why] if dose.why else []),
    ]
    return f"{local(dose.due_at, zone)}: {', '.join(said)} ({dose.entry.written_by})"


def initials(person: Person) -> str:
    """Return the first letters of a name, for a small box."""
    words = person.name.split()
    return (words[0][:1] + words[-1][:1] if len(words) > 1 else person.name[:2]).upper()
