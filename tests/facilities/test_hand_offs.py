"""After the signature: the summary from the log, reading, taking over, and who has read up to when."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from placement.audit.clock import now
from placement.database.constraints import Refused
from placement.facilities import operations
from placement.facilities.models import HandOffLine, HandOffRead, LooksReview, Shift, TakeOver
from placement.facilities.queries.hand_off import summary_of
from residents import operations as residents
from tests.attack.sql import ask, change, denied, insert, refused, sql
from tests.facilities.shift_page import off_duty, sign, url


@pytest.fixture
def signed(world, acting_as):
    """Cedar's shift, signed by its staff, with a meal, a look and a note about Ada."""
    with acting_as(world.staff_cedar):
        for kind, outcome, note in (("meal", "Lunch", ""), ("head_count", "In the house", ""), ("note", "", "Sang.")):
            residents.log_care(
                world.ada.resident,
                facility=world.cedar.facility,
                shift=world.cedar.shift,
                kind=kind,
                outcome=outcome,
                note=note,
                happened_at=now(),
                by=world.staff_cedar,
            )
    sign(world, acting_as)
    return Shift.objects.get(pk=world.cedar.shift.pk)


def post(client, name, world, shift, **data):
    return client.post(url(name, world, shift.pk), {"form_key": str(uuid.uuid4()), **data})


def test_the_summary_is_drawn_from_the_log_and_leaves_notes_where_they_are(world, signed, client_of, acting_as):
    with acting_as(world.admin_cedar):
        line = signed.lines.get(resident=world.ada.resident)
    assert "Lunch" in line.said and "1 look, last in the house" in line.said and "3 notes to read" in line.said
    assert "Sang" not in line.said
    page = client_of(world.admin_cedar).get(url("past-shift", world, signed.pk)).content.decode()
    assert "From the log" in page and line.said in page


def test_the_summary_leaves_out_whoever_is_closed_to_the_reader(world, signed, client_of, acting_as):
    with acting_as(world.supervisor):
        residents.bar_from_record(world.ada.resident, world.admin_cedar, reason="Knows the family", by=world.supervisor)
    page = client_of(world.admin_cedar).get(url("past-shift", world, signed.pk)).content.decode()
    assert "1 look, last in the house" not in page and "Ada" not in page


def test_nobody_reads_the_lines_by_sql_to_whom_the_care_log_is_closed(world, signed, acting_as):
    count = "SELECT count(*) FROM facilities_handoffline WHERE shift_id = %s"
    for who, shown in (
        (world.admin_cedar, 1),
        (world.caseworker, 1),
        (world.inspector_cedar, 0),
        (world.staff_birch, 0),
    ):
        with acting_as(who):
            assert ask(f"{count} AND resident_id = %s", signed.pk, world.ada.resident.pk) == shown
            history = "SELECT count(*) FROM facilities_historicalhandoffline WHERE resident_id = %s"
            assert ask(history, world.ada.resident.pk) == shown
    with acting_as(world.supervisor):
        residents.bar_from_record(world.ada.resident, world.admin_cedar, reason="Family", by=world.supervisor)
    with acting_as(world.admin_cedar):
        assert ask(f"{count} AND resident_id = %s", signed.pk, world.ada.resident.pk) == 0


def test_the_lines_are_the_databases_and_stay(world, signed, acting_as):
    with acting_as(world.staff_cedar):
        key = signed.lines.get(resident=world.ada.resident).pk
        row = {"shift_id": signed.pk, "resident_id": world.bea.resident.pk, "said": "x", "left_open": "", "lost": False}
        with denied():
            insert(HandOffLine, **row)
        with denied():
            change((HandOffLine, key), said="Nothing")
        with denied():
            sql("DELETE FROM facilities_handoffline")


def test_a_signer_who_is_barred_from_a_record_hands_it_on_all_the_same(world, acting_as, client_of):
    with acting_as(world.admin_cedar):
        residents.log_care(
            world.ada.resident,
            facility=world.cedar.facility,
            shift=world.cedar.shift,
            kind="head_count",
            outcome="Not found",
            happened_at=now(),
            by=world.admin_cedar,
        )
    with acting_as(world.supervisor):
        residents.bar_from_record(world.ada.resident, world.staff_cedar, reason="Family", by=world.supervisor)
    staff, home = client_of(world.staff_cedar), world.cedar.shift.pk
    page = staff.get(url("hand-off", world, home)).content.decode()
    assert "Somebody whose record is closed to you" in page and "not found or missing" in page
    assert "Secretadain" not in page
    assert post(staff, "hand-off", world, world.cedar.shift, hand_off="Calm", about_open="Looked").status_code == 302
    past = staff.get(url("past-shift", world, home)).content.decode()
    assert "whose record is closed to you" in past and "1 not found or missing" in past
    assert "Ada" not in past and "Secretadain" not in past
    past = client_of(world.admin_cedar).get(url("past-shift", world, home)).content.decode()
    assert ">Ada</span>: not found at" in past


def test_signing_keeps_how_many_adults_were_on_duty(world, signed, client_of):
    check = signed.ratio_checks.get(occasion="signed")
    assert (check.awake, check.young_people) == (2, 2)
    page = client_of(world.admin_cedar).get(url("past-shift", world, signed.pk)).content.decode()
    assert "Admin Cedar" in page and "Staff Cedar" in page


def test_what_was_written_by_mistake_is_not_in_the_summary(world, acting_as):
    with acting_as(world.staff_cedar):
        entry = residents.log_care(
            world.ada.resident,
            facility=world.cedar.facility,
            shift=world.cedar.shift,
            kind="mood",
            outcome="Low",
            happened_at=now(),
            by=world.staff_cedar,
        )
        assert "Low" in str(summary_of(world.cedar.shift))
        residents.undo_care([entry.pk], by=world.staff_cedar)
        assert "Low" not in str(summary_of(world.cedar.shift))


def test_somebody_reads_hand_off_after_hand_off_and_the_administrator_sees_up_to_when(
    world, signed, client_of, acting_as
):
    new = client_of(off_duty(world, acting_as))
    address = reverse("facilities:reading", args=[world.cedar.facility.pk])
    assert "1 hand-off to read" in new.get(url("shift", world)).content.decode()
    assert "1 hand-off to read at" in new.get("/").content.decode()
    page = new.get(address).content.decode()
    assert "All calm." in page
    assert "Sang." in page  # the notes that the summary only counts
    for _ in range(2):
        new.post(address, {"form_key": str(uuid.uuid4()), "shift": str(signed.pk)})
    assert HandOffRead.objects.get(shift=signed).read_by_id == world.staff_past.pk
    page = new.get(address).content.decode()
    assert "You have read everything" in page and "Who has read up to when" not in page
    assert "Who has read up to when" in client_of(world.admin_cedar).get(address).content.decode()


def test_whoever_worked_the_shift_has_nothing_to_read(world, signed, client_of):
    assert "hand-off to read" not in client_of(world.staff_cedar).get(url("shift", world)).content.decode()


def test_the_hand_off_of_another_home_can_not_be_signed_as_read(world, signed, client_of):
    birch = client_of(world.staff_birch)
    address = reverse("facilities:reading", args=[world.birch.facility.pk])
    for shift in (str(signed.pk), "made-up", ""):
        assert birch.post(address, {"form_key": str(uuid.uuid4()), "shift": shift}).status_code == 404
    assert not HandOffRead.objects.exists()


def test_duty_is_taken_over_with_what_both_counted(world, signed, client_of):
    admin = client_of(world.admin_cedar)
    said = {"counted": 2, "keys": 6, "medication": "on"}
    page = post(admin, "take-over", world, signed, **said | {"counted": 1})
    assert "By the log 2 should be in the house." in page.content.decode()
    assert post(admin, "take-over", world, signed, **said).status_code == 302
    taken = TakeOver.objects.get()
    assert (taken.expected, taken.counted, taken.keys, taken.taken_by_id) == (2, 2, 6, world.admin_cedar.pk)
    assert HandOffRead.objects.filter(shift=signed, read_by=world.admin_cedar).exists()
    assert "Somebody has taken over already" in post(admin, "take-over", world, signed, **said).content.decode()


def test_a_difference_needs_words_and_is_shown(world, signed, client_of):
    admin = client_of(world.admin_cedar)
    said = {"counted": 1, "keys": 6}
    assert "Say what differs" in post(admin, "take-over", world, signed, **said).content.decode()
    forgot = post(admin, "take-over", world, signed, **said | {"counted": 2}).content.decode()
    assert "Tick that the medication agrees" in forgot
    assert post(admin, "take-over", world, signed, **said, difference="One is in the yard.").status_code == 302
    page = admin.get(url("past-shift", world, signed.pk)).content.decode()
    assert "by the log 2" in page and "does not agree" in page and "One is in the yard." in page


def test_whoever_signed_does_not_take_over_from_themselves(world, signed, acting_as):
    with acting_as(world.staff_cedar), pytest.raises(Refused, match="somebody else takes over"):
        operations.take_over_duty(signed, counted=2, keys=6, medication=True, by=world.staff_cedar)


def test_nothing_is_read_taken_over_or_reviewed_before_the_signature(world, acting_as):
    for act, more in (
        (operations.read_hand_off, {}),
        (operations.take_over_duty, {"counted": 2, "keys": 1, "medication": True}),
        (operations.review_looks, {}),
    ):
        with acting_as(world.admin_cedar), pytest.raises(Refused, match="not signed"):
            act(world.cedar.shift, by=world.admin_cedar, **more)


# --- By plain SQL ---


def values(world, model, who):
    row = {"shift_id": world.cedar.shift.pk}
    return (
        row
        | {
            HandOffRead: {"read_by_id": who.pk, "read_at": now()},
            TakeOver: {
                "taken_by_id": who.pk,
                "taken_at": now(),
                "expected": 2,
                "counted": 2,
                "keys": 1,
                "medication": True,
                "difference": "",
            },
            LooksReview: {
                "reviewed_by_id": who.pk,
                "reviewed_at": now(),
                "late": 0,
                "missed": 0,
                "doubtful": 0,
                "note": "",
            },
        }[model]
    )


@pytest.mark.parametrize("model", [HandOffRead, TakeOver, LooksReview])
def test_the_database_takes_it_after_the_signature_only_at_its_own_time_and_keeps_it(world, acting_as, model):
    admin = off_duty(world, acting_as)
    with acting_as(admin), refused("shift_is_signed_first"):
        insert(model, **values(world, model, admin))
    sign(world, acting_as)
    at = {HandOffRead: "read_at", TakeOver: "taken_at", LooksReview: "reviewed_at"}[model]
    with acting_as(admin):
        key = insert(model, **values(world, model, admin) | {at: now() - timedelta(days=3)})
        assert getattr(model.objects.get(pk=key), at) > now() - timedelta(minutes=1)
    with acting_as(admin), refused("signed_after_the_shift_is_kept"):
        change((model, key), **{at: now() - timedelta(days=2)})


def test_the_database_asks_for_words_too(world, acting_as):
    sign(world, acting_as)
    admin = off_duty(world, acting_as)
    with acting_as(admin), refused("take_over_explains_its_difference"):
        insert(TakeOver, **values(world, TakeOver, admin) | {"counted": 1})
    with acting_as(admin), refused("looks_review_says_what_was_found"):
        insert(LooksReview, **values(world, LooksReview, admin) | {"missed": 1})
    with acting_as(admin):
        insert(HandOffRead, **values(world, HandOffRead, admin))
    with acting_as(admin), refused("hand_off_read_once"):
        insert(HandOffRead, **values(world, HandOffRead, admin))
