"""The proof that one row was there when a seal was made, for somebody who has neither the database nor our word."""

import json
from typing import Any

from placement.audit.seals import keys
from placement.audit.seals.erased import disposals_of, stubs_of, wrong_with
from placement.audit.seals.rows import sealed_tables, text_of
from placement.audit.seals.sealing import leaves_of, one_snapshot
from placement.audit.seals.tree import SIZE, path_of
from placement.database.roles import owner_connection


class NotSealed(RuntimeError):
    """There is no such row under a seal."""


class WasErased(NotSealed):
    """The row was erased after its time; what is left is its stub."""


def proof_of(table: str, key: int) -> dict[str, Any]:
    """Return the proof of a row: its text, what leads from it to the root of its part, from there to the head, and the signature.

    Nothing in it tells of other rows but how many there are in the part. It is read as the owner, so that a row of a record that a
    court has sealed can be proved too, by whoever runs the server and by nobody else: no page gives a proof of one.

    Raises ``WasErased`` with when and why; ``NotSealed``; ``NoKey`` without the public key.
    """
    column = sealed_tables().get(table)
    with owner_connection() as owner, one_snapshot(owner) as cursor:
        cursor.execute(
            "SELECT p.place, array_position(p.keys, %s::bigint) - 1, p.hashes, s.head, s.parts, s.signature FROM audit_sealedrows p"
            " JOIN audit_seal s ON s.number = p.seal_id"
            ' WHERE p."table" = %s AND %s BETWEEN p.first AND p.last AND %s = ANY(p.keys)',
            [key, table, key, key],
        )
        found = cursor.fetchone()
        if column is None or found is None:
            raise NotSealed(
                "There is no such row under a seal. Seal first, and look at the name of the table and the key."
            )
        place, at, hashes, head, said, signature = found
        parts = json.loads(said)
        columns = json.loads(parts[place])["columns"]
        cursor.execute(f'SELECT {text_of(table, columns)} FROM "{table}" t WHERE t."{column}" = %s', [key])
        row, key_of_seal = cursor.fetchone(), keys.signed_by(head, signature)
        if row is None and (stub := stubs_of(cursor, table, key, key).get(key)):
            disposals = disposals_of(cursor)
            if not wrong_with(stub, bytes(hashes)[at * SIZE :][:SIZE], disposals):
                raise WasErased(f"This row is not there any more. {disposals[stub.disposal].said}")
        if row is None or key_of_seal is None:
            raise NotSealed("This row or its seal is not as it was. Run audit verify.")
    return {
        "text": row[0],
        "path": _in_hex(path_of(bytes(hashes), at)),
        "part": parts[place],
        "path_of_part": _in_hex(path_of(leaves_of(parts), place)),
        "head": head,
        "signature": signature,
        "public_key": keys.in_pem(key_of_seal),
    }


def _in_hex(path: list[tuple[str, bytes]]) -> list[list[str]]:
    return [[side, neighbour.hex()] for side, neighbour in path]
