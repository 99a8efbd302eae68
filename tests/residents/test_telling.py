"""Telling around the house: the pages without an account, and the receipt."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.queries.work import my_work
from placement.database.context import acting
from residents import operations, tell
from residents.models import Complaint
from tests.complaints import SECRET, code_for, fields_of, later, sent, told
from tests.world import World, browser


def test_what_is_told_at_the_page_is_on_the_supervisors_work_at_once(world: World) -> None:
    code, client = code_for(world), Client()
    page = client.get("/tell/")
    answer = client.post("/tell/", fields_of(page, code=code.lower().replace("-", " "), about="staff", danger="yes"))
    assert b"It is sent" in answer.content
    assert b"call 911 now" in answer.content
    found = sent().get()
    assert (found.resident, found.code, found.sender) == (world.ada.resident, world.ada.resident.code, "young")
    assert found.number.encode() in answer.content
    with acting(world.supervisor.pk, world.supervisor.name):
        [task] = [task for task in my_work(world.supervisor).first if found.number in task.title]
    assert task.alarm
    work = browser(world, "supervisor").get("/")
    assert found.number.encode() in work.content
    read = browser(world, "supervisor").get(reverse("complaints:detail", args=[found.pk]))
    assert SECRET.encode() in read.content


def test_the_page_knows_nothing_of_whoever_is_signed_in_and_leaves_nothing(world: World) -> None:
    signed_in = browser(world, "staff_cedar")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = signed_in.get("/tell/")
    assert [each["sql"] for each in queries if "access_session" in each["sql"] or "access_person" in each["sql"]] == []
    plain = Client().get("/tell/")
    mask = re.compile(rb'value="[^"]{30,}"')
    assert mask.sub(b"", page.content) == mask.sub(b"", plain.content)
    assert world.staff_cedar.name.encode() not in page.content
    assert "no-store" in page["Cache-Control"]
    answer = signed_in.post("/tell/", fields_of(page))
    assert b"It is sent" in answer.content
    assert settings.SESSION_COOKIE_NAME not in answer.cookies
    for cookie in [*page.cookies.values(), *answer.cookies.values()]:
        assert cookie.key == settings.CSRF_COOKIE_NAME
        assert cookie["max-age"] == ""  # goes with the browser
    assert {row.history_user_id for row in Complaint.history.filter(happened=SECRET)} == {None}
    assert signed_in.get("/").status_code == 200  # and the session is not ended by it


@pytest.mark.parametrize("url", ["/tell/", "/tell/es/", "/tell/answer/", "/tell/es/answer/"])
def test_nothing_there_names_the_product_or_says_what_kind_of_house_it_is(world: World, url: str) -> None:
    page = Client().get(url).content.lower()
    for word in (
        b"placement",
        b"traffic",
        b"victim",
        b"trata de personas",
        b"sign in",
        b"staff.cedar",
        b"app.js",
        b"outbox",
    ):
        assert word not in page, word


def test_a_wrong_code_and_a_right_one_get_the_same_page(world: World) -> None:
    right, wrong = code_for(world), tell.new_code()
    ended = code_for(world)
    right, ended = code_for(world), right
    numbers, pages = re.compile(rb"<dd id=[^<]*</dd>|value=\"[^\"]{30,}\""), []
    for code in (right, wrong, ended, ""):
        client = Client()
        page = client.get("/tell/")
        pages.append(
            (
                numbers.sub(b"", page.content),
                numbers.sub(b"", client.post("/tell/", fields_of(page, code=code)).content),
            )
        )
    assert len(set(pages)) == 1
    assert sorted(sent().values_list("sender", flat=True)) == ["unknown"] * 3 + ["young"]
    counts = []
    for code in (right, wrong):
        with CaptureQueriesContext(connection) as queries:
            told(code)
        counts.append(len(queries))
        with CaptureQueriesContext(connection) as queries:
            assert tell.read(code=code, number="123-4567", words="a b c d") is None
        counts.append(len(queries))
    assert counts[:2] == counts[2:]


def test_what_was_not_right_is_said_and_the_words_stay(world: World) -> None:
    client = Client()
    for wrong in (
        {"happened": " \n "},
        {"happened": "x" * 10_001},
        {"form_key": "x"},
        {"about": "nonsense"},
        {"who": "a\0b"},
    ):
        page = client.post("/tell/", fields_of(client.get("/tell/"), **{"since": "Since Monday"} | wrong))
        assert b"It is not sent yet" in page.content, wrong
        assert b"Since Monday" in page.content
    page = client.post("/tell/es/", fields_of(client.get("/tell/es/"), happened=""))
    assert "Todavía no está enviado".encode() in page.content
    assert not sent().exists()


def test_sent_twice_it_is_one_and_the_receipt_is_shown_again_for_a_short_time_only(committed_world: World) -> None:
    key, fields = uuid4(), {"about": [], "who": "", "happened": SECRET, "since": "", "danger": False}
    fields |= {"said_name": "", "said_home": ""}
    first = tell.send(fields, code="", form_key=key, language="en")
    assert tell.send(fields, code="", form_key=key, language="en") == first
    assert tell.send({**fields, "happened": "Else"}, code="", form_key=key, language="en") != first
    assert (sent().count(), Complaint.objects.filter(happened="Else").count()) == (1, 1)
    with later(minutes=10):
        assert tell.send(fields, code="", form_key=key, language="en") is None
    assert sent().count() == 1


def test_many_tries_from_one_place_are_slowed_down_and_nobody_is_shut_out(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(tell, "SENDS", 2)
    monkeypatch.setattr(tell, "READS", 2)
    client = Client()
    for _ in range(2):
        assert b"It is sent" in client.post("/tell/", fields_of(client.get("/tell/"))).content
    slowed = client.post("/tell/", fields_of(client.get("/tell/")))
    assert slowed.status_code == 429
    assert SECRET.encode() in slowed.content
    assert b"It is sent" in Client(REMOTE_ADDR="10.9.8.7").post("/tell/", fields_of(client.get("/tell/"))).content
    monkeypatch.setattr(tell, "PAUSE_OF_SENDS", timedelta())
    assert b"It is sent" in client.post("/tell/", fields_of(client.get("/tell/"))).content
    for _ in range(2):
        assert b"We can" in client.post("/tell/answer/", {"number": "1"}).content
    assert b"Wait" in client.post("/tell/answer/", {"number": "1"}).content
    # nobody who signs in from there is slowed down
    assert client.post(reverse("accounts:login"), {"username": "nobody", "password": "x"}).status_code == 200


def test_the_answer_is_read_with_the_receipt_and_the_code_and_something_is_added(world: World) -> None:
    code = code_for(world)
    row, receipt = told(code)
    by = world.supervisor
    with acting(by.pk, by.name):
        operations.write_in_complaint(row, kind="reply", text="We have read it.", by=by)
        operations.write_in_complaint(row, kind="note", text="Only for us.", by=by)
    typed = {"code": code, "number": receipt.number.replace("-", ""), "words": receipt.words.upper()}
    page = Client().post("/tell/answer/", typed)
    assert b"We have read it." in page.content
    assert b"Only for us." not in page.content
    assert SECRET.encode() not in page.content
    assert by.name.encode() not in page.content
    for wrong in ({"code": ""}, {"code": tell.new_code()}, {"words": "apple apple apple apple"}, {"number": "1111111"}):
        refused_page = Client().post("/tell/answer/", typed | wrong).content
        assert b"We can&#x27;t find that" in refused_page
        assert b"We have read it." not in refused_page
    client = Client()
    add = typed | {"text": "It goes on.", "form_key": str(uuid4())}
    for _ in range(2):  # pressed twice
        assert b"It goes on." in client.post("/tell/answer/", add).content
    assert [step.text for step in row.steps.filter(kind="added")] == ["It goes on."]
    with acting(by.pk, by.name):
        operations.decide_complaint(row, outcome="upheld", answer="You were right.", by=by)
    assert b"You were right." in client.post("/tell/answer/", typed).content
    renewed = code_for(world)
    assert b"You were right." not in client.post("/tell/answer/", typed).content  # the old code has ended
    assert b"You were right." in client.post("/tell/answer/", typed | {"code": renewed}).content


def test_what_a_sender_adds_is_kept_or_said_not_to_be_and_stays_to_be_sent_again(world: World) -> None:
    code = code_for(world)
    row, receipt = told(code)
    client, known = Client(), {"code": code, "number": receipt.number, "words": receipt.words}
    key = re.compile(rb'name="form_key" value="([^"]+)"')
    for text, said in (
        ("", "Write what"),
        (" \n ", "Write what"),
        ("One\0two", "went wrong"),
        ("word " * 2001, "too long"),
    ):
        found = key.search(client.post("/tell/answer/", known).content)
        assert found
        page = client.post("/tell/answer/", known | {"text": text, "form_key": found[1].decode()})
        assert page.status_code == 200
        alert = re.search(r'role="alert".*?</section>', page.content.decode(), re.S)
        assert alert, text[:9]
        assert said in alert[0] or "wrong" in alert[0], (text[:9], alert[0])
        assert page.content.decode().count("word ") in (0, 2001)
        assert tell.texts("en")["added"] not in page.content.decode()
    assert not row.steps.exists()
    found = key.search(client.post("/tell/answer/", known).content)
    assert found
    page = client.post("/tell/answer/", known | {"text": "One\r\ntwo", "form_key": found[1].decode()})
    assert tell.texts("en")["added"] in page.content.decode()
    assert row.steps.get().text == "One\ntwo"


def test_what_a_sender_adds_outlasts_the_pause_after_wrong_tries_of_others(world: World) -> None:
    """Who shares the place with the sender can't make their words go by trying numbers."""
    row, receipt = told()
    client, known = Client(), {"code": "", "number": receipt.number, "words": receipt.words}
    for _ in range(tell.READS + 1):
        Client().post("/tell/answer/", known | {"words": "wrong"})
    page = client.post("/tell/answer/", known | {"text": "One more thing", "form_key": str(uuid4())})
    assert "Wait" in page.content.decode()
    assert re.search(r'<textarea name="text" hidden>\s*One more thing</textarea>', page.content.decode())
    assert not row.steps.exists()
