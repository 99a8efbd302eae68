"""A licence allows more, and a waiver counts, only with a paper that one person filed and a supervisor confirmed."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from placement.access.models import Person
from placement.database.context import acting, acting_as_system
from placement.facilities.models import Licence, Waiver
from residents import operations as residents
from residents.models import Document
from tests.attack.sql import Stay, change, insert, refused
from tests.world import World, text_file

DAY = timedelta(days=1)
WIDER = [
    {"capacity": 5},
    {"min_age": 9},
    {"max_age": 18},
    {"sexes": ["female", "nonbinary", "male"]},
    {"levels": [1, 2, 3, 4]},
    {"valid_to": None},
]


def with_paper(by: Person, paper: UUID) -> dict[str, Any]:
    return {"terms_confirmed_by_id": by.pk, "terms_document_id": paper}


def own_paper(world: World, home: str = "cedar") -> UUID:
    """A paper of a home that the supervisor filed alone."""
    with acting(world.supervisor.pk, world.supervisor.name):
        return residents.file_document(
            upload=text_file("more.txt", "Twenty places."),
            title="More",
            part=Document.Part.HOME,
            facility=world.homes[home].facility,
            by=world.supervisor,
        ).pk


@pytest.mark.parametrize("values", WIDER)
def test_nobody_alone_lets_a_licence_allow_more(world: World, values: dict[str, Any]) -> None:
    licence, paper = world.cedar.licence, world.cedar.paper.pk
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        for signed in ({}, with_paper(world.admin_cedar, paper), with_paper(world.supervisor, paper)):
            with refused("wider_licence_is_confirmed"):
                change(licence, **values, **signed)
    alone = own_paper(world)
    with acting(world.supervisor.pk, world.supervisor.name):
        for other in (None, alone, world.birch.paper.pk, world.ada.document.pk):
            with refused("wider_licence_is_confirmed"):
                change(licence, **values, **with_paper(world.supervisor, other))
        assert change(licence, **values, **with_paper(world.supervisor, paper)) == 1


def test_what_allows_less_counts_at_once_and_is_not_taken_back_alone(world: World) -> None:
    licence = world.cedar.licence
    less = {"capacity": 3, "min_age": 12, "max_age": 16, "sexes": ["female"], "levels": [2]}
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        assert change(licence, **less) == 1
        with refused("wider_licence_is_confirmed"):
            change(licence, capacity=4)


def test_a_new_licence_counts_only_when_it_is_confirmed(world: World) -> None:
    today = world.today
    row = {
        "facility_id": world.maple.facility.pk,
        "authority": "CA licensing",
        "number": "L-wide",
        "jurisdiction": "CA",
        "population": "general",
        "capacity": 99,
        "min_age": 0,
        "max_age": 25,
        "sexes": ["female", "male"],
        "levels": [1, 5],
        "valid_from": today + 10 * DAY,
    }
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        assert change(world.maple.licence, valid_to=today + 9 * DAY) == 1
        with refused("wider_licence_is_confirmed"):
            insert(Licence, status="licensed", **row)
        new = Licence, insert(Licence, status="pending", **row)
        with refused("wider_licence_is_confirmed"):
            change(new, status="licensed")
    with acting(world.supervisor.pk, world.supervisor.name):
        assert change(new, status="licensed", **with_paper(world.supervisor, world.maple.paper.pk)) == 1


def test_the_file_of_the_authority_may_say_more(world: World) -> None:
    with acting_as_system("import_facilities"):
        assert change(world.cedar.licence, capacity=20) == 1


def waiver(world: World, **values: Any) -> tuple:
    return Waiver, insert(
        Waiver,
        **{
            "licence_id": world.cedar.licence.pk,
            "kind": "capacity",
            "text": "letter",
            "starts_on": world.today - DAY,
            "ends_on": world.today + DAY,
            "document_id": world.cedar.paper.pk,
        }
        | values,
    )


def test_a_waiver_counts_when_a_supervisor_confirmed_it(world: World) -> None:
    with acting(world.supervisor.pk, world.supervisor.name):
        assert change(world.cedar.licence, capacity=2) == 1
    stay = Stay(world, "eve", "cedar", 3).propose(world.now - timedelta(hours=1)).approve()
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        row = waiver(world)
        for values in ({"confirmed_at": world.now}, {"confirmed_by_id": world.admin_cedar.pk}):
            with refused("waiver_is_confirmed_with_paper"):
                change(row, **values)
            with refused("waiver_is_confirmed_with_paper"):
                waiver(world, **values)
        with refused("waiver_is_kept"):
            change(row, ends_on=world.today + 99 * DAY)
    with refused("licence_capacity_holds"):
        stay.admit()
    with acting(world.supervisor.pk, world.supervisor.name):
        assert change(row, confirmed_by_id=world.supervisor.pk) == 1
        for values in ({"ends_on": world.today + 99 * DAY}, {"kind": "age"}, {"confirmed_at": world.now}):
            with refused("waiver_is_kept"):
                change(row, **values)
    assert stay.admit().status == "active"


def test_whoever_filed_the_paper_does_not_confirm_the_waiver(world: World) -> None:
    alone = own_paper(world)
    with acting(world.supervisor.pk, world.supervisor.name):
        for paper in (alone, None, world.birch.paper.pk):
            row = waiver(world, document_id=paper)
            with refused("waiver_is_confirmed_with_paper"):
                change(row, confirmed_by_id=world.supervisor.pk)


def test_whoever_filed_the_paper_does_not_confirm_whom_a_home_serves(world: World) -> None:
    licence, alone = world.maple.licence, own_paper(world, "maple")
    signed = {"population": "exclusive", "population_confirmed_by_id": world.supervisor.pk}
    with acting(world.supervisor.pk, world.supervisor.name):
        for paper in (alone, world.cedar.paper.pk, world.ada.document.pk):
            with refused("exclusive_population_has_paper"):
                change(licence, population_document_id=paper, **signed)
        assert change(licence, population_document_id=world.maple.paper.pk, **signed) == 1
        with refused("exclusive_population_has_paper"):
            change(licence, population_document_id=alone)
