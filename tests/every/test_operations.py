"""Every operation goes through for those whom it is for, and is refused to everybody else; a refusal writes nothing.

The arguments are built from the world by the name of the parameter, after what ``tests.every.states`` brings about. A
parameter without a value fails.
"""

import inspect
import pickle
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction

from placement.access.models import Person
from placement.audit.operation import OPERATIONS, WrongActor
from placement.database.constraints import Refused
from placement.database.context import acting
from tests.attack.sql import fingerprint
from tests.every.arguments import values
from tests.every.operations import FIELDS, WHO
from tests.every.places import people_of, places
from tests.every.states import STATES
from tests.world import World


def call(name: str, world: World, by: Any, **state: Any) -> Any:
    """Call the operation with right arguments as ``by``; ``state`` goes before those of ``values``."""
    known, chosen = values(world), {}
    parameters = inspect.signature(OPERATIONS[name].__wrapped__).parameters.values()
    for parameter in parameters:
        special = f"{name}.{parameter.name}"
        required = parameter.default is parameter.empty and parameter.name not in FIELDS
        if parameter.name in state:
            chosen[parameter.name] = state[parameter.name]
        elif required or special in known:
            chosen[parameter.name] = known[special] if special in known else known[parameter.name]
    positional = [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD and p.name in chosen]
    return OPERATIONS[name](
        *(chosen[key] for key in positional),
        by=by,
        **{key: value for key, value in chosen.items() if key not in positional},
    )


def refusal(name: str, world: World, person: Person, state: dict[str, Any]) -> Exception | None:
    """Return why ``person`` is refused; None for somebody who goes through, which is rolled back."""
    try:
        with acting(person.pk, person.name), transaction.atomic():
            call(name, world, person, **state)
            transaction.set_rollback(True)
    except (Refused, ObjectDoesNotExist) as error:
        return error
    return None


def test_every_operation_is_listed_and_no_line_is_stale() -> None:
    of_commands = {"facilities.take_over"}  # known only where the command's module was imported
    of_addresses = {"facilities.change_address", "facilities.reveal_address"}  # tests/facilities/test_addresses.py
    assert OPERATIONS.keys() - of_commands - of_addresses == WHO.keys()
    assert STATES.keys() <= WHO.keys()


@pytest.mark.parametrize("name", sorted(WHO))
def test_for_those_whom_it_is_for_and_for_nobody_else(world: World, name: str) -> None:
    state = STATES[name](world) if name in STATES else {}
    before = fingerprint()
    letters = people_of(places(world)["own"])
    welcome = {person.username for letter in WHO[name] for person in letters[letter]}
    refusals, as_it_was = {}, pickle.dumps((world, state))
    for person in world.people.values():  # whoever goes through changes what is in memory, which nothing rolls back
        here, there = pickle.loads(as_it_was) if person.username in welcome else (world, state)  # noqa: S301 - its own
        refusals[person.username] = refusal(name, here, person, there)
    assert {who: str(why) for who, why in refusals.items() if who in welcome and why} == {}
    assert {who for who, why in refusals.items() if why is None} == welcome
    assert fingerprint() == before


@pytest.mark.parametrize("name", sorted(WHO))
def test_nobody_acts_in_the_name_of_another(world: World, name: str) -> None:
    with acting(world.stranger.pk, world.stranger.name):
        for by in (world.supervisor, None):
            with pytest.raises(WrongActor):
                call(name, world, by)
    with pytest.raises(WrongActor):
        call(name, world, world.supervisor)
