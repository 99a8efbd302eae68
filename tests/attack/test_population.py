"""Invariant 2: who may live in a home follows from its licence and the confirmed population, from both sides."""

from datetime import timedelta

import pytest
from django.utils import timezone

from placement.access.models import Person
from placement.database.context import acting
from placement.facilities.models import Licence, Override
from residents.models import PopulationDesignation
from tests.attack.sql import Stay, ask, change, insert, refused
from tests.world import World

DAY = timedelta(days=1)


def designate(world: World, young: str, population: str, stage: str = "confirmed") -> tuple:
    by = world.young[young].caseload.caseworker
    with acting(by.pk, by.name):
        return PopulationDesignation, insert(
            PopulationDesignation,
            resident_id=world.young[young].resident.pk,
            population=population,
            stage=stage,
            basis="Interview",
            decided_by_id=by.pk,
            decided_at=timezone.now(),
        )


def agree(by: Person, designation: tuple, standing: str = "agreed") -> None:
    with acting(by.pk, by.name):
        changed = change(
            designation,
            standing=standing,
            reviewed_by_id=by.pk,
            reviewed_at=timezone.now(),
            review_reason="Read the interview",
        )
    assert changed == 1


def ask_exception(world: World, young: str, home: str, kind: str, by: Person, expires_at: object) -> tuple:
    with acting(by.pk, by.name):
        return Override, insert(
            Override,
            resident_id=world.young[young].resident.pk,
            facility_id=world.homes[home].facility.pk,
            kind=kind,
            reason="No other home",
            expires_at=expires_at,
            status="proposed",
            proposed_by_id=by.pk,
            proposed_at=world.now - 2 * DAY,
            decision_reason="",
        )


def approve_exception(world: World, override: tuple, by: Person) -> None:
    with acting(by.pk, by.name):
        changed = change(
            override, status="approved", decided_by_id=by.pk, decided_at=world.now, decision_reason="right"
        )
    assert changed == 1


def test_an_exclusive_home_takes_nobody_of_another_population(world: World) -> None:
    stay = Stay(world, "gwen", "cedar", 3).propose(world.now).approve()
    with refused("home_is_for_one_population"):
        stay.admit()
    agree(world.supervisor2, designate(world, "gwen", "trafficked"))
    assert stay.admit().status == "active"


def test_whoever_lives_in_an_exclusive_home_is_not_redesignated(world: World) -> None:
    changed = designate(world, "ada", "general")
    with refused("home_is_for_one_population"):
        agree(world.supervisor, changed)
    agree(world.supervisor, designate(world, "eve", "general"))
    agree(world.supervisor, changed, standing="declined")
    designate(world, "ada", "trafficked")


@pytest.mark.parametrize(
    ("population", "stage"),
    [("trafficked", "screened"), ("trafficked", "suspected"), ("general", "confirmed"), ("runaway", "screened")],
)
def test_one_person_alone_does_not_take_back_what_is_confirmed(world: World, population: str, stage: str) -> None:
    taken_back = designate(world, "eve", population, stage)
    stay = Stay(world, "eve", "harbor", 0).propose(world.now).approve()
    with refused("protected_population_is_not_mixed"):
        stay.admit()
    with refused("designation_agreed_by_another"):
        agree(world.caseworker, taken_back)
    with refused("signature_is_own"), acting(world.caseworker.pk, world.caseworker.name):
        change(
            taken_back,
            standing="agreed",
            reviewed_by_id=world.supervisor.pk,
            reviewed_at=world.now,
            review_reason="x",
        )
    with acting(world.caseworker.pk, world.caseworker.name):
        with refused("designation_review_is_signed"):
            change(taken_back, standing="agreed")
        for values in ({"standing": "counts"}, {"standing": "agreed", "basis": "x"}):
            with refused("designation_is_kept"):
                change(taken_back, **values)
    agree(world.supervisor, taken_back, standing="declined")
    with refused("designation_is_kept"):
        agree(world.supervisor, taken_back)
    with refused("protected_population_is_not_mixed"):
        stay.admit()
    agree(world.supervisor, designate(world, "eve", population, stage))
    assert stay.admit().status == "active"


def test_a_designation_says_itself_neither_that_it_counts_nor_that_somebody_agreed(world: World) -> None:
    with acting(world.caseworker.pk, world.caseworker.name):
        row = insert(
            PopulationDesignation,
            resident_id=world.eve.resident.pk,
            population="general",
            stage="confirmed",
            basis="Interview",
            decided_by_id=world.caseworker.pk,
            decided_at=timezone.now(),
            standing="counts",
        )
    assert ask("SELECT standing FROM residents_populationdesignation WHERE id = %s", row) == "waiting"


@pytest.mark.parametrize(("home", "kind"), [("maple", "population"), ("harbor", "population"), ("alder", "foster")])
def test_another_home_takes_the_protected_population_only_by_an_exception_in_force(
    world: World, home: str, kind: str
) -> None:
    name = "foster_care_is_the_exception" if kind == "foster" else "protected_population_is_not_mixed"
    stay = Stay(world, "eve", home, 0).propose(world.now - DAY).approve()
    with refused(name):
        stay.admit()
    override = ask_exception(world, "eve", home, kind, world.caseworker, world.now + DAY)
    with refused(name):
        stay.admit()
    approve_exception(world, override, world.supervisor)
    assert stay.admit().status == "active"


def test_an_exception_counts_for_its_home_its_kind_its_resident_and_its_time(world: World) -> None:
    stay = Stay(world, "eve", "maple", 0).propose(world.now - DAY).approve()
    for young, home, kind, expires_at in [
        ("eve", "harbor", "population", world.now + DAY),
        ("eve", "maple", "foster", world.now + DAY),
        ("fay", "maple", "population", world.now + DAY),
        ("eve", "maple", "population", world.now - DAY),
    ]:
        override = ask_exception(world, young, home, kind, world.caseworker, expires_at)
        approve_exception(world, override, world.supervisor)
        with refused("protected_population_is_not_mixed"):
            stay.admit()
    override = ask_exception(world, "eve", "maple", "population", world.caseworker, world.now + DAY)
    approve_exception(world, override, world.supervisor)
    assert stay.admit().status == "active"


def test_a_suspicion_does_not_make_the_protected_population(world: World) -> None:
    agree(world.supervisor, designate(world, "eve", "trafficked", stage="suspected"))
    stay = Stay(world, "eve", "maple", 0).propose(world.now).approve()
    assert stay.admit().status == "active"
    with refused("protected_population_is_not_mixed"):
        designate(world, "eve", "trafficked")


def test_a_licence_does_not_change_its_population_under_a_stay(world: World) -> None:
    with acting(world.supervisor.pk, world.supervisor.name):
        with refused("protected_population_is_not_mixed"):
            change(world.cedar.licence, population="general")
        with refused("protected_population_is_not_mixed"):
            change(world.cedar.licence, population="shelter")
        with refused("foster_care_is_the_exception"):
            change(world.cedar.licence, population="foster")
        assert change(world.maple.licence, population="shelter") == 1


def test_a_licence_does_not_become_exclusive_over_somebody_else(world: World) -> None:
    stay = Stay(world, "gwen", "maple", 0).propose(world.now).approve()
    assert stay.admit().status == "active"
    exclusive = {
        "population": "exclusive",
        "population_confirmed_by_id": world.supervisor.pk,
        "population_document_id": world.maple.paper.pk,
    }
    with acting(world.supervisor.pk, world.supervisor.name):
        with refused("home_is_for_one_population"):
            change(world.maple.licence, **exclusive)
        stay.end(world.now + timedelta(minutes=1))
        assert change(world.maple.licence, **exclusive) == 1


def test_a_second_licence_does_not_open_a_home_to_others(world: World) -> None:
    yesterday = world.today - DAY
    rows = {
        "facility_id": world.cedar.facility.pk,
        "authority": "CA licensing",
        "jurisdiction": "CA",
        "status": "licensed",
        "population": "general",
        "capacity": 9,
        "min_age": 0,
        "max_age": 17,
        "sexes": ["female"],
        "levels": [2],
        "terms_confirmed_by_id": world.supervisor.pk,
        "terms_document_id": world.cedar.paper.pk,
    }
    with acting(world.supervisor.pk, world.supervisor.name):
        with refused("one_licence_at_a_time"):
            insert(Licence, number="L-2", valid_from=yesterday, valid_to=None, **rows)
        assert change(world.cedar.licence, valid_to=yesterday) == 1
        with refused("protected_population_is_not_mixed"):
            insert(Licence, number="L-3", valid_from=yesterday + DAY, valid_to=None, **rows)


def test_a_licence_does_not_move_to_another_home(world: World) -> None:
    with acting(world.supervisor.pk, world.supervisor.name):
        change(world.maple.licence, valid_to=world.today - 2 * DAY)
        change(world.cedar.licence, valid_from=world.today - DAY)
        with refused("licence_stays_with_its_home"):
            change(world.cedar.licence, facility_id=world.maple.facility.pk)


def test_nobody_but_a_named_person_with_a_paper_makes_a_home_exclusive(world: World) -> None:
    paper = world.maple.paper.pk
    with acting(world.supervisor.pk, world.supervisor.name):
        with refused("exclusive_population_is_confirmed"):
            change(world.maple.licence, population="exclusive")
        with refused("exclusive_population_is_confirmed"):
            change(world.maple.licence, population="exclusive", population_document_id=paper)
        with refused("signature_is_own"):
            change(
                world.maple.licence,
                population="exclusive",
                population_document_id=paper,
                population_confirmed_by_id=world.supervisor2.pk,
            )
        assert change(
            world.maple.licence,
            population="exclusive",
            population_document_id=paper,
            population_confirmed_by_id=world.supervisor.pk,
        )


def test_a_designation_stays_as_it_was_written(world: World) -> None:
    row = PopulationDesignation.objects.filter(resident=world.ada.resident).get()
    with acting(world.caseworker.pk, world.caseworker.name):
        for values in (
            {"population": "general"},
            {"stage": "screened"},
            {"decided_at": world.now - DAY},
            {"basis": "x"},
        ):
            with refused("designation_is_kept"):
                change(row, **values)
    assert ask("SELECT count(*) FROM residents_populationdesignation WHERE resident_id = %s", row.resident_id) == 1
