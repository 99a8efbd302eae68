"""Very many records opened in a short time: the list, and one of them to judge."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from compliance.forms import JudgeUnusualForm
from compliance.queries.unusual import openings
from placement.access import unusual as operations
from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import submit
from placement.ui.paging import keyset_page


@needs(Can.READ_AUDIT)
def unusual(request: Request) -> HttpResponse:
    """List who opened very many records, and what was thought of it."""
    page = keyset_page(operations.unusual(), order=("-at", "-pk"), after=request.GET.get("after"), size=50)
    return render(request, "audit/unusual.html", {"page": page})


@needs(Can.READ_AUDIT)
def judge(request: Request, pk: UUID) -> HttpResponse:
    """Read what somebody opened, and judge it; only the records that the reader audits are named."""
    person, found = request.person, operations.unusual().get(pk=pk)
    form = JudgeUnusualForm(request.POST or None)
    may_judge = not found.judgement and found.person_id != person.pk
    if may_judge and form.is_valid():
        act = lambda: operations.judge_unusual(found, **form.given, by=person)  # noqa: E731
        if response := submit(request, form, act, lambda _: reverse("audit:unusual")):
            messages.success(request, "Your judgement is signed.")
            return response
    context = {"found": found, "form": form, "may_judge": may_judge, "openings": openings(found, person)}
    return render(request, "audit/judge_unusual.html", context)
