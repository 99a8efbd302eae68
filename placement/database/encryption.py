"""Text that stays unreadable in the database, its history and its backups: AES-256-GCM, bound to the row that it belongs to."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE = 12  # bytes; random, for each text anew


class Unreadable(RuntimeError):
    """An encrypted text whose key is not in ``PLACEMENT_DATA_KEYS``, or that belongs to another row."""


def encrypt(text: str, *, bound_to: str) -> bytes:
    """Return ``text`` under the newest key, readable only together with ``bound_to`` (say, a table and the id of its row)."""
    name, key = next(iter(settings.DATA_KEYS.items()))
    head = bytes([len(name)]) + name.encode()
    nonce = os.urandom(NONCE)
    return head + nonce + AESGCM(key).encrypt(nonce, text.encode(), head + bound_to.encode())


def decrypt(data: bytes, *, bound_to: str) -> str:
    """Return the text of ``data``. Raises ``Unreadable``, which says nothing of it."""
    length = data[0] + 1 if data else 0
    head, nonce, rest = data[:length], data[length : length + NONCE], data[length + NONCE :]
    key = settings.DATA_KEYS.get(head[1:].decode("ascii", "replace"))
    if key is None:
        raise Unreadable("The key of this text is not in PLACEMENT_DATA_KEYS.")
    try:
        return AESGCM(key).decrypt(nonce, rest, head + bound_to.encode()).decode()
    except (InvalidTag, ValueError):
        raise Unreadable("This text was changed, or belongs to another row.") from None
