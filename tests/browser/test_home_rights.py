"""The three that must show, and go: shut exits, nobody outside to talk to, left out of an outing. As the people of a home do it.

All are made first and put right afterwards, so that each page is read once before and once after. Without script.
By its name it comes before the main job, which lets somebody move in: they can't have been out a minute before they came.
"""

import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.test_main_job import CALIFORNIA, open_shift, press

HOME = "Cedar House"


def rights_of_home(page: Page) -> str:
    """Open what the page of all homes says of the home, and the page of the home behind it; return what the first says."""
    page.goto("/compliance/rights/")
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name=HOME, exact=True))
    said = row.inner_text()
    row.get_by_role("link", name=HOME, exact=True).click()
    return said


def work_of(page: Page) -> str:
    """Return all of My work."""
    page.goto("/?all")
    return page.get_by_role("main").inner_text()


def try_exits(page: Page, *, clear: bool) -> None:
    """Say of every exit how its way was found."""
    page.goto("/facilities/shift/")
    page.locator("a[href$='/exits/check/']").first.click()
    for box in page.locator("input[type=radio][value=yes]").all():
        if clear or not (box.get_attribute("name") or "").startswith("unblocked"):
            box.press("Space")
    if not clear:
        for box in page.locator("input[name^=unblocked][value=no]").all():
            box.press("Space")
        for fold in page.locator("main details > summary").all():
            fold.click()
        for text in page.locator("[name^=wrong]").all():
            text.fill("A bicycle stands there")
    press(page, "Save")
    expect(page.get_by_role("heading", level=1)).to_contain_text(HOME)


def go_out(page: Page, name: str, without: str = "") -> None:
    """Log an outing in which all who are here took part, but for the one with the code ``without``."""
    page.get_by_role("link", name="Activity").click()
    page.get_by_role("link", name="All here took part, except…").click()
    page.locator("[name=name]").fill(name)
    page.locator("[name=place][value=out]").press("Space")
    if without:  # a minute before: what puts it right comes after it
        before = (timezone.now() - timedelta(minutes=1)).astimezone(CALIFORNIA)
        page.get_by_role("textbox", name="Date").fill(f"{before:%m/%d/%Y}")
        page.get_by_role("textbox", name="Time").fill(f"{before:%H:%M}")
        row = page.locator(".pick-row", has=page.locator(f"[data-code='{without}']"))
        row.locator("[value=excluded]").press("Space")
        row.get_by_role("textbox").fill("The van was full")
    press(page, "Save for everybody")
    expect(page.get_by_text("The activity is saved for everybody.")).to_be_visible()


def call_somebody(page: Page, code: str) -> None:
    """Log that the young person was called by somebody of their own, with somebody of the staff beside."""
    page.locator("article", has=page.locator(f"h3 [data-code='{code}']")).locator("a[href$='/contact/']").click()
    people = page.locator("label[for^=id_outside_person]").filter(
        has_not_text=re.compile("Always|Not allowed|Somebody")
    )
    people.first.click()
    for name, value in (("kind", "call"), ("initiative", "young"), ("outcome", "took_place")):
        page.locator(f"[name={name}][value={value}]").press("Space")
    page.locator("[name=supervised_by]").fill("Andre Fuller")
    press(page, "Save")
    expect(page.get_by_text(f"The contact is saved for {code}.")).to_be_visible()


def test_shut_exits_no_contact_and_being_left_out_show_in_three_places_and_go(visit):
    staff, supervisor = visit("staff.cedar", script=False).page, visit("supervisor", script=False).page
    rights_of_home(supervisor)
    young = supervisor.locator("#contact tbody tr")
    quiet = young.filter(has_text="too long").get_by_role("rowheader").all_inner_texts()
    assert quiet, "in the demo, somebody is without contact for too long"
    out_before = supervisor.locator("#activities li:has(.late)").all_inner_texts()
    codes = young.get_by_role("rowheader").all_inner_texts()
    staff.goto("/facilities/shift/")
    open_shift(staff)
    here = [
        each.get_attribute("data-code") for each in staff.locator("article:not(:has-text('Away')) h3 [data-code]").all()
    ]
    left = next(
        code for code in codes if code in here and code not in quiet and not any(code in each for each in out_before)
    )
    try_exits(staff, clear=False)
    go_out(staff, "Ice skating", without=left)
    tasks = [f"of {HOME}: blocked", f"{left} was left out while others took part"]
    tasks += [f"{code} has had no contact with anybody outside" for code in quiet]
    seen = work_of(supervisor)
    assert [words for words in tasks if words not in seen] == []
    seen = rights_of_home(supervisor)
    for words in ("no clear way out", "others took part", f"{len(quiet)} too long without contact"):
        assert words in seen
    findings = supervisor.locator("#findings li")
    found = (
        ("Every way out opens from inside and is free", "Front door"),
        ("Nobody is left out while the others take part", left),
        ("In touch with somebody of their own", quiet[0]),
    )
    for rule, about in found:
        expect(findings.filter(has_text=rule).filter(has_text=about)).to_have_count(1)
    expect(findings.first).to_contain_text("critical")
    expect(
        supervisor.locator("#activities li").filter(has_text="Ice skating").first.get_by_text("took part")
    ).to_have_class("tag late")
    try_exits(staff, clear=True)
    go_out(staff, "Library")
    for code in quiet:
        call_somebody(staff, code)
    seen = work_of(supervisor)
    assert [words for words in tasks if words in seen] == []
    seen = rights_of_home(supervisor)
    for words in ("no clear way out", "too long", *(() if out_before else ("others took part",))):
        assert words not in seen
    for rule, about in found:
        expect(findings.filter(has_text=rule).filter(has_text=about)).to_have_count(0)
    expect(
        supervisor.locator("#activities li").filter(has_text="Ice skating").first.get_by_text("Put right")
    ).to_have_class("tag good")
