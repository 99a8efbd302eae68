"""How a session ends, and what was typed but not taken: kept on the server, for the same person only.

Both limits are the server's: the idle one counts from the last request, the other from the sign-in; no cookie's age matters.
A session whose row was deleted (``endings``) is nobody's at the next request.
"""

import re
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpResponse, QueryDict
from django.urls import Resolver404, resolve
from django.utils import timezone

from placement.access.devices import coarse_place_of, device_of
from placement.access.models import FormKey, Person, Session
from placement.access.outbox import LASTS
from placement.access.request import Request
from placement.access.store import BEGAN, DEVICE, PLACE, RESUME, SEEN, WALL, SessionStore

TOUCH = timedelta(minutes=1)
KEYS_STAY = LASTS + timedelta(days=1)  # nobody presses a button of an older page
WHOSE, KEPT, FACTOR, SHARED = "whose", "kept", "factor", "shared"
ASIDES = "asides"  # the rows of locked sessions on this tablet, the newest first
MOST_KEPT = 20
# a password or a code, or an address, would stand in the session, readable
NEVER_KEPT = {"accounts", "break_glass:new", "facilities:change-address", "facilities:new", "residents:words"}
FINGERPRINT = re.compile(r"[0-9a-f]{64}")  # of what was read before it is signed: nobody has typed that
KEY, CHOSEN = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "chosen in a list"
# A form that is signed has the own password, or a code, in it; hints about words are shown again.
NOT_KEPT = {"csrfmiddlewaretoken", "password", "words_seen"}


def limits_of(person: Person) -> tuple[timedelta, timedelta]:
    """Return how long a session of ``person`` may be idle, and how long it may last."""
    minutes, hours = settings.SESSION_LIMITS.get(person.role, settings.SESSION_LIMITS[""])
    return timedelta(minutes=min(minutes, settings.IDLE_MINUTES)), timedelta(hours=hours)


def is_over(person: Person, began: float | None, *, factor: bool) -> bool:
    """Return whether a session has no more right to go on: it lasted too long, it began before the person was signed out
    everywhere, or without the second factor that the person has.

    Args:
        began: seconds since 1970.
        factor: whether the second factor was given.
    """
    return (
        began is None
        or timezone.now().timestamp() - began > limits_of(person)[1].total_seconds()
        or bool(person.signed_out_at and began < person.signed_out_at.timestamp())
        or bool(settings.SECOND_FACTOR and person.factor_since and not factor)
    )


def end_if_over(request: Request) -> None:
    """End a session that is over, or from which no request came for longer than allowed."""
    if not request.user.is_authenticated:
        return
    began = request.session.get(BEGAN)
    if is_over(request.user, began, factor=request.session.get(FACTOR, False)):
        end(request)
    elif timezone.now().timestamp() - request.session.get(SEEN, began) > limits_of(request.user)[0].total_seconds():
        end(request, idle=True)


@receiver(user_logged_in)
def start(request: Request, **kwargs: Any) -> None:
    """Note when, where and on what a session was signed in."""
    request.session[BEGAN] = timezone.now().timestamp()
    request.session[DEVICE], request.session[PLACE] = device_of(request), coarse_place_of(request)


def stay(request: Request) -> None:
    """Move the idle limit forward, writing at most once a minute."""
    moment = timezone.now().timestamp()
    if moment - request.session.get(SEEN, 0) > TOUCH.total_seconds():
        request.session[SEEN] = moment


def begin(request: Request, person: Person) -> bool:
    """Start a session that has just been signed in; return whether something that ``person`` typed waits in it.

    What somebody else had typed in this browser waits with their own locked session, or is dropped without one; rows of old
    sessions and one-time keys go.
    """
    whose = request.session.pop(WHOSE, None)
    asides = Session.objects.filter(session_key__in=request.session.get(ASIDES, []))
    if whose != str(person.pk) and (typed := request.session.pop(KEPT, None)):
        for row in asides.filter(person_id=whose):
            left = SessionStore(row.session_key)
            left[KEPT] = typed
            left.save()
    asides.filter(person=person).delete()
    request.session.pop(WALL, None)
    request.session[SEEN] = timezone.now().timestamp()
    request.session.clear_expired()
    FormKey.objects.filter(used_at__lt=timezone.now() - KEYS_STAY).delete()
    return bool(request.session.get(KEPT))


def end(request: Request, *, idle: bool = False) -> None:
    """Sign out. The browser's next, empty session knows whose the last one was, and what this person had not sent.

    ``idle``: nobody has signed out, the time was over or somebody else takes the tablet. On a shared one a PIN may then take
    the session up.
    """
    asides = request.session.get(ASIDES, [])
    if not (request.session.get(SHARED) or (idle and not request.user.is_authenticated)):
        Session.objects.filter(session_key__in=asides).delete()
        asides = []
    if idle and (aside := put_aside(request)):
        asides = [aside, *asides]
    whose = request.session.get(SESSION_KEY) or request.session.get(WHOSE)
    kept = request.session.get(KEPT)
    logout(request)
    if whose:
        request.session[WHOSE] = whose
    if kept:
        request.session[KEPT] = kept
    if asides:
        request.session[ASIDES] = asides


def put_aside(request: Request) -> str | None:
    """Keep what a PIN needs to take up the session that is about to be locked; return the key of its row, ``None`` when it
    may not. The row is its owner's, who sees and ends it like every other session."""
    person, session = request.user, request.session
    if not person.is_authenticated or not session.get(SHARED) or not person.pin:
        return None
    kept = {name: session.get(name) for name in (BEGAN, FACTOR, DEVICE, PLACE)}
    row = SessionStore()
    row[RESUME] = kept | {"person": str(person.pk), "hash": person.get_session_auth_hash()}
    row.create()
    return str(row.session_key)


def keep(request: Request, to: str, posted: QueryDict) -> bool:
    """Keep a form that came after the session's end, or could not be answered; return whether it was kept.

    Kept are texts only, never files or the password that signs a form, and nothing of the pages where passwords or addresses
    are typed.

    Args:
        to: the address, with its query, to which the form belongs.
        posted: its fields.
    """
    try:
        known = resolve(to.partition("?")[0])
    except Resolver404:
        return False
    whose = request.user.is_authenticated or request.session.get(WHOSE)
    if not whose or {known.namespace, known.view_name} & NEVER_KEPT:
        return False
    fields = [[name, values] for name, values in posted.lists() if name not in NOT_KEPT]
    form = {"to": to, "page": in_words(known.url_name or ""), "fields": fields}
    request.session[KEPT] = [*(one for one in request.session.get(KEPT, []) if one != form), form][-MOST_KEPT:]
    return True


def kept(request: Request) -> list[dict[str, Any]]:
    """Return the kept forms of the signed-in person: ``to``, ``page`` in words, ``fields`` (name, values), and all that is
    ``typed``: somebody else may have filled in what was left open, and it is sent under this person's name."""
    return [{**form, "typed": typed(form["fields"])} for form in request.session.get(KEPT, [])]


def forget(request: Request) -> None:
    """Drop everything that is kept."""
    request.session.pop(KEPT, None)


def note_sent(request: Request, response: HttpResponse) -> None:
    """Drop the kept form that this request has sent, once it was answered by its page."""
    if request.method != "POST" or response.status_code >= 400 or not request.session.get(KEPT):
        return
    key = request.POST.getlist("form_key")
    request.session[KEPT] = [
        form
        for form in request.session[KEPT]
        if (form["to"], dict(form["fields"]).get("form_key", [])) != (request.get_full_path(), key)
    ]


def typed(fields: list[Any]) -> list[tuple[str, str]]:
    """Return what was typed or chosen in ``fields``, each with the name of its field in words."""
    return [
        (in_words(name), CHOSEN if KEY.fullmatch(value) else value)
        for name, values in fields
        for value in values
        if value.strip() and name not in {"form_key", "version"} and not FINGERPRINT.fullmatch(value)
    ]


def in_words(name: str) -> str:
    """Return the name of a page or a field as words."""
    return re.sub(r"[_-]+|\d+$", " ", name).strip().capitalize()
