"""A young person who is missing, and the flyer about them, for tests."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from placement.access.models import Person
from placement.database.context import acting
from placement.facilities.operations import came_back
from residents import operations
from residents.models import Flyer, FlyerRelease, Incident, IncidentPart
from tests.world import Home, World

SAYS = {
    "name": "",
    "age": "15",
    "height": "About 5 ft 4",
    "hair": "Long and dark",
    "worn": "A red coat",
    "last_seen": "At the bus stop near the market",
    "police": "Sheriff, 555 0142",
    "case_number": "26-1147",
}
GIVEN = {"recipient_kind": "police", "recipient": "Sheriff", "handed_to": "Officer Diaz", "channel": "hand"}


def home_of(world: World, key: str) -> Home:
    """The home in which somebody lives."""
    return world.homes["birch" if key in ("cleo", "dina") else "cedar"]


def missing_part(world: World, key: str = "ada") -> IncidentPart:
    """Report that somebody of the home is missing, and return their part of it."""
    young, home = world.young[key].resident, home_of(world, key)
    with acting(home.staff.pk, home.staff.name):
        report = operations.report_incident(
            facility=home.facility,
            shift=home.shift,
            kind="missing",
            severity="critical",
            happened_at=timezone.now() - timedelta(minutes=9),
            seen="Not in the room",
            done="",
            residents=[young],
            by=home.staff,
        )
    return report.parts.get()


def drafted(part: IncidentPart, by: Person, **more: Any) -> Flyer:
    """Draft the flyer."""
    said = SAYS | {"name": part.resident.preferred_name, "since": timezone.now().date()} | more
    with acting(by.pk, by.name):
        return operations.draft_flyer(part, **said, by=by)


def approved(flyer: Flyer, by: Person, released: Any = None) -> Flyer:
    """Approve it, all of it unless told."""
    with acting(by.pk, by.name):
        flyer = Flyer.objects.get(pk=flyer.pk)
        return operations.approve_flyer(flyer, released=released or flyer.filled, by=by)


def given_out(flyer: Flyer, by: Person, **more: Any) -> FlyerRelease:
    """Give it to the police."""
    with acting(by.pk, by.name):
        return operations.release_flyer(flyer, **GIVEN | more, by=by)


def back_home(world: World, incident: Incident, key: str = "ada") -> None:
    """Write down that they are back."""
    staff = home_of(world, key).staff
    with acting(staff.pk, staff.name):
        came_back(
            incident,
            world.young[key].resident,
            happened_at=timezone.now() - timedelta(minutes=1),
            how="Well",
            by=staff,
        )
