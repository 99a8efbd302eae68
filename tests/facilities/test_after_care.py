"""After a young person has left: looks are written down, stay as written, and the next one is due until it is done."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from compliance.queries.work import Task, my_work
from placement.access.models import Person
from placement.audit.clock import now
from placement.database.constraints import Refused
from placement.facilities import operations
from placement.facilities.models import AfterCareCheck, Discharge
from placement.ui.moments import DATE_FORMAT
from tests.facilities.conftest import do
from tests.facilities.test_placements_pages import moment, post
from tests.world import World, browser

DAY = timedelta(days=1)


@pytest.fixture
def discharge(world: World) -> Discharge:
    """How the stay of fay in Cedar ended; the first check is due today."""
    return world.fay.discharge


def check(world: World, by: Person | None = None, **fields: Any) -> AfterCareCheck:
    fields = {"checked_at": now(), "note": "Sleeps well."} | fields
    return do(by or world.caseworker, operations.record_after_care_check, world.fay.discharge, **fields)


def tasks(person: Person) -> list[Task]:
    work = my_work(person)
    return [task for task in [*work.first, *work.later] if "check after leaving" in task.title]


def test_whoever_keeps_or_supervises_the_case_writes_it_down(world: World) -> None:
    assert check(world).written_by == world.caseworker
    assert check(world, world.supervisor).written_by == world.supervisor


@pytest.mark.parametrize("key", ["caseworker2", "supervisor2", "admin_cedar", "staff_cedar", "clinician"])
def test_for_anybody_else_there_is_no_such_discharge(world: World, key: str) -> None:
    with pytest.raises(Discharge.DoesNotExist):
        check(world, world.people[key])
    assert not AfterCareCheck.objects.exists()


def test_what_is_refused(world: World, discharge: Discharge) -> None:
    left = discharge.placement.ends_at
    today = now().astimezone(world.cedar.facility.zone).date()
    for fields, field in (
        ({"note": "  "}, "note"),
        ({"checked_at": now() + DAY}, "checked_at"),
        ({"checked_at": left - DAY}, "checked_at"),
        ({"next_check_on": today}, "next_check_on"),
    ):
        with pytest.raises(Refused) as refused:
            check(world, **fields)
        assert refused.value.field == field
    assert check(world, checked_at=left.replace(second=0, microsecond=0)).note == "Sleeps well."


def test_it_stays_on_my_work_until_somebody_has_looked(world: World) -> None:
    for person in (world.caseworker, world.supervisor):
        assert [task.title for task in tasks(person)] == ["First check after leaving: W-6"]
    assert tasks(world.caseworker2) == []
    next_day = (now() + 9 * DAY).date()
    check(world, next_check_on=next_day)
    for person in (world.caseworker, world.supervisor):
        (task,) = tasks(person)
        assert task.title == "Next check after leaving: W-6"
        assert task.due is not None and task.due.date() in (next_day, next_day + DAY)
    check(world)
    assert tasks(world.caseworker) == tasks(world.supervisor) == []


def test_an_older_look_written_down_later_changes_nothing(world: World, discharge: Discharge) -> None:
    check(world, next_check_on=(now() + 9 * DAY).date())
    check(world, checked_at=discharge.placement.ends_at + timedelta(minutes=1))
    assert [task.title for task in tasks(world.caseworker)] == ["Next check after leaving: W-6"]


def test_an_overdue_one_never_drops_out(world: World, time_machine: Any) -> None:
    time_machine.move_to(world.now + 45 * DAY, tick=False)
    (task,) = tasks(world.caseworker)
    assert task in my_work(world.caseworker).first
    assert task.note.startswith("was due ")


def test_the_page_of_the_stay_shows_what_is_due_and_who_looked(world: World, discharge: Discharge) -> None:
    stay = reverse("placements:detail", args=[discharge.placement_id])
    caseworker = browser(world, "caseworker")
    assert "First check due today" in " ".join(caseworker.get(stay).text.split())
    last = caseworker.get(stay).context["signatures"][-1]
    assert (last.step, last.who) == ("Ended", discharge.written_by.name)
    url = reverse("placements:after-care", args=[discharge.placement_id])
    zone = world.cedar.facility.zone
    typed = {"note": "Is back at school.", "next_check_on": "", **moment("checked_at", now() + DAY, zone)}
    refused = post(caseworker, url, typed).content.decode()
    assert "This time has not come yet." in refused and "Is back at school." in refused
    later = {"next_check_on": (now() + 9 * DAY).strftime(DATE_FORMAT), **moment("checked_at", now(), zone)}
    page = post(caseworker, url, typed | later).content.decode()
    assert "Is back at school." in page and "Next check" in page and "The check is written down." in page
    assert "Is back at school." in browser(world, "supervisor").get(stay).text


def test_a_stay_without_a_discharge_has_nothing_to_check(world: World) -> None:
    answer = browser(world, "caseworker").get(reverse("placements:after-care", args=[world.ada.stay.pk]), follow=True)
    assert "there is nothing to check" in answer.text


def test_an_overdue_check_is_shown_as_overdue(world: World, discharge: Discharge, time_machine: Any) -> None:
    time_machine.move_to(world.now + 3 * DAY, tick=False)
    client = Client()
    client.force_login(world.supervisor)
    page = client.get(reverse("placements:detail", args=[discharge.placement_id])).text
    assert 'class="tag late">First check was due' in page
