"""Emergency access: asking for it, ending it, and judging it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from placement.access import tries
from placement.access.factors import TOO_MANY
from placement.access.guard import needs
from placement.access.opened import note_opened
from placement.access.posting import post_only
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import submit
from residents import operations
from residents.forms.emergencies import BreakGlassForm, EndForm, JudgeForm
from residents.models import BreakGlass
from residents.queries import emergencies
from residents.queries.opened import by_emergency


@needs(Can.BREAK_GLASS)
def new(request: Request) -> HttpResponse:
    """Open one closed record for two hours. Wrong codes are counted like wrong passwords."""
    person = request.person
    form = BreakGlassForm(request.POST or None, person=person)
    counted = f"code {person.pk}"  # by the person alone: from how many places does not matter
    if form.is_valid():
        if tries.too_many(counted, counted):
            form.add_error("code", TOO_MANY)
        else:
            given = {"reason": form.cleaned_data["reason"], "by": person}
            act = lambda: operations.break_glass(form.cleaned_data["code"], **given)  # noqa: E731
            if response := submit(request, form, act, lambda glass: to_record(glass)):
                return response
            if form.has_error("code"):
                tries.failed(counted, counted)
    return render(request, "break_glass/new.html", {"form": form})


def to_record(glass: BreakGlass) -> str:
    """Return the address of the record, which is noted as opened by this."""
    note_opened(glass)
    return reverse("residents:detail", args=[glass.resident_id])


@needs(Can.VIEW_CODE)
@post_only("break_glass:judge")
def end(request: Request, pk: UUID) -> HttpResponse:
    """End the own emergency access now."""
    glass = emergencies.own(request.person, pk)
    form = EndForm(request.POST)
    if form.is_valid():
        act = lambda: operations.end_emergency(glass, by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda _: reverse("work")):
            messages.success(request, "The emergency access has ended.")
            return response
    return redirect("work")


@needs(Can.VIEW_AUDIT)
def judge(request: Request, pk: UUID) -> HttpResponse:
    """Read why somebody used emergency access and what they opened, and judge it."""
    person = request.person
    glass = emergencies.to_audit(person).get(pk=pk)
    form = JudgeForm(request.POST or None)
    may_judge = glass.judged_by_id is None and glass.person_id != person.pk
    if may_judge and form.is_valid():
        act = lambda: operations.judge_emergency(glass, **form.given, by=person)  # noqa: E731
        if response := submit(request, form, act, lambda _: reverse("break_glass:judge", args=[pk])):
            messages.success(request, "Your judgement is signed.")
            return response
    context = {"glass": glass, "form": form, "may_judge": may_judge, "opened": by_emergency(glass)}
    return render(request, "break_glass/judge.html", context)
