"""A care entry or an incident is about somebody who lived in that home then; a signed time says why it is added to."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from placement.access.models import Person
from placement.database.context import acting
from placement.facilities.models import Shift
from residents.models import CareEntry, Incident, IncidentResident
from tests.attack.sql import Stay, change, insert, refused
from tests.attack.test_care import read, rewrite, sign, write
from tests.world import World

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def knows(world: World, who: str) -> Person:
    """Somebody to whom the record is open wherever the young person lives, so that only the rule refuses."""
    return world.young[who].caseload.caseworker


def report(world: World, who: str, happened_at: datetime, home: str = "cedar") -> UUID:
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        incident = insert(
            Incident,
            number=0,
            facility_id=world.homes[home].facility.pk,
            kind="other",
            severity="low",
            status="reported",
            happened_at=happened_at,
            seen="A quarrel",
            done="",
            reported_by_id=world.staff_cedar.pk,
            closing_note="",
        )
    by = knows(world, who)
    with acting(by.pk, by.name):
        return insert(IncidentResident, incident_id=incident, resident_id=world.young[who].resident.pk)


def test_care_is_logged_for_the_time_of_the_stay(world: World) -> None:
    ada, fay = world.ada.stay, world.fay.stay
    for who, moment in [
        ("ada", ada.starts_at - HOUR),
        ("ada", ada.starts_at - 300 * DAY),
        ("fay", fay.starts_at - HOUR),
        ("fay", fay.ends_at + HOUR),
        ("cleo", world.now - HOUR),  # lives in the other home
        ("eve", world.now - HOUR),  # lives nowhere yet
    ]:
        with refused("care_is_for_who_lives_there"):
            write(world, knows(world, who), resident_id=world.young[who].resident.pk, happened_at=moment, shift_id=None)
    for who, moment in [("ada", ada.starts_at), ("ada", world.now - DAY), ("fay", fay.starts_at), ("fay", fay.ends_at)]:
        by = knows(world, who)
        assert write(world, by, resident_id=world.young[who].resident.pk, happened_at=moment, shift_id=None)


def test_an_approved_stay_is_not_one_yet(world: World) -> None:
    stay = Stay(world, "eve", "cedar", 3).propose(world.now - DAY).approve()
    with refused("care_is_for_who_lives_there"):
        write(world, knows(world, "eve"), resident_id=world.eve.resident.pk)
    stay.admit()
    assert write(world, knows(world, "eve"), resident_id=world.eve.resident.pk)


def test_an_entry_is_not_moved_or_amended_to_a_time_before_the_stay(world: World) -> None:
    before = world.ada.stay.starts_at - DAY
    entry = write(world)
    with refused("care_is_for_who_lives_there"):
        rewrite(world, entry, happened_at=before)
    with refused("care_is_for_who_lives_there"):
        write(world, amends_id=entry[1], reason="x", happened_at=before)
    assert rewrite(world, entry, happened_at=world.ada.stay.starts_at + HOUR) == 1


def test_what_was_logged_during_a_stay_is_amended_after_it(world: World) -> None:
    entry = write(world)
    stay = Stay(world, "ada", "cedar", 0)
    stay.id = world.ada.stay.pk
    stay.end(timezone.now())
    amendment = write(world, amends_id=entry[1], reason="Counted again", happened_at=read(entry).happened_at)
    assert read(amendment).reason == "Counted again"


def test_an_incident_names_who_lived_there_then(world: World) -> None:
    ada, fay = world.ada.stay, world.fay.stay
    for who, moment in [
        ("ada", ada.starts_at - HOUR),
        ("ada", ada.starts_at - 300 * DAY),
        ("fay", fay.ends_at + HOUR),
        ("cleo", world.now - HOUR),
        ("eve", world.now - HOUR),
    ]:
        with refused("incident_is_of_who_lives_there"):
            report(world, who, moment)
    for who, moment in [("ada", ada.starts_at), ("ada", world.now - HOUR), ("fay", fay.ends_at)]:
        assert report(world, who, moment)


def test_an_incident_is_not_turned_to_somebody_else(world: World) -> None:
    row = report(world, "ada", world.now - HOUR)
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        with refused("incident_is_of_who_lives_there"):
            change((IncidentResident, row), resident_id=world.cleo.resident.pk)
        assert change((IncidentResident, row), resident_id=world.bea.resident.pk) == 1


@pytest.mark.parametrize("named", ["none", "next"])
def test_a_signed_time_asks_for_a_reason_whichever_shift_is_named(world: World, named: str) -> None:
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        change(world.cedar.shift, ends_at=world.now - 10 * MINUTE)
        following = insert(
            Shift,
            facility_id=world.cedar.facility.pk,
            name="Evening",
            starts_at=world.now - 10 * MINUTE,
            ends_at=world.now + 5 * HOUR,
            hand_off="",
            signing_reason="",
            about_open="",
        )
    sign(world)
    shift = None if named == "none" else following
    with refused("entry_after_signing_has_a_reason"):
        write(world, shift_id=shift, happened_at=world.now - HOUR)
    assert write(world, shift_id=shift, happened_at=world.now - HOUR, reason="Forgotten")
    entry = write(world, shift_id=shift, happened_at=world.now - 9 * MINUTE)
    with refused("entry_after_signing_has_a_reason"):
        rewrite(world, entry, happened_at=world.now - HOUR)
    assert CareEntry.objects.get(pk=entry[1]).happened_at < timezone.now()
