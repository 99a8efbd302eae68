"""Inspection binders: those of a home with the form for a new one, one of them, and its files."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from compliance import forms, operations
from compliance.binder import files
from compliance.models import Binder
from compliance.queries import binders as queries
from placement.access.guard import needs
from placement.access.opened import note_exported
from placement.access.request import Request
from placement.access.submit import submit
from placement.audit.clock import now
from placement.ui.attachments import attachment
from residents.models import HOME_PAPER_RIGHTS


@needs(*HOME_PAPER_RIGHTS)
def binders(request: Request, pk: UUID) -> HttpResponse:
    """List the binders of a home, make one, and look one up by its fingerprint."""
    home = queries.home_to_inspect(request.person, pk)
    today = now().astimezone(home.zone).date()
    initial = {"since": today - queries.YEAR + timedelta(days=1), "until": today}
    form = forms.BinderForm(request.POST or None, initial=initial)
    if form.is_valid():
        act = lambda: operations.make_binder(home, **form.given, by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda made: reverse("compliance:binder", args=[made.pk])):
            messages.success(request, "The binder is made. Take its files within 24 hours.")
            return response
    asked = request.GET.get("fingerprint", "").strip()
    context = {
        "home": home,
        "form": form,
        "page": queries.binders_page(home, request.GET.get("after")),
        "asked": asked,
        "check": forms.FingerprintForm(request.GET if asked else None),
        "found": queries.with_fingerprint(home, asked) if asked else [],
    }
    return render(request, "compliance/binders.html", context)


@needs(*HOME_PAPER_RIGHTS)
@require_safe
def binder(request: Request, pk: UUID) -> HttpResponse:
    """Show what is in a binder, and where its files are."""
    found = queries.binder_for(request.person, pk)
    context = {
        "binder": found,
        "home": found.facility,
        "closed": queries.why_closed(request.person, found),
        "counts": queries.counts_for(request.person, found),
    }
    return render(request, "compliance/binder.html", context)


@needs(*HOME_PAPER_RIGHTS)
@require_safe
def binder_pdf(request: Request, pk: UUID) -> HttpResponse:
    """Hand out a binder as a PDF."""
    return hand_out(request, pk, "compliance:binder_pdf", files.pdf, "application/pdf", "pdf")


@needs(*HOME_PAPER_RIGHTS)
@require_safe
def binder_tables(request: Request, pk: UUID) -> HttpResponse:
    """Hand out the tables of a binder as a ZIP."""
    return hand_out(request, pk, "compliance:binder_tables", files.tables, "application/zip", "zip")


def hand_out(
    request: Request, pk: UUID, page: str, made: Callable[[Binder, Any], bytes], content_type: str, ending: str
) -> HttpResponse:
    """Answer with a file as an attachment, and log it as one; where it is closed or rationed, lead to the page that says why."""
    found = queries.binder_for(request.person, pk)
    if queries.why_closed(request.person, found):
        return redirect("compliance:binder", pk)
    if queries.are_taken_enough(found, page):
        messages.error(request, queries.TAKEN_ENOUGH)
        return redirect("compliance:binder", pk)
    note_exported()
    name = f"binder-{found.until.isoformat()}.{ending}"
    return attachment(made(found, found.content()), content_type=content_type, name=name)
