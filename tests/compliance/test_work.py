"""My work lists what each role must do, from the facts, and nothing of other homes or units."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.queries.work import MOST, Task, my_work
from placement.access.models import Person
from placement.audit.clock import at_time, now
from placement.database.context import acting
from placement.facilities import operations as homes
from placement.facilities.models import FireClearance, Licence, Override, Placement, Shift
from residents import operations as residents
from tests.facilities.conftest import Steps, do
from tests.world import LOS_ANGELES, World, browser


def titles(person: Person) -> list[str]:
    work = my_work(person)
    return [task.title for task in [*work.first, *work.later]]


def shift_over(world, home) -> Shift:
    """Make a shift of the home that ended when the world's began, unsigned."""
    with acting(home.admin.pk, home.admin.name):
        return homes.open_shift(
            home.facility,
            name="Night",
            starts_at=world.now - timedelta(hours=9),
            ends_at=world.now - timedelta(hours=2),
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


def about(person: Person, word: str) -> list[str]:
    return [title for title in titles(person) if word in title]


def test_a_paper_that_is_followed_by_another_is_no_task(world: World) -> None:
    home, today = world.maple.facility, now().astimezone(world.maple.facility.zone).date()
    do(world.supervisor, homes.assign, world.admin_cedar, home, role="admin")
    clearance = {"authority": "Fire authority", "valid_to": today + timedelta(days=300)}
    licence = do(world.supervisor, homes.end_licence, world.maple.licence, on=today - timedelta(days=5))
    with acting(world.supervisor.pk, world.supervisor.name):
        FireClearance.objects.filter(facility=home).update(valid_to=today + timedelta(days=20))
    for person in (world.supervisor, world.admin_cedar):
        assert about(person, "licence of Maple") == [f"The licence of {home} has ended"]
        assert about(person, "clearance of Maple") == [f"The fire clearance of {home} ends"]
    with acting(world.supervisor.pk, world.supervisor.name):
        licence.pk, licence.valid_from, licence.valid_to, licence._state.adding = uuid4(), today, None, True
        licence.number, licence.status = "L-next", "pending"
        licence.save()
    assert about(world.admin_cedar, "licence of Maple") != []  # applied for: nobody can be admitted under it
    with acting(world.supervisor.pk, world.supervisor.name):
        Licence.objects.filter(pk=licence.pk).update(status="licensed")
    late = clearance | {"valid_from": today + timedelta(days=22)}
    do(world.supervisor, homes.add_fire_clearance, home, **late)
    assert about(world.admin_cedar, "clearance of Maple") != []  # a day between them
    do(world.supervisor, homes.add_fire_clearance, home, **clearance | {"valid_from": today + timedelta(days=21)})
    for person in (world.supervisor, world.admin_cedar):
        assert about(person, "of Maple") == []


def test_a_paper_of_a_home_ends_by_the_clock_of_the_home(world: World, time_machine: Any) -> None:
    home, day = world.birch.facility, world.today + timedelta(days=9)
    with acting(world.supervisor.pk, world.supervisor.name):
        FireClearance.objects.filter(facility=home).update(valid_to=day)
    time_machine.move_to(datetime.combine(day, time(22, 30), LOS_ANGELES), tick=False)  # 0:30 the next day in Texas
    with timezone.override(LOS_ANGELES):
        assert about(world.supervisor2, "clearance of Birch") == [f"The fire clearance of {home} has ended"]
    time_machine.move_to(datetime.combine(day, time(21, 30), LOS_ANGELES), tick=False)
    with timezone.override(LOS_ANGELES):
        assert about(world.supervisor2, "clearance of Birch") == [f"The fire clearance of {home} ends"]


def test_a_paper_that_ended_long_ago_stays_while_somebody_lives_there(world: World) -> None:
    long_ago = world.today - timedelta(days=99)
    with acting(world.supervisor.pk, world.supervisor.name):
        for home in (world.cedar, world.maple):
            FireClearance.objects.filter(facility=home.facility).update(valid_to=long_ago)
    ended = about(world.supervisor, "fire clearance of")
    assert ended == [f"The fire clearance of {world.cedar.facility} has ended"]  # nobody lives in Maple


def test_what_is_left_out_is_said_and_opens(world: World) -> None:
    for _ in range(MOST + 3):
        Steps(world).referral()
    assert len(about(world.caseworker, "Find a home for W-5")) == MOST
    client = browser(world, "caseworker")
    page = client.get("/").text
    assert "Show 5 more" in page  # with the one of the world, and the draft
    everything = client.get("/?all").text
    assert everything.count(">Find a home for W-5<") == MOST + 4
    assert "more</a>" not in everything


def except_eve(world: World, days: int) -> Override:
    """Let an exception for eve in Maple be asked for and approved, for so many days."""
    asked = do(
        world.caseworker,
        homes.ask_override,
        world.eve.resident,
        world.maple.facility,
        kind="population",
        reason="Kin.",
        expires_at=now() + timedelta(days=days),
    )
    return do(world.supervisor, homes.decide_override, asked, approve=True, reason="Agreed.")


@pytest.fixture
def lives_in_maple(world: World) -> Placement:
    """The stay of eve in Maple, under an exception for thirty days."""
    except_eve(world, 30)
    do(world.supervisor, homes.assign, world.admin_cedar, world.maple.facility, role="admin")
    stay = Steps(world).approved("eve", "maple", 0)
    do(world.admin_cedar, homes.read_safety_history, stay)
    return do(world.admin_cedar, homes.admit, stay, at=now())


def about_exceptions(person: Person, days: int) -> list[Task]:
    """The tasks about the exception for eve, in so many days."""
    with at_time(now() + timedelta(days=days)):
        work = my_work(person)
        return [task for task in [*work.first, *work.later] if task.title.startswith("The exception for W-5")]


def test_an_exception_is_a_task_two_weeks_before_it_ends(world: World, lives_in_maple: Placement) -> None:
    for person in (world.caseworker, world.supervisor):
        assert about_exceptions(person, 10) == []
        (task,) = about_exceptions(person, 20)
        assert (task.title.endswith("ends"), task.strong) == (True, False)
    assert about_exceptions(world.caseworker2, 20) == []


def test_a_stay_without_ground_goes_before_everything_else(world: World, lives_in_maple: Placement) -> None:
    for person in (world.caseworker, world.supervisor):
        with at_time(now() + timedelta(days=200)):
            first = my_work(person).first[0]
        assert first.title == "The exception for W-5 at Maple of the world has ended"
        assert first.detail.startswith("Nothing allows this stay any more.")
        assert first.strong
    with at_time(now() + timedelta(days=31)):
        page = browser(world, "caseworker").get(reverse("placements:override", args=[lives_in_maple.override_id])).text
    assert "nothing allows this stay any more" in page
    assert ">Ended<" in page


def test_an_exception_that_was_replaced_is_no_task_and_the_new_one_is(world: World, lives_in_maple: Placement) -> None:
    except_eve(world, 60)
    assert about_exceptions(world.caseworker, 31) == []
    (task,) = about_exceptions(world.caseworker, 61)
    assert task.title.endswith("has ended")
    with at_time(now() + timedelta(days=31)):
        page = browser(world, "caseworker").get(reverse("placements:override", args=[lives_in_maple.override_id])).text
    assert "nothing allows this stay" not in page


def test_an_exception_ends_with_the_stay(world: World, lives_in_maple: Placement) -> None:
    do(
        world.supervisor,
        homes.discharge,
        lives_in_maple,
        at=now() + timedelta(minutes=1),
        to="family",
        reason="Home.",
        after_care="A call.",
        after_care_contact="Aunt",
        first_check_on=(now() + timedelta(days=9)).date(),
    )
    assert about_exceptions(world.caseworker, 31) == []


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


def test_a_hold_and_its_referral_are_one_line(world: World) -> None:
    referral = Steps(world).referral("eve", needed_from=world.now + timedelta(days=9))
    until = now() + timedelta(days=3)
    do(world.caseworker, homes.hold_bed, referral, world.cedar.beds[3], until=until)
    work = my_work(world.caseworker)
    about = [task for task in [*work.first, *work.later] if str(referral) in task.detail]
    assert [(task.title, task.due) for task in about] == [(f"Find a home for {world.eve.resident}", until)]
    assert "A bed at Cedar of the world is held until" in about[0].detail


def test_self_harm_goes_before_papers_that_are_later(world: World) -> None:
    over = world.today - timedelta(days=9)
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        FireClearance.objects.filter(facility=world.cedar.facility).update(valid_from=over, valid_to=over)
        residents.report_incident(
            facility=world.cedar.facility,
            shift=None,
            kind="self_harm",
            severity="low",
            happened_at=world.now - timedelta(minutes=5),
            seen="A scratch.",
            done="Talked.",
            residents=[world.ada.resident],
            by=world.admin_cedar,
        )
    found = [task.title for task in my_work(world.supervisor).first]
    harm = next(place for place, title in enumerate(found) if "self-harm" in title)
    paper = next(place for place, title in enumerate(found) if "fire clearance" in title)
    assert harm < paper


def test_a_separation_by_code_is_a_task_of_the_supervisor_of_the_unit(world: World) -> None:
    do(world.caseworker, residents.keep_apart, world.ada.resident, kind="resident", code="QQ-7", reason="Threats")
    title = f"Complete a separation of {world.ada.resident}"
    assert title in titles(world.supervisor)
    assert title not in titles(world.supervisor2) + titles(world.caseworker)


def test_what_goes_first_says_why_and_the_critical_goes_before_the_serious(world: World) -> None:
    told = {"facility": world.cedar.facility, "shift": None, "done": "", "seen": "x", "residents": [world.ada.resident]}
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        for kind, severity, hours in (("self_harm", "serious", 30), ("other", "low", 90), ("injury", "critical", 1)):
            at = world.now - timedelta(hours=hours)
            residents.report_incident(**told, kind=kind, severity=severity, happened_at=at, by=world.admin_cedar)
    found = [task for task in my_work(world.supervisor).first if task.title.startswith("Review")]
    assert [task.tag for task in found if task.strong] == ["critical", "serious"]
    assert [task.strong for task in found[:2]] == [True, True]
    page = browser(world, "supervisor").get(reverse("work")).text
    assert '<span class="tag late">critical</span>' in page and '<span class="tag due">serious</span>' in page
    assert all(task.tag for task in my_work(world.supervisor).first if task.strong)
