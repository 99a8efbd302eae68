"""Whoever is accused by a name that was typed finds no trace of the allegation; and a gap in the numbers says nothing."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.utils import timezone

from residents import operations
from residents.models import Incident, IncidentHiding, IncidentNotice
from tests.world import World


@pytest.mark.parametrize("typed", ["Admin Cedar", " ADMIN,  cedar", "Ms Ádmin", "the admin, cedar's"])
def test_a_name_that_was_typed_hides_it_from_whoever_bears_it(world: World, acting_as: Callable, typed: str) -> None:
    staff, admin = world.staff_cedar, world.admin_cedar
    with acting_as(staff):
        incident = report_about(world, operations.Accused(name=typed, role="staff"))
    assert not IncidentNotice.objects.filter(incident=incident, person=admin).exists()
    assert set(IncidentNotice.objects.filter(incident=incident).values_list("person__username", flat=True))
    with acting_as(admin):
        assert not Incident.objects.filter(pk=incident.pk).exists()
        with pytest.raises(Incident.DoesNotExist):
            operations.review_incident(incident, by=admin)
    with acting_as(world.supervisor):
        [hiding] = IncidentHiding.objects.filter(incident=incident)
        operations.show_allegation(hiding, reason="A namesake outside", by=world.supervisor)
    with acting_as(admin):
        assert Incident.objects.filter(pk=incident.pk).exists()


def test_of_others_only_the_whole_name_hides_it(world: World, acting_as: Callable) -> None:
    """A caseworker is not in the list of the home; a foster parent who shares a first name with staff is somebody else."""
    for typed, role, hidden in (
        ("Caseworker", "staff", {"caseworker"}),
        ("Admin of another place", "foster", set()),
        ("Not known", "staff", set()),
        ("Supervisor2", "relative", {"supervisor2"}),
    ):
        with acting_as(world.staff_cedar):
            incident = report_about(world, operations.Accused(name=typed, role=role))
        assert {row.person.username for row in IncidentHiding.objects.filter(incident=incident)} == {
            world.people[key].username for key in hidden
        }, typed
        for key in hidden:
            with acting_as(world.people[key]):
                assert not Incident.objects.filter(pk=incident.pk).exists()


def test_a_gap_in_the_numbers_says_nothing_because_there_are_others(world: World, acting_as: Callable) -> None:
    with acting_as(world.staff_cedar):
        numbers = [report_about(world, operations.Accused(name="A driver", role="stranger")).number for _ in range(12)]
    steps = {later - number for number, later in pairwise(numbers)}
    assert steps <= {1, 2, 3}
    assert len(steps) > 1


def report_about(world: World, accused: Any) -> Incident:
    return operations.report_incident(
        facility=world.cedar.facility,
        shift=world.cedar.shift,
        kind="allegation",
        severity="serious",
        happened_at=timezone.now() - timedelta(minutes=5),
        seen="She says that she was hurt",
        done="",
        residents=[world.ada.resident],
        accused=[accused],
        by=world.staff_cedar,
    )
