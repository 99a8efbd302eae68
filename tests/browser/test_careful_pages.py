"""What only a browser can show: Back, double presses, two windows, the keyboard, hidden names, a doubled hour."""

import re
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PASSWORD
from tests.browser.test_main_job import CALIFORNIA, choose_young, open_shift, press, said, tile_of

TIME = re.compile(r"\d\d:\d\d")
RECORD = re.compile(r"^/residents/[0-9a-f-]{36}/$")


def first_record(page: Page) -> Locator:
    """Return the link to the first young person of the list."""
    page.goto("/residents/")
    return page.get_by_role("rowheader").get_by_role("link").first


def shift_of(page: Page) -> Locator:
    """Open the shift page, and return the tile of the first young person who is there."""
    page.goto("/facilities/shift/")
    open_shift(page)
    can_be_seen = page.get_by_role("button", name=re.compile("^Seen"))  # by day "In the house", by night "Asleep"
    here = page.get_by_role("article").filter(has=can_be_seen).filter(has_not_text="Away").first
    return tile_of(page, here.locator("h3 [data-code]").get_attribute("data-code") or "")


def new_draft(page: Page, code: str) -> None:
    """Go to the first step of a referral for a young person."""
    page.goto("/referrals/new/")
    choose_young(page, code)
    press(page, "Go on")


def drafts_of(page: Page, code: str) -> int:
    """Return how many drafts the list shows for a young person."""
    page.goto(f"/referrals/?q={code}&status=draft")
    return page.get_by_role("row").filter(has=page.get_by_role("cell", name=code, exact=True)).count()


def doubled_night() -> date:
    """Return the next night on which California's clocks go back."""
    today = timezone.now().astimezone(CALIFORNIA).date()
    days = (today + timedelta(days=n) for n in range(1, 400))
    return next(day for day in days if len({offset(day, fold) for fold in (0, 1)}) == 2)


def offset(day: date, fold: int) -> timedelta | None:
    return datetime(day.year, day.month, day.day, 1, 30, fold=fold, tzinfo=CALIFORNIA).utcoffset()


def test_back_after_signing_out_shows_nothing(visit):
    page = visit("caseworker").page
    link = first_record(page)
    name = link.inner_text()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    assert RECORD.match(urlsplit(page.url).path)
    press(page, "Lock / sign out")
    expect(page.get_by_label("Username")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Username")).to_be_visible()
    assert name not in page.content()


@pytest.mark.parametrize(("script", "code"), [(True, "K-4"), (False, "K-16")], ids=["script", "no-script"])
def test_a_doubled_press_saves_once(visit, script, code):
    page = visit("caseworker", script=script).page
    before = drafts_of(page, code)
    new_draft(page, code)
    page.get_by_label("Why is a home needed?").fill("Saved once.")
    page.get_by_role("button", name="Save draft").dblclick()
    expect(said(page)).to_contain_text("The draft is saved.")
    assert drafts_of(page, code) == before + 1


def test_a_tap_is_logged_at_once_again_and_taken_back(visit):
    page = visit("staff.cedar", width="tablet").page
    tile = shift_of(page)
    code = tile.locator("h3 [data-code]").get_attribute("data-code")
    note = page.get_by_role("status").filter(has_text=f"for {code}")
    tap = tile.get_by_role("button").first
    label = tap.locator("b").inner_text()
    tap.click()
    expect(tap).to_contain_text(TIME)
    expect(note).to_contain_text("Saved")
    tile.get_by_role("link", name="More…").click()
    logged = page.get_by_role("listitem").filter(has=page.get_by_role("link", name=re.compile("Head count|Sleep")))
    once = logged.count()
    page.go_back()
    with page.expect_response("**/tap/"):
        tap.click()
    expect(note).to_contain_text("Saved")
    tile.get_by_role("link", name="More…").click()
    expect(logged).to_have_count(once + 1)
    logged.first.get_by_role("link").click()
    page.get_by_label("Outcome").select_option("Written by mistake")
    page.get_by_role("button", name=re.compile("^Save")).click()
    expect(page.get_by_role("definition").filter(has_text="Written by mistake").first).to_be_visible()
    page.goto("/facilities/shift/")
    expect(tile.get_by_role("button").first.locator("b")).to_have_text(label)


def test_a_form_that_was_open_meanwhile_shows_both_versions_and_overwrites_nothing(visit):
    first, second = visit("caseworker").page, visit("caseworker").page
    first_record(first).click()
    plan = f"{first.url}plan/"
    for page in (first, second):
        page.goto(plan)
        page.get_by_role("link", name="Change", exact=True).click()
    first.get_by_label("Plan of the day").fill("Written first: school until three.")
    first.get_by_role("button", name="Save").click()
    expect(first.get_by_role("main")).to_contain_text("Written first: school until three.")
    second.get_by_label("Plan of the day").fill("Written second: music at four.")
    second.get_by_role("button", name="Save").click()
    expect(second.get_by_role("heading", name="Two versions of this record")).to_be_visible()
    both = second.get_by_role("row").filter(has_text="Written first: school until three.")
    expect(both).to_contain_text("Written second: music at four.")
    expect(second.get_by_label("Plan of the day")).to_have_value("Written second: music at four.")
    first.goto(plan)
    expect(first.get_by_role("main")).not_to_contain_text("Written second")
    second.get_by_role("button", name="Save").click()
    expect(second.get_by_role("main")).to_contain_text("Written second: music at four.")


def test_an_hour_that_comes_twice_asks_which(visit):
    page = visit("caseworker").page
    new_draft(page, "K-8")
    night = f"{doubled_night():%m/%d/%Y}"
    when = page.get_by_role("group", name="From when?")
    when.get_by_role("textbox", name="Date").fill(night)
    when.get_by_role("textbox", name="Time").fill("1:30 a.m.")
    press(page, "Save draft")
    expect(when).to_contain_text(f"01:30 on {night} came twice")
    expect(when.get_by_role("textbox", name="Time")).to_have_value("1:30 a.m.")
    when.get_by_label("First or second?").select_option(label="the second 01:30 (PST)")
    press(page, "Save draft")
    expect(said(page)).to_contain_text("The draft is saved.")
    expect(page.get_by_role("main")).to_contain_text("01:30")


def test_a_text_that_is_too_long_is_kept(visit):
    page = visit("staff.cedar", width="phone").page
    shift_of(page).get_by_role("link", name="More…").click()
    page.get_by_label("What happened?").select_option(label="Only a note")
    page.get_by_label("Note").fill("🌙" + "a" * 10_000)
    page.get_by_role("button", name=re.compile("^Save")).first.click()
    expect(page.get_by_role("alert")).to_contain_text("This is 10,001 characters; the limit is 10,000.")
    assert len(page.get_by_label("Note").input_value()) == 10_001
    page.get_by_label("Note").fill("Short enough.")
    page.get_by_role("button", name=re.compile("^Save")).first.click()
    expect(said(page)).to_contain_text("Saved for")


def test_the_first_taps_lie_above_the_dock_on_a_phone(visit):
    page = visit("staff.cedar", width="phone").page
    shift_of(page)
    facts = page.get_by_role("list", name="This shift")
    assert facts.bounding_box()["height"] < 150
    assert facts.evaluate("e => e.scrollWidth <= e.clientWidth"), "no number is hidden at the side"
    for label in ("Exits", "Last hand-off"):
        box = facts.get_by_role("listitem").filter(has_text=label).bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    region = page.get_by_role("region", name="Actions").bounding_box()
    dock = region["y"]
    assert region["height"] <= 72, "one row"
    taps = page.get_by_role("article").first.locator(".tap:visible")
    for box in (taps.nth(n).bounding_box() for n in range(3)):
        assert box["y"] + box["height"] <= dock


def test_what_is_typed_stays_when_all_are_said_to_have_taken_part(visit):
    page = visit("staff.cedar", width="tablet").page
    shift_of(page)
    page.get_by_role("link", name="Activity").click()
    page.get_by_label("What was offered?").fill("Baking")
    page.get_by_role("link", name="All here took part, except…").click()
    expect(page.locator("[value=joined]:checked").first).to_be_attached()
    expect(page.get_by_label("What was offered?")).to_have_value("Baking")


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until ``target`` has the focus, as a person without a mouse does."""
    for _ in range(60):
        if target.evaluate("e => e === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("Tab does not reach it.")


def test_signing_in_and_one_tap_by_keyboard_alone(visit):
    page = visit(width="tablet").page
    page.goto("/accounts/login/")
    tab_to(page, page.get_by_label("Username"))
    page.keyboard.type("staff.birch")
    tab_to(page, page.get_by_label("Password"))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("contentinfo")).to_contain_text("Signed in as")
    tab_to(page, page.get_by_role("link", name="Open the shift", exact=True))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/shift/"))
    opener = page.get_by_role("button", name="Open the shift", exact=True)
    if opener.count():
        tab_to(page, opener)
        page.keyboard.press("Enter")
    tap = page.get_by_role("article").first.get_by_role("button").first
    expect(tap).to_be_visible()
    tab_to(page, tap)
    page.keyboard.press("Enter")
    expect(page.locator("#saved")).to_contain_text("Saved")
    tab_to(page, page.get_by_role("link", name="More…").first)


def test_hidden_names_stay_hidden_on_every_page_until_sign_out(visit):
    page = visit("admin.cedar").page
    link = first_record(page)
    name = link.locator(".name")
    code = name.get_attribute("data-code")
    assert name.evaluate("e => getComputedStyle(e).fontSize") != "0px"
    press(page, "Hide names")
    expect(page.get_by_role("button", name="Show names")).to_be_visible()
    link.click()
    for shown in page.locator(f'.name[data-code="{code}"]').all():
        assert shown.evaluate("e => getComputedStyle(e).fontSize") == "0px"
        assert code in shown.evaluate("e => getComputedStyle(e, '::after').content")
    press(page, "Show names")
    heading = page.get_by_role("heading", level=1).locator(".name")
    assert heading.evaluate("e => getComputedStyle(e).fontSize") != "0px"
