"""The report of each kind, what hangs on it, and the steps, on the pages: who gets what, and what bad input does."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from compliance.queries.work import my_work
from placement.access.models import Person
from placement.audit.clock import now
from placement.database.constraints import Refused
from residents import operations
from residents.body_map import REGIONS
from residents.incident_kinds import GUIDES
from residents.models import Incident, IncidentNotice
from tests.facilities.test_incidents import LA, NEW, page_of, report_data
from tests.world import World, text_file

ANSWERS = {
    kind: {ask.name: ask.choices[0][0] if ask.choices else "Text" for ask in GUIDES[kind].asks if not ask.later}
    for kind in GUIDES
}

ACCUSED = {"accused_name": "A driver", "accused_role": "stranger"}


def key(**more: Any) -> dict[str, Any]:
    return {"form_key": str(uuid.uuid4())} | more


def when(name: str, minutes: int) -> dict[str, str]:
    here = (now() - timedelta(minutes=minutes)).astimezone(LA)
    return {f"{name}_date": f"{here:%m/%d/%Y}", f"{name}_time": f"{here:%H:%M}", f"{name}_which": ""}


def to(name: str, incident: Incident, *args: Any) -> str:
    return reverse(f"incidents:{name}", args=[incident.pk, *args])


@pytest.fixture
def draft(world: World, acting_as: Any) -> Incident:
    """A restraint with Ada and Bea, which staff still write."""
    staff = world.staff_cedar
    with acting_as(staff):
        return operations.report_incident(
            facility=world.cedar.facility,
            shift=world.cedar.shift,
            kind="restraint",
            severity="serious",
            happened_at=now() - timedelta(minutes=40),
            seen="Both ran to the road",
            done="",
            residents=[world.ada.resident, world.bea.resident],
            answers=ANSWERS["restraint"],
            draft=True,
            by=staff,
        )


@pytest.mark.parametrize("kind", [kind for kind in GUIDES if kind != "restraint"])
def test_each_kind_asks_its_own_and_keeps_the_answers(world: World, client_of: Any, kind: str) -> None:
    client = client_of(world.staff_cedar)
    page = client.get(f"{NEW}?kind={kind}").content.decode()
    asks = [ask for ask in GUIDES[kind].asks if not ask.later]
    for ask in asks:
        assert f'name="{ask.name}"' in page
    others = {ask.name for other in GUIDES.values() for ask in other.asks} - {ask.name for ask in asks}
    assert not any(f'name="{name}"' in page for name in others)
    response = client.post(NEW, report_data(world, kind=kind) | ANSWERS[kind] | ACCUSED)
    assert response.status_code == 302, response.context["form"].errors
    incident = Incident.objects.get(reported_by=world.staff_cedar, kind=kind, seen="Fell on the stairs")
    assert (incident.status, incident.answers) == ("reported", ANSWERS[kind])
    page = page_of(client, incident)
    for ask in asks:
        assert ask.shown(ANSWERS[kind][ask.name]) in page
    inspected = page_of(client_of(world.inspector_cedar), incident)
    assert not any(ask.label in inspected for ask in asks)


def test_without_a_kind_the_page_asks_for_it_and_keeps_the_rest_of_the_address(world: World, client_of: Any) -> None:
    page = client_of(world.staff_cedar).get(f"{NEW}?at=x&kind=made-up").content.decode()
    for value, label in Incident.Kind.choices:
        assert label in page
        assert f"kind={value}" in page
    assert "at=x" in page


@pytest.mark.parametrize("kind", [kind for kind, guide in GUIDES.items() if any(ask.needed for ask in guide.asks)])
def test_what_is_needed_is_asked_for_before_it_is_sent_and_a_draft_may_wait(
    world: World, client_of: Any, acting_as: Any, kind: str
) -> None:
    client = client_of(world.staff_cedar)
    data = {
        name: value
        for name, value in report_data(world, kind=kind).items()
        if name not in ("medical", "how_it_happened")
    } | ACCUSED
    needed = [ask.name for ask in GUIDES[kind].asks if ask.needed]
    refused = client.post(NEW, data)
    assert set(needed) == set(refused.context["form"].errors)
    assert not Incident.objects.filter(kind=kind, seen="Fell on the stairs").exists()
    assert client.post(NEW, data | {"draft": "1"}).status_code == 302
    incident = Incident.objects.get(kind=kind, seen="Fell on the stairs")
    assert (incident.status, incident.answers) == ("draft", {})
    address = to("detail", incident)
    assert "Answer this before you send the report" in client.post(address, key(send="1")).content.decode()
    with acting_as(world.staff_cedar):
        for wrong in ({"made_up": "x"}, {needed[0]: "x" * 2001}):
            with pytest.raises(Refused):
                operations.complete_draft(
                    incident, kind=kind, severity="low", happened_at=incident.happened_at, seen="x", done="", answers=wrong,
                    by=world.staff_cedar,
                )  # fmt: skip


def test_a_report_of_a_restraint_is_sent_with_its_times(world: World, client_of: Any, draft: Incident) -> None:
    client, address = client_of(world.staff_cedar), to("detail", draft)
    assert "how long it lasted" in client.post(address, key(send="1")).content.decode()
    for part in draft.parts.all():
        told = key(kind="seclusion", held_by="Staff", why="A car", tried="Called") | when("started_at", 40)
        response = client.post(to("part", draft, part.pk, "restraint"), told | when("ended_at", 10))
        assert response.status_code == 302, response.context["form"].errors
    held = draft.parts.get(resident=world.ada.resident).restraints.get()
    check = to("part", draft, held.part_id, "check") + f"?restraint={held.pk}"
    for bad, sentence in ((50, "between the start and the end"), (5, "between the start and the end")):
        refused = client.post(check, key(checked_by="Staff", how="Calm") | when("at", bad))
        assert sentence in refused.content.decode()
    assert client.post(check, key(checked_by="Staff", how="Calm") | when("at", 35)).status_code == 302
    page = page_of(client, draft)
    assert page.count("no check for more than 15 minutes") == 2  # the end of one, and all of the other
    assert client.get(to("part", draft, held.part_id, "check") + "?restraint=x").status_code == 404
    assert client.post(address, key(send="1")).status_code == 302
    draft.refresh_from_db()
    assert draft.status == "reported"
    assert client.get(to("part", draft, held.part_id, "restraint")).status_code == 302  # it is sent


def test_the_body_map_keeps_its_marks_and_refuses_what_would_be_lost(
    world: World, client_of: Any, draft: Incident
) -> None:
    client, part = client_of(world.staff_cedar), draft.parts.get(resident=world.ada.resident)
    address = to("part", draft, part.pk, "injuries")
    assert client.get(address).content.decode().count("<tr id=") == len(REGIONS)
    refused = client.post(address, key(front_head_size="2"))
    assert "Choose what is there." in refused.content.decode()
    assert client.post(address, key(front_head_kind="bruise", front_head_size="2.5")).status_code == 302
    assert (
        client.post(address, key(front_head_kind="bruise", front_head_size="2.5", back_neck_kind="cut")).status_code
        == 302
    )
    assert set(part.injuries.values_list("region", "kind")) == {("front_head", "bruise"), ("back_neck", "cut")}
    assert part.injuries.get(region="front_head").history.count() == 1  # what stays is not written anew
    page = page_of(client, draft)
    assert "2.5 cm" in page
    assert "place marked" in page
    assert client.post(address, key()).status_code == 302
    assert not part.injuries.exists()


def test_a_part_is_not_on_the_page_of_who_reads_only_the_other(
    world: World, client_of: Any, acting_as: Any, draft: Incident
) -> None:
    staff = client_of(world.staff_cedar)
    for part, words in ((world.ada, "Afraid of cars"), (world.bea, "Was dared to run")):
        found = draft.parts.get(resident=part.resident)
        assert staff.post(to("part", draft, found.pk, "about"), key(role="said", about=words)).status_code == 302
        upload = key(title=f"Drawing {words}") | {"upload": text_file("a.txt", words)}
        assert staff.post(to("part", draft, found.pk, "file"), upload).status_code == 302
    with acting_as(world.supervisor):
        operations.end_caseload(world.bea.caseload, at=now(), by=world.supervisor)
    mine, hers = draft.parts.get(resident=world.ada.resident), draft.parts.get(resident=world.bea.resident)
    for reader, hidden in (
        (world.caseworker, ("Was dared", "Drawing Was", str(hers.pk))),
        (world.supervisor2, ("Was dared", "Afraid of cars", str(hers.pk), str(mine.pk))),
        (world.inspector_cedar, ("Was dared", "Afraid of cars", str(hers.pk), str(mine.pk))),
    ):
        page = page_of(client_of(reader), draft)
        assert not [words for words in hidden if words in page], reader
    assert "Afraid of cars" in page_of(client_of(world.caseworker), draft)
    assert client_of(world.caseworker).get(to("part", draft, hers.pk, "talk")).status_code == 404


def test_who_is_named_does_not_judge(world: World, client_of: Any, acting_as: Any) -> None:
    staff, admin = client_of(world.staff_cedar), client_of(world.admin_cedar)
    staff.post(NEW, report_data(world, kind="property", draft="1"))
    incident = Incident.objects.get(kind="property", reported_by=world.staff_cedar, seen="Fell on the stairs")
    people = to("add", incident, "people")
    for who, name in ((str(world.admin_cedar.pk), ""), ("name", "Officer Doe")):
        assert staff.post(people, key(who=who, name=name, role="staff", part="witness")).status_code == 302
    assert "Choose somebody, or write a name." in staff.post(people, key(who="name", role="staff", part="hurt")).text
    row = incident.people.get(name="Officer Doe")
    assert staff.post(people, key(remove=str(row.pk))).status_code == 302
    assert [one.person for one in incident.people.all()] == [world.admin_cedar]
    assert staff.post(to("detail", incident), key(send="1")).status_code == 302
    assert "This incident names you" in page_of(admin, incident)
    assert "names you" in admin.post(to("detail", incident), key(review="1")).text
    assert f"Review incident {incident.number}" not in titles(world.admin_cedar, acting_as)
    assert f"Review incident {incident.number}" in titles(world.supervisor, acting_as)


def titles(person: Person, acting_as: Any) -> str:
    with acting_as(person):
        work = my_work(person)
    return " | ".join(task.title for task in (*work.first, *work.later))


def test_a_returned_report_is_corrected_by_its_reporter_and_each_version_is_kept(
    world: World, client_of: Any, acting_as: Any
) -> None:
    staff, admin = client_of(world.staff_cedar), client_of(world.admin_cedar)
    staff.post(NEW, report_data(world))
    incident = Incident.objects.get(kind="injury")
    back = to("add", incident, "return")
    assert "Fill this in." in admin.post(back, key(comment=" ")).text
    assert admin.post(back, key(comment="Who called the nurse?")).status_code == 302
    assert f"Correct the report of incident {incident.number}" in titles(world.staff_cedar, acting_as)
    page = staff.get(to("complete", incident)).text
    assert "Who called the nurse?" in page
    told = report_data(world, seen="Fell on the wet stairs", thought="The light was out")
    assert staff.post(to("complete", incident), told).status_code == 302
    incident.refresh_from_db()
    assert (incident.status, incident.thought) == ("reported", "The light was out")
    page = page_of(admin, incident)
    for words in ("As it was sent before", "Fell on the stairs", "Fell on the wet stairs", "Supposed, not seen."):
        assert words in page
    assert admin.get(to("complete", incident)).status_code == 302  # it is sent


def test_after_filing_there_are_amendments_follow_ups_and_talks(world: World, client_of: Any, acting_as: Any) -> None:
    staff, admin, incident = client_of(world.staff_cedar), client_of(world.admin_cedar), world.ada.incident
    assert staff.get(to("add", incident, "amendment")).status_code == 302  # not filed yet
    with acting_as(world.admin_cedar):
        operations.review_incident(incident, by=world.admin_cedar)
    with acting_as(world.supervisor2):
        operations.file_incident(incident, by=world.supervisor2)
    assert f"Close incident {incident.number}" in titles(world.admin_cedar, acting_as)
    assert (
        staff.post(to("add", incident, "amendment"), key(comment="He was there", reason="Forgot it")).status_code == 302
    )
    due = {"due_on": f"{world.today:%m/%d/%Y}", "what": "Mend the lamp", "owner": str(world.staff_cedar.pk)}
    assert admin.post(to("add", incident, "follow-up"), key(**due)).status_code == 302
    assert f"Close incident {incident.number}" not in titles(world.admin_cedar, acting_as)
    refused = admin.post(to("detail", incident), key(closing_note="Well"))
    assert "A follow-up is not done yet." in refused.text
    todo = incident.follow_ups.get()
    assert f"Do what is left after incident {incident.number}" in titles(world.staff_cedar, acting_as)
    assert staff.post(to("follow-up", incident, todo.pk), key(outcome="New bulb")).status_code == 302
    talk = key(led_by="Staff", said="They asked for a lamp", declined="on") | when("held_at", 1)
    assert staff.post(to("part", incident, incident.parts.get().pk, "talk"), talk).status_code == 302
    assert staff.post(to("add", incident, "talk"), talk | key(said="Slow down")).status_code == 302
    page = page_of(staff, incident)
    for words in (
        "He was there",
        "Forgot it",
        "Mend the lamp",
        "New bulb",
        "They asked for a lamp",
        "not wanted",
        "Slow down",
    ):
        assert words in page
    inspected = page_of(client_of(world.inspector_cedar), incident)
    for words in ("He was there", "Mend the lamp", "New bulb", "They asked", "Slow down"):
        assert words not in inspected
    assert admin.post(to("detail", incident), key(closing_note="Well")).status_code == 302


def test_a_critical_incident_waits_on_every_page_until_it_is_opened(
    world: World, client_of: Any, acting_as: Any
) -> None:
    client_of(world.staff_cedar).post(NEW, report_data(world, severity="critical"))
    incident = Incident.objects.get(kind="injury")
    caseworker: Client = client_of(world.caseworker)
    told = lambda: "Something waits for you" in caseworker.get("/").text  # noqa: E731
    assert told()
    assert f"Read incident {incident.number}" in titles(world.caseworker, acting_as)
    assert "Fell" not in caseworker.get("/").text
    page_of(caseworker, incident)
    assert not told()
    notice = IncidentNotice.objects.get(incident=incident, person=world.caseworker)
    assert notice.opened_at is not None
    assert {one.person for one in incident.notices.filter(opened_at=None)} == {world.admin_cedar, world.supervisor}
    assert "Something waits" not in client_of(world.caseworker2).get("/").text
    assert "Something waits" not in client_of(world.staff_cedar).get("/").text
