"""My work lists what each role must do, from the facts, and nothing of other homes or units."""

from datetime import timedelta

import pytest
from django.test import Client

from compliance.queries.work import my_work
from placement.access.models import Person
from placement.database.context import acting
from placement.facilities import operations as homes
from placement.facilities.models import Shift
from residents import operations as residents


def titles(person: Person) -> list[str]:
    work = my_work(person)
    return [task.title for task in [*work.first, *work.later]]


def shift_over(world, home) -> Shift:
    """Make a shift of the home that ended an hour ago, unsigned."""
    with acting(home.admin.pk, home.admin.name):
        Shift.objects.filter(facility=home.facility).update(starts_at=world.now + timedelta(hours=1))
        return homes.open_shift(
            home.facility,
            name="Night",
            starts_at=world.now - timedelta(hours=9),
            ends_at=world.now - timedelta(hours=1),
            staff=[home.staff],
            by=home.admin,
        )


def test_an_unsigned_shift_is_a_task_of_its_own_home_only(world):
    shift_over(world, world.cedar)
    assert any("sign the night shift" in title for title in titles(world.staff_cedar))
    assert any("sign the night shift" in title for title in titles(world.admin_cedar))
    assert not any("shift" in title for title in titles(world.staff_birch))
    assert not any("shift" in title for title in titles(world.stranger))


def test_a_serious_incident_waits_for_a_review_by_somebody_else(world):
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        incident = residents.report_incident(
            facility=world.cedar.facility,
            shift=None,
            kind="injury",
            severity="serious",
            happened_at=world.now - timedelta(hours=1),
            seen="Fell on the stairs.",
            done="Cooled the ankle.",
            residents=[world.ada.resident],
            by=world.admin_cedar,
        )
    incident.refresh_from_db()
    wanted = f"Review incident {incident.number}: injury"
    assert wanted in titles(world.supervisor)
    assert wanted not in titles(world.admin_cedar)
    assert wanted not in titles(world.admin_birch)


@pytest.mark.parametrize("key", ["caseworker", "supervisor", "admin_cedar", "staff_cedar", "sysadmin", "stranger"])
def test_the_page_opens_for_every_role(world, key):
    client = Client()
    client.force_login(world.people[key])
    answer = client.get("/")
    assert answer.status_code == 200
    assert "My work" in answer.text


def test_the_page_costs_the_same_for_one_task_and_for_many(world):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            my_work(world.admin_cedar)
        return len(seen)

    before = cost()
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        for minutes in range(1, 12):
            residents.report_incident(
                facility=world.cedar.facility,
                shift=None,
                kind="property",
                severity="low",
                happened_at=world.now - timedelta(minutes=minutes),
                seen="A cup broke.",
                done="",
                residents=[world.ada.resident],
                by=world.staff_cedar,
            )
    assert len(my_work(world.admin_cedar).later) >= 11
    assert cost() == before
