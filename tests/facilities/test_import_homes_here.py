"""Files about homes that are here already: renewed licences, and rows that the database refuses."""

from datetime import date

from placement.database.context import acting_as_system
from placement.facilities import operations
from placement.facilities.imports.homes import CALIFORNIA
from placement.facilities.models import Facility, Licence
from placement.facilities.operations.licences import LIVES_THERE
from tests.attack.sql import Stay
from tests.facilities.licensing_files import licence, refused, run
from tests.world import World

OVERLAP = "Another licence of this home covers part of that time."
RENEWED = date(2016, 1, 1)


def give_licences(home: Facility, *numbers: str) -> None:
    """Give the home two licences of California, one after the other; the newer begins on ``RENEWED``."""
    for number, begins, ends in zip(numbers, (date(2010, 1, 1), RENEWED), (date(2015, 12, 31), None), strict=True):
        operations.add_licence(
            home,
            authority=CALIFORNIA.authority,
            number=number,
            capacity=6,
            sexes=["female"],
            levels=[1],
            valid_from=begins,
            valid_to=ends,
            by=None,
        )


def home_by_hand(*numbers: str) -> Facility:
    """Return a home of California that was entered by hand, with two licences."""
    with acting_as_system("tests"):
        home = operations.open_facility(
            name="By hand", kind="residential", jurisdiction="CA", time_zone="America/Los_Angeles", by=None
        )
        give_licences(home, *numbers)
    return home


def test_a_renewal_keeps_the_day_on_which_it_begins(world: World):
    home = home_by_hand("019800042", "019800042")
    dry, done = run("ca-ccld", "ca-bulk.csv"), run("ca-ccld", "ca-bulk.csv", "--apply")
    assert dry == done
    assert (done["created"], done["updated"]) == (10, 1)
    assert Facility.objects.get(pk=home.pk).name == "HERON HOUSE"
    assert list(home.licences.order_by("valid_from").values_list("valid_from", flat=True)) == [
        date(2010, 1, 1),
        RENEWED,
    ]
    assert run("ca-ccld", "ca-bulk.csv", "--apply")["unchanged"] == 11


def test_a_row_that_the_database_refuses_is_named_and_the_rest_goes_in(world: World):
    other = home_by_hand("019800001", "019800042")
    Stay(world, "gwen", "maple", 0).propose(world.now).approve().admit()
    with acting_as_system("tests"):
        Licence.objects.filter(pk=world.maple.licence.pk).update(authority=CALIFORNIA.authority, number="019800046")
    before = Facility.objects.count()
    dry = run("ca-ccld", "ca-bulk.csv")
    assert Facility.objects.count() == before
    assert run("ca-ccld", "ca-bulk.csv", "--apply") == dry
    reasons = refused(dry)
    assert (reasons[2], reasons[6], len(reasons)) == (OVERLAP, LIVES_THERE, 11)
    assert [entry["line"] for entry in dry["refused"]] == sorted(reasons)
    assert (dry["created"], Facility.objects.count() - before) == (9, 9)
    assert dry["missing"] == [], "the file lists the home under the number of its newer licence"
    assert licence("019800052").facility.address.administrator == "INVENTED, PAT"
    for home, name in ((other, "By hand"), (world.maple.facility, world.maple.facility.name)):
        assert Facility.objects.get(pk=home.pk).name == name, "nothing of a refused row is taken"
        assert not home.outside_inspections.exists()
