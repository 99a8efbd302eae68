"""What the browser does while somebody writes, and when nobody does any more."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD
from tests.browser.test_careful_pages import new_draft
from tests.browser.test_main_job import press, said

FIELD = "Why is a home needed?"
TEXT = "She asked for a <quiet> place.\nNear her school & her aunt."


def test_writing_keeps_the_session_with_one_small_request_a_minute(visit):
    page = visit("caseworker").page
    page.clock.install()
    new_draft(page, "K-4")
    asked = []
    page.on("response", lambda answer: asked.append(answer.status) if answer.url.endswith("/accounts/here/") else None)
    field = page.get_by_label(FIELD)
    field.press_sequentially("abc")
    assert asked == []
    page.clock.fast_forward("01:01")
    with page.expect_response("**/accounts/here/"):
        field.press_sequentially("def")
    page.clock.fast_forward("00:30")
    field.press_sequentially("ghi")
    assert asked == [204]


@pytest.mark.parametrize("back_as", ["caseworker", "supervisor"])
def test_a_screen_that_locks_itself_keeps_the_words_for_the_same_person_only(visit, back_as):
    page = visit("caseworker").page
    page.clock.install()
    new_draft(page, "K-4")
    page.get_by_label(FIELD).fill(TEXT)
    page.clock.run_for("16:00")
    expect(page.get_by_text("What you wrote is kept")).to_be_visible()
    assert "quiet" not in page.content()
    page.get_by_label("Username").fill(back_as)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")
    if back_as == "supervisor":
        expect(page.get_by_text("Signed in as")).to_be_visible()
        page.goto("/accounts/not-sent/")
        expect(page.get_by_text("Nothing waits here")).to_be_visible()
        return
    expect(page.get_by_role("heading", level=1, name="Not sent yet")).to_be_visible()
    expect(page.locator("dl.pairs")).to_contain_text("<quiet> place.")
    press(page, "Send it now")
    expect(said(page)).to_contain_text("The draft is saved.")
    expect(page.get_by_text("Near her school & her aunt.").first).to_be_visible()
