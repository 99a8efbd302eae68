"""The key that signs seals: a file outside the database, and its public half, by which anybody can check them."""

from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from django.conf import settings

from placement.settings import made_once

END = b"-----END PUBLIC KEY-----"
OWN_KEY = "demo-seal-key.pem"  # the demo makes and keeps its own


class NoKey(RuntimeError):
    """A key of the seals is not where the settings say, or is of another kind; the text says what to do."""


def sign(text: str) -> str:
    """Return the signature of ``text`` in hex. Raises ``NoKey``."""
    return _private().sign(text.encode()).hex()


def signed_by(text: str, signature: str) -> Ed25519PublicKey | None:
    """Return which of our keys made ``signature`` (hex) of ``text``, or ``None``. Raises ``NoKey``."""
    for key in public_keys():
        try:
            key.verify(bytes.fromhex(signature), text.encode())
        except (InvalidSignature, ValueError):
            continue
        return key
    return None


def public_keys() -> list[Ed25519PublicKey]:
    """Return the public keys: of PLACEMENT_SEAL_PUBLIC_KEY, else the half of the key that signs. Raises ``NoKey``.

    The file may hold several, one after the other: a key that has been replaced stays in it for the seals that it made.
    """
    if not settings.SEAL_PUBLIC_KEY:
        return [_private().public_key()]
    found: list[Ed25519PublicKey] = []
    try:
        for text in _read("PLACEMENT_SEAL_PUBLIC_KEY", settings.SEAL_PUBLIC_KEY).split(END)[:-1]:
            key = load_pem_public_key(text + END)
            found += [key] if isinstance(key, Ed25519PublicKey) else []
    except ValueError:
        found = []
    if not found:
        raise NoKey("PLACEMENT_SEAL_PUBLIC_KEY must name a file with a public Ed25519 key in PEM.")
    return found


def in_pem(key: Ed25519PublicKey) -> str:
    """Return a public key as text."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _private() -> Ed25519PrivateKey:
    if settings.SEAL_KEY:
        text = _read("PLACEMENT_SEAL_KEY", settings.SEAL_KEY)
    elif settings.DEMO:
        text = made_once(OWN_KEY, _new_key(), settings.DATA_DIR).encode()
    else:
        raise NoKey(
            "Set PLACEMENT_SEAL_KEY to a file outside the database with an Ed25519 key: openssl genpkey -algorithm ed25519."
        )
    try:
        found: object = load_pem_private_key(text, None)
    except (TypeError, ValueError):
        found = None
    if not isinstance(found, Ed25519PrivateKey):
        raise NoKey("PLACEMENT_SEAL_KEY must name a file with an Ed25519 key in PEM, without a password.")
    return found


def _read(name: str, file: object) -> bytes:
    try:
        return Path(str(file)).read_bytes()
    except OSError as error:
        raise NoKey(f"{name} can't be read: {error.strerror}.") from None


def _new_key() -> str:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
