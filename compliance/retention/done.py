"""What ``audit verify`` asks of each disposal that was done: that two people agreed to it, that nothing was on hold then, and
that nothing else went with it."""

import json
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.backends.utils import CursorWrapper

from compliance.retention.going import ALSO, GOES
from placement.audit.seals.erased import DISPOSALS, Disposed

DONE = """
    SELECT d.id, d.code, d.erased_at, d.reason, d.rules,
      d.approved AND d.decided_by_id <> d.proposed_by_id AND d.decided_at <= d.erased_at AND d.free_on < d.erased_at::date + 2
      AND EXISTS (
        SELECT FROM residents_historicaldisposal h WHERE h.id = d.id AND h.history_type = '+'
          AND h.history_user_id = d.proposed_by_id AND h.approved IS NULL)
      AND EXISTS (
        SELECT FROM residents_historicaldisposal h WHERE h.id = d.id AND h.history_type = '~'
          AND h.history_user_id = d.decided_by_id AND h.approved AND h.erased_at IS NULL) AS agreed,
      EXISTS (
        SELECT FROM residents_historicallegalhold h
        WHERE (h.resident_id = d.resident_id OR h.facility_id = ANY (d.homes)) AND h.laid_at <= e.went AND NOT EXISTS (
          SELECT FROM residents_historicallegalhold l WHERE l.id = h.id AND l.lifted_at <= e.went)) AS held,
      EXISTS (SELECT FROM audit_erasedrow s WHERE s.disposal = d.id AND s."table" <> ALL (%s)) AS more
    FROM residents_disposal d CROSS JOIN LATERAL (
      SELECT greatest(d.erased_at, max(s.at)) AS went FROM audit_erasedrow s WHERE s.disposal = d.id) e
    WHERE d.erased_at IS NOT NULL"""


def done(cursor: CursorWrapper) -> dict[UUID, Disposed]:
    """Return id → disposal, of all that were done."""
    cursor.execute(DONE, [tables_that_go()])
    found = {}
    for key, code, at, reason, rules, agreed, held, more in cursor.fetchall():
        titles = "; ".join(rule["title"] for rule in _rules(rules))
        said = (
            f"It was erased at {at.isoformat()} with the record of {code}, disposal {key}. Why: {reason} By: {titles}"
        )
        wrongs = {
            "two people did not agree to its disposal": not agreed,
            "the record was under a legal hold": held,
            "its disposal took what never goes with a record": more,
        }
        found[key] = Disposed(said, next((wrong for wrong, so in wrongs.items() if so), ""))
    return found


def tables_that_go() -> list[str]:
    """Return the tables of history of which rows go with a record: no holds, no disposals, nothing about staff or homes."""
    return [apps.get_model(label).history.model._meta.db_table for label in (*GOES, *ALSO)]


def _rules(stored: Any) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(stored) if isinstance(stored, str) else stored
    return found


def listen() -> None:
    """Let ``audit verify`` know of disposals."""
    if done not in DISPOSALS:
        DISPOSALS.append(done)
