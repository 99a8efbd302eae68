"""Corrective action in plain SQL under the application's role: nobody signs for their own, for another, or for a past day."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from compliance.models import CorrectiveAction, CorrectiveStep, Finding
from placement.database.context import acting
from tests.attack.corrective_rules import done, first, planned, sent_back, signed, stepped
from tests.attack.sql import change, denied, refused, sql
from tests.corrective import kept_from, locked, plan, report, verified
from tests.world import World

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def test_nothing_is_removed(world: World, acting_as: Callable) -> None:
    verified(world, locked(world))
    with acting_as(world.supervisor):
        for model in (CorrectiveAction, CorrectiveStep):
            for statement in ("DELETE FROM {}", "TRUNCATE {} CASCADE"):
                with denied():
                    sql(statement.format(model._meta.db_table))


def test_nobody_signs_for_another(world: World, acting_as: Callable) -> None:
    found = locked(world)
    with acting_as(world.admin_cedar), refused("signature_is_own"):
        planned(world, found, by="supervisor")
    action = plan(world, found)
    with acting_as(world.admin_cedar), refused("signature_is_own"):
        change(first(action), **done(world))
    action = report(action)
    with acting_as(world.admin_cedar):
        with refused("signature_is_own"):
            change(action, **signed(world, "supervisor"))
        with refused("signature_is_own"):
            change(action, **sent_back(world, "supervisor"))


def test_a_signature_stays(world: World, acting_as: Callable) -> None:
    action = verified(world, locked(world))
    with acting_as(world.supervisor2):
        for values in ({"verified_by_id": world.supervisor2.pk}, {"planned_by_id": world.supervisor2.pk}):
            with refused("corrective_action_is_kept"):
                change(action, **values)


def test_what_was_verified_stays_whole(world: World, acting_as: Callable) -> None:
    action = verified(world, locked(world))
    changes = {
        "cause": "It was nobody's fault",
        "due_on": world.today + 90 * DAY,
        "owner_id": world.admin_cedar.pk,
        "changed_why": "So",
        "done_note": "Nothing",
        "verified_note": "Nothing",
        "verified_at": None,
        "finding_id": kept_from(world).pk,
    }
    with acting_as(world.supervisor):
        for name, value in changes.items():
            with refused("corrective_action_is_kept"):
                change(action, **{name: value})
        with refused("corrective_action_is_kept"):
            change(action, **sent_back(world, "supervisor"))


def test_no_time_is_dated_back(world: World, acting_as: Callable) -> None:
    long_ago = world.now - 9 * DAY
    with acting_as(world.admin_cedar):
        key = planned(world, locked(world), planned_at=long_ago)
    assert CorrectiveAction.objects.get(pk=key).planned_at > world.now - HOUR
    action = CorrectiveAction.objects.get(pk=key)
    with acting_as(world.admin_cedar):
        CorrectiveStep.objects.create(action=action, number=1, what="Look")
    with acting_as(world.staff_cedar):
        change(first(action), **done(world, done_at=long_ago))
        change(action, done_at=long_ago, done_note="All")
    with acting_as(world.supervisor):
        change(action, **signed(world, "supervisor", verified_at=long_ago))
    action.refresh_from_db()
    assert min(first(action).done_at, action.done_at, action.verified_at) > world.now - HOUR


def test_the_owner_cannot_report_and_sign_at_once(world: World, acting_as: Callable) -> None:
    action = plan(world, locked(world), by=world.supervisor, owner=world.admin_cedar)
    with acting_as(world.admin_cedar):
        for step in action.steps.all():
            change(step, **done(world, done_by_id=world.admin_cedar.pk))
        with refused("corrective_action_verified_by_another"):
            change(action, done_at=world.now, done_note="All", **signed(world, "admin_cedar"))


def test_another_owner_at_the_last_moment_helps_nobody_to_sign_for_their_own(world: World, acting_as: Callable) -> None:
    action = plan(world, locked(world), by=world.supervisor, owner=world.admin_cedar)
    with acting_as(world.admin_cedar):
        change(action, owner_id=world.staff_cedar.pk, changed_why="So")
    with acting_as(world.staff_cedar):
        for step in action.steps.all():
            change(step, **done(world))
        change(action, done_at=world.now, done_note="All")
    with acting_as(world.admin_cedar), refused("corrective_action_verified_by_another"):
        change(action, **signed(world, "admin_cedar"))


def test_nobody_of_another_home_plans_does_or_signs(world: World) -> None:
    action = stepped(world)
    found, one = action.finding, first(action)
    for key in ("admin_birch", "staff_birch", "caseworker2", "inspector_birch"):
        person = world.people[key]
        with acting(person.pk, person.name):
            assert change(action, done_at=world.now, done_note="All") == 0
            assert change(one, evidence="Forged") == 0
            assert not Finding.objects.filter(pk=found.pk).exists()
            with pytest.raises(DatabaseError), transaction.atomic():
                planned(world, found, by=key)


def test_nobody_says_by_hand_after_what_a_rule_failed_again(world: World, acting_as: Callable) -> None:
    action = verified(world, locked(world))
    with acting_as(world.supervisor), denied():
        change(action.finding, again_after_id=action.pk)
