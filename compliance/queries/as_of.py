"""The record as it stood: what is read for one moment, in sections, with what came later and with the moments around it.

Two times are told apart. What had been written by the moment was known then. What had happened by then and was written later was
not: it is named as written later, and its text is shown only to a reader who asks for what is known today.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import CharField, QuerySet, Value

from placement.audit.operation import ACTS
from placement.audit.past import Stood, compare, removed, stood
from placement.audit.reading import Names
from placement.audit.words import words_of
from placement.ui.dates import full_day, full_moment

MOST = 100  # records of one kind
AROUND = 30  # changes before the moment, and as many after it
INSTANT = timedelta(
    microseconds=1
)  # history knows no shorter time: what stood this long before a change is what it found


@dataclass(frozen=True)
class Kind:
    """One kind of record in a section.

    rows: those of today that the reader may see. hide: fields that this reader may not see. happened: the field that says when
    it happened, a moment or a day. log: it only grows, so what happened after the moment is no difference to now. gone: where
    the history of those is found that have been removed. title: what one is called, from an instance; without it by its kind.
    """

    rows: QuerySet[Any]
    hide: tuple[str, ...] = ()
    happened: str = ""
    log: bool = False
    gone: dict[str, Any] | None = None
    title: Callable[[Any], str] | None = None


@dataclass
class Entry:
    """One record on the page. ``when``: the moment or the day when it happened. ``instead``: how it is put right without a form."""

    title: str
    when: Any
    stood: Stood
    instead: str = ""


@dataclass
class Section:
    """A part of the record. ``known`` then; ``late``: happened by then, written later; ``since``: came after the moment.

    cut: there are more than ``MOST`` of a kind. closed: for whom the part is, when it is not this reader's.
    """

    title: str
    kinds: list[Kind] = field(default_factory=list)
    lead: str = ""
    closed: str = ""
    cut: bool = False
    known: list[Entry] = field(default_factory=list)
    late: list[Entry] = field(default_factory=list)
    since: list[Entry] = field(default_factory=list)

    @property
    def differs(self) -> int:
        """Return how many records of the section say something else now, came since, or are gone."""
        return sum(entry.stood.changed or entry.stood.gone for entry in self.known) + len(self.since)


def with_day(words: str, moment: datetime, zone: ZoneInfo) -> str:
    """Return ``words`` with the day of ``moment`` in ``zone``; several shifts have the same name."""
    return f"{words}, {full_day(moment.astimezone(zone))}"


@dataclass(frozen=True)
class Step:
    """A moment at which something changed: right after one act."""

    at: datetime
    text: str


def read(sections: list[Section], moment: datetime, zone: ZoneInfo, told: Names | None = None) -> list[Stood]:
    """Fill the sections as they stood at ``moment``, and return every record that was looked at.

    Costs three statements at most for each kind, and one for each model that a field points to, however many records.
    Days are those of ``zone``; texts of times stand in the current one.
    """
    found: list[tuple[Section, Kind, list[Stood]]] = []
    for section in sections:
        for kind in section.kinds:
            rows = stood(kind.rows, moment, most=MOST + 1)
            section.cut = section.cut or len(rows) > MOST
            rows = rows[:MOST]
            if kind.gone is not None:
                rows += removed(kind.rows.model, moment, **kind.gone)
            found.append((section, kind, rows))
    compare([(rows, kind.hide) for _, kind, rows in found], told)
    today = moment.astimezone(zone).date()
    for section, kind, rows in found:
        for one in rows:
            _put(section, kind, one, moment, today)
    return [one for _, _, rows in found for one in rows]


def _put(section: Section, kind: Kind, one: Stood, moment: datetime, today: date) -> None:
    row = one.then or one.live
    when = getattr(row, kind.happened) if kind.happened else None
    called = words_of(one.model).kind
    instance = row.instance if one.known else row
    entry = Entry(kind.title(instance) if kind.title else called[:1].upper() + called[1:], when, one)
    if one.known:
        section.known.append(entry)
    elif when is not None and (when <= moment if isinstance(when, datetime) else when <= today):
        section.late.append(entry)
    elif not kind.log:
        section.since.append(entry)


def keys_of(records: Iterable[Stood]) -> dict[Any, list[UUID]]:
    """Return each model → the ids of those of ``records`` that are of it."""
    keys: dict[Any, list[UUID]] = {}
    for one in records:
        keys.setdefault(one.model, []).append(one.key)
    return keys


def steps_around(keys: Mapping[Any, Iterable[UUID]], moment: datetime) -> list[Step]:
    """Return the moments right after each act that changed one of these records, oldest first: the nearest ones to ``moment``.

    keys: model → ids. One statement. While ``moment`` stays the same, a step keeps its place in the list, whatever is written
    meanwhile.
    """
    branches = []
    for model, ids in keys.items():
        rows = model.history.filter(id__in=list(ids))
        for near in (
            rows.filter(history_date__lte=moment).order_by("-history_date"),
            rows.filter(history_date__gt=moment).order_by("history_date"),
        ):
            branches.append(
                near.values(
                    "history_date",
                    "history_xid",
                    "history_user_name",
                    "history_act",
                    of_kind=Value(words_of(model).kind, CharField()),
                )[:AROUND]
            )
    if not branches:
        return []
    first, *others = branches
    acts: dict[int, dict[str, Any]] = {}
    for row in first.union(*others, all=True) if others else first:
        before = acts.setdefault(row["history_xid"], row)
        if row["history_date"] > before["history_date"]:
            acts[row["history_xid"]] = row
    ordered = sorted(acts.values(), key=lambda row: row["history_date"])
    past = [row for row in ordered if row["history_date"] <= moment][-AROUND:]
    later = [row for row in ordered if row["history_date"] > moment][:AROUND]
    return [Step(row["history_date"], _said(row)) for row in [*past, *later]]


def _said(row: dict[str, Any]) -> str:
    did = ACTS.get(row["history_act"] or "", f"changed {row['of_kind']}")
    return f"{full_moment(row['history_date'])} · {row['history_user_name']} {did}"


def day_of(moment: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return when the day of ``moment`` begins and ends in ``zone``; it has 23 or 25 hours when the clocks change."""
    day = moment.astimezone(zone).date()
    return datetime.combine(day, time(), zone), datetime.combine(day + timedelta(days=1), time(), zone)
