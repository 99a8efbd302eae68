"""The plan of the demo is whole, always the same, and believable, whatever the hour and the day."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from placement.access.rights import Role
from placement.demo import words
from placement.demo.days import duties
from placement.demo.homes import HOMES
from placement.demo.people import ACCOUNTS, CONTRACT, LAST
from placement.demo.plan import Paper, Plan, The
from placement.demo.roster import NEEDED, tell_roster
from placement.demo.story import story
from placement.demo.young import everybody
from residents.queries.ages import full_years

LA_ZONE = ZoneInfo("America/Los_Angeles")
NOON = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
BANNED = re.compile(r"victim|prostitut|whore|hooker|inmate|offender", re.IGNORECASE)


def leaves(value: Any) -> Iterator[Any]:
    """Yield what a value consists of."""
    if isinstance(value, dict):
        for each in value.values():
            yield from leaves(each)
    elif isinstance(value, list | tuple | set):
        for each in value:
            yield from leaves(each)
    elif isinstance(value, Paper):
        yield from value.lines
    else:
        yield value


def test_same_moment_same_plan() -> None:
    assert story(NOON).ordered() == story(NOON).ordered()


def test_another_hour_changes_no_name_code_or_stay() -> None:
    morning, evening = story(NOON - timedelta(hours=4)), story(NOON + timedelta(hours=6))
    assert morning.stays == evening.stays

    def opened(plan: Any) -> list[tuple[str, str, str]]:
        return [
            (act.args["code"], act.args["preferred_name"], act.args["legal_name"])
            for act in plan.ordered()
            if act.do == "residents.open_case"
        ]

    assert opened(morning) == opened(evening)
    assert [code for code, _, _ in opened(morning)] == [f"K-{number}" for number in range(1, 61)]


@pytest.mark.parametrize(
    "day",
    [
        datetime(2026, 3, 9, tzinfo=UTC),  # the day after clocks went forward
        datetime(2026, 11, 2, tzinfo=UTC),  # the day after they went back
        datetime(2027, 1, 1, tzinfo=UTC),
        datetime(2028, 2, 29, tzinfo=UTC),
        datetime(2026, 11, 23, tzinfo=UTC),
    ],
)
def test_every_hour_of_the_day_gives_a_plan_in_which_nothing_is_named_before_it_is_made(day: datetime) -> None:
    for hour in range(24):
        acts = story(day + timedelta(hours=hour, minutes=7), days=10).ordered()
        made = set()
        for act in acts:
            named = {each.key for each in leaves(act.args) if isinstance(each, The)}
            named |= {f"person:{act.by}"} if act.by else set()
            assert named <= made, f"{act.do} at {act.at} names {named - made}"
            made.add(act.makes)
        assert acts[-1].makes == f"person:{LAST}"


def test_nobody_is_planned_for_a_day_after_their_papers_end_whatever_the_weekday_and_hour() -> None:
    for hours in range(7 * 24):
        plan = Plan(NOON + timedelta(hours=hours))
        tell_roster(plan)
        ends = {
            (act.args["person"].key, act.args["kind"]): act.args["valid_to"]
            for act in plan.acts
            if act.do == "facilities.file_credential"
        }
        for act in (act for act in plan.acts if act.do == "facilities.plan_shifts"):
            zone = ZoneInfo(HOMES[act.args["facility"].key.removeprefix("home:")].zone)
            last = max(ends_at for _, ends_at in act.args["times"]).astimezone(zone).date()
            assert min(ends[act.args["person"].key, kind] for kind in NEEDED) >= last, plan.now


def test_no_text_uses_a_banned_word() -> None:
    for act in story(NOON).acts:
        for text in leaves(act.args):
            assert not (isinstance(text, str) and BANNED.search(text)), text


def test_accounts_are_those_of_the_contract_and_colleagues() -> None:
    assert len(ACCOUNTS) == 22
    roles = {account.username: account.role for account in ACCOUNTS}
    assert {name: roles[name] for name in CONTRACT} == {
        "caseworker": Role.CASEWORKER,
        "caseworker2": Role.CASEWORKER,
        "staff.cedar": Role.STAFF,
        "staff.birch": Role.STAFF,
        "admin.cedar": Role.ADMIN,
        "admin.birch": Role.ADMIN,
        "clinician": Role.CLINICIAN,
        "supervisor": Role.SUPERVISOR,
        "supervisor2": Role.SUPERVISOR,
        "inspector.cedar": Role.INSPECTOR,
        "sysadmin": Role.SYSADMIN,
        "stranger": Role.NONE,
    }


def test_young_people_are_as_old_as_the_table_says() -> None:
    for today in (NOON.date(), datetime(2028, 2, 29, tzinfo=UTC).date()):
        for young in everybody().values():
            assert full_years(young.born(today), today) == young.age
            assert 11 <= young.age <= 17


def test_shifts_of_ninety_days_follow_each_other_and_the_account_of_the_contract_is_on_duty_now() -> None:
    plan = story(NOON)
    for home, staff in (("cedar", "staff.cedar"), ("birch", "staff.birch")):
        found = duties(plan, home)
        assert NOON - found[-1].starts_at > timedelta(days=89)
        assert found[0].starts_at <= NOON < found[0].ends_at
        assert staff in found[0].staff
        for later, earlier in pairwise(found):
            assert earlier.ends_at == later.starts_at


def seen(plan: Plan) -> Iterator[tuple[Any, datetime, str, str, Any]]:
    """Home, time, kind, outcome and young people of all that is told of several at once, as it happened."""
    for act in plan.ordered():
        if act.do == "residents.log_care_for":
            yield tuple(act.args[name] for name in ("facility", "happened_at", "kind", "outcome", "residents"))
        elif act.do == "demo.write_rounds":
            for at, _, kind, outcome, residents in act.args["rounds"]:
                yield act.args["facility"], at, kind, outcome, residents


def test_who_went_to_school_is_counted_there_and_who_did_not_is_not() -> None:
    went: set[tuple[str, str]] = set()
    elsewhere: set[tuple[str, str]] = set()
    stayed = 0
    for place, at, kind, outcome, residents in seen(story(NOON)):
        if kind not in ("school", "head_count"):
            continue
        here = at.astimezone(LA_ZONE)
        for young in residents:
            key = (str(young), str(here.date()))
            if kind == "school":
                went |= {key} if outcome in ("Went to school", "Came late") else set()
            elif outcome == "At school":
                elsewhere.add(key)
            elif 9 <= here.hour < 14 and place == The("home:cedar"):
                assert key not in went, (key, here)
                stayed += 1
    told = {day for _, day in went}  # further back school is told on one day of the week
    elsewhere = {(young, day) for young, day in elsewhere if day in told}
    assert elsewhere <= went
    assert elsewhere
    assert stayed


def test_a_note_on_health_fits_what_it_is_about() -> None:
    notes = {
        (act.args["outcome"], act.args["note"])
        for act in story(NOON).ordered()
        if act.do == "residents.log_care" and act.args["kind"] == "health"
    }
    assert notes
    assert all(note in words.HEALTH[outcome] for outcome, note in notes)
