"""A record that a court has sealed: that of fay, who has left Cedar, by the caseworker and the supervisor of north unit."""

from typing import Any

from placement.access.models import Person
from placement.database.context import acting
from residents import operations
from residents.models import SealingOrder
from tests.bars import another_supervisor
from tests.world import World

ORDER = {"court": "Juvenile Court", "order_number": "JV-2041"}
SAYS = "Hidden ruling of fay"


def recorded(world: World, by: Person | None = None, **more: Any) -> SealingOrder:
    """The order to seal fay's record, which waits."""
    by = by or world.caseworker
    with acting(by.pk, by.name):
        resident = world.fay.resident
        return operations.seal_record(
            resident, **{**ORDER, "ordered_on": world.today, "says": SAYS, **more}, by=by
        )


def decided(order: SealingOrder, by: Person, decision: str = "confirmed", reason: str = "") -> SealingOrder:
    """The order, in force or refused."""
    with acting(by.pk, by.name):
        return operations.decide_sealing(order, decision=decision, reason=reason, by=by)


def sealed(world: World) -> SealingOrder:
    """Fay's record is sealed."""
    return decided(recorded(world), world.supervisor)


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
