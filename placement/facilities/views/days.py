"""Pages about the whole house in one go: an activity that was offered, and the school day."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render

from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import submit
from placement.audit.clock import now
from placement.facilities.forms import days as forms
from placement.facilities.models import Facility
from placement.facilities.queries import shifts as queries
from placement.facilities.queries.rounds import Place
from placement.facilities.queries.standing import homes_now
from placement.facilities.views.shifts import shift_url, within_minute
from residents import operations
from residents.models import ActivityAnswer

USUAL_AT_SCHOOL = "Went to school"


def of_everybody(request: Request, home: Facility, usual: str, without: set[UUID]) -> dict[str, Any]:
    """Return what a form about the house needs: who lives there, and what is filled in when "all" is asked for."""
    living = [stay for stay in queries.stays(request.person, home) if stay.resident_id not in without]
    filled: dict[UUID, str] = {}
    if "all" in request.GET:
        places = {each.resident.pk: each.place for each in homes_now([home])[0].people}
        away = ActivityAnswer.Answer.AWAY if usual == ActivityAnswer.Answer.JOINED else ""
        filled = {
            stay.resident_id: away if places.get(stay.resident_id) in (Place.AWAY, Place.MISSING) else usual
            for stay in living
        }
    return {
        "young_people": [stay.resident for stay in living],
        "since": {stay.resident_id: stay.starts_at for stay in living},
        "usual": filled,
        "zone": home.zone,
    }


def when_and_where(home: Facility, said: dict[str, Any]) -> dict[str, Any]:
    """Return what was said, with the home, and the shift in which it happened."""
    current = queries.open_shift_at(home, now())
    happened_at = within_minute(said["happened_at"], current.starts_at if current else None)
    return said | {"happened_at": happened_at, "facility": home, "shift": queries.shift_at(home, happened_at)}


@needs(Can.WORK_SHIFT)
def activity(request: Request, pk: UUID) -> HttpResponse:
    """Log what was offered to the house, and each young person's answer."""
    home = queries.homes(request.person).get(pk=pk)
    asked = of_everybody(request, home, ActivityAnswer.Answer.JOINED, set())
    on_duty = queries.on_duty(queries.open_shift_at(home, now()))
    form = forms.ActivityForm(request.POST or None, on_duty=on_duty, **asked)
    if form.is_valid():
        act = lambda: operations.log_activity(**when_and_where(home, form.given), by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda _: shift_url(home)):
            messages.success(request, "The activity is saved for everybody.")
            return response
    context = {"form": form, "home": home, "zone": home.zone, "page_heading": "An activity for the house"}
    context |= {"all_words": "All here took part, except…", "lead": forms.NO_PUNISHMENT}
    return render(request, "shift/house.html", context)


@needs(Can.WORK_SHIFT)
def school(request: Request, pk: UUID) -> HttpResponse:
    """Log how school went today, for those about whom nothing is written yet."""
    home = queries.homes(request.person).get(pk=pk)
    logged = queries.school_today(request.person, home)
    form = forms.SchoolForm(
        request.POST or None, **of_everybody(request, home, USUAL_AT_SCHOOL, {entry.resident_id for entry in logged})
    )
    if form.is_valid():
        act = lambda: operations.log_school(**when_and_where(home, form.given), by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda _: shift_url(home)):
            messages.success(request, "The school day is saved.")
            return response
    context = {"form": form, "home": home, "zone": home.zone, "page_heading": "School today", "logged": logged}
    context |= {"all_words": "All went to school, except…", "lead": ""}
    return render(request, "shift/house.html", context)
