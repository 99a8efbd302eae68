"""From a proposal to a stay and to its end."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from placement.access.rights import RESIDENT_RIGHTS, Can, Role
from placement.access.visible import rights_on
from placement.audit.clock import now
from placement.database.constraints import Refused
from placement.facilities import operations
from placement.facilities.models import Placement, Referral
from tests.facilities.conftest import Steps, do
from tests.world import World


def test_the_whole_way(steps: Steps, world: World) -> None:
    placement = steps.proposal()
    assert placement.status == "proposed"
    assert Referral.objects.get().status == "proposed"
    assert not rights_on(world.cedar.admin, placement.resident)
    do(world.supervisor, operations.approve_placement, placement, reason="Fits.")
    assert Referral.objects.get().status == "placed"
    assert rights_on(world.cedar.admin, placement.resident) == RESIDENT_RIGHTS[Role.ADMIN]
    assert not rights_on(world.cedar.staff, placement.resident)
    do(world.cedar.admin, operations.read_safety_history, placement)
    do(world.cedar.admin, operations.admit, placement, at=now())
    assert rights_on(world.cedar.staff, placement.resident) == RESIDENT_RIGHTS[Role.STAFF]
    assert rights_on(world.cedar.inspector, placement.resident) == RESIDENT_RIGHTS[Role.INSPECTOR]
