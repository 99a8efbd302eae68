"""The audit list: who did what, over every tracked record that hangs on a resident or a home the reader may audit."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import CharField, F, Func, Q, UUIDField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from placement.access.models import Person
from placement.access.opened import note_audited
from placement.access.rights import Can
from placement.access.visible import VisibleIds, visible_ids
from placement.audit.history import Tracked, tracked_models
from placement.audit.models import Seal
from placement.audit.operation import ACTS
from placement.audit.reading import Change, changes, merged
from placement.audit.words import Words, words_of
from residents.models import ClinicalNote, Document, Resident

PAGE = 25
ROWS = PAGE * 4  # how many history rows one page is made of at most
WINDOW = timedelta(days=7)
AUDITED_BY = {
    "residents": Can.VIEW_AUDIT,
    "facilities": Can.VIEW_BEDS,
}  # app → the right that opens the past of its records
# What an act does not show: other young people, whom the reader may not know of, and texts that open on their own page,
# where such names are withheld.
HIDDEN: dict[str, tuple[str, ...]] = {
    "compliance.Binder": ("counts",),
    "compliance.Review": ("note", "follow_up", "done_note"),
    "residents.Incident": ("seen", "thought", "done", "answers", "closing_note"),
    "residents.EpisodeNote": ("who", "place", "said", "number"),
    "residents.Flyer": ("age", "height", "build", "hair", "worn", "last_seen", "police", "case_number"),
    "residents.IncidentDebrief": ("said",),
    "residents.IncidentFollowUp": ("what", "outcome"),
    "residents.IncidentPart": ("about",),
    "residents.IncidentPerson": ("name",),
    "residents.IncidentStep": ("comment", "reason"),
    "residents.Restraint": ("why", "tried"),
    "residents.RestraintCheck": ("how",),
    "residents.Separation": ("other",),
    "residents.Kinship": ("sibling",),
    "residents.Document": ("stored_name", "sha256"),
    "facilities.Drill": ("problems", "follow_up"),
    "facilities.DrillYoung": ("resident", "why_not"),
    "facilities.ExitCheck": ("wrong", "reason"),
    "facilities.Shift": ("hand_off", "about_open", "signing_reason"),
}


@dataclass(frozen=True)
class Act:
    """One thing that somebody did: all changes of one transaction under one act."""

    xid: int
    when: datetime
    who: str
    did: str
    reason: str
    records: int
    kinds: str
    resident_code: str


@dataclass(frozen=True)
class Acts:
    """One page of acts, newest first. ``before``: from where the next page goes on; ``None`` on the last one."""

    acts: list[Act]
    before: datetime | None = None


@dataclass(frozen=True)
class AuditFilter:
    """What the reader asked for. Times are aware; ``since`` is included, ``until`` is not."""

    since: datetime
    until: datetime
    who: str = ""
    resident: UUID | None = None
    record: str = ""

    @property
    def last_day(self) -> date:
        """The last day that is included, in the reader's zone."""
        return (self.until - timedelta(days=1)).date()


@cache
def audited_models() -> dict[str, tuple[type[Tracked], str, str]]:
    """Return label → (model, "residents" or "facilities", path in its history table) of what the audit list covers.

    Not what only functions of the database write: nobody did that, it follows from what somebody did.
    """
    found = {}
    for model in tracked_models():
        if {"INSERT", "UPDATE"} <= {*model.withheld}:
            continue
        columns = {f.name for f in model.history.model._meta.concrete_fields}
        for app, path in model.guards.items():
            if path.split("__")[0].removesuffix("_id") in columns:
                found[model._meta.label] = (model, app, path)
                break
    return found


def record_choices() -> list[tuple[str, str]]:
    """Return (label, words) of each kind of record that the audit list covers."""
    return sorted(
        ((label, words.kind[:1].upper() + words.kind[1:]) for label, words in audited_words().items()),
        key=lambda choice: choice[1],
    )


def audited_words() -> dict[str, Words]:
    """Return label → how each kind of record that the audit list covers is spoken of."""
    return {label: words_of(model) for label, (model, _, _) in audited_models().items()}


def _readable(label: str, guards: Mapping[str, Combinable]) -> models.QuerySet[Any]:
    """Return the history of one model that hangs on the residents and homes of ``guards``."""
    model, app, path = audited_models()[label]
    rows = model.history.filter(**{f"{path}__any_of": guards[app]})
    if model is Document:
        rows = rows.filter(Q(resident_id__any_of=guards["clinical"]) | ~Q(part=Document.Part.CLINICAL))
    if model is ClinicalNote:
        rows = rows.filter(resident_id__any_of=guards["clinical"])
    return rows


def _guards(person: Person) -> dict[str, VisibleIds]:
    """Return which residents, homes and clinical parts ``person`` may audit, as arrays of ids."""
    return {
        "residents": visible_ids(person, AUDITED_BY["residents"]),
        "facilities": visible_ids(person, AUDITED_BY["facilities"]),
        "clinical": visible_ids(person, Can.VIEW_CLINICAL),
    }


NAMED_GUARDS: dict[str, Combinable] = {
    name: Func(template=f"(SELECT {name} FROM readable)::uuid[]", output_field=ArrayField(UUIDField()))
    for name in ("residents", "facilities", "clinical")
}


def _together(person: Person, branches: list[models.QuerySet[Any]], *, limit: int) -> list[dict[str, Any]]:
    """Return the newest rows of ``branches``, which are guarded by ``NAMED_GUARDS``, in one statement.

    What the person may audit is worked out once for all branches; inside each it would cost more than all else.
    """
    if not branches:
        return []
    first, *others = branches
    union = first.union(*others, all=True).order_by("-history_date")[:limit]
    sql, values = union.query.sql_with_params()
    arrays = {name: guard.as_sql(None, connection) for name, guard in _guards(person).items()}
    readable = ", ".join(f"{array} AS {name}" for name, (array, _) in arrays.items())
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH readable AS MATERIALIZED (SELECT {readable}) {sql}",
            [*(value for _, given in arrays.values() for value in given), *values],
        )
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def newest_seal() -> Seal | None:
    """Return the seal up to which a change behind the back of the product would show (``manage.py audit verify``)."""
    return Seal.objects.order_by("-number").only("number", "made_at").first()


def acts(person: Person, wanted: AuditFilter, *, before: datetime | None = None) -> Acts:
    """Return the newest acts in the window, ``PAGE`` of them at most, read from ``ROWS`` history rows in one statement.

    ``before`` continues an earlier page.
    """
    branches = []
    for label, (_, app, path) in audited_models().items():
        if wanted.record and wanted.record != label:
            continue
        rows = _readable(label, NAMED_GUARDS).filter(
            history_date__gte=wanted.since, history_date__lt=min(before or wanted.until, wanted.until)
        )
        if wanted.who:
            rows = rows.filter(history_user_name__icontains=wanted.who)
        if wanted.resident:
            if app != "residents":
                continue
            rows = rows.filter(**{path: wanted.resident})
        branches.append(
            rows.order_by("-history_date", "-history_id").values(
                "history_date",
                "history_xid",
                "history_user_name",
                "history_act",
                "history_type",
                "history_change_reason",
                label=Value(label, CharField()),
                of_young=Cast(F(path) if app == "residents" else Value(None), UUIDField()),
            )[:ROWS]
        )
    newest = _together(person, branches, limit=ROWS)
    together: dict[int, list[dict[str, Any]]] = {}
    for row in newest:
        together.setdefault(row["history_xid"], []).append(row)
    found = list(together.values())
    cut_off = len(newest) == ROWS  # the oldest act may have more rows than these
    if len(found) <= PAGE and not cut_off:
        return Acts(_described(found))
    if len(found) == 1:
        return Acts(_described(found), newest[-1]["history_date"])
    shown = found[: min(PAGE, len(found) - 1)]
    return Acts(_described(shown), found[len(shown)][0]["history_date"] + timedelta(microseconds=1))


def _described(together: list[list[dict[str, Any]]]) -> list[Act]:
    """Return the acts whose history rows are given, newest row first."""
    rows = [row for members in together for row in members]
    codes = dict(
        Resident.objects.filter(pk__in={r["of_young"] for r in rows if r["of_young"]}).values_list("pk", "code")
    )
    words = audited_words()
    found = []
    for members in together:
        newest = members[0]
        about = {codes[m["of_young"]] for m in members if m["of_young"] in codes}
        kinds = Counter(m["label"] for m in members)
        named = next((m["history_act"] for m in members if m["history_act"]), "")
        verb = {"+": "added", "~": "changed", "-": "removed"}[newest["history_type"]]
        found.append(
            Act(
                xid=newest["history_xid"],
                when=newest["history_date"],
                who=newest["history_user_name"],
                did=ACTS.get(named, f"{verb} {words[newest['label']].kind}"),
                reason=newest["history_change_reason"] or "",
                records=len(members),
                kinds=", ".join(
                    f"{count} {words[label].many}" if count > 1 else words[label].kind for label, count in kinds.items()
                ),
                resident_code=", ".join(sorted(about)),
            )
        )
    return found


def act_changes(person: Person, xid: int, moment: datetime) -> list[Change]:
    """Return every change of one act that ``person`` may audit, with fields before and after, newest first."""
    around = {"history_xid": xid, "history_date__range": (moment - timedelta(minutes=5), moment + timedelta(minutes=5))}
    branches = [
        _readable(label, NAMED_GUARDS)
        .filter(**around)
        .order_by()
        .values("history_date", label=Value(label, CharField()))[:1]
        for label in audited_models()
    ]
    labels = {row["label"] for row in _together(person, branches, limit=len(branches))}
    guards = _guards(person)
    rows = {label: _readable(label, guards).filter(**around) for label in labels}
    for label, of_label in rows.items():
        _, app, path = audited_models()[label]
        note_audited(app, of_label.order_by().values_list(path, flat=True).distinct(), AUDITED_BY[app])
    return merged(*(changes(of_label, hide=HIDDEN.get(label, ())) for label, of_label in rows.items()))
