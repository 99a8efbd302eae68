"""The log of looks cannot be made to look better afterwards: by amendments, by another interval, by signing early."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from placement.access.rights import Role
from placement.audit.clock import now
from placement.database import roles
from placement.facilities import operations
from placement.facilities.models import LooksReview, Shift
from placement.facilities.queries.hand_offs import nights_to_review
from placement.facilities.queries.night import night_log
from residents import operations as residents
from tests.attack.sql import insert, sql
from tests.facilities.shift_page import local, off_duty, sign, url

MINUTE = timedelta(minutes=1)


def look(world, acting_as, by, at, outcome="In the house", home=None, resident=None, **more):
    home = home or world.cedar
    with acting_as(by):
        return residents.log_care(
            resident or world.ada.resident,
            facility=home.facility,
            shift=more.pop("shift", home.shift),
            kind="head_count",
            outcome=outcome,
            happened_at=at,
            by=by,
            **more,
        )


@pytest.fixture
def night(world, acting_as) -> Shift:
    """A night in Cedar that ended an hour before the next shift was opened, signed late."""
    with acting_as(world.staff_cedar):
        night = operations.open_shift(
            world.cedar.facility,
            name="Morning",
            starts_at=world.now - timedelta(hours=22),
            ends_at=world.now - timedelta(hours=3),
            staff=[world.staff_cedar],
            by=world.staff_cedar,
        )
        return operations.sign_shift(night, hand_off="Calm", about_open="Looked", by=world.staff_cedar)


def log_of(person, acting_as, shift):
    with acting_as(person):
        return night_log(person, Shift.objects.get(pk=shift.pk))


def test_an_amendment_fills_no_round_and_is_marked_on_the_page(world, acting_as, client_of):
    at = now() - 2 * MINUTE
    entry = look(world, acting_as, world.staff_cedar, at, "Not found")
    with acting_as(world.admin_cedar):
        residents.amend_care(
            entry, outcome="In the house", happened_at=at - 50 * MINUTE, reason="Typo", by=world.admin_cedar
        )
    log = log_of(world.admin_cedar, acting_as, world.cedar.shift)
    assert [(one.leader, one.starts_at, one.not_seen) for one in log.rounds] == [(world.staff_cedar, at, 1)]
    assert log.rounds[0].marks == ["W-1 changed after it was written"]
    page = client_of(world.admin_cedar).get(url("looks", world, world.cedar.shift.pk)).content.decode()
    assert "W-1 changed after it was written" in page


def test_a_look_that_was_moved_into_the_shift_is_a_round_with_a_mark(world, acting_as, night):
    entry = look(world, acting_as, world.staff_cedar, world.now - 30 * MINUTE)
    with acting_as(world.staff_cedar):
        residents.amend_care(
            entry, happened_at=night.ends_at - timedelta(hours=2), reason="Wrong hour", by=world.staff_cedar
        )
    rounds = log_of(world.admin_cedar, acting_as, night).rounds
    assert "W-1 changed after it was written" in rounds[0].marks


def test_what_was_taken_back_at_once_is_no_round(world, acting_as):
    entry = look(world, acting_as, world.staff_cedar, now())
    with acting_as(world.staff_cedar):
        residents.undo_care([entry.pk], by=world.staff_cedar)
    assert log_of(world.admin_cedar, acting_as, world.cedar.shift).rounds == []


def test_a_look_typed_twenty_minutes_back_is_marked(world, acting_as, client_of):
    staff = client_of(world.staff_cedar)
    data = {"form_key": str(uuid.uuid4()), "what": "head_count|In the house", "note": ""}
    data |= local(now() - 20 * MINUTE)
    assert staff.post(url("log-care", world, world.ada.resident.pk), data).status_code == 302
    marks = log_of(world.admin_cedar, acting_as, world.cedar.shift).rounds[0].marks
    assert marks and marks[0].startswith("written 20 min later")


def test_one_person_who_looks_in_two_homes_at_once_is_marked_and_the_other_home_is_not_named(
    world, acting_as, client_of
):
    with acting_as(world.supervisor):
        operations.assign(world.staff_cedar, world.birch.facility, role=Role.STAFF, by=world.supervisor)
    at = now() - MINUTE
    look(world, acting_as, world.staff_cedar, at)
    address = url("looks", world, world.cedar.shift.pk)
    admin = client_of(world.admin_cedar)
    assert "another home" not in admin.get(address).content.decode()
    look(world, acting_as, world.staff_cedar, at - 3 * MINUTE, home=world.birch, resident=world.cleo.resident)
    page = admin.get(address).content.decode()
    assert "the same person looked in another home then" in page
    assert world.birch.facility.name not in page and world.cleo.resident.code not in page


def test_another_interval_does_not_change_a_past_night(world, acting_as, night):
    before = log_of(world.admin_cedar, acting_as, night)
    assert before.missed
    with acting_as(world.admin_cedar):
        operations.set_looks(
            world.cedar.facility, day_minutes=240, night_minutes=240, vary_minutes=0, by=world.admin_cedar
        )
    after = log_of(world.admin_cedar, acting_as, night)
    assert (after.late, after.missed) == (before.late, before.missed)


def test_a_shift_answers_until_the_next_one_begins(world, acting_as, night):
    log = log_of(world.admin_cedar, acting_as, night)
    assert log.until == world.cedar.shift.starts_at > night.ends_at
    assert log.lines[0].gaps[-1].until == log.until


def test_who_signs_early_and_goes_to_bed_is_seen(world, acting_as, client_of, monkeypatch):
    with acting_as(world.staff_cedar):
        early = operations.sign_shift(world.cedar.shift, hand_off="Calm", about_open="-", by=world.staff_cedar)
    later = now() + timedelta(hours=4)
    monkeypatch.setattr("placement.facilities.queries.night.now", lambda: later)
    log = log_of(world.admin_cedar, acting_as, early)
    assert log.until == later
    assert log.nobody_from == Shift.objects.get(pk=early.pk).signed_at
    assert log.missed >= 3
    page = client_of(world.admin_cedar).get(url("looks", world, early.pk)).content.decode()
    assert "No shift was open from" in page


def test_a_night_under_another_name_waits_for_its_review(world, acting_as, night):
    person = off_duty(world, acting_as)
    with acting_as(world.admin_cedar):
        assert night in nights_to_review(world.admin_cedar)
    look(world, acting_as, world.admin_cedar, night.ends_at - MINUTE, shift=night, reason="Forgotten")
    with acting_as(world.admin_cedar):
        assert night not in nights_to_review(world.admin_cedar)
    with acting_as(person):
        assert night not in nights_to_review(person)


def test_a_day_and_a_night_in_one_shift_waits_for_its_review_also_when_clocks_go_forward(committed_world, acting_as):
    """From 7:00 on Saturday to 8:00 on Sunday are 24 hours in that night."""
    world, hour = committed_world, timedelta(hours=1)
    begins = datetime(2026, 3, 7, 7, tzinfo=world.cedar.facility.zone).astimezone(UTC)
    values = {"facility_id": world.cedar.facility.pk, "name": "Day", "signing_reason": "", "about_open": ""}
    values |= {"hand_off": "Calm", "signed_by_id": world.staff_cedar.pk, "signed_at": now()}
    with roles.as_owner():  # the people of the world did not work there yet
        sql("ALTER TABLE facilities_shift DISABLE TRIGGER rules")
        with acting_as(world.staff_cedar):
            night, _ = (
                insert(Shift, starts_at=start, ends_at=start + length, **values)
                for start, length in ((begins, 24 * hour), (begins + 24 * hour, 10 * hour))
            )
        sql("ALTER TABLE facilities_shift ENABLE ALWAYS TRIGGER rules")
    with acting_as(world.admin_cedar):
        waiting = {shift.pk for shift in nights_to_review(world.admin_cedar)}
    assert night in waiting


def test_whoever_looked_without_being_on_duty_does_not_review_it(world, acting_as, client_of):
    helper = off_duty(world, acting_as)
    look(world, acting_as, helper, now() - MINUTE)
    sign(world, acting_as)
    address = url("looks", world, world.cedar.shift.pk)
    client = client_of(helper)
    assert "somebody else reviews it" in client.get(address).content.decode()
    client.post(address, {"form_key": str(uuid.uuid4()), "note": "Fine"})
    assert not LooksReview.objects.exists()


def test_a_reviewer_is_told_whose_looks_are_closed_to_them(world, acting_as, client_of):
    admin, address = client_of(world.admin_cedar), url("looks", world, world.cedar.shift.pk)
    assert "closed to you" not in admin.get(address).content.decode()
    with acting_as(world.supervisor):
        residents.bar_from_record(world.ada.resident, world.admin_cedar, reason="Family", by=world.supervisor)
    page = admin.get(address).content.decode()
    assert "1 more lived here then" in page and "Ada" not in page
