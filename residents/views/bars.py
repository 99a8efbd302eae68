"""Bars of supervisors: judging them from outside the young person's unit."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from placement.access.guard import needs
from placement.access.opened import note_opened
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import submit
from residents import operations
from residents.forms.bars import JudgeBarForm
from residents.queries import bars


@needs(Can.READ_AUDIT)
def judge(request: Request, pk: UUID) -> HttpResponse:
    """Read who barred whom, since when and why, and nothing else of the record, and judge it."""
    bar, code = bars.to_judge(request.person, pk)
    note_opened(bar)
    form = JudgeBarForm(request.POST or None, bar=bar)
    if not bar.judgement and form.is_valid():
        act = lambda: operations.judge_bar(bar, **form.given, by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda _: reverse("bars:judge", args=[pk])):
            messages.success(request, "Your judgement is signed.")
            return response
    return render(request, "bars/judge.html", {"bar": bar, "code": code, "form": form})
