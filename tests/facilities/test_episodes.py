"""The page of a missing episode: from the button on, the search log, what is known, the clocks, and the steps after the return."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from placement.audit.clock import now
from placement.database.constraints import Refused
from placement.facilities.operations import came_back
from residents import operations
from residents.models import CareEntry, EpisodeNote, ExploitationTrace, Incident
from tests.facilities.test_incidents import NEW, report_data

MINUTE = timedelta(minutes=1)


@pytest.fixture
def gone(world, acting_as) -> Incident:
    with acting_as(world.staff_cedar):
        return operations.report_incident(
            facility=world.cedar.facility,
            shift=world.cedar.shift,
            kind="missing",
            severity="critical",
            happened_at=now() - 9 * MINUTE,
            seen="Ada was not in her room",
            done="Looked in the house",
            residents=[world.ada.resident],
            by=world.staff_cedar,
        )


def page_of(incident: Incident) -> str:
    return reverse("incidents:episode", args=[incident.pk])


def line_of(incident: Incident, what: str) -> str:
    return reverse("incidents:episode-line", args=[incident.pk, incident.parts.get().pk, what])


def post(client, address: str, **data):
    return client.post(address, {"form_key": str(uuid.uuid4())} | data)


def times(moment, name: str = "at", zone=None) -> dict[str, str]:
    here = moment.astimezone(zone)
    return {f"{name}_date": f"{here:%m/%d/%Y}", f"{name}_time": f"{here:%H:%M}", f"{name}_which": ""}


def back(world, gone, acting_as) -> None:
    with acting_as(world.staff_cedar):
        came_back(gone, world.ada.resident, happened_at=now() - MINUTE, how="Tired", by=world.staff_cedar)


def test_the_button_brings_the_last_look_into_the_report_and_leads_to_the_page(world, client_of, acting_as):
    with acting_as(world.staff_cedar):
        operations.log_care(
            world.ada.resident,
            facility=world.cedar.facility,
            shift=world.cedar.shift,
            kind=CareEntry.Kind.HEAD_COUNT,
            outcome="In the yard",
            happened_at=now() - 30 * MINUTE,
            by=world.staff_cedar,
        )
    client = client_of(world.staff_cedar)
    address = f"{NEW}?facility={world.cedar.facility.pk}&kind=missing&resident={world.ada.resident.pk}"
    seen = client.get(address).context["form"]["seen"].value()
    assert "in the yard" in seen
    assert f"{world.staff_cedar.name} wrote it down." in seen
    sent = client.post(address, report_data(world, kind="missing", seen=seen))
    assert sent["Location"] == page_of(Incident.objects.get(kind="missing"))
    assert "How serious" in client.get(address).text
    assert "What were they wearing?" not in client.get(address).text


def test_one_tap_is_a_line_of_the_search_log_by_who_taps(world, client_of, gone):
    client = client_of(world.admin_cedar)
    answered = post(client, page_of(gone), what="garden")
    assert answered["Location"] == page_of(gone)
    note = EpisodeNote.objects.get()
    assert (note.what, note.who, note.written_by) == ("garden", world.admin_cedar.name, world.admin_cedar)
    post(client, page_of(gone), what="leads")
    text = client.get(page_of(gone)).text
    assert f"{world.admin_cedar.name} leads the search" in text
    assert "Garden searched" in text
    assert post(client, page_of(gone), what="police").status_code == 200  # it has a number: not with one tap
    assert EpisodeNote.objects.count() == 2


def test_a_call_to_the_police_is_kept_with_their_number(world, client_of, gone):
    client, address = client_of(world.staff_cedar), reverse("incidents:episode-search", args=[gone.pk])
    assert client.get(f"{address}?what=police").context["form"]["what"].value() == "police"
    told = {"what": "police", "who": "Shift lead", "place": "", "said": "They come", "number": "26-1147"}
    zone = world.cedar.facility.zone
    assert post(client, address, **told, **times(now() - MINUTE, zone=zone)).status_code == 302
    assert "26-1147" in client.get(page_of(gone)).text
    late = post(client, address, **told, **times(now() + 60 * MINUTE, zone=zone))
    assert "This time has not come yet" in late.text
    empty = post(client, address, **told | {"what": "other", "said": ""}, **times(now() - MINUTE, zone=zone))
    assert "Say what was done." in empty.text


def test_anybody_on_duty_completes_what_is_known_and_each_version_stays(world, client_of, gone):
    staff, admin = client_of(world.staff_cedar), client_of(world.admin_cedar)
    assert post(staff, line_of(gone, "worn"), said="A red coat").status_code == 302
    assert post(admin, line_of(gone, "worn"), said="A blue coat").status_code == 302
    assert post(staff, line_of(gone, "risk"), said="", ticks=["cold", "medicine"]).status_code == 302
    assert (
        post(staff, line_of(gone, "device"), said="An hour ago", ticks=["own_phone"], number="555 0100").status_code
        == 302
    )
    text = staff.get(page_of(gone)).text
    assert text.index("A blue coat") < text.index("What stood there before (1)") < text.index("A red coat")
    for words in ("Needs medicine", "Without coat or shoes", "555 0100", world.admin_cedar.name):
        assert words in text
    assert "Say what is known." in post(staff, line_of(gone, "risk"), said="").text
    assert post(staff, line_of(gone, "made-up"), said="x").status_code == 404


def test_places_and_people_of_the_record_are_offered_to_who_may_see_them(world, client_of, gone, acting_as):
    person = world.ada.resident.outside_people.first()
    with acting_as(world.caseworker):
        ExploitationTrace.objects.create(resident=world.ada.resident, kind="place", value="Motel at the bridge")
    staff, first = client_of(world.staff_cedar), client_of(world.supervisor)
    assert person.name in staff.get(line_of(gone, "people")).text
    assert "Motel at the bridge" not in staff.get(line_of(gone, "places")).text
    assert "Motel at the bridge" in first.get(line_of(gone, "places")).text
    post(first, line_of(gone, "places"), known=["Motel at the bridge"], said="")
    assert EpisodeNote.objects.get(what="places").said == "Motel at the bridge"


@pytest.mark.parametrize("who", ["staff_birch", "clinician2", "inspector_cedar", "sysadmin", "stranger"])
def test_to_others_the_page_is_not_there(world, client_of, gone, who):
    client = client_of(world.people[who])
    addresses = (page_of(gone), reverse("incidents:episode-search", args=[gone.pk]), line_of(gone, "worn"))
    assert [client.get(address).status_code for address in addresses] == [404, 404, 404]


def test_an_incident_of_another_kind_has_no_such_page(world, client_of, acting_as):
    assert client_of(world.staff_cedar).get(page_of(world.ada.incident)).status_code == 404
    with acting_as(world.staff_cedar), pytest.raises(Refused, match="not about somebody missing"):
        operations.note_search(world.ada.incident, what="house", at=now(), who="Staff", by=world.staff_cedar)


def test_the_caseworker_reads_it_and_writes_steps_after_the_return_only(world, client_of, gone, acting_as):
    client = client_of(world.caseworker)
    assert client.get(page_of(gone)).status_code == 200
    assert "House searched" not in client.get(page_of(gone)).text
    post(client, page_of(gone), what="house")
    assert not EpisodeNote.objects.exists()
    assert client.get(line_of(gone, "worn")).status_code == 404
    zone = world.cedar.facility.zone
    step = {"who": "A teacher", "place": "At school", "said": "She was with friends"} | times(now(), zone=zone)
    assert "still missing" in post(client, line_of(gone, "interview"), **step).text
    back(world, gone, acting_as)
    assert post(client, line_of(gone, "interview"), **step | times(now(), zone=zone)).status_code == 302
    inside = post(
        client, line_of(gone, "interview"), **step | {"who": world.staff_cedar.name} | times(now(), zone=zone)
    )
    assert "works in the home" in inside.text
    text = client.get(page_of(gone)).text
    assert "She was with friends" in text
    assert text.count(">to do<") == len(EpisodeNote.AFTER) - 1


def test_the_page_asks_no_more_as_the_log_grows(world, client_of, gone, acting_as):
    client = client_of(world.staff_cedar)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert client.get(page_of(gone)).status_code == 200
        return len(found)

    post(client, page_of(gone), what="house")
    post(client, line_of(gone, "worn"), said="A red coat")
    before = queries()
    for _ in range(5):
        post(client, page_of(gone), what="house")
        post(client, line_of(gone, "worn"), said="A red coat")
    assert queries() <= before
