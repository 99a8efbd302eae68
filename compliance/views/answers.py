"""What became of what the reader had proposed, until they have read it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from compliance import operations
from compliance.queries.answers import answer_for
from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import submit
from placement.ui.forms import FormKey


@needs(Can.SIGN_IN)
def answer(request: Request, kind: str, pk: UUID) -> HttpResponse:
    """Show one answer to this person, and take it from their work page once they have read it."""
    found = answer_for(request.person, kind, pk)
    form = FormKey(request.POST or None)
    if form.is_valid():
        act = lambda: operations.read_answer(found, by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda _: reverse("work")):
            messages.success(request, "It stands on your work page no more.")
            return response
    return render(request, "work/answer.html", {"answer": found, "form": form})
