"""Pages of a placement: where it stands, the decision, the safety history, arrival, leave and discharge."""

from collections.abc import Callable
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
from placement.audit.clock import now
from placement.facilities import operations
from placement.facilities.forms import placements as forms
from placement.facilities.forms.referrals import ReasonForm
from placement.facilities.models import Placement
from placement.facilities.queries import after_care as checks
from placement.facilities.queries import discharges, homes, passes
from placement.facilities.queries import placements as queries
from residents.forms.wording import about


@needs(Can.VIEW_CASE_SUMMARY, also=[Can.VIEW_FACILITY])
@require_safe
def detail(request: Request, pk: UUID) -> HttpResponse:
    """Show where the placement stands, who signed what, and what to do next."""
    placement = queries.placement_for(request.person, pk)
    rights = queries.rights_of(placement, request.person)
    after_care = checks.after_care(placement, rights)
    proposed = discharges.newest_proposal(placement, after_care["discharge"])
    context = page(placement) | {
        "actions": queries.actions(placement, request.person, rights, proposed),
        "next": queries.next_text(placement, proposed),
        "proposed": proposed,
        **queries.before_arrival(placement, request.person, rights),
        "signing": signing(placement),
        "steps": queries.steps(placement),
        "kind": queries.TAGS[Placement.Status(placement.status)],
        "signatures": queries.signatures(placement, rights, after_care["discharge"]),
        "leaves": queries.leaves_of(placement),
        "passes": passes.coming(request.person, placement),
        **after_care,
        "considered": queries.considered(placement, rights),
        "reads_case": Can.VIEW_CASE in rights,
        "history": queries.history(placement, request.person, rights),
    }
    return render(request, "placements/detail.html", context)


@needs(Can.APPROVE_PLACEMENT)
@require_http_methods(["GET", "POST"])
def decide(request: Request, pk: UUID) -> HttpResponse:
    """Read everything about a proposal and decide. Somebody who comes too late reads who has decided."""
    placement = queries.placement_for(request.person, pk, Can.APPROVE_PLACEMENT)
    rights = queries.rights_of(placement, request.person)
    form = about(forms.DecisionForm(request.POST or None), placement.resident)
    if form.is_valid():
        approve = form.cleaned_data["decision"] == "approve"
        operation = operations.approve_placement if approve else operations.decline_placement
        act = lambda: operation(placement, reason=form.cleaned_data["reason"], by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda _: url(placement)):
            messages.success(request, "Approved. The home can read the safety history now." if approve else "Declined.")
            return response
    lines = queries.as_of_now(placement, request.person, rights)
    context = page(placement) | {
        "form": form,
        "waits": placement.status == Placement.Status.PROPOSED,
        "own": placement.proposed_by_id == request.person.pk,
        "standing": operations.placements.standing(placement),
        "now": lines,
        "stops": len([line for line in lines if line.state == "failed"]),
        "warned": len(warned := [line for line in lines if line.state == "warned"]),
        "signed": len([line for line in warned if line.signed]),
        "unsigned": len([line for line in lines if line.needs]),
        "signing": signing(placement),
        "considered": queries.considered(placement, rights),
    }
    return render(request, "placements/decide.html", context)


@needs(Can.PROPOSE_PLACEMENT)
@require_http_methods(["GET", "POST"])
def withdraw(request: Request, pk: UUID) -> HttpResponse:
    """Take a placement back before arrival."""
    placement = queries.placement_for(request.person, pk, Can.PROPOSE_PLACEMENT)
    form = ReasonForm(request.POST or None)

    def act() -> Placement:
        return operations.withdraw_placement(placement, reason=form.cleaned_data["reason"], by=request.person)

    return answer(
        request, placement, form, act, "The placement is withdrawn.", title="Withdraw the placement", button="Withdraw"
    )


@needs(Can.ACCEPT_PLACEMENT)
@require_http_methods(["GET", "POST"])
def safety(request: Request, pk: UUID) -> HttpResponse:
    """Let the receiving home read what it needs to keep everybody safe, and sign."""
    placement = queries.of_own_home(request.person, pk)
    facts = queries.facts_of(placement)
    form = forms.SafetyForm(request.POST or None, mark=facts.mark)
    if form.is_valid():
        mark = form.cleaned_data["mark"]
        act = lambda: operations.read_safety_history(placement, by=request.person, mark=mark)  # noqa: E731
        if response := submit(request, form, act, lambda _: url(placement)):
            messages.success(request, "Signed. Record the arrival when the young person is there.")
            return response
    opened = request.POST.get("mark")
    new = facts.since(placement.safety_read_at) if opened is None else facts.since_mark(opened)
    context = page(placement) | {
        "form": form,
        "safety": queries.safety_history(placement),
        "new": new,
        "new_link": not facts.kinds(new).isdisjoint({"link", "trace"}),
        "to_sign": placement.status == Placement.Status.APPROVED
        and (placement.safety_read_by is None or queries.read_again(placement, facts)),
    }
    return render(request, "placements/safety.html", context)


@needs(Can.ACCEPT_PLACEMENT)
@require_http_methods(["GET", "POST"])
def admit(request: Request, pk: UUID) -> HttpResponse:
    """Record the arrival; a stay elsewhere ends with it."""
    placement = queries.of_own_home(request.person, pk)
    form = forms.AdmitForm(request.POST or None, zone=placement.facility.zone, initial={"at": now()})

    def act() -> Placement:
        return operations.admit(placement, at=form.cleaned_data["at"], by=request.person)

    lead = "If the young person lived in another bed or home until now, that stay ends at the same moment."
    return answer(request, placement, form, act, "The arrival is recorded.", title="Arrival", button="Admit", lead=lead)


@needs(Can.ACCEPT_PLACEMENT, Can.APPROVE_PLACEMENT)
@require_http_methods(["GET", "POST"])
def leave(request: Request, pk: UUID) -> HttpResponse:
    """Grant a planned absence."""
    placement = queries.stay_of(request.person, pk)
    form = forms.LeaveForm(request.POST or None, zone=placement.facility.zone)

    def act() -> Any:
        return operations.grant_leave(placement, **form.given, by=request.person)

    return answer(
        request, placement, form, act, "The leave is granted.", title="Grant a leave", button="Grant the leave"
    )


@needs(Can.APPROVE_PLACEMENT)
@require_http_methods(["GET", "POST"])
def extend(request: Request, pk: UUID) -> HttpResponse:
    """Give a stay that goes on another planned end, or none."""
    placement = queries.placement_for(request.person, pk, Can.APPROVE_PLACEMENT, lock=request.method == "POST")
    form = forms.ExtendForm(
        request.POST or None,
        **homes.version_of(placement, placement.facility),
        zone=placement.facility.zone,
        initial={"ends_at": placement.ends_at},
    )

    def act() -> Any:
        return operations.extend_stay(placement, **form.given, by=request.person)

    title = "Change the planned end"
    return answer(request, placement, form, act, "The planned end is changed.", title=title, button="Sign the change")


@needs(Can.PROPOSE_PLACEMENT)
@require_http_methods(["GET", "POST"])
def propose_discharge(request: Request, pk: UUID) -> HttpResponse:
    """Plan the end of the stay, for the home or the supervisor to write when the young person has left."""
    placement = queries.placement_for(request.person, pk, Can.PROPOSE_PLACEMENT)
    form = forms.ProposeDischargeForm(request.POST or None, zone=placement.facility.zone)

    def act() -> Any:
        return operations.propose_discharge(placement, **form.given, by=request.person)

    lead = (
        "The home or a supervisor ends the stay when the young person has left. They see your plan and can change it."
    )
    return answer(
        request,
        placement,
        form,
        act,
        "The discharge is proposed.",
        title="Propose a discharge",
        button="Propose",
        lead=lead,
    )


@needs(Can.PROPOSE_PLACEMENT)
@require_http_methods(["GET", "POST"])
def withdraw_discharge(request: Request, pk: UUID) -> HttpResponse:
    """Take a proposed discharge back."""
    placement = queries.placement_for(request.person, pk, Can.PROPOSE_PLACEMENT)
    proposal = operations.discharges.waiting_proposal(placement)
    if proposal is None:
        messages.info(request, "No proposed discharge waits here, so there is nothing to withdraw.")
        return redirect(url(placement))
    form = ReasonForm(request.POST or None)

    def act() -> Any:
        return operations.withdraw_discharge_proposal(proposal, reason=form.cleaned_data["reason"], by=request.person)

    title = "Withdraw the proposed discharge"
    return answer(request, placement, form, act, "The proposal is withdrawn.", title=title, button="Withdraw")


@needs(Can.ACCEPT_PLACEMENT, Can.APPROVE_PLACEMENT)
@require_http_methods(["GET", "POST"])
def discharge(request: Request, pk: UUID) -> HttpResponse:
    """End the stay, with a plan for after: the one that was proposed, when there is one."""
    placement = queries.stay_of(request.person, pk)
    proposal = operations.discharges.waiting_proposal(placement)
    initial = discharges.as_proposed(proposal) if proposal else {"at": now()}
    form = forms.DischargeForm(request.POST or None, zone=placement.facility.zone, initial=initial)

    def act() -> Any:
        return operations.discharge(placement, **form.given, by=request.person)

    lead = discharges.lead(placement, proposal) if proposal else ""
    return answer(
        request,
        placement,
        form,
        act,
        "The discharge is written down.",
        title="Discharge",
        button="Discharge",
        lead=lead,
    )


@needs(Can.KEEP_CASE, Can.APPROVE_PLACEMENT)
@require_http_methods(["GET", "POST"])
def after_care(request: Request, pk: UUID) -> HttpResponse:
    """Write down how a young person is doing after leaving."""
    placement = queries.case_of(request.person, pk)
    discharge = checks.discharge_to_check(request.person, placement.pk)
    if discharge is None:
        messages.info(request, "The young person was not discharged from this stay, so there is nothing to check.")
        return redirect(url(placement))
    form = forms.AfterCareForm(request.POST or None, zone=placement.facility.zone, initial={"checked_at": now()})

    def act() -> Any:
        return operations.record_after_care_check(discharge, **form.given, by=request.person)

    lead = f"{discharge.after_care_contact} stays in touch."
    return answer(
        request,
        placement,
        form,
        act,
        "The check is written down.",
        title="Check after leaving",
        button="Save",
        lead=lead,
    )


def answer(
    request: Request, placement: Placement, form: Any, act: Callable[[], Any], done: str, **shown: Any
) -> HttpResponse:
    """Do ``act`` once for a valid form and go back to the placement, or show the form with what is wrong."""
    form = about(form, placement.resident)
    if form.is_valid() and (response := submit(request, form, act, lambda _: afterwards(request, placement))):
        messages.success(request, done)
        return response
    line = f"{placement.resident.code} · {placement.facility}"
    context = page(placement) | {"form": form, "back": url(placement), "line": line} | shown
    return render(request, "referrals/form.html", context)


def page(placement: Placement) -> dict[str, Any]:
    """Return what every page of a placement shows."""
    return {
        "placement": placement,
        "resident": placement.resident,
        "home": placement.facility,
        "zone": placement.facility.zone,
    }


def signing(placement: Placement) -> dict[str, Any]:
    """Return what ``referrals/_line.html`` needs for its link to sign a warning of the home."""
    return {"home": {"id": placement.facility_id, "name": placement.facility.name}}


def url(placement: Placement) -> str:
    """Return the address of the placement."""
    return reverse("placements:detail", args=[placement.pk])


def afterwards(request: Request, placement: Placement) -> str:
    """Return the placement's address, or the home's when the act has ended the person's sight of the young person."""
    try:
        return url(queries.placement_for(request.person, placement.pk))
    except Placement.DoesNotExist:
        return reverse("facilities:detail", args=[placement.facility_id])
