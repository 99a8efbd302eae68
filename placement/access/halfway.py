"""Half-way in: the password was right, the second factor is still to come. Nobody is signed in, so nothing opens (threat 17)."""

from datetime import timedelta

from django.utils import timezone

from placement.access.models import Person
from placement.access.request import Request

HALF = "half"
LASTS = timedelta(minutes=10)


def begin(request: Request, person: Person, to: str, *, shared: bool) -> None:
    """Note that ``person`` knows the password, and that they want to go ``to``, on a ``shared`` tablet."""
    request.session.cycle_key()
    request.session[HALF] = {
        "person": str(person.pk),
        "hash": person.get_session_auth_hash(),
        "at": timezone.now().timestamp(),
        "to": to,
        "shared": shared,
    }


def person_of(request: Request) -> Person | None:
    """Return who is half-way in; ``None`` when nobody is, it was too long ago, or password or account changed meanwhile."""
    half = request.session.get(HALF)
    if not half or timezone.now().timestamp() - half["at"] > LASTS.total_seconds():
        return None
    person = Person.objects.filter(pk=half["person"], is_active=True, factor_since__isnull=False).first()
    if person is None or person.get_session_auth_hash() != half["hash"]:
        return None
    out = person.signed_out_at
    return None if out and half["at"] < out.timestamp() else person


def finish(request: Request) -> tuple[str, bool]:
    """End the half-way state; return where the person wanted to go, and whether the tablet is shared."""
    half = request.session.pop(HALF)
    return half["to"], half["shared"]
