"""Medication pages: what a tired person must not overlook, and what still waits."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from placement.database.context import acting
from residents import operations
from residents.models import MedicationCount, MedicationDose, MedicationOrder
from tests.building.medication import last_due
from tests.facilities.shift_page import local, url
from tests.facilities.test_medication import (
    DAY,
    HOUR,
    MINUTE,
    as_needed,
    do,
    due,
    key,
    open_medication,
    order,
)
from tests.world import World


@pytest.fixture
def staff(world, client_of):
    return client_of(world.staff_cedar)


@pytest.fixture
def admin(world, client_of):
    return client_of(world.admin_cedar)


def test_nobody_gives_by_the_order_of_somebody_in_another_home(world, staff) -> None:
    answer = staff.post(url("tap-dose", world, world.cleo.order.pk), key() | {"due": due(world, world.cleo.order)})
    assert answer.status_code == 404
    assert MedicationDose.objects.filter(order=world.cleo.order).count() == 1


# What a tired person must not overlook


def give(world: World, found: MedicationOrder, **changes: Any) -> MedicationDose:
    told = {"facility": world.cedar.facility, "shift": world.cedar.shift, "due_at": None, "outcome": "given"}
    return do(world.staff_cedar, "log_dose", found, **told | {"happened_at": timezone.now()} | changes)


def test_an_allergy_that_is_found_later_takes_the_button_away(world, staff, client_of) -> None:
    found, needed = order(world, drug="Amoxicillin"), as_needed(world, drug="Augmentin")
    assert "Given as ordered" in staff.get(url("medication", world)).content.decode()
    do(world.caseworker, "add_alert", world.bea.resident, kind="allergy", text="Penicillin", urgent=True)
    page = staff.get(url("medication", world)).content.decode()
    assert page.count("A newer allergy names it: do not give it") == 2
    assert "Given as ordered" not in page
    answer = staff.post(url("tap-dose", world, found.pk), key() | {"due": due(world, found)})
    assert "An allergy that was not known" in answer.content.decode()
    assert not found.doses.exists() and not needed.doses.exists()
    health = client_of(world.caseworker).get(reverse("residents:health", args=[world.bea.resident.pk]))
    assert health.content.decode().count("A newer allergy names it: ask the prescriber") == 2


def test_a_limit_of_another_order_is_said_before_somebody_gives_it(world, staff) -> None:
    first, other = as_needed(world, drug="Ibuprofen"), as_needed(world, drug="Advil")
    give(world, first)
    page = staff.get(url("medication", world)).content.decode()
    assert "Too soon after another order of the same drug" in page
    told = {"outcome": "given", "how": "observed", "amount": "1", "why": "", **local(timezone.now())}
    assert "Do not give it yet" in staff.post(url("log-dose", world, other.pk), key() | told).content.decode()


def test_of_somebody_who_is_not_there_the_first_button_says_so(world, staff) -> None:
    found = order(world)
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        told = {"facility": world.cedar.facility, "shift": world.cedar.shift, "kind": "missing", "severity": "critical"}
        told |= {
            "happened_at": timezone.now(),
            "seen": "Not in bed",
            "done": "Searched",
            "residents": [world.bea.resident],
        }
        operations.report_incident(**told, by=world.staff_cedar)
    page = staff.get(url("medication", world)).content.decode()
    assert "Given as ordered" not in page and "Not in the home" in page
    refused = staff.post(url("tap-dose", world, found.pk), key() | {"due": due(world, found)}).content.decode()
    assert "was reported missing" in refused
    staff.post(url("tap-dose", world, found.pk), key() | {"due": due(world, found), "quick": "4"})
    assert (found.doses.get().outcome, found.doses.get().why) == ("away", "Missing")


def test_an_as_needed_order_that_has_ended_is_not_offered(world, staff) -> None:
    as_needed(world, drug="Overol", ends_at=timezone.now() - MINUTE)
    as_needed(world, drug="Goesonol", ends_at=timezone.now() + HOUR)
    page = staff.get(url("medication", world)).content.decode()
    assert "Overol" not in page and "Goesonol" in page


def test_a_due_time_that_is_none_is_refused_and_breaks_nothing(world, staff) -> None:
    found = order(world)
    beyond = ("0001-01-01T00:00:00%2B00:00", "9999-12-31T23:59:59-12:00")
    for wrong in ("2026-02-30T08:00:00%2B00:00", "2026-02-20T08:00:00", "x", "", *beyond):
        page = url("log-dose", world, found.pk) + f"?due={wrong}"
        assert staff.get(page).status_code == 200
        told = {"outcome": "refused", "why": "No", **local(world.now)}
        assert "no dose at that time" in staff.post(page, key() | told).content.decode()
    assert not found.doses.exists()


def test_a_count_that_another_followed_still_waits_for_its_signature(world, staff, admin) -> None:
    page = url("count", world, world.ada.order.pk)
    staff.post(page, key() | {"counted": "5", "removed": "4", "moved_note": "Fell down", "why": ""})
    staff.post(page, key() | {"counted": "5", "why": "They are gone"})
    shown = admin.get(url("counts", world)).content.decode()
    assert shown.count("I counted too: sign") == 3
    assert "4 returned or destroyed" in shown
    last = MedicationCount.objects.latest("counted_at")
    assert (last.expected, last.received) == (9, 0)  # one person alone destroyed nothing
    staff.post(page, key() | {"counted": "5", "why": ""})  # as expected, and the loss of before stays on the page
    assert "5 of 9, not closed" in staff.get(url("counts", world)).content.decode()
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        what = next(each.what for each in open_medication(world.cedar.shift) if each.resident.code == "W-1")
    assert what.count("needs a second signature") == 5


def test_a_controlled_drug_that_is_stopped_is_counted_until_nothing_is_left(world, staff) -> None:
    do(world.caseworker, "stop_medication", world.ada.order, reason="Changed")
    assert "Over: return or destroy what is left" in staff.get(url("counts", world)).content.decode()
    told = {"counted": "0", "removed": "9", "moved_note": "Back to the pharmacy", "why": ""}
    assert staff.post(url("count", world, world.ada.order.pk), key() | told).status_code == 302
    assert "No controlled drug is here" in staff.get(url("counts", world)).content.decode()


def test_the_month_says_on_paper_why_how_much_and_who(world, staff, admin) -> None:
    half = order(world, world.ada.resident, drug="Halfol")
    give(world, half, due_at=last_due(half, world.cedar, world.now), amount=Decimal("0.5"), why="Spat out the rest")
    page = reverse("residents:medication", args=[world.ada.resident.pk])
    shown = staff.get(page).content.decode()
    assert "given, 0.5 tablet, Spat out the rest" in shown.replace("tablets", "tablet")
    assert "✓*" in shown and "SC __" in shown.replace(world.staff_cedar.name, "")
    do(world.admin_cedar, "witness_dose", world.ada.dose)
    [grid] = [each for each in staff.get(page).context["grids"] if each.order == world.ada.order]
    assert any(len(cell.who.split()) == 2 and "__" not in cell.who for cell in grid.lines[0].cells)


def test_a_consent_that_is_due_stands_on_my_work(world, client_of) -> None:
    soon = {"psychotropic": True, "review_on": world.today + 10 * DAY}
    found = order(world, world.ada.resident, drug="Sertraline", **soon)
    order(world, world.ada.resident, drug="Prozac", **soon | {"review_on": world.today + 60 * DAY})
    for who in ("caseworker", "clinician"):
        page = client_of(world.people[who]).get("/").content.decode()
        assert "Look at the consent again" in page and "Sertraline" in page and "Prozac" not in page, who
    for who in ("staff_cedar", "admin_cedar", "caseworker2", "supervisor"):
        assert "Sertraline" not in client_of(world.people[who]).get("/").content.decode(), who
    do(world.clinician, "stop_medication", found, reason="Consent taken back")
    assert "Look at the consent again" not in client_of(world.caseworker).get("/").content.decode()


def test_words_are_pointed_out_and_the_text_is_kept(world, staff) -> None:
    found = as_needed(world)
    give(world, found)
    dose = found.doses.get()
    answer = staff.post(url("note-effect", world, dose.pk), key() | {"effect": "She was manipulative again"})
    page = answer.content.decode()
    assert "Look at these words" in page and "She was manipulative again" in page
    dose.refresh_from_db()
    assert dose.effect == ""
    seen = answer.context["effect"].fields["effect"].pointed_out
    told = {"effect": "She was manipulative again", "words_seen": [hint.key for hint in seen]}
    assert staff.post(url("note-effect", world, dose.pk), key() | told).status_code == 302


def test_the_form_of_an_order_says_what_is_compared_and_what_is_ordered(world, client_of) -> None:
    page = (
        client_of(world.clinician)
        .get(reverse("residents:order_medication", args=[world.ada.resident.pk]))
        .content.decode()
    )
    assert "The list is not whole" in page and "Ordered already: Secretadain 10 mg" in page
