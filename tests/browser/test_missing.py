"""From the button of the shift page to the last step after the return, as the people of the home do it."""

from datetime import timedelta
from urllib.parse import quote

from django.utils import timezone
from playwright.sync_api import Page, expect


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).first.click()


def test_somebody_is_missing_sought_back_again_and_looked_after(visit):
    page = visit("staff.cedar", script=False).page
    page.goto("/facilities/shift/")
    page.get_by_role("link", name="Missing…").click()
    since = timezone.now() - timedelta(minutes=2)  # as the tile of somebody who was not found gives it
    page.goto(f"{page.url}&at={quote(since.isoformat())}")
    page.locator(f"label[for={page.locator('[name=residents]').last.get_attribute('id')}]").click()
    page.locator("[name=seen]").fill("Not in the room, the window is open")
    page.locator("[name=done]").fill("Searched the house")
    press(page, "Send the report")
    expect(page.get_by_role("heading", level=1)).to_have_text("Missing")
    press(page, "House searched")
    press(page, "I lead the search")
    expect(page.get_by_text("leads the search, since")).to_be_visible()
    page.get_by_role("link", name="Police called").click()
    page.locator("[name=number]").fill("26-1147")
    press(page, "Save")
    log = page.get_by_role("list", name="What was done, newest first").get_by_role("listitem")
    expect(log).to_have_count(3)
    expect(log.filter(has_text="26-1147")).to_have_count(1)
    page.get_by_role("link", name="Add… What they wear").click()
    page.locator("[name=said]").fill("A red coat")
    press(page, "Save")
    expect(page.get_by_text("A red coat")).to_be_visible()
    expect(page.get_by_role("complementary", name="Clocks")).to_contain_text("NCMEC")
    page.get_by_role("link", name="Came back…").click()
    page.locator("[name=how]").fill("Cold and tired")
    press(page, "Save")
    expect(page.get_by_role("heading", level=1)).to_have_text("Back again")
    page.get_by_role("link", name="Write down… Talk with somebody").click()
    page.locator("[name=who]").fill("Her teacher")
    page.locator("[name=said]").fill("She was with friends")
    press(page, "Save")
    for step in ("Medical check offered", "Screening for exploitation", "Why they left", "What will change"):
        page.get_by_role("link", name=f"Write down… {step}").click()
        page.locator("[name=said]").fill("As they said")
        press(page, "Save")
    expect(page.get_by_text("to do", exact=True)).to_have_count(0)
