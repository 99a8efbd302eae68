"""The board on the wall: who is where and what is due, by code, for everybody who walks past."""

from contextlib import nullcontext
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from placement.access import walls
from placement.access.guard import public
from placement.access.request import Request
from placement.database.context import acting
from placement.facilities.queries import shifts as queries


@public("shows codes only, to whoever works there and on a screen that they have put up; opens nothing else")
@never_cache
def wall(request: Request, pk: UUID) -> HttpResponse:
    """Show the board; a form puts it up on this screen, and signs the person out."""
    person = request.person or walls.person_of(request, pk)
    if person is None:
        return redirect_to_login(request.path)
    with nullcontext() if request.person else acting(person.pk, person.name):
        home = queries.homes(person).get(pk=pk)
        if request.method == "POST" and request.person:
            walls.put_up(request, pk)
            return redirect(request.path)
        board = queries.board(person, home)
        counted = [{name: fact[name] for name in fact if name != "href"} for fact in board.facts if "shift" not in fact]
        context = {"board": board, "home": home, "zone": home.zone, "facts": counted}
        with timezone.override(home.zone):
            return render(request, "shift/board.html", context)
