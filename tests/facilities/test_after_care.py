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
from placement.database.context import acting
from placement.facilities import operations
from placement.facilities.models import AfterCareCheck, Discharge, Placement, Referral
from placement.ui.moments import DATE_FORMAT
from residents.models import Case
from residents.queries.people import people_page
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


def status(world: World, by: Person, wanted: str = "") -> str:
    """Return what the list says to ``by`` of fay, filtered by the status ``wanted``; empty when she is not in it."""
    with acting(by.pk, by.name):
        rows = people_page(by, {"q": "W-6", "status": wanted}).rows
    return rows[0].status if rows else ""


@pytest.fixture
def nobody_refers(world: World) -> None:
    """Take away the draft of a referral that the world has for fay."""
    with acting(world.caseworker.pk, world.caseworker.name):
        Referral.objects.filter(pk=world.draft.pk).delete()


def refer(world: World) -> Any:
    return do(
        world.caseworker,
        operations.draft_referral,
        world.fay.resident,
        urgency="urgent",
        reason="Can't stay there.",
        needed_from=now(),
    )


def test_who_has_left_does_not_wait_until_somebody_looks_for_a_home_again(world: World, nobody_refers: None) -> None:
    for person in (world.caseworker, world.supervisor):
        assert status(world, person) == status(world, person, "left") == "Left, after-care"
        assert status(world, person, "waiting") == ""
    check(world)
    assert status(world, world.caseworker) == "Left, after-care", "the case is still open"
    refer(world)
    assert status(world, world.caseworker) == status(world, world.caseworker, "waiting") == "Waiting"
    assert status(world, world.caseworker, "left") == ""


def test_a_stay_in_an_earlier_case_does_not_count_as_left(world: World, nobody_refers: None) -> None:
    with acting(world.supervisor.pk, world.supervisor.name):
        Case.objects.filter(pk=world.fay.case.pk).update(opened_on=(now() + DAY).date())
    assert status(world, world.caseworker) == "Waiting"


def test_a_closed_case_is_closed_also_after_a_stay(world: World, nobody_refers: None) -> None:
    with acting(world.supervisor.pk, world.supervisor.name):
        Case.objects.filter(pk=world.fay.case.pk).update(status="closed", closed_on=now().date())
    assert status(world, world.supervisor) == status(world, world.supervisor, "closed") == "Closed"
    assert status(world, world.supervisor, "left") == ""


def test_who_has_left_stands_after_those_who_wait_and_before_the_closed(world: World, nobody_refers: None) -> None:
    with acting(world.supervisor.pk, world.supervisor.name):
        Placement.objects.filter(resident=world.bea.resident).update(status="ended", ends_at=now(), end_reason="x")
        Case.objects.filter(pk=world.bea.case.pk).update(status="closed", closed_on=now().date())
    with acting(world.supervisor.pk, world.supervisor.name):
        rows = people_page(world.supervisor, {}).rows
    assert [row.status for row in rows][-3:] == ["Waiting", "Left, after-care", "Closed"]


def test_the_record_says_which_look_is_next_and_does_not_ask_for_a_referral(world: World, nobody_refers: None) -> None:
    url = reverse("residents:detail", args=[world.fay.resident.pk])

    def steps(key: str) -> list[str]:
        return [item["title"] for item in browser(world, key).get(url).context["steps"]]

    assert "First check after leaving" in steps("caseworker")
    page = browser(world, "caseworker").get(url).text
    assert "Find a home" not in page and "Refer" in page
    assert reverse("placements:after-care", args=[world.fay.discharge.placement_id]) in page
    assert "First check after leaving" in steps("supervisor")
    check(world, next_check_on=(now() + 9 * DAY).date())
    assert "Next check after leaving" in steps("caseworker")
    check(world)
    assert not [title for title in steps("caseworker") if "check after leaving" in title]
