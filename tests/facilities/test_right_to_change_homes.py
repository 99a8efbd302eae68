"""Homes that were there before the right to change a home get it, for the people who changed them until then."""

from importlib import import_module

from placement.access.facts import differences
from placement.access.rights import Can
from placement.access.visible import rights_on
from placement.database import roles
from tests.world import World

MIGRATION = import_module("placement.facilities.migrations.0029_right_to_change_homes")


def test_homes_that_are_there_get_the_right(committed_world: World) -> None:
    home, people = committed_world.cedar.facility, committed_world.people
    with roles.owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute(MIGRATION.NO_RIGHTS)
        cursor.execute("DELETE FROM auth_permission WHERE codename = 'change_facility'")
        assert not any(Can.CHANGE_FACILITY in rights_on(person, home) for person in people.values())
        assert len(differences()) == len(committed_world.homes) * 2
        cursor.execute(MIGRATION.RIGHTS)
    assert differences() == []
    able = {key for key, person in people.items() if Can.CHANGE_FACILITY in rights_on(person, home)}
    assert able == {"admin_cedar", "supervisor", "supervisor2"}
