"""Placements, referrals and holds move by the steps that people have words for, and never otherwise."""

from datetime import timedelta

import pytest

from placement.database.context import acting
from placement.facilities.models import Hold, Placement, Referral
from tests.attack.sql import Stay, ask, change, denied, insert, refused, sql
from tests.world import World

DAY = timedelta(days=1)
STEPS = {
    "proposed": {"approved", "declined", "withdrawn"},
    "approved": {"withdrawn", "active"},
    "active": {"ended"},
    "ended": set(),
    "declined": set(),
    "withdrawn": set(),
}


def at(world: World, status: str) -> Stay:
    """A stay that has come to ``status`` by the proper steps."""
    stay = Stay(world, "eve", "cedar", 3).propose(world.now - DAY)
    if status in {"approved", "active", "ended"}:
        stay.approve()
    if status in {"active", "ended"}:
        stay.admit()
    if status == "ended":
        stay.end(world.now)
    if status in {"declined", "withdrawn"}:
        with acting(world.supervisor.pk, world.supervisor.name):
            stay.set(status=status, decided_by_id=world.supervisor.pk, decided_at=world.now)
    return stay


@pytest.mark.parametrize("target", STEPS)
@pytest.mark.parametrize("status", STEPS)
def test_every_jump(world: World, status: str, target: str) -> None:
    stay = at(world, status)
    if target == status:
        assert stay.status == status
        return
    signed = {"decided_at": world.now, "end_reason": "left"}
    if status not in {"proposed", "approved"}:
        signed["ends_at"] = world.now
    with acting(world.supervisor2.pk, world.supervisor2.name):
        if status == "proposed":
            signed["decided_by_id"] = world.supervisor2.pk
        if status in {"proposed", "approved", "declined", "withdrawn"}:
            signed |= {"safety_read_by_id": world.supervisor2.pk, "admitted_by_id": world.supervisor2.pk}
        if target in STEPS[status]:
            assert stay.set(status=target, **signed) == 1
        else:
            with refused("placement_moves_one_step"):
                stay.set(status=target, **signed)


@pytest.mark.parametrize("status", [status for status in STEPS if status != "proposed"])
def test_a_placement_begins_as_a_proposal(world: World, status: str) -> None:
    with acting(world.supervisor.pk, world.supervisor.name), refused("placement_begins_as_a_proposal"):
        insert(
            Placement,
            resident_id=world.eve.resident.pk,
            bed_id=world.cedar.beds[3].pk,
            status=status,
            starts_at=world.now,
            proposed_by_id=world.supervisor.pk,
            proposed_at=world.now,
            decision_reason="",
            end_reason="",
        )


@pytest.mark.parametrize("status", ["ended", "declined", "withdrawn"])
def test_what_is_over_stays(world: World, status: str) -> None:
    stay = at(world, status)
    with acting(world.supervisor.pk, world.supervisor.name):
        for values in ({"ends_at": world.now + DAY}, {"starts_at": world.now - 9 * DAY}, {"end_reason": "x"}):
            with refused("finished_placement_stays"):
                stay.set(**values)


def test_a_stay_keeps_resident_bed_and_beginning(world: World) -> None:
    stay = at(world, "active")
    with acting(world.supervisor.pk, world.supervisor.name):
        with refused("placement_keeps_resident_and_bed"):
            stay.set(resident_id=world.fay.resident.pk)
        with refused("placement_keeps_resident_and_bed"):
            stay.set(bed_id=world.cedar.beds[2].pk)
        with refused("finished_placement_stays"):
            stay.set(starts_at=world.now - 9 * DAY)
        with refused("stay_is_not_ended_in_the_future"):
            stay.set(status="ended", ends_at=world.now + DAY, end_reason="x")
        with refused("ended_placement_has_an_end"):
            stay.set(status="ended", ends_at=world.now)


@pytest.mark.parametrize("status", ["proposed", "approved"])
def test_a_placement_keeps_the_dates_for_which_it_is_decided(world: World, status: str) -> None:
    stay = at(world, status)
    with acting(world.supervisor.pk, world.supervisor.name):
        for values in ({"starts_at": world.now + 200 * DAY}, {"ends_at": world.now + 400 * DAY}):
            with refused("placement_keeps_its_dates"):
                stay.set(**values)
    with acting(world.cedar.admin.pk, world.cedar.admin.name), refused("placement_keeps_its_dates"):
        stay.set(status="withdrawn", end_reason="x", ends_at=world.now + 400 * DAY)


def test_a_placement_is_never_deleted(world: World) -> None:
    with acting(world.supervisor.pk, world.supervisor.name), denied():
        sql("DELETE FROM facilities_placement WHERE id = %s", world.ada.stay.pk)


@pytest.fixture
def referral(world: World) -> tuple:
    """Eve's draft."""
    with acting(world.caseworker.pk, world.caseworker.name):
        return Referral, insert(
            Referral,
            resident_id=world.eve.resident.pk,
            status="draft",
            urgency="",
            reason="",
            needs="",
            wishes="",
            made_by_id=world.caseworker.pk,
            made_at=world.now,
            closing_reason="",
            number=1,
        )


def test_a_referral_is_sent_complete_and_then_kept(world: World, referral: tuple) -> None:
    whole = {"urgency": "urgent", "reason": "Needs a home", "needed_from": world.now}
    with acting(world.caseworker.pk, world.caseworker.name):
        for missing in whole:
            with refused("sent_referral_is_complete"):
                change(referral, status="open", **whole | {missing: None if missing == "needed_from" else ""})
        for values in ({"number": 1}, {"resident_id": world.ada.resident.pk}):
            with refused("referral_keeps_its_resident"):
                change(referral, **values)
        assert change(referral, status="open", **whole) == 1
        with refused("sent_referral_is_kept"):
            sql("DELETE FROM facilities_referral WHERE id = %s", referral[1])
        with refused("sent_referral_is_kept"):
            change(referral, status="draft")


def test_a_draft_may_go(world: World, referral: tuple) -> None:
    with acting(world.caseworker.pk, world.caseworker.name):
        assert sql("DELETE FROM facilities_referral WHERE id = %s", referral[1]) == 1


def hold(world: World, referral: tuple, bed: object, starts_at: object, ends_at: object) -> tuple:
    with acting(world.caseworker.pk, world.caseworker.name):
        return Hold, insert(
            Hold,
            bed_id=bed.pk,
            referral_id=referral[1],
            starts_at=starts_at,
            ends_at=ends_at,
            held_by_id=world.caseworker.pk,
        )


def test_a_held_bed_waits_for_its_young_person(world: World, referral: tuple) -> None:
    bed = world.cedar.beds[3]
    row = hold(world, referral, bed, world.now - DAY, world.now + DAY)
    with refused("bed_is_held_once"):
        hold(world, referral, bed, world.now, world.now + 2 * DAY)
    with refused("bed_is_held_for_another"):
        Stay(world, "fay", "cedar", 3).propose(world.now)
    assert Stay(world, "eve", "cedar", 3).propose(world.now).status == "proposed"
    with acting(world.caseworker.pk, world.caseworker.name):
        sql("UPDATE facilities_placement SET status = 'withdrawn' WHERE bed_id = %s", bed.pk)
        change(row, ends_at=world.now)
    assert Stay(world, "fay", "cedar", 3).propose(world.now).status == "proposed"


def test_a_taken_bed_is_not_held(world: World, referral: tuple) -> None:
    with refused("held_bed_is_free"):
        hold(world, referral, world.cedar.beds[0], world.now, world.now + DAY)
    with refused("hold_ends_after_start"):
        hold(world, referral, world.cedar.beds[3], world.now, world.now - DAY)
    assert ask("SELECT count(*) FROM facilities_hold WHERE referral_id = %s", referral[1]) == 0
