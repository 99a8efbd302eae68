"""An act on a case leads to a page that whoever did it may still open."""

from django.urls import reverse

from placement.access.models import AgencyUnit
from placement.database.context import acting_as_system
from tests.residents.test_forms import DAY, address, new_case, send
from tests.world import today


def landed(client, response) -> str:
    """The page that the success leads to, which must be there."""
    assert response.status_code == 302
    page = client.get(response["Location"])
    assert page.status_code == 200
    return page.content.decode()


def test_a_supervisor_who_opens_a_case_for_another_unit_reads_that_it_is_open(agency, as_client):
    with acting_as_system("tests"):
        other = AgencyUnit.objects.create(name="Another unit")
    client = as_client(agency.supervisor)
    response = send(client, reverse("residents:new"), **new_case(agency, unit=other.pk))
    assert "The case is open." in landed(client, response)
    assert "Lina" not in client.get(reverse("residents:list")).content.decode()


def test_a_supervisor_who_closes_a_case_stays_on_its_page(agency, as_client):
    client = as_client(agency.supervisor)
    response = send(client, address(agency, "close_case"), on=today().strftime(DAY))
    assert "The case is closed" in landed(client, response)


def test_a_supervisor_who_takes_somebody_off_the_case_stays_on_its_page(agency, as_client):
    client, row = as_client(agency.supervisor), agency.cases["noor"].caseload.get()
    landed(client, send(client, address(agency, "end_grant", row=row.pk)))
