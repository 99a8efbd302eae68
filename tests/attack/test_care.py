"""Invariant 9: when it happened, when it was written, late marked late, and after signing only amendments."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from placement.access.models import Person
from placement.database.context import acting
from placement.facilities.models import Shift, ShiftStaff
from residents.models import CareEntry
from tests.attack.sql import change, denied, insert, refused, sql
from tests.world import World

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
Row = tuple[type[CareEntry], UUID]


def write(world: World, by: Person | None = None, **values: Any) -> Row:
    by = by or world.staff_cedar
    row = {
        "resident_id": world.ada.resident.pk,
        "facility_id": world.cedar.facility.pk,
        "shift_id": world.cedar.shift.pk,
        "kind": "meal",
        "outcome": "all",
        "note": "",
        "happened_at": timezone.now() - 5 * MINUTE,
        "written_by_id": by.pk,
        "reason": "",
        "late": False,
    }
    with acting(by.pk, by.name):
        return CareEntry, insert(CareEntry, **row | values)


def rewrite(world: World, entry: Row, **values: Any) -> int:
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        return change(entry, **values)


def sign(world: World) -> None:
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        change(world.cedar.shift, signed_by_id=world.staff_cedar.pk, signed_at=world.now, hand_off="Quiet day")


def read(entry: Row) -> CareEntry:
    return CareEntry.objects.get(pk=entry[1])


@pytest.mark.parametrize(("minutes", "late"), [(29, False), (32, True), (600, True)])
def test_an_entry_says_itself_when_it_was_written_and_whether_late(world: World, minutes: int, late: bool) -> None:
    told = world.now - 9 * DAY
    entry = write(world, happened_at=timezone.now() - minutes * MINUTE, written_at=told, late=not late)
    assert read(entry).written_at > timezone.now() - MINUTE
    assert read(entry).late is late
    rewrite(world, entry, late=not late, outcome="half")
    assert read(entry).late is late
    assert read(entry).outcome == "half"


def test_the_time_of_writing_is_never_changed(world: World) -> None:
    entry = write(world)
    with refused("care_entry_stays_in_its_place"):
        rewrite(world, entry, written_at=world.now - DAY)
    rewrite(world, entry, happened_at=world.now - 90 * MINUTE)
    assert read(entry).late is True  # moving it back in time marks it


def test_nothing_happens_in_the_future(world: World) -> None:
    with refused("care_entry_is_not_in_the_future"):
        write(world, happened_at=world.now + DAY)
    entry = write(world)
    with refused("care_entry_is_not_in_the_future"):
        rewrite(world, entry, happened_at=world.now + DAY)


def test_an_entry_stays_in_its_place(world: World) -> None:
    entry, other = write(world), write(world)
    for values in (
        {"resident_id": world.bea.resident.pk},
        {"facility_id": world.birch.facility.pk},
        {"shift_id": world.birch.shift.pk},
        {"shift_id": None},
        {"amends_id": other[1], "reason": "x"},
    ):
        with refused("care_entry_stays_in_its_place"):
            rewrite(world, entry, **values)
    with refused("care_entry_stays_in_its_place"):
        write(world, shift_id=world.birch.shift.pk)


def test_after_signing_a_change_is_an_amendment_and_the_first_text_stays(world: World) -> None:
    entry = write(world)
    assert rewrite(world, entry, outcome="half") == 1
    sign(world)
    for values in ({"outcome": "none"}, {"note": "x"}, {"happened_at": world.now - DAY}, {"kind": "mood"}):
        with refused("signed_entry_is_amended"):
            rewrite(world, entry, **values)
    for reason in ("amendment_has_a_reason", "entry_after_signing_has_a_reason"):
        with refused(reason):
            write(world, amends_id=entry[1], outcome="none", **{"shift_id": None} if reason.startswith("amend") else {})
    amendment = write(world, amends_id=entry[1], outcome="none", reason="Counted again")
    assert read(entry).outcome == "half"
    assert read(amendment).amends == read(entry)
    with refused("signed_entry_is_amended"):
        rewrite(world, amendment, outcome="all")


def test_an_entry_from_before_its_shift_was_opened_is_signed_with_it(world: World) -> None:
    entry = write(world, shift_id=None)
    assert rewrite(world, entry, outcome="half") == 1
    sign(world)
    added = write(world, shift_id=None, reason="Forgotten")
    for row in (entry, added):
        with refused("signed_entry_is_amended"):
            rewrite(world, row, outcome="none")
    assert read(write(world, amends_id=entry[1], shift_id=None, outcome="none", reason="Counted again")).reason
    assert read(entry).outcome == "half"


def test_a_new_entry_into_a_signed_shift_says_why(world: World) -> None:
    sign(world)
    with refused("entry_after_signing_has_a_reason"):
        write(world)
    assert read(write(world, reason="Forgotten")).reason == "Forgotten"


def test_an_amendment_is_about_the_same_young_person_and_home(world: World) -> None:
    entry = write(world)
    with refused("amendment_is_of_the_same_resident"):
        write(world, amends_id=entry[1], resident_id=world.bea.resident.pk, reason="x")
    with refused("amendment_is_of_the_same_resident"):
        write(world, amends_id=entry[1], facility_id=world.birch.facility.pk, shift_id=None, reason="x")


def test_a_signed_shift_is_never_opened_again(world: World) -> None:
    sign(world)
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        for values in (
            {"signed_at": None, "signed_by_id": None},
            {"hand_off": "Nothing"},
            {"ends_at": world.now + DAY},
            {"facility_id": world.birch.facility.pk},
        ):
            with refused("signed_shift_stays"):
                # the signature trigger would refuse the first one too; whichever comes first
                change(world.cedar.shift, **values)


def test_a_shift_is_signed_by_somebody_on_duty_in_the_own_name(world: World) -> None:
    with acting(world.admin_birch.pk, world.admin_birch.name):  # of another home: there is no such shift
        assert change(world.cedar.shift, signed_by_id=world.admin_birch.pk, signed_at=world.now) == 0
    with acting(world.supervisor.pk, world.supervisor.name), refused("shift_is_kept_by_its_home"):
        change(world.cedar.shift, signed_by_id=world.supervisor.pk, signed_at=world.now, hand_off="Quiet")
    with acting(world.admin_cedar.pk, world.admin_cedar.name), refused("signature_is_own"):
        change(world.cedar.shift, signed_by_id=world.staff_cedar.pk, signed_at=world.now, hand_off="Quiet")
    with acting(world.staff_cedar.pk, world.staff_cedar.name), refused("shift_signature_has_a_time"):
        change(world.cedar.shift, signed_by_id=world.staff_cedar.pk)
    with acting(world.staff_cedar.pk, world.staff_cedar.name), refused("shift_is_signed_by_staff_on_duty"):
        insert(
            Shift,
            facility_id=world.cedar.facility.pk,
            name="Old",
            starts_at=world.now - 2 * DAY,
            ends_at=world.now - DAY,
            hand_off="",
            signed_by_id=world.staff_cedar.pk,
            signed_at=world.now,
        )
    sign(world)


def test_shifts_of_one_home_follow_each_other(world: World) -> None:
    shift = {"facility_id": world.cedar.facility.pk, "name": "Night", "hand_off": ""}
    shift |= {"signing_reason": "", "about_open": ""}
    start, end = world.cedar.shift.starts_at, world.cedar.shift.ends_at
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        with refused("shifts_do_not_overlap"):
            insert(Shift, starts_at=end - MINUTE, ends_at=end + DAY, **shift)
        with refused("shift_ends_after_start"):
            insert(Shift, starts_at=end, ends_at=end, **shift)
        night = insert(Shift, starts_at=start - DAY, ends_at=start, **shift)
        insert(ShiftStaff, shift_id=night, person_id=world.staff_cedar.pk, awake=True)
        with refused("on_duty_once"):
            insert(ShiftStaff, shift_id=night, person_id=world.staff_cedar.pk, awake=False)


def test_an_entry_is_never_deleted_nor_signed_for_another(world: World) -> None:
    entry = write(world)
    with acting(world.staff_cedar.pk, world.staff_cedar.name), denied():
        sql("DELETE FROM residents_careentry WHERE id = %s", entry[1])
    with acting(world.staff_cedar.pk, world.staff_cedar.name), refused("signature_stays"):
        change(entry, written_by_id=world.admin_cedar.pk)
    with acting(world.staff_cedar.pk, world.staff_cedar.name), refused("signature_is_own"):
        insert(
            CareEntry,
            resident_id=world.ada.resident.pk,
            facility_id=world.cedar.facility.pk,
            kind="meal",
            outcome="",
            note="",
            happened_at=world.now,
            written_by_id=world.admin_cedar.pk,
            reason="",
            late=False,
        )
