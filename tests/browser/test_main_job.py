"""The whole main job by four accounts, by labels and buttons as people use them: refer, match, decide, admit, log, read."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PASSWORD, Watched

HOME = "Cedar House"
CALIFORNIA = ZoneInfo("America/Los_Angeles")
WHY_REFERRED = "The stay with her aunt has ended, and she needs a home near her school."
WHY_SIGNED = "Talked with the home: separate floors, and staff are awake all night."
WHY_HERE = "The only home that fits near her school."
WHY_APPROVED = "I read the record and called the home."
HAND_OFF = "A new young person came today. The lamp stays on at night."


def name_of(page: Page) -> str:
    """Return the name of who is signed in."""
    return page.get_by_role("contentinfo").inner_text().split("Signed in as ")[1].splitlines()[0].strip()


def said(page: Page) -> Locator:
    """Return the place where a page says what has just happened."""
    return page.locator("#messages")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def choose_young(page: Page, code: str) -> None:
    """Choose a young person by code in the list of whom to refer, by typing or, without script, from the plain list."""
    shown = re.compile(rf"^\s*{code}( |$)")
    picker = page.get_by_role("combobox", name="Who needs a home?")
    if page.locator(".usa-combo-box__input").count():
        picker.fill(code)
        page.get_by_role("option", name=shown).click()
    else:
        picker.select_option(picker.locator("option").filter(has_text=shown).get_attribute("value"))


def refer(visitor: Watched, code: str) -> None:
    """Sign in, write the referral in four steps, leave it as a draft once, and send it."""
    page = visitor.page
    page.goto("/")
    page.get_by_label("Username").fill("caseworker")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")
    page.get_by_role("link", name="New referral").click()
    choose_young(page, code)
    press(page, "Go on")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"A home for {code}")
    page.get_by_text("Within three days", exact=True).click()
    page.get_by_label("Why is a home needed?").fill(WHY_REFERRED)
    press(page, "Save draft")
    expect(said(page)).to_contain_text("The draft is saved.")
    page.goto("/")
    page.get_by_role("link", name=f"Finish the referral draft for {code}").first.click()
    page.get_by_role("link", name="Go on with the draft").click()
    expect(page.get_by_label("Why is a home needed?")).to_have_value(WHY_REFERRED)
    soon = (timezone.now() + timedelta(minutes=5)).astimezone(CALIFORNIA)
    when = page.get_by_role("group", name="From when?")
    when.get_by_role("textbox", name="Date").fill(f"{soon:%m/%d/%Y}")
    when.get_by_role("textbox", name="Time").fill(f"{soon:%H:%M}")
    press(page, "Save and go on")
    page.get_by_label("What does the young person need from the home?").fill("A quiet room, and the same school.")
    press(page, "Save and go on")
    page.get_by_label("What does the young person wish?").fill("To see her aunt on Sundays.")
    press(page, "Save and go on")
    expect(page.get_by_role("main")).to_contain_text("To see her aunt on Sundays.")
    expect(page.get_by_role("main")).to_contain_text(f"{soon:%H:%M}")
    press(page, "Send")
    expect(said(page)).to_contain_text("is sent. Here are the homes.")


def choose_home(visitor: Watched, code: str) -> None:
    """See which homes fit and why, compare two, hold a bed, sign every warning, propose."""
    page = visitor.page
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Where can {code} be safe?")
    homes = page.get_by_role("article")
    assert homes.count() >= 5, "homes that do not fit are shown too"
    expect(homes.filter(has_text=HOME)).to_contain_text("Houses only trafficked young people")
    cannot = page.get_by_role("region", name=re.compile("homes cannot"))
    expect(cannot.get_by_role("article", name="Alder Home")).to_contain_text("A foster home is the exception")
    expect(cannot.get_by_role("article", name="Alder Home")).to_contain_text("The fire clearance ended")
    for name in (HOME, "Alder Home"):
        page.get_by_role("article", name=name).locator("label", has_text="Compare").click()
    press(page, "Compare")
    expect(page.get_by_role("columnheader")).to_have_text(["Criterion", HOME, "Alder Home"])
    expect(page.get_by_role("row").filter(has_text="Age gap")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Hold bed")).click()
    press(page, "Hold the bed")
    expect(said(page)).to_contain_text(f"The bed at {HOME} is held.")
    page.get_by_role("link", name=re.compile("^Sign [0-9]+ warnings? and propose bed")).click()
    page.get_by_label("Why this home?").fill(WHY_HERE)
    press(page, "Sign and propose")
    expect(page.get_by_role("alert")).to_contain_text("Say why you sign")
    expect(page.get_by_label("Why this home?")).to_have_value(WHY_HERE)
    warnings = page.get_by_label(re.compile("^Sign this warning"))
    assert warnings.count() >= 1
    for warning in warnings.all():
        warning.fill(WHY_SIGNED)
    page.get_by_label("What does the young person say about it?").fill("I want to be near my aunt.")
    press(page, "Sign and propose")
    expect(said(page)).to_contain_text("Proposed. A supervisor decides now.")
    expect(page.get_by_role("link", name="Read and decide")).to_have_count(0)


def approve(visitor: Watched, code: str) -> None:
    """Find the proposal in My work, read it with every home, and approve."""
    page = visitor.page
    page.goto("/")
    page.get_by_role("link", name=f"Decide: {code} to {HOME}").first.click()
    if page.get_by_role("link", name="Read and decide").count():
        page.get_by_role("link", name="Read and decide").click()
    main = page.get_by_role("main")
    for text in (WHY_HERE, "I want to be near my aunt.", WHY_SIGNED, "Alder Home", "Did not fit"):
        expect(main).to_contain_text(text)
    press(page, "Sign the decision")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_text("Approve", exact=True).click()
    page.get_by_label("Why?").fill(WHY_APPROVED)
    press(page, "Sign the decision")
    expect(said(page)).to_contain_text("Approved.")


def admit(visitor: Watched, code: str) -> None:
    """Read and sign the safety history, then record the arrival."""
    page = visitor.page
    page.goto("/")
    page.get_by_role("link", name=f"{code} arrives at {HOME}").first.click()
    if page.get_by_role("link", name="Read the safety history").count():
        expect(page.get_by_role("link", name=re.compile("arrival", re.I))).to_have_count(0)
        page.get_by_role("link", name="Read the safety history").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Safety history of {code}")
    press(page, "Sign with my name")
    expect(page.get_by_role("main")).to_contain_text("Tick the box when you have read it.")
    page.get_by_text("I have read it, and the people").last.click()
    press(page, "Sign with my name")
    expect(said(page)).to_contain_text("Signed.")
    page.get_by_role("link", name=re.compile("arrival|admit", re.I)).first.click()
    press(page, "Admit")
    expect(said(page)).to_contain_text("The arrival is recorded.")


def open_shift(page: Page) -> None:
    """Open the shift when none is open."""
    button = page.get_by_role("button", name="Open the shift", exact=True)
    if button.count():
        button.click()
    expect(page.get_by_role("link", name="Log for several…")).to_be_visible()


def tile_of(page: Page, code: str) -> Locator:
    """Return the tile of a young person."""
    return page.get_by_role("article").filter(has=page.locator(f'[data-code="{code}"]'))


def hand_off(page: Page) -> None:
    page.get_by_role("link", name="Hand off").first.click()
    page.get_by_label("What must the next shift know?").fill(HAND_OFF)
    press(page, "Sign the shift")
    expect(page.get_by_role("main")).to_contain_text(HAND_OFF)


def log_the_day(visitor: Watched, code: str) -> None:
    """Take over, open the shift, log with one tap, for several and with a note, and hand off."""
    page = visitor.page
    page.goto("/")
    page.get_by_role("link", name="Open the shift", exact=True).click()
    if page.get_by_role("link", name="Log for several…").count():  # the colleague's shift runs
        hand_off(page)
        page.get_by_role("link", name="Shift now").click()
    expect(page.get_by_role("heading", name="No shift is open")).to_be_visible()
    open_shift(page)
    tap = tile_of(page, code).get_by_role("button").first
    expect(tap).not_to_contain_text(re.compile(r"\d\d:\d\d"))
    tap.click()
    expect(tile_of(page, code).get_by_role("button").first).to_contain_text(re.compile(r"\d\d:\d\d"))
    page.get_by_role("link", name=re.compile("^Round: all")).click()
    rows = page.locator("fieldset.pick-row")
    seen = rows.count() - rows.get_by_role("radio", name="Leave out", checked=True).count()
    assert seen > 1
    page.get_by_text("Saw them", exact=True).click()
    press(page, "Save")
    expect(said(page)).to_contain_text(f"Saved for {seen} young people.")
    tile_of(page, code).get_by_role("link", name="More…").click()
    page.get_by_label("What happened?").select_option(label="Only a note")
    page.get_by_label("Note").fill("Chose the blue room. 🌙 Asked for a lamp.")
    page.get_by_role("button", name=re.compile("^Save")).first.click()
    expect(said(page)).to_contain_text("Saved for")
    hand_off(page)
    expect(page.get_by_role("main")).to_contain_text("Chose the blue room. 🌙 Asked for a lamp.")
    page.get_by_role("link", name="Shift now").click()
    expect(page.get_by_role("heading", name="No shift is open")).to_be_visible()


def read_who_did_what(visitor: Watched, code: str, did: list[str]) -> None:
    """Find every step in the audit, and one of them with each field before and after."""
    page = visitor.page
    page.goto("/")
    page.get_by_role("link", name="Audit", exact=True).first.click()
    page.get_by_label("Young person's code").fill(code)
    press(page, "Show")
    acts = page.get_by_role("region", name="Acts").get_by_role("listitem")
    for act in did:
        expect(acts.filter(has_text=act).first).to_be_visible()
    page.get_by_role("link", name=re.compile("approved a placement")).first.click()
    change = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Why it was decided so"))
    expect(change).to_contain_text(WHY_APPROVED)
    expect(page.get_by_role("row", name="status Proposed Approved")).to_be_visible()


@pytest.mark.parametrize(("script", "code"), [(True, "K-60"), (False, "K-37")], ids=["script", "no-script"])
def test_a_young_person_is_referred_placed_admitted_and_cared_for(visit, script, code):
    caseworker = visit(script=script)
    refer(caseworker, code)
    choose_home(caseworker, code)
    supervisor = visit("supervisor", script=script)
    approve(supervisor, code)
    administrator = visit("admin.cedar", script=script)
    admit(administrator, code)
    staff = visit("staff.cedar", width="tablet", script=script)
    log_the_day(staff, code)
    caseworkers, boss = name_of(caseworker.page), name_of(supervisor.page)
    homes, floor = name_of(administrator.page), name_of(staff.page)
    did = [
        f"{caseworkers} sent a referral",
        f"{caseworkers} held a bed",
        f"{caseworkers} proposed a placement",
        f"{boss} approved a placement",
        f"{homes} signed that the home has read the safety history",
        f"{homes} admitted the young person",
        f"{floor} logged care",
    ]
    read_who_did_what(supervisor, code, did)
