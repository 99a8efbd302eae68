"""Corrective action: on the page of its finding one form at a time, that of the next step; and the page to change a plan."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from compliance import forms, operations
from compliance.models import Finding
from compliance.parts import ANSWER_FOR
from compliance.queries import corrective, proofs
from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import submit


@dataclass(frozen=True)
class Next:
    """What the reader can do now: a form, what it does (``doing`` in words of the form), and what is said when it is done.

    ``words``: what comes before and after this step; empty where the form says it.
    """

    doing: str
    heading: str
    button: str
    form: Any
    act: Callable[[], Any]
    said: str
    words: str = ""


def next_of(request: Request, found: Finding, actions: list[corrective.Action], rights: frozenset[Can]) -> Next | None:
    """Return the form for what comes next of a finding, if it is for the reader; filled in where it was sent."""
    open_ = next((action for action in actions if not action.row.verified_at), None)
    if open_ is None:
        plans = corrective.may_plan(rights) and corrective.can_be_planned(found, actions)
        return _plan(request, found) if plans else None
    if open_.may_step:
        return _step(request, found, open_)
    if open_.may_report:
        return _report(request, open_)
    return _judge(request, open_) if open_.may_judge else None


def _sent(request: Request, doing: str) -> Any:
    return request.POST if request.POST.get("doing") == doing else None


def _plan(request: Request, found: Finding) -> Next:
    form = forms.PlanForm(_sent(request, "plan"), owners=corrective.owners_for(found))
    act = lambda: operations.plan_corrective_action(found, **form.given, by=request.person)  # noqa: E731
    words = (
        "A plan keeps it from happening again. The owner does the steps and reports them; then somebody else checks."
    )
    return Next("plan", "Plan what is done about it", "Save the plan", form, act, "The plan is saved.", words)


def _step(request: Request, found: Finding, action: corrective.Action) -> Next:
    steps = {str(step.number): step for step in action.open_steps}
    form = forms.StepForm(
        _sent(request, "step"),
        steps=[(number, step.what) for number, step in steps.items()],
        files=proofs.files_for(found, request.person),
        initial={"step": next(iter(steps))},
    )

    def act() -> Any:
        said = form.given
        return operations.do_corrective_step(steps[said.pop("step")], **said, by=request.person)

    return Next("step", "Write down a step that was done", "Save", form, act, "The step is written down.")


def _report(request: Request, action: corrective.Action) -> Next:
    form = forms.ReportForm(_sent(request, "report"))
    act = lambda: operations.report_corrective_action(action.row, **form.given, by=request.person)  # noqa: E731
    said = "It is reported as done. Somebody else verifies it."
    return Next("report", "Say that all of it is done", "Report as done", form, act, said)


def _judge(request: Request, action: corrective.Action) -> Next:
    form = forms.JudgeActionForm(_sent(request, "judge"))

    def act() -> Any:
        words = form.cleaned_data["words"]
        if form.cleaned_data["decision"] == "verified":
            return operations.verify_corrective_action(action.row, note=words, by=request.person)
        return operations.send_back_corrective_action(action.row, reason=words, by=request.person)

    return Next("judge", "Verify it, or send it back", "Sign", form, act, "Your decision is signed.")


@needs(*sorted(ANSWER_FOR))
def change(request: Request, pk: UUID) -> HttpResponse:
    """Change the plan of a corrective action that is being done, with the reason."""
    action = corrective.action_to_change(request.person, pk)
    page = reverse("compliance:finding", args=[action.finding_id])
    cause = corrective.cause_to_change(action, request.person)
    owners = corrective.owners_for(action.finding)
    kept = {"cause": cause, "owner": owners.filter(pk=action.owner_id).first(), "due_on": action.due_on}
    form = forms.ChangeActionForm(request.POST or None, owners=owners, initial=kept)
    if form.is_valid():
        act = lambda: operations.change_corrective_action(action, **form.given, by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda _: page):
            messages.success(request, "The plan is changed. History keeps what it said before.")
            return response
    return render(request, "compliance/change_action.html", {"action": action, "form": form, "back": page})
