"""A board on the wall: a browser in which nobody is signed in, and that opens one page of one home, with codes only.

Whoever puts it up is signed out there, so a screen that nobody watches opens nothing else. It ends with the right of that person
to work in the home, and with what ends their sessions, at the latest when a session of theirs would.
"""

from django.utils import timezone

from placement.access.models import Person, Session
from placement.access.request import Request
from placement.access.sessions import ASIDES, FACTOR, end, is_over
from placement.access.store import BEGAN, DEVICE, PLACE, WALL


def put_up(request: Request, home: object) -> None:
    """Sign the person out, and let this browser show the board of ``home`` (the key of a facility)."""
    person, session = request.person, request.session
    kept = {name: session.get(name) for name in (FACTOR, DEVICE, PLACE)}
    kept |= {BEGAN: timezone.now().timestamp(), "person": str(person.pk), "hash": person.get_session_auth_hash()}
    end(request)
    Session.objects.filter(session_key__in=request.session.pop(ASIDES, [])).delete()  # nor can anybody try PINs there
    request.session[WALL] = kept | {"home": str(home)}


def told(request: Request) -> tuple[Person, str] | None:
    """Return who has put up a board here, and the key of its home; ``None`` when nobody has, or it may not go on."""
    kept = request.session.get(WALL)
    if request.person is not None or not kept:
        return None
    person = Person.objects.filter(pk=kept["person"], is_active=True).first()
    if person is None or person.get_session_auth_hash() != kept["hash"]:
        return None
    return None if is_over(person, kept[BEGAN], factor=kept[FACTOR]) else (person, kept["home"])
