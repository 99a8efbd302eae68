"""The medication of the world: a controlled drug with one dose that waits for the second signature, and its first count."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from placement.database.context import acting
from placement.facilities.models import Credential
from placement.facilities.operations import end_credential
from residents import operations as residents
from residents.models import MedicationOrder, Resident
from residents.models.medication import EVERY_DAY
from residents.queries.medication_times import due_between
from tests.building.acts import acting_at, people_of
from tests.world import Home, World

HOUR = timedelta(hours=1)


def ordered(moment: datetime, home: Home, **changes: Any) -> dict[str, Any]:
    """Arguments of an order whose dose is due each day, the last one half an hour before ``moment``."""
    starts_at = changes.get("starts_at", moment - timedelta(days=1))
    clock = (moment - HOUR / 2).astimezone(home.facility.zone).time()
    values: dict[str, Any] = {
        "drug": "Calmidol",
        "strength": "10 mg",
        "form": "tablet",
        "route": "mouth",
        "amount": Decimal(1),
        "times": [clock],
        "days": EVERY_DAY,
        "prescriber": "Dr. Invented",
        "prescriber_telephone": "555-0100",
        "starts_at": starts_at,
        "consent_by": "The mother",
        "consent_on": (starts_at - timedelta(days=2)).date(),
        "consent_authority": "parent",
    }
    return values | changes


def last_due(order: MedicationOrder, home: Home, moment: datetime) -> datetime:
    """The last time before ``moment`` at which the order is due."""
    return due_between(order.times, order.days, home.facility.zone, moment - timedelta(days=1), moment)[-1]


def give_medication(world: World, key: str, home: Home, moment: datetime) -> None:
    young = world.young[key]
    resident: Resident = young.resident
    caseworker, *_ = people_of(world, young)
    with acting_at(caseworker, moment - timedelta(days=1)) as by:
        young.order = residents.order_medication(
            resident, **ordered(moment, home, drug=f"Secret{key}in", controlled=True), by=by
        )
    with acting_at(home.admin, moment - 20 * HOUR) as by:
        residents.check_medication(young.order, by=by)
    shift = home.shift if home.shift.starts_at < moment else None
    due_at = last_due(young.order, home, moment)
    with acting_at(home.staff, moment) as by:
        young.count = residents.count_medication(
            young.order,
            facility=home.facility,
            shift=shift,
            received=Decimal(10),
            moved_note="The pharmacy",
            counted=Decimal(9),
            why="One less in the box",
            by=by,
        )
        young.dose = residents.log_dose(
            young.order,
            facility=home.facility,
            shift=shift,
            due_at=due_at,
            outcome="given",
            happened_at=moment - HOUR / 12,
            by=by,
        )


def not_credentialed(world: World) -> None:
    """The medication credential of Cedar's staff has ended."""
    by = world.admin_cedar
    with acting(by.pk, by.name):
        mine = Credential.objects.get(person=world.staff_cedar, kind="medication")
        end_credential(mine, on=world.today - timedelta(days=1), by=by)
