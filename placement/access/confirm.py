"""The own factor, or the own password, again: inside an open session, before a dangerous step. Wrong ones are counted."""

from django.conf import settings

from placement.access import factors, tries
from placement.access.models import Person
from placement.access.opened import write_failed

TOO_MANY = "There were too many wrong passwords. Wait 15 minutes, then try again."
TOO_MANY_NAMES = "There were too many passwords with names in them. Wait 15 minutes, then try again."


def confirm_self(person: Person, secret: str) -> bool:
    """Return whether ``secret`` proves that ``person`` is here: a code of the second factor, or the password where it is off.

    Wrong ones are counted: after five, only time helps.
    """
    if settings.SECOND_FACTOR:
        return not factors.wrong_with(person, secret, inside=True)
    return not wrong_password(person, secret, "no")


def wrong_password(person: Person, password: str, wrong: str) -> str:
    """Return the sentence ``wrong`` when ``password`` is not the person's own, another after five wrong ones, or ""."""
    name = f"present password {person.pk}"
    if tries.too_many(name, name):
        return TOO_MANY
    if not person.check_password(password):
        tries.failed(name, name)
        write_failed(person, page="accounts:password")
        return wrong
    tries.succeeded(name, name)
    return ""


def names_told_too_often(person: Person) -> bool:
    """Return whether ``person`` was told too often just now that a new password contains a name that is used here."""
    return tries.too_many(names_of(person), names_of(person))


def note_name_told(person: Person) -> None:
    """Count that ``person`` is told so: each time tells whether there is such a home. A right password forgets none."""
    tries.failed(names_of(person), names_of(person))


def names_of(person: Person) -> str:
    """Return the name of the count."""
    return f"names in passwords {person.pk}"
