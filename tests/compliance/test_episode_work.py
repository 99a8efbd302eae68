"""My work about missing episodes: what is left after a return, and a flyer that waits for an approval."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance.models import Obligation
from compliance.queries.episode_work import steps_after_return
from compliance.queries.tasks import Cut
from compliance.queries.work import my_work
from placement.audit.clock import now
from residents import operations
from residents.models import EpisodeNote, Incident
from tests.flyers import approved, back_home, drafted, missing_part
from tests.world import World

WRITERS = ("staff_cedar", "admin_cedar", "supervisor", "caseworker")


@pytest.fixture
def lines(acting_as):
    def find(person, words: str) -> list:
        with acting_as(person):
            work = my_work(person)
        return [task for task in [*work.first, *work.later] if words in task.title]

    return find


def take(world: World, part, acting_as, *steps: str) -> None:
    with acting_as(world.caseworker):
        for what in steps:
            operations.note_return(part, what=what, at=now(), who="A teacher", said="Talked", by=world.caseworker)


def test_what_is_left_after_a_return_is_a_line_for_who_writes_it_until_all_is_done(world, acting_as, lines):
    part = missing_part(world)
    words = f"after the return of {part.resident.code}"
    assert not lines(world.staff_cedar, words)  # still missing
    back_home(world, part.incident)
    for key in WRITERS:
        (line,) = lines(world.people[key], words)
        assert line.detail.endswith("5 steps left"), key
    for key in ("staff_birch", "caseworker2", "clinician", "supervisor2"):
        assert not lines(world.people[key], words), key
    take(world, part, acting_as, "why", "why", "change", "medical", "interview")
    assert lines(world.staff_cedar, words)[0].detail.endswith("1 step left")
    take(world, part, acting_as, "screening")
    assert EpisodeNote.objects.filter(part=part).count() == 6
    assert not any(lines(world.people[key], words) for key in WRITERS)


def test_nothing_is_asked_of_an_episode_that_is_closed(world, acting_as, lines):
    part = missing_part(world)
    back_home(world, part.incident)
    with acting_as(world.admin_cedar):
        operations.review_incident(part.incident, by=world.admin_cedar)
    with acting_as(world.supervisor2):
        operations.file_incident(part.incident, by=world.supervisor2)
    assert lines(world.staff_cedar, "after the return")
    with acting_as(world.supervisor):
        operations.close_incident(part.incident, closing_note="Done", by=world.supervisor)
    assert not lines(world.staff_cedar, "after the return")


def test_the_line_has_the_clock_of_the_law_where_it_has_one(world, lines):
    part = missing_part(world, "cleo")
    back_home(world, part.incident, "cleo")
    asked = Obligation.objects.filter(event="incident.returned", subject=part.incident_id, due_at__isnull=False)
    (line,) = lines(world.admin_birch, "after the return")
    assert line.due == min(row.due_at for row in asked)  # Texas: within 24 hours
    here = missing_part(world)
    back_home(world, here.incident)
    (line,) = lines(world.admin_cedar, "after the return")
    assert line.due is None  # California sets no time


def test_a_draft_waits_for_a_supervisor_who_did_not_write_it(world, lines):
    part = missing_part(world)
    drafted(part, world.supervisor)
    assert not lines(world.supervisor, "Approve the flyer")
    flyer = drafted(part, world.admin_cedar)
    (line,) = lines(world.supervisor, "Approve the flyer")
    assert part.resident.code in line.title
    assert line.strong
    for key in ("supervisor2", "admin_cedar", "caseworker", "staff_cedar"):
        assert not lines(world.people[key], "Approve the flyer"), key
    approved(flyer, world.supervisor)
    assert not lines(world.supervisor, "Approve the flyer")
    drafted(part, world.admin_cedar)
    back_home(world, part.incident)
    assert not lines(world.supervisor, "Approve the flyer")


def test_the_lines_ask_no_more_as_episodes_grow(world, acting_as):
    def queries() -> int:
        with acting_as(world.staff_cedar), CaptureQueriesContext(connection) as found:
            assert list(steps_after_return(world.staff_cedar, Cut(25)))
        return len(found)

    def episode(key: str) -> None:
        back_home(world, missing_part(world, key).incident, key)

    episode("ada")
    before = queries()
    episode("bea")
    assert Incident.objects.filter(kind="missing").count() == 2
    assert queries() <= before
