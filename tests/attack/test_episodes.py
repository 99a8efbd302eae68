"""Lines about a missing episode in plain SQL: by whom they are added, of whom, when, and that they stay."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse
from django.utils import timezone

from placement.access.models import Person
from placement.database.context import acting
from placement.facilities.operations import came_back
from residents import operations
from residents.models import EpisodeNote, Incident
from tests.attack.incident_steps import step
from tests.attack.sql import denied, insert, refused, sql
from tests.world import World, browser

MINUTE = timedelta(minutes=1)


@pytest.fixture
def gone(world: World) -> Incident:
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        return operations.report_incident(
            facility=world.cedar.facility,
            shift=world.cedar.shift,
            kind="missing",
            severity="critical",
            happened_at=timezone.now() - 9 * MINUTE,
            seen="Not in her room",
            done="",
            residents=[world.ada.resident, world.bea.resident],
            by=world.staff_cedar,
        )


def add(by: Person, incident: Incident, what: str = "house", part: Any = None, **more: Any) -> UUID:
    told = {"who": "Somebody", "place": "", "said": "Text", "number": "", "ticks": [], "at": timezone.now()} | more
    with acting(by.pk, by.name):
        return insert(
            EpisodeNote,
            incident_id=incident.pk,
            part_id=part.pk if part else None,
            what=what,
            **{"written_by_id": by.pk} | told,
        )


def test_a_line_is_added_by_who_works_there_and_stays(world: World, gone: Incident) -> None:
    staff = world.staff_cedar
    for by in (world.staff_cedar, world.admin_cedar, world.supervisor):
        assert add(by, gone)
    with refused("incident_step_by_who_answers"):
        add(world.caseworker, gone)
    with refused("signature_is_own"):
        add(staff, gone, written_by_id=world.admin_cedar.pk)
    with refused("time_has_come"):
        add(staff, gone, at=timezone.now() + 20 * MINUTE)
    with refused("episode_note_says_something"):
        add(staff, gone, who=" \n")
    with refused("episode_note_ticks_are_known"):
        add(staff, gone, ticks=["made_up"])
    with acting(staff.pk, staff.name):
        with denied():
            sql("UPDATE residents_episodenote SET said = 'x' WHERE incident_id = %s", gone.pk)
        with denied():
            sql("DELETE FROM residents_episodenote WHERE incident_id = %s", gone.pk)


def test_a_line_is_of_the_young_person_and_the_episode_that_it_says(world: World, gone: Incident) -> None:
    staff, other = world.staff_cedar, world.ada.incident
    part = gone.parts.get(resident=world.ada.resident)
    assert add(staff, gone, "worn", part)
    with refused("episode_note_is_of_its_kind"):
        add(staff, gone, "worn")
    with refused("episode_note_is_of_its_kind"):
        add(staff, gone, "house", part)
    with refused("episode_note_says_something"):
        add(staff, gone, "worn", part, said=" ")
    assert add(staff, gone, "risk", part, said="", ticks=["cold"])
    with refused("episode_note_is_of_a_missing_episode"):
        add(staff, other)
    with refused("episode_note_is_of_its_incident"):
        add(staff, gone, "worn", other.parts.get(resident=world.ada.resident))


def test_a_step_after_the_return_comes_after_it_and_its_talk_is_held_by_somebody_outside(
    world: World, gone: Incident
) -> None:
    staff, part = world.staff_cedar, gone.parts.get(resident=world.ada.resident)
    for what in EpisodeNote.AFTER:
        with refused("return_step_comes_after_the_return"):
            add(staff, gone, what, part)
    with acting(staff.pk, staff.name):
        came_back(gone, world.ada.resident, happened_at=timezone.now() - MINUTE, how="Well", by=staff)
    with refused("return_step_comes_after_the_return"):  # the other is still missing
        add(staff, gone, "why", gone.parts.get(resident=world.bea.resident))
    admin = world.admin_cedar.name
    for inside in (staff.name, f" {admin.upper()} ", f"Ms {admin}, from the office", admin.replace(" ", "  ")):
        with refused("return_talk_is_by_somebody_outside"):
            add(staff, gone, "interview", part, who=inside)
    assert add(staff, gone, "interview", part, who="A teacher")
    assert add(world.caseworker, gone, "interview", part, who=world.caseworker.name)


def test_it_is_closed_when_all_are_seen_again_and_nothing_is_added_then(world: World, gone: Incident) -> None:
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        operations.review_incident(gone, by=world.admin_cedar)
    with acting(world.supervisor2.pk, world.supervisor2.name):
        operations.file_incident(gone, by=world.supervisor2)
    assert add(world.staff_cedar, gone)
    staff, by = world.staff_cedar, world.supervisor
    for one in (world.ada, world.bea):
        with acting(by.pk, by.name), refused("missing_report_closed_after_the_return"):
            step(gone.pk, "closed", by, "Found")
        page = browser(world, "supervisor").get(reverse("incidents:detail", args=[gone.pk])).content.decode()
        assert "Close the incident" not in page
        with acting(staff.pk, staff.name):
            came_back(gone, one.resident, happened_at=timezone.now(), how="Well", by=staff)
    page = browser(world, "supervisor").get(reverse("incidents:detail", args=[gone.pk])).content.decode()
    assert "Close the incident" in page
    with acting(by.pk, by.name):
        operations.close_incident(gone, closing_note="Found", by=by)
    with refused("closed_incident_stays"):
        add(world.staff_cedar, gone)


def test_of_a_young_person_only_readers_of_their_record_read_a_line(world: World, gone: Incident) -> None:
    for one in (world.ada, world.bea):
        add(world.staff_cedar, gone, "worn", gone.parts.get(resident=one.resident), said=one.resident.code)
    add(world.staff_cedar, gone)
    with acting(world.caseworker.pk, world.caseworker.name):
        seen = {note.part.resident_id if note.part else None for note in EpisodeNote.objects.filter(incident=gone)}
    assert world.ada.resident.pk in seen
    assert None in seen
    with acting(world.staff_birch.pk, world.staff_birch.name):
        assert not EpisodeNote.objects.filter(incident=gone).exists()
