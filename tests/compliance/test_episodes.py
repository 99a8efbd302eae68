"""What the law asks because somebody is missing, or came back, stands on the page of the episode."""

from datetime import timedelta
from typing import Any

from django.urls import reverse

from placement.audit.clock import now
from placement.facilities.operations import came_back
from tests.law import NCMEC, of, prove_all, report
from tests.world import World

SCREENING = "fed-missing-return-screening"


def test_clocks_of_the_law_are_on_the_page_with_the_way_to_write_down(
    world: World, client_of: Any, acting_as: Any
) -> None:
    staff, incident = world.staff_cedar, report(world, world.ada.resident)
    client, page = client_of(staff), reverse("incidents:episode", args=[incident.pk])
    asked, text = of(NCMEC), client.get(page).text
    assert reverse("compliance:obligation", args=[asked.pk]) in text
    assert "Write down what was done" in text
    assert "What the law asks after a return" not in text
    prove_all(asked, staff)
    assert "Read what was done" in client.get(page).text
    with acting_as(staff):
        came_back(incident, world.ada.resident, happened_at=now() - timedelta(minutes=1), how="Tired", by=staff)
    context = client.get(page).context["page"]
    assert of(SCREENING).rule.title in [row.title for row in context.asked_after]
    assert asked.rule.title in [row.title for row in context.asked if row.met_at]
    assert "What the law asks after a return" in client.get(page).text


def test_a_reader_sees_no_duty_whose_part_is_closed_to_them(world: World, client_of: Any) -> None:
    incident = report(world, world.ada.resident)
    page = reverse("incidents:episode", args=[incident.pk])
    for who in (world.staff_birch, world.inspector_cedar):
        assert client_of(who).get(page).status_code == 404
