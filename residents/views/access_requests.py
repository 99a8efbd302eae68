"""Asking for a record that is closed to one, and deciding about it."""

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
from placement.access.visible import rights_on
from placement.database.constraints import Refused
from residents import operations
from residents.forms.access_requests import DecideForm, EndForm, LookForm, PurposeForm
from residents.operations.access_requests import Preview, preview
from residents.queries import access_requests


@needs(Can.ASK_ACCESS)
def new(request: Request) -> HttpResponse:
    """Look a record up by its exact code, see whose it is, and ask for it. Wrong codes are counted like wrong passwords."""
    person, purpose = request.person, None
    form = LookForm(request.POST or None)
    found = looked_up(request, form)
    if found:
        asks = "purpose" in request.POST
        purpose = PurposeForm(request.POST if asks else None, initial={"code": found.code})
        if asks and purpose.is_valid():
            act = lambda: operations.ask_access(**purpose.given, by=person)  # noqa: E731
            if response := submit(request, purpose, act, lambda _: reverse("access_requests:new")):
                messages.success(request, "You have asked. The answer stands on this page.")
                return response
    context = {"form": form, "found": found, "purpose": purpose, "own": access_requests.own(person)}
    return render(request, "access_requests/new.html", context)


def looked_up(request: Request, form: LookForm) -> Preview | None:
    """Return what may be known of the record that the form names, or ``None`` with the error in the form."""
    if not form.is_valid():
        return None
    counted = f"code {request.person.pk}"  # by the person alone: from how many places does not matter
    if tries.too_many(counted, counted):
        form.add_error("code", TOO_MANY)
        return None
    try:
        found = preview(form.cleaned_data["code"], request.person)
        note_opened(found.resident)
        return found
    except Refused as refused:
        tries.failed(counted, counted)
        form.add_error("code", refused.sentence)
        return None


@needs(Can.KEEP_CASE, Can.ASSIGN_TEAM, Can.WRITE_CLINICAL)
def decide(request: Request, pk: UUID) -> HttpResponse:
    """Read who asks for the record, or for a part of it, and what for, and open it for a time, or refuse."""
    person = request.person
    asked = access_requests.to_look_at(person).get(pk=pk)
    form = DecideForm(request.POST or None, person=person, asked=asked)
    own = asked.asker_id == person.pk
    decides = bool(rights_on(person, asked.resident).intersection(asked.deciders))
    may_decide = decides and not asked.decision and not own
    if may_decide and form.is_valid():
        act = lambda: operations.decide_access(asked, **form.given, by=person)  # noqa: E731
        if response := submit(request, form, act, lambda _: reverse("access_requests:decide", args=[pk])):
            messages.success(request, "Your decision is signed.")
            return response
    context = {"asked": asked, "form": form, "may_decide": may_decide, "own": own}
    context["end"] = EndForm() if asked.is_open else None
    return render(request, "access_requests/decide.html", context)


@needs(Can.KEEP_CASE, Can.ASSIGN_TEAM, Can.WRITE_CLINICAL)
@post_only("access_requests:decide")
def end(request: Request, pk: UUID) -> HttpResponse:
    """Take back access that was given, now."""
    asked = access_requests.to_look_at(request.person).get(pk=pk)
    page, form = reverse("access_requests:decide", args=[pk]), EndForm(request.POST)
    if form.is_valid():
        act = lambda: operations.end_access(asked, by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda _: page):
            messages.success(request, "The access has ended.")
            return response
    return redirect(page)
