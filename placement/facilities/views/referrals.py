"""Pages of the referral: the list, the form in steps, and where it stands."""

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
from placement.facilities import operations
from placement.facilities.forms import referrals as forms
from placement.facilities.models import Referral
from placement.facilities.queries import referrals as queries
from placement.ui.numbers import whole_number
from placement.ui.searching import asked, remember_search
from residents.forms.wording import about

LAST = len(forms.STEPS)


@needs(Can.LIST_REFERRALS)
def referral_list(request: Request) -> HttpResponse:
    """List the referrals that the person may read."""
    if request.method == "POST":
        return remember_search(request, "q")
    filters = forms.ReferralFilter(asked(request, "q") or None)
    wanted = filters.cleaned_data if filters.is_valid() else {}
    page = queries.referrals_page(request.person, wanted, after=request.GET.get("after"))
    return render(request, "referrals/list.html", {"page": page, "filters": filters})


@needs(Can.LIST_REFERRALS, Can.PROPOSE_PLACEMENT)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Begin a referral: choose the young person if the address does not say, then the first step."""
    people = queries.residents_to_refer(request.person)
    chosen = request.GET.get("resident", "")
    if not chosen:
        names = queries.names_to_refer(request.person, people)
        choice = forms.ChooseResidentForm(request.POST or None, residents=people, names=names)
        if choice.is_valid():
            return redirect(f"{reverse('referrals:new')}?resident={choice.cleaned_data['resident'].pk}")
        return render(request, "referrals/choose.html", {"form": choice, "nobody": not names})
    resident = people.filter(pk__in=[key] if (key := as_uuid(chosen)) else []).get()
    form = about(forms.WhyForm(request.POST or None, version="new"), resident)
    if form.is_valid():
        act = lambda: operations.draft_referral(resident, **form.given, by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda made: after_step(request, made, 1)):
            messages.success(request, "The draft is saved.")
            return response
    return render(request, "referrals/step.html", step_page(form, 1, code=resident.code))


@needs(Can.VIEW_CASE)
@require_safe
def detail(request: Request, pk: UUID) -> HttpResponse:
    """Show where the referral stands, what happened, and what to do next."""
    referral = queries.referral_for(request.person, pk)
    rights = queries.rights(referral, request.person)
    placements = queries.placements_of(referral, request.person)
    context = {
        "referral": referral,
        "may_change": Can.PROPOSE_PLACEMENT in rights,
        "may_correct": queries.may_correct(referral, rights),
        "next": queries.next_step(referral, rights, placements),
        "placements": placements,
        "overrides": queries.overrides_of(referral, request.person),
        "hold": queries.current_hold(referral),
        "events": queries.events(referral, request.person),
        "history": queries.history(referral, request.person, rights),
    }
    return render(request, "referrals/detail.html", context)


@needs(Can.PROPOSE_PLACEMENT)
@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: UUID) -> HttpResponse:
    """Go on with a draft, one step at a time; what was typed is kept on the server with each press of a button."""
    referral = queries.referral_for(request.person, pk, Can.PROPOSE_PLACEMENT, lock=request.method == "POST")
    if referral.status != Referral.Status.DRAFT and request.method == "GET":
        return redirect("referrals:correct", referral.pk)
    step = whole_number(request.GET.get("step"), least=1, most=LAST, default=1)
    if step == LAST:
        return send_page(request, referral, forms.SendForm())
    kind = forms.STEP_FORMS[step - 1]
    form = kind(
        request.POST or None,
        version=queries.version_of(referral),
        changed_by=queries.changed_by(referral),
        initial={name: getattr(referral, name) for name in kind.base_fields if hasattr(referral, name)},
    )
    form = about(form, referral.resident)
    if form.is_valid():
        act = lambda: operations.save_draft(referral, **form.given, by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda saved: after_step(request, saved, step)):
            messages.success(request, "The draft is saved.")
            return response
    return render(request, "referrals/step.html", step_page(form, step, referral=referral, code=referral.resident.code))


@needs(Can.PROPOSE_PLACEMENT, Can.APPROVE_PLACEMENT)
@require_http_methods(["GET", "POST"])
def correct(request: Request, pk: UUID) -> HttpResponse:
    """Put right what a sent referral says, until a home is proposed."""
    lock = request.method == "POST"
    referral = queries.referral_for(request.person, pk, Can.PROPOSE_PLACEMENT, Can.APPROVE_PLACEMENT, lock=lock)
    here = reverse("referrals:detail", args=[referral.pk])
    if referral.status != Referral.Status.OPEN and request.method == "GET":
        messages.info(request, "Only a referral that looks for a home can be corrected.")
        return redirect(here)
    form = forms.CorrectForm(
        request.POST or None,
        version=queries.version_of(referral),
        changed_by=queries.changed_by(referral),
        initial={name: getattr(referral, name) for name in forms.CorrectForm.field_order},
    )
    form = about(form, referral.resident)
    if form.is_valid():
        act = lambda: operations.correct_referral(referral, **form.given, by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda _: here):
            messages.success(request, "Corrected. Every home was held against the referral again.")
            return response
    context = {
        "form": form,
        "title": f"Correct {referral}",
        "lead": "The homes are looked at again with what you save. What it said before stays in the history.",
        "button": "Save",
        "back": here,
    }
    return render(request, "referrals/form.html", context | {"line": f"For {referral.resident.code}"})


@needs(Can.PROPOSE_PLACEMENT)
@require_http_methods(["GET", "POST"])
def send(request: Request, pk: UUID) -> HttpResponse:
    """Send the draft; what is missing is said, with the way to the step where it belongs."""
    referral = queries.referral_for(request.person, pk, Can.PROPOSE_PLACEMENT)
    form = forms.SendForm(request.POST or None)
    if form.is_valid():
        act = lambda: operations.send_referral(referral, by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda sent: reverse("referrals:match", args=[sent.pk])):
            messages.success(request, f"{referral} is sent. Here are the homes.")
            return response
    return send_page(request, referral, form)


@needs(Can.PROPOSE_PLACEMENT)
@require_http_methods(["GET", "POST"])
def withdraw(request: Request, pk: UUID) -> HttpResponse:
    """Stop looking for a home, with a reason."""
    referral = queries.referral_for(request.person, pk, Can.PROPOSE_PLACEMENT)
    form = about(forms.ReasonForm(request.POST or None), referral.resident)
    here = reverse("referrals:detail", args=[referral.pk])
    if form.is_valid():
        act = lambda: operations.withdraw_referral(  # noqa: E731
            referral, reason=form.cleaned_data["reason"], by=request.person
        )
        if response := submit(request, form, act, lambda _: here):
            messages.success(request, f"{referral} is withdrawn.")
            return response
    context = {"form": form, "title": f"Withdraw {referral}", "button": "Withdraw", "back": here, "danger": True}
    return render(request, "referrals/form.html", context | {"line": f"For {referral.resident.code}"})


@needs(Can.PROPOSE_PLACEMENT)
@require_http_methods(["GET", "POST"])
def discard(request: Request, pk: UUID) -> HttpResponse:
    """Ask once more, then throw a draft away."""
    referral = queries.referral_for(request.person, pk, Can.PROPOSE_PLACEMENT)
    form = forms.SendForm(request.POST or None)
    if form.is_valid():
        act = lambda: operations.discard_draft(referral, by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda _: reverse("referrals:list")):
            messages.success(request, "The draft is thrown away.")
            return response
    context = {
        "form": form,
        "title": f"Throw away the draft {referral}?",
        "lead": "Nobody has got it yet. Its text stays in the history.",
        "button": "Throw it away",
        "back": reverse("referrals:detail", args=[referral.pk]),
        "danger": True,
    }
    return render(request, "referrals/form.html", context | {"line": f"For {referral.resident.code}"})


def send_page(request: Request, referral: Referral, form: forms.SendForm) -> HttpResponse:
    """Draw the last step: everything that was typed, and what is missing."""
    missing = operations.referrals.missing(referral)
    context = step_page(form, LAST, referral=referral, code=referral.resident.code) | {"missing": missing}
    return render(request, "referrals/send.html", context)


def step_page(form: Any, step: int, *, code: str, referral: Referral | None = None) -> dict[str, Any]:
    """Return what the page of a step needs."""
    passed = [state_of(kind, referral) for kind in forms.STEP_FORMS[: step - 1]]
    states = [*passed, "current", *["later"] * (LAST - step)]
    return {
        "form": form,
        "code": code,
        "referral": referral,
        "step": step,
        "before": step - 1,
        "steps": [
            {"label": label, "state": state, "optional": label in forms.OPTIONAL}
            for label, state in zip(forms.STEPS, states, strict=True)
        ],
    }


def state_of(kind: type[forms.StepForm], referral: Referral | None) -> str:
    """Return what a passed step of the referral is: done, empty, or with gaps that have to be filled before it is sent."""
    if referral and operations.referrals.missing(referral).keys() & kind.base_fields.keys():
        return "gaps"
    return "done" if any(getattr(referral, name, None) for name in kind.base_fields) else "empty"


def after_step(request: Request, referral: Referral, step: int) -> str:
    """Return where the pressed button leads: on to the next step, or to the referral."""
    if request.POST.get("go") == "on":
        return f"{reverse('referrals:edit', args=[referral.pk])}?step={step + 1}"
    return reverse("referrals:detail", args=[referral.pk])


def as_uuid(text: str) -> UUID | None:
    """Return the key in ``text``, or None."""
    try:
        return UUID(text)
    except ValueError:
        return None
