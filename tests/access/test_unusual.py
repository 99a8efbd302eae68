"""Abuse case 5: very many records in a short time are told to the supervisors, and then no more are shown."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from placement.access import sessions
from placement.access.models import AccessLogEntry, Person, UnusualAccess
from placement.access.unusual import judge_unusual
from placement.database.constraints import Refused
from placement.database.context import acting
from residents.models import SafetyAlert
from tests.attack.sql import change, denied, insert, refused
from tests.world import World, browser

Browser = Callable[[Person | None], Client]


def opens(person: Person, number: int, outcome: str = "shown") -> None:
    """The access log as after ``person`` has opened the records of so many young people."""
    with acting(person.pk, person.name), connection.cursor() as cursor:
        values = ["residents:detail", outcome, [uuid4() for _ in range(number)]]
        cursor.execute("SELECT access_log(%s, %s, %s::uuid[], '{}', '{}', NULL)", values)


def told(person: Person) -> int:
    return UnusualAccess.objects.filter(person=person).count()


def record(world: World) -> str:
    return reverse("residents:detail", args=[world.ada.resident.pk])


def test_sixty_records_in_ten_minutes_are_told_once(world: World) -> None:
    opens(world.caseworker, 59)
    opens(world.caseworker2, 40)
    assert told(world.caseworker) == told(world.caseworker2) == 0
    opens(world.caseworker, 1)
    opens(world.caseworker, 30)
    assert told(world.caseworker) == 1 and told(world.caseworker2) == 0
    for key in ("supervisor", "supervisor2"):
        assert f"{world.caseworker} opened very many records" in browser(world, key).get("/").content.decode()


def test_the_same_record_again_and_what_was_refused_do_not_count(world: World) -> None:
    client = browser(world, "caseworker")
    for _ in range(3):
        client.get(record(world))
    opens(world.caseworker, 58)
    for _ in range(3):
        client.get(reverse("residents:detail", args=[uuid4()]))
    opens(world.caseworker, 70, outcome="changed")  # a form about many, such as a meal of the whole house
    assert told(world.caseworker) == 0


def test_after_two_hundred_no_record_is_shown_and_work_goes_on(world: World) -> None:
    client = browser(world, "caseworker")
    opens(world.caseworker, 199)
    assert client.get(record(world)).status_code == 200
    before = AccessLogEntry.objects.count()
    page = client.get(reverse("residents:detail", args=[world.bea.resident.pk]))
    assert page.status_code == 429 and "Wait ten minutes" in page.content.decode()
    assert world.bea.resident.preferred_name not in page.content.decode()
    assert client.get(record(world)).status_code == 200  # it is one of the 200
    assert client.get("/").status_code == client.get("/residents/").status_code == 200
    assert AccessLogEntry.objects.count() == before + 1


def test_what_was_typed_into_a_form_that_is_not_shown_again_is_kept(world: World) -> None:
    """The form was open for a while, 200 other records were opened meanwhile, and something in it is not right yet."""
    client, to = browser(world, "caseworker"), reverse("residents:add_alert", args=[world.ada.resident.pk])
    typed = {"form_key": str(uuid4()), "text": "Sleeps with the <light> on"}
    opens(world.caseworker, 200)
    for _ in range(2):
        answer = client.post(to, typed)
        assert answer.status_code == 429 and "it is kept" in answer.content.decode()
        assert world.ada.resident.preferred_name not in answer.content.decode()
    kept = client.get(reverse("accounts:kept")).content.decode()
    assert (
        kept.count("Sleeps with the &lt;light&gt; on") == 2 and kept.count("Send it now") == 1
    )  # to read, and to send
    assert "is not sent yet" in client.get("/").content.decode()
    assert client.post(to, typed | {"kind": "care"}).status_code == 302
    assert SafetyAlert.objects.filter(text=typed["text"]).count() == 1
    assert "Nothing waits here" in client.get(reverse("accounts:kept")).content.decode()


def test_a_page_that_was_only_opened_and_a_form_with_a_code_leave_nothing_behind(world: World) -> None:
    opens(world.supervisor, 200)
    client, glass = browser(world, "supervisor"), world.ada.emergency
    judge = reverse("break_glass:judge", args=[glass.pk])
    assert client.get(judge).status_code == 429 and "it is kept" not in client.get(judge).content.decode()
    assert not client.session.get("kept")
    assert client.post(judge, {"finding": "Was right to do it"}).status_code == 429
    assert "Was right to do it" in client.get(reverse("accounts:kept")).content.decode()
    assert not sessions.keep(client.post(judge, {}).wsgi_request, reverse("break_glass:new"), QueryDict("code=123456"))


def test_it_is_judged_once_by_somebody_else_who_sees_only_records_that_they_audit(world: World) -> None:
    supervisor = world.supervisor
    browser(world, "caseworker").get(record(world))
    browser(world, "caseworker2").get(reverse("residents:detail", args=[world.cleo.resident.pk]))
    opens(supervisor, 60)
    opens(world.caseworker, 60)
    own, other = (UnusualAccess.objects.get(person=person) for person in (supervisor, world.caseworker))
    page = reverse("audit:judge_unusual", args=[other.pk])
    assert "W-1" in browser(world, "supervisor").get(page).content.decode()
    assert "W-1" not in browser(world, "supervisor2").get(page).content.decode()
    assert browser(world, "caseworker").get(page).status_code == 404
    assert (
        "about yourself"
        in browser(world, "supervisor").get(reverse("audit:judge_unusual", args=[own.pk])).content.decode()
    )
    with acting(supervisor.pk, supervisor.name):
        with pytest.raises(Refused, match="about yourself"):
            judge_unusual(own, judgement="explained", reason="Audit", by=supervisor)
        done = judge_unusual(other, judgement="not_explained", reason="Could not say", by=supervisor)
        assert done.judged_by == supervisor and done.judged_at > other.at
        with pytest.raises(Refused, match="judged this already"):
            judge_unusual(other, judgement="explained", reason="After all", by=supervisor)
    assert f"{world.caseworker} opened very" not in browser(world, "supervisor2").get("/").content.decode()


def test_plain_sql_neither_writes_nor_changes_nor_judges_the_own_one(world: World) -> None:
    opens(world.caseworker, 60)
    found = UnusualAccess.objects.get(person=world.caseworker)
    signed = {"judgement": "explained", "judged_at": world.now, "judgement_reason": "Fine"}
    opens(world.supervisor2, 60)
    own = UnusualAccess.objects.get(person=world.supervisor2)
    with acting(world.caseworker.pk, world.caseworker.name):
        with denied():
            insert(UnusualAccess, person_id=world.staff_cedar.pk, at=world.now, judgement="", judgement_reason="")
        assert not UnusualAccess.objects.exists()
        assert change(found, judged_by_id=world.caseworker.pk, **signed) == 0
    with acting(world.supervisor2.pk, world.supervisor2.name):
        with refused("unusual_access_judged_by_another"):
            change(own, judged_by_id=world.supervisor2.pk, **signed)
        with refused("unusual_access_is_kept"):
            change(found, person_id=world.staff_cedar.pk)
    with acting(world.supervisor.pk, world.supervisor.name):
        with refused("unusual_access_judgement_is_signed"):
            change(found, judged_by_id=world.supervisor.pk, **signed | {"judgement_reason": ""})
        assert change(found, judged_by_id=world.supervisor.pk, **signed) == 1
        with refused("unusual_access_is_kept"):
            change(found, judgement="not_explained")
