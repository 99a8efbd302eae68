"""Who is told when: those who do it at once, their supervisor before the deadline, and nobody of a closed record."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from compliance.models import Obligation
from compliance.queries import obligations
from compliance.queries.tasks import Cut, Task
from placement.database import roles
from placement.database.context import acting, acting_as_system
from tests.law import NCMEC, of, prove_all, report
from tests.world import World, browser

HOUR = timedelta(hours=1)
ALL = Cut(1000)


def tasks(world: World, key: str) -> list[Task]:
    person = world.people[key]
    with acting(person.pk, person.name):
        return list(obligations.to_do(person, ALL))


def leads_to(found: list[Task], one: Obligation) -> list[Task]:
    return [task for task in found if str(one.pk) in task.href]


def test_those_who_do_it_have_it_on_their_work_page_with_its_clock(world: World) -> None:
    one = of(NCMEC, subject=report(world, world.ada.resident).pk)
    for key in ("staff_cedar", "admin_cedar", "caseworker"):
        (task,) = leads_to(tasks(world, key), one)
        assert task.due == one.due_at
        assert world.ada.resident.code in task.title
        assert one.rule.citation in task.detail
        assert task.tag == ""
    for key in ("staff_birch", "caseworker2", "stranger", "supervisor"):  # the supervisor not yet
        assert leads_to(tasks(world, key), one) == []
    prove_all(one, world.staff_cedar)
    assert leads_to(tasks(world, "staff_cedar"), one) == []


@pytest.mark.parametrize(
    ("hours_ago", "told"),
    [(17, False), (18.5, True), (30, True)],  # of 24 hours the last quarter is 6; and when it is overdue
)
def test_the_supervisor_is_told_in_the_last_quarter(hours_ago: float, told: bool, world: World) -> None:
    one = of(NCMEC, subject=report(world, world.ada.resident, ago=hours_ago * HOUR).pk)
    found = leads_to(tasks(world, "supervisor"), one)
    assert [task.tag for task in found] == (["overdue" if hours_ago > 24 else "little time left"] if told else [])
    assert leads_to(tasks(world, "supervisor2"), one) == []  # another unit's


@pytest.mark.parametrize(
    ("length", "left", "told"),
    [
        (timedelta(hours=2), timedelta(minutes=50), True),  # a quarter is half an hour, and an hour is the least
        (timedelta(hours=2), timedelta(minutes=70), False),
        (timedelta(days=60), timedelta(days=4), False),  # a quarter is 15 days, and three days are the most
        (timedelta(days=60), timedelta(days=2), True),
    ],
)
def test_at_least_an_hour_and_at_most_three_days(
    length: timedelta, left: timedelta, told: bool, committed_world: World
) -> None:
    world, moment = committed_world, timezone.now()
    one = of(NCMEC, subject=report(world, world.ada.resident).pk)
    one.pk, one.subject, one.due_at, one.event_at = uuid4(), uuid4(), moment + left, moment + left - length
    with roles.as_owner(), acting_as_system("test"):
        one.save(force_insert=True)
        assert obligations.escalated(Obligation.objects.filter(pk=one.pk), moment).exists() is told


def test_what_others_owe_and_advice_are_not_escalated(world: World) -> None:
    report(world, world.ada.resident, ago=40 * HOUR)
    late = Obligation.objects.filter(
        due_at__lt=timezone.now(), met_at=None, ended_at=None, severity__in=["watch", "advice"]
    )
    assert late.exists()
    found = tasks(world, "supervisor")
    assert found
    assert not any(leads_to(found, one) for one in late)


def test_what_is_late_for_long_is_one_line_with_all_of_it_behind(world: World) -> None:
    """What nobody did for weeks must not push what is due today off the first screen."""
    one = of(NCMEC, subject=report(world, world.ada.resident, ago=9 * 24 * HOUR).pk)
    for key in ("staff_cedar", "admin_cedar", "caseworker", "supervisor"):
        found = tasks(world, key)
        assert leads_to(found, one) == []
        (line,) = [task for task in found if task.href == reverse("compliance:to_do")]
        with acting(world.people[key].pk, key):
            late = obligations.asked_of(world.people[key]).filter(due_at__lte=timezone.now() - 7 * 24 * HOUR)
            assert line.title.startswith(f"{late.count()} thing")
            assert late.filter(pk=one.pk).exists()
        page = browser(world, key).get(line.href).text
        assert page.count("data-due=") <= 25 and "late" in page
    assert not [task for task in tasks(world, "staff_birch") if "critical" in task.detail and task.due == one.due_at]


def test_the_number_of_queries_stays_as_it_is(world: World) -> None:
    def cost() -> int:
        with acting(world.staff_cedar.pk, world.staff_cedar.name), CaptureQueriesContext(connection) as queries:
            assert list(obligations.to_do(world.staff_cedar, ALL))
        return len(queries)

    report(world, world.ada.resident)
    few = cost()
    for _ in range(5):
        report(world, world.ada.resident, world.bea.resident)
    assert cost() == few
