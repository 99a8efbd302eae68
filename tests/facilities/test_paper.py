"""The sheet for a night without computer: what the hands need, by code, and in the access log as printed."""

from placement.access.models import AccessLogEntry
from residents import operations as residents
from tests.facilities.home_pages import queries_for, text_of
from tests.facilities.shift_page import fill, url


def test_it_says_what_the_night_needs_by_code(world, client_of, acting_as):
    with acting_as(world.caseworker):
        residents.add_outside_person(
            world.ada.resident,
            name="A stranger",
            relation="none",
            permission="prohibited",
            order="JC-1",
            by=world.caseworker,
        )
    page = text_of(client_of(world.staff_cedar), url("shift-paper", world))
    for words in ("W-1", "W-2", "Hidden allergy of ada", "Hidden, aunt", "look was due"):
        assert words in page
    for words in ("Ada", "Bea", "A stranger", "Hidden Cedar Lane", "W-3", "Secretname", "Hidden aunt of ada"):
        assert words not in page


def test_names_stand_on_it_only_where_that_was_chosen(world, client_of):
    page = text_of(client_of(world.staff_cedar), url("shift-paper", world) + "?names=1")
    assert "Ada, W-1" in page and "Hidden aunt of ada, aunt" in page  # a family name would tell whose the code is


def test_each_young_person_on_it_is_logged_as_printed(world, client_of):
    text_of(client_of(world.staff_cedar), url("shift-paper", world))
    logged = AccessLogEntry.objects.filter(page="facilities:shift-paper", outcome="exported")
    assert set(logged.exclude(resident_id=None).values_list("resident_id", flat=True)) == {
        world.ada.resident.pk,
        world.bea.resident.pk,
    }


def test_a_barred_colleague_does_not_print_the_record(world, client_of, acting_as):
    with acting_as(world.supervisor):
        residents.bar_from_record(world.ada.resident, world.staff_cedar, reason="A cousin", by=world.supervisor)
    page = text_of(client_of(world.staff_cedar), url("shift-paper", world))
    assert "W-2" in page and "W-1<" not in page and "Hidden allergy of ada" not in page


def test_who_works_elsewhere_finds_nothing(world, client_of):
    for person in (world.staff_birch, world.caseworker, world.inspector_cedar, world.supervisor):
        assert client_of(person).get(url("shift-paper", world)).status_code == 404


def test_it_costs_the_same_for_two_and_for_twelve(world, client_of, acting_as):
    staff, address = client_of(world.staff_cedar), url("shift-paper", world)
    few = queries_for(staff, address)
    fill(world, acting_as, 10)
    assert queries_for(staff, address) == few
