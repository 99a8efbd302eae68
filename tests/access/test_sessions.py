"""When a session ends by itself, and that nothing typed is lost with it, or shown to somebody else."""

import html
import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from placement.facilities.models import Referral
from tests.world import PASSWORD

LOGIN, KEPT, WORK = reverse("accounts:login"), reverse("accounts:kept"), reverse("work")
TYPED = 'She told me: "the <blue> house".\nSecond line & more.'


@pytest.fixture
def clock():
    """A clock that stands still until it is moved."""
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


def signed_in(person, **more) -> Client:
    client = Client(**more)
    client.get(LOGIN)
    assert sign_in(client, person).status_code == 302
    return client


def sign_in(client: Client, person):
    data = {"username": person.username, "password": PASSWORD}
    if "csrftoken" in client.cookies:
        data["csrfmiddlewaretoken"] = client.cookies["csrftoken"].value
    return client.post(LOGIN, data)


def draft_address(world) -> str:
    return reverse("referrals:edit", args=[world.draft.pk]) + "?step=1"


def typed_draft(client: Client, world) -> dict:
    """The form of the draft with something typed into it, as the browser will send it."""
    page = client.get(draft_address(world)).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    return hidden | {"reason": TYPED, "go": "draft"}


def hidden_fields(page: str) -> dict[str, str]:
    """What the form with the kept text will send."""
    form = page[page.index('aria-labelledby="kept-1"') :].partition("</form>")[0]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in found}


def reason_of(world) -> str:
    return Referral.objects.get(pk=world.draft.pk).reason


def test_a_session_ends_after_fifteen_idle_minutes_and_not_before(world, clock):
    client = signed_in(world.caseworker)
    for _ in range(3):
        clock.shift(timedelta(minutes=14))
        assert client.get(WORK).status_code == 200
    clock.shift(timedelta(minutes=15, seconds=1))
    answer = client.get(WORK)
    assert (answer.status_code, answer["Location"]) == (302, f"{LOGIN}?next=/")
    clock.shift(timedelta(minutes=-10))
    assert client.get(WORK).status_code == 302  # it has really ended


def test_the_cookie_goes_with_the_browser(world):
    client = signed_in(world.caseworker)
    client.get(WORK)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["max-age"], cookie["expires"]) == ("", "")


def test_saying_that_one_still_writes_keeps_the_session(world, clock):
    client, here = signed_in(world.caseworker), reverse("accounts:here")
    for _ in range(4):
        clock.shift(timedelta(minutes=10))
        answer = client.post(here)
        assert (answer.status_code, answer.content) == (204, b"")
    assert client.get(WORK).status_code == 200
    assert client.get(here)["Location"] == "/"
    clock.shift(timedelta(minutes=16))
    assert client.post(here).status_code == 302
    assert client.get(WORK).status_code == 302


def test_a_form_that_came_too_late_is_kept_and_sent_after_signing_in(world, clock):
    client = signed_in(world.caseworker, enforce_csrf_checks=True)
    data = typed_draft(client, world)
    clock.shift(timedelta(minutes=20))
    late = client.post(draft_address(world), data)
    assert (late.status_code, late["Location"]) == (302, LOGIN)
    assert reason_of(world) == "Not sent yet"
    page = client.get(LOGIN)
    assert "What you wrote is kept" in page.content.decode()
    assert "blue" not in page.content.decode()  # the next person at this tablet may be somebody else
    assert "no-store" in page["Cache-Control"]
    assert sign_in(client, world.caseworker)["Location"] == KEPT
    assert "is not sent yet" in client.get(WORK).content.decode()
    page = client.get(KEPT)
    assert "no-store" in page["Cache-Control"]
    assert html.escape("the <blue> house") in page.content.decode()
    again = hidden_fields(page.content.decode())
    assert again["reason"] == TYPED
    assert again["csrfmiddlewaretoken"] != data["csrfmiddlewaretoken"]
    assert f'action="{html.escape(draft_address(world))}"' in page.content.decode()
    assert client.post(draft_address(world), again).status_code == 302
    assert reason_of(world) == TYPED.replace("\n", "\r\n") or reason_of(world) == TYPED
    assert "is not sent yet" not in client.get(WORK).content.decode()
    assert "Nothing waits here" in client.get(KEPT).content.decode()


def test_somebody_else_never_gets_it(world, clock):
    client = signed_in(world.caseworker)
    data = typed_draft(client, world)
    clock.shift(timedelta(minutes=20))
    client.post(draft_address(world), data)
    assert sign_in(client, world.supervisor)["Location"] == WORK
    assert "blue" not in client.get(KEPT).content.decode()
    assert not [value for value in client.session.values() if "blue" in str(value)]
    client.post(reverse("accounts:logout"))
    assert sign_in(client, world.caseworker)["Location"] == WORK  # dropped, not waiting


def test_a_form_after_the_own_sign_out_in_another_tab_is_kept_too(world):
    client = signed_in(world.caseworker)
    data = typed_draft(client, world)
    client.post(reverse("accounts:logout"))
    client.post(draft_address(world), data)
    assert sign_in(client, world.caseworker)["Location"] == KEPT


def test_what_is_kept_outlives_another_idle_quarter_of_an_hour(world, clock):
    client = signed_in(world.caseworker)
    data = typed_draft(client, world)
    for _ in range(2):
        clock.shift(timedelta(minutes=20))
        client.post(draft_address(world), data)
        assert sign_in(client, world.caseworker)["Location"] == KEPT
    assert client.get(KEPT).content.decode().count("Send it now") == 1
    assert client.post(KEPT)["Location"] == WORK
    assert "Nothing waits here" in client.get(KEPT).content.decode()
    assert reason_of(world) == "Not sent yet"


def test_a_refused_sending_keeps_the_text(world, clock, acting_as):
    """The right has ended meanwhile: the page is a 404, but the words are still there to be copied."""
    client = signed_in(world.caseworker)
    data = typed_draft(client, world)
    clock.shift(timedelta(minutes=20))
    client.post(draft_address(world), data)
    sign_in(client, world.caseworker)
    with acting_as(world.caseworker):
        Referral.objects.filter(pk=world.draft.pk).delete()
    again = hidden_fields(client.get(KEPT).content.decode())
    assert client.post(draft_address(world), again).status_code == 404
    assert "blue" in client.get(KEPT).content.decode()


def test_passwords_are_never_kept(world, clock):
    client = signed_in(world.caseworker)
    clock.shift(timedelta(minutes=20))
    data = {"form_key": str(uuid.uuid4()), "present": PASSWORD, "password": "quiet river lamp", "again": "quiet river"}
    assert client.post(reverse("accounts:password"), data)["Location"] == f"{LOGIN}?next=/"
    assert not [value for value in client.session.values() if PASSWORD in str(value) or "river" in str(value)]
    assert sign_in(client, world.caseworker)["Location"] == WORK


def test_all_that_is_sent_under_the_own_name_can_be_read_before(world):
    """Whoever comes to a shared tablet finds a form open in another tab, fills it in and sends it: it waits for who was here."""
    client, to = signed_in(world.caseworker), reverse("residents:add_outside_person", args=[world.ada.resident.pk])
    client.post(reverse("accounts:logout"))
    fields = {
        "form_key": str(uuid.uuid4()),
        "name": "Uncle Tony",
        "permission": "allowed",
        "order": TYPED,
        "other": uuid.uuid4(),
    }
    client.post(to, fields)
    assert sign_in(client, world.caseworker)["Location"] == KEPT
    page = client.get(KEPT).content.decode()
    assert "Add outside person" in page
    for shown in (
        'Name</dt><dd class="pre">Uncle Tony<',
        'Permission</dt><dd class="pre">allowed<',
        "chosen in a list",
    ):
        assert shown in page
    assert f">{fields['form_key']}<" not in page


def test_a_report_that_waits_is_shown_with_what_was_seen(world):
    client, to = signed_in(world.staff_cedar), reverse("incidents:new")
    client.post(reverse("accounts:logout"))
    client.post(
        to, {"form_key": str(uuid.uuid4()), "version": "17", "kind": "injury", "seen": "She fell on the stairs"}
    )
    sign_in(client, world.staff_cedar)
    page = client.get(KEPT).content.decode()
    assert 'Seen</dt><dd class="pre">She fell on the stairs<' in page
    assert "Version" not in page


def test_the_password_that_signs_a_form_is_not_kept_with_it(world, clock):
    client, to = signed_in(world.caseworker), reverse("residents:disclose", args=[world.ada.resident.pk])
    clock.shift(timedelta(minutes=20))
    client.post(to, {"form_key": str(uuid.uuid4()), "purpose": TYPED, "sign": "1", "password": PASSWORD})
    assert PASSWORD not in str(dict(client.session.items()))
    assert sign_in(client, world.caseworker)["Location"] == KEPT
    page = client.get(KEPT).content.decode()
    assert PASSWORD not in page
    assert hidden_fields(page)["purpose"] == TYPED


def test_a_visitor_without_a_session_keeps_nothing_here(world):
    client = Client()
    assert client.post(draft_address(world), {"reason": TYPED})["Location"] == f"{LOGIN}?next=/"
    assert settings.SESSION_COOKIE_NAME not in client.cookies


@pytest.mark.parametrize("to", ["https://example.org/", "//example.org/", "/nowhere/", "/accounts/password/", ""])
def test_the_lock_of_the_screen_hands_over_only_forms_of_this_place(world, to):
    client = signed_in(world.caseworker)
    client.post(reverse("accounts:logout"), {"kept_to": to, "reason": TYPED})
    assert sign_in(client, world.caseworker)["Location"] == WORK


def test_the_lock_of_the_screen_hands_over_what_was_typed(world):
    client = signed_in(world.caseworker)
    data = typed_draft(client, world)
    client.post(reverse("accounts:logout"), data | {"kept_to": draft_address(world)})
    assert client.get(WORK).status_code == 302
    assert sign_in(client, world.caseworker)["Location"] == KEPT
    again = hidden_fields(client.get(KEPT).content.decode())
    assert client.post(draft_address(world), again).status_code == 302
    assert "blue" in reason_of(world)


def test_all_that_was_typed_is_read_before_it_is_sent_also_what_was_seen_and_heard(world):
    """A field that the page hides could hold what somebody else wrote under this name, in a form that was left open."""
    client = Client()
    client.post(LOGIN, {"username": world.staff_cedar.username, "password": PASSWORD})
    typed = {"seen": "In the yard", "form_key": str(uuid.uuid4()), "sheet_read": "ab" * 32}
    client.post(reverse("accounts:logout"), typed | {"kept_to": reverse("incidents:new"), "idle": "1"})
    client.post(LOGIN, {"username": world.staff_cedar.username, "password": PASSWORD})
    page = client.get(KEPT).content.decode()
    read = page.partition('<dl class="pairs">')[2].partition("</dl>")[0]
    assert '<dt>Seen</dt><dd class="pre">In the yard</dd>' in read
    assert "ab" * 32 not in read and typed["form_key"] not in read
