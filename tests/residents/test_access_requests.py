"""Asking for access: a preview without identity, the owner decides, and what is opened ends by itself."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from placement.access.facts import differences
from placement.access.models import AccessLogEntry
from placement.access.rights import Can
from placement.access.visible import rights_on
from placement.database.constraints import Refused
from placement.database.context import acting, reading
from residents.models import AccessRequest
from residents.operations import ask_access, bar_from_record, decide_access, end_access
from tests.residents.test_forms import hidden
from tests.world import World, browser

NEW = reverse("access_requests:new")
CARE = {Can.VIEW_CODE, Can.VIEW_CARE_PROFILE, Can.VIEW_CARE_LOG}


def look(client: Client, code: str, **more: str) -> Any:
    return client.post(NEW, hidden(client.get(NEW)) | {"code": code} | more)


def asked(world: World) -> AccessRequest:
    with acting(world.staff_birch.pk, world.staff_birch.name):
        return ask_access("W-1", purpose="She may move to us.", by=world.staff_birch)


def test_the_preview_says_the_code_and_the_unit_and_nothing_else(world: World) -> None:
    body = look(browser(world, "staff_birch"), "c-w-1").content.decode()
    main = body[body.index("<main") :]
    assert "W-1" in main and "North unit" in main
    for closed in ("Ada", "Secretname", "C-W-1", "Cedar", "15"):
        assert not re.search(rf"\b{closed}\b", main.replace("c-w-1", "")), closed


def test_who_asks_is_answered_by_the_owner(world: World) -> None:
    client = browser(world, "staff_birch")
    preview = look(client, "W-1")
    sent = client.post(NEW, hidden(preview) | {"code": "W-1", "purpose": "She may move to us."})
    assert sent["Location"] == NEW
    assert "Waits" in client.get(NEW).content.decode()
    row = AccessRequest.objects.get(asker=world.staff_birch)
    url = reverse("access_requests:decide", args=[row.pk])
    for key in ("caseworker", "supervisor"):
        assert f"{world.staff_birch} asks for access to W-1" in browser(world, key).get("/").content.decode(), key
    assert client.get(url).status_code == 404
    owner = browser(world, "caseworker")
    early = owner.post(url, hidden(owner.get(url)) | {"decision": "care"}).content.decode()
    assert 'id="id_ends_at_error"' in early
    no_reason = owner.post(url, hidden(owner.get(url)) | {"decision": "refused"}).content.decode()
    assert 'id="id_reason_error"' in no_reason
    with acting(world.caseworker.pk, world.caseworker.name):
        decide_access(row, decision="care", ends_at=timezone.now() + timedelta(days=2), by=world.caseworker)
        with pytest.raises(Refused, match="decided about this already"):
            decide_access(row, decision="refused", reason="No", by=world.caseworker)
    assert rights_on(world.staff_birch, world.ada.resident) == CARE
    record = reverse("residents:detail", args=[world.ada.resident.pk])
    assert client.get(record).status_code == 200
    assert "Open until" in client.get(NEW).content.decode()
    with acting(world.supervisor.pk, world.supervisor.name), reading("verify"):
        assert differences() == []


@pytest.mark.parametrize("ends_in", [None, timedelta(0), timedelta(days=7, minutes=1)], ids=str)
def test_an_end_within_a_week_is_needed(world: World, ends_in: timedelta | None) -> None:
    row = asked(world)
    ends_at = None if ends_in is None else timezone.now() + ends_in
    with acting(world.caseworker.pk, world.caseworker.name), pytest.raises(Refused, match="7 days"):
        decide_access(row, decision="summary", ends_at=ends_at, by=world.caseworker)


def test_a_refusal_opens_nothing(world: World) -> None:
    row = asked(world)
    with acting(world.supervisor.pk, world.supervisor.name):
        decide_access(row, decision="refused", reason="Not now.", by=world.supervisor)
    assert not rights_on(world.staff_birch, world.ada.resident)
    assert "Not now." in browser(world, "staff_birch").get(NEW).content.decode()


def test_what_was_given_is_taken_back_from_the_page_of_the_team(world: World) -> None:
    row = asked(world)
    with acting(world.caseworker.pk, world.caseworker.name):
        decide_access(row, decision="care", ends_at=timezone.now() + timedelta(days=2), by=world.caseworker)
    owner, reader = browser(world, "supervisor"), browser(world, "staff_birch")
    url, record = (
        reverse("access_requests:decide", args=[row.pk]),
        reverse("residents:detail", args=[world.ada.resident.pk]),
    )
    assert reader.get(record).status_code == 200
    assert url in owner.get(reverse("residents:team", args=[world.ada.resident.pk])).content.decode()
    end = reverse("access_requests:end", args=[row.pk])
    assert reader.post(end, {"form_key": str(uuid4())}).status_code == 404
    assert owner.post(end, hidden(owner.get(url)))["Location"] == url
    assert reader.get(record).status_code == 404
    assert not rights_on(world.staff_birch, world.ada.resident)
    page = owner.get(url).content.decode()
    assert "It ended" in page and "End this access now" not in page
    assert url not in owner.get(reverse("residents:team", args=[world.ada.resident.pk])).content.decode()
    with acting(world.supervisor.pk, world.supervisor.name):
        with reading("verify"):
            assert differences() == []
        with pytest.raises(Refused, match="over already"):
            end_access(row, by=world.supervisor)


def test_wrong_codes_are_counted_and_a_barred_person_learns_nothing(world: World) -> None:
    with acting(world.supervisor.pk, world.supervisor.name):
        bar_from_record(world.ada.resident, world.staff_birch, reason="A cousin", by=world.supervisor)
    client = browser(world, "staff_birch")
    for code in ("W-1", "W-77", "W-78", "W-1", "W-79"):
        assert "There is no young person with this code" in look(client, code).content.decode(), code
    assert "too many wrong codes" in look(client, "W-2").content.decode()


def test_nobody_asks_twice_and_nobody_decides_about_the_own_request(world: World, acting_as: Callable) -> None:
    row = asked(world)
    with acting_as(world.staff_birch), pytest.raises(Refused, match="asked for this record already"):
        ask_access("W-1", purpose="Again", by=world.staff_birch)
    with acting_as(world.supervisor):
        AccessRequest.objects.filter(pk=row.pk)
        with pytest.raises(Refused, match="open to you already"):
            ask_access("W-1", purpose="Mine", by=world.supervisor)


def test_who_looks_a_code_up_stands_in_the_access_log_of_the_record(world: World) -> None:
    look(browser(world, "staff_birch"), "W-1")
    entry = AccessLogEntry.objects.filter(person=world.staff_birch).latest("id")
    assert (entry.page, entry.resident_id, entry.parts) == ("access_requests:new", world.ada.resident.pk, [])
