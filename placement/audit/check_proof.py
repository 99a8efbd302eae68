"""Check that a row was there when a seal was made, without the product: python check_proof.py PROOF.json [PUBLIC-KEY.pem]

Needs Python and its package "cryptography". Without a key it takes the one in the proof: compare that with the one you got from
somebody you trust.
"""

import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key


def root(text: str, path: list[list[str]]) -> str:
    """Return the root to which ``path`` leads from ``text``."""
    node = sha256(b"\x00" + text.encode()).digest()
    for side, neighbour in path:
        beside = bytes.fromhex(neighbour)
        node = sha256(b"\x01" + (beside + node if side == "left" else node + beside)).digest()
    return node.hex()


def check(proof: dict[str, Any], public_key: str) -> str:
    """Return what the proof shows. Raises ``ValueError`` if it shows nothing."""
    key = load_pem_public_key(public_key.encode())
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("This key is of another kind.")
    try:
        key.verify(bytes.fromhex(proof["signature"]), proof["head"].encode())
    except InvalidSignature:
        raise ValueError("The seal was not signed by this key.") from None
    head, part = json.loads(proof["head"]), json.loads(proof["part"])
    if root(proof["part"], proof["path_of_part"]) != head["root"]:
        raise ValueError("This part is not under the seal.")
    if root(proof["text"], proof["path"]) != part["root"] or not proof["text"].startswith(f"{part['table']}("):
        raise ValueError("The row is not under this seal.")
    covers = f"Seal {head['number']} of {head['made_at']} covers this row of {part['table']}"
    return f"{covers} ({', '.join(part['columns'])}):\n{proof['text']}"


if __name__ == "__main__":
    given = json.loads(Path(sys.argv[1]).read_text())
    try:
        sys.stdout.write(
            check(given, Path(sys.argv[2]).read_text() if len(sys.argv) > 2 else given["public_key"]) + "\n"
        )
    except ValueError as error:
        sys.exit(f"Not proven. {error}")
