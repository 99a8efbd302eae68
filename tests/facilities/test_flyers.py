"""The flyer about a missing young person: drafted, agreed by a supervisor, given out with a sheet, and taken down afterwards."""

import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from compliance.queries.work import my_work
from placement.audit.clock import now
from placement.database.constraints import Refused
from placement.facilities.models import FacilityAddress
from residents import operations
from residents.models import Disclosure, EpisodeNote, Flyer, FlyerRelease, Identity, Incident
from tests.flyers import GIVEN, SAYS, approved, back_home, drafted, given_out, missing_part
from tests.residents.test_files import GPS_TAG, MAKER, photo


def page_of(part) -> str:
    return reverse("incidents:flyer", args=[part.incident_id, part.pk])


def step_of(part, what: str) -> str:
    return reverse("incidents:flyer-step", args=[part.incident_id, part.pk, what])


def pdf_of(part, release) -> str:
    return reverse("incidents:flyer-pdf", args=[part.incident_id, part.pk, release.pk])


def post(client, address: str, **data):
    return client.post(address, {"form_key": str(uuid.uuid4())} | data)


def written(part, **more) -> dict[str, str]:
    return SAYS | {"name": part.resident.preferred_name, "since": f"{now():%m/%d/%Y}", "photo": ""} | more


def text_of(answered) -> str:
    reader = PdfReader(io.BytesIO(answered.content))
    return " ".join(page.extract_text() for page in reader.pages)


def picture(world, acting_as, *, for_flyer: bool = True, key: str = "ada"):
    with acting_as(world.caseworker):
        return operations.file_document(
            resident=world.young[key].resident,
            upload=SimpleUploadedFile("face.jpg", photo(), content_type="image/jpeg"),
            title="Face, May",
            part="care",
            for_flyer=for_flyer,
            by=world.caseworker,
        )


def test_the_flyer_goes_from_draft_to_paper_by_two_people_and_into_the_record_of_what_was_shared(world, client_of):
    part = missing_part(world)
    admin, first = client_of(world.admin_cedar), client_of(world.supervisor)
    episode = admin.get(reverse("incidents:episode", args=[part.incident_id])).text
    assert page_of(part) in episode
    assert post(admin, step_of(part, "write"), **written(part))["Location"] == page_of(part)
    assert "not approved" in admin.get(page_of(part)).text
    assert admin.get(step_of(part, "approve"))["Location"] == page_of(part)  # no supervisor
    assert first.get(step_of(part, "release"))["Location"] == page_of(part)  # not approved yet
    form = first.get(step_of(part, "approve")).context["form"]
    chosen = ["name", "age", "worn", "police"]
    assert post(first, step_of(part, "approve"), released=chosen, flyer=form["flyer"].value()).status_code == 302
    flyer = Flyer.objects.get()
    assert (flyer.released, flyer.approved_by) == (chosen, world.supervisor)
    assert admin.get(step_of(part, "release"))["Location"] == page_of(part)  # has no right to share
    assert post(first, step_of(part, "release"), **GIVEN).status_code == 302
    release, sheet = FlyerRelease.objects.get(), Disclosure.objects.get(purpose__startswith="A flyer")
    assert (release.disclosure, sheet.recipient, sheet.disclosed_by) == (sheet, "Sheriff", world.supervisor)
    assert {line["value"] for line in sheet.lines()} == {
        part.resident.preferred_name,
        "15",
        "A red coat",
        SAYS["police"],
    }
    answered = first.get(pdf_of(part, release))
    assert answered["Content-Type"] == "application/pdf"
    text = " ".join(text_of(answered).split())
    for words in ("MISSING", part.resident.preferred_name, "A red coat", "555 0142", "1-800-THE-LOST"):
        assert words in text
    for words in ("Long and dark", "26-1147", "bus stop", "Secretname", world.cedar.facility.name):
        assert words not in text
    shared = first.get(reverse("residents:disclosure", args=[part.resident_id, sheet.pk])).text
    assert "Flyer: wears" in shared


def test_the_photo_is_one_that_is_marked_and_tells_nothing_but_what_it_shows(world, client_of, acting_as):
    part = missing_part(world)
    marked, plain = picture(world, acting_as), picture(world, acting_as, for_flyer=False)
    client = client_of(world.admin_cedar)
    offered = client.get(step_of(part, "write")).text
    assert str(marked.pk) in offered
    assert str(plain.pk) not in offered
    assert post(client, step_of(part, "write"), **written(part, photo=str(plain.pk))).status_code == 200
    with acting_as(world.admin_cedar), pytest.raises(Refused, match="marked for a flyer"):
        operations.draft_flyer(
            part, **SAYS | {"name": part.resident.preferred_name}, since=world.today, photo=plain, by=world.admin_cedar
        )
    assert post(client, step_of(part, "write"), **written(part, photo=str(marked.pk))).status_code == 302
    asked = client_of(world.supervisor).get(step_of(part, "approve")).text
    assert reverse("residents:document", args=[marked.pk]) in asked
    flyer = approved(Flyer.objects.get(), world.supervisor)
    release = given_out(flyer, world.supervisor)
    reader = PdfReader(io.BytesIO(client_of(world.supervisor).get(pdf_of(part, release)).content))
    (shown,) = [image for page in reader.pages for image in page.images]
    assert shown.image.getexif().get(0x010F) is None
    assert GPS_TAG not in shown.image.getexif()
    assert MAKER.encode() not in shown.data
    without = approved(drafted(part, world.admin_cedar, photo=marked), world.supervisor, ["name"])
    bare = given_out(without, world.supervisor)
    reader = PdfReader(io.BytesIO(client_of(world.supervisor).get(pdf_of(part, bare)).content))
    assert not [image for page in reader.pages for image in page.images]


def test_a_picture_is_marked_by_who_answers_and_only_a_picture_of_the_care_part(world, acting_as, client_of):
    with acting_as(world.staff_cedar), pytest.raises(Refused, match="Who answers for the home"):
        operations.file_document(
            resident=world.ada.resident,
            upload=SimpleUploadedFile("a.jpg", photo()),
            title="Face",
            part="care",
            for_flyer=True,
            by=world.staff_cedar,
        )
    for part, upload in (("identity", photo()), ("care", b"Only a text")):
        with acting_as(world.caseworker), pytest.raises(Refused, match="Only a picture in the care part"):
            operations.file_document(
                resident=world.ada.resident,
                upload=SimpleUploadedFile("a.jpg", upload),
                title="Face",
                part=part,
                for_flyer=True,
                by=world.caseworker,
            )
    address = reverse("residents:file_document", args=[world.ada.resident.pk])
    assert "may stand on a flyer" in client_of(world.caseworker).get(address).text
    assert "may stand on a flyer" not in client_of(world.staff_cedar).get(address).text


def test_what_tells_where_we_are_or_the_legal_name_is_refused_next_to_its_field(world, client_of, acting_as):
    part = missing_part(world)
    with acting_as(world.supervisor):
        address = FacilityAddress.objects.get(facility=world.birch.facility).parts()
    client = client_of(world.admin_cedar)
    home = "one of our homes"
    for field, words, said in (
        ("last_seen", f"Near {address['street'].upper()}", home),
        ("police", f"Call {address['telephone']}", home),
        ("worn", f"A shirt of {world.birch.facility.name}", home),
        ("hair", "Like all the secretname girls", "belongs to the legal name"),
        ("case_number", "SECRETNAME-1", "belongs to the legal name"),
    ):
        answered = post(client, step_of(part, "write"), **written(part, **{field: words}))
        assert answered.status_code == 200, field
        assert said in " ".join(answered.context["form"].errors[field]), field
    assert post(client, step_of(part, "write"), **written(part, name="Somebody else")).status_code == 200
    with acting_as(world.admin_cedar), pytest.raises(Refused, match="preferred name or the first name"):
        operations.draft_flyer(part, **SAYS | {"name": "Ada Secretname"}, since=world.today, by=world.admin_cedar)
    assert not Flyer.objects.exists()


def test_of_a_legal_name_with_a_hyphen_each_part_is_one(world, acting_as, client_of):
    part = missing_part(world)
    with acting_as(world.caseworker):
        Identity.objects.filter(resident=part.resident_id).update(legal_name="Mary-Jane Torres-Vega")
    offered = client_of(world.admin_cedar).get(step_of(part, "write")).context["form"].fields["name"].choices
    assert [name for name, _ in offered] == [part.resident.preferred_name, "Mary-Jane"]
    assert drafted(part, world.admin_cedar, name="Mary-Jane").name == "Mary-Jane"
    for words in ("Vega", "Torres", "mary"):
        with pytest.raises(Refused, match="belongs to the legal name"):
            drafted(part, world.admin_cedar, hair=f"As {words} has it")


def test_the_form_begins_with_what_the_episode_knows(world, client_of, acting_as):
    part = missing_part(world)
    with acting_as(world.staff_cedar):
        operations.note_known(part, what="worn", said="Green boots", by=world.staff_cedar)
        operations.note_search(
            part.incident, what="police", at=now(), who="Staff", number="26-77", by=world.staff_cedar
        )
    form = client_of(world.admin_cedar).get(step_of(part, "write")).context["form"]
    assert (form["worn"].value(), form["case_number"].value()) == ("Green boots", "26-77")
    assert form["age"].value().isdecimal()
    assert EpisodeNote.objects.count() == 2


def test_nobody_approves_their_own_draft_nor_one_that_was_changed_meanwhile(world, acting_as, client_of):
    part, client = missing_part(world), client_of(world.supervisor)
    own = drafted(part, world.supervisor)
    assert client.get(step_of(part, "approve"))["Location"] == page_of(part)
    with acting_as(world.supervisor), pytest.raises(Refused, match="You wrote this draft"):
        operations.approve_flyer(own, released=["name"], by=world.supervisor)
    read = drafted(part, world.admin_cedar)
    changed = drafted(part, world.caseworker, worn="A blue coat")
    late = post(client, step_of(part, "approve"), released=["name"], flyer=str(read.pk))
    assert "was changed after you opened it" in late.text
    with acting_as(world.supervisor), pytest.raises(Refused, match="Choose what may be released"):
        operations.approve_flyer(changed, released=["made up"], by=world.supervisor)
    with acting_as(world.admin_cedar), pytest.raises(Refused, match="Only a supervisor"):
        operations.approve_flyer(changed, released=["name"], by=world.admin_cedar)
    assert approved(changed, world.supervisor).approved_by == world.supervisor


def test_a_change_is_a_new_version_and_the_old_one_is_not_given_out_any_more(world, client_of, acting_as):
    part = missing_part(world)
    old = approved(drafted(part, world.admin_cedar), world.supervisor)
    release = given_out(old, world.caseworker)
    new = drafted(part, world.admin_cedar, worn="A blue coat")
    assert new.pk != old.pk
    client = client_of(world.caseworker)
    assert client.get(pdf_of(part, release)).status_code == 200  # until the new one is approved
    with acting_as(world.caseworker), pytest.raises(Refused, match="approve the flyer first"):
        operations.release_flyer(new, **GIVEN, by=world.caseworker)
    approved(new, world.supervisor)
    assert client.get(pdf_of(part, release)).status_code == 404
    with acting_as(world.caseworker), pytest.raises(Refused, match="newer version"):
        operations.release_flyer(old, **GIVEN, by=world.caseworker)
    assert "Told to take it down" in client.get(page_of(part)).text
    assert Disclosure.objects.filter(purpose__startswith="A flyer").count() == 1


def test_when_they_are_back_nobody_prints_it_and_who_got_it_is_told(world, client_of, acting_as):
    part = missing_part(world)
    release = given_out(approved(drafted(part, world.admin_cedar), world.supervisor), world.supervisor)
    client, admin = client_of(world.supervisor), client_of(world.admin_cedar)

    def lines(person) -> list[str]:
        with acting_as(person):
            work = my_work(person)
        return [task.title for task in [*work.first, *work.later] if "take down" in task.title]

    assert not lines(world.supervisor)
    back_home(world, part.incident)
    assert client.get(pdf_of(part, release)).status_code == 404
    for what in ("write", "approve", "release", "recall"):
        assert client.get(step_of(part, what))["Location"] == page_of(part)
    (line,) = lines(world.supervisor)
    assert part.resident.code in line
    assert lines(world.caseworker)
    assert not lines(world.admin_cedar)  # has no right to share
    assert post(admin, page_of(part), release=str(release.pk)).status_code == 200
    release.refresh_from_db()
    assert release.told_at is None
    assert post(client, page_of(part), release=str(release.pk)).status_code == 302
    release.refresh_from_db()
    assert release.told_by == world.supervisor
    release.disclosure.refresh_from_db()
    assert release.disclosure.recall_reason == "Told to take the flyer down."
    assert not lines(world.supervisor)
    with acting_as(world.caseworker), pytest.raises(Refused, match="told them already"):
        operations.tell_to_take_down(release, by=world.caseworker)


def test_a_flyer_is_withdrawn_with_a_reason_before_they_are_back(world, client_of, acting_as):
    part = missing_part(world)
    flyer = approved(drafted(part, world.admin_cedar), world.supervisor)
    release = given_out(flyer, world.supervisor)
    client = client_of(world.admin_cedar)
    assert post(client, step_of(part, "recall"), reason=" ").status_code == 200
    assert post(client, step_of(part, "recall"), reason="The photo shows somebody else").status_code == 302
    assert "The photo shows somebody else" in client.get(page_of(part)).text
    assert client_of(world.supervisor).get(pdf_of(part, release)).status_code == 404
    with acting_as(world.supervisor), pytest.raises(Refused, match="withdrawn"):
        operations.release_flyer(flyer, **GIVEN, by=world.supervisor)
    assert Disclosure.objects.filter(purpose__startswith="A flyer").count() == 1  # both are written, or none
    with acting_as(world.supervisor), pytest.raises(Refused, match="withdrawn already"):
        operations.recall_flyer(flyer, reason="Again", by=world.supervisor)


@pytest.mark.parametrize(
    "who", ["staff_cedar", "staff_birch", "clinician", "caseworker2", "inspector_cedar", "sysadmin"]
)
def test_to_others_the_flyer_is_not_there(world, client_of, who):
    part = missing_part(world)
    release = given_out(approved(drafted(part, world.admin_cedar), world.supervisor), world.supervisor)
    client = client_of(world.people[who])
    addresses = [page_of(part), *(step_of(part, what) for what in ("write", "approve", "release", "recall"))]
    assert {client.get(address).status_code for address in [*addresses, pdf_of(part, release)]} == {404}
    episode = client.get(reverse("incidents:episode", args=[part.incident_id]))
    assert episode.status_code == 404 or page_of(part) not in episode.text


def test_an_incident_of_another_kind_has_no_flyer(world, client_of, acting_as):
    incident = world.ada.incident
    assert incident.kind != Incident.Kind.MISSING
    part = incident.parts.get(resident=world.ada.resident)
    assert client_of(world.admin_cedar).get(page_of(part)).status_code == 404
    with acting_as(world.admin_cedar), pytest.raises(Refused, match="not missing"):
        operations.draft_flyer(
            part, **SAYS | {"name": part.resident.preferred_name}, since=world.today, by=world.admin_cedar
        )


def test_the_page_asks_no_more_as_versions_and_recipients_grow(world, client_of):
    part = missing_part(world)
    client = client_of(world.supervisor)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(page_of(part)).status_code == 200
        return len(found)

    given_out(approved(drafted(part, world.admin_cedar), world.supervisor), world.supervisor)
    given_out(approved(drafted(part, world.admin_cedar), world.supervisor), world.supervisor)
    before = queries()
    for _ in range(3):
        flyer = approved(drafted(part, world.admin_cedar), world.supervisor)
        given_out(flyer, world.supervisor)
        given_out(flyer, world.supervisor, recipient="Bus station", recipient_kind="other")
    assert queries() <= before
