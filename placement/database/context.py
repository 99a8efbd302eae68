"""Who acts, why, and in which request: carried by the transaction, so that the database can write it beside
each change.

PostgreSQL settings ``app.actor``, ``app.actor_name``, ``app.reason``, ``app.request``, ``app.act``, ``app.reading`` and
``app.clock``, all local to the transaction. Triggers refuse a write when ``app.actor_name`` is empty.
"""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import connections, transaction
from psycopg2.extensions import TRANSACTION_STATUS_INTRANS


@dataclass(frozen=True)
class Actor:
    """Who acts in the open transaction; ``id`` is None for the system, ``name`` is never empty.

    ``opened_for`` is the act that ``acting()`` itself was told.
    """

    id: UUID | None
    name: str
    reason: str = ""
    request_id: str = ""
    act: str = ""
    using: str = "default"
    opened_for: str = ""


_current: ContextVar[Actor | None] = ContextVar("placement_actor", default=None)
_purpose: ContextVar[str] = ContextVar("placement_purpose", default="")
_told: ContextVar[datetime | None] = ContextVar("placement_told_time", default=None)


def current_actor() -> Actor | None:
    """Who acts now, without asking the database; None outside ``acting()``."""
    return _current.get()


@contextlib.contextmanager
def acting(
    actor_id: UUID | None,
    actor_name: str,
    *,
    reason: str = "",
    request_id: str = "",
    act: str = "",
    using: str = "default",
) -> Iterator[Actor]:
    """Open a transaction (a savepoint inside another one) in which this person or system acts.

    Nested in another ``acting()`` it takes over and gives back at the end, also after an error; the request
    and the act stay those of the outer one unless given. Whoever knows the one ``act`` beforehand saves a
    statement. Outside, nobody acts. Raises ValueError when ``actor_name`` is empty.
    """
    if not actor_name.strip():
        raise ValueError("Whoever acts must have a name.")
    before = _current.get()
    outer = before if before and before.using == using else None
    actor = Actor(
        actor_id,
        actor_name,
        reason,
        request_id or (outer.request_id if outer else ""),
        act or (outer.act if outer else ""),
        using,
        act,
    )
    token = _current.set(actor)
    try:
        with transaction.atomic(using=using):
            _write(actor)
            yield actor
    finally:
        _current.reset(token)
    # after an error this is not reached: the savepoint has already given back the earlier settings
    if _transaction_is_usable(using):
        _write(outer or replace(_NOBODY, using=using))


def acting_as_system(
    name: str, *, reason: str = "", act: str = "", using: str = "default"
) -> contextlib.AbstractContextManager[Actor]:
    """``acting()`` for a command or a timer: no person, and a name that begins with "system: "."""
    return acting(None, f"system: {name}", reason=reason, act=act, using=using)


def told_time() -> datetime | None:
    """Return the time that ``telling`` tells, None when it is the present."""
    return _told.get()


@contextlib.contextmanager
def telling(moment: datetime, *, using: str = "default") -> Iterator[None]:
    """Tell ``moment`` (aware) as the time to whoever acts inside, or goes on acting inside.

    The database believes it only from the owner's login.
    """
    before = _told.get()
    _tell(moment, using)
    try:
        yield
    finally:
        _tell(before, using)


def _tell(moment: datetime | None, using: str) -> None:
    _told.set(moment)
    if _transaction_is_usable(using):
        with connections[using].cursor() as cursor:
            cursor.execute("SELECT set_config('app.clock', %s, true)", [_clock()])


def _clock() -> str:
    told = _told.get()
    return told.isoformat() if told else ""


def set_reason(text: str) -> None:
    """Give the reason for the changes that follow. Raises RuntimeError when nobody acts."""
    _become(replace(_acting_now(), reason=text))


def name_act(name: str) -> None:
    """Name the act that the changes that follow belong to. Raises RuntimeError when nobody acts."""
    actor = _acting_now()
    _refuse_while_reading()
    if not actor.act == actor.opened_for == name:  # no savepoint that was given up can have taken that one back
        _become(replace(actor, act=name))


@contextlib.contextmanager
def reading(purpose: str, *, using: str = "default") -> Iterator[None]:
    """Read for ``purpose`` what the acting person may not see: the answer must not show it to them.

    The database shows the rows of the models that name the purpose (``read_for``), and lets nobody change them for it.
    Rows must be fetched inside, and nobody else may begin to act inside. Raises RuntimeError outside a transaction, where it
    would have no effect.
    """
    if not connections[using].in_atomic_block:
        raise RuntimeError("Reading for a purpose needs a transaction, in which somebody acts.")
    before = _purpose.get()
    if purpose == before:
        yield
        return
    _read_for(purpose, using)
    _purpose.set(purpose)
    try:
        yield
    finally:
        _purpose.set(before)
        if _transaction_is_usable(using):
            _read_for(before, using)


def _read_for(purpose: str, using: str) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT set_config('app.reading', %s, true)", [purpose])


def _acting_now() -> Actor:
    actor = _current.get()
    if actor is None:
        raise RuntimeError("Nobody acts here: open acting() first.")
    return actor


def _become(actor: Actor) -> None:
    _write(actor)
    _current.set(actor)


def _transaction_is_usable(using: str) -> bool:
    connection = connections[using]
    if connection.connection is None or not connection.in_atomic_block or connection.needs_rollback:
        return False
    return bool(connection.connection.get_transaction_status() == TRANSACTION_STATUS_INTRANS)


def _refuse_while_reading() -> None:
    if _purpose.get():
        raise RuntimeError(f"This is read for “{_purpose.get()}”: end that before somebody acts.")


def _write(actor: Actor) -> None:
    _refuse_while_reading()
    with connections[actor.using].cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.actor', %s, true), set_config('app.actor_name', %s, true), "
            "set_config('app.reason', %s, true), set_config('app.request', %s, true), "
            "set_config('app.act', %s, true), set_config('app.reading', '', true), set_config('app.clock', %s, true)",
            [str(actor.id or ""), actor.name, actor.reason, actor.request_id, actor.act, _clock()],
        )


_NOBODY = Actor(None, "")
