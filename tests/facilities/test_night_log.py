"""The log of looks: late, missed, doubtful; how often somebody looks; and the review by somebody else."""

import uuid
from datetime import datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placement.audit.clock import now
from placement.database.constraints import Refused
from placement.facilities import operations
from placement.facilities.models import LooksReview, Shift
from placement.facilities.queries.looked import rounds_of
from placement.facilities.queries.night import Gap, line_of, night_log
from placement.facilities.queries.rounds import Every
from residents import operations as residents
from residents.models import CareEntry, LookPlan
from tests.attack.sql import change, insert, refused
from tests.facilities.shift_page import fill, off_duty, queries_of, sign, url

LA = ZoneInfo("America/Los_Angeles")
TEN = datetime(2026, 3, 4, 22, 0, tzinfo=LA)
SIX = TEN + timedelta(hours=8)
MINUTE = timedelta(minutes=1)


class Home(SimpleNamespace):
    id = uuid4()
    zone, look_day_minutes, look_night_minutes, look_vary_minutes = LA, 60, 30, 0


HOME = Home()


def look(at, outcome="Asleep", who="a", resident="r", *, opened=None, written=None, kind="sleep", late=False):
    return CareEntry(
        late=late,
        resident_id=resident,
        written_by_id=who,
        kind=kind,
        outcome=outcome,
        happened_at=at,
        written_at=written or at,
        opened_at=opened,
    )


def gaps(looks, *, plans=(), away=(), homes=((TEN, HOME),), begins=TEN, ends=SIX):
    stay = SimpleNamespace(
        starts_at=begins - timedelta(days=9), ends_at=None, status="active", resident_id="r", resident=None
    )
    shift = SimpleNamespace(starts_at=begins, ends_at=ends, facility=HOME)
    return line_of(stay, shift, ends, looks, away, plans, homes).gaps


def every(minutes, begins=TEN, ends=SIX):
    """Looks at every so many minutes of real time from ten to six."""
    count = (ends - begins) // (minutes * MINUTE)
    return [look(begins + minutes * MINUTE * n) for n in range(1, count + 1)]


def test_a_night_with_every_look_in_time_has_no_gap():
    assert gaps(every(30)) == []


def test_a_look_that_comes_late_is_late_and_those_left_out_are_counted():
    looks = every(30)
    late = [*looks[:3], look(looks[3].happened_at + 10 * MINUTE), *looks[4:]]
    assert gaps(late) == [Gap(looks[3].happened_at, looks[3].happened_at + 10 * MINUTE, 0)]
    assert [gap.missed for gap in gaps([*looks[:3], *looks[5:]])] == [2]
    assert [(gap.due_at, gap.until) for gap in gaps(looks[:10])] == [(looks[9].happened_at + 30 * MINUTE, SIX)]


def test_nobody_looked_all_night():
    assert gaps([]) == [Gap(TEN + 30 * MINUTE, SIX, 15)]


@pytest.mark.parametrize(("month", "day", "hours"), [(3, 7, 7), (10, 31, 9)])
def test_the_nights_of_the_clock_change_are_seven_and_nine_hours_of_looks(month, day, hours):
    begins = datetime(2026, month, day, 22, tzinfo=LA).astimezone(ZoneInfo("UTC"))
    ends = datetime(2026, month, day + 1 if month == 3 else 1, 6, tzinfo=LA)
    ends = (ends if month == 3 else datetime(2026, 11, 1, 6, tzinfo=LA)).astimezone(ZoneInfo("UTC"))
    assert ends - begins == timedelta(hours=hours)
    looks = every(30, begins, ends)
    assert len(looks) == hours * 2
    assert gaps(looks, begins=begins, ends=ends) == []
    without = [each for n, each in enumerate(looks) if n != 7]
    assert [gap.missed for gap in gaps(without, begins=begins, ends=ends)] == [1]


def test_who_was_not_found_is_looked_for_at_once():
    looks = every(30)
    looks[3] = look(looks[3].happened_at, "Not in bed")
    assert [gap.late for gap in gaps(looks)] == [30 * MINUTE]


def test_a_plan_of_their_own_counts_from_when_it_was_decided():
    plan = SimpleNamespace(
        day_minutes=60, night_minutes=15, vary_minutes=0, pk="p", starts_at=TEN + 2 * timedelta(hours=1), ends_at=SIX
    )
    found = gaps(every(30), plans=[plan])
    assert found[0].due_at == TEN + timedelta(hours=2, minutes=15)
    assert all(gap.late == 15 * MINUTE for gap in found)
    assert len(found) == 12


def test_nobody_is_late_for_somebody_who_is_away():
    leave = SimpleNamespace(starts_at=TEN, ends_at=SIX)
    assert gaps([], away=[leave]) == []


def test_a_short_leave_does_not_excuse_the_rest_of_the_night():
    looks, back = every(30), TEN + 45 * MINUTE
    leave = SimpleNamespace(starts_at=TEN + 35 * MINUTE, ends_at=back)
    assert gaps([looks[0]], away=[leave]) == [Gap(back + 30 * MINUTE, SIX, 13)]
    assert gaps(looks[:2], away=[leave]) == [Gap(looks[1].happened_at + 30 * MINUTE, SIX, 13)]
    late = SimpleNamespace(starts_at=TEN + 90 * MINUTE, ends_at=SIX)
    assert gaps([looks[0]], away=[late]) == [Gap(TEN + 60 * MINUTE, TEN + 90 * MINUTE, 1)]


def test_a_past_night_is_judged_by_what_was_usual_then():
    slower = Home(look_night_minutes=240)
    one = TEN + timedelta(hours=3)
    assert gaps(every(60), homes=((TEN, HOME), (SIX, slower)))
    assert gaps(every(60), homes=((TEN, slower), (SIX, HOME))) == []
    assert {gap.due_at < one for gap in gaps(every(60), homes=((TEN, HOME), (one, slower)))} == {True}


@given(
    st.integers(5, 240),
    st.integers(5, 240),
    st.integers(0, 120),
    st.datetimes(timezones=st.just(LA)),
    st.text(max_size=9),
)
def test_a_look_never_comes_later_than_planned_nor_earlier_than_it_may_vary(day, night, vary, at, salt):
    vary = min(vary, day // 2, night // 2)
    plan = Every.of_minutes(day, night, vary, salt)
    for at_night, usual in ((False, day), (True, night)):
        after = plan.after(at, at_night)
        assert (usual - vary) * MINUTE <= after <= usual * MINUTE
        assert after == plan.after(at.astimezone(ZoneInfo("Asia/Tokyo")), at_night)


def test_a_look_that_varies_is_not_always_the_same():
    plan = Every.of_minutes(60, 30, 10, "salt")
    assert len({plan.after(TEN + 30 * MINUTE * n, True) for n in range(40)}) > 5


# --- Rounds ---

ROOMS = {f"r{n}": f"room{n}" for n in range(8)}


def marks(looks, awake=("a", "b"), **more):
    codes = SimpleNamespace(code="K-1")
    for each in looks:
        each._state.fields_cache["resident"] = codes
        each._state.fields_cache["written_by"] = each.written_by_id
    return [one.marks for one in rounds_of(looks, ROOMS, lambda who, at: who in awake, **more)]


def tapped(count, seconds):
    return [look(TEN + timedelta(seconds=seconds) * n, resident=f"r{n}") for n in range(count)]


def test_looks_one_after_the_other_are_one_round_and_half_an_hour_later_is_another():
    again = [look(TEN + 30 * MINUTE + timedelta(seconds=20) * n, resident=f"r{n}") for n in range(4)]
    assert marks([*tapped(4, 20), *again]) == [[], []]


def test_eight_rooms_in_one_second_can_not_be():
    assert marks(tapped(8, 0.1)) == [["8 rooms in 1 seconds"]]
    page = [look(TEN, resident=f"r{n}", opened=TEN - timedelta(seconds=3)) for n in range(8)]
    assert marks(page) == [["8 rooms in 3 seconds"]]
    walked = [look(TEN, resident=f"r{n}", opened=TEN - timedelta(seconds=90)) for n in range(8)]
    assert marks(walked) == [[]]


def test_one_page_without_a_time_of_opening_says_nothing_about_how_quick_it_was():
    assert marks([look(TEN, resident=f"r{n}") for n in range(8)]) == [[]]


def test_two_places_at_once_are_marked_on_both_rounds():
    here, there = look(TEN, "Asleep"), look(TEN + timedelta(seconds=20), "Not in bed", "b")
    assert marks([here, there]) == [["K-1 in two places at once"]] * 2
    assert marks([look(TEN, "Asleep"), look(TEN + 5 * MINUTE, "Not in bed", "b")]) == [[], []]


def test_a_round_by_somebody_who_slept_or_had_no_duty_is_marked():
    assert marks([look(TEN)], awake=["b"]) == [["by somebody who was not on duty and awake"]]


def test_a_look_that_is_dated_back_by_more_than_a_round_takes_is_marked():
    assert marks([look(TEN, written=TEN + 4 * MINUTE)]) == [[]]
    assert marks([look(TEN, written=TEN + 20 * MINUTE)]) == [["written 20 min later"]]
    walked = look(TEN, opened=TEN, written=TEN + 12 * MINUTE)
    left_open = look(TEN, opened=TEN, written=TEN + 40 * MINUTE, late=True)
    typed = look(TEN - 12 * MINUTE, opened=TEN, written=TEN + 2 * MINUTE)
    assert [marks([one])[0] for one in (walked, left_open, typed)] == [
        [],
        ["written 40 min later"],
        ["written 14 min later"],
    ]


def test_one_person_in_two_homes_at_once_is_marked():
    mark = [["the same person looked in another home then"]]
    assert marks([look(TEN)], elsewhere={"a": [TEN + 4 * MINUTE]}) == mark
    assert marks([look(TEN)], elsewhere={"a": [TEN + 6 * MINUTE], "b": [TEN]}) == [[]]


def test_what_was_changed_later_is_marked():
    one = look(TEN)
    assert marks([one], changed={one.pk}) == [["K-1 changed after it was written"]]


@pytest.mark.parametrize(
    ("asleep", "counted", "marked"),
    [
        ("Asleep", "At school", True),
        ("Asleep", "Not found", True),
        ("Asleep", "In the house", False),
        ("Not in bed", "In the house", False),
        ("Not in bed", "Not found", False),
        ("Not in bed", "At school", True),
    ],
)
def test_a_sleep_check_and_a_head_count_can_contradict_each_other(asleep, counted, marked):
    both = [look(TEN, asleep), look(TEN, counted, "b", kind="head_count")]
    assert marks(both) == [["K-1 in two places at once"] if marked else []] * 2


# --- The page and the review ---


def test_the_review_is_somebody_elses_and_keeps_the_numbers(world, acting_as, client_of):
    address = url("looks", world, world.cedar.shift.pk)
    person = off_duty(world, acting_as)
    other, staff = client_of(person), client_of(world.staff_cedar)
    assert "not signed yet" in other.get(address).content.decode()
    sign(world, acting_as)
    assert "somebody else reviews it" in staff.get(address).content.decode()
    staff.post(address, {"form_key": str(uuid.uuid4()), "note": "Fine"})
    assert not LooksReview.objects.exists()
    with acting_as(person):
        log = night_log(person, Shift.objects.get(pk=world.cedar.shift.pk))
    assert log.late
    assert "Fill this in." in other.post(address, {"form_key": str(uuid.uuid4()), "note": ""}).content.decode()
    data = {"form_key": str(uuid.uuid4()), "note": "Talked with the team."}
    assert other.post(address, data).status_code == 302
    review = LooksReview.objects.get()
    assert (review.late, review.missed, review.doubtful) == (log.late, log.missed, log.doubtful)
    assert "Talked with the team." in other.get(address).content.decode()
    with acting_as(person), pytest.raises(Refused, match="already"):
        operations.review_looks(world.cedar.shift, note="Again", by=person)


def test_a_night_waits_on_the_administrators_work_until_it_is_reviewed(world, acting_as, client_of):
    home, by = world.cedar.facility, world.staff_cedar
    sign(world, acting_as)
    with acting_as(by):
        night = operations.open_shift(
            home,
            name="Night",
            starts_at=now() - timedelta(seconds=1),
            ends_at=now() + timedelta(hours=8),
            staff=[by],
            by=by,
        )
        operations.sign_shift(night, hand_off="Calm", about_open="Looked", by=by)
    admin = client_of(world.admin_cedar)
    assert "Review the looks of a night at Cedar" in admin.get("/").content.decode()
    with acting_as(world.admin_cedar):
        operations.review_looks(night, note="All read", by=world.admin_cedar)
    assert "Review the looks of a night" not in admin.get("/").content.decode()


def test_the_log_of_looks_costs_the_same_for_three_and_for_ten(world, acting_as, client_of):
    fill(world, acting_as, 1)
    admin, address = client_of(world.admin_cedar), url("looks", world, world.cedar.shift.pk)
    admin.get(address)
    three = queries_of(admin, address)
    fill(world, acting_as, 7, first=2)
    assert queries_of(admin, address) == three


def test_how_often_somebody_looks_is_set_for_the_home_and_decided_for_one(world, client_of, acting_as):
    admin = client_of(world.admin_cedar)
    address = url("how-often", world)
    version = admin.get(address).context["form"]["version"].value()
    data = {
        "form_key": str(uuid.uuid4()),
        "version": version,
        "day_minutes": 40,
        "night_minutes": 20,
        "vary_minutes": 15,
    }
    assert "half of the time" in admin.post(address, data).content.decode()
    assert admin.post(address, data | {"vary_minutes": 5, "form_key": str(uuid.uuid4())}).status_code == 302
    world.cedar.facility.refresh_from_db()
    assert world.cedar.facility.look_day_minutes == 40
    with acting_as(world.staff_cedar):
        residents.log_care(
            world.bea.resident,
            facility=world.cedar.facility,
            shift=world.cedar.shift,
            kind="head_count",
            outcome="In the house",
            happened_at=now(),
            by=world.staff_cedar,
        )

    def due():
        tiles = client_of(world.staff_cedar).get(url("shift", world)).context["board"].tiles
        return next(tile for tile in tiles if tile.resident == world.bea.resident).due_at - now()

    assert due() <= 40 * MINUTE
    with acting_as(world.caseworker):
        residents.plan_looks(
            world.bea.resident,
            day_minutes=10,
            night_minutes=10,
            vary_minutes=0,
            reason="Talks of running",
            ends_at=now() + timedelta(days=3),
            by=world.caseworker,
        )
    assert due() <= 10 * MINUTE


# --- Plans, by plain SQL ---


def plan(world, **values):
    row = {
        "resident_id": world.bea.resident.pk,
        "day_minutes": 30,
        "night_minutes": 15,
        "vary_minutes": 0,
        "reason": "Why",
        "decided_by_id": world.caseworker.pk,
        "starts_at": now(),
        "ends_at": now() + timedelta(days=3),
        "end_reason": "",
    }
    return insert(LookPlan, **row | values)


def test_a_plan_begins_when_it_is_decided_and_is_kept(world, acting_as):
    with acting_as(world.caseworker):
        key = plan(world, starts_at=now() - timedelta(days=3))
        assert LookPlan.objects.get(pk=key).starts_at > now() - MINUTE
    with acting_as(world.caseworker), refused("one_look_plan_at_a_time"):
        plan(world)
    for values in ({"night_minutes": 240}, {"reason": "Another"}, {"ends_at": now() + timedelta(days=20)}):
        with acting_as(world.caseworker), refused("look_plan_is_kept"):
            change((LookPlan, key), **values)
    with acting_as(world.caseworker):
        change((LookPlan, key), ended_by_id=world.caseworker.pk, end_reason="Sleeps", ends_at=now() + timedelta(days=2))
        assert LookPlan.objects.get(pk=key).ends_at <= now()
    with acting_as(world.caseworker), refused("look_plan_is_kept"):
        change((LookPlan, key), ends_at=now() + timedelta(days=2))
