"""What a sealed export says: each version of each record, in words and as it is sealed, and what of it is withheld and why.

What is not open to whoever asks is not in it and is counted nowhere: a number would tell that it is there.
"""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.utils import timezone

from compliance.binder.canonical import Content
from compliance.court.cleaning import cleaned
from compliance.court.subject import Subject, young_of
from compliance.queries.audit_kinds import HIDDEN, audited_models, audited_words
from placement.access.models import AccessLogEntry
from placement.audit.reading import KINDS, changes
from placement.audit.seals.rows import ACCESS_LOG, columns_of
from placement.database.constraints import Refused
from placement.facilities.queries.opened import PAGES as OF_HOMES
from residents.models import IncidentResident, Resident
from residents.queries.opened import PAGES as OF_YOUNG

MOST_ROWS, MOST_YOUNG = 2000, 10
FORMAT = 1
LOG = "Who opened it"
OTHERS = "This kind of record has a place for what tells of other people."
ON_A_MAP = "It holds a place on the map."
IN_A_TEXT = "A name of another young person, or where a home is, stands in a text."
TOO_MUCH = (
    f"This is more than {MOST_ROWS} rows, which is too much for one export. Choose a shorter time or fewer kinds."
)


def collect(subject: Subject, chosen: Iterable[str], *, with_log: bool, why_withheld: str) -> Content:
    """Return the content of an export of the ``chosen`` kinds (labels of ``subject.choices()``).

    Raises ``Refused`` for more rows, or rows of more young people, than one export may have: nothing is left out in silence.
    """
    kinds = [label for label, _ in subject.choices() if label in set(chosen)]
    names = dict(subject.choices())
    rows: list[dict[str, Any]] = []
    young: set[UUID] = set()
    writers: set[UUID] = set()
    with timezone.override(subject.zone):
        for label in kinds:
            rows += _of_kind(subject, label, names[label], young, writers, MOST_ROWS - len(rows))
        if with_log:
            rows += _of_log(subject, MOST_ROWS - len(rows))
    if isinstance(subject.thing, Resident):
        young = {subject.thing.pk}
    shared = young_of(subject.person, young)
    if len(shared) > MOST_YOUNG:
        raise Refused(
            f"Rows of {len(shared)} young people would be in it; {MOST_YOUNG} are the most. Choose a shorter time or fewer kinds."
        )
    _withhold(subject, rows, writers)
    not_chosen = [words for label, words in subject.choices() if label not in kinds]
    return {
        "format": FORMAT,
        "about": subject.title,
        "home": subject.home.name if subject.home else "",
        "jurisdiction": subject.home.jurisdiction if subject.home else "",
        "zone": str(subject.zone),
        "since": subject.since.isoformat(),
        "until": subject.until.isoformat(),
        "kinds": [names[label] for label in kinds] + [LOG] * with_log,
        "not_chosen": not_chosen + ([] if with_log else [LOG]),
        "why_not_chosen": why_withheld,
        "not_open": sorted(audited_words()[label].many for label in subject.closed),
        "columns": _columns({row["table"] for row in rows}),
        "rows": rows,
        "young": [str(pk) for pk in shared],
        "by_hash_alone": sorted(
            [why, count] for why, count in Counter(r["withheld"] for r in rows if r["withheld"]).items()
        ),
    }


def _of_kind(
    subject: Subject, label: str, name: str, young: set[UUID], writers: set[UUID], left: int
) -> list[dict[str, Any]]:
    """Return the rows of one kind, oldest first; add to ``young`` whom they are about, and to ``writers`` who has written them."""
    model, found = audited_models()[label][0], subject.rows(label)
    history: Any = found.model
    if found.count() > left:
        raise Refused(TOO_MUCH, field="since")
    own = subject.path_to_young(label)
    others = [
        f.name
        for f in history._meta.concrete_fields
        if f.is_relation and f.related_model is Resident and f.attname != own
    ]
    places = [f.name for f in history._meta.concrete_fields if isinstance(f, models.FloatField)]
    hide = {*HIDDEN.get(label, ()), *others}
    read = {row["history_id"]: row for row in found.values("history_id", *places, *([own] if own else []))}
    if own:
        young |= {row[own] for row in read.values() if row[own]}
    elif model.of_incident:
        incidents = found.values_list(model.of_incident, flat=True)
        young |= set(
            IncidentResident.objects.filter(incident__in=list(incidents)).values_list("resident_id", flat=True)
        )
    codes = dict(Resident.objects.filter(pk__in=young).values_list("pk", "code"))
    texts = _texts(history._meta.db_table, "history_id", list(read))
    rows = []
    for change in reversed(changes(found, hide=hide)):
        key = change.key[1]
        writers |= {change.who_id} if change.who_id else set()
        on_a_map = any(read[key][place] is not None for place in places)
        rows.append(
            {
                "table": history._meta.db_table,
                "key": key,
                "kind": name,
                "about": codes.get(read[key][own], "") if own else "",
                "when": change.when.astimezone(UTC).isoformat(),
                "who": change.who,
                "did": change.did,
                "change": KINDS[change.kind],
                "reason": change.reason,
                "values": [[line["label"], line["before"], line["after"]] for line in change.rows],
                "text": texts[key],
                "withheld": OTHERS if hide else ON_A_MAP if on_a_map else "",
            }
        )
    return rows


def _of_log(subject: Subject, left: int) -> list[dict[str, Any]]:
    """Return who opened it, oldest first."""
    found = list(subject.log().order_by("at", "pk")[: left + 1])
    if len(found) > left:
        raise Refused(TOO_MUCH, field="since")
    texts = _texts(ACCESS_LOG, "id", [entry.pk for entry in found])
    return [_entry(entry, texts[entry.pk]) for entry in found]


def _entry(entry: AccessLogEntry, text: str) -> dict[str, Any]:
    page = OF_YOUNG.get(entry.page) or OF_HOMES.get(entry.page) or re.sub(r"[-_:]", " ", entry.page)
    return {
        "table": ACCESS_LOG,
        "key": entry.pk,
        "kind": LOG,
        "about": "",
        "when": entry.at.astimezone(UTC).isoformat(),
        "who": entry.name,
        "did": entry.get_outcome_display(),
        "change": "opened",
        "reason": entry.purpose,
        "values": [["Page", "", page]],
        "text": text,
        "withheld": "",
    }


def _withhold(subject: Subject, rows: list[dict[str, Any]], writers: set[UUID]) -> None:
    """Take out of all texts what may not leave; a row whose sealed text has something of it leaves by its hash alone."""
    typed = [row[name] for row in rows for name in ("reason", "text")]
    typed += [value for row in rows for line in row["values"] for value in line[1:]]
    clean = cleaned(subject, typed, writers) | {"": ""}
    for row in rows:
        if not row["withheld"] and clean[row["text"]] != row["text"]:
            row["withheld"] = IN_A_TEXT
        row["reason"] = clean[row["reason"]]
        row["values"] = [[label, clean[before], clean[after]] for label, before, after in row["values"]]


def _texts(table: str, key: str, keys: list[int]) -> dict[int, str]:
    """Return key → the text of the row as a seal hashes it, with the columns that the table has now."""
    with connection.cursor() as cursor:
        columns = ", ".join(f't."{column}"' for column in columns_of(cursor, [table])[table])
        cursor.execute(
            f'SELECT t."{key}", audit_sealed_text(%s, ROW({columns})) FROM "{table}" t WHERE t."{key}" = ANY(%s)',
            [table, keys],
        )
        return dict(cursor.fetchall())


def _columns(tables: set[str]) -> dict[str, list[str]]:
    """Return table → the columns of the texts."""
    with connection.cursor() as cursor:
        return columns_of(cursor, sorted(tables))


def time_of(row: dict[str, Any]) -> datetime:
    """Return when a row was written."""
    return datetime.fromisoformat(row["when"])
