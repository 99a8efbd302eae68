"""A shift is signed when it is signed, and what is written after that says so."""

from datetime import timedelta

from placement.audit.clock import now
from placement.database.context import acting
from placement.facilities.models import Shift, ShiftStaff
from tests.attack.shift_rules import looked
from tests.attack.sql import change, insert, refused
from tests.attack.test_care import write
from tests.world import World

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def test_a_signature_is_never_dated_back_nor_ahead(world: World) -> None:
    for days in (-3, 3):
        start = world.now + (days - 9) * DAY
        with acting(world.staff_cedar.pk, world.staff_cedar.name):
            key = insert(
                Shift,
                facility_id=world.cedar.facility.pk,
                name="Night",
                starts_at=start,
                ends_at=start + DAY / 2,
                hand_off="",
                signing_reason="",
                about_open="",
            )
            insert(ShiftStaff, shift_id=key, person_id=world.staff_cedar.pk, awake=True)
            change((Shift, key), signed_by_id=world.staff_cedar.pk, signed_at=world.now + days * DAY, hand_off="Quiet")
        signed = Shift.objects.get(pk=key).signed_at
        assert timedelta() <= now() - signed < 5 * MINUTE


def test_an_older_shift_that_nobody_signed_is_no_way_around_a_signed_one(world: World) -> None:
    start = world.cedar.shift.starts_at
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        forgotten = insert(
            Shift,
            facility_id=world.cedar.facility.pk,
            name="Night",
            starts_at=start - DAY,
            ends_at=start - DAY / 2,
            hand_off="",
            signing_reason="",
            about_open="",
        )
        change(world.cedar.shift, signed_by_id=world.staff_cedar.pk, signed_at=world.now, hand_off="Quiet")
    with refused("entry_after_signing_has_a_reason"):
        write(world, shift_id=forgotten, kind="head_count", outcome="In the house")
    assert write(world, shift_id=forgotten, kind="head_count", outcome="In the house", reason="Forgotten")


def test_a_look_is_still_taken_back_and_a_meal_still_moves(world: World) -> None:
    from residents.models import CareEntry

    look, meal = looked(world, world.staff_cedar), write(world)
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        assert change((CareEntry, look), outcome="Written by mistake") == 1
        assert change(meal, happened_at=world.now - 40 * MINUTE) == 1
