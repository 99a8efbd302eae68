"""Second signatures from outside the unit: naming who gives one, and deciding a disposal so."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from compliance import operations
from compliance.models import CourtExport
from compliance.queries import seconds as queries
from compliance.retention_forms import DecideDisposalForm
from compliance.second_forms import NameSecondForm
from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import submit
from residents.models import Disposal

NAMED = "It stands on their My work. They see this one page and nothing else of the record."


def naming(
    request: Request, proposal: Disposal | CourtExport, here: str
) -> tuple[NameSecondForm | None, HttpResponse | None]:
    """Return the form to name who decides the own proposal, ``None`` where nobody is to be named, and the answer to a post."""
    people = queries.to_name(proposal)
    if not people:
        return None, None
    form = NameSecondForm(request.POST or None, people=people, initial={"person": proposal.outside_id})
    if form.is_valid():
        act = lambda: operations.name_second(proposal, **form.given, by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda _: here):
            messages.success(request, NAMED)
            return form, response
    return form, None


@needs(Can.READ_AUDIT)
def disposal(request: Request, pk: UUID) -> HttpResponse:
    """Let a supervisor who is named for it decide whether a record of another unit goes, from what was proposed alone."""
    person, found = request.person, queries.disposal_to_second(request.person, pk)
    form = None
    if found.approved is None:
        form = DecideDisposalForm(request.POST or None, person=person)
        if form.is_valid():
            given, here = form.given, reverse("audit:second_disposal", args=[pk])
            act = lambda: operations.decide_disposal(found, **given, by=person)  # noqa: E731
            if response := submit(request, form, act, lambda _: here):
                messages.success(request, "Your decision is signed.")
                return response
    return render(request, "audit/second_disposal.html", {"disposal": found, "form": form})
