"""Hints about words while somebody types."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from placement.access.guard import needs
from placement.access.posting import post_only
from placement.access.request import Request
from placement.access.rights import Can
from residents.queries.wording import hints_for


@needs(Can.SIGN_IN)
@post_only("work")
def words(request: Request) -> HttpResponse:
    """Point out what stands in a text that is being typed. Nothing of it is kept."""
    try:
        about = UUID(request.POST.get("about", ""))
    except ValueError:
        about = None
    return render(
        request, "forms/hints.html", {"hints": hints_for(request.person, request.POST.get("text", ""), about)}
    )
