"""Pages of exceptions: the list, and one exception with its decision."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import submit
from placement.facilities import operations
from placement.facilities.forms import placements as forms
from placement.facilities.models import Override
from placement.facilities.queries import exceptions as queries
from residents.forms.wording import about


@needs(Can.LIST_REFERRALS)
@require_safe
def exception_list(request: Request) -> HttpResponse:
    """List the exceptions that the person may read."""
    filters = forms.ExceptionFilter(request.GET or None)
    wanted = filters.cleaned_data if filters.is_valid() else {}
    page = queries.exceptions_page(request.person, wanted, after=request.GET.get("after"))
    return render(request, "placements/exceptions.html", {"page": page, "filters": filters})


@needs(Can.VIEW_CASE)
@require_http_methods(["GET", "POST"])
def exception(request: Request, pk: UUID) -> HttpResponse:
    """Show one exception; whoever may decide about it finds the form here."""
    override = queries.exception_for(request.person, pk)
    rights = queries.exception_rights(override, request.person)
    decides = Can.APPROVE_PLACEMENT in rights
    form = about(forms.DecisionForm(request.POST or None), override.resident) if decides else None
    if form is not None and form.is_valid():
        act = lambda: operations.decide_override(  # noqa: E731
            override,
            approve=form.cleaned_data["decision"] == "approve",
            reason=form.cleaned_data["reason"],
            by=request.person,
        )
        if response := submit(request, form, act, lambda made: reverse("placements:override", args=[made.pk])):
            messages.success(request, "Your decision is written down.")
            return response
    referral = queries.referral_with(override)
    context = {
        "override": override,
        "form": form,
        "waits": override.status == Override.Status.PROPOSED,
        "own": override.proposed_by_id == request.person.pk,
        "referral": referral,
        "card": queries.home_asked_for(override, referral, request.person),
        "may_refer": Can.PROPOSE_PLACEMENT in rights,
        "without_ground": queries.leaves_without_ground(override),
        "history": queries.exception_history(override, request.person, rights),
    }
    return render(request, "placements/exception.html", context)
