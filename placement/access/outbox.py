"""Entries that a tablet keeps while the connection is away: the key that encrypts them, and what comes with them later.

Where they are and who can read them:

- The page of somebody who works shifts brings a key with it. The browser makes a key of it that no script can read out again,
  and holds it in the memory of that page only: it is in no store of the browser, and no page may be cached (``no-store``).
- Every entry is written to IndexedDB, encrypted with AES-GCM, before it is sent, and taken out when the server has said that it
  is saved. So a restart loses nothing, and nothing that lies on the device can be read without the key.
- After a lock, a sign-out or a restart the page and the key are gone. What is left is cipher text, with a tag that names nobody.
  Each page has a key of its own, derived from a data key of the server, the person, and a random salt that lies beside the cipher
  text. The server derives it again only for the same person, signed in; for anybody else the same salt gives another key.
- A page with names is never kept for reading it without a network. A tablet that restarts without one shows nothing until it is
  back, and nothing new can be logged; what was logged waits.

Why each counts once: an entry has its ``form_key`` from the start, and everything in it stays as it is from then on, so that
``submit`` knows an entry again that it has saved when its answer was lost. Why it counts for the right person: the entry says by
the tag whose it is, and the middleware refuses it while somebody else is signed in.
"""

import json
import secrets
from base64 import b64encode
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from placement.access.models import Person
from placement.access.rights import HOME_RIGHTS, Can, Role
from placement.audit.clock import now
from placement.ui.templatetags.ui import span

HEADER = "Outbox"
SALT = 16  # bytes
AT_ONCE = timedelta(minutes=1)
FAR_OFF = timedelta(minutes=5)


@dataclass(frozen=True)
class Made:
    """When an entry was made that a tablet has sent.

    ``at``: by the device's clock, put right by the server's when the page was loaded; never in the future. ``clock``: by how
    much the device's clock was fast. ``at_hand``: whether the person still looks at the form, and reads what the answer says.
    """

    owner: str
    at: datetime
    clock: timedelta
    at_hand: bool

    def why_late(self, *, signed: bool) -> str:
        """Return the reason to keep with an entry that waited, or whose time had to be put right; or "".

        ``signed``: whether its shift was signed before it came.
        """
        said = []
        if signed or now() - self.at > AT_ONCE:
            said.append("The connection was away: the entry was kept on the tablet and sent later.")
        if abs(self.clock) > FAR_OFF:
            wrong = "fast" if self.clock > timedelta() else "slow"
            said.append(f"The tablet's clock was {span(abs(self.clock))} {wrong}; the time was put right.")
        return " ".join(said)


def made(request: HttpRequest) -> Made | None:
    """Return what the tablet says about the entry in this request; ``None`` for a form that was sent as it is.

    Raises ``ValueError`` when it can't be read.
    """
    if HEADER not in request.headers:
        return None
    try:
        said = json.loads(request.headers[HEADER])
        at = datetime.fromtimestamp(said["made"] / 1000, UTC)
        return Made(str(said["owner"]), min(at, now()), timedelta(seconds=said["clock"]), said["hand"] is True)
    except (KeyError, TypeError, OverflowError, OSError) as error:
        raise ValueError from error


def owners(person: Person) -> list[str]:
    """Return the tags by which a tablet knows whose an entry is, the present one first: one for each data key."""
    return [_derived(secret, person, "owner")[:12].hex() for secret in settings.DATA_KEYS.values()]


def key_of(person: Person, salt: str) -> str:
    """Return the key (32 bytes in base64) of ``person`` for a ``salt`` that ``new_salt`` gave.

    Raises ``ValueError`` for any other text, and for one of a data key that is gone.
    """
    name, _, text = salt.partition(":")
    if name not in settings.DATA_KEYS or len(text) != 2 * SALT:
        raise ValueError("This is no salt of ours.")
    return b64encode(_derived(settings.DATA_KEYS[name], person, "key", bytes.fromhex(text))).decode()


def keys_of(person: Person, salts: Iterable[str]) -> dict[str, str]:
    """Return the keys of ``person`` by salt, without those of a data key that is gone and of what is no salt."""
    found = {}
    for salt in salts:
        with suppress(ValueError):
            found[salt] = key_of(person, salt)
    return found


def new_salt() -> str:
    """Return the salt of a page: the name of the newest data key, and random bytes."""
    return f"{next(iter(settings.DATA_KEYS))}:{secrets.token_hex(SALT)}"


def _derived(secret: bytes, person: Person, use: str, salt: bytes = b"") -> bytes:
    told = f"placement.access.outbox {use} {person.pk}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=salt or None, info=told).derive(secret)


def works_shifts(person: Person) -> bool:
    """Return whether somebody in this role works shifts in a home."""
    return Can.WORK_SHIFT in HOME_RIGHTS.get(Role(person.role), frozenset())


def page(request: HttpRequest) -> dict[str, Any]:
    """Return ``outbox`` for somebody who works shifts: tags, salt and key of this page, and the time (ms since 1970)."""
    person = getattr(request, "person", None)
    if person is None or not works_shifts(person):
        return {}
    salt = new_salt()
    told = {"owners": owners(person), "salt": salt, "key": key_of(person, salt), "now": int(now().timestamp() * 1000)}
    told["zone"] = person.time_zone
    return {"outbox": json.dumps(told)}


def in_short(response: HttpResponse) -> HttpResponse:
    """Return the answer to an entry: where a saved one leads, as data; any other page stays, and says why it was refused."""
    if response.status_code not in (301, 302, 303):
        return response
    return JsonResponse({"to": response["Location"]})
