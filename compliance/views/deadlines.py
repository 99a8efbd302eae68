"""What is due and overdue for young people in the next 60 days."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from compliance import forms
from compliance.queries import deadlines as queries
from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can


@needs(Can.LIST_DEADLINES)
@require_safe
def deadlines(request: Request) -> HttpResponse:
    """List what is due, grouped by young person, those with the oldest date first."""
    units = queries.units_of(request.person)
    form = forms.DeadlineFilter(request.GET, units=units)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = queries.deadlines(request.person, after=request.GET.get("after"), **wanted)
    context = {
        "form": form,
        "found": found,
        "page": found.page,
        "filtered": any(wanted.values()),
        "reach": queries.REACH.get(wanted.get("reach", "")),
    }
    return render(request, "compliance/deadlines.html", context)
