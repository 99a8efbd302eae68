"""The second factor: asked for at each way in, set up before anything else opens, each code good for once (threat 17)."""

import base64
import hashlib
import hmac
import re
import struct
import uuid
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from placement.access import factors, passkeys
from placement.access.confirm import confirm_self
from placement.access.models import Person, Session, SignInFailure
from placement.access.operations import (
    close_account,
    end_sessions,
    remove_factor,
    set_password,
    set_up_factor,
)
from placement.access.rights import Role
from placement.database.constraints import Refused
from placement.database.encryption import Unreadable
from tests.accounts import opened
from tests.world import PASSWORD, World, browser

LOGIN, CODE, FACTOR, WORK, OWN = (
    reverse(name) for name in ("accounts:login", "accounts:code", "accounts:factor", "work", "accounts:password")
)
GIVEN, CHOSEN = "quiet river stone lamp", "seven green chairs outside"


@pytest.fixture(autouse=True)
def switched_on():
    with override_settings(SECOND_FACTOR=True):
        yield


@pytest.fixture
def clock():
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


def app_code(seed: str, steps: int = 0) -> str:
    """What an authenticator app shows for ``seed`` (RFC 6238)."""
    step = int(timezone.now().timestamp()) // 30 + steps
    digest = hmac.new(base64.b32decode(seed.replace(" ", "")), struct.pack(">Q", step), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


def wrong_code(seed: str) -> str:
    return next(code for code in ("111111", "222222", "333333", "444444") if code not in
                {app_code(seed, steps) for steps in (-1, 0, 1)})  # fmt: skip


def key(**more: str) -> dict[str, str]:
    return {"form_key": str(uuid.uuid4())} | more


def password(person: Person, client: Client | None = None, word: str = PASSWORD):
    client = client or Client()
    return client, client.post(LOGIN, {"username": person.username, "password": word})


def seed_on(page: str) -> str:
    return re.search(r'class="seed">([A-Z2-7 ]+)<', page)[1]


def codes_on(page: str) -> list[str]:
    return re.findall(r"<li><code>(\d{4} \d{4})</code>", page)


def set_up(person: Person) -> tuple[Client, str, list[str]]:
    """A browser in which ``person`` has just set up the factor, its seed, and the recovery codes."""
    client, answer = password(person)
    assert answer["Location"] == WORK
    seed = seed_on(client.get(FACTOR).content.decode())
    assert client.post(FACTOR, key(code=app_code(seed)))["Location"] == FACTOR
    codes = codes_on(client.get(FACTOR).content.decode())
    assert len(set(codes)) == 10
    return client, seed, codes


def passkey_of(person: Person) -> None:
    """Give ``person`` a passkey, as a browser would have made it."""
    Authenticator.objects.create(user=person, type="webauthn", data={"name": "Chrome on Android", "credential": {}})


@pytest.fixture
def second(world: World) -> Person:
    """Another system administrator."""
    about = {"username": "second.admin", "name": "Second Admin", "staff_number": "N-8", "password": GIVEN}
    return opened(**about, role=Role.SYSADMIN)


def test_without_a_factor_only_the_page_to_set_it_up_opens(world: World) -> None:
    client, _ = password(world.caseworker)
    case = reverse("residents:detail", args=[world.ada.resident.pk])
    for address in (WORK, case, reverse("residents:list"), reverse("accounts:sessions"), reverse("accounts:password")):
        for answer in (client.get(address), client.post(address, key())):
            assert (answer.status_code, answer["Location"]) == (302, FACTOR), address
    page = client.get(FACTOR).content.decode()
    assert 'src="data:image/svg+xml;base64,' in page
    seed = seed_on(page)
    assert seed_on(client.get(FACTOR).content.decode()) == seed
    assert "This code is not right" in client.post(FACTOR, key(code=wrong_code(seed))).content.decode()
    assert client.get(WORK)["Location"] == FACTOR
    client.post(FACTOR, key(code=app_code(seed)))
    assert client.get(WORK).status_code == client.get(case).status_code == 200


@pytest.mark.parametrize(
    "who", ["staff_cedar", "admin_cedar", "clinician", "supervisor", "inspector_cedar", "sysadmin"]
)
def test_every_role_is_led_to_it(world: World, who: str) -> None:
    assert password(world.people[who])[0].get(WORK)["Location"] == FACTOR


def test_half_way_in_opens_nothing(world: World, clock) -> None:
    _, seed, _ = set_up(world.caseworker)
    clock.shift(timedelta(minutes=1))
    client, answer = password(world.caseworker)
    assert answer["Location"] == CODE
    case = reverse("residents:detail", args=[world.ada.resident.pk])
    for address in (WORK, case, FACTOR, reverse("accounts:sessions"), reverse("accounts:password")):
        assert client.get(address)["Location"] == f"{LOGIN}?next={address}"
    assert "_auth_user_id" not in client.session
    assert client.post(CODE, key(code=app_code(seed)))["Location"] == WORK
    assert client.get(case).status_code == 200


def test_it_leads_to_where_the_person_wanted_to_go(world: World, clock) -> None:
    _, seed, _ = set_up(world.caseworker)
    clock.shift(timedelta(minutes=1))
    client, to = Client(), reverse("residents:list")
    client.post(f"{LOGIN}?next={to}", {"username": world.caseworker.username, "password": PASSWORD, "next": to})
    assert client.post(CODE, key(code=app_code(seed)))["Location"] == to


def test_a_visitor_does_not_come_to_the_second_step(world: World) -> None:
    for answer in (Client().get(CODE), Client().post(CODE, key(code="123456"))):
        assert answer["Location"] == LOGIN


@pytest.mark.parametrize("late", ["eleven minutes", "another password", "closed", "factor taken away"])
def test_half_way_ends(world: World, clock, acting_as, late: str) -> None:
    person = world.caseworker
    _, seed, _ = set_up(person)
    clock.shift(timedelta(minutes=1))
    client, _ = password(person)
    person.refresh_from_db()
    clock.shift(timedelta(minutes=11) if late == "eleven minutes" else timedelta(seconds=30))
    with acting_as(world.sysadmin):
        if late == "another password":
            set_password(person, "quiet river stone lamp", by=world.sysadmin)
        if late == "closed":
            close_account(person, by=world.sysadmin)
        if late == "factor taken away":
            remove_factor(person, by=world.sysadmin)
    assert client.post(CODE, key(code=app_code(seed)))["Location"] == LOGIN
    assert client.get(WORK).status_code == 302


def test_a_code_works_once(world: World, clock) -> None:
    _, seed, _ = set_up(world.caseworker)
    again = password(world.caseworker)[0].post(CODE, key(code=app_code(seed)))
    assert "used already" in again.content.decode()  # it has proved the app
    clock.shift(timedelta(minutes=1))
    code = app_code(seed)
    assert password(world.caseworker)[0].post(CODE, key(code=code)).status_code == 302
    assert "used already" in password(world.caseworker)[0].post(CODE, key(code=code)).content.decode()


def test_one_step_around_is_right_and_two_are_not(world: World, clock) -> None:
    _, seed, _ = set_up(world.caseworker)
    clock.shift(timedelta(minutes=5))
    for steps, status in ((2, 200), (-2, 200), (-1, 302), (1, 302), (0, 200)):  # after a later one, none before it
        answer = password(world.caseworker)[0].post(CODE, key(code=app_code(seed, steps)))
        assert answer.status_code == status, steps


def test_a_recovery_code_signs_in_once(world: World) -> None:
    _, _, codes = set_up(world.caseworker)
    for code in codes[:2]:
        assert password(world.caseworker)[0].post(CODE, key(code=code))["Location"] == WORK
        assert "used already" in password(world.caseworker)[0].post(CODE, key(code=code)).content.decode()


def test_guessing_codes_ends_also_from_many_places_and_locks_out_nobody_else(world: World, clock) -> None:
    _, seed, _ = set_up(world.caseworker)
    _, other, _ = set_up(world.supervisor)
    clock.shift(timedelta(minutes=1))
    client, _ = password(world.caseworker)
    for number in range(5):
        answer = client.post(CODE, key(code=wrong_code(seed)), REMOTE_ADDR=f"192.0.2.{number}")
        assert "This code is not right" in answer.content.decode()
    answer = client.post(CODE, key(code=app_code(seed)), REMOTE_ADDR="198.51.100.1")
    assert "too many wrong codes" in answer.content.decode()
    assert password(world.supervisor)[0].post(CODE, key(code=app_code(other))).status_code == 302
    clock.shift(timedelta(minutes=16))
    assert password(world.caseworker)[0].post(CODE, key(code=app_code(seed))).status_code == 302


def test_wrong_passwords_lock_no_second_step(world: World, clock) -> None:
    _, seed, _ = set_up(world.caseworker)
    clock.shift(timedelta(minutes=1))
    for number in range(20):
        Client().post(LOGIN, {"username": world.caseworker.username, "password": "no"}, REMOTE_ADDR=f"192.0.2.{number}")
    client, _ = password(world.caseworker)
    assert client.post(CODE, key(code=app_code(seed))).status_code == 302


def test_a_session_without_the_factor_ends_for_somebody_who_has_one(world: World) -> None:
    old, _ = password(world.caseworker)
    set_up(world.caseworker)
    assert old.get(WORK)["Location"] == f"{LOGIN}?next=/"
    assert browser(world, "caseworker").get(WORK).status_code == 302


def test_what_was_typed_waits_behind_the_second_step(world: World, clock) -> None:
    client, seed, _ = set_up(world.caseworker)
    client.post(FACTOR, {"do": "kept"})
    to = reverse("referrals:edit", args=[world.draft.pk]) + "?step=1"
    clock.shift(timedelta(minutes=20))
    assert client.post(to, key(reason="the blue house"))["Location"] == LOGIN
    assert password(world.caseworker, client)[1]["Location"] == CODE
    assert client.post(CODE, key(code=app_code(seed)))["Location"] == reverse("accounts:kept")
    assert "the blue house" in client.get(reverse("accounts:kept")).content.decode()


def test_recovery_codes_are_shown_once_and_then_no_more(world: World, clock) -> None:
    client, seed, codes = set_up(world.caseworker)
    assert client.post(FACTOR, {"do": "kept"})["Location"] == WORK
    page = client.get(FACTOR).content.decode()
    assert not codes_on(page)
    assert seed not in page
    clock.shift(timedelta(minutes=1))
    assert "not right" in client.post(FACTOR, key(do="codes", code=wrong_code(seed))).content.decode()
    assert client.post(FACTOR, key(do="codes", code=app_code(seed)))["Location"] == FACTOR
    new = codes_on(client.get(FACTOR).content.decode())
    assert len(new) == 10
    assert not set(new) & set(codes)
    assert not codes_on(client.get(FACTOR).content.decode())
    answer = password(world.caseworker)[0].post(CODE, key(code=codes[0]))
    assert "not right" in answer.content.decode()


@pytest.mark.parametrize(
    ("do", "said"), [("phone", "Set up an auth"), ("passkey", "Make the passkey"), ("codes", "Your recovery codes")]
)
def test_a_code_opens_a_change_for_five_minutes(world: World, clock, do: str, said: str) -> None:
    client, seed, _ = set_up(world.caseworker)
    for minutes, open_still in ((4, True), (6, False)):
        client.post(FACTOR, {"do": "cancel"})
        clock.shift(timedelta(minutes=1))
        assert client.post(FACTOR, key(do=do, code=app_code(seed)))["Location"] == FACTOR
        clock.shift(timedelta(minutes=minutes))
        assert (said in client.get(FACTOR).content.decode()) is open_still


def test_a_new_phone_comes_too_late_after_five_minutes(world: World, clock) -> None:
    client, old, codes = set_up(world.caseworker)
    client.post(FACTOR, key(do="phone", code=codes[0]))
    new = seed_on(client.get(FACTOR).content.decode())
    clock.shift(timedelta(minutes=6))
    assert client.post(FACTOR, key(code=app_code(new)))["Location"] == FACTOR
    assert "That took too long" in client.get(FACTOR).content.decode()
    assert password(world.caseworker)[0].post(CODE, key(code=app_code(old))).status_code == 302


def test_another_phone_needs_a_code_of_the_old_one(world: World, clock) -> None:
    client, old, _ = set_up(world.caseworker)
    client.post(FACTOR, {"do": "kept"})
    clock.shift(timedelta(minutes=1))
    client.post(FACTOR, key(do="phone", code=app_code(old)))
    new = seed_on(client.get(FACTOR).content.decode())
    assert new != old
    client.post(FACTOR, {"do": "cancel"})
    assert "It is set up" in client.get(FACTOR).content.decode()
    clock.shift(timedelta(minutes=1))
    client.post(FACTOR, key(do="phone", code=app_code(old)))
    new = seed_on(client.get(FACTOR).content.decode())
    client.post(FACTOR, key(code=app_code(new)))
    clock.shift(timedelta(minutes=1))
    assert "not right" in password(world.caseworker)[0].post(CODE, key(code=app_code(old))).content.decode()
    assert password(world.caseworker)[0].post(CODE, key(code=app_code(new))).status_code == 302


def test_a_lost_phone_is_taken_away_by_the_system_administrator(world: World, acting_as, second) -> None:
    client, old, _ = set_up(world.caseworker)
    admin, _, _ = set_up(world.sysadmin)
    page = reverse("accounts:account", args=[world.caseworker.pk])
    assert "Lost phone" in admin.get(page).content.decode()
    assert admin.post(page, key(do="factor"))["Location"] == page
    assert client.get(WORK).status_code == 302
    assert password(world.caseworker)[1].status_code == 200  # the old password would be the only lock
    refused = admin.post(page, key(do="password", password=GIVEN, again=GIVEN)).content.decode()
    assert "Another system administrator must set the password." in refused
    with acting_as(second):
        set_password(world.caseworker, GIVEN, by=second)
    with acting_as(world.sysadmin), pytest.raises(Refused, match="Another system administrator"):
        set_password(world.caseworker, CHOSEN, by=world.sysadmin)
    again, _ = password(world.caseworker, word=GIVEN)
    assert again.post(OWN, key(present=GIVEN, password=CHOSEN, again=CHOSEN))["Location"] == WORK
    assert again.get(WORK)["Location"] == FACTOR
    assert seed_on(again.get(FACTOR).content.decode()) != old
    assert "took the second factor away" in admin.get(page).content.decode()
    with acting_as(world.sysadmin), pytest.raises(Refused, match="your own second factor"):
        remove_factor(world.sysadmin, by=world.sysadmin)


def test_whoever_set_the_password_does_not_take_the_factor_away(world: World, acting_as, second) -> None:
    person = world.caseworker
    set_up(person)
    with acting_as(second):
        set_password(person, GIVEN, by=second)
        with pytest.raises(Refused, match="You set this person's password"):
            remove_factor(person, by=second)
    with acting_as(world.sysadmin):
        remove_factor(person, by=world.sysadmin)
    said = f"took away the second factor and the password of {person.name}: {world.sysadmin.name}, "
    with override_settings(SECOND_FACTOR=False):
        assert browser(world, "supervisor").get(WORK).content.decode().count(said) == 1


@pytest.mark.parametrize(
    ("remedy", "left"),
    [("lost tablet", 0), ("password of somebody else", 0), ("another phone", 0), ("own password", 1)],
)
def test_passkeys_end_with_each_remedy(world: World, acting_as, remedy: str, left: int) -> None:
    person = world.caseworker
    set_up(person)
    passkey_of(person)
    admin, _, _ = set_up(world.sysadmin)
    page = reverse("accounts:account", args=[person.pk])
    assert "Passkeys: 1." in admin.get(page).content.decode()
    by = person if remedy in {"another phone", "own password"} else world.sysadmin
    with acting_as(by):
        if remedy == "lost tablet":
            end_sessions(person, by=by)
        elif remedy == "another phone":
            set_up_factor(person, factors.new_seed(), 1, by=by)
        else:
            set_password(person, GIVEN, by=by)
    assert passkeys.of(person).count() == left
    assert f"Passkeys: {left}." in admin.get(page).content.decode()


def test_removing_all_passkeys_ends_other_sessions(world: World) -> None:
    client, _, codes = set_up(world.caseworker)
    passkey_of(world.caseworker)
    other, _ = password(world.caseworker)
    other.post(CODE, key(code=codes[0]))
    assert other.get(WORK).status_code == 200
    assert client.post(FACTOR, key(do="forget", code=codes[1]))["Location"] == FACTOR
    assert not passkeys.of(world.caseworker).exists()
    assert (other.get(WORK).status_code, client.get(WORK).status_code) == (302, 200)


def test_no_passkey_is_made_on_a_shared_tablet(world: World) -> None:
    _, _, codes = set_up(world.caseworker)
    tablet = Client()
    tablet.post(LOGIN, {"username": world.caseworker.username, "password": PASSWORD, "shared": "on"})
    tablet.post(CODE, key(code=codes[0]))
    assert "Add a passkey</button>" not in tablet.get(FACTOR).content.decode()
    assert tablet.post(FACTOR, key(do="passkey", code=codes[1]))["Location"] == FACTOR
    page = tablet.get(FACTOR).content.decode()
    assert "This is a shared tablet." in page and "Make the passkey" not in page


@pytest.mark.parametrize("to", ["foo", "//elsewhere.example/", "https://elsewhere.example/", "javascript:alert(1)"])
def test_a_made_up_address_leads_to_the_own_work(world: World, to: str) -> None:
    _, _, codes = set_up(world.caseworker)
    client = Client()
    client.post(LOGIN, {"username": world.caseworker.username, "password": PASSWORD, "next": to})
    assert client.post(CODE, key(code=codes[0]))["Location"] == WORK


def test_a_phished_password_keeps_nobody_from_a_dangerous_step(world: World, clock, acting_as) -> None:
    _, seed, _ = set_up(world.caseworker)
    clock.shift(timedelta(minutes=1))
    thief, _ = password(world.caseworker)
    for _ in range(6):
        answer = thief.post(CODE, key(code=wrong_code(seed)))
    assert "too many wrong codes" in answer.content.decode()
    with acting_as(world.caseworker):
        assert confirm_self(world.caseworker, app_code(seed))


def test_nobody_sets_it_up_for_somebody_else(world: World, acting_as) -> None:
    with acting_as(world.sysadmin), pytest.raises(Refused, match="Only the person"):
        set_up_factor(world.caseworker, factors.new_seed(), 1, by=world.sysadmin)


def test_no_secret_stands_in_the_database_in_clear(world: World) -> None:
    _, seed, codes = set_up(world.caseworker)
    plain = {seed.replace(" ", ""), *(code.replace(" ", "") for code in codes), *codes, seed}
    kept = str([*Authenticator.objects.values(), *(row.get_decoded() for row in Session.objects.all())])
    kept += str([*Person.history.filter(id=world.caseworker.pk).values(), *SignInFailure.objects.values()])
    assert "secret" in kept and not [word for word in plain if word in kept]
    text = Authenticator.objects.get(user=world.caseworker, type="totp").data["secret"]
    with override_settings(DATA_KEYS={"another": b"k" * 32}), pytest.raises(Unreadable):
        factors.words_of(text)
    assert factors.words_of(text) == seed


def test_history_tells_since_when_and_nothing_more(world: World) -> None:
    set_up(world.caseworker)
    row = Person.history.filter(id=world.caseworker.pk).latest("history_id")
    assert (row.history_act, row.factor_since is None) == ("access.set_up_factor", False)


def test_the_own_factor_again(world: World, clock, acting_as) -> None:
    _, seed, codes = set_up(world.caseworker)
    clock.shift(timedelta(minutes=1))
    with acting_as(world.caseworker):
        assert not confirm_self(world.caseworker, PASSWORD)
        assert confirm_self(world.caseworker, app_code(seed))
        assert not confirm_self(world.caseworker, app_code(seed))
        assert confirm_self(world.caseworker, codes[3])
        with override_settings(SECOND_FACTOR=False):
            assert confirm_self(world.caseworker, PASSWORD)
            assert not any(confirm_self(world.caseworker, f"wrong {number}") for number in range(5))
            assert not confirm_self(world.caseworker, PASSWORD)  # after five wrong ones only time helps


def test_switched_off_the_pages_say_so(world: World) -> None:
    with override_settings(SECOND_FACTOR=False):
        assert "switched off in the demo" in Client().get(LOGIN).content.decode()
        client, answer = password(world.caseworker)
        assert answer["Location"] == WORK
        assert client.get(WORK).status_code == 200
        assert "switched off in the demo" in client.get(FACTOR).content.decode()
        assert "Second factor is switched off." in client.get(WORK).content.decode()
    assert "switched off" not in Client().get(LOGIN).content.decode()
