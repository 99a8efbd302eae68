"""A home and a person have a time zone that exists; with any other, no page could tell a time."""

import pytest
from django.utils import timezone

from placement.access.models import Person
from placement.database.context import acting
from placement.facilities.models import Facility
from tests.attack.sql import change, insert, refused, sql
from tests.world import World

UNKNOWN = ["Nowhere/X", "", "PST", "america/los_angeles", "Nowhere+3", " America/Chicago"]


@pytest.mark.parametrize("zone", UNKNOWN)
def test_a_home_has_a_time_zone_that_exists(world: World, zone: str) -> None:
    row = {
        "name": "New",
        "kind": "residential",
        "original_type": "",
        "jurisdiction": "CA",
        "region": "",
        "letters_to": "",
    }
    with acting(world.supervisor.pk, world.supervisor.name):
        with refused("time_zone_is_known"):
            change(world.cedar.facility, time_zone=zone)
        with refused("time_zone_is_known"):
            sql("UPDATE facilities_facility SET time_zone = %s, name = name || '!'", zone)
        with refused("time_zone_is_known"):
            insert(Facility, time_zone=zone, languages=[], **row)
        assert insert(Facility, time_zone="America/Denver", languages=[], **row)
        assert change(world.cedar.facility, time_zone="America/Chicago") == 1


@pytest.mark.parametrize("zone", UNKNOWN)
def test_a_person_has_a_time_zone_that_exists(world: World, zone: str) -> None:
    row = {
        "username": "new.person",
        "name": "New",
        "staff_number": "N-9",
        "role": "none",
        "password": "!",
        "is_active": False,
        "password_changed_at": timezone.now(),
    }
    with acting(world.sysadmin.pk, world.sysadmin.name):
        with refused("time_zone_is_known"):
            change(world.caseworker, time_zone=zone)
        with refused("time_zone_is_known"):
            insert(Person, time_zone=zone, **row)
        assert insert(Person, time_zone="America/Denver", **row)
        assert change(world.caseworker, time_zone="America/New_York") == 1
