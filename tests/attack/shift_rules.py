"""Attacks on the rules about looks and about what is signed after a shift, for ``test_every_rule``."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from placement.database.context import acting
from placement.facilities.models import LooksReview, TakeOver
from residents.models import LookPlan
from tests.attack.sql import change, insert
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
    """The looks of Cedar's shift, reviewed by a supervisor, who was not on duty."""
    handed_off(w)
    row = {"shift_id": w.cedar.shift.pk, "late": 0, "missed": 0, "doubtful": 0, "note": "Read"}
    return insert(LooksReview, **row | {"reviewed_by_id": w.supervisor.pk, "reviewed_at": w.now} | values)


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
            "who": "supervisor",
            "attack": lambda w, one=one: review(w, **{one: -1}),
        }
        for one in ("late", "missed", "doubtful")
    ),
    {"name": "facilities_looksreview_shift_id_key", "who": "supervisor", "attack": lambda w: twice(review, w)},
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
]
