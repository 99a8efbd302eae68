"""Exits and drills of a home: how they stand, and the forms of those who work there."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import submit
from placement.access.visible import rights_on
from placement.audit.clock import now
from placement.facilities import operations
from placement.facilities.forms import exits as forms
from placement.facilities.models import Facility
from placement.facilities.queries import drills as drill_queries
from placement.facilities.queries import exits as queries
from placement.facilities.queries import shifts
from placement.ui.charts import BarChart, bars
from placement.ui.dates import short_day

both = require_http_methods(["GET", "POST"])
NO_SHIFT = "No shift is open. Open the shift first, then check the exits."


@needs(Can.VIEW_BEDS, Can.INSPECT)
@require_safe
def exits(request: Request, pk: UUID) -> HttpResponse:
    """How each exit of the home was found last, and all checks, newest first."""
    home = queries.homes_with_exits(request.person).get(pk=pk)
    found, page = queries.checks_page(request.person, home, request.GET.get("after"))
    current = shifts.open_shift_at(home, now())
    context = {
        "home": home,
        "zone": home.zone,
        "shift": current,
        "exits": sorted(((each, each.checked_in(current)) for each in found), key=lambda pair: pair[1]),
        "page": page,
        "works": Can.WORK_SHIFT in rights_on(request.person, home),
    }
    return render(request, "exits/exits.html", context)


@needs(Can.WORK_SHIFT)
@both
def check(request: Request, pk: UUID) -> HttpResponse:
    """Say how the exits are, in the shift that goes on."""
    home = shifts.homes(request.person).get(pk=pk)
    current = shifts.open_shift_at(home, now())
    found = queries.exits_now([home])
    form = forms.ExitsForm(request.POST or None, exits=[each.exit for each in found])
    back = reverse("facilities:shift", args=[home.pk])
    if current is None:
        messages.warning(request, NO_SHIFT)
        return redirect(back)
    if form.is_valid():
        act = lambda: operations.check_exits(current, form.tried, by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda _: back):
            messages.success(request, "Saved.")
            return response
    checked = [each.exit for each in found if each.checked_in(current)]
    context = {"home": home, "zone": home.zone, "form": form, "shift": current, "found": found, "checked": checked}
    return render(request, "exits/check.html", context)


@needs(Can.WORK_SHIFT)
@both
def amend(request: Request, pk: UUID, check: UUID) -> HttpResponse:
    """Read one check, and amend it with a reason."""
    home = shifts.homes(request.person).get(pk=pk)
    found = queries.check_to_amend(request.person, home, check)
    form = forms.AmendExitForm(request.POST or None, check=found)
    if form.is_valid():
        act = lambda: operations.amend_exit_check(found, **form.given, by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda _: reverse("facilities:exits", args=[home.pk])):
            messages.success(request, "Saved.")
            return response
    context = {"home": home, "zone": home.zone, "form": form, "check": found}
    return render(request, "exits/amend.html", context)


@needs(Can.VIEW_BEDS, Can.INSPECT)
@require_safe
def drills(request: Request, pk: UUID) -> HttpResponse:
    """The drills of the home, newest first, and how long they took."""
    home = queries.homes_with_exits(request.person).get(pk=pk)
    told, page = drill_queries.drills_page(request.person, home, request.GET.get("after"))
    charted = drill_queries.for_chart(home)
    last = charted[-1].held_at if charted else None
    context = {
        "home": home,
        "zone": home.zone,
        "drills": told,
        "page": page,
        "chart": drill_chart(home, charted),
        "overdue": drill_queries.is_overdue(last),
        "due": drill_queries.next_due(last),
        "works": Can.WORK_SHIFT in rights_on(request.person, home),
    }
    return render(request, "exits/drills.html", context)


def drill_chart(home: Facility, charted: list[Any]) -> BarChart | None:
    """Return the chart of how long the newest drills took; a bar opens into its drill. None when there was no drill."""
    if not charted:
        return None
    address = reverse("facilities:drills", args=[home.pk])
    rows = [
        (
            f"{short_day(drill.held_at.astimezone(home.zone).date())} · {drill.get_kind_display()}",
            drill.seconds,
            f"{address}#d-{drill.pk}",
        )
        for drill in charted
    ]
    return bars("drills-chart", "Seconds until everybody was out, or safe", rows, what="Drill", unit="seconds")


@needs(Can.WORK_SHIFT)
@both
def add_drill(request: Request, pk: UUID) -> HttpResponse:
    """Write down a drill."""
    home = shifts.homes(request.person).get(pk=pk)
    form = forms.DrillForm(
        request.POST or None,
        zone=home.zone,
        people=shifts.can_be_on_duty(home),
        young_people=[stay.resident for stay in shifts.stays(request.person, home)],
        initial={"held_at": now(), "staff": [str(request.person.pk)]},
    )
    back = reverse("facilities:drills", args=[home.pk])
    if form.is_valid():
        said = form.given
        act = lambda: operations.record_drill(  # noqa: E731
            home, **said, shift=shifts.shift_at(home, said["held_at"]), by=request.person
        )
        if response := submit(request, form, act, lambda _: back):
            messages.success(request, "Saved.")
            return response
    context = {"home": home, "form": form, "title": "Write down a drill", "button": "Save the drill", "back": back}
    return render(request, "facilities/form.html", context)


@needs(Can.WORK_SHIFT)
@both
def amend_drill(request: Request, pk: UUID, drill: UUID) -> HttpResponse:
    """Read one drill, and amend it with a reason."""
    home = shifts.homes(request.person).get(pk=pk)
    told = drill_queries.drill_to_amend(request.person, home, drill)
    newest = drill_queries.counts(told.drill)
    initial = {"minutes": newest.seconds // 60, "seconds": newest.seconds % 60}
    young = drill_queries.took_part(request.person, told.drill)
    form = forms.AmendDrillForm(request.POST or None, young_people=young, initial=initial)
    if form.is_valid():
        act = lambda: operations.amend_drill(told.drill, **form.given, by=request.person)  # noqa: E731
        back = f"{reverse('facilities:drills', args=[home.pk])}#d-{told.drill.pk}"
        if response := submit(request, form, act, lambda _: back):
            messages.success(request, "Saved.")
            return response
    return render(request, "exits/amend_drill.html", {"home": home, "zone": home.zone, "form": form, "told": told})
