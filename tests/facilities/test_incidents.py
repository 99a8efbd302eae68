"""Incidents: who reads which, in how far, who reports, reviews and closes, and what bad input does."""

import re
import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from placement.access.permissions import give_groups, group_name
from placement.access.rights import RESIDENT_RIGHTS, Role
from placement.audit.clock import now
from placement.database.constraints import Refused
from placement.facilities.queries import bed_board
from residents import operations
from residents.in_texts import ANOTHER, withheld
from residents.models import CareEntry, Incident
from tests.world import World

LA = ZoneInfo("America/Los_Angeles")
LIST, NEW = reverse("incidents:list"), reverse("incidents:new")


def report_data(world: World, moment: datetime | None = None, **more) -> dict:
    here = (moment or now()).astimezone(LA)
    return {
        "form_key": str(uuid.uuid4()),
        "kind": "injury",
        "severity": "serious",
        "happened_at_date": f"{here:%m/%d/%Y}",
        "happened_at_time": f"{here:%H:%M}",
        "happened_at_which": "",
        "residents": [str(world.ada.resident.pk)],
        "seen": "Fell on the stairs",
        "done": "Ice, then called the nurse",
        "how_it_happened": "accident",
        "medical": "phone",
    } | more


def page_of(client, incident: Incident) -> str:
    response = client.get(reverse("incidents:detail", args=[incident.pk]))
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def both(world, acting_as) -> Incident:
    """An incident in Cedar with Ada and Bea, reported by staff; the report names both."""
    with acting_as(world.staff_cedar):
        return operations.report_incident(
            facility=world.cedar.facility,
            shift=world.cedar.shift,
            kind="injury",
            severity="serious",
            happened_at=now(),
            seen="Ada pushed BEA (W-2). Bea Secretname cried; the beautiful vase broke.",
            done="Talked with Bea.",
            residents=[world.ada.resident, world.bea.resident],
            by=world.staff_cedar,
        )


def test_a_time_beyond_the_calendar_in_the_address_breaks_nothing(world, client_of):
    for beyond in ("0001-01-01T00:00:00%2B00:00", "9999-12-31T23:59:59-12:00"):
        page = f"{NEW}?facility={world.cedar.facility.pk}&kind=missing&at={beyond}"
        assert client_of(world.staff_cedar).get(page).status_code == 200


def test_staff_report_an_incident_of_their_home(world, client_of):
    client = client_of(world.staff_cedar)
    response = client.post(f"{NEW}?facility={world.cedar.facility.pk}", report_data(world))
    assert response.status_code == 302, response.context["form"].errors
    incident = Incident.objects.get(kind="injury")
    assert response["Location"] == reverse("incidents:detail", args=[incident.pk])
    assert list(incident.residents.all()) == [world.ada.resident]
    assert (incident.shift, incident.reported_by) == (world.cedar.shift, world.staff_cedar)
    assert incident.number > world.ada.incident.number
    assert incident.history.get().history_user_id == world.staff_cedar.pk
    assert "The report is sent." in client.get(response["Location"]).text


def test_a_double_press_is_one_report(world, client_of):
    data, client = report_data(world), client_of(world.staff_cedar)
    first, second = (client.post(NEW, data) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Incident.objects.filter(kind="injury").count() == 1


@pytest.mark.parametrize(
    "who", ["staff_birch", "caseworker", "supervisor", "inspector_cedar", "clinician", "sysadmin", "stranger"]
)
def test_only_the_home_reports(world, client_of, who):
    response = client_of(world.people[who]).post(f"{NEW}?facility={world.cedar.facility.pk}", report_data(world))
    assert response.status_code == 404
    assert not Incident.objects.filter(kind="injury").exists()


def test_nobody_names_a_young_person_of_another_home(world, client_of):
    data = report_data(world, residents=[str(world.cleo.resident.pk)])
    response = client_of(world.staff_cedar).post(NEW, data)
    assert "residents" in response.context["form"].errors
    assert "Cleo" not in response.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("seen", "", "Fill this in."),
        ("seen", "🙂" * 10_001, "This is 10,001 characters; the limit is 10,000."),
        ("happened_at_date", "02/30/2026", "Enter a real date"),
        ("severity", "", "Choose one."),
        ("medical", "", "Choose one."),
        ("medical", "made-up", "made-up is not one of the available choices"),
    ],
)
def test_bad_input_is_said_next_to_its_field_and_the_rest_is_kept(world, client_of, field, value, sentence):
    page = client_of(world.staff_cedar).post(NEW, report_data(world) | {field: value}).content.decode()
    assert sentence in page
    assert "Ice, then called the nurse" in page
    assert not Incident.objects.filter(kind="injury").exists()


def test_a_time_to_come_is_refused_next_to_its_field(world, client_of):
    response = client_of(world.staff_cedar).post(NEW, report_data(world, now() + timedelta(hours=3)))
    assert "has not come yet" in response.context["form"].errors["happened_at"][0]


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("staff_cedar", {"ada"}),
        ("admin_birch", {"cleo"}),
        ("caseworker", {"ada"}),
        ("caseworker2", {"cleo"}),
        ("supervisor", {"ada", "cleo"}),
        ("inspector_birch", {"cleo"}),
    ],
)
def test_the_list_holds_what_the_reader_may_know(world, client_of, who, sees):
    client = client_of(world.people[who])
    page = client.get(LIST).content.decode()
    for key in ("ada", "cleo"):
        incident = getattr(world, key).incident
        address = reverse("incidents:detail", args=[incident.pk])
        assert (address in page) is (key in sees)
        assert client.get(address).status_code == (200 if key in sees else 404)


@pytest.mark.parametrize("who", ["clinician2", "sysadmin", "stranger"])
def test_other_roles_find_no_list_and_no_incident(world, client_of, who):
    client = client_of(world.people[who])
    assert client.get(LIST).status_code == 404
    assert client.get(reverse("incidents:detail", args=[world.ada.incident.pk])).status_code == 404


def test_the_clinician_on_the_team_reads_what_happened_and_not_where(world, client_of, acting_as):
    with acting_as(world.staff_cedar):
        incident = operations.report_incident(
            facility=world.cedar.facility,
            shift=world.cedar.shift,
            kind="injury",
            severity="low",
            happened_at=now(),
            seen="Ada fell in the yard of Cedar of the world; Bea helped.",
            done="",
            residents=[world.ada.resident],
            by=world.staff_cedar,
        )
    page = page_of(client_of(world.clinician), incident)
    assert "Ada fell in the yard of the home" in page
    assert world.cedar.facility.name not in page
    assert client_of(world.clinician).get(LIST).status_code == 404
    assert client_of(world.clinician2).get(reverse("incidents:detail", args=[incident.pk])).status_code == 404


@pytest.mark.parametrize("part", ["incidents", "timeline"])
@pytest.mark.parametrize("who", ["caseworker", "clinician", "supervisor", "staff_cedar", "admin_cedar", "admin_birch"])
def test_the_record_links_only_reports_that_open(world, client_of, acting_as, part, who):
    """Ada moves to Birch: what happened in Cedar stays with Cedar."""
    day = timedelta(days=1)
    with acting_as(world.supervisor):
        give_groups(
            world.ada.resident,
            {group_name("home", world.birch.facility.pk, Role.ADMIN): RESIDENT_RIGHTS[Role.ADMIN]},
            grant=uuid.uuid4(),
            starts_at=now() - day,
        )
    client = client_of(world.people[who])
    page = client.get(reverse(f"residents:{part}", args=[world.ada.resident.pk]))
    assert page.status_code == 200
    links = set(re.findall(r'href="(/incidents/[^"]+)"', page.content.decode())) - {LIST}
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)
    assert bool(links) is (who != "admin_birch")
    assert f"{world.ada.incident.number}" in page.content.decode()


def test_filters_narrow_the_list(world, client_of, both):
    client = client_of(world.staff_cedar)
    numbers = lambda query: {i.number for i in client.get(LIST + query).context["page"].rows}  # noqa: E731
    everything = set(Incident.objects.filter(facility=world.cedar.facility).values_list("number", flat=True))
    assert numbers("") == everything
    assert numbers("?kind=injury") == {both.number}
    assert numbers("?severity=serious") == {both.number}
    assert numbers("?severity=low") == everything - {both.number}
    assert numbers(f"?number={both.number}") == {both.number}
    assert both.number not in numbers("?status=closed")
    assert numbers(f"?facility={world.birch.facility.pk}") == everything  # not a choice of this reader: no filter
    assert numbers("?number=99999999999999999999") == everything


def test_the_list_costs_the_same_for_few_and_for_many(world, client_of, acting_as, both):
    client = client_of(world.staff_cedar)

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(LIST)
        return len(captured)

    cost()
    few = cost()
    before = len(client.get(LIST).context["page"].rows)
    with acting_as(world.staff_cedar):
        for _ in range(18):
            operations.report_incident(
                facility=world.cedar.facility,
                shift=None,
                kind="other",
                severity="low",
                happened_at=now(),
                seen="x",
                done="",
                residents=[world.ada.resident, world.bea.resident],
                by=world.staff_cedar,
            )
    assert cost() == few
    assert len(client.get(LIST).context["page"].rows) == before + 18


def test_a_caseworker_reads_of_other_young_people_only_that_there_is_one(world, client_of, acting_as, both):
    with acting_as(world.supervisor):
        operations.end_caseload(world.bea.caseload, at=now(), by=world.supervisor)
    page = page_of(client_of(world.caseworker), both)
    assert "Ada" in page
    for hidden in ("Bea", "BEA", "W-2", "Secretname cried"):
        assert hidden not in page
    assert ANOTHER in page
    assert "beautiful vase" in page
    listed = client_of(world.caseworker).get(LIST).content.decode()
    assert f"W-1, {ANOTHER}</td>" in listed
    assert "W-2" not in listed


def test_the_list_says_of_a_young_person_who_is_not_known_that_there_is_one(world, client_of, acting_as, both):
    with acting_as(world.staff_cedar):
        told = {
            "facility": world.cedar.facility,
            "shift": None,
            "severity": "low",
            "done": "",
            "kind": "other",
            "seen": "x",
        }
        for involved in ([world.bea.resident], []):
            operations.report_incident(**told, happened_at=now(), residents=involved, by=world.staff_cedar)
    client = client_of(world.supervisor2)
    cells = re.findall(r'data-label="Young people">([^<]*)<', client.get(LIST).content.decode())
    assert cells[:3] == ["–", ANOTHER, f"{ANOTHER}, {ANOTHER}"]


def test_an_inspector_reads_codes_and_no_report(world, client_of, both):
    page = page_of(client_of(world.inspector_cedar), both)
    assert (
        "a young person" in page
    )  # of an injury not even the code is told; tests.compliance.test_codes has the others
    for hidden in ("W-1", "Ada", "Bea", "pushed", "Talked with"):
        assert hidden not in page


@pytest.mark.parametrize(
    ("text", "names", "shown"),
    [
        ("Mia hit Noor.", {"Noor"}, f"Mia hit {ANOTHER}."),
        ("NOOR's bed, K-7", {"Noor", "K-7"}, f"{ANOTHER}'s bed, {ANOTHER}"),
        ("At noon in K-71", {"Noor", "K-7"}, "At noon in K-71"),
        ("Zoë.Zoë (x) [a]", {"Zoë", "[a]", ""}, f"{ANOTHER}.{ANOTHER} (x) {ANOTHER}"),
        ("Nobody", set(), "Nobody"),
    ],
)
def test_names_are_withheld_as_whole_words(text, names, shown):
    assert withheld(text, names) == shown


def test_somebody_else_reviews_and_closes_and_history_says_who(world, client_of, both):
    address = reverse("incidents:detail", args=[both.pk])
    key = lambda: {"form_key": str(uuid.uuid4())}  # noqa: E731
    admin = client_of(world.admin_cedar)
    early = admin.post(address, key() | {"closing_note": "Too early"})
    assert "Review the incident before you close it." in early.content.decode()
    assert admin.post(address, key() | {"review": "1"}).status_code == 302
    again = admin.post(address, key() | {"review": "1"})
    assert "already reviewed" in again.content.decode()
    early = admin.post(address, key() | {"closing_note": "Too early"})
    assert "A supervisor files the incident before you close it." in early.content.decode()
    refused = admin.post(address, key() | {"file": "1"})
    assert "only a supervisor files or returns it" in refused.content.decode()
    assert client_of(world.supervisor2).post(address, key() | {"file": "1"}).status_code == 302
    supervisor = client_of(world.supervisor)
    assert "Fill this in." in supervisor.post(address, key() | {"closing_note": " "}).content.decode()
    assert supervisor.post(address, key() | {"closing_note": "Talked it over. 🙂"}).status_code == 302
    both.refresh_from_db()
    assert (both.status, both.reviewed_by, both.filed_by) == ("closed", world.admin_cedar, world.supervisor2)
    assert (both.closed_by, both.closing_note) == (world.supervisor, "Talked it over. 🙂")
    page = page_of(admin, both)
    for text in ("Talked it over.", "Supervisor", "closed an incident", "reviewed an incident", "reported an incident"):
        assert text in page


def test_the_reporter_never_reviews_or_closes_the_own_report(world, client_of, acting_as):
    with acting_as(world.admin_cedar):
        own = operations.report_incident(
            facility=world.cedar.facility,
            shift=None,
            kind="other",
            severity="low",
            happened_at=now(),
            seen="x",
            done="",
            residents=[],
            by=world.admin_cedar,
        )
        with pytest.raises(Refused, match="somebody else must review"):
            operations.review_incident(own, by=world.admin_cedar)
    with acting_as(world.supervisor):
        operations.review_incident(own, by=world.supervisor)
    with acting_as(world.supervisor2):
        operations.file_incident(own, by=world.supervisor2)
    with acting_as(world.admin_cedar), pytest.raises(Refused, match="somebody else must close"):
        operations.close_incident(own, closing_note="Done", by=world.admin_cedar)
    assert "somebody else must close it" in page_of(client_of(world.admin_cedar), own)


def test_staff_may_not_review(world, acting_as, client_of, both):
    address = reverse("incidents:detail", args=[both.pk])
    response = client_of(world.staff_cedar).post(address, {"form_key": str(uuid.uuid4()), "review": "1"})
    assert response.status_code == 404
    both.refresh_from_db()
    assert both.status == "reported"


def test_a_missing_young_person_stands_on_the_tile_until_seen_again(world, client_of):
    client = client_of(world.staff_cedar)
    shift = reverse("facilities:shift", args=[world.cedar.facility.pk])
    client.post(NEW, report_data(world, now() - timedelta(minutes=2), kind="missing"))
    tile = next(t for t in client.get(shift).context["board"].tiles if t.resident == world.ada.resident)
    assert (tile.place, tile.here, tile.tag) == ("missing", False, {"kind": "late", "text": "Missing"})
    tap = reverse("facilities:tap", args=[world.cedar.facility.pk, world.ada.resident.pk])
    client.post(tap, {"form_key": str(uuid.uuid4()), "what": "head_count|In the house"})
    tile = next(t for t in client.get(shift).context["board"].tiles if t.resident == world.ada.resident)
    assert tile.here


def test_a_report_of_somebody_missing_begins_as_critical_and_says_what_to_do_until_they_are_back(
    world, client_of, acting_as
):
    client = client_of(world.staff_cedar)
    assert client.get(NEW + "?kind=missing").context["form"]["severity"].value() == "critical"
    assert client.get(NEW + "?kind=injury").context["form"]["severity"].value() == ""
    client.post(NEW, report_data(world, now() - timedelta(minutes=2), kind="missing"))
    report = Incident.objects.get(kind="missing", reported_by=world.staff_cedar)
    assert "This page calls nobody" in page_of(client, report)
    assert "This page calls nobody" not in page_of(client_of(world.inspector_cedar), report)
    assert "Go to the shift" not in page_of(client_of(world.supervisor), report)
    with acting_as(world.staff_cedar):
        operations.log_care(
            world.ada.resident,
            facility=world.cedar.facility,
            shift=world.cedar.shift,
            kind="head_count",
            outcome="In the house",
            happened_at=now(),
            by=world.staff_cedar,
        )
    assert "This page calls nobody" not in page_of(client, report)


def test_a_look_of_any_age_ends_the_missing_and_one_that_does_not_count_does_not(world, acting_as, client_of):
    client = client_of(world.staff_cedar)
    shift = reverse("facilities:shift", args=[world.cedar.facility.pk])
    home, staff, ada = world.cedar.facility, world.staff_cedar, world.ada.resident

    def look(hours: int, outcome: str):
        with acting_as(staff):
            return operations.log_care(
                ada,
                facility=home,
                shift=None,
                kind="head_count",
                outcome=outcome,
                happened_at=now() - timedelta(hours=hours),
                by=staff,
            )

    def stands() -> tuple[str, int, int]:
        with CaptureQueriesContext(connection) as captured:
            board = client.get(shift).context["board"]
        tile = next(t for t in board.tiles if t.resident == ada)
        beds = bed_board.board(staff, home, by_code=True).rows
        return tile.place, sum(bed.blocks[0].kind == "away" for bed in beds), len(captured)

    stands()  # the first page of a session costs more
    look(31, "In the house")
    with acting_as(staff):
        operations.report_incident(
            facility=home,
            shift=None,
            kind="missing",
            severity="critical",
            happened_at=now() - timedelta(hours=30),
            seen="Not at dinner.",
            done="",
            residents=[ada],
            by=staff,
        )
    where, missing, cost = stands()
    assert (where, missing) == ("missing", 1)
    look(29, "Not found")
    wrong = look(28, "In the house")
    assert stands() == ("in the house", 0, cost)
    with acting_as(staff):
        operations.amend_care(wrong, outcome=CareEntry.MISTAKE, reason="Another young person.", by=staff)
    assert stands() == ("missing", 1, cost)
    look(27, "In the yard")
    look(26, "Not found")
    assert stands() == ("in the house", 0, cost)
