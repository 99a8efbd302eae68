"""Care entries through the operations: who may, when it happened, what stays after signing (invariant 9)."""

from datetime import timedelta

import pytest

from placement.audit.clock import now
from placement.database.constraints import Refused
from placement.facilities import operations as homes
from placement.facilities.models import Facility
from residents import operations
from residents.models import CareEntry, Resident
from tests.world import World

NOTE = "🙂" + "Ünïcode ate well. " * 555


def log(world: World, by=None, resident=None, **changes):
    """Log a meal for Ada in Cedar, now, by Cedar's staff, unless told otherwise."""
    said = {
        "facility": world.cedar.facility,
        "shift": world.cedar.shift,
        "kind": "meal",
        "happened_at": now(),
        "by": by or world.staff_cedar,
    } | changes
    return operations.log_care(resident or world.ada.resident, **said)


def test_an_entry_says_when_it_happened_when_it_was_written_and_by_whom(world, acting_as):
    with acting_as(world.staff_cedar):
        entry = log(world, outcome="Lunch", note=NOTE, happened_at=now() - timedelta(minutes=10))
    stored = CareEntry.objects.get(pk=entry.pk)
    assert stored.written_at - stored.happened_at >= timedelta(minutes=10)
    assert (stored.written_by, stored.note, stored.late) == (world.staff_cedar, NOTE, False)
    assert stored.history.get().history_user_id == world.staff_cedar.pk


@pytest.mark.parametrize(("minutes", "late"), [(29, False), (31, True)])
def test_an_entry_is_late_after_half_an_hour(world, acting_as, minutes, late):
    with acting_as(world.staff_cedar):
        entry = log(world, happened_at=now() - timedelta(minutes=minutes))
    assert entry.late is late
    assert CareEntry.objects.get(pk=entry.pk).late is late


def test_a_time_to_come_is_refused_with_a_sentence(world, acting_as):
    with acting_as(world.staff_cedar), pytest.raises(Refused, match="has not come yet") as refused:
        log(world, happened_at=now() + timedelta(minutes=5))
    assert refused.value.field == "happened_at"


@pytest.mark.parametrize(
    "who", ["staff_birch", "caseworker", "supervisor", "inspector_cedar", "clinician", "stranger", "sysadmin"]
)
def test_only_people_who_work_in_the_home_log_care(world, acting_as, who):
    person = world.people[who]
    before = CareEntry.objects.count()
    with acting_as(person), pytest.raises((Resident.DoesNotExist, Facility.DoesNotExist)):
        log(world, by=person)
    assert CareEntry.objects.count() == before


def test_nobody_logs_for_a_young_person_of_another_home(world, acting_as):
    with acting_as(world.staff_cedar), pytest.raises(Resident.DoesNotExist):
        log(world, resident=world.cleo.resident)


def test_several_are_logged_all_or_none(world, acting_as):
    before = CareEntry.objects.count()
    said = {"facility": world.cedar.facility, "shift": world.cedar.shift, "kind": "head_count", "by": world.staff_cedar}
    with acting_as(world.staff_cedar), pytest.raises(Resident.DoesNotExist):
        operations.log_care_for([world.ada.resident, world.cleo.resident], happened_at=now(), **said)
    assert CareEntry.objects.count() == before
    with acting_as(world.staff_cedar):
        made = operations.log_care_for([world.ada.resident, world.bea.resident], happened_at=now(), **said)
    assert {entry.resident for entry in made} == {world.ada.resident, world.bea.resident}
    assert CareEntry.objects.count() == before + 2


def test_several_cost_the_same_for_two_and_for_one(world, acting_as, django_assert_num_queries):
    said = {"facility": world.cedar.facility, "shift": world.cedar.shift, "kind": "head_count", "by": world.staff_cedar}
    with acting_as(world.staff_cedar):
        for people in ([world.ada.resident], [world.ada.resident, world.bea.resident]):
            # Savepoint, the name of the act, two rights, one insert, release.
            with django_assert_num_queries(6):
                operations.log_care_for(people, happened_at=now(), **said)


def sign(world: World):
    homes.sign_shift(world.cedar.shift, hand_off="All calm.", by=world.staff_cedar)
    world.cedar.shift.refresh_from_db()


def test_after_signing_a_change_is_refused_and_an_amendment_keeps_the_first_text(world, acting_as):
    with acting_as(world.staff_cedar):
        entry = log(world, outcome="Lunch", note="Ate all of it")
        sign(world)
        with pytest.raises(Refused, match="signed"):
            operations.change_care(entry, outcome="Lunch", note="Ate nothing", by=world.staff_cedar)
    with acting_as(world.admin_cedar):
        with pytest.raises(Refused, match="Say why"):
            operations.amend_care(entry, reason=" ", note="Ate half", by=world.admin_cedar)
        amendment = operations.amend_care(entry, reason="I saw the plate", note="Ate half", by=world.admin_cedar)
        again = operations.amend_care(amendment, reason="Asked again", outcome="Snack", by=world.admin_cedar)
    first = CareEntry.objects.get(pk=entry.pk)
    assert (first.note, first.outcome, first.written_by) == ("Ate all of it", "Lunch", world.staff_cedar)
    assert list(first.amendments.order_by("written_at")) == [amendment, again]
    assert (again.note, again.outcome, again.happened_at) == ("Ate half", "Snack", first.happened_at)
    assert amendment.history.get().history_change_reason == "I saw the plate"


def test_an_entry_into_a_signed_shift_needs_a_reason(world, acting_as):
    with acting_as(world.staff_cedar):
        moment = now() - timedelta(minutes=50)
        sign(world)
        with pytest.raises(Refused, match="Say why this entry comes late") as refused:
            log(world, happened_at=moment)
        entry = log(world, happened_at=moment, reason="No time before")
    assert refused.value.field == "reason"
    assert entry.late


def test_an_open_entry_is_changed_only_by_its_writer(world, acting_as):
    with acting_as(world.staff_cedar):
        entry = log(world, outcome="Lunch", note="Ate al")
        operations.change_care(entry, outcome="Lunch", note="Ate all", by=world.staff_cedar)
    with acting_as(world.admin_cedar), pytest.raises(Refused, match="Somebody else wrote"):
        operations.change_care(entry, outcome="", note="Ate nothing", by=world.admin_cedar)
    stored = CareEntry.objects.get(pk=entry.pk)
    assert stored.note == "Ate all"
    assert [row.note for row in stored.history.order_by("history_id")] == ["Ate al", "Ate all"]
