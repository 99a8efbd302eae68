"""The forms: bad input gets a sentence at its field and loses nothing; a second press or old page changes nothing."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from placement.access.models import Person
from placement.audit.clock import now
from placement.database.context import acting_as_system
from residents.models import Case, Contact, Document, Identity, OutsidePerson, Resident, SafetyAlert, Separation
from tests.residents.conftest import Agency, do
from tests.residents.test_files import photo
from tests.world import today

SignIn = Callable[..., Client]
DAY = "%m/%d/%Y"


def address(agency: Agency, name: str, **more: Any) -> str:
    """Return the address of a form about Noor."""
    return reverse(f"residents:{name}", kwargs={"pk": agency.noor.pk, **more})


def hidden(response: HttpResponse) -> dict[str, str]:
    """Return the hidden fields of the form on the page, as a browser would send them."""
    body = response.content.decode()
    return dict(re.findall(r'<input type="hidden" name="(form_key|version|sheet_read)" value="([^"]*)"', body))


def send(client: Client, url: str, **values: Any) -> HttpResponse:
    """Open the form and send it filled in."""
    return client.post(url, hidden(client.get(url)) | values)


def ours(model: Any) -> Any:
    """Return the rows about the young people of this test's agency."""
    return model.objects.filter(resident__code__startswith="K-")


def new_case(agency: Agency, **changes: Any) -> dict[str, Any]:
    """Return what a caseworker types to open a case."""
    return {
        "preferred_name": "Lina", "legal_name": "Lina Canary", "birth_date": "03/04/2012", "sex": "female",
        "languages": "Spanish, English", "code": "", "number": "C-77", "unit": agency.unit.pk,
        "caseworker": agency.worker.pk, "legal_basis": "Court order", "court": "", "permanency_goal": "adoption",
        "opened_on": "01/05/2026",
    } | changes  # fmt: skip


def test_a_case_opens_and_the_caseworker_stands_in_its_record(agency: Agency, as_client: SignIn) -> None:
    response = send(as_client(agency.worker), reverse("residents:new"), **new_case(agency))
    resident = Resident.objects.get(preferred_name="Lina")
    assert response["Location"] == reverse("residents:detail", kwargs={"pk": resident.pk})
    assert (resident.code, resident.languages) == ("K-3", ["Spanish", "English"])


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("birth_date", (today() + timedelta(days=400)).strftime(DAY), "This day has not come yet."),
        ("birth_date", "02/30/2012", "Enter a real date"),
        ("birth_date", "03/04/1912", "more than 25 years ago"),
        ("opened_on", (today() + timedelta(days=2)).strftime(DAY), "This day has not come yet."),
        ("code", "K-1", "This code can&#x27;t be used."),
        ("code", "Noor", "one to three capital letters"),
        ("number", "C-0001", "This case number can&#x27;t be used."),
        ("preferred_name", "", "Fill this in."),
        ("preferred_name", "x" * 81, "80 characters"),
        ("languages", "x" * 31, "at most 30 letters"),
    ],
)
def test_bad_input_gets_a_sentence_at_its_field_and_keeps_what_was_typed(
    agency: Agency, as_client: SignIn, field: str, value: str, words: str
) -> None:
    before = Resident.objects.count(), Case.objects.count(), Identity.objects.count()
    response = send(as_client(agency.worker), reverse("residents:new"), **new_case(agency, **{field: value}))
    body = response.content.decode()
    assert response.status_code == 200
    error = re.search(rf'id="id_{field}_error">(.*?)</div>', body, re.S)
    assert error and words in error[1]
    assert "Lina Canary" in body and f'value="{value}"' in body
    assert (Resident.objects.count(), Case.objects.count(), Identity.objects.count()) == before


@pytest.mark.parametrize(("field", "taken"), [("number", "C-0001"), ("code", "K-1")])
def test_numbers_and_codes_that_somebody_has_are_not_found_by_trying_many(
    agency: Agency, as_client: SignIn, field: str, taken: str
) -> None:
    """They are counted together with the wrong codes of somebody who asks for access."""
    client, url = as_client(agency.worker), reverse("residents:new")
    for _ in range(5):
        assert "be used." in send(client, url, **new_case(agency, **{field: taken})).content.decode()
    for value in (taken, "C-78" if field == "number" else "K-78"):
        body = send(client, url, **new_case(agency, **{field: value})).content.decode()
        assert "There were too many wrong codes. Wait 15 minutes" in body and "be used." not in body
    assert not Resident.objects.filter(preferred_name="Lina").exists()
    asking = send(client, reverse("access_requests:new"), code="K-2").content.decode()
    assert "There were too many wrong codes." in asking
    assert send(as_client(agency.worker2), url, **new_case(agency, caseworker=agency.worker2.pk)).status_code == 302


def test_a_name_with_script_and_emoji_is_shown_as_it_was_typed(agency: Agency, as_client: SignIn) -> None:
    client = as_client(agency.worker)
    name = "<script>alert(1)</script> 🌱"
    response = send(client, reverse("residents:new"), **new_case(agency, preferred_name=name))
    body = client.get(response["Location"]).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 🌱" in body and "<script>alert" not in body


def test_ten_thousand_characters_fit_and_one_more_is_said(agency: Agency, as_client: SignIn) -> None:
    client = as_client(agency.worker)
    aunt = do("add_outside_person", agency.noor, name="Aunt", relation="aunt", permission="allowed", by=agency.worker)
    values = {"outside_person": aunt.pk, "kind": "call", "minutes": "5", "initiative": "young", "outcome": "took_place"}
    with timezone.override(agency.worker.time_zone):
        now = timezone.localtime(timezone.now() - timedelta(hours=1))
        values |= {"happened_at_date": now.strftime(DAY), "happened_at_time": now.strftime("%H:%M")}
    url, text = address(agency, "log_contact"), "🌱" * 10_000
    response = send(client, url, **values, note=text + "x")
    assert "This is 10,001 characters; the limit is 10,000." in response.content.decode()
    assert text in response.content.decode()
    assert not ours(Contact).exists()
    assert send(client, url, **values, note=text).status_code == 302
    assert ours(Contact).get().note == text


def test_contact_with_a_prohibited_person_is_refused_at_the_field(agency: Agency, as_client: SignIn) -> None:
    client, url = as_client(agency.worker), address(agency, "add_outside_person")
    response = send(client, url, name="R.", relation="ex", permission="prohibited", order="", telephone="")
    assert "Name the order or decision" in response.content.decode()
    send(client, url, name="R.", relation="ex", permission="prohibited", order="Order 7", telephone="")
    row = ours(OutsidePerson).get()
    with timezone.override(agency.worker.time_zone):
        now = timezone.localtime(timezone.now() - timedelta(hours=1))
    response = send(
        client, address(agency, "log_contact"), outside_person=row.pk, kind="call", happened_at_date=now.strftime(DAY),
        happened_at_time=now.strftime("%H:%M"), note="typed text", initiative="other",
        outcome="took_place",
    )  # fmt: skip
    body = response.content.decode()
    assert "not allowed (Order 7)" in re.search(r'id="id_outside_person_error">(.*?)</div>', body, re.S)[1]
    assert "typed text" in body and not ours(Contact).exists()


def test_pressing_twice_writes_once(agency: Agency, as_client: SignIn) -> None:
    client, url = as_client(agency.worker), address(agency, "add_alert")
    values = hidden(client.get(url)) | {"kind": "allergy", "text": "Peanuts", "urgent": "on"}
    first, second = client.post(url, values), client.post(url, values)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert SafetyAlert.objects.filter(resident=agency.noor).count() == 1


def test_an_old_page_shows_both_versions_and_overwrites_nothing(agency: Agency, as_client: SignIn) -> None:
    client, url = as_client(agency.worker), address(agency, "change_profile")
    page = hidden(client.get(url))
    do(
        "change_profile",
        agency.noor,
        preferred_name="Noora",
        languages=["Dari"],
        plan_of_the_day="Theirs",
        by=agency.worker,
    )
    values = page | {"preferred_name": "Noor", "sex": "female", "languages": "Dari", "plan_of_the_day": "Mine"}
    response = client.post(url, values)
    body = response.content.decode()
    assert "Someone else changed this record" in body and "Changed by Worker Person, today" in body
    assert "Theirs" in body and "Mine" in body
    assert Resident.objects.get(pk=agency.noor.pk).plan_of_the_day == "Theirs"
    again = client.post(url, values | hidden(response))
    assert again.status_code == 302
    assert Resident.objects.get(pk=agency.noor.pk).plan_of_the_day == "Mine"


def test_a_change_keeps_its_reason_in_the_history(agency: Agency, as_client: SignIn) -> None:
    send(
        as_client(agency.worker), address(agency, "change_identity"), legal_name="New Name", birth_date="03/04/2012",
        family="", reason="Birth certificate came",
    )  # fmt: skip
    row = agency.noor.identity.history.order_by("-history_id").first()
    assert (row.legal_name, row.history_change_reason, row.history_user_name) == (
        "New Name", "Birth certificate came", "Worker Person",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"MZ\x90\x00" + bytes(300), "letter.pdf", "can&#x27;t be kept, whatever its name says"),
        (b"%PDF-1.7" + bytes(20 * 1024 * 1024), "scan.pdf", "This file has 20.1 MB; the limit is 10 MB."),
        (b"", "empty.txt", "This file is empty."),
    ],
)
def test_bad_files_are_refused_at_the_file_field(
    agency: Agency, as_client: SignIn, content: bytes, name: str, words: str
) -> None:
    upload = SimpleUploadedFile(name, content, content_type="application/pdf")
    response = send(
        as_client(agency.worker), address(agency, "file_document"), title="My title", part="case", upload=upload
    )
    body = response.content.decode()
    assert words in re.search(r'id="id_upload_error">(.*?)</div>', body, re.S)[1]
    assert 'value="My title"' in body and not ours(Document).exists()


def test_everything_wrong_with_an_upload_is_said_at_once(agency: Agency, as_client: SignIn) -> None:
    upload = SimpleUploadedFile("scan.pdf", b"%PDF-1.7" + bytes(20 * 1024 * 1024))
    body = send(as_client(agency.worker), address(agency, "file_document"), title="T", upload=upload).content.decode()
    assert "Choose one." in re.search(r'id="id_part_error">(.*?)</div>', body, re.S)[1]
    assert "the limit is 10 MB" in re.search(r'id="id_upload_error">(.*?)</div>', body, re.S)[1]


def test_half_a_place_on_the_map_is_said_at_the_other_half(agency: Agency, as_client: SignIn) -> None:
    page = as_client(agency.worker).get(address(agency, "change_profile")).content.decode()
    assert '<details class="fold"><summary>Place on the map (optional)' in page
    body = send(as_client(agency.worker), address(agency, "change_profile"), school_latitude="34.05").content.decode()
    assert "both numbers" in re.search(r'id="id_school_longitude_error">(.*?)</div>', body, re.S)[1]


def test_a_document_comes_back_as_an_attachment_without_its_place_and_only_to_readers_of_its_part(
    agency: Agency, as_client: SignIn
) -> None:
    do("join_team", agency.cases["noor"], agency.clinician, by=agency.supervisor)
    upload = SimpleUploadedFile("../../evil.html", photo(), content_type="text/html")
    sent = send(as_client(agency.worker), address(agency, "file_document"), title="Photo", part="case", upload=upload)
    assert sent.status_code == 302
    document = ours(Document).get()
    url = reverse("residents:document", kwargs={"pk": document.pk})
    response = as_client(agency.worker).get(url)
    assert response["Content-Type"] == "image/jpeg"
    assert response["Content-Disposition"] == f'attachment; filename="K-1-{document.uploaded_at:%Y-%m-%d}.jpg"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "no-store, private"
    assert b"CanaryCamera" not in response.content
    statuses = {
        n: as_client(agency.people[n]).get(url).status_code for n in ("supervisor", "clinician", "worker2", "staff")
    }
    assert statuses == {"supervisor": 200, "clinician": 404, "worker2": 404, "staff": 404}
    missing = as_client(agency.worker2).get(reverse("residents:document", kwargs={"pk": uuid.uuid4()}))
    assert missing.content == as_client(agency.worker2).get(url).content


def test_clinical_papers_are_filed_and_read_by_the_clinician_only(agency: Agency, as_client: SignIn) -> None:
    do("join_team", agency.cases["noor"], agency.clinician, by=agency.supervisor)
    upload = SimpleUploadedFile("n.txt", b"session", content_type="text/plain")
    refused = send(
        as_client(agency.worker), address(agency, "file_document"), title="T", part="clinical", upload=upload
    )
    assert refused.status_code == 200 and not ours(Document).exists()
    upload.seek(0)
    sent = send(
        as_client(agency.clinician), address(agency, "file_document"), title="Session", part="clinical", upload=upload
    )
    assert sent.status_code == 302
    assert "Session" in as_client(agency.clinician).get(address(agency, "health")).content.decode()
    assert "Session" not in as_client(agency.worker).get(address(agency, "documents")).content.decode()
    url = reverse("residents:document", kwargs={"pk": ours(Document).get().pk})
    assert as_client(agency.supervisor).get(url).status_code == 404


def test_choices_never_offer_a_hidden_young_person(agency: Agency, as_client: SignIn) -> None:
    for name in ("add_separation", "add_sibling"):
        page = as_client(agency.worker).get(address(agency, name)).content.decode()
        assert str(agency.sam.pk) not in page and "K-2" not in page
        assert str(agency.sam.pk) in as_client(agency.supervisor).get(address(agency, name)).content.decode()
    response = send(
        as_client(agency.worker), address(agency, "add_separation"), kind="resident", other=agency.sam.pk, reason="x"
    )
    assert response.status_code == 200 and not ours(Separation).exists()
    assert "K-2" not in response.content.decode()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "resident"}, "other"),
        ({"kind": "person"}, "person"),
        ({"kind": "area", "area": "Harbor"}, "area_latitude"),
        ({"kind": "area", "area_latitude": "100", "area_longitude": "1", "area_km": "2"}, "area_latitude"),
        ({"kind": "area", "area_latitude": "10", "area_longitude": "1", "area_km": "-2"}, "area_km"),
    ],
)
def test_a_separation_says_from_whom(agency: Agency, as_client: SignIn, values: dict[str, str], field: str) -> None:
    response = send(as_client(agency.worker), address(agency, "add_separation"), reason="said so", **values)
    assert f'id="id_{field}_error"' in response.content.decode()
    assert not ours(Separation).exists()


def test_the_supervisor_assigns_and_takes_off_and_closes(agency: Agency, as_client: SignIn) -> None:
    client = as_client(agency.supervisor)
    assert send(client, address(agency, "assign_caseload"), caseworker=agency.worker2.pk).status_code == 302
    assert as_client(agency.worker2).get(address(agency, "detail")).status_code == 200
    row = agency.cases["noor"].caseload.get(caseworker=agency.worker2)
    assert send(client, address(agency, "end_grant", row=row.pk)).status_code == 302
    assert as_client(agency.worker2).get(address(agency, "detail")).status_code == 404
    again = send(client, address(agency, "assign_caseload"), caseworker=agency.worker.pk)
    assert "already on that caseload" in again.content.decode()
    assert send(client, address(agency, "close_case"), on=today().strftime(DAY)).status_code == 302
    assert as_client(agency.worker).get(address(agency, "detail")).status_code == 404
    assert "The case is closed" in client.get(address(agency, "team")).content.decode()


def test_a_known_exploiter_is_chosen_by_name_and_one_of_another_record_is_no_choice(
    agency: Agency, as_client: SignIn
) -> None:
    given = {"kind": "recruiter", "note": ""}
    known = do(
        "link_exploiter", agency.open("tala"), exploiter=None, name="Marcus K.", **given, by=agency.worker
    ).exploiter
    hidden_one = do(
        "link_exploiter", agency.sam, exploiter=None, name="Hidden H.", **given, by=agency.worker2
    ).exploiter
    client, url = as_client(agency.worker), address(agency, "add_link")
    page = client.get(url).content.decode()
    assert "Marcus K." in page
    assert "Hidden H." not in page
    assert send(client, url, exploiter=hidden_one.pk, name="", **given).status_code == 200
    assert not agency.noor.exploitation_links.exists()
    assert send(client, url, exploiter=known.pk, name="", **given).status_code == 302
    assert agency.noor.exploitation_links.get().exploiter == known


def test_a_contact_begins_with_this_moment_and_nothing_that_would_be_a_fact(agency: Agency, as_client: SignIn) -> None:
    do("add_outside_person", agency.noor, name="Aunt", relation="aunt", permission="allowed", by=agency.worker)
    form = as_client(agency.worker).get(address(agency, "log_contact")).context["form"]
    assert timezone.now() - form["happened_at"].value() < timedelta(minutes=1)
    assert [form[name].value() for name in ("outside_person", "kind", "initiative", "outcome")] == [None] * 4


def test_a_new_case_opens_today_on_the_reader_s_own_calendar(
    agency: Agency, as_client: SignIn, time_machine: Any
) -> None:
    tomorrow = now() + timedelta(days=1)  # half past five there is still the evening before in California
    time_machine.move_to(tomorrow.replace(hour=5, minute=30), tick=False)
    form = as_client(agency.worker).get(reverse("residents:new")).context["form"]
    assert form["opened_on"].initial == tomorrow.date() - timedelta(days=1)
    with acting_as_system("test"):
        Person.objects.filter(pk=agency.worker.pk).update(time_zone="Asia/Tokyo")
    form = as_client(agency.worker).get(reverse("residents:new")).context["form"]
    assert form["opened_on"].initial == tomorrow.date()


def test_hints_say_what_the_words_of_a_case_mean(agency: Agency, as_client: SignIn) -> None:
    page = as_client(agency.worker).get(reverse("residents:new")).text
    for words in (
        "such as 03/14/2011",
        "What lets the agency act",
        "Where the young person should live in the long run",
    ):
        assert words in page
    page = as_client(agency.worker).get(address(agency, "add_designation")).text
    for words in (
        "To designate is to write down",
        "Screened: the first",
        "Suspected: there are",
        "Confirmed: it is sure",
    ):
        assert words in page
