"""Plain SQL against seals of documents: by whom, under which order, lifted once by another one, and what is sealed is closed."""

from datetime import timedelta
from typing import Any

from placement.access.models import Person
from placement.access.permissions import give_person
from placement.access.rights import Can
from placement.database.context import acting, acting_as_system
from residents.models import Document, DocumentSeal
from tests.attack.sql import ask, change, denied, insert, refused, sql
from tests.world import World

DAY = timedelta(days=1)


def seal(world: World, by: Person | None = None, **changes: Any) -> tuple:
    by = by or world.caseworker
    values = {"resident_id": world.ada.resident.pk, "document_id": world.ada.document.pk, "order_number": "7"}
    values |= {"court": "Juvenile Court", "ordered_on": world.today - DAY, "sealed_by_id": by.pk}
    values |= {"sealed_at": world.now - 9 * DAY, "lift_order_number": "", "lift_court": ""} | changes
    with acting(by.pk, by.name):
        return DocumentSeal, insert(DocumentSeal, **values)


def lift(world: World, row: Any = None, by: Person | None = None, **changes: Any) -> int:
    by = by or world.supervisor
    values = {"lift_order_number": "8", "lift_court": "Juvenile Court", "lift_ordered_on": world.today}
    values |= {"lifted_by_id": by.pk, "lifted_at": world.now - 9 * DAY} | changes
    with acting(by.pk, by.name):
        return change(row or world.ada.seal, **values)


def test_a_seal_names_its_order_and_a_document_of_the_record(world: World) -> None:
    for empty in ({"order_number": " "}, {"court": ""}):
        with refused("seal_names_its_order"):
            seal(world, **empty)
    with refused("seal_order_is_not_in_the_future"):
        seal(world, ordered_on=world.today + 3 * DAY)
    for other in (world.cleo.document.pk, world.cedar.paper.pk):
        with refused("seal_is_of_a_document_of_the_record"):
            seal(world, document_id=other)
    _, pk = seal(world)
    assert ask("SELECT sealed_at >= %s FROM residents_documentseal WHERE id = %s", world.now, pk)
    with refused("document_sealed_once"):
        seal(world)


def test_nobody_seals_in_a_record_that_they_do_not_keep_or_in_the_name_of_another(world: World) -> None:
    for person in (world.caseworker2, world.staff_cedar, world.stranger):
        with denied():
            seal(world, person)
    with refused("signature_is_own"):
        seal(world, sealed_by_id=world.supervisor.pk)
    with refused("seal_is_kept"):
        lifted = {"lifted_by_id": world.caseworker.pk, "lifted_at": world.now, "lift_ordered_on": world.today}
        seal(world, **lifted, lift_order_number="8", lift_court="Juvenile Court")


def test_a_seal_is_lifted_once_by_a_supervisor_and_an_order(world: World) -> None:
    for empty in ({"lift_order_number": " "}, {"lift_court": ""}, {"lift_ordered_on": None}, {"lifted_by_id": None}):
        with refused("seal_lift_names_its_order"):
            lift(world, **empty)
    with refused("seal_order_is_not_in_the_future"):
        lift(world, lift_ordered_on=world.today + 3 * DAY)
    assert lift(world, by=world.caseworker) == 0  # is not even shown it
    assert lift(world, by=world.supervisor2) == 0
    with acting_as_system("tests"):
        give_person(
            world.ada.resident, world.caseworker2, {Can.VIEW_SEALED}, grant=world.ada.case.pk, starts_at=world.now
        )
    with refused("seal_is_lifted_by_the_supervisor"):
        lift(world, by=world.caseworker2)
    assert lift(world) == 1
    assert ask("SELECT lifted_at >= %s FROM residents_documentseal WHERE id = %s", world.now, world.ada.seal.pk)
    for again in ({}, {"lifted_at": None, "lifted_by_id": None}):
        with refused("seal_is_kept"):
            lift(world, **again)


def test_who_sealed_it_does_not_lift_it(world: World) -> None:
    with acting_as_system("tests"):
        rights = {Can.ASSIGN_TEAM, Can.VIEW_SEALED}
        give_person(world.ada.resident, world.caseworker, rights, grant=world.ada.case.pk, starts_at=world.now)
    with refused("seal_lifted_by_another"):
        lift(world, by=world.caseworker)


def test_a_seal_stays_as_it_was_written(world: World) -> None:
    with acting(world.supervisor.pk, world.supervisor.name):
        for values in ({"order_number": "9"}, {"court": "Another"}, {"document_id": world.ada.document.pk}):
            with refused("seal_is_kept"):
                change(world.ada.seal, **values)
        with denied():
            sql("DELETE FROM residents_documentseal WHERE id = %s", world.ada.seal.pk)


def test_what_is_sealed_is_in_no_table_for_others(world: World) -> None:
    sealed = world.ada.seal.document_id
    for key, sees in (("caseworker", False), ("clinician", False), ("supervisor", True), ("supervisor2", False)):
        person = world.people[key]
        with acting(person.pk, person.name):
            assert Document.objects.filter(pk=sealed).exists() is sees, key
            assert Document.history.filter(id=sealed).exists() is sees, key
            assert DocumentSeal.objects.filter(document=sealed).exists() is sees, key
            assert DocumentSeal.history.filter(document_id=sealed).exists() is sees, key
            assert ask("SELECT access_sealed_of(%s)", world.ada.resident.pk) == (key in ("caseworker", "supervisor"))
