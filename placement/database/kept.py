"""Statements whose plan a connection keeps, because to plan them takes longer than to run them.

Such a statement has no parameters, so that its plan is the same whoever asks: it finds who asks, and for what, in the setting
``app.asked`` of the transaction, as JSON. Row security holds in it: PostgreSQL looks at its conditions anew in each run.
"""

import json
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection

KEPT = 6  # statements of which a connection keeps the plan; the longest takes a few megabytes
ASKED = "current_setting('app.asked')::jsonb"

_kept: WeakKeyDictionary[Any, dict[str, str]] = WeakKeyDictionary()  # connection → statement → its name there
_number = 0


def run_kept(cursor: Any, sql: str, asked: dict[str, Any]) -> None:
    """Run ``sql``, in which ``ASKED`` is ``asked``, by the plan that this connection has kept of it, or keeps from now on.

    Nothing of ``asked`` may be in ``sql``. One query, besides keeping the plan.
    """
    global _number
    names = _kept.setdefault(connection.connection, {})
    if not (name := names.pop(sql, "")):
        _number += 1
        name = f"kept_{_number}"
        least_used = f"DEALLOCATE {names.pop(next(iter(names)))}; " if len(names) >= KEPT else ""
        with connection.wrap_database_errors, connection.connection.cursor() as server:
            server.execute(f"{least_used}PREPARE {name} AS {sql}")  # by itself: the server keeps all that comes with it
    names[sql] = name  # the one that was used last, last
    values = json.dumps(asked, default=str)
    cursor.execute(f"SELECT set_config('app.asked', %s, true); EXECUTE {name}", [values])
