"""Records open to who works in a home only while the clearance lasts: by page, by list, by file, and by plain SQL."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from compliance.queries.home_work import own_clearance
from compliance.queries.tasks import Cut
from placement.access.models import Person
from placement.access.rights import Can, Role
from placement.access.visible import rights_on
from placement.audit.clock import now
from placement.database.constraints import Refused
from placement.database.context import acting
from placement.facilities.models import Assignment, Credential, Facility
from placement.facilities.operations import end_assignment, end_credential, file_credential
from residents.models import Resident
from residents.operations import ask_access, break_glass
from tests.accounts import changed
from tests.attack.sql import change, insert
from tests.world import World, browser

DAY = timedelta(days=1)


def end(world: World, person: Person, on: date) -> None:
    """Let the clearance of ``person`` end with the day ``on``."""
    with acting(world.supervisor.pk, world.supervisor.name) as by:
        del by
        mine = Credential.objects.get(person=person, kind="background")
        end_credential(mine, on=on, by=world.supervisor)


def renew(world: World, person: Person, **days: Any) -> Credential:
    """File a new clearance from yesterday on."""
    said = {"kind": "background", "valid_from": world.today - DAY, "valid_to": None}
    with acting(world.supervisor.pk, world.supervisor.name):
        return file_credential(world.cedar.facility, person, **said | days, by=world.supervisor)


def pages(world: World) -> list[str]:
    """Return the addresses of Cedar's pages, and of ada's, that its staff opens."""
    home, ada = world.cedar.facility.pk, world.ada.resident.pk
    found = [reverse(f"facilities:{name}", args=[home]) for name in ("shift", "duty", "roster", "exits", "detail")]
    return [*found, reverse("residents:detail", args=[ada])]


def answers(world: World, key: str) -> set[int]:
    client = browser(world, key)
    return {client.get(address).status_code for address in pages(world)}


def rows(person: Person) -> int:
    """Return how many rows plain SQL shows ``person`` of young people and of their care."""
    with acting(person.pk, person.name), connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM residents_resident) + (SELECT count(*) FROM residents_careentry)")
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("key", ["staff_cedar", "admin_cedar"])
def test_access_ends_with_the_clearance_and_comes_back_with_a_new_one(world: World, key: str) -> None:
    person = world.people[key]
    assert answers(world, key) == {200}
    assert rows(person) > 0
    end(world, person, world.today)
    assert answers(world, key) == {200}  # its last day
    with acting(world.supervisor.pk, world.supervisor.name):
        change(Credential.objects.get(person=person, kind="background"), valid_to=world.today - DAY)
    assert answers(world, key) == {404}
    assert rows(person) == 0
    listed = browser(world, key).get(reverse("residents:list"))
    assert world.ada.resident.code not in listed.content.decode()
    fresh = Person.objects.get(pk=person.pk)
    with acting(person.pk, person.name):
        assert not Resident.objects.visible_to(fresh, Can.VIEW_CODE).exists()
        assert not rights_on(fresh, world.ada.resident)
        assert not rights_on(fresh, world.cedar.facility)
        # somebody who kept an old copy of the person in memory is stopped by the rows
        assert not Resident.objects.visible_to(person, Can.VIEW_CODE).exists()
    renew(world, person)
    assert answers(world, key) == {200}
    assert rows(person) > 0


def test_a_form_is_closed_too_with_the_bytes_of_what_there_is_not(world: World) -> None:
    client = browser(world, "staff_cedar")
    log = reverse("facilities:log-several", args=[world.cedar.facility.pk])
    assert client.get(log).status_code == 200
    end(world, world.staff_cedar, world.today - DAY)
    answer = client.get(log)
    assert {answer.status_code, client.post(log, {"kind": "mood"}).status_code} == {404}
    missing = client.get(reverse("facilities:shift", args=[world.birch.facility.pk]))
    assert missing.content == answer.content
    assert "Your background clearance has ended" in answer.content.decode()
    assert "clearance" not in browser(world, "staff_birch").get(log).content.decode()


def test_the_person_is_told_before_and_after_and_whom_to_tell(world: World) -> None:
    client, own = browser(world, "staff_cedar"), reverse("facilities:own-credentials")
    said = lambda: client.get("/").content.decode()  # noqa: E731
    assert "background clearance" not in said()
    assert client.get(own).status_code == 200
    for days, strong in ((59, False), (29, False), (6, True)):
        end(world, world.staff_cedar, world.today + days * DAY)
        (task,) = list(own_clearance(Person.objects.get(pk=world.staff_cedar.pk), Cut(9)))
        assert (task.strong, task.alarm) == (strong, False)
        assert "Tell Admin Cedar" in said()
    end(world, world.staff_cedar, world.today - DAY)
    assert "Your background clearance has ended" in said()
    page = client.get(own).content.decode()
    assert "Your background clearance has ended" in page
    assert "Tell Admin Cedar." in page
    end(world, world.admin_cedar, world.today - DAY)
    assert "a supervisor of the agency" in browser(world, "admin_cedar").get(own).content.decode()
    assert "Nothing is asked of you" in browser(world, "caseworker").get(own).content.decode()


def test_those_who_renew_it_are_told_too(world: World) -> None:
    def told(key: str) -> list[tuple[str, bool]]:
        work = browser(world, key).get("/").context["work"]
        return [(t.title, t.strong) for t in (*work.first, *work.later) if "Staff Cedar: the background" in t.title]

    end(world, world.staff_cedar, world.today + 61 * DAY)
    assert not told("supervisor")
    end(world, world.staff_cedar, world.today + 59 * DAY)
    for key in ("admin_cedar", "supervisor", "supervisor2"):
        assert told(key) == [("Staff Cedar: the background clearance ends", False)]
    assert not told("admin_birch")
    end(world, world.staff_cedar, world.today - DAY)
    assert told("admin_cedar") == told("supervisor") == [("Staff Cedar: the background clearance has ended", True)]
    renew(world, world.staff_cedar)
    assert not told("admin_cedar")
    assert not told("supervisor")


def test_emergency_access_and_a_request_open_nothing_after_it(world: World) -> None:
    end(world, world.staff_cedar, world.today - DAY)
    person = Person.objects.get(pk=world.staff_cedar.pk)
    for act in (
        lambda: break_glass(world.cleo.resident.code, reason="She has run into the road and is hurt.", by=person),
        lambda: ask_access(world.cleo.resident.code, purpose="To know", by=person),
    ):
        with acting(person.pk, person.name), pytest.raises(Refused, match="clearance has ended"):
            act()


def test_who_never_had_one_and_who_works_in_no_home_keep_what_is_theirs(world: World) -> None:
    for key in ("staff_past", "caseworker", "clinician", "supervisor", "inspector_cedar"):
        assert Person.objects.get(pk=world.people[key].pk).cleared is None
    assert rows(world.caseworker) > 0


def test_an_old_clearance_asks_nothing_of_somebody_with_another_role(world: World) -> None:
    person = world.staff_cedar
    end(world, person, world.today - DAY)
    with acting(world.supervisor.pk, world.supervisor.name):
        end_assignment(Assignment.objects.get(person=person, ends_at=None), at=now(), by=world.supervisor)
    for role, asked in ((Role.CASEWORKER, False), (Role.STAFF, True)):
        changed(person, role=role, unit=world.north)
        assert (Person.objects.get(pk=person.pk).cleared is not None) is asked


def test_between_two_clearances_it_is_closed_and_it_opens_by_itself(world: World) -> None:
    person = world.staff_cedar
    end(world, person, world.today + DAY)
    renew(world, person, valid_from=world.today + 4 * DAY, valid_to=world.today + 9 * DAY)
    found = Person.objects.get(pk=person.pk)
    opens = [found.is_cleared(now() + days * DAY) for days in (-900, 0, 1, 3, 5, 9, 11)]
    assert opens == [True, True, True, False, True, True, False]


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "America/New_York"])
def test_the_last_day_ends_at_midnight_of_the_home(world: World, zone: str) -> None:
    with acting(world.supervisor.pk, world.supervisor.name):
        change(world.cedar.facility, time_zone=zone)
    end(world, world.staff_cedar, world.today)
    (span,) = Person.objects.get(pk=world.staff_cedar.pk).cleared
    midnight = span.upper.astimezone(Facility.objects.get(pk=world.cedar.facility.pk).zone)
    assert (midnight.date(), midnight.hour, midnight.minute) == (world.today + DAY, 0, 0)
    assert span.lower is None


def test_nobody_writes_the_times_themselves(world: World) -> None:
    end(world, world.staff_cedar, world.today - DAY)
    for by in (world.staff_cedar, world.supervisor):
        with acting(by.pk, by.name):
            change(world.staff_cedar, cleared=None)
            change(world.staff_cedar, cleared='{"[2000-01-01,)"}')
    assert not Person.objects.get(pk=world.staff_cedar.pk).opens_records
    assert answers(world, "staff_cedar") == {404}


def test_plain_sql_on_the_papers_ends_and_opens_as_well(world: World) -> None:
    person = world.staff_cedar
    with acting(world.supervisor.pk, world.supervisor.name):
        change(Credential.objects.get(person=person, kind="background"), valid_to=world.today - DAY)
    assert rows(person) == 0
    row = {
        "facility_id": world.cedar.facility.pk,
        "person_id": person.pk,
        "kind": "background",
        "course": "",
        "number": "",
    }
    row |= {"issuer": "", "valid_from": world.today, "filed_by_id": world.supervisor.pk, "filed_at": world.now}
    with acting(world.supervisor.pk, world.supervisor.name):
        insert(Credential, **row)
    assert rows(person) > 0
