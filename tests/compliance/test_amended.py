"""An amended entry stays the one that was first written: what a rule says of it, and what was done about it, stays with it."""

from datetime import timedelta
from importlib import import_module

from django.db import connection, transaction

from compliance.judging import judge
from compliance.models import Finding
from placement.audit.clock import at_time
from placement.database import roles
from placement.database.context import acting, acting_as_system
from placement.facilities import operations as homes
from placement.facilities.models import ExitCheck
from placement.facilities.operations.exits import Tried
from residents import operations as residents
from tests.building.acts import people_of
from tests.compliance.test_facts import HOUR, rows, subjects
from tests.corrective import LOCKED, locked, plan
from tests.world import World

DAY = timedelta(days=1)


def amend_door(world: World, *, opens: bool, check: ExitCheck | None = None) -> ExitCheck:
    """Let the staff of Cedar say anew how they found the door."""
    staff = world.cedar.staff
    with acting(staff.pk, staff.name):
        check = check or ExitCheck.objects.filter(exit=world.cedar.exits[1], amends=None).latest("written_at")
        words = {"wrong": "" if opens else "The bolt", "reason": "Looked again"}
        return homes.amend_exit_check(check, opens=opens, unblocked=True, alarm_works=None, by=staff, **words)


def found(world: World) -> list[Finding]:
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        return list(Finding.objects.filter(rule__rule=LOCKED).order_by("opened_at"))


def test_an_open_finding_and_its_corrective_action_stay_when_the_look_is_amended(world: World) -> None:
    first = locked(world)
    action = plan(world, first)
    amend_door(world, opens=False)
    amend_door(world, opens=False)  # and once more
    assert [(row.pk, row.closed_at) for row in found(world)] == [(first.pk, None)]
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        action.refresh_from_db()
        assert action.finding_id == first.pk


def test_no_word_about_a_look_makes_the_exit_good_but_another_look_does(world: World) -> None:
    first = locked(world)
    amend_door(world, opens=True)
    assert [(row.pk, row.closed_at) for row in found(world)] == [(first.pk, None)]
    staff = world.cedar.staff
    with acting(staff.pk, staff.name):
        homes.check_exits(
            world.cedar.shift, [Tried(world.cedar.exits[1], opens=True, unblocked=True, alarm_works=None)], by=staff
        )
    (row,) = found(world)
    assert row.closed_at is not None


def test_a_look_that_was_amended_to_bad_puts_nothing_right(world: World) -> None:
    locked(world)
    staff, door = world.cedar.staff, world.cedar.exits[1]
    with acting(staff.pk, staff.name):
        (good,) = homes.check_exits(
            world.cedar.shift, [Tried(door, opens=True, unblocked=True, alarm_works=None)], by=staff
        )
    assert all(row.closed_at for row in found(world))
    amend_door(world, opens=False, check=good)
    assert any(row.closed_at is None for row in found(world))


def test_a_contact_that_is_amended_twice_is_one_contact(world: World) -> None:
    caseworker, *_ = people_of(world, world.ada)
    resident = world.ada.resident
    with acting(caseworker.pk, caseworker.name):
        lawyer = residents.add_outside_person(
            resident, name="Lawyer", relation="lawyer", permission="allowed", office="lawyer", by=caseworker
        )
        first = residents.log_contact(
            resident,
            outside_person=lawyer,
            kind="call",
            supervised=True,
            supervised_by="Somebody",
            note="She asked for it",
            happened_at=world.now - HOUR,
            by=caseworker,
        )
        for words in ("He asked for it", "They asked for it"):
            residents.amend_contact(
                first, note=words, reason="Wrong word", happened_at=first.happened_at, by=caseworker
            )
    assert [row.subject for row in rows("contact.office_overheard")] == [first.pk]
    with acting(caseworker.pk, caseworker.name):
        residents.amend_contact(first, mistake=True, reason="Another person", by=caseworker)
    assert subjects("contact.office_overheard") == set()


def test_school_that_was_amended_is_the_same_day(world: World) -> None:
    staff = world.cedar.staff
    with acting(staff.pk, staff.name):
        (entry,) = residents.log_school(
            {world.ada.resident: residents.Said("Did not go", why="Was ill")},
            facility=world.cedar.facility,
            shift=world.cedar.shift,
            happened_at=world.now - HOUR,
            by=staff,
        )
        for words in ("Was ill in the morning", "Was ill all day"):
            residents.amend_care(entry, note=words, reason="Left out", by=staff)
    assert [row.subject for row in rows("school.missed")] == [entry.pk]


def test_what_was_corrected_does_not_come_back_with_an_amendment(committed_world: World) -> None:
    """A moment that corrective action has closed: judged again after the amendment, it stays closed."""
    world = committed_world
    first = locked(world)
    with roles.as_owner(), at_time(world.now + DAY), acting_as_system("a test"):
        Finding.objects.filter(pk=first.pk).update(closed_at=world.now, closed_why="corrected")
        judge(homes=[world.cedar.facility.pk])
        assert Finding.objects.filter(rule__rule=LOCKED, closed_at=None).count() == 0
    amend_door(world, opens=False)
    assert all(row.closed_at for row in found(world))


def test_findings_kept_under_an_amendment_before_go_to_the_entry_first_written(committed_world: World) -> None:
    """What the migration does with rows of an earlier time; history says so."""
    world = committed_world
    first = locked(world)
    amended = amend_door(world, opens=False)
    moved = import_module("compliance.migrations.0053_findings_go_on").KEPT
    with roles.as_owner(), transaction.atomic():
        with acting_as_system("a test"):
            Finding.objects.filter(pk=first.pk).update(subject=amended.pk)  # as it was kept before
            about_young = Finding.objects.filter(stays_with_home=True)
            stays = set(about_young.values_list("pk", flat=True))
            about_young.update(stays_with_home=False)
        with connection.cursor() as cursor:
            cursor.execute(moved)
        row = Finding.objects.get(pk=first.pk)
        assert row.subject == amended.amends_id
        assert row.history.latest().subject == amended.amends_id
        assert row.history.latest().history_user_name == "system: migrate"
        assert stays and set(about_young.values_list("pk", flat=True)) == stays
        assert all(row.history.latest().stays_with_home for row in about_young)
        transaction.set_rollback(True)
