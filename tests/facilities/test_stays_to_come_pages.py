"""What the database refuses about the time of a stay is said in plain words next to the field of the page."""

from datetime import timedelta

from django.urls import reverse

from placement.facilities import operations
from placement.facilities.models import Licence
from placement.ui.moments import DATE_FORMAT
from residents.models import Incident, PopulationDesignation
from tests.facilities.conftest import do
from tests.facilities.home_pages import DAY, Browser, errors_of, post, today, url
from tests.facilities.test_homes_papers import LICENCE
from tests.facilities.test_incidents import NEW, report_data
from tests.world import World


def test_a_licence_to_come_says_what_to_do_first(world: World, client_of: Browser) -> None:
    do(world.supervisor, operations.end_licence, world.cedar.licence, on=today(world) + 9 * DAY)
    values = LICENCE | {"valid_from": f"{today(world) + 10 * DAY:{DATE_FORMAT}}", "valid_to": ""}
    response = post(client_of(world.admin_cedar), url("add-licence", world.cedar.facility), values)
    assert "End that stay first, or get an exception" in errors_of(response)["population"][0]
    assert not Licence.objects.filter(number="0099").exists()


def test_a_designation_says_what_to_do_first(world: World, client_of: Browser) -> None:
    resident = world.ada.resident
    values = {"population": "general", "stage": "confirmed", "basis": "Interview"}
    post(client_of(world.caseworker), reverse("residents:add_designation", args=[resident.pk]), values)
    changed = PopulationDesignation.objects.get(resident=resident, standing="waiting")
    address = reverse("residents:review_designation", args=[resident.pk, changed.pk])
    response = post(client_of(world.supervisor), address, {"decision": "agree", "reason": "Read it"})
    assert "End the stay first, or get an approved exception" in errors_of(response)["decision"][0]
    changed.refresh_from_db()
    assert changed.standing == "waiting"


def test_an_incident_of_before_the_stay_is_refused_next_to_its_time(world: World, client_of: Browser) -> None:
    before = Incident.objects.count()
    told = report_data(world, world.ada.stay.starts_at - timedelta(days=1))
    response = client_of(world.staff_cedar).post(NEW, told)
    assert "did not live in this home at that time" in response.context["form"].errors["happened_at"][0]
    assert Incident.objects.count() == before
