"""Former values: a supervisor proposes one, and whoever keeps the case opens its form or refuses."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import submit
from residents import operations
from residents.forms.value_proposals import ProposeValueForm, RefuseValueForm
from residents.queries import value_proposals as queries
from residents.queries.record import open_record

PROPOSED = "It is proposed. It stands on the My work of whoever keeps the case. Nothing is changed yet."


@needs(Can.VIEW_AUDIT)
def propose(request: Request, pk: UUID, label: str, thing: UUID, former: int) -> HttpResponse:
    """Let a supervisor propose that fields (those in the address, or all) say again what a row of history says."""
    record = open_record(request.person, pk, Can.VIEW_AUDIT)
    meant: dict[str, Any] = {"record": label, "thing": thing, "former": former, "fields": request.GET.getlist("field")}
    found = queries.former_of(record.resident, **meant)
    form = ProposeValueForm(request.POST or None)
    if form.is_valid():
        act = lambda: operations.propose_value(record.resident, **meant, **form.given, by=request.person)  # noqa: E731
        here = lambda made: reverse("residents:put_back", args=[pk, made.pk])  # noqa: E731
        if response := submit(request, form, act, here):
            messages.success(request, PROPOSED)
            return response
    with timezone.override(record.zone):
        lines = found.lines
    context = {"record": record, "then": found.then, "lines": lines, "form": form}
    return render(request, "residents/propose_value.html", context)


@needs(Can.KEEP_CASE, Can.VIEW_AUDIT)
def put_back(request: Request, pk: UUID, row: UUID) -> HttpResponse:
    """Show a proposal; lead whoever keeps the case to the form, or let them refuse it with a reason."""
    record = open_record(request.person, pk, Can.KEEP_CASE, Can.VIEW_AUDIT)
    proposal = queries.proposal_for(record, row)
    found = queries.meant_by(proposal)
    form = RefuseValueForm(request.POST or None) if not proposal.answer and record.may(Can.KEEP_CASE) else None
    if form and form.is_valid():
        act = lambda: operations.refuse_value(proposal, **form.given, by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda _: reverse("residents:put_back", args=[pk, row])):
            messages.success(request, "You refused it. Whoever proposed it sees your reason.")
            return response
    with timezone.override(record.zone):
        lines = found.lines
    context = {"record": record, "proposal": proposal, "then": found.then, "lines": lines, "form": form}
    context["href"] = queries.form_of(proposal, found) if form and found.way.holds(found.live) else ""
    return render(request, "residents/put_back.html", context)
