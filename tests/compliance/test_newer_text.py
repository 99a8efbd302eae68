"""A rule that gets another text while it is not met: the finding goes on by the newer one, and so does what is done about it."""

import json
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from compliance import operations
from compliance.judging import database_now, judge_all
from compliance.models import CorrectiveAction, Finding
from compliance.queries.board import Wanted, list_page
from compliance.queries.corrective import own
from compliance.queries.tasks import Cut
from compliance.stored import store
from placement.database import roles
from placement.database.constraints import Refused
from placement.database.context import acting, acting_as_system
from tests.compliance.test_what_moves import with_another
from tests.corrective import LOCKED, locked, plan, report, try_door, verified, verify
from tests.world import World, browser

DAY = timedelta(days=1)


def another_text(*names: str) -> None:
    """Load another text of the rule about locked doors, and judge everything by it."""
    with roles.as_owner():
        store(with_another(LOCKED, unless=lambda check: (*check.unless, *names)))
        with acting_as_system("a test"):
            judge_all()


def newest(world: World) -> Finding:
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        return Finding.objects.select_related("rule").get(rule__rule=LOCKED, closed_at=None)


@pytest.fixture
def changed(committed_world: World) -> Iterator[tuple[World, Finding, CorrectiveAction]]:
    """A door is found locked, somebody plans what to do and does a step, and then the rule gets another text."""
    world = committed_world
    found = locked(world)
    action = plan(world, found)
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        operations.do_corrective_step(action.steps.all()[0], evidence="A new lock", by=world.staff_cedar)
    another_text("stay.exception_agreed")
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        found.refresh_from_db()
        action.refresh_from_db()
    yield world, found, action


def test_the_finding_goes_on_since_its_first_day_and_says_by_which_text(
    changed: tuple[World, Finding, CorrectiveAction],
) -> None:
    world, before, _ = changed
    now = newest(world)
    assert (now.goes_on_from_id, now.since, now.subject) == (before.pk, before.since, before.subject)
    assert (now.rule.version, before.rule.version) == (2, 1)
    assert (before.closed_why, before.closed_at) == (Finding.Closed.NEWER_TEXT, now.opened_at)
    assert now.again_after_id is None


def test_what_is_done_about_it_goes_along_and_is_finished_there(
    changed: tuple[World, Finding, CorrectiveAction],
) -> None:
    world, before, action = changed
    now = newest(world)
    assert action.finding_id == now.pk
    assert (action.owner, action.due_on, action.cause) == (
        world.staff_cedar,
        world.today + 7 * DAY,
        "Nobody had told the night shift",
    )
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        assert [step.evidence for step in action.steps.all()] == ["A new lock", ""]
        (task,) = own(world.staff_cedar, Cut(25))
        assert str(now.pk) in task.href
    report(action)
    verify(action, world.supervisor)
    try_door(world, opens=True)
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        now.refresh_from_db()
        assert now.closed_why == Finding.Closed.PUT_RIGHT
        assert action.history.filter(finding=before.pk).exists() and action.history.filter(finding=now.pk).exists()


def test_each_page_leads_to_the_other(changed: tuple[World, Finding, CorrectiveAction]) -> None:
    world, before, _ = changed
    now = newest(world)
    urls = {row.pk: reverse("compliance:finding", args=[row.pk]) for row in (before, now)}
    client = browser(world, "admin_cedar")
    old, new = client.get(urls[before.pk]).text, client.get(urls[now.pk]).text
    assert urls[now.pk] in old and "read how it goes on" in old and "Judged by text 1" in old
    assert urls[before.pk] in new and "read what was found then" in new and "Judged by text 2" in new
    assert "A new lock" in new and "Write down a step that was done" in new
    assert "Plan what is done about it" not in old  # it is being done there


def test_what_was_found_then_is_still_what_was_found_then(committed_world: World) -> None:
    world = committed_world
    found = locked(world)
    with roles.as_owner():
        between = database_now()
    another_text("stay.exception_agreed")

    def said(*options: str) -> list[dict[str, Any]]:
        out = StringIO()
        call_command("compliance", "evaluate", "--json", *options, stdout=out)
        return [one for one in json.loads(out.getvalue())["findings"] if one["rule"] == LOCKED]

    with roles.as_owner():
        (then,) = said("--at", between.isoformat())
        (now,) = said("--at", database_now().isoformat())
    assert then == now  # the same failure, once, before and after
    assert then["since"] == found.since.isoformat()


def test_it_is_no_new_failure_after_corrective_action(committed_world: World) -> None:
    """What failed again once says so on; a mere other text is no failing again."""
    world = committed_world
    action = verified(world, locked(world))  # and the door is still locked
    another_text("stay.exception_agreed")
    assert newest(world).again_after_id is None
    try_door(world, opens=True)
    again = locked(world)
    assert again.again_after_id == action.pk
    another_text("stay.exception_agreed", "stay.decided")
    now = newest(world)
    assert (now.goes_on_from_id, now.again_after_id) == (again.pk, action.pk)


def test_it_is_found_and_closed_once_in_the_lists_and_charts(changed: tuple[World, Finding, CorrectiveAction]) -> None:
    world, before, _ = changed
    now = newest(world)
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        listed = {
            state: {row.pk for row in list_page(world.admin_cedar, Wanted(state=state, rule=LOCKED)).rows}
            for state in ("found", "closed", "not-met", "correcting")
        }
    assert listed == {"found": {before.pk}, "closed": set(), "not-met": {now.pk}, "correcting": {now.pk}}


def test_what_the_newer_text_does_not_ask_is_no_longer_asked(committed_world: World) -> None:
    world = committed_world
    found = locked(world)
    another_text("home.residential")  # excused there
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        found.refresh_from_db()
        assert found.closed_why == Finding.Closed.NOT_ASKED
        assert not Finding.objects.filter(goes_on_from=found).exists()


def test_nothing_is_planned_where_it_no_longer_stands_nor_moved_by_hand(
    changed: tuple[World, Finding, CorrectiveAction],
) -> None:
    """In plain SQL as the application's role: an action goes only where its finding went."""
    world, before, action = changed
    now = newest(world)
    with pytest.raises(Refused, match="no longer asked"), transaction.atomic():
        plan(world, before)
    try_door(world, opens=True)
    other = locked(world)
    assert other.goes_on_from_id is None
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        for wrong in (before.pk, other.pk):
            with (
                pytest.raises(DatabaseError, match="corrective_action_is_kept"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(
                    "UPDATE compliance_correctiveaction SET finding_id = %s WHERE id = %s", [wrong, action.pk]
                )
        action.refresh_from_db()
        assert action.finding_id == now.pk
