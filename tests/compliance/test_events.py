"""The table from acts to whom they concern: every name is an operation, and each act has somebody judged."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from compliance import events
from placement.audit.operation import OPERATIONS, act_done
from placement.database.context import acting
from residents.operations import log_care
from tests.every.operations import WHO
from tests.every.places import people_of, places
from tests.every.states import STATES
from tests.every.test_operations import call
from tests.law import report
from tests.world import World


def test_every_name_is_an_operation() -> None:
    assert events.EVENTS.keys() <= OPERATIONS.keys()
    assert {"residents.report_incident", "facilities.admit", "facilities.discharge"} <= events.EVENTS.keys()


def test_who_listens() -> None:
    assert list(act_done._live_receivers(None)[0]) == [events.judge_act]


MAKES = {"residents.open_case", "facilities.open_facility"}  # a young person or a home that was not there before
ALWAYS = {name for name, whom in events.EVENTS.items() if whom.when is None and WHO[name]}


@pytest.mark.parametrize("name", sorted(ALWAYS))
def test_the_act_has_somebody_judged(world: World, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[Any] = []
    monkeypatch.setattr(events, "judge", lambda homes, young: judged.append((homes, young)))
    state = STATES[name](world) if name in STATES else {}
    judged.clear()
    letters = people_of(places(world)["own"])
    person = next(person for letter in WHO[name] for person in letters[letter])
    with acting(person.pk, person.name), transaction.atomic():
        call(name, world, person, **state)
        transaction.set_rollback(True)
    assert judged
    assert any(homes or young for homes, young in judged)
    known = {home.facility.pk for home in world.homes.values()} | {each.resident.pk for each in world.young.values()}
    assert name in MAKES or set().union(*(homes | young for homes, young in judged)) <= known


def test_of_the_care_log_only_what_a_rule_could_need_is_judged(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[Any] = []

    def log(kind: str, outcome: str) -> bool:
        judged.clear()
        staff, cedar = world.staff_cedar, world.cedar
        with acting(staff.pk, staff.name):
            log_care(
                world.ada.resident,
                facility=cedar.facility,
                shift=cedar.shift,
                kind=kind,
                outcome=outcome,
                happened_at=world.now - timedelta(minutes=1),
                by=staff,
            )
        return judged == [(set(), {world.ada.resident.pk})]

    monkeypatch.setattr(events, "judge", lambda homes, young: judged.append((homes, young)))
    assert log("school", "Did not go")
    assert not log("mood", "Good")
    assert not log("head_count", "In the house")
    report(world, world.ada.resident)
    assert log("head_count", "In the house")
