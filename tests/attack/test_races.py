"""Two real connections at the same moment: the second waits for the first and is then refused by the same rule.

No luck is involved: the first holds its transaction open until the database says that the second waits for it.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection

from placement.access.models import Person
from placement.database.context import acting
from tests.attack.sql import Stay, ask, change
from tests.attack.test_population import agree, designate
from tests.world import World

DAY = timedelta(days=1)
PATIENCE = 20  # seconds


class Session:
    """A connection of its own, with one open transaction in which a person acts."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.connection = connection.copy()
        self.connection.inc_thread_sharing()
        self.connection.set_autocommit(False)
        self.run(
            "SELECT set_config('app.actor', %s, true), set_config('app.actor_name', %s, true)",
            str(person.pk),
            person.name,
        )
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self.pid = cursor.fetchone()[0]

    def looks_only_at_what_was_there(self, isolation: str) -> None:
        """Go on seeing the rows as they are now, whatever others commit meanwhile."""
        self.run(
            f"COMMIT; BEGIN ISOLATION LEVEL {isolation};"
            " SELECT set_config('app.actor', %s, true), set_config('app.actor_name', %s, true)",
            str(self.person.pk),
            self.person.name,
        )

    def run(self, statement: str, *values: Any) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(statement, values)

    def waits(self) -> bool:
        """Whether this session waits for a lock now."""
        return bool(ask("SELECT count(*) FROM pg_stat_activity WHERE pid = %s AND wait_event_type = 'Lock'", self.pid))


@contextmanager
def sessions(*people: Person) -> Iterator[list[Session]]:
    opened = [Session(person) for person in people]
    try:
        yield opened
    finally:
        for session in opened:
            session.connection.rollback()
            session.connection.close()


def second_after_first(first: Session, second: Session, act: Callable[[Session], None]) -> str | None:
    """Let ``second`` act while ``first`` has not committed; return the constraint that refused it, if any."""
    outcome: dict[str, str | None] = {}

    def run() -> None:
        try:
            act(second)
            second.connection.commit()
            outcome["refused"] = None
        except DatabaseError as error:
            outcome["refused"] = error.__cause__.diag.constraint_name

    thread = threading.Thread(target=run)
    thread.start()
    until = time.monotonic() + PATIENCE
    while not second.waits() and thread.is_alive():
        assert time.monotonic() < until, "the second neither waited nor finished"
    assert thread.is_alive(), "the second did not wait for the first"
    first.connection.commit()
    thread.join(PATIENCE)
    return outcome["refused"]


def admission(stay: Stay, by: Person) -> Callable[[Session], None]:
    def act(session: Session) -> None:
        session.run(
            "UPDATE facilities_placement SET status = 'active', safety_read_by_id = %s, safety_read_at = starts_at,"
            " admitted_by_id = %s WHERE id = %s",
            by.pk,
            by.pk,
            stay.id,
        )

    return act


def approved(world: World, young: str, home: str, bed: int) -> Stay:
    return Stay(world, young, home, bed).propose(world.now - timedelta(hours=1)).approve()


def test_two_admissions_into_the_last_place_of_the_licence(committed_world: World) -> None:
    world = committed_world
    admin = world.supervisor2
    with acting(world.supervisor.pk, world.supervisor.name):
        change(world.cedar.licence, capacity=3)
    one, other = approved(world, "eve", "cedar", 3), approved(world, "fay", "cedar", 2)
    with sessions(admin, admin) as (first, second):
        admission(one, admin)(first)
        assert second_after_first(first, second, admission(other, admin)) == "licence_capacity_holds"
    assert (one.status, other.status) == ("active", "approved")


def test_two_proposals_for_one_bed(committed_world: World) -> None:
    world = committed_world

    def propose(young: str) -> Callable[[Session], None]:
        def act(session: Session) -> None:
            session.run(
                "INSERT INTO facilities_placement (id, resident_id, bed_id, status, starts_at, proposed_by_id, proposed_at,"
                " decision_reason, end_reason) VALUES (%s, %s, %s, 'proposed', now(), %s, now(), '', '')",
                uuid4(),
                world.young[young].resident.pk,
                world.cedar.beds[3].pk,
                world.caseworker.pk,
            )

        return act

    with sessions(world.caseworker, world.caseworker) as (first, second):
        propose("eve")(first)
        assert second_after_first(first, second, propose("fay")) == "bed_holds_one_resident"


def separation(world: World, one: str, other: str) -> Callable[[Session], None]:
    def act(session: Session) -> None:
        session.run(
            "INSERT INTO residents_separation (id, resident_id, other_id, kind, person, area, reason, starts_at)"
            " VALUES (%s, %s, %s, 'resident', '', '', 'They hurt each other', now())",
            uuid4(),
            world.young[one].resident.pk,
            world.young[other].resident.pk,
        )

    return act


def test_an_admission_while_a_separation_is_written(committed_world: World) -> None:
    world = committed_world
    admin = world.supervisor2
    stay = approved(world, "eve", "cedar", 3)
    with sessions(world.caseworker, admin) as (first, second):
        separation(world, "ada", "eve")(first)
        assert second_after_first(first, second, admission(stay, admin)) == "separated_residents_live_apart"
    assert stay.status == "approved"


def test_a_separation_while_somebody_is_admitted(committed_world: World) -> None:
    world = committed_world
    admin = world.supervisor2
    stay = approved(world, "eve", "cedar", 3)
    with sessions(admin, world.caseworker) as (first, second):
        admission(stay, admin)(first)
        assert second_after_first(first, second, separation(world, "ada", "eve")) == "separated_residents_live_apart"
    assert stay.status == "active"


@pytest.mark.parametrize("isolation", ["REPEATABLE READ", "SERIALIZABLE"])
def test_an_admission_that_does_not_see_what_was_saved_meanwhile(committed_world: World, isolation: str) -> None:
    """Each rule asks what others have saved until now; whoever can't see that is refused."""
    world = committed_world
    stay = approved(world, "eve", "cedar", 3)
    with sessions(world.caseworker, world.supervisor2) as (first, second):
        second.looks_only_at_what_was_there(isolation)
        separation(world, "ada", "eve")(first)
        first.connection.commit()
        with pytest.raises(DatabaseError) as caught:
            second.run(
                "UPDATE facilities_placement SET status = 'active', safety_read_by_id = %s,"
                " safety_read_at = clock_timestamp(), starts_at = clock_timestamp(), admitted_by_id = %s WHERE id = %s",
                second.person.pk,
                second.person.pk,
                stay.id,
            )
            second.connection.commit()
    constraint = caught.value.__cause__.diag.constraint_name
    assert constraint == "rules_see_what_was_saved"
    assert stay.status == "approved"


def test_a_licence_that_changes_while_somebody_is_admitted(committed_world: World) -> None:
    world = committed_world
    admin = world.supervisor2
    stay = approved(world, "gwen", "maple", 0)

    def make_exclusive(session: Session) -> None:
        session.run(
            "UPDATE facilities_licence SET population = 'exclusive', population_confirmed_by_id = %s,"
            " population_document_id = %s WHERE id = %s",
            world.supervisor.pk,
            world.maple.paper.pk,
            world.maple.licence.pk,
        )

    with sessions(admin, world.supervisor) as (first, second):
        admission(stay, admin)(first)
        assert second_after_first(first, second, make_exclusive) == "home_is_for_one_population"
    assert stay.status == "active"


def test_a_designation_while_somebody_is_admitted(committed_world: World) -> None:
    world = committed_world
    admin = world.supervisor2
    stay = approved(world, "eve", "cedar", 3)
    _, changed = designate(world, "eve", "general")

    def agreement(session: Session) -> None:
        session.run(
            "UPDATE residents_populationdesignation SET standing = 'agreed', reviewed_by_id = %s, review_reason = 'Read'"
            " WHERE id = %s",
            world.supervisor.pk,
            changed,
        )

    with sessions(admin, world.supervisor) as (first, second):
        admission(stay, admin)(first)
        assert second_after_first(first, second, agreement) == "home_is_for_one_population"
    assert stay.status == "active"


@pytest.mark.parametrize("licence_first", [True, False])
def test_a_designation_while_a_licence_changes_under_the_stay(committed_world: World, licence_first: bool) -> None:
    """Each alone is right for somebody whose group is not confirmed; both together are not."""
    world = committed_world
    agree(world.supervisor2, designate(world, "gwen", "general", stage="suspected"))
    assert approved(world, "gwen", "maple", 0).admit().status == "active"

    def licence(session: Session) -> None:
        session.run(
            "UPDATE facilities_licence SET population = 'exclusive', population_confirmed_by_id = %s,"
            " population_document_id = %s WHERE id = %s",
            world.supervisor.pk,
            world.maple.paper.pk,
            world.maple.licence.pk,
        )

    def designation(session: Session) -> None:
        session.run(
            "INSERT INTO residents_populationdesignation"
            " (id, resident_id, population, stage, basis, decided_by_id, decided_at)"
            " VALUES (%s, %s, 'general', 'confirmed', 'Interview', %s, now())",
            uuid4(),
            world.gwen.resident.pk,
            world.supervisor2.pk,
        )

    acts, people = [licence, designation], [world.supervisor, world.supervisor2]
    if not licence_first:
        acts, people = acts[::-1], people[::-1]
    with sessions(*people) as (first, second):
        acts[0](first)
        assert second_after_first(first, second, acts[1]) == "home_is_for_one_population"


def test_a_change_of_an_entry_while_its_shift_is_signed(committed_world: World) -> None:
    world = committed_world

    def rewrite(session: Session) -> None:
        session.run("UPDATE residents_careentry SET outcome = 'none' WHERE id = %s", world.ada.care.pk)

    with sessions(world.staff_cedar, world.staff_cedar) as (first, second):
        first.run(
            "UPDATE facilities_shift SET signed_by_id = %s, signed_at = now(), hand_off = 'Quiet' WHERE id = %s",
            world.staff_cedar.pk,
            world.cedar.shift.pk,
        )
        assert second_after_first(first, second, rewrite) == "signed_entry_is_amended"
    assert ask("SELECT outcome FROM residents_careentry WHERE id = %s", world.ada.care.pk) == "all"


def test_admissions_that_have_nothing_to_do_with_each_other_do_not_wait(committed_world: World) -> None:
    world = committed_world
    one, other = approved(world, "eve", "cedar", 3), approved(world, "gwen", "maple", 0)
    with sessions(world.supervisor2, world.supervisor) as (first, second):
        admission(one, world.supervisor2)(first)
        second.run("SET LOCAL lock_timeout = '3s'")
        admission(other, world.supervisor)(second)
        second.connection.commit()
        first.connection.commit()
    assert (one.status, other.status) == ("active", "active")
