"""Clinical notes: who writes and reads them, what an amendment keeps, and where they never stand."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from placement.access.models import AccessLogEntry, Person
from placement.access.permissions import give_person
from placement.access.rights import Can
from placement.database.constraints import Refused
from placement.database.context import acting, acting_as_system
from residents import operations
from residents.models import ClinicalNote
from residents.queries.clinical import NEWEST
from tests.world import World, browser

SECRET = "Hidden session of ada"
DAY = timedelta(days=1)
AT = {"happened_at_date": "10/01/2026", "happened_at_time": "9:05", "happened_at_which": ""}


def page(world: World, key: str, name: str = "health", **more: object) -> HttpResponse:
    return browser(world, key).get(reverse(f"residents:{name}", args=[world.ada.resident.pk]), more)


def write(world: World, text: str, *, ago: timedelta = DAY, by: Person | None = None) -> ClinicalNote:
    by = by or world.clinician
    with acting(by.pk, by.name):
        return operations.write_clinical_note(
            world.ada.resident, kind="session", text=text, happened_at=timezone.now() - ago, by=by
        )


def amend(world: World, note: ClinicalNote, text: str, reason: str = "A slip of the pen") -> ClinicalNote:
    with acting(world.clinician.pk, world.clinician.name):
        return operations.amend_clinical_note(
            note, text=text, happened_at=note.happened_at, reason=reason, by=world.clinician
        )


def let_read(world: World, person: Person) -> None:
    with acting_as_system("tests"):
        give_person(world.ada.resident, person, {Can.VIEW_CLINICAL}, grant=world.ada.case.pk, starts_at=world.now)


def test_the_clinician_reads_the_notes_newest_first_and_others_read_for_whom_they_are(world: World) -> None:
    write(world, "An older one", ago=9 * DAY)
    write(world, "The newest one", ago=timedelta(minutes=1))
    shown = page(world, "clinician").content.decode()
    assert shown.index("The newest one") < shown.index(SECRET) < shown.index("An older one")
    for key in ("caseworker", "supervisor", "staff_cedar", "admin_cedar"):
        closed = page(world, key).content.decode()
        assert "Clinical notes: restricted" in closed and "For the clinician on the team." in closed
        assert SECRET not in closed and "Write a clinical note" not in closed
        assert page(world, key, "clinical_notes").status_code == 404


def test_health_has_the_newest_and_the_other_page_all_of_them(world: World) -> None:
    for number in range(NEWEST + 25):
        write(world, f"Note {number:02}.", ago=timedelta(hours=number + 2))
    shown = page(world, "clinician").content.decode()
    assert [n for n in range(NEWEST + 25) if f"Note {n:02}." in shown] == list(range(NEWEST - 1))  # and the world's own
    client, address = browser(world, "clinician"), reverse("residents:clinical_notes", args=[world.ada.resident.pk])
    first = client.get(address)
    second = client.get(address, {"after": first.context["page"].next_token})
    found = [line.text for part in (first, second) for line in part.context["page"].rows]
    assert found == [SECRET, *(f"Note {number:02}." for number in range(NEWEST + 25))]


def test_more_notes_cost_no_more_queries(world: World) -> None:
    client, address = browser(world, "clinician"), reverse("residents:health", args=[world.ada.resident.pk])
    amend(world, world.ada.note, "Anew")
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for number in range(4):
        amend(world, write(world, f"Note {number}"), f"Anew {number}")
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few)


def test_a_note_is_written_with_the_form(world: World) -> None:
    client, address = (
        browser(world, "clinician"),
        reverse("residents:write_clinical_note", args=[world.ada.resident.pk]),
    )
    form = client.get(address).context["form"]
    values = {"kind": "consultation", "text": "  With her doctor ", "form_key": form["form_key"].value()}
    values |= AT
    answer = client.post(address, values)
    assert answer.status_code == 302, answer.context["form"].errors
    note = ClinicalNote.objects.get(text="With her doctor")
    assert (note.kind, note.written_by, note.amends) == ("consultation", world.clinician, None)


def test_an_amendment_keeps_the_first_text_readable_and_says_why(world: World) -> None:
    amend(world, world.ada.note, "What was meant", "Wrong child's name")
    shown = re.sub("<[^>]+>", "", page(world, "clinician").content.decode())
    assert SECRET in shown and "What was meant" in shown and "Wrong child&#x27;s name" in shown
    assert ClinicalNote.objects.get(pk=world.ada.note.pk).text == SECRET
    again = amend(world, ClinicalNote.objects.get(text="What was meant"), "Anew")
    assert again.amends_id == world.ada.note.pk


def test_an_amendment_to_a_note_that_was_amended_meanwhile_is_refused(world: World) -> None:
    client = browser(world, "clinician")
    address = reverse("residents:amend_clinical_note", args=[world.ada.resident.pk, world.ada.note.pk])
    form = client.get(address).context["form"]
    assert form["text"].value() == SECRET
    assert not form["reason"].value()
    values = {name: form[name].value() for name in ("form_key", "version")}
    values |= {"text": "Mine", "reason": "A slip"} | AT
    amend(world, world.ada.note, "Somebody was faster")
    assert client.post(address, values).status_code == 200
    assert not ClinicalNote.objects.filter(text="Mine").exists()
    values["version"] = client.get(address).context["form"]["version"].value()
    assert client.post(address, values).status_code == 302


@pytest.mark.parametrize(
    ("text", "ago", "reason", "says"),
    [
        (" ", DAY, "A slip", "Write the note."),
        ("Text", -DAY, "A slip", "This time has not come yet"),
        ("Text", DAY, " ", "Say why you amend this note."),
    ],
)
def test_an_amendment_without_a_text_or_a_reason_or_of_a_time_to_come_is_refused(
    world: World, text: str, ago: timedelta, reason: str, says: str
) -> None:
    with acting(world.clinician.pk, world.clinician.name), pytest.raises(Refused, match=says):
        operations.amend_clinical_note(
            world.ada.note, text=text, happened_at=timezone.now() - ago, reason=reason, by=world.clinician
        )


def test_who_may_only_read_does_not_write_amend_or_file(world: World) -> None:
    let_read(world, world.caseworker)
    shown = page(world, "caseworker").content.decode()
    assert SECRET in shown and "Write a clinical note" not in shown and "Amend" not in shown
    assert page(world, "caseworker", "write_clinical_note").status_code == 404
    form = page(world, "caseworker", "file_document").context["form"]
    assert "clinical" not in dict(form.fields["part"].choices)
    with pytest.raises(world.ada.resident.DoesNotExist):
        write(world, "Text", by=world.caseworker)


def test_the_history_and_the_audit_show_a_note_only_to_those_who_may_read_it(world: World) -> None:
    amend(world, world.ada.note, "What was meant", "Because of a reason")
    row = ClinicalNote.history.get(text="What was meant")
    act = reverse("audit:act", args=[row.history_xid, f"{row.history_date.timestamp():.6f}"])
    words = (SECRET, "What was meant", "Because of a reason", "a clinical note")
    pages = {
        "history": reverse("residents:history", args=[world.ada.resident.pk]),
        "audit": reverse("audit:list"),
        "opened": reverse("residents:opened", args=[world.ada.resident.pk]),
    }
    client = browser(world, "supervisor")
    for name, address in pages.items():
        said = client.get(address).content.decode().split("<main", 1)[1]
        assert [word for word in words if word in said] == [], name
    assert client.get(act).status_code == 404
    let_read(world, world.supervisor)
    assert "amended a clinical note" in client.get(pages["history"]).content.decode()
    assert "amended a clinical note" in client.get(pages["audit"]).content.decode()
    assert "What was meant" in client.get(act).content.decode()


def test_the_search_does_not_find_a_note(world: World) -> None:
    client, address = browser(world, "clinician"), reverse("residents:list")
    for text, found in (("Ada", True), ("Hidden session", False)):
        said = client.post(address, {"q": text}, follow=True).content.decode()
        assert (world.ada.resident.code in said) is found


def test_opening_the_notes_stands_in_the_access_log(world: World) -> None:
    for key, logged in (("caseworker", False), ("clinician", True)):
        page(world, key)
        entry = AccessLogEntry.objects.filter(person=world.people[key], page="residents:health").latest("at")
        assert ("view_clinical" in entry.parts) is logged
    page(world, "clinician", "clinical_notes")
    assert AccessLogEntry.objects.filter(page="residents:clinical_notes", parts__contains=["view_clinical"]).exists()


def test_who_left_the_team_reads_no_note(world: World) -> None:
    with acting(world.supervisor.pk, world.supervisor.name):
        operations.leave_team(world.ada.team, at=timezone.now(), by=world.supervisor)
    assert page(world, "clinician").status_code == 404
    with acting(world.clinician.pk, world.clinician.name):
        assert not ClinicalNote.objects.filter(resident=world.ada.resident).exists()
