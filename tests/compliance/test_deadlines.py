"""Due and overdue in 60 days: what rules ask and what people have set, by young person, for who answers for them."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.models import Obligation
from compliance.queries.deadlines import Deadlines, deadlines
from placement.access.models import Person
from placement.audit.clock import now
from placement.database.constraints import Refused
from placement.database.context import acting
from placement.facilities.operations.after_care import record_after_care_check
from residents import operations as residents
from residents.models import Case, LevelAssessment, Resident
from tests.facilities.conftest import do
from tests.law import hearing
from tests.world import World, browser

PAGE = "/compliance/deadlines/"
DAY = timedelta(days=1)


def of(found: Deadlines, resident: Resident) -> dict[str, Any]:
    """Title → row of what is due for this young person."""
    rows = [row for group in found.groups if group.resident == resident for row in group.rows]
    return {row.title: row for row in rows}


def set_days(world: World, key: str = "ada", by: Person | None = None, **days: date) -> Case:
    case, by = world.young[key].case, by or world.caseworker
    said = {name: getattr(case, name) for name in ("legal_basis", "court", "permanency_goal", "summary")}
    return do(by, residents.change_case, case, **{"next_hearing_on": None, **days}, **said)


def level(world: World, again_on: date | None, assessed_on: date | None = None) -> LevelAssessment:
    said = {"level": 3, "assessor": "Dr. A", "basis": "Interview", "assessed_on": assessed_on or world.today}
    return do(world.caseworker, residents.assess_level, world.ada.resident, again_on=again_on, **said)


def test_days_that_people_set_stand_there_with_why_and_whose_duty(world: World) -> None:
    days = {name: world.today + n * DAY for n, name in enumerate(("next_hearing_on", "next_health_check_on"), 3)}
    set_days(world, **days, next_school_review_on=world.today + 7 * DAY)
    level(world, world.today + 9 * DAY)
    rows = of(deadlines(world.caseworker), world.ada.resident)
    hearing_, health, school = rows["Court hearing"], rows["Health check"], rows["School review"]
    assert (hearing_.days, health.days, school.days) == ("in 3 days", "in 4 days", "in 7 days")
    assert hearing_.why == world.ada.case.court or hearing_.why == f"Set in case {world.ada.case.number}"
    assert hearing_.href == reverse("residents:change_case", args=[world.ada.resident.pk])
    again = rows["Assess the level of care again"]
    assert (again.whose, again.href) == ("caseworker", reverse("residents:add_level", args=[world.ada.resident.pk]))
    assert "Dr. A" in again.why
    assert {row.about for row in rows.values()} == {world.ada.resident.code}


def test_a_newer_level_or_a_day_that_is_taken_away_ends_it(world: World) -> None:
    set_days(world, next_health_check_on=world.today + DAY)
    level(world, world.today + 9 * DAY)
    set_days(world)
    level(world, None)
    assert (
        not {"Health check", "Assess the level of care again"}
        & of(deadlines(world.caseworker), world.ada.resident).keys()
    )


def test_after_leaving_until_somebody_has_looked(world: World) -> None:
    fay = world.fay.resident
    row = of(deadlines(world.caseworker), fay)["First check after leaving"]
    assert row.href == reverse("placements:after-care", args=[world.fay.stay.pk])
    do(
        world.caseworker,
        record_after_care_check,
        world.fay.discharge,
        checked_at=now(),
        note="Well",
        next_check_on=world.today + 5 * DAY,
    )
    rows = of(deadlines(world.caseworker), fay)
    assert "First check after leaving" not in rows
    assert rows["Next check after leaving"].days == "in 5 days"


def test_what_rules_ask_stands_there_with_its_citation(world: World) -> None:
    hearing(world, 20)
    rows = of(deadlines(world.caseworker2), world.cleo.resident)
    asked = [row for row in rows.values() if row.key.startswith("obligation")]
    assert asked
    for row in asked:
        obligation = Obligation.objects.select_related("rule").get(pk=row.key.split()[1])
        assert (row.why, row.due) == (obligation.rule.citation, obligation.due_at)
        assert row.href == reverse("compliance:obligation", args=[obligation.pk])
        assert row.whose


def test_who_answers_for_a_young_person_sees_it_and_nobody_else(world: World) -> None:
    set_days(world, next_health_check_on=world.today + DAY)
    seen = {key for key, person in world.people.items() if "Health check" in of(deadlines(person), world.ada.resident)}
    assert seen == {"caseworker", "supervisor", "admin_cedar", "clinician"}


def test_the_database_closes_parts_to_an_administrator(world: World, in_earnest: None) -> None:
    """What was shared outside is not open to the home: nothing that a rule asks about it either."""
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        rows = [row for group in deadlines(world.admin_cedar).groups for row in group.rows]
        parts = set(Obligation.objects.values_list("part", flat=True))
    assert rows
    assert "share" not in parts


def test_a_home_that_the_reader_may_not_know_is_not_named(world: World) -> None:
    """A clinician is shown what is due, and not where the young person lives; nor is a home told where somebody lived before."""
    named = {
        key: {row.place for group in deadlines(world.people[key]).groups for row in group.rows if row.place}
        for key in ("clinician", "caseworker", "admin_cedar")
    }
    cedar = world.cedar.facility.name
    assert named["clinician"] == set()
    assert cedar in named["caseworker"]
    assert named["admin_cedar"] == {cedar}


def test_other_roles_have_no_such_page(world: World) -> None:
    opens = {key for key in world.people if browser(world, key).get(PAGE).status_code == 200}
    assert {world.people[key].role for key in opens} == {"caseworker", "supervisor", "admin", "clinician"}


def test_filters_narrow_it_and_a_wrong_one_changes_nothing(world: World) -> None:
    set_days(world, next_health_check_on=world.today - 3 * DAY, next_school_review_on=world.today + 30 * DAY)
    person, ada = world.caseworker, world.ada.resident
    wanted: list[tuple[dict[str, str], bool, bool]] = [
        ({}, True, True),
        ({"reach": "late"}, True, False),
        ({"reach": "14"}, True, False),
        ({"kind": "education"}, False, True),
        ({"kind": "health"}, True, False),
    ]
    for filters, health, school in wanted:
        rows = of(deadlines(person, **filters), ada)
        assert ("Health check" in rows, "School review" in rows) == (health, school), filters
    assert of(deadlines(person), ada)["Health check"].days == "3 days late"
    client = browser(world, "caseworker")
    assert "Health check" in client.get(PAGE, {"kind": "nothing"}).content.decode()
    assert "Nothing fits these filters" in client.get(PAGE, {"kind": "education", "reach": "late"}).content.decode()


def test_a_unit_narrows_it(world: World) -> None:
    found = deadlines(world.caseworker, unit=str(world.south.pk))
    assert found.groups == [] and found.young == 0
    assert deadlines(world.caseworker, unit=str(world.north.pk)).groups


def test_sixty_days_are_whole_days(world: World) -> None:
    today = now().astimezone(ZoneInfo(world.caseworker.time_zone)).date()
    for ahead, there in ((60, True), (61, False)):
        set_days(world, next_school_review_on=today + ahead * DAY)
        assert ("School review" in of(deadlines(world.caseworker), world.ada.resident)) is there


def in_zone(world: World, name: str) -> None:
    with acting(world.supervisor.pk, world.supervisor.name), connection.cursor() as cursor:
        cursor.execute("UPDATE facilities_facility SET time_zone = %s WHERE id = %s", [name, world.cedar.facility.pk])


@pytest.mark.parametrize(
    ("zone", "day", "ends"),
    [
        ("America/Los_Angeles", date(2026, 12, 1), datetime(2026, 12, 2, 8, tzinfo=ZoneInfo("UTC"))),
        ("America/New_York", date(2026, 12, 1), datetime(2026, 12, 2, 5, tzinfo=ZoneInfo("UTC"))),
        # The day on which clocks are set forward has 23 hours, the one on which they are set back 25.
        ("America/Los_Angeles", date(2027, 3, 14), datetime(2027, 3, 15, 7, tzinfo=ZoneInfo("UTC"))),
        ("America/Los_Angeles", date(2027, 11, 7), datetime(2027, 11, 8, 8, tzinfo=ZoneInfo("UTC"))),
    ],
)
def test_a_day_is_over_at_midnight_of_the_home(world: World, zone: str, day: date, ends: datetime) -> None:
    from compliance.queries.case_dates import SET

    in_zone(world, zone)
    set_days(world, next_health_check_on=day)
    source = next(source for source in SET if source.rows(world.caseworker).filter(kind="health").exists())
    row = source.tell(source.rows(world.caseworker).get(resident=world.ada.resident), world.caseworker)
    assert row.due == ends
    assert (row.day, row.all_day) == (day, True)


def test_the_number_of_queries_stays_the_same(world: World) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            deadlines(world.caseworker)
        return len(seen)

    before = cost()
    for key in ("ada", "bea", "eve"):
        days = {f"next_{what}_on": world.today + DAY for what in ("hearing", "health_check", "school_review")}
        set_days(world, key, **days)
    assert cost() == before


def test_pages_by_young_person_show_each_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("compliance.queries.deadlines.PAGE", 1)
    for key in ("ada", "bea", "eve"):
        set_days(world, key, next_health_check_on=world.today + DAY)
    client, seen, address = browser(world, "caseworker"), [], PAGE
    while address:
        page = client.get(address).content.decode()
        seen += re.findall(r'<h2 id="of-([\w-]+)">', page)
        following = re.search(r'href="(\?[^"]*after=[^"]+)">Next page', page)
        address = PAGE + following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen))
    assert {world.young[key].resident.code for key in ("ada", "bea", "eve")} <= set(seen)


def test_each_row_leads_to_a_page_that_opens(world: World) -> None:
    set_days(
        world,
        next_hearing_on=world.today + DAY,
        next_health_check_on=world.today + DAY,
        next_school_review_on=world.today + DAY,
    )
    level(world, world.today + 9 * DAY)
    for key in ("caseworker", "supervisor", "admin_cedar", "clinician"):
        client = browser(world, key)
        rows = [row for group in deadlines(world.people[key]).groups for row in group.rows]
        assert rows
        assert {client.get(href).status_code for href in {row.href for row in rows}} == {200}, key


def test_a_level_is_assessed_again_after_it_was_assessed(world: World) -> None:
    with pytest.raises(Refused, match="comes after"):
        level(world, world.today)


def test_history_says_which_day_was_set(world: World, acting_as: Callable[..., Any]) -> None:
    set_days(world, next_health_check_on=world.today + DAY)
    with acting_as(world.supervisor):
        row = world.ada.case.history.latest()
    assert row.next_health_check_on == world.today + DAY
    page = browser(world, "supervisor").get(reverse("residents:history", args=[world.ada.resident.pk]))
    assert "Next health check" in page.content.decode()
