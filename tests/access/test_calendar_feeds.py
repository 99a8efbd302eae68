"""A calendar feed: an address shown once, read without a session by the rights of its person, and ended by them."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from placement.access import feeds, operations
from placement.access.logs import NoRecordText
from placement.access.models import CalendarFeed, Person, SignInFailure
from placement.database.context import acting
from residents.operations import bar_from_record, take_off_case
from tests.attack.sql import change, denied, insert, refused, sql
from tests.law import hearing
from tests.world import World, browser

PAGE = "/accounts/calendars/"
DAY = timedelta(days=1)


def made(person: Person, name: str = "Phone") -> str:
    """Return the token of a new feed."""
    with acting(person.pk, person.name):
        return feeds.make_calendar_feed(name=name, by=person)[1]


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a feed be read again at once."""
    monkeypatch.setattr(feeds, "PAUSE", -DAY)


def own_feed(person: Person) -> CalendarFeed:
    with acting(person.pk, person.name):
        return CalendarFeed.objects.get(person=person)


def reads(person: Person) -> int:
    """How often the access log says that the feeds of ``person`` were read."""
    with acting(person.pk, person.name), connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(reads), 0) FROM access_calendar_reads(%s)", [timezone.now() - DAY])
        (number,) = cursor.fetchone()
    return int(number)


def read(token: str, **more: Any) -> HttpResponse:
    return Client().get(reverse("calendar:feed", args=[token]), **more)


def told(answer: HttpResponse) -> set[str]:
    """What the entries say."""
    return set(re.findall(r"SUMMARY:(.*)\r\n", answer.content.decode()))


def as_unknown(answer: HttpResponse) -> bool:
    """Whether an answer is the one to an address that leads nowhere: status, bytes, headers."""
    nowhere, moving = Client().get("/nowhere/"), {"X-Request-Id"}
    heads = [{k: v for k, v in each.headers.items() if k not in moving} for each in (answer, nowhere)]
    return answer.status_code == 404 and answer.content == nowhere.content and heads[0] == heads[1]


def test_the_feed_is_read_without_a_session_and_says_codes_only(world: World) -> None:
    hearing(world, 20)
    answer = read(made(world.caseworker2))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "no-store"
    assert f"{world.cleo.resident.code}: review due" in told(answer)
    text = answer.content.decode()
    names = [person.name for person in world.people.values()]
    names += [young.resident.preferred_name for young in world.young.values()]
    names += [home.facility.name for home in world.homes.values()]
    assert [name for name in names if name in text] == []
    given_away = r"hearing|court|health|medic|consent|traffick|exploit|missing|after.?care|http|placement/"
    assert re.findall(given_away, text.replace("PRODID:-//Placement//", ""), re.IGNORECASE) == []
    assert not answer.cookies


def test_it_shows_what_is_open_to_its_person_and_nothing_of_others(world: World) -> None:
    hearing(world, 20)
    cleo = world.cleo.resident.code
    for key in ("caseworker2", "supervisor2", "admin_birch"):
        assert cleo in read(made(world.people[key])).content.decode(), key
    for key in ("caseworker", "supervisor", "admin_cedar", "staff_cedar", "clinician"):
        assert cleo not in read(made(world.people[key])).content.decode(), key


def test_rights_that_end_take_their_entries_with_them(world: World) -> None:
    hearing(world, 20)
    token, cleo = made(world.caseworker2), world.cleo
    assert cleo.resident.code in read(token).content.decode()
    with acting(world.supervisor2.pk, world.supervisor2.name):
        take_off_case(cleo.caseload, by=world.supervisor2)
    answer = read(token)
    assert answer.status_code == 200
    assert cleo.resident.code not in answer.content.decode()


def test_a_conflict_of_interest_takes_entries_away(world: World) -> None:
    hearing(world, 20)
    token = made(world.caseworker2)
    with acting(world.supervisor2.pk, world.supervisor2.name):
        bar_from_record(world.cleo.resident, world.caseworker2, reason="Knows the family", by=world.supervisor2)
    assert world.cleo.resident.code not in read(token).content.decode()


def end(world: World, token: str) -> None:
    person = world.caseworker2
    with acting(person.pk, person.name):
        feeds.end_calendar_feed(CalendarFeed.objects.get(digest=feeds.digest_of(token)), by=person)


def account(operation: Any) -> Any:
    def act(world: World, token: str) -> None:
        with acting(world.sysadmin.pk, world.sysadmin.name):
            operation(world.caseworker2, by=world.sysadmin)

    return act


def new_password(person: Person, *, by: Person) -> None:
    operations.set_password(person, "a-long-enough-word-71", by=by)


def own_password(world: World, token: str) -> None:
    person = world.caseworker2
    with acting(person.pk, person.name):
        new_password(person, by=person)


def somebody_elses_then_own(world: World, token: str) -> None:
    account(new_password)(world, token)
    world.caseworker2.refresh_from_db()
    own_password(world, token)


@pytest.mark.parametrize(
    "how",
    [
        end,
        account(operations.close_account),
        account(operations.end_sessions),
        account(new_password),
        own_password,
        somebody_elses_then_own,
    ],
    ids=[
        "ended",
        "closed",
        "signed out everywhere",
        "password set by somebody else",
        "new password",
        "and then an own",
    ],
)
def test_then_it_leads_nowhere_like_any_unknown_address(world: World, how: Any) -> None:
    token = made(world.caseworker2)
    assert read(token).status_code == 200
    how(world, token)
    assert as_unknown(read(token))
    assert as_unknown(read("x" * 43))
    world.caseworker2.refresh_from_db()
    with acting(world.caseworker2.pk, world.caseworker2.name):
        assert feeds.feeds_of(world.caseworker2) == []


def test_without_the_second_factor_that_is_asked_for_it_leads_nowhere(world: World, settings: Any) -> None:
    token = made(world.caseworker2)
    settings.SECOND_FACTOR = True
    assert as_unknown(read(token))


def test_a_feed_that_is_made_after_signing_out_everywhere_works(world: World) -> None:
    account(operations.end_sessions)(world, "")
    assert read(made(world.caseworker2)).status_code == 200


def test_somebody_elses_session_adds_nothing(world: World) -> None:
    hearing(world, 20)
    token = made(world.caseworker)
    answer = browser(world, "caseworker2").get(reverse("calendar:feed", args=[token]))
    assert world.cleo.resident.code not in answer.content.decode()


def test_of_the_token_only_a_hash_is_kept(world: World) -> None:
    token = made(world.caseworker2)
    assert len(token) >= 43
    kept = ""
    tables = ("calendarfeed", "historicalcalendarfeed", "formkey", "session")
    with acting(world.caseworker2.pk, world.caseworker2.name), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT coalesce(string_agg(to_jsonb(kept)::text, ''), '') FROM access_{table} kept")
            kept += cursor.fetchone()[0]
    assert feeds.digest_of(token) in kept
    assert token not in kept
    fields = {field.name for field in CalendarFeed.history.model._meta.get_fields()}
    assert not fields & {"digest", "read_at"}


def test_each_reading_is_logged_and_told_to_its_person(world: World) -> None:
    token = made(world.caseworker2)
    for _ in range(2):
        assert read(token).status_code == 200
    assert reads(world.caseworker2) == 2
    assert reads(world.caseworker) == 0
    assert CalendarFeed.history.count() == 1  # a reading is in the access log, and no change of the record
    page = browser(world, "caseworker2").get(PAGE).content.decode()
    assert '<td class="n" data-label="Reads in 30 days">2</td>' in page
    assert "never" not in page


def test_what_an_inspector_reads_is_an_opening_of_the_home(world: World) -> None:
    assert read(made(world.inspector_cedar)).status_code == 200
    assert reads(world.inspector_cedar) == 1
    page = reverse("facilities:opened", args=[world.cedar.facility.pk])
    assert "The own calendar, as a feed" in browser(world, "admin_cedar").get(page).text
    assert read(made(world.admin_cedar)).status_code == 200
    assert browser(world, "supervisor").get(page).text.count("The own calendar, as a feed") == 1


def test_it_is_read_again_only_after_a_pause(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "PAUSE", timedelta(minutes=1))
    token = made(world.caseworker2)
    assert read(token).status_code == 200
    answer = read(token)
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (429, "60", "no-store")
    assert reads(world.caseworker2) == 1
    monkeypatch.setattr(feeds, "PAUSE", -DAY)
    assert read(token).status_code == 200


def test_whoever_guesses_is_stopped_and_signing_in_from_there_goes_on(world: World) -> None:
    token = made(world.caseworker2)
    for number in range(100):
        assert read(f"guess-{number}").status_code == 404
    assert SignInFailure.objects.count() == 100
    assert as_unknown(read(token))
    assert read(token, REMOTE_ADDR="192.0.2.7").status_code == 200
    tried = {"username": world.caseworker2.username, "password": "only-for-tests-9"}
    assert Client().post("/accounts/login/", tried).status_code == 302


def test_nothing_but_reading(world: World) -> None:
    token = made(world.caseworker2)
    for method in ("post", "put", "delete"):
        assert as_unknown(getattr(Client(), method)(reverse("calendar:feed", args=[token])))
    assert Client().head(reverse("calendar:feed", args=[token])).content == b""


def test_the_page_shows_the_address_once_and_ends_it(world: World) -> None:
    client = browser(world, "caseworker2")
    sent = {"form_key": str(uuid4()), "name": "My phone"}
    page = client.post(PAGE, sent).content.decode()
    address = re.search(r"http://testserver(/calendar/feeds/[\w-]{43}\.ics)", page)
    assert address
    assert "/calendar/feeds/" not in client.post(PAGE, sent, follow=True).content.decode()  # sent twice
    assert "/calendar/feeds/" not in client.get(PAGE).content.decode()
    assert Client().get(address[1]).status_code == 200
    with acting(world.caseworker2.pk, world.caseworker2.name):
        feed = CalendarFeed.objects.get()
    assert client.post(PAGE, {"form_key": str(uuid4()), "feed": feed.pk}).status_code == 302
    assert as_unknown(Client().get(address[1]))
    assert "My phone" not in client.get(PAGE).content.decode().split("</h1>")[1]


def test_nobody_ends_or_sees_the_feed_of_another(world: World) -> None:
    token = made(world.caseworker2)
    feed = own_feed(world.caseworker2)
    client = browser(world, "caseworker")
    assert "Phone" not in client.get(PAGE).content.decode()
    client.post(PAGE, {"form_key": str(uuid4()), "feed": feed.pk})
    assert read(token).status_code == 200


def test_a_role_without_a_calendar_has_none(world: World) -> None:
    for key in ("sysadmin", "stranger"):
        assert browser(world, key).get(PAGE).status_code == 404


def test_no_log_line_of_the_application_holds_the_token(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.handler.addFilter(NoRecordText())
    assert read("x" * 43).status_code == 404
    assert "/calendar/feeds/…" in caplog.text
    for near in (
        "/calendar/feeds//{}.ics",
        "/Calendar/Feeds/{}.ics",
        "/calendar/feeds/{}",
        "/calendar/feeds/a/{}.ics/",
    ):
        assert Client().get(near.format("x" * 43)).status_code == 404
    assert caplog.text.count("…") == 5
    assert "xxx" not in caplog.text


# Plain SQL.


def test_nobody_makes_a_feed_in_the_name_of_another(world: World) -> None:
    row = {"name": "Phone", "digest": "a" * 64, "made_at": world.now, "person_id": world.supervisor.pk}
    with acting(world.caseworker.pk, world.caseworker.name), refused("signature_is_own"):
        insert(CalendarFeed, **row)


def test_without_anybody_who_acts_nothing_is_shown_and_the_feed_is_read(world: World, in_earnest: None) -> None:
    token = made(world.caseworker2)
    assert CalendarFeed.objects.count() == 0
    assert CalendarFeed.objects.update(ended_at=None) == 0
    assert read(token).status_code == 200
    assert own_feed(world.caseworker2).read_at is not None
    assert CalendarFeed.objects.count() == 0


def test_a_feed_is_never_erased(world: World) -> None:
    made(world.caseworker2)
    with acting(world.caseworker2.pk, world.caseworker2.name), denied():
        sql("DELETE FROM access_calendarfeed")


def test_the_database_keeps_its_own_times(world: World) -> None:
    made(world.caseworker2)
    years = timedelta(days=900)
    with acting(world.caseworker2.pk, world.caseworker2.name):
        feed = CalendarFeed.objects.get()
        change(feed, read_at=world.now + years)
        change(feed, ended_at=world.now + years)
        feed.refresh_from_db()
    assert feed.read_at < world.now + years and feed.ended_at < world.now + years


def test_nobody_logs_the_reading_of_the_feed_of_another(world: World) -> None:
    made(world.caseworker2)
    feed = own_feed(world.caseworker2)
    with acting(world.caseworker.pk, world.caseworker.name), connection.cursor() as cursor:
        cursor.execute("SELECT access_calendar_log(%s)", [feed.pk])
        cursor.execute("SELECT count(*) FROM access_calendar_reads(%s)", [world.now - timedelta(days=1)])
        assert cursor.fetchone() == (0,)
    assert reads(world.caseworker2) == 0
