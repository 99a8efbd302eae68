"""Orders, doses and counts by the operations that pages use."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from placement.access.models import Person
from placement.database.constraints import Refused
from placement.database.context import acting
from placement.facilities.operations import sign_shift
from residents import operations
from residents.models import CareEntry, Incident, MedicationDose, MedicationOrder
from tests.building.medication import last_due, ordered
from tests.world import World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def do(by: Person, name: str, *args: Any, **kwargs: Any) -> Any:
    with acting(by.pk, by.name):
        return getattr(operations, name)(*args, by=by, **kwargs)


def order(world: World, **changes: Any) -> MedicationOrder:
    return do(world.caseworker, "order_medication", world.ada.resident, **ordered(world.now, world.cedar, **changes))


def as_needed(world: World, **changes: Any) -> MedicationOrder:
    limits = {"as_needed": True, "times": [], "days": [], "hours_between": 4, "most_in_day": 3, "what_for": "Headache"}
    return order(world, **limits | changes)


def log(world: World, found: MedicationOrder, by: Person | None = None, **changes: Any) -> MedicationDose:
    due_at = None if found.as_needed else last_due(found, world.cedar, world.now)
    told = {"facility": world.cedar.facility, "shift": world.cedar.shift, "due_at": due_at, "outcome": "given"}
    return do(by or world.staff_cedar, "log_dose", found, **told | {"happened_at": world.now} | changes)


def test_a_dose_stands_once_in_the_care_log(world: World) -> None:
    dose = log(world, order(world))
    entry = CareEntry.objects.get(dose=dose)
    assert (entry.kind, entry.outcome, entry.written_by) == ("medication", "Given", world.staff_cedar)
    assert entry.note == "Calmidol 10 mg. 1 tablet, taken by the young person, staff watched"
    assert (dose.how, dose.amount) == ("observed", Decimal(1))


def test_what_was_not_given_says_why(world: World) -> None:
    found = order(world)
    with pytest.raises(Refused) as refused:
        log(world, found, outcome="refused")
    assert refused.value.field == "why"
    assert CareEntry.objects.filter(note__contains="Calmidol").count() == 0
    dose = log(world, found, outcome="refused", why="Feels sick")
    assert dose.entry.note == "Calmidol 10 mg. Feels sick"
    assert dose.amount is None


def test_a_mistake_opens_the_dose_again(world: World) -> None:
    found = order(world)
    first = log(world, found)
    with pytest.raises(Refused, match="written down this dose already"):
        log(world, found)
    wrong = do(
        world.staff_cedar,
        "amend_dose",
        first,
        outcome="mistake",
        why="Another young person",
        reason="Wrong tile",
        happened_at=world.now,
    )
    again = log(world, found, outcome="held", why="Asleep")
    assert (again.amends, again.entry.amends) == (wrong, first.entry)
    assert MedicationDose.objects.filter(order=found, amendments=None).get() == again
    with pytest.raises(Refused, match="written down this dose already"):
        log(world, found)


def test_an_amendment_needs_a_reason_and_leaves_the_first_text(world: World) -> None:
    first = log(world, order(world))
    told = {"outcome": "given", "amount": Decimal("0.5"), "happened_at": world.now - HOUR / 6}
    with pytest.raises(Refused, match="why you amend"):
        do(world.staff_cedar, "amend_dose", first, reason=" ", **told)
    with pytest.raises(Refused, match="not come yet"):
        do(world.staff_cedar, "amend_dose", first, reason="x", **told | {"happened_at": timezone.now() + HOUR})
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        sign_shift(world.cedar.shift, hand_off="Quiet", by=world.staff_cedar)
    second = do(world.admin_cedar, "amend_dose", first, reason="Half was spat out", **told)
    first.refresh_from_db()
    assert (first.amount, second.amount, second.entry.reason) == (1, Decimal("0.5"), "Half was spat out")
    with pytest.raises(Refused, match="in the meantime"):
        do(world.staff_cedar, "amend_dose", first, reason="Again", **told)


def test_the_entry_of_a_dose_is_changed_with_the_dose_alone(world: World) -> None:
    entry = log(world, order(world)).entry
    for name, values in (
        ("amend_care", {"reason": "x", "note": "Else"}),
        ("change_care", {"outcome": "", "note": "Else"}),
    ):
        with pytest.raises(Refused, match="Amend the dose"):
            do(world.staff_cedar, name, entry, **values)
    entry.refresh_from_db()
    assert entry.note.startswith("Calmidol")


def test_after_the_shift_is_signed_a_dose_needs_a_reason(world: World) -> None:
    found = order(world)
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        shift = sign_shift(world.cedar.shift, hand_off="Quiet", by=world.staff_cedar)
    with pytest.raises(Refused, match="Say why this entry comes late"):
        log(world, found, shift=shift)
    assert log(world, found, shift=shift, reason="Forgotten").entry.reason == "Forgotten"


def test_nobody_logs_for_a_home_that_is_not_theirs(world: World) -> None:
    for person in (world.staff_birch, world.caseworker, world.clinician, world.supervisor):
        with pytest.raises(type(world.ada.resident).DoesNotExist):
            log(world, order(world), by=person)


def test_two_people_sign_a_controlled_drug(world: World) -> None:
    dose = world.ada.dose
    assert dose.needs_witness
    with pytest.raises(Refused, match="somebody else must sign"):
        do(world.staff_cedar, "witness_dose", dose)
    signed = do(world.admin_cedar, "witness_dose", dose)
    assert (signed.witness, signed.needs_witness) == (world.admin_cedar, False)
    with pytest.raises(Refused, match="signed it already"):
        do(world.admin_cedar, "witness_dose", dose)


def test_a_dose_outside_the_limits_is_refused_or_becomes_a_report(world: World) -> None:
    found = as_needed(world)
    log(world, found, happened_at=world.now - HOUR)
    with pytest.raises(Refused, match="Do not give it yet"):
        log(world, found)
    assert not Incident.objects.filter(kind="medication").exists()
    dose = log(world, found, why="Given twice: two people did not see each other")
    report = Incident.objects.get(kind="medication")
    assert (dose.error, dose.incident, report.status) == (True, report, "reported")
    assert list(report.residents.all()) == [world.ada.resident]


def test_a_change_is_a_stop_and_a_new_order(world: World) -> None:
    old = order(world)
    new = do(
        world.clinician,
        "change_medication",
        old,
        reason="Too tired on it",
        new=ordered(world.now, world.cedar, strength="5 mg", starts_at=world.now),
    )
    old.refresh_from_db()
    assert (old.stop_reason, old.stopped_by, new.replaces, new.strength) == (
        "Too tired on it",
        world.clinician,
        old,
        "5 mg",
    )
    with pytest.raises(Refused, match="already stopped"):
        do(world.clinician, "stop_medication", old, reason="Again")


def test_a_refused_change_stops_nothing(world: World) -> None:
    old = order(world)
    new = ordered(world.now, world.cedar, psychotropic=True)
    with pytest.raises(Refused, match="parent, a guardian or a court"):
        do(world.clinician, "change_medication", old, reason="x", new=new)
    old.refresh_from_db()
    assert old.stopped_at is None


def test_a_count_waits_for_its_second_signature_and_a_difference_for_the_administrator(world: World) -> None:
    count = world.ada.count
    assert (count.expected, count.counted, count.difference) == (10, 9, -1)
    with pytest.raises(Refused, match="somebody else must sign"):
        do(world.staff_cedar, "witness_count", count)
    assert do(world.admin_cedar, "witness_count", count).witness == world.admin_cedar
    with pytest.raises(type(count).DoesNotExist):
        do(world.staff_cedar, "settle_count", count, note="Found")
    with pytest.raises(Refused, match="what became of"):
        do(world.admin_cedar, "settle_count", count, note=" ")
    assert do(world.admin_cedar, "settle_count", count, note="Found in the bag").settled_by == world.admin_cedar


def test_how_a_dose_worked_is_noted_later_and_once(world: World) -> None:
    dose = log(world, as_needed(world))
    with pytest.raises(Refused, match="Say how it worked"):
        do(world.staff_cedar, "note_effect", dose, effect=" ")
    assert do(world.admin_cedar, "note_effect", dose, effect="Slept").effect_by == world.admin_cedar
    with pytest.raises(Refused, match="already"):
        do(world.staff_cedar, "note_effect", dose, effect="No")
    with pytest.raises(Refused, match="because it was needed"):
        do(world.staff_cedar, "note_effect", world.ada.dose, effect="Calm")
