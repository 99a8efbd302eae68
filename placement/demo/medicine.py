"""Medication of five young people in the two homes, told for the last days: a refused, a missed and a held dose among them."""

from dataclasses import dataclass, field
from datetime import datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from placement.demo.cases import resident
from placement.demo.days import MINUTE, Duty, duties
from placement.demo.homes import HOMES, home
from placement.demo.people import ADMIN_OF, CASEWORKER_OF, ON_SHIFT
from placement.demo.plan import Plan, The
from residents.models.medication import EVERY_DAY
from residents.queries.medication_times import due_between

ORDERED, BEGINS = 8, 6  # days ago: when the orders were signed, and the first day of doses
CLINICIAN = "clinician"


@dataclass(frozen=True)
class Told:
    """One order. ``apart``: how many doses back from now → what became of it, and why."""

    young: str
    home: str
    by: str
    drug: str
    strength: str
    form: str = "tablet"
    route: str = "mouth"
    times: tuple[str, ...] = ()
    more: dict[str, Any] = field(default_factory=dict)
    apart: dict[int, tuple[str, str]] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Return the name in the plan."""
        return f"order:{self.young}:{self.drug}"


def _psychotropic(plan: Plan, authority: str, who: str, review: int) -> dict[str, Any]:
    told = {"psychotropic": True, "consent_authority": authority, "consent_by": who}
    return told | {"review_on": plan.day(-review)}


def _orders(plan: Plan) -> tuple[Told, ...]:
    pain = {"as_needed": True, "hours_between": 6, "most_in_day": 3, "consent_authority": "agency"}
    return (
        Told(
            "Noor",
            "cedar",
            CLINICIAN,
            "Sertraline",
            "50 mg",
            times=("08:00",),
            more=_psychotropic(plan, "court", "Juvenile Court, order of the 3rd", 25),
            apart={3: ("refused", "Said that it makes her sick in the morning")},
        ),
        Told(
            "Ximena",
            "cedar",
            CLINICIAN,
            "Methylphenidate",
            "18 mg",
            times=("07:30",),
            more=_psychotropic(plan, "guardian", "Her guardian", 60) | {"controlled": True},
            apart={4: ("held", "The doctor asked to wait for the heart trace")},
        ),
        Told("Mei", "cedar", "admin.cedar", "Ibuprofen", "400 mg", more=pain | {"what_for": "Headache"}),
        Told(
            "Samir",
            "birch",
            CASEWORKER_OF["south"],
            "Cetirizine",
            "10 mg",
            times=("20:00",),
            apart={2: ("missed", "Back late from the dentist, and nobody thought of it")},
        ),
        Told("Rosa", "birch", "admin.birch", "Amoxicillin", "250 mg per 5 ml", "liquid", times=("08:00", "16:00")),
    )


def tell_medicine(plan: Plan) -> None:
    """Tell orders with their checks, the doses of the last days, and the counts of the controlled drug."""
    for told in _orders(plan):
        _tell_order(plan, told)
        shifts = duties(plan, told.home)
        if told.times:
            _tell_doses(plan, told, shifts)
        else:
            _tell_needed(plan, told, shifts)
        if told.more.get("controlled"):
            _tell_counts(plan, told, shifts)


def _tell_order(plan: Plan, told: Told) -> None:
    at = plan.when(ORDERED, "11:00")
    values: dict[str, Any] = {
        "drug": told.drug,
        "strength": told.strength,
        "form": told.form,
        "route": told.route,
        "amount": Decimal(5 if told.form == "liquid" else 1),
        "times": [time.fromisoformat(clock) for clock in told.times],
        "days": EVERY_DAY if told.times else [],
        "prescriber": "Dr. Amalia Roth, Lakeside Clinic",
        "prescriber_telephone": "555-0142",
        "starts_at": _first_day(plan, told),
        "consent_by": "The mother, by telephone",
        "consent_on": plan.day(ORDERED + 1),
        "consent_authority": "parent",
    }
    plan.tell(at, told.by, "residents.order_medication", told.key, resident=resident(told.young), **values | told.more)
    if told.more.get("psychotropic"):
        plan.tell(at + 40 * MINUTE, ADMIN_OF[told.home], "residents.check_medication", order=The(told.key))


def _first_day(plan: Plan, told: Told) -> datetime:
    return plan.when(BEGINS, "00:00", HOMES[told.home].zone)


def _times(plan: Plan, told: Told) -> list[datetime]:
    """Return when the order was due so far, the newest first."""
    times, zone = [time.fromisoformat(clock) for clock in told.times], ZoneInfo(HOMES[told.home].zone)
    return due_between(times, EVERY_DAY, zone, _first_day(plan, told), plan.now - 30 * MINUTE)[::-1]


def _duty_at(shifts: list[Duty], moment: datetime) -> Duty | None:
    return next((duty for duty in shifts if duty.starts_at <= moment < duty.ends_at), None)


def _tell_doses(plan: Plan, told: Told, shifts: list[Duty]) -> None:
    for back, due_at in enumerate(_times(plan, told)):
        duty, happened = _duty_at(shifts, due_at), due_at + (2 + back % 5 * 4) * MINUTE
        if duty is None or told.young not in plan.living_in(told.home, happened):
            continue
        outcome, why = told.apart.get(back, ("given", ""))
        key = f"dose:{told.key}:{back}"
        plan.tell(
            happened + MINUTE,
            duty.writer,
            "residents.log_dose",
            key,
            order=The(told.key),
            facility=home(told.home),
            shift=The(duty.key),
            due_at=due_at,
            outcome=outcome,
            happened_at=happened,
            why=why,
        )
        if told.more.get("controlled") and outcome == "given" and back:
            other = next(one for one in ON_SHIFT[told.home] if one != duty.writer)
            plan.tell(happened + 3 * MINUTE, other, "residents.witness_dose", dose=The(key))


def _tell_needed(plan: Plan, told: Told, shifts: list[Duty]) -> None:
    for days, clock, effect in (
        (5, "15:20", "Better after half an hour"),
        (2, "19:05", "A little better; slept early"),
    ):
        at = plan.when(days, clock)
        duty = _duty_at(shifts, at)
        if duty is None or told.young not in plan.living_in(told.home, at):
            continue
        key = f"dose:{told.key}:{days}"
        plan.tell(
            at + MINUTE,
            duty.writer,
            "residents.log_dose",
            key,
            order=The(told.key),
            facility=home(told.home),
            shift=The(duty.key),
            due_at=None,
            outcome="given",
            happened_at=at,
        )
        plan.tell(at + 55 * MINUTE, duty.writer, "residents.note_effect", dose=The(key), effect=effect)


def _tell_counts(plan: Plan, told: Told, shifts: list[Duty]) -> None:
    """Tell the first count, and one each evening; the newest but one finds one less than expected."""
    zone, left = HOMES[told.home].zone, Decimal(28)
    before = _first_day(plan, told)
    for number, (days, clock) in enumerate(((BEGINS, "06:30"), (5, "21:30"), (3, "21:30"), (1, "21:30"))):
        moment = plan.when(days, clock, zone)
        duty = _duty_at(shifts, moment)
        if duty is None:
            continue
        given = [
            due
            for back, due in enumerate(_times(plan, told))
            if before < due <= moment and told.apart.get(back, ("given",))[0] == "given"
        ]
        left -= len(given)
        lost = number == 2
        left -= lost
        first = {"received": left, "moved_note": "Lakeside Pharmacy, sealed bottle"} if number == 0 else {}
        key = f"count:{told.key}:{number}"
        plan.tell(
            moment,
            duty.writer,
            "residents.count_medication",
            key,
            order=The(told.key),
            facility=home(told.home),
            shift=The(duty.key),
            counted=left,
            why="One less than the list says. We looked in the cabinet and on the floor." if lost else "",
            **first,
        )
        other = next(one for one in ON_SHIFT[told.home] if one != duty.writer)
        plan.tell(moment + 2 * MINUTE, other, "residents.witness_count", count=The(key))
        before = moment
