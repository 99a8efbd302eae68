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
from residents.models import AccessRequest, ClinicalNote
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


def decide(world: World, by: Person, **changes: Any) -> int:
    """Decide about the request of ada's caseworker for her notes."""
    values = {"decision": "clinical", "decided_by_id": by.pk, "decided_at": timezone.now(), "decision_reason": ""}
    values |= {"ends_at": world.now + 80 * DAY} | changes
    with acting(by.pk, by.name):
        return change(world.ada.asked_notes, **values)


def test_the_clinician_on_the_team_alone_decides_who_else_reads_the_notes(world: World) -> None:
    for person in (world.supervisor, world.caseworker):
        with refused("access_is_given_by_who_answers_for_it"):
            decide(world, person)
    assert decide(world, world.clinician2) == 0
    assert decide(world, world.clinician) == 1


def test_notes_are_given_for_ninety_days_and_not_as_a_whole_record(world: World) -> None:
    with refused("access_decision_is_of_what_was_asked"):
        decide(world, world.clinician, decision="care", ends_at=world.now + DAY)
    for ends_at in (None, world.now - DAY, world.now + 92 * DAY):
        with refused("access_ends_in_time"):
            decide(world, world.clinician, ends_at=ends_at)
    with acting(world.supervisor.pk, world.supervisor.name), refused("access_decision_is_of_what_was_asked"):
        decided = {"decided_by_id": world.supervisor.pk, "decided_at": timezone.now(), "ends_at": world.now + DAY}
        change(world.ada.asked, decision="clinical", **decided)


def test_notes_that_were_opened_close_earlier_never_later(world: World) -> None:
    decide(world, world.clinician)
    asked = world.ada.asked_notes
    with acting(world.clinician.pk, world.clinician.name):
        with refused("access_request_is_kept"):
            change(asked, ends_at=world.now + 85 * DAY)
        assert change(asked, ends_at=world.now + 3 * DAY) == 1
        assert change(asked, ends_at=world.now - 3 * DAY) == 1  # the database says when: now
    assert AccessRequest.objects.get(pk=asked.pk).ends_at >= world.now
