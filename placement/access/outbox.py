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
``submit`` knows an entry again that it has saved when its answer was lost; one that is older than what the server remembers is
not taken but shown. Who takes back what still waits uses up its ``form_key``, unless nothing was ever sent.

Why it counts for the right person and time: the entry says by the tag whose it is, and the middleware refuses it while somebody
else is signed in. It happened after its page was made, which the salt proves, and before it came: what a tablet claims beyond
that is moved, and said.
"""

import hmac
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
LASTS = timedelta(days=29)  # what is older is not taken any more: ids of forms are remembered for a day longer
TOO_OLD = (
    "This has waited for more than 29 days, so it is not saved any more. It may have been saved then: look in the log. If it is"
    " not there, write it again with its date, and throw this away."
)
AT_ONCE = timedelta(minutes=1)
FAR_OFF = timedelta(minutes=5)


class OfSomebodyElse(Exception):
    """The entry in this request is not of whoever is signed in."""


@dataclass(frozen=True)
class Made:
    """When an entry was made that a tablet has sent.

    ``at``: by the device's clock, put right by the server's when the page was loaded; never before ``opened``, when the server
    made the page for this person, and never in the future. ``wrong``: whether it had to be moved for that. ``clock``: by how
    much the device's clock was fast. ``at_hand``: whether the person still looks at the form, and reads what the answer says.
    """

    at: datetime
    opened: datetime
    clock: timedelta
    at_hand: bool
    wrong: bool = False

    @property
    def too_old(self) -> bool:
        """Return whether it is too old to know for sure that it is not saved already."""
        return now() - self.opened > LASTS

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
        elif self.wrong:
            said.append("The tablet gave a time that can't be right; the time was put right.")
        return " ".join(said)


def made(request: HttpRequest, person: Person) -> Made | None:
    """Return what the tablet says about the entry in this request; ``None`` for a form that was sent as it is.

    Raises ``OfSomebodyElse``, and ``ValueError`` when it can't be read.
    """
    if HEADER not in request.headers:
        return None
    try:
        said = json.loads(request.headers[HEADER])
        if str(said["owner"]) not in owners(person):
            raise OfSomebodyElse
        opened = opened_at(person, str(said["page"]))
        claimed = datetime.fromtimestamp(said["made"] / 1000, UTC)
        at = min(max(claimed, opened), now())
        clock = timedelta(seconds=said["clock"])
        return Made(at, opened, clock, said["hand"] is True, abs(claimed - at) > FAR_OFF)
    except (KeyError, TypeError, OverflowError, OSError) as error:
        raise ValueError from error


def owners(person: Person) -> list[str]:
    """Return the tags by which a tablet knows whose an entry is, the present one first: one for each data key."""
    return [_derived(secret, person, "owner")[:12].hex() for secret in settings.DATA_KEYS.values()]


def opened_at(person: Person, salt: str) -> datetime:
    """Return when ``new_salt`` gave this ``salt`` to ``person``. Raises ``ValueError`` for any other text."""
    name, _, text = salt.partition(":")
    given, _, proof = text.rpartition(".")
    if name not in settings.DATA_KEYS or not hmac.compare_digest(proof.encode(), _proof(name, person, given).encode()):
        raise ValueError("This is no salt of theirs.")
    return datetime.fromtimestamp(int(given.partition(".")[0]) / 1000, UTC)


def key_of(person: Person, salt: str) -> str:
    """Return the key (32 bytes in base64) of ``person`` for a ``salt`` that ``new_salt`` gave to them.

    Raises ``ValueError`` for any other text, and for one of a data key that is gone.
    """
    opened_at(person, salt)
    name, _, text = salt.partition(":")
    return b64encode(_derived(settings.DATA_KEYS[name], person, "key", text.encode())).decode()


def keys_of(person: Person, salts: Iterable[str]) -> dict[str, str]:
    """Return the keys of ``person`` by salt, without those of a data key that is gone and of what is no salt."""
    found = {}
    for salt in salts:
        with suppress(ValueError):
            found[salt] = key_of(person, salt)
    return found


def new_salt(person: Person, moment: int) -> str:
    """Return the salt of a page made for ``person`` at a ``moment`` (ms since 1970).

    It is the name of the newest data key, the moment, random bytes, and a proof that nobody can make who has no data key: by
    it the server knows later how old an entry can be, whatever a tablet's clock says.
    """
    name = next(iter(settings.DATA_KEYS))
    given = f"{moment}.{secrets.token_hex(SALT)}"
    return f"{name}:{given}.{_proof(name, person, given)}"


def _proof(name: str, person: Person, given: str) -> str:
    return _derived(settings.DATA_KEYS[name], person, "page", given.encode())[:16].hex()


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
    moment = int(now().timestamp() * 1000)
    salt = new_salt(person, moment)
    told = {"owners": owners(person), "salt": salt, "key": key_of(person, salt), "now": moment}
    told["zone"] = person.time_zone
    return {"outbox": json.dumps(told)}


def in_short(response: HttpResponse) -> HttpResponse:
    """Return the answer to an entry: where a saved one leads, as data; any other page stays, and says why it was refused."""
    if response.status_code not in (301, 302, 303):
        return response
    return JsonResponse({"to": response["Location"]})
