"""The own filters of the audit list: keep what is chosen now, open one, remove one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from compliance import audit_forms as forms
from compliance.operations import remove_filter, save_filter
from compliance.queries.saved_filters import saved_filters
from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import submit
from placement.ui.searching import asked


@needs(Can.READ_AUDIT)
def filters(request: Request) -> HttpResponse:
    """List the own filters; keep what the audit list is asked for in this address, or remove one."""
    person, here = request.person, reverse("audit:filters")
    chosen = forms.AuditFilterForm(asked(request, *forms.PRIVATE, path=reverse("audit:list")), person=person)
    chips = [chip for chip in chosen.chips() if chip.name not in forms.DAYS] if chosen.is_valid() else []
    removing = request.method == "POST" and "saved" in request.POST
    name = forms.SaveFilterForm(request.POST if request.method == "POST" and not removing else None)
    remove = forms.RemoveFilterForm(request.POST if removing else None, person=person)
    if removing and remove.is_valid():
        act = lambda: remove_filter(remove.cleaned_data["saved"], by=person)  # noqa: E731
        if response := submit(request, remove, act, lambda _: here):
            messages.success(request, "The filter is removed.")
            return response
    elif chips and name.is_valid():
        keep = lambda: save_filter(**name.given, asked=chosen.to_keep(), by=person)  # noqa: E731
        if response := submit(request, name, keep, lambda _: here):
            messages.success(request, "The filter is saved.")
            return response
    context = {"name": name, "remove": remove, "chips": chips, "saved": saved_filters(person)}
    return render(request, "audit/filters.html", context)
