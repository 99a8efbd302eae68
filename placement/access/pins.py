"""Back in by a PIN on a shared tablet, after the screen has locked itself in the middle of a shift, or was passed on.

Several people may have one at a time: whoever is switched to finds their own session, and everything counts under their name.

The PIN alone is never a way in: it takes up a session that was begun with password and second factor on this device, lasts no
longer than that one would have, and five wrong ones end it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from django.contrib.auth.hashers import check_password
from django.utils import timezone

from placement.access import tries
from placement.access.models import Person, Session
from placement.access.opened import write_failed
from placement.access.request import Request
from placement.access.rights import Role
from placement.access.sessions import ASIDES, FACTOR, KEPT, SHARED, WHOSE, is_over
from placement.access.store import BEGAN, RESUME, SessionStore
from placement.database.context import acting

ON_DUTY: list[Callable[[Person], bool]] = []  # higher apps say who works today
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


def says_who_is_on_duty(function: Callable[[Person], bool]) -> Callable[[Person], bool]:
    """Register a function that says whether somebody is on duty or planned today; it is asked as that person."""
    ON_DUTY.append(function)
    return function


@dataclass(frozen=True)
class Aside:
    """A locked session on this tablet: the key of its row, whose it is, and what it was. ``today``: whether they work today."""

    key: str
    person: Person
    told: dict[str, Any]
    today: bool = False


def today_first(asides: list[Aside]) -> list[Aside]:
    """Return them with those first who work today."""
    found = []
    for aside in asides:
        with acting(aside.person.pk, aside.person.name):
            found.append(replace(aside, today=any(says(aside.person) for says in ON_DUTY)))
    return sorted(found, key=lambda aside: not aside.today)


def asides_of(request: Request) -> list[Aside]:
    """Return who may come back with a PIN now, the last one first: the password is the same, nobody was signed out, and the
    shift goes on."""
    keys = request.session.get(ASIDES, [])
    living = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now()).select_related("person")
    found = []
    for row in sorted(living, key=lambda row: keys.index(row.session_key)):
        told = row.get_decoded().get(RESUME)
        if told and row.person and may_take_up(row.person, told):
            found.append(Aside(row.session_key, row.person, told))
    return found


def may_take_up(person: Person, told: dict[str, Any]) -> bool:
    """Return whether ``person`` may take up a session with a PIN of which this is ``told``."""
    same = person.is_active and person.pin and person.get_session_auth_hash() == told["hash"]
    return bool(same) and may_have(person) and not is_over(person, told[BEGAN], factor=told[FACTOR])


def is_right(aside: Aside, pin: str) -> bool:
    """Return whether ``pin`` is the person's. After the fifth wrong one, however slowly, nothing is left to take up.

    The count is read and written while tries at the same time wait, so that none of them is missed.
    """
    name, row = f"pin {aside.person.pk}", SessionStore(aside.key)
    shut = tries.too_many(name, name)
    if (told := row.load().get(RESUME)) is None:
        return False
    if not shut:
        if check_password(pin, aside.person.pin):
            tries.succeeded(name, name)
            return True
        tries.failed(name, name)
        write_failed(aside.person, page="accounts:come_back")
    row[RESUME] = told | {WRONG: told.get(WRONG, 0) + 1}
    if row[RESUME][WRONG] >= MOST or tries.too_many(name, name):
        row.delete()
    else:
        row.save()
    return False


def give_back(request: Request, aside: Aside) -> None:
    """Lay what the person had typed before somebody else took the tablet where they find it after the sign-in."""
    if typed := SessionStore(aside.key).load().get(KEPT):
        request.session[KEPT], request.session[WHOSE] = typed, str(aside.person.pk)


def take_up(request: Request, aside: Aside) -> None:
    """Let the session that was just signed in go on as the one that was locked: it ends when that would have ended."""
    request.session.update({BEGAN: aside.told[BEGAN], FACTOR: aside.told[FACTOR], SHARED: True})
