"""What was erased after its time: the stubs of its rows, and whether the disposals under which it went were in order.

The apps above say what a disposal is (``DISPOSALS``); this one only that a row may be missing where its stub holds the hash that
was sealed, under a disposal with which nothing is wrong.
"""

from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from placement.audit.seals.rows import ERASED


class Disposed(NamedTuple):
    """A disposal: when and why, in words, and what is wrong with it; "" where nothing is."""

    said: str
    wrong: str


class Stub(NamedTuple):
    """What is left of one row."""

    hash: bytes
    disposal: UUID


DISPOSALS: list[Callable[[CursorWrapper], dict[UUID, Disposed]]] = []  # each reads them as the owner


def disposals_of(cursor: CursorWrapper) -> dict[UUID, Disposed]:
    """Return id → disposal, of all that were done."""
    return {key: found for read in DISPOSALS for key, found in read(cursor).items()}


def stubs_of(cursor: CursorWrapper, table: str, first: int, last: int) -> dict[int, Stub]:
    """Return key → stub, of the rows of ``table`` from ``first`` to ``last`` that were erased."""
    cursor.execute(
        f'SELECT key, hash, disposal FROM {ERASED} WHERE "table" = %s AND key BETWEEN %s AND %s', [table, first, last]
    )
    return {key: Stub(bytes(held), disposal) for key, held, disposal in cursor.fetchall()}


def wrong_with(stub: Stub, sealed: bytes, disposals: dict[UUID, Disposed]) -> str:
    """Return why a stub does not stand for the row that was ``sealed``; "" where it does."""
    if stub.hash != sealed:
        return "its stub does not hold the hash that was sealed"
    return disposals[stub.disposal].wrong if stub.disposal in disposals else "its stub names no disposal that was done"
