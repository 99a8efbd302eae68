"""What is written about a day, in plain words, to read together with the young person."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from placement.audit.clock import now
from residents import operations

MINUTE = timedelta(minutes=1)


def log(world, acting_as, kind, outcome, note="", ago=5 * MINUTE, key="ada"):
    with acting_as(world.staff_cedar):
        return operations.log_care(
            world.young[key].resident,
            facility=world.cedar.facility,
            shift=world.cedar.shift,
            kind=kind,
            outcome=outcome,
            note=note,
            happened_at=now() - ago,
            by=world.staff_cedar,
        )


def page_of(world, client_of, who="staff_cedar", **asked):
    address = reverse("residents:my_day", args=[world.ada.resident.pk])
    return client_of(world.people[who]).get(address, asked)


def test_entries_stand_in_plain_words_and_looks_are_counted(world, client_of, acting_as):
    log(world, acting_as, "mood", "Low", "Missed her mother.")
    log(world, acting_as, "head_count", "In the house")
    page = page_of(world, client_of).text
    assert "Staff thought that you felt low." in page
    assert "Missed her mother." in page
    assert "Somebody looked where you were" in page
    assert "Head count" not in page
    log_url = reverse("facilities:log-care", args=[world.cedar.facility.pk, world.ada.resident.pk])
    assert log_url in page
    assert log_url not in page_of(world, client_of, "caseworker").text


def test_another_young_person_of_the_house_is_not_named(world, client_of, acting_as):
    bea = world.bea.resident
    log(world, acting_as, "note", "", f"Quarreled with {bea.preferred_name} ({bea.code}), then sat with Ada.")
    page = page_of(world, client_of).text
    assert "Quarreled with another young person" in page
    assert bea.preferred_name not in page
    assert "sat with Ada" in page


def test_a_mistake_does_not_stand_there_and_a_change_says_so(world, client_of, acting_as):
    wrong = log(world, acting_as, "mood", "Upset", "Other person.")
    right = log(world, acting_as, "meal", "Lunch", "")
    with acting_as(world.staff_cedar):
        operations.amend_care(
            wrong,
            outcome="Written by mistake",
            note="",
            happened_at=wrong.happened_at,
            reason="Wrong tile.",
            by=world.staff_cedar,
        )
        operations.amend_care(
            right,
            outcome="Snack",
            note="",
            happened_at=right.happened_at,
            reason="It was a snack.",
            by=world.staff_cedar,
        )
    page = page_of(world, client_of).text
    assert "Other person." not in page and "upset" not in page
    assert "You had a snack." in page and "and changed later" in page


def test_no_day_to_come_and_nonsense_is_today(world, client_of):
    today = page_of(world, client_of).context["found"].day
    for asked in (f"{now() + timedelta(days=9):%m/%d/%Y}", "31/31/9999"):
        response = page_of(world, client_of, day=asked)
        assert response.context["found"].day == today
        assert response.context["after"] == ""


def test_it_costs_the_same_for_many_entries(world, client_of, acting_as):
    counts = []
    for number in (1, 15):
        for each in range(number):
            log(world, acting_as, "mood", "Good", ago=(each + 1) * MINUTE)
        with CaptureQueriesContext(connection) as queries:
            assert page_of(world, client_of).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
