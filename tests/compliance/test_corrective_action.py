"""Corrective action: planned, done step by step, verified by another person, and named when the rule fails again."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist

from compliance import operations
from compliance.judging import judge
from compliance.models import CorrectiveAction, Finding
from compliance.operations.corrective import MOST_STEPS
from placement.audit.clock import at_time
from placement.database import roles
from placement.database.constraints import Refused
from placement.database.context import acting
from tests.corrective import KEPT_FROM, do_steps, kept_from, locked, plan, report, try_door, verified, verify
from tests.law import NCMEC, of, prove_all
from tests.law import report as report_incident
from tests.world import World

DAY = timedelta(days=1)


def test_from_the_plan_to_the_signature(world: World) -> None:
    action = plan(world, locked(world))
    assert [step.number for step in action.steps.all()] == [1, 2]
    action = report(action)
    assert action.done_at is not None
    verify(action, world.supervisor)
    action.refresh_from_db()
    assert (action.verified_by, action.verified_note) == (world.supervisor, "Went there and tried the door")
    acts = list(action.history.order_by("history_id").values_list("history_act", flat=True))
    assert acts == [
        "compliance.plan_corrective_action",
        "compliance.report_corrective_action",
        "compliance.verify_corrective_action",
    ]


def test_what_a_record_puts_right_is_closed_by_the_record_and_the_action_goes_on(world: World) -> None:
    found = locked(world)
    action = plan(world, found)
    try_door(world, opens=True)
    found.refresh_from_db()
    assert found.closed_why == Finding.Closed.PUT_RIGHT
    assert CorrectiveAction.objects.get(pk=action.pk).verified_at is None
    verify(report(action), world.supervisor)
    found.refresh_from_db()
    assert found.closed_why == Finding.Closed.PUT_RIGHT


def test_a_door_that_is_still_locked_stays_found_whatever_somebody_has_verified(world: World) -> None:
    found = locked(world)
    verified(world, found)
    found.refresh_from_db()
    assert found.closed_at is None


def test_what_no_record_puts_right_is_closed_by_verification_and_not_found_again(world: World) -> None:
    found = kept_from(world)
    verified(world, found)
    found.refresh_from_db()
    assert found.closed_why == Finding.Closed.CORRECTED
    with acting(world.supervisor2.pk, world.supervisor2.name):
        judge(young=[world.cleo.resident.pk])
    assert Finding.objects.filter(rule__rule=KEPT_FROM, closed_at=None).count() == 0


def test_only_verification_closes_it(world: World) -> None:
    found = kept_from(world)
    report(plan(world, found))
    with acting(world.supervisor2.pk, world.supervisor2.name):
        judge(young=[world.cleo.resident.pk])
    found.refresh_from_db()
    assert found.closed_at is None


def test_a_rule_that_fails_again_names_the_action_after_which_it_did(world: World) -> None:
    action = verified(world, locked(world))
    try_door(world, opens=True)
    again = locked(world)
    assert again.again_after == action
    assert again.pk != action.finding_id


def test_the_newest_of_several_actions_is_named(world: World) -> None:
    verified(world, locked(world))
    try_door(world, opens=True)
    second = verified(world, locked(world))
    try_door(world, opens=True)
    assert locked(world).again_after == second


def test_what_only_was_planned_or_reported_is_nothing_to_fail_again_after(world: World) -> None:
    report(plan(world, locked(world)))
    try_door(world, opens=True)
    assert locked(world).again_after is None


def test_what_failed_before_for_somebody_else_is_not_called_again(world: World) -> None:
    """Found later, but since an earlier time: the action can't have prevented it."""
    first = of(NCMEC, subject=report_incident(world, world.ada.resident, ago=30 * DAY / 24).pk)
    found = Finding.objects.get(rule=first.rule, subject=first.subject)
    action = verified(world, found)
    prove_all(first, world.staff_cedar)
    other = report_incident(world, world.bea.resident, ago=40 * DAY / 24)
    assert Finding.objects.get(rule=first.rule, subject=other.pk).again_after is None
    proof = first.proofs.first()
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        operations.withdraw_proof(proof, reason="Wrong", by=world.staff_cedar)
    once_more = Finding.objects.get(rule=first.rule, subject=first.subject, closed_at=None)
    assert once_more.again_after == action  # but what was corrected itself, and does not hold, is


def test_after_twelve_months_it_is_a_new_failure(committed_world: World) -> None:
    world = committed_world
    verified(world, locked(world))
    try_door(world, opens=True)
    try_door(world, opens=False)
    found = Finding.objects.get(rule__rule="ca-gh-no-locking", closed_at=None)
    assert found.again_after is not None
    with roles.as_owner(), at_time(world.now + 400 * DAY), acting(world.supervisor.pk, world.supervisor.name):
        Finding.objects.filter(pk=found.pk).update(closed_at=world.now + 399 * DAY, closed_why="put right")
        judge(homes=[world.cedar.facility.pk])
        assert Finding.objects.get(rule__rule="ca-gh-no-locking", closed_at=None).again_after is None


def test_one_open_action_for_a_finding_and_another_when_it_is_verified(world: World) -> None:
    found = locked(world)
    action = plan(world, found)
    with pytest.raises(Refused, match="already"):
        plan(world, found)
    verify(report(action), world.supervisor)
    plan(world, found)


def test_it_is_sent_back_and_reported_again(world: World) -> None:
    action = report(plan(world, locked(world)))
    with acting(world.supervisor.pk, world.supervisor.name):
        operations.send_back_corrective_action(action, reason="The night shift knew nothing", by=world.supervisor)
    action.refresh_from_db()
    assert action.done_at is None and action.sent_back
    assert "All shifts were told" in action.history.values_list("done_note", flat=True)
    admin = world.admin_cedar
    with acting(admin.pk, admin.name):
        change = {"owner": action.owner, "due_on": action.due_on + DAY, "reason": "One more step", "steps": ["Ask"]}
        operations.change_corrective_action(action, **change, by=admin)
    verify(report(action), world.supervisor)
    action.refresh_from_db()
    assert action.verified_at is not None


def test_a_new_due_day_has_a_reason_and_history_keeps_the_old_one(world: World) -> None:
    action, admin = plan(world, locked(world)), world.admin_cedar
    before = action.due_on
    with acting(admin.pk, admin.name):
        for reason in ("", "  "):
            with pytest.raises(Refused) as why:
                operations.change_corrective_action(
                    action, owner=action.owner, due_on=before + DAY, reason=reason, by=admin
                )
            assert why.value.field == "reason"
        operations.change_corrective_action(
            action, owner=action.owner, due_on=before + DAY, reason="The locksmith comes on Friday", by=admin
        )
    days = list(action.history.order_by("history_id").values_list("due_on", flat=True))
    assert days == [before, before + DAY]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"cause": "  "}, "cause"),
        ({"steps": []}, "steps"),
        ({"steps": ["", "  "]}, "steps"),
        ({"due_on": -2}, "due_on"),
        ({"due_on": 740}, "due_on"),
        ({"owner": "staff_birch"}, "owner"),
        ({"owner": "staff_past"}, "owner"),
        ({"owner": "inspector_cedar"}, "owner"),
        ({"owner": "supervisor"}, "owner"),
        ({"owner": "caseworker"}, "owner"),  # of what is about the home itself
    ],
)
def test_a_plan_that_cannot_be_is_refused(world: World, changes: dict[str, Any], field: str) -> None:
    found = locked(world)
    if isinstance(changes.get("due_on"), int):
        changes = {"due_on": world.today + changes["due_on"] * DAY}
    if "owner" in changes:
        changes = {"owner": world.people[changes["owner"]]}
    with pytest.raises(Refused) as refused:
        plan(world, found, **changes)
    assert refused.value.field == field
    assert not CorrectiveAction.objects.exists()


def test_the_caseworker_plans_and_owns_what_is_about_their_young_person(world: World) -> None:
    action = plan(world, kept_from(world), by=world.caseworker2, owner=world.caseworker2)
    verify(report(action), world.admin_birch)
    action.refresh_from_db()
    assert action.verified_by == world.admin_birch


def test_nobody_verifies_what_they_planned_owned_or_did(world: World) -> None:
    found = locked(world)
    planned = plan(world, found, by=world.supervisor2, owner=world.admin_cedar)
    do_steps(planned, world.staff_cedar)
    for person in (world.supervisor2, world.admin_cedar):
        with pytest.raises(Refused, match="Somebody else"):
            verify(report(planned) if planned.done_at is None else planned, person)
        planned.refresh_from_db()
    verify(planned, world.supervisor)


def test_the_administrator_who_did_a_step_or_owned_it_once_does_not_verify(world: World) -> None:
    action = plan(world, locked(world), by=world.supervisor2, owner=world.admin_cedar)
    with acting(world.supervisor2.pk, world.supervisor2.name):
        operations.change_corrective_action(
            action, owner=world.staff_cedar, due_on=action.due_on, reason="Away", by=world.supervisor2
        )
    action.refresh_from_db()
    with pytest.raises(Refused, match="Somebody else"):
        verify(report(action), world.admin_cedar)


def test_whoever_changed_the_plan_or_added_a_step_does_not_verify_it(world: World) -> None:
    """They would judge their own day, their own cause or their own step."""
    found = locked(world)
    for change in ({"due_on": world.today + 30 * DAY}, {"cause": "The lock is old"}, {"steps": ["Ask the locksmith"]}):
        action = plan(world, found)
        values = {"owner": action.owner, "due_on": action.due_on, "reason": "More time"} | change
        with acting(world.supervisor2.pk, world.supervisor2.name):
            operations.change_corrective_action(action, **values, by=world.supervisor2)
        action.refresh_from_db()
        action = report(action)
        with pytest.raises(Refused, match="changed the plan"):
            verify(action, world.supervisor2)
        verify(action, world.supervisor)


def test_who_sent_it_back_may_verify_what_was_done_then(world: World) -> None:
    action = report(plan(world, locked(world)))
    with acting(world.supervisor.pk, world.supervisor.name):
        operations.send_back_corrective_action(action, reason="The night shift knew nothing", by=world.supervisor)
    action.refresh_from_db()
    verify(report(action), world.supervisor)
    action.refresh_from_db()
    assert action.verified_by == world.supervisor


def test_a_plan_has_as_many_steps_as_somebody_reads(world: World) -> None:
    found = locked(world)
    with pytest.raises(Refused) as refused:
        plan(world, found, steps=["Look"] * (MOST_STEPS + 1))
    assert refused.value.field == "steps"
    action = plan(world, found, steps=["Look"] * MOST_STEPS)
    change = {"owner": action.owner, "due_on": action.due_on, "reason": "One more", "steps": ["Look"]}
    admin = world.admin_cedar
    with acting(admin.pk, admin.name), pytest.raises(Refused, match="at most"):
        operations.change_corrective_action(action, **change, by=admin)


def test_it_is_verified_only_when_its_owner_has_reported_and_each_step_is_done(world: World) -> None:
    action = plan(world, locked(world))
    with pytest.raises(Refused, match="has not said"):
        verify(action, world.supervisor)
    with acting(action.owner.pk, action.owner.name), pytest.raises(Refused, match="steps that nobody"):
        operations.report_corrective_action(action, note="Done", by=action.owner)
    do_steps(action)
    with acting(world.admin_cedar.pk, world.admin_cedar.name), pytest.raises(ObjectDoesNotExist):
        operations.report_corrective_action(action, note="Done", by=world.admin_cedar)


def test_to_whom_it_is_closed_it_is_not_there(world: World) -> None:
    action = plan(world, locked(world))
    for key in ("staff_birch", "admin_birch", "inspector_birch", "caseworker", "sysadmin", "stranger", "staff_past"):
        person = world.people[key]
        with acting(person.pk, person.name):
            assert not CorrectiveAction.objects.exists()
            assert not action.steps.exists()
            with pytest.raises(ObjectDoesNotExist):
                operations.do_corrective_step(action.steps.model(pk=action.pk), evidence="x", by=person)
