"""Intrusive measures as they are written down from the shift."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render

from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import submit
from placement.audit.clock import now
from placement.facilities.forms.measures import ShiftMeasureForm
from placement.facilities.queries import shifts as queries
from placement.facilities.views.shifts import shift_url, within_minute
from residents import operations
from residents.models import IntrusiveMeasure
from residents.queries import measures


@needs(Can.LOG_CARE, also=[Can.WORK_SHIFT])
def log_measure(request: Request, pk: UUID, resident: UUID) -> HttpResponse:
    """Write down a search, a phone taken or another measure, just now or earlier, and read the last ones."""
    home = queries.homes(request.person).get(pk=pk)
    stay = queries.stays(request.person, home).get(resident=resident)
    current = queries.open_shift_at(home, now())
    form = ShiftMeasureForm(
        request.POST or None,
        person=request.person,
        resident=stay.resident,
        zone=home.zone,
        earliest=stay.starts_at,
        staff=queries.can_be_on_duty(home),
        initial={"kind": request.GET.get("kind", "")},
    )
    if form.is_valid():
        said = form.given
        said["happened_at"] = within_minute(said["happened_at"], current.starts_at if current else None)

        def act() -> IntrusiveMeasure:
            shift = queries.shift_at(home, said["happened_at"])
            return operations.log_measure(stay.resident, **said, facility=home, shift=shift, by=request.person)

        if response := submit(request, form, act, lambda _: shift_url(home, f"y-{resident}")):
            messages.success(request, f"Saved for {stay.resident}. Somebody else judges it within a day.")
            return response
    newest = measures.readable(request.person).filter(resident=stay.resident)[:5]
    context = {"form": form, "home": home, "zone": home.zone, "resident": stay.resident}
    context["measures"] = [measures.measure_of(row) for row in newest]
    return render(request, "shift/measure.html", context)
