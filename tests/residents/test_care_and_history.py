"""The care log and the history as pages show them, in the world of two homes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from placement.access.models import Person
from placement.audit import clock
from residents import operations
from residents.models import CareEntry, Resident
from residents.queries import history
from tests.world import World

ClientOf = Callable[[Person | None], Client]


def body(client: Client, name: str, world: World, **query: str) -> str:
    """Return a page of Ada's record."""
    response = client.get(reverse(f"residents:{name}", kwargs={"pk": world.ada.resident.pk}), query)
    assert response.status_code == 200
    return response.content.decode()


def logged(world: World, acting_as: Callable, **changes: object) -> CareEntry:
    """Log a note in Ada's day, by her home's staff."""
    values = {"kind": "note", "note": "CANARY first text", "happened_at": world.now - timedelta(minutes=100)}
    with acting_as(world.staff_cedar):
        return operations.log_care(
            world.ada.resident,
            facility=world.cedar.facility,
            shift=world.cedar.shift,
            by=world.staff_cedar,
            **values | changes,
        )


def test_a_late_entry_shows_when_it_happened_and_when_it_was_written(
    world: World, client_of: ClientOf, acting_as: Callable
) -> None:
    entry = logged(world, acting_as)
    zone = world.cedar.facility.zone
    page = body(client_of(world.caseworker), "care", world)
    assert entry.late
    assert f"late: written {entry.written_at.astimezone(zone):%H:%M}" in page
    assert f"happened today, {entry.happened_at.astimezone(zone):%H:%M}" in page or "happened yesterday" in page
    assert "later" in page


def test_an_amended_entry_says_the_newest_text_and_keeps_the_first_readable(
    world: World, client_of: ClientOf, acting_as: Callable
) -> None:
    entry = logged(world, acting_as)
    with acting_as(world.admin_cedar):
        operations.amend_care(entry, note="CANARY second text", reason="Wrong room", by=world.admin_cedar)
    page = body(client_of(world.caseworker), "care", world)
    assert (
        page.count("<h3>Note")
        == 1
        + CareEntry.objects.filter(resident=world.ada.resident, kind="note", amends=None).exclude(pk=entry.pk).count()
    )
    assert '<p class="pre">CANARY second text</p>' in page
    assert "<del>first</del>" in page and "Wrong room" in page


def test_the_care_filters_narrow_the_log(world: World, client_of: ClientOf, acting_as: Callable) -> None:
    logged(world, acting_as)
    logged(world, acting_as, kind="mood", note="CANARY prompt", happened_at=clock.now() - timedelta(minutes=1))
    client = client_of(world.caseworker)
    assert "CANARY first" not in body(client, "care", world, kind="mood")
    assert "CANARY prompt" in body(client, "care", world, kind="mood")
    late = body(client, "care", world, late="on")
    assert "CANARY first" in late and "CANARY prompt" not in late


def test_the_inspector_reads_evidence_of_the_own_home_by_code_and_no_text(
    world: World, client_of: ClientOf, acting_as: Callable
) -> None:
    logged(world, acting_as)
    page = body(client_of(world.inspector_cedar), "history", world)
    assert "Staff Cedar" in page.replace("_", " ") and "When it happened" in page
    for closed in ("CANARY", "Ada", "Secretname", "Hidden"):
        assert closed not in page
    other = client_of(world.inspector_birch).get(reverse("residents:history", kwargs={"pk": world.ada.resident.pk}))
    assert other.status_code == 404


def test_the_administrator_reads_the_entries_of_the_own_home_and_not_the_case(
    world: World, client_of: ClientOf, acting_as: Callable
) -> None:
    logged(world, acting_as)
    page = body(client_of(world.admin_cedar), "history", world)
    assert "CANARY first text" in page
    for closed in ("opened a case", "Court order", "Secretname", "Interview"):
        assert closed not in page


def test_the_home_is_named_to_people_who_may_see_homes_only(world: World, client_of: ClientOf) -> None:
    name = world.cedar.facility.name
    assert name in body(client_of(world.caseworker), "placements", world)
    closed = body(client_of(world.clinician), "placements", world)
    assert name not in closed and "A home that is not open to you" in closed
    assert name not in body(client_of(world.clinician), "detail", world)


def test_a_separation_names_the_other_only_where_the_other_is_known(
    world: World, client_of: ClientOf, acting_as: Callable
) -> None:
    with acting_as(world.supervisor):
        operations.separate(
            world.ada.resident, kind="resident", other=world.fay.resident, reason="Fights", by=world.supervisor
        )
    code = world.fay.resident.code
    assert f"Keep apart from {code}" in body(client_of(world.caseworker), "confidential", world)
    admin = body(client_of(world.admin_cedar), "confidential", world)
    assert code not in admin and "Keep apart from another young person" in admin


def test_old_members_of_the_home_and_the_case_get_the_page_for_nothing(world: World, client_of: ClientOf) -> None:
    for person in (world.caseworker_past, world.staff_past, world.staff_birch):
        for name in ("detail", "care", "history", "confidential"):
            address = reverse(f"residents:{name}", kwargs={"pk": world.ada.resident.pk})
            assert client_of(person).get(address).status_code == 404


def test_new_care_entries_are_in_the_trail_when_asked_and_amendments_always(
    world: World, client_of: ClientOf, acting_as: Callable
) -> None:
    entry = logged(world, acting_as)
    client = client_of(world.supervisor)
    assert "CANARY first text" not in body(client, "history", world)
    assert "CANARY first text" in body(client, "history", world, entries="all")
    with acting_as(world.admin_cedar):
        operations.amend_care(entry, note="CANARY second text", reason="Wrong room", by=world.admin_cedar)
    assert "CANARY second text" in body(client, "history", world)


def test_the_history_has_one_entry_for_one_act_with_each_record_that_it_changed(
    world: World, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "PAGE", 1000)  # the case was opened first of all
    client = client_of(world.supervisor)
    response = client.get(reverse("residents:history", kwargs={"pk": world.ada.resident.pk}))
    opened = [act for act in response.context["acts"] if act.first.did == "opened a case"]
    assert len(opened) == 1
    assert {"case", "care profile", "identity"} <= {change.what for change in opened[0].parts}
    assert response.content.decode().count("opened a case</h3>") == 1


def test_the_history_says_that_a_place_changed_and_not_where_it_is(
    world: World, client_of: ClientOf, acting_as: Callable
) -> None:
    for latitude in (34.0511, 34.0522):
        with acting_as(world.caseworker):
            Resident.objects.filter(pk=world.ada.resident.pk).update(
                school_latitude=latitude, school_longitude=-118.2433
            )
    response = client_of(world.supervisor).get(reverse("residents:history", kwargs={"pk": world.ada.resident.pk}))
    rows = [row for act in response.context["acts"] for part in act.parts for row in part.rows]
    places = [(row["before"], row["after"]) for row in rows if row["label"] == "School: place on the map"]
    assert places == [("a place", "another place"), ("", "a place")]
    page = response.content.decode()
    assert "34.05" not in page and "118.24" not in page


def test_whoever_cares_for_a_young_person_reads_whom_to_call_and_not_the_case(
    world: World, client_of: ClientOf
) -> None:
    for person in (world.staff_cedar, world.clinician, world.supervisor):
        page = body(client_of(person), "detail", world)
        assert "<h2>Team</h2>" in page and f"<dd>{world.caseworker.name}</dd>" in page, person
    assert world.ada.case.number not in body(client_of(world.staff_cedar), "detail", world)
    assert world.caseworker.name not in body(client_of(world.inspector_cedar), "detail", world)
