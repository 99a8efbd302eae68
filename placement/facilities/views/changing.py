"""What every page with a form about a home has in common."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import submit
from placement.facilities.models import Facility
from placement.ui.forms import FormKey


def home_url(facility: Facility, part: str = "") -> str:
    """Return the address of a home's page, at one of its parts when ``part`` names one."""
    return reverse("facilities:detail", args=[facility.pk]) + (f"#{part}" if part else "")


def afterwards(request: Request, facility: Facility, part: str) -> str:
    """Return the address of the home's page, or of My work when the act has ended the person's sight of the home."""
    seen = Facility.objects.visible_to(request.person, Can.VIEW_FACILITY).filter(pk=facility.pk).exists()
    return home_url(facility, part) if seen else reverse("work")


def change_page(
    request: Request,
    facility: Facility,
    form: FormKey,
    act: Callable[[], Any],
    *,
    title: str,
    button: str = "Save",
    part: str = "",
    lead: str = "",
    **context: Any,
) -> HttpResponse:
    """Show ``form``; when it was sent and is right, do ``act`` once and go back to ``part`` of the home's page."""
    if form.is_valid() and (response := submit(request, form, act, lambda _: afterwards(request, facility, part))):
        messages.success(request, "Saved.")
        return response
    shown = {
        "form": form,
        "home": facility,
        "title": title,
        "button": button,
        "lead": lead,
        "back": home_url(facility, part),
    }
    return render(request, "facilities/form.html", shown | context)
