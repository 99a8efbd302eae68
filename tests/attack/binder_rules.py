"""Attacks on the rules about inspection binders and the visits of inspectors, for ``test_every_rule``."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from compliance.models import Binder
from placement.facilities.models import Assignment
from tests.attack.sql import change, insert
from tests.world import World

DAY = timedelta(days=1)


def binder(w: World, by: str = "admin_cedar", home: str = "cedar", **values: Any) -> UUID:
    """A binder of yesterday in plain SQL."""
    row = {"facility_id": w.homes[home].facility.pk, "since": w.today - DAY, "until": w.today - DAY, "counts": "{}"}
    row |= {"made_by_id": w.people[by].pk, "made_as": "inspector", "made_at": w.now, "sha256": "a" * 64, "sealed": b"x"}
    return insert(Binder, **row | values)


def many(w: World) -> None:
    for _ in range(11):
        binder(w)


def visit(w: World, home: str, **values: Any) -> UUID:
    """A visit of Cedar's inspector in plain SQL, now for a day."""
    row = {"facility_id": w.homes[home].facility.pk, "person_id": w.inspector_cedar.pk, "role": "inspector"}
    return insert(Assignment, **row | {"starts_at": w.now, "ends_at": w.now + DAY} | values)


def of_cedar(w: World) -> Assignment:
    return Assignment.objects.get(person=w.inspector_cedar)


BINDERS: list[dict[str, Any]] = [
    {
        "name": "binder_is_of_a_year_at_most",
        "who": "admin_cedar",
        "attack": lambda w: binder(w, since=w.today - 400 * DAY),
    },
    {"name": "binder_is_of_a_year_at_most", "who": "admin_cedar", "attack": lambda w: binder(w, since=w.today)},
    {"name": "binder_has_a_fingerprint", "who": "admin_cedar", "attack": lambda w: binder(w, sha256="A" * 64)},
    {
        "name": "binder_is_of_days_that_came",
        "who": "inspector_cedar",
        "attack": lambda w: binder(w, "inspector_cedar", until=w.today + 2 * DAY),
    },
    {"name": "binders_of_a_day_are_few", "who": "admin_cedar", "attack": many},
    # Row security would refuse it as well.
    {
        "name": "binder_is_made_by_who_inspects",
        "who": "staff_cedar",
        "attack": lambda w: binder(w, "staff_cedar"),
        "by_owner": True,
    },
    {
        "name": "inspector_comes_for_a_time",
        "who": "supervisor",
        "attack": lambda w: change(of_cedar(w), ends_at=None),
    },
    {
        "name": "inspector_comes_for_a_time",
        "who": "supervisor",
        "attack": lambda w: change(of_cedar(w), ends_at=w.now + 60 * DAY),
    },
    {"name": "inspector_in_one_home", "who": "supervisor", "attack": lambda w: visit(w, "birch")},
    {
        "name": "inspector_is_named_by_the_agency",
        "who": "admin_cedar",
        "attack": lambda w: change(of_cedar(w), ends_at=w.now),
    },
    {
        "name": "inspector_is_named_by_the_agency",
        "who": "admin_cedar",
        "attack": lambda w: change(of_cedar(w), role="staff"),
    },
    {
        "name": "inspector_is_named_by_the_agency",
        "who": "inspector_cedar",
        "attack": lambda w: visit(w, "birch", starts_at=w.now + 20 * DAY, ends_at=w.now + 21 * DAY),
    },
    {
        "name": "inspector_in_one_home",
        "who": "supervisor",
        "attack": lambda w: change(
            (Assignment, visit(w, "birch", starts_at=w.now + 20 * DAY, ends_at=w.now + 21 * DAY)), starts_at=w.now
        ),
    },
]
