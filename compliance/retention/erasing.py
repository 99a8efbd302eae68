"""Erasing a record: its rows and all their history go in one transaction of the owner, and leave a stub for each row of history.

Which rows may go says the database (``disposal_may_be_done``), which lets none go without its stub. A stub holds the hash that the
seal holds, so a row that is not sealed yet, or is not as it was sealed, stops all of it.
"""

import json
from dataclasses import dataclass
from uuid import UUID

from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.db.backends.utils import CursorWrapper

from compliance.retention.going import collect
from placement.audit.clock import now
from placement.audit.seals.rows import SAME_TEXT, text_of
from placement.database.constraints import sentence_for
from placement.database.context import acting_as_system
from residents import files
from residents.models import Disposal, SealingOrder
from residents.models.retention import GOES_WITHIN

COMMAND = "retention"


class Kept(RuntimeError):
    """A record can't go now; the text says why."""


class _Tried(Exception):
    """Everything went as it should; it is undone, because it was only tried."""


@dataclass(frozen=True)
class Gone:
    """What went with a record. rows: label of the model → how many records. history: how many rows of it."""

    disposal: Disposal
    rows: dict[str, int]
    history: int


def waiting() -> list[Disposal]:
    """Return the disposals that two people have agreed to and that are not done, oldest first. To be called as the owner.

    Those of records that a court keeps sealed are left out: no command tells which records these are.
    """
    orders = SealingOrder.objects.filter(kind=SealingOrder.Kind.SEAL, lifted_at=None)
    kept = orders.exclude(decision=SealingOrder.Decision.REFUSED).values("record__resident")
    approved = Disposal.objects.filter(approved=True, erased_at=None, decided_at__gt=now() - GOES_WITHIN)
    return list(approved.exclude(resident__in=kept).order_by("decided_at", "id"))


def erase(disposal: Disposal, *, dry_run: bool = False) -> Gone:
    """Erase the record of ``disposal``, and return what went; ``dry_run`` undoes it at the end.

    To be called as the owner, outside a transaction. Raises ``Kept`` where it may not go now.
    """
    gone: list[Gone] = []
    try:
        with (
            transaction.atomic(),
            acting_as_system(COMMAND),
            connection.cursor() as cursor,
        ):
            cursor.execute(SAME_TEXT)
            gone.append(_erase(cursor, disposal))
            if dry_run:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                raise _Tried
    except _Tried:
        pass
    except DatabaseError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
        raise Kept(
            known.sentence if (known := sentence_for(error)) else f"{type(error).__name__} {name}".strip()
        ) from None
    return gone[0]


def remove_files() -> int:
    """Remove the stored files of records that are gone, and return how many there still were."""
    removed = 0
    for names in Disposal.objects.filter(erased_at__isnull=False).exclude(files=[]).values_list("files", flat=True):
        removed += sum(files.forget_if_there(name) for name in names)
    return removed


def _erase(cursor: CursorWrapper, disposal: Disposal) -> Gone:
    collect(cursor, str(disposal.resident_id))
    cursor.execute("SELECT label, count(*) FROM going GROUP BY label ORDER BY label")
    rows = dict(cursor.fetchall())
    tables = {label: apps.get_model(label) for label in rows}
    cursor.execute("CREATE TEMPORARY TABLE stubs (of_table text, key bigint, hash bytea) ON COMMIT DROP")
    history = sum(_stub(cursor, label, model.history.model._meta.db_table) for label, model in tables.items())
    cursor.execute(
        'INSERT INTO audit_erasedrow (disposal, "table", key, hash) SELECT %s, of_table, key, hash FROM stubs',
        [disposal.pk],
    )
    cursor.execute(
        "SELECT d.stored_name FROM residents_document d JOIN going g ON g.label = 'residents.Document' AND g.id = d.id"
    )
    stored = [name for (name,) in cursor.fetchall()]
    closed_to = _closed_to(cursor, disposal)
    for label, model in tables.items():
        for table in (model._meta.db_table, model.history.model._meta.db_table):
            cursor.execute(f"DELETE FROM \"{table}\" WHERE id IN (SELECT id FROM going WHERE label = '{label}')")
    cursor.execute(
        "DELETE FROM access_formkey WHERE strpos(path, %s) > 0 OR strpos(went_to, %s) > 0",
        [str(disposal.resident_id)] * 2,
    )
    cursor.execute(
        "UPDATE residents_disposal SET erased_at = audit_now(), erased = %s, files = %s::uuid[], closed_to = %s::uuid[]"
        " WHERE id = %s",
        [json.dumps(rows), stored, closed_to, disposal.pk],
    )
    return Gone(disposal, rows, history)


def _stub(cursor: CursorWrapper, label: str, table: str) -> int:
    """Note the stubs of the history of what goes of one model, and return how many. Raises ``Kept``."""
    cursor.execute(
        f'SELECT array_agg(h.history_id ORDER BY h.history_id) FROM "{table}" h JOIN going g ON g.label = %s AND g.id = h.id',
        [label],
    )
    keys = cursor.fetchone()[0] or []
    left = set(keys)
    cursor.execute(
        "SELECT p.id, p.keys, s.parts::json ->> p.place FROM audit_sealedrows p JOIN audit_seal s ON s.number = p.seal_id"
        ' WHERE p."table" = %s AND p.first <= %s AND p.last >= %s AND p.keys && %s::bigint[] ORDER BY p.id',
        [table, *([keys[-1], keys[0]] if keys else [0, 0]), keys],
    )
    for part, sealed, said in cursor.fetchall():
        spots = [(key, at) for at, key in enumerate(sealed) if key in left]
        left -= {key for key, _ in spots}
        cursor.execute(
            f"""WITH spot AS (SELECT * FROM unnest(%s::bigint[], %s::integer[]) AS spot (key, at)),
                held AS MATERIALIZED (SELECT hashes FROM audit_sealedrows WHERE id = %s),
                kept AS (
                  INSERT INTO stubs SELECT %s, t.history_id, substring(held.hashes FROM spot.at * 32 + 1 FOR 32)
                  FROM held, spot JOIN "{table}" t ON t.history_id = spot.key
                  WHERE sha256('\\x00'::bytea || convert_to({text_of(table, json.loads(said)["columns"])}, 'UTF8'))
                    = substring(held.hashes FROM spot.at * 32 + 1 FOR 32) RETURNING 1)
                SELECT count(*) FROM kept""",
            [[key for key, _ in spots], [at for _, at in spots], part, table],
        )
        if cursor.fetchone()[0] != len(spots):
            raise Kept("A row of it is not as it was sealed. “audit verify” names it.")
    if left:
        raise Kept("A row of it is not sealed yet. It goes after the next seal.")
    return len(keys)


def _closed_to(cursor: CursorWrapper, disposal: Disposal) -> list[UUID]:
    """Return who is barred from the record now."""
    cursor.execute("SELECT p.id FROM access_person p WHERE %s IN (SELECT access_barred(p.id))", [disposal.resident_id])
    return [key for (key,) in cursor.fetchall()]
