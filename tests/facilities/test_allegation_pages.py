"""An allegation on the pages: who is accused in the form, what is decided, the outcome, and from whom it is hidden."""

from typing import Any

import pytest
from django.urls import reverse

from compliance.queries.work import my_work
from placement.access.models import Person
from placement.database.context import acting
from residents.models import Incident, IncidentHiding, ProtectiveStep
from tests.facilities.test_incident_pages import ANSWERS, key, to
from tests.facilities.test_incidents import NEW, page_of, report_data
from tests.world import World

ALLEGATION = ANSWERS["allegation"]


def send(world: World, client: Any, **accused: Any) -> Any:
    return client.post(NEW, report_data(world, kind="allegation", seen="She said it") | ALLEGATION | accused)


@pytest.fixture
def incident(world: World, client_of: Any) -> Incident:
    """Staff of the home have reported it against the home's administrator."""
    response = send(world, client_of(world.staff_cedar), accused=[str(world.admin_cedar.pk)])
    assert response.status_code == 302, response.context["form"].errors
    return Incident.objects.get(kind="allegation", seen="She said it")


@pytest.mark.parametrize(
    ("accused", "field"),
    [
        ({}, "accused"),
        ({"accused_name": "A driver"}, "accused_role"),
        ({"accused": ["not a key"]}, "accused"),
    ],
)
def test_the_form_asks_who_is_accused_also_for_a_draft(
    world: World, client_of: Any, accused: dict[str, Any], field: str
) -> None:
    for more in ({}, {"draft": "1"}):
        response = send(world, client_of(world.staff_cedar), **accused, **more)
        assert set(response.context["form"].errors) == {field}
    assert not Incident.objects.filter(kind="allegation").exists()


def test_a_young_person_who_is_accused_is_involved(world: World, client_of: Any) -> None:
    client = client_of(world.staff_cedar)
    refused = send(world, client, accused_young=[str(world.bea.resident.pk)])
    assert set(refused.context["form"].errors) == {"accused_young"}
    assert send(world, client, accused_young=[str(world.ada.resident.pk)]).status_code == 302
    assert Incident.objects.get(kind="allegation").parts.get().role == "accused"


def test_no_other_kind_asks_who_is_accused(world: World, client_of: Any) -> None:
    assert 'name="accused' not in client_of(world.staff_cedar).get(f"{NEW}?kind=injury").content.decode()


def test_who_accuses_themselves_goes_to_the_list(world: World, client_of: Any) -> None:
    client = client_of(world.staff_cedar)
    response = send(world, client, accused=[str(world.staff_cedar.pk)])
    assert response["Location"] == reverse("incidents:list")
    assert "She said it" not in client.get(response["Location"], follow=True).content.decode()
    sent = Incident.objects.get(kind="allegation")
    assert client.get(to("detail", sent)).status_code == 404


def test_the_supervisor_decides_records_and_tells(world: World, client_of: Any, incident: Incident) -> None:
    client = client_of(world.supervisor)
    assert "Nothing is decided yet" in page_of(client, incident)
    day = {"review_on": f"{world.today:%m/%d/%Y}"}
    notes = {f"{kind}_note": "From today on" for kind in ProtectiveStep.Kind.values}
    assert client.post(to("add", incident, "protect"), key(record="on") | day).status_code == 200
    assert client.post(to("add", incident, "protect"), key(record="on") | day | notes).status_code == 302
    assert set(incident.protective_steps.filter(taken=True).values_list("kind", flat=True)) == {"record"}
    assert f"Look again at what protects after incident {incident.number}" in titles(world.supervisor)
    row = incident.protective_steps.get(kind="doctor")
    address = f"{to('add', incident, 'unprotect')}?row={row.pk}"
    assert client.post(address, key(reason="She wants one now")).status_code == 302
    told = {"finding": "yes", "authority": "Licensing", "based_on": "Letter 7", "for_young": "A talk each week"}
    outcome = told | {"for_accused": "training", "found_on": f"{world.today:%m/%d/%Y}"}
    response = client.post(to("add", incident, "outcome"), key(**outcome))
    assert response.status_code == 302, response.context["form"].errors
    for side in ("young", "accused"):
        said = key(side=side, told="By the caseworker", on=f"{world.today:%m/%d/%Y}")
        assert client.post(to("add", incident, "told"), said).status_code == 302
    page = page_of(client, incident)
    for text in ("Substantiated", "Letter 7", "She wants one now", "By the caseworker"):
        assert text in page
    assert "Somebody was told…" not in page


def titles(person: Person) -> list[str]:
    with acting(person.pk, person.name):
        work = my_work(person, everything=True)
    return [task.title for task in (*work.first, *work.later)]


def test_a_supervisor_hides_it_and_shows_it_again(world: World, client_of: Any, incident: Incident) -> None:
    client, other = client_of(world.supervisor), client_of(world.caseworker)
    assert other.get(to("detail", incident)).status_code == 200
    said = key(person=str(world.caseworker.pk), reason="A relative")
    assert client.post(to("add", incident, "hide"), said).status_code == 302
    assert other.get(to("detail", incident)).status_code == 404
    row = IncidentHiding.objects.get(incident=incident, person=world.caseworker)
    address = f"{to('add', incident, 'show')}?row={row.pk}"
    assert client.post(address, key(reason="No relative after all")).status_code == 302
    assert other.get(to("detail", incident)).status_code == 200
    for what in ("show", "correct", "unprotect"):
        assert client.get(to("add", incident, what)).status_code == 404
        assert client.get(f"{to('add', incident, what)}?row={incident.pk}").status_code == 404


def test_staff_get_none_of_these_forms(world: World, client_of: Any, incident: Incident) -> None:
    client = client_of(world.staff_cedar)
    row = incident.people.get()
    for what in ("hide", "show", "protect", "unprotect", "outcome", "told", "correct"):
        assert client.get(to("add", incident, what)).status_code == 404, what
    page = client.post(f"{to('add', incident, 'correct')}?row={row.pk}", key(part="witness", reason="So"))
    assert page.status_code in (200, 404)
    row.refresh_from_db()
    assert row.part == "accused"


def test_what_somebody_did_is_corrected_by_who_reviews(world: World, client_of: Any, incident: Incident) -> None:
    row = incident.people.get()
    address = f"{to('add', incident, 'correct')}?row={row.pk}"
    assert client_of(world.supervisor).post(address, key(part="witness", reason="Another was meant")).status_code == 302
    row.refresh_from_db()
    assert row.part == "witness"
    assert client_of(world.admin_cedar).get(to("detail", incident)).status_code == 404
