"""A conflict of interest: who is barred can't lift it, and what was declared stays, whatever writes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from placement.access.models import Person
from placement.database.context import acting
from residents.models import ConflictOfInterest
from residents.operations import bar_from_record, lift_bar
from tests.attack.sql import ask, change, insert, refused
from tests.bars import bar_to_judge
from tests.world import World

DAY = timedelta(days=1)


def declared(world: World, person: Person, **changes: object) -> tuple:
    values = {"resident_id": world.ada.resident.pk, "person_id": person.pk, "reason": "A cousin", "end_reason": ""}
    values |= {"declared_by_id": world.supervisor.pk, "starts_at": world.now}
    values |= {"judgement": "", "judgement_reason": ""} | changes
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


def test_nobody_else_judges_it_and_what_was_judged_stays(world: World) -> None:
    """Neither who laid it nor whom it bars, nor a supervisor who is barred, nor anybody else; nor whoever has judged it."""
    bar = bar_to_judge(world)
    row = ConflictOfInterest, bar.pk
    for by in (*world.people.values(), bar.person):
        if by != world.supervisor2:
            with acting(by.pk, by.name):
                assert by == world.supervisor or change(row, **judgement(by)) == 0, by
    with acting(world.supervisor.pk, world.supervisor.name), refused("conflict_judged_from_outside"):
        change(row, **judgement(world.supervisor))
    by = world.supervisor2
    with acting(by.pk, by.name):
        with refused("signature_is_own"):
            change(row, **judgement(world.supervisor))
        assert change(row, **judgement(by)) == 1
        for again in ({"judgement_reason": "Another"}, {"judgement": "lifted"}, {"judged_at": world.now}):
            with refused("conflict_is_kept"):
                change(row, **again)


def test_a_bar_is_not_laid_together_with_its_judgement(world: World) -> None:
    with refused("conflict_judged_from_outside"):
        declared(world, world.supervisor2, **judgement(world.supervisor))


def test_the_judge_changes_nothing_else(world: World) -> None:
    row, by = (ConflictOfInterest, bar_to_judge(world).pk), world.supervisor2
    lifted = {"ended_by_id": by.pk, "ends_at": world.now + DAY, "end_reason": "It is fine"}
    with acting(by.pk, by.name):
        for more in ({}, judgement(by)):
            with refused("conflict_lifted_in_its_unit"):
                change(row, **lifted | more)
        with refused("conflict_is_kept"):
            change(row, **judgement(by), person_id=world.stranger.pk)
        assert change(row, **lifted | judgement(by) | {"judgement": "lifted"}) == 1
    assert ask(
        "SELECT greatest(judged_at, ends_at) <= clock_timestamp() FROM residents_conflictofinterest WHERE id = %s",
        row[1],
    )


def judgement(by: Person) -> dict:
    """A judgement by somebody, as columns."""
    return {"judgement": "upheld", "judged_by_id": by.pk, "judged_at": timezone.now() + DAY, "judgement_reason": "Yes"}
