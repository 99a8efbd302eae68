"""Accounts that are opened or changed as on the pages: one person proposes, another one confirms."""

from typing import Any

from placement.access.models import AgencyUnit, Person
from placement.access.operations import set_password
from placement.access.proposals import confirm_change, propose_account, propose_change, propose_reopening
from placement.access.rights import Role
from placement.database.context import acting


def pair(person: Person | None = None) -> tuple[Person, Person]:
    """A system administrator, and a supervisor who is not ``person``."""
    people = Person.objects.filter(is_active=True).exclude(pk=person and person.pk).order_by("staff_number")
    return people.filter(role=Role.SYSADMIN)[0], people.filter(role=Role.SUPERVISOR)[0]


def opened(**about: Any) -> Person:
    """An account that two people have opened."""
    by, other = pair()
    usual = {"name": "N", "unit": None, "time_zone": "America/Los_Angeles", "reason": "Begins to work here"}
    with acting(by.pk, by.name):
        change = propose_account(**usual | about, by=by)
    with acting(other.pk, other.name):
        return confirm_change(change, by=other).person


def settled(password: str, **about: Any) -> Person:
    """An account that two people have opened, whose owner has chosen the password."""
    person = opened(password=password, **about)
    with acting(person.pk, person.name):
        return set_password(person, password, by=person)


def changed(person: Person, *, role: str, unit: AgencyUnit | None = None, reopened: bool = False) -> Person:
    """The account with another role or unit, or opened again with it, by two people."""
    by, other = pair(person)
    propose = propose_reopening if reopened else propose_change
    with acting(by.pk, by.name):
        change = propose(person, role=Role(role), unit=unit, reason="Other work", by=by)
    with acting(other.pk, other.name):
        return confirm_change(change, by=other).person
