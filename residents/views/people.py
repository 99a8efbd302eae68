"""The list of young people, and opening a case."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from placement.access import tries
from placement.access.factors import TOO_MANY
from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import submit
from placement.ui.searching import asked, remember_search
from residents import operations
from residents.forms.people import OpenCaseForm, PeopleFilter
from residents.models import Case, Resident
from residents.queries.people import people_page


@needs(Can.LIST_RESIDENTS)
def people(request: Request) -> HttpResponse:
    """List the young people that this person may know of."""
    if request.method == "POST":
        return remember_search(request, "q")
    form = PeopleFilter(asked(request, "q"), person=request.person)
    page = people_page(request.person, form.wanted, after=request.GET.get("after"))
    return render(
        request,
        "residents/list.html",
        {
            "page": page,
            "form": form,
            "filtered": bool(form.wanted),
            "may_open": request.person.may(Can.OPEN_CASE),
            "may_ask_access": request.person.may(Can.ASK_ACCESS),
            "may_break_glass": request.person.may(Can.BREAK_GLASS),
            "reads_cases": any(row.reads_case for row in page.rows),
        },
    )


@needs(Can.OPEN_CASE)
def new(request: Request) -> HttpResponse:
    """Open a case for a young person who is new to the agency.

    A number or a code that somebody has is counted like a wrong code: the refusal tells that there is such a record.
    """
    form = OpenCaseForm(request.POST or None, person=request.person)
    counted = f"code {request.person.pk}"
    if form.is_valid() and tries.too_many(counted, counted):
        form.add_error("number", TOO_MANY)
    elif form.is_valid():
        response = submit(
            request,
            form,
            lambda: operations.open_case(**form.given, by=request.person),
            lambda case: opened(request, case),
        )
        if response:
            messages.success(request, "The case is open.")
            return response
        if form.has_error("number") or form.has_error("code"):
            tries.failed(counted, counted)
    return render(request, "residents/new.html", {"form": form})


def opened(request: Request, case: Case) -> str:
    """Return the record's address, or the list's when the case was opened for a unit that the person does not see."""
    seen = Resident.objects.visible_to(request.person, Can.VIEW_CODE).filter(pk=case.resident_id).exists()
    return reverse("residents:detail", kwargs={"pk": case.resident_id}) if seen else reverse("residents:list")
