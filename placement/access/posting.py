"""Addresses that only take a form: somebody who opens one, or reloads it after a refusal, comes to the page it is on."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from placement.access.request import Request

View = Callable[Concatenate[Request, ...], HttpResponse]


def post_only(page: str) -> Callable[[View], View]:
    """Let the view take POST only; GET goes to the page named ``page``, with the ``pk`` of the address if there is one.

    It goes there for everybody and whatever the address names, so that it says nothing; that page asks for the right.
    """

    def wrap(view: View) -> View:
        @wraps(view)
        def answer(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method != "POST":
                return redirect(page, **{name: kwargs[name] for name in ("pk",) if name in kwargs})
            return view(request, *args, **kwargs)

        return require_http_methods(["GET", "HEAD", "POST"])(answer)

    return wrap
