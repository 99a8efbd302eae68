"""What tests of staff files do over and over: file training, ask for a reference, answer it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from placement.access.models import Person
from placement.database.context import acting
from placement.facilities import operations as homes
from placement.facilities.models import StaffReference, Training
from tests.world import World

DAY = timedelta(days=1)


def trained(
    world: World, *people: Person, home: str = "cedar", hours: float = 5, by: Person | None = None, **more: Any
) -> list[Training]:
    """Let the administrator file hours on trafficking of three days ago, for the staff of the home unless told."""
    place = world.homes[home]
    by = by or place.admin
    values = {"topic": "trafficking", "course": "Seeing the signs", "held_on": world.today - 3 * DAY}
    values |= {"hours": Decimal(str(hours)), "given_by": "County office"}
    with acting(by.pk, by.name):
        return homes.file_training(place.facility, people or [place.staff], by=by, **values | more)


def asked(
    world: World, person: Person | None = None, home: str = "cedar", by: Person | None = None, **more: Any
) -> StaffReference:
    """Let the administrator keep that a former employer of the home's staff was asked four days ago."""
    place = world.homes[home]
    by = by or place.admin
    values = {"relation": "Former employer", "named": "Pat Doe, 555-0100", "asked_on": world.today - 4 * DAY}
    with acting(by.pk, by.name):
        return homes.ask_reference(place.facility, person or place.staff, by=by, **values | more)


def answered(world: World, reference: StaffReference | None = None, **more: Any) -> StaffReference:
    """Let the administrator of Cedar write down a good answer of yesterday."""
    by, reference = world.admin_cedar, reference or asked(world)
    values = {"result": "good", "answered_on": world.today - DAY, "said": "Calm and kind"}
    with acting(by.pk, by.name):
        return homes.answer_reference(reference, by=by, **values | more)
