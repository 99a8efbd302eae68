"""Sharing outside: only what is open, on a basis that holds at that moment; the sheet closes, and its way back is kept."""

import csv
import html
import io
import re
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from compliance.queries.work import my_work
from placement.access.models import AccessLogEntry, Person
from placement.access.rights import Can
from placement.database.constraints import Refused
from placement.database.context import acting
from residents.models import Consent, Disclosure, Identity, Resident
from residents.operations import answer_recall, disclose, end_caseload, recall, record_consent, withdraw_consent
from residents.queries.disclosures import lines_for, overdue, why_closed
from residents.queries.record import open_record
from residents.sheet import SHAREABLE, as_written
from tests.residents.test_forms import hidden
from tests.world import LOS_ANGELES, PASSWORD, World, browser

DAY = timedelta(days=1)


def address(name: str, world: World, **more: Any) -> str:
    return reverse(f"residents:{name}", kwargs={"pk": world.ada.resident.pk, **more})


def shared(world: World, **changes: Any) -> Disclosure:
    by, resident = changes.pop("by", world.caseworker), changes.pop("resident", world.ada.resident)
    values = {"recipient_kind": "health", "recipient": "Bay Clinic", "handed_to": "Dr. Roe", "purpose": "Check-up"}
    values |= {"basis": "law", "authority": "WIC 369", "channel": "hand", "until": world.today + DAY}
    with acting(by.pk, by.name):
        return disclose(resident, **{"fields": ["identity.legal_name", "care.alerts"], **values, **changes}, by=by)


def consented(world: World, **changes: Any) -> Consent:
    values = {"recipient": "Bay Clinic", "purpose": "Check-up", "parts": ["care"], "given_by": "parent"}
    values |= {"given_by_name": "Her mother", "paper": "In the file", "ends_at": timezone.now() + DAY}
    with acting(world.caseworker.pk, world.caseworker.name):
        return record_consent(world.ada.resident, **values | changes, by=world.caseworker)


def by_consent(world: World, consent: Consent, **changes: Any) -> Disclosure:
    return shared(world, basis="consent", consent=consent, authority="", **{"fields": ["care.alerts"]} | changes)


TYPED = {
    "recipient_kind": "health",
    "basis": "law",
    "authority": "WIC 369",
    "recipient": "Bay Clinic",
    "handed_to": "Dr. Roe",
    "purpose": "Check-up",
    "channel": "hand",
    "until": "12/31/2099",
    "identity": ["identity.legal_name"],
    "care": ["care.alerts"],
}


def test_the_sheet_is_seen_before_it_is_signed_and_then_kept(world: World) -> None:
    client, page = browser(world, "caseworker"), address("disclose", world)
    before = Disclosure.objects.count()
    check = client.post(page, hidden(client.get(page)) | TYPED)
    text = check.content.decode()
    assert "Check the sheet" in text and "Ada Secretname" in text and "Hidden allergy of ada" in text
    assert Disclosure.objects.count() == before
    wrong = client.post(page, hidden(check) | TYPED | {"sign": "yes", "password": "wrong"})
    assert 'id="id_password_error"' in wrong.content.decode() and Disclosure.objects.count() == before
    back = client.post(page, hidden(wrong) | TYPED | {"change": "yes"}).content.decode()
    assert "Share part of the record" in back and 'value="Bay Clinic"' in back
    sent = hidden(wrong) | TYPED | {"sign": "yes", "password": PASSWORD}
    done = client.post(page, sent)
    row = Disclosure.objects.latest("disclosed_at")
    assert done["Location"] == address("disclosure", world, row=row.pk)
    assert client.post(page, sent)["Location"] == done["Location"] and Disclosure.objects.count() == before + 1
    assert row.fields == ["care.alerts", "identity.legal_name"] and row.authority == "WIC 369"
    assert [line["value"] for line in row.lines()] == ["Allergy: Hidden allergy of ada", "Ada Secretname"]
    shown = client.get(done["Location"]).content.decode()
    assert "Bay Clinic" in shown and "Legal name" in shown and "Ada Secretname" not in shown


def test_what_is_signed_is_what_was_read(world: World) -> None:
    """Somebody else may change the record, and a second page the choice, between the reading and the signature."""
    client, page, before = browser(world, "caseworker"), address("disclose", world), Disclosure.objects.count()
    check = client.post(page, hidden(client.get(page)) | TYPED)
    signed = TYPED | {"sign": "yes", "password": PASSWORD}
    for unread in (signed | {"identity": ["identity.legal_name", "identity.family"]}, signed | {"sheet_read": ""}):
        assert "says something else now" in client.post(page, hidden(check) | unread).content.decode()
    with acting(world.caseworker.pk, world.caseworker.name):
        Identity.objects.filter(resident=world.ada.resident).update(legal_name="Ada Newname")
    again = client.post(page, hidden(check) | signed)
    assert "says something else now" in again.content.decode() and "Ada Newname" in again.content.decode()
    assert Disclosure.objects.count() == before
    assert client.post(page, hidden(again) | signed).status_code == 302
    assert Disclosure.objects.latest("disclosed_at").lines()[-1]["value"] == "Ada Newname"


def test_a_text_that_names_a_home_is_shared_without_the_name(world: World) -> None:
    """Also the home of somebody else, as in a safety history; not where a longer word begins with it."""
    name = world.birch.facility.name
    plan = f"Visits her friend at {name.upper()} on Sundays, not {name}wood"
    with acting(world.caseworker.pk, world.caseworker.name):
        Resident.objects.filter(pk=world.ada.resident.pk).update(plan_of_the_day=plan)
    row = shared(world, fields=["care.plan"])
    assert row.lines()[0]["value"] == f"Visits her friend at [a home] on Sundays, not {name}wood"


def test_a_consent_to_a_court_has_an_end_all_the_same(world: World) -> None:
    with pytest.raises(Refused, match="never by a consent"):
        by_consent(world, consented(world), recipient_kind="court", until=None)


def test_without_a_caseworker_the_supervisor_is_told_what_must_come_back(world: World) -> None:
    row = shared(world)
    with acting(world.caseworker.pk, world.caseworker.name):
        recall(row, reason="Asked", by=world.caseworker)
    assert "Bay Clinic" not in browser(world, "supervisor").get("/").content.decode()
    with acting(world.supervisor.pk, world.supervisor.name):
        end_caseload(world.ada.caseload, at=timezone.now(), by=world.supervisor)
    assert "Bay Clinic" in browser(world, "supervisor").get("/").content.decode()


def test_the_supervisor_reads_for_what_a_sheet_was_made(world: World) -> None:
    row = shared(world, purpose="A check-up of her teeth")
    browser(world, "caseworker").get(address("sheet", world, row=row.pk))
    browser(world, "supervisor").get(address("sheet", world, row=row.pk))
    assert "A check-up of her teeth" in browser(world, "supervisor").get(address("opened", world)).content.decode()
    entries = AccessLogEntry.objects.filter(page="residents:sheet").order_by("pk")
    assert [entry.outcome for entry in entries] == ["exported", "shown"]  # the second is no copy to hand on


def test_the_sheet_and_its_file_say_to_whom_and_never_where_the_home_is(world: World) -> None:
    row, client = shared(world), browser(world, "caseworker")
    with override_settings(SUBSTITUTE_ADDRESS="PO Box 12"):
        sheet = client.get(address("sheet", world, row=row.pk)).content.decode()
        file = client.get(address("sheet_file", world, row=row.pk))
    for text in (sheet, file.content.decode("utf-8-sig")):
        for said in ("Ada Secretname", "Bay Clinic", "Dr. Roe", "WIC 369", "PO Box 12", str(row.pk)[:8]):
            assert said in text, said
        assert "Cedar" not in text and "Lane" not in text
    assert "Signed in as" not in sheet and "Change your password" not in sheet  # it would stand on the paper
    assert file["Content-Disposition"].startswith('attachment; filename="W-1-2')
    opened = AccessLogEntry.objects.filter(page__in=["residents:sheet", "residents:sheet_file"])
    assert set(opened.values_list("outcome", "purpose")) == {("exported", "Check-up")} and opened.count() == 2


def test_a_sheet_does_not_tell_the_time_zone_of_the_home(world: World) -> None:
    """Cleo lives in Texas, and her caseworker works in California: the recipient learns of the second only."""
    by, cleo = world.caseworker2, world.cleo.resident
    row = shared(world, by=by, resident=cleo)
    client, here = browser(world, "caseworker2"), row.disclosed_at.astimezone(LOS_ANGELES)
    for name in ("sheet", "sheet_file"):
        answer = client.get(reverse(f"residents:{name}", args=[cleo.pk, row.pk]))
        text = answer.content.decode()
        assert f"{here:%H:%M %Z}, by" in text and not re.search(r"\bC[SD]T\b", text), name
    assert answer["Content-Disposition"] == f'attachment; filename="{cleo.code}-{here:%Y-%m-%d}.csv"'


def test_no_cell_of_the_file_is_a_formula(world: World) -> None:
    row = shared(world, recipient="=HYPERLINK(1)", handed_to="-1", purpose="@SUM", authority="+1")
    text = browser(world, "caseworker").get(address("sheet_file", world, row=row.pk)).content.decode("utf-8-sig")
    cells = [cell for line in csv.reader(io.StringIO(text)) for cell in line]
    assert any("HYPERLINK" in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def closed(client: Client, world: World, row: Disclosure, why: str) -> None:
    for name in ("sheet", "sheet_file"):
        text = client.get(address(name, world, row=row.pk)).content.decode()
        assert why in text and "Ada Secretname" not in text, (name, why)


def test_the_sheet_closes_after_a_day_for_others_and_when_it_is_asked_for_back(world: World) -> None:
    client = browser(world, "caseworker")
    old = shared(world)
    for seconds, why in [(-1, ""), (1, "more than 24 hours ago")]:
        later = time_machine.travel(old.disclosed_at + DAY + timedelta(seconds=seconds), tick=False)
        with acting(world.caseworker.pk, world.caseworker.name), later:
            record = open_record(world.caseworker, world.ada.resident.pk, Can.DISCLOSE)
            assert why in why_closed(record, old) and bool(why) == bool(why_closed(record, old))
            assert bool(lines_for(record, old)) != bool(why)
    supervisor = browser(world, "supervisor")
    read = supervisor.get(address("sheet", world, row=old.pk)).content.decode()
    assert "For your review only" in read and "Ada Secretname" in read
    closed_file = supervisor.get(address("sheet_file", world, row=old.pk))
    assert "Content-Disposition" not in closed_file
    with acting(world.caseworker.pk, world.caseworker.name):
        recall(old, reason="Asked Dr. Roe by telephone", by=world.caseworker)
    closed(client, world, old, "asked for back")
    with acting(world.caseworker.pk, world.caseworker.name), pytest.raises(Refused, match="already"):
        recall(old, reason="Again", by=world.caseworker)
    with acting(world.supervisor.pk, world.supervisor.name):
        answer_recall(old, answer="destroyed", by=world.supervisor)
        with pytest.raises(Refused, match="already"):
            answer_recall(old, answer="returned", by=world.supervisor)
    assert "destroyed it" in client.get(address("shared", world)).content.decode()


@pytest.mark.parametrize(
    "key", ["staff_cedar", "admin_cedar", "clinician", "caseworker2", "inspector_cedar", "sysadmin"]
)
def test_who_may_not_share_finds_no_page_and_writes_nothing(world: World, key: str) -> None:
    person = world.people[key]
    for name, more in [("shared", {}), ("disclose", {}), ("sheet", {"row": world.ada.disclosure.pk})]:
        assert browser(world, key).get(address(name, world, **more)).status_code == 404, name
    with pytest.raises(Resident.DoesNotExist):
        shared(world, by=person)


def test_a_field_that_is_not_on_the_list_is_refused(world: World) -> None:
    for fields in ([], ["clinical.notes"], ["address.street"], ["care"]):
        with pytest.raises(Refused, match="Choose from the parts"):
            shared(world, fields=fields)


def test_a_consent_is_looked_at_in_the_moment_of_sharing(world: World) -> None:
    consent = consented(world)
    row = by_consent(world, consent, recipient="ignored")
    assert row.recipient == "Bay Clinic" and row.consent == consent
    with pytest.raises(Refused, match="does not cover: legal name"):
        by_consent(world, consent, fields=["care.alerts", "identity.legal_name"])
    with pytest.raises(Refused, match="Choose the consent"):
        shared(world, basis="consent", consent=None)
    with pytest.raises(Consent.DoesNotExist):
        by_consent(world, world.fay.consent)
    with acting(world.caseworker.pk, world.caseworker.name):
        withdraw_consent(consent, reason="The mother called", by=world.caseworker)
        with pytest.raises(Refused, match="withdrawn already"):
            withdraw_consent(consent, reason="Again", by=world.caseworker)
    with pytest.raises(Refused, match="not in force"):
        by_consent(world, consent)
    closed(browser(world, "caseworker"), world, row, "consent does not hold")
    page = browser(world, "caseworker").get(address("shared", world)).content.decode()
    assert "Consent withdrawn: ask for it back" in page


def test_a_consent_that_ends_ends_by_itself(world: World) -> None:
    consent = consented(world, ends_at=timezone.now() + timedelta(seconds=1))
    with pytest.raises(Refused, match="has passed"):
        consented(world, ends_at=timezone.now())
    with time_machine.travel(timezone.now() + timedelta(seconds=2)), pytest.raises(Refused, match="not in force"):
        by_consent(world, consent)


def test_a_day_that_has_passed_and_no_day_are_refused(world: World) -> None:
    with pytest.raises(Refused, match="day has passed"):
        shared(world, until=world.today - DAY)
    with pytest.raises(Refused, match="Only a court"):
        shared(world, until=None)
    assert shared(world, until=None, recipient_kind="court").until is None


def test_the_form_asks_for_what_the_basis_needs(world: World) -> None:
    client, page = browser(world, "caseworker"), address("disclose", world)
    bare = {"recipient_kind": "school", "handed_to": "A", "purpose": "B", "channel": "hand"}
    text = client.post(page, hidden(client.get(page)) | bare | {"basis": "order"}).content.decode()
    for name in ("authority", "recipient", "until", "care"):
        assert f'id="id_{name}_error"' in text, name
    text = client.post(page, hidden(client.get(page)) | bare | {"basis": "consent"}).content.decode()
    assert 'id="id_consent_error"' in text and 'id="id_authority_error"' not in text
    foreign = bare | {"basis": "consent", "consent": str(world.cleo.consent.pk)}
    assert 'id="id_consent_error"' in client.post(page, hidden(client.get(page)) | foreign).content.decode()


def test_every_shareable_field_reads_what_is_in_the_record(world: World) -> None:
    with acting(world.caseworker.pk, world.caseworker.name):
        lines = as_written(world.ada.resident, [one.name for one in SHAREABLE])
    assert len(lines) == len(SHAREABLE)
    said = {line["label"]: line["value"] for line in lines}
    assert said["Legal name"] == "Ada Secretname" and said["Case number"] == "C-W-1"
    assert "Hidden exploiter of ada" in said["Known exploiters and recruiters"]


def test_the_young_person_can_read_what_was_sent_and_to_whom(world: World) -> None:
    shared(world)
    text = browser(world, "supervisor").get(address("opened_in_plain_words", world)).content.decode()
    assert "What we gave to others" in text and "Bay Clinic" in text and "Check-up" in text and "legal name" in text


def test_a_sheet_that_must_come_back_stands_on_my_work_until_that_is_written_down(world: World) -> None:
    row = shared(world)
    client = browser(world, "caseworker")
    assert "Bay Clinic" not in client.get("/").content.decode()
    with acting(world.caseworker.pk, world.caseworker.name):
        recall(row, reason="Asked", by=world.caseworker)
    assert "Bay Clinic" in client.get("/").content.decode()
    with acting(world.caseworker.pk, world.caseworker.name):
        answer_recall(row, answer="returned", by=world.caseworker)
    assert "Bay Clinic" not in client.get("/").content.decode()


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Asia/Tokyo"])
def test_it_is_due_back_everywhere_in_the_same_moment(world: World, zone: str) -> None:
    """When the day is over where whoever signed it works: on My work, in the list, and on the sheet's own page."""
    with acting(world.sysadmin.pk, world.sysadmin.name):
        Person.objects.filter(pk__in=[world.caseworker.pk, world.supervisor.pk]).update(time_zone="Pacific/Honolulu")
        Person.objects.filter(pk=world.caseworker.pk).update(time_zone=zone)
    row = shared(world, by=Person.objects.get(pk=world.caseworker.pk))
    over = datetime.combine(row.until + DAY, time(), ZoneInfo(zone))
    for moment, is_over in ((over - timedelta(seconds=1), False), (over + timedelta(seconds=1), True)):
        with time_machine.travel(moment, tick=False):
            assert Disclosure.objects.get(pk=row.pk).is_overdue is is_over
            for key in ("caseworker", "supervisor"):
                with acting(world.people[key].pk, key):
                    assert overdue(world.people[key]).filter(pk=row.pk).exists() is is_over, (key, moment)
    with acting(world.caseworker.pk, world.caseworker.name), time_machine.travel(over + DAY):
        [task] = [task for task in my_work(world.caseworker).first if "Bay Clinic" in task.title]
        assert task.due == over - timedelta(minutes=1)


def test_consents_come_in_pages_those_in_force_first(world: World) -> None:
    client, page = browser(world, "caseworker"), address("shared", world)

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(page)
        return len(seen)

    client.get(page)
    few = cost()
    old = [consented(world, recipient=f"Clinic {number:02}") for number in range(30)]
    with acting(world.caseworker.pk, world.caseworker.name):
        for consent in old[10:]:
            withdraw_consent(consent, reason="The mother called", by=world.caseworker)
    assert cost() == few
    first = client.get(page).content.decode()
    more = html.unescape(re.findall(r'href="([^"]+)">More consents', first)[0])
    second = client.get(page + more).content.decode()
    seen = [re.findall(r"Clinic \d\d(?=<br>)", text) for text in (first, second)]
    assert len(seen[0] + seen[1]) == len({*seen[0], *seen[1]}) == 30
    assert set(seen[0]) >= {f"Clinic {number:02}" for number in range(10)} and seen[1]
    assert "More consents" not in second and "First consents" in second and "Clinic 00<br>" not in second


@pytest.mark.parametrize("why", ["recalled", "withdrawn"])
def test_it_is_due_from_the_day_on_which_it_must_be_asked_for(world: World, why: str) -> None:
    """And not on the day, perhaps next year, until which they could have kept it."""
    consent = consented(world)
    row = by_consent(world, consent, until=world.today + 300 * DAY)
    with acting(world.caseworker.pk, world.caseworker.name):
        if why == "recalled":
            recall(row, reason="Asked", by=world.caseworker)
        else:
            withdraw_consent(consent, reason="The mother called", by=world.caseworker)
        found = [task for task in my_work(world.caseworker).first if "Bay Clinic" in task.title]
    assert [task.due and task.due.astimezone(LOS_ANGELES).date() for task in found] == [world.today]
    assert ("Ask Bay Clinic again" in found[0].title) is (why == "recalled")


def test_the_access_log_says_which_parts_the_sheet_showed(world: World) -> None:
    row, client = shared(world), browser(world, "caseworker")
    client.get(address("sheet", world, row=row.pk))
    entry = AccessLogEntry.objects.get(page="residents:sheet")
    assert entry.parts == ["disclose", "view_care_profile", "view_identity"] and entry.resident_id == row.resident_id
    opened = browser(world, "supervisor").get(address("opened", world)).content.decode()
    assert "A sheet to print" in opened and "Printed or saved" in opened


def test_whose_grant_has_ended_saves_no_sheet(world: World) -> None:
    row, client = shared(world), browser(world, "caseworker")
    assert "Content-Disposition" in client.get(address("sheet_file", world, row=row.pk))
    with acting(world.supervisor.pk, world.supervisor.name):
        end_caseload(world.ada.caseload, at=timezone.now(), by=world.supervisor)
    for name in ("sheet", "sheet_file", "disclosure"):
        assert client.get(address(name, world, row=row.pk)).status_code == 404, name


def test_the_database_knows_the_part_of_every_field_that_can_be_shared(world: World) -> None:
    names = [one.name for one in SHAREABLE]
    assert shared(world, fields=names).fields == names
