"""Hints about words in a real browser: while somebody types, and once without script."""

import re

from playwright.sync_api import Page, expect

from tests.browser.test_careful_pages import shift_of
from tests.browser.test_main_job import said


def log_form(page: Page) -> None:
    """Open the long form for somebody in the house."""
    shift_of(page).get_by_role("link", name=re.compile("^More")).click()
    page.get_by_label("What happened?").select_option(label="Only a note")


def test_a_term_is_pointed_out_while_somebody_types_and_then_saved_at_once(visit):
    page = visit("staff.cedar", width="tablet").page
    log_form(page)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if "/words/" in request.url else None)
    page.get_by_label("Note").press_sequentially("Was a bit attention-seeking before lunch.", delay=5)
    box = page.get_by_role("status").filter(has_text="looks for contact")
    expect(box).to_be_visible()
    assert sent and all(url.endswith("/residents/words/") for url in sent), "the text stands in no address"
    page.get_by_role("button", name="Save", exact=True).click()
    expect(said(page)).to_contain_text("Saved for")


def test_a_better_text_takes_the_hint_away(visit):
    page = visit("staff.cedar", width="phone").page
    log_form(page)
    note = page.get_by_label("Note")
    note.fill("Lied about the phone.")
    expect(page.get_by_text("what others saw")).to_be_visible()
    note.fill("Said the phone was in the office; it was in the room.")
    expect(page.get_by_text("what others saw")).to_have_count(0)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(said(page)).to_contain_text("Saved for")


def test_without_script_the_page_asks_once(visit):
    page = visit("staff.cedar", script=False).page
    log_form(page)
    page.get_by_label("Note").fill("Threw a fit about the phone.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Not saved yet.")).to_be_visible()
    assert page.get_by_label("Note").input_value() == "Threw a fit about the phone."
    page.get_by_role("button", name="Save as it is").click()
    expect(said(page)).to_contain_text("Saved for")


def test_a_report_that_is_only_saved_is_not_sent_by_saving_the_words_as_they_are(visit):
    page = visit("staff.cedar", script=False).page
    page.goto("/incidents/new/?kind=injury")
    young = page.locator("label[for=id_residents_0]")
    page.locator("[name=severity]").first.press("Space")
    young.click()
    page.get_by_label("What was seen and heard?").fill(f"{young.inner_text()} fell on the stairs")
    page.get_by_role("button", name="Save, and go on").click()
    expect(page.get_by_text("Not saved yet.")).to_be_visible()
    page.get_by_role("button", name="Save as it is").click()
    expect(page.locator(".tags")).to_contain_text("Draft")
    expect(page.get_by_role("link", name="Body map…")).to_be_visible()
