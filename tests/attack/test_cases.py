"""Without an open case nobody is referred, kept a bed for, proposed, approved or admitted; and no case closes before."""

from datetime import timedelta

import pytest

from placement.database.constraints import Refused
from placement.database.context import acting
from placement.facilities import operations as homes
from placement.facilities.models import Hold, Referral
from residents import operations as residents
from residents.models import Case
from tests.attack.sql import Stay, change, insert, refused
from tests.facilities.conftest import Steps, do
from tests.world import World, today


def close(world: World) -> Case:
    return do(world.supervisor, residents.close_case, world.eve.case, on=today())


def test_a_case_closes_only_when_no_way_into_a_home_is_open(world: World) -> None:
    steps, caseworker = Steps(world), world.caseworker
    with pytest.raises(Refused, match=f"Referral {world.eve.referral} still looks for a home"):
        close(world)
    do(caseworker, homes.withdraw_referral, world.eve.referral, reason="Goes home.")
    stay = steps.proposal()
    with pytest.raises(Refused, match="A placement in a home is proposed or approved"):
        close(world)
    do(world.supervisor, homes.approve_placement, stay, reason="Fits.")
    with pytest.raises(Refused, match="Let the caseworker withdraw it"):
        close(world)
    do(caseworker, homes.withdraw_placement, stay, reason="Goes home.")
    with pytest.raises(Refused, match="still looks for a home"):
        close(world)
    do(caseworker, homes.withdraw_referral, Referral.objects.get(pk=stay.referral_id), reason="Goes home.")
    assert close(world).status == "closed"


@pytest.mark.parametrize("status", ["proposed", "approved", "active"])
def test_plain_sql_closes_no_case_with_a_way_into_a_home(world: World, status: str) -> None:
    do(world.caseworker, homes.withdraw_referral, world.eve.referral, reason="Goes home.")
    stay = Stay(world, "eve", "cedar", 3).propose(world.now - timedelta(days=1))
    if status != "proposed":
        stay.approve()
    if status == "active":
        stay.admit()
    with acting(world.supervisor.pk, world.supervisor.name), refused("case_closes_after_the_search"):
        change(world.eve.case, status="closed", closed_on=world.today)


def test_plain_sql_opens_no_way_into_a_home_without_a_case(world: World) -> None:
    do(world.caseworker, homes.withdraw_referral, world.eve.referral, reason="Goes home.")
    draft = Steps(world).referral(sent=False)
    close(world)
    with acting(world.supervisor.pk, world.supervisor.name):  # the caseworker's sight has ended with the case
        with refused("case_is_open"):
            change(draft, status="open", sent_at=world.now)
        with refused("case_is_open"):
            insert(
                Hold,
                bed_id=world.cedar.beds[3].pk,
                referral_id=world.eve.referral.pk,
                starts_at=world.now,
                ends_at=world.now + timedelta(days=1),
                held_by_id=world.supervisor.pk,
            )
    with refused("case_is_open"):
        Stay(world, "eve", "cedar", 3).propose(world.now)
