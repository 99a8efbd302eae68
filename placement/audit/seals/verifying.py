"""Checking history, access log and seals: what was changed, removed, put in or cut off since it was sealed."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.backends.utils import CursorWrapper

from placement.audit.history import tracked_models
from placement.audit.seals import keys
from placement.audit.seals.erased import Disposed, disposals_of, stubs_of, wrong_with
from placement.audit.seals.rows import ACCESS_LOG, ERASED, columns_of, hashed, sealed_tables
from placement.audit.seals.sealing import Open, leaves_of, one_snapshot, outside
from placement.audit.seals.tree import SIZE, root_of
from placement.database.roles import owner_connection

SLACK = timedelta(minutes=5)  # by which the clock of the server may be put right
LONGEST_PAGE = timedelta(hours=1)
PART = {"table", "columns", "count", "root", "last", "open"}
TRIGGERS = ("history_insert", "history_update", "history_delete", "history_is_kept")
OF_HISTORY = ("history_is_kept", "leaves_a_stub")
OF_STUBS = ("of_now", "stubs_are_kept", "of_a_disposal")


class Problem(NamedTuple):
    """Something that is not as it was sealed. ``row`` is the key, where it is about one row."""

    table: str
    row: str
    what: str

    def __str__(self) -> str:
        return f"{self.table} {self.row}: {self.what}" if self.row else f"{self.table}: {self.what}"


class Said(NamedTuple):
    """What a seal says: its head, and its parts."""

    head: dict[str, Any]
    parts: list[dict[str, Any]]


@dataclass
class Erased:
    """The disposals that were done; how many rows were met that went, and under which of them."""

    disposals: dict[UUID, Disposed]
    rows: int = 0
    under: set[UUID] = field(default_factory=set)


class Checked(NamedTuple):
    """How much was looked at."""

    seals: int
    rows: int
    unsealed: int  # rows since the last seal
    outside: int | None  # copies in the outside folder; ``None`` without a folder
    erased: int = 0  # sealed rows of which a stub is left
    disposals: int = 0  # under which they went


def verify(
    begins: datetime | None = None,
    ends: datetime | None = None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> tuple[list[Problem], Checked]:
    """Check all seals, the rows of those made from ``begins`` to ``ends`` (aware; all if absent), and live rows against history.

    Returns what is wrong, in the order in which it is found, of each part of a seal the first row, and how much was checked.
    ``progress`` is told how many sealed rows of how many are done. Raises ``NoKey`` without the public key.
    """
    keys.public_keys()
    with owner_connection() as owner, one_snapshot(owner) as cursor:
        cursor.execute("SELECT number, made_at, head, digest, signature, parts FROM audit_seal ORDER BY number")
        seals = cursor.fetchall()
        copies = outside(settings.SEALS_DIR) if Path(settings.SEALS_DIR).is_dir() else None
        problems = [*_of_copies(seals, copies or {}), *_of_chain(seals)]
        chosen = {n for n, made_at, *_ in seals if (not begins or made_at >= begins) and (not ends or made_at <= ends)}
        said = {number: Said(_read(head, dict), _parts(parts)) for number, _, head, _, _, parts in seals}
        parts = [(number, place, part) for number in sorted(chosen) for place, part in enumerate(said[number].parts)]
        columns = columns_of(cursor, [*sealed_tables(), *(model._meta.db_table for model in tracked_models())])
        wanted, done = sum(part["count"] for *_, part in parts), 0
        erased = Erased(disposals_of(cursor))
        for number, place, part in parts:
            broken = _of_part(cursor, number, place, part, columns.get(part["table"], []), erased)
            problems += broken or _of_times(cursor, number, part, said)
            done += part["count"]
            progress(done, wanted)
        if seals and not begins and not ends:
            problems += [*_put_in(cursor, said), *_of_stubs(cursor)]
        problems += [*_of_triggers(cursor), *_of_live_rows(cursor, columns)]
        unsealed = _unsealed(cursor, said)
    outside_copies = None if copies is None else len(copies)
    return problems, Checked(len(chosen), done, unsealed, outside_copies, erased.rows, len(erased.under))


def _read(text: str, kind: type[Any]) -> Any:
    """Return what a text in JSON says; nothing where it says something of another kind, which its signature tells."""
    try:
        said = json.loads(text)
    except ValueError:
        said = None
    return said if isinstance(said, kind) else kind()


def _texts(text: str) -> list[str]:
    return [str(part) for part in _read(text, list)]


def _parts(text: str) -> list[dict[str, Any]]:
    """Return what a seal says of its parts; none where that can't be read, which the root of its head tells."""
    parts = [_read(part, dict) for part in _texts(text)]
    return parts if all(part.keys() >= PART for part in parts) else []


def _of_copies(seals: list[Any], copies: dict[int, dict[str, str]]) -> Iterator[Problem]:
    heads = {number: head for number, _, head, *_ in seals}
    for number, copy in sorted(copies.items()):
        if number not in heads:
            yield Problem("audit_seal", str(number), "the outside folder has this seal, the database does not")
        elif heads[number] != copy["head"]:
            yield Problem("audit_seal", str(number), "this is not the seal that was copied outside")
    for number in sorted(heads.keys() - copies.keys()):
        if copies and number < max(copies):
            yield Problem("audit_seal", str(number), "the outside folder has lost its copy of this seal")


def _of_chain(seals: list[Any]) -> Iterator[Problem]:
    before, expected = "", 1
    for number, _, head, digest, signature, parts in seals:
        if number != expected:
            yield Problem("audit_seal", str(expected), "this seal is missing")
        elif not keys.signed_by(head, signature) or sha256(head.encode()).hexdigest() != digest:
            yield Problem("audit_seal", str(number), "this seal was not signed by our key, or was changed")
        elif json.loads(head)["previous"] != before or json.loads(head)["number"] != number:
            yield Problem("audit_seal", str(number), "this seal does not follow the one before it")
        elif json.loads(head)["root"] != root_of(leaves_of(_texts(parts))).hex():
            yield Problem("audit_seal", str(number), "what it says of its tables was changed")
        before, expected = digest, number + 1


def _of_part(
    cursor: CursorWrapper, number: int, place: int, part: dict[str, Any], columns: list[str], erased: Erased
) -> list[Problem]:
    """Return the first row that is not as it was sealed, if there is one; what was erased has left its stub."""
    table, key = part["table"], sealed_tables().get(part["table"], "")
    cursor.execute(
        'SELECT "table", keys, hashes FROM audit_sealedrows WHERE seal_id = %s AND place = %s', [number, place]
    )
    stored = cursor.fetchone()
    if (
        stored is None
        or stored[0] != table
        or len(stored[1]) != part["count"]
        or root_of(bytes(stored[2])).hex() != part["root"]
    ):
        return [
            Problem("audit_sealedrows", f"{number}/{place}", f"the hashes of {table} are not those of seal {number}")
        ]
    wanted, leaves = stored[1], bytes(stored[2])
    missing = set(part["columns"]) - set(columns)
    if not key or missing:
        return [Problem(table, "", f"seal {number} covers what is gone: {', '.join(sorted(missing)) or 'the table'}")]
    if not wanted:
        return []
    where = f't."{key}" BETWEEN %s AND %s AND t."{key}" = ANY(%s)'
    found, now = hashed(cursor, table, part["columns"], where, [wanted[0], wanted[-1], wanted])
    stubs = stubs_of(cursor, table, wanted[0], wanted[-1])
    if found == wanted and now == leaves and not stubs:
        return []
    there = dict(zip(found, range(len(found)), strict=True))
    for at, row in enumerate(wanted):
        sealed = leaves[at * SIZE :][:SIZE]
        if stub := stubs.get(row):
            if row in there:
                return [Problem(table, str(row), "is there again, although it was erased")]
            if wrong := wrong_with(stub, sealed, erased.disposals):
                return [Problem(table, str(row), f"erased since seal {number}, but {wrong}")]
            erased.rows += 1
            erased.under.add(stub.disposal)
        elif row not in there:
            return [Problem(table, str(row), f"removed since seal {number}")]
        elif now[there[row] * SIZE :][:SIZE] != sealed:
            return [Problem(table, str(row), f"changed since seal {number}")]
    return []


def _of_times(cursor: CursorWrapper, number: int, part: dict[str, Any], said: dict[int, Said]) -> list[Problem]:
    """Return the first row that says another time of writing than it can have, if there is one.

    What a seal covers was written before it, and after the seal before, unless its transaction went on then. Access log and
    stubs have no transactions; none that writes them goes on for an hour.
    """
    table, key = part["table"], sealed_tables()[part["table"]]
    own, before = said[number].head, said.get(number - 1, said[number]).head
    if not {"made_at", "running"} <= own.keys() & before.keys() or not part["count"]:
        return []  # of a head that was changed, which is said already
    earliest, latest = datetime.fromisoformat(before["made_at"]) - SLACK, datetime.fromisoformat(own["made_at"]) + SLACK
    if table in (ACCESS_LOG, ERASED):
        moment, went_on, values = "at", "false", [earliest - LONGEST_PAGE]
    else:
        moment, went_on = "history_date", "history_xid = ANY (%s)"
        values = [earliest, before["running"]]
    cursor.execute(
        f"""SELECT min("{key}") FROM "{table}" JOIN (
              SELECT unnest(keys) AS sealed FROM audit_sealedrows WHERE seal_id = %s AND "table" = %s) s ON sealed = "{key}"
            WHERE {moment} > %s OR NOT %s AND {moment} < %s AND NOT ({went_on})""",
        [number, table, latest, number - 1 not in said, *values],
    )
    row = cursor.fetchone()[0]
    return [] if row is None else [Problem(table, str(row), f"was not there at the time that it says (seal {number})")]


def _put_in(cursor: CursorWrapper, said: dict[int, Said]) -> Iterator[Problem]:
    """Yield, for each table, the first row that was put in among those that are sealed."""
    last: dict[str, int] = {}
    still_open: dict[str, list[Open]] = {}
    for seal in said.values():
        for part in seal.parts:
            last[part["table"]], still_open[part["table"]] = part["last"], [Open(*each) for each in part["open"]]
    for table, key in sealed_tables().items():
        if table not in last:
            continue
        cursor.execute(
            f'''SELECT min(key) FROM (
                  SELECT t."{key}" AS key FROM "{table}" t WHERE t."{key}" <= %s
                  EXCEPT ALL SELECT unnest(keys) FROM audit_sealedrows WHERE "table" = %s) extra
                WHERE NOT EXISTS (SELECT FROM unnest(%s::bigint[], %s::bigint[]) o (a, b) WHERE key BETWEEN a AND b)''',
            [last[table], table, [each.first for each in still_open[table]], [each.last for each in still_open[table]]],
        )
        if (row := cursor.fetchone()[0]) is not None:
            yield Problem(table, str(row), "put in among rows that were sealed before")


def _of_stubs(cursor: CursorWrapper) -> Iterator[Problem]:
    """Yield the first stub of a row that no seal holds: of such a row nobody could say what it was."""
    cursor.execute(
        f"""SELECT min(e.id) FROM {ERASED} e JOIN (
              SELECT "table", key FROM {ERASED} EXCEPT SELECT p."table", unnest(p.keys) FROM audit_sealedrows p
              WHERE p."table" IN (SELECT "table" FROM {ERASED})) never USING ("table", key)"""
    )
    if (row := cursor.fetchone()[0]) is not None:
        yield Problem(ERASED, str(row), "is the stub of a row that was never sealed")


def _of_triggers(cursor: CursorWrapper) -> Iterator[Problem]:
    """Yield each trigger of history and of stubs that is missing or switched off now."""
    expected = [
        (table, name)
        for model in tracked_models()
        for table, names in ((model._meta.db_table, TRIGGERS), (model.history.model._meta.db_table, OF_HISTORY))
        for name in names
    ] + [(ERASED, name) for name in OF_STUBS]
    cursor.execute(
        "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgenabled = 'A' AND tgname = ANY(%s)",
        [[*TRIGGERS, *OF_HISTORY, *OF_STUBS]],
    )
    on = set(cursor.fetchall())
    for table, name in expected:
        if (table, name) not in on:
            yield Problem(table, "", f"its trigger {name} is missing or switched off")


def _of_live_rows(cursor: CursorWrapper, columns: dict[str, list[str]]) -> Iterator[Problem]:
    """Yield, for each table, the first row that is not as the newest row of its history says."""
    for model in tracked_models():
        table, history, key = model._meta.db_table, model.history.model._meta.db_table, model._meta.pk.column
        both = [column for column in columns[table] if column in columns[history]]
        live, newest = (", ".join(f'{side}."{column}"' for column in both) for side in ("l", "h"))
        cursor.execute(
            f'''SELECT coalesce(l."{key}", h."{key}")::text, l."{key}" IS NULL, h."{key}" IS NULL
                FROM "{table}" l FULL JOIN (
                  SELECT DISTINCT ON ("{key}") * FROM "{history}" ORDER BY "{key}", history_id DESC
                ) h ON h."{key}" = l."{key}"
                WHERE CASE WHEN h."{key}" IS NULL THEN true
                  WHEN l."{key}" IS NULL THEN h.history_type <> '-'
                  ELSE h.history_type = '-' OR ROW({live}) IS DISTINCT FROM ROW({newest}) END
                ORDER BY 1 LIMIT 1'''
        )
        if row := cursor.fetchone():
            key_of, gone, unknown = row
            what = "removed" if gone else "put in" if unknown else "changed"
            yield Problem(table, key_of, f"{what} without a word in its history")


def _unsealed(cursor: CursorWrapper, said: dict[int, Said]) -> int:
    """Return how many rows there are above what is sealed."""
    last = {part["table"]: part["last"] for seal in said.values() for part in seal.parts}
    found = 0
    for table, key in sealed_tables().items():
        cursor.execute(f'SELECT count(*) FROM "{table}" WHERE "{key}" > %s', [last.get(table, 0)])
        found += cursor.fetchone()[0]
    return found
