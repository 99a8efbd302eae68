"""The audit list: who did what and who looked, over every record that hangs on a resident or a home the reader may audit."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core import signing
from django.db import models
from django.urls import reverse

from compliance.queries.audit_filter import AuditFilter
from compliance.queries.audit_kinds import (
    AUDITED_BY,
    HIDDEN,
    WITHOUT_REASON,
    audited_models,
    audited_words,
    field_choices,
)
from compliance.queries.audit_sql import LOOK, Cursor, newest_rows, not_on_shift
from placement.access.models import AccessLogEntry, Person
from placement.access.opened import note_audited
from placement.audit.models import Seal
from placement.audit.operation import ACTS
from placement.audit.reading import Change, changes, merged
from placement.facilities.models import Facility
from residents.models import Resident
from residents.queries.opened import page_words, words_of_grants

PAGE = 25
ROWS = PAGE * 4  # how many rows one page is made of at most
TABLE = 50  # lines of a page that shows them one by one
MOST = 1000  # changes that the page of one act shows
AROUND = timedelta(minutes=5)  # how far the changes of one act lie apart at most
SALT = "compliance.audit"
VERBS = {"+": "added", "~": "changed", "-": "removed"}


@dataclass(frozen=True)
class Act:
    """One thing that somebody did: all changes of one transaction, or all that one request has opened.

    key: the newest of its rows. young, homes: (id, code or name) of those that the reader knows. xid: 0 of a look. late: whether
    something was written down long after it happened. off_shift: whether home staff did it while they were on no shift.
    """

    key: str
    xid: int
    when: datetime
    who: str
    who_id: UUID | None
    did: str
    reason: str
    records: int
    kinds: str
    young: list[tuple[UUID, str]] = field(default_factory=list)
    homes: list[tuple[UUID, str]] = field(default_factory=list)
    label: str = ""
    thing: UUID | None = None
    by: str = ""
    refused: bool = False
    late: bool = False
    off_shift: bool = False

    @property
    def is_look(self) -> bool:
        """Whether nothing was changed: somebody opened something, or tried to."""
        return self.label == LOOK


@dataclass(frozen=True)
class Acts:
    """One page of acts, newest first. ``after``: from where the next page goes on; "" on the last one."""

    acts: list[Act]
    after: str = ""


def newest_seal() -> Seal | None:
    """Return the seal up to which a change behind the back of the product would show (``manage.py audit verify``)."""
    return Seal.objects.order_by("-number").only("number", "made_at").first()


def acts(person: Person, wanted: AuditFilter, *, after: str = "", one_by_one: bool = False) -> Acts:
    """Return the newest acts in the window, ``PAGE`` of them at most, read from ``ROWS`` rows; or ``TABLE`` rows one by one.

    after: continues an earlier page; a forged one starts at the top. An act whose rows lie between those of others over the edge of
    a page is on both pages, so that none is lost. Five statements, and those for the names of grants where looks are shown.
    """
    limit = TABLE + 1 if one_by_one else ROWS
    rows = newest_rows(person, wanted, before=place_of(after), limit=limit)
    if one_by_one:
        lines = rows[:TABLE]
        return Acts(_described([[row] for row in lines]), token_of(lines[-1]) if len(rows) > TABLE else "")
    together: dict[tuple[bool, str], list[dict[str, Any]]] = {}
    for row in rows:
        together.setdefault((row["label"] == LOOK, row["act"]), []).append(row)
    found = list(together.values())
    cut_off = len(rows) == ROWS  # the oldest act may have more rows than these
    if len(found) <= PAGE and not cut_off:
        return Acts(_described(found))
    if len(found) == 1:
        return Acts(_described(found), token_of(rows[-1]))
    shown = found[: min(PAGE, len(found) - 1)]
    first_of_next = rows.index(found[len(shown)][0])
    return Acts(_described(shown), token_of(rows[first_of_next - 1]))


def token_of(row: Mapping[str, Any]) -> str:
    """Return the place of a row for an address: signed, and without a name."""
    return signing.dumps([row["at"].isoformat(), row["label"], row["key"]], salt=SALT, compress=True)


def place_of(token: str) -> Cursor | None:
    """Return the place that ``token_of`` wrote down; ``None`` for anything else."""
    try:
        at, label, key = signing.loads(token, salt=SALT) if token else (None, "", 0)
    except signing.BadSignature:
        return None
    return (datetime.fromisoformat(at), label, key) if at else None


def _described(together: list[list[dict[str, Any]]]) -> list[Act]:
    """Return the acts whose rows are given, newest row first."""
    rows = [row for members in together for row in members]
    codes = _names(Resident, "code", {pk for row in rows for pk in row["young"]})
    homes = _names(Facility, "name", {row["home"] for row in rows if row["home"]})
    by = words_of_grants({grant for row in rows for grant in row["grants"]}) if any(r["grants"] for r in rows) else {}
    off = not_on_shift([(each[0]["person"], each[0]["at"]) for each in together if each[0]["person"]])
    return [
        replace(_act(members, codes, homes, by), off_shift=(members[0]["person"], members[0]["at"]) in off)
        for members in together
    ]


def _names(model: type[models.Model], name: str, keys: set[UUID]) -> dict[UUID, str]:
    return dict(model._base_manager.filter(pk__in=keys).values_list("pk", name))


def _act(members: list[dict[str, Any]], codes: dict[UUID, str], homes: dict[UUID, str], by: dict[UUID, str]) -> Act:
    newest = members[0]
    look = newest["label"] == LOOK
    words = audited_words()
    kinds = Counter(row["label"] for row in members)
    named = next((row["did"] for row in members if row["did"]), "")
    if look:
        did = f"{AccessLogEntry.Outcome(newest['type']).label.lower()}: {page_words(named)}"
        what = ""
    else:
        did = ACTS.get(named, f"{VERBS[newest['type']]} {words[newest['label']].kind}")
        what = ", ".join(
            f"{count} {words[label].many}" if count > 1 else words[label].kind for label, count in kinds.items()
        )
    about = {pk: codes[pk] for row in members for pk in row["young"] if pk in codes}
    places = {row["home"]: homes[row["home"]] for row in members if row["home"] in homes}
    return Act(
        key=f"{newest['label']}/{newest['key']}",
        xid=0 if look else int(newest["act"]),
        when=newest["at"],
        who=newest["name"],
        who_id=newest["person"],
        did=did,
        reason=newest["reason"] or "",
        records=len(members),
        kinds=what,
        young=_by_name(about),
        homes=_by_name(places),
        label=newest["label"],
        thing=newest["record"],
        by=" · ".join(sorted({by[grant] for row in members for grant in row["grants"] if grant in by})),
        refused=look and newest["type"] == AccessLogEntry.Outcome.REFUSED,
        late=any(row["late"] for row in members),
    )


def _by_name(found: Mapping[UUID, str]) -> list[tuple[UUID, str]]:
    return sorted(found.items(), key=lambda one: one[1])


def act_changes(person: Person, xid: int, moment: datetime) -> tuple[list[Change], dict[str, set[UUID]]]:
    """Return the changes of one act that ``person`` may audit, each field before and after, newest first: ``MOST`` at most.

    Each field of a difference opens all its changes in that record (``href``). The access log is told whose past is shown. With
    them "residents" and "facilities" → the ids of whom and what they are about.
    """
    wanted = AuditFilter(since=moment - AROUND, until=moment + AROUND, act=xid)
    rows = newest_rows(person, wanted, before=None, limit=MOST)
    keys: dict[str, list[int]] = {}
    about: dict[str, set[UUID]] = {app: set() for app in AUDITED_BY}
    for row in rows:
        keys.setdefault(row["label"], []).append(row["key"])
        app = "residents" if audited_models()[row["label"]][1] == "residents" and row["young"] else "facilities"
        about[app].update(row["young"] if app == "residents" else [row["home"]])
    for app, ids in about.items():
        if ids:
            note_audited(app, ids, AUDITED_BY[app])
    found = []
    for label, of_label in keys.items():
        histories = audited_models()[label][0].history.filter(history_id__in=of_label)
        of_kind = _linked(label, changes(histories, hide=HIDDEN.get(label, ())))
        found.append([replace(change, reason="") for change in of_kind] if label in WITHOUT_REASON else of_kind)
    return merged(*found), about


def codes_and_names(about: Mapping[str, set[UUID]]) -> dict[str, list[tuple[UUID, str]]]:
    """Return what ``act_changes`` says an act is about, each with its code or name: two queries."""
    return {
        "residents": _by_name(_names(Resident, "code", about["residents"])),
        "facilities": _by_name(_names(Facility, "name", about["facilities"])),
    }


def _linked(label: str, found: list[Change]) -> list[Change]:
    """Return the changes with an address at each line of their differences."""
    names = {words: name for name, words in field_choices(label)}
    for change in found:
        for line in change.rows:
            if name := names.get(line["label"]):
                line["href"] = of_record(label, change.record_id, field=name)
    return found


def of_record(label: str, thing: UUID, **more: str) -> str:
    """Return the address of the list of all changes of one record."""
    return f"{reverse('audit:list')}?{urlencode({'record': label, 'thing': str(thing), **more})}"
