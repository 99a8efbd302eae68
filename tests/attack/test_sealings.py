"""Plain SQL against the sealing of whole records: who records, confirms, ends it, when, once; and nobody is placed meanwhile."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from placement.access.models import Person
from placement.database import roles
from placement.database.context import acting, acting_as_system
from placement.facilities.models import Referral
from residents.models import Document, Incident, IncidentResident, SealedRecord, SealingOrder
from tests.attack.sql import Stay, again, ask, change, denied, insert, refused, sql
from tests.bars import another_supervisor
from tests.sealings import opened, sealed
from tests.world import World

DAY = timedelta(days=1)


def order(world: World, record: UUID, by: Person, **changes: Any) -> UUID:
    values = {"record_id": record, "number": 77, "unit_id": world.south.pk, "kind": "seal", "court": "Juvenile Court"}
    values |= {"order_number": "JV-1", "ordered_on": world.today - DAY, "recorded_by_id": by.pk}
    values |= {"recorded_at": world.now - 9 * DAY, "decision": "", "decision_reason": ""} | changes
    return insert(SealingOrder, **values)


def seal(world: World, by: Person | None = None, young: str = "fay", says: str = "All", **changes: Any) -> UUID:
    by = by or world.caseworker
    document = changes.pop("document_id", None)
    with acting(by.pk, by.name):
        resident = world.young[young].resident.pk
        record = insert(SealedRecord, resident_id=resident, says=says, document_id=document)
        made = order(world, record, by, **changes)
        sql("SET CONSTRAINTS ALL IMMEDIATE")
        sql("SET CONSTRAINTS ALL DEFERRED")
    return made


def decide(world: World, made: UUID, by: Person, **changes: Any) -> int:
    values = {"decision": "confirmed", "decided_by_id": by.pk, "decided_at": world.now - 9 * DAY} | changes
    with acting(by.pk, by.name):
        return change((SealingOrder, made), **values)


def other(world: World, seal: SealingOrder, by: Person | None = None, **changes: Any) -> UUID:
    by = by or world.supervisor
    with acting(by.pk, by.name):
        return order(world, seal.record_id, by, **{"kind": "lift"} | changes)


def test_an_order_says_what_it_is_and_is_recorded_by_who_keeps_the_case(world: World) -> None:
    with refused("sealing_says_what_is_ordered"):
        seal(world, says=" ")
    for empty in ({"court": " "}, {"order_number": ""}):
        with refused("sealing_names_its_order"):
            seal(world, **empty)
    with refused("sealing_order_is_not_in_the_future"):
        seal(world, ordered_on=world.today + 3 * DAY)
    with refused("sealing_opens_until_a_time"):
        seal(world, until=world.now + DAY)
    with refused("sealing_order_is_kept"):
        seal(world, decision="confirmed", decided_by_id=world.supervisor.pk, decided_at=world.now)
    with refused("sealing_order_is_kept"):
        seal(world, open_until=world.now + DAY)
    with refused("signature_is_own"):
        seal(world, recorded_by_id=world.supervisor2.pk)
    with refused("sealing_names_a_document_of_the_record"):
        seal(world, document_id=Document.objects.exclude(resident=world.fay.resident).first().pk)
    for by in (world.caseworker2, world.supervisor2, world.staff_cedar, world.stranger):
        with denied():
            seal(world, by)
    with refused("sealing_needs_a_second_supervisor"):
        seal(world, world.supervisor)
    made = seal(world)
    assert ask("SELECT number < 77 AND unit_id = %s FROM residents_sealingorder WHERE id = %s", world.north.pk, made)
    assert ask("SELECT recorded_at >= %s FROM residents_sealingorder WHERE id = %s", world.now, made)
    with refused("record_is_sealed_once"):
        seal(world)


def test_an_order_alone_or_a_record_alone_is_nothing(world: World) -> None:
    by = world.caseworker
    with refused("sealed_record_has_its_order"), acting(by.pk, by.name):
        insert(SealedRecord, resident_id=world.fay.resident.pk, says="All")
        sql("SET CONSTRAINTS ALL IMMEDIATE")
    made = SealingOrder.objects.get(pk=seal(world))
    with refused("record_is_sealed_by_one_order"), acting(by.pk, by.name):
        order(world, made.record_id, by)
    for person in (world.caseworker2, world.stranger):
        with refused("sealing_is_recorded_by_who_keeps_the_case"), acting(person.pk, person.name):
            order(world, made.record_id, person)


def test_it_waits_for_what_staff_must_do(world: World) -> None:
    with refused("sealing_waits_until_the_stay_is_over"):
        seal(world, young="ada")
    with refused("sealing_waits_for_the_referral"):
        seal(world, young="eve")
    made, by, at = seal(world), world.supervisor, world.fay.stay.ends_at - timedelta(hours=1)
    with acting(by.pk, by.name):
        said = {"kind": "missing", "severity": "critical", "happened_at": at, "seen": "Gone", "number": 0}
        gone = Incident.objects.create(**said, facility=world.cedar.facility, reported_by=by)
        IncidentResident.objects.create(incident=gone, resident=world.fay.resident)
    with refused("sealing_waits_until_they_are_found"):
        decide(world, made, world.supervisor)


def test_it_is_decided_once_by_another_supervisor_of_the_unit(world: World) -> None:
    second = another_supervisor(world.north)
    made = seal(world, world.supervisor)
    with refused("sealing_decided_by_another"):
        decide(world, made, world.supervisor)
    with refused("sealing_is_decided_by_the_supervisor"):
        decide(world, made, world.caseworker)  # who is shown it while it waits
    for by in (world.supervisor2, world.staff_cedar, world.stranger):
        assert decide(world, made, by) == 0
    with refused("sealing_decision_is_signed"):
        decide(world, made, second, decided_by_id=None)
    with refused("sealing_decision_is_signed"):
        decide(world, made, second, decision="refused", decision_reason=" ")
    with refused("signature_is_own"):
        decide(world, made, second, decided_by_id=world.supervisor.pk)
    for column, value in (("court", "Other"), ("number", 1), ("until", world.now), ("lifted_at", world.now)):
        with refused("sealing_order_is_kept"):
            decide(world, made, second, **{column: value})
    assert decide(world, made, second) == 1
    assert ask("SELECT count(*) FROM access_records_sealed()") == 1
    for changes in ({"decision": ""}, {"decision": "refused", "decision_reason": "No"}, {"open_until": world.now}):
        with refused("sealing_order_is_kept"):
            decide(world, made, world.supervisor, **changes)
    with denied(), acting(second.pk, second.name):
        sql("DELETE FROM residents_sealingorder")
    with denied(), acting(second.pk, second.name):
        sql("UPDATE residents_sealedrecord SET says = 'Nothing'")


def test_only_another_order_opens_it(world: World) -> None:
    made = sealed(world)
    for by in (world.supervisor2, world.caseworker, world.stranger, world.sysadmin):
        with refused("unsealing_is_of_its_unit"):
            other(world, made, by)
    with refused("sealing_opens_until_a_time"):
        other(world, made, kind="open")
    with refused("sealing_opens_until_later"):
        other(world, made, kind="open", until=world.now - DAY)
    waits, second = other(world, made), another_supervisor(world.north)
    with refused("sealing_waits_once"):
        other(world, made, second)
    with refused("sealing_decided_by_another"):
        decide(world, waits, world.supervisor)
    assert decide(world, waits, world.supervisor2) == 0
    assert decide(world, waits, second) == 1
    with refused("unsealing_is_of_a_sealed_record"):
        other(world, made)


def test_a_supervisor_who_is_barred_decides_nothing_about_it(world: World) -> None:
    second = another_supervisor(world.north)
    lay_on_fay(world, second)
    made = sealed(world)
    with acting(second.pk, second.name):
        assert not SealingOrder.objects.exists()
    with refused("unsealing_is_of_its_unit"):
        other(world, made, second)


def lay_on_fay(world: World, person: Person) -> None:
    from residents.operations import bar_from_record

    by = world.supervisor
    with acting(by.pk, by.name):
        bar_from_record(world.fay.resident, person, reason="Knows them", by=by)


def test_nobody_is_placed_while_it_is_open_for_the_court(world: World) -> None:
    made, by = sealed(world), world.caseworker
    opened(world, made, until=timezone.now() + DAY)
    with acting(by.pk, by.name), refused("sealed_record_is_not_placed"):
        again(world.eve.referral, resident_id=world.fay.resident.pk, number=999999)
    with refused("sealed_record_is_not_placed"), acting(by.pk, by.name):
        change((Referral, world.draft.pk), status="open")
    with refused("sealed_record_is_not_placed"):
        Stay(world, "fay", "cedar", 3).propose(world.now + DAY)


def test_it_closes_by_itself_when_the_time_is_over(committed_world: World) -> None:
    world = committed_world
    made = sealed(world)
    opened(world, made, until=timezone.now() + DAY)
    assert ask("SELECT count(*) FROM access_records_sealed()") == 0
    with roles.owner_connection() as owner, owner.cursor() as cursor:  # whose clock alone can be told another time
        cursor.execute("BEGIN")
        cursor.execute("SELECT set_config('app.clock', %s, true)", [(timezone.now() + 2 * DAY).isoformat()])
        cursor.execute("SELECT access_records_sealed()")
        assert cursor.fetchall() == [(world.fay.resident.pk,)]
        cursor.execute("ROLLBACK")


def test_no_function_for_functions_alone_is_called_by_anybody(world: World) -> None:
    sealed(world)
    by = world.supervisor
    for call in (
        "access_conflicts(%s)",
        "access_incidents_closed('{}', ARRAY[%s::text])",
        "record_was_sealed(%s, now())",
        "check_sealing_waits(%s)",
        "sealing_has_another(NULL, NULL, %s)",
    ):
        with denied(), acting(by.pk, by.name):
            ask(f"SELECT {call}", uuid4())
    with acting_as_system("anything"):
        assert ask("SELECT count(*) FROM sealing_orders_shown()") == 0
