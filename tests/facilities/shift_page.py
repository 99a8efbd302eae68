"""What the tests of the shift page share: addresses, posted data, signing, and young people who move in."""

import uuid
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from placement.access.models import Person
from placement.access.permissions import give_groups, group_name
from placement.access.rights import RESIDENT_RIGHTS, Role
from placement.audit.clock import at_time, now
from placement.facilities import operations
from placement.facilities.models import Placement
from residents import operations as residents
from residents.models import CareEntry, Resident
from tests.world import World

LA = ZoneInfo("America/Los_Angeles")


def url(name: str, world: World, *args) -> str:
    """The address of a page of Cedar."""
    return reverse(f"facilities:{name}", args=[world.cedar.facility.pk, *args])


def tap_data(what: str = "head_count|In the house") -> dict:
    """What a button of a tile posts."""
    return {"form_key": str(uuid.uuid4()), "what": what}


def local(moment: datetime) -> dict:
    """Date and time of a moment as the form's two boxes take them, in Cedar's zone."""
    here = moment.astimezone(LA)
    return {"happened_at_date": f"{here:%m/%d/%Y}", "happened_at_time": f"{here:%H:%M}", "happened_at_which": ""}


def care_data(moment: datetime, what: str = "meal|Lunch", **more) -> dict:
    """What the longer form posts."""
    return {"form_key": str(uuid.uuid4()), "what": what, "note": "", **local(moment), **more}


def entries(world: World, **filters):
    """Ada's entries but those that the world begins with."""
    known = [world.ada.care.pk, world.ada.dose.entry_id]
    return CareEntry.objects.filter(resident=world.ada.resident, **filters).exclude(pk__in=known)


def sign(world: World, acting_as) -> None:
    """Sign Cedar's shift, as staff."""
    with acting_as(world.staff_cedar):
        operations.sign_shift(world.cedar.shift, hand_off="All calm.", by=world.staff_cedar)


def fill(world: World, acting_as, count: int, first: int = 1) -> None:
    """Let ``count`` more young people live in Cedar, from code X-``first`` on, each with an alert and two entries."""
    home, shift, by = world.cedar.facility, world.cedar.shift, world.staff_cedar
    with acting_as(world.supervisor):
        type(world.cedar.licence).objects.filter(pk=world.cedar.licence.pk).update(capacity=60)
        room = world.cedar.rooms[0]
        beds = [operations.add_bed(room, f"X{first + n}", by=world.supervisor) for n in range(count)]
    for number, bed in enumerate(beds, start=first):
        resident = moved_in(world, acting_as, bed, number)
        with acting_as(world.caseworker):
            residents.add_alert(resident, kind="care", text="Night light", urgent=False, by=world.caseworker)
        with acting_as(by):
            for kind in ("head_count", "meal"):
                residents.log_care(resident, facility=home, shift=shift, kind=kind, happened_at=now(), by=by)


def moved_in(world: World, acting_as, bed, number: int) -> Resident:
    """A young person with code X-``number`` who has moved into ``bed`` of Cedar a moment ago."""
    with acting_as(world.caseworker):
        case = residents.open_case(
            code=f"X-{number}",
            preferred_name=f"Extra {number}",
            legal_name="Extra Person",
            birth_date=date(world.now.year - 15, 2, 3),
            sex="female",
            languages=[],
            unit=world.north,
            caseworker=world.caseworker,
            number=f"C-X-{number}",
            legal_basis="Order",
            permanency_goal="reunification",
            opened_on=world.today - timedelta(days=1),
            by=world.caseworker,
        )
        residents.designate(
            case.resident, population="trafficked", stage="confirmed", basis="Interview", by=world.caseworker
        )
        residents.assess_level(
            case.resident,
            level=2,
            assessed_on=world.today - timedelta(days=1),
            assessor="Dr.",
            basis="Talk",
            by=world.caseworker,
        )
        stay = Placement.objects.create(
            resident=case.resident, bed=bed, starts_at=now() - timedelta(minutes=5), proposed_by=world.caseworker
        )
    with acting_as(world.supervisor):
        stay.status, stay.decided_by, stay.decided_at = "approved", world.supervisor, now()
        stay.save()
    with acting_as(world.admin_cedar):
        stay.status, stay.admitted_by = "active", world.admin_cedar
        stay.safety_read_by, stay.safety_read_at = world.admin_cedar, stay.starts_at
        stay.save()
        home = world.cedar.facility.pk
        rights = {group_name("home", home, role): RESIDENT_RIGHTS[role] for role in (Role.STAFF, Role.ADMIN)}
        give_groups(case.resident, rights, grant=stay.pk, starts_at=now())
    return case.resident


def several_data(moment: datetime, what: str, said: dict, **more) -> dict:
    """What the form for several posts; ``said``: resident → outcome, whoever is not in it is left out."""
    return care_data(
        moment, what=what, **{f"said-{resident.pk}": outcome for resident, outcome in said.items()}, **more
    )


def queries_of(client, address: str) -> int:
    """How many queries a page costs."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def off_duty(world: World, acting_as) -> Person:
    """Somebody who works in Cedar since yesterday, and not in the shift of the world."""
    with acting_as(world.supervisor), at_time(now() - timedelta(days=1)):
        operations.assign(world.staff_past, world.cedar.facility, role=Role.STAFF, by=world.supervisor)
    return world.staff_past
