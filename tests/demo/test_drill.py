"""The drill finds a planted address wherever one shows, finds none in the product, and leaves nothing behind."""

import pytest
from django.db import connection

from placement.access.models import Person
from placement.demo import drill
from placement.facilities.models import AddressShown, Facility, FacilityAddress
from tests.world import World


def search(world: World, *people: Person) -> drill.Found:
    return drill.search(people, planter=world.supervisor, each=1, progress=iter)


def test_no_page_shows_a_planted_address_and_nothing_stays(world: World) -> None:
    found = search(world, world.supervisor)
    assert found.leaks == []
    assert found.opened > 40
    assert FacilityAddress.objects.get(facility=world.cedar.facility).street == "1 Hidden Cedar Lane"
    assert not AddressShown.objects.exists()


def test_it_sees_where_the_database_shows_nothing_to_tests_either(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.tests', 'off', false)")
        try:
            assert search(world, world.stranger).leaks == []
        finally:
            cursor.execute("SELECT set_config('app.tests', 'on', false)")


def test_an_address_in_another_field_is_found_with_who_is_shown_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = drill.plant

    def careless(planter: Person) -> list[str]:
        texts = planted(planter)
        with drill.acting(planter.pk, planter.name):
            Facility.objects.filter(pk=world.cedar.facility.pk).update(region="near Canarystreet0x")
        return texts

    monkeypatch.setattr(drill, "plant", careless)
    leaks = search(world, world.staff_cedar, world.stranger).leaks
    assert {leak.what for leak in leaks} == {"Canarystreet0x"}
    assert {leak.who for leak in leaks} == {world.staff_cedar.username, "nobody"}
    assert "table facilities_facility" in {leak.where for leak in leaks}


def test_a_drill_that_cannot_see_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drill, "plant", lambda planter: ["Canarynowhere"])
    with pytest.raises(drill.Blind):
        search(world, world.supervisor)
