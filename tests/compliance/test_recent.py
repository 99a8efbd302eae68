"""Judging what is not settled finds what judging everything finds; what was written about a settled time is judged by its act."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compliance.events import suspended
from compliance.judging import judge_all
from compliance.models import Finding, FirstDay, Obligation, RuleVersion
from compliance.stored import begin_at
from placement.audit.clock import at_time
from placement.database import roles
from placement.database.context import acting, acting_as_system
from placement.facilities import operations as homes
from placement.facilities.operations.exits import Tried
from residents import operations as residents
from tests.law import NCMEC, prove, report
from tests.world import World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ASKED = ("rule_id", "facility_id", "resident_id", "subject", "event", "event_at", "due_at", "met_at", "late", "begun")
FOUND = ("rule_id", "facility_id", "resident_id", "subject", "since", "due_at", "closed_why", "again_after_id")
KINDS = ("missing", "injury", "restraint", "allegation", "police", "other")
HAPPENED = st.tuples(
    st.sampled_from(KINDS),
    st.integers(min_value=1, max_value=240),  # hours ago
    st.sampled_from(["ada", "bea"]),
    st.sampled_from(["nothing", "proved", "reviewed", "door"]),
)


@pytest.fixture
def world(committed_world: World) -> Iterator[World]:
    """The world, judged for a year, with the owner's login."""
    with roles.as_owner():
        begin_at(committed_world.now - 365 * DAY)
        yield committed_world


def everything(*, recent: bool = False) -> int:
    """Judge, and return how many answers there were."""
    with acting_as_system("test"):
        return sum(number for _, _, number in judge_all(recent=recent))


def kept() -> tuple[set[Any], set[Any]]:
    """What is asked and what was found, as it stands."""
    asked = {(*row[:-1], row[-1] is None) for row in Obligation.objects.values_list(*ASKED, "ended_at")}
    found = {(*row[:-1], row[-1] is None) for row in Finding.objects.values_list(*FOUND, "closed_at")}
    return asked, found


def judged_at(world: World, hours: int, *, recent: bool) -> tuple[tuple[set[Any], set[Any]], int]:
    """What would be kept when so many hours have passed, and from how many answers; nothing of it stays."""
    with transaction.atomic(), at_time(world.now + hours * HOUR):
        number = everything(recent=recent)
        found = kept()
        transaction.set_rollback(True)
    return found, number


def happen(world: World, kind: str, hours: int, who: str, then: str) -> None:
    """Let something happen so many hours ago, and somebody do something about it."""
    staff, young = world.staff_cedar, getattr(world, who).resident
    incident = report(world, young, kind=kind, ago=hours * HOUR)
    if then == "proved":
        for asked in Obligation.objects.filter(subject=incident.pk, met_at=None, ended_at=None):
            if asked.rule.proofs:
                prove(asked, staff)
    elif then == "reviewed":
        with acting(world.cedar.admin.pk, world.cedar.admin.name):
            residents.review_incident(incident, by=world.cedar.admin)
    elif then == "door":
        with acting(staff.pk, staff.name):
            door = world.cedar.exits[0]
            homes.check_exits(
                world.cedar.shift,
                [Tried(door, opens=False, unblocked=True, alarm_works=None, wrong="The lock")],
                by=staff,
            )


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(HAPPENED, min_size=1, max_size=3), st.lists(HAPPENED, max_size=2), st.integers(1, 25))
def test_it_finds_what_judging_everything_finds(world: World, before: list[Any], after: list[Any], hours: int) -> None:
    for happened in before:
        happen(world, *happened)
    everything()
    for happened in after:
        happen(world, *happened)
    whole, of_whole = judged_at(world, hours, recent=False)
    few, of_few = judged_at(world, hours, recent=True)
    assert few == whole
    assert of_few < of_whole


def unjudged(world: World) -> QuerySet[Obligation]:
    """What is asked after an injury of nine days ago, long closed, whose acts nobody has judged."""
    admin = world.cedar.admin
    assert admin
    with suspended(), at_time(world.now - 8 * DAY):
        incident = report(world, world.bea.resident, kind="injury", ago=9 * DAY)
        with acting(admin.pk, admin.name):
            residents.review_incident(incident, by=admin)
        with acting(world.supervisor.pk, world.supervisor.name):
            residents.file_incident(incident, by=world.supervisor)
        with acting(admin.pk, admin.name):
            residents.close_incident(incident, closing_note="It healed.", by=admin)
    return Obligation.objects.filter(subject=incident.pk)


def test_what_is_settled_is_left_out_and_judged_by_the_act_and_by_night(world: World) -> None:
    everything()
    by_act = report(world, world.ada.resident, ago=9 * DAY)
    assert Obligation.objects.filter(rule__rule=NCMEC, subject=by_act.pk).exists()
    asked = unjudged(world)
    everything(recent=True)
    assert not asked.exists()
    everything()
    assert asked.exists()


@pytest.mark.parametrize("why", ["first day", "rule", "long ago"])
def test_everything_is_judged_where_what_is_settled_is_not_known(world: World, why: str) -> None:
    everything()
    asked, hours = unjudged(world), 0
    if why == "first day":
        begin_at(world.now - 364 * DAY)
        assert FirstDay.objects.get().all_judged_at is None
    elif why == "rule":
        with acting_as_system("test"):
            RuleVersion.objects.filter(rule=NCMEC).update(title="Another title")
    else:
        hours = 27
    with at_time(world.now + hours * HOUR):
        everything(recent=True)
    assert asked.exists()
    assert FirstDay.objects.get().all_judged_at is not None


@pytest.mark.parametrize("other", [{"at": "2026-09-04T23:40-07:00"}, {"dry_run": True}])
def test_the_command_refuses_what_does_not_go_together(db: None, other: dict[str, Any]) -> None:
    with pytest.raises(CommandError, match="--recent goes neither"):
        call_command("compliance", "evaluate", recent=True, **other)
