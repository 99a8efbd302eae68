"""Words that were pointed out and kept, by home."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can
from residents.queries import wording as queries


@needs(Can.READ_AUDIT)
@require_safe
def ignored(request: Request) -> HttpResponse:
    """How often in each home a term stayed in spite of the hint, and which."""
    return render(request, "audit/words.html", {"homes": queries.ignored_by_home(), "days": queries.WINDOW.days})
