"""Who is told when: those who do it at once, their supervisor before the deadline, and nobody of a closed record."""

import sys
from datetime import timedelta
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import include, path
from django.utils import timezone

from compliance.models import Obligation
from compliance.queries import obligations
from compliance.queries.tasks import Cut, Task
from placement.database import roles
from placement.database.context import acting, acting_as_system
from tests.law import NCMEC, of, prove_all, report
from tests.world import World

HOUR = timedelta(hours=1)
ALL = Cut(1000)


@pytest.fixture(autouse=True)
def page(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The page to which the tasks lead."""
    urls = ModuleType("urls_of_this_test")
    page = path("obligations/<uuid:pk>/", lambda request, pk: HttpResponse(), name="obligation")
    urls.urlpatterns = [path("compliance/", include(([page], "compliance")))]
    monkeypatch.setitem(sys.modules, urls.__name__, urls)
    with override_settings(ROOT_URLCONF=urls.__name__):
        yield


def tasks(world: World, key: str, source: Any) -> list[Task]:
    person = world.people[key]
    with acting(person.pk, person.name):
        return list(source(person, ALL))


def leads_to(found: list[Task], one: Obligation) -> list[Task]:
    return [task for task in found if str(one.pk) in task.href]


def test_those_who_do_it_have_it_on_their_work_page_with_its_clock(world: World) -> None:
    one = of(NCMEC, subject=report(world, world.ada.resident).pk)
    for key, source in (
        ("staff_cedar", obligations.to_do_in_home),
        ("admin_cedar", obligations.to_do_for_home),
        ("caseworker", obligations.to_do_in_cases),
    ):
        (task,) = leads_to(tasks(world, key, source), one)
        assert task.due == one.due_at
        assert world.ada.resident.code in task.title
        assert one.rule.citation in task.detail
        assert task.tag == ""
    for key, source in (
        ("staff_birch", obligations.to_do_in_home),
        ("caseworker2", obligations.to_do_in_cases),
        ("stranger", obligations.to_do_in_home),
        ("supervisor", obligations.escalations),  # not yet
    ):
        assert leads_to(tasks(world, key, source), one) == []
    prove_all(one, world.staff_cedar)
    assert leads_to(tasks(world, "staff_cedar", obligations.to_do_in_home), one) == []


@pytest.mark.parametrize(
    ("hours_ago", "told"),
    [(17, False), (18.5, True), (30, True)],  # of 24 hours the last quarter is 6; and when it is overdue
)
def test_the_supervisor_is_told_in_the_last_quarter(hours_ago: float, told: bool, world: World) -> None:
    one = of(NCMEC, subject=report(world, world.ada.resident, ago=hours_ago * HOUR).pk)
    found = leads_to(tasks(world, "supervisor", obligations.escalations), one)
    assert [task.tag for task in found] == (["overdue" if hours_ago > 24 else "little time left"] if told else [])
    assert leads_to(tasks(world, "supervisor2", obligations.escalations), one) == []  # another unit's


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
    found = tasks(world, "supervisor", obligations.escalations)
    assert found
    assert not any(leads_to(found, one) for one in late)


def test_the_number_of_queries_stays_as_it_is(world: World) -> None:
    def cost() -> int:
        with acting(world.staff_cedar.pk, world.staff_cedar.name), CaptureQueriesContext(connection) as queries:
            assert list(obligations.to_do_in_home(world.staff_cedar, ALL))
        return len(queries)

    report(world, world.ada.resident)
    few = cost()
    for _ in range(5):
        report(world, world.ada.resident, world.bea.resident)
    assert cost() == few
