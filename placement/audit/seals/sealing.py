"""Making a seal: the hashes of all rows since the last one, a root for each table, chained, signed, and copied outside.

Rows are told apart by their keys, which rise with writing. A key that is not there may be of a writer who has not finished, so it
stays *open*: a row that comes under it later is sealed then. Once every transaction that could hold it has ended, it closes, and a
row that comes under it after that was put in. (A number is drawn a moment before its transaction is known, so the transactions are
looked at one seal after the number was missed.) In another cluster, after a restore, nobody holds anything any more.
"""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from placement.audit.models import Seal
from placement.audit.seals import keys
from placement.audit.seals.rows import MOST, SAME_TEXT, columns_of, hashed, sealed_tables
from placement.audit.seals.tree import Growing, root_of
from placement.database.roles import owner_connection

KEEP_PART = """INSERT INTO audit_sealedrows (seal_id, place, "table", first, last, keys, hashes)
  VALUES (%s, %s, %s, %s, %s, %s::bigint[], %s)"""
CHUNK = 100_000  # rows of a part: what is held in memory at once


class NotACopy(RuntimeError):
    """A file in the outside folder is not the copy of a seal."""


class Open(NamedTuple):
    """Keys from ``first`` to ``last`` that were not there. They close when all transactions before ``until`` have ended."""

    first: int
    last: int
    until: int | None = None  # not looked at yet


class Sealed(NamedTuple):
    """How far a table is sealed: the highest key, and what is open below it."""

    last: int = 0
    open: tuple[Open, ...] = ()


class Snapshot(NamedTuple):
    """The cluster, its transactions and the time: none from ``next`` on has begun, and of the others only ``running`` go on."""

    cluster: str
    next: int
    running: list[int]
    at: datetime

    @property
    def oldest(self) -> int:
        """Return the transaction before which all have ended."""
        return min([*self.running, self.next])


def seal() -> Seal:
    """Seal what history and access log have now. Copies of the heads go to ``SEALS_DIR``, also of those that are missing there.

    Raises ``NoKey`` without a key, and ``OSError`` if the folder can't be written: the seal stands then, and the next one copies
    it.
    """
    keys.sign("")  # before the work, not after it
    with owner_connection() as owner:
        with one_snapshot(owner) as cursor:
            made = _make(cursor)
        copy_outside(owner)
    return made


@contextmanager
def one_snapshot(owner: BaseDatabaseWrapper) -> Iterator[CursorWrapper]:
    """Give a cursor in a transaction that sees everything as of one moment, and in which rows always have the same text."""
    with owner.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        try:
            cursor.execute(SAME_TEXT)
            yield cursor
        except BaseException:
            cursor.execute("ROLLBACK")
            raise
        cursor.execute("COMMIT")


def copy_outside(owner: BaseDatabaseWrapper) -> None:
    """Write every head that the outside folder does not have, each as a file of its own. Raises ``OSError``."""
    folder = settings.SEALS_DIR
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    last = max((int(file.stem) for file in folder.glob("*.json")), default=0)
    with owner.cursor() as cursor:
        cursor.execute("SELECT number, head, signature FROM audit_seal WHERE number > %s ORDER BY number", [last])
        for number, head, signature in cursor.fetchall():
            file = folder / f"{number:010}.json"
            begun = file.with_suffix(".part")
            begun.write_text(json.dumps({"head": head, "signature": signature}))
            os.replace(begun, file)


def outside(folder: Path) -> dict[int, dict[str, str]]:
    """Return number → ``head`` and ``signature`` of that seal, as ``folder`` has them. Raises ``NotACopy``."""
    try:
        return {int(file.stem): json.loads(file.read_text()) for file in folder.glob("*.json")}
    except ValueError:
        raise NotACopy("The folder of the seals holds a file that is not the copy of a seal.") from None


def snapshot(cursor: CursorWrapper) -> Snapshot:
    """Return the cluster, the transactions and the time of now, by the clock of the server, which nobody can tell another."""
    cursor.execute(
        "SELECT system_identifier::text, pg_snapshot_xmax(s)::text::bigint,"
        " ARRAY(SELECT running::text::bigint FROM pg_snapshot_xip(s) running ORDER BY 1), clock_timestamp()"
        " FROM pg_control_system(), pg_current_snapshot() s"
    )
    return Snapshot(*cursor.fetchone())


def sealed_so_far(cursor: CursorWrapper) -> dict[str, Sealed]:
    """Return table → how far it is sealed, as the newest seal that covers it says."""
    cursor.execute(
        """SELECT newest.* FROM unnest(%s) "table", LATERAL (
             SELECT p."table", s.parts::json ->> p.place FROM audit_sealedrows p JOIN audit_seal s ON s.number = p.seal_id
             WHERE p."table" = "table"."table" ORDER BY p.seal_id DESC, p.place DESC LIMIT 1) newest""",
        [list(sealed_tables())],
    )
    found = {}
    for table, said in cursor.fetchall():
        part = json.loads(said)
        found[table] = Sealed(part["last"], tuple(Open(*each) for each in part["open"]))
    return found


def _make(cursor: CursorWrapper) -> Seal:
    cursor.execute("LOCK TABLE audit_seal IN EXCLUSIVE MODE")  # one after the other; before the snapshot is taken
    cursor.execute("SELECT number, digest, head FROM audit_seal ORDER BY number DESC LIMIT 1")
    number, previous, head_before = cursor.fetchone() or (0, "", "{}")
    current = snapshot(cursor)
    moved = number > 0 and json.loads(head_before)["cluster"] != current.cluster
    so_far = sealed_so_far(cursor)

    def closes(ranges: tuple[Open, ...], came: list[int]) -> tuple[Open, ...]:
        return () if moved else tuple(_still_open(ranges, came, current))

    columns = columns_of(cursor, sealed_tables())
    parts: list[str] = []
    for table in sorted(columns):
        _seal_table(cursor, number + 1, parts, table, columns[table], so_far.get(table, Sealed()), closes)
    head = in_json(
        {
            "number": number + 1,
            "made_at": current.at.isoformat(),
            "previous": previous,
            "cluster": current.cluster,
            "running": current.running,
            "root": root_of(leaves_of(parts)).hex(),
        }
    )
    made = Seal(
        number=number + 1,
        made_at=current.at,
        head=head,
        parts=json.dumps(parts),
        digest=sha256(head.encode()).hexdigest(),
        signature=keys.sign(head),
    )
    cursor.execute(
        "INSERT INTO audit_seal (number, made_at, head, parts, digest, signature) VALUES (%s, %s, %s, %s, %s, %s)",
        [made.number, made.made_at, made.head, made.parts, made.digest, made.signature],
    )
    return made


def _seal_table(
    cursor: CursorWrapper,
    number: int,
    parts: list[str],
    table: str,
    columns: list[str],
    before: Sealed,
    closes: Callable[[tuple[Open, ...], list[int]], tuple[Open, ...]],
) -> None:
    """Store the hashes of what is new in ``table``, and add what the seal says of them to its ``parts``.

    closes: what stays open of the ranges given, now that the keys given have come under them.
    """
    key, last, left = sealed_tables()[table], before.last, before.open

    def keep(where: str, parameters: list[Any], limit: int, *, always: bool) -> tuple[list[int], bytes]:
        tree = Growing()
        came, hashes = hashed(cursor, table, columns, where, parameters, limit=limit, each=tree.add)
        if came or always:
            first, latest = (came[0], came[-1]) if came else (None, None)
            listed = f"{{{','.join(map(str, came))}}}"
            cursor.execute(KEEP_PART, [number, len(parts), table, first, latest, listed, hashes])
        return came, tree.root

    def say(keys: list[int], root: bytes) -> None:
        part = {"table": table, "columns": columns, "count": len(keys), "root": root.hex(), "last": last, "open": left}
        parts.append(in_json(part))

    if left:
        among = f'EXISTS (SELECT FROM unnest(%s::bigint[], %s::bigint[]) o (a, b) WHERE t."{key}" BETWEEN a AND b)'
        where = f't."{key}" <= %s AND {among}'
        came, root = keep(where, [last, [one.first for one in left], [one.last for one in left]], MOST, always=True)
        left = closes(left, came)
        say(came, root)
    while True:
        came, root = keep(f't."{key}" > %s', [last], CHUNK, always=False)
        if not came:
            return
        left, last = (*left, *_missing(last, came)), came[-1]
        say(came, root)


def in_json(said: dict[str, Any]) -> str:
    """Return the one text that ``said`` has in JSON."""
    return json.dumps(said, sort_keys=True, separators=(",", ":"))


def leaves_of(parts: list[str]) -> bytes:
    """Return the hashes of the parts of a seal, as leaves of a tree."""
    return b"".join(sha256(b"\x00" + part.encode()).digest() for part in parts)


def _missing(last: int, found: list[int]) -> Iterator[Open]:
    """Yield the keys that are not there, between the rows after ``last``."""
    for one, other in pairwise([last, *found]):
        if other > one + 1:
            yield Open(one + 1, other - 1)


def _still_open(ranges: tuple[Open, ...], came: list[int], current: Snapshot) -> Iterator[Open]:
    """Yield what of ``ranges`` stays open now that rows ``came``."""
    for first, last, until in ranges:
        if until is None:
            until = current.next
        elif until <= current.oldest:
            continue
        within = [key for key in came if first <= key <= last]
        for one, other in pairwise([first - 1, *within, last + 1]):
            if other > one + 1:
                yield Open(one + 1, other - 1, until)
