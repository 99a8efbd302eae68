"""The list of young people, and opening a case."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import submit
from residents import operations
from residents.forms.people import OpenCaseForm, PeopleFilter
from residents.queries.people import people_page


@needs(Can.LIST_RESIDENTS)
def people(request: Request) -> HttpResponse:
    """List the young people that this person may know of."""
    form = PeopleFilter(request.GET, person=request.person)
    page = people_page(request.person, form.wanted, after=request.GET.get("after"))
    fragment = request.htmx and not (request.htmx.boosted or request.htmx.history_restore_request)
    response = render(
        request,
        "residents/_rows.html" if fragment else "residents/list.html",
        {"page": page, "form": form, "filtered": bool(form.wanted), "may_open": request.person.may(Can.OPEN_CASE)},
    )
    patch_vary_headers(response, ["HX-Request"])
    return response


@needs(Can.OPEN_CASE)
def new(request: Request) -> HttpResponse:
    """Open a case for a young person who is new to the agency."""
    form = OpenCaseForm(request.POST or None, person=request.person)
    if form.is_valid():
        response = submit(
            request,
            form,
            lambda: operations.open_case(**form.given, by=request.person),
            lambda case: reverse("residents:detail", kwargs={"pk": case.resident_id}),
        )
        if response:
            messages.success(request, "The case is open.")
            return response
    return render(request, "residents/new.html", {"form": form})
