"""Where a home is: encrypted in every table, shown in a step with a reason, and told by nothing else."""

import base64
import os
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from placement.access.models import AccessLogEntry
from placement.audit.clock import now
from placement.database.context import acting
from placement.database.encryption import Unreadable, decrypt, encrypt
from placement.facilities import operations
from placement.facilities.models import AddressShown, Facility, FacilityAddress
from placement.settings import data_keys
from tests.attack.sql import change, denied, insert, refused, sql
from tests.facilities.conftest import do
from tests.facilities.home_pages import Browser, errors_of, post, text_of, url
from tests.world import World

LANE = "1 Hidden Cedar Lane"
ASK = {"purpose": "travel", "reason": "I bring a young person there."}
NEW = {"street": "9 Other Road", "city": "Elsewhere", "state": "CA", "postcode": "90001", "telephone": ""}


def ask(client: Client, home: Facility, **more: str) -> Any:
    return post(client, url("address", home), ASK | more)


def test_the_address_is_shown_after_a_reason_and_only_on_its_own_page(world: World, client_of: Browser):
    home, client = world.cedar.facility, client_of(world.staff_cedar)
    assert LANE not in text_of(client, url("detail", home))
    assert LANE not in text_of(client, url("address", home))
    answer = ask(client, home)
    assert (answer.status_code, answer.headers["Location"]) == (302, url("address", home))
    assert LANE in text_of(client, url("address", home))
    assert LANE not in text_of(client, url("detail", home))
    assert LANE not in text_of(client_of(world.admin_cedar), url("address", home))
    shown = AddressShown.objects.get(facility=home)
    assert (shown.person, shown.purpose, shown.reason) == (world.staff_cedar, "travel", ASK["reason"])
    entry = AccessLogEntry.objects.filter(person=world.staff_cedar, page="facilities:address").latest("at")
    assert (entry.outcome, entry.facility_id) == ("shown", home.pk)


def test_a_reason_is_needed_and_what_was_typed_stays(world: World, client_of: Browser):
    client, home = client_of(world.staff_cedar), world.cedar.facility
    for wrong, field in (
        ({"reason": "  "}, "reason"),
        ({"reason": "short"}, "reason"),
        ({"purpose": "fun"}, "purpose"),
    ):
        answer = ask(client, home, **wrong)
        assert list(errors_of(answer)) == [field]
        assert LANE not in answer.content.decode()
    assert "short" in ask(client, home, reason="short").content.decode()
    assert not AddressShown.objects.exists()


def test_supervisors_and_the_administrator_read_who_was_shown_it(world: World, client_of: Browser):
    home = world.cedar.facility
    ask(client_of(world.staff_cedar), home)
    for person in (world.supervisor, world.supervisor2, world.admin_cedar):
        assert ASK["reason"] in text_of(client_of(person), url("detail", home))
        assert ASK["reason"] in text_of(client_of(person), url("address", home))
    for person in (world.inspector_cedar, world.caseworker):
        assert ASK["reason"] not in text_of(client_of(person), url("detail", home))
    assert ASK["reason"] not in text_of(client_of(world.inspector_cedar), url("address", home))


def test_after_ten_minutes_it_must_be_asked_for_again(world: World, client_of: Browser):
    home, client = world.cedar.facility, client_of(world.staff_cedar)
    ask(client, home)
    for minutes in (3, 6, 9):  # within the five minutes after which the screen locks
        with time_machine.travel(now() + timedelta(minutes=minutes)):
            assert LANE in text_of(client, url("address", home))
    with time_machine.travel(now() + timedelta(minutes=10)):
        assert LANE not in text_of(client, url("address", home))


def test_it_is_not_shown_any_more_once_the_right_has_ended(world: World, client_of: Browser):
    home, client = world.cedar.facility, client_of(world.staff_cedar)
    ask(client, home)
    assignment = home.assignments.get(person=world.staff_cedar)
    do(world.supervisor, operations.end_assignment, assignment, at=now())
    missing = client.get(url("address", world.birch.facility))
    answer = client.get(url("address", home))
    assert (answer.status_code, answer.content) == (404, missing.content)


@pytest.mark.parametrize("person", ["caseworker", "clinician", "staff_birch", "sysadmin", "stranger"])
def test_nobody_else_can_ask_for_it(world: World, person: str):
    with pytest.raises(Facility.DoesNotExist):
        do(world.people[person], operations.reveal_address, world.cedar.facility, **ASK)
    assert not AddressShown.objects.exists()


def test_no_table_and_no_history_holds_a_readable_address(world: World):
    with connection.cursor() as cursor:
        for table in ("facilities_facilityaddress", "facilities_historicalfacilityaddress"):
            cursor.execute(f"SELECT string_agg(encode(encrypted, 'escape'), ' ') FROM {table}")
            kept = cursor.fetchone()[0]
            assert "Hidden" not in kept
            assert "Secretcedar" not in kept
    assert world.cedar.facility.address.street == LANE


def test_the_text_of_one_home_cannot_be_put_in_the_place_of_another(world: World):
    cedar, birch = (FacilityAddress.objects.get(facility=home.facility) for home in (world.cedar, world.birch))
    cedar.encrypted = birch.encrypted
    with pytest.raises(Unreadable) as error:
        cedar.parts()
    assert "Hidden" not in str(error.value)


@given(st.text(), st.text(min_size=1), st.text(min_size=1), st.integers(0, 200))
def test_what_is_encrypted_comes_back_only_whole_and_for_its_own_row(text: str, one: str, two: str, place: int):
    data = encrypt(text, bound_to=one)
    assert decrypt(data, bound_to=one) == text
    assert encrypt(text, bound_to=one) != data
    if one != two:
        with pytest.raises(Unreadable):
            decrypt(data, bound_to=two)
    changed = bytearray(data)
    changed[place % len(data)] ^= 1
    with pytest.raises(Unreadable):
        decrypt(bytes(changed), bound_to=one)


def test_the_newest_key_writes_and_an_older_one_still_reads(settings: Any):
    old, new = (base64.b64encode(os.urandom(32)).decode() for _ in range(2))
    settings.DATA_KEYS = data_keys([f"a:{old}"])
    data = encrypt("1 Lane", bound_to="x")
    settings.DATA_KEYS = data_keys([f"b:{new}", f"a:{old}"])
    assert decrypt(data, bound_to="x") == "1 Lane"
    assert encrypt("1 Lane", bound_to="x")[1:2] == b"b"
    settings.DATA_KEYS = data_keys([f"b:{new}"])
    with pytest.raises(Unreadable):
        decrypt(data, bound_to="x")


def test_a_changed_address_forgets_the_place_on_the_map_and_keeps_the_old_one_readable(
    world: World, client_of: Browser
):
    home, client = world.cedar.facility, client_of(world.admin_cedar)
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        kept = FacilityAddress.objects.get(facility=home)
        kept.latitude, kept.longitude = 34.0, -118.0
        kept.save()
    assert client.get(url("change-address", home)).headers["Location"] == url("address", home)
    ask(client, home)
    same = {"street": LANE, "city": "Secretcedar", "state": "", "postcode": ""}
    assert errors_of(post(client, url("change-address", home), same)).keys() == {"state", "postcode"}
    answer = post(client, url("change-address", home), NEW | {"letters_to": "PO Box 7, Invented"})
    assert answer.status_code == 302
    changed = FacilityAddress.objects.get(facility=home)
    assert (changed.street, changed.latitude, Facility.objects.get(pk=home.pk).letters_to) == (
        "9 Other Road",
        None,
        "PO Box 7, Invented",
    )
    page = text_of(client, url("address", home))
    assert "9 Other Road" in page
    assert LANE in page
    assert LANE not in text_of(client, url("history", home))
    assert "changed the address of a home" in text_of(client, url("history", home))
    assert "PO Box 7, Invented" in text_of(client_of(world.caseworker), url("detail", home))


def test_attacked_in_plain_sql(world: World):
    """Nobody is shown an address in another's name, at another time or without a reason; that they were stays as it is."""
    staff = world.staff_cedar
    row = {"facility_id": world.cedar.facility.pk, "person_id": staff.pk, "purpose": "travel", "reason": "x"}
    with acting(staff.pk, staff.name):
        with refused("signature_is_own"):
            insert(AddressShown, **row | {"person_id": world.admin_cedar.pk})
        with refused("address_shown_for_a_known_purpose"):
            insert(AddressShown, **row | {"purpose": "fun"})
        with refused("address_shown_for_a_reason"):
            insert(AddressShown, **row | {"reason": " "})
        shown = insert(AddressShown, **row, shown_at=now() + timedelta(days=9))
        assert AddressShown.objects.get(pk=shown).shown_at < now() + timedelta(minutes=1)
        with refused("address_shown_is_kept"):
            change((AddressShown, shown), reason="y")
        with denied():
            sql("DELETE FROM facilities_addressshown")


def test_an_address_that_was_being_typed_is_not_kept_in_the_session(world: World, client_of: Browser):
    client, home = client_of(world.admin_cedar), world.cedar.facility
    ask(client, home)
    assert "data-keep" not in text_of(client, url("change-address", home))
    assert "data-keep" in text_of(client, url("add-unit", home))
    client.post("/accounts/logout/", {"kept_to": url("change-address", home), **NEW})
    assert "Other Road" not in str(dict(client.session))
    client.post(url("change-address", home), NEW)
    assert "Other Road" not in str(dict(client.session))


def test_whoever_began_to_change_it_in_time_may_send_it(world: World, client_of: Browser):
    client, home = client_of(world.admin_cedar), world.cedar.facility
    ask(client, home)
    page = text_of(client, url("change-address", home))
    hidden = dict(re.findall(r'<input type="hidden" name="(version|form_key)" value="([^"]*)"', page))
    with time_machine.travel(now() + timedelta(minutes=14)):
        assert client.get(url("change-address", home)).status_code == 302
        client.post(url("change-address", home), hidden | NEW)
    assert FacilityAddress.objects.get(facility=home).street == "9 Other Road"


def test_letters_do_not_go_to_the_home_itself(world: World, client_of: Browser):
    client, home = client_of(world.admin_cedar), world.cedar.facility
    ask(client, home)
    for told in ("9  other road, Elsewhere", "PO Box 1, 90001"):
        answer = post(client, url("change-address", home), NEW | {"letters_to": told})
        assert list(errors_of(answer)) == ["letters_to"]


def test_without_its_key_an_address_says_so_and_can_be_typed_anew(world: World, client_of: Browser, settings: Any):
    client, home = client_of(world.admin_cedar), world.cedar.facility
    settings.DATA_KEYS = {"new": os.urandom(32)}
    ask(client, home)
    assert "its key is missing" in text_of(client, url("address", home))
    assert post(client, url("change-address", home), NEW).status_code == 302
    assert FacilityAddress.objects.get(facility=home).street == "9 Other Road"
