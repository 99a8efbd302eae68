"""The one middleware around every request: person, transaction, actor, right, refusal, cache headers."""

import uuid
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from placement.access.guard import access_of
from placement.access.request import Request
from placement.access.visible import asked
from placement.database.context import acting
from placement.ui.views import not_found

SESSION_TOUCH = timedelta(minutes=1)


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
        person = request.user if request.user.is_authenticated else None
        request.person = person  # type: ignore[assignment]  # None reaches only open pages
        token = asked.set(set())
        actor = acting(person.pk, person.name, request_id=request.request_id) if person else transaction.atomic()
        zone = timezone.override(person.time_zone) if person else nullcontext()
        try:
            with actor, zone:
                response = self.get_response(request)
                self.hold_to_declaration(request, response)
        finally:
            asked.reset(token)
        if person:
            self.keep_session(request)
            add_never_cache_headers(response)
            response["Cache-Control"] = "no-store, private"
        response["X-Request-Id"] = request.request_id
        return response

    def process_view(self, request: Request, view: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        """Stop before the view: signed out, no declaration, or a role without the right."""
        access = access_of(view)
        if access is None:
            return not_found(request)
        if access.reason:
            return None
        if request.person is None:
            return redirect_to_login(request.path if request.method == "GET" else "/")
        of_role = {right for right in access.rights if right.app == "access"}
        if of_role and not any(request.person.may(right) for right in of_role):
            return not_found(request)
        return None

    def process_exception(self, request: Request, error: Exception) -> HttpResponse | None:
        """Answer a record that is missing, or hidden from this person, with the one 404 page."""
        if isinstance(error, ObjectDoesNotExist | Http404):
            return not_found(request)
        return None

    def hold_to_declaration(self, request: Request, response: HttpResponse) -> None:
        """Raise when a view that declared record rights answered 2xx without asking for one of them."""
        match = request.resolver_match
        access = access_of(match.func) if match else None
        if access is None or response.status_code >= 300:
            return
        on_records = {right for right in access.rights if right.app != "access"}
        if match and on_records and request.person is not None and not on_records & (asked.get() or set()):
            raise GuardForgotten(f"{match.view_name} did not ask visible_to for {sorted(on_records)}.")

    def keep_session(self, request: Request) -> None:
        """Move the idle limit forward, writing at most once a minute."""
        if not request.user.is_authenticated:
            return
        seen, moment = request.session.get("seen", 0), timezone.now().timestamp()
        if moment - seen > SESSION_TOUCH.total_seconds():
            request.session["seen"] = moment
            request.session.set_expiry(settings.SESSION_COOKIE_AGE)
