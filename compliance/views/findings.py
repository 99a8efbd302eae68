"""A rule that is not met: since when, on what evidence, and what became of it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from compliance.models import Finding
from compliance.queries import opened_to
from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can


@needs(*opened_to.READERS)
@require_safe
def finding(request: Request, pk: UUID) -> HttpResponse:
    """Show one finding with its evidence; each record opens only to those who may open it."""
    found = opened_to.row_for(request.person, Finding, pk)
    rights = opened_to.rights_of(found, request.person)
    context = {
        "finding": found,
        "rule": found.rule,
        "asked": None if found.closed_at else opened_to.obligation_behind(found, request.person),
        "home": opened_to.home_of(found, request.person),
        "whose": opened_to.whose(found),
        "may_file": opened_to.may_file(found, rights),
        "zone": found.facility.zone,
        "evidence": opened_to.evidence_of(found, request.person),
        "changes": opened_to.history_of(found, request.person, rights),
        "may_list": request.person.may(Can.LIST_COMPLIANCE),
    }
    return render(request, "compliance/finding.html", context)
