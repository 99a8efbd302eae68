"""Contacts with people outside, as they are logged from the shift."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import submit
from placement.audit.clock import now
from placement.facilities.forms.contacts import ShiftContactForm
from placement.facilities.queries import shifts as queries
from placement.facilities.views.shifts import shift_url, within_minute
from residents import operations
from residents.models import Contact
from residents.queries import contacts


@needs(Can.LOG_CARE, also=[Can.WORK_SHIFT])
def log_contact(request: Request, pk: UUID, resident: UUID) -> HttpResponse:
    """Log a call, visit, letter or message of one young person, or one that did not come about.

    A contact that is not allowed goes on to the report of an incident, which is begun with it.
    """
    home = queries.homes(request.person).get(pk=pk)
    stay = queries.stays(request.person, home).get(resident=resident)
    current = queries.open_shift_at(home, now())
    form = ShiftContactForm(
        request.POST or None,
        person=request.person,
        resident=stay.resident,
        zone=home.zone,
        earliest=stay.starts_at,
        on_duty=queries.on_duty(current),
    )
    if form.is_valid():
        said = form.given
        said["happened_at"] = within_minute(said["happened_at"], current.starts_at if current else None)

        def act() -> Contact:
            shift = queries.shift_at(home, said["happened_at"])
            return operations.log_contact(stay.resident, **said, facility=home, shift=shift, by=request.person)

        def to(contact: Contact) -> str:
            if contact.incident_id:
                return reverse("incidents:complete", args=[contact.incident_id])
            return shift_url(home, f"y-{resident}")

        if response := submit(request, form, act, to):
            messages.success(request, f"The contact is saved for {stay.resident}.")
            return response
    lived = stay.starts_at
    context = {
        "form": form,
        "home": home,
        "zone": home.zone,
        "resident": stay.resident,
        "gap": contacts.gap_of(stay.resident, lived),
        "limits": [limit for limit in contacts.limits(request.person, stay.resident) if limit.outside_person_id],
        "lines": contacts.lines(
            contacts.readable(request.person).filter(resident=stay.resident).order_by("-happened_at", "-pk")[:5],
            home.zone,
        ),
        "people": contacts.listed(request.person, stay.resident),
    }
    return render(request, "shift/contact.html", context)
