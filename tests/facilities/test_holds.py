"""Keeping a bed for a short time."""

from datetime import timedelta

import pytest

from placement.audit.clock import now
from placement.database.constraints import Refused
from placement.facilities import operations
from placement.facilities.models import Bed, Hold, Referral
from tests.facilities.conftest import Steps, do
from tests.world import World

DAY = timedelta(days=1)


def test_a_held_bed_is_closed_to_others_until_it_is_released(steps: Steps, world: World) -> None:
    mine, bed = steps.referral("eve"), steps.bed("cedar", 3)
    held = do(world.caseworker, operations.hold_bed, mine, bed, until=now() + DAY)
    theirs = steps.referral("dina")
    with pytest.raises(Refused, match="already held") as refused:
        do(world.caseworker2, operations.hold_bed, theirs, bed, until=now() + DAY)
    assert refused.value.field == "bed"
    with pytest.raises(Refused, match="taken or held"):
        steps.proposal("dina", bed=3, referral=theirs)
    do(world.caseworker, operations.release_hold, held)
    assert steps.proposal("dina", bed=3, referral=theirs).bed == bed
    with pytest.raises(Refused, match="already over"):
        do(world.caseworker, operations.release_hold, held)


def test_the_next_hold_of_a_referral_frees_the_first_bed(steps: Steps, world: World) -> None:
    referral = steps.referral()
    for number in (2, 3):
        do(world.caseworker, operations.hold_bed, referral, steps.bed("cedar", number), until=now() + DAY)
    do(world.caseworker, operations.hold_bed, referral, steps.bed("cedar", 3), until=now() + 2 * DAY)
    in_force = Hold.objects.filter(referral=referral, ends_at__gt=now())
    assert [hold.bed for hold in in_force] == [steps.bed("cedar", 3)]


def test_a_taken_bed_is_not_held(steps: Steps, world: World) -> None:
    with pytest.raises(Refused, match="Somebody has this bed already"):
        do(world.caseworker, operations.hold_bed, steps.referral(), steps.bed("cedar", 0), until=now() + DAY)


def test_a_closed_bed_is_not_held(steps: Steps, world: World) -> None:
    bed = steps.bed("cedar", 3)
    do(world.cedar.admin, operations.close_bed, bed, from_=world.today - DAY, until=None, why="Painting")
    with pytest.raises(Refused, match="out of use"):
        do(world.caseworker, operations.hold_bed, steps.referral(), bed, until=now() + DAY)


def test_a_bed_that_closes_during_the_hold_is_not_held(steps: Steps, world: World) -> None:
    bed = steps.bed("cedar", 3)
    do(world.cedar.admin, operations.close_bed, bed, from_=world.today + 2 * DAY, until=None, why="Painting")
    with pytest.raises(Refused, match="out of use") as refused:
        do(world.caseworker, operations.hold_bed, steps.referral(), bed, until=now() + 4 * DAY)
    assert refused.value.field == "bed"


@pytest.mark.parametrize(("length", "words"), [(-DAY, "must end after now"), (8 * DAY, "7 days at most")])
def test_the_length_of_a_hold_is_limited(steps: Steps, world: World, length: timedelta, words: str) -> None:
    with pytest.raises(Refused, match=words) as refused:
        do(world.caseworker, operations.hold_bed, steps.referral(), steps.bed("cedar", 3), until=now() + length)
    assert refused.value.field == "until"


def test_only_for_a_referral_that_looks_for_a_home(steps: Steps, world: World) -> None:
    for referral in (steps.referral(sent=False), steps.proposal().referral):
        with pytest.raises(Refused, match="not looking for a home now"):
            do(world.caseworker, operations.hold_bed, referral, steps.bed("birch", 2), until=now() + DAY)


def test_without_the_right_there_is_no_hold(steps: Steps, world: World) -> None:
    referral, bed = steps.referral(), steps.bed("cedar", 3)
    with pytest.raises(Referral.DoesNotExist):
        do(world.caseworker2, operations.hold_bed, referral, bed, until=now() + DAY)
    with pytest.raises(Referral.DoesNotExist):
        do(world.cedar.admin, operations.hold_bed, referral, bed, until=now() + DAY)
    assert Bed.objects.filter(holds__referral=referral).count() == 0
