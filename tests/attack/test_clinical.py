"""Plain SQL against clinical notes: by whom, when, kept, and amended for one young person only."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from placement.access.models import Person
from placement.access.permissions import give_person
from placement.access.rights import Can
from placement.database.context import acting, acting_as_system
from residents.models import ClinicalNote
from tests.attack.sql import ask, change, denied, insert, refused, sql
from tests.world import World

DAY = timedelta(days=1)


def note(world: World, by: Person | None = None, **changes: Any) -> tuple:
    by = by or world.clinician
    values = {"resident_id": world.ada.resident.pk, "kind": "session", "text": "We talked"}
    values |= {"happened_at": world.now - DAY, "written_at": world.now - 9 * DAY, "written_by_id": by.pk}
    values |= {"amends_id": None, "amendment_reason": ""} | changes
    with acting(by.pk, by.name):
        return ClinicalNote, insert(ClinicalNote, **values)


def amendment(world: World, **changes: Any) -> tuple:
    return note(world, **{"amends_id": world.ada.note.pk, "amendment_reason": "A slip"} | changes)


def test_the_database_says_when_it_was_written(world: World) -> None:
    _, pk = note(world)
    assert ask("SELECT written_at >= %s FROM residents_clinicalnote WHERE id = %s", world.now, pk)


def test_a_note_says_something_that_has_happened(world: World) -> None:
    with refused("clinical_note_says_something"):
        note(world, text=" \n")
    with refused("clinical_note_is_not_in_the_future"):
        note(world, happened_at=timezone.now() + DAY)


def test_only_the_clinician_on_the_team_writes_also_where_somebody_else_may_read(world: World) -> None:
    reader, grant = world.caseworker, world.ada.case.pk
    with acting_as_system("tests"):
        give_person(world.ada.resident, reader, {Can.VIEW_CLINICAL}, grant=grant, starts_at=world.now)
    for person in (world.caseworker, world.supervisor, world.clinician2, world.staff_cedar):
        with refused("clinical_note_is_by_the_clinician"):
            note(world, person)
    with refused("signature_is_own"):
        note(world, written_by_id=world.supervisor.pk)
    assert note(world)


def test_what_was_written_stays(world: World) -> None:
    for values in ({"text": "Another"}, {"happened_at": world.now}, {"kind": "other"}, {"written_at": world.now}):
        with refused("clinical_note_is_kept"), acting(world.clinician.pk, world.clinician.name):
            change(world.ada.note, **values)
    with denied(), acting(world.clinician.pk, world.clinician.name):
        sql("DELETE FROM residents_clinicalnote WHERE id = %s", world.ada.note.pk)
    with acting(world.clinician.pk, world.clinician.name), pytest.raises(DatabaseError), transaction.atomic():
        sql("UPDATE residents_historicalclinicalnote SET text = 'Another'")


def test_an_amendment_has_a_reason_and_is_of_one_note(world: World) -> None:
    _, pk = amendment(world)
    with refused("clinical_amendment_has_a_reason"):
        amendment(world, amendment_reason=" ")
    with refused("clinical_amendment_has_a_reason"):
        note(world, amendment_reason="A slip")
    for other in (world.cleo.note.pk, world.fay.note.pk, pk):
        with refused("clinical_amendment_is_of_one_note"):
            amendment(world, amends_id=other)
    with refused("clinical_amendment_is_of_one_note"):
        amendment(world, kind="assessment")
