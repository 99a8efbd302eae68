"""The list of homes, one home, its weeks, papers and history."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import submit
from placement.facilities import operations
from placement.facilities.forms import homes as forms
from placement.facilities.models import Facility
from placement.facilities.queries import addresses, bed_board, drills, exits, occupancy, ties
from placement.facilities.queries import homes as queries
from placement.facilities.queries import opened as openings
from placement.facilities.queries.facts import facts
from placement.facilities.views.changing import change_page, home_url
from placement.facilities.views.exits import drill_chart
from placement.ui.attachments import attachment
from placement.ui.charts import bars
from residents import operations as residents
from residents.files import ENDINGS, read
from residents.models import HOME_PAPER_RIGHTS, Document

CHANGES_ON_THE_PAGE = 5
CHANGES_IN_FULL = 200


@needs(Can.LIST_FACILITIES, Can.VIEW_FACILITY)
@require_safe
def home_list(request: Request) -> HttpResponse:
    """List the homes that this person may see."""
    form = forms.HomeFilter(request.GET, jurisdictions=queries.jurisdictions(request.person))
    asked = form.cleaned_data if form.is_valid() else {}
    page = queries.home_list(request.person, after=request.GET.get("after"), **asked)
    context = {
        "page": page,
        "form": form,
        "filtered": any(asked.values()),
        "may_open": request.person.may(Can.CONFIRM_POPULATION),
    }
    return render(request, "facilities/list.html", context)


@needs(Can.LIST_FACILITIES, Can.VIEW_FACILITY)
@require_safe
def home(request: Request, pk: UUID) -> HttpResponse:
    """Show one home; each part only to people with the right for it."""
    facility = queries.home(request.person, pk)
    may = queries.allowed(request.person, facility)
    licences = queries.licences(facility)
    licence = queries.licence_today(licences, facility.today)
    board = bed_board.board(request.person, facility, by_code=may.see_codes)
    weeks = occupancy.weeks(facility)
    ways = exits.exits_now([facility]) if may.see_codes else []
    held = drills.for_chart(facility) if may.see_codes else []
    return render(
        request,
        "facilities/home.html",
        {
            "home": facility,
            "zone": facility.zone,
            "may": may,
            "holds": queries.legal_holds(facility) if may.see_opened else [],
            "see_ties": ties.opens(request.person, facility),
            "facts": facts(request.person, facility, by_code=may.see_codes),
            "board": board,
            "weeks": weeks,
            "chart": week_chart(facility, weeks, may),
            "licence": licence,
            "other_licences": [other for other in licences if other != licence],
            "licence_state": queries.licence_state(facility),
            "clearances": queries.clearances(facility),
            "exits": queries.exits(facility),
            "ways": ways,
            "dangers": exits.dangers(ways),
            "drills": held,
            "drill_chart": drill_chart(facility, held),
            "drill_overdue": drills.is_overdue(held[-1].held_at if held else None),
            "staff": queries.staff(facility) if may.see_staff else [],
            "inspections": queries.inspections(facility),
            "totals": queries.inspection_totals(facility),
            "papers": queries.papers_page(facility, request.GET.get("after")) if may.read_papers else [],
            "shown_to": addresses.shown_to(facility, limit=3) if may.change and may.see_address else [],
            "changes": queries.history(request.person, facility, CHANGES_ON_THE_PAGE) if may.read_papers else [],
        },
    )


def week_chart(facility: queries.HomeToday, weeks: list[occupancy.Week], may: queries.May) -> Any:
    """Return the chart of the last weeks; its bars open into the stays for people who may see who sleeps where."""
    rows = [(week.label, week.mean, week_url(facility, week.monday) if may.see_codes else "") for week in weeks]
    places = facility.licence_capacity or 0
    most = max([places, *(week.mean for week in weeks)]) or None
    full = f". A full bar: all {places} licensed places" if places and places == most else ""
    return bars(
        "occupancy",
        f"Young people in the house, mean per night{full}",
        rows,
        what="Week",
        unit="young people per night",
        most=most,
    )


def week_url(facility: Facility, monday: date) -> str:
    """Return the address of the stays of one week."""
    year, number, _ = monday.isocalendar()
    return reverse("facilities:week", args=[facility.pk, year, number])


@needs(Can.VIEW_BEDS)
@require_safe
def week(request: Request, pk: UUID, year: int, number: int) -> HttpResponse:
    """Show the stays behind one bar of the chart, by code where the reader may know it."""
    facility = Facility.objects.visible_to(request.person, Can.VIEW_BEDS).get(pk=pk)
    try:
        found = occupancy.week(request.person, facility, date.fromisocalendar(year, number, 1))
    except (ValueError, OverflowError):
        raise Http404 from None
    return render(request, "facilities/week.html", {"home": facility, "zone": facility.zone, "week": found})


@needs(*HOME_PAPER_RIGHTS)
@require_safe
def history(request: Request, pk: UUID) -> HttpResponse:
    """Show who changed what about the home, field by field."""
    facility = queries.home_with_papers(request.person, pk)
    changes = queries.history(request.person, facility, CHANGES_IN_FULL)
    return render(request, "facilities/history.html", {"home": facility, "zone": facility.zone, "changes": changes})


@needs(*openings.READERS)
@require_safe
def opened(request: Request, pk: UUID) -> HttpResponse:
    """Who has opened the pages of the home, each time; to whoever runs it, what inspectors have opened."""
    home, all_of_them = openings.home_opened(request.person, pk)
    found, page = openings.looks(home, after=request.GET.get("after"))
    context = {"home": home, "zone": home.zone, "looks": found, "page": page, "all_of_them": all_of_them}
    return render(request, "facilities/opened.html", context)


@needs(Can.CONFIRM_POPULATION)
@require_http_methods(["GET", "POST"])
def new_home(request: Request) -> HttpResponse:
    """Add a home to the system."""
    form = forms.HomeForm(request.POST or None)
    if form.is_valid():
        given = dict(form.cleaned_data)
        address = {name: given[name] for name in ("street", "city", "postcode", "telephone")}
        fields = {
            name: given[name]
            for name in ("name", "kind", "jurisdiction", "region", "time_zone", "languages", "letters_to")
        }
        address["state"] = given["jurisdiction"]
        act = lambda: operations.open_facility(**fields, address=address, by=request.person)  # noqa: E731
        if response := submit(request, form, act, home_url):
            return response
    return render(
        request,
        "facilities/form.html",
        {"form": form, "title": "New home", "button": "Add the home", "back": reverse("facilities:list")},
    )


@needs(Can.CHANGE_FACILITY)
@require_http_methods(["GET", "POST"])
def add_paper(request: Request, pk: UUID) -> HttpResponse:
    """Add a paper of the home."""
    facility = queries.home_to_run(request.person, pk)
    form = forms.PaperForm(request.POST or None, request.FILES or None)
    act = lambda: residents.file_document(  # noqa: E731
        upload=form.cleaned_data["upload"],
        title=form.cleaned_data["title"],
        part=Document.Part.HOME,
        facility=facility,
        by=request.person,
    )
    return change_page(
        request, facility, form, act, title="Add a paper of the home", button="Keep the file", part="papers"
    )


@needs(*HOME_PAPER_RIGHTS)
@require_safe
def paper(request: Request, pk: UUID, paper: UUID) -> HttpResponse:
    """Hand out a paper of the home, as a download."""
    found = queries.paper(request.person, pk, paper)
    name = f"paper-{found.uploaded_at:%Y-%m-%d}.{ENDINGS[found.content_type]}"
    return attachment(read(found.stored_name, found.sha256), content_type=found.content_type, name=name)
