"""The proofs of the rows of an export: from each row to the root of its part, from there to a seal, and its signature."""

import json
import re
from hashlib import sha256
from typing import Any, NamedTuple

from django.db import connection

from compliance.models import CourtExport
from placement.audit.seals import keys
from placement.audit.seals.tree import SIZE, paths_of

FIELD = re.compile(r'([^,"]*(?:"[^"]*"[^,"]*)*)(?:,|\Z)')


class NotProven(RuntimeError):
    """A row of the export, or a seal over it, is not as it was; ``manage.py audit verify`` names it."""


class Proofs(NamedTuple):
    """seals, parts, rows: as they stand in ``proofs.json``. texts, hashes: "table key" → of the row, as it was sealed."""

    seals: dict[str, dict[str, str]]
    parts: list[dict[str, Any]]
    rows: dict[str, dict[str, Any]]
    texts: dict[str, str]
    hashes: dict[str, str]
    public_key: str


def proofs_of(export: CourtExport, content: Any) -> Proofs | None:
    """Return the proof of each row; ``None`` while some are not sealed yet, or where the files are closed to the acting person.

    Raises ``NotProven``, and ``NoKey`` without the public key.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT seal, head, signature, hashes FROM court_export_seals(%s)", [export.pk])
        seals = {seal: (head, signature, bytes(hashes)) for seal, head, signature, hashes in cursor.fetchall()}
        cursor.execute(
            "SELECT seal, place, of_table, part, keys, spots, hashes FROM court_export_parts(%s)", [export.pk]
        )
        found = cursor.fetchall()
    wanted = {name_of(row): row for row in content["rows"]}
    proofs = Proofs({}, [], {}, {}, {}, "")
    signers = []
    for number, (head, signature, _) in seals.items():
        if (signer := keys.signed_by(head, signature)) is None:
            raise NotProven(f"seal {number}")
        signers.append(keys.in_pem(signer))
        proofs.seals[str(number)] = {"head": head, "signature": signature}
    for seal, place, table, part, row_keys, spots, hashes in found:
        leaves, columns = bytes(hashes), json.loads(part)["columns"]
        for key, spot, path in zip(row_keys, spots, paths_of(leaves, spots), strict=True):
            name = f"{table} {key}"
            text = narrowed(wanted[name]["text"], table, content["columns"][table], columns)
            leaf = leaves[spot * SIZE :][:SIZE]
            if sha256(b"\x00" + text.encode()).digest() != leaf:
                raise NotProven(name)
            proofs.rows[name] = {"part": len(proofs.parts), "path": in_hex(path)}
            proofs.texts[name], proofs.hashes[name] = text, leaf.hex()
        (path_of_part,) = paths_of(seals[seal][2], [place])
        proofs.parts.append({"seal": seal, "text": part, "path": in_hex(path_of_part)})
    if proofs.rows.keys() != wanted.keys():
        return None
    public = [keys.in_pem(key) for key in keys.public_keys()]
    return proofs._replace(public_key="".join(key for key in public if key in signers))


def name_of(row: dict[str, Any]) -> str:
    """Return how a row is called in the files."""
    return f"{row['table']} {row['key']}"


def in_hex(path: list[tuple[str, bytes]]) -> list[list[str]]:
    """Return a path as it stands in a file."""
    return [[side, neighbour.hex()] for side, neighbour in path]


def narrowed(text: str, table: str, had: list[str], wanted: list[str]) -> str:
    """Return the text of a row with the ``wanted`` ones of the columns that it ``had``: those that a seal has hashed.

    Raises ``NotProven`` where it has not all of them: a column came between asking and sealing, or is gone.
    """
    if had == wanted:
        return text
    if not set(wanted) <= set(had):
        raise NotProven(f"columns of {table}")
    values = dict(zip(had, fields(text[len(table) + 1 : -1], len(had)), strict=True))
    return f"{table}({','.join(values[column] for column in wanted)})"


def fields(inner: str, number: int) -> list[str]:
    """Return the parts of the text of a composite value, as PostgreSQL has written each."""
    return [match[1] for match, _ in zip(FIELD.finditer(inner), range(number), strict=False)]
