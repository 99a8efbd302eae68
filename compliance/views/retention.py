"""Records whose time is over, legal holds, and how long the agency keeps records."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from compliance import operations
from compliance import retention_forms as forms
from compliance.queries import retention as queries
from compliance.views.seconds import naming
from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import submit
from placement.ui.forms import FormKey
from residents.models import Resident
from residents.queries.retention import erased_page, gone

LAID = "The hold is laid. Nothing goes until another supervisor lifts it."
PROPOSED = "It is proposed. Another supervisor of the unit must agree; it stands on their My work."
AGREED = "Your decision is signed. The record goes in one of the next nights, unless something keeps it then."
TERM_PROPOSED = "It is proposed. It counts once another supervisor has confirmed it; it stands on their My work."
REFUSED = "Your decision is signed. The record stays."


@needs(Can.READ_AUDIT)
@require_safe
def records(request: Request) -> HttpResponse:
    """List the records of those who have left, with the day from which each may go, or what is left of those that were erased."""
    here, erased = reverse("audit:retention"), request.GET.get("show") == "erased"
    tabs = [
        {"label": "Kept", "href": here, "current": not erased},
        {"label": "Erased", "href": f"{here}?show=erased", "current": erased},
    ]
    list_page = erased_page if erased else queries.records_page
    page = list_page(request.person, request.GET.get("after"))
    return render(request, "audit/retention.html", {"page": page, "erased": erased, "tabs": tabs})


@needs(Can.VIEW_AUDIT)
def record(request: Request, pk: UUID) -> HttpResponse:
    """Show what keeps one record; let a supervisor propose that it goes, and another one decide. What is left once it is gone."""
    person = request.person
    try:
        page = queries.record_page(person, pk)
    except Resident.DoesNotExist:
        if left := gone(person, pk):
            return render(request, "residents/gone.html", {"left": left, "kinds": queries.erased_kinds(left)})
        raise
    here = reverse("audit:retention_young", args=[pk])
    form: Any = None
    name = None
    if (waiting := page.waiting) is not None:
        if waiting.proposed_by_id == person.pk:
            name, answered = naming(request, waiting, here)
            if answered:
                return answered
        else:
            form = forms.DecideDisposalForm(request.POST or None, person=person)
            act = lambda: operations.decide_disposal(waiting, **form.given, by=person)  # noqa: E731
            said = AGREED if request.POST.get("approve") == "yes" else REFUSED
    elif page.standing and not page.kept and not page.agreed:
        form = forms.ProposeDisposalForm(request.POST or None)
        act = lambda: operations.propose_disposal(page.resident, **form.given, by=person)  # noqa: E731
        said = PROPOSED
    if form is not None and form.is_valid() and (response := submit(request, form, act, lambda _: here)):
        messages.success(request, said)
        return response
    return render(request, "audit/retention_young.html", {"page": page, "form": form, "name": name})


@needs(Can.VIEW_AUDIT)
def hold_young(request: Request, pk: UUID) -> HttpResponse:
    """Lay a hold on a young person's record."""
    page = queries.record_page(request.person, pk)
    back = reverse("audit:retention_young", args=[pk])
    return _lay(request, page.resident, back, {"title": page.resident.code, "back": back, "holds": []})


@needs(Can.VIEW_OPENED)
def hold_home(request: Request, pk: UUID) -> HttpResponse:
    """Show the holds on a home, and lay one: it keeps the records of everybody who ever lived there."""
    home, holds = queries.holds_of_home(request.person, pk)
    context = {"title": home.name, "back": reverse("facilities:detail", args=[pk]), "holds": holds, "home": home}
    return _lay(request, home, reverse("audit:hold_home", args=[pk]), context)


def _lay(request: Request, about: Any, then: str, context: dict[str, Any]) -> HttpResponse:
    form = forms.HoldForm(request.POST or None)
    if form.is_valid():
        act = lambda: operations.lay_hold(about, **form.given, by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda _: then):
            messages.success(request, LAID)
            return response
    return render(request, "audit/hold.html", {"form": form, **context})


@needs(Can.VIEW_AUDIT, Can.VIEW_OPENED)
def lift_hold(request: Request, pk: UUID) -> HttpResponse:
    """Lift a hold that another supervisor has laid, with the reason."""
    person, hold = request.person, queries.hold_for(request.person, pk)
    name, about = ("hold_home", hold.facility_id) if hold.facility_id else ("retention_young", hold.resident_id)
    back = reverse(f"audit:{name}", args=[about])
    form = None
    if hold.lifted_at is None and hold.laid_by_id != person.pk:
        form = forms.LiftHoldForm(request.POST or None, person=person)
        if form.is_valid():
            act = lambda: operations.lift_hold(hold, **form.given, by=person)  # noqa: E731
            if response := submit(request, form, act, lambda _: back):
                messages.success(request, "The hold is lifted.")
                return response
    return render(request, "audit/hold_lift.html", {"hold": hold, "form": form, "back": back})


@needs(Can.READ_AUDIT)
def term(request: Request) -> HttpResponse:
    """Show how long the agency keeps records, and let a supervisor propose a time, which another one decides about."""
    person, form = request.person, forms.TermForm(request.POST or None)
    if form.is_valid():
        act = lambda: operations.propose_agency_term(**form.given, by=person)  # noqa: E731
        if response := submit(request, form, act, lambda _: reverse("audit:retention_term")):
            messages.success(request, TERM_PROPOSED)
            return response
    return render(request, "audit/retention_term.html", {"form": form, "terms": queries.terms(person)})


@needs(Can.READ_AUDIT)
def agency_term(request: Request, pk: UUID) -> HttpResponse:
    """Show one time that was proposed; let another supervisor confirm or refuse it, and who proposed it withdraw it."""
    person, found = request.person, queries.term_for(request.person, pk)
    own, form = found.proposed_by_id == person.pk, None
    act: Callable[[], Any]
    if found.waits and own:
        form = FormKey(request.POST or None)
        act, said = lambda: operations.withdraw_agency_term(found, by=person), "It is withdrawn. It never counts."
    elif found.waits:
        form = forms.DecideTermForm(request.POST or None, person=person)
        if request.POST.get("decision") == "refuse":
            said = "Your decision is signed. It does not count. Whoever proposed it sees your reason."
            act = lambda: operations.refuse_agency_term(found, reason=form.cleaned_data["reason"], by=person)  # noqa: E731
        else:
            said = "It is confirmed. It counts from now on for all records."
            act = lambda: operations.confirm_agency_term(found, by=person)  # noqa: E731
    if form and form.is_valid() and (response := submit(request, form, act, lambda _: reverse("audit:retention_term"))):
        messages.success(request, said)
        return response
    return render(request, "audit/agency_term.html", {"term": found, "form": form, "own": own})
