"""Two people alternating on one connection are never mixed, in tests of the engine and through whole requests."""

from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from placement.access.models import AgencyUnit, FormKey, Person
from placement.database.context import acting, acting_as_system
from residents.models import Alias, Resident
from tests.attack.sql import sql
from tests.world import World


def test_two_people_on_one_connection(committed_world: World) -> None:
    world = committed_world
    people = [world.caseworker, world.supervisor]
    connection.ensure_connection()
    backend = connection.connection
    for turn in range(20):
        person = people[turn % 2]
        with acting(person.pk, person.name, reason=f"turn {turn}", request_id=f"request-{turn}"):
            Alias.objects.create(resident=world.ada.resident, name=f"{person.name} {turn}")
    assert connection.connection is backend
    rows = list(Alias.history.order_by("history_id"))
    assert len(rows) == 20
    assert len({row.history_xid for row in rows}) == 20
    for turn, row in enumerate(rows):
        person = people[turn % 2]
        assert row.name == f"{person.name} {turn}"
        assert (row.history_user_id, row.history_user_name) == (person.pk, person.name)
        assert (row.history_change_reason, row.history_request_id) == (f"turn {turn}", f"request-{turn}")


def test_actor_and_sight_of_two_people_never_mix_in_ten_thousand_turns(committed_world: World) -> None:
    world = committed_world
    people = [world.caseworker, world.staff_birch, None, world.supervisor2]

    def seen() -> tuple[str, set[UUID], set[UUID]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT coalesce(audit_actor()::text, ''), (SELECT array_agg(resident_id) FROM residents_identity),"
                " (SELECT array_agg(resident_id) FROM residents_safetyalert)"
            )
            actor, identities, alerts = cursor.fetchone()
        return actor, set(identities or ()), set(alerts or ())

    def turn(person: Person | None) -> tuple[str, set[UUID], set[UUID]]:
        if person is None:
            with acting_as_system("tests"):
                return seen()
        with acting(person.pk, person.name):
            return seen()

    alone = [turn(person) for person in people]
    assert [actor for actor, _, _ in alone] == [str(person.pk) if person else "" for person in people]
    assert alone[2] == ("", set(), set())
    assert len({(frozenset(identities), frozenset(alerts)) for _, identities, alerts in alone}) == 4
    connection.ensure_connection()
    backend = connection.connection
    for number in range(10_000):
        who = (number * 7 + number // 11) % 4
        assert turn(people[who]) == alone[who]
    assert connection.connection is backend


def test_a_failed_turn_does_not_lend_its_name(committed_world: World) -> None:
    world = committed_world
    with pytest.raises(ZeroDivisionError), acting(world.caseworker.pk, world.caseworker.name, reason="mine"):
        sql("UPDATE residents_resident SET preferred_name = 'x'")
        raise ZeroDivisionError
    with acting(world.supervisor.pk, world.supervisor.name):
        AgencyUnit.objects.create(name="East unit")
    row = AgencyUnit.history.latest("history_id")
    assert (row.history_user_id, row.history_change_reason) == (world.supervisor.pk, None)
    assert not Resident.history.filter(preferred_name="x").exists()


def test_a_command_has_a_name_and_no_person(world: World) -> None:
    with acting_as_system("nightly"):
        AgencyUnit.objects.create(name="East unit")
    row = AgencyUnit.history.latest("history_id")
    assert (row.history_user_id, row.history_user, row.history_user_name) == (None, None, "system: nightly")


def test_whoever_acts_inside_another_is_named_alone(world: World) -> None:
    with acting(world.caseworker.pk, world.caseworker.name, request_id="r"):
        with acting(world.supervisor.pk, world.supervisor.name):
            AgencyUnit.objects.create(name="East unit")
        AgencyUnit.objects.create(name="West unit")
    rows = AgencyUnit.history.order_by("-history_id")[:2]
    assert [(row.name, row.history_user_id, row.history_request_id) for row in rows] == [
        ("West unit", world.caseworker.pk, "r"),
        ("East unit", world.supervisor.pk, "r"),
    ]


def test_requests_of_two_people_that_share_a_connection(committed_world: World) -> None:
    """A signed-in reader's request leaves no actor behind for whatever comes next on the connection."""
    for person in (committed_world.caseworker, committed_world.supervisor):
        client = Client()
        client.force_login(person)
        assert client.get("/accounts/login/").status_code == 302
        with connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(current_setting('app.actor_name', true), '')")
            assert cursor.fetchone() == ("",)
    assert not FormKey.objects.exists()
