"""Attacks on the rules about corrective action, for ``test_every_rule``."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from compliance.models import CorrectiveAction, CorrectiveStep, Finding
from tests.attack.sql import change, insert
from tests.corrective import LOCKED, do_steps, kept_from, locked, plan, report, verified
from tests.world import World

DAY = timedelta(days=1)
EMPTY = {"changed_why": "", "done_note": "", "sent_back_reason": "", "verified_note": ""}


def planned(w: World, found: Finding | None = None, by: str = "admin_cedar", **values: Any) -> UUID:
    """A plan in plain SQL."""
    row = {"finding_id": (found or locked(w)).pk, "cause": "The lock", "owner_id": w.staff_cedar.pk}
    row |= {"due_on": w.today + DAY, "planned_by_id": w.people[by].pk, **EMPTY}
    return insert(CorrectiveAction, **row | values)


def action(w: World, **more: Any) -> CorrectiveAction:
    return plan(w, locked(w), **more)


def another_finding(w: World) -> UUID:
    """Of the same home, and not the one from which the action's goes on."""
    return (
        Finding.objects.filter(facility=w.cedar.facility)
        .exclude(rule__rule=LOCKED)
        .values_list("pk", flat=True)
        .first()
    )


def reported(w: World) -> CorrectiveAction:
    return report(action(w))


def signed(w: World, by: str, **more: Any) -> dict[str, Any]:
    """The columns of a verification."""
    return {"verified_by_id": w.people[by].pk, "verified_at": w.now, "verified_note": "Seen", **more}


def sent_back(w: World, by: str, **more: Any) -> dict[str, Any]:
    row = {"done_at": None, "done_note": "", "sent_back_by_id": w.people[by].pk, "sent_back_at": w.now}
    return row | {"sent_back_reason": "Not yet", **more}


def step(w: World, of: CorrectiveAction | None = None, **values: Any) -> UUID:
    row = {"action_id": (of or action(w)).pk, "number": 9, "what": "Look", "evidence": ""}
    return insert(CorrectiveStep, **row | values)


def first(of: CorrectiveAction) -> CorrectiveStep:
    return of.steps.first()


def done(w: World, **more: Any) -> dict[str, Any]:
    return {"done_by_id": w.staff_cedar.pk, "done_at": w.now, "evidence": "Seen", **more}


def half_done(w: World) -> CorrectiveAction:
    """One of two steps is done, by whoever runs the home."""
    made = plan(w, locked(w), by=w.supervisor2)
    do_steps(made, w.admin_cedar)
    return report(made)


CORRECTIVE: list[dict[str, Any]] = [
    {
        "name": "corrective_action_says_the_cause",
        "who": "admin_cedar",
        "attack": lambda w: planned(w, cause=" "),
    },
    {
        "name": "corrective_action_begins_as_a_plan",
        "who": "admin_cedar",
        "attack": lambda w: planned(w, done_at=w.now, done_note="All"),
    },
    {
        "name": "corrective_action_is_about_what_failed",
        "who": "admin_birch",
        "attack": lambda w: planned(w, corrected(w), by="admin_birch", owner_id=w.staff_birch.pk),
    },
    {
        "name": "corrective_action_planned_by_who_answers",
        "who": "staff_cedar",
        "attack": lambda w: planned(w, by="staff_cedar", owner_id=w.admin_cedar.pk),
    },
    {
        "name": "corrective_action_planned_by_who_answers",
        "who": "staff_cedar",
        "attack": lambda w: step(w),
    },
    {  # of the plan of somebody else, by who only reads it
        "name": "corrective_action_planned_by_who_answers",
        "who": "staff_cedar",
        "attack": lambda w: change(action(w), due_on=w.today + 90 * DAY, changed_why="Later"),
    },
    {
        "name": "corrective_action_planned_by_who_answers",
        "who": "inspector_cedar",
        "attack": lambda w: change(action(w), owner_id=w.admin_cedar.pk, changed_why="Hers"),
    },
    {
        "name": "corrective_action_due_day_is_in_reach",
        "who": "admin_cedar",
        "attack": lambda w: planned(w, due_on=w.today + 740 * DAY),
    },
    {
        "name": "corrective_action_due_day_is_in_reach",
        "who": "admin_cedar",
        "attack": lambda w: change(action(w), due_on=date(9999, 12, 31), changed_why="Never"),
    },
    {
        "name": "corrective_action_due_day_is_ahead",
        "who": "admin_cedar",
        "attack": lambda w: planned(w, due_on=w.today - 2 * DAY),
    },
    {
        "name": "corrective_action_due_day_is_ahead",
        "who": "admin_cedar",
        "attack": lambda w: change(action(w), due_on=w.today - 2 * DAY, changed_why="Back"),
    },
    {
        "name": "corrective_action_owner_is_of_the_home",
        "who": "admin_cedar",
        "attack": lambda w: planned(w, owner_id=w.staff_birch.pk),
    },
    {
        "name": "corrective_action_owner_is_of_the_home",
        "who": "admin_cedar",
        "attack": lambda w: change(action(w), owner_id=w.staff_birch.pk, changed_why="So"),
    },
    {
        "name": "one_open_corrective_action",
        "who": "admin_cedar",
        "attack": lambda w: planned(w, action(w).finding),
    },
    {
        "name": "corrective_action_is_kept",
        "who": "supervisor",
        "attack": lambda w: change(verified(w, locked(w)), cause="Another", changed_why="So"),
    },
    {
        "name": "corrective_action_is_kept",
        "who": "admin_cedar",
        "attack": lambda w: change(reported(w), due_on=w.today + 90 * DAY, changed_why="So"),
    },
    {
        "name": "corrective_action_is_kept",
        "who": "staff_cedar",
        "attack": lambda w: change(reported(w), done_note="More"),
    },
    {
        "name": "corrective_action_is_kept",
        "who": "staff_cedar",
        "attack": lambda w: change(reported(w), done_at=None, done_note=""),
    },
    {
        "name": "corrective_action_is_kept",
        "who": "admin_cedar",
        "attack": lambda w: change(action(w), finding_id=another_finding(w)),
    },
    {
        "name": "corrective_action_is_kept",
        "who": "admin_cedar",
        "attack": lambda w: change(action(w), planned_at=w.now - 9 * DAY),
    },
    {
        "name": "corrective_action_change_says_why",
        "who": "admin_cedar",
        "attack": lambda w: change(action(w), due_on=w.today + 90 * DAY),
    },
    {
        "name": "corrective_action_done_by_its_owner",
        "who": "admin_cedar",
        "attack": lambda w: change(stepped(w), done_at=w.now, done_note="All"),
    },
    {
        "name": "corrective_action_done_step_by_step",
        "who": "staff_cedar",
        "attack": lambda w: change(action(w), done_at=w.now, done_note="All"),
    },
    {
        "name": "corrective_action_says_what_was_done",
        "who": "staff_cedar",
        "attack": lambda w: change(stepped(w), done_at=w.now, done_note=" "),
    },
    {
        "name": "corrective_action_sent_back_when_done",
        "who": "supervisor",
        "attack": lambda w: change(action(w), **sent_back(w, "supervisor")),
    },
    {
        "name": "corrective_action_sent_back_says_why",
        "who": "supervisor",
        "attack": lambda w: change(reported(w), **sent_back(w, "supervisor", sent_back_reason=" ")),
    },
    {
        "name": "corrective_action_judged_by_who_answers",
        "who": "staff_cedar",
        "attack": lambda w: change(reported(w), **sent_back(w, "staff_cedar")),
    },
    {
        "name": "corrective_action_judged_by_who_answers",
        "who": "inspector_cedar",
        "attack": lambda w: change(reported(w), **signed(w, "inspector_cedar")),
    },
    {
        "name": "corrective_action_verification_is_signed",
        "who": "supervisor",
        "attack": lambda w: change(reported(w), **signed(w, "supervisor", verified_note=" ")),
    },
    {
        "name": "corrective_action_verified_when_done",
        "who": "supervisor",
        "attack": lambda w: change(action(w), **signed(w, "supervisor")),
    },
    {
        "name": "corrective_action_verified_by_another",
        "who": "admin_cedar",
        "attack": lambda w: change(reported(w), **signed(w, "admin_cedar")),
    },
    {
        "name": "corrective_action_verified_by_another",
        "who": "admin_cedar",
        "attack": lambda w: change(half_done(w), **signed(w, "admin_cedar")),
    },
    {
        "name": "corrective_step_once",
        "who": "admin_cedar",
        "attack": lambda w: step(w, number=1),
    },
    {
        "name": "corrective_step_says_what",
        "who": "admin_cedar",
        "attack": lambda w: step(w, what=" "),
    },
    {
        "name": "corrective_step_begins_open",
        "who": "admin_cedar",
        "attack": lambda w: step(w, **done(w, done_by_id=w.admin_cedar.pk)),
    },
    {
        "name": "corrective_step_is_kept",
        "who": "staff_cedar",
        "attack": lambda w: change(first(action(w)), what="Nothing"),
    },
    {
        "name": "corrective_step_is_kept",
        "who": "staff_cedar",
        "attack": lambda w: change(first(stepped(w)), evidence="More"),
    },
    {
        "name": "corrective_step_is_kept",
        "who": "admin_cedar",
        "attack": lambda w: step(w, reported(w)),
    },
    {
        "name": "corrective_step_is_done_by_who_works_there",
        "who": "inspector_cedar",
        "attack": lambda w: change(first(action(w)), **done(w, done_by_id=w.inspector_cedar.pk)),
    },
    {
        "name": "corrective_step_done_says_how",
        "who": "staff_cedar",
        "attack": lambda w: change(first(action(w)), **done(w, evidence=" ")),
    },
    {
        "name": "corrective_step_file_is_of_the_record",
        "who": "staff_cedar",
        "attack": lambda w: change(first(action(w)), **done(w, document_id=w.birch.paper.pk)),
    },
]


def stepped(w: World) -> CorrectiveAction:
    """Each step is done, and nobody has said so yet."""
    made = action(w)
    do_steps(made)
    return made


def corrected(w: World) -> Finding:
    """A finding that corrective action has closed."""
    found = kept_from(w)
    verified(w, found)
    return found
