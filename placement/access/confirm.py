"""Showing again that one is who one is, before something that needs more than an open session."""

from placement.access import tries
from placement.access.models import Person
from placement.database.constraints import Refused

TOO_MANY = "There were too many tries from here. Wait 15 minutes, then try again."


def confirm_self(person: Person, given: str, place: str) -> bool:
    """Return whether ``given`` is the own password of ``person``. A wrong one is counted.

    place: where the request comes from (``tries.place_of``). Raises ``Refused`` after too many wrong ones from there.
    """
    name = f"confirm {person.pk}"
    if tries.too_many(name, place):
        raise Refused(TOO_MANY)
    if not person.check_password(given):
        tries.failed(name, place)
        return False
    tries.succeeded(name, place)
    return True
