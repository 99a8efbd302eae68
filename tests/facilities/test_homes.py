"""Operations on homes: who may do what, and what follows from it."""

from datetime import timedelta
from typing import Any

import pytest

from placement.access.models import Membership
from placement.access.rights import AGENCY_RIGHTS, HOME_RIGHTS, Can, Role
from placement.access.visible import rights_on
from placement.audit.clock import now
from placement.database.constraints import Refused
from placement.database.context import acting_as_system
from placement.facilities import operations
from placement.facilities.models import Assignment, Bed, Facility, Licence
from residents.models import Document
from residents.operations import file_document
from tests.facilities.conftest import do
from tests.world import World, text_file

DAY = timedelta(days=1)


def licence_terms(world: World, **changed: Any) -> dict[str, Any]:
    """A licence that is right in itself, for a home without one."""
    today = world.today
    return {
        "authority": "Invented authority",
        "number": "0077",
        "capacity": 6,
        "sexes": ["female"],
        "levels": [1],
        "valid_from": today,
        "valid_to": today + 365 * DAY,
    } | changed


def new_home(world: World) -> Facility:
    """A home without anything."""
    return do(
        world.supervisor,
        operations.open_facility,
        name="Fern House",
        kind="residential",
        jurisdiction="CA",
        time_zone="America/Los_Angeles",
        address={"street": "7 Hidden Fern Lane"},
    )


def paper_of(world: World, home: Facility) -> Document:
    """A paper of ``home``, filed by another supervisor."""
    upload = text_file("licence.txt", "The licence.")
    return do(world.supervisor2, file_document, upload=upload, title="Licence", part=Document.Part.HOME, facility=home)


def test_a_new_home_has_its_groups_rights_and_a_confidential_address(world: World):
    home = new_home(world)
    assert home.address.street == "7 Hidden Fern Lane"
    assert rights_on(world.supervisor2, home) == AGENCY_RIGHTS[Role.SUPERVISOR]
    assert rights_on(world.caseworker, home) == AGENCY_RIGHTS[Role.CASEWORKER]
    assert rights_on(world.admin_cedar, home) == frozenset()
    with acting_as_system("tests"):
        operations.end_assignment(
            Assignment.objects.get(person=world.staff_cedar), at=world.now + timedelta(minutes=1), by=None
        )
    do(world.supervisor, operations.assign, world.staff_cedar, home, role=Role.STAFF)
    assert rights_on(world.staff_cedar, home) == HOME_RIGHTS[Role.STAFF]


def test_a_command_may_open_a_home_and_a_caseworker_may_not(world: World):
    fields = {"name": "X", "kind": "shelter", "jurisdiction": "TX", "time_zone": "America/Chicago"}
    with acting_as_system("tests"):
        assert operations.open_facility(**fields, by=None).address.street == ""
    with pytest.raises(Refused, match="Only a supervisor"):
        do(world.caseworker, operations.open_facility, **fields)


@pytest.mark.parametrize(
    "person", ["staff_cedar", "admin_birch", "caseworker", "inspector_cedar", "clinician", "stranger"]
)
def test_nobody_changes_a_home_without_the_right_to_it(world: World, person: str):
    home = world.cedar.facility
    for operation, arguments in [
        (operations.add_unit, (home, "Attic")),
        (operations.add_room, (world.cedar.unit, "Attic")),
        (operations.add_bed, (world.cedar.rooms[0], "Z")),
        (operations.add_exit, (home, "Hatch")),
        (operations.reopen_bed, (world.cedar.beds[3],)),
    ]:
        with pytest.raises(Facility.DoesNotExist):
            do(world.people[person], operation, *arguments)
    with pytest.raises(Facility.DoesNotExist):
        do(world.people[person], operations.end_licence, world.cedar.licence, on=world.today)
    assert not home.exits.filter(name="Hatch").exists()


@pytest.mark.parametrize("person", ["admin_cedar", "supervisor"])
def test_administrator_and_supervisor_furnish_a_home(world: World, person: str):
    by = world.people[person]
    unit = do(by, operations.add_unit, world.cedar.facility, "Attic")
    bed = do(by, operations.add_bed, do(by, operations.add_room, unit, "Room 9"), "A")
    assert bed.facility == world.cedar.facility
    with pytest.raises(Refused, match="already a bed") as refused:
        do(by, operations.add_bed, bed.room, "A")
    assert refused.value.field == "name"


def test_only_a_supervisor_with_a_paper_of_this_home_confirms_an_exclusive_population(world: World):
    home = new_home(world)
    paper = paper_of(world, home)
    licence = do(world.supervisor, operations.add_licence, home, **licence_terms(world), terms_document=paper)
    of_cedar = Document.objects.get(facility=world.cedar.facility)
    with pytest.raises(Refused, match="paper of this home"):
        do(world.supervisor, operations.confirm_exclusive_population, licence, document=of_cedar)
    own = do(
        world.supervisor, file_document, upload=text_file("a.txt", "Whom"), title="Whom", part="home", facility=home
    )
    with pytest.raises(Refused, match="filed this paper yourself") as refused:
        do(world.supervisor, operations.confirm_exclusive_population, licence, document=own)
    assert refused.value.field == "document"
    with pytest.raises(Refused, match="Only a supervisor"):
        do(
            world.admin_cedar,
            operations.confirm_exclusive_population,
            Licence.objects.get(facility=world.cedar.facility),
            document=of_cedar,
        )
    with pytest.raises(Refused, match="confirmed already"):
        do(
            world.supervisor2,
            operations.confirm_exclusive_population,
            Licence.objects.get(facility=world.cedar.facility),
            document=of_cedar,
        )
    assert Licence.objects.get(facility=world.cedar.facility).population_confirmed_by == world.supervisor


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"valid_to": "before"}, "valid_to"),
        ({"min_age": 16, "max_age": 12}, "max_age"),
        ({"population": "exclusive"}, "population_document"),
    ],
)
def test_a_wrong_licence_is_refused_next_to_its_field(world: World, changed: dict[str, Any], field: str):
    terms = licence_terms(world, **changed)
    if terms["valid_to"] == "before":
        terms["valid_to"] = terms["valid_from"] - DAY
    home = new_home(world)
    if field != "population_document":
        terms["terms_document"] = paper_of(world, home)
    with pytest.raises(Refused) as refused:
        do(world.supervisor, operations.add_licence, home, **terms)
    assert refused.value.field == field
    assert not home.licences.exists()


def test_the_next_licence_begins_after_the_old_one_is_ended(world: World):
    home = new_home(world)
    paper = paper_of(world, home)
    first = licence_terms(world, valid_to=None, terms_document=paper)
    old = do(world.supervisor, operations.add_licence, home, **first)
    later = licence_terms(world, number="0078", valid_from=world.today + 10 * DAY, terms_document=paper)
    with pytest.raises(Refused, match="Another licence"):
        do(world.supervisor, operations.add_licence, home, **later)
    do(world.supervisor, operations.end_licence, old, on=world.today + 9 * DAY)
    assert do(world.supervisor, operations.add_licence, home, **later).number == "0078"


def test_a_bed_closes_only_when_nobody_needs_it(world: World):
    taken, empty = world.cedar.beds[0], world.cedar.beds[3]
    today = world.now.astimezone(world.cedar.facility.zone).date()
    with pytest.raises(Refused, match="Somebody sleeps in this bed"):
        do(world.admin_cedar, operations.close_bed, taken, from_=today, until=None, why="Painting")
    closed = do(world.admin_cedar, operations.close_bed, empty, from_=today, until=today + DAY, why="Painting")
    assert (closed.closed_from, closed.closed_until) == (today, today + DAY)
    do(world.admin_cedar, operations.reopen_bed, closed)
    assert Bed.objects.get(pk=empty.pk).closed_from is None


def test_rights_follow_an_assignment_and_end_with_it(world: World):
    birch = world.birch.facility
    do(world.admin_birch, operations.assign, world.staff_cedar, birch, role=Role.STAFF)
    assert Can.WORK_SHIFT in rights_on(world.staff_cedar, birch)
    row = Assignment.objects.get(facility=birch, person=world.staff_cedar)
    with pytest.raises(Refused, match="already has this role"):
        do(world.admin_birch, operations.assign, world.staff_cedar, birch, role=Role.STAFF)
    with acting_as_system("tests"):
        Assignment.objects.filter(pk=row.pk).update(starts_at=world.now - DAY)
        Membership.objects.filter(person=world.staff_cedar, group__name__contains=str(birch.pk)).update(
            starts_at=world.now - DAY
        )
    do(world.admin_birch, operations.end_assignment, row, at=world.now - timedelta(minutes=1))
    assert rights_on(world.staff_cedar, birch) == frozenset()
    with pytest.raises(Refused, match="ended already"):
        do(world.admin_birch, operations.end_assignment, row, at=world.now)


def test_an_account_gets_only_the_role_it_is_for_and_only_the_agency_names_inspectors(world: World):
    home = world.cedar.facility
    with pytest.raises(Refused, match="another role"):
        do(world.admin_cedar, operations.assign, world.caseworker, home, role=Role.ADMIN)
    with pytest.raises(Refused, match="Only a supervisor"):
        do(world.admin_cedar, operations.assign, world.inspector_birch, home, role=Role.INSPECTOR)
    do(world.supervisor, operations.end_assignment, Assignment.objects.get(person=world.inspector_birch), at=now())
    do(
        world.supervisor,
        operations.assign,
        world.inspector_birch,
        home,
        role=Role.INSPECTOR,
        ends_at=world.now + 7 * DAY,
    )
    assert Can.INSPECT in rights_on(world.inspector_birch, home)
