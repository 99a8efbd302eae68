"""What somebody finds on a tablet that was locked, passed on, signed out or switched off: nothing that can be read."""

import re
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from placement.access.models import Session
from placement.database.context import acting
from placement.facilities.operations import sign_shift
from residents import operations as residents
from residents.models import CareEntry
from tests.browser.test_main_job import press, tile_of
from tests.browser.test_outbox import WAITING, Tablet, line, on_disk, seen, tablet  # noqa: F401 - a fixture
from tests.browser.test_screen import PINS, assert_covered, come_back, enter, initials_of, shared  # noqa: F401 - a fixture
from tests.world import World

TYPED, NAMED = "Zitronenfalter am Fenster", "Blaumeise"
SHIFT = "/facilities/shift/"


def files_with(folder: Path, *words: str) -> dict[str, str]:
    """Return each word that stands in a file below ``folder``, as bytes of any of the ways in which a browser writes."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            found |= {w: path.name for w in words for how in ("utf-8", "utf-16-le") if w.encode(how) in content}
    return found


def open_log(page: Page, world: World) -> None:
    """Open the page on which more is logged for Ada."""
    tile_of(page, world.ada.resident.code).get_by_role("link", name="More…").click()
    expect(page.get_by_label("Note")).to_be_visible()


def other_window(device: Tablet, path: str = SHIFT) -> Page:
    """Open a second window of the same browser."""
    assert device.context
    page = device.context.new_page()
    page.set_default_timeout(60_000)
    page.goto(path)
    return page


@on_disk
def test_no_file_of_the_browser_holds_what_was_typed(tablet, committed_world):  # noqa: F811
    """A browser writes fields and refused forms to its disk, to show them again after a crash or to offer them next time."""
    page = tablet.sign_in(committed_world)
    page.on("dialog", lambda dialog: dialog.accept())
    open_log(page, committed_world)
    page.get_by_label("Note").fill(TYPED)
    page.goto(SHIFT)
    tile_of(page, committed_world.ada.resident.code).get_by_role("link", name="Contact").click()
    for field in page.locator("main form input[type=text]:visible").all():
        field.fill(NAMED)
    page.locator("main form").get_by_role("button", name="Save").click()
    expect(page.locator("[data-focus]")).to_be_visible()
    page.wait_for_timeout(4000)  # the browser writes every few seconds
    written = files_with(tablet.folder, TYPED, NAMED, "contact/")
    tablet.context.close()
    written |= files_with(tablet.folder, TYPED, NAMED)
    tablet.context = None
    assert set(written) == {"contact/"}  # the address alone: so the file was written


def test_back_shows_the_next_person_no_field_as_it_was_typed(shared, committed_world):  # noqa: F811
    world, page = committed_world, shared.page
    page.on("dialog", lambda dialog: dialog.accept())
    open_log(page, world)
    page.get_by_label("Note").fill(TYPED)
    page.goto(SHIFT)
    press(page, "Switch person")
    expect(page.get_by_label("Your PIN")).to_be_visible()
    enter(page, world, "admin_cedar")
    texts = []
    for _ in range(10):
        page.go_back()
        page.wait_for_load_state()
        texts += page.locator("textarea, input[type=text]").evaluate_all("all => all.map(field => field.value)")
    assert "" in texts  # the page on which it was typed came by
    assert TYPED not in texts


def test_every_window_goes_dark_with_the_one_that_is_locked(shared, committed_world):  # noqa: F811
    """Also while the session has not ended yet: the other window waits for that before it goes on."""
    page, other, held = shared.page, other_window(shared), []
    page.route("**/accounts/logout/", lambda route: held.append(route))
    for how in ("Hide screen", "Switch person", "Lock / sign out"):
        expect(other.locator(".tile").first).to_be_visible()
        with page.expect_request("**/accounts/logout/"):
            press(page, how)
        assert_covered(other, committed_world)
        if how == "Hide screen":
            assert_covered(page, committed_world)
        press(other, "Go on")
        assert_covered(other, committed_world)
        held.pop().continue_()
        expect(other.get_by_label("Username" if how.startswith("Lock") else "Your PIN")).to_be_visible()
        if how == "Hide screen":
            press(page, "Go on")
        if not how.startswith("Lock"):
            come_back(page, PINS["staff_cedar"])
            other.goto(SHIFT)


def test_what_was_being_typed_in_another_window_waits_for_its_writer(shared, committed_world):  # noqa: F811
    page, other = shared.page, other_window(shared)
    open_log(other, committed_world)
    other.get_by_label("Note").press_sequentially(TYPED[:14])
    page.bring_to_front()
    press(page, "Switch person")
    assert_covered(other, committed_world)
    press(other, "Go on")
    expect(other.get_by_text("What you wrote is kept")).to_be_visible()
    other.get_by_label("Your PIN").fill(PINS["staff_cedar"])
    press(other, "Go on")
    expect(other.get_by_role("heading", level=1, name="Not sent yet")).to_be_visible()
    expect(other.locator("dl.pairs")).to_contain_text(TYPED[:14])


def test_who_signs_out_without_a_connection_leaves_nothing_and_is_signed_out_when_it_is_back(
    tablet,  # noqa: F811
    committed_world,
):
    world, page = committed_world, tablet.sign_in(committed_world)
    own = Session.objects.filter(person=world.staff_cedar, session_key=cookie_of(tablet))
    assert own.exists()
    tablet.cut(True)
    press(page, "Lock / sign out")
    assert_covered(page, world)
    expect(page.get_by_text("There is no connection.")).to_be_visible()
    assert own.exists()
    tablet.cut(False)
    expect(page.get_by_label("Username")).to_be_visible()
    assert not own.exists()
    page.go_back()
    page.wait_for_load_state()
    assert world.ada.resident.preferred_name not in page.content()


def cookie_of(device: Tablet) -> str:
    assert device.context
    return next(each["value"] for each in device.context.cookies() if each["name"].endswith("sessionid"))


@pytest.mark.parametrize("what", ["slept", "put back"])
def test_no_touch_and_no_clock_keeps_a_screen_open_that_nobody_used(shared, committed_world, what):  # noqa: F811
    page = shared.page
    page.clock.install()
    page.reload()
    expect(page.locator(".tile").first).to_be_visible()
    if what == "slept":  # no timer runs while a tablet sleeps; the first touch wakes it
        page.clock.set_system_time(page.evaluate("Date.now() + 3600000"))
        page.mouse.click(5, 5)
    else:
        page.evaluate("const before = Date.now; Date.now = () => before() - 10800000")
        page.clock.run_for("05:30")
    expect(page.get_by_role("heading", name="Come back with your PIN")).to_be_visible()


def test_a_shared_tablet_whose_person_has_no_pin_opens_for_nobody_after_it_was_hidden(tablet, committed_world):  # noqa: F811
    page = tablet.page
    enter(page, committed_world, "staff_cedar")
    press(page, "Hide screen")
    assert_covered(page, committed_world)
    press(page, "Go on")
    expect(page.get_by_label("Username")).to_be_visible()


def test_a_page_out_of_the_memory_of_the_browser_asks_the_server_again(tablet, committed_world):  # noqa: F811
    world, page = committed_world, tablet.sign_in(committed_world)
    Session.objects.filter(session_key=cookie_of(tablet)).delete()
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(page.get_by_label("Username")).to_be_visible()
    assert world.ada.resident.preferred_name not in page.content()


def test_every_page_is_hidden_with_one_press(shared, committed_world):  # noqa: F811
    for path in ("/", "/residents/", "/incidents/"):
        shared.page.goto(path)
        press(shared.page, "Hide screen")
        assert_covered(shared.page, committed_world)
        press(shared.page, "Go on")
        come_back(shared.page, PINS["staff_cedar"])


def back_button(page: Page, code: str):
    return tile_of(page, code).get_by_role("button", name=re.compile("^Take back: Seen"))


def test_an_entry_that_waits_is_taken_back_with_a_tap_and_nothing_is_sent(tablet, committed_world):  # noqa: F811
    world, page = committed_world, tablet.sign_in(committed_world)
    code, before, asked = world.ada.resident.code, CareEntry.objects.count(), []
    tablet.cut(True)
    seen(page, code).click()
    seen(page, world.bea.resident.code).click()
    expect(line(page)).to_contain_text("2 entries wait for the connection.")
    page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    back_button(page, code).click()
    expect(line(page)).to_contain_text(f"Taken back: Seen for {code}")
    expect(line(page)).to_contain_text("1 entry waits for the connection.")
    assert page.evaluate(WAITING) == 1
    assert not [url for url in asked if "outbox" in url]
    tablet.cut(False)
    expect(line(page)).to_contain_text("1 entry that waited is sent.")
    assert CareEntry.objects.count() == before + 1
    assert CareEntry.objects.latest("written_at").resident == world.bea.resident


def test_who_takes_back_what_was_perhaps_saved_is_told_which(tablet, committed_world):  # noqa: F811
    world, page = committed_world, tablet.sign_in(committed_world)

    def lose(came: bool, route) -> None:
        if came:
            route.fetch()
        route.abort()

    for came, young, said in [
        (True, world.ada, "Saved before you took it back"),
        (False, world.bea, "Taken back"),
    ]:
        code, before = young.resident.code, CareEntry.objects.count()
        page.route("**/tap/", partial(lose, came))
        page.route("**/outbox/back/", lambda route: route.abort(), times=1)
        seen(page, code).click()
        back_button(page, code).click()
        expect(line(page)).to_contain_text(f"{said}: Seen for {code}")
        page.unroute("**/tap/")
        assert page.evaluate(WAITING) == 0
        assert CareEntry.objects.count() == before + came
        if came:
            expect(line(page).get_by_role("link", name="Open it")).to_have_attribute("href", re.compile("/shift/#y-"))


@on_disk
def test_two_who_amend_the_same_entry_see_both_texts_also_after_a_restart(tablet, committed_world):  # noqa: F811
    world, page = committed_world, tablet.sign_in(committed_world)
    entry = world.ada.care
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        sign_shift(world.cedar.shift, hand_off="All calm.", by=world.staff_cedar)
    page.goto(f"/facilities/{world.cedar.facility.pk}/shift/entries/{entry.pk}/")
    page.get_by_label("Note").fill("Written on the tablet.")
    page.get_by_label("Why do you amend it?").fill("I remembered it.")
    tablet.cut(True)
    press(page, "Save the amendment")
    expect(line(page)).to_contain_text("1 entry waits")
    tablet.start()
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        residents.amend_care(entry, note="Written at the desk.", reason="Seen on paper.", by=world.admin_cedar)
    page = tablet.sign_in(world)
    press(page, "Correct it and send it")
    expect(page.get_by_role("heading", name="Two versions of this record")).to_be_visible()
    both = page.get_by_role("row").filter(has_text="Written at the desk.")
    expect(both).to_contain_text("Written on the tablet.")
    assert entry.amendments.count() == 1
    press(page, "Save the amendment")
    expect(page.get_by_text("Amendment 2")).to_be_visible()
    assert page.evaluate(WAITING) == 0


def test_what_is_too_old_is_shown_and_can_only_be_thrown_away(tablet, committed_world, monkeypatch):  # noqa: F811
    world, page = committed_world, tablet.sign_in(committed_world)
    code, before = world.ada.resident.code, CareEntry.objects.count()
    tablet.cut(True)
    seen(page, code).click()
    expect(line(page)).to_contain_text("1 entry waits")
    monkeypatch.setattr("placement.access.outbox.LASTS", timedelta(days=-1))
    tablet.cut(False)
    panel = page.locator("#not-taken")
    expect(panel).to_contain_text("It may have been saved then: look in the log.")
    expect(panel).to_contain_text(f"Seen for {code}")
    expect(panel.get_by_role("button")).to_have_text(["Throw it away"])
    press(page, "Throw it away")
    expect(panel).to_have_count(0)
    assert page.evaluate(WAITING) == 0
    assert CareEntry.objects.count() == before
