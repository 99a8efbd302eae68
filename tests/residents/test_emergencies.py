"""Emergency access: to one record, for two hours, with the own password and a reason, told at once and judged by another."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from placement.access.facts import differences
from placement.access.models import Person
from placement.access.rights import Can
from placement.access.visible import rights_on
from placement.audit.clock import at_time
from placement.database import roles
from placement.database.constraints import Refused
from placement.database.context import acting, reading
from residents.models import BreakGlass, Resident
from residents.operations import bar_from_record, break_glass, close_case, judge_emergency
from residents.queries.emergencies import in_force_for
from tests.access.test_factor import set_up
from tests.accounts import changed
from tests.residents.test_forms import hidden
from tests.world import PASSWORD, World, browser

WHY = "The home called, nobody of the team can be reached."
NEW = reverse("break_glass:new")
OPENS = {Can.VIEW_CODE, Can.VIEW_CARE_PROFILE, Can.VIEW_CARE_LOG, Can.VIEW_IDENTITY, Can.VIEW_CASE_SUMMARY}


def ask(client: Client, code: str, **changes: str) -> Any:
    return client.post(NEW, hidden(client.get(NEW)) | {"code": code, "reason": WHY, "password": PASSWORD} | changes)


def broken(world: World, person: Person, who: str = "ada") -> BreakGlass:
    with acting(person.pk, person.name):
        return break_glass(world.young[who].resident.code, reason=WHY, by=person)


def record(world: World, who: str = "ada") -> str:
    return reverse("residents:detail", args=[world.young[who].resident.pk])


def test_the_record_opens_with_a_banner_on_each_page_until_it_is_ended(world: World) -> None:
    client = browser(world, "staff_birch")
    assert client.get(record(world)).status_code == 404
    sent = ask(client, "w-1")
    assert sent["Location"] == record(world)
    glass = BreakGlass.objects.latest("starts_at")
    assert glass.ends_at - glass.starts_at == timedelta(hours=2)
    other_device = Client()
    other_device.force_login(world.staff_birch)
    for page in (record(world), "/", reverse("residents:list"), NEW):
        for each in (client, other_device):
            body = each.get(page).content.decode()
            assert "Emergency access to" in body and reverse("break_glass:end", args=[glass.pk]) in body, page
    assert "Ada Secretname" in client.get(record(world)).content.decode()
    assert rights_on(world.staff_birch, world.ada.resident) == OPENS
    assert (
        "Hidden exploiter"
        not in client.get(reverse("residents:confidential", args=[glass.resident_id])).content.decode()
    )
    ended = client.post(reverse("break_glass:end", args=[glass.pk]), {"form_key": str(uuid4())})
    assert ended["Location"] == "/"
    body = client.get("/").content.decode()
    assert "has ended" in body and "Emergency access to <a" not in body
    assert client.get(record(world)).status_code == 404


def test_a_second_record_stays_closed(world: World) -> None:
    client = browser(world, "caseworker2")
    ask(client, "C-W-1")
    assert client.get(record(world)).status_code == 200
    assert client.get(record(world, "bea")).status_code == 404


def test_it_needs_the_own_password_a_reason_and_an_exact_code(world: World) -> None:
    client = browser(world, "staff_birch")
    for changes, error in [
        ({"password": "wrong"}, "id_password_error"),
        ({"password": ""}, "id_password_error"),
        ({"reason": "urgent"}, "id_reason_error"),
        ({"code": "W-"}, "id_code_error"),
    ]:
        body = ask(client, **{"code": "W-1"} | changes).content.decode()
        assert f'id="{error}"' in body, changes
        assert PASSWORD not in body
    assert not BreakGlass.objects.filter(person=world.staff_birch).exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"code": "W-77"}, "too many wrong codes"), ({"password": "wrong"}, "This is not your password.")],
    ids=["code", "password"],
)
def test_wrong_codes_and_passwords_are_counted(world: World, changes: dict, said: str) -> None:
    client = browser(world, "staff_birch")
    for _ in range(5):
        assert "too many wrong codes" not in ask(client, **{"code": "W-1"} | changes).content.decode()
    assert said in ask(client, "W-1").content.decode()
    assert not BreakGlass.objects.filter(person=world.staff_birch).exists()


def test_a_code_is_used_up_by_what_is_right_and_a_second_press_is_no_wrong_code(world: World) -> None:
    with override_settings(SECOND_FACTOR=True):
        client, _, codes = set_up(world.staff_birch)
        body = ask(client, "W-1", reason="urgent", password=codes[0]).content.decode()
        assert 'id="id_reason_error"' in body and 'id="id_password_error"' not in body
        sent = hidden(client.get(NEW)) | {"code": "W-1", "reason": WHY, "password": codes[0]}
        for _ in range(2):
            assert client.post(NEW, sent)["Location"] == record(world)
        assert BreakGlass.objects.filter(person=world.staff_birch).count() == 1
        other = client.post(NEW, sent | {"code": "C-W-1", "password": "wrong"})
        assert "Something else was saved with this form already" in other.content.decode()
        assert BreakGlass.objects.filter(person=world.staff_birch).count() == 1


def test_a_barred_person_gets_the_answer_for_a_code_that_nobody_has(world: World) -> None:
    with acting(world.supervisor.pk, world.supervisor.name):
        bar_from_record(world.ada.resident, world.staff_birch, reason="A cousin", by=world.supervisor)
    client, answers = browser(world, "staff_birch"), []
    for code in ("W-1", "W-7777"):
        body = ask(client, code).content.decode()
        answers.append(body[body.index("There is no young person") :][:80])
    assert answers[0] == answers[1]


@pytest.mark.parametrize("key", ["sysadmin", "inspector_birch", "stranger"])
def test_it_is_not_for_every_role(world: World, key: str) -> None:
    person = world.people[key]
    assert browser(world, key).get(NEW).status_code == 404
    with acting(person.pk, person.name), pytest.raises(Refused, match="not for your role"):
        break_glass("W-1", reason=WHY, by=person)


def test_a_bar_ends_emergency_access(world: World) -> None:
    broken(world, world.staff_birch)
    client = browser(world, "staff_birch")
    assert client.get(record(world)).status_code == 200
    with acting(world.supervisor.pk, world.supervisor.name):
        bar_from_record(world.ada.resident, world.staff_birch, reason="A cousin", by=world.supervisor)
    assert client.get(record(world)).status_code == 404
    assert "Emergency access to <a" not in client.get("/").content.decode()


def test_the_supervisors_of_the_case_are_told_and_one_of_them_judges(world: World) -> None:
    client, theirs = browser(world, "supervisor"), browser(world, "staff_birch")
    ask(theirs, "W-1")
    theirs.get(record(world))
    glass = BreakGlass.objects.latest("starts_at")
    for page in ("/", record(world)):
        assert f"Emergency access by {world.staff_birch}" in client.get(page).content.decode(), page
    assert f"Emergency access by {world.staff_birch}" not in browser(world, "supervisor2").get("/").content.decode()
    url = reverse("break_glass:judge", args=[glass.pk])
    assert theirs.get(url).status_code == 404
    body = client.get(url).content.decode()
    assert WHY in body and "Overview" in body
    sent = client.post(url, hidden(client.get(url)) | {"judgement": "justified", "reason": "Right to look."})
    assert sent["Location"] == url
    assert "Right to look." in client.get(url).content.decode()
    assert f"Emergency access by {world.staff_birch}" not in client.get("/").content.decode()
    with acting(world.supervisor.pk, world.supervisor.name), pytest.raises(Refused, match="judged this already"):
        judge_emergency(glass, judgement="not_justified", reason="No", by=world.supervisor)


def test_a_judgement_that_is_late_is_marked(world: World) -> None:
    row = next(
        line for line in browser(world, "supervisor").get("/").content.decode().split("<li>") if "W-6: read" in line
    )
    assert "overdue" in row, "fay's record was opened twenty days ago"


def test_nobody_judges_the_own_one(world: World, acting_as: Callable) -> None:
    glass = broken(world, world.supervisor2)
    with pytest.raises(Refused, match="still works"):
        changed(world.supervisor2, role="staff")
    changed(world.supervisor2, role="supervisor", unit=world.north)  # the unit of the case becomes theirs
    client = browser(world, "supervisor2")
    url = reverse("break_glass:judge", args=[glass.pk])
    assert "somebody else must judge it" in client.get(url).content.decode()
    with acting_as(world.supervisor2), pytest.raises(Refused, match="somebody else must judge it"):
        judge_emergency(glass, judgement="justified", reason="Fine", by=world.supervisor2)


def test_the_permission_rows_follow_from_it_and_closing_the_case_leaves_it(world: World) -> None:
    broken(world, world.staff_birch, "gwen")
    with acting(world.supervisor2.pk, world.supervisor2.name):
        with reading("verify"):
            assert differences() == []
        close_case(world.gwen.case, on=world.today, by=world.supervisor2)
        with reading("verify"):
            assert differences() == []
    assert browser(world, "staff_birch").get(record(world, "gwen")).status_code == 200


def test_it_is_over_after_two_hours_to_the_second(committed_world: World) -> None:
    """By the clock of the database, and by that of the application."""
    world = committed_world
    glass = broken(world, world.staff_birch)
    person, ada = world.staff_birch, world.ada.resident

    def seen() -> tuple[bool, bool]:
        with acting(person.pk, person.name):
            return Resident.objects.filter(pk=ada.pk).exists(), bool(rights_on(person, ada))

    with roles.owner_connection() as owner, owner.cursor() as cursor:
        for left, still in ((timedelta(seconds=30), True), (timedelta(0), False)):
            ahead = glass.ends_at - left - timezone.now()
            cursor.execute(
                "CREATE OR REPLACE FUNCTION audit_now() RETURNS timestamptz LANGUAGE sql VOLATILE"
                f" AS $$ SELECT clock_timestamp() + interval '{ahead.total_seconds()} seconds' $$"
            )
            with acting(person.pk, person.name), at_time(glass.ends_at - left):
                assert bool(rights_on(person, ada)) is still
            assert seen() == (still, True)
            answer = browser(world, "staff_birch").get(record(world))
            assert answer.status_code == (200 if still else 404)


def test_people_without_emergency_access_cost_no_query(world: World, django_assert_num_queries: Callable) -> None:
    with django_assert_num_queries(0):
        assert in_force_for(world.staff_birch) == []
    broken(world, world.staff_birch)
    with acting(world.staff_birch.pk, world.staff_birch.name), django_assert_num_queries(1):
        world.staff_birch.emergency_until = timezone.now() + timedelta(hours=2)
        assert len(in_force_for(world.staff_birch)) == 1


def test_one_that_was_not_justified_ends_with_the_judgement(world: World) -> None:
    glass = broken(world, world.staff_birch)
    client = browser(world, "staff_birch")
    assert client.get(record(world)).status_code == 200
    with acting(world.supervisor.pk, world.supervisor.name):
        judge_emergency(glass, judgement="not_justified", reason="Nobody was in danger.", by=world.supervisor)
    assert client.get(record(world)).status_code == 404
    with acting(world.staff_birch.pk, world.staff_birch.name):
        assert in_force_for(world.staff_birch) == []
    with reading("verify"):
        assert differences() == []


def test_a_case_number_that_looks_like_the_code_of_another_leads_to_nobody_else(world: World) -> None:
    with acting(world.caseworker2.pk, world.caseworker2.name):
        world.cleo.case.number = world.ada.resident.code
        world.cleo.case.save()
    assert broken(world, world.staff_birch).resident == world.ada.resident
