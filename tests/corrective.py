"""What tests of corrective action do over and over: let a rule fail, plan, do the steps, report, verify."""

from datetime import timedelta
from typing import Any

from compliance import operations
from compliance.models import CorrectiveAction, Finding
from placement.access.models import Person
from placement.database.context import acting
from placement.facilities import operations as homes
from placement.facilities.operations.exits import Tried
from residents import operations as residents
from tests.world import World

LOCKED = "ca-gh-no-locking"  # of the home itself; put right by the next look that finds the door good
KEPT_FROM = "tx-rights-normal-activities"  # a moment: no record puts it right


def try_door(world: World, *, opens: bool) -> None:
    """Let the staff of Cedar find a door good or locked."""
    staff, door = world.cedar.staff, world.cedar.exits[1]
    tried = Tried(door, opens=opens, unblocked=True, alarm_works=None, wrong="" if opens else "The lock")
    with acting(staff.pk, staff.name):
        homes.check_exits(world.cedar.shift, [tried], by=staff)


def locked(world: World) -> Finding:
    """A door of Cedar is found locked."""
    try_door(world, opens=False)
    return Finding.objects.get(rule__rule=LOCKED, closed_at=None)


def kept_from(world: World) -> Finding:
    """Cleo, in Texas, is kept from an activity."""
    staff, cleo = world.birch.staff, world.cleo.resident
    with acting(staff.pk, staff.name):
        residents.log_activity(
            {cleo: residents.Said("excluded", "Was late")},
            facility=world.birch.facility,
            shift=world.birch.shift,
            name="Swimming",
            place="in",
            happened_at=world.now - timedelta(minutes=30),
            by=staff,
        )
    return Finding.objects.filter(rule__rule=KEPT_FROM, resident=cleo, closed_at=None).latest("opened_at")


def plan(world: World, finding: Finding, *, by: Person | None = None, **more: Any) -> CorrectiveAction:
    """Plan two steps, owned by the staff of the home, due in a week: by the home's administrator."""
    home = next(each for each in world.homes.values() if each.facility.pk == finding.facility_id)
    by = by or home.admin
    values = {
        "cause": "Nobody had told the night shift",
        "owner": home.staff,
        "due_on": world.today + timedelta(days=7),
        "steps": ["Change the lock", "Tell each shift"],
    }
    with acting(by.pk, by.name):
        return operations.plan_corrective_action(finding, by=by, **values | more)


def do_steps(action: CorrectiveAction, by: Person | None = None) -> None:
    """Let somebody, the owner unless told, do each step that is open."""
    by = by or action.owner
    with acting(by.pk, by.name):
        for step in action.steps.filter(done_at=None):
            operations.do_corrective_step(step, evidence="Seen and tried", by=by)


def report(action: CorrectiveAction) -> CorrectiveAction:
    """Let the owner do the steps that are open, and say that all is done."""
    do_steps(action)
    with acting(action.owner.pk, action.owner.name):
        return operations.report_corrective_action(action, note="All shifts were told", by=action.owner)


def verify(action: CorrectiveAction, by: Person) -> CorrectiveAction:
    """Let somebody verify it."""
    with acting(by.pk, by.name):
        return operations.verify_corrective_action(action, note="Went there and tried the door", by=by)


def verified(world: World, finding: Finding) -> CorrectiveAction:
    """Plan, do and report, and let a supervisor verify."""
    of_south = finding.facility_id == world.birch.facility.pk
    return verify(report(plan(world, finding)), world.supervisor2 if of_south else world.supervisor)
