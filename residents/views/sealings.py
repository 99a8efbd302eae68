"""The register of records that a court has sealed, and orders that end or open that. Nothing here leads to a record."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import submit
from residents import operations
from residents.forms.sealings import DecideUnsealingForm, UnsealForm
from residents.queries import sealings

RECORDED = (
    "The order is recorded. Another supervisor of the unit puts it into force, or one of another unit where there is none. It"
    " stands on their My work."
)


@needs(Can.READ_AUDIT)
@require_safe
def register(request: Request) -> HttpResponse:
    """List the records of the own unit that are sealed, or were."""
    return render(request, "sealings/list.html", {"page": sealings.register(request.GET.get("after"))})


@needs(Can.READ_AUDIT)
@require_safe
def detail(request: Request, pk: UUID) -> HttpResponse:
    """Read all orders about one sealed record."""
    return render(request, "sealings/detail.html", {"sealed": sealings.sealed(pk)})


@needs(Can.READ_AUDIT)
def unseal(request: Request, pk: UUID) -> HttpResponse:
    """Record an order that ends the sealing, or opens the record for a time."""
    found = sealings.sealed(pk)
    form = UnsealForm(request.POST or None, person=request.person)
    if form.is_valid():
        act = lambda: operations.unseal_record(found.seal, **form.given, by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda _: reverse("sealings:detail", args=[pk])):
            messages.success(request, RECORDED)
            return response
    return render(request, "sealings/unseal.html", {"sealed": found, "form": form})


@needs(Can.READ_AUDIT)
def decide(request: Request, pk: UUID) -> HttpResponse:
    """Put an order that ends or opens a sealing into force, or refuse it."""
    order, seal = sealings.order_to_decide(pk)
    form = DecideUnsealingForm(request.POST or None)
    if form.is_valid():
        act = lambda: operations.decide_sealing(order, **form.given, by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda _: reverse("sealings:list")):
            messages.success(request, "Your decision is signed.")
            return response
    return render(request, "sealings/decide.html", {"order": order, "seal": seal, "form": form})
