"""What was reported, signed or logged stays; a key stays with its record; a password never changes unseen."""

from datetime import timedelta

import pytest

from placement.access.models import Person
from placement.database.context import acting
from placement.facilities.models import AfterCareCheck, Discharge, Placement, ShiftStaff
from residents.models import Contact, HarmEvent, Incident, IncidentResident, PopulationDesignation
from residents.operations import close_incident, file_incident, record_harm, review_incident
from tests.attack.sql import ask, change, denied, insert, refused, sql
from tests.world import World

DAY = timedelta(days=1)


@pytest.fixture
def incident(world: World) -> Incident:
    return world.ada.incident


def closed(world: World, incident: Incident) -> None:
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        review_incident(incident, by=world.admin_cedar)
    with acting(world.supervisor.pk, world.supervisor.name):
        file_incident(incident, by=world.supervisor)
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        close_incident(incident, closing_note="All well.", by=world.admin_cedar)


@pytest.mark.parametrize(
    "values",
    [
        {"seen": "Nothing"},
        {"done": ""},
        {"thought": "He did it"},
        {"answers": '{"what": "Nothing"}'},
        {"kind": "other"},
        {"severity": "critical"},
        {"happened_at": None},
        {"shift_id": None},
    ],
    ids=lambda values: next(iter(values)),
)
def test_a_report_stays_as_it_was_written(world: World, incident: Incident, values: dict) -> None:
    if "happened_at" in values:
        values = {"happened_at": incident.happened_at - DAY}
    with acting(world.staff_cedar.pk, world.staff_cedar.name), refused("incident_keeps_its_report"):
        change(incident, **values)


def test_an_incident_is_reviewed_before_it_is_closed_and_never_goes_back(world: World, incident: Incident) -> None:
    by = world.admin_cedar
    signed = {"closed_by_id": by.pk, "closed_at": world.now, "closing_note": "Nothing happened"}
    with acting(by.pk, by.name):
        with refused("incident_is_reviewed_then_closed"):
            change(incident, status="closed", **signed)
        review_incident(incident, by=by)
        with refused("incident_is_reviewed_then_closed"):
            change(incident, status="reported")


def test_nobody_is_taken_out_of_a_closed_incident_or_put_into_it(world: World, incident: Incident) -> None:
    closed(world, incident)
    row = IncidentResident.objects.get(incident=incident)
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        with refused("closed_incident_stays"):
            sql("DELETE FROM residents_incidentresident WHERE id = %s", row.pk)
        with refused("closed_incident_stays"):
            change(row, resident_id=world.bea.resident.pk)
        with refused("closed_incident_stays"):
            insert(IncidentResident, incident_id=incident.pk, resident_id=world.bea.resident.pk)


def test_contacts_harm_and_discharges_stay(world: World) -> None:
    with acting(world.caseworker.pk, world.caseworker.name):
        harm = record_harm(
            world.ada.resident, kind="was_harmed", happened_on=world.today - DAY, summary="x", by=world.caseworker
        )
        with refused("contact_is_kept"):
            change((Contact, world.ada.contact.pk), note="It was somebody else")
        with refused("harm_event_is_kept"):
            change((HarmEvent, harm.pk), summary="Nothing")
        with refused("discharge_is_kept"):
            change((Discharge, Discharge.objects.values_list("pk", flat=True)[0]), reason="Another one")


def test_a_look_after_leaving_stays_and_has_a_true_time(world: World) -> None:
    left = world.fay.discharge.placement.ends_at
    values = {"discharge_id": world.fay.discharge.pk, "note": "Well", "written_by_id": world.caseworker.pk}
    values["written_at"] = world.now
    with acting(world.caseworker.pk, world.caseworker.name):
        with refused("after_care_check_is_not_in_the_future"):
            insert(AfterCareCheck, checked_at=world.now + DAY, **values)
        with refused("after_care_check_is_after_leaving"):
            insert(AfterCareCheck, checked_at=left - DAY, **values)
        with refused("next_check_is_later"):
            insert(AfterCareCheck, checked_at=world.now, next_check_on=world.today - DAY, **values)
        with refused("after_care_check_has_a_note"):
            insert(AfterCareCheck, checked_at=world.now, **values | {"note": ""})
        with refused("signature_is_own"):
            insert(AfterCareCheck, checked_at=world.now, **values | {"written_by_id": world.supervisor.pk})
        key = insert(AfterCareCheck, checked_at=world.now, **values)
        with refused("after_care_check_is_kept"):
            change((AfterCareCheck, key), note="Not well")
        with denied():
            sql("DELETE FROM facilities_aftercarecheck")


@pytest.mark.parametrize("column", ["decision_reason", "decided_at", "safety_read_at", "proposed_at"])
def test_what_was_signed_about_a_stay_stays(world: World, column: str) -> None:
    value = "Because" if column == "decision_reason" else world.now - 300 * DAY
    with acting(world.supervisor.pk, world.supervisor.name), refused("signature_stays"):
        change((Placement, world.ada.stay.pk), **{column: value})


def test_nobody_was_on_duty_afterwards(world: World) -> None:
    shift = world.cedar.shift
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        sql(
            "UPDATE facilities_shift SET signed_at = now(), signed_by_id = %s, hand_off = 'Quiet' WHERE id = %s",
            world.staff_cedar.pk,
            shift.pk,
        )
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        with refused("signed_shift_stays"):
            insert(ShiftStaff, shift_id=shift.pk, person_id=world.admin_cedar.pk, awake=True)
        with refused("signed_shift_stays"):
            change((ShiftStaff, shift.staff.all()[0].pk), awake=False)


def test_no_designation_comes_from_the_future(world: World) -> None:
    with acting(world.caseworker.pk, world.caseworker.name), refused("designation_is_not_in_the_future"):
        insert(
            PopulationDesignation,
            resident_id=world.eve.resident.pk,
            population="general",
            stage="confirmed",
            basis="x",
            decided_by_id=world.caseworker.pk,
            decided_at=world.now + 365 * DAY,
        )


def test_a_record_keeps_its_key(world: World) -> None:
    with acting(world.caseworker.pk, world.caseworker.name):
        for table, row in (("residents_careentry", world.ada.care), ("residents_separation", world.ada.separation)):
            with refused("history_is_kept"):
                sql(f"UPDATE {table} SET id = gen_random_uuid() WHERE id = %s", row.pk)
            assert sql(f"UPDATE {table} SET id = id WHERE id = %s", row.pk) == 1


def test_a_password_never_changes_unseen(world: World) -> None:
    with refused("actor_is_named"):
        sql("UPDATE access_person SET password = 'forged' WHERE id = %s", world.supervisor.pk)
    before = Person.history.filter(id=world.supervisor.pk).count()
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        sql("UPDATE access_person SET password = 'forged' WHERE id = %s", world.supervisor.pk)
    rows = Person.history.filter(id=world.supervisor.pk).order_by("-history_id")
    assert rows.count() == before + 1
    assert rows[0].history_user_name == world.staff_cedar.name
    assert rows[0].password_changed_at > world.now


def test_groups_keep_their_names(world: World) -> None:
    """A right hangs on the name of a group, and groups have no history of their own."""
    with denied():
        sql("UPDATE auth_group SET name = 'home/other/staff' WHERE name LIKE %s", "home/%/staff")
    with denied():
        sql("DELETE FROM auth_group")
    assert ask("SELECT count(*) FROM auth_group") > 0
