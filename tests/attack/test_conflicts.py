"""A conflict of interest: who is barred can't lift it, and what was declared stays, whatever writes."""

from datetime import timedelta

import pytest

from placement.access.models import Person
from placement.database.context import acting
from residents.models import ConflictOfInterest
from residents.operations import bar_from_record, lift_bar
from tests.attack.sql import ask, change, insert, refused
from tests.world import World

DAY = timedelta(days=1)


def declared(world: World, person: Person, **changes: object) -> tuple:
    values = {"resident_id": world.ada.resident.pk, "person_id": person.pk, "reason": "A cousin", "end_reason": ""}
    values |= {"declared_by_id": world.supervisor.pk, "starts_at": world.now} | changes
    with acting(world.supervisor.pk, world.supervisor.name):
        return ConflictOfInterest, insert(ConflictOfInterest, **values)


def test_a_bar_has_a_reason_and_counts_once(world: World) -> None:
    with refused("conflict_has_a_reason"):
        declared(world, world.staff_cedar, reason="")
    declared(world, world.staff_cedar)
    with refused("conflict_once"):
        declared(world, world.staff_cedar)


def test_a_bar_starts_when_it_is_written(world: World) -> None:
    row = declared(world, world.staff_cedar, starts_at=world.now + 9 * DAY)
    assert ask("SELECT starts_at <= clock_timestamp() FROM residents_conflictofinterest WHERE id = %s", row[1])


def test_nobody_lifts_the_own_bar(world: World) -> None:
    row = declared(world, world.supervisor2)
    own = {"ended_by_id": world.supervisor2.pk, "ends_at": world.now + DAY, "end_reason": "It is fine"}
    with acting(world.supervisor2.pk, world.supervisor2.name):
        assert change(row, **own) == 0, "the barred person is not shown it"
    with acting(world.supervisor.pk, world.supervisor.name):
        with refused("signature_is_own"):
            change(row, **own)
        assert change(row, **own | {"ended_by_id": world.supervisor.pk}) == 1


def test_the_database_knows_that_the_barred_person_does_not_lift_it(world: World) -> None:
    with refused("conflict_lifted_by_another"):
        declared(
            world,
            world.supervisor,
            ends_at=world.now + DAY,
            ended_by_id=world.supervisor.pk,
            end_reason="It is fine",
        )


@pytest.mark.parametrize("missing", [{"end_reason": ""}, {"ended_by_id": None}, {"ends_at": None}], ids=str)
def test_a_bar_is_lifted_by_somebody_with_a_reason(world: World, missing: dict) -> None:
    row = declared(world, world.staff_cedar)
    lifted = {"ended_by_id": world.supervisor.pk, "ends_at": world.now + DAY, "end_reason": "A mistake"}
    with acting(world.supervisor.pk, world.supervisor.name), refused("conflict_end_is_signed"):
        change(row, **lifted | missing)


@pytest.mark.parametrize("values", [{"reason": "Nothing"}, {"starts_at": None}, {"person_id": None}], ids=str)
def test_what_was_declared_stays(world: World, values: dict) -> None:
    row = declared(world, world.staff_cedar)
    values = {"person_id": world.stranger.pk} if "person_id" in values else values
    values = {"starts_at": world.now - DAY} if "starts_at" in values else values
    with acting(world.supervisor.pk, world.supervisor.name), refused("conflict_is_kept"):
        change(row, **values)


def test_a_lifted_bar_stays_lifted(world: World) -> None:
    with acting(world.supervisor.pk, world.supervisor.name):
        bar = bar_from_record(world.ada.resident, world.staff_cedar, reason="A cousin", by=world.supervisor)
        lift_bar(bar, reason="A mistake", by=world.supervisor)
        with refused("conflict_is_kept"):
            change((ConflictOfInterest, bar.pk), ends_at=world.now + 9 * DAY)
