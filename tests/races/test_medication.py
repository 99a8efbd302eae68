"""Two people at one moment: a dose is given once, and a limit sees what the other one is just writing."""

from typing import Any

from django.utils import timezone

from placement.access.models import Person
from placement.database.constraints import Refused
from placement.database.context import acting
from residents import operations
from residents.models import MedicationDose, MedicationOrder
from tests.building.medication import last_due, ordered
from tests.races.test_shift import together
from tests.world import World


def order(world: World, **changes: Any) -> MedicationOrder:
    with acting(world.caseworker.pk, world.caseworker.name):
        told = ordered(world.now, world.cedar, **changes)
        return operations.order_medication(world.ada.resident, **told, by=world.caseworker)


def give(world: World, found: MedicationOrder, by: Person) -> MedicationDose:
    with acting(by.pk, by.name):
        return operations.log_dose(
            found,
            facility=world.cedar.facility,
            shift=world.cedar.shift,
            due_at=None if found.as_needed else last_due(found, world.cedar, world.now),
            outcome="given",
            happened_at=timezone.now(),
            by=by,
        )


def both(world: World, first: MedicationOrder, second: MedicationOrder) -> list[Any]:
    answers = together(lambda: give(world, first, world.staff_cedar), lambda: give(world, second, world.admin_cedar))
    assert MedicationDose.objects.filter(order__in=[first, second]).count() == 1
    return [answer for answer in answers if isinstance(answer, Refused)]


def test_two_people_at_one_moment_give_one_dose(committed_world):
    for number in range(5):
        one = order(committed_world, drug=f"Calmidol {number}")
        [refused] = both(committed_world, one, one)
        assert "written down this dose already" in refused.sentence


def test_two_people_at_one_moment_by_two_orders_of_one_drug(committed_world):
    needed = {"as_needed": True, "times": [], "days": [], "hours_between": 4, "most_in_day": 3, "what_for": "Pain"}
    pairs = [("Ibuprofen", "Advil"), ("Tylenol", "Acetaminophen"), ("Claritin", "Loratadine"), ("Zyrtec", "Cetirizine")]
    for pair in pairs:
        made = [order(committed_world, drug=drug, **needed) for drug in pair]
        [refused] = both(committed_world, *made)
        assert "Do not give it yet" in refused.sentence
