"""The calendar of a home and of a reader: everything with a date, on the day of its place; and as RFC 5545 says."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from compliance.ics import feed_of
from compliance.models import CorrectiveAction, Finding
from compliance.queries.calendar import KINDS, collect, month
from compliance.queries.dated import Dated
from compliance.queries.tasks import Cut
from placement.access.models import Person
from placement.audit.clock import now
from placement.database.context import acting
from placement.facilities.models import Facility, FireClearance
from tests.corrective import plan
from tests.inspections import cited, ended
from tests.law import NCMEC, hearing, report
from tests.world import World, browser

DAY, LONG = timedelta(days=1), timedelta(days=500)
PACIFIC, EASTERN = ZoneInfo("America/Los_Angeles"), ZoneInfo("America/New_York")


def all_of(person: Person, home: Facility | None = None, kind: str = "") -> list[Dated]:
    with acting(person.pk, person.name):
        return collect(person, now() - LONG, now() + LONG, Cut(500), home=home, kind=kind)


def row(due: datetime, zone: ZoneInfo = PACIFIC, **more: Any) -> Dated:
    return Dated("obligation 1", due, zone, "law", "What is asked", "/", about="K-12", **more)


@pytest.mark.parametrize(
    ("due", "zone", "day", "all_day"),
    [
        (datetime(2026, 12, 2, 8, 0, tzinfo=UTC), PACIFIC, date(2026, 12, 1), True),
        (datetime(2026, 12, 2, 7, 59, tzinfo=UTC), PACIFIC, date(2026, 12, 1), False),
        (datetime(2026, 12, 2, 8, 1, tzinfo=UTC), PACIFIC, date(2026, 12, 2), False),
        (datetime(2026, 12, 2, 8, 0, tzinfo=UTC), EASTERN, date(2026, 12, 2), False),
        (datetime(2027, 3, 15, 7, 0, tzinfo=UTC), PACIFIC, date(2027, 3, 14), True),  # clocks were set forward
        (datetime(2027, 3, 14, 8, 0, tzinfo=UTC), PACIFIC, date(2027, 3, 13), True),
        (datetime(2027, 11, 8, 8, 0, tzinfo=UTC), PACIFIC, date(2027, 11, 7), True),  # and back
        (datetime(2027, 11, 7, 9, 30, tzinfo=UTC), PACIFIC, date(2027, 11, 7), False),  # 01:30 for the second time
        (datetime(2026, 9, 6, 4, 0, tzinfo=UTC), ZoneInfo("America/Santiago"), date(2026, 9, 5), True),  # no midnight
    ],
)
def test_what_is_due_at_midnight_has_the_day_before(due: datetime, zone: ZoneInfo, day: date, all_day: bool) -> None:
    assert (row(due, zone).day, row(due, zone).all_day) == (day, all_day)


def test_each_kind_stands_in_the_calendar_of_the_home(world: World) -> None:
    report(world, world.ada.resident, ago=timedelta(hours=30))
    plan(world, Finding.objects.get(rule__rule=NCMEC))
    with acting(world.supervisor.pk, world.supervisor.name):
        FireClearance.objects.filter(facility=world.cedar.facility).update(valid_to=world.today + 9 * DAY)
    with acting(world.caseworker.pk, world.caseworker.name):
        world.ada.case.next_hearing_on = world.today + 3 * DAY
        world.ada.case.save(update_fields=["next_hearing_on"])
    rows = all_of(world.admin_cedar, world.cedar.facility)
    assert {each.kind for each in rows} >= {"law", "paper", "staff", "drill", "action", "court"}
    assert {each.place for each in rows if each.place} == {world.cedar.facility.name}
    clearance = next(each for each in rows if each.title == "The fire clearance ends")
    assert (clearance.day, clearance.all_day) == (world.today + 9 * DAY, True)
    assert [each.kind for each in all_of(world.admin_cedar, world.cedar.facility, "paper")].count("paper") == len(
        all_of(world.admin_cedar, world.cedar.facility, "paper")
    )


def test_what_an_authority_cited_is_to_be_put_right_by_its_day(world: World) -> None:
    citation = cited(world)
    (found,) = [each for each in all_of(world.admin_cedar, world.cedar.facility) if "80087(a)" in each.title]
    assert (found.day, found.kind, found.said_outside) == (citation.correct_by, "action", "Home: action due")
    for key in ("inspector_cedar", "admin_cedar", "supervisor"):
        assert found.key in {each.key for each in all_of(world.people[key])}, key
    for key in ("staff_cedar", "caseworker", "clinician", "admin_birch", "inspector_birch"):
        assert found.key not in {each.key for each in all_of(world.people[key])}, key
    ended(world, citation)
    assert found.key not in {each.key for each in all_of(world.admin_cedar)}


def test_a_reader_sees_what_is_open_to_them(world: World, in_earnest: None) -> None:
    with acting(world.caseworker2.pk, world.caseworker2.name):
        hearing(world, 20)
    cleo = world.cleo.resident.code

    def kinds(key: str) -> set[str]:
        return {each.kind for each in all_of(world.people[key])}

    def told_of_cleo(key: str) -> set[str]:
        return {each.title for each in all_of(world.people[key]) if each.about == cleo}

    for key in ("caseworker2", "supervisor2", "admin_birch"):
        assert "Court hearing" in told_of_cleo(key), key
    assert "Court hearing" not in told_of_cleo("staff_birch") | told_of_cleo("inspector_birch")
    for key in ("caseworker", "supervisor", "admin_cedar", "staff_cedar", "clinician", "inspector_cedar", "stranger"):
        assert told_of_cleo(key) == set(), key
    assert "staff" in kinds("admin_birch") and "paper" in kinds("admin_birch")
    assert not {"paper", "drill", "staff"} & kinds("caseworker2")
    own = all_of(world.staff_cedar, kind="staff")
    assert {each.outside for each in own} <= {"own paper ends"}


def test_a_clearance_that_ended_empties_the_calendar(world: World) -> None:
    assert all_of(world.staff_cedar)
    with acting(world.admin_cedar.pk, world.admin_cedar.name), connection.cursor() as cursor:
        ended = world.today - DAY
        cursor.execute(
            "UPDATE facilities_credential SET valid_to = %s WHERE person_id = %s AND kind = 'background'",
            [ended, world.staff_cedar.pk],
        )
    world.staff_cedar.refresh_from_db()
    assert not world.staff_cedar.opens_records
    assert [each for each in all_of(world.staff_cedar) if each.outside != "own paper ends"] == []


@pytest.mark.parametrize("key", ["caseworker2", "supervisor2", "admin_birch", "staff_birch", "inspector_birch"])
def test_each_row_opens(world: World, key: str) -> None:
    hearing(world, 20)
    rows = all_of(world.people[key])
    assert rows
    client = browser(world, key)
    assert {url for url in {each.href for each in rows} if client.get(url).status_code != 200} == set()


def test_the_month_has_each_row_on_its_day(world: World) -> None:
    hearing(world, 20)
    person, day = world.caseworker2, world.today + 20 * DAY
    shown = month(person, day.replace(day=1))
    there = next(each for week in shown.weeks for each in week if each.day == day)
    assert "Court hearing" in {each.title for each in there.rows}
    assert all(each.rows == [] or {r.day for r in each.rows} == {each.day} for week in shown.weeks for each in week)
    assert {each.day.month for each in shown.days} <= {day.month}
    assert shown.before_code < f"{day:%Y-%m}" < shown.after_code


def test_a_month_is_whole_in_the_zone_of_the_home(world: World) -> None:
    first, home = date(2027, 2, 1), world.cedar.facility
    for number, last in enumerate((date(2027, 1, 31), first, date(2027, 2, 28), date(2027, 3, 1))):
        with acting(world.supervisor.pk, world.supervisor.name):
            values = {"valid_from": last - (number + 1) * DAY, "valid_to": last, "authority": f"Fire {number}"}
            FireClearance.objects.create(facility=home, **values)
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        rows = month(world.admin_cedar, first, home=home).rows
    assert [each.why for each in rows if each.title == "The fire clearance ends"] == ["Fire 1", "Fire 2"]


def test_the_page_shows_a_month_and_a_list_and_what_it_leaves_out(world: World, monkeypatch: Any) -> None:
    hearing(world, 20)
    day = world.today + 20 * DAY
    client = browser(world, "caseworker2")
    page = client.get("/calendar/", {"month": f"{day:%Y-%m}"}).content.decode()
    assert '<table class="month">' in page
    assert "Court hearing" in page
    listed = client.get("/calendar/", {"month": f"{day:%Y-%m}", "as": "list"}).content.decode()
    assert '<table class="month">' not in listed and f'id="d{day}"' in listed
    assert "Court hearing" not in client.get("/calendar/", {"month": f"{day:%Y-%m}", "kind": "paper"}).content.decode()
    for wrong in ("2026-99", "x", "0001-01", "9999-12"):
        assert client.get("/calendar/", {"month": wrong}).status_code == 200
    monkeypatch.setattr("compliance.queries.calendar.MOST", 1)
    home = reverse("calendar:home", args=[world.birch.facility.pk])
    assert "more are not shown" in browser(world, "admin_birch").get(home, {"month": f"{day:%Y-%m}"}).content.decode()


def test_a_home_that_is_not_open_is_not_found(world: World) -> None:
    address = reverse("calendar:home", args=[world.birch.facility.pk])
    for key in ("caseworker2", "staff_cedar", "admin_cedar", "inspector_cedar", "stranger"):
        assert browser(world, key).get(address).status_code == 404, key
    for key in ("supervisor", "supervisor2", "admin_birch", "staff_birch", "inspector_birch"):
        assert browser(world, key).get(address).status_code == 200, key


def test_the_number_of_queries_stays_the_same(world: World) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            all_of(world.admin_cedar)
        return len(seen)

    before = cost()
    for number in range(5):
        with acting(world.supervisor.pk, world.supervisor.name):
            last = world.today + (20 + number) * DAY
            FireClearance.objects.create(
                facility=world.cedar.facility, valid_from=world.today, valid_to=last, authority="Fire"
            )
    report(world, world.ada.resident, world.bea.resident)
    assert cost() == before


def test_corrective_action_that_is_done_is_no_date(world: World, acting_as: Callable[..., Any]) -> None:
    report(world, world.ada.resident, ago=timedelta(hours=30))
    action = plan(world, Finding.objects.get(rule__rule=NCMEC))
    assert [each.key for each in all_of(world.staff_cedar, kind="action")] == [f"action {action.pk}"]
    assert CorrectiveAction.objects.filter(pk=action.pk, owner=world.staff_cedar).exists()
    assert all_of(world.staff_birch, kind="action") == []


# The format.


def parsed(*rows: Dated, reader: Any = None) -> Any:
    text = feed_of(rows, reader=reader or uuid4(), written_at=datetime(2026, 11, 29, 12, 0, tzinfo=PACIFIC))
    return text, Calendar.from_ical(text)


def test_a_whole_day_is_a_date_and_an_hour_is_in_utc() -> None:
    text, calendar = parsed(
        row(datetime(2026, 12, 2, 8, 0, tzinfo=UTC)), row(datetime(2027, 3, 14, 3, 30, tzinfo=PACIFIC))
    )
    assert b"DTSTART;VALUE=DATE:20261201\r\nDTEND;VALUE=DATE:20261202\r\n" in text
    assert b"DTSTART:20270314T103000Z\r\n" in text
    assert text.count(b"DTSTAMP:20261129T200000Z\r\n") == 2
    assert [str(event["SUMMARY"]) for event in calendar.walk("VEVENT")] == ["K-12: review due"] * 2


def test_lines_are_folded_and_text_is_escaped() -> None:
    said = "wörds; with, marks \\ and\nlines " * 9
    text, calendar = parsed(row(datetime(2026, 12, 2, 8, 0, tzinfo=UTC), outside=said))
    lines = text.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"\n" not in text.replace(b"\r\n", b"")
    assert any(line.startswith(b" ") for line in lines)
    unfolded = text.replace(b"\r\n ", b"").decode()
    assert "wörds\\; with\\, marks \\\\ and\\nlines" in unfolded
    assert str(calendar.walk("VEVENT")[0]["SUMMARY"]) == f"K-12: {said}"
    assert text.startswith(b"BEGIN:VCALENDAR\r\n") and text.endswith(b"END:VCALENDAR\r\n")
    assert calendar["VERSION"] == "2.0" and calendar["PRODID"]


def test_an_entry_keeps_its_id_and_has_another_one_for_another_reader() -> None:
    one, reader = row(datetime(2026, 12, 2, 8, 0, tzinfo=UTC)), uuid4()
    ids = [parsed(one, reader=who)[1].walk("VEVENT")[0]["UID"] for who in (reader, reader, uuid4())]
    assert ids[0] == ids[1] != ids[2]
    assert "obligation" not in ids[0]


def test_what_the_feed_may_say_is_a_short_list(world: World) -> None:
    hearing(world, 20)
    report(world, world.ada.resident, ago=timedelta(hours=30))
    plan(world, Finding.objects.get(rule__rule=NCMEC))
    codes = {young.resident.code for young in world.young.values()} | {"somebody whose record is closed to you"}
    words = {"Home: review due", "Home: licence ends", "Home: paper ends", "Home: drill due", "Home: action due"}
    words |= {"Staff: paper ends", "Staff: own paper ends"} | {f"{code}: review due" for code in codes}
    said = {each.said_outside for person in world.people.values() for each in all_of(person)}
    assert said <= words
    assert len(said) > 4


def test_the_ways_there(world: World) -> None:
    """From the navigation and My work; somebody without a list of what is due gets the calendar in its place."""
    work = browser(world, "caseworker").get("/").content.decode()
    assert work.count('href="/compliance/deadlines/"') >= 2 and 'href="/calendar/"' in work
    assert 'href="/calendar/"' in browser(world, "staff_cedar").get("/").content.decode()
    assert 'href="/calendar/"' not in browser(world, "sysadmin").get("/").content.decode()
    home = reverse("facilities:detail", args=[world.cedar.facility.pk])
    way = reverse("calendar:home", args=[world.cedar.facility.pk])
    assert way in browser(world, "supervisor").get(home).content.decode()
    assert way not in browser(world, "caseworker").get(home).content.decode()


def test_every_kind_has_a_name() -> None:
    assert all(re.fullmatch(r"[A-Z][a-z ]+", name) for name in KINDS.values())
