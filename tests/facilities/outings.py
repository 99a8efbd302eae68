"""Passes of the world for tests: asked for, decided, out, and written in plain SQL."""

from datetime import timedelta
from typing import Any

from compliance.queries.work import Task, my_work
from placement.access.models import Person
from placement.audit.clock import now
from placement.database.context import acting
from placement.facilities import operations
from placement.facilities.models import PassRequest
from tests.attack.sql import insert
from tests.facilities.conftest import do
from tests.world import LOS_ANGELES, World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def noon(days: int) -> Any:
    """Noon in Cedar in so many days."""
    return now().astimezone(LOS_ANGELES).replace(hour=12, minute=0, second=0, microsecond=0) + days * DAY


def ask(world: World, by: Person | None = None, **changes: Any) -> PassRequest:
    """Ask that bea may go to the library alone at noon in five days."""
    values = {"kind": "outing", "where": "Library", "company": "alone", "transport": "Bus"}
    values |= {"starts_at": noon(5), "ends_at": noon(5) + 3 * HOUR}
    return do(by or world.staff_cedar, operations.ask_pass, world.bea.stay, **values | changes)


def decide(by: Person, asked: PassRequest, decision: str = "approved", **more: Any) -> PassRequest:
    return do(by, operations.decide_pass, asked, decision=decision, **more)


def out(world: World) -> PassRequest:
    """Bea is out since an hour ago, for two more minutes."""
    return decide(world.supervisor, ask(world, starts_at=now() - HOUR / 60, ends_at=now() + HOUR / 30))


def tasks(person: Person, words: str) -> list[Task]:
    work = my_work(person)
    return [task for task in [*work.first, *work.later] if words in task.title]


def do_return(world: World, asked: PassRequest) -> None:
    do(world.staff_cedar, operations.log_return, asked, happened_at=now())


def world_acting(person: Person) -> Any:
    return acting(person.pk, person.name)


def fields(prefix: str, moment: Any) -> dict[str, str]:
    here = moment.astimezone(LOS_ANGELES)
    return {f"{prefix}_date": f"{here:%m/%d/%Y}", f"{prefix}_time": f"{here:%H:%M}", f"{prefix}_which": ""}


def put(world: World, **changes: Any) -> Any:
    """Insert a pass of bea in plain SQL, as staff."""
    values = {
        "placement_id": world.bea.stay.pk,
        "resident_id": world.bea.resident.pk,
        "kind": "outing",
        "where": "Pool",
    }
    values |= {
        "company": "alone",
        "transport": "Bus",
        "own_wish": True,
        "starts_at": noon(5),
        "ends_at": noon(5) + HOUR,
    }
    values |= {"asked_by_id": world.staff_cedar.pk, "decision": "", "decision_reason": "", "return_note": ""}
    values |= {"withdrawn_why": ""}
    with world_acting(world.staff_cedar):
        return PassRequest, insert(PassRequest, **values | changes)
