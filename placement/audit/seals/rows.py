"""What is sealed, and the canonical hash of a row.

The hash of a row is SHA-256 over a zero byte, the name of its table, and PostgreSQL's own text of the row's columns, in UTF-8: the
text of a composite value tells NULL from an empty text, and its parts apart. Times are written in UTC whatever the session says.
A seal keeps the names of the columns that it hashed, so a column that comes later changes nothing; one that is renamed or dropped
leaves its seals without what they hashed.
"""

from collections.abc import Iterable, Sequence
from functools import cache

from django.db.backends.utils import CursorWrapper

from placement.audit.history import tracked_models

MOST = 1_000_000_000  # rows: no limit
ACCESS_LOG = "access_accesslogentry"
ERASED = "audit_erasedrow"
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


def hashes_of(table: str, columns: Sequence[str], where: str, limit: int) -> str:
    """Return the SQL of one row: the keys of the first ``limit`` rows for which ``where`` holds, rising, and their hashes."""
    key = sealed_tables()[table]
    return f"""SELECT coalesce(array_agg(key ORDER BY key), '{{}}') AS keys,
                      coalesce(string_agg(hash, ''::bytea ORDER BY key), ''::bytea) AS hashes
               FROM (SELECT t."{key}" AS key, sha256('\\x00'::bytea || convert_to({text_of(table, columns)}, 'UTF8')) AS hash
                     FROM "{table}" t WHERE {where} ORDER BY t."{key}" LIMIT {limit}) rows"""


def fetched(cursor: CursorWrapper) -> tuple[list[int], bytes]:
    """Return the keys and the hashes, 32 bytes each, of the row that ``cursor`` holds; nothing of none."""
    keys, hashes = cursor.fetchone() or ([], b"")
    return keys, bytes(hashes)
