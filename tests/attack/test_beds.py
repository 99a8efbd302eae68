"""Invariant 1: a bed holds one resident at a time, and a resident is in one bed at a time."""

from datetime import timedelta

from tests.attack.sql import Stay, refused
from tests.world import World

DAY = timedelta(days=1)


def test_two_residents_never_share_a_bed(world: World) -> None:
    Stay(world, "eve", "cedar", 3).propose(world.now - DAY, world.now + DAY)
    rival = Stay(world, "fay", "cedar", 3)
    with refused("bed_holds_one_resident"):
        rival.propose(world.now)
    with refused("bed_holds_one_resident"):
        rival.propose(world.now - 2 * DAY, world.now - DAY + timedelta(seconds=1))
    assert rival.propose(world.now + DAY).status == "proposed"


def test_a_stay_that_ended_still_holds_its_bed_for_its_time(world: World) -> None:
    rival = Stay(world, "eve", "cedar", 2)  # fay's bed of the last two months
    start, end = world.fay.stay.starts_at, world.fay.stay.ends_at
    with refused("bed_holds_one_resident"):
        rival.propose(start - DAY, start + timedelta(seconds=1))
    assert rival.propose(end).status == "proposed"


def test_a_resident_is_never_in_two_beds(world: World) -> None:
    second = Stay(world, "ada", "birch", 2).propose(world.now).approve()
    with refused("resident_is_in_one_bed"):
        second.admit(by=world.admin_birch)
    first = Stay(world, "ada", "cedar", 0)
    first.id = world.ada.stay.pk
    first.end(world.now)
    assert second.admit(by=world.admin_birch).status == "active"
    back_dated = Stay(world, "fay", "cedar", 3).propose(world.fay.stay.ends_at - DAY).approve()
    with refused("resident_is_in_one_bed"):
        back_dated.admit()


def test_a_stay_never_ends_before_it_starts(world: World) -> None:
    stay = Stay(world, "eve", "cedar", 3)
    with refused("placement_ends_after_start"):
        stay.propose(world.now, world.now - DAY)
    with refused("placement_ends_after_start"):
        stay.propose(world.now, world.now)
    assert stay.propose(world.now, world.now + timedelta(seconds=1)).status == "proposed"


def test_the_home_of_a_stay_is_the_home_of_its_bed_whatever_is_written(world: World) -> None:
    stay = Stay(world, "eve", "cedar", 3).propose(world.now)
    from placement.database.context import acting
    from placement.facilities.models import Placement

    with acting(world.supervisor.pk, world.supervisor.name):
        stay.set(facility_id=world.maple.facility.pk)
    assert Placement.objects.get(pk=stay.id).facility == world.cedar.facility
