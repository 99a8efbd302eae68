"""Attacks on the rules about flags, their numbers and their reviews, for ``test_every_rule``."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from compliance.models import Flag, FlagSetting, Review
from placement.database.context import acting_as_system
from tests.attack.sql import change, insert
from tests.world import World

DAY = timedelta(days=1)


def number(w: World, by: str = "supervisor", **values: Any) -> UUID:
    row = {"rule": "often_late", "name": "times", "value": 5, "why": "Too few", "set_by_id": w.people[by].pk}
    return insert(FlagSetting, **row | values)


def review(w: World, by: str = "supervisor", **values: Any) -> UUID:
    row = {"flag_id": w.flag.pk, "finding": "explained", "note": "Asked", "reviewed_by_id": w.people[by].pk}
    return insert(Review, **row | {"follow_up": "", "done_note": ""} | values)


def goes_on(w: World, **values: Any) -> UUID:
    row = {"finding": "follow_up", "follow_up": "Talk about it", "owner_id": w.supervisor2.pk, "due_on": w.today + DAY}
    return review(w, **row | values)


def done(w: World, **values: Any) -> int:
    row = {"done_by_id": w.supervisor.pk, "done_at": w.now, "done_note": "Talked about it"}
    return change((Review, goes_on(w)), **row | values)


def again(w: World, **values: Any) -> UUID:
    """The flag of the world once more, as the owner's command would write it."""
    row = {
        field.attname: getattr(w.flag, field.attname)
        for field in Flag._meta.concrete_fields
        if field.attname not in ("id", "facts", "evidence", "took_part")
    }
    with acting_as_system("attack"):
        return insert(Flag, **row | {"facts": "{}", "evidence": "[]", "took_part": [], "subject": uuid4()} | values)


FLAGS: list[dict[str, Any]] = [
    # Flags are written by the owner's command alone.
    {
        "name": "flag_once_a_day",
        "who": "supervisor",
        "by_owner": True,
        "attack": lambda w: again(w, subject=w.flag.subject),
    },
    {
        "name": "flag_is_of_its_scope",
        "who": "supervisor",
        "by_owner": True,
        "attack": lambda w: again(w, scope="young"),
    },
    {"name": "flag_setting_is_a_supervisors", "who": "admin_cedar", "attack": lambda w: number(w, "admin_cedar")},
    {"name": "review_is_by_another_supervisor", "who": "admin_cedar", "attack": lambda w: review(w, "admin_cedar")},
    {"name": "flag_setting_says_why", "who": "supervisor", "attack": lambda w: number(w, why=" ")},
    {"name": "flag_setting_is_within_bounds", "who": "supervisor", "attack": lambda w: number(w, value=1000)},
    {"name": "flag_setting_is_within_bounds", "who": "supervisor", "attack": lambda w: number(w, rule="no_rule")},
    {
        "name": "flag_setting_of_a_home_is_its_sample",
        "who": "supervisor",
        "attack": lambda w: number(w, facility_id=w.cedar.facility.pk),
    },
    {"name": "review_says_what_was_found", "who": "supervisor", "attack": lambda w: review(w, note=" ")},
    {"name": "review_says_what_is_left_to_do", "who": "supervisor", "attack": lambda w: review(w, finding="concern")},
    {
        "name": "review_says_what_is_left_to_do",
        "who": "supervisor",
        "attack": lambda w: goes_on(w, finding="nothing"),
    },
    {
        "name": "review_follow_up_is_signed",
        "who": "supervisor",
        "attack": lambda w: done(w, done_note=" "),
    },
    {
        "name": "review_begins_with_what_was_found",
        "who": "supervisor",
        "attack": lambda w: goes_on(w, done_by_id=w.supervisor.pk, done_at=w.now, done_note="Done"),
    },
    {
        "name": "review_owner_may_look_at_it",
        "who": "supervisor",
        "attack": lambda w: goes_on(w, owner_id=w.admin_cedar.pk),
    },
    {"name": "review_due_day_is_ahead", "who": "supervisor", "attack": lambda w: goes_on(w, due_on=w.today - 9 * DAY)},
    {
        "name": "review_due_day_is_ahead",
        "who": "supervisor",
        "attack": lambda w: goes_on(w, due_on=w.today + 400 * DAY),
    },
    {"name": "review_is_kept", "who": "supervisor", "attack": lambda w: change((Review, review(w)), note="Else")},
    {"name": "compliance_review_flag_id_key", "who": "supervisor", "attack": lambda w: [review(w), review(w)]},
]
