"""The one middleware around every request: session, person, transaction, actor, right, refusal, cache headers."""

import uuid
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from placement.access import outbox, sessions
from placement.access.guard import access_of
from placement.access.opened import Opened, opened, write
from placement.access.request import Request
from placement.access.rights import Role
from placement.access.submit import saved_before
from placement.access.visible import homes_inspected
from placement.database.constraints import sentence_for
from placement.database.context import acting
from placement.ui.views import bad_request, not_found, too_fast

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def is_to_keep(request: Request) -> bool:
    """Return whether what a request has brought is lost unless the server keeps it: a tablet keeps its entries itself."""
    return request.method not in SAFE and outbox.HEADER not in request.headers


def without_session(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer pages that must not know who is signed in as if the browser had sent no session: nothing behind this can read it."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(settings.WITHOUT_SESSION):
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        return get_response(request)

    return answer


class GuardForgotten(RuntimeError):
    """A view declared a right on a record and answered without asking ``visible_to`` for it."""


class RequestMiddleware:
    """Open the outer transaction with actor and request id, hold the view to its declared right, and answer 404.

    ``ATOMIC_REQUESTS`` opens the inner one: a failed view's writes roll back, what this middleware wrote stays.
    """

    def __init__(self, get_response: Callable[[Request], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        """Answer ``request`` inside one transaction that carries its actor."""
        request.request_id = uuid.uuid4().hex[:12]
        if request.path in {"/healthz", "/readyz"}:
            request.person = None  # type: ignore[assignment]  # nobody is asked who they are
            return self.get_response(request)
        sessions.end_if_over(request)
        person = request.user if request.user.is_authenticated else None
        request.person = person  # type: ignore[assignment]  # None reaches only open pages
        request.held_back, request.made = False, None
        if person:
            request.idle_minutes = int(sessions.limits_of(person)[0].total_seconds() // 60)
        noted = Opened()
        token = opened.set(noted)
        actor = acting(person.pk, person.name, request_id=request.request_id) if person else transaction.atomic()
        zone = timezone.override(person.time_zone) if person else nullcontext()
        try:
            with actor, zone:
                response = self.get_response(request)
                self.hold_to_declaration(request, response, noted)
                self.keep_log(request, response, noted)
                if request.made and not request.held_back:
                    response = outbox.in_short(response)
        except IntegrityError as error:  # nothing of the request is kept: what it would have shown is not in the log
            if (refusal := sentence_for(error)) is None or refusal.constraint != "access_is_braked":
                raise
            kept = is_to_keep(request) and sessions.keep(request, request.get_full_path(), request.POST)
            response = too_fast(request, kept=kept)
        finally:
            opened.reset(token)
        if person:
            if request.user.is_authenticated:
                sessions.stay(request)
                sessions.note_sent(request, response)
            add_never_cache_headers(response)
            response["Cache-Control"] = "no-store, private"
        response["X-Request-Id"] = request.request_id
        return response

    def process_view(self, request: Request, view: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        """Stop before the view: signed out, no declaration, no own password or factor yet, somebody else's entry, or a role
        without the right."""
        access = access_of(view)
        if access is None:
            return not_found(request)
        if access.reason:
            return None
        if request.person is None:
            return self.ask_to_sign_in(request)
        match = request.resolver_match
        if (only := self.only_page(request)) and not (match and match.view_name == only):
            request.held_back = True
            return redirect(only)
        try:
            request.made = outbox.made(request, request.person)
        except outbox.OfSomebodyElse:
            return HttpResponse(status=409)
        except ValueError:
            return bad_request(request)
        if request.made and (led_to := saved_before(request)):  # its answer was lost
            request.held_back = True
            return JsonResponse({"to": led_to})
        if request.made and request.made.too_old:
            return HttpResponse(outbox.TOO_OLD, status=410, content_type="text/plain; charset=utf-8")
        if access.of_role and not any(request.person.may(right) for right in access.of_role):
            return not_found(request)
        return None

    def only_page(self, request: Request) -> str:
        """Return the one page that opens for this person now: to choose a password that nobody else knows, then to set up
        the second factor. Empty when all of theirs open."""
        if request.person.password_set_by_id:
            return "accounts:password"
        return "accounts:factor" if settings.SECOND_FACTOR and not request.person.factor_since else ""

    def ask_to_sign_in(self, request: Request) -> HttpResponse:
        """Send to the sign-in page; a form that came after the session's end is kept for the person whose it was."""
        if request.method == "GET":
            return redirect_to_login(request.path)
        if not request.htmx and is_to_keep(request) and sessions.keep(request, request.get_full_path(), request.POST):
            return redirect("accounts:login")
        return redirect_to_login("/")

    def process_exception(self, request: Request, error: Exception) -> HttpResponse | None:
        """Answer a record that is missing, or hidden from this person, with the one 404 page."""
        if isinstance(error, ObjectDoesNotExist | Http404):
            return not_found(request)
        return None

    def hold_to_declaration(self, request: Request, response: HttpResponse, noted: Opened) -> None:
        """Raise when a view that declared record rights did its work without asking for one of them, or for one of ``also``.

        Its work is done with 2xx, and for a form also with a redirect.
        """
        match = request.resolver_match
        access = access_of(match.func) if match else None
        if access is None or response.status_code >= (300 if request.method in SAFE else 400):
            return
        if request.person is None or request.held_back:
            return
        if match and access.on_records and not access.on_records & noted.asked:
            raise GuardForgotten(f"{match.view_name} did not ask visible_to for {sorted(access.on_records)}.")
        if match and not access.also <= noted.asked:
            raise GuardForgotten(f"{match.view_name} did not ask visible_to for {sorted(access.also - noted.asked)}.")

    def keep_log(self, request: Request, response: HttpResponse, noted: Opened) -> None:
        """Write in the access log what a page of records has shown, changed or refused.

        Lists are not opened records, but for an inspector: whatever they read is an opening of the home that they inspect.
        """
        match = request.resolver_match
        access = access_of(match.func) if match else None
        if match is None or access is None or access.reason or request.person is None:
            return
        things = (value for name, value in match.kwargs.items() if name == "pk" and isinstance(value, uuid.UUID))
        thing = next(things, None)
        if response.status_code == 404:
            write(Opened(noted.asked), page=match.view_name, outcome="refused", thing=thing)
            return
        if request.person.role == Role.INSPECTOR and any(right.app in noted.things for right in noted.asked):
            noted.things["facilities"] |= homes_inspected(request.person)
        if response.status_code < 400 and any(noted.things.values()):
            changed = request.method not in SAFE and response.status_code >= 300
            outcome = "exported" if noted.exported else "changed" if changed else "shown"
            write(noted, page=match.view_name, outcome=outcome, thing=thing)
