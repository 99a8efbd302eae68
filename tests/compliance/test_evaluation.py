"""What the rules say of the homes of the world: one query per kind, the finding that must be there, and none without ground."""

import json
import re
from collections import Counter
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance.evaluation import Judged, evaluate
from compliance.kinds import KINDS
from compliance.rules import Pack, load
from placement.database.context import acting
from placement.facilities import operations as homes
from placement.facilities.operations.exits import Tried
from tests.law import report
from tests.world import World

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def packs() -> list[Pack]:
    return load()


def of(judged: list[Judged], rule: str) -> list[Judged]:
    return [one for one in judged if one.rule.id == rule]


def test_all_homes_take_one_query_per_kind(packs: list[Pack], world: World) -> None:
    with CaptureQueriesContext(connection) as queries:
        judged = evaluate(packs, world.now)
    assert sum("WITH rule AS" in query["sql"] for query in queries) == len(KINDS)
    assert (
        len(queries) == 2 * len(KINDS) + 4
    )  # each gives a setting back, all are one transaction, and the first day and kept proofs are asked for
    assert len({one.rule.id for one in judged}) > 80


def test_a_rule_is_asked_in_its_own_state_only(packs: list[Pack], world: World) -> None:
    judged = evaluate(packs, world.now)
    states = {home.facility.pk: home.facility.jurisdiction for home in world.homes.values()}
    for one in judged:
        if one.rule.jurisdiction.startswith("US-"):
            assert states[one.answer.facility] == one.rule.jurisdiction.removeprefix("US-"), one.rule.id


def test_what_only_a_proof_shows_is_not_met_without_one(packs: list[Pack], world: World) -> None:
    at = report(world, world.ada.resident).happened_at
    (one,) = of(evaluate(packs, at + timedelta(hours=2)), "fed-missing-report-24h")
    assert one.answer.met is None
    assert one.answer.due == at + timedelta(hours=24)
    assert one.answer.evidence["resident"] == str(world.ada.resident.pk)
    (one,) = of(evaluate(packs, at + timedelta(days=3)), "fed-missing-report-24h")
    assert one.answer.met is False


def test_a_door_that_does_not_open_is_a_finding_until_it_does(packs: list[Pack], world: World) -> None:
    staff, door = world.cedar.staff, world.cedar.exits[1]
    assert of(evaluate(packs, world.now), "ca-gh-no-locking") == []
    with acting(staff.pk, staff.name):
        tried = Tried(door, opens=False, unblocked=True, alarm_works=None, wrong="The lock")
        (check,) = homes.check_exits(world.cedar.shift, [tried], by=staff)
    check.refresh_from_db()
    (one,) = of(evaluate(packs, check.checked_at + HOUR), "ca-gh-no-locking")
    assert (one.answer.met, one.answer.subject, one.answer.since) == (False, check.pk, check.checked_at)
    assert of(evaluate(packs, check.checked_at - HOUR), "ca-gh-no-locking") == []  # at a time before it
    with acting(staff.pk, staff.name):
        homes.check_exits(world.cedar.shift, [Tried(door, opens=True, unblocked=True, alarm_works=None)], by=staff)
    (one,) = of(evaluate(packs, check.checked_at + HOUR), "ca-gh-no-locking")
    assert one.answer.met is True


def test_the_papers_of_the_homes_are_in_force_and_run_out(packs: list[Pack], world: World) -> None:
    judged = of(evaluate(packs, world.now), "ca-fire-clearance")
    assert Counter(one.answer.met for one in judged) == {True: 4}  # cedar, maple, harbor, alder
    later = of(evaluate(packs, world.now + timedelta(days=320)), "ca-fire-clearance")
    assert {one.answer.met for one in later} == {False}
    staff = of(evaluate(packs, world.now), "fed-background-checks-cci")
    assert {one.answer.subject for one in staff if one.answer.met} == {
        world.staff_cedar.pk,
        world.staff_birch.pk,
        world.admin_cedar.pk,
        world.admin_birch.pk,
    }


def test_nobody_acts_and_nothing_is_shown(world: World) -> None:
    """The application in which somebody acts is shown what that person may see: a stranger sees no young people."""
    with acting(world.stranger.pk, world.stranger.name):
        judged = evaluate(load(), world.now)
    assert [one for one in judged if one.answer.evidence.get("resident")] == []


def test_the_command_says_what_is_not_met(committed_world: World) -> None:
    out = StringIO()
    at = (committed_world.now + timedelta(days=320)).isoformat()
    call_command("compliance", "evaluate", "--dry-run", "--at", at, "--json", stdout=out)
    said = json.loads(out.getvalue())
    assert said["counts"]["not met"] == len(said["findings"])
    assert {finding["severity"] for finding in said["findings"]} <= {"critical", "serious", "minor"}
    assert said["counts"]["advice"] > 0  # the homes' licences have run out, by the standards of the world too
    cited = {finding["rule"]: finding for finding in said["findings"]}
    assert cited["ca-fire-clearance"]["citation"] == "22 CCR 80020(a)"
    assert all(name not in out.getvalue() for name in ("Secretname", "Hidden", "of the world"))


@pytest.mark.parametrize(("at", "said"), [("soon", "no date and time"), ("2026-09-04T23:40", "with its offset")])
def test_the_command_refuses_a_time_that_could_be_two(at: str, said: str, db: None) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("compliance", "evaluate", "--at", at)


def test_the_command_refuses_a_time_to_come(committed_world: World) -> None:
    at = (committed_world.now + timedelta(days=1)).isoformat()
    with pytest.raises(CommandError, match="has not come yet"):
        call_command("compliance", "evaluate", "--at", at)
    out = StringIO()
    call_command("compliance", "evaluate", "--at", (committed_world.now - timedelta(days=1)).isoformat(), stdout=out)
    assert out.getvalue()


def test_the_commands_lines_name_no_home_by_name_or_key(committed_world: World) -> None:
    out = StringIO()
    at = (committed_world.now + timedelta(days=320)).isoformat()
    call_command("compliance", "evaluate", "--dry-run", "--at", at, stdout=out)
    said = out.getvalue()
    assert "ca-fire-clearance (22 CCR 80020(a)): not met" in said and "home" in said
    for home in committed_world.homes.values():
        assert str(home.facility.pk) not in said and home.facility.name not in said
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}", said)
