"""The screen of a shared tablet: it locks, is passed on, and is hidden at once; a board on the wall names nobody."""

import re

import pytest
from playwright.sync_api import Page, expect

from placement.access.operations import end_sessions, set_pin
from placement.database.context import acting
from residents.models import CareEntry
from tests.browser.conftest import sign_in
from tests.browser.test_main_job import press, tile_of
from tests.browser.test_outbox import Tablet, line, seen, tablet  # noqa: F401 - a fixture
from tests.world import PASSWORD, World

PINS = {"staff_cedar": "391745", "admin_cedar": "740916"}


@pytest.fixture
def shared(tablet, committed_world: World) -> Tablet:  # noqa: F811
    """A tablet on which staff have signed in for the shift, and said that it is shared."""
    for key, pin in PINS.items():
        person = committed_world.people[key]
        with acting(person.pk, person.name):
            set_pin(person, pin, by=person)
    sign_in(tablet.context, committed_world.staff_cedar.username, PASSWORD, shared="on")
    tablet.page.goto("/facilities/shift/")
    expect(tablet.page.locator(".tile").first).to_be_visible()
    return tablet


def enter(page: Page, world: World, key: str) -> None:
    """Sign in with the password, on a shared tablet."""
    page.goto("/accounts/login/?next=/facilities/shift/")
    page.get_by_label("Username").fill(world.people[key].username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_text("shared", exact=False).first.click()
    press(page, "Sign in")
    expect(page.locator(".tile").first).to_be_visible()


def come_back(page: Page, pin: str, initials: str = "") -> None:
    """Give the PIN."""
    expect(page.get_by_label("Your PIN")).to_be_visible()
    if initials:
        page.get_by_text(initials, exact=True).click()
    page.get_by_label("Your PIN").fill(pin)
    press(page, "Go on")
    expect(page.locator("html[data-outbox-ready=true]")).to_be_attached()


def initials_of(world: World, key: str) -> str:
    return " ".join(f"{word[0].upper()}." for word in world.people[key].name.split())


def assert_covered(page: Page, world: World) -> None:
    """Nothing of the page is left, on the screen, in its title or behind the cover."""
    expect(page.locator(".cover")).to_be_visible()
    assert page.title() == "Page"
    whole = page.content()
    for text in (world.ada.resident.preferred_name, world.ada.resident.code, world.staff_cedar.name, "Placement"):
        assert text not in whole.split("<body")[1]


def test_a_shift_page_locks_after_five_minutes_and_the_pin_leads_back_to_it(shared, committed_world):
    page = shared.page
    page.clock.install()
    page.reload()
    address = page.url
    page.clock.run_for("04:40")
    expect(page.locator(".tile").first).to_be_visible()
    page.clock.run_for("00:40")
    expect(page.get_by_role("heading", name="Come back with your PIN")).to_be_visible()
    assert committed_world.ada.resident.preferred_name not in page.content()
    page.go_back()
    assert committed_world.ada.resident.preferred_name not in page.content()
    page.goto("/accounts/back/?next=/facilities/shift/")
    come_back(page, PINS["staff_cedar"])
    assert page.url == address


def test_the_tablet_is_passed_on_and_each_entry_is_under_the_right_name(shared, committed_world):
    world, page, code = committed_world, shared.page, committed_world.ada.resident.code
    press(page, "Switch person")
    expect(page.get_by_label("Your PIN")).to_be_visible()
    enter(page, world, "admin_cedar")
    for key in ("staff_cedar", "admin_cedar"):
        press(page, "Switch person")
        come_back(page, PINS[key], initials_of(world, key))
        expect(page.get_by_role("contentinfo")).to_contain_text(f"Signed in as {world.people[key].name}")
        seen(page, code).click()
        expect(page.locator("#saved")).to_contain_text(f"for {code}")
        assert CareEntry.objects.latest("written_at").written_by == world.people[key]


def test_the_screen_is_hidden_at_once_also_without_a_connection_and_needs_the_pin(shared, committed_world):
    page = shared.page
    for how in ("key", "button"):
        seen(page, committed_world.ada.resident.code).focus()
        shared.cut(True)
        if how == "key":
            page.keyboard.press("Escape")
            expect(page.locator(".tile").first).to_be_visible()
            page.keyboard.press("Escape")
        else:
            press(page, "Hide screen")
        assert_covered(page, committed_world)
        press(page, "Go on")
        expect(page.get_by_text("There is no connection.")).to_be_visible()
        assert_covered(page, committed_world)
        shared.cut(False)
        come_back(page, PINS["staff_cedar"])
        expect(tile_of(page, committed_world.ada.resident.code)).to_be_visible()


def test_what_waited_when_the_screen_was_hidden_is_sent_after_the_pin(shared, committed_world):
    page, code = shared.page, committed_world.ada.resident.code
    before = CareEntry.objects.count()
    shared.cut(True)
    seen(page, code).click()
    expect(line(page)).to_contain_text("1 entry waits")
    press(page, "Hide screen")
    assert_covered(page, committed_world)
    shared.cut(False)
    press(page, "Go on")
    come_back(page, PINS["staff_cedar"])
    expect(line(page)).to_contain_text("is sent")
    assert CareEntry.objects.count() == before + 1


def test_on_a_device_of_ones_own_a_tap_shows_the_page_again(tablet, committed_world):  # noqa: F811
    page = tablet.sign_in(committed_world)
    for _ in range(2):
        page.keyboard.press("Escape")
    assert_covered(page, committed_world)
    press(page, "Go on")
    expect(tile_of(page, committed_world.ada.resident.code)).to_be_visible()


def test_a_shared_tablet_shows_codes_until_names_are_asked_for(shared, committed_world):
    page, young = shared.page, committed_world.ada.resident
    name = page.locator(f'h3 .name[data-code="{young.code}"]')
    assert name.evaluate("e => getComputedStyle(e).fontSize") == "0px"
    press(page, "Show names")
    assert name.evaluate("e => getComputedStyle(e).fontSize") != "0px"
    page.reload()
    assert name.evaluate("e => getComputedStyle(e).fontSize") != "0px"
    press(page, "Switch person")
    come_back(page, PINS["staff_cedar"])
    assert name.evaluate("e => getComputedStyle(e).fontSize") == "0px"


def test_a_board_on_the_wall_is_put_up_and_refreshes_itself(shared, committed_world):
    world, page = committed_world, shared.page
    page.clock.install()
    page.get_by_role("link", name="Board for the wall").click()
    press(page, "Put it up on this screen")
    expect(page.get_by_role("contentinfo")).not_to_contain_text("Signed in as")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=world.ada.resident.code))
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        CareEntry.objects.create(
            resident=world.ada.resident,
            facility=world.cedar.facility,
            shift=world.cedar.shift,
            kind="head_count",
            outcome="In the yard",
            happened_at=CareEntry.objects.latest("written_at").written_at,
            written_by=world.staff_cedar,
        )
    page.clock.run_for("00:31")
    expect(row).to_contain_text(re.compile("In the yard"))
    shared.cut(True)
    page.clock.run_for("00:31")
    expect(row).to_be_visible()
    expect(page.locator(".as-of")).to_contain_text("No connection: this is not how it stands now.")
    shared.cut(False)
    page.clock.run_for("00:31")
    expect(page.locator(".as-of")).not_to_contain_text("No connection")
    assert world.ada.resident.preferred_name not in page.content()
    with acting(world.sysadmin.pk, world.sysadmin.name):
        end_sessions(world.staff_cedar, by=world.sysadmin)
    page.clock.run_for("00:31")
    expect(page.get_by_label("Username")).to_be_visible()
