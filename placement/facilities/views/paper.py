"""The home on paper."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from placement.access.guard import needs
from placement.access.opened import note_exported
from placement.access.request import Request
from placement.access.rights import Can
from placement.audit.clock import now
from placement.facilities.queries.paper import night_sheet
from placement.facilities.queries.shifts import homes

BLANK_ROUNDS = 8


@needs(Can.WORK_SHIFT)
@require_safe
def sheet(request: Request, pk: UUID) -> HttpResponse:
    """The sheet for a night without computer, to print: by code, or with preferred names where that was chosen."""
    home = homes(request.person).get(pk=pk)
    people = night_sheet(request.person, home)
    note_exported()
    context = {
        "home": home,
        "zone": home.zone,
        "people": people,
        "with_names": "names" in request.GET,
        "moment": now(),
        "rounds": range(BLANK_ROUNDS),
    }
    return render(request, "shift/paper.html", context)
