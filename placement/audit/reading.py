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
    hidden = {*hide, model._meta.pk.name}
    before = history_model.objects.in_bulk({row.earlier_id for row in rows if row.earlier_id})
    fields = [f for f in model._meta.concrete_fields if f.name not in hidden and hasattr(history_model, f.attname)]
    names = _names(fields, [*rows, *before.values()], told or {})
    return [_change(model, row, before.get(row.earlier_id), fields, names) for row in rows]


def merged(*lists: Iterable[Change], limit: int | None = None) -> list[Change]:
    """Return changes of several models as one list, newest first."""
    found = sorted((change for part in lists for change in part), key=lambda c: (c.when, c.key), reverse=True)
    return found[:limit]


def _change(
    model: type[models.Model], row: Any, before: Any, fields: list[Any], names: dict[Any, dict[Any, str]]
) -> Change:
    removed = row.history_type == "-"
    rows = []
    for f in fields:
        old = None if before is None else getattr(before, f.attname)
        new = None if removed else getattr(row, f.attname)
        if removed and before is None:
            old = getattr(row, f.attname)
        texts = {"before": _text(model, f, old, names), "after": _text(model, f, new, names)}
        if old != new and texts["before"] != texts["after"]:
            label = words.label_of(model, f)
            line = _place(label, texts) if f.name.endswith(("latitude", "longitude")) else {"label": label, **texts}
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
    )


def _place(label: str, texts: dict[str, str]) -> dict[str, str]:
    """Return both coordinates of a place as one line, without numbers: a history stands open longer than a form."""
    before = "a place" if texts["before"] else ""
    after = "another place" if before else "a place"
    label = re.sub("(?i)(lat|long)itude( of the middle)?", "place on the map", label)
    return {"label": label[:1].upper() + label[1:], "before": before, "after": after if texts["after"] else ""}


def _names(fields: list[Any], rows: list[Any], told: Names) -> dict[Any, dict[Any, str]]:
    """Return, for each model that a field points to, the text of each row that is named."""
    wanted: dict[Any, set[Any]] = defaultdict(set)
    for f in fields:
        if f.is_relation:
            wanted[f.related_model] |= {getattr(row, f.attname) for row in rows} - {None}
    return {model: {**words.called(model, keys), **told.get(model, {})} for model, keys in wanted.items() if keys}


def _text(model: type[models.Model], f: Any, value: Any, names: dict[Any, dict[Any, str]]) -> str:
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
