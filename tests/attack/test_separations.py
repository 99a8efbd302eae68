"""Invariant 4: two residents with an active separation are never active in the same facility."""

from datetime import datetime, timedelta

from placement.database.context import acting
from residents.models import Separation
from tests.attack.sql import Stay, change, insert, refused
from tests.world import World

DAY = timedelta(days=1)


def separate(world: World, one: str, other: str, starts_at: datetime, ends_at: datetime | None = None) -> tuple:
    with acting(world.caseworker.pk, world.caseworker.name):
        return Separation, insert(
            Separation,
            resident_id=world.young[one].resident.pk,
            other_id=world.young[other].resident.pk,
            kind="resident",
            person="",
            area="",
            reason="They hurt each other",
            starts_at=starts_at,
            ends_at=ends_at,
        )


def test_an_admission_never_brings_separated_residents_together(world: World) -> None:
    for one, other in (("eve", "ada"), ("bea", "eve")):  # whichever of the two the row names first
        row = separate(world, one, other, world.now - DAY)
        stay = Stay(world, "eve", "cedar", 3).propose(world.now - DAY).approve()
        with refused("separated_residents_live_apart"):
            stay.admit()
        with acting(world.caseworker.pk, world.caseworker.name):
            change(row, ends_at=world.now - DAY)
            stay.set(status="withdrawn")
    stay = Stay(world, "eve", "cedar", 3).propose(world.now - DAY).approve()
    assert stay.admit_now().status == "active"


def test_a_separation_is_refused_while_both_live_there(world: World) -> None:
    for one, other in (("ada", "bea"), ("bea", "ada")):
        with refused("separated_residents_live_apart"):
            separate(world, one, other, world.now - DAY)
        with refused("separated_residents_live_apart"):
            separate(world, one, other, world.now + 9 * DAY)
    separate(world, "ada", "cleo", world.now - DAY)
    separate(world, "ada", "bea", world.now - 9 * DAY, world.now - DAY)


def test_an_old_separation_is_not_revived_over_a_stay(world: World) -> None:
    row = separate(world, "ada", "bea", world.now - 9 * DAY, world.now - DAY)
    with acting(world.caseworker.pk, world.caseworker.name):
        with refused("separated_residents_live_apart"):
            change(row, ends_at=None)
        with refused("separated_residents_live_apart"):
            change(row, ends_at=world.now + DAY)
    other = separate(world, "ada", "cleo", world.now - 9 * DAY)
    with acting(world.caseworker.pk, world.caseworker.name), refused("separated_residents_live_apart"):
        change(other, other_id=world.bea.resident.pk)


def test_a_back_dated_admission_does_not_bring_them_together_either(world: World) -> None:
    assert Stay(world, "fay", "cedar", 2).propose(world.now - 2 * DAY).approve().admit().status == "active"
    separate(world, "eve", "fay", world.now - DAY)
    stay = (
        Stay(world, "eve", "cedar", 3).propose(world.now - 5 * DAY).approve()
    )  # before fay came, before they were separated
    with refused("separated_residents_live_apart"):
        stay.admit()


def test_a_separation_that_is_to_come_counts_for_an_open_ended_stay(world: World) -> None:
    separate(world, "eve", "ada", world.now + 9 * DAY)
    stay = Stay(world, "eve", "cedar", 3).propose(world.now - DAY).approve()
    with refused("separated_residents_live_apart"):
        stay.admit()


def test_a_separation_says_from_whom(world: World) -> None:
    with refused("separation_says_from_whom"):
        separate(world, "eve", "eve", world.now)
    with refused("separation_ends_after_start"):
        separate(world, "eve", "ada", world.now, world.now - DAY)
