"""Where a home is: shown in a step of its own, for a reason."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import submit
from placement.facilities import operations
from placement.facilities.forms import addresses as forms
from placement.facilities.models import AddressShown, Facility
from placement.facilities.queries import addresses as queries
from placement.facilities.queries import homes
from placement.facilities.views.changing import change_page

both = require_http_methods(["GET", "POST"])
TO_TYPE = 3 * AddressShown.FOR  # who began to type an address in time may send it


@needs(Can.VIEW_ADDRESS)
@both
def address(request: Request, pk: UUID) -> HttpResponse:
    """Ask why somebody needs the address; then show it, for a few minutes."""
    home = Facility.objects.visible_to(request.person, Can.VIEW_ADDRESS).get(pk=pk)
    may = homes.allowed(request.person, home)
    asked = queries.asked_for(request.person, home)
    context = {
        "home": home,
        "zone": home.zone,
        "may": may,
        "shown_to": queries.shown_to(home) if may.change else [],
        "minutes": int(AddressShown.FOR.total_seconds() // 60),
    }
    if asked and request.method == "GET":
        found = queries.address(request.person, home)
        context |= {
            "address": found,
            "parts": queries.parts(found),
            "until": asked.shown_at + AddressShown.FOR,
            "earlier": queries.earlier(found),
        }
        return render(request, "facilities/address.html", context)
    form = forms.RevealForm(request.POST or None)
    if form.is_valid():
        act = lambda: operations.reveal_address(  # noqa: E731
            home, purpose=form.cleaned_data["purpose"], reason=form.cleaned_data["reason"], by=request.person
        )
        if response := submit(request, form, act, lambda _: reverse("facilities:address", args=[home.pk])):
            return response
    return render(request, "facilities/address.html", context | {"form": form})


@needs(Can.CHANGE_FACILITY, also=[Can.VIEW_ADDRESS])
@both
def change_address(request: Request, pk: UUID) -> HttpResponse:
    """Change the address; whoever does sees it, so it must have been shown to them for a reason first."""
    home = homes.home_to_run(request.person, pk)
    minutes = TO_TYPE if request.method == "POST" else None
    if queries.asked_for(request.person, home, minutes) is None:
        messages.info(request, "Say first what you need the address for. Then change it.")
        return redirect("facilities:address", pk=home.pk)
    found = queries.address(request.person, home, minutes)
    form = forms.AddressForm(
        request.POST or None,
        **homes.version_of(found, home),
        initial=(queries.parts(found) or {}) | {"letters_to": home.letters_to},
    )
    act = lambda: operations.change_address(  # noqa: E731
        home,
        address={name: form.cleaned_data[name] for name in forms.PARTS},
        letters_to=form.cleaned_data["letters_to"],
        by=request.person,
    )
    return change_page(request, home, form, act, title="Change the address", part="address", secret=True)
