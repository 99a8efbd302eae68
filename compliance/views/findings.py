"""A rule that is not met: since when, on what evidence, what became of it, and what is done so that it does not come back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from compliance.models import Finding
from compliance.queries import corrective, opened_to
from compliance.views.corrective import next_of
from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import saved_before, submit


@needs(*opened_to.READERS)
def finding(request: Request, pk: UUID) -> HttpResponse:
    """Show one finding with its evidence, and take the next step of its corrective action from whose it is."""
    found = opened_to.row_for(request.person, Finding, pk)
    if request.method == "POST" and (saved := saved_before(request)):
        return redirect(saved)
    rights = opened_to.rights_of(found, request.person)
    actions = corrective.actions_of(found, request.person, rights)
    next_ = next_of(request, found, actions, rights)
    if next_ is not None and next_.form.is_valid():
        if response := submit(request, next_.form, next_.act, lambda _: reverse("compliance:finding", args=[pk])):
            messages.success(request, next_.said)
            return response
    elif request.method == "POST" and (next_ is None or not next_.form.is_bound):
        messages.info(request, "Somebody has gone on with this meanwhile. Nothing was saved; read how it stands now.")
    earlier_text, newer_text = opened_to.texts_of(found, request.person)
    context = {
        "finding": found,
        "earlier_text": earlier_text,
        "newer_text": newer_text,
        "rule": found.rule,
        "asked": None if found.closed_at else opened_to.obligation_behind(found, request.person),
        "anew": opened_to.open_anew(found, request.person),
        "home": opened_to.home_of(found, request.person),
        "whose": opened_to.whose(found),
        "may_file": opened_to.may_file(found, rights),
        "zone": found.facility.zone,
        "evidence": opened_to.evidence_of(found, request.person),
        "actions": actions,
        "next": next_,
        "earlier": corrective.earlier(found),
        "changes": opened_to.history_of(found, request.person, rights, corrective.histories(actions)),
        "may_list": request.person.may(Can.LIST_COMPLIANCE),
    }
    return render(request, "compliance/finding.html", context)
