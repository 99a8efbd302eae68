"""Check what was sealed, without the product.

    python check.py [FOLDER] [PUBLIC-KEY.pem]          a sealed export: the folder of this file, if none is named
    python check_proof.py PROOF.json [PUBLIC-KEY.pem]  the proof of one row

Needs Python and its package "cryptography". Without a key it takes the one that lies beside: compare that with the one you got
from somebody you trust.
"""

import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

END = "-----END PUBLIC KEY-----\n"


def leaf_of(text: str) -> bytes:
    """Return the hash of a text that was sealed."""
    return sha256(b"\x00" + text.encode()).digest()


def root(leaf: bytes, path: list[list[str]]) -> str:
    """Return the root to which ``path`` leads from ``leaf``."""
    for side, neighbour in path:
        beside = bytes.fromhex(neighbour)
        leaf = sha256(b"\x01" + (beside + leaf if side == "left" else leaf + beside)).digest()
    return leaf.hex()


def signed(head: str, signature: str, public_keys: str) -> Any:
    """Return what a head says. Raises ``ValueError`` unless one of these keys, in PEM, has signed it."""
    for pem in public_keys.split(END)[:-1]:
        key = load_pem_public_key((pem + END).encode())
        try:
            if isinstance(key, Ed25519PublicKey):
                key.verify(bytes.fromhex(signature), head.encode())
                return json.loads(head)
        except InvalidSignature:
            continue
    raise ValueError("The seal was not signed by this key.")


def part_under(head: Any, text: str, path: list[list[str]]) -> Any:
    """Return what a part of a seal says. Raises ``ValueError`` if it is not under ``head``."""
    if root(leaf_of(text), path) != head["root"]:
        raise ValueError("This part is not under the seal.")
    return json.loads(text)


def check(proof: dict[str, Any], public_key: str) -> str:
    """Return what the proof shows. Raises ``ValueError`` if it shows nothing."""
    head = signed(proof["head"], proof["signature"], public_key)
    part = part_under(head, proof["part"], proof["path_of_part"])
    if root(leaf_of(proof["text"]), proof["path"]) != part["root"] or not proof["text"].startswith(f"{part['table']}("):
        raise ValueError("The row is not under this seal.")
    covers = f"Seal {head['number']} of {head['made_at']} covers this row of {part['table']}"
    return f"{covers} ({', '.join(part['columns'])}):\n{proof['text']}"


def check_export(folder: Path, public_keys: str = "") -> str:
    """Return what a sealed export shows: its files are as they were made, and each row is under its seal.

    Raises ``ValueError``, ``KeyError`` or ``OSError`` if it shows nothing.
    """
    sums = (folder / "SHA256SUMS").read_bytes().decode()
    names = [line.partition("  ")[2] for line in sums.splitlines()]
    now = {name: sha256((folder / name).read_bytes()).hexdigest() for name in names}
    manifest = json.loads((folder / "manifest.json").read_text())
    for name in names:
        if f"{now[name]}  {name}\n" not in sums.splitlines(keepends=True):
            raise ValueError(f"{name} was changed.")
    if sorted(names) != sorted([*manifest["files"], "manifest.json", "certificate.pdf"]):
        raise ValueError("A file is missing in the list of files, or was added to it.")
    if any(now[name] != file["sha256"] for name, file in manifest["files"].items()):
        raise ValueError("A file is not the one that the manifest names.")
    public_keys = public_keys or (folder / "public-key.pem").read_text()
    proofs = json.loads((folder / "proofs.json").read_text())
    heads = {nr: signed(seal["head"], seal["signature"], public_keys) for nr, seal in proofs["seals"].items()}
    parts = [part_under(heads[str(part["seal"])], part["text"], part["path"]) for part in proofs["parts"]]
    rows = [json.loads(line) for line in (folder / "rows.jsonl").read_text().splitlines()]
    for row in rows:
        name = f"{row['table']} {row['key']}"
        part, leaf, text = parts[proofs["rows"][name]["part"]], bytes.fromhex(row["hash"]), row["text"]
        if text is not None and (leaf_of(text) != leaf or not text.startswith(f"{row['table']}(")):
            raise ValueError(f"The text of row {name} is not what was sealed.")
        if part["table"] != row["table"] or root(leaf, proofs["rows"][name]["path"]) != part["root"]:
            raise ValueError(f"Row {name} is not under its seal.")
    if len(rows) != manifest["rows"]:
        raise ValueError("There are more or fewer rows than the manifest says.")
    alone = sum(row["text"] is None for row in rows)
    return (
        f"Proven: {len(rows)} rows, {alone} of them by their hash alone, stand under {len(heads)} seals as they were sealed.\n"
        f"Compare with the certificate: the SHA-256 of manifest.json is {now['manifest.json']}"
    )


if __name__ == "__main__":
    given = [Path(name) for name in sys.argv[1:]]
    what = given[0] if given and given[0].suffix != ".pem" else Path(__file__).resolve().parent
    pem = next((file.read_text() for file in given if file.suffix == ".pem"), "")
    try:
        if what.is_dir():
            said = check_export(what, pem)
        else:
            proof = json.loads(what.read_text())
            said = check(proof, pem or proof["public_key"])
        sys.stdout.write(f"{said}\n")
    except (ValueError, LookupError, TypeError, OSError) as error:
        sys.exit(f"Not proven. {error}")
