"""Nobody moves in by a signature under an older safety history, and no stay ends before what was written down in it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from placement.access.models import Person
from placement.database.context import acting
from placement.facilities.models import Discharge
from residents import operations as residents
from tests.attack.sql import Stay, ask, change, insert, refused
from tests.world import World

DAY = timedelta(days=1)


def sign(stay: Stay, by: Person, at: datetime | None = None) -> None:
    with acting(by.pk, by.name):
        stay.set(safety_read_by_id=by.pk, safety_read_at=at or timezone.now())


def arrive(stay: Stay, by: Person, at: datetime | None = None) -> None:
    with acting(by.pk, by.name):
        stay.set(status="active", starts_at=at or timezone.now(), admitted_by_id=by.pk)


ADDED: list[Callable[[World, Person], object]] = [
    lambda w, by: residents.record_harm(
        w.eve.resident, kind="harmed", happened_on=w.today - DAY, summary="Hit somebody", by=by
    ),
    lambda w, by: residents.add_alert(w.eve.resident, kind="care", text="Nut allergy", urgent=True, by=by),
    lambda w, by: residents.separate(w.eve.resident, kind="person", person="Uncle", reason="Order", by=by),
    lambda w, by: residents.separate(w.fay.resident, kind="resident", other=w.eve.resident, reason="Fight", by=by),
    lambda w, by: residents.add_outside_person(
        w.eve.resident, name="Aunt", relation="aunt", permission="prohibited", order="Order 7", by=by
    ),
    lambda w, by: residents.link_exploiter(
        w.eve.resident, exploiter=None, name="Somebody", kind="recruiter", note="", by=by
    ),
]


@pytest.mark.parametrize("add", ADDED)
def test_what_is_added_after_the_signature_is_read_again(world: World, add: Callable[[World, Person], object]) -> None:
    stay, admin = Stay(world, "eve", "cedar", 3).propose(world.now).approve(), world.admin_cedar
    sign(stay, admin)
    with acting(world.caseworker.pk, world.caseworker.name):
        add(world, world.caseworker)
    with refused("safety_history_was_read_as_it_is"):
        arrive(stay, admin)
    sign(stay, admin)
    arrive(stay, admin)
    assert stay.status == "active"


def test_a_contact_that_is_allowed_and_another_young_person_change_nothing(world: World) -> None:
    stay, admin = Stay(world, "eve", "cedar", 3).propose(world.now).approve(), world.admin_cedar
    sign(stay, admin)
    with acting(world.caseworker.pk, world.caseworker.name) as _:
        by = world.caseworker
        residents.add_outside_person(world.eve.resident, name="Aunt", relation="aunt", permission="allowed", by=by)
        residents.add_alert(world.fay.resident, kind="care", text="Nut allergy", urgent=True, by=by)
    arrive(stay, admin)
    assert stay.status == "active"


def test_the_signature_is_renewed_by_whoever_reads_and_never_taken_back(world: World) -> None:
    stay, admin = Stay(world, "eve", "cedar", 3).propose(world.now).approve(), world.admin_cedar
    with refused("signature_is_own"), acting(world.caseworker.pk, world.caseworker.name):
        stay.set(safety_read_by_id=admin.pk, safety_read_at=timezone.now())
    sign(stay, admin)
    before = ask("SELECT safety_read_at FROM facilities_placement WHERE id = %s", stay.id)
    with acting(admin.pk, admin.name):
        for values in (
            {"safety_read_by_id": None, "safety_read_at": None},
            {"safety_read_at": None},
            {"safety_read_at": before - timedelta(hours=1)},
        ):
            with refused("signature_stays"):
                stay.set(**values)
    with refused("signature_is_own"), acting(world.caseworker.pk, world.caseworker.name):
        stay.set(safety_read_at=before + timedelta(seconds=1))


def test_nobody_arrives_before_the_home_has_read(world: World) -> None:
    stay, admin = Stay(world, "eve", "cedar", 3).propose(world.now - DAY).approve(), world.admin_cedar
    sign(stay, admin)
    with refused("arrival_is_after_reading"):
        arrive(stay, admin, timezone.now() - timedelta(hours=2))
    arrive(stay, admin)


def test_a_stay_does_not_end_before_what_was_written_down_in_it(world: World) -> None:
    entry, leave = world.ada.care, world.ada.leave
    stay = Stay(world, "ada", "cedar", 0)
    stay.id = world.ada.stay.pk
    for at in (world.ada.stay.starts_at + DAY, entry.happened_at - timedelta(minutes=6)):
        with refused("stay_ends_after_its_last_entry"):
            stay.end(at)
    assert leave.starts_at > timezone.now()  # a leave that has not begun is no reason to wait
    assert stay.end(entry.happened_at + timedelta(minutes=1)).status == "ended"


def test_a_stay_does_not_end_before_a_leave_that_began(world: World) -> None:
    stay = Stay(world, "eve", "cedar", 3).propose(world.now - 3 * DAY).approve().admit()
    with acting(world.supervisor.pk, world.supervisor.name):
        insert(
            type(world.ada.leave),
            placement_id=stay.id,
            kind="hospital",
            starts_at=world.now - DAY,
            ends_at=world.now + DAY,
            where="Clinic",
            approved_by_id=world.supervisor.pk,
        )
    with refused("stay_ends_after_its_last_entry"):
        stay.end(world.now - 2 * DAY)
    assert stay.end(world.now).status == "ended"


def test_a_discharge_that_is_told_late_says_so_and_why(world: World) -> None:
    stay = Stay(world, "eve", "cedar", 3).propose(world.now - 3 * DAY).approve().admit().end(world.now - 2 * DAY)
    by = world.supervisor
    row = {
        "placement_id": stay.id,
        "to": "family",
        "reason": "Home",
        "after_care": "Visits",
        "after_care_contact": "Aunt",
        "first_check_on": world.today,
        "written_by_id": by.pk,
        "written_at": world.now - 2 * DAY,
        "late": False,
    }
    with acting(by.pk, by.name):
        with refused("late_discharge_has_a_reason"):
            insert(Discharge, late_reason=" ", **row)
        told = insert(Discharge, late_reason="The form was forgotten", **row)
        with refused("discharge_is_kept"):
            change((Discharge, told), late=False)
    assert ask("SELECT late FROM facilities_discharge WHERE id = %s", told)
