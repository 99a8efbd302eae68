"""Exits and drills: written by people on shift at the database's own time, and kept as they were written."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from placement.access.models import Person
from placement.database.context import acting
from placement.facilities.models import Drill, DrillStaff, DrillYoung, Exit, ExitCheck, Shift
from tests.attack.sql import change, denied, insert, refused, sql
from tests.world import World

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def write(world: World, by: Person | None = None, **values: Any) -> UUID:
    """Try Cedar's back door in plain SQL; return the id of the check."""
    by = by or world.staff_cedar
    row = {
        "exit_id": world.cedar.exits[1].pk,
        "facility_id": world.cedar.facility.pk,
        "shift_id": world.cedar.shift.pk,
        "opens": True,
        "unblocked": True,
        "alarm_works": None,
        "wrong": "",
        "checked_by_id": by.pk,
        "reason": "",
    }
    with acting(by.pk, by.name):
        return insert(ExitCheck, **row | values)


def sign(world: World) -> None:
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        change(world.cedar.shift, signed_by_id=world.staff_cedar.pk, signed_at=world.now, hand_off="Quiet day")


def test_a_check_is_of_its_home_and_of_now_whatever_is_sent(world: World) -> None:
    told = world.now - 9 * DAY
    key = write(world, facility_id=world.birch.facility.pk, checked_at=told, written_at=told)
    check = ExitCheck.objects.get(pk=key)
    assert check.facility_id == world.cedar.facility.pk
    assert check.checked_at == check.written_at > timezone.now() - MINUTE


def test_a_check_is_kept(world: World) -> None:
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        for values in ({"opens": False, "wrong": "Locked"}, {"wrong": "x"}, {"checked_at": world.now - DAY}):
            with refused("exit_check_is_kept"):
                change(world.cedar.exit_check, **values)
        with denied():
            sql("DELETE FROM facilities_exitcheck WHERE id = %s", world.cedar.exit_check.pk)


@pytest.mark.parametrize("key", ["supervisor", "inspector_cedar"])
def test_only_who_works_shifts_there_writes_a_check_or_a_drill(world: World, key: str) -> None:
    by = world.people[key]
    with refused("exit_is_checked_on_shift"):
        write(world, by)
    with refused("drill_is_written_by_the_home"):
        drill(world, by)


def test_a_check_is_signed_with_the_own_name(world: World) -> None:
    with refused("signature_is_own"):
        write(world, checked_by_id=world.admin_cedar.pk)
    with refused("signature_is_own"):
        drill(world, written_by_id=world.admin_cedar.pk)


def test_a_check_is_of_the_shift_that_goes_on_in_its_home(world: World) -> None:
    with refused("exit_is_checked_in_its_shift"):
        write(world, shift_id=world.birch.shift.pk)
    start = world.cedar.shift.starts_at
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        shift = {"facility_id": world.cedar.facility.pk, "name": "Night", "hand_off": ""}
        shift |= {"signing_reason": "", "about_open": "", "ends_at": start, "starts_at": start - DAY}
        before = insert(Shift, **shift)
        after = insert(Shift, **shift | {"starts_at": world.cedar.shift.ends_at, "ends_at": world.now + 2 * DAY})
    for other in (before, after):
        with refused("exit_is_checked_in_its_shift"):
            write(world, shift_id=other)


def test_a_fault_is_told_in_words_and_the_alarm_only_where_there_is_one(world: World) -> None:
    for fault in ({"opens": False}, {"unblocked": False}, {"opens": False, "wrong": " "}):
        with refused("exit_fault_is_described"):
            write(world, **fault)
    with refused("alarm_is_tried_where_there_is_one"):
        write(world, alarm_works=True)
    with acting(world.supervisor.pk, world.supervisor.name):
        hatch = insert(Exit, facility_id=world.cedar.facility.pk, name="Hatch", has_alarm=True)
    with refused("alarm_is_tried_where_there_is_one"):
        write(world, exit_id=hatch)
    with refused("exit_fault_is_described"):
        write(world, exit_id=hatch, alarm_works=False)
    assert write(world, exit_id=hatch, alarm_works=False, wrong="The battery is empty")


def test_after_signing_a_check_is_only_amended_with_a_reason_and_keeps_its_moment(world: World) -> None:
    first = world.cedar.exit_check
    of_first = {"exit_id": first.exit_id, "amends_id": first.pk}
    with refused("exit_amendment_has_a_reason"):
        write(world, **of_first)
    with refused("exit_amendment_has_a_reason"):
        write(world, reason="No check to amend")
    sign(world)
    with refused("exit_check_after_signing_is_an_amendment"):
        write(world)
    key = write(world, **of_first, opens=False, wrong="Locked", reason="Looked at the wrong door")
    amendment = ExitCheck.objects.get(pk=key)
    assert amendment.checked_at == first.checked_at < amendment.written_at
    for other in ({"exit_id": world.cedar.exits[1].pk, "amends_id": first.pk}, {**of_first, "amends_id": key}):
        with refused("exit_amendment_is_of_one_check"):
            write(world, **other, reason="Looked at the wrong door")


def drill(world: World, by: Person | None = None, **values: Any) -> UUID:
    """Write down a drill of Cedar in plain SQL."""
    by = by or world.staff_cedar
    row = {
        "facility_id": world.cedar.facility.pk,
        "shift_id": world.cedar.shift.pk,
        "kind": "fire",
        "held_at": timezone.now() - 5 * MINUTE,
        "seconds": 80,
        "all_out": False,
        "problems": "",
        "follow_up": "",
        "written_by_id": by.pk,
    }
    with acting(by.pk, by.name):
        return insert(Drill, **row | values)


def test_a_drill_is_plausible(world: World) -> None:
    for seconds in (0, 7201):
        with refused("drill_takes_seconds"):
            drill(world, seconds=seconds)
    with refused("drill_is_not_in_the_future"):
        drill(world, held_at=world.now + DAY)
    with refused("drill_problem_has_a_follow_up"):
        drill(world, problems="The bell was not heard", follow_up="  ")
    with refused("drill_stays_in_its_home"):
        drill(world, shift_id=world.birch.shift.pk)


def test_a_drill_and_who_took_part_are_kept(world: World) -> None:
    held = world.cedar.drill
    part, staff = held.young.first(), held.staff.first()
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        for row, values in (
            (held, {"seconds": 20}),
            (held, {"written_at": world.now - DAY}),
            (part, {"got_out": False, "why_not": "Slept"}),
            (staff, {"person_id": world.admin_cedar.pk}),
        ):
            with refused("drill_is_kept"):
                change(row, **values)
        with refused("drill_is_kept"):  # it was written more than five minutes ago
            insert(DrillStaff, drill_id=held.pk, person_id=world.admin_cedar.pk)
        with denied():
            sql("DELETE FROM facilities_drillyoung WHERE id = %s", part.pk)
    new = drill(world)
    with acting(world.admin_cedar.pk, world.admin_cedar.name), refused("drill_is_kept"):  # somebody else wrote it
        insert(DrillStaff, drill_id=new, person_id=world.admin_cedar.pk)


def test_who_took_part_lived_or_worked_there_then_and_is_named_once(world: World) -> None:
    new = drill(world)
    ada = {"drill_id": new, "resident_id": world.ada.resident.pk, "got_out": True, "why_not": ""}
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        for values in ({"got_out": False}, {"got_out": False, "why_not": " "}, {"why_not": "Slept"}):
            with refused("who_did_not_get_out_has_a_reason"):
                insert(DrillYoung, **ada | values)
        insert(DrillYoung, **ada)
        with refused("young_person_in_a_drill_once"):
            insert(DrillYoung, **ada)
        with refused("drill_is_of_who_lives_there"):
            insert(DrillYoung, **ada | {"resident_id": world.fay.resident.pk})
        sure = {"drill_id": drill(world, all_out=True), "got_out": False, "why_not": "Slept"}
        with acting(world.staff_cedar.pk, world.staff_cedar.name), refused("drill_says_whether_all_were_out"):
            insert(DrillYoung, **ada | sure)
        insert(DrillStaff, drill_id=new, person_id=world.staff_cedar.pk)
        with refused("person_in_a_drill_once"):
            insert(DrillStaff, drill_id=new, person_id=world.staff_cedar.pk)
        for other in (world.staff_birch, world.staff_past, world.inspector_cedar):
            with refused("drill_is_of_who_works_there"):
                insert(DrillStaff, drill_id=new, person_id=other.pk)


def test_an_exit_is_added_by_the_home_and_kept(world: World) -> None:
    door = {"facility_id": world.cedar.facility.pk, "name": "Hatch", "has_alarm": False}
    for by in (world.staff_cedar, world.caseworker, world.inspector_cedar, world.admin_birch):
        with acting(by.pk, by.name), refused("exit_is_added_by_the_home"):
            insert(Exit, **door)
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        hatch = insert(Exit, **door)
        for values in ({"has_alarm": True}, {"name": "x"}, {"facility_id": world.birch.facility.pk}):
            with refused("exit_is_kept"):
                change((Exit, hatch), **values)


def test_a_drill_is_of_its_shift_and_not_dated_back_by_months(world: World) -> None:
    with refused("drill_is_of_its_shift"):
        drill(world, held_at=world.cedar.shift.starts_at - DAY)
    with refused("drill_is_written_within_31_days"):
        drill(world, held_at=world.now - 32 * DAY, shift_id=None)
    late = Drill.objects.get(pk=drill(world, held_at=world.now - 9 * DAY, shift_id=None))
    assert late.written_late == "written down 9 days later"
    assert Drill.objects.get(pk=drill(world)).written_late == ""


def test_an_amendment_of_a_drill_has_a_reason_and_keeps_kind_and_moment(world: World) -> None:
    first = world.cedar.drill
    for values in ({"amends_id": first.pk}, {"amends_id": first.pk, "reason": " "}, {"reason": "Nothing to amend"}):
        with refused("drill_amendment_has_a_reason"):
            drill(world, **values)
    said = {
        "amends_id": first.pk,
        "reason": "The clock was wrong",
        "seconds": 300,
        "kind": "storm",
        "held_at": world.now,
    }
    key = drill(world, **said, shift_id=None)
    amendment = Drill.objects.get(pk=key)
    assert (amendment.kind, amendment.held_at, amendment.shift_id) == (first.kind, first.held_at, first.shift_id)
    for other in ({"amends_id": key}, {"amends_id": world.birch.drill.pk}):
        with refused("drill_amendment_is_of_one_drill"):
            drill(world, reason="Again", **other)
    with acting(world.staff_cedar.pk, world.staff_cedar.name), refused("drill_is_kept"):
        change((Drill, key), seconds=10)
