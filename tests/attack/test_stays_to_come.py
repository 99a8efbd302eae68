"""Invariants 2 and 4 hold for the whole time of a stay: what begins later under it is refused in every order of writes."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from placement.database.context import acting
from placement.facilities.models import Licence
from tests.attack.sql import Stay, change, insert, refused
from tests.attack.test_population import agree, approve_exception, ask_exception, designate
from tests.attack.test_separations import separate
from tests.world import World

DAY = timedelta(days=1)


def next_licence(world: World, home: str, population: str, in_days: int) -> UUID:
    """The home's licence ends the day before, and another one begins: as two statements."""
    today, licence = world.today, world.homes[home].licence
    row: dict[str, Any] = {
        "facility_id": licence.facility_id,
        "authority": "CA licensing",
        "number": "L-next",
        "jurisdiction": "CA",
        "status": "licensed",
        "population": population,
        "capacity": 9,
        "min_age": 0,
        "max_age": 17,
        "sexes": ["female"],
        "levels": [2],
        "terms_confirmed_by_id": world.supervisor.pk,
        "terms_document_id": world.homes[home].paper.pk,
        "valid_from": today + in_days * DAY,
        "valid_to": None,
    }
    if population == "exclusive":
        row["population_confirmed_by_id"] = world.supervisor.pk
        row["population_document_id"] = world.homes[home].paper.pk
    with acting(world.supervisor.pk, world.supervisor.name):
        change(licence, valid_to=today + (in_days - 1) * DAY)
        return insert(Licence, **row)


def live_in(world: World, young: str, home: str, bed: int, until: timedelta | None = None) -> Stay:
    ends_at = world.now + until if until else None
    return Stay(world, young, home, bed).propose(world.now, ends_at).approve().admit()


def excepted(world: World, young: str, home: str, kind: str, until: timedelta) -> None:
    asked = ask_exception(world, young, home, kind, world.young[young].caseload.caseworker, world.now + until)
    approve_exception(world, asked, world.supervisor2 if young == "gwen" else world.supervisor)


@pytest.mark.parametrize(
    ("population", "name"),
    [
        ("general", "protected_population_is_not_mixed"),
        ("shelter", "protected_population_is_not_mixed"),
        ("foster", "foster_care_is_the_exception"),
    ],
)
def test_a_licence_to_come_does_not_open_the_home_under_a_stay(world: World, population: str, name: str) -> None:
    with refused(name):
        next_licence(world, "cedar", population, 11)
    assert next_licence(world, "cedar", "exclusive", 11)


def test_a_licence_to_come_does_not_shut_the_home_over_somebody_else(world: World) -> None:
    live_in(world, "gwen", "maple", 0)
    with refused("home_is_for_one_population"):
        next_licence(world, "maple", "exclusive", 11)
    assert next_licence(world, "maple", "shelter", 11)


def test_whoever_leaves_before_the_next_licence_may_stay_until_then(world: World) -> None:
    stay = live_in(world, "gwen", "maple", 0, until=5 * DAY)
    assert next_licence(world, "maple", "exclusive", 11)
    with acting(world.supervisor2.pk, world.supervisor2.name):
        for longer in (None, world.now + 20 * DAY):
            with refused("home_is_for_one_population"):
                stay.set(ends_at=longer)
        assert stay.set(ends_at=world.now + 7 * DAY) == 1


def test_an_admission_into_a_home_that_will_be_of_another_population(world: World) -> None:
    next_licence(world, "maple", "exclusive", 11)
    stay = Stay(world, "gwen", "maple", 0).propose(world.now).approve()
    with refused("home_is_for_one_population"):
        stay.admit()
    assert live_in(world, "gwen", "maple", 1, until=5 * DAY).status == "active"


def test_a_licence_to_come_is_not_brought_forward_into_a_stay(world: World) -> None:
    live_in(world, "gwen", "maple", 0, until=5 * DAY)
    row = next_licence(world, "maple", "exclusive", 11)
    with acting(world.supervisor.pk, world.supervisor.name):
        change(world.maple.licence, valid_to=world.today + DAY)
        with refused("home_is_for_one_population"):
            change((Licence, row), valid_from=world.today + 2 * DAY)
        assert change((Licence, row), valid_from=world.today + 7 * DAY) == 1


def test_an_exception_must_reach_the_licence_to_come(world: World) -> None:
    for young in ("ada", "bea"):
        excepted(world, young, "cedar", "population", until=5 * DAY)
    with refused("protected_population_is_not_mixed"):
        next_licence(world, "cedar", "general", 11)
    for young in ("ada", "bea"):
        excepted(world, young, "cedar", "population", until=30 * DAY)
    assert next_licence(world, "cedar", "general", 11)


def test_a_designation_meets_the_licence_to_come(world: World) -> None:
    agree(world.supervisor, designate(world, "eve", "trafficked", stage="suspected"))
    live_in(world, "eve", "cedar", 3)
    for young in ("ada", "bea"):
        excepted(world, young, "cedar", "population", until=30 * DAY)
    assert next_licence(world, "cedar", "general", 11)
    with refused("protected_population_is_not_mixed"):
        designate(world, "eve", "trafficked")
    excepted(world, "eve", "cedar", "population", until=30 * DAY)
    designate(world, "eve", "trafficked")


def test_a_home_that_turns_into_a_foster_home_needs_the_exception(world: World) -> None:
    stay = live_in(world, "gwen", "maple", 0)
    with acting(world.supervisor.pk, world.supervisor.name):
        with refused("foster_care_is_the_exception"):
            change(world.maple.facility, kind="foster")
        assert change(world.maple.facility, kind="shelter") == 1
        stay.end(world.now + timedelta(minutes=1))
        assert change(world.maple.facility, kind="foster") == 1
    again = Stay(world, "gwen", "maple", 1).propose(world.now + timedelta(minutes=1)).approve()
    with refused("foster_care_is_the_exception"):
        again.admit()
    excepted(world, "gwen", "maple", "foster", until=5 * DAY)
    assert again.admit().status == "active"


def test_a_stay_is_not_made_longer_into_a_separation(world: World) -> None:
    stay = live_in(world, "eve", "cedar", 3, until=5 * DAY)
    separate(world, "eve", "ada", world.now + 9 * DAY)
    with acting(world.supervisor.pk, world.supervisor.name):
        for longer in (None, world.now + 10 * DAY):
            with refused("separated_residents_live_apart"):
                stay.set(ends_at=longer)
        assert stay.set(ends_at=world.now + 8 * DAY) == 1
    with acting(world.caseworker.pk, world.caseworker.name), refused("stay_is_extended_by_another"):
        stay.set(ends_at=world.now + 9 * DAY)


def test_an_approved_stay_is_held_against_separations_where_it_begins_in_the_end(world: World) -> None:
    separate(world, "eve", "ada", world.now - DAY, world.now + 9 * DAY)
    stay = Stay(world, "eve", "cedar", 3).propose(world.now + 10 * DAY).approve()
    with refused("separated_residents_live_apart"):
        stay.admit_now()


def test_a_planned_end_that_passed_is_no_end(world: World) -> None:
    with acting(world.caseworker.pk, world.caseworker.name):
        change(world.ada.stay, ends_at=world.now - timedelta(hours=1))
        change(world.cedar.licence, capacity=2)
    for young, home, bed, name in [
        ("eve", "cedar", 0, "bed_holds_one_resident"),
        ("eve", "cedar", 3, "licence_capacity_holds"),
        ("ada", "birch", 2, "resident_is_in_one_bed"),
    ]:
        stay = Stay(world, young, home, bed).propose(world.now).approve()
        with refused(name):
            stay.admit()
    with acting(world.supervisor.pk, world.supervisor.name):
        paper = {"terms_confirmed_by_id": world.supervisor.pk, "terms_document_id": world.cedar.paper.pk}
        change(world.cedar.licence, capacity=4, **paper)
    separate(world, "eve", "ada", world.now - DAY)
    stay = Stay(world, "eve", "cedar", 2).propose(world.now).approve()
    with refused("separated_residents_live_apart"):
        stay.admit()
    first = Stay(world, "ada", "cedar", 0)
    first.id = world.ada.stay.pk
    first.end(world.now)
    assert stay.admit_now().status == "active"
