"""What a home has failed stays the home's when the young person has left, and a plan whose owner has left says so at once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from compliance import operations
from compliance.judging import judge
from compliance.models import CorrectiveAction, CorrectiveStep, Finding, Obligation
from compliance.queries import opened_to
from compliance.queries.work import my_work
from placement.access.models import Person
from placement.audit.clock import now
from placement.database import roles
from placement.database.context import acting, acting_as_system
from placement.facilities import operations as homes
from placement.facilities.models import Assignment
from residents import operations as residents
from residents.models import Resident
from tests.building.stays import discharge
from tests.corrective import kept_from, locked, plan, report, verify
from tests.facilities.test_placements_pages import post
from tests.world import World, browser

DAY = timedelta(days=1)
OWNER_LEFT = "The owner no longer works here"


def page_of(found: Finding) -> str:
    return reverse("compliance:finding", args=[found.pk])


def seen_in_sql(person: Person, table: str) -> set[str]:
    """What the database shows of a table to the application when ``person`` acts."""
    with acting(person.pk, person.name), connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {table}")
        return {str(pk) for (pk,) in cursor.fetchall()}


@pytest.fixture
def left(world: World) -> tuple[World, Finding, CorrectiveAction]:
    """Cleo was kept from an activity in Birch, somebody plans what to do, and she leaves."""
    name = world.cleo.resident.preferred_name
    found = kept_from(world)
    action = plan(world, found, cause=f"{name} had asked too late", steps=[f"Ask {name} earlier"])
    discharge(world, world.cleo, now())
    return world, found, action


def test_who_runs_the_home_goes_on_seeing_it_by_code_and_without_a_name(
    left: tuple[World, Finding, CorrectiveAction],
) -> None:
    world, found, action = left
    cleo, admin = world.cleo.resident, world.admin_birch
    with acting(admin.pk, admin.name):
        assert not Resident.objects.filter(pk=cleo.pk).exists()
        assert Finding.objects.filter(pk=found.pk).exists()
        assert CorrectiveAction.objects.filter(pk=action.pk).exists()
        assert CorrectiveStep.objects.filter(action=action).count() == 1
    page = browser(world, "admin_birch").get(page_of(found))
    assert page.status_code == 200
    assert cleo.code in page.text and cleo.preferred_name not in page.text
    assert "had asked too late" in page.text and "A young person was kept from an activity" in page.text
    assert reverse("residents:detail", args=[cleo.pk]) not in page.text
    board = browser(world, "admin_birch").get(reverse("compliance:board") + "?state=correcting").text
    assert page_of(found) in board and cleo.code in board and cleo.preferred_name not in board


def test_the_action_is_finished_and_verified_after_they_have_left(
    left: tuple[World, Finding, CorrectiveAction],
) -> None:
    world, found, action = left
    owner = world.admin_birch
    with acting(owner.pk, owner.name):
        operations.change_corrective_action(action, owner=owner, due_on=action.due_on, reason="I do it", by=owner)
        action.refresh_from_db()
    report(action)
    verify(action, world.supervisor2)
    with acting(owner.pk, owner.name):
        found.refresh_from_db()
        assert found.closed_why == Finding.Closed.CORRECTED


def test_nobody_else_of_the_home_sees_it_and_nothing_that_came_later(
    left: tuple[World, Finding, CorrectiveAction],
) -> None:
    """In plain SQL as the application's role."""
    world, found, action = left
    assert str(found.pk) not in seen_in_sql(world.staff_birch, "compliance_finding")
    assert str(found.pk) not in seen_in_sql(world.admin_cedar, "compliance_finding")
    assert str(action.pk) not in seen_in_sql(world.staff_birch, "compliance_correctiveaction")
    with acting(world.admin_birch.pk, world.admin_birch.name):
        assert not Obligation.objects.filter(resident=world.cleo.resident).exists()
    with acting(world.staff_birch.pk, world.staff_birch.name), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM compliance_codes(%s)", [[found.pk]])
        assert cursor.fetchall() == []


def test_what_failed_after_the_stay_or_was_shared_outside_is_not_theirs(committed_world: World) -> None:
    world = committed_world
    found = kept_from(world)
    discharge(world, world.cleo, now())
    with roles.as_owner(), acting_as_system("a test"):
        rows = Finding.objects.filter(pk=found.pk)
        assert rows.get().stays_with_home
        later = (now() + DAY).isoformat()
        rows.update(evidence=rows.get().evidence | {"at": later}, since=later, closed_at=now(), closed_why="put right")
        judge(young=[world.cleo.resident.pk])
        assert not Finding.objects.filter(resident=world.cleo.resident, stays_with_home=True, since__gt=now()).exclude(
            pk=found.pk
        )
        rows.update(stays_with_home=False)
    assert str(found.pk) not in seen_in_sql(world.admin_birch, "compliance_finding")
    assert browser(world, "admin_birch").get(page_of(found)).status_code == 404


def test_times_after_the_stay_are_told_to_nobody_who_sees_it_only_as_the_homes(
    left: tuple[World, Finding, CorrectiveAction],
) -> None:
    world, found, _ = left
    with acting(world.admin_birch.pk, world.admin_birch.name):
        row = opened_to.row_for(world.admin_birch, Finding, found.pk)
        assert row.left_at is not None
        row.evidence |= {
            "done": {"stay.begun": (row.left_at - DAY).isoformat(), "stay.ended": (row.left_at + DAY).isoformat()}
        }
        said = [each.says for each in opened_to.evidence_of(row, world.admin_birch)]
    assert any("came to live" in words for words in said) and not any("has left" in words for words in said)


def test_whoever_is_barred_from_the_record_sees_none_of_it(left: tuple[World, Finding, CorrectiveAction]) -> None:
    world, found, _ = left
    with acting(world.supervisor2.pk, world.supervisor2.name):
        residents.bar_from_record(world.cleo.resident, world.admin_birch, reason="Family", by=world.supervisor2)
    assert str(found.pk) not in seen_in_sql(world.admin_birch, "compliance_finding")


# Owners who have left.


def ends(world: World, person: Person) -> None:
    with acting(world.supervisor.pk, world.supervisor.name):
        for row in Assignment.objects.filter(person=person, ends_at=None):
            homes.end_assignment(row, at=now(), by=world.supervisor)


def account_closed(world: World, person: Person) -> None:
    with roles.as_owner(), acting_as_system("a test"):
        Person.objects.filter(pk=person.pk).update(is_active=False)


def titles(person: Person) -> list[str]:
    with acting(person.pk, person.name):
        found = my_work(person, everything=True)
    return [task.title for task in [*found.first, *found.later] if OWNER_LEFT in task.title]


@pytest.mark.parametrize("leaves", [ends, account_closed])
def test_it_says_at_once_that_the_owner_has_left_and_another_is_chosen(committed_world: World, leaves) -> None:
    world = committed_world
    action = plan(world, locked(world))
    found, client = action.finding, browser(world, "admin_cedar")
    board = reverse("compliance:board")
    assert OWNER_LEFT not in client.get(page_of(found)).text and titles(world.admin_cedar) == []
    assert "no longer works" not in client.get(board).text
    leaves(world, world.staff_cedar)
    change = reverse("compliance:change_action", args=[action.pk])
    page = client.get(page_of(found)).text
    assert OWNER_LEFT in page and change in page
    assert "1 corrective action has an owner who no longer works there" in client.get(board).text
    assert "the owner no longer works here: choose another" in client.get(f"{board}?state=correcting").text
    assert len(titles(world.admin_cedar)) == len(titles(world.supervisor)) == 1
    assert titles(world.admin_birch) == []
    form = client.get(change).text
    assert f'value="{world.staff_cedar.pk}"' not in form
    day = action.due_on.strftime("%m/%d/%Y")
    said = {"cause": action.cause, "due_on": day, "steps": "", "reason": "She has left"}
    post(client, change, said | {"owner": world.admin_cedar.pk})
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        action.refresh_from_db()
        assert action.owner == world.admin_cedar
    assert OWNER_LEFT not in client.get(page_of(found)).text and titles(world.admin_cedar) == []


def test_nothing_is_said_of_an_owner_whose_work_is_done(world: World) -> None:
    action = report(plan(world, locked(world)))
    ends(world, world.staff_cedar)
    assert OWNER_LEFT not in browser(world, "admin_cedar").get(page_of(action.finding)).text
    assert titles(world.admin_cedar) == []


def test_whether_somebody_has_left_is_told_to_nobody_of_another_home(world: World) -> None:
    action = plan(world, locked(world))
    for person, told in ((world.admin_cedar, False), (world.admin_birch, None)):
        with acting(person.pk, person.name), connection.cursor() as cursor:
            cursor.execute("SELECT corrective_owner_left(%s)", [action.pk])
            assert cursor.fetchone() == (told,)
