"""The second signature on the same tablet, in a browser: the second person signs, and the first stays signed in."""

from playwright.sync_api import expect

from residents.models import MedicationCount
from tests.browser.test_main_job import press
from tests.browser.test_outbox import tablet  # noqa: F401 - a fixture
from tests.browser.test_screen import PINS, enter, shared  # noqa: F401 - a fixture
from tests.facilities.shift_page import url


def test_the_second_person_signs_a_count_and_a_wrong_pin_loses_nothing(shared, committed_world):  # noqa: F811
    world, page = committed_world, shared.page
    press(page, "Switch person")
    expect(page.get_by_label("Your PIN")).to_be_visible()
    enter(page, world, "admin_cedar")
    page.goto(url("count", world, world.ada.order.pk))
    page.get_by_label("How much is there now?").fill("9")
    page.get_by_label("What explains a difference?").fill("Dropped one, it is in the bag")
    press(page, "Sign the count")
    expect(page.get_by_role("heading", name="Second signature")).to_be_visible()
    made = MedicationCount.objects.latest("counted_at")
    pin = page.get_by_label(f"PIN of {world.staff_cedar.name}")
    for wrong in ("000001", PINS["admin_cedar"]):  # the first person's own is no second signature
        pin.fill(wrong)
        press(page, "I counted too: sign")
        expect(page.locator(".field").filter(has=pin)).to_contain_text("not the PIN of that person")
        expect(pin).to_have_value("")
        expect(page.get_by_text("Dropped one, it is in the bag")).to_be_visible()
        assert MedicationCount.objects.get(pk=made.pk).witness is None
    pin.fill(PINS["staff_cedar"])
    press(page, "I counted too: sign")
    expect(page.get_by_text(f"{world.staff_cedar.name} has signed it too.")).to_be_visible()
    expect(page.get_by_role("contentinfo")).to_contain_text(f"Signed in as {world.admin_cedar.name}")
    signed = MedicationCount.objects.latest("counted_at")
    assert (signed.pk, signed.counted_by, signed.witness) == (made.pk, world.admin_cedar, world.staff_cedar)
