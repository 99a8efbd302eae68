"""Inspection binders on their pages: made, taken once more, checked by fingerprint, closed, and written down."""

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from pypdf import PdfReader

from compliance.binder import files
from compliance.models import Binder
from compliance.queries.binders import MOST_BY_PERSON, MOST_OF_HOME, are_taken_enough, why_closed
from placement.access.models import AccessLogEntry
from placement.audit.clock import at_time, now
from placement.database.context import acting
from tests.building.stays import discharge
from tests.compliance.test_binder import made
from tests.facilities.test_placements_pages import post
from tests.law import report
from tests.world import World, browser

DAY = timedelta(days=1)


def page_of(world: World, home: str = "cedar") -> str:
    return reverse("compliance:binders", args=[world.homes[home].facility.pk])


def asked(world: World, **more: Any) -> dict[str, Any]:
    days = {"since": world.today - 30 * DAY, "until": world.today}
    return {name: day.strftime("%m/%d/%Y") for name, day in days.items()} | more


@pytest.mark.parametrize("who", ["inspector_cedar", "admin_cedar", "supervisor"])
def test_from_the_form_to_the_files(world: World, who: str) -> None:
    client = browser(world, who)
    answer = post(client, page_of(world), asked(world))
    binder = Binder.objects.get()
    assert answer.redirect_chain[-1][0] == reverse("compliance:binder", args=[binder.pk])
    assert binder.sha256 in answer.text and "PDF to read and print" in answer.text and "Rules that apply" in answer.text
    assert (binder.made_by, binder.since) == (world.people[who], world.today - 30 * DAY)
    for name, kind, ending in (("binder_pdf", "application/pdf", "pdf"), ("binder_tables", "application/zip", "zip")):
        files = [client.get(reverse(f"compliance:{name}", args=[binder.pk])) for _ in range(2)]
        assert [answer.status_code for answer in files] == [200, 200] and files[0].content == files[1].content
        assert files[0]["Content-Type"] == kind and files[0]["Cache-Control"] == "no-store, private"
        assert files[0]["Content-Disposition"] == f'attachment; filename="binder-{world.today.isoformat()}.{ending}"'
        logged = AccessLogEntry.objects.filter(page=f"compliance:{name}", person=world.people[who])
        assert set(logged.values_list("outcome", "facility_id")) == {("exported", world.cedar.facility.pk)}
        if ending == "pdf":
            assert binder.sha256 in PdfReader(io.BytesIO(files[0].content)).pages[0].extract_text()
        else:
            assert zipfile.ZipFile(io.BytesIO(files[0].content)).testzip() is None


def test_the_form_begins_with_the_last_twelve_months(world: World) -> None:
    page = browser(world, "admin_cedar").get(page_of(world)).text
    first, last = world.today - 364 * DAY, world.today
    assert f'value="{first:%m/%d/%Y}"' in page and f'value="{last:%m/%d/%Y}"' in page
    assert "No binder was made yet" in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"since": ""}, "Fill this in"),
        ({"until": "01/01/2090"}, "This day has not come yet"),
        ({"since": "01/01/2020"}, "A binder is of a year at most"),
        ({"since": "13/45/2026"}, "Enter a real date"),
    ],
)
def test_days_that_make_no_binder_come_back_with_a_sentence(world: World, change: dict[str, str], words: str) -> None:
    answer = post(browser(world, "admin_cedar"), page_of(world), asked(world) | change)
    assert words in answer.text and not Binder.objects.exists()


def test_the_same_form_sent_twice_makes_one(world: World) -> None:
    client = browser(world, "admin_cedar")
    values = asked(world, form_key="7a4b0a05-3f5f-4f43-9d8e-0f6c1b1c9c02")
    for _ in range(2):
        assert client.post(page_of(world), values).status_code == 302
    assert Binder.objects.count() == 1


@pytest.mark.parametrize(
    "who", ["staff_cedar", "caseworker", "clinician", "admin_birch", "inspector_birch", "sysadmin"]
)
def test_for_anybody_else_there_is_nothing(world: World, who: str) -> None:
    binder, client = made(world, days=3), browser(world, who)
    pages = [reverse(f"compliance:{name}", args=[binder.pk]) for name in ("binder", "binder_pdf", "binder_tables")]
    assert {client.get(page).status_code for page in [*pages, page_of(world)]} == {404}
    assert client.post(page_of(world), asked(world)).status_code == 404 and Binder.objects.count() == 1


def test_others_see_that_it_was_made_and_not_what_it_says(world: World) -> None:
    binder, client = made(world, days=3), browser(world, "admin_cedar")
    assert world.inspector_cedar.name in client.get(page_of(world)).text
    page = client.get(reverse("compliance:binder", args=[binder.pk])).text
    assert "who made it, can take its files" in page and binder.sha256 in page and "What is in it" not in page
    for name in ("binder_pdf", "binder_tables"):
        answer = client.get(reverse(f"compliance:{name}", args=[binder.pk]))
        assert answer.status_code == 302 and not answer.content
    assert not AccessLogEntry.objects.filter(person=world.admin_cedar, outcome="exported").exists()


def test_after_a_day_its_files_are_closed(world: World) -> None:
    binder, person = made(world, days=3), world.inspector_cedar
    said = {}
    for hours in (23, 25):
        with at_time(now() + timedelta(hours=hours)), acting(person.pk, person.name):
            said[hours] = why_closed(person, binder)
    assert said[23] == "" and "more than 24 hours ago" in said[25]


def test_who_is_named_in_it_and_has_left_closes_its_files(world: World) -> None:
    report(world, world.ada.resident)
    binder, client = made(world), browser(world, "inspector_cedar")
    assert client.get(reverse("compliance:binder_tables", args=[binder.pk])).status_code == 200
    discharge(world, world.ada, now())
    assert client.get(reverse("compliance:binder_tables", args=[binder.pk])).status_code == 302
    assert "is not open to you any more" in client.get(reverse("compliance:binder", args=[binder.pk])).text


def test_a_fingerprint_says_which_binder_it_is_of(world: World) -> None:
    binder, client = made(world, days=3), browser(world, "admin_cedar")
    typed = f" {binder.sha256[:32].upper()} {binder.sha256[32:]} "
    page = client.get(page_of(world), {"fingerprint": typed}).text
    assert "What this fingerprint is of" in page and "made here" in page
    page = client.get(page_of(world), {"fingerprint": "0" * 64}).text
    assert "No binder of this home has this fingerprint" in page
    page = browser(world, "supervisor").get(page_of(world, "birch"), {"fingerprint": typed}).text
    assert "No binder of this home has this fingerprint" in page


def test_the_audit_says_who_made_one(world: World) -> None:
    binder = made(world, days=3)
    page = browser(world, "supervisor").get(reverse("audit:list")).text
    assert "made an inspection binder" in page and world.inspector_cedar.name in page
    with acting(world.supervisor.pk, world.supervisor.name):
        row = binder.history.get()
    url = reverse("audit:act", args=[row.history_xid, f"{row.history_date.timestamp():.6f}"])
    page = browser(world, "supervisor").get(url).text
    assert binder.sha256 in page and "Rules that apply" not in page


def test_the_home_and_the_compliance_page_lead_there(world: World) -> None:
    client = browser(world, "inspector_cedar")
    assert page_of(world) in client.get(reverse("facilities:detail", args=[world.cedar.facility.pk])).text
    assert page_of(world) in client.get(reverse("compliance:board")).text


def takes(world: World, who: str, name: str, times: int) -> tuple[Any, list[Any]]:
    """Let somebody make a binder and take one of its files so often; a browser of theirs, and the answers."""
    client, page = browser(world, who), reverse(f"compliance:{name}", args=[made(world, who, days=3).pk])
    return client, [client.get(page, follow=True) for _ in range(times)]


@pytest.mark.parametrize(("name", "other"), [("binder_pdf", "binder_tables"), ("binder_tables", "binder_pdf")])
def test_a_file_is_taken_as_often_as_a_binder_is_made_and_then_the_page_says_why(
    world: World, monkeypatch: pytest.MonkeyPatch, name: str, other: str
) -> None:
    for kind in ("pdf", "tables"):
        monkeypatch.setattr(files, kind, lambda binder, content: b"a file")
    client, answers = takes(world, "inspector_cedar", name, MOST_BY_PERSON + 1)
    assert [answer.content for answer in answers[:-1]] == [b"a file"] * MOST_BY_PERSON
    binder, page = Binder.objects.get(), answers[-1]
    assert page.redirect_chain == [(reverse("compliance:binder", args=[binder.pk]), 302)]
    assert "This file was taken many times in the last 24 hours" in page.text
    assert "PDF to read and print" in page.text and "What is in it" in page.text
    assert client.get(reverse(f"compliance:{other}", args=[binder.pk])).content == b"a file"
    logged = AccessLogEntry.objects.filter(page=f"compliance:{name}", outcome="exported")
    assert logged.count() == MOST_BY_PERSON


def test_the_files_of_a_home_are_rationed_for_all_together(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "tables", lambda binder, content: b"a file")
    assert MOST_OF_HOME == 2 * MOST_BY_PERSON
    for who in ("admin_cedar", "supervisor"):
        assert takes(world, who, "binder_tables", MOST_BY_PERSON)[1][-1].content == b"a file"
    assert "many times in the last 24 hours" in takes(world, "inspector_cedar", "binder_tables", 1)[1][0].text
    with acting(world.admin_birch.pk, world.admin_birch.name):
        assert are_taken_enough(Binder.objects.model(facility=world.cedar.facility), "compliance:binder_tables")
