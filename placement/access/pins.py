"""Back in by a PIN on a shared tablet, after the screen has locked itself in the middle of a shift.

The PIN alone is never a way in: it takes up a session that was begun with password and second factor on this device, lasts no
longer than that one would have, and five wrong ones end it.
"""

from itertools import pairwise
from typing import Any

from django.contrib.auth.hashers import check_password

from placement.access import tries
from placement.access.models import Person
from placement.access.opened import write_failed
from placement.access.request import Request
from placement.access.rights import Role
from placement.access.sessions import FACTOR, SHARED, is_over
from placement.access.store import BEGAN, RESUME

DIGITS, MOST, WRONG = 6, 5, "wrong"  # WRONG: how many wrong PINs the locked session has seen
TRIVIAL = "This PIN is easy to guess. Use no rows such as 123456, and no repeats such as 121212 or 777777."


def may_have(person: Person) -> bool:
    """Return whether ``person`` may use a PIN: a system administrator, who opens accounts, may not."""
    return person.role != Role.SYSADMIN


def is_trivial(pin: str) -> bool:
    """Return whether ``pin`` is a row of digits, a repeated block, the same backwards, or has fewer than three digits."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    repeated = any(pin == pin[:size] * (DIGITS // size) for size in (1, 2, 3))
    return len(steps) == 1 or repeated or pin == pin[::-1] or len(set(pin)) < 3


def person_of(request: Request) -> Person | None:
    """Return who may come back with a PIN now: the password is the same, nobody was signed out, and the shift goes on."""
    if not (aside := request.session.get(RESUME)):
        return None
    person = Person.objects.filter(pk=aside["person"], is_active=True).exclude(pin="").first()
    if person is None or not may_have(person) or person.get_session_auth_hash() != aside["hash"]:
        return None
    return None if is_over(person, aside[BEGAN], factor=aside[FACTOR]) else person


def is_right(request: Request, person: Person, pin: str) -> bool:
    """Return whether ``pin`` is the person's. After the fifth wrong one, however slowly, nothing is left to take up.

    The count is read and written while tries at the same time wait, so that none of them is missed.
    """
    name, session = f"pin {person.pk}", request.session
    shut = tries.too_many(name, name)
    aside = session.load().get(RESUME)
    if aside is None:
        session.pop(RESUME, None)
        return False
    if not shut:
        if check_password(pin, person.pin):
            tries.succeeded(name, name)
            return True
        tries.failed(name, name)
        write_failed(person, page="accounts:come_back")
    session[RESUME] = aside | {WRONG: aside.get(WRONG, 0) + 1}
    if session[RESUME][WRONG] >= MOST or tries.too_many(name, name):
        del session[RESUME]
    session.save()
    session.modified = False  # nothing of this request is written over the count of the next one
    return False


def take_up(request: Request, aside: dict[str, Any]) -> None:
    """Let the session that was just signed in go on as the one that was locked: it ends when that would have ended."""
    request.session.update({BEGAN: aside[BEGAN], FACTOR: aside[FACTOR], SHARED: True})
