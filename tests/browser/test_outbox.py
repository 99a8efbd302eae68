"""A bad connection loses nothing: entries wait on the tablet, unreadable, and count once, for whoever made them."""

import random
import re
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.wsgi import get_wsgi_application
from django.test.testcases import QuietWSGIRequestHandler
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from placement.database.context import acting
from placement.facilities.operations import sign_shift
from residents.models import CareEntry
from tests.browser.chromium import find_chromium
from tests.browser.conftest import ASIDE, PATIENCE, sign_in
from tests.browser.test_main_job import press, tile_of
from tests.facilities.shift_page import fill
from tests.world import PASSWORD, World

# Everything that the browser keeps for a site, as text: what somebody finds who opens the tablet's stores.
STORES = """async () => {
  const texts = [document.cookie, JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
  for (const name of await caches.keys()) for (const request of await (await caches.open(name)).keys())
    texts.push(request.url, await (await (await caches.open(name)).match(request)).text());
  const readable = value => value instanceof ArrayBuffer || ArrayBuffer.isView(value)
    ? new TextDecoder('latin1').decode(value) + new TextDecoder().decode(value) + new TextDecoder('utf-16').decode(value)
    : value && typeof value === 'object' ? Object.entries(value).map(([name, one]) => name + readable(one)).join() : String(value);
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise(yes => { const ask = indexedDB.open(name); ask.onsuccess = () => yes(ask.result); });
    for (const store of db.objectStoreNames) {
      const rows = await new Promise(yes => {
        const ask = db.transaction(store).objectStore(store).getAll(); ask.onsuccess = () => yes(ask.result);
      });
      texts.push(store, ...rows.map(readable));
    }
    db.close();
  }
  return texts.join('\\n');
}"""
WAITING = """() => new Promise(yes => {
  const ask = indexedDB.open('outbox');
  ask.onsuccess = () => { const count = ask.result.transaction('entries').objectStore('entries').count();
    count.onsuccess = () => { ask.result.close(); yes(count.result); }; };
})"""
# The page's own forms are sent, faster than a hand can.
TAP_AGAIN = """async ([tiles, times]) => {
  for (let n = 0; n < times; n++) {
    const forms = [...document.getElementById(tiles[n % tiles.length]).querySelectorAll('form[data-outbox]')];
    const form = forms[Math.floor(n / tiles.length) % forms.length];
    form.elements.form_key.value = crypto.randomUUID();
    delete form.dataset.sent;
    form.taken = undefined;
    form.requestSubmit();
    await new Promise(yes => setTimeout(yes, 5));
  }
}"""

# Every entry that is safe on the tablet, by its key.
COUNT = """const put = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (row) {
  this.transaction.addEventListener('complete', () => made(row.key));
  return put.call(this, row);
};"""
# After a failure the page waits until it tries again, for longer each time; nobody waits for a test.
TRY_AGAIN = "setInterval(() => dispatchEvent(new Event('online')), 50)"
SAME_FOR_ALL = """async times => {
  const form = document.querySelector('form[data-outbox]');
  for (let n = 0; n < times; n++) {
    form.requestSubmit();
    while (form.dataset.sent) await new Promise(yes => setTimeout(yes, 5));
    form.taken = undefined;
  }
}"""


class Line:
    """The connection: of the entries that a tablet sends, a ``share`` fails, half of these after they were saved."""

    def __init__(self) -> None:
        self.app, self.share, self.lost = get_wsgi_application(), 0.0, 0
        self.chance = random.Random(4)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer, or break the connection."""
        lost = "HTTP_OUTBOX" in environ and self.chance.random() < self.share
        if lost and self.chance.random() < 0.5:
            return self.broken(environ)
        answer = self.app(environ, start_response)
        if lost:
            list(answer)
            return self.broken(environ)
        return answer

    def broken(self, environ: dict[str, Any]) -> list[bytes]:
        """End the connection without a word."""
        self.lost += 1
        environ["test.connection"].shutdown(socket.SHUT_RDWR)
        raise ConnectionAbortedError


class Handler(QuietWSGIRequestHandler):
    """Lets the application break its connection."""

    def get_environ(self) -> dict[str, Any]:
        """Return what the application is told."""
        return super().get_environ() | {"test.connection": self.connection}


class Tablet:
    """A browser. With a folder, which takes longer, it can be restarted: what is on disk stays, what is in memory goes."""

    def __init__(self, browser: Browser, site: str, connection: Line, folder: Path | None = None) -> None:
        self.browser, self.site, self.folder, self.line = browser, site, folder, connection
        self.context: BrowserContext | None = None
        self.made: set[str] = set()

    def start(self) -> Page:
        """Switch it on (again)."""
        if self.context:
            self.context.close()
        how: dict[str, Any] = {
            "base_url": self.site,
            "viewport": {"width": 820, "height": 1180},
            "locale": "en-US",
        }
        if self.folder:
            self.context = self.browser.browser_type.launch_persistent_context(
                self.folder, executable_path=find_chromium(), args=ASIDE, **how
            )
            self.context.expose_function("made", lambda key: self.made.add(key))
            self.context.add_init_script(COUNT)
            self.page = self.context.pages[0]
        else:
            self.context = self.browser.new_context(**how)
            self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        return self.page

    def sign_in(self, world: World, key: str = "staff_cedar") -> Page:
        """Sign in, and open the shift page."""
        assert self.context
        sign_in(self.context, world.people[key].username, PASSWORD)
        self.page.goto("/facilities/shift/")
        expect(self.page.locator("html[data-outbox-ready=true]")).to_be_attached()
        expect(self.page.locator(".tile").first).to_be_visible()
        return self.page

    def cut(self, off: bool) -> None:
        """Take the network away, or give it back."""
        assert self.context
        self.context.set_offline(off)


@pytest.fixture
def tablet(
    browser: Browser, committed_world: World, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Tablet]:
    """A tablet that is on; ``on_disk`` says which tests need one that can be restarted."""
    server, connection = ThreadedWSGIServer(("127.0.0.1", 0), Handler), Line()
    server.set_app(connection)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    folder = tmp_path / "tablet" if hasattr(request, "param") else None
    made = Tablet(browser, f"http://127.0.0.1:{server.server_port}", connection, folder)
    made.start()
    yield made
    if made.context:
        made.context.close()
    server.shutdown()
    server.server_close()


on_disk = pytest.mark.parametrize("tablet", ["on disk"], indirect=True)


def logged(world: World) -> list[CareEntry]:
    """What staff have logged since the world began, in its order."""
    own = {young.care.pk for young in (world.ada, world.bea) if young.care}
    return list(CareEntry.objects.exclude(pk__in=own).filter(written_by=world.staff_cedar).order_by("happened_at"))


def seen(page: Page, code: str):
    return tile_of(page, code).get_by_role("button", name=re.compile("^Seen"))


def line(page: Page):
    return page.locator("#outbox")


def sign_out(page: Page) -> None:
    """Sign out, and wait until that is done."""
    press(page, "Lock / sign out")
    expect(page.get_by_label("Username")).to_be_visible()


def wait_until(page: Page, done: Callable[[], bool]) -> None:
    """Wait until it is so, for five minutes at most."""
    until = time.monotonic() + 300
    while not done():
        assert time.monotonic() < until
        page.wait_for_timeout(200)


def test_a_tap_without_a_network_waits_with_words_and_is_sent_with_its_own_time(tablet, committed_world):
    world, page = committed_world, tablet.sign_in(committed_world)
    code = world.ada.resident.code
    before = len(logged(world))
    tablet.cut(True)
    seen(page, code).click()
    expect(line(page)).to_contain_text("1 entry waits for the connection.")
    expect(tile_of(page, code)).to_contain_text(re.compile(r"Waiting: Seen \d\d:\d\d"))
    page.wait_for_timeout(1000)
    seen(page, code).dblclick()
    expect(line(page)).to_contain_text("2 entries wait for the connection.")
    page.get_by_role("link", name="Log for several…").click()  # a page that does not come must not take this one away
    expect(tile_of(page, code)).to_be_visible()
    assert len(logged(world)) == before
    tablet.cut(False)
    expect(line(page)).to_contain_text("2 entries that waited are sent.")
    expect(tile_of(page, code)).not_to_contain_text("Waiting")
    first, second = logged(world)[before:]
    assert first.happened_at < second.happened_at
    assert (second.happened_at - first.happened_at).total_seconds() >= 0.9
    assert (first.written_at - first.happened_at).total_seconds() > 1
    assert page.evaluate(WAITING) == 0


def test_an_entry_whose_answer_was_lost_counts_once(tablet, committed_world):
    world, page = committed_world, tablet.sign_in(committed_world)
    before, lost = len(logged(world)), []

    def lose(route: Route) -> None:
        route.fetch()
        lost.append(route.request.url)
        route.abort()

    page.route("**/tap/", lose, times=2)
    seen(page, world.ada.resident.code).click()
    expect(seen(page, world.ada.resident.code)).to_contain_text(re.compile(r"\d\d:\d\d"))
    assert page.evaluate(WAITING) == 0
    assert len(lost) == 2
    assert len(logged(world)) == before + 1


@on_disk
def test_what_waits_is_unreadable_after_a_restart_and_is_sent_for_its_writer_only(tablet, committed_world):
    world, page = committed_world, tablet.sign_in(committed_world)
    before, note = len(logged(world)), "Zitronenfalter am Fenster"
    tile_of(page, world.ada.resident.code).get_by_role("link", name="More…").click()
    tablet.cut(True)
    page.get_by_label("What happened?").select_option(label="Only a note")
    page.get_by_label("Note").fill(note)
    press(page, "Save")
    expect(line(page)).to_contain_text("1 entry waits for the connection.")
    expect(page.get_by_label("Note")).to_have_value("")
    page = tablet.start()
    page.goto("/accounts/login/")
    expect(line(page)).to_contain_text("1 entry of somebody who is not signed in waits")
    assert_unreadable(page.evaluate(STORES), world, note)
    tablet.sign_in(world, "admin_cedar")
    expect(line(page)).to_contain_text("1 entry of a colleague waits on this tablet")
    assert len(logged(world)) == before
    sign_out(page)
    tablet.sign_in(world)
    expect(line(page)).to_contain_text("is sent")
    entry = CareEntry.objects.get(note=note)
    assert entry.written_by == world.staff_cedar
    assert page.evaluate(WAITING) == 0


def assert_unreadable(kept: str, world: World, *words: str) -> None:
    """Nothing in what the browser keeps says who, what, or where."""
    assert "entries" in kept
    for young in (world.ada.resident, world.bea.resident):
        words = (*words, young.preferred_name, young.code, str(young.pk))
    for word in (*words, "head_count", "form_key", "Breakfast", world.staff_cedar.name, str(world.cedar.facility.pk)):
        assert word not in kept


def test_a_page_of_somebody_who_signed_out_elsewhere_sends_nothing_under_another_name(tablet, committed_world):
    world, page = committed_world, tablet.sign_in(committed_world)
    before = CareEntry.objects.count()
    tablet.page = page.context.new_page()
    tablet.context.clear_cookies()  # so that no window tells the other one
    tablet.sign_in(world, "admin_cedar")
    page.bring_to_front()
    seen(page, world.ada.resident.code).click()
    expect(line(page)).to_contain_text(re.compile("out of date|Somebody else is signed in"))
    assert CareEntry.objects.count() == before
    assert page.evaluate(WAITING) == 1


def test_an_entry_of_a_shift_that_was_signed_meanwhile_comes_late_with_that_reason(tablet, committed_world):
    world, page = committed_world, tablet.sign_in(committed_world)
    before = len(logged(world))
    tablet.cut(True)
    seen(page, world.ada.resident.code).click()
    expect(line(page)).to_contain_text("1 entry waits")
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        sign_shift(world.cedar.shift, hand_off="All calm.", by=world.staff_cedar)
    tablet.cut(False)
    expect(line(page)).to_contain_text("is sent")
    entry = logged(world)[before]
    assert entry.shift_id == world.cedar.shift.pk
    assert entry.reason == "The connection was away: the entry was kept on the tablet and sent later."


def test_a_refused_entry_is_shown_with_what_was_typed_and_is_never_dropped(tablet, committed_world):
    world, page = committed_world, tablet.sign_in(committed_world)
    note = "Zitronenfalter am Fenster"
    tile_of(page, world.ada.resident.code).get_by_role("link", name="More…").click()
    tablet.cut(True)
    page.get_by_label("What happened?").select_option(label="Lunch")
    page.get_by_label("Note").fill(note)
    page.get_by_role("textbox", name="Date").fill("01/02/2031")
    press(page, "Save")
    expect(line(page)).to_contain_text("1 entry waits")
    tablet.cut(False)
    panel = page.locator("#not-taken")
    expect(panel).to_contain_text("This time has not come yet.")
    expect(panel).to_contain_text(note)
    page.goto("/")
    expect(panel).to_contain_text(note)
    press(page, "Correct it and send it")
    expect(page.get_by_label("Note")).to_have_value(note)
    expect(page.locator("form.form-page")).to_contain_text("This time has not come yet.")
    page.get_by_role("textbox", name="Date").fill(f"{world.now.astimezone(world.cedar.facility.zone):%m/%d/%Y}")
    press(page, "Save")
    expect(page.locator("#messages")).to_contain_text("Saved for")
    assert CareEntry.objects.filter(note=note).count() == 1
    assert page.evaluate(WAITING) == 0
    expect(panel).to_have_count(0)


def test_a_waiting_change_of_an_entry_that_was_changed_meanwhile_shows_both_versions(tablet, committed_world):
    world, page = committed_world, tablet.sign_in(committed_world)
    before = len(logged(world))
    seen(page, world.ada.resident.code).click()
    expect(seen(page, world.ada.resident.code)).to_contain_text(re.compile(r"\d\d:\d\d"))
    entry = logged(world)[before]
    page.goto(f"/facilities/{world.cedar.facility.pk}/shift/entries/{entry.pk}/")
    page.get_by_label("Note").fill("Written on the tablet.")
    tablet.cut(True)
    press(page, "Save the change")
    expect(line(page)).to_contain_text("1 entry waits")
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        CareEntry.objects.filter(pk=entry.pk).update(note="Written at the desk.")
    tablet.cut(False)
    press(page, "Correct it and send it")
    expect(page.get_by_role("heading", name="Two versions of this record")).to_be_visible()
    both = page.get_by_role("row").filter(has_text="Written at the desk.")
    expect(both).to_contain_text("Written on the tablet.")


def test_a_clock_that_is_far_off_is_put_right_and_marked(tablet, committed_world):
    world, page = committed_world, tablet.page
    page.add_init_script("const real = Date.now; Date.now = () => real() + 7500000;")  # 2 h 5 min fast
    page.add_init_script(
        "Object.defineProperty(performance, 'timeOrigin', { value: performance.timeOrigin + 7500000 });"
    )
    before = len(logged(world))
    tablet.sign_in(world)
    tablet.cut(True)
    seen(page, world.ada.resident.code).click()
    expect(line(page)).to_contain_text("1 entry waits")
    tablet.cut(False)
    expect(line(page)).to_contain_text("is sent")
    entry = logged(world)[before]
    assert 0 <= (entry.written_at - entry.happened_at).total_seconds() < 60
    assert entry.reason == "The tablet's clock was 2 h 5 min fast; the time was put right."


@on_disk
def test_five_hundred_entries_with_a_bad_connection_and_two_restarts_count_once_each(
    tablet, committed_world, acting_as
):
    """A shift of eight young people: taps by hand, taps by the page's own forms, and the same thing for all eight.

    Almost a third of all that is sent fails on its way, half of it after the server has saved it.
    """
    world = committed_world
    fill(world, acting_as, 6)
    ids = set(CareEntry.objects.values_list("pk", flat=True))
    tablet.line.share = 0.3
    for turn in range(3):
        page = tablet.start() if turn else tablet.page
        tablet.sign_in(world)
        tiles = page.locator(".tile").evaluate_all("all => all.map(tile => tile.id)")
        page.evaluate(TRY_AGAIN)
        for n in range(6):  # the connection is bad, not away
            page.locator(f"#{tiles[n]} form[data-outbox] button").first.click()
        tablet.cut(turn == 0)
        page.evaluate(TAP_AGAIN, [tiles, (24, 24, 34)[turn]])
        if turn == 1:
            page.get_by_role("link", name="Log for several…").click()
            page.get_by_role("link", name="Well", exact=True).click()
            expect(page.locator("html[data-outbox-ready=true]")).to_be_attached()
            tablet.cut(True)
            page.evaluate(SAME_FOR_ALL, 50)
        wait_until(page, lambda made=(30, 110, 150)[turn]: len(tablet.made) == made)
        if turn < 2:
            expect(line(page)).to_contain_text(re.compile("[0-9]+ entries wait for the connection"))
    wait_until(page, lambda: page.evaluate(WAITING) == 0)
    assert CareEntry.objects.exclude(pk__in=ids).count() == 18 + 82 + 50 * 8
    assert tablet.line.lost > 40
    sign_out(page)
    assert_unreadable(page.evaluate(STORES), world)
