"""What reports count: in which month, of which rows, and to whom which number is told."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from compliance.operations import sign_review
from compliance.queries.reports import REPORTS, report_for
from compliance.queries.reports.shape import Wanted, month_after
from placement.audit.clock import at_time
from placement.database import roles
from placement.database.context import acting, acting_as_system
from placement.facilities import operations as homes
from placement.facilities.models import Shift
from placement.facilities.queries.night import night_log
from placement.facilities.queries.occupancy import weeks
from residents import operations as residents
from tests.bars import another_supervisor, lay
from tests.compliance.reporting import (
    DAY,
    HOUR,
    MINUTE,
    behind,
    counted,
    entry,
    insert,
    lately,
    past,
    report_called,
    shift,
    total,
    year_of,
)
from tests.every.test_allegations import alleged
from tests.flags import flag
from tests.law import report as incident
from tests.world import World, browser

LA, CHICAGO = ZoneInfo("America/Los_Angeles"), ZoneInfo("America/Chicago")


# The months.


def test_months_begin_and_end_by_the_clock_of_each_home(committed_world: World) -> None:
    """Eleven years of them. On November 1 of 2015 and 2020 clocks go back; midnight in Texas comes two hours earlier."""
    world = committed_world
    firsts = [month_after(date(2015, 1, 1), n) for n in range(132)]
    steps = (-2 * HOUR, -MINUTE, timedelta(), MINUTE, 119 * MINUTE, 2 * HOUR)
    expected: dict[str, Counter[str]] = {"cedar": Counter(), "birch": Counter()}
    with past() as cursor:
        for first in firsts:
            midnight = datetime(first.year, first.month, 1, tzinfo=LA).astimezone(UTC)
            for moment in (midnight + step for step in steps):
                for key, zone, young in (("cedar", LA, world.ada), ("birch", CHICAGO, world.cleo)):
                    entry(cursor, young, world.homes[key], moment)
                    expected[key][f"{moment.astimezone(zone):%Y-%m}"] += 1
    for key in expected:
        reader = world.people[f"admin_{key}"]
        found = counted(reader, "entries", Wanted(date(2014, 1, 1), date(2026, 1, 1)))
        assert {month: cell.numbers["all"] for month, cell in found.months.items()} == dict(expected[key])
        for first in (date(2015, 11, 1), date(2020, 10, 1), date(2020, 11, 1), date(2024, 2, 1), date(2024, 3, 1)):
            one, code = Wanted(first, first), f"{first:%Y-%m}"
            assert total(reader, "entries", one).numbers["all"] == expected[key][code]
            assert len(behind(reader, "entries", "all", one)) == expected[key][code]


def test_the_hour_that_comes_twice_is_not_lost(committed_world: World) -> None:
    world, at = committed_world, datetime(2020, 11, 1, 8, 30, tzinfo=UTC)  # 01:30 PDT; an hour later it is 01:30 PST
    with past() as cursor:
        for moment in (at, at + HOUR):
            entry(cursor, world.ada, world.cedar, moment, after=45 * MINUTE)
    cell = total(world.admin_cedar, "entries", year_of(date(2020, 11, 1)))
    assert (cell.numbers["all"], cell.numbers["late"], cell.middle) == (2, 2, 45)


def test_months_are_counted_forward_and_back() -> None:
    assert month_after(date(2026, 1, 31), -1) == date(2025, 12, 1)
    assert month_after(date(2026, 12, 1)) == date(2027, 1, 1)
    wanted = Wanted.last_months(date(2026, 3, 31))
    assert (wanted.since, wanted.until, len(wanted.months)) == (date(2025, 4, 1), date(2026, 3, 1), 12)
    assert wanted.codes == ("2025-04", "2026-03")


# Every report.


@pytest.mark.parametrize("key", ["supervisor", "supervisor2", "admin_cedar", "admin_birch"])
def test_homes_months_and_rows_add_up_to_the_total(world: World, key: str) -> None:
    reader, wanted = world.people[key], lately(world)
    told = 0
    for report in REPORTS:
        if not reader.may(report.right):
            continue
        found = counted(reader, report.key, wanted)
        for part in report.parts:
            whole = found.total.numbers[part.key]
            told += whole
            assert whole == sum(cell.numbers[part.key] for cell in found.homes.values()), (report.key, part.key)
            assert whole == sum(cell.numbers[part.key] for cell in found.months.values())
            assert whole == sum(cell.numbers[part.key] for cell in found.each.values())
            if part.opens and report.key not in ("rounds", "census"):
                assert whole == len(behind(reader, report.key, part.key, wanted)), (report.key, part.key)
    assert told > 20


def test_a_home_of_its_own_is_counted_as_in_the_whole(world: World) -> None:
    for report in REPORTS:
        found = counted(world.supervisor, report.key, lately(world))
        for home in ("cedar", "birch"):
            pk = world.homes[home].facility.pk
            alone = counted(world.supervisor, report.key, lately(world, facility=str(pk)))
            assert alone.total == found.homes.get(pk, report.empty()), report.key


def test_an_admin_reads_of_her_own_home_only(world: World) -> None:
    for report in REPORTS:
        if world.admin_cedar.may(report.right):
            assert set(counted(world.admin_cedar, report.key, lately(world)).homes) <= {world.cedar.facility.pk}


# What nobody may find out.


def numbers_of(reader, world: World) -> dict:
    return {report.key: counted(reader, report.key, lately(world)) for report in REPORTS if reader.may(report.right)}


def more_of_ada(world: World, acting_as) -> None:
    """Something more in every report: entries, looks, a shift that signs, an incident, and somebody who reads the record."""
    with acting_as(world.staff_cedar):
        ada, home, by = world.ada.resident, world.cedar.facility, world.staff_cedar
        at = world.now - timedelta(minutes=1)
        for kind in ("head_count", "mood"):
            residents.log_care(
                ada, facility=home, shift=world.cedar.shift, kind=kind, outcome="In the house", happened_at=at, by=by
            )
        homes.sign_shift(world.cedar.shift, hand_off="All calm.", by=by)
    incident(world, ada, ago=HOUR)
    browser(world, "caseworker").get(f"/residents/{ada.pk}/")


def test_a_bar_takes_a_young_person_out_of_every_number(world: World, acting_as) -> None:
    reader = another_supervisor(world.north)
    browser(world, "caseworker").get(f"/residents/{world.ada.resident.pk}/")
    open_to_all = numbers_of(reader, world)
    lay(world, reader)
    barred = numbers_of(reader, world)
    for key in ("entries", "rounds", "looks-by-role", "census", "incidents"):
        assert barred[key] != open_to_all[key], key
    more_of_ada(world, acting_as)
    after = numbers_of(reader, world)
    open_now = numbers_of(world.supervisor, world)
    for report in REPORTS:
        if report.key == "edits":  # the shift that has signed is no young person's
            continue
        assert after[report.key] == barred[report.key], report.key
    for key in ("entries", "looks-by-role", "incidents"):
        assert open_now[key] != open_to_all[key], key


def test_those_without_a_grant_count_nothing_of_a_young_person(world: World, acting_as) -> None:
    for key in ("admin_birch", "supervisor2"):
        before = numbers_of(world.people[key], world)
        more_of_ada(world, acting_as) if key == "admin_birch" else None
        after = numbers_of(world.people[key], world)
        for report in before:
            if key == "admin_birch":
                assert after[report] == before[report], report
        ada = world.ada.resident.pk
        for row in behind(world.people[key], "entries", "all", lately(world)):
            assert row.resident_id != ada


def test_an_allegation_is_in_no_number_of_whom_it_accuses(world: World) -> None:
    for key in ("admin_cedar", "supervisor"):
        before = counted(world.people[key], "incidents", lately(world))
        alleged(world, key)
        assert counted(world.people[key], "incidents", lately(world)) == before
    assert total(world.supervisor2, "incidents", lately(world)).numbers["allegation"] >= 1


# Care entries.


def test_how_late_an_entry_was_written(committed_world: World) -> None:
    world, noon = committed_world, datetime(2024, 5, 10, 12, tzinfo=LA)
    with past() as cursor:
        for after in (0, 10, 30, 31, 120, 121, 12 * 60, 24 * 60, 24 * 60 + 1):
            entry(cursor, world.ada, world.cedar, noon, after=after * MINUTE)
    cell = total(world.supervisor, "entries", year_of(noon.date()))
    told = {"all": 9, "on_time": 3, "late": 6, "hours": 2, "half_day": 2, "day": 1, "longer": 1}
    assert dict(cell.numbers) == told
    assert cell.middle == 120 and cell.high == pytest.approx(24 * 60 + 0.2)
    assert [figure.of(cell) for figure in report_called("entries").figures] == ["33 %", "2 h 0 min", "1 day"]


def test_what_is_changed_after_signing_is_held_against_the_shifts(committed_world: World) -> None:
    world, starts = committed_world, datetime(2024, 5, 10, 8, tzinfo=LA)
    with past() as cursor:
        signed, _open = shift(cursor, world.cedar, starts, signed=True), shift(cursor, world.cedar, starts + 8 * HOUR)
        first = entry(cursor, world.ada, world.cedar, starts + HOUR, shift_id=signed)
        again = {"shift_id": signed, "amends_id": first}
        entry(cursor, world.ada, world.cedar, starts + HOUR, after=2 * HOUR, reason="Misread", **again)
        entry(cursor, world.ada, world.cedar, starts + HOUR, after=9 * HOUR, reason="Was so", **again)
        other = {"outcome": "Written by mistake", "written_by_id": world.admin_cedar.pk}
        entry(cursor, world.ada, world.cedar, starts + HOUR, after=2 * DAY, reason="Was so", **again, **other)
    wanted = year_of(starts.date())
    cell = total(world.supervisor, "edits", wanted)
    assert dict(cell.numbers) == {"shifts": 1, "edits": 2, "others": 1, "day": 1, "mistake": 1}
    assert report_called("edits").figures[0].of(cell) == "2.00"
    assert {row.reason for row in behind(world.supervisor, "edits", "edits", wanted)} == {"Was so"}


# Rounds.


def test_rounds_say_the_same_as_the_log_of_each_shift(committed_world: World) -> None:
    world = committed_world
    some_nights(world)
    wanted = lately(world)
    found = counted(world.admin_cedar, "rounds", wanted)
    logs = []
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        for each in Shift.objects.filter(facility=world.cedar.facility, starts_at__lte=world.now):
            logs.append((each.pk, night_log(world.admin_cedar, each)))
    assert len(logs) > 12
    late, left_out = sum(log.late for _, log in logs), sum(log.missed for _, log in logs)
    assert (found.total.numbers["late"], found.total.numbers["left_out"]) == (late, left_out)
    assert late > 5 and left_out > 5 and found.total.numbers["in_time"] > 5
    for part, wrong in (("late", lambda log: log.late), ("left_out", lambda log: log.missed)):
        assert {row.pk for row in behind(world.admin_cedar, "rounds", part, wanted)} == {
            pk for pk, log in logs if wrong(log)
        }


def some_nights(world: World) -> None:
    """Nights of ada and bea: looks in time, late, left out, and in vain; a leave; a plan of ada's own; what was usual changes."""
    tonight = datetime(world.today.year, world.today.month, world.today.day, 22, tzinfo=LA)
    with past() as cursor:
        cursor.execute(
            "UPDATE facilities_placement SET starts_at = starts_at - interval '90 days' WHERE status = 'active'"
        )
        for number in range(6):
            start = (tonight - (12 - number) * DAY).astimezone(UTC)
            of_night = shift(cursor, world.cedar, start)
            shift(cursor, world.cedar, start + 8 * HOUR, 9)
            for young, by in ((world.ada, 0), (world.bea, 7)):
                for look in range(15):
                    at = start + (30 * look + by + (12 if look % 5 == number else 0)) * MINUTE
                    if look % 7 != number and not (number == 4 and look > 6):
                        outcome = "Not in bed" if look == number + 2 else "Asleep"
                        told = {"kind": "sleep", "outcome": outcome, "shift_id": of_night, "how": "saw"}
                        entry(cursor, young, world.cedar, at, after=MINUTE, **told)
        night = (tonight - 10 * DAY).astimezone(UTC)
        insert(
            cursor, "facilities_leave", id=uuid4(), placement_id=world.ada.stay.pk, resident_id=world.ada.resident.pk,
            kind="visit", starts_at=night + 95 * MINUTE, ends_at=night + 200 * MINUTE, approved_by_id=world.supervisor.pk,
            **{'"where"': "Aunt"},
        )  # fmt: skip
        cursor.execute("DELETE FROM residents_lookplan WHERE resident_id = %s", [world.ada.resident.pk])
        insert(
            cursor, "residents_lookplan", id=uuid4(), resident_id=world.ada.resident.pk, day_minutes=60, night_minutes=15,
            vary_minutes=0, reason="Sad", decided_by_id=world.supervisor.pk, starts_at=night + DAY, ends_at=night + 2 * DAY,
            end_reason="",
        )  # fmt: skip


# Stays.


def test_nights_are_those_of_the_page_of_the_home(world: World) -> None:
    with acting(world.supervisor.pk, world.supervisor.name):
        of_weeks = {week.monday: week.nights for week in weeks(world.cedar.facility)}
    since = min(of_weeks)
    first = month_after(since.replace(day=1)) if since.day != 1 else since
    found = total(world.supervisor, "census", lately(world, facility=str(world.cedar.facility.pk)))
    assert found.numbers["nights"] >= sum(nights for monday, nights in of_weeks.items() if monday >= first) > 0


def test_a_night_counts_for_the_month_in_which_it_begins(world: World) -> None:
    found = counted(world.supervisor, "census", lately(world))
    rows = behind(world.supervisor, "census", "nights", lately(world))
    for month, cell in found.months.items():
        first = date.fromisoformat(f"{month}-01")
        last = month_after(first) - DAY
        nights = sum(max(0, (min(row.last_night, last) - max(row.first_night, first)).days + 1) for row in rows)
        assert cell.numbers["nights"] == nights <= cell.numbers["beds"]
    assert found.total.numbers["nights"] > 0


# What stood out, and was reviewed.


def test_a_review_counts_in_the_month_in_which_it_is_due_and_is_late_after_that(committed_world: World) -> None:
    world = committed_world
    due = datetime.combine(
        world.today.replace(day=1) - DAY, time(23, 30), CHICAGO
    )  # the month after by the clock of Greenwich
    of_home = {"scope": "home", "facility": world.birch.facility}
    with roles.as_owner(), acting_as_system("test"):
        in_time, late, waits = (flag(world, world.staff_birch, due_at=due, **of_home) for _ in range(3))
        flag(world, world.supervisor, due_at=due, **of_home)  # about who counts: in none of the numbers
    for row, at in ((in_time, due - HOUR), (late, due + HOUR)):
        with roles.as_owner(), at_time(at), acting(world.supervisor.pk, world.supervisor.name):
            sign_review(row, finding="nothing", note="Read", by=world.supervisor)
    month = year_of(due.date())
    assert total(world.supervisor, "reviews", month).numbers == {
        "due": 3,
        "reviewed": 2,
        "in_time": 1,
        "late": 1,
        "open": 1,
    }
    assert behind(world.supervisor, "reviews", "open", month) == [waits]
    assert total(world.supervisor, "reviews", year_of(due.date() - 40 * DAY)).numbers["due"] == 0
    assert report_for(world.staff_cedar, "reviews") is None


def test_what_is_not_due_yet_counts_once_it_is_reviewed(world: World) -> None:
    months = year_of(world.today, world.today + 31 * DAY)
    before = total(world.supervisor, "reviews", months).numbers
    with acting(world.supervisor.pk, world.supervisor.name):
        sign_review(world.ada.flag, finding="nothing", note="Read it", by=world.supervisor)
    after = total(world.supervisor, "reviews", months).numbers
    assert {key: after[key] - before[key] for key in after} == {
        "due": 1,
        "reviewed": 1,
        "in_time": 1,
        "late": 0,
        "open": 0,
    }
