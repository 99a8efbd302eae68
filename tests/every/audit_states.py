"""What must be so before an operation of the audit pages: sealed exports, records that a court seals, and legal holds."""

from tests import court, retention, sealings
from tests.bars import another_supervisor
from tests.every.incident_states import State
from tests.world import World


def export_to_decide(world: World) -> State:
    export = court.asked(world, world.cedar.facility, ["facilities.Shift"])
    return {"export": export, "seen": export.sha256}


def export_to_take(world: World) -> State:
    return {"export": court.decided(export_to_decide(world)["export"], world.supervisor2)}


def two_supervisors(world: World) -> State:
    another_supervisor(world.north)
    return {}


def order_to_seal(world: World) -> State:
    return {"order": sealings.recorded(world)}


def sealed_record(world: World) -> State:
    return {"seal": sealings.sealed(world)}


def hold_on_home(world: World) -> State:
    return {"hold": retention.hold(world, world.cedar.facility)}
