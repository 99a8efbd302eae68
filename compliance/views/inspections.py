"""Visits of authorities: the list, one visit with its citations, and one citation with its plans of correction."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from compliance import inspection_forms as forms
from compliance import operations
from compliance.models import CorrectionPlan
from compliance.queries import inspections as queries
from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import saved_before, submit
from placement.access.visible import rights_on
from placement.facilities.models import Facility
from placement.facilities.queries import homes
from placement.ui.forms import FormKey
from residents.models import HOME_PAPER_RIGHTS

SAID = {
    "plan": "The plan is saved. Send it to the authority, and write down here when it went out.",
    "sent": "It is written down that the plan went out. Next comes the answer of the authority, or that it is done.",
    "accepted": "It is written down that the authority has accepted the plan.",
    "refused": "It is written down that the authority has sent the plan back. Now make another plan.",
    "done": "It is written down as done. The citation stays open until the authority has closed it.",
    "replaced": "The plan is replaced. Now write down the one that takes its place.",
}
both = require_http_methods(["GET", "POST"])


@needs(Can.LIST_COMPLIANCE)
@require_safe
def visit_list(request: Request) -> HttpResponse:
    """List the visits of authorities to the homes whose papers the person may read."""
    choices = queries.homes_to_choose(request.person)
    form = forms.VisitFilter(request.GET, homes=choices)
    wanted = form.cleaned_data if form.is_valid() else {}
    one = wanted.get("facility") or (choices[0][0] if len(choices) == 1 else "")
    home = homes.home_with_papers(request.person, UUID(one)) if one else None
    context = {
        "form": form,
        "page": queries.visits_page(request.person, after=request.GET.get("after"), **wanted),
        "filtered": any(wanted.values()),
        "home": home,
        "totals": homes.inspection_totals(home) if home else None,
        "may_record": request.person.may(Can.CHANGE_FACILITY),
        "may_change": home is not None and Can.CHANGE_FACILITY in rights_on(request.person, home),
    }
    return render(request, "inspections/list.html", context)


@needs(Can.CHANGE_FACILITY)
@both
def record(request: Request, pk: UUID) -> HttpResponse:
    """Record that an authority has visited the home."""
    home = homes.home_to_run(request.person, pk)
    form = forms.InspectionForm(request.POST or None, papers=homes.papers(home))
    act = lambda: operations.record_inspection(home, **form.given, by=request.person)  # noqa: E731
    back = f"{reverse('compliance:inspections')}?facility={home.pk}"
    page = lambda made: reverse("compliance:inspection", args=[made.pk])  # noqa: E731
    shown = {"title": "Record a visit of an authority", "button": "Record it", "back": back}
    return saved(request, home, form, act, page, "The visit is recorded. Now describe each citation.", **shown)


@needs(*HOME_PAPER_RIGHTS)
@require_safe
def inspection(request: Request, pk: UUID) -> HttpResponse:
    """Show one visit: what was counted, what is described, and how each citation stands."""
    found = queries.visit(request.person, pk)
    home = found.row.facility
    context = {
        "visit": found,
        "home": home,
        "zone": home.zone,
        "may_change": Can.CHANGE_FACILITY in rights_on(request.person, home),
        "may_list": request.person.may(Can.LIST_COMPLIANCE),
    }
    return render(request, "inspections/visit.html", context)


@needs(Can.CHANGE_FACILITY)
@both
def add_citation(request: Request, pk: UUID) -> HttpResponse:
    """Describe one thing that was cited at a visit."""
    found = queries.visit_to_change(request.person, pk)
    form = forms.CitationForm(request.POST or None, rules=queries.rules_for(found.facility))
    act = lambda: operations.add_citation(found, **form.given, by=request.person)  # noqa: E731
    page = lambda made: reverse("compliance:citation", args=[made.pk])  # noqa: E731
    shown = {"title": "Describe a citation", "button": "Save", "back": reverse("compliance:inspection", args=[pk])}
    return saved(
        request, found.facility, form, act, page, "The citation is kept. Now plan how it is put right.", **shown
    )


@needs(*HOME_PAPER_RIGHTS)
@both
def citation(request: Request, pk: UUID) -> HttpResponse:
    """Show one citation with its plans, and take the next step from whoever runs or supervises the home."""
    found = queries.citation(request.person, pk)
    if request.method == "POST" and (went_to := saved_before(request)):
        return redirect(went_to)
    visit, home = found.row.inspection, found.row.inspection.facility
    may_change = found.open and Can.CHANGE_FACILITY in rights_on(request.person, home)
    form = next_form(request, found) if may_change else None
    if form is not None and form.is_valid():
        act = lambda: go_on(request, found, form)  # noqa: E731
        if response := submit(request, form, act, lambda _: reverse("compliance:citation", args=[pk])):
            messages.success(request, SAID["plan" if found.plan is None else form.given["step"]])
            return response
    elif request.method == "POST" and (form is None or not form.is_bound):
        messages.info(request, "Somebody has gone on with this meanwhile. Nothing was saved; read how it stands now.")
    context = {
        "cited": found,
        "visit": visit,
        "home": home,
        "zone": home.zone,
        "form": form,
        "may_end": may_change,
        "findings": queries.findings_of(found.row, request.person),
        "changes": queries.history(found),
    }
    return render(request, "inspections/citation.html", context)


def next_form(request: Request, found: queries.Cited) -> FormKey | None:
    """Return the form for what comes next: a plan, or what has happened with it; filled in where it was sent."""
    doing = "plan" if found.plan is None else str(found.plan.pk)
    sent = request.POST if request.POST.get("doing") == doing else None
    if found.plan is None:
        return forms.CorrectionForm(sent, owners=queries.owners_for(found.row.inspection.facility))
    form = forms.PlanStepForm(sent, plan=found.plan)
    return form if form.fields["step"].choices else None  # type: ignore[attr-defined]


def go_on(request: Request, found: queries.Cited, form: FormKey) -> Any:
    """Do what the form says."""
    plan, said, by = found.plan, form.given, request.person
    if plan is None:
        return operations.plan_correction(found.row, **said, by=by)
    if said["step"] == "sent":
        return operations.send_correction(plan, on=said["on"], by=by)
    if said["step"] == "done":
        return operations.do_correction(plan, on=said["on"], note=said["note"], by=by)
    outcome = CorrectionPlan.Outcome(said["step"])
    return operations.answer_correction(plan, outcome=outcome, on=said["on"], note=said["note"], by=by)


@needs(Can.CHANGE_FACILITY)
@both
def end_citation(request: Request, pk: UUID) -> HttpResponse:
    """Write down that a citation is cleared, taken back, or was a mistake."""
    found = queries.citation(request.person, pk).row
    home = homes.home_to_run(request.person, found.inspection.facility_id)
    form = forms.EndCitationForm(request.POST or None)
    act = lambda: operations.end_citation(found, **form.given, by=request.person)  # noqa: E731
    back = reverse("compliance:citation", args=[pk])
    shown = {"title": "Close a citation", "button": "Close it", "back": back, "lead": found.section}
    return saved(request, home, form, act, lambda _: back, "The citation is closed.", **shown)


def saved(
    request: Request,
    home: Facility,
    form: FormKey,
    act: Callable[[], Any],
    to: Callable[[Any], str],
    said: str,
    **shown: str,
) -> HttpResponse:
    """Show ``form`` about the home; when it was sent and is right, do ``act`` once, say so and go on."""
    if form.is_valid() and (response := submit(request, form, act, to)):
        messages.success(request, said)
        return response
    return render(request, "facilities/form.html", {"form": form, "home": home, **shown})
