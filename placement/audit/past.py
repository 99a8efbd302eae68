"""What records said at a moment, beside what they say now.

Which records there are is asked of the table itself, whose indexes find them by young person or home; what each of them said is
asked of its history, by the index that every history table has. So the past needs no index of its own. What has been removed
since is in no table any more: ``removed`` finds it, for the few kinds of records that can be removed.

A moment is settled when no transaction that began before it still runs: the time of a change is taken before it is committed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Min, OuterRef, Subquery

from placement.audit.reading import Names, line_of, names_of, shown_fields


@dataclass
class Line:
    """A field of a record: its label, what it said then and what it says now, and the fields of the model that it shows.

    put_back: the address of the form in which it can be put back, where the reader may. propose: that of the page on which the
    reader proposes it to whoever may.
    """

    label: str
    then: str
    now: str
    fields: tuple[str, ...]
    put_back: str = ""
    propose: str = ""

    @property
    def changed(self) -> bool:
        """Return whether it says something else now."""
        return self.then != self.now


@dataclass
class Stood:
    """One record as it stood. ``then``: its history row, or ``None``; ``live``: its row of today, or ``None``.

    known_at: when it was first written, where that came later than the moment. lines: see ``compare``.
    """

    model: type[models.Model]
    then: Any
    live: Any
    known_at: datetime | None = None
    lines: list[Line] = field(default_factory=list)

    @property
    def key(self) -> UUID:
        """Return the id of the record."""
        return (self.then or self.live).id

    @property
    def known(self) -> bool:
        """Return whether it was in the record then."""
        return self.then is not None

    @property
    def gone(self) -> bool:
        """Return whether it has been removed since."""
        return self.live is None

    @property
    def changed(self) -> bool:
        """Return whether anything in it that is shown has changed since."""
        return any(line.changed for line in self.lines)


def with_past(rows: models.QuerySet[Any], moment: datetime) -> models.QuerySet[Any]:
    """Add to each record ``then_id``, the key of the history row that says what it was at ``moment``."""
    model: Any = rows.model
    own = model.history.filter(id=OuterRef("pk"), history_date__lte=moment).order_by("-history_date", "-history_id")
    return rows.annotate(then_id=Subquery(own.values("history_id")[:1]))


def first_written(model: Any, keys: Iterable[UUID]) -> dict[UUID, datetime]:
    """Return when each of the records was first written: one statement, or none without keys."""
    wanted = list(keys)
    if not wanted:
        return {}
    return dict(model.history.filter(id__in=wanted).order_by().values_list("id").annotate(Min("history_date")))


def stood(rows: models.QuerySet[Any], moment: datetime, *, most: int | None = None) -> list[Stood]:
    """Return the records of ``rows``, at most ``most``, each as it stood at ``moment``: three statements at most.

    A record that was not yet written then has ``then`` empty. One that a rule hides from the reader now is not among them.
    """
    found = list(with_past(rows, moment)[:most])
    model: Any = rows.model
    past = model.history.exclude(history_type="-").in_bulk([row.then_id for row in found if row.then_id])
    came = first_written(model, [row.pk for row in found if row.then_id not in past])
    return [Stood(model, past.get(row.then_id), row, came.get(row.pk)) for row in found]


def values_then(rows: models.QuerySet[Any], moment: datetime, *names: str) -> list[tuple[Any, Any]]:
    """Return of each record of ``rows`` some of its columns, as named tuples, at ``moment`` (``None``: not there) and today.

    Two statements. For many records of which little is shown: ``stood`` makes models of them, which takes longer than all else.
    """
    live = list(with_past(rows, moment).values_list("pk", *names, "then_id", named=True))
    model: Any = rows.model
    keys = [row.then_id for row in live if row.then_id]
    kept = model.history.filter(history_id__in=keys).exclude(history_type="-")
    past = {row.history_id: row for row in kept.order_by().values_list("history_id", *names, named=True)}
    return [(past.get(row.then_id), row) for row in live]


def removed(model: Any, moment: datetime, **where: Any) -> list[Stood]:
    """Return the records that stood at ``moment`` and have been removed since: one statement.

    ``where`` is asked of the history table, which has no index for it: for kinds of records with few rows.
    """
    gone = model.history.filter(**where, history_date__gt=moment, history_type="-").values("id")
    latest = model.history.filter(id__in=gone, history_date__lte=moment).latest_of_each()
    rows = latest.exclude(history_type="-").exclude(id__in=model.objects.values("pk"))
    return [Stood(model, row, None) for row in rows]


def compare(parts: Iterable[tuple[list[Stood], Iterable[str]]], told: Names | None = None) -> None:
    """Write into each record its lines: what it said then and what it says now, without fields that never had a value.

    parts: records of one kind with the names of the fields that this reader may not see. told: what records are called that go
    without a name for most readers. Costs one query for each model to which a field points. Times stand in the current time
    zone. A record that was not known then has in ``then`` nothing, and one that is gone in ``now``.
    """
    kinds = [(found, shown_fields(found[0].model, hide)) for found, hide in parts if found]
    rows = (
        (fields, [row for one in found for row in (one.then, one.live) if row is not None]) for found, fields in kinds
    )
    names = names_of(rows, told or {})
    for found, fields in kinds:
        for one in found:
            one.lines = _lines(one, fields, names)


def _lines(one: Stood, fields: list[Any], names: Any) -> list[Line]:
    lines: dict[str, Line] = {}
    for f in fields:
        then, live = (None if row is None else getattr(row, f.attname) for row in (one.then, one.live))
        row = line_of(one.model, f, then, live, names)
        if not (row["before"] or row["after"]):
            continue
        before = lines.get(row["label"])
        if before is None:
            lines[row["label"]] = Line(row["label"], row["before"], row["after"], (f.name,))
        else:  # the other half of a place, which says it once: that it has moved, when either half has
            now = before.now if before.changed else row["after"]
            lines[row["label"]] = Line(row["label"], before.then or row["before"], now, (*before.fields, f.name))
    return list(lines.values())
