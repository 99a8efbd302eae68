"""The notes are for the clinician, and for a caseworker or a supervisor to whom a clinician has opened them for a time."""

import time
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from placement.access.facts import differences
from placement.access.models import Person
from placement.access.proposals import propose_change
from placement.access.rights import Can, Role
from placement.access.visible import rights_on
from placement.database.constraints import Refused
from placement.database.context import acting, acting_as_system, reading
from residents import operations
from residents.models import AccessRequest, Caseload, ClinicalNote, Resident
from tests.residents.test_forms import hidden
from tests.world import World, browser

DAY = timedelta(days=1)
NEW = reverse("access_requests:new")


def by(person: Person) -> Any:
    return acting(person.pk, person.name)


def give(world: World, asked: AccessRequest | None = None, *, ends_in: timedelta = 30 * DAY) -> AccessRequest:
    with by(world.clinician):
        return operations.decide_access(
            asked or world.ada.asked_notes,
            decision="clinical",
            ends_at=timezone.now() + ends_in,
            by=world.clinician,
        )


def ask(world: World, person: Person) -> AccessRequest:
    with by(person):
        return operations.ask_part(world.ada.resident, "clinical", purpose="The review of the plan", by=person)


def health(world: World, key: str) -> str:
    return browser(world, key).get(reverse("residents:health", args=[world.ada.resident.pk])).content.decode()


def sees(world: World, person: Person) -> bool:
    with by(person):
        return ClinicalNote.objects.filter(resident=world.ada.resident).exists()


def wrong(world: World) -> list[Any]:
    with acting_as_system("access verify"), reading("verify"):
        return differences()


def test_who_asks_is_answered_by_the_clinician_and_reads_without_writing(world: World) -> None:
    address = reverse("residents:ask_clinical", args=[world.ada.resident.pk])
    client = browser(world, "supervisor")
    assert address in health(world, "supervisor")
    sent = client.post(address, hidden(client.get(address)) | {"purpose": "The review of the plan"})
    assert sent.status_code == 302
    assert address not in health(world, "supervisor") and "You have asked to read them" in health(world, "supervisor")
    asked = AccessRequest.objects.get(asker=world.supervisor)
    decide = reverse("access_requests:decide", args=[asked.pk])
    owner = browser(world, "clinician")
    assert "asks for access to the clinical notes of W-1" in owner.get("/").content.decode()
    assert "asks for access to the clinical notes" not in browser(world, "supervisor").get("/").content.decode()
    page = owner.get(decide)
    assert "The review of the plan" in page.content.decode() and "At most 90 days" in page.content.decode()
    ends = timezone.now() + 20 * DAY
    values = {"decision": "clinical", "ends_at_date": f"{ends:%m/%d/%Y}", "ends_at_time": "12:00", "ends_at_which": ""}
    assert owner.post(decide, hidden(page) | values)["Location"] == decide
    shown = health(world, "supervisor")
    assert "Hidden session of ada" in shown and "Write a clinical note" not in shown
    assert Can.WRITE_CLINICAL not in rights_on(world.supervisor, world.ada.resident)
    assert "Open until" in client.get(NEW).content.decode()
    assert decide in health(world, "clinician")
    assert wrong(world) == []


def test_it_ends_by_itself(world: World) -> None:
    give(world, ends_in=timedelta(seconds=1))
    assert sees(world, world.caseworker)
    time.sleep(1.1)
    assert not sees(world, world.caseworker)
    assert "Hidden session of ada" not in health(world, "caseworker")
    assert wrong(world) == []


@pytest.mark.parametrize("ends_in", [timedelta(0), timedelta(days=90, minutes=1)], ids=str)
def test_an_end_within_ninety_days_is_needed(world: World, ends_in: timedelta) -> None:
    with pytest.raises(Refused, match="90 days"):
        give(world, ends_in=ends_in)


def test_only_a_clinician_on_the_team_decides_and_supervisors_may_take_it_back(world: World) -> None:
    asked = ask(world, world.supervisor)
    for person in (world.caseworker, world.supervisor, world.clinician2):
        with by(person), pytest.raises(Resident.DoesNotExist):
            operations.decide_access(asked, decision="clinical", ends_at=timezone.now() + DAY, by=person)
    decide = reverse("access_requests:decide", args=[asked.pk])
    assert browser(world, "caseworker").get(decide).status_code == 404
    other = reverse("access_requests:decide", args=[world.ada.asked_notes.pk])
    looked_at = browser(world, "supervisor").get(other).content.decode()
    assert "The clinician on the team decides" in looked_at and "Sign the decision" not in looked_at
    given = give(world)
    team = browser(world, "supervisor").get(reverse("residents:team", args=[world.ada.resident.pk]))
    assert "The clinical notes: Hidden need of ada" in team.content.decode()
    client = browser(world, "supervisor")
    end = reverse("access_requests:end", args=[given.pk])
    assert browser(world, "caseworker").post(end, {"form_key": str(uuid4())}).status_code == 404
    assert client.post(end, hidden(client.get(other)))["Location"] == other
    assert not sees(world, world.caseworker)
    assert wrong(world) == []


def test_the_clinician_takes_it_back(world: World) -> None:
    given = give(world)
    with by(world.clinician):
        operations.end_access(given, by=world.clinician)
        with pytest.raises(Refused, match="over already"):
            operations.end_access(given, by=world.clinician)
    assert not sees(world, world.caseworker)
    assert wrong(world) == []


def test_it_ends_with_the_work_on_the_case(world: World) -> None:
    """Also when that end is still to come."""
    given, later = give(world), timezone.now() + 5 * DAY
    with by(world.supervisor):
        operations.end_caseload(world.ada.caseload, at=later, by=world.supervisor)
    given.refresh_from_db()
    assert given.ends_at == later and sees(world, world.caseworker)
    assert wrong(world) == []
    with by(world.supervisor):
        operations.end_caseload(Caseload.objects.get(pk=world.ada.caseload.pk), at=timezone.now(), by=world.supervisor)
    given.refresh_from_db()
    assert not given.is_open and not sees(world, world.caseworker)
    assert wrong(world) == []


def test_it_ends_when_the_case_closes(world: World) -> None:
    with by(world.clinician):
        given = operations.decide_access(
            world.fay.asked_notes, decision="clinical", ends_at=timezone.now() + DAY, by=world.clinician
        )
    with by(world.supervisor):
        operations.close_case(world.fay.case, on=world.today, by=world.supervisor)
    given.refresh_from_db()
    assert not given.is_open
    assert rights_on(world.caseworker, world.fay.resident) == frozenset()
    assert wrong(world) == []


def test_it_is_not_given_for_longer_than_the_work_nor_to_somebody_whose_work_is_over(world: World) -> None:
    with by(world.supervisor):
        operations.end_caseload(world.ada.caseload, at=timezone.now() + 2 * DAY, by=world.supervisor)
    with pytest.raises(Refused, match="for a shorter time"):
        give(world, ends_in=3 * DAY)
    with by(world.supervisor):
        operations.end_caseload(Caseload.objects.get(pk=world.ada.caseload.pk), at=timezone.now(), by=world.supervisor)
    with pytest.raises(Refused, match="not open to this person any more"):
        give(world, ends_in=DAY)


def test_who_asks_has_the_record_and_a_clinician_to_ask_and_not_the_notes(world: World) -> None:
    for key in ("staff_cedar", "admin_cedar", "clinician", "caseworker2"):
        address = reverse("residents:ask_clinical", args=[world.ada.resident.pk])
        assert browser(world, key).get(address).status_code == 404, key
    with pytest.raises(Refused, match="asked for this record already"):
        ask(world, world.caseworker)
    give(world)
    with pytest.raises(Refused, match="open to you already"):
        ask(world, world.caseworker)
    with by(world.supervisor):
        operations.leave_team(world.ada.team, at=timezone.now(), by=world.supervisor)
    with pytest.raises(Refused, match="No clinician is on the team"):
        ask(world, world.supervisor)


def test_a_supervisor_with_the_notes_of_a_young_person_does_not_change_the_unit(world: World) -> None:
    give(world, ask(world, world.supervisor))
    with by(world.sysadmin), pytest.raises(Refused, match="given parts of records of their unit"):
        propose_change(
            world.supervisor, role=Role.SUPERVISOR, unit=world.south, reason="Moves there", by=world.sysadmin
        )
