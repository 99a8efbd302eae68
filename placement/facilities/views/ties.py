"""Ties between the young people of a home, for readers of their exploitation history."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can
from placement.facilities.queries.ties import ties_of_home
from placement.ui.graph import graph


@needs(Can.LIST_FACILITIES, Can.VIEW_EXPLOITATION, names_young=True)
@require_safe
def ties(request: Request, pk: UUID) -> HttpResponse:
    """Show who of a home is tied to whom, and by what."""
    found = ties_of_home(request.person, pk)
    lines = [(row.tie.one.code, row.tie.other.code, len(row.tie.evidence), f"#{row.anchor}") for row in found.rows]
    drawn = graph(
        "ties",
        "Who is tied to whom",
        [resident.code for resident in found.people],
        lines,
        description="The numbers on the lines say how many reasons there are. The table says the same in words.",
    )
    return render(request, "facilities/ties.html", {"found": found, "home": found.home, "graph": drawn})
