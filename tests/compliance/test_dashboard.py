"""The picture of the compliance page: how rules stand by home and area, the months, the days; and to whom which number is told."""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.judging import judge
from compliance.models import Obligation
from compliance.queries.board import Wanted, homes_judged, rules
from compliance.queries.standing import Home, RuleStands, applies
from placement.access.models import Person
from placement.database import roles
from placement.database.context import acting, acting_as_system
from tests.bars import another_supervisor, lay
from tests.compliance.test_pages import BOARD, all_rows, seen
from tests.law import NCMEC, prove_all, report
from tests.world import World, browser

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
READERS = ("admin_cedar", "admin_birch", "supervisor", "supervisor2", "inspector_cedar")
DRILLS = "ca-gh-disaster-drills-6m"


def standing(person: Person, **wanted: Any) -> dict[str, RuleStands]:
    with acting(person.pk, person.name):
        return {each.rule.rule: each for each in rules(person, Wanted(**wanted), homes_judged(person))}


def of_rule(person: Person, rule: str, **wanted: Any) -> tuple[int, int, int]:
    found = standing(person, **wanted)
    return (found[rule].not_met, found[rule].unknown, found[rule].met) if rule in found else (0, 0, 0)


# How a rule stands.


def test_what_is_asked_is_not_yet_known_until_it_is_shown_or_overdue(world: World) -> None:
    admin, cedar = world.admin_cedar, world.cedar.facility
    assert of_rule(admin, NCMEC) == (0, 0, 0)  # nothing was asked
    missing = report(world, world.ada.resident, ago=2 * HOUR)
    assert of_rule(admin, NCMEC) == (0, 1, 0)
    prove_all(Obligation.objects.get(rule__rule=NCMEC, subject=missing.pk), world.staff_cedar)
    assert of_rule(admin, NCMEC) == (0, 0, 1)
    report(world, world.bea.resident, ago=30 * HOUR)
    assert of_rule(admin, NCMEC) == (1, 0, 0)  # one that is not met decides, whatever was done before
    assert of_rule(admin, NCMEC, facility=str(cedar.pk), state="met") == (0, 0, 0)


def test_a_rule_about_how_things_are_is_met_while_nothing_is_against_it(world: World) -> None:
    one = standing(world.supervisor)["ca-fire-clearance"]
    in_california = [home for home in homes_of(world.supervisor) if home.jurisdiction == "CA"]
    assert (one.not_met, one.unknown, one.met) == (0, 0, len(in_california))


def test_what_is_done_again_and_again_is_met_until_the_next_time_is_due(world: World) -> None:
    rows = Obligation.objects.filter(
        rule__kind="recurring", met_at=None, due_at__gt=world.now, facility=world.birch.facility
    )
    rows = (
        rows.exclude(rule__proofs=[]).exclude(severity__in=["watch", "advice"]).order_by("rule__rule", "event_at", "pk")
    )
    rule = rows[0].rule
    admin = world.admin_birch
    for row in list(rows.filter(rule=rule)):
        assert of_rule(world.supervisor2, rule.rule) == (0, 1, 0)
        prove_all(row, admin if row.resident_id is None else world.caseworker2)
        again = Obligation.objects.get(rule=rule, subject=row.subject, resident=row.resident_id, met_at=None)
        assert again.begun and again.due_at > row.due_at and not row.begun
    assert of_rule(world.supervisor2, rule.rule) == (0, 0, 1)


def homes_of(person: Person) -> list[Home]:
    with acting(person.pk, person.name):
        return homes_judged(person)


@pytest.mark.parametrize("key", READERS)
def test_homes_areas_and_rules_count_the_same(world: World, key: str) -> None:
    report(world, world.ada.resident, ago=30 * HOUR)
    report(world, world.cleo.resident, ago=2 * HOUR, home="birch")
    person = world.people[key]
    found = seen(person)
    totals = found.totals.numbers
    for rows in (found.areas, found.homes):
        assert sum((row.numbers for row in rows), Counter()) == totals
    listed = standing(person)
    assert sum((row.numbers for row in listed.values()), Counter()) == totals
    for stands, number in zip(("not-met", "unknown", "met"), (0, 1, 2), strict=True):
        for area in found.areas:
            behind = standing(person, area=area.key, state=stands)
            assert sum(row.numbers[number] for row in behind.values()) == area.numbers[number]
    assert totals[0] and totals[2]
    states = {home.jurisdiction for home in homes_of(person)}
    assert all(any(applies(row.rule.jurisdiction, state) for state in states) for row in listed.values())


def test_the_list_behind_a_number_says_that_number_in_all(world: World) -> None:
    report(world, world.ada.resident, ago=30 * HOUR)
    client, totals = browser(world, "supervisor"), seen(world.supervisor).totals.numbers
    for number, state in enumerate(("not-met", "unknown", "met")):
        page = client.get(reverse("compliance:standing"), {"state": state}).text
        sums = [int(each) for each in re.findall(r"<td[^>]*>(\d+)</td>", page.split("In all")[1])]
        assert sums[number] == totals[number] and len(sums) == 3
    assert "In all" not in browser(world, "admin_cedar").get(reverse("compliance:standing")).text


def test_advice_and_what_is_switched_off_is_not_counted(world: World) -> None:
    for row in standing(world.supervisor).values():
        assert row.rule.severity not in ("advice", "watch") and not row.rule.off


# To whom which number is told.


def test_a_bar_takes_what_is_about_a_young_person_out_of_every_number(world: World) -> None:
    reader = another_supervisor(world.north)
    with acting(world.supervisor.pk, world.supervisor.name):
        judge(young=[world.ada.resident.pk])  # as it stands in the world, so that the reports alone make the difference
    quiet = seen(reader)
    report(world, world.ada.resident, ago=30 * HOUR)
    report(world, world.ada.resident, ago=2 * HOUR, kind="allegation")
    told = seen(reader)
    assert told.not_met > quiet.not_met and told.due > quiet.due
    assert told.totals.not_met > quiet.totals.not_met and told.totals.unknown > quiet.totals.unknown
    lay(world, reader)
    closed = seen(reader)
    assert closed.not_met == closed.months[-1].open == len(all_rows(reader, state="not-met")) < told.not_met
    assert closed.due == len(all_rows(reader, state="due")) < told.due
    assert closed.months[-1].found < told.months[-1].found
    assert closed.totals.not_met < told.totals.not_met and closed.totals.unknown < told.totals.unknown
    ada = world.ada.resident.pk
    for state in ("not-met", "due", "waiting", "done", "found"):
        assert ada not in {row.resident_id for row in all_rows(reader, state=state)}


def test_a_home_of_others_is_in_no_number(world: World) -> None:
    for key in ("admin_birch", "inspector_birch"):
        before = seen(world.people[key])
        report(world, world.ada.resident, ago=30 * HOUR, kind="allegation")
        assert seen(world.people[key]) == before
        assert {row.key for row in before.homes} == {str(world.birch.facility.pk)}


def test_who_may_not_read_the_page_reads_no_chart(world: World) -> None:
    for key in ("caseworker", "clinician", "staff_cedar", "stranger", "sysadmin"):
        for page in ("board", "standing"):
            assert browser(world, key).get(reverse(f"compliance:{page}")).status_code in (403, 404)


# The months and the days.


def test_months_and_days_end_by_the_clock_of_each_home(committed_world: World) -> None:
    """In the hour before midnight in California it is the next day in Texas; on the last day of October both have summer time."""
    world = committed_world
    today = world.today
    year = today.year if today > date(today.year, 11, 8) else today.year - 1
    moments = {
        datetime(year, 11, 1, 4, 59, tzinfo=UTC): ("10", "10"),  # 21:59 PDT, 23:59 CDT
        datetime(year, 11, 1, 6, 30, tzinfo=UTC): ("10", "11"),  # 23:30 PDT, 01:30 CDT
        datetime(year, 11, 1, 7, 30, tzinfo=UTC): ("11", "11"),  # 00:30 PDT: by winter time it would still be October
    }
    with roles.as_owner(), acting_as_system("test"), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE compliance_finding SET opened_at = now() - interval '3 years', closed_at = now() - interval '2 years',"
            " closed_why = 'put right'"
        )
        for moment in moments:
            for home in ("cedar", "birch"):
                cursor.execute(
                    """INSERT INTO compliance_finding (id, rule_id, facility_id, subject, since, opened_at, closed_at, closed_why,
                         evidence, part, area, severity)
                       SELECT gen_random_uuid(), id, %s, gen_random_uuid(), %s, %s, %s, 'put right', '{}', 'shift', area, 'serious'
                       FROM compliance_ruleversion WHERE rule = 'fed-missing-report-24h'""",
                    [world.homes[home].facility.pk, moment, moment, moment + DAY],
                )
    for key, place in (("admin_cedar", 0), ("admin_birch", 1)):
        person = world.people[key]
        expected = Counter(f"{year}-{months[place]}" for months in moments.values())
        found = {month.code: month for month in seen(person).months}
        october, november = found[f"{year}-10"], found[f"{year}-11"]
        assert (october.found, october.open, october.closed) == (expected[october.code], expected[october.code], 0)
        assert november.closed == sum(expected.values())
        for month in found.values():
            wanted = {"month": month.code}
            assert month.open == len(all_rows(person, state="not-met", **wanted))
            assert month.found == len(all_rows(person, state="found", **wanted))
            assert month.closed == len(all_rows(person, state="closed", **wanted))


def test_there_are_thirteen_months_and_none_is_known_from_before_the_first_day(world: World) -> None:
    months = seen(world.supervisor).months
    assert len(months) == 13 and months[-1].going_on and not any(month.going_on for month in months[:-1])
    assert [month.code for month in months] == sorted(month.code for month in months)
    assert [month.judged for month in months] == [
        month.first >= world.today.replace(day=1) - 365 * DAY for month in months
    ] or (not months[0].judged)
    page = browser(world, "supervisor").get(BOARD).text
    assert ("not judged yet" in page) == (not all(month.judged for month in months))


def test_what_falls_due_stands_on_its_day(world: World) -> None:
    missing = report(world, world.ada.resident, ago=2 * HOUR)
    due = Obligation.objects.get(rule__rule=NCMEC, subject=missing.pk)
    day = due.due_at.astimezone(world.cedar.facility.zone).date()
    found = seen(world.admin_cedar)
    assert dict(found.days)[day] == len(all_rows(world.admin_cedar, state="due", day=day)) > 0
    assert due in all_rows(world.admin_cedar, state="due", day=day)
    assert due not in all_rows(world.admin_cedar, state="due", day=day + DAY)


# The page.


def test_each_chart_opens_into_its_rows_and_has_a_table(world: World) -> None:
    report(world, world.ada.resident, ago=30 * HOUR)
    client = browser(world, "supervisor")
    page = client.get(BOARD).text
    assert page.count("The same as a table") == 4
    assert "style=" not in page
    for chart in ("trend", "due", "areas", "homes"):
        assert f'id="{chart}-desc"' in page
    links = {link.replace("&amp;", "&") for link in re.findall(r'href="(/compliance/[^"]*\?[^"]+)"', page)}
    assert len(links) > 20
    for link in sorted(links)[::5]:
        answer = client.get(link)
        assert answer.status_code == 200, link
        if re.search(r"state=(not-met|unknown|met|due|found|closed)", link):
            assert "Nothing of this kind" not in answer.text and "No rule stands like this" not in answer.text, link


def test_a_rule_leads_to_its_rows_only(world: World) -> None:
    report(world, world.ada.resident, ago=30 * HOUR)
    admin = world.admin_cedar
    rows = all_rows(admin, state="not-met", rule=NCMEC)
    assert {row.rule.rule for row in rows} == {NCMEC}
    page = browser(world, "admin_cedar").get(f"{BOARD}?state=not-met&rule={NCMEC}").text
    assert rows[0].rule.title in page and "show all" in page
    assert f"rule={NCMEC}" in browser(world, "admin_cedar").get(reverse("compliance:standing")).text


@pytest.mark.parametrize(
    "wrong", ["month=2026-13", "month=x", "day=x", "day=0001-01-01", "rule=%27", "state=unknown", "month=2026-10"]
)
def test_an_address_that_means_nothing_is_no_error(world: World, wrong: str) -> None:
    client = browser(world, "admin_cedar")
    for page in (BOARD, reverse("compliance:standing")):
        assert client.get(f"{page}?{wrong}").status_code == 200


def test_the_picture_takes_as_many_queries_for_many_findings_as_for_few(world: World) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            seen(world.supervisor)
        return len(queries)

    few = cost()
    for young in (world.ada, world.bea, world.cleo, world.dina):
        home = "cedar" if young in (world.ada, world.bea) else "birch"
        report(world, young.resident, ago=30 * HOUR, home=home)
    with acting(world.supervisor.pk, world.supervisor.name):
        judge([world.cedar.facility.pk, world.birch.facility.pk])
    assert cost() <= few + 1  # one for the codes of those who have left, where there are such
