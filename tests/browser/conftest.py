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
from pathlib import Path

import pytest
from django.conf import settings
from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.wsgi import get_wsgi_application
from django.test.testcases import QuietWSGIRequestHandler
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests import demo_command
from tests.browser.chromium import find_chromium
from tests.world import World

PASSWORD = "demo-only-password"
WIDTHS = {"desk": (1280, 900), "tablet": (820, 1180), "phone": (390, 844)}
PATIENCE = 60_000  # ms: how long a slow machine may take; nothing here measures time
expect.set_options(timeout=PATIENCE)
ASIDE = [
    "--disable-gpu",
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
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=ASIDE)
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

    def sign_in(self, username: str) -> Page:
        """Sign in through the form."""
        self.page.goto("/accounts/login/")
        self.page.get_by_label("Username").fill(username)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name=re.compile("sign in", re.I)).click()
        self.page.wait_for_url(f"{self.site}/")
        return self.page


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
            watched.sign_in(username)
        return watched

    yield open_for
    faults = [fault for watched in opened for fault in watched.faults]
    for watched in opened:
        watched.context.close()
    assert faults == []


@pytest.fixture
def visit_world(browser: Browser, committed_world: World) -> Iterator[Callable[[str], Page]]:
    """Return a function that opens the browser of somebody in the world of the tests, who is signed in.

    The application answers from a thread of this process. All faults must be none at the end.
    """
    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler)
    server.set_app(get_wsgi_application())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    site, opened = f"http://127.0.0.1:{server.server_port}", {}

    def open_for(key: str) -> Page:
        if key not in opened:
            opened[key] = Watched(browser, site)
            session = {"name": settings.SESSION_COOKIE_NAME, "value": committed_world.sessions[key], "url": site}
            opened[key].context.add_cookies([session])
        return opened[key].page

    yield open_for
    faults = [fault for watched in opened.values() for fault in watched.faults]
    for watched in opened.values():
        watched.context.close()
    server.shutdown()
    server.server_close()
    assert faults == []
