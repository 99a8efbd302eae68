"""The audit pages: the list of acts, and one act with every field before and after."""

from datetime import UTC, datetime, timedelta

from django.db.models import BigIntegerField
from django.http import Http404, HttpResponse
from django.shortcuts import render

from compliance.forms import AuditFilterForm
from compliance.queries import audit
from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can
from placement.audit.clock import now
from placement.ui.moments import FIRST_YEAR, LAST_YEAR
from placement.ui.searching import asked, remember_search
from residents.queries.bars import not_judged

SEAL_IS_LATE = timedelta(hours=3)  # it is made every hour


@needs(Can.READ_AUDIT)
def acts(request: Request) -> HttpResponse:
    """List who did what, newest first."""
    if request.method == "POST":
        return remember_search(request, "resident", "who")
    form = AuditFilterForm(asked(request, "resident", "who"), person=request.person)
    wanted = form.wanted() if form.is_valid() else None
    before = _moment(request.GET.get("before", ""))
    found = audit.acts(request.person, wanted, before=before) if wanted else audit.Acts([])
    return render(
        request,
        "audit/list.html",
        {
            "form": form,
            "acts": found.acts,
            "bars": not_judged(request.person),
            "seal": audit.newest_seal(),
            "hours_ago": now() - SEAL_IS_LATE,
            "wanted": wanted,
            "wrong": not form.is_valid(),
            "next": found.before.timestamp() if found.before else None,
        },
    )


@needs(Can.READ_AUDIT, *audit.AUDITED_BY.values())
def act(request: Request, xid: int, at: str) -> HttpResponse:
    """Show one act; 404 when none of its changes may be read by this person."""
    moment = _moment(at)
    if moment is None or xid > BigIntegerField.MAX_BIGINT:
        raise Http404
    found, about = audit.act_changes(request.person, xid, moment)
    if not found:
        raise Http404
    context = {"changes": found, "first": found[0], "begun": found[-1].when, "about": audit.codes_and_names(about)}
    return render(request, "audit/act.html", context)


def _moment(text: str) -> datetime | None:
    """Return the UTC time that ``text`` (seconds since 1970) stands for, or ``None``, also for one far out of reach."""
    try:
        moment = datetime.fromtimestamp(float(text), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if FIRST_YEAR <= moment.year <= LAST_YEAR else None
