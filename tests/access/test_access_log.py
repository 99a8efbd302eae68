"""The access log: each opened record is written with the page that shows it, by whom and by what grant, and stays."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection
from django.db.utils import DatabaseError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from placement.access import middleware
from placement.access.models import AccessLogEntry, Person
from placement.database.context import acting
from tests.attack.sql import ask, sql
from tests.world import World

Browser = Callable[[Person | None], Client]


def record(world: World, key: str, page: str = "detail") -> str:
    return reverse(f"residents:{page}", kwargs={"pk": world.young[key].resident.pk})


def newest() -> AccessLogEntry:
    return AccessLogEntry.objects.latest("id")


def test_an_opened_record_is_written_with_person_part_and_grant(world: World, client_of: Browser) -> None:
    answer = client_of(world.caseworker).get(record(world, "ada", "confidential"))
    entry = AccessLogEntry.objects.get(resident_id=world.ada.resident.pk)
    assert (entry.person, entry.name, entry.role) == (world.caseworker, world.caseworker.name, "caseworker")
    assert (entry.page, entry.outcome, entry.thing) == (
        "residents:confidential",
        "shown",
        world.ada.resident.pk,
    )
    assert {"view_identity", "view_exploitation"} <= set(entry.parts)
    assert entry.grants == [world.ada.caseload.pk]
    assert entry.request_id == answer["X-Request-Id"]


@pytest.mark.parametrize("page", ["detail", "timeline", "plan", "care", "contacts", "documents", "history"])
def test_every_page_of_a_record_is_written(world: World, client_of: Browser, page: str) -> None:
    assert client_of(world.caseworker).get(record(world, "ada", page)).status_code == 200
    assert newest().page == f"residents:{page}"
    assert newest().resident_id == world.ada.resident.pk


def test_an_act_on_a_record_that_the_supervisor_reads_is_written(world: World, client_of: Browser) -> None:
    row = world.ada.alert.history.first()
    at = f"{row.history_date.timestamp():.6f}"
    url = reverse("audit:act", kwargs={"xid": row.history_xid, "at": at})
    assert client_of(world.supervisor).get(url).status_code == 200
    entry = AccessLogEntry.objects.get(page="audit:act", outcome="shown")
    assert (entry.resident_id, entry.parts) == (world.ada.resident.pk, ["view_audit"])


def test_a_list_opens_no_record(world: World, client_of: Browser) -> None:
    for page in ("residents:list", "facilities:list", "work"):
        assert client_of(world.caseworker).get(reverse(page)).status_code == 200
    assert not AccessLogEntry.objects.exists()


@pytest.mark.parametrize("somebody", ["stranger", "staff_birch", "caseworker_past", "sysadmin", "supervisor2"])
def test_a_refused_try_is_written_and_the_supervisor_reads_it(world: World, client_of: Browser, somebody: str) -> None:
    person = world.people[somebody]
    assert client_of(person).get(record(world, "ada")).status_code == 404
    entry = newest()
    assert (entry.person, entry.outcome, entry.grants) == (person, "refused", [])
    assert entry.resident_id == world.ada.resident.pk
    page = client_of(world.supervisor).get(record(world, "ada", "opened")).content.decode()
    assert person.name in page
    assert "They could not" in page


def test_a_made_up_address_is_written_too(world: World, client_of: Browser) -> None:
    made_up = uuid4()
    client_of(world.caseworker).get(reverse("residents:detail", kwargs={"pk": made_up}))
    assert (newest().outcome, newest().thing, newest().resident_id) == ("refused", made_up, None)


def test_what_the_supervisor_reads(world: World, client_of: Browser) -> None:
    client_of(world.staff_cedar).get(record(world, "ada", "care"))
    client_of(world.caseworker).get(record(world, "ada", "confidential"))
    client_of(world.caseworker).get(reverse("placements:detail", args=[world.ada.stay.pk]))
    client_of(world.caseworker2).get(record(world, "cleo"))
    page = client_of(world.supervisor).get(record(world, "ada", "opened")).content.decode()
    for text in (world.staff_cedar.name, "Daily care", "lives in their home", "Confidential", "on their caseload"):
        assert text in page
    assert "A placement" in page and "Detail" not in page
    assert world.caseworker2.name not in page
    plain = client_of(world.supervisor).get(record(world, "ada", "opened_in_plain_words")).content.decode()
    assert "Looked on 1 day." in plain
    assert "your legal name, your birth date and your family" in plain
    assert world.caseworker2.name not in plain


@pytest.mark.parametrize("somebody", ["caseworker", "staff_cedar", "clinician", "supervisor2", "inspector_cedar"])
def test_only_who_may_audit_the_record_is_shown_its_openings(
    world: World, client_of: Browser, acting_as: Callable, somebody: str
) -> None:
    client_of(world.caseworker).get(record(world, "ada"))
    for page in ("opened", "opened_in_plain_words"):
        assert client_of(world.people[somebody]).get(record(world, "ada", page)).status_code == 404
    with acting_as(world.people[somebody]):
        assert not AccessLogEntry.objects.exists()
    with acting_as(world.supervisor):
        assert AccessLogEntry.objects.exists()


def test_what_can_not_be_written_is_not_shown(
    world: World, client_of: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise DatabaseError("no room")

    monkeypatch.setattr(middleware, "write", broken)
    client = client_of(world.caseworker)
    client.raise_request_exception = False
    answer = client.get(record(world, "ada"))
    assert answer.status_code == 500
    assert world.ada.resident.preferred_name not in answer.content.decode()


def test_a_failed_form_is_an_opening_and_a_saved_one_a_change(world: World, client_of: Browser) -> None:
    client, page = client_of(world.caseworker), record(world, "ada", "add_alias")
    assert client.post(page, {"name": ""}).status_code == 200
    assert (newest().page, newest().outcome) == ("residents:add_alias", "shown")
    assert client.post(page, {"name": "Starling", "used_where": "online", "form_key": str(uuid4())}).status_code == 302
    assert (newest().page, newest().outcome) == ("residents:add_alias", "changed")


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO access_accesslogentry SELECT * FROM access_accesslogentry",
        "UPDATE access_accesslogentry SET name = 'Nobody'",
        "DELETE FROM access_accesslogentry",
        "TRUNCATE access_accesslogentry",
    ],
)
def test_nobody_writes_or_changes_the_log_by_hand(world: World, client_of: Browser, statement: str) -> None:
    client_of(world.caseworker).get(record(world, "ada"))
    before = ask("SELECT count(*) FROM access_accesslogentry")
    for person in (world.supervisor, world.sysadmin, world.caseworker):
        with pytest.raises(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SAVEPOINT attack")
            try:
                cursor.execute("SELECT set_config('app.actor', %s, true)", [str(person.pk)])
                cursor.execute(statement)
            finally:
                cursor.execute("ROLLBACK TO SAVEPOINT attack")
    assert ask("SELECT count(*) FROM access_accesslogentry") == before


def test_nobody_writes_in_the_name_of_nobody(world: World) -> None:
    with pytest.raises(DatabaseError):
        sql("SELECT access_log('residents:detail', 'shown', '{}', '{}', '{}', NULL)")


def test_the_page_costs_the_same_for_many_openings(world: World, client_of: Browser) -> None:
    client, supervisor = client_of(world.caseworker), client_of(world.supervisor)
    counts = []
    supervisor.get(record(world, "ada", "opened"))
    for times in (1, 20):
        for _ in range(times):
            client.get(record(world, "ada"))
        with CaptureQueriesContext(connection) as queries:
            supervisor.get(record(world, "ada", "opened"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_supervisor_reads_who_opened_the_pages_of_a_home_and_why_they_could(
    world: World, client_of: Browser
) -> None:
    home = reverse("facilities:detail", args=[world.cedar.facility.pk])
    client_of(world.staff_cedar).get(home)
    client_of(world.caseworker).get(home)
    entry = AccessLogEntry.objects.get(person=world.staff_cedar, page="facilities:detail")
    assert entry.parts == ["view_facility"] and entry.grants == [world.cedar.facility.pk] and entry.purpose == ""
    page = reverse("facilities:opened", args=[world.cedar.facility.pk])
    text = client_of(world.supervisor2).get(page).content.decode()
    for said in (world.staff_cedar.name, world.caseworker.name, "The home", "See the home: kind, licence"):
        assert said in text, said
    other = client_of(world.supervisor).get(reverse("facilities:opened", args=[world.birch.facility.pk]))
    assert world.staff_cedar.name not in other.content.decode()
    for person in (world.admin_birch, world.staff_cedar, world.inspector_cedar, world.caseworker):
        assert client_of(person).get(page).status_code == 404
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        assert not AccessLogEntry.objects.filter(facility_id=world.cedar.facility.pk).exists()
    own = client_of(world.admin_cedar).get(page).content.decode()
    assert "What inspectors opened" in own and "Nobody yet" in own and world.staff_cedar.name not in own
