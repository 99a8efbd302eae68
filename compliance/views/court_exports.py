"""Sealed exports for courts: the list, asking for one, one of them with its decision, and its files."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from compliance import court_forms as forms
from compliance import operations
from compliance.court import files, proofs
from compliance.court.subject import FOR_HOME, Subject
from compliance.models import CourtExport
from compliance.queries import court_exports as queries
from compliance.views.seconds import naming
from placement.access.guard import needs
from placement.access.opened import note_audited, note_exported
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import submit
from placement.audit.clock import now
from placement.audit.seals.keys import NoKey
from placement.database.context import set_reason
from placement.facilities.models import Facility
from placement.ui.attachments import attachment
from residents.models import Incident, Resident

MONTH = timedelta(days=30)
FILES = "audit:export_files"
NOT_PROVEN = (
    "A row of this export, or a seal, is not as it was, so nothing is handed out. Tell the agency's technician: “audit verify”"
    " names it."
)
NO_KEY = "The public key of the seals is not set up on this server. Tell the agency's technician."
ASKED = "The export is kept as the record stands now. Another supervisor must approve it; it stands on their My work."


@needs(Can.READ_AUDIT)
@require_safe
def exports(request: Request) -> HttpResponse:
    """List the exports about young people, incidents and homes that this person supervises."""
    page = queries.exports_page(request.person, request.GET.get("after"))
    return render(request, "audit/exports.html", {"page": page})


@needs(Can.VIEW_AUDIT)
def ask_of_young(request: Request, pk: UUID) -> HttpResponse:
    """Ask for an export about a young person."""
    return _ask(request, Resident(pk=pk))


@needs(FOR_HOME, names_young=True)
def ask_of_incident(request: Request, pk: UUID) -> HttpResponse:
    """Ask for an export about an incident."""
    return _ask(request, Incident(pk=pk))


@needs(FOR_HOME)
def ask_of_home(request: Request, pk: UUID) -> HttpResponse:
    """Ask for an export about a home."""
    return _ask(request, Facility(pk=pk))


def _ask(request: Request, about: Resident | Incident | Facility) -> HttpResponse:
    thing = queries.subject_for(request.person, about)
    subject = Subject(request.person, thing, now().date(), now().date())
    until = now().astimezone(subject.zone).date()
    initial = {"since": until - MONTH, "until": until}
    form = forms.AskExportForm(request.POST or None, subject=subject, initial=initial)
    if form.is_valid():
        act = lambda: operations.ask_court_export(thing, **form.given, by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda made: reverse("audit:export", args=[made.pk])):
            messages.success(request, ASKED)
            return response
    return render(request, "audit/export_ask.html", {"form": form, "subject": subject})


@needs(Can.VIEW_AUDIT, FOR_HOME)
def export(request: Request, pk: UUID) -> HttpResponse:
    """Show an export; let another supervisor decide it, and who asked for it take it."""
    person, found = request.person, queries.export_for(request.person, pk)
    closed = queries.why_closed(person, found)
    waits = not closed and queries.waits_for_seal(found)
    decides = queries.to_decide(person).filter(pk=pk).exists()
    here, decide, take, name = reverse("audit:export", args=[pk]), None, None, None
    if decides:
        posted = request.POST if "approve" in request.POST or "decision" in request.POST else None
        decide = forms.DecideExportForm(posted, person=person, initial={"seen": found.sha256})
        if decide.is_valid():
            given = decide.given
            act = lambda: operations.decide_court_export(found, **given, by=person)  # noqa: E731
            if response := submit(request, decide, act, lambda _: here):
                messages.success(request, "Your decision is signed.")
                return response
    elif not closed and not waits and found.taken_at is None:
        take = forms.TakeExportForm(request.POST or None, person=person)
        if take.is_valid():
            act = lambda: operations.take_court_export(found, by=person)  # noqa: E731
            if response := submit(request, take, act, lambda _: here):
                messages.success(request, "It stands in the list of what was shared. Take the files now.")
                return response
    elif found.approved is None and found.asked_by_id == person.pk:
        name, answered = naming(request, found, here)
        if answered:
            return answered
    context: dict[str, Any] = {"export": found, "closed": closed, "decide": decide, "take": take, "name": name}
    context |= {"kinds": queries.kinds_of(found), "inside": queries.withheld_of(person, found), "waits": waits}
    return render(request, "audit/export.html", context)


@needs(Can.VIEW_AUDIT, FOR_HOME)
@require_safe
def export_files(request: Request, pk: UUID) -> HttpResponse:
    """Hand out the files as a ZIP, and log it with its purpose; where they are closed, lead to the page that says why."""
    found = queries.export_for(request.person, pk)
    if found.taken_at is None or queries.why_closed(request.person, found) or queries.waits_for_seal(found):
        return redirect("audit:export", pk)
    if queries.is_taken_enough(found, FILES):
        messages.error(request, queries.TAKEN_ENOUGH)
        return redirect("audit:export", pk)
    content, made = found.content(), b""
    try:
        proven = proofs.proofs_of(found, content)
        made = files.files_of(found, content, proven) if proven else b""
    except (proofs.NotProven, NoKey) as error:
        messages.error(request, NO_KEY if isinstance(error, NoKey) else NOT_PROVEN)
        return redirect("audit:export", pk)
    if not made:
        messages.error(request, NOT_PROVEN)
        return redirect("audit:export", pk)
    return _handed_out(found, content, made)


def _handed_out(found: CourtExport, content: Any, made: bytes) -> HttpResponse:
    set_reason(f"{found.recipient}: {found.authority}")
    note_audited("residents", [UUID(pk) for pk in content["young"]], Can.VIEW_AUDIT)
    note_exported()
    return attachment(made, content_type="application/zip", name=f"sealed-export-{str(found.pk)[:8]}.zip")
