"""The hand-off says what is open, asks about it where somebody is not found, and keeps the list."""

import uuid
from datetime import datetime, time, timedelta

import pytest

from placement.audit.clock import now
from placement.database.constraints import Refused
from placement.database.context import acting
from placement.facilities import operations
from placement.facilities.models import Shift
from placement.facilities.queries.hand_off import left_open
from placement.facilities.queries.rounds import meals_over
from residents import operations as residents
from residents.models import CareEntry
from tests.facilities.conftest import do
from tests.facilities.shift_page import LA, url
from tests.world import World


def log(world: World, key: str, kind: str, outcome: str, at: datetime | None = None) -> None:
    do(
        world.staff_cedar,
        residents.log_care,
        world.young[key].resident,
        facility=world.cedar.facility,
        shift=None if at else world.cedar.shift,
        kind=kind,
        outcome=outcome,
        happened_at=at or now() - timedelta(minutes=1),
    )


def sign(client, world: World, **more):
    data = {"form_key": str(uuid.uuid4()), "hand_off": "All calm."} | more
    return client.post(url("hand-off", world, world.cedar.shift.pk), data)


def test_the_page_lists_who_is_not_found_and_the_signature_needs_a_word_about_it(world, client_of):
    log(world, "bea", "head_count", "In the house")
    log(world, "ada", "head_count", "Not found")
    staff = client_of(world.staff_cedar)
    page = staff.get(url("hand-off", world, world.cedar.shift.pk)).content.decode()
    assert "Still open" in page
    assert 'data-code="W-1">Ada</span>: <span class="tag late">not found at ' in page
    refused = sign(staff, world)
    assert "about_open" in refused.context["form"].errors
    assert sign(staff, world, about_open="The team walks the block; caseworker told.").status_code == 302
    shift = Shift.objects.get(pk=world.cedar.shift.pk)
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        kept = shift.lines.get(lost=True)
    assert kept.resident == world.ada.resident
    assert kept.left_open.startswith("not found at ")
    past = staff.get(url("past-shift", world, shift.pk)).content.decode()
    assert "Open at the hand-off" in past
    assert 'data-code="W-1">Ada</span>: not found at ' in past
    assert "The team walks the block" in past


def test_the_operation_asks_too_and_a_missing_young_person_counts(world):
    do(
        world.staff_cedar,
        residents.report_incident,
        facility=world.cedar.facility,
        shift=None,
        kind="missing",
        severity="critical",
        happened_at=now() - timedelta(minutes=30),
        seen="Not at dinner.",
        done="",
        residents=[world.ada.resident],
    )
    with pytest.raises(Refused, match="not found or missing"):
        do(world.staff_cedar, operations.sign_shift, world.cedar.shift, hand_off="All calm.")
    shift = do(
        world.staff_cedar, operations.sign_shift, world.cedar.shift, hand_off="All calm.", about_open="Police look."
    )
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        assert (shift.lines.get(lost=True).left_open[:14], shift.about_open) == ("missing since ", "Police look.")


def test_a_late_look_is_listed_and_needs_no_word(world, client_of):
    log(world, "bea", "head_count", "In the house")
    staff = client_of(world.staff_cedar)
    listed = {each.resident.code: each.what for each in left_open(world.cedar.shift)}
    assert listed["W-1"].startswith("next look ")
    assert "late" in listed["W-1"]
    assert "look" not in listed.get("W-2", "")
    assert sign(staff, world).status_code == 302


def test_a_meal_of_which_nothing_is_logged_is_listed(world):
    yesterday = datetime.combine(now().astimezone(LA).date() - timedelta(days=1), time(6), LA)
    log(world, "bea", "meal", "Breakfast", at=yesterday + timedelta(hours=1))
    log(world, "bea", "meal", "Snack", at=yesterday + timedelta(hours=6))
    shift = Shift(facility=world.cedar.facility, starts_at=yesterday, ends_at=yesterday + timedelta(hours=8))
    assert {each.resident.code: (each.what, each.lost) for each in left_open(shift)} == {
        "W-1": (
            "no breakfast logged · no lunch logged · Secretadain 10 mg needs a second signature"
            " · a count of Secretadain 10 mg needs a second signature",
            False,
        ),
        "W-2": ("no lunch logged", False),
    }


def test_the_meals_of_a_shift_are_those_that_were_over_in_it():
    at = lambda hour, minute=0: datetime(2026, 3, 4, hour, minute, tzinfo=LA)  # noqa: E731
    names = lambda start, end: [meal.name for meal in meals_over(start, end, LA)]  # noqa: E731
    assert names(at(6), at(14)) == ["Breakfast", "Lunch"]
    assert names(at(14), at(16, 59)) == []
    assert names(at(13, 40), at(22)) == ["Lunch", "Dinner"]
    assert names(at(6), at(13, 40)) == ["Breakfast"]
    assert names(at(22), at(22) + timedelta(hours=8, minutes=5)) == []


def test_an_entry_that_was_moved_to_before_the_shift_is_none_of_its_lines(world):
    """She had left before the shift began, so nothing of it is hers; and the shift can be signed."""
    begins, later = world.cedar.shift.starts_at, timedelta(minutes=20)
    log(world, "bea", "meal", "Lunch")
    log(world, "ada", "meal", "Lunch")
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        mine = CareEntry.objects.filter(resident=world.bea.resident, happened_at__gt=begins - later, amends=None)
        for entry in mine:
            residents.amend_care(entry, happened_at=begins - later, reason="The day before", by=world.staff_cedar)
    plan = {"to": "family", "reason": "Home again", "after_care": "Visits", "after_care_contact": "Ms Reed"}
    plan |= {"at": begins - later / 2, "first_check_on": world.today + timedelta(days=7)}
    do(world.supervisor, operations.discharge, world.bea.stay, **plan)
    signed = do(world.staff_cedar, operations.sign_shift, world.cedar.shift, hand_off="Calm")
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        assert [line.resident for line in signed.lines.exclude(said="")] == [world.ada.resident]
