"""The shift page: who sees it, what a tap does, opening a shift and handing it off."""

import re
import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from placement.access.rights import Role
from placement.audit.clock import now
from placement.database.constraints import Refused
from placement.facilities import operations
from placement.facilities.models import Shift
from tests.accounts import settled
from tests.facilities.shift_page import LA, entries, sign, tap_data, url


@pytest.fixture
def staff(world, client_of):
    return client_of(world.staff_cedar)


def test_the_page_shows_who_lives_here_and_nobody_else(world, staff):
    page = staff.get(url("shift", world)).content.decode()
    assert 'data-code="W-1">Ada' in page
    assert 'data-code="W-2">Bea' in page
    assert "Cleo" not in page
    assert "Fay" not in page
    assert "Hidden allergy of ada" in page
    assert f'<a href="{reverse("facilities:my-shift")}" aria-current="page">' in page


def test_the_entry_in_the_navigation_leads_to_the_own_home(world, staff, client_of):
    assert staff.get(reverse("facilities:my-shift"))["Location"] == url("shift", world)
    assert client_of(world.stranger).get(reverse("facilities:my-shift")).content.decode().count("Cedar") == 0


@pytest.mark.parametrize(
    "who",
    ["staff_birch", "admin_birch", "caseworker", "clinician", "supervisor", "inspector_cedar", "sysadmin", "stranger"],
)
def test_the_page_is_for_people_who_work_in_the_home(world, client_of, who):
    client = client_of(world.people[who])
    hidden, made_up = client.get(url("shift", world)), client.get(reverse("facilities:shift", args=[uuid.uuid4()]))
    assert (hidden.status_code, hidden.content) == (404, made_up.content)
    tap = client.post(url("tap", world, world.ada.resident.pk), tap_data())
    assert tap.status_code == 404
    assert not entries(world).exists()


def test_a_tap_logs_now_and_goes_back_to_the_tile(world, staff):
    response = staff.post(url("tap", world, world.ada.resident.pk), tap_data())
    assert response.status_code == 302
    assert response["Location"] == url("shift", world) + f"#y-{world.ada.resident.pk}"
    entry = entries(world).get()
    assert (entry.kind, entry.outcome, entry.shift, entry.late) == (
        "head_count",
        "In the house",
        world.cedar.shift,
        False,
    )
    assert now() - entry.happened_at < timedelta(minutes=1)


def test_a_tap_with_script_gets_the_tile_and_the_facts_only(world, staff):
    response = staff.post(url("tap", world, world.ada.resident.pk), tap_data(), headers={"HX-Request": "true"})
    page = response.content.decode()
    assert response.status_code == 200
    assert "<html" not in page
    assert re.search(r"<b>Seen</b>\d\d:\d\d", page)
    assert 'id="facts" hx-swap-oob="true"' in page
    assert "Bea" not in page
    assert entries(world, kind="head_count").count() == 1


def test_a_double_tap_is_one_entry(world, staff):
    data = tap_data()
    first, second = (staff.post(url("tap", world, world.ada.resident.pk), data) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert entries(world).count() == 1


def test_two_taps_on_purpose_are_two_entries(world, staff):
    for _ in range(2):
        staff.post(url("tap", world, world.ada.resident.pk), tap_data())
    assert entries(world).count() == 2


@pytest.mark.parametrize(
    "data", [{}, {"what": "head_count|In the house"}, {"what": "contact|Call", "form_key": str(uuid.uuid4())}]
)
def test_a_tap_that_is_not_one_of_the_buttons_saves_nothing_and_says_so(world, staff, data):
    page = staff.post(url("tap", world, world.ada.resident.pk), data).content.decode()
    assert "out of date, so nothing was saved" in page
    assert not entries(world).exists()


def test_a_tap_after_the_shift_was_signed_says_that_nothing_was_saved(world, staff, acting_as):
    sign(world, acting_as)
    for headers in ({}, {"HX-Request": "true"}):
        page = staff.post(url("tap", world, world.ada.resident.pk), tap_data(), headers=headers).content.decode()
        assert "No shift is open, so nothing was saved" in page
    assert not entries(world).exists()


def test_nobody_taps_for_a_young_person_of_another_home(world, staff):
    assert staff.post(url("tap", world, world.cleo.resident.pk), tap_data()).status_code == 404
    assert staff.get(url("log-care", world, world.fay.resident.pk)).status_code == 404


def opening(world, form) -> dict:
    """Return what a browser sends when nothing in the form that opens a shift is changed."""
    data = {"form_key": str(uuid.uuid4()), "name": form.initial["name"], "staff": [str(world.staff_cedar.pk)]}
    for name in ("starts_at", "ends_at"):
        local = form.initial[name].astimezone(LA)
        data |= {f"{name}_date": f"{local:%m/%d/%Y}", f"{name}_time": f"{local:%H:%M}", f"{name}_which": ""}
    return data


def test_without_a_shift_the_page_offers_to_open_one(world, staff, acting_as):
    sign(world, acting_as)
    page = staff.get(url("shift", world))
    assert "No shift is open" in page.content.decode()
    form = page.context["open_form"]
    assert form.initial["staff"] == [str(world.staff_cedar.pk)]
    starts, ends = form.initial["starts_at"], form.initial["ends_at"]
    assert starts <= now() < ends
    data = opening(world, form) | {
        "staff": [str(world.staff_cedar.pk), str(world.admin_cedar.pk)],
        "asleep": [str(world.admin_cedar.pk)],
    }
    response = staff.post(url("open-shift", world), data)
    assert response.status_code == 302, response.context["open_form"].errors
    shift = Shift.objects.filter(facility=world.cedar.facility).latest("starts_at")
    assert dict(shift.staff.values_list("person__name", "awake")) == {"Staff Cedar": True, "Admin Cedar": False}


def test_a_shift_follows_one_that_ended_in_the_same_minute(world, staff, acting_as):
    sign(world, acting_as)
    for _ in range(2):
        form = staff.get(url("shift", world)).context["open_form"]
        response = staff.post(url("open-shift", world), opening(world, form))
        assert response.status_code == 302, response.context["open_form"].errors
        newest = Shift.objects.filter(facility=world.cedar.facility).latest("starts_at")
        began = newest.starts_at.astimezone(LA)
        said = {"what": "mood|Good", "happened_at_date": f"{began:%m/%d/%Y}", "happened_at_time": f"{began:%H:%M}"}
        log = url("log-care", world, world.ada.resident.pk)
        response = staff.post(log, said | {"form_key": str(uuid.uuid4())})
        assert response.status_code == 302, response.context["form"].errors
        assert entries(world).latest("written_at").shift == newest
        with acting_as(world.staff_cedar):
            operations.sign_shift(newest, hand_off="All is calm.", by=world.staff_cedar)


@pytest.mark.parametrize(
    ("who", "sentence"),
    [([], "Choose at least one"), (["staff_birch"], "Select a valid choice")],
)
def test_only_people_of_the_home_are_put_on_duty(world, staff, acting_as, who, sentence):
    sign(world, acting_as)
    data = {"form_key": str(uuid.uuid4()), "name": "Night", "staff": [str(world.people[key].pk) for key in who]}
    page = staff.post(url("open-shift", world), data).content.decode()
    assert sentence in page
    assert Shift.objects.filter(facility=world.cedar.facility).count() == 1


def test_shifts_of_one_home_do_not_overlap(world, acting_as):
    start = world.cedar.shift.starts_at - timedelta(hours=1)
    with acting_as(world.staff_cedar), pytest.raises(Exception, match="already a shift at that time"):
        operations.open_shift(
            world.cedar.facility,
            name="Night",
            starts_at=start,
            ends_at=now(),
            staff=[world.staff_cedar],
            by=world.staff_cedar,
        )


def test_the_hand_off_signs_the_shift_and_can_be_read_by_the_next(world, staff, client_of):
    note = "W-1 slept badly 🙂.\nCall the school."
    data = {"form_key": str(uuid.uuid4()), "hand_off": note}
    response = staff.post(url("hand-off", world, world.cedar.shift.pk), data)
    assert response.status_code == 302
    shift = Shift.objects.get(pk=world.cedar.shift.pk)
    assert (shift.signed_by, shift.hand_off) == (world.staff_cedar, note)
    assert timedelta() <= shift.signed_at - shift.ends_at < timedelta(minutes=1)
    page = client_of(world.admin_cedar).get(response["Location"]).content.decode()
    assert "slept badly" in page
    assert "Staff Cedar" in page
    again = staff.post(url("hand-off", world, shift.pk), {"form_key": str(uuid.uuid4()), "hand_off": "Other text"})
    assert "already signed" in again.content.decode()
    assert Shift.objects.get(pk=shift.pk).hand_off == note


def test_the_administrator_signs_for_a_shift_whose_staff_have_gone_and_says_why(world, acting_as, client_of):
    home = world.cedar.facility
    with acting_as(world.admin_cedar):
        gone = operations.open_shift(
            home,
            name="Night",
            starts_at=world.now - timedelta(hours=20),
            ends_at=world.now - timedelta(hours=12),
            staff=[world.staff_cedar],
            by=world.admin_cedar,
        )
    address = reverse("facilities:hand-off", args=[home.pk, gone.pk])
    client = client_of(world.admin_cedar)
    assert "nobody who was on duty" in client.get(address).content.decode()
    said = {"hand_off": "All slept.", "reason": " "}
    page = client.post(address, {"form_key": str(uuid.uuid4())} | said).content.decode()
    assert "Tell" in page or "error" in page
    assert Shift.objects.get(pk=gone.pk).signed_at is None
    said["reason"] = "Staff Cedar has left the home."
    answer = client.post(address, {"form_key": str(uuid.uuid4())} | said)
    assert answer.status_code == 302
    read = client_of(world.staff_cedar).get(answer["Location"]).content.decode()
    assert "by Admin Cedar, who was not on duty, because:" in read
    assert "Staff Cedar has left the home." in read


def test_in_their_place_signs_only_the_administrator_of_the_home_and_only_what_is_over(world, acting_as):
    home = world.cedar
    with acting_as(world.admin_cedar):
        over = operations.open_shift(
            home.facility,
            name="Night",
            starts_at=world.now - timedelta(hours=20),
            ends_at=world.now - timedelta(hours=12),
            staff=[home.admin],
            by=home.admin,
        )
        running = operations.open_shift(
            home.facility,
            name="Late",
            starts_at=world.now + timedelta(hours=7),
            ends_at=world.now + timedelta(hours=9),
            staff=[home.staff],
            by=home.admin,
        )
    with acting_as(home.staff), pytest.raises(Refused, match="Only somebody who was on duty"):
        operations.sign_shift(over, hand_off="Calm.", reason="She is ill.", by=home.staff)
    signed = {"hand_off": "Calm.", "signed_at": now(), "signing_reason": "She is ill."}
    for person, shift in ((home.staff, over), (home.admin, running)):
        with acting_as(person), pytest.raises(IntegrityError, match="shift_is_signed"), transaction.atomic():
            Shift.objects.filter(pk=shift.pk).update(signed_by=person, **signed)
    with acting_as(home.admin), pytest.raises(Refused, match="has not started"):
        operations.sign_shift(running, hand_off="Calm.", reason="She is ill.", by=home.admin)


def test_somebody_who_was_not_on_duty_does_not_sign(world, acting_as, client_of):
    with acting_as(world.supervisor):
        other = operations.assign(second_staff(world), world.cedar.facility, role="staff", by=world.supervisor).person
    client = client_of(other)
    address = url("hand-off", world, world.cedar.shift.pk)
    assert "Only somebody who was on duty" in client.get(address).content.decode()
    client.post(address, {"form_key": str(uuid.uuid4()), "hand_off": "I was not there"})
    assert Shift.objects.get(pk=world.cedar.shift.pk).signed_at is None


def second_staff(world):
    about = {"username": "second.staff", "name": "Second Staff", "staff_number": "W-900"}
    return settled(**about, role=Role.STAFF, password="not-a-real-one-1")
