"""Passkeys, with a virtual authenticator: made on the page of the second factor, and used in place of password and code."""

import re
import threading
from collections.abc import Iterator

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.wsgi import get_wsgi_application
from django.test import override_settings
from django.test.testcases import QuietWSGIRequestHandler
from playwright.sync_api import Browser, Page, expect

from placement.access.operations import close_account
from placement.database.context import acting
from tests.access.test_factor import app_code
from tests.browser.conftest import Watched
from tests.browser.test_outbox import sign_out
from tests.world import PASSWORD, World


@pytest.fixture
def page(browser: Browser, committed_world: World) -> Iterator[Page]:
    """A browser with a device for passkeys. They need https or this host name."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler)
    server.set_app(get_wsgi_application())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with override_settings(SECOND_FACTOR=True):
        watched = Watched(browser, f"http://localhost:{server.server_port}")
        device = watched.context.new_cdp_session(watched.page)
        device.send("WebAuthn.enable")
        options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
        verified = {"hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}
        device.send("WebAuthn.addVirtualAuthenticator", {"options": options | verified})
        yield watched.page
        watched.context.close()
    server.shutdown()
    server.server_close()
    assert watched.faults == []


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_a_passkey_is_made_and_signs_in_until_the_account_is_closed(page: Page, committed_world: World) -> None:
    person = committed_world.caseworker
    page.goto("/accounts/login/")
    page.get_by_label("Username").fill(person.username)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")
    expect(page.get_by_role("heading", name="Set up an authenticator app")).to_be_visible()
    page.get_by_label("Code that the app shows").fill(app_code(page.locator(".seed").inner_text()))
    press(page, "Set it up")
    code = page.locator(".codes code").first.inner_text()
    press(page, "I have kept them")
    page.goto("/accounts/factor/")
    page.get_by_label(re.compile("^Code")).fill(code)
    press(page, "Add a passkey")
    press(page, "Make the passkey")
    expect(page.get_by_text("The passkey is added.")).to_be_visible()
    expect(page.get_by_text(re.compile("Passkeys: .* on "))).to_be_visible()
    sign_out(page)
    page.goto("/accounts/login/?next=/residents/")
    page.get_by_role("link", name="Use a passkey instead").click()
    press(page, "Use my passkey")
    expect(page.get_by_text(f"Signed in as {person.name}")).to_be_visible()
    assert page.url.endswith("/residents/")
    sign_out(page)
    with acting(committed_world.sysadmin.pk, committed_world.sysadmin.name):
        close_account(person, by=committed_world.sysadmin)
    page.goto("/accounts/passkey/")
    press(page, "Use my passkey")
    expect(page.get_by_text("This passkey does not open an account here.")).to_be_visible()
