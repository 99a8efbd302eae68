"""What a tablet kept while the connection was away: whose it is, when it happened, once only, and why it comes late."""

import json
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse

from placement.access import outbox
from placement.access.models import AccessLogEntry, FormKey, Person
from placement.access.sessions import KEYS_STAY
from placement.audit.clock import now
from placement.facilities.operations import discharge
from tests.facilities.shift_page import care_data, entries, sign, tap_data, url
from tests.world import PASSWORD, World

KEYS = reverse("accounts:outbox")


def page_of(person: Person, at) -> str:
    """The salt of a page that was made for ``person`` at that time."""
    return outbox.new_salt(person, int(at.timestamp() * 1000))


def sent(world: World, at=None, *, owner: str = "", clock: int = 0, hand: bool = False, page: str = "", **more: str):
    """The header that a tablet of Cedar's staff sends with an entry that was made ``at``, on a page a minute older."""
    at = at or now()
    said = {"owner": owner or outbox.owners(world.staff_cedar)[0], "clock": clock, "hand": hand}
    said["page"] = page or page_of(world.staff_cedar, at - timedelta(minutes=1))
    return {"Outbox": json.dumps(said | {"made": int(at.timestamp() * 1000)} | more)}


def told(client: Client, path: str) -> dict:
    """What the page tells the browser for its outbox."""
    return json.loads(client.get(path).context["outbox"])


@pytest.fixture
def staff(world, client_of):
    return client_of(world.staff_cedar)


@pytest.fixture
def tap(world):
    return url("tap", world, world.ada.resident.pk)


def test_an_entry_that_waited_keeps_its_own_time_and_says_why_it_comes_late(world, staff, tap):
    at = now() - timedelta(minutes=45)
    answer = staff.post(tap, tap_data(), headers=sent(world, at))
    assert answer.json() == {"to": f"{url('shift', world)}#y-{world.ada.resident.pk}"}
    entry = entries(world).get()
    assert abs(entry.happened_at - at) < timedelta(milliseconds=2)
    assert entry.late
    assert entry.shift == world.cedar.shift
    assert entry.reason == "The connection was away: the entry was kept on the tablet and sent later."
    assert AccessLogEntry.objects.filter(page="facilities:tap").latest("at").outcome == "changed"


def test_one_that_is_sent_at_once_gives_no_reason_and_brings_the_tile(world, staff, tap):
    answer = staff.post(tap, tap_data(), headers=sent(world, hand=True) | {"HX-Request": "true"})
    assert answer["Outbox"] == "saved"
    assert f'id="y-{world.ada.resident.pk}"' in answer.content.decode()
    assert entries(world).get().reason == ""


def test_a_refused_tap_is_not_called_saved(world, staff, tap, acting_as):
    sign(world, acting_as)
    for headers in ({}, {"HX-Request": "true"}):
        answer = staff.post(tap, tap_data(), headers=sent(world) | headers)
        assert answer.status_code == 200
        assert "Outbox" not in answer
        assert "No shift is open" in answer.content.decode()
    assert not entries(world).exists()


def test_the_same_again_counts_once_also_when_everything_has_changed_meanwhile(world, staff, tap, acting_as):
    data, headers = tap_data(), sent(world)
    first = staff.post(tap, data, headers=headers).json()
    assert staff.post(tap, data, headers=headers).json() == first
    with acting_as(world.admin_cedar):
        discharge(
            world.ada.stay,
            at=now(),
            to="relative",
            reason="The aunt was approved.",
            after_care="A call each week.",
            after_care_contact="Aunt",
            first_check_on=world.today + timedelta(days=5),
            by=world.admin_cedar,
        )
    assert staff.post(tap, tap_data(), headers=headers).status_code == 404  # a new one is refused
    assert staff.post(tap, data, headers=headers).json() == first
    assert entries(world).count() == 1


def test_other_content_under_a_used_key_is_not_taken_for_the_same(world, staff, tap):
    data = tap_data()
    staff.post(tap, data, headers=sent(world))
    answer = staff.post(tap, data | {"what": "mood|Good"}, headers=sent(world))
    assert answer["Content-Type"].startswith("text/html")
    assert entries(world).count() == 1


def test_a_shift_that_was_signed_while_the_entry_waited_takes_it_late_with_that_reason(world, staff, tap, acting_as):
    at = now()
    sign(world, acting_as)
    assert staff.post(tap, tap_data(), headers=sent(world, at)).json()
    care = url("log-care", world, world.ada.resident.pk)
    assert staff.post(care, care_data(at, note="Ate well"), headers=sent(world, at)).json()
    for entry in entries(world):
        assert entry.shift == world.cedar.shift
        assert "The connection was away" in entry.reason


def test_a_shift_that_was_signed_before_still_asks_for_a_reason(world, staff, acting_as):
    earlier = now()
    sign(world, acting_as)
    care = url("log-care", world, world.ada.resident.pk)
    answer = staff.post(care, care_data(earlier - timedelta(minutes=5)), headers=sent(world, now()))
    assert "Say why this entry comes late." in answer.content.decode()
    assert not entries(world).exists()


def test_a_time_to_come_is_taken_as_now_and_a_wrong_clock_is_marked(world, staff, tap):
    staff.post(tap, tap_data(), headers=sent(world, now() + timedelta(hours=3), clock=-7500))
    entry = entries(world).get()
    assert entry.happened_at <= entry.written_at
    assert entry.reason == "The tablet's clock was 2 h 5 min slow; the time was put right."


@pytest.mark.parametrize("hours", [-6, 6])
def test_a_claimed_time_is_held_between_the_page_and_now_and_the_move_is_said(world, staff, tap, hours):
    """Whoever loads a page now can't say that they looked six hours ago, or that they will."""
    opened = now() - timedelta(minutes=10)
    staff.post(
        tap, tap_data(), headers=sent(world, now() + timedelta(hours=hours), page=page_of(world.staff_cedar, opened))
    )
    entry = entries(world).get()
    assert opened - timedelta(seconds=1) < entry.happened_at <= entry.written_at
    assert "The tablet gave a time that can't be right; the time was put right." in entry.reason


def test_a_page_that_was_never_made_for_this_person_proves_nothing(world, staff, tap):
    early = now() - timedelta(hours=6)
    true = page_of(world.staff_cedar, now())
    name, _, text = true.partition(":")
    forged = [
        page_of(world.admin_cedar, early),
        "x",
        f"{name}:{int(early.timestamp() * 1000)}.{text.partition('.')[2]}",
    ]
    for page in forged:
        answer = staff.post(tap, tap_data(), headers=sent(world, early, page=page))
        assert answer.status_code == 400
    assert not entries(world).exists()


def test_what_is_older_than_the_memory_of_the_server_is_shown_and_never_counted_again(world, staff, tap):
    """The answer was lost and the id is forgotten: sent again, it would count twice."""
    data, headers = tap_data(), sent(world)
    first = staff.post(tap, data, headers=headers).json()
    with time_machine.travel(now() + timedelta(days=29, minutes=5), tick=False):
        later = Client()
        later.post(reverse("accounts:login"), {"username": world.staff_cedar.username, "password": PASSWORD})
        assert later.post(tap, data, headers=headers).json() == first  # it is remembered still, a day longer
        answer = later.post(tap, tap_data(), headers=headers)
        assert answer.status_code == 410
        assert "look in the log" in answer.content.decode()
    FormKey.objects.all().delete()
    with time_machine.travel(now() + timedelta(days=40), tick=False):
        later.post(reverse("accounts:login"), {"username": world.staff_cedar.username, "password": PASSWORD})
        assert later.post(tap, data, headers=headers).status_code == 410
    assert entries(world).count() == 1
    assert timedelta(hours=12) < KEYS_STAY - outbox.LASTS  # no page is open for longer than a session lasts


def test_the_id_of_an_entry_is_of_use_to_nobody_else_and_for_nobody_else(world, client_of, staff, tap):
    data = tap_data()
    staff.post(tap, data, headers=sent(world))
    other = client_of(world.admin_cedar)
    headers = sent(world, owner=outbox.owners(world.admin_cedar)[0], page=page_of(world.admin_cedar, now()))
    answer = other.post(tap, data, headers=headers)
    assert "Something else was saved with this form already" in answer.content.decode()
    assert "Outbox" not in answer
    answer = staff.post(url("tap", world, world.bea.resident.pk), data, headers=sent(world))
    assert "Something else was saved with this form already" in answer.content.decode()
    assert entries(world).count() == 1


def test_what_was_taken_back_is_never_saved_and_what_was_saved_says_where(world, staff, client_of, tap):
    back, data = reverse("accounts:outbox_back"), tap_data()
    assert staff.post(back, {"key": data["form_key"]}).json() == {"saved": ""}
    answer = staff.post(tap, data, headers=sent(world))  # it was on its way
    assert "Something else was saved" in answer.content.decode()
    assert not entries(world).exists()
    saved = tap_data()
    led_to = staff.post(tap, saved, headers=sent(world)).json()["to"]
    assert client_of(world.admin_cedar).post(back, {"key": saved["form_key"]}).json() == {"saved": ""}
    assert staff.post(back, {"key": saved["form_key"]}).json() == {"saved": led_to}
    assert entries(world).count() == 1
    assert staff.post(back, {"key": "x"}).json() == {"saved": ""}
    assert client_of(None).post(back, {"key": saved["form_key"]}).status_code == 302


def test_an_entry_of_somebody_else_is_refused_whoever_is_signed_in(world, client_of, tap):
    for person in (world.admin_cedar, world.staff_birch, world.supervisor):
        answer = client_of(person).post(tap, tap_data(), headers=sent(world))
        assert answer.status_code == 409
    assert not entries(world).exists()
    assert not FormKey.objects.filter(path=tap).exists()


@pytest.mark.parametrize("header", ["", "no", "[]", "{}", '{"owner": "%s", "made": 1e99, "clock": 0, "hand": false}'])
def test_a_header_that_says_nothing_is_a_bad_request(world, staff, tap, header):
    header = header.replace("%s", outbox.owners(world.staff_cedar)[0])
    assert staff.post(tap, tap_data(), headers={"Outbox": header}).status_code == 400
    assert not entries(world).exists()


def test_signed_out_it_stays_on_the_tablet_and_nothing_is_kept_here(world, tap):
    client = Client()
    client.post(reverse("accounts:login"), {"username": world.staff_cedar.username, "password": PASSWORD})
    client.post(reverse("accounts:logout"))
    assert client.post(tap, tap_data(), headers=sent(world)).status_code == 302
    assert "kept" not in client.session
    assert client.post(tap, tap_data()).status_code == 302  # as a plain form it is
    assert client.session["kept"]


def test_many_that_are_sent_later_leave_no_sentence_for_the_next_page_each(world, staff):
    care = url("log-care", world, world.ada.resident.pk)
    for hand in (False, False, True):
        assert staff.post(care, care_data(now(), note=str(uuid.uuid4())), headers=sent(world, hand=hand)).json()
    assert staff.get(url("shift", world)).content.decode().count("Saved for ") == 1


def test_each_page_has_its_own_key_and_only_the_same_person_gets_it_again(world, staff, client_of):
    first, second = (told(staff, url("shift", world)) for _ in range(2))
    assert first["key"] != second["key"]
    assert first["owners"] == second["owners"]
    assert staff.post(KEYS, {"salt": [first["salt"], second["salt"]]}).json() == {
        each["salt"]: each["key"] for each in (first, second)
    }
    other = client_of(world.admin_cedar)
    assert told(other, url("shift", world))["owners"] != first["owners"]
    assert client_of(None).post(KEYS, {"salt": first["salt"]}).status_code == 302
    assert other.post(KEYS, {"salt": first["salt"]}).json() == {}
    for salt in ("", "x", f"{first['salt']}00", "gone:" + "0" * 32, first["salt"][:-1] + "é"):
        assert staff.post(KEYS, {"salt": salt}).json() == {}


def test_what_was_encrypted_before_the_data_key_changed_is_read_and_known_after_it(world, staff):
    before = told(staff, url("shift", world))
    with override_settings(DATA_KEYS={"newer": bytes(range(32))} | settings.DATA_KEYS):
        after = told(staff, url("shift", world))
        assert after["salt"].startswith("newer:")
        assert before["owners"][0] in after["owners"][1:]
        assert staff.post(KEYS, {"salt": before["salt"]}).json() == {before["salt"]: before["key"]}


def test_only_who_works_shifts_has_one_and_its_page_is_stored_nowhere(world, staff, client_of):
    answer = staff.get(url("shift", world))
    assert "no-store" in answer["Cache-Control"]
    for person in (world.caseworker, world.supervisor, world.clinician, world.sysadmin):
        page = client_of(person).get("/")
        assert "outbox" not in page.context
        assert "data-outbox" not in page.content.decode()
