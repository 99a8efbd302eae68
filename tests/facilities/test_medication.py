"""The medication pages of a shift, and of a record."""

import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from placement.database.context import acting
from placement.facilities.operations import sign_shift
from placement.facilities.queries.medication import State, counted_in, due_list, medication_left_open, state_of
from placement.facilities.queries.standing import homes_now
from residents import operations
from residents.models import CareEntry, Incident, MedicationCount, MedicationOrder
from tests.building.medication import last_due, not_credentialed, ordered
from tests.facilities.shift_page import fill, local, url
from tests.world import World

LA = ZoneInfo("America/Los_Angeles")
HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)


def open_medication(shift):
    here = homes_now([shift.facility])[0]
    return medication_left_open(shift, {each.resident.pk: each for each in here.people})


def do(by: Any, name: str, *args: Any, **kwargs: Any) -> Any:
    with acting(by.pk, by.name):
        return getattr(operations, name)(*args, by=by, **kwargs)


def order(world: World, resident: Any = None, **changes: Any) -> MedicationOrder:
    who = resident or world.bea.resident
    return do(world.caseworker, "order_medication", who, **ordered(world.now, world.cedar, **changes))


def as_needed(world: World, **changes: Any) -> MedicationOrder:
    limits = {"as_needed": True, "times": [], "days": [], "hours_between": 4, "most_in_day": 3, "what_for": "Headache"}
    return order(world, **limits | changes)


def key() -> dict[str, str]:
    return {"form_key": str(uuid.uuid4())}


def due(world: World, found: MedicationOrder) -> str:
    return last_due(found, world.cedar, world.now).isoformat()


@pytest.fixture
def staff(world, client_of):
    return client_of(world.staff_cedar)


@pytest.fixture
def admin(world, client_of):
    return client_of(world.admin_cedar)


# States


@pytest.mark.parametrize(
    ("hours", "state", "words"),
    [
        (-2, State.LATER, "Later"),
        (-1, State.OPEN, "Due now"),
        (0, State.OPEN, "Due now"),
        (1, State.OPEN, "Due now"),
        (1.1, State.LATE, "Late 1 h 6 min"),
        (4, State.LATE, "Late 4 h"),
        (4.1, State.MISSED, "Missed: nothing written"),
    ],
)
def test_a_dose_of_which_nothing_is_written_says_where_it_stands(hours: float, state: State, words: str) -> None:
    due_at = datetime(2026, 6, 1, 15, 0, tzinfo=UTC)
    found, tag = state_of(due_at, None, due_at + hours * HOUR, LA)
    assert found == state
    assert tag["text"].startswith(words)


def test_over_the_clock_change_a_dose_stands_by_real_hours() -> None:
    """Due at the first 01:30; at the second one it is an hour later, and still in its window."""
    due_at = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
    assert state_of(due_at, None, due_at + HOUR, LA)[0] == State.OPEN
    assert state_of(due_at, None, due_at + HOUR + MINUTE, LA)[0] == State.LATE


# The list


def test_the_list_is_of_this_home(world, staff) -> None:
    order(world)
    page = staff.get(url("medication", world)).content.decode()
    assert "Calmidol 10 mg" in page
    assert "Secretadain" in page  # the dose of the world, which is given
    assert "Secretcleoin" not in page
    assert "Given as ordered" in page
    assert page.count("Hidden allergy of ada") == 1


@pytest.mark.parametrize("who", ["staff_birch", "caseworker", "clinician", "supervisor", "inspector_cedar", "stranger"])
def test_the_pages_are_for_people_who_work_in_the_home(world, client_of, who) -> None:
    client = client_of(world.people[who])
    assert client.get(url("medication", world)).status_code == 404
    assert client.get(url("counts", world)).status_code == 404
    found = order(world)
    answer = client.post(url("tap-dose", world, found.pk), key() | {"due": due(world, found)})
    assert answer.status_code == 404
    assert not found.doses.exists()


def test_one_tap_says_given_as_ordered_and_a_double_tap_says_it_once(world, staff) -> None:
    found, told = order(world), key()
    told["due"] = due(world, found)
    for _ in range(2):
        answer = staff.post(url("tap-dose", world, found.pk), told)
        assert answer["Location"] == url("medication", world) + f"#m-{world.bea.resident.pk}"
    dose = found.doses.get()
    assert (dose.outcome, dose.how, dose.amount) == ("given", "observed", 1)
    assert dose.entry.shift == world.cedar.shift
    page = staff.get(url("medication", world)).content.decode()
    assert "Given as ordered" not in page
    again = staff.post(url("tap-dose", world, found.pk), told | key())
    assert "Somebody has written down this dose already" in again.content.decode()


def test_two_taps_say_that_it_was_refused(world, staff) -> None:
    found = order(world)
    staff.post(url("tap-dose", world, found.pk), key() | {"due": due(world, found), "quick": "0"})
    dose = found.doses.get()
    assert (dose.outcome, dose.why, dose.entry.outcome) == ("refused", "Did not want it", "Refused")
    page = staff.get(url("medication", world)).content.decode()
    assert f"Saved for {world.bea.resident}: Calmidol 10 mg, refused." in page
    assert "Saved for" not in staff.get(url("medication", world)).content.decode()


def test_a_button_that_makes_no_sense_saves_nothing(world, staff) -> None:
    found = order(world)
    for told in ({}, {"due": "x"}, {"due": due(world, found), "quick": "99"}):
        page = staff.post(url("tap-dose", world, found.pk), key() | told).content.decode()
        assert "Not saved" in page
    other = (last_due(found, world.cedar, world.now) + MINUTE).isoformat()
    assert (
        "no dose at that time" in staff.post(url("tap-dose", world, found.pk), key() | {"due": other}).content.decode()
    )
    assert not found.doses.exists()


def test_an_order_that_waits_for_its_check_has_no_button(world, staff, admin) -> None:
    found = order(world, controlled=True)
    page = staff.get(url("medication", world)).content.decode()
    assert "A second person must check the order first" in page
    assert "Given as ordered" not in page
    answer = staff.post(url("tap-dose", world, found.pk), key() | {"due": due(world, found)})
    assert "A second person must check this order" in answer.content.decode()
    admin.post(reverse("residents:check_medication", args=[world.bea.resident.pk, found.pk]), key())
    assert "Given as ordered" in staff.get(url("medication", world)).content.decode()


def test_the_longer_form_takes_other_words_and_another_time(world, staff) -> None:
    found = order(world)
    page = url("log-dose", world, found.pk) + f"?due={due(world, found).replace('+', '%2B')}"
    told = {"outcome": "held", "why": "", **local(world.now)}
    refused = staff.post(page, key() | told).content.decode()
    assert "Say why it was not given" in refused
    assert "Why does it come late?" not in refused  # nobody asks for it while the shift is open
    assert staff.post(page, key() | told | {"why": "The doctor said so"}).status_code == 302
    assert found.doses.get().why == "The doctor said so"


def test_without_a_credential_staff_watch_and_who_holds_one_administers(world, staff, admin) -> None:
    found = as_needed(world)
    not_credentialed(world)
    page = url("log-dose", world, found.pk)
    assert "Administered by staff" not in staff.get(page).content.decode()
    told = {"outcome": "given", "how": "administered", "amount": "1", "why": "", **local(world.now)}
    assert staff.post(page, key() | told).status_code == 200
    assert not found.doses.exists()
    assert admin.post(page, key() | told).status_code == 302
    assert found.doses.get().how == "administered"


def test_a_dose_outside_the_limits_is_named_an_error_on_the_page(world, staff) -> None:
    found = as_needed(world)
    page = url("log-dose", world, found.pk)
    told = {"outcome": "given", "how": "observed", "amount": "1", "why": ""}
    assert staff.post(page, key() | told | local(world.now - HOUR)).status_code == 302
    assert "Not before" in staff.get(url("medication", world)).content.decode()
    assert "Do not give it yet" in staff.post(page, key() | told | local(world.now)).content.decode()
    assert staff.post(page, key() | told | local(world.now) | {"why": "Given twice"}).status_code == 302
    assert "Medication error: tell the administrator" in staff.get(url("medication", world)).content.decode()
    assert Incident.objects.get(kind="medication").reported_by == world.staff_cedar


def test_the_second_person_signs_from_the_own_session(world, staff, admin) -> None:
    dose = world.ada.dose
    assert "Second person signs here" in staff.get(url("medication", world)).content.decode()
    assert "somebody else must sign it too" in staff.post(url("sign-dose", world, dose.pk), key()).content.decode()
    assert "I saw it: sign" in admin.get(url("medication", world)).content.decode()
    assert admin.post(url("sign-dose", world, dose.pk), key()).status_code == 302
    dose.refresh_from_db()
    assert dose.witness == world.admin_cedar
    assert "Needs a second signature" not in admin.get(url("medication", world)).content.decode()


def test_an_entry_of_a_dose_leads_to_the_dose_where_it_is_amended(world, staff) -> None:
    dose = world.ada.dose
    here = url("dose", world, dose.pk)
    assert staff.get(url("care-entry", world, dose.entry_id))["Location"] == here
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        sign_shift(world.cedar.shift, hand_off="Quiet", by=world.staff_cedar)
    told = {"outcome": "given", "how": "observed", "amount": "0.5", "why": "", **local(dose.entry.happened_at)}
    assert "Fill this in" in staff.post(here, key() | told).content.decode()
    answer = staff.post(here, key() | told | {"reason": "Half was spat out"})
    page = staff.get(answer["Location"]).content.decode()
    assert "First text" in page
    assert "Half was spat out" in page
    assert "The amendment is saved." in page
    assert dose.order.doses.get(amendments=None).amount == Decimal("0.5")


def test_how_it_worked_is_written_later(world, staff) -> None:
    found = as_needed(world)
    told = {"outcome": "given", "how": "observed", "amount": "1", "why": "", **local(world.now)}
    staff.post(url("log-dose", world, found.pk), key() | told)
    dose = found.doses.get()
    assert "How did it work?" in staff.get(url("medication", world)).content.decode()
    assert staff.post(url("note-effect", world, dose.pk), key() | {"effect": "Headache gone"}).status_code == 302
    assert "Headache gone" in staff.get(url("dose", world, dose.pk)).content.decode()
    amended = key() | told | {"reason": "It was half a tablet"}
    assert "Nothing here is different yet" in staff.post(url("dose", world, dose.pk), amended).content.decode()
    answer = staff.post(url("dose", world, dose.pk), amended | {"amount": "0.5", "why": "She spat half out"})
    assert "How did it work?" not in staff.get(answer["Location"]).content.decode()  # it is said, of the first text
    page = staff.get(url("medication", world)).content.decode()
    assert "Headache gone" in page
    assert "How did it work?" not in page


# Counts


def test_a_difference_waits_for_the_administrator_on_my_work(world, staff, admin) -> None:
    page = url("count", world, world.ada.order.pk)
    told = {"received": "0", "removed": "0", "moved_note": "", "counted": "7", "why": ""}
    assert "The number is not the expected one" in staff.post(page, key() | told).content.decode()
    assert staff.post(page, key() | told | {"why": "We looked everywhere"}).status_code == 302
    new = MedicationCount.objects.latest("counted_at")
    assert (new.expected, new.shift) == (9, world.cedar.shift)
    settle = url("settle-count", world, new.pk)
    assert settle in admin.get("/").content.decode()
    assert staff.get(settle).status_code == 404
    assert admin.post(settle, key() | {"note": "Two were in the other box"}).status_code == 302
    assert settle not in admin.get("/").content.decode()


def test_the_second_counter_signs(world, staff, admin) -> None:
    sign = url("sign-count", world, world.ada.count.pk)
    assert "somebody else must sign it too" in staff.post(sign, key()).content.decode()
    assert admin.post(sign, key()).status_code == 302
    world.ada.count.refresh_from_db()
    assert world.ada.count.witness == world.admin_cedar


# For the hand-off


def test_what_is_open_at_the_hand_off(world) -> None:
    shift = world.cedar.shift
    late = order(world, times=[(timezone.now() - 90 * MINUTE).astimezone(LA).replace(second=0, microsecond=0).time()])
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        found = {each.resident.code: each.what for each in open_medication(shift)}
        assert counted_in(shift)[world.ada.order.pk] == world.ada.count
    assert "nothing written about Calmidol 10 mg" in found["W-2"]
    assert found["W-1"].split(" · ") == [
        "Secretadain 10 mg needs a second signature",
        "a count of Secretadain 10 mg needs a second signature",
    ]
    do(
        world.staff_cedar,
        "log_dose",
        late,
        facility=world.cedar.facility,
        shift=shift,
        due_at=last_due(late, world.cedar, timezone.now()),
        outcome="refused",
        why="Feels sick",
        happened_at=timezone.now(),
    )
    do(world.admin_cedar, "witness_dose", world.ada.dose)
    do(world.admin_cedar, "witness_count", world.ada.count)
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        assert open_medication(shift) == []


# What it costs


def cost(client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_the_pages_cost_the_same_for_four_and_for_forty(world, staff, acting_as) -> None:
    def medicate(first: int, count: int) -> None:
        fill(world, acting_as, count, first)
        for number in range(first, first + count):
            resident = CareEntry.objects.filter(resident__code=f"X-{number}").first().resident
            moment = timezone.now() - timedelta(minutes=4)
            clock = moment.astimezone(LA).replace(second=0, microsecond=0).time()
            for changes in ({"times": [clock]}, {"controlled": True}):
                order(world, resident, starts_at=world.now - DAY, **changes)
            limits = {"as_needed": True, "times": [], "days": [], "hours_between": 1, "most_in_day": 3}
            needed = order(world, resident, **limits, what_for="Pain")
            do(
                world.staff_cedar,
                "log_dose",
                needed,
                facility=world.cedar.facility,
                shift=world.cedar.shift,
                due_at=None,
                outcome="given",
                happened_at=timezone.now(),
            )

    medicate(1, 2)
    pages = [url("medication", world), url("counts", world)]
    few = [cost(staff, page) for page in pages]
    with acting(world.staff_cedar.pk, world.staff_cedar.name), CaptureQueriesContext(connection) as first:
        assert len(open_medication(world.cedar.shift)) >= 2
    medicate(3, 36)
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        assert len(due_list(world.staff_cedar, world.cedar.facility).charts) == 39
        with CaptureQueriesContext(connection) as many:
            assert len(open_medication(world.cedar.shift)) >= 38
    assert [cost(staff, page) for page in pages] == few
    assert len(many) == len(first)


def test_the_month_costs_the_same_for_one_order_and_for_twenty(world, staff) -> None:
    page = reverse("residents:medication", args=[world.ada.resident.pk])
    few = cost(staff, page), cost(staff, reverse("residents:health", args=[world.ada.resident.pk]))
    for number in range(20):
        order(world, world.ada.resident, drug=f"Calmidol {number}")
    assert (cost(staff, page), cost(staff, reverse("residents:health", args=[world.ada.resident.pk]))) == few


# The record


def form_data(world, **changes: Any) -> dict[str, str]:
    told = {
        "drug": "Calmidol",
        "strength": "10 mg",
        "form": "tablet",
        "route": "mouth",
        "amount": "1",
        "as_needed": "False",
        "times": "8:00, 20:00",
        "days": ["1", "2", "3"],
        "prescriber": "Dr. Invented",
        "prescriber_telephone": "555-0100",
        "starts_at_date": f"{world.today:%m/%d/%Y}",
        "starts_at_time": "00:00",
        "starts_at_which": "",
        "consent_by": "The mother",
        "consent_on": f"{world.today:%m/%d/%Y}",
        "consent_authority": "parent",
    }
    return key() | told | changes


def test_an_order_is_written_on_the_page_and_stands_in_the_record(world, client_of) -> None:
    clinician, who = client_of(world.clinician), world.ada.resident.pk
    page = reverse("residents:order_medication", args=[who])
    assert "Hidden allergy of ada" in clinician.get(page).content.decode()
    for changes, sentence in (
        ({"times": "8 o'clock"}, "Write times as 08:00"),
        ({"times": ""}, "Say at what times"),
        ({"days": []}, "Choose at least one day"),
        ({"as_needed": "True"}, "Say what it is for"),
        ({"psychotropic": "on"}, "a parent, a guardian or a court"),
        ({"drug": "Hidden"}, "An allergy of this young person names this drug"),
    ):
        assert sentence in clinician.post(page, form_data(world, **changes)).content.decode(), changes
    assert clinician.post(page, form_data(world)).status_code == 302
    found = MedicationOrder.objects.get(drug="Calmidol")
    assert [f"{clock:%H:%M}" for clock in found.times] == ["08:00", "20:00"]
    health = clinician.get(reverse("residents:health", args=[who])).content.decode()
    assert "08:00 and 20:00, Mon, Tue, Wed" in health


def test_a_change_stops_the_old_order_and_writes_a_new_one(world, client_of) -> None:
    clinician, who = client_of(world.clinician), world.ada.resident.pk
    page = reverse("residents:change_medication", args=[who, world.ada.order.pk])
    form = clinician.get(page)
    assert 'value="Secretadain"' in form.content.decode()
    version = form.context["form"].current_version
    told = form_data(world, drug="Secretadain", strength="5 mg", reason="Too tired", version=version)
    assert clinician.post(page, told).status_code == 302
    world.ada.order.refresh_from_db()
    assert (world.ada.order.stop_reason, world.ada.order.replaced_by.get().strength) == ("Too tired", "5 mg")


def test_the_month_shows_each_dose_and_on_paper_only_the_code(world, staff) -> None:
    page = reverse("residents:medication", args=[world.ada.resident.pk])
    shown = staff.get(page).content.decode()
    assert "Secretadain 10 mg" in shown
    assert 'class="good"' in shown
    assert "Ada</span>" in shown
    by_code = staff.get(f"{page}?code=1").content.decode()
    assert "Ada" not in by_code.split("<main")[1]
    assert "W-1" in by_code
    assert "Secretadain" not in staff.get(f"{page}?month=2020-01").content.decode()


def test_the_month_marks_what_nobody_wrote_down(world, staff) -> None:
    old = order(world, world.ada.resident, starts_at=world.now - 3 * DAY)
    rows = staff.get(reverse("residents:medication", args=[world.ada.resident.pk])).context["grids"]
    [grid] = [each for each in rows if each.order == old]
    signs = [cell.sign for cell in grid.lines[0].cells]
    before = staff.get(
        reverse("residents:medication", args=[world.ada.resident.pk])
        + f"?month={(world.now - 3 * DAY).astimezone(LA):%Y-%m}"
    ).context["grids"]
    [earlier] = [each for each in before if each.order == old]
    assert "?" in signs + [cell.sign for cell in earlier.lines[0].cells]
    assert "✓" not in signs
