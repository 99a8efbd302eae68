"""The audit pages: the list of acts, and one act with every field before and after."""

from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from uuid import UUID

from django.db.models import BigIntegerField
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from compliance.audit_forms import PRIVATE, AuditFilterForm
from compliance.queries import audit
from compliance.queries.audit_filter import FORMS, SHOWS
from compliance.queries.audit_kinds import AUDITED_BY
from compliance.queries.evidence import beside_amended
from compliance.queries.putting_back import to_propose
from placement.access.guard import needs
from placement.access.opened import note_audited
from placement.access.request import Request
from placement.access.rights import Can
from placement.audit.clock import now
from placement.ui.moments import FIRST_YEAR, LAST_YEAR
from placement.ui.searching import asked, remember_search
from residents.queries.bars import not_judged

ENTRY = "residents.CareEntry"
SEAL_IS_LATE = timedelta(hours=3)  # it is made every hour


@needs(Can.READ_AUDIT)
def acts(request: Request) -> HttpResponse:
    """List who did what, and who looked, newest first."""
    if request.method == "POST":
        return remember_search(request, *PRIVATE)
    form = AuditFilterForm(asked(request, *PRIVATE), person=request.person)
    wanted = form.wanted() if form.is_valid() else None
    table = request.GET.get("as") == "table"
    found = audit.Acts([])
    if wanted:
        found = audit.acts(request.person, wanted, after=request.GET.get("after", ""), one_by_one=table)
        if wanted.resident or wanted.thing:  # the trail of one young person, or of one record of theirs
            note_audited("residents", whose_trail(found.acts, wanted.resident), Can.VIEW_AUDIT)
    show = wanted.show if wanted else ""
    return render(
        request,
        "audit/list.html",
        {
            "form": form,
            "acts": found.acts,
            "days": by_day(found.acts),
            "table": table,
            "chips": form.chips() if form.is_valid() else [],
            "switches": [{"label": label, "value": value, "current": value == show} for value, label in SHOWS.items()],
            "shapes": [
                {"label": label, "value": value, "current": (value == "table") == table}
                for value, label in FORMS.items()
            ],
            "without_looks": bool(wanted and wanted.without_looks),
            "bars": not_judged(request.person),
            "seal": audit.newest_seal(),
            "hours_ago": now() - SEAL_IS_LATE,
            "wanted": wanted,
            "wrong": not form.is_valid(),
            "next": found.after,
            "later": bool(request.GET.get("after")),
        },
    )


def whose_trail(found: list[audit.Act], young: UUID | None) -> set[UUID]:
    """Return the ids of those of whom the acts are, or of the one who is asked for."""
    shown = {pk for act in found for pk, _ in act.young}
    return {young} & shown if young else shown


def by_day(found: list[audit.Act]) -> list[tuple[date, list[audit.Act]]]:
    """Return the acts by the day on which they were done, in the reader's zone."""
    return [(day, list(acts)) for day, acts in groupby(found, key=lambda act: timezone.localdate(act.when))]


@needs(Can.READ_AUDIT, *AUDITED_BY.values())
def act(request: Request, xid: int, at: str) -> HttpResponse:
    """Show one act; 404 when none of its changes may be read by this person."""
    moment = _moment(at)
    if moment is None or xid > BigIntegerField.MAX_BIGINT:
        raise Http404
    found, about = audit.act_changes(request.person, xid, moment)
    if not found:
        raise Http404
    beside = beside_amended(request.person, [change.record_id for change in found if change.key[0] == ENTRY])
    proposing = to_propose(request.person, found)
    lines = [(change, beside.get(change.record_id, []), proposing.get(change.key, [])) for change in found]
    context = {
        "changes": found,
        "lines": lines,
        "first": found[0],
        "begun": found[-1].when,
        "about": audit.codes_and_names(about),
    }
    return render(request, "audit/act.html", context | {"most": audit.MOST})


def _moment(text: str) -> datetime | None:
    """Return the UTC time that ``text`` (seconds since 1970) stands for, or ``None``, also for one far out of reach."""
    try:
        moment = datetime.fromtimestamp(float(text), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if FIRST_YEAR <= moment.year <= LAST_YEAR else None
