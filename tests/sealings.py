"""A record that a court has sealed: that of fay, who has left Cedar, by the caseworker and the supervisor of north unit."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from placement.access.models import Person
from placement.database.context import acting
from placement.database.roles import owner_connection
from placement.facilities import operations as homes
from placement.facilities.models import Placement
from residents import operations
from residents.models import SealingOrder
from tests.bars import another_supervisor
from tests.world import World

ORDER = {"court": "Juvenile Court", "order_number": "JV-2041"}
SAYS = "Hidden ruling of fay"


def recorded(world: World, by: Person | None = None, young: str = "fay", **more: Any) -> SealingOrder:
    """The order to seal fay's record, or that of ``young``, which waits."""
    by = by or world.caseworker
    with acting(by.pk, by.name):
        resident = world.young[young].resident
        return operations.seal_record(resident, **{**ORDER, "ordered_on": world.today, "says": SAYS, **more}, by=by)


def decided(order: SealingOrder, by: Person, decision: str = "confirmed", reason: str = "") -> SealingOrder:
    """The order, in force or refused."""
    with acting(by.pk, by.name):
        return operations.decide_sealing(order, decision=decision, reason=reason, by=by)


def sealed(world: World, young: str = "fay") -> SealingOrder:
    """Fay's record is sealed, or that of ``young``."""
    return decided(recorded(world, young=young), world.supervisor)


def noticed(order: SealingOrder, person: Person) -> None:
    """What ``person`` would be told of the order, as the database alone writes it."""
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(
            "SELECT set_config('app.actor', %s, true), set_config('app.actor_name', %s, true)",
            [str(person.pk), person.name],
        )
        cursor.execute(
            "INSERT INTO residents_sealingnotice (id, record_id, person_id, code, said, told_at)"
            " VALUES (gen_random_uuid(), %s, %s, 'W-6', 'sealed', now())",
            [order.record_id, person.pk],
        )
        cursor.execute("COMMIT")


def gone_home(world: World) -> None:
    """Ada was found, her leave is over, and her stay has ended, so that a court can seal her record."""
    staff, by, resident = world.staff_cedar, world.supervisor, world.ada.resident
    place, moment = world.cedar.facility, timezone.now()
    with acting(staff.pk, staff.name):
        seen = {"kind": "head_count", "outcome": "Here", "happened_at": moment}
        operations.log_care(resident, facility=place, shift=world.cedar.shift, **seen, by=staff)
    with acting(by.pk, by.name):
        stay = Placement.objects.get(resident=resident, status="active")
        homes.discharge(
            stay,
            at=timezone.now(),
            to="family",
            reason="Goes back to the family",
            after_care="A call every week",
            after_care_contact="The caseworker",
            first_check_on=world.cedar.today + timedelta(days=1),
            by=by,
        )


def unsealing(world: World, seal: SealingOrder, by: Person | None = None, **more: Any) -> SealingOrder:
    """An order that ends the sealing, or opens the record ``until``, which waits."""
    by = by or world.supervisor
    with acting(by.pk, by.name):
        return operations.unseal_record(
            seal, **{**ORDER, "order_number": "JV-2099", "ordered_on": world.today, **more}, by=by
        )


def opened(world: World, seal: SealingOrder, **more: Any) -> SealingOrder:
    """It is ended, or opened ``until``, by a second supervisor of the unit."""
    return decided(unsealing(world, seal, **more), another_supervisor(world.north))
