"""Invariant 5 and signatures: nobody decides about the own proposal, signs for another, or moves a signature."""

from datetime import timedelta
from uuid import UUID

import pytest

from placement.access.models import Person
from placement.database.context import acting, acting_as_system
from placement.facilities.models import Override
from residents.models import Incident
from tests.attack.incident_steps import step
from tests.attack.sql import Stay, again, ask, change, insert, refused
from tests.world import World

DAY = timedelta(days=1)


def test_whoever_proposes_a_placement_never_decides_about_it(world: World) -> None:
    stay = Stay(world, "eve", "cedar", 3).propose(world.now, by=world.supervisor)
    with acting(world.supervisor.pk, world.supervisor.name):
        for status in ("approved", "declined"):
            with refused("placement_decided_by_another"):
                stay.set(status=status, decided_by_id=world.supervisor.pk, decided_at=world.now)
    assert stay.approve(by=world.supervisor2).status == "approved"


def test_whoever_proposes_a_discharge_never_writes_it(world: World) -> None:
    """Also when the new row names no proposal, or that of somebody else: the database looks for the one that waits."""
    told = {"placement_id": world.ada.stay.pk, "written_by_id": world.caseworker.pk}
    with acting(world.caseworker.pk, world.caseworker.name):
        for proposal in (None, world.fay.proposal.pk):
            with refused("discharge_is_written_by_another"):
                again(world.fay.discharge, proposal_id=proposal, **told)
        with refused("signature_is_own"):
            again(world.fay.discharge, **told | {"written_by_id": world.supervisor.pk})
    with acting(world.supervisor.pk, world.supervisor.name):
        key = again(world.fay.discharge, proposal_id=None, **told | {"written_by_id": world.supervisor.pk})
    assert ask("SELECT proposal_id FROM facilities_discharge WHERE id = %s", key) == world.ada.proposal.pk


def test_a_decision_without_a_name_is_none(world: World) -> None:
    stay = Stay(world, "eve", "cedar", 3).propose(world.now)
    with acting(world.supervisor.pk, world.supervisor.name):
        for values in ({}, {"decided_at": world.now}, {"decided_by_id": world.supervisor.pk}):
            with refused("placement_decision_is_signed"):
                stay.set(status="approved", **values)
    assert stay.approve().status == "approved"


def test_nobody_decides_in_the_name_of_another(world: World) -> None:
    stay = Stay(world, "eve", "cedar", 3).propose(world.now)
    decided = {"status": "approved", "decided_at": world.now}
    with acting(world.caseworker.pk, world.caseworker.name), refused("signature_is_own"):
        stay.set(decided_by_id=world.supervisor.pk, **decided)
    with acting_as_system("tests"):
        assert stay.set(decided_by_id=world.supervisor.pk, **decided) == 0, "no command is shown a placement"
    with acting(world.supervisor.pk, world.supervisor.name):
        assert stay.set(decided_by_id=world.supervisor.pk, **decided) == 1


def test_nobody_proposes_in_the_name_of_another(world: World) -> None:
    stay = Stay(world, "eve", "cedar", 3)
    values = {
        "resident_id": stay.resident.pk,
        "bed_id": stay.bed.pk,
        "status": "proposed",
        "starts_at": world.now,
        "proposed_by_id": world.caseworker.pk,
        "proposed_at": world.now,
        "decision_reason": "",
        "end_reason": "",
    }
    with acting(world.supervisor.pk, world.supervisor.name), refused("signature_is_own"):
        insert(stay.model, **values)  # to approve it afterwards as "another"
    with acting(world.caseworker.pk, world.caseworker.name):
        insert(stay.model, **values)


def test_a_signature_is_never_moved_or_taken_back(world: World) -> None:
    stay = Stay(world, "eve", "cedar", 3).propose(world.now).approve().admit()
    for person in (world.supervisor2, world.supervisor, world.caseworker):
        with acting(person.pk, person.name):
            for column in ("proposed_by_id", "decided_by_id", "safety_read_by_id", "admitted_by_id"):
                before = ask(f"SELECT {column} FROM facilities_placement WHERE id = %s", stay.id)
                for value in {person.pk, None} - {before}:
                    with refused("signature_stays"):
                        stay.set(**{column: value})


def test_nobody_moves_in_before_the_home_has_read_the_safety_history(world: World) -> None:
    stay = Stay(world, "eve", "cedar", 3).propose(world.now).approve()
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        for values in ({"admitted_by_id": world.admin_cedar.pk}, {"safety_read_by_id": world.admin_cedar.pk}):
            with refused("home_has_read_the_safety_history"):
                stay.set(status="active", **values)
    assert stay.admit().status == "active"


@pytest.fixture
def override(world: World) -> tuple[type[Override], UUID]:
    """An exception that the supervisor asked for."""
    with acting(world.supervisor.pk, world.supervisor.name):
        return Override, insert(
            Override,
            resident_id=world.eve.resident.pk,
            facility_id=world.maple.facility.pk,
            kind="population",
            reason="No other home",
            expires_at=world.now + 9 * DAY,
            status="proposed",
            proposed_by_id=world.supervisor.pk,
            proposed_at=world.now,
            decision_reason="",
        )


def decide(override: tuple, by: Person, **values: object) -> int:
    with acting(by.pk, by.name):
        return change(override, **({"decided_by_id": by.pk, "decided_at": values.pop("at")} | values))


def test_whoever_asks_for_an_exception_never_decides_about_it(world: World, override: tuple) -> None:
    with refused("override_decided_by_another"):
        decide(override, world.supervisor, at=world.now, status="approved")
    with refused("signature_is_own"):
        decide(override, world.supervisor, at=world.now, status="approved", decided_by_id=world.supervisor2.pk)
    with refused("override_decision_is_signed"):
        decide(override, world.caseworker, at=None, status="approved")
    assert decide(override, world.caseworker, at=world.now, status="approved") == 1


def test_an_exception_is_never_approved_from_the_start(world: World) -> None:
    values = {
        "resident_id": world.eve.resident.pk,
        "facility_id": world.maple.facility.pk,
        "kind": "population",
        "reason": "No other home",
        "expires_at": world.now + 9 * DAY,
        "proposed_by_id": world.supervisor.pk,
        "proposed_at": world.now,
        "decision_reason": "",
    }
    with acting(world.supervisor.pk, world.supervisor.name):
        with refused("override_begins_as_a_proposal"):
            insert(Override, status="approved", decided_at=world.now, **values)
        with refused("override_has_a_reason"):
            insert(Override, status="proposed", **values | {"reason": ""})
        with refused("override_expires_later"):
            insert(Override, status="proposed", **values | {"expires_at": world.now})
        insert(Override, status="proposed", **values)


def test_what_was_asked_for_and_decided_stays(world: World, override: tuple) -> None:
    longer = {"expires_at": world.now + 999 * DAY}
    with acting(world.supervisor.pk, world.supervisor.name):
        for values in (longer, {"reason": "x"}, {"resident_id": world.fay.resident.pk}, {"kind": "foster"}):
            with refused("override_decision_stays"):
                change(override, **values)
    decide(override, world.caseworker, at=world.now, status="declined")
    with refused("override_decision_stays"):
        decide(override, world.caseworker, at=world.now, status="approved")
    with acting(world.supervisor.pk, world.supervisor.name), refused("override_decision_stays"):
        change(override, **longer)


@pytest.fixture
def incident(world: World) -> tuple[type[Incident], UUID]:
    """An incident that the administrator of Cedar reported."""
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        return Incident, insert(
            Incident,
            facility_id=world.cedar.facility.pk,
            kind="injury",
            severity="low",
            status="reported",
            happened_at=world.now - timedelta(hours=1),
            seen="A fall",
            done="",
            reported_by_id=world.admin_cedar.pk,
            closing_note="",
            number=0,
            reported_at=world.now - 99 * DAY,
        )


def test_whoever_reports_an_incident_never_reviews_or_closes_it(world: World, incident: tuple) -> None:
    closing = {"status": "closed", "closed_at": world.now, "closing_note": "Looked into"}
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        with refused("incident_review_by_another"):
            change(incident, status="reviewed", reviewed_by_id=world.admin_cedar.pk, reviewed_at=world.now)
        with refused("incident_review_is_signed"):
            change(incident, status="reviewed", reviewed_at=world.now)
        with refused("incident_closed_by_another"):
            change(incident, closed_by_id=world.admin_cedar.pk, **closing)
        with refused("incident_closure_is_signed"):
            change(incident, **closing)
        for what, rule in (("reviewed", "incident_review_by_another"), ("returned", "incident_review_by_another")):
            with refused(rule):
                step(incident[1], what, world.admin_cedar, "Correct it")
    with acting(world.supervisor.pk, world.supervisor.name):
        assert step(incident[1], "reviewed", world.supervisor)
    with acting(world.admin_cedar.pk, world.admin_cedar.name), refused("incident_filed_by_another"):
        step(incident[1], "filed", world.admin_cedar)
    with acting(world.supervisor2.pk, world.supervisor2.name):
        assert step(incident[1], "filed", world.supervisor2)
    with acting(world.admin_cedar.pk, world.admin_cedar.name), refused("incident_closed_by_another"):
        step(incident[1], "closed", world.admin_cedar, "Looked into")
    with acting(world.supervisor.pk, world.supervisor.name):
        assert step(incident[1], "closed", world.supervisor, "Looked into")
        with refused("closed_incident_stays"):
            change(incident, status="reported")
        with refused("closed_incident_stays"):
            change(incident, seen="Nothing")


def test_a_report_keeps_its_number_its_home_and_its_time(world: World, incident: tuple) -> None:
    row = Incident.objects.get(pk=incident[1])
    assert row.number > 0
    assert row.reported_at > world.now - DAY
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        for values in ({"number": 0}, {"reported_at": world.now - DAY}, {"facility_id": world.birch.facility.pk}):
            with refused("incident_keeps_its_report"):
                change(incident, **values)
        with refused("incident_is_not_in_the_future"):
            change(incident, happened_at=world.now + DAY)
        with refused("signature_stays"):
            change(incident, reported_by_id=world.supervisor.pk)
