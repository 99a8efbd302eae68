"""How many taps the work of a shift takes on a tablet."""

from playwright.sync_api import Page, expect

from tests.browser.test_main_job import open_shift, said

BY_THE_STYLE_SHEET = "(e, ms) => e.getAnimations().forEach(clock => { clock.pause(); clock.currentTime = ms })"


class Finger:
    """Taps what it is told, and counts."""

    def __init__(self) -> None:
        self.taps = 0

    def tap(self, target) -> None:
        target.click()
        self.taps += 1


def shift_page(visit) -> Page:
    """The shift page of Cedar House with an open shift."""
    page = visit("staff.cedar", width="tablet").page
    page.goto("/facilities/shift/")
    if page.get_by_role("heading", name="No shift is open").count():
        open_shift(page)
    return page


def test_a_tap_can_be_taken_back_for_ten_seconds(visit):
    """The first of these tests: an entry of another one could be taken back for ten seconds, too."""
    page = shift_page(visit)
    tile = page.locator("article.tile").last
    tile.get_by_role("button").first.click()
    undo = page.get_by_role("button", name="Undo")
    undo.click()
    expect(said(page)).to_contain_text("Taken back.")
    expect(undo).to_have_count(0)
    page.locator("article.tile").last.get_by_role("button").first.click()
    expect(undo).to_be_visible()
    for seconds, see in [(9.9, expect(undo).to_be_visible), (10.1, expect(undo).to_be_hidden)]:
        page.locator(".undo").evaluate(BY_THE_STYLE_SHEET, seconds * 1000)
        see()


def test_breakfast_of_eight_with_an_exception_and_a_note_takes_six_taps_at_most(visit):
    page, finger = shift_page(visit), Finger()
    finger.tap(page.get_by_role("link", name="Log for several…"))
    finger.tap(page.get_by_role("link", name="Breakfast"))
    rows = page.locator("fieldset.pick-row")
    expect(rows.first).to_be_visible()
    assert rows.count() >= 8  # other tests let somebody move in
    here = rows.filter(has=page.get_by_role("radio", name="Breakfast", checked=True))
    eating = here.count()
    finger.tap(here.first.get_by_role("radio", name="Meal not wanted"))
    note = rows.last.get_by_role("textbox")
    finger.tap(note)
    page.keyboard.type("Ate two bowls.")
    if rows.last.get_by_role("radio", name="Leave out").is_checked():
        finger.tap(rows.last.get_by_role("radio", name="Breakfast"))
        eating += 1
    finger.tap(page.get_by_role("button", name="Save"))
    expect(said(page)).to_contain_text(f"Saved for {eating} young people.")
    assert finger.taps <= 6


def test_what_was_saved_is_told_where_the_page_stands_then(visit):
    page = shift_page(visit)
    page.locator("article.tile").last.get_by_role("link", name="More…").click()
    page.get_by_label("What happened?").select_option(label="Only a note")
    page.get_by_label("Note").fill("Read a book.")
    page.get_by_role("button", name="Save").first.click()
    expect(said(page).get_by_text("Saved for")).to_be_in_viewport()
    expect(page.locator("article.tile").last).to_be_in_viewport()
