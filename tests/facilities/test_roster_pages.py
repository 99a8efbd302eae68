"""The pages of the plan, of what people hold, and of who is on duty."""

import uuid
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from placement.audit.clock import now
from placement.facilities import operations
from placement.facilities.models import Credential, RosterEntry, ShiftStaff
from placement.facilities.queries.roster import monday_of, week_key
from tests.facilities.conftest import do
from tests.facilities.shift_page import LA, fill, sign, url
from tests.facilities.test_roster import end, plan
from tests.world import World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def admin(world, client_of):
    return client_of(world.admin_cedar)


def key() -> dict[str, str]:
    return {"form_key": str(uuid.uuid4())}


def monday_to_come(world: World) -> date:
    """The Monday after the next one: the world has somebody planned for tomorrow, and tomorrow may be a Monday."""
    return monday_of("", world.today) + timedelta(days=14)


def planning(world: World, *days: date, **more) -> dict:
    said = {"person": str(world.staff_cedar.pk), "days": [f"{day:%Y-%m-%d}" for day in days], "awake": "no"}
    return key() | said | {"starts": "22:00", "ends": "06:00", "duty": "lead"} | more


def test_a_week_is_planned_by_days_and_shows_gaps_in_words_and_colour(world, admin, client_of):
    monday = monday_to_come(world)
    address = f"{url('plan-shift', world)}?week={week_key(monday)}"
    days = [monday, monday + timedelta(days=3)]
    answer = admin.post(address, planning(world, *days))
    assert answer.status_code == 302, answer.context["form"].errors
    made = RosterEntry.objects.filter(facility=world.cedar.facility, duty="lead").order_by("starts_at")
    assert [e.starts_at.astimezone(LA).date() for e in made] == days
    assert {(e.starts_at.astimezone(LA).hour, e.ends_at.astimezone(LA).hour, e.awake) for e in made} == {(22, 6, False)}
    for reader in (admin, client_of(world.staff_cedar), client_of(world.inspector_cedar)):
        page = reader.get(answer["Location"])
        text = page.content.decode()
        assert text.count("Staff Cedar") >= 2
        assert text.count('<span class="tag late">1 too few 06:00–14:00</span>') >= 6
        nights = [day.cells[2] for day in page.context["week"].days]
        assert [bool(night.missing) for night in nights] == [False, True, True, False, True, True, True]
        assert ("Plan a shift" in text) is (reader is admin)


@pytest.mark.parametrize("kind", ["background", "first_aid", "training"])
def test_the_reason_stands_next_to_the_name(world, admin, kind):
    end(world, kind, 0)
    monday = monday_to_come(world)
    answer = admin.post(f"{url('plan-shift', world)}?week={week_key(monday)}", planning(world, monday))
    assert answer.status_code == 200
    assert "ends on" in " ".join(answer.context["form"].errors["person"])
    assert f"{Credential.Kind(kind).label[1:]} ends" in admin.get(url("plan-shift", world)).content.decode()


@pytest.mark.parametrize(("field", "value"), [("starts", "late"), ("days", []), ("person", str(uuid.UUID(int=7)))])
def test_a_plan_that_can_t_be_read_is_asked_for_again(world, admin, field, value):
    monday = monday_to_come(world)
    before = RosterEntry.objects.count()
    answer = admin.post(
        f"{url('plan-shift', world)}?week={week_key(monday)}", planning(world, monday, **{field: value})
    )
    assert field in answer.context["form"].errors
    assert RosterEntry.objects.count() == before


def test_somebody_is_taken_out_of_the_plan_after_being_asked(world, admin):
    address = url("unplan-shift", world, world.cedar.planned.pk)
    assert "Staff Cedar" in admin.get(address).content.decode()
    assert RosterEntry.objects.filter(pk=world.cedar.planned.pk).exists()
    assert admin.post(address, key()).status_code == 302
    assert not RosterEntry.objects.filter(pk=world.cedar.planned.pk).exists()


def test_last_week_is_copied_with_a_word_on_who_is_left_out(world, admin):
    monday = monday_to_come(world)
    plan(world, world.now + 2 * HOUR)
    week = week_key(monday_of("", (world.now + 2 * HOUR).astimezone(LA).date()) + timedelta(days=7))
    end(world, "training", 1)
    for sentence in ("Nothing could be copied", "training"):
        page = admin.post(url("copy-week", world), key() | {"week": week}, follow=True).content.decode()
        assert sentence in page
    assert not RosterEntry.objects.filter(starts_at__gt=world.now + 6 * DAY).exists()
    page = admin.post(url("copy-week", world), key(), follow=True).content.decode()
    assert "out of date" in page
    assert monday > world.today


@pytest.mark.parametrize("week", ["", "2026-W99", "x", "0-W1", "99999-W01", "9999-W52", "0001-W01"])
def test_a_week_that_there_is_not_is_this_one(world, admin, week):
    assert admin.get(url("roster", world), {"week": week}).context["week"].monday == monday_of("", world.today)


def test_what_somebody_holds_is_filed_and_ends_on_its_page(world, admin):
    page = admin.get(url("credentials", world)).content.decode()
    assert "A supervisor files yours" in page
    assert "Driving young people" in page
    said = {"kind": "driving", "number": "D-1", "valid_from": f"{world.today:%m/%d/%Y}", "valid_to": ""}
    address = url("file-credential", world, world.cedar.assignments[0].pk)
    answer = admin.post(address, key() | said | {"document": str(world.cedar.paper.pk)})
    assert answer.status_code == 302, answer.context["form"].errors
    filed = Credential.objects.get(kind="driving")
    assert (filed.person, filed.filed_by, filed.valid_to) == (world.staff_cedar, world.admin_cedar, None)
    own = url("file-credential", world, world.cedar.assignments[1].pk)
    assert "Nobody files this for themselves" in admin.post(own, key() | said).content.decode()
    over = url("end-credential", world, filed.pk)
    assert admin.post(over, key() | {"on": f"{world.today:%m/%d/%Y}"}).status_code == 302
    assert Credential.objects.get(pk=filed.pk).valid_to == world.today


def test_people_come_and_go_on_the_page_of_who_is_on_duty(world, client_of):
    staff = client_of(world.staff_cedar)
    assert "Admin Cedar" in staff.get(url("duty", world)).content.decode()
    row = ShiftStaff.objects.get(shift=world.cedar.shift, person=world.admin_cedar)
    at = now().astimezone(LA)
    when = {"at_date": f"{at:%m/%d/%Y}", "at_time": f"{at:%H:%M}", "at_which": ""}
    assert staff.post(url("go-off-duty", world, row.pk), key() | when).status_code == 302
    page = staff.get(url("duty", world))
    assert [r.person.name for r in page.context["stands"].staff] == ["Staff Cedar"]
    assert "Somebody went off duty" in page.content.decode()
    assert "Admin Cedar on duty" not in staff.get(url("shift", world)).content.decode()
    come = staff.get(url("come-on-duty", world)).context["form"]
    assert [label for _, label in come.fields["person"].choices] == ["Admin Cedar"]
    said = key() | when | {"person": str(world.admin_cedar.pk), "awake": "no"}
    answer = staff.post(url("come-on-duty", world), said)
    assert answer.status_code == 302, answer.context["form"].errors
    assert "1 asleep" in staff.get(url("shift", world)).content.decode()


def test_the_fact_on_the_shift_page_says_whether_adults_are_enough(world, client_of, acting_as):
    staff = client_of(world.staff_cedar)

    def fact() -> tuple[object, str, str]:
        found = next(f for f in staff.get(url("shift", world)).context["board"].facts if f["label"] == "Adults needed")
        return found["value"], found["note"], found["kind"]

    ends = world.cedar.shift.ends_at.astimezone(LA)
    assert fact()[0] == 1
    assert fact()[1].startswith(f"short {ends:%H:%M}")
    plan(world, world.cedar.shift.ends_at, 8)
    assert fact() == (1, "enough", "good")
    sign(world, acting_as)
    assert fact() == (1, "1 short", "late")


def test_the_form_that_opens_a_shift_has_who_is_planned(world, client_of, acting_as):
    sign(world, acting_as)
    plan(world, now() - HOUR, 8, person=world.admin_cedar, awake=False)
    form = client_of(world.staff_cedar).get(url("shift", world)).context["open_form"]
    assert set(form.initial["staff"]) == {str(world.staff_cedar.pk), str(world.admin_cedar.pk)}
    assert form.initial["asleep"] == [str(world.admin_cedar.pk)]


def test_my_work_says_when_one_works_next_and_warns_who_runs_the_home(world, client_of):
    page = client_of(world.staff_cedar).get("/").content.decode()
    assert "My next shifts" in page
    assert "too few for 2 young people" not in page
    warned = client_of(world.admin_cedar).get("/").content.decode()
    assert "1 awake adult too few for 2 young people at Cedar" in warned
    plan(world, world.cedar.shift.ends_at, 8)
    end(world, "first_aid", 9)
    calm = client_of(world.admin_cedar).get("/").content.decode()
    assert "too few for 2 young people" not in calm
    assert "Staff Cedar: the first aid and CPR ends" in calm


def test_the_home_says_how_many_adults_are_needed_only_to_who_may_know_its_beds(world, client_of):
    home = reverse("facilities:detail", args=[world.cedar.facility.pk])
    assert "Adults needed" in client_of(world.supervisor).get(home).content.decode()
    page = client_of(world.caseworker).get(home).content.decode()
    assert "Adults needed" not in page
    assert "Staff now" not in page


def test_each_page_costs_the_same_for_few_and_for_forty(world, admin, acting_as):
    pages = [url("roster", world), url("duty", world), url("credentials", world), url("plan-shift", world), "/"]

    def costs() -> list[int]:
        found = []
        for page in pages:
            admin.get(page)
            with CaptureQueriesContext(connection) as asked:
                assert admin.get(page).status_code == 200
            found.append(len(asked))
        return found

    plan(world, world.now + 3 * HOUR, 1)
    few = costs()
    fill(world, acting_as, 38)
    for number in range(9):
        plan(world, world.now + 5 * HOUR + number * 2 * HOUR, 1)
    credential = {"kind": "driving", "valid_from": world.today, "valid_to": None}
    do(world.admin_cedar, operations.file_credential, world.cedar.facility, world.staff_cedar, **credential)
    assert costs() == few


def test_a_home_in_which_no_shift_was_ever_opened_has_a_plan_too(world, client_of):
    assert (
        client_of(world.supervisor).get(reverse("facilities:roster", args=[world.maple.facility.pk])).status_code == 200
    )


def test_a_gap_that_goes_on_now_is_one_gap(world, admin, acting_as):
    """What was missing until now and what will be from now on is said once."""
    with acting_as(world.staff_cedar):
        for row in ShiftStaff.objects.filter(shift=world.cedar.shift):
            operations.go_off_duty(row, at=now() - HOUR, by=world.staff_cedar)
    both = (world.cedar.today - 7 * DAY, world.cedar.today)  # a night of Sunday belongs to the week before
    weeks = [admin.get(f"{url('roster', world)}?week={week_key(monday_of('', day))}").context["week"] for day in both]
    cells = [cell for week in weeks for day in week.days for cell in day.cells]
    (cell,) = [cell for cell in cells if cell.starts_at <= now() < cell.ends_at]
    (gap,) = [gap for gap in cell.gaps if gap.ends_at > now() - HOUR]  # there may be one before that shift was opened
    assert gap.starts_at <= max(now() - HOUR, cell.starts_at)
    assert gap.ends_at > now()
