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

OWN_KEY = "demo-seal-key.pem"  # the demo makes and keeps its own


class NoKey(RuntimeError):
    """A key of the seals is not where the settings say, or is of another kind; the text says what to do."""


def sign(text: str) -> str:
    """Return the signature of ``text`` in hex. Raises ``NoKey``."""
    return _private().sign(text.encode()).hex()


def is_signed(text: str, signature: str) -> bool:
    """Return whether ``signature`` (hex) is that of ``text``. Raises ``NoKey``."""
    try:
        public_key().verify(bytes.fromhex(signature), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def public_key() -> Ed25519PublicKey:
    """Return the public key: of PLACEMENT_SEAL_PUBLIC_KEY, else the half of the key that signs. Raises ``NoKey``."""
    if not settings.SEAL_PUBLIC_KEY:
        return _private().public_key()
    try:
        found: object = load_pem_public_key(_read("PLACEMENT_SEAL_PUBLIC_KEY", settings.SEAL_PUBLIC_KEY))
    except ValueError:
        found = None
    if not isinstance(found, Ed25519PublicKey):
        raise NoKey("PLACEMENT_SEAL_PUBLIC_KEY must name a file with a public Ed25519 key in PEM.")
    return found


def public_text() -> str:
    """Return the public key in PEM. Raises ``NoKey``."""
    return public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


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
