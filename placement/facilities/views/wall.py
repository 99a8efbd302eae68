"""The board on the wall: who is where and what is due, by code, for everybody who walks past."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from placement.access import walls
from placement.access.guard import needs, public
from placement.access.models import Person
from placement.access.request import Request
from placement.access.rights import Can
from placement.database.context import acting
from placement.facilities.models import Facility
from placement.facilities.queries import shifts as queries


@needs(Can.WORK_SHIFT)
def board(request: Request, pk: UUID) -> HttpResponse:
    """Show the board to whoever works there; a form puts it up on this screen, and signs the person out."""
    home = queries.homes(request.person).get(pk=pk)
    if request.method == "POST":
        walls.put_up(request, home.pk)
        return redirect("facilities:wall")
    return board_page(request, home, request.person)


@public("shows codes only, on a screen on which somebody who works there has put it up; opens nothing else")
@never_cache
@require_safe
def wall(request: Request) -> HttpResponse:
    """Show the board that was put up on this screen."""
    told = walls.told(request)
    if told is None:
        return redirect("accounts:login")
    person, home = told
    with acting(person.pk, person.name):
        return board_page(request, queries.homes(person).get(pk=home), person)


def board_page(request: Request, home: Facility, reader: Person) -> HttpResponse:
    """Draw the board, in the home's time. Who signed what is left out: the board names no staff either."""
    with timezone.override(home.zone):
        shown = queries.board(reader, home)
        facts = [{name: fact[name] for name in fact if name != "href"} for fact in shown.facts if "shift" not in fact]
        return render(request, "shift/board.html", {"board": shown, "home": home, "zone": home.zone, "facts": facts})
