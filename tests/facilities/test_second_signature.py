"""The second signature by PIN on the same tablet: whose it is, who stays signed in, and that nobody guesses it."""

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from placement.access.models import Person
from placement.access.operations import set_pin
from placement.database.context import acting
from residents import operations
from residents.models import MedicationCount
from tests.access.test_pins import BACK, GOOD, OTHER, OUT, SHIFT, key, passed_on, signed_in, two, who_is_in  # noqa: F401
from tests.facilities.shift_page import url
from tests.world import World


@pytest.fixture
def tablet(two: tuple[Person, Person]) -> Client:  # noqa: F811
    """The administrator has signed in on it, and passed it on to the staff member, who has written the dose."""
    staff, admin = two
    return passed_on((admin, staff))


def second(world: World) -> str:
    return url("second-on-dose", world, world.ada.dose.pk)


def test_the_second_person_signs_with_their_pin_and_the_first_stays_signed_in(world, tablet):
    assert "Second person signs here" in tablet.get(url("medication", world)).content.decode()
    page = tablet.get(second(world)).content.decode()
    assert f"PIN of {world.admin_cedar.name}" in page and "1 tablet" in page
    assert tablet.post(second(world), key(pin=OTHER))["Location"] == url("medication", world)
    dose = world.ada.dose
    dose.refresh_from_db()
    assert dose.witness == world.admin_cedar
    row = dose.history.latest("history_id")
    assert (row.history_user_id, row.history_act) == (world.admin_cedar.pk, "residents.witness_dose")
    assert who_is_in(tablet) == world.staff_cedar.name
    assert "signed by a second person already" in tablet.get(second(world)).content.decode()


def test_what_is_written_afterwards_is_of_whoever_is_signed_in(world, tablet):
    tablet.post(second(world), key(pin=OTHER))
    told = {"received": "0", "removed": "0", "moved_note": "", "counted": "9", "why": ""}
    answer = tablet.post(url("count", world, world.ada.order.pk), key(**told))
    made = MedicationCount.objects.latest("counted_at")
    assert (made.counted_by, made.history.latest("history_id").history_user_id) == (
        world.staff_cedar,
        world.staff_cedar.pk,
    )
    assert answer["Location"] == url("second-on-count", world, made.pk)  # somebody can sign at once
    assert tablet.post(answer["Location"], key(pin=OTHER))["Location"] == url("counts", world)
    made.refresh_from_db()
    assert made.witness == world.admin_cedar


def test_the_own_pin_is_no_second_person(world, tablet):
    assert "not the PIN of that person" in tablet.post(second(world), key(pin=GOOD)).content.decode()
    assert "not the PIN" in tablet.post(second(world), key(pin=GOOD, who=str(world.staff_cedar.pk))).content.decode()
    world.ada.dose.refresh_from_db()
    assert world.ada.dose.witness is None


def test_whoever_wrote_the_dose_is_not_offered(world, two):  # noqa: F811
    """The staff member wrote it and is put aside; the administrator has the tablet, and signs themselves."""
    tablet = passed_on(two)
    assert "Nobody else can sign" in tablet.get(second(world)).content.decode()
    assert "Nobody else can sign" in tablet.post(second(world), key(pin=GOOD)).content.decode()
    world.ada.dose.refresh_from_db()
    assert world.ada.dose.witness is None


def test_a_pin_signs_only_where_its_owner_has_signed_in(world, two, client_of):  # noqa: F811
    for client in (client_of(world.staff_cedar), signed_in(world.staff_cedar)):
        assert "Nobody else can sign" in client.get(second(world)).content.decode()
        client.post(second(world), key(pin=OTHER, who=str(world.admin_cedar.pk)))
    world.ada.dose.refresh_from_db()
    assert world.ada.dose.witness is None


def test_five_wrong_pins_end_it_however_they_are_spread(world, tablet):
    with time_machine.travel(timezone.now()):
        for _ in range(4):
            assert "not the PIN" in tablet.post(second(world), key(pin="000001")).content.decode()
        page = tablet.post(url("second-on-count", world, world.ada.count.pk), key(pin="000001")).content.decode()
        assert "too many wrong PINs" in page and "Nobody else can sign" in page
        assert "Nobody else can sign" in tablet.post(second(world), key(pin=OTHER)).content.decode()
    tablet.post(OUT, {"idle": "1", "next": SHIFT})
    assert "Who are you?" not in tablet.get(BACK).content.decode()  # they do not come back with it either
    world.ada.dose.refresh_from_db()
    assert world.ada.dose.witness is None


def test_wrong_pins_here_count_for_coming_back(world, tablet):
    for _ in range(3):
        tablet.post(second(world), key(pin="000001"))
    tablet.post(OUT, {"idle": "1", "next": SHIFT})
    who = str(world.admin_cedar.pk)
    for _ in range(2):
        tablet.post(BACK, key(pin="000001", who=who))
    assert "Who are you?" not in tablet.get(BACK).content.decode()


@pytest.mark.parametrize("how", ["barred", "of another home"])
def test_somebody_who_does_not_care_for_the_young_person_does_not_sign(world, two, acting_as, how):  # noqa: F811
    other = world.admin_cedar if how == "barred" else world.staff_birch
    if how == "barred":
        with acting(world.supervisor.pk, world.supervisor.name):
            operations.bar_from_record(world.ada.resident, other, reason="A cousin", by=world.supervisor)
    else:
        with acting_as(other):
            set_pin(other, OTHER, by=other)
    tablet = passed_on((other, world.staff_cedar))
    page = tablet.post(second(world), key(pin=OTHER)).content.decode()
    assert "does not care for this young person" in page
    world.ada.dose.refresh_from_db()
    assert world.ada.dose.witness is None
    assert who_is_in(tablet) == world.staff_cedar.name


def test_the_same_press_twice_signs_once(world, tablet):
    told = key(pin=OTHER)
    for _ in range(2):
        assert tablet.post(second(world), told)["Location"] == url("medication", world)


def test_a_pin_that_was_typed_is_never_kept(world, tablet):
    """The screen locks itself while the PIN stands in the box."""
    told = {"idle": "1", "next": SHIFT, "kept_to": second(world), "pin": OTHER, "who": "x"}
    tablet.post(OUT, told)
    assert OTHER not in str(tablet.session.items())
