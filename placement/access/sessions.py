"""How a session ends, and what was typed in one that has ended: kept on the server, for the same person only.

The idle limit is the time of the last request in the session, not the age of a cookie: the cookie goes with the browser.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpResponse, QueryDict
from django.urls import Resolver404, resolve
from django.utils import timezone

from placement.access.models import FormKey, Person
from placement.access.request import Request

TOUCH = timedelta(minutes=1)
KEYS_STAY = timedelta(days=30)  # nobody presses a button of an older page
SEEN, WHOSE, KEPT = "seen", "whose", "kept"
MOST_KEPT = 5
ASKS_PASSWORD = {"accounts", "break_glass"}
NOT_TYPED = "csrfmiddlewaretoken"


def end_if_idle(request: Request) -> None:
    """End the session of a person from whom no request came for longer than allowed."""
    seen = request.session.get(SEEN)
    if (
        seen is not None
        and timezone.now().timestamp() - seen > timedelta(minutes=settings.IDLE_MINUTES).total_seconds()
    ):
        end(request)


def stay(request: Request) -> None:
    """Move the idle limit forward, writing at most once a minute."""
    moment = timezone.now().timestamp()
    if moment - request.session.get(SEEN, 0) > TOUCH.total_seconds():
        request.session[SEEN] = moment


def begin(request: Request, person: Person) -> bool:
    """Start a session that has just been signed in; return whether something that ``person`` typed waits in it.

    What somebody else had typed in this browser is dropped, and so are rows of old sessions and one-time keys.
    """
    if request.session.pop(WHOSE, None) != str(person.pk):
        request.session.pop(KEPT, None)
    request.session[SEEN] = timezone.now().timestamp()
    request.session.clear_expired()
    FormKey.objects.filter(used_at__lt=timezone.now() - KEYS_STAY).delete()
    return bool(request.session.get(KEPT))


def end(request: Request) -> None:
    """Sign out. The browser's next, empty session knows whose the last one was, and what this person had not sent."""
    whose = request.session.get(SESSION_KEY) or request.session.get(WHOSE)
    kept = request.session.get(KEPT)
    logout(request)
    if whose:
        request.session[WHOSE] = whose
    if kept:
        request.session[KEPT] = kept


def keep(request: Request, to: str, posted: QueryDict) -> bool:
    """Keep a form that came after the session's end; return whether it was kept.

    Kept are texts only, never files, and nothing of the pages where passwords are typed.

    Args:
        to: the address, with its query, to which the form belongs.
        posted: its fields.
    """
    try:
        known = resolve(to.partition("?")[0])
    except Resolver404:
        return False
    if not request.session.get(WHOSE) or known.namespace in ASKS_PASSWORD:
        return False
    fields = [[name, values] for name, values in posted.lists() if name != NOT_TYPED]
    before = [form for form in request.session.get(KEPT, []) if form != {"to": to, "fields": fields}]
    request.session[KEPT] = [*before, {"to": to, "fields": fields}][-MOST_KEPT:]
    return True


def kept(request: Request) -> list[dict[str, Any]]:
    """Return the kept forms of the signed-in person: ``to``, ``fields`` (name, values), ``text`` to know each one by."""
    return [{**form, "text": longest(form["fields"])} for form in request.session.get(KEPT, [])]


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


def longest(fields: list[Any]) -> str:
    """Return the longest text among ``fields``."""
    texts = [value for name, values in fields if name not in {"form_key", "version"} for value in values]
    return max(texts, key=len, default="")
