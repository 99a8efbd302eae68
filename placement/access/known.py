"""Browsers in which somebody has signed in with the second factor: wrong codes from elsewhere do not shut them there.

Whoever has phished a password could otherwise keep that person out of every shift, with five wrong codes each quarter of an
hour. The cookie is signed and names nobody; a new factor, and thirty days, make it worthless.
"""

import secrets
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from placement.access.models import Person

COOKIE, SALT = "known", "placement.access.known"
DAYS, MOST = 30, 12  # MOST: people on a shared tablet, the newest of whom are kept


def browser_of(request: HttpRequest, person: Person) -> str:
    """Return what stands for this browser, when ``person`` has signed in there with the factor that they have now; or ""."""
    known = _read(request)
    here = any(constant_time_compare(token_of(person), token) for token in known["people"])
    return str(known["browser"]) if here else ""


def remember(request: HttpRequest, response: HttpResponse, person: Person) -> None:
    """Let the browser remember that ``person`` has signed in there with the second factor."""
    known, token = _read(request), token_of(person)
    people = [token, *(other for other in known["people"] if other != token)][:MOST]
    response.set_cookie(
        COOKIE,
        signing.dumps({"browser": known["browser"], "people": people}, salt=SALT),
        max_age=DAYS * 24 * 60 * 60,
        path=reverse("accounts:code"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def token_of(person: Person) -> str:
    """Return what stands for ``person`` with the factor that they have now."""
    return salted_hmac(SALT, f"{person.pk} {person.factor_since}", algorithm="sha256").hexdigest()[:32]


def _read(request: HttpRequest) -> dict[str, Any]:
    try:
        return signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=DAYS * 24 * 60 * 60)
    except signing.BadSignature:
        return {"browser": secrets.token_hex(8), "people": []}
