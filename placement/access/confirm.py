"""The own factor again, before a dangerous step."""

from django.conf import settings

from placement.access import factors, tries
from placement.access.models import Person


def confirm_self(person: Person, secret: str) -> bool:
    """Return whether ``secret`` proves that ``person`` is here: a code of the second factor, or the password where it is off.

    Wrong ones are counted: after five, only time helps.
    """
    if settings.SECOND_FACTOR:
        return not factors.wrong_with(person, secret)
    name = f"confirm {person.pk}"
    if tries.too_many(name, name):
        return False
    right = person.check_password(secret)
    (tries.succeeded if right else tries.failed)(name, name)
    return right
