"""What a flag rests on, as far as its reader may audit it, each with the page of its row. A fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from compliance.models import Flag
from placement.access.models import AccessLogEntry, Person
from placement.access.opened import note_audited
from placement.access.rights import Can
from residents.models import BreakGlass, CareEntry, Incident, Resident
from residents.queries.opened import page_words


@dataclass(frozen=True)
class Evidence:
    """One row that a flag rests on. ``at``: aware. ``changes``: label, before and after of a text that was changed."""

    at: datetime
    says: str
    href: str = ""
    action: str = ""
    detail: str = ""
    changes: list[dict[str, str]] = field(default_factory=list)


def evidence_of(flag: Flag, person: Person) -> list[Evidence]:
    """Return the rows under ``flag``, the oldest first: those that ``person`` may audit, and no others. Eight queries at most."""
    wanted: dict[str, list[dict[str, Any]]] = {}
    for row in flag.evidence:
        wanted.setdefault(row["kind"], []).append(row)
    found: list[Evidence] = []
    found += _entries(person, wanted.get("entry", []), wanted.get("amendment", []), wanted.get("change", []))
    found += _incidents(person, wanted.get("incident", []))
    found += _openings(person, wanted.get("opening", []))
    found += _emergencies(person, wanted.get("emergency", []))
    found += [_refusal(row) for row in wanted.get("refusal", [])]
    return sorted(found, key=lambda each: each.at)


def _ids(*rows: dict[str, Any]) -> list[UUID]:
    return [UUID(row["id"]) for row in rows]


def _entries(
    person: Person, entries: list[dict[str, Any]], amendments: list[dict[str, Any]], changes: list[dict[str, Any]]
) -> list[Evidence]:
    if not (entries or amendments or changes):
        return []
    readable = CareEntry.objects.visible_to(person, Can.VIEW_AUDIT).select_related("resident", "written_by", "amends")
    rows = {row.pk: row for row in readable.filter(pk__in=_ids(*entries, *amendments, *changes))}
    note_audited("residents", {row.resident_id for row in rows.values()}, Can.VIEW_AUDIT)
    past = list(CareEntry.history.filter(id__in=list(rows)).order_by("history_date", "history_id"))
    acts = {row.id: _act(row) for row in reversed(past)}  # the first of each: that which wrote it
    firsts = {row.id: row for row in reversed(past)}
    found = []
    for one in entries:
        if row := rows.get(UUID(one["id"])):
            first = firsts.get(row.pk, row)
            said = f"{row.get_kind_display()}, {row.resident.code}"
            words = " · ".join(part for part in (first.outcome, first.note) if part)
            when = f"written by {row.written_by}"
            found.append(Evidence(row.happened_at, f"{said}: {when}", acts.get(row.pk, ""), "Open the entry", words))
    for one in amendments:
        if row := rows.get(UUID(one["id"])):
            before = _before(past, row) or row.amends
            found.append(
                Evidence(
                    row.written_at,
                    f"{row.written_by} amended the entry",
                    acts.get(row.pk, ""),
                    "Open the amendment",
                    f"Reason given: “{row.reason}”",
                    _texts(before, row),
                )
            )
    by_number = {row.history_id: (row, number) for number, row in enumerate(past)}
    for one in changes:
        if one["row"] in by_number:
            row, number = by_number[one["row"]]
            before = next((each for each in reversed(past[:number]) if each.id == row.id), row)
            found.append(
                Evidence(
                    row.history_date,
                    f"{row.history_user_name} changed the entry",
                    _act(row),
                    "Open the change",
                    changes=_texts(before, row),
                )
            )
    return found


def beside_amended(person: Person, ids: Iterable[UUID]) -> dict[UUID, list[dict[str, str]]]:
    """Return id of each amendment of daily care among ``ids`` that ``person`` may audit → its texts beside those it amends.

    What it amends is the newest text before it: the first one, or an amendment of the same entry. Two queries.
    """
    readable = CareEntry.objects.visible_to(person, Can.VIEW_AUDIT)
    rows = list(readable.filter(pk__in=list(ids), amends__isnull=False))
    firsts = {row.amends_id for row in rows}
    texts = list(readable.filter(Q(pk__in=firsts) | Q(amends__in=firsts)).order_by("written_at", "pk"))
    found = {}
    for row in rows:
        first = [each for each in texts if each.pk == row.amends_id]
        later = [each for each in texts if each.amends_id == row.amends_id and each.written_at < row.written_at]
        if before := (first + later)[-1:]:
            found[row.pk] = _texts(before[0], row)
    return found


def _before(past: Iterable[Any], amendment: CareEntry) -> Any:
    """Return the newest text before an amendment, of those that are evidence too."""
    older = [row for row in past if row.id == amendment.amends_id and row.history_date < amendment.written_at]
    return older[-1] if older else None


def _texts(before: Any, after: Any) -> list[dict[str, str]]:
    labels = (("outcome", "Outcome"), ("note", "Note"))
    rows = [{"label": words, "before": getattr(before, name), "after": getattr(after, name)} for name, words in labels]
    return [row for row in rows if row["before"] != row["after"]]


def _act(row: Any) -> str:
    return reverse("audit:act", args=[row.history_xid, row.history_date.timestamp()])


def _incidents(person: Person, rows: list[dict[str, Any]]) -> list[Evidence]:
    if not rows:
        return []
    found = Incident.objects.visible_to(person, Can.REVIEW_INCIDENT).filter(pk__in=_ids(*rows))
    return [
        Evidence(
            each.happened_at,
            f"Incident {each.number} happened",
            reverse("incidents:detail", args=[each.pk]),
            "Open the incident",
        )
        for each in found
    ]


def _openings(person: Person, rows: list[dict[str, Any]]) -> list[Evidence]:
    if not rows:
        return []
    log = list(AccessLogEntry.objects.filter(pk__in=[row["id"] for row in rows], resident_id__isnull=False))
    known = Resident.objects.visible_to(person, Can.VIEW_AUDIT).filter(pk__in={each.resident_id for each in log})
    codes = dict(known.values_list("pk", "code"))
    return [
        Evidence(
            each.at,
            f"{each.get_outcome_display()}: {codes[each.resident_id]}, {page_words(each.page).lower()}",
            reverse("residents:opened", args=[each.resident_id]),
            "Who opened this record",
            f"Reason given: “{each.purpose}”" if each.purpose else "",
        )
        for each in log
        if each.resident_id in codes
    ]


def _emergencies(person: Person, rows: list[dict[str, Any]]) -> list[Evidence]:
    if not rows:
        return []
    found = BreakGlass.objects.visible_to(person, Can.VIEW_AUDIT).filter(pk__in=_ids(*rows)).select_related("resident")
    return [
        Evidence(
            each.starts_at,
            f"Emergency access to {each.resident.code}",
            reverse("break_glass:judge", args=[each.pk]),
            "Open the emergency access",
            f"Reason given: “{each.reason}”",
        )
        for each in found
    ]


def _refusal(row: dict[str, Any]) -> Evidence:
    """What was refused: the row says the page and nothing of what stands there, so it is here in full."""
    return Evidence(datetime.fromisoformat(row["at"]), f"Refused: {page_words(row['page']).lower()}")
