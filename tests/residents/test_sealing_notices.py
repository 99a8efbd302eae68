"""Who has the case is told by the code alone that a court has sealed the record, and that it is open again."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from placement.access.models import Person
from placement.database.context import acting
from residents.models import SealingNotice
from residents.operations import bar_from_record
from tests import retention
from tests.attack.sql import sql
from tests.bars import another_supervisor
from tests.sealings import SAYS, decided, opened, recorded, sealed
from tests.world import World, browser


def told(person: Person) -> list[tuple[str, str]]:
    """What the database shows to ``person`` of what they were told, newest last."""
    with acting(person.pk, person.name):
        return list(SealingNotice.objects.order_by("told_at").values_list("code", "said"))


def link_in(world: World, key: str) -> str:
    """The address of the answer on the work page of somebody; "" where there is none."""
    return next(
        (
            part.partition('"')[0]
            for part in browser(world, key).get("/").text.split('href="')
            if "/answers/sealing/" in part[:17]
        ),
        "",
    )


def test_the_caseworker_is_told_by_the_code_alone_until_they_have_read_it(world: World) -> None:
    assert link_in(world, "caseworker") == ""
    sealed(world)
    page = browser(world, "caseworker")
    link, code = link_in(world, "caseworker"), world.fay.resident.code
    assert f"{code}: a court has sealed this record" in page.get("/").text
    answer = page.get(link)
    main = answer.text.partition("<main")[2].partition("</main")[0]
    assert f"{code}: a court has sealed this record" in main
    for closed in ("Fay", SAYS, "Juvenile Court", "JV-2041", str(world.fay.resident.pk), world.supervisor.name):
        assert closed not in main, closed
    assert page.get(f"/residents/{world.fay.resident.pk}/").status_code == 404
    for other in ("caseworker2", "supervisor", "supervisor2", "staff_cedar", "admin_cedar", "sysadmin"):
        assert link_in(world, other) == "", other
        assert browser(world, other).get(link).status_code == 404, other
    assert page.post(link, {"form_key": answer.context["form"]["form_key"].value()}).url == "/"
    assert link_in(world, "caseworker") == ""


def test_they_are_told_when_it_is_open_again_for_a_time_and_for_good(world: World) -> None:
    order, code = sealed(world), world.fay.resident.code
    opened(world, order, until=timezone.now() + timedelta(hours=3))
    assert told(world.caseworker) == [(code, "sealed"), (code, "open")]
    assert f"{code}: this record is open again until" in browser(world, "caseworker").get("/").text


def test_they_are_told_when_the_sealing_ends(world: World) -> None:
    opened(world, sealed(world))
    code = world.fay.resident.code
    assert told(world.caseworker) == [(code, "sealed"), (code, "open")]
    assert f"{code}: this record is open again<" in browser(world, "caseworker").get("/").text


def test_what_is_refused_or_waits_is_told_to_nobody(world: World) -> None:
    order = recorded(world)
    assert told(world.caseworker) == []
    decided(order, world.supervisor, decision="refused", reason="Another order")
    assert told(world.caseworker) == []


def test_who_is_barred_from_the_record_or_has_the_case_no_more_is_not_told(world: World) -> None:
    with acting(world.supervisor.pk, world.supervisor.name):
        bar_from_record(world.fay.resident, world.caseworker, reason="They know the family.", by=world.supervisor)
    decided(recorded(world, by=another_supervisor(world.north)), world.supervisor)
    assert told(world.caseworker) == []


def test_nobody_writes_or_changes_what_is_told_and_nobody_reads_that_of_others(world: World) -> None:
    sealed(world)
    with acting(world.caseworker.pk, world.caseworker.name):
        (row,) = SealingNotice.objects.all()
        assert SealingNotice.history.count() == 1
        attacks: list[tuple[str, list[Any]]] = [
            ("UPDATE residents_sealingnotice SET code = 'x'", []),
            ("DELETE FROM residents_sealingnotice", []),
            (
                "INSERT INTO residents_sealingnotice (id, record_id, person_id, code, said, told_at)"
                " VALUES (gen_random_uuid(), %s, %s, 'W-1', 'open', now())",
                [row.record_id, world.caseworker.pk],
            ),
        ]
        for statement, values in attacks:
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                sql(statement, *values)
    for person in (world.supervisor, world.caseworker2, world.staff_cedar, world.sysadmin):
        assert told(person) == [], person
        with acting(person.pk, person.name):
            assert not SealingNotice.history.exists(), person


def test_a_hold_on_a_home_shows_on_the_records_of_who_lived_there_to_who_reads_the_holds_of_the_home(
    world: World,
) -> None:
    retention.hold(world, world.cedar.facility)
    said = f"on all records of {world.cedar.facility.name}"
    for key, shown in (("supervisor", True), ("admin_cedar", True), ("caseworker", False), ("clinician", False)):
        page = browser(world, key).get(f"/residents/{world.ada.resident.pk}/")
        assert page.status_code == 200, key
        assert (said in page.text) is shown, key
    assert said not in browser(world, "supervisor2").get(f"/residents/{world.cleo.resident.pk}/").text
