"""The agency's first day: what began before it asks for nothing any more; what goes on is judged as it stands."""

import json
from datetime import datetime, timedelta
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from compliance.judging import judge_all
from compliance.kinds import KINDS
from compliance.models import Finding, FirstDay, Obligation, RuleVersion
from compliance.rules import load
from compliance.statements import FACTS_GIVEN, HOMES_GIVEN, rule_row, run
from compliance.stored import begin_at, store
from placement.database import roles
from placement.database.context import acting, acting_as_system
from placement.facilities import operations as homes
from placement.facilities.operations.exits import Tried
from tests.compliance.judging import a_rule
from tests.law import NCMEC, report
from tests.world import World, browser

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LOCKED = "ca-gh-no-locking"


def begin(moment: datetime) -> None:
    """Let the agency begin at ``moment``, and judge everything anew. As the owner."""
    begin_at(moment)
    with acting_as_system("test"):
        judge_all()


def test_what_happened_before_the_first_day_asks_for_nothing(committed_world: World) -> None:
    world = committed_world
    before = report(world, world.ada.resident, ago=3 * DAY)
    after = report(world, world.bea.resident, ago=30 * HOUR)
    with roles.as_owner():
        open_ = Finding.objects.filter(rule__rule=NCMEC, closed_at=None)
        assert set(open_.values_list("subject", flat=True)) == {before.pk, after.pk}
        begin(world.now - 2 * DAY)
        assert set(open_.values_list("subject", flat=True)) == {after.pk}
        closed = Finding.objects.get(rule__rule=NCMEC, subject=before.pk)
        assert closed.closed_why == "not asked"
        waits = Obligation.objects.filter(subject=before.pk, met_at=None, ended_at=None)
        assert {row.rule.parameters["months"] for row in waits} <= {
            None
        }  # what has no time set, while the report is open
        begin(world.now - 365 * DAY)  # and it asks again where the day is earlier
        assert set(open_.values_list("subject", flat=True)) == {before.pk, after.pk}


def test_a_report_about_the_time_before_opens_nothing(committed_world: World) -> None:
    world = committed_world
    with roles.as_owner():
        begin_at(world.now - HOUR)
    late = report(world, world.ada.resident, ago=2 * HOUR)
    fresh = report(world, world.bea.resident, ago=HOUR / 2)
    asked = Obligation.objects.filter(subject__in=[late.pk, fresh.pk]).exclude(rule__parameters__months=None)
    assert set(asked.values_list("subject", flat=True)) == {fresh.pk}


def test_what_goes_on_is_judged_as_it_stands(committed_world: World) -> None:
    """A door that is shut, what is done again and again, and what must be in force: all began before the first day."""
    world = committed_world
    staff, door = world.staff_cedar, world.cedar.exits[1]
    with acting(staff.pk, staff.name):
        tried = Tried(door, opens=False, unblocked=True, alarm_works=None, wrong="The lock")
        (shut,) = homes.check_exits(world.cedar.shift, [tried], by=staff)
    with roles.as_owner():
        kinds = ("recurring", "expiry", "limit", "placement")
        again = Obligation.objects.filter(rule__kind="recurring", met_at=None, ended_at=None)
        standing = Finding.objects.filter(closed_at=None, rule__kind__in=kinds)
        begin(world.now - 365 * DAY)
        kept = set(again.values_list("pk", flat=True)), set(standing.values_list("pk", flat=True))
        begin(world.now + HOUR)
        assert Finding.objects.filter(rule__rule=LOCKED, subject=shut.pk, closed_at=None).exists()
        assert (set(again.values_list("pk", flat=True)), set(standing.values_list("pk", flat=True))) == kept
        assert all(kept)
        asked = Obligation.objects.filter(met_at=None, ended_at=None).exclude(rule__kind="recurring")
        timed = asked.exclude(rule__parameters__months=None).filter(event_at__lt=world.now)
        assert timed.exists()  # what must be on record of the home
        assert {(row.resident_id, row.rule.kind) for row in timed} == {(None, "required_record")}
        assert asked.filter(rule__parameters__months=None, event_at__lt=world.now).exists()  # while the stay goes on


def test_a_breach_in_a_moment_before_the_first_day_is_none(world: World) -> None:
    """What happens in a moment can't be put right any more; what goes on still can."""
    _, one = a_rule({"kind": "prohibited", "what": ["contact.denied", "exit.shut"]})
    for fact, expected in (("contact.denied", []), ("exit.shut", [False])):
        for begins, found in ((None, [False]), (world.now - DAY, [False]), (world.now, expected)):
            rows = [rule_row(one, 0, 0, world.now + HOUR) | {"begins": begins and begins.isoformat()}]
            facts = [a_fact(fact, world.now - HOUR)]
            homes_ = [{"scope": 0, "facility_id": str(UUID(int=1)), "jurisdiction": "CA", "zone": "UTC"}]
            given = {"facts": json.dumps(facts), "homes": json.dumps(homes_)}
            with transaction.atomic():
                said = run(KINDS["prohibited"], rows, FACTS_GIVEN, HOMES_GIVEN, (), **given)
            assert [answer.met for answer in said] == found, (fact, begins)


def a_fact(name: str, at: datetime) -> dict[str, Any]:
    """A fact about a home, which goes on or has no end."""
    key = str(UUID(int=1))
    ids = {"facility_id": key, "subject": key, "resident_id": None, "key": key}
    return {"scope": 0, "name": name, **ids, "at": at.isoformat(), "until": None, "value": None}


def test_loading_keeps_the_day_on_which_the_packs_first_came(committed_world: World) -> None:
    with roles.as_owner():
        begins = FirstDay.objects.get().begins_at
        store(load())
        assert FirstDay.objects.get().begins_at == begins
        with acting_as_system("test"):
            FirstDay.objects.all().delete()
        store(load())
        first = RuleVersion.history.order_by("history_date").first().history_date
        assert FirstDay.objects.get().begins_at == first


def test_the_command_says_another_day_and_refuses_one_that_could_be_two(committed_world: World) -> None:
    out = StringIO()
    call_command("compliance", "packs", "--first-day", "2026-09-01T00:00-07:00", stdout=out)
    assert "Judged from 2026-09-01T00:00:00-07:00 on" in out.getvalue()
    with roles.as_owner():
        assert FirstDay.objects.get().begins_at == datetime.fromisoformat("2026-09-01T07:00+00:00")
        assert FirstDay.history.count() == 3  # as it was loaded, as the world has it, and now
    with pytest.raises(CommandError, match="with its offset"):
        call_command("compliance", "packs", "--first-day", "2026-09-01", stdout=out)


def test_the_page_of_rules_says_since_when(world: World) -> None:
    page = browser(world, "caseworker").get("/compliance/rules/").text
    assert "The agency is judged since" in page
