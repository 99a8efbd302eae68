"""Plain SQL against activities: nobody is kept from one without a limit, and nothing that was said is changed."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from placement.database.context import acting
from residents import operations
from residents.models import ActivityAnswer, ActivityOffer, CareEntry, Restriction
from residents.operations import Said
from tests.attack.sql import again, change, denied, insert, refused, sql
from tests.facilities.conftest import do
from tests.world import World

DAY = timedelta(days=1)


@pytest.fixture
def offer(world: World) -> ActivityOffer:
    """Swimming, at which ada was and from which bea was kept."""
    said = {world.ada.resident: Said("joined"), world.bea.resident: Said("excluded", "Her foot")}
    values = {"facility": world.cedar.facility, "shift": world.cedar.shift, "name": "Swimming", "place": "out"}
    return do(world.staff_cedar, operations.log_activity, said, happened_at=timezone.now(), **values)


def answer(world: World, offer: ActivityOffer, **changes: Any) -> UUID:
    """Insert an answer of bea to another offer of swimming, with a new entry."""
    staff = world.staff_cedar
    with acting(staff.pk, staff.name):
        later = again(offer)
        entry = again(offer.answers.get(resident=world.bea.resident).entry)
        values = {"offer_id": later, "resident_id": world.bea.resident.pk, "answer": "excluded", "entry_id": entry}
        return insert(ActivityAnswer, **values | changes)


def test_somebody_is_kept_from_it_only_under_a_limit_that_holds(world: World, offer: ActivityOffer) -> None:
    limit = Restriction.objects.get(kind="activity")
    for wrong in (None, world.ada.limit.pk):
        with refused("exclusion_has_its_limit"):
            answer(world, offer, restriction_id=wrong)
    with refused("exclusion_has_its_limit"):
        answer(world, offer, answer="joined", restriction_id=limit.pk)
    assert answer(world, offer, restriction_id=limit.pk)
    with acting(world.supervisor.pk, world.supervisor.name):
        signed = {"decided_by_id": world.supervisor.pk, "decided_at": timezone.now()}
        assert change(limit, decision="declined", decision_reason="She may swim", **signed) == 1
    with refused("exclusion_has_its_limit"):
        answer(world, offer, restriction_id=limit.pk)


def test_whoever_kept_somebody_from_it_never_decides(world: World, offer: ActivityOffer) -> None:
    limit, admin = Restriction.objects.get(kind="activity"), world.admin_cedar
    values = {"facility": world.cedar.facility, "shift": world.cedar.shift, "name": "Swimming", "place": "out"}
    said = {world.bea.resident: Said("excluded")}
    do(admin, operations.log_activity, said, happened_at=timezone.now(), **values)
    signed = {"decided_by_id": admin.pk, "decided_at": timezone.now(), "ends_at": timezone.now() + DAY}
    with acting(admin.pk, admin.name), refused("restriction_decided_by_another"):
        change(limit, decision="approved", **signed)


def test_an_answer_is_of_the_entry_of_the_same_young_person_and_time(world: World, offer: ActivityOffer) -> None:
    limit = Restriction.objects.get(kind="activity").pk
    for wrong in (
        {"entry_id": offer.answers.get(resident=world.ada.resident).entry_id},
        {"entry_id": world.ada.care.pk},
        {"resident_id": world.ada.resident.pk, "answer": "joined", "restriction_id": None},
    ):
        with refused("activity_answer_is_of_its_entry"):
            answer(world, offer, **{"restriction_id": limit} | wrong)


def test_what_was_said_stays(world: World, offer: ActivityOffer) -> None:
    row = offer.answers.get(resident=world.ada.resident)
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        with refused("activity_answer_is_kept"):
            change(row, answer="away")
        with refused("activity_offer_is_kept"):
            change(offer, name="A film")
        with refused("activity_has_a_name"):
            again(offer, name=" ")
        with refused("time_has_come"):
            again(offer, offered_at=timezone.now() + DAY)
        with refused("activity_answered_once"):
            entry = again(row.entry)
            insert(ActivityAnswer, offer_id=offer.pk, resident_id=row.resident_id, answer="joined", entry_id=entry)
        with refused("residents_activityanswer_entry_id_key"):
            of_another = {"offer_id": again(offer), "resident_id": row.resident_id, "answer": "joined"}
            insert(ActivityAnswer, **of_another, entry_id=row.entry_id)
        for table in ("activityanswer", "activityoffer"):
            with denied():
                sql(f"DELETE FROM residents_{table}")


def entry_of(world: World, **changes: Any) -> UUID:
    """Insert an entry of bea about an activity, as staff."""
    values = {
        "resident_id": world.bea.resident.pk,
        "facility_id": world.cedar.facility.pk,
        "shift_id": world.cedar.shift.pk,
    }
    values |= {"kind": "activity", "outcome": "Kept from it", "how": "", "note": "Cinema.", "reason": "", "late": False}
    values |= {"happened_at": timezone.now() - timedelta(minutes=2), "written_by_id": world.staff_cedar.pk}
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        return insert(CareEntry, **values | changes)


def test_nobody_is_kept_from_it_by_an_entry_alone(world: World, offer: ActivityOffer) -> None:
    with refused("exclusion_has_its_limit"):
        entry_of(world)
    taken = CareEntry, entry_of(world, outcome="Took part")
    with acting(world.staff_cedar.pk, world.staff_cedar.name), refused("exclusion_has_its_limit"):
        change(taken, outcome="Kept from it")
    with refused("exclusion_has_its_limit"):
        entry_of(world, amends_id=taken[1], reason="A slip")
    with refused("exclusion_has_its_limit"):  # bea is kept from swimming, not from the cinema
        entry_of(world, note="Cinema, not Swimming.")
    assert entry_of(world, note="Swimming.")


def test_that_somebody_was_kept_from_it_stays_told(world: World, offer: ActivityOffer) -> None:
    entry = offer.answers.get(resident=world.bea.resident).entry
    amended = {"amends_id": entry.pk, "reason": "A slip", "happened_at": entry.happened_at, "note": entry.note}
    with refused("exclusion_stays_told"):
        entry_of(world, outcome="Took part", **amended)
    with acting(world.staff_cedar.pk, world.staff_cedar.name), refused("exclusion_stays_told"):
        change(entry, outcome="Was away")
    with acting(world.staff_cedar.pk, world.staff_cedar.name), refused("exclusion_stays_told"):
        change(entry, kind="note", outcome="", note="She was calm")
    with refused("exclusion_stays_told"):
        entry_of(world, **amended | {"kind": "note", "outcome": "", "note": "She was calm"})
    with acting(world.staff_cedar.pk, world.staff_cedar.name), refused("exclusion_has_its_limit"):
        change((CareEntry, entry_of(world, kind="note", outcome="")), kind="activity", outcome="Kept from it")
    assert entry_of(world, outcome="Written by mistake", **amended)


def test_an_offer_is_of_the_home_in_which_its_writer_works(world: World, offer: ActivityOffer) -> None:
    with acting(world.staff_cedar.pk, world.staff_cedar.name), refused("activity_is_of_a_shift_of_its_home"):
        again(offer, shift_id=world.birch.shift.pk)
    for other in (world.caseworker, world.supervisor, world.staff_birch):
        with acting(other.pk, other.name), refused("activity_is_offered_by_who_works_there"):
            insert(
                ActivityOffer, facility_id=world.cedar.facility.pk, name="Film", place="in", led_by="",
                offered_at=timezone.now(), written_by_id=other.pk,
            )  # fmt: skip
