"""Telling around the house in a browser: on a shared tablet on which somebody of the house is signed in."""

from playwright.sync_api import expect

from placement.database.context import acting
from residents import operations
from residents.models import Complaint

TOLD = "Zaunkoenig im Garten"


def test_what_is_told_on_the_houses_tablet_reaches_the_supervisor_and_not_the_house(visit_world, committed_world):
    world, by = committed_world, committed_world.caseworker
    with acting(by.pk, by.name):
        code = operations.make_complaint_code(world.ada.resident, by=by)[1]
    page = visit_world("staff_cedar")
    page.goto("/tell/")
    expect(page.get_by_role("heading", name="Tell somebody outside the house")).to_be_visible()
    assert world.staff_cedar.name not in page.content()
    page.get_by_label("Your code").fill(code.lower())
    page.get_by_text("Somebody who works in the house", exact=True).click()
    page.get_by_label("What happened?").fill(TOLD)
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_role("heading", name="It is sent")).to_be_visible()
    number, words = page.locator("#number").inner_text(), page.locator("#words").inner_text()
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    page.reload()  # what was posted is gone from the browser's own records
    expect(page.get_by_label("What happened?")).to_have_value("")
    assert words not in page.content()
    page.goto("/")
    page.go_back()
    expect(page.get_by_label("What happened?")).to_have_value("")
    assert [words in page.content(), TOLD in page.content()] == [False, False]
    complaint = Complaint.objects.get(number=number)
    assert complaint.resident == world.ada.resident
    for key in ("staff_cedar", "admin_cedar"):
        visit_world(key)
        for url in ("/", "/facilities/shift/", f"/residents/{world.ada.resident.pk}/", "/incidents/"):
            page.goto(url)
            assert [text for text in (number, words, TOLD) if text in page.content()] == []
    visit_world("supervisor")
    page.goto("/")
    page.get_by_role("link", name=f"Complaint {number}", exact=False).first.click()
    expect(page.get_by_text(TOLD)).to_be_visible()
    page.get_by_label("Your words to the sender").fill("We have read it.")
    page.get_by_role("button", name="Send your words").click()
    expect(page.get_by_text("The sender can read your words.")).to_be_visible()
    page.goto("/tell/answer/")
    for label, value in (("Number", number), ("Words", words), ("Your code", code)):
        page.get_by_label(label).fill(value)
    page.get_by_role("button", name="Show the answer").click()
    expect(page.get_by_text("We have read it.")).to_be_visible()


def test_after_two_minutes_without_a_touch_the_page_is_empty(visit_world, committed_world):
    page = visit_world("staff_cedar")
    page.clock.install()
    page.goto("/tell/es/")
    page.get_by_label("¿Qué pasó?").fill(TOLD)
    page.clock.fast_forward(91_000)
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("¿Qué pasó?").press("End")
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_label("¿Qué pasó?")).to_have_value(TOLD)
    page.clock.fast_forward(91_000)
    page.clock.fast_forward(31_000)
    expect(page.get_by_label("¿Qué pasó?")).to_have_value("")
