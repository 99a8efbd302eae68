"""Passkeys: a key on the person's own device, which it opens by fingerprint, face or PIN. That is both factors at once.

allauth.mfa runs the exchange with the browser; the challenge waits in the session. Passkeys need https, or the host localhost.
"""

import json
import struct
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.core.exceptions import ValidationError

from placement.access.models import Person
from placement.access.request import Request

BROKEN = (
    ValidationError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    struct.error,
)  # of made-up answers


def challenge_to_add(person: Person) -> str:
    """Return what the browser needs to make a passkey, as JSON."""
    return json.dumps(auth.begin_registration(person, passwordless=True))


def challenge_to_enter() -> str:
    """Return what the browser needs to find a passkey for this site, as JSON. It names nobody."""
    return json.dumps(auth.begin_authentication())


def checked(text: str) -> dict[str, Any] | None:
    """Return the new passkey in the browser's answer ``text``, or ``None`` when it does not fit the challenge."""
    try:
        credential = json.loads(text)
        auth.parse_registration_response(credential)
        made = auth.complete_registration(credential)
    except BROKEN:
        return None
    return credential if made.is_user_verified() else None


def person_of(request: Request, text: str) -> Person | None:
    """Return whose passkey has signed the challenge, by the browser's answer ``text``; ``None`` for any other answer.

    The challenge works once. The account is open, and its second factor was not taken away.
    """
    try:
        answer = json.loads(text)
        parsed = auth.parse_authentication_response(answer)
        person: Person = auth.extract_user_from_response(answer)
        key = auth.complete_authentication(person, parsed)
    except BROKEN:
        return None
    finally:
        request.session.pop(auth.STATE_SESSION_KEY, None)
    if not person.is_active or not person.factor_since:
        return None
    key.record_usage()
    return person


def add(person: Person, name: str, credential: dict[str, Any]) -> None:
    """Keep a passkey that ``checked`` has returned."""
    auth.WebAuthn.add(person, name, credential)


def names_of(person: Person) -> list[str]:
    """Return what the passkeys of ``person`` are called: the device on which each was made."""
    return [row.data["name"] for row in of(person).order_by("pk")]


def remove_all(person: Person) -> None:
    """Take all passkeys of ``person`` away."""
    of(person).delete()


def of(person: Person) -> Any:
    """Return the rows of the passkeys of ``person``."""
    return Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN)
