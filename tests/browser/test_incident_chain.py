"""One incident of each kind, from its report to its closing, by four accounts, without script: one window for each."""

from datetime import timedelta
from urllib.parse import quote

from django.utils import timezone
from playwright.sync_api import Page, expect

from residents.incident_kinds import GUIDES
from tests.world import LOS_ANGELES

STEPS = ["Sent", "Returned", "Sent", "Reviewed", "Filed", "Closed"]
FIRST_CHOICE = "input[type=radio]:not([name=severity])"


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def tick(page: Page, box: str) -> None:
    """Tick the first box or button that is found: its label is what can be seen of it."""
    page.locator(f"label[for={page.locator(box).first.get_attribute('id')}]").click()


def fill(page: Page) -> None:
    """Fill the report of any kind: the first young person, the first answer of each question, a word in each text."""
    for name in dict.fromkeys(box.get_attribute("name") for box in page.locator(FIRST_CHOICE).all()):
        tick(page, f"[name={name}]")
    if page.locator("[name=severity]").count():
        tick(page, "[name=severity][value=serious]")
    tick(page, "[name=residents]")
    if page.locator("[name=accused_role]").count():
        page.locator("[name=accused_role]").select_option("foster")
    for box in page.locator("main textarea, main form input[type=text]").all():
        if not box.input_value() and not (box.get_attribute("name") or "").startswith("happened_at"):
            box.fill("As it was seen")


def report(page: Page, kind: str) -> str:
    """Report an incident, and return its address."""
    since = quote((timezone.now() - timedelta(minutes=2)).isoformat())
    page.goto(f"/incidents/new/?kind={kind}&at={since}")
    fill(page)
    if kind == "missing":  # and soon back: it isn't closed before
        press(page, "Send the report")
        address = page.url.removesuffix("missing/")
        page.get_by_role("link", name="Came back…").click()
        page.locator("[name=how]").fill("Tired")
        press(page, "Save")
        return address
    if kind != "restraint":
        press(page, "Send the report")
        return page.url
    press(page, "Save, and go on")
    address = page.url
    page.get_by_role("link", name="Restraint or seclusion…").click()
    tick(page, "[name=kind][value=hold]")
    for name in ("held_by", "why", "tried"):
        page.locator(f"[name={name}]").fill("As it was seen")
    for part in ("date", "time"):  # over in the minute in which it began
        began = page.locator(f"[name=started_at_{part}]").input_value()
        page.locator(f"[name=ended_at_{part}]").fill(began)
    press(page, "Save")
    expect(page.get_by_text("No check is written down.")).to_be_visible()
    page.get_by_role("link", name="Add a check…").click()
    page.locator("[name=how]").fill("Calm")
    press(page, "Save")
    press(page, "Send it to review")
    return address


def decide(page: Page, address: str) -> None:
    """Record what was found of an allegation, and that both sides were told."""
    today = f"{timezone.localdate(timezone=LOS_ANGELES):%m/%d/%Y}"
    page.goto(f"{address}add/outcome/")
    for name in ("finding", "for_accused"):
        tick(page, f"[name={name}]")
    for name in ("authority", "based_on", "for_young"):
        page.locator(f"[name={name}]").fill("As the letter says")
    page.locator("[name=found_on]").fill(today)
    press(page, "Record it")
    for side in ("young", "accused"):
        page.goto(f"{address}add/told/")
        tick(page, f"[name=side][value={side}]")
        page.locator("[name=on]").fill(today)
        page.locator("[name=told]").fill("Their caseworker")
        press(page, "Save")


def test_each_kind_is_reported_returned_corrected_reviewed_filed_and_closed(visit):
    staff, admin, filer, closer = (
        visit(name, script=False).page for name in ("staff.cedar", "admin.cedar", "supervisor2", "supervisor")
    )
    addresses = {kind: report(staff, kind) for kind in GUIDES}
    for address in addresses.values():
        admin.goto(f"{address}add/return/")
        admin.locator("[name=comment]").fill("Who was called?")
        press(admin, "Return it")
        expect(admin.locator(".tags")).to_contain_text("Returned")
    for kind, address in addresses.items():
        staff.goto(f"{address}complete/")
        expect(staff.get_by_text("Who was called?")).to_be_visible()
        staff.locator("[name=done]").fill("Called the nurse line")
        press(staff, "Save" if kind == "restraint" else "Send the report")
        if kind == "restraint":
            press(staff, "Send it to review")
        expect(staff.locator(".tags")).to_contain_text("Reported")
    for page, button, stands in (
        (admin, "I have reviewed this incident", "Reviewed"),
        (filer, "File the incident", "Filed"),
        (closer, "Close the incident", "Closed"),
    ):
        for kind, address in addresses.items():
            if page is closer and kind == "allegation":
                decide(page, address)
            page.goto(address)
            if page is closer:
                page.locator("[name=closing_note]").fill("Talked it over.")
            press(page, button)
            expect(page.locator(".tags")).to_contain_text(stands)
            if page is closer:
                steps = page.get_by_role("complementary", name="Steps").get_by_role("listitem")
                expect(steps).to_contain_text(STEPS)
                expect(page.get_by_text("As it was sent before")).to_be_visible()
