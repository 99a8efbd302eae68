"""Facts are not from the future, signed times stay, and what hangs on a bed, a stay or a licence stays within it."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from placement.access.models import Person
from placement.audit.clock import now
from placement.database.context import acting
from placement.facilities.models import Hold, Leave, LicenceCondition, Override, Shift, Waiver
from residents.models import Contact, HarmEvent, Identity, Incident, LevelAssessment
from tests.attack.incident_steps import step
from tests.attack.sql import Stay, ask, change, denied, insert, refused
from tests.attack.test_population import ask_exception
from tests.world import World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def as_caseworker(world: World):
    with acting(world.caseworker.pk, world.caseworker.name) as actor:
        yield actor


def test_nobody_is_born_in_the_future(world: World, as_caseworker: Any) -> None:
    identity = Identity.objects.get(resident=world.eve.resident)
    with refused("birth_date_is_not_in_the_future"):
        change(identity, birth_date=world.today + 2 * DAY)
    assert change(identity, birth_date=world.today) == 1


def assessment(world: World, assessed_on: date, written_at: datetime) -> tuple:
    return LevelAssessment, insert(
        LevelAssessment,
        resident_id=world.eve.resident.pk,
        level=1,
        assessed_on=assessed_on,
        assessor="Somebody",
        basis="Interview",
        written_at=written_at,
    )


def test_an_assessment_is_of_a_day_that_has_come_and_stays(world: World, as_caseworker: Any) -> None:
    today = world.today
    with refused("assessment_is_not_in_the_future"):
        assessment(world, today + 2 * DAY, world.now)
    with refused("time_has_come"):
        assessment(world, today, world.now + DAY)
    row = assessment(world, today, world.now)
    for values in ({"level": 5}, {"assessed_on": today - DAY}, {"written_at": world.now - DAY}):
        with refused("assessment_is_kept"):
            change(row, **values)


def test_harm_and_contacts_have_happened(world: World, as_caseworker: Any) -> None:
    harm = {"resident_id": world.ada.resident.pk, "kind": "was_harmed", "summary": "x"}
    with refused("harm_is_not_in_the_future"):
        insert(HarmEvent, happened_on=world.today + 2 * DAY, **harm)
    assert insert(HarmEvent, happened_on=world.today, **harm)
    contact = {
        "resident_id": world.ada.resident.pk,
        "outside_person_id": world.ada.outside.pk,
        "kind": "call",
        "other_name": "",
        "outcome": "took_place",
        "initiative": "young",
        "supervised": False,
        "supervised_by": "",
        "note": "",
        "reason": "",
        "written_by_id": world.caseworker.pk,
    }
    with refused("time_has_come"):
        insert(Contact, happened_at=world.now + DAY, **contact)
    with refused("contact_is_with_somebody_known"):
        insert(Contact, happened_at=world.now, **contact | {"outside_person_id": world.cleo.outside.pk})
    assert insert(Contact, happened_at=world.now, **contact)


def test_the_time_beside_a_signature_stays_and_has_come(world: World) -> None:
    by = world.admin_cedar
    with acting(by.pk, by.name):
        signed = {"status": "reviewed", "reviewed_by_id": by.pk}
        with refused("time_has_come"):
            change(world.ada.incident, reviewed_at=world.now + DAY, **signed)
        with refused("incident_is_reviewed_then_closed"):
            change(world.ada.incident, reviewed_at=world.now, **signed)
        step(world.ada.incident.pk, "reviewed", by, at=world.now - DAY)
        assert Incident.objects.get(pk=world.ada.incident.pk).reviewed_at > world.now - DAY / 2
        with refused("incident_is_reviewed_then_closed"):
            change(world.ada.incident, reviewed_at=world.now - DAY)
        change(world.cedar.shift, signed_by_id=by.pk, signed_at=world.now + DAY, hand_off="x")
        assert Shift.objects.get(pk=world.cedar.shift.pk).signed_at <= now()  # the database says when


def test_a_decision_is_signed_in_the_step_that_it_decides(world: World) -> None:
    """Else the one who proposed could take the step over somebody's signature."""
    stay = Stay(world, "eve", "cedar", 3).propose(world.now)
    with acting(world.supervisor.pk, world.supervisor.name):
        with refused("decision_is_one_step"):
            stay.set(decided_by_id=world.supervisor.pk, decided_at=world.now)
        with refused("time_has_come"):
            stay.set(status="approved", decided_by_id=world.supervisor.pk, decided_at=world.now + DAY)
        assert stay.set(status="approved", decided_by_id=world.supervisor.pk, decided_at=world.now) == 1


def test_a_proposal_keeps_the_bed_that_the_decision_record_names(world: World) -> None:
    stay = Stay(world, "eve", "cedar", 3).propose(world.now)
    with acting(world.supervisor.pk, world.supervisor.name):
        for bed in (world.maple.beds[0], world.cedar.beds[2]):
            with refused("placement_keeps_resident_and_bed"):
                stay.set(bed_id=bed.pk, status="approved", decided_by_id=world.supervisor.pk, decided_at=world.now)


def test_an_exception_ends_within_half_a_year(world: World) -> None:
    with refused("override_lasts_half_a_year"):
        ask_exception(world, "eve", "maple", "population", world.caseworker, world.now + 181 * DAY)
    row = ask_exception(world, "eve", "maple", "population", world.caseworker, world.now + 180 * DAY)
    with acting(world.caseworker.pk, world.caseworker.name), refused("override_decision_stays"):
        change(row, proposed_at=world.now - 9 * DAY)
    with acting(world.caseworker.pk, world.caseworker.name), refused("time_has_come"):
        insert(
            Override,
            resident_id=world.eve.resident.pk,
            facility_id=world.maple.facility.pk,
            kind="population",
            reason="x",
            expires_at=world.now + 99 * DAY,
            status="proposed",
            proposed_by_id=world.caseworker.pk,
            proposed_at=world.now + 98 * DAY,
            decision_reason="",
        )


def leave(world: World, starts_at: datetime, ends_at: datetime, stay: Any = None) -> None:
    by: Person = world.supervisor
    with acting(by.pk, by.name):
        insert(
            Leave,
            placement_id=(stay or world.bea.stay).pk,
            resident_id=world.bea.resident.pk,
            kind="hospital",
            starts_at=starts_at,
            ends_at=ends_at,
            where="Clinic",
            approved_by_id=by.pk,
        )


def test_a_leave_is_within_the_stay(world: World) -> None:
    start = world.bea.stay.starts_at
    with refused("leave_is_within_the_stay"):
        leave(world, start - DAY, start + DAY)
    with refused("leave_is_within_the_stay"):
        leave(world, world.now, world.now + DAY, stay=world.fay.stay)  # has left
    leave(world, world.now, world.now + DAY)
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        change(world.bea.stay, ends_at=world.now + 2 * DAY)
    with refused("leave_is_within_the_stay"):
        leave(world, world.now + DAY, world.now + 3 * DAY)


def hold(world: World, until: datetime, bed: Any) -> None:
    by = world.caseworker
    with acting(by.pk, by.name):
        insert(
            Hold, bed_id=bed.pk, referral_id=world.eve.referral.pk, starts_at=world.now, ends_at=until, held_by_id=by.pk
        )


def test_a_bed_is_held_for_a_week_at_most_and_not_past_its_closing(world: World) -> None:
    bed = world.cedar.beds[3]
    with refused("hold_lasts_a_week"):
        hold(world, world.now + 8 * DAY, bed)
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        change(bed, closed_from=world.today + 3 * DAY)
    with refused("bed_is_in_use"):
        hold(world, world.now + 5 * DAY, bed)
    hold(world, world.now + DAY, bed)


def test_a_bed_is_not_closed_under_somebody(world: World) -> None:
    today = world.today
    coming = Stay(world, "eve", "cedar", 3).propose(world.now + 5 * DAY)
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        for bed in (world.cedar.beds[0], world.cedar.beds[3], world.birch.beds[3]):  # lived in, proposed, held
            with refused("closed_bed_is_empty"):
                change(bed, closed_from=today)
        assert change(world.cedar.beds[3], closed_from=today, closed_until=today + DAY) == 1
        assert change(world.cedar.beds[2], closed_from=today) == 1
    assert coming.status == "proposed"


def test_a_stay_is_not_made_longer_into_the_closing_of_its_bed(world: World) -> None:
    stay = Stay(world, "eve", "cedar", 3).propose(world.now, world.now + 2 * DAY).approve().admit()
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        change(stay.bed, closed_from=world.today + 5 * DAY)
        with refused("bed_is_in_use"):
            stay.set(ends_at=None)
        assert stay.set(ends_at=world.now + 3 * DAY) == 1


def test_terms_stay_with_their_licence_and_hold_for_a_time(world: World) -> None:
    today = world.today
    row = {"licence_id": world.cedar.licence.pk, "kind": "capacity", "text": "letter"}
    with acting(world.supervisor.pk, world.supervisor.name):
        with refused("condition_ends_after_start"):
            insert(LicenceCondition, **row | {"kind": "text"}, starts_on=today, ends_on=today - DAY)
        condition = insert(LicenceCondition, **row | {"kind": "text"}, starts_on=today, ends_on=today)
        waiver = insert(Waiver, **row, starts_on=today, ends_on=today)
        for term in ((LicenceCondition, condition), (Waiver, waiver)):
            with refused("term_stays_with_its_licence"):
                change(term, licence_id=world.birch.licence.pk)


def test_the_owners_eyes_are_not_lent(world: World) -> None:
    """Functions that see every record answer triggers only."""
    who, home, now = world.ada.resident.pk, world.maple.facility.pk, "now()"
    for call in (
        f"confirmed_population('{who}')",
        f"lived_there('{who}', '{home}', {now})",
        f"check_population('{who}', '{home}', {now}, NULL)",
        f"check_separations('{who}', '{home}', {now}, NULL)",
        f"check_those_who_live_in('{home}')",
        f"check_bed('{uuid4()}', {now}, NULL)",
        f"waived('{uuid4()}', 'age', current_date)",
    ):
        with denied():
            ask(f"SELECT {call}")
