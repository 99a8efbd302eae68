"""Logging for several young people at once, and taking back what was just logged."""

import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection

from placement.audit.clock import now
from placement.database.constraints import Refused
from placement.facilities import operations
from placement.facilities.forms.several import LEAVE_OUT, ONLY_A_NOTE
from residents import operations as residents
from residents.models import CareEntry
from residents.operations.care import UNDO_FOR
from tests.attack.sql import refused
from tests.facilities.shift_page import entries, several_data, sign, tap_data, url

MEAL = "meal|Dinner"


@pytest.fixture
def staff(world, client_of):
    return client_of(world.staff_cedar)


def logged(world, **filters):
    """What was logged for Ada and Bea but the entry that the world begins with."""
    both = [world.ada.resident, world.bea.resident]
    return (
        CareEntry.objects.filter(resident__in=both, **filters).exclude(pk=world.ada.care.pk).exclude(kind="medication")
    )


def test_all_are_logged_in_one_press_and_a_second_press_counts_once(world, staff):
    ada, bea = world.ada.resident, world.bea.resident
    data = several_data(now(), MEAL, {ada: "Dinner", bea: "Meal not wanted"}, **{f"note-{bea.pk}": "Ate at noon."})
    for _ in range(2):
        assert staff.post(url("log-several", world), data)["Location"] == url("shift", world)
    said = {(entry.resident_id, entry.outcome, entry.note) for entry in logged(world)}
    assert said == {(ada.pk, "Dinner", ""), (bea.pk, "Meal not wanted", "Ate at noon.")}
    assert logged(world).count() == 2


def test_who_is_left_out_gets_no_entry_and_the_page_says_how_many(world, staff):
    data = several_data(now(), MEAL, {world.ada.resident: "Dinner", world.bea.resident: LEAVE_OUT}, note="Pasta.")
    page = staff.post(url("log-several", world), data, follow=True).content.decode()
    assert "Saved for 1 young person." in page
    assert [(entry.resident_id, entry.note) for entry in logged(world)] == [(world.ada.resident.pk, "Pasta.")]


def test_everybody_in_the_house_is_preset_only_where_it_was_asked_for_and_who_is_away_never(world, staff, acting_as):
    with acting_as(world.admin_cedar):
        operations.grant_leave(
            world.bea.stay,
            kind="other",
            starts_at=now() - timedelta(minutes=1),
            ends_at=now() + timedelta(hours=3),
            where="With her aunt",
            by=world.admin_cedar,
        )
    ada, bea = (f"said-{young.resident.pk}" for young in (world.ada, world.bea))
    form = staff.get(url("log-several", world), {"what": MEAL}).context["form"]
    assert (form[ada].value(), form[bea].value()) == (LEAVE_OUT, LEAVE_OUT)
    page = staff.get(url("log-several", world), {"what": MEAL, "all": 1})
    form = page.context["form"]
    assert (form[ada].value(), form[bea].value()) == ("Dinner", LEAVE_OUT)
    assert re.search(r'data-code="W-2">Bea</span> <span class="soft">· away</span>', page.content.decode())


def test_without_a_kind_the_page_offers_each_and_a_made_up_one_too_leads_there(world, staff):
    for asked in ({}, {"what": "meal|Feast"}):
        page = staff.get(url("log-several", world), asked).content.decode()
        assert "what=meal%7CBreakfast&amp;all=1" in page
    assert staff.post(url("log-several", world), {"what": "meal|Feast"}).status_code == 200
    assert not logged(world).exists()


def test_nothing_said_about_anybody_is_no_entry(world, staff):
    response = staff.post(url("log-several", world), several_data(now(), MEAL, {world.ada.resident: LEAVE_OUT}))
    assert "Everybody is left out" in response.content.decode()
    assert not logged(world).exists()


def test_a_note_for_somebody_who_is_left_out_is_not_lost(world, staff):
    ada = world.ada.resident
    data = several_data(now(), MEAL, {world.bea.resident: "Dinner"}, **{f"note-{ada.pk}": "Asked for soup."})
    page = staff.post(url("log-several", world), data).content.decode()
    assert "Say also what happened with W-1" in page and "Asked for soup." in page
    assert not logged(world).exists()


def test_a_note_alone_needs_words_for_each(world, staff):
    data = several_data(now(), "note|", {world.ada.resident: ONLY_A_NOTE})
    assert "Write the note." in staff.post(url("log-several", world), data).content.decode()
    data |= {f"note-{world.ada.resident.pk}": "Sang.", "form_key": str(uuid.uuid4())}
    assert staff.post(url("log-several", world), data).status_code == 302
    assert list(logged(world).values_list("kind", "outcome", "note")) == [("note", "", "Sang.")]


def test_a_round_says_how_somebody_looked_and_when_its_page_was_opened(world, staff):
    page = staff.get(url("log-several", world), {"what": "sleep|Asleep", "all": 1})
    data = several_data(
        now(), "sleep|Asleep", {world.ada.resident: "Asleep"}, opened=page.context["form"]["opened"].value()
    )
    assert "Choose one." in staff.post(url("log-several", world), data).content.decode()
    assert (
        staff.post(url("log-several", world), data | {"how": "saw", "form_key": str(uuid.uuid4())}).status_code == 302
    )
    entry = logged(world).get()
    assert entry.how == "saw"
    assert timedelta() < entry.written_at - entry.opened_at < timedelta(minutes=1)


@pytest.mark.parametrize("opened", ["", "1764400000", "bm90:signed:at-all"])
def test_a_made_up_time_of_opening_is_no_evidence(world, staff, opened):
    data = several_data(now(), "sleep|Asleep", {world.ada.resident: "Asleep"}, how="saw", opened=opened)
    assert staff.post(url("log-several", world), data).status_code == 302
    assert logged(world).get().opened_at is None


def test_only_a_look_says_how(world, acting_as):
    with acting_as(world.staff_cedar), refused("only_a_look_says_how"), connection.cursor() as cursor:
        cursor.execute("UPDATE residents_careentry SET how = 'saw', kind = 'meal' WHERE id = %s", [world.ada.care.pk])


def test_several_never_reaches_into_another_home(world, staff, acting_as):
    data = several_data(now(), MEAL, {world.cleo.resident: "Dinner"})
    assert "Everybody is left out" in staff.post(url("log-several", world), data).content.decode()
    with acting_as(world.staff_cedar), pytest.raises(type(world.cleo.resident).DoesNotExist):
        said = [residents.Logged(young.resident, "Dinner") for young in (world.ada, world.cleo)]
        residents.log_each(
            said, facility=world.cedar.facility, shift=None, kind="meal", happened_at=now(), by=world.staff_cedar
        )
    assert not logged(world).exists()


# --- Undo ---


def undo_data(page) -> dict:
    form = re.search(r'<form class="undo".*?</form>', page.content.decode(), re.DOTALL)[0]
    return dict(re.findall(r'name="(form_key|entries)" value="([^"]*)"', form))


def test_what_was_just_tapped_is_taken_back_and_stays_readable(world, staff):
    tapped = staff.post(
        url("tap", world, world.ada.resident.pk), tap_data("meal|Lunch"), headers={"HX-Request": "true"}
    )
    data = undo_data(tapped)
    page = staff.post(url("undo", world), data, follow=True)
    assert "Taken back." in page.content.decode()
    entry = entries(world).get()
    assert entry.outcome == CareEntry.MISTAKE
    assert [row.outcome for row in entry.history.order_by("history_id")] == ["Lunch", CareEntry.MISTAKE]
    assert 'class="undo"' not in page.content.decode()


def test_one_press_takes_back_the_whole_round_and_nothing_older(world, staff):
    staff.post(url("tap", world, world.ada.resident.pk), tap_data("mood|Good"))
    both = {world.ada.resident: "Dinner", world.bea.resident: "Dinner"}
    page = staff.post(url("log-several", world), several_data(now(), MEAL, both), follow=True)
    assert "for 2 young people" in page.content.decode()
    staff.post(url("undo", world), undo_data(page))
    assert sorted(logged(world).values_list("outcome", flat=True)) == ["Good", CareEntry.MISTAKE, CareEntry.MISTAKE]


def test_undo_is_offered_to_nobody_else_and_refused_to_them(world, staff, client_of, acting_as):
    staff.post(url("tap", world, world.ada.resident.pk), tap_data("meal|Lunch"))
    entry = entries(world).get()
    other = client_of(world.admin_cedar)
    assert 'class="undo"' not in other.get(url("shift", world)).content.decode()
    other.post(url("undo", world), {"form_key": str(uuid.uuid4()), "entries": str(entry.pk)})
    entry.refresh_from_db()
    assert entry.outcome == "Lunch"


def test_undo_ends_and_then_the_entry_is_changed_with_its_own_page(world, staff, acting_as, monkeypatch):
    staff.post(url("tap", world, world.ada.resident.pk), tap_data("meal|Lunch"))
    entry = entries(world).get()
    monkeypatch.setattr("residents.operations.care.now", lambda: entry.written_at + UNDO_FOR)
    page = staff.post(url("undo", world), {"form_key": str(uuid.uuid4()), "entries": str(entry.pk)})
    assert "too long ago" in page.content.decode()
    entry.refresh_from_db()
    assert entry.outcome == "Lunch"


def test_undo_can_not_reach_into_a_signed_shift(world, staff, acting_as):
    staff.post(url("tap", world, world.ada.resident.pk), tap_data("meal|Lunch"))
    entry = entries(world).get()
    sign(world, acting_as)
    with acting_as(world.staff_cedar), pytest.raises(Refused):
        residents.undo_care([entry.pk], by=world.staff_cedar)


def test_undo_is_not_offered_for_what_stands_in_a_signed_shift(world, staff, acting_as):
    staff.post(url("tap", world, world.ada.resident.pk), tap_data("meal|Lunch"))
    assert "Undo" in staff.get(url("shift", world)).content.decode()
    sign(world, acting_as)
    with acting_as(world.staff_cedar):
        begins = now()
        operations.open_shift(
            world.cedar.facility,
            name="evening",
            starts_at=begins,
            ends_at=begins + timedelta(hours=8),
            staff=[world.staff_cedar],
            by=world.staff_cedar,
        )
    page = staff.get(url("shift", world)).content.decode()
    assert "evening shift" in page and "Undo" not in page


@pytest.mark.parametrize("sent", ["", "made-up", f"{uuid.UUID(int=7)},"])
def test_a_broken_undo_changes_nothing_and_says_so(world, staff, sent):
    page = staff.post(url("undo", world), {"form_key": str(uuid.uuid4()), "entries": sent})
    assert "out of date" in page.content.decode()
