"""Files about homes that are here already: entered by hand, with renewed licences, or such that a row is refused."""

from datetime import date

import pytest
from django.urls import reverse

from placement.database.context import acting_as_system
from placement.facilities import operations
from placement.facilities.imports.homes import CALIFORNIA, TEXAS
from placement.facilities.models import Facility, Licence
from placement.facilities.operations.licences import LIVES_THERE
from placement.ui.moments import DATE_FORMAT
from residents import operations as residents
from tests.attack.sql import Stay
from tests.facilities.conftest import do
from tests.facilities.home_pages import Browser, post, text_of, today, url
from tests.facilities.licensing_files import licence, refused, run
from tests.world import World, text_file

LICENCE = {
    "population": "general",
    "capacity": "6",
    "min_age": "10",
    "max_age": "17",
    "sexes": ["female"],
    "levels": ["1"],
}
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


def test_a_home_that_was_entered_by_hand_is_found_by_its_number(world: World, client_of: Browser):
    client = client_of(world.supervisor)
    new = {"name": "By hand", "kind": "residential", "jurisdiction": "CA", "time_zone": "America/Los_Angeles"}
    new |= {"street": "1 Lane", "city": "Town", "postcode": "90001"}
    assert post(client, reverse("facilities:new"), new).status_code == 302
    home = Facility.objects.get(name="By hand")
    paper = do(
        world.supervisor2,
        residents.file_document,
        upload=text_file("licence.txt", "The licence of this home."),
        title="Licence",
        part="home",
        facility=home,
    )
    form = client.get(url("add-licence", home)).context["form"]
    values = LICENCE | {"authority": form["authority"].value(), "terms_document": str(paper.pk)}
    values |= {"number": "019800042", "valid_from": f"{today(world):{DATE_FORMAT}}"}
    assert post(client, url("add-licence", home), values).status_code == 302
    document = run("ca-ccld", "ca-bulk.csv", "--apply")
    assert (document["created"], document["updated"]) == (10, 1)
    assert licence("019800042").facility.pk == home.pk


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("california  community care licensing", CALIFORNIA.authority),
        ("County of Arroyo", "County of Arroyo"),
    ],
)
def test_the_form_offers_the_names_of_the_files_and_takes_others(
    world: World, client_of: Browser, typed: str, kept: str
):
    home, client = world.birch.facility, client_of(world.admin_birch)
    page = text_of(client, url("add-licence", home))
    assert f'value="{TEXAS.authority}"' in page.split("<datalist")[0]
    assert [f'<option value="{source.authority}">' in page for source in (CALIFORNIA, TEXAS)] == [True, True]
    sent = post(client, url("add-licence", home), LICENCE | {"authority": typed})
    assert sent.context["form"].cleaned_data["authority"] == kept
