"""A real server with the demo data, in a data folder of its own, and Chromium pages that report every fault."""

import os
import re
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.wsgi import get_wsgi_application
from django.test.testcases import QuietWSGIRequestHandler
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, expect, sync_playwright

from tests import demo_command
from tests.browser.chromium import find_light_chromium
from tests.world import World

PASSWORD = "demo-only-password"
WIDTHS = {"desk": (1280, 900), "tablet": (820, 1180), "phone": (390, 844)}
PATIENCE = 60_000  # ms: how long a slow machine may take; nothing here measures time
expect.set_options(timeout=PATIENCE)
# Playwright's own list, which a second one replaces, and what a window's address bar would load pages of its own for:
# that took longer than the pages of most tests.
NOT_WANTED = [
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxPopup",
]
ASIDE = [
    f"--disable-features={','.join(NOT_WANTED)}",
    "--disable-gpu",
    "--js-flags=--no-opt,--no-maglev",  # each page begins anew: compiling its scripts a second time, to run faster, never pays
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium, without its background traffic, for the tests of this package only.

    Playwright keeps an event loop running in this thread, and Django refuses the database while one runs unless it is
    told not to: it has to end before another test of the same worker begins.
    """
    with pytest.MonkeyPatch.context() as patched, sync_playwright() as playwright:
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "yes")
        chromium = playwright.chromium.launch(executable_path=find_light_chromium(), args=ASIDE)
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def site(request: pytest.FixtureRequest) -> Iterator[str]:
    """Run ``manage.py demo`` as a person would, on a free port and in the folder in which it was loaded; yield its address.

    PLACEMENT_TEST_SITE names a demo that runs already, for work on one test.
    """
    if running := os.environ.get("PLACEMENT_TEST_SITE"):
        yield running
        return
    folder = request.getfixturevalue("demo_folder")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = demo_command.start(folder, "--port", str(port))
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_it_answers(server, f"{address}/healthz", folder)
        yield address
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def _wait_until_it_answers(server: subprocess.Popen, address: str, folder: Path) -> None:
    until = time.monotonic() + 300
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError(f"The demo ended:\n{demo_command.said(folder)}")
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310 - our own address
                return
        except OSError:
            time.sleep(0.3)
    raise RuntimeError(f"The demo did not answer:\n{demo_command.said(folder)}")


@cache
def devtools(page: Page) -> CDPSession:
    """Return the connection by which a page is told what Playwright has no words for."""
    return page.context.new_cdp_session(page)


def out_of_sight(page: Page) -> Page:
    """Return the page, whose window is not drawn from now on: for what asks its elements, as a click waits long for a frame."""
    window = devtools(page).send("Browser.getWindowForTarget")["windowId"]
    devtools(page).send("Browser.setWindowBounds", {"windowId": window, "bounds": {"windowState": "minimized"}})
    return page


def sign_in(context: BrowserContext, username: str, password: str, **fields: str) -> None:
    """Sign in as the form does, where signing in is not what is tested: without a page."""
    form = context.request.get("/accounts/login/").text()
    token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', form)[0]
    told = {"csrfmiddlewaretoken": token, "username": username, "password": password} | fields
    assert context.request.post("/accounts/login/", form=told, max_redirects=0).status == 302


class Watched:
    """A signed-in browser whose pages keep every console error, refused source and request to another host."""

    def __init__(self, browser: Browser, site: str, width: str = "desk", script: bool = True) -> None:
        size = WIDTHS[width]
        self.site = site
        self.script = script
        self.faults: list[str] = []
        self.context: BrowserContext = browser.new_context(
            base_url=site,
            viewport={"width": size[0], "height": size[1]},
            reduced_motion="reduce",
            locale="en-US",
            java_script_enabled=script,
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.on("console", lambda m: self.faults.append(f"console: {m.text}") if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("request", lambda r: None if r.url.startswith((site, "data:")) else self.faults.append(r.url))


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Callable[..., Watched]]:
    """Return a function that opens a watched browser, signed in when it gets an account.

    All are closed at the end, and their faults must be none.
    """
    opened: list[Watched] = []

    def open_for(username: str = "", width: str = "desk", script: bool = True) -> Watched:
        watched = Watched(browser, site, width, script)
        opened.append(watched)
        if username:
            sign_in(watched.context, username, PASSWORD)
        return watched

    yield open_for
    faults = [fault for watched in opened for fault in watched.faults]
    for watched in opened:
        watched.context.close()
    assert faults == []


@pytest.fixture
def visit_world(browser: Browser, committed_world: World) -> Iterator[Callable[[str], Page]]:
    """Return a function that gives the browser to somebody in the world of the tests, who is signed in.

    The application answers from a thread of this process. All faults must be none at the end.
    """
    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler)
    server.set_app(get_wsgi_application())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    site = f"http://127.0.0.1:{server.server_port}"
    watched = Watched(browser, site)

    def open_for(key: str) -> Page:
        session = {"name": settings.SESSION_COOKIE_NAME, "value": committed_world.sessions[key], "url": site}
        watched.context.add_cookies([session])
        return watched.page

    yield open_for
    watched.context.close()
    server.shutdown()
    server.server_close()
    assert watched.faults == []
