"""The shift page and its forms, as staff use them: with and without script, twice by accident, late, and after signing."""

import uuid
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from placement.access.permissions import give_groups, group_name
from placement.access.rights import RESIDENT_RIGHTS, Role
from placement.audit.clock import now
from placement.facilities import operations
from placement.facilities.models import Placement, Shift
from placement.facilities.queries import shifts as queries
from residents import operations as residents
from residents.models import CareEntry, Resident
from tests.world import World

LA = ZoneInfo("America/Los_Angeles")


def url(name: str, world: World, *args) -> str:
    return reverse(f"facilities:{name}", args=[world.cedar.facility.pk, *args])


def tap_data(what: str = "head_count|In the house") -> dict:
    return {"form_key": str(uuid.uuid4()), "what": what}


def local(moment: datetime) -> dict:
    """Date and time of a moment as the form's two boxes take them, in Cedar's zone."""
    here = moment.astimezone(LA)
    return {"happened_at_date": f"{here:%m/%d/%Y}", "happened_at_time": f"{here:%H:%M}", "happened_at_which": ""}


def care_data(moment: datetime, what: str = "meal|Lunch", **more) -> dict:
    return {"form_key": str(uuid.uuid4()), "what": what, "note": "", **local(moment), **more}


def entries(world: World, **filters):
    return CareEntry.objects.filter(resident=world.ada.resident, **filters).exclude(pk=world.ada.care.pk)


def sign(world: World, acting_as) -> None:
    with acting_as(world.staff_cedar):
        operations.sign_shift(world.cedar.shift, hand_off="All calm.", by=world.staff_cedar)


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


@pytest.mark.parametrize(
    "who", ["staff_birch", "admin_birch", "caseworker", "clinician", "supervisor", "inspector_cedar", "sysadmin", "stranger"]
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
    assert (entry.kind, entry.outcome, entry.shift, entry.late) == ("head_count", "In the house", world.cedar.shift, False)
    assert now() - entry.happened_at < timedelta(minutes=1)


def test_a_tap_with_script_gets_the_tile_and_the_facts_only(world, staff):
    response = staff.post(url("tap", world, world.ada.resident.pk), tap_data("mood|Low"), headers={"HX-Request": "true"})
    page = response.content.decode()
    assert response.status_code == 200
    assert "<html" not in page
    assert "Low " in page
    assert 'id="facts" hx-swap-oob="true"' in page
    assert "Bea" not in page
    assert entries(world, kind="mood").count() == 1


def test_a_double_tap_is_one_entry(world, staff):
    data = tap_data()
    first, second = (staff.post(url("tap", world, world.ada.resident.pk), data) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert entries(world).count() == 1


def test_two_taps_on_purpose_are_two_entries(world, staff):
    for _ in range(2):
        staff.post(url("tap", world, world.ada.resident.pk), tap_data())
    assert entries(world).count() == 2


@pytest.mark.parametrize("data", [{}, {"what": "head_count|In the house"}, {"what": "contact|Call", "form_key": str(uuid.uuid4())}])
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


def test_without_a_shift_the_page_offers_to_open_one(world, staff, acting_as):
    sign(world, acting_as)
    page = staff.get(url("shift", world))
    assert "No shift is open" in page.content.decode()
    form = page.context["open_form"]
    assert form.initial["staff"] == [str(world.staff_cedar.pk)]
    starts, ends = form.initial["starts_at"], form.initial["ends_at"]
    assert starts <= now() < ends
    data = {
        "form_key": str(uuid.uuid4()),
        "name": form.initial["name"],
        "starts_at_date": f"{starts.astimezone(LA):%m/%d/%Y}",
        "starts_at_time": f"{starts.astimezone(LA):%H:%M}",
        "starts_at_which": "",
        "ends_at_date": f"{ends.astimezone(LA):%m/%d/%Y}",
        "ends_at_time": f"{ends.astimezone(LA):%H:%M}",
        "ends_at_which": "",
        "staff": [str(world.staff_cedar.pk), str(world.admin_cedar.pk)],
        "asleep": [str(world.admin_cedar.pk)],
    }
    response = staff.post(url("open-shift", world), data)
    assert response.status_code == 302, response.context["open_form"].errors
    shift = Shift.objects.filter(facility=world.cedar.facility).latest("starts_at")
    assert dict(shift.staff.values_list("person__name", "awake")) == {"Staff Cedar": True, "Admin Cedar": False}


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
            world.cedar.facility, name="Night", starts_at=start, ends_at=now(), staff=[world.staff_cedar], by=world.staff_cedar
        )


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
    assert response.context["form"].errors["happened_at"] == ["This time has not come yet. Give the time when it happened."]
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


def test_several_at_once_are_all_logged_in_one_press(world, staff):
    both = [str(world.ada.resident.pk), str(world.bea.resident.pk)]
    data = care_data(now(), what="meal|Dinner", residents=both)
    for _ in range(2):
        assert staff.post(url("log-several", world), data)["Location"] == url("shift", world)
    logged = CareEntry.objects.filter(outcome="Dinner")
    assert sorted(str(entry.resident_id) for entry in logged) == sorted(both)


def test_several_never_reaches_into_another_home(world, staff):
    data = care_data(now(), residents=[str(world.ada.resident.pk), str(world.cleo.resident.pk)])
    response = staff.post(url("log-several", world), data)
    assert response.status_code == 200
    assert not entries(world).exists()


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


def test_somebody_who_was_not_on_duty_does_not_sign(world, acting_as, client_of):
    with acting_as(world.supervisor):
        other = operations.assign(second_staff(world), world.cedar.facility, role="staff", by=world.supervisor).person
    client = client_of(other)
    address = url("hand-off", world, world.cedar.shift.pk)
    assert "Only somebody who was on duty" in client.get(address).content.decode()
    client.post(address, {"form_key": str(uuid.uuid4()), "hand_off": "I was not there"})
    assert Shift.objects.get(pk=world.cedar.shift.pk).signed_at is None


def second_staff(world):
    from placement.access.operations import open_account
    from placement.database.context import acting_as_system

    with acting_as_system("tests"):
        return open_account(
            username="second.staff", name="Second Staff", staff_number="W-900", role=Role.STAFF, password="not-a-real-one-1", by=None
        )


def test_after_signing_the_entry_page_amends_and_keeps_the_first_text(world, staff, acting_as):
    sign(world, acting_as)
    address = url("care-entry", world, world.ada.care.pk)
    assert "Amend it" in staff.get(address).content.decode()
    data = {
        "form_key": str(uuid.uuid4()),
        "outcome": "Meal not wanted",
        "note": "Left the plate",
        "reason": "",
        **local(world.ada.care.happened_at),
    }
    refused = staff.post(address, data)
    assert "reason" in refused.context["form"].errors
    assert "Left the plate" in refused.content.decode()
    staff.post(address, data | {"reason": "I saw it later"})
    page = staff.get(address).content.decode()
    for text in ("Hidden lunch of ada", "Left the plate", "I saw it later"):
        assert text in page
    assert CareEntry.objects.get(pk=world.ada.care.pk).note == "Hidden lunch of ada"


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
                world.ada.resident, facility=world.cedar.facility, shift=shift, kind="sleep", happened_at=moment, by=world.staff_cedar
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
        return staff.post(address, {"form_key": str(uuid.uuid4()), **said, **boxes})

    asked = post("").content.decode()
    assert "came twice" in asked
    assert "the first 1:30 a.m. (PDT)" in asked
    assert "Which one?" in asked
    assert post("second").status_code == 302
    amended = CareEntry.objects.get(amends=world.ada.care)
    assert amended.happened_at == datetime(day.year, 11, day.day, 9, 30, tzinfo=UTC)


def test_the_skipped_hour_is_refused_in_words(world, staff):
    year = world.now.year
    second_sunday = [d for d in range(8, 15) if date(year, 3, d).weekday() == 6][0]
    data = care_data(now()) | {"happened_at_date": f"03/{second_sunday:02}/{year}", "happened_at_time": "2:30"}
    response = staff.post(url("log-care", world, world.ada.resident.pk), data)
    assert "the clocks went forward over it" in response.context["form"].errors["happened_at"][0]


def fill(world: World, acting_as, count: int) -> None:
    """Let ``count`` more young people live in Cedar, each with an alert and two entries."""
    with acting_as(world.supervisor):
        type(world.cedar.licence).objects.filter(pk=world.cedar.licence.pk).update(capacity=60)
        beds = [operations.add_bed(world.cedar.rooms[0], f"X{n}", by=world.supervisor) for n in range(count)]
    for number, bed in enumerate(beds):
        resident = moved_in(world, acting_as, bed, number)
        with acting_as(world.caseworker):
            residents.add_alert(resident, kind="care", text="Night light", urgent=False, by=world.caseworker)
        with acting_as(world.staff_cedar):
            for kind in ("head_count", "meal"):
                residents.log_care(
                    resident, facility=world.cedar.facility, shift=world.cedar.shift, kind=kind, happened_at=now(), by=world.staff_cedar
                )


def moved_in(world: World, acting_as, bed, number: int) -> Resident:
    with acting_as(world.caseworker):
        case = residents.open_case(
            code=f"X-{number + 1}", preferred_name=f"Extra {number}", legal_name="Extra Person", birth_date=date(world.now.year - 15, 2, 3),
            sex="female", languages=[], unit=world.north, caseworker=world.caseworker, number=f"C-X-{number}", legal_basis="Order",
            permanency_goal="reunification", opened_on=world.now.date() - timedelta(days=1), by=world.caseworker,
        )  # fmt: skip
        residents.designate(case.resident, population="trafficked", stage="confirmed", basis="Interview", by=world.caseworker)
        residents.assess_level(
            case.resident, level=2, assessed_on=world.now.date() - timedelta(days=1), assessor="Dr.", basis="Talk", by=world.caseworker
        )
        stay = Placement.objects.create(
            resident=case.resident, bed=bed, starts_at=now() - timedelta(minutes=5), proposed_by=world.caseworker
        )
    with acting_as(world.supervisor):
        stay.status, stay.decided_by, stay.decided_at = "approved", world.supervisor, now()
        stay.save()
    with acting_as(world.admin_cedar):
        stay.status, stay.admitted_by = "active", world.admin_cedar
        stay.safety_read_by, stay.safety_read_at = world.admin_cedar, now()
        stay.save()
        home = world.cedar.facility.pk
        rights = {group_name("home", home, role): RESIDENT_RIGHTS[role] for role in (Role.STAFF, Role.ADMIN)}
        give_groups(case.resident, rights, grant=stay.pk, starts_at=now())
    return case.resident


def queries_of(client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_page_costs_the_same_for_three_and_for_thirty_tiles(world, staff, acting_as):
    fill(world, acting_as, 1)
    staff.get(url("shift", world))
    addresses = [url("shift", world), url("log-several", world), url("past-shift", world, world.cedar.shift.pk)]
    three = [queries_of(staff, address) for address in addresses]
    assert len(staff.get(addresses[0]).context["board"].tiles) == 3
    with acting_as(world.supervisor):
        world.cedar.rooms[0] = operations.add_room(world.cedar.unit, "Big room", by=world.supervisor)
    fill_more(world, acting_as)
    assert len(staff.get(addresses[0]).context["board"].tiles) == 30
    assert [queries_of(staff, address) for address in addresses] == three


def fill_more(world: World, acting_as) -> None:
    with acting_as(world.supervisor):
        beds = [operations.add_bed(world.cedar.rooms[0], f"Y{n}", by=world.supervisor) for n in range(27)]
    for number, bed in enumerate(beds, start=100):
        moved_in(world, acting_as, bed, number)


def test_what_is_due_comes_first_and_who_is_away_comes_last(world, staff, acting_as):
    fill(world, acting_as, 1)
    with acting_as(world.staff_cedar):
        residents.log_care(
            world.ada.resident, facility=world.cedar.facility, shift=world.cedar.shift, kind="head_count",
            happened_at=now() - timedelta(minutes=20), by=world.staff_cedar,
        )  # fmt: skip
    order = [tile.resident.code for tile in staff.get(url("shift", world)).context["board"].tiles]
    assert order == ["W-2", "W-1", "X-1"]
    with acting_as(world.admin_cedar):
        operations.grant_leave(
            world.bea.stay, kind="visit", starts_at=now() - timedelta(minutes=1), ends_at=now() + timedelta(hours=3),
            where="Hidden place", by=world.admin_cedar,
        )  # fmt: skip
    response = staff.get(url("shift", world))
    tiles = response.context["board"].tiles
    assert [tile.resident.code for tile in tiles] == ["W-1", "X-1", "W-2"]
    assert tiles[-1].where.startswith("Visit, back ")
    assert "Hidden place" not in response.content.decode()


def test_times_are_those_of_the_home_not_of_the_reader(world, acting_as, client_of):
    with acting_as(world.staff_birch):
        entry = residents.log_care(
            world.cleo.resident, facility=world.birch.facility, shift=world.birch.shift, kind="activity",
            happened_at=now(), by=world.staff_birch,
        )  # fmt: skip
    page = client_of(world.staff_birch).get(reverse("facilities:shift", args=[world.birch.facility.pk])).content.decode()
    assert f"{entry.happened_at.astimezone(ZoneInfo('America/Chicago')):%H:%M}" in page
    assert world.staff_birch.time_zone == "America/Los_Angeles"
    assert entry.happened_at.tzinfo == UTC
