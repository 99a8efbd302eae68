"""Attacks on the rules about looks and about what is signed after a shift, for ``test_every_rule``."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from placement.access.rights import Role
from placement.database.context import acting
from placement.facilities import operations
from placement.facilities.models import HandOffRead, LooksReview, Shift, ShiftStaff, TakeOver
from residents.models import CareEntry, LookPlan
from tests.attack.sql import change, insert, sql
from tests.world import World

DAY = timedelta(days=1)


def handed_off(w: World) -> None:
    """Cedar's staff have signed the shift."""
    with acting(w.staff_cedar.pk, w.staff_cedar.name):
        change(w.cedar.shift, signed_by_id=w.staff_cedar.pk, signed_at=w.now, hand_off="Quiet")


def look_plan(w: World, **values: Any) -> UUID:
    """How often somebody looks at Bea, decided by her caseworker."""
    row = {"resident_id": w.bea.resident.pk, "day_minutes": 30, "night_minutes": 20, "vary_minutes": 0, "reason": "Why"}
    row |= {"decided_by_id": w.caseworker.pk, "starts_at": w.now, "ends_at": timezone.now() + DAY, "end_reason": ""}
    return insert(LookPlan, **row | values)


def review(w: World, **values: Any) -> UUID:
    """The looks of Cedar's shift, reviewed by somebody who works there now and had no part in it."""
    handed_off(w)
    with acting(w.supervisor.pk, w.supervisor.name):
        operations.assign(w.staff_past, w.cedar.facility, role=Role.STAFF, by=w.supervisor)
    row = {"shift_id": w.cedar.shift.pk, "late": 0, "missed": 0, "doubtful": 0, "note": "Read"}
    return insert(LooksReview, **row | {"reviewed_by_id": w.staff_past.pk, "reviewed_at": w.now} | values)


def looked(w: World, by: Any) -> UUID:
    """A look at Ada, written by somebody."""
    row = {"resident_id": w.ada.resident.pk, "facility_id": w.cedar.facility.pk, "kind": "sleep", "outcome": "Asleep"}
    row |= {"note": "", "happened_at": timezone.now() - timedelta(minutes=9), "reason": "", "late": False}
    with acting(by.pk, by.name):
        return insert(CareEntry, **row, written_by_id=by.pk)


def review_of_own_looks(w: World) -> None:
    """Somebody looked without being on duty, and reviews it."""
    with acting(w.supervisor.pk, w.supervisor.name):
        operations.assign(w.staff_past, w.cedar.facility, role=Role.STAFF, by=w.supervisor)
    looked(w, w.staff_past)
    handed_off(w)
    row = {"shift_id": w.cedar.shift.pk, "late": 0, "missed": 0, "doubtful": 0, "note": "Read"}
    insert(LooksReview, **row, reviewed_by_id=w.staff_past.pk, reviewed_at=w.now)


def keep_lines(w: World, *who: Any, said: str = "Ate") -> None:
    """What the hand-off of Cedar's shift keeps of some young people."""
    line = {"said": said, "left_open": "", "lost": False}
    lines = [line | {"resident": str(young.resident.pk)} for young in who]
    sql("SELECT keep_hand_off_lines(%s, %s)", w.cedar.shift.pk, json.dumps(lines))


def sign_with(w: World, *who: Any, **values: Any) -> None:
    handed_off(w)
    keep_lines(w, *who, **values)


def has_read(w: World) -> UUID:
    """The hand-off of Cedar's shift, read by its administrator."""
    return insert(HandOffRead, shift_id=w.cedar.shift.pk, read_by_id=w.admin_cedar.pk, read_at=w.now)


def shift(w: World, **values: Any) -> UUID:
    """A shift of Cedar tomorrow."""
    row = {"facility_id": w.cedar.facility.pk, "name": "Night", "hand_off": "", "about_open": ""}
    return insert(Shift, **row, signing_reason="", starts_at=w.now + DAY, ends_at=w.now + 2 * DAY, **values)


def sign_ahead(w: World) -> None:
    """Somebody on duty tomorrow signs today that it was calm."""
    key = shift(w)
    insert(ShiftStaff, shift_id=key, person_id=w.staff_cedar.pk, awake=True)
    change((Shift, key), signed_by_id=w.staff_cedar.pk, signed_at=w.now + 2 * DAY, hand_off="Calm")


def on_duty(w: World, who: Any) -> UUID:
    return insert(ShiftStaff, shift_id=w.cedar.shift.pk, person_id=who.pk, awake=True)


def taken_over(w: World, **values: Any) -> UUID:
    """Duty in Cedar, taken over by its administrator."""
    handed_off(w)
    row = {
        "shift_id": w.cedar.shift.pk,
        "expected": 2,
        "counted": 2,
        "keys": 4,
        "medication": True,
        "difference": "None",
    }
    return insert(TakeOver, **row | {"taken_by_id": w.admin_cedar.pk, "taken_at": w.now} | values)


def home(w: World, **values: Any) -> Any:
    return change(w.cedar.facility, **values)


def twice(make: Any, w: World) -> None:
    """A second one after the first, whose shift is signed already."""
    make(w)
    model = LooksReview if make is review else TakeOver
    row = model.objects.get()
    values = {field.column: getattr(row, field.attname) for field in model._meta.concrete_fields if field.name != "id"}
    insert(model, **values)


# name, who, attack, and what refuses once the rule is gone
SHIFTS: list[dict[str, Any]] = [
    {"name": "looks_come_in_reach", "who": "caseworker", "attack": lambda w: look_plan(w, day_minutes=241)},
    {"name": "looks_vary_by_half_at_most", "who": "caseworker", "attack": lambda w: look_plan(w, vary_minutes=11)},
    {"name": "look_plan_has_a_reason", "who": "caseworker", "attack": lambda w: look_plan(w, reason="")},
    {
        "name": "look_plan_ends_after_start",
        "who": "caseworker",
        "attack": lambda w: look_plan(w, ends_at=w.now - DAY),
        "then": "22000",  # it is no span of time any more
    },
    {
        "name": "look_plan_is_reviewed_in_time",
        "who": "caseworker",
        "attack": lambda w: look_plan(w, ends_at=timezone.now() + 32 * DAY),
    },
    {"name": "look_plan_end_is_signed", "who": "caseworker", "attack": lambda w: look_plan(w, end_reason="Over")},
    {
        "name": "residents_lookplan_vary_minutes_check",
        "who": "caseworker",
        "attack": lambda w: look_plan(w, vary_minutes=-1),
    },
    {"name": "home_looks_come_in_reach", "who": "supervisor", "attack": lambda w: home(w, look_night_minutes=4)},
    {"name": "home_looks_vary_by_half_at_most", "who": "supervisor", "attack": lambda w: home(w, look_vary_minutes=16)},
    {
        "name": "facilities_facility_look_day_minutes_check",
        "who": "supervisor",
        "attack": lambda w: home(w, look_day_minutes=-1),
        "then": "home_looks_come_in_reach",
    },
    {
        "name": "facilities_facility_look_night_minutes_check",
        "who": "supervisor",
        "attack": lambda w: home(w, look_night_minutes=-1),
        "then": "home_looks_come_in_reach",
    },
    {
        "name": "facilities_facility_look_vary_minutes_check",
        "who": "supervisor",
        "attack": lambda w: home(w, look_vary_minutes=-1),
    },
    *(
        {
            "name": f"facilities_looksreview_{one}_check",
            "who": "staff_past",
            "attack": lambda w, one=one: review(w, **{one: -1}),
        }
        for one in ("late", "missed", "doubtful")
    ),
    {"name": "facilities_looksreview_shift_id_key", "who": "staff_past", "attack": lambda w: twice(review, w)},
    *(
        {
            "name": f"facilities_takeover_{one}_check",
            "who": "admin_cedar",
            "attack": lambda w, one=one: taken_over(w, **{one: -1}),
        }
        for one in ("expected", "counted", "keys")
    ),
    {"name": "facilities_takeover_shift_id_key", "who": "admin_cedar", "attack": lambda w: twice(taken_over, w)},
    {
        "name": "looks_are_reviewed_by_another",
        "who": "admin_cedar",
        "attack": lambda w: review(w, reviewed_by_id=w.admin_cedar.pk),
    },
    {
        "name": "duty_is_taken_over_by_another",
        "who": "staff_cedar",
        "attack": lambda w: taken_over(w, taken_by_id=w.staff_cedar.pk),
    },
    {"name": "looks_are_reviewed_by_another", "who": "staff_past", "attack": review_of_own_looks},
    {
        "name": "looks_review_says_what_was_found",
        "who": "staff_past",
        "attack": lambda w: review(w, missed=1, note=""),
    },
    {
        "name": "take_over_explains_its_difference",
        "who": "admin_cedar",
        "attack": lambda w: taken_over(w, counted=1, difference=""),
    },
    {"name": "shift_is_signed_first", "who": "admin_cedar", "attack": has_read},
    {
        "name": "hand_off_read_once",
        "who": "admin_cedar",
        "attack": lambda w: (handed_off(w), has_read(w), has_read(w)),
    },
    {
        "name": "signed_after_the_shift_is_kept",
        "who": "admin_cedar",
        "attack": lambda w: change((TakeOver, taken_over(w)), keys=9),
    },
    {"name": "one_look_plan_at_a_time", "who": "caseworker", "attack": lambda w: (look_plan(w), look_plan(w))},
    {
        "name": "look_plan_is_kept",
        "who": "caseworker",
        "attack": lambda w: change((LookPlan, look_plan(w)), night_minutes=40),
    },
    {
        "name": "shift_keeps_its_time",
        "who": "staff_cedar",
        "attack": lambda w: change(w.cedar.shift, starts_at=w.now - timedelta(minutes=1)),
    },
    {
        "name": "shift_keeps_its_time",
        "who": "staff_cedar",
        "attack": lambda w: change(w.cedar.shift, ends_at=w.now + DAY),
    },
    {"name": "shift_is_kept_by_its_home", "who": "inspector_cedar", "attack": shift},
    {
        "name": "shift_is_kept_by_its_home",
        "who": "supervisor",
        "attack": lambda w: change(w.cedar.shift, hand_off="Calm"),
    },
    {
        "name": "shift_is_kept_by_its_home",
        "who": "supervisor",
        "attack": lambda w: taken_over(w, taken_by_id=w.supervisor.pk),
    },
    {
        "name": "on_duty_where_they_work",
        "who": "staff_cedar",
        "attack": lambda w: on_duty(w, w.staff_birch),
        "then": "on_duty_in_one_home",
    },
    {"name": "shift_is_signed_after_its_start", "who": "staff_cedar", "attack": sign_ahead},
    {
        "name": "hand_off_says_something",
        "who": "staff_cedar",
        "attack": lambda w: change(w.cedar.shift, signed_by_id=w.staff_cedar.pk, signed_at=w.now, hand_off="\n "),
    },
    {
        "name": "entry_is_changed_by_its_writer",
        "who": "admin_cedar",
        "attack": lambda w: change(w.ada.care, outcome="none"),
    },
    {
        "name": "look_keeps_its_time",
        "who": "staff_cedar",
        "attack": lambda w: change((CareEntry, looked(w, w.staff_cedar)), happened_at=w.now - timedelta(minutes=1)),
    },
    {
        "name": "look_keeps_its_time",
        "who": "staff_cedar",
        "attack": lambda w: change((CareEntry, looked(w, w.staff_cedar)), opened_at=w.now - DAY),
    },
    {
        "name": "hand_off_lines_come_with_the_signature",
        "who": "staff_cedar",
        "attack": lambda w: keep_lines(w, w.ada),
    },
    {
        "name": "hand_off_lines_come_with_the_signature",
        "who": "admin_cedar",
        "attack": lambda w: sign_with(w, w.ada),
    },
    {
        "name": "hand_off_line_is_of_who_lived_there",
        "who": "staff_cedar",
        "attack": lambda w: sign_with(w, w.ada, w.cleo),
    },
    {
        "name": "hand_off_has_one_line_of_each",
        "who": "staff_cedar",
        "attack": lambda w: sign_with(w, w.ada, w.ada),
    },
    {
        "name": "hand_off_line_says_something",
        "who": "staff_cedar",
        "attack": lambda w: sign_with(w, w.ada, said=""),
    },
]
