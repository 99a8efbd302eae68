"""Passes: those of a home, a new one, the decision, and the return."""

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
from placement.audit.clock import now
from placement.facilities import operations
from placement.facilities.forms import passes as forms
from placement.facilities.queries import passes as queries
from placement.facilities.queries.shifts import homes, stays
from placement.ui.dates import moment_name
from residents.forms.wording import about


@needs(Can.WORK_SHIFT)
@require_safe
def passes(request: Request, pk: UUID) -> HttpResponse:
    """List who is out, who will go, who has asked, and who came back."""
    home = homes(request.person).get(pk=pk)
    rows = queries.of_home(request.person, home)
    living = [stay.resident for stay in stays(request.person, home)]
    context = {"home": home, "zone": home.zone, "rows": rows, "living": living, "moment": now()}
    context["to_withdraw"] = queries.to_withdraw(request.person, rows)
    return render(request, "shift/passes.html", context)


@needs(Can.LOG_CARE, also=[Can.WORK_SHIFT])
def ask(request: Request, pk: UUID, resident: UUID) -> HttpResponse:
    """Ask for a pass for one young person."""
    home = homes(request.person).get(pk=pk)
    stay = stays(request.person, home).get(resident=resident)
    form = forms.AskPassForm(request.POST or None, person=request.person, resident=stay.resident, zone=home.zone)
    back = reverse("facilities:passes", args=[home.pk])
    if form.is_valid():
        act = lambda: operations.ask_pass(stay, **form.given, by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda _: back):
            messages.success(request, "The request is sent. Somebody else decides.")
            return response
    context = {
        "form": form,
        "home": home,
        "title": f"Ask for a pass for {stay.resident}",
        "button": "Ask",
        "back": back,
    }
    return render(request, "facilities/form.html", context)


@needs(Can.LOG_CARE, also=[Can.WORK_SHIFT])
def back(request: Request, pk: UUID, row: UUID) -> HttpResponse:
    """Write down that somebody is back."""
    home = homes(request.person).get(pk=pk)
    asked = queries.pass_of(request.person, home, row)
    form = forms.ReturnForm(request.POST or None, zone=home.zone, initial={"happened_at": now()})
    form = about(form, asked.resident)
    there = reverse("facilities:passes", args=[home.pk])
    if form.is_valid():
        act = lambda: operations.log_return(asked, **form.given, by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda _: there):
            messages.success(request, f"{asked.resident} is back.")
            return response
    context = {"form": form, "home": home, "title": f"{asked.resident} is back", "button": "Save", "back": there}
    context["lead"] = f"From {asked.where}, with {asked.whom}."
    return render(request, "facilities/form.html", context)


@needs(Can.LOG_CARE, also=[Can.WORK_SHIFT])
def withdraw(request: Request, pk: UUID, row: UUID) -> HttpResponse:
    """Take back a pass that one has asked for, or that the home answers for."""
    home = homes(request.person).get(pk=pk)
    asked = queries.pass_of(request.person, home, row)
    form = about(forms.WithdrawPassForm(request.POST or None), asked.resident)
    there = reverse("facilities:passes", args=[home.pk])
    if form.is_valid():
        act = lambda: operations.withdraw_pass(asked, **form.given, by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda _: there):
            messages.success(request, "The pass is withdrawn.")
            return response
    context = {"form": form, "home": home, "title": "Withdraw this pass?", "button": "Withdraw it", "back": there}
    context["lead"] = f"{asked.resident}: {asked.where}, with {asked.whom}, {moment_name(asked.starts_at, home.zone)}."
    return render(request, "facilities/form.html", context)


@needs(Can.ACCEPT_PLACEMENT, Can.APPROVE_PLACEMENT)
def decide(request: Request, pk: UUID) -> HttpResponse:
    """Read where a young person wants to go, and decide; or withdraw the pass, also after somebody approved it."""
    asked = queries.to_look_at(request.person).get(pk=pk)
    withdraws = request.POST.get("do") == "withdraw"
    decision = about(forms.DecidePassForm(None if withdraws else request.POST or None), asked.resident)
    withdrawal = about(forms.WithdrawPassForm(request.POST if withdraws else None), asked.resident)
    form = withdrawal if withdraws else decision
    if form.is_valid():
        act = operations.withdraw_pass if withdraws else operations.decide_pass
        here = reverse("placements:pass", args=[pk])
        if response := submit(request, form, lambda: act(asked, **form.given, by=request.person), lambda _: here):
            said = (
                "The pass is withdrawn. The shift page of the home says so."
                if withdraws
                else "Your decision is signed."
            )
            messages.success(request, said)
            return response
        asked = queries.to_look_at(request.person).get(pk=pk)
    home = asked.placement.facility
    why_not = operations.passes.why_not(asked, request.person)
    decides = not (asked.decision or asked.withdrawn_at or why_not)
    shown = decision if decides else withdrawal if asked.may_be_withdrawn else None
    context = {"asked": asked, "home": home, "zone": home.zone, "form": shown, "decides": decides, "why_not": why_not}
    context["lost"] = form if form.is_bound and form is not shown else None
    context["at_work"] = homes(request.person).filter(pk=home.pk).exists()
    return render(request, "shift/pass.html", context)
