"""A new database: the first system administrator by a command, then units and accounts on the pages."""

import io
import uuid

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from placement.access import operations
from placement.access.models import AgencyUnit, Person
from placement.database.constraints import Refused
from placement.database.context import acting, acting_as_system
from tests.world import World, browser

PASSWORD = "quiet river stone lamp"
UNITS = reverse("accounts:units")


def first_account(monkeypatch, password: str = PASSWORD, **changes: str) -> str:
    """What the command prints."""
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    given = {"username": "root.admin", "name": "First Person", "staff_number": "A-1"} | changes
    out = io.StringIO()
    call_command("access", "first-account", *(f"--{key.replace('_', '-')}={given[key]}" for key in given), stdout=out)
    return out.getvalue()


def close_administrators(*more: str) -> None:
    """Leave the world as a database in which no system administrator, and nobody with one of the roles, can sign in."""
    with acting_as_system("tests"):
        Person.objects.filter(role__in=["sysadmin", *more]).update(is_active=False)


def test_the_first_system_administrator_signs_in_and_finds_accounts(world: World, monkeypatch, client) -> None:
    close_administrators()
    assert "root.admin is open" in first_account(monkeypatch)
    person = Person.objects.get(username="root.admin")
    assert (person.role, person.password_set_by, person.history.get().history_user_name) == (
        "sysadmin",
        None,
        "system: access first-account",
    )
    signed_in = client.post(reverse("accounts:login"), {"username": "root.admin", "password": PASSWORD})
    assert signed_in.status_code == 302
    assert client.get(reverse("accounts:list")).status_code == 200


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"password": "short"}, "at least 12 characters"),
        ({"username": "Root Admin"}, "Use small letters"),
        ({"username": "caseworker.of.the.world"}, "Somebody has this username already"),
        ({"staff_number": "w 001"}, "already an account for this staff number"),
    ],
)
def test_what_a_page_refuses_the_command_refuses(world: World, monkeypatch, changes, words) -> None:
    close_administrators()
    before = Person.objects.count()
    with pytest.raises(CommandError, match=words):
        first_account(monkeypatch, **changes)
    assert Person.objects.count() == before


def test_the_command_opens_the_second_person_too_without_whom_nobody_confirms(world: World, monkeypatch) -> None:
    close_administrators("supervisor")
    first_account(monkeypatch)
    first_account(monkeypatch, username="second.admin", staff_number="A-2")
    assert set(Person.objects.filter(role="sysadmin", is_active=True).values_list("username", flat=True)) == {
        "root.admin",
        "second.admin",
    }
    with pytest.raises(CommandError, match="There is a system administrator already"):
        first_account(monkeypatch, username="third.admin", staff_number="A-3")


def test_there_is_only_one_first_account(world: World, monkeypatch) -> None:
    with pytest.raises(CommandError, match="There is a system administrator already"):
        first_account(monkeypatch)
    with acting(world.sysadmin.pk, world.sysadmin.name), pytest.raises(Refused):
        operations.open_first_account(username="x", name="X", staff_number="X-1", password=PASSWORD, by=world.sysadmin)
    assert not Person.objects.filter(staff_number__in=["A-1", "X-1"]).exists()


@pytest.mark.parametrize("command", ["createsuperuser", "changepassword"])
def test_the_frameworks_own_ways_to_an_account_are_closed(db, command: str) -> None:
    with pytest.raises(CommandError, match=r"system administrator|superuser"):
        call_command(command)


def test_a_unit_is_added_and_its_name_is_taken_once(world: World) -> None:
    client = browser(world, "sysadmin")
    sent = client.post(UNITS, {"form_key": uuid.uuid4(), "name": "East unit"})
    assert sent["Location"] == UNITS
    assert AgencyUnit.objects.get(name="East unit").history.get().history_user_name == world.sysadmin.name
    again = client.post(UNITS, {"form_key": uuid.uuid4(), "name": "East unit"})
    assert again.context["form"].errors["name"] == ["There is already a unit with this name."]
    page = client.get(UNITS).text
    assert page.index("East unit") < page.index("North unit")
    assert "nobody yet" in page[page.index("East unit") : page.index("North unit")]
