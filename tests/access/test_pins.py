"""Back in by PIN: on the shared tablet that has locked itself, within the same shift, and never otherwise."""

import re
import uuid
from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse
from django.utils import timezone

from placement.access import pins
from placement.access.models import Person, Session
from placement.access.operations import end_sessions, set_password, set_pin
from placement.access.pins import asides_of, is_right, is_trivial
from placement.access.store import SessionStore
from placement.database.constraints import Refused
from placement.facilities.duty import works_today
from placement.facilities.models import RosterEntry, ShiftStaff
from tests.access.test_factor import CODE, app_code, set_up
from tests.world import PASSWORD, World

LOGIN, BACK, PIN, SESSIONS, WORK = (
    reverse(name) for name in ("accounts:login", "accounts:come_back", "accounts:pin", "accounts:sessions", "work")
)
GOOD, OTHER = "391745", "740916"
OUT, SHIFT = reverse("accounts:logout"), reverse("facilities:my-shift")


def key(**more: str) -> dict[str, str]:
    return {"form_key": str(uuid.uuid4())} | more


@pytest.fixture
def clock():
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


@pytest.fixture
def staff(world: World, acting_as) -> Person:
    """Somebody who works in a home and has a PIN."""
    with acting_as(world.staff_cedar):
        return set_pin(world.staff_cedar, GOOD, by=world.staff_cedar)


def signed_in(person: Person, *, shared: bool = True) -> Client:
    client = Client()
    data = {"username": person.username, "password": PASSWORD} | ({"shared": "on"} if shared else {})
    assert client.post(LOGIN, data)["Location"] == WORK
    return client


def locked(person: Person, clock, *, shared: bool = True) -> Client:
    """A tablet on which that person has signed in, and which has locked itself."""
    client = signed_in(person, shared=shared)
    clock.shift(timedelta(minutes=16))
    assert client.get(WORK).status_code == 302
    return client


def test_the_pin_leads_back_to_the_same_session(staff, clock):
    tablet = locked(staff, clock)
    assert "Come back with your PIN" in tablet.get(LOGIN).content.decode()
    assert staff.name not in tablet.get(BACK).content.decode()
    to = reverse("residents:list")
    assert tablet.post(f"{BACK}?next={to}", key(pin=GOOD))["Location"] == to
    assert tablet.get(WORK).status_code == 200


def test_the_lock_of_the_screen_is_the_same_and_signing_out_is_not(staff):
    tablet = signed_in(staff)
    tablet.post(reverse("accounts:logout"), {"idle": "1"})
    assert tablet.post(BACK, key(pin=GOOD))["Location"] == WORK
    tablet.post(reverse("accounts:logout"))
    assert tablet.post(BACK, key(pin=GOOD))["Location"] == LOGIN
    assert tablet.get(WORK).status_code == 302


def test_it_ends_with_the_shift(staff, clock):
    tablet = signed_in(staff)
    for _ in range(44):  # eleven hours and 44 minutes
        clock.shift(timedelta(minutes=16))
        assert tablet.get(WORK).status_code == 302
        assert tablet.post(BACK, key(pin=GOOD))["Location"] == WORK
    for minutes in (4, 4, 4, 2):
        clock.shift(timedelta(minutes=minutes))
        assert tablet.get(WORK).status_code == 200
    clock.shift(timedelta(minutes=3))
    assert tablet.get(WORK).status_code == 302  # twelve hours after the sign-in, not after the last PIN
    assert tablet.post(BACK, key(pin=GOOD))["Location"] == LOGIN


def test_five_wrong_ones_need_the_full_sign_in(staff, clock):
    tablet = locked(staff, clock)
    for _ in range(4):
        assert "not the PIN" in tablet.post(BACK, key(pin="000001")).content.decode()
    assert tablet.post(BACK, key(pin="000001"))["Location"] == LOGIN
    assert tablet.post(BACK, key(pin=GOOD))["Location"] == LOGIN
    clock.shift(timedelta(minutes=20))
    assert tablet.post(BACK, key(pin=GOOD))["Location"] == LOGIN
    assert tablet.post(LOGIN, {"username": staff.username, "password": PASSWORD})["Location"] == WORK


def test_five_wrong_ones_end_it_however_slowly_they_come(staff, clock):
    tablet = locked(staff, clock)
    for _ in range(4):
        assert "not the PIN" in tablet.post(BACK, key(pin="000001")).content.decode()
        clock.shift(timedelta(minutes=20))
    assert tablet.post(BACK, key(pin="000001"))["Location"] == LOGIN
    assert tablet.post(BACK, key(pin=GOOD))["Location"] == LOGIN
    again = locked(staff, clock)
    for _ in range(2):
        assert "not the PIN" in again.post(BACK, key(pin="000001")).content.decode()
    assert again.post(BACK, key(pin=GOOD))["Location"] == WORK


def test_wrong_ones_at_the_same_time_are_all_counted(staff, clock):
    """What another request has counted meanwhile stands in the row, and not in what this one has read."""
    tablet = locked(staff, clock)
    request = RequestFactory().post(BACK)
    request.session = SessionStore(tablet.session.session_key)
    [aside] = asides_of(request)
    for _ in range(4):
        tablet.post(BACK, key(pin="000001"))
    clock.shift(timedelta(minutes=20))
    assert not is_right(aside, "000001")
    assert not asides_of(request)
    assert tablet.post(BACK, key(pin=GOOD))["Location"] == LOGIN


def test_only_on_the_tablet_that_was_said_to_be_shared(staff, clock):
    own = locked(staff, clock, shared=False)
    for client in (own, Client()):
        assert client.get(BACK)["Location"] == LOGIN
        assert client.post(BACK, key(pin=GOOD))["Location"] == LOGIN


@pytest.mark.parametrize(
    "meanwhile", ["another password", "signed out everywhere", "all others ended", "somebody else"]
)
def test_what_ends_the_session_ends_the_pin(world, staff, clock, acting_as, meanwhile):
    tablet = locked(staff, clock)
    with acting_as(world.sysadmin):
        if meanwhile == "another password":
            set_password(staff, "quiet river stone lamp", by=world.sysadmin)
        if meanwhile == "signed out everywhere":
            end_sessions(staff, by=world.sysadmin)
    if meanwhile == "all others ended":
        elsewhere = signed_in(staff)
        assert elsewhere.get(SESSIONS).content.decode().count("End this session") >= 1  # the locked one is listed
        elsewhere.post(SESSIONS, key(do="others"))
    if meanwhile == "somebody else":
        tablet.post(LOGIN, {"username": world.admin_cedar.username, "password": PASSWORD})
        tablet.post(reverse("accounts:logout"))
    assert tablet.post(BACK, key(pin=GOOD))["Location"] == LOGIN
    assert tablet.get(WORK).status_code == 302


def test_the_factor_counts_as_given_only_where_it_was(world, staff, clock):
    with override_settings(SECOND_FACTOR=True):
        _, seed, _ = set_up(staff)
        clock.shift(timedelta(minutes=1))
        tablet = Client()
        tablet.post(LOGIN, {"username": staff.username, "password": PASSWORD, "shared": "on"})
        assert tablet.post(BACK, key(pin=GOOD))["Location"] == LOGIN  # half-way in is no session
        tablet.post(CODE, key(code=app_code(seed)))
        clock.shift(timedelta(minutes=16))
        assert tablet.get(WORK).status_code == 302
        assert tablet.post(BACK, key(pin=GOOD))["Location"] == WORK
        assert tablet.get(WORK).status_code == 200
    without = locked(staff, clock)
    with override_settings(SECOND_FACTOR=True):
        assert without.post(BACK, key(pin=GOOD))["Location"] == LOGIN


def test_choosing_one_needs_the_password_and_history_keeps_no_pin(world, client_of):
    person, client = world.staff_cedar, client_of(world.staff_cedar)

    def said(**more: str) -> str:
        answer = client.post(PIN, key(present=PASSWORD, pin=GOOD, again=GOOD) | more)
        return "" if answer.status_code == 302 else answer.content.decode()

    assert "not your password" in said(present="wrong")
    assert "not the same" in said(again="391746")
    assert "has 6 digits" in said(pin="39174", again="39174")
    assert "easy to guess" in said(pin="345678", again="345678")
    assert said() == ""
    person.refresh_from_db()
    assert person.pin and GOOD not in person.pin
    row = person.history.latest("history_id")
    assert row.history_act == "access.set_pin"
    assert not hasattr(row, "pin")
    assert GOOD not in str([session.get_decoded() for session in Session.objects.all()])


def test_guessing_the_password_there_ends(world, client_of):
    client = client_of(world.staff_cedar)
    for number in range(5):
        answer = client.post(PIN, key(present=f"wrong {number}", pin=GOOD, again=GOOD))
        assert "not your password" in answer.content.decode()
    answer = client.post(PIN, key(present=PASSWORD, pin=GOOD, again=GOOD))
    assert "too many wrong passwords" in answer.content.decode()


def test_a_system_administrator_has_none(world, acting_as, client_of):
    assert "can't use a PIN" in client_of(world.sysadmin).get(PIN).content.decode()
    with acting_as(world.sysadmin), pytest.raises(Refused, match="can't use a PIN"):
        set_pin(world.sysadmin, GOOD, by=world.sysadmin)
    with acting_as(world.sysadmin), pytest.raises(Refused, match="Only the person"):
        set_pin(world.staff_cedar, GOOD, by=world.sysadmin)


@pytest.mark.parametrize(
    "pin", ["123456", "987654", "890123", "777777", "121212", "123123", "123321", "112211", "111222"]
)
def test_pins_that_are_easy_to_guess(pin):
    assert is_trivial(pin)


@pytest.mark.parametrize("pin", [GOOD, "804913", "225790"])
def test_other_pins(pin):
    assert not is_trivial(pin)


@pytest.fixture
def two(world: World, acting_as) -> tuple[Person, Person]:
    """Two people of one home, each with a PIN of their own."""
    with acting_as(world.staff_cedar):
        set_pin(world.staff_cedar, GOOD, by=world.staff_cedar)
    with acting_as(world.admin_cedar):
        set_pin(world.admin_cedar, OTHER, by=world.admin_cedar)
    return world.staff_cedar, world.admin_cedar


def passed_on(two: tuple[Person, Person]) -> Client:
    """A tablet on which both have signed in, the second one now."""
    first, second = two
    tablet = signed_in(first)
    assert tablet.post(OUT, {"idle": "1", "next": SHIFT})["Location"] == f"{BACK}?next={quote(SHIFT, safe='')}"
    data = {"username": second.username, "password": PASSWORD, "shared": "on"}
    assert tablet.post(LOGIN, data)["Location"] == WORK
    return tablet


def who_is_in(tablet: Client) -> str:
    return re.findall("Signed in as ([^<]*)<", tablet.get(SESSIONS).content.decode())[0]


def test_two_people_pass_a_tablet_on_and_each_comes_back_as_themselves(two):
    tablet = passed_on(two)
    for turn in range(4):
        person, pin = ((two[0], GOOD), (two[1], OTHER))[turn % 2]
        tablet.post(OUT, {"idle": "1", "next": SHIFT})
        page = tablet.get(BACK).content.decode()
        assert all(one.name not in page and one.username not in page for one in two)
        assert "Who are you?" in page
        wrong = key(who=str(person.pk), pin=(OTHER, GOOD)[turn % 2])
        assert "not the PIN of that person" in tablet.post(BACK, wrong).content.decode()
        assert tablet.post(f"{BACK}?next={SHIFT}", key(who=str(person.pk), pin=pin))["Location"] == SHIFT
        assert who_is_in(tablet) == person.name


def test_nobody_is_chosen_whose_session_was_not_begun_there(two, world):
    tablet = passed_on(two)
    tablet.post(OUT, {"idle": "1", "next": SHIFT})
    for who in ("", "x", str(world.staff_birch.pk)):
        assert tablet.post(BACK, key(who=who, pin=GOOD)).status_code == 200
    assert tablet.get(WORK).status_code == 302


@pytest.mark.parametrize("how", ["others", "one", "out", "everywhere"])
def test_who_ends_the_own_session_ends_it_also_while_another_has_the_tablet(two, world, acting_as, how):
    first, second = two
    tablet = passed_on(two)
    if how == "everywhere":
        with acting_as(world.sysadmin):
            end_sessions(first, by=world.sysadmin)
    elif how == "out":  # with the PIN back in, and out: locked for the other one still
        tablet.post(OUT, {"idle": "1", "next": SHIFT})
        tablet.post(BACK, key(who=str(first.pk), pin=GOOD))
        tablet.post(OUT)
    else:
        elsewhere = signed_in(first)
        page = elsewhere.get(SESSIONS).content.decode()
        tokens = re.findall('name="session" value="([^"]+)"', page)
        for ended in [{"do": "others"}] if how == "others" else [{"session": token} for token in tokens]:
            elsewhere.post(SESSIONS, key(**ended))
    if how != "out":
        tablet.post(OUT, {"idle": "1", "next": SHIFT})
    assert "Who are you?" not in tablet.get(BACK).content.decode()
    assert tablet.post(BACK, key(pin=GOOD)).status_code == 200  # that is the other one's, and not the right PIN
    assert tablet.post(BACK, key(pin=OTHER))["Location"] == WORK
    assert who_is_in(tablet) == second.name


def test_five_wrong_ones_for_one_end_that_one_only(two):
    tablet = passed_on(two)
    tablet.post(OUT, {"idle": "1", "next": SHIFT})
    for _ in range(5):
        tablet.post(BACK, key(who=str(two[0].pk), pin="000001"))
    assert tablet.post(BACK, key(who=str(two[0].pk), pin=GOOD)).status_code == 200
    assert tablet.get(WORK).status_code == 302
    assert tablet.post(BACK, key(pin=OTHER))["Location"] == WORK
    assert who_is_in(tablet) == two[1].name


def test_what_one_had_typed_waits_for_them_and_not_for_the_next_one(two):
    tablet = passed_on(two)
    typed = {"idle": "1", "next": SHIFT, "kept_to": "/incidents/new/", "what": "quiet place"}
    tablet.post(OUT, typed)
    assert tablet.post(BACK, key(who=str(two[0].pk), pin=GOOD))["Location"] == WORK
    assert "quiet place" not in tablet.get(reverse("accounts:kept")).content.decode()
    tablet.post(OUT, {"idle": "1", "next": SHIFT})
    assert tablet.post(BACK, key(who=str(two[1].pk), pin=OTHER))["Location"] == reverse("accounts:kept")
    assert "quiet place" in tablet.get(reverse("accounts:kept")).content.decode()


@pytest.mark.parametrize("who", ["first", "nobody"])
def test_who_works_today_comes_first(two, monkeypatch, who):
    monkeypatch.setattr(pins, "ON_DUTY", [lambda person: who == "first" and person == two[0]])
    tablet = passed_on(two)
    tablet.post(OUT, {"idle": "1", "next": SHIFT})  # the second one was here last
    page = tablet.get(BACK).content.decode()
    assert (page.index(str(two[0].pk)) < page.index(str(two[1].pk))) == (who == "first")
    assert page.count("on duty today") == (who == "first")
    assert page.count("signed in at") == 2  # two with the same initials
    assert all(one.name not in page for one in two)


def test_on_duty_today_is_who_is_in_a_shift_or_in_the_plan(world, acting_as):
    staff = world.staff_cedar
    later = timezone.now() + timedelta(days=5)

    def works(person: Person) -> bool:
        with acting_as(person):
            return works_today(person)

    assert works(staff)
    assert not works(world.caseworker)
    with acting_as(world.admin_cedar):
        RosterEntry.objects.create(
            facility=world.cedar.facility,
            person=staff,
            starts_at=later,
            ends_at=later + timedelta(minutes=1),
            planned_by=world.admin_cedar,
        )
    for days, expected in ((3, False), (5, True), (7, False)):
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
            assert works(staff) == expected
    with acting_as(world.admin_cedar):
        ShiftStaff.objects.filter(person=staff).update(left_at=timezone.now() - timedelta(seconds=1))
    assert not works(staff)
