"""Attacks on the rules about hours of training, references, and what is kept of health, for ``test_every_rule``."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from placement.facilities.models import Credential, ReferenceText, StaffReference, Training
from tests.attack.sql import change, insert
from tests.staff_files import answered, asked, trained
from tests.world import World

DAY = timedelta(days=1)


def training(w: World, by: str = "admin_cedar", **values: Any) -> UUID:
    row = {"facility_id": w.cedar.facility.pk, "person_id": w.staff_cedar.pk, "topic": "rights", "course": "Rights"}
    row |= {"hours": 2, "held_on": w.today, "given_by": "We", "filed_by_id": w.people[by].pk, "filed_at": w.now}
    return insert(Training, **row | {"withdrawn_reason": ""} | values)


def reference(w: World, by: str = "admin_cedar", **values: Any) -> UUID:
    row = {"facility_id": w.cedar.facility.pk, "person_id": w.staff_cedar.pk, "relation": "Friend", "asked_on": w.today}
    return insert(StaffReference, **row | {"asked_by_id": w.people[by].pk, "result": ""} | values)


def text(w: World, **values: Any) -> UUID:
    row = {"reference_id": reference(w), "facility_id": w.cedar.facility.pk, "person_id": w.staff_cedar.pk}
    return insert(ReferenceText, **row | {"named": "Pat", "said": ""} | values)


def answer(w: World, **more: Any) -> dict[str, Any]:
    return {"result": "good", "answered_on": w.today, "answered_by_id": w.admin_cedar.pk} | more


def health(w: World, **values: Any) -> UUID:
    row = {"facility_id": w.cedar.facility.pk, "person_id": w.staff_cedar.pk, "kind": "tuberculosis", "course": ""}
    row |= {"number": "", "issuer": "", "valid_from": w.today, "filed_by_id": w.admin_cedar.pk, "filed_at": w.now}
    return insert(Credential, **row | values)


STAFF_FILES: list[dict[str, Any]] = [
    {
        "name": "health_is_kept_with_its_dates_alone",
        "who": "admin_cedar",
        "attack": lambda w: health(w, course="Positive, treated"),
    },
    {
        "name": "health_is_kept_with_its_dates_alone",
        "who": "admin_cedar",
        "attack": lambda w: health(w, document_id=w.cedar.paper.pk),
    },
    {"name": "training_has_a_topic", "who": "admin_cedar", "attack": lambda w: training(w, topic="golf")},
    {"name": "training_lasts_some_hours", "who": "admin_cedar", "attack": lambda w: training(w, hours=0)},
    {"name": "training_says_which_and_by_whom", "who": "admin_cedar", "attack": lambda w: training(w, given_by=" ")},
    {
        "name": "training_is_filed_by_another",
        "who": "admin_cedar",
        "attack": lambda w: training(w, person_id=w.admin_cedar.pk),
    },
    {
        "name": "training_is_filed_once",
        "who": "admin_cedar",
        "attack": lambda w: [training(w) for _ in range(2)],
    },
    {
        "name": "training_is_filed_by_the_home",
        "who": "inspector_cedar",
        "attack": lambda w: training(w, by="inspector_cedar"),
    },
    {
        "name": "training_is_of_who_works_there",
        "who": "admin_cedar",
        "attack": lambda w: training(w, person_id=w.staff_birch.pk),
    },
    {
        "name": "training_has_been",
        "who": "admin_cedar",
        "attack": lambda w: training(w, held_on=w.today + 2 * DAY),
    },
    {
        "name": "training_paper_is_of_the_home",
        "who": "admin_cedar",
        "attack": lambda w: training(w, document_id=w.birch.paper.pk),
    },
    {"name": "training_is_kept", "who": "admin_cedar", "attack": lambda w: change(trained(w)[0], hours=50)},
    {
        "name": "training_withdrawal_is_signed",
        "who": "admin_cedar",
        "attack": lambda w: change(
            trained(w)[0], withdrawn_by_id=w.admin_cedar.pk, withdrawn_at=w.now, withdrawn_reason=" "
        ),
    },
    {
        "name": "reference_is_asked_by_the_home",
        "who": "inspector_cedar",
        "attack": lambda w: reference(w, by="inspector_cedar"),
    },
    {
        "name": "reference_is_of_who_works_there",
        "who": "admin_cedar",
        "attack": lambda w: reference(w, person_id=w.staff_birch.pk),
    },
    {
        "name": "reference_is_kept_by_another",
        "who": "supervisor",
        "by_owner": True,  # row security refuses it to the person before
        "attack": lambda w: reference(w, by="supervisor", person_id=supervisor_works_there(w)),
    },
    {"name": "reference_says_of_what_kind", "who": "admin_cedar", "attack": lambda w: reference(w, relation=" ")},
    {
        "name": "reference_was_asked",
        "who": "admin_cedar",
        "attack": lambda w: reference(w, asked_on=w.today + 2 * DAY),
    },
    {
        "name": "reference_begins_unanswered",
        "who": "admin_cedar",
        "attack": lambda w: reference(w, **answer(w)),
    },
    {"name": "reference_is_kept", "who": "admin_cedar", "attack": lambda w: change(answered(w), result="concerns")},
    {
        "name": "reference_is_kept",
        "who": "admin_cedar",
        "attack": lambda w: change(answered(w).texts.get(), said="Nothing"),
    },
    {
        "name": "reference_answer_is_signed",
        "who": "admin_cedar",
        "attack": lambda w: change(asked(w), result="good"),
    },
    {
        "name": "reference_was_answered_after",
        "who": "admin_cedar",
        "attack": lambda w: change(asked(w), **answer(w, answered_on=w.today - 9 * DAY)),
    },
    {
        "name": "reference_was_answered_after",
        "who": "admin_cedar",
        "attack": lambda w: change(asked(w), **answer(w, answered_on=w.today + 2 * DAY)),
    },
    {"name": "reference_names_who_was_asked", "who": "admin_cedar", "attack": lambda w: text(w, named=" ")},
    {
        "name": "reference_text_once",
        "who": "admin_cedar",
        "attack": lambda w: text(w, reference_id=asked(w).pk),
    },
    {
        "name": "reference_text_is_of_its_reference",
        "who": "admin_cedar",
        "attack": lambda w: text(w, person_id=w.stranger.pk),
    },
]


def supervisor_works_there(w: World) -> UUID:
    """A supervisor who is also put down as staff of Cedar."""
    from placement.facilities.models import Assignment

    row = {"facility_id": w.cedar.facility.pk, "person_id": w.supervisor.pk, "role": "staff"}
    insert(Assignment, **row, starts_at=w.now - DAY)
    return w.supervisor.pk
