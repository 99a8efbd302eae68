"""Who acts when, while the world is built."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from placement.access.models import Person
from placement.audit.clock import at_time
from placement.database.context import acting
from tests.world import World, Young


@contextmanager
def acting_at(person: Person, moment: datetime) -> Iterator[Person]:
    """Inside, ``person`` acts and it is ``moment``."""
    with acting(person.pk, person.name), at_time(moment):
        yield person


def people_of(world: World, young: Young) -> tuple[Person, Person, Person]:
    """Caseworker, supervisor and clinician of a case."""
    suffix = "" if young.case.unit_id == world.north.pk else "2"
    return tuple(world.people[f"{role}{suffix}"] for role in ("caseworker", "supervisor", "clinician"))
