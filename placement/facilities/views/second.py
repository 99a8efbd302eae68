"""The second signature on the same tablet: whoever has passed the tablet on signs with their PIN, and nobody else is signed in."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from placement.access import pins
from placement.access.guard import needs
from placement.access.models import Person
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import submit
from placement.database.constraints import Refused
from placement.database.context import acting
from placement.facilities.forms.medication import SecondForm
from placement.facilities.models import Facility
from placement.facilities.queries import medication as queries
from placement.facilities.queries.shifts import homes
from residents import operations


@needs(Can.LOG_CARE, also=[Can.WORK_SHIFT])
def second_on_dose(request: Request, pk: UUID, dose: UUID) -> HttpResponse:
    """Let a second person sign a dose with their PIN."""
    home = homes(request.person).get(pk=pk)
    found = queries.dose_in(request.person, home, dose, Can.LOG_CARE)
    every = queries.versions(found)
    context = {"order": found.order, "dose": every[-1], "signed": every[-1].witness_id is not None}
    sign = lambda by: operations.witness_dose(queries.dose_in(by, home, every[-1].pk, Can.LOG_CARE), by=by)  # noqa: E731
    wrote = {version.entry.written_by_id for version in every}
    return second_page(request, home, wrote, sign, reverse("facilities:medication", args=[home.pk]), context)


@needs(Can.LOG_CARE, also=[Can.WORK_SHIFT])
def second_on_count(request: Request, pk: UUID, count: UUID) -> HttpResponse:
    """Let a second person sign a count with their PIN."""
    home = homes(request.person).get(pk=pk)
    found = queries.count_in(request.person, home, count, Can.LOG_CARE)
    context = {"order": found.order, "count": found, "signed": found.witness_id is not None}
    sign = lambda by: operations.witness_count(queries.count_in(by, home, count, Can.LOG_CARE), by=by)  # noqa: E731
    return second_page(
        request, home, {found.counted_by_id}, sign, reverse("facilities:counts", args=[home.pk]), context
    )


def second_page(
    request: Request,
    home: Facility,
    wrote: set[UUID],
    sign: Callable[[Person], Any],
    to: str,
    context: dict[str, Any],
) -> HttpResponse:
    """Ask for the PIN of one of those who pass this tablet on, and let them ``sign`` as themselves; then go ``to``.

    Wrong PINs count as they do on the page where somebody comes back. ``wrote``: who is the first person already.
    """
    form = form_for(request, wrote)
    if form is not None and form.is_valid():
        aside = form.cleaned_data["who"]
        if not pins.is_right(aside, form.cleaned_data["pin"]):
            form.add_error("pin", form.wrong)
            if aside.key not in [other.key for other in pins.asides_of(request)]:
                messages.error(request, f"There were too many wrong PINs. {aside.person} signs in with their password.")
                form = form_for(request, wrote, fresh=True)
        elif response := submit(request, form, lambda: sign_as(aside.person, sign), lambda _: to):
            messages.success(request, f"{aside.person} has signed it too. You are still signed in as {request.person}.")
            return response
    context |= {"form": form, "home": home, "zone": home.zone, "back": to}
    return render(request, "medication/second.html", context)


def form_for(request: Request, wrote: set[UUID], *, fresh: bool = False) -> SecondForm | None:
    """Return the form for those who may be the second person here, or ``None`` when nobody is there."""
    asides = [aside for aside in pins.asides_of(request) if aside.person.pk not in wrote]
    return SecondForm(None if fresh else request.POST or None, asides=asides) if asides else None


def sign_as(person: Person, sign: Callable[[Person], Any]) -> Any:
    """Let ``person`` act for one signature. Raises ``Refused`` for somebody who does not care for this young person."""
    try:
        with acting(person.pk, person.name):
            return sign(person)
    except ObjectDoesNotExist:
        raise Refused(f"{person} does not care for this young person, and can't sign.") from None


def next_signature(request: Request, address: str, otherwise: str) -> str:
    """Return the page of the second signature when somebody can sign on this tablet, else where one goes ``otherwise``."""
    return address if pins.asides_of(request) else otherwise
