"""The compliance page: what is not met first, then what is due next."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from compliance import forms
from compliance.queries import board as queries
from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can


@needs(Can.LIST_COMPLIANCE)
@require_safe
def board(request: Request) -> HttpResponse:
    """Show what the law asks of the homes of the person and is not met, or due."""
    homes = queries.homes_to_choose(request.person)
    form = forms.BoardFilter(request.GET, homes=homes)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = queries.board(request.person, after=request.GET.get("after"), **wanted)
    context = {
        "form": form,
        "board": found,
        "heading": queries.STATES.get(found.state, ""),
        "filtered": any(wanted.values()),
        "one_home": len(homes) == 1,
        "binders_of": wanted.get("facility") or (homes[0][0] if len(homes) == 1 else ""),
        "has_homes": bool(homes) or queries.homes_of(request.person).exists(),
    }
    return render(request, "compliance/board.html", context)
