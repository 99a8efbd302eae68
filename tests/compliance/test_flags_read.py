"""Who opened records: without work, at night, from elsewhere, of a namesake, afterwards; many papers, refusals, emergencies."""

from collections.abc import Iterator

import pytest
from django.db import connection

from compliance.flags import RULES
from compliance.models import Flag, FlagSetting
from placement.access.models import Person
from placement.audit.clock import at_time
from placement.database import roles
from placement.database.context import acting
from placement.facilities.models import Assignment
from residents.models import BreakGlass, Caseload, Identity, Incident, IncidentResident
from tests.flags import DAY, HOUR, MINUTE, Told, find, is_refused, last_change, opens
from tests.world import World

PAGES = ("residents:detail", "residents:care", "residents:contacts", "residents:incidents")


@pytest.fixture(params=["cedar", "birch"])
def told(request: pytest.FixtureRequest, committed_world: World) -> Iterator[Told]:
    with roles.as_owner():
        yield Told(committed_world, request.param)


def people(told: Told) -> tuple[Person, Person]:
    """The staff of the home, and its young person's caseworker."""
    key = "" if told.home == "cedar" else "2"
    return told.world.homes[told.home].staff, told.world.people[f"caseworker{key}"]


def young(told: Told) -> tuple[object, object]:
    world = told.world
    keys = ("ada", "bea") if told.home == "cedar" else ("cleo", "dina")
    return tuple(world.young[key].resident for key in keys)


def read(person: Person, at: object, who: object, pages: int = 3) -> None:
    for number in range(pages):
        opens(person, at + number * MINUTE, [who], page=PAGES[number])


def past_work_is_old(person: Person) -> None:
    """Nothing that this person of the world has written in the records is of the last weeks any more."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE residents_careentry DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE residents_careentry SET happened_at = happened_at - interval '80 days',"
            " written_at = written_at - interval '80 days' WHERE written_by_id = %s",
            [person.pk],
        )
        cursor.execute("ALTER TABLE residents_careentry ENABLE TRIGGER USER")


def test_several_pages_without_work(told: Told) -> None:
    staff, caseworker = people(told)
    (first, second), at = young(told), told.at(told.day(4), "11:00")
    past_work_is_old(staff)
    read(staff, at, first)
    read(caseworker, at, second)
    found = {(one.person_id, one.resident_id): one for one in find(told.world.now, "read_without_work")}
    assert found.keys() == {(staff.pk, first.pk), (caseworker.pk, second.pk)}
    one = found[staff.pk, first.pk]
    assert (one.scope, one.on_day, one.facility_id) == ("young", told.day(4), told.world.homes[told.home].facility.pk)
    assert [row["page"] for row in one.evidence] == list(PAGES[:3])
    assert find(told.world.now, "read_without_work") == []


def test_reading_that_is_work(told: Told) -> None:
    """On duty, or within twelve hours; two pages; with an entry or a change before or after; a case that is new to them."""
    staff, caseworker = people(told)
    first, second = young(told)
    past_work_is_old(staff)
    shift = told.shift(told.at(told.day(4), "22:00"), told.at(told.day(3), "06:00"), staff)
    read(staff, shift.starts_at + 3 * HOUR, first)
    read(staff, shift.ends_at + 11 * HOUR, first)
    read(staff, told.at(told.day(6), "11:00"), first, pages=2)
    opens(caseworker, told.at(told.day(8), "11:00"), [second], page="residents:add_alert", outcome="changed")
    read(caseworker, told.at(told.day(5), "11:00"), second)
    new = told.world.caseworker_past
    with at_time(told.at(told.day(6), "09:00")), acting(told.world.supervisor.pk, told.world.supervisor.name):
        Caseload.objects.filter(case__resident=first).update(ends_at=told.at(told.day(6), "09:00"))
        Caseload.objects.create(
            case=told.world.young["ada" if told.home == "cedar" else "cleo"].case,
            caseworker=new,
            starts_at=told.at(told.day(6), "09:00"),
        )
    read(new, told.at(told.day(5), "09:00"), first)
    assert find(told.world.now, "read_without_work") == []


@pytest.mark.parametrize("clocks", ["as usual", "go back", "go forward"])
def test_at_night(told: Told, clocks: str) -> None:
    """At 23:30 and at 04:30 there, which is one night, also when the clocks change in it; flagged at noon the day after."""
    _, caseworker = people(told)
    first, _ = young(told)
    day = told.day(3)
    if clocks != "as usual":
        day = last_change(told.zone, told.day(3), longer=clocks == "go back")
    evening, morning = told.at(day - DAY, "23:30"), told.at(day, "04:30")
    opens(caseworker, evening, [first])
    opens(caseworker, morning, [first])
    assert find(morning + HOUR, "read_at_night") == []
    found = find(morning + 13 * HOUR, "read_at_night")
    lived_there = told.world.young["ada" if told.home == "cedar" else "cleo"].stay.starts_at <= evening
    if told.home == "birch" and not lived_there:
        # then the night is read in the zone of who opened it: 23:30 in Chicago is 21:30 there
        assert found == []
        return
    (one,) = found
    assert (one.person_id, one.on_day, len(one.evidence)) == (caseworker.pk, day - DAY, 2)


def test_at_night_for_a_reason(told: Told) -> None:
    """On duty; at 22:50 and 05:10; once only; after an incident of this young person; a record given in an emergency."""
    staff, caseworker = people(told)
    first, second = young(told)
    night = told.shift(told.at(told.day(5), "22:00"), told.at(told.day(4), "06:00"), staff)
    for hours in (2, 3, 4):
        opens(staff, night.starts_at + hours * HOUR, [first])
    for number in range(3):
        opens(caseworker, told.at(told.day(6), "22:50") + number * MINUTE, [first])
        opens(caseworker, told.at(told.day(6), "05:10") + number * MINUTE, [first])
    opens(caseworker, told.at(told.day(3), "01:00"), [first])
    with at_time(told.at(told.day(2), "19:00")), acting(staff.pk, staff.name):
        row = {"facility": told.world.homes[told.home].facility, "kind": "other", "severity": "low", "status": "draft"}
        happened = Incident.objects.create(
            **row, happened_at=told.at(told.day(2), "18:00"), seen="Fell", reported_by=staff
        )
        IncidentResident.objects.create(incident=happened, resident=second)
    for number in range(3):
        opens(caseworker, told.at(told.day(1), "01:00") + number * MINUTE, [second])
    assert find(told.world.now, "read_at_night") == []


def test_a_record_of_another_home(told: Told) -> None:
    """Opened or refused twice on a day by somebody who works in the other home."""
    other = told.world.homes["birch" if told.home == "cedar" else "cedar"]
    first, second = young(told)
    for number in range(2):
        is_refused(other.staff, told.at(told.day(3), "23:40") + number * MINUTE, first.pk)
    is_refused(other.staff, told.at(told.day(3), "23:50"), second.pk)
    (one,) = find(told.world.now, "read_elsewhere")
    assert (one.person_id, one.resident_id, one.on_day) == (other.staff.pk, first.pk, told.day(3))


def test_a_record_of_the_own_home_or_one_that_was_given(told: Told) -> None:
    staff, caseworker = people(told)
    other = told.world.homes["birch" if told.home == "cedar" else "cedar"]
    first, second = young(told)
    for number in range(3):
        opens(staff, told.at(told.day(3), "11:00") + number * MINUTE, [first])
        is_refused(caseworker, told.at(told.day(3), "11:00") + number * MINUTE, second.pk)
    at = told.at(told.day(4), "11:00")
    with at_time(at), acting(other.admin.pk, other.admin.name):
        BreakGlass.objects.create(resident=first, person=other.admin, reason="Nobody else can be reached tonight.")
    for number in range(3):
        opens(other.admin, at + number * MINUTE, [first])
    with at_time(told.at(told.day(5), "11:00")), acting(told.world.supervisor.pk, told.world.supervisor.name):
        Assignment.objects.create(
            facility=told.world.homes[told.home].facility,
            person=told.world.staff_past,
            role="staff",
            starts_at=told.at(told.day(5), "12:00"),
        )
    for number in range(3):
        is_refused(told.world.staff_past, told.at(told.day(5), "10:00") + number * MINUTE, second.pk)
    assert find(told.world.now, "read_elsewhere") == []


def test_a_namesake(told: Told) -> None:
    """Once in 90 days; a first name is no family name, and a short one is no sign."""
    staff, caseworker = people(told)
    first, second = young(told)
    last = staff.name.split()[-1]
    with acting(caseworker.pk, caseworker.name):
        Identity.objects.filter(resident=first).update(legal_name=f"Anna Maria {last.upper()}")
        Identity.objects.filter(resident=second).update(legal_name=f"{last} Secretname")
    for who in (first, second):
        opens(staff, told.at(told.day(3), "11:00"), [who])
        opens(caseworker, told.at(told.day(3), "11:00"), [who])
    found = find(told.world.now, "read_namesake")
    assert [(one.person_id, one.resident_id) for one in found] == [(staff.pk, first.pk)]
    opens(staff, told.at(told.day(2), "11:00"), [first])
    assert find(told.world.now, "read_namesake") == []


@pytest.mark.parametrize("told", ["cedar"], indirect=True)  # where somebody who has left lived
def test_after_the_work_had_ended(told: Told) -> None:
    """A caseworker whose caseload ended a week ago tries twice, three days ago; and the staff of the home that fay has left."""
    world = told.world
    for number in range(2):
        is_refused(world.caseworker_past, told.at(told.day(3), "11:00") + number * MINUTE, world.ada.resident.pk)
        is_refused(world.staff_cedar, told.at(told.day(3), "11:00") + number * MINUTE, world.fay.resident.pk)
    found = find(world.now, "read_afterwards")
    assert {(one.person_id, one.resident_id) for one in found} == {
        (world.caseworker_past.pk, world.ada.resident.pk),
        (world.staff_cedar.pk, world.fay.resident.pk),
    }


def test_the_hand_over_is_no_work_that_has_ended(told: Told) -> None:
    """Within a day after the end; whoever has it still; whoever never had it."""
    world = told.world
    ended = Caseload.objects.get(caseworker=world.caseworker_past).ends_at
    for number in range(3):
        opens(world.caseworker_past, ended + 20 * HOUR + number * MINUTE, [world.ada.resident])
        opens(world.caseworker, world.now - 3 * DAY + number * MINUTE, [world.ada.resident])
        is_refused(world.caseworker2, world.now - 3 * DAY + number * MINUTE, world.ada.resident.pk)
    assert find(world.now, "read_afterwards") == []


def test_many_refusals_and_many_papers_of_one_day(told: Told) -> None:
    """Of a day where the person is: from 23:30 on in one zone is two days in UTC."""
    staff, caseworker = people(told)
    first, second = young(told)
    at = Told(told.world, "cedar").at(told.day(3), "23:30")  # where the person's zone is
    for number in range(10):
        is_refused(staff, at + number * MINUTE)
    for number, who in enumerate((first, second)):
        for page in ("residents:care_paper", "residents:sheet", "residents:sheet_file"):
            opens(caseworker, at + number * MINUTE, [who], page=page, outcome="exported")
    found = find(told.world.now, "refusals", "exports")
    assert [(one.rule, one.person_id, one.scope) for one in found] == [
        ("exports", caseworker.pk, "agency"),
        ("refusals", staff.pk, "agency"),
    ]
    assert len(found[1].evidence) == 10 and found[1].resident_id is None
    assert "id" not in found[1].evidence[0]  # what stands there, if anything, is not told


def test_a_stale_bookmark_and_one_paper_again_and_again(told: Told) -> None:
    staff, caseworker = people(told)
    first, _ = young(told)
    at = Told(told.world, "cedar").at(told.day(3), "23:40")
    for number in range(20):
        is_refused(staff, at + number * MINUTE / 2, first.pk)
        opens(caseworker, at + number * MINUTE / 2, [first], page="residents:care_paper", outcome="exported")
    for number in range(9):
        is_refused(staff, at + DAY + number * MINUTE)
    for number in range(9):  # of two days: five before midnight, four after it
        is_refused(caseworker, at + 2 * DAY + (16 + number) * MINUTE)
    assert find(told.world.now, "refusals", "exports") == []


def test_emergency_access_again_and_again(told: Told) -> None:
    other = told.world.homes["birch" if told.home == "cedar" else "cedar"].staff
    first, second = young(told)
    for number, who in enumerate((first, second, first)):
        if number == 2:
            assert find(told.world.now - 5 * DAY, "emergencies") == []
        with at_time(told.world.now - (12 - 4 * number) * DAY), acting(other.pk, other.name):
            BreakGlass.objects.create(resident=who, person=other, reason="Nobody else can be reached tonight.")
    (one,) = find(told.world.now - 3 * DAY, "emergencies")
    assert (one.person_id, one.scope, len(one.evidence)) == (other.pk, "agency", 3)
    assert find(told.world.now, "emergencies") == []
    assert Flag.objects.filter(rule="emergencies").count() == 1


@pytest.mark.parametrize("told", ["cedar"], indirect=True)
def test_a_report_that_the_reader_has_only_begun_excuses_no_reading_at_night(told: Told) -> None:
    staff, _ = people(told)
    first, _ = young(told)
    night = told.at(told.day(2), "01:00")
    with at_time(night + MINUTE), acting(staff.pk, staff.name):
        row = {"facility": told.world.homes[told.home].facility, "kind": "other", "severity": "low", "status": "draft"}
        begun = Incident.objects.create(**row, happened_at=night - HOUR, seen="", reported_by=staff)
        IncidentResident.objects.create(incident=begun, resident=first)
    for number in range(3):
        opens(staff, night + number * MINUTE, [first])
    assert [(one.person_id, one.resident_id) for one in find(told.world.now, "read_at_night")] == [(staff.pk, first.pk)]


@pytest.mark.parametrize("told", ["cedar"], indirect=True)
def test_no_numbers_within_the_bounds_switch_reading_afterwards_off(told: Told) -> None:
    world = told.world
    past = Caseload.objects.get(caseworker=world.caseworker_past)
    of_rule = {each.name: each for each in RULES["read_afterwards"].parameters}
    for name, value in (("hours", of_rule["hours"].most), ("days", of_rule["days"].least), ("times", 1)):
        with acting(world.supervisor.pk, world.supervisor.name):
            FlagSetting.objects.create(
                rule="read_afterwards", name=name, value=value, why="Too many", set_by=world.supervisor
            )
    at = past.ends_at + of_rule["hours"].most * HOUR + HOUR
    opens(world.caseworker_past, at, [world.ada.resident])
    assert [one.person_id for one in find(max(world.now, at + HOUR), "read_afterwards")] == [world.caseworker_past.pk]


def test_rounds_can_be_as_many_as_a_shift_of_eight_hours_has() -> None:
    (rounds, _) = RULES["even_rounds"].parameters
    assert rounds.most * 30 * MINUTE <= 8 * HOUR
