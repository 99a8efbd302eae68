"""My work says what is open on the floor: who is missing before everything else, and what staff must do now."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from compliance.queries.work import Task, my_work
from placement.access.models import Person
from placement.audit.clock import now
from placement.facilities import operations as homes
from placement.facilities.models import Shift
from residents import operations as residents
from residents.models import Incident
from tests.facilities.conftest import do
from tests.facilities.shift_page import LA, fill
from tests.world import World


def first(person: Person) -> list[Task]:
    return my_work(person).first


def titles(person: Person) -> list[str]:
    return [task.title for task in first(person)]


def look(world: World, key: str, outcome: str, minutes: int = 1) -> None:
    do(
        world.staff_cedar,
        residents.log_care,
        world.young[key].resident,
        facility=world.cedar.facility,
        shift=world.cedar.shift,
        kind="head_count",
        outcome=outcome,
        happened_at=now() - timedelta(minutes=minutes),
    )


@pytest.fixture
def missing(world: World) -> Incident:
    """Ada, whom staff have reported as missing."""
    return do(
        world.staff_cedar,
        residents.report_incident,
        facility=world.cedar.facility,
        shift=None,
        kind="missing",
        severity="critical",
        happened_at=now() - timedelta(minutes=30),
        seen="Not at dinner.",
        done="",
        residents=[world.ada.resident],
    )


@pytest.mark.parametrize("who", ["supervisor", "admin_cedar", "staff_cedar", "caseworker"])
def test_who_is_missing_stands_at_the_very_top(world: World, missing: Incident, who: str):
    at = missing.happened_at.astimezone(LA)
    with timezone.override(LA):
        top = first(world.people[who])[0]
    assert top.title.startswith("W-1 is missing since ")
    assert top.title.endswith(f"{at:%H:%M}")
    assert str(missing.pk) in top.href
    do(world.staff_cedar, homes.came_back, missing, world.ada.resident, happened_at=now(), how="Well.")
    assert not [title for title in titles(world.people[who]) if "is missing" in title]


@pytest.mark.parametrize("who", ["supervisor2", "admin_birch", "staff_birch", "clinician", "inspector_cedar"])
def test_who_is_missing_is_told_to_nobody_else(world: World, missing: Incident, who: str):
    assert not [title for title in titles(world.people[who]) if "is missing" in title]


def test_staff_read_that_looks_are_late_and_that_somebody_is_not_found(world: World):
    look(world, "bea", "In the house")
    task = next(task for task in first(world.staff_cedar) if "late" in task.title)
    assert (task.title, task.detail) == (
        "Head counts are late at Cedar of the world",
        "1 of 2 young people were not looked at in time",
    )
    look(world, "ada", "Not found")
    assert "Not found at Cedar of the world: W-1" in titles(world.staff_cedar)
    assert not [title for title in titles(world.staff_cedar) if "are late" in title]
    assert not [title for title in titles(world.staff_birch) if "Cedar" in title]
    look(world, "ada", "In the yard", 0)
    assert not [title for title in titles(world.staff_cedar) if "Cedar" in title]


def test_staff_read_that_no_shift_is_open(world: World):
    look(world, "ada", "In the house")
    look(world, "bea", "In the house")
    assert "No shift is open at Cedar of the world" not in titles(world.staff_cedar)
    do(world.staff_cedar, homes.sign_shift, world.cedar.shift, hand_off="All calm.")
    assert Shift.objects.get(pk=world.cedar.shift.pk).signed_at
    assert "No shift is open at Cedar of the world" in titles(world.staff_cedar)
    assert "No shift is open at Cedar of the world" in titles(world.admin_cedar)


def test_the_page_costs_the_same_for_two_and_for_twelve(world: World, acting_as):
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            my_work(world.staff_cedar)
        return len(captured)

    two = cost()
    fill(world, acting_as, 10)
    assert cost() == two
