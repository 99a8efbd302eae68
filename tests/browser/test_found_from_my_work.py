"""A supervisor who knows of nothing finds from My work what was changed after an incident, in at most five clicks."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

MOST = 5


class Clicks:
    """Clicks on what a page shows, and counts."""

    def __init__(self, page: Page) -> None:
        self.page, self.number = page, 0

    def on(self, role: str, name: str) -> None:
        """Click the first link or button whose name begins so."""
        self.page.get_by_role(role, name=re.compile(f"^{re.escape(name)}")).first.click()
        self.page.wait_for_load_state()
        self.number += 1


def test_an_entry_that_was_changed_after_an_incident_is_found(visit: Callable) -> None:
    """The line on My work, the first thing in the queue, both texts side by side, and the amendment itself in the record."""
    page = visit("supervisor").page
    clicks = Clicks(page)
    page.goto("/")
    expect(page.get_by_text(re.compile(r"\d+ things to look at in the record of who did what")).first).to_be_visible()
    clicks.on("link", "Look at them")
    first = page.locator("main ul.list > li").first
    expect(first).to_contain_text("look first")
    expect(first).to_contain_text("Changed after an incident by somebody who was not there")
    clicks.on("link", "Look at it")
    expect(page.get_by_role("heading", level=1)).to_have_text("Changed after an incident by somebody who was not there")
    expect(page.get_by_text("They were not on duty when it happened")).to_be_visible()
    change = page.locator("table.diff")
    expect(change).to_contain_text("the bolt is stiff")
    expect(change).to_contain_text("it was locked")
    assert clicks.number == 2
    flag = page.locator("main").inner_text()
    clicks.on("link", "Open the amendment")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(re.compile("amended a care entry$"))
    assert heading.inner_text().removesuffix(" amended a care entry") in flag  # who it is follows from the hour
    expect(page.locator("main")).to_contain_text("it was locked")
    assert clicks.number <= MOST


def test_what_only_looks_like_it_is_not_there(visit: Callable) -> None:
    """Amended by the same person, who was not on duty then either, but nothing had happened; and it stands once in the queue."""
    page = visit("supervisor").page
    page.goto("/audit/review/?state=all")
    expect(page.get_by_role("link", name=re.compile("^Changed after an incident by"))).to_have_count(1)
    expect(page.locator("main")).to_contain_text("A shift written at its end")
