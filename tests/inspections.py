"""What tests of visits of authorities do over and over: record a visit, write down a citation, plan, send, do."""

from datetime import timedelta
from typing import Any

from compliance import operations
from compliance.models import Citation, CorrectionPlan
from placement.access.models import Person
from placement.database.context import acting
from placement.facilities.models import OutsideInspection
from tests.world import World

DAY = timedelta(days=1)


def recorded(world: World, home: str = "cedar", **more: Any) -> OutsideInspection:
    """Let the administrator record a visit of five days ago, with two serious citations."""
    place = world.homes[home]
    values = {"kind": "inspection", "visited_on": world.today - 5 * DAY, "authority": "Community Care Licensing"}
    with acting(place.admin.pk, place.admin.name):
        return operations.record_inspection(place.facility, by=place.admin, **values | {"serious_citations": 2} | more)


def cited(world: World, home: str = "cedar", visit: OutsideInspection | None = None, **more: Any) -> Citation:
    """Let the administrator write down what was cited at a visit, to be put right in ten days."""
    by, visit = world.homes[home].admin, visit or recorded(world, home)
    values = {
        "section": "80087(a)",
        "called": "Type A",
        "serious": True,
        "found": "A window was broken",
        "correct_by": world.today + 10 * DAY,
    }
    with acting(by.pk, by.name):
        return operations.add_citation(visit, by=by, **values | more)


def planned(world: World, home: str = "cedar", citation: Citation | None = None, **more: Any) -> CorrectionPlan:
    """Let the administrator plan to put it right in a week, and answer for it."""
    by, citation = world.homes[home].admin, citation or cited(world, home)
    values = {"what": "Put in new glass", "owner": by, "due_on": world.today + 7 * DAY}
    with acting(by.pk, by.name):
        return operations.plan_correction(citation, by=by, **values | more)


def sent(world: World, home: str = "cedar", by: Person | None = None, **more: Any) -> CorrectionPlan:
    """Let the plan be sent today."""
    by = by or world.homes[home].admin
    plan = planned(world, home, **more)
    with acting(by.pk, by.name):
        return operations.send_correction(plan, on=world.today, by=by)


def ended(world: World, citation: Citation | None = None) -> Citation:
    """Let the administrator write down that the authority has cleared it."""
    by, citation = world.admin_cedar, citation or cited(world)
    with acting(by.pk, by.name):
        return operations.end_citation(citation, ended_as="cleared", ended_on=world.today, note="Letter", by=by)
