"""Longer entries: bad input, late ones, amendments after signing, and the nights of the clock change."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from placement.audit.clock import now
from placement.database.constraints import Refused
from placement.facilities import operations
from placement.facilities.models import Shift
from placement.facilities.queries import shifts as queries
from residents import operations as residents
from residents.models import CareEntry
from tests.facilities.shift_page import LA, care_data, entries, local, several_data, sign, url


@pytest.fixture
def staff(world, client_of):
    return client_of(world.staff_cedar)


def test_a_longer_entry_is_saved_with_emoji_and_ten_thousand_characters(world, staff):
    note = ("🙂 Ünïcode. " * 1000)[:10_000].strip().ljust(10_000, "x")
    response = staff.post(url("log-care", world, world.ada.resident.pk), care_data(now(), note=note))
    assert response.status_code == 302
    assert entries(world).get().note == note


def test_a_note_of_ten_thousand_and_one_characters_is_refused_with_the_count_and_kept(world, staff):
    note = "🙂" * 10_001
    page = staff.post(url("log-care", world, world.ada.resident.pk), care_data(now(), note=note)).content.decode()
    assert "This is 10,001 characters; the limit is 10,000." in page
    assert note in page
    assert not entries(world).exists()


def test_a_time_to_come_is_refused_next_to_its_field_and_the_text_stays(world, staff):
    data = care_data(now() + timedelta(hours=2), note="Went for a walk")
    response = staff.post(url("log-care", world, world.ada.resident.pk), data)
    assert response.context["form"].errors["happened_at"] == [
        "This time has not come yet. Give the time when it happened."
    ]
    assert "Went for a walk" in response.content.decode()
    assert not entries(world).exists()


def test_a_time_before_the_young_person_lived_here_is_refused(world, staff):
    data = care_data(world.ada.stay.starts_at - timedelta(days=1))
    response = staff.post(url("log-care", world, world.ada.resident.pk), data)
    assert "did not live here yet" in response.context["form"].errors["happened_at"][0]


def test_a_late_entry_is_marked_and_shows_both_times(world, staff):
    staff.post(url("log-care", world, world.ada.resident.pk), care_data(now() - timedelta(minutes=45)))
    entry = entries(world).get()
    assert entry.late
    page = staff.get(url("past-shift", world, world.cedar.shift.pk)).content.decode()
    assert "Late entry" in page
    for moment in (entry.happened_at, entry.written_at):
        assert f"{moment.astimezone(LA):%H:%M}" in page


def test_a_note_alone_needs_words(world, staff):
    response = staff.post(url("log-care", world, world.ada.resident.pk), care_data(now(), what="note|"))
    assert response.context["form"].errors["note"] == ["Write the note."]


@pytest.mark.parametrize(
    ("kind", "outcome", "title"),
    [
        ("meal", "Meal not wanted", "Meal not wanted"),
        ("school", "No school today", "No school today"),
        ("head_count", "In the house", "Head count: In the house"),
        ("note", "", "Note"),
    ],
)
def test_an_entry_does_not_say_its_kind_twice(kind, outcome, title):
    assert CareEntry(kind=kind, outcome=outcome).title == title


def test_an_entry_from_before_the_shift_was_opened_is_amended_after_its_signing_too(world, staff, acting_as):
    with acting_as(world.staff_cedar):
        early = residents.log_care(
            world.ada.resident,
            facility=world.cedar.facility,
            shift=None,
            kind="meal",
            happened_at=now() - timedelta(minutes=10),
            by=world.staff_cedar,
        )
    address = url("care-entry", world, early.pk)
    assert "Amend it" not in staff.get(address).content.decode()
    sign(world, acting_as)
    assert "Amend it" in staff.get(address).content.decode()


def test_after_signing_the_entry_page_amends_and_keeps_the_first_text(world, staff, acting_as):
    sign(world, acting_as)
    address = url("care-entry", world, world.ada.care.pk)
    assert "Amend it" in staff.get(address).content.decode()
    data = {
        "form_key": str(uuid.uuid4()),
        "outcome": "Meal not wanted",
        "note": "Left the plate",
        "reason": "",
        "version": version_of(staff, address),
        **local(world.ada.care.happened_at),
    }
    refused = staff.post(address, data)
    assert "reason" in refused.context["form"].errors
    assert "Left the plate" in refused.content.decode()
    staff.post(address, data | {"reason": "I saw it later"})
    page = staff.get(address).content.decode()
    for text in ("Hidden lunch of ada", "Left the plate", "I saw it later", "The amendment is saved."):
        assert text in page
    assert CareEntry.objects.get(pk=world.ada.care.pk).note == "Hidden lunch of ada"


def version_of(client: Client, address: str) -> str:
    """What the page says that it shows."""
    return client.get(address).context["form"].current_version


def test_two_people_who_amend_the_same_entry_each_see_what_the_other_wrote(world, staff, client_of, acting_as):
    sign(world, acting_as)
    address = url("care-entry", world, world.ada.care.pk)
    said = {
        "outcome": "",
        "reason": "I saw it",
        "version": version_of(staff, address),
        **local(world.ada.care.happened_at),
    }
    other = client_of(world.admin_cedar)
    assert other.post(address, said | {"form_key": str(uuid.uuid4()), "note": "Left the bread"}).status_code == 302
    mine = said | {"form_key": str(uuid.uuid4()), "note": "Left the soup"}
    page = staff.post(address, mine).content.decode()
    assert "Two versions of this record" in page
    assert f"Changed by {world.admin_cedar.name}" in page
    assert "Left the bread" in page and "Left the soup" in page
    assert [row.note for row in world.ada.care.amendments.all()] == ["Left the bread"]
    assert staff.post(address, mine | {"version": version_of(staff, address)}).status_code == 302
    assert {row.note for row in world.ada.care.amendments.all()} == {"Left the bread", "Left the soup"}


def test_an_open_entry_that_changed_meanwhile_is_not_overwritten(world, staff, acting_as):
    address = url("care-entry", world, world.ada.care.pk)
    version = staff.get(address).context["form"].current_version
    with acting_as(world.staff_cedar):
        residents.change_care(world.ada.care, outcome="all", note="From the other tablet", by=world.staff_cedar)
    data = {"form_key": str(uuid.uuid4()), "version": version, "outcome": "all", "note": "From this tablet"}
    page = staff.post(address, data).content.decode()
    assert "From the other tablet" in page
    assert "From this tablet" in page
    assert CareEntry.objects.get(pk=world.ada.care.pk).note == "From the other tablet"


def test_an_entry_into_a_signed_shift_asks_why_and_takes_the_reason(world, staff, acting_as):
    moment = now() - timedelta(minutes=40)
    sign(world, acting_as)
    address = url("log-care", world, world.ada.resident.pk)
    refused = staff.post(address, care_data(moment, note="Helped to cook"))
    assert refused.context["form"].errors["reason"] == ["The shift is signed. Say why this entry comes late."]
    assert "Helped to cook" in refused.content.decode()
    staff.post(address, care_data(moment, note="Helped to cook", reason="No time before"))
    assert entries(world).get().shift == world.cedar.shift


@pytest.fixture
def night_shift(world, acting_as) -> Shift:
    """The night from 31 October to 1 November of this world's year, in which clocks go back, over midnight."""
    year = world.now.astimezone(LA).year - (world.now.astimezone(LA).date() <= date(world.now.year, 11, 10))
    last = max(d for d in range(1, 8) if date(year, 11, d).weekday() == 6)
    start = datetime(year, 11, last, tzinfo=LA) - timedelta(hours=2)
    with acting_as(world.staff_cedar):
        shift = Shift.objects.create(
            facility=world.cedar.facility, name="Night", starts_at=start, ends_at=datetime(year, 11, last, 6, tzinfo=LA)
        )
    return shift


def test_both_half_past_ones_lie_in_the_night_shift_and_read_apart(world, staff, acting_as, night_shift):
    day = night_shift.ends_at.astimezone(LA).date()
    both = [datetime(day.year, 11, day.day, 1, 30, tzinfo=LA, fold=fold) for fold in (0, 1)]
    with acting_as(world.staff_cedar):
        for moment in both:
            shift = queries.shift_at(world.cedar.facility, moment.astimezone(UTC))
            assert shift == night_shift
            residents.log_care(
                world.ada.resident,
                facility=world.cedar.facility,
                shift=shift,
                kind="sleep",
                happened_at=moment,
                by=world.staff_cedar,
            )
    first, second = entries(world, kind="sleep").order_by("happened_at")
    assert second.happened_at - first.happened_at == timedelta(hours=1)
    page = staff.get(url("past-shift", world, night_shift.pk)).content.decode()
    assert page.index("01:30 PST") < page.index("01:30 PDT")


def test_half_past_one_of_the_night_that_has_two_asks_which(world, staff, acting_as, night_shift):
    sign(world, acting_as)
    address = url("care-entry", world, world.ada.care.pk)
    day = night_shift.ends_at.astimezone(LA)

    def post(which: str):
        said = {"outcome": "all", "note": "Which one?", "reason": "Wrong time", "happened_at_which": which}
        boxes = {"happened_at_date": f"{day:%m/%d/%Y}", "happened_at_time": "1:30"}
        key = {"form_key": str(uuid.uuid4()), "version": version_of(staff, address)}
        return staff.post(address, {**key, **said, **boxes})

    asked = post("").content.decode()
    assert "came twice" in asked
    assert "the first 01:30 (PDT)" in asked
    assert "Which one?" in asked
    assert post("second").status_code == 302
    amended = CareEntry.objects.get(amends=world.ada.care)
    assert amended.happened_at == datetime(day.year, 11, day.day, 9, 30, tzinfo=UTC)


def test_the_skipped_hour_is_refused_in_words(world, staff):
    year = world.now.year
    second_sunday = next(d for d in range(8, 15) if date(year, 3, d).weekday() == 6)
    data = care_data(now()) | {"happened_at_date": f"03/{second_sunday:02}/{year}", "happened_at_time": "2:30"}
    response = staff.post(url("log-care", world, world.ada.resident.pk), data)
    assert "the clocks went forward over it" in response.context["form"].errors["happened_at"][0]


def test_nobody_logs_for_several_or_amends_to_a_time_before_the_stay(world, staff, acting_as):
    before = world.ada.stay.starts_at - timedelta(days=2)
    data = several_data(before, "meal|Lunch", {world.ada.resident: "Lunch"}, reason="Found on paper")
    page = staff.post(url("log-several", world), data).content.decode()
    assert f"{world.ada.resident.code} did not live here yet." in page
    assert not entries(world).exists()
    sign(world, acting_as)
    amendment = care_data(before, outcome="", reason="Wrong day")
    page = staff.post(url("care-entry", world, world.ada.care.pk), amendment).content.decode()
    assert "The young person did not live here yet." in page
    assert not world.ada.care.amendments.exists()


@pytest.mark.parametrize(
    ("starts_in", "hours", "sentence"),
    [
        (timedelta(days=1), 25, "A shift lasts 24 hours at most."),
        (timedelta(days=8), 8, "more than a week away"),
        (timedelta(days=-8), 8, "more than a week away"),
    ],
)
def test_a_shift_that_would_shut_out_all_later_ones_is_not_opened(world, acting_as, starts_in, hours, sentence):
    with acting_as(world.staff_cedar), pytest.raises(Refused, match=sentence):
        operations.open_shift(
            world.cedar.facility,
            name="Evening",
            starts_at=now() + starts_in,
            ends_at=now() + starts_in + timedelta(hours=hours),
            staff=[world.staff_cedar],
            by=world.staff_cedar,
        )


def test_a_call_or_visit_is_one_step_from_the_log(world, staff):
    page = staff.get(url("log-care", world, world.ada.resident.pk)).content.decode()
    assert (
        f'href="{reverse("facilities:log-contact", args=[world.cedar.facility.pk, world.ada.resident.pk])}">Log a call or visit'
        in page
    )


def test_what_an_entry_can_say_is_said_in_words(world, staff):
    page = staff.get(url("care-entry", world, world.ada.care.pk)).content.decode()
    assert ">Only a note</option>" in page
    assert ">None</option>" not in page
