"""Staff files in plain SQL under the application's role: what is private stays so, also from whom it is about."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, transaction

from placement.access.models import Person
from placement.database.context import acting
from placement.facilities.models import ReferenceText, StaffReference, Training
from tests.attack.sql import change, denied, refused, sql
from tests.attack.staff_file_rules import reference, training
from tests.staff_files import answered, asked, trained
from tests.world import World


def seen_by(person: Person) -> list[bool]:
    with acting(person.pk, person.name):
        return [model.objects.exists() for model in (Training, StaffReference, ReferenceText)]


def test_nothing_is_removed(world: World, acting_as: Callable) -> None:
    trained(world)
    answered(world)
    with acting_as(world.supervisor):
        for model in (ReferenceText, StaffReference, Training):
            for statement in ("DELETE FROM {}", "TRUNCATE {} CASCADE"):
                with denied():
                    sql(statement.format(model._meta.db_table))


def test_an_inspector_reads_that_somebody_was_asked_and_not_what_was_said(world: World) -> None:
    trained(world)
    answered(world)
    assert seen_by(world.admin_cedar) == [True, True, True]
    assert seen_by(world.inspector_cedar) == [True, True, False]
    assert seen_by(world.staff_cedar) == [True, False, False]  # the own training, nothing that others say
    for person in (world.admin_birch, world.inspector_birch, world.caseworker, world.stranger):
        assert seen_by(person) == [False, False, False], person


def test_what_is_kept_of_an_administrator_is_hidden_from_them(world: World, acting_as: Callable) -> None:
    found = asked(world, world.admin_cedar, by=world.supervisor)
    with acting_as(world.admin_cedar):
        for model in (StaffReference, ReferenceText):
            assert not model.objects.exists()
            assert not model.history.exists()
        assert change(found, result="good") == 0
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            reference(world, person_id=world.admin_cedar.pk)
    assert seen_by(world.supervisor)[1:] == [True, True]


def test_nobody_signs_for_another(world: World, acting_as: Callable) -> None:
    with acting_as(world.supervisor):
        with refused("signature_is_own"):
            training(world)
        with refused("signature_is_own"):
            reference(world)


def test_a_withdrawal_is_not_taken_back(world: World, acting_as: Callable) -> None:
    (found,) = trained(world)
    with acting_as(world.admin_cedar):
        signed = {"withdrawn_by_id": world.admin_cedar.pk, "withdrawn_at": world.now}
        change(found, **signed, withdrawn_reason="Twice")
        with refused("training_is_kept"):
            change(found, withdrawn_by_id=None, withdrawn_at=None, withdrawn_reason="")
        with refused("training_is_kept"):
            change(found, withdrawn_reason="Three times")
        # the same course may be filed anew
        assert training(world, topic=found.topic, course=found.course, held_on=found.held_on)
