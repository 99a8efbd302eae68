"""Reading history for a page: who did what, when, why, and every field before and after."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import OuterRef, Subquery

from placement.audit import words
from placement.audit.operation import ACTS
from placement.ui.dates import full_day, full_moment

Names = Mapping[type[models.Model], Mapping[Any, str]]
KINDS = {"+": "added", "~": "changed", "-": "removed"}


@dataclass(frozen=True)
class Change:
    """One history row as a person reads it. ``rows`` feeds ``components/diff.html``."""

    when: datetime
    who: str
    who_id: UUID | None
    did: str
    what: str
    kind: str
    reason: str
    request_id: str
    xid: int
    record_id: UUID
    key: tuple[str, int]
    rows: list[dict[str, str]] = field(default_factory=list)
    earlier: int | None = None  # the key of the row before it in the history of the same record
    fields: list[tuple[str, str]] = field(default_factory=list)  # label and name of each field that differs


def changes(
    history: models.QuerySet[Any], *, limit: int | None = None, hide: Iterable[str] = (), names: Names | None = None
) -> list[Change]:
    """Return the rows of one model's ``history`` queryset, newest first, each with its differences.

    ``hide`` names fields that this reader may not see: they are left out, not blanked. ``names`` says what records are
    called that go without a name for most readers. Costs two queries, and one for each model that a foreign key points
    to, however many rows. Times are given in the current time zone.
    """
    return _read(history.model, _rows(history, limit), hide, names)


def newest(histories: Iterable[models.QuerySet[Any]], *, limit: int, hide: Iterable[str] = ()) -> list[Change]:
    """Return the newest changes over several models, as ``changes`` does.

    Costs one query for each model, and what ``changes`` costs beyond that only for models with a row among them.
    """
    rows = [row for history in histories for row in _rows(history, limit)]
    rows.sort(key=lambda row: (row.history_date, row.instance_type._meta.label, row.history_id), reverse=True)
    shown: dict[Any, list[Any]] = defaultdict(list)
    for row in rows[:limit]:
        shown[type(row)].append(row)
    return merged(*(_read(model, of_model, hide) for model, of_model in shown.items()))


def _rows(history: models.QuerySet[Any], limit: int | None) -> list[Any]:
    """Return the newest rows, each with the key of the row before it in the history of the same record."""
    earlier = (
        history.model.objects.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id"))
        .order_by("-history_id")
        .values("history_id")[:1]
    )
    return list(history.annotate(earlier_id=Subquery(earlier)).order_by("-history_date", "-history_id")[:limit])


def _read(history_model: Any, rows: list[Any], hide: Iterable[str], told: Names | None = None) -> list[Change]:
    """Return the rows of one history model with their differences."""
    model = history_model.instance_type
    before = history_model.objects.in_bulk({row.earlier_id for row in rows if row.earlier_id})
    fields = shown_fields(model, hide)
    names = names_of([(fields, [*rows, *before.values()])], told or {})
    return [_change(model, row, before.get(row.earlier_id), fields, names) for row in rows]


def merged(*lists: Iterable[Change], limit: int | None = None) -> list[Change]:
    """Return changes of several models as one list, newest first."""
    found = sorted((change for part in lists for change in part), key=lambda c: (c.when, c.key), reverse=True)
    return found[:limit]


def _change(
    model: type[models.Model], row: Any, before: Any, fields: list[Any], names: dict[Any, dict[Any, str]]
) -> Change:
    removed = row.history_type == "-"
    rows, differ = [], []
    for f in fields:
        old = None if before is None else getattr(before, f.attname)
        new = None if removed else getattr(row, f.attname)
        if removed and before is None:
            old = getattr(row, f.attname)
        line = line_of(model, f, old, new, names)
        if old != new and line["before"] != line["after"]:
            differ.append((line["label"], f.name))
            if line not in rows:
                rows.append(line)
    what = words.words_of(model).kind
    return Change(
        when=row.history_date,
        who=row.history_user_name,
        who_id=row.history_user_id,
        did=ACTS.get(row.history_act or "", f"{KINDS[row.history_type]} {what}"),
        what=what,
        kind=row.history_type,
        reason=row.history_change_reason or "",
        request_id=row.history_request_id or "",
        xid=row.history_xid,
        record_id=row.id,
        key=(model._meta.label, row.history_id),
        rows=rows,
        earlier=row.earlier_id,
        fields=differ,
    )


def shown_fields(model: type[models.Model], hide: Iterable[str] = ()) -> list[Any]:
    """Return the fields of ``model`` that its history keeps too, without its key and those in ``hide``."""
    tracked: Any = model
    hidden, kept = {*hide, model._meta.pk.name}, tracked.history.model
    return [f for f in model._meta.concrete_fields if f.name not in hidden and hasattr(kept, f.attname)]


def line_of(
    model: type[models.Model], f: Any, before: Any, after: Any, names: Mapping[Any, Mapping[Any, str]]
) -> dict[str, str]:
    """Return a field with two of its values as a row of ``components/diff.html``; ``names`` are those of ``names_of``.

    Both coordinates of a place give the same row, without numbers: a history stands open longer than a form.
    """
    label, old, new = words.label_of(model, f), text_of(model, f, before, names), text_of(model, f, after, names)
    if f.name.endswith(("latitude", "longitude")):
        label = re.sub("(?i)(lat|long)itude( of the middle)?", "place on the map", label)
        label, was = label[:1].upper() + label[1:], "a place" if old else ""
        moved = "another place" if was and before != after else "a place"
        return {"label": label, "before": was, "after": moved if new else ""}
    return {"label": label, "before": old, "after": new}


def names_of(parts: Iterable[tuple[Iterable[Any], Iterable[Any]]], told: Names) -> dict[Any, dict[Any, str]]:
    """Return, for each model that a field points to, the text of each row that is named; ``parts``: fields with their rows."""
    wanted: dict[Any, set[Any]] = defaultdict(set)
    for fields, rows in parts:
        found = list(rows)
        for f in fields:
            if f.is_relation:
                wanted[f.related_model] |= {getattr(row, f.attname) for row in found} - {None}
    return {model: {**words.called(model, keys), **told.get(model, {})} for model, keys in wanted.items() if keys}


def text_of(model: type[models.Model], f: Any, value: Any, names: Mapping[Any, Mapping[Any, str]]) -> str:
    """Return a value of a field as a page says it, in the current time zone; "" for none."""
    if value is None or value == "":
        return ""
    if in_words := words.words_of(model).values.get(f.name):
        return in_words(value)
    if f.is_relation:
        return names.get(f.related_model, {}).get(value, "a removed record")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if f.choices:
        return str(dict(f.flatchoices).get(value, value))
    if isinstance(value, datetime):
        return full_moment(value)
    if isinstance(value, date):
        return full_day(value)
    if isinstance(value, list):
        choices = dict(getattr(getattr(f, "base_field", None), "flatchoices", ()))
        return ", ".join(str(choices.get(part, part)) for part in value)
    return str(value)
