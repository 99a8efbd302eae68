"""What is sealed, and the canonical hash of a row.

The hash of a row is SHA-256 over a zero byte, the name of its table, and PostgreSQL's own text of the row's columns, in UTF-8: the
text of a composite value tells NULL from an empty text, and its parts apart. Times are written in UTC whatever the session says.
A seal keeps the names of the columns that it hashed, so a column that comes later changes nothing; one that is renamed or dropped
leaves its seals without what they hashed.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from hashlib import sha256
from struct import unpack
from typing import Any

from django.db.backends.utils import CursorWrapper

from placement.audit.history import tracked_models

MOST = 1_000_000_000  # rows: no limit
ACCESS_LOG = "access_accesslogentry"
ERASED = "audit_erasedrow"
HEADER, HEADER_SIZE = b"PGCOPY\n\xff\r\n\x00", 19
FIELDS = b"\x00\x02\x00\x00\x00\x08"  # two values, the first of eight bytes
SAME_TEXT = (
    "SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, MDY'; SET LOCAL IntervalStyle = 'postgres';"
    " SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'; SET LOCAL jit = off"
)


@cache
def sealed_tables() -> dict[str, str]:
    """Return table → its key, a number that rises with writing: every history table, the access log, the stubs of what went."""
    history = {model.history.model._meta.db_table: "history_id" for model in tracked_models()}
    return history | {ACCESS_LOG: "id", ERASED: "id"}


def columns_of(cursor: CursorWrapper, tables: Iterable[str]) -> dict[str, list[str]]:
    """Return table → its columns, in the order of the alphabet: those that there are, without tables that are not there."""
    cursor.execute(
        "SELECT relname, array_agg(attname::text ORDER BY attname) FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
        " WHERE relnamespace = 'public'::regnamespace AND relname = ANY(%s) AND attnum > 0 AND NOT attisdropped"
        " GROUP BY relname",
        [list(tables)],
    )
    return dict(cursor.fetchall())


def text_of(table: str, columns: Sequence[str]) -> str:
    """Return the SQL of what is hashed of a row."""
    return f"""'{table}' || ROW({", ".join(f't."{column}"' for column in columns)})::text"""


def hashed(
    cursor: CursorWrapper,
    table: str,
    columns: Sequence[str],
    where: str,
    values: Sequence[Any],
    *,
    limit: int = MOST,
    each: Callable[[bytes], None] | None = None,
) -> tuple[list[int], bytes]:
    """Return the keys of the first ``limit`` rows for which ``where`` holds, rising, and their hashes, 32 bytes each.

    each: called with each hash as soon as it is known. The rows are hashed here while the database writes the next ones down:
    that takes half of the time that its own hash took.
    """
    key = sealed_tables()[table]
    text = text_of(table, columns)
    rows = f'SELECT t."{key}"::bigint, {text} FROM "{table}" t WHERE {where} ORDER BY t."{key}" LIMIT {limit}'
    taken = _Rows(each or (lambda _: None))
    server: Any = cursor.cursor
    with cursor.db.wrap_database_errors:
        server.copy_expert(b"COPY (" + server.mogrify(rows, values) + b") TO STDOUT (FORMAT binary)", taken)
    return list(unpack(f">{len(taken.hashes)}q", b"".join(taken.keys))), b"".join(taken.hashes)


class _Rows:
    """Takes rows of a key and a text, as ``COPY … (FORMAT binary)`` sends them: a row at a time, the first after a header.

    A row is the number 2 in two bytes, then each value after its length in four; the end is the number -1.
    """

    def __init__(self, each: Callable[[bytes], None]) -> None:
        self.keys: list[bytes] = []
        self.hashes: list[bytes] = []
        self.each = each

    def write(self, row: bytes) -> None:
        """Take what the server has sent. Raises RuntimeError for what is no such row."""
        if row[:6] != FIELDS:
            if row.startswith(HEADER):
                row = row[HEADER_SIZE:]
            if row in (b"", b"\xff\xff"):
                return
            if row[:6] != FIELDS:
                raise RuntimeError("The database sent something else than a row.")
        self.keys.append(row[6:14])
        found = sha256(b"\x00" + row[18:]).digest()
        self.hashes.append(found)
        self.each(found)
