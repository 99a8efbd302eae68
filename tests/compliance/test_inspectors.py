"""An inspector: one home, for a time that ends by itself, and everything that they read is written down."""

import re
import time
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from compliance.models import Finding, Obligation
from placement.access.facts import differences
from placement.access.models import AccessLogEntry
from placement.audit.clock import now
from placement.database.constraints import Refused
from placement.database.context import acting
from placement.facilities import operations
from placement.facilities.models import Assignment
from placement.ui.dates import moment_name
from tests.corrective import locked
from tests.facilities.test_placements_pages import post
from tests.law import report
from tests.world import World, browser

DAY = timedelta(days=1)
OF_HOME = ("compliance:binders", "facilities:detail", "facilities:credentials", "facilities:drills", "facilities:exits")
OF_HOME += ("facilities:roster", "facilities:history")


def pages(world: World, home: str) -> list[str]:
    """What an inspector needs to read of a home."""
    facility, paper = world.homes[home].facility, world.homes[home].paper
    found = [reverse("facilities:paper", args=[facility.pk, paper.pk])]
    found += [reverse(name, args=[facility.pk]) for name in OF_HOME]
    for model, name in ((Finding, "compliance:finding"), (Obligation, "compliance:obligation")):
        found.append(reverse(name, args=[model.objects.filter(facility=facility).first().pk]))
    return found


def test_the_pages_of_the_own_home_open_and_those_of_another_do_not_exist(world: World) -> None:
    locked(world)
    report(world, world.cleo.resident, home="birch")
    client = browser(world, "inspector_cedar")
    assert {client.get(page).status_code for page in pages(world, "cedar")} == {200}
    assert {client.get(page).status_code for page in pages(world, "birch")} == {404}
    board = client.get(reverse("compliance:board")).text
    assert world.cedar.facility.name in board and world.birch.facility.name not in board
    for shift in ("facilities:shift", "facilities:duty", "facilities:add-paper", "facilities:assign"):
        assert client.get(reverse(shift, args=[world.cedar.facility.pk])).status_code == 404


def test_it_ends_by_itself(world: World) -> None:
    locked(world)
    visit = Assignment.objects.get(person=world.inspector_cedar)
    client = browser(world, "inspector_cedar")
    with acting(world.supervisor.pk, world.supervisor.name):
        ends = now() + timedelta(seconds=4)
        operations.end_assignment(visit, at=ends, by=world.supervisor)
    urls = pages(world, "cedar")
    assert client.get(urls[-1]).status_code == 200 and now() < ends
    time.sleep(max(0.0, (ends - now()).total_seconds()) + 0.05)
    assert {client.get(url).status_code for url in urls} == {404}
    board = client.get(reverse("compliance:board"))
    assert board.status_code == 200 and world.cedar.facility.name not in board.text
    with acting(world.inspector_cedar.pk, world.inspector_cedar.name):
        assert not Finding.objects.exists() and not Obligation.objects.exists()
    assert differences() == []


def my_work(world: World) -> str:
    text = browser(world, "inspector_cedar").get(reverse("work")).text
    return text[text.index("<main") : text.index("</main>")]


def test_my_work_says_until_when_where_and_what_may_be_read(world: World) -> None:
    visit, home = Assignment.objects.get(person=world.inspector_cedar), world.cedar.facility
    text = my_work(world)
    with timezone.override(world.inspector_cedar.time_zone):
        assert moment_name(visit.ends_at, home.zone) in text
    assert f"Your visit to {home.name}" in text
    assert reverse("compliance:binders", args=[home.pk]) in text
    client, urls = browser(world, "inspector_cedar"), set(re.findall(r'href="(/[^"]*)"', text))
    assert {reverse(name, args=[home.pk]) for name in OF_HOME} <= urls and reverse("compliance:board") in urls
    assert {client.get(url).status_code for url in urls} == {200}


def test_my_work_says_plainly_that_it_has_ended_and_names_no_home(world: World) -> None:
    visit = Assignment.objects.get(person=world.inspector_cedar)
    with acting(world.supervisor.pk, world.supervisor.name):
        operations.end_assignment(visit, at=now(), by=world.supervisor)
    text = my_work(world)
    assert "Your visit has ended" in text and "Nothing of the home is open to you any more" in text
    assert world.cedar.facility.name not in text and str(world.cedar.facility.pk) not in text
    with acting(world.supervisor.pk, world.supervisor.name):
        times = {"starts_at": now() + 20 * DAY, "ends_at": now() + 27 * DAY}
        operations.assign(world.inspector_cedar, world.birch.facility, role="inspector", **times, by=world.supervisor)
    text = my_work(world)
    assert "Your visit has not begun" in text and world.birch.facility.name not in text
    assert str(world.birch.facility.pk) not in text


def test_somebody_else_has_no_visit(world: World) -> None:
    assert "Your visit" not in browser(world, "admin_cedar").get(reverse("work")).text


def test_whoever_runs_the_home_does_not_end_the_visit(world: World) -> None:
    home, visit = world.cedar.facility, Assignment.objects.get(person=world.inspector_cedar)
    with acting(world.admin_cedar.pk, world.admin_cedar.name), pytest.raises(Refused, match="supervisor"):
        operations.end_assignment(visit, at=now(), by=world.admin_cedar)
    detail, end = (
        reverse("facilities:detail", args=[home.pk]),
        reverse("facilities:end-assignment", args=[home.pk, visit.pk]),
    )
    assert end not in browser(world, "admin_cedar").get(detail).text
    assert end in browser(world, "supervisor").get(detail).text
    assert browser(world, "inspector_cedar").get(detail).status_code == 200


def test_whoever_runs_the_home_reads_what_the_inspector_opened_lists_too(world: World) -> None:
    locked(world)
    client, admin = browser(world, "inspector_cedar"), browser(world, "admin_cedar")
    for url in (
        *pages(world, "cedar"),
        reverse("compliance:board"),
        reverse("incidents:list"),
        reverse("residents:list"),
    ):
        assert client.get(url).status_code == 200
    record = reverse("residents:detail", args=[world.ada.resident.pk])
    assert client.get(record).status_code == 200
    browser(world, "supervisor").get(reverse("facilities:detail", args=[world.cedar.facility.pk]))
    page = admin.get(reverse("facilities:opened", args=[world.cedar.facility.pk])).text
    said = ["What inspectors opened", world.inspector_cedar.name, "The compliance page", "A finding", "The drills"]
    said += ["The list of incidents", "The list of young people", "A young person, by code", "The inspection binders"]
    assert [words for words in said if words not in page] == []
    assert world.supervisor.name not in page
    other = browser(world, "admin_birch").get(reverse("facilities:opened", args=[world.birch.facility.pk])).text
    assert world.inspector_cedar.name not in other
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        assert set(AccessLogEntry.objects.values_list("role", flat=True)) == {"inspector"}


def test_nobody_else_is_written_down_for_lists(world: World) -> None:
    browser(world, "admin_cedar").get(reverse("compliance:board"))
    assert not AccessLogEntry.objects.filter(page="compliance:board").exists()


@pytest.mark.parametrize(
    ("home", "begins", "ends", "words"),
    [
        ("birch", 20, None, "31 days at most"),
        ("birch", 20, 60, "31 days at most"),
        ("birch", 1, 3, "in another home at that time"),
    ],
)
def test_a_visit_that_does_not_begin(world: World, home: str, begins: int, ends: int | None, words: str) -> None:
    with acting(world.supervisor.pk, world.supervisor.name), pytest.raises(Refused, match=words):
        operations.assign(
            world.inspector_cedar,
            world.homes[home].facility,
            role="inspector",
            starts_at=now() + begins * DAY,
            ends_at=now() + ends * DAY if ends else None,
            by=world.supervisor,
        )


def test_the_next_visit_begins_after_the_last(world: World) -> None:
    with acting(world.supervisor.pk, world.supervisor.name):
        visit = operations.assign(
            world.inspector_cedar,
            world.birch.facility,
            role="inspector",
            starts_at=now() + 20 * DAY,
            ends_at=now() + 27 * DAY,
            by=world.supervisor,
        )
    assert visit.ends_at - visit.starts_at <= 31 * DAY and differences() == []


def test_the_form_says_why(world: World) -> None:
    person, begins = world.inspector_cedar, world.today + 20 * DAY
    day = lambda days: (begins + days * DAY).strftime("%m/%d/%Y")  # noqa: E731
    values = {
        "person": person.pk,
        "starts_at_0": day(0),
        "starts_at_1": "09:00",
        "ends_at_0": day(40),
        "ends_at_1": "09:00",
    }
    answer = post(browser(world, "supervisor"), reverse("facilities:assign", args=[world.birch.facility.pk]), values)
    assert "31 days at most" in answer.text and Assignment.objects.filter(person=person).count() == 1
