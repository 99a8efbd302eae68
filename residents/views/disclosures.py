"""What is shared outside: the list, a new sheet in two steps, the sheet itself, and its way back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render

from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import submit
from placement.ui.attachments import attachment
from residents import operations
from residents.forms import disclosures as forms
from residents.forms.base import OwnSecretForm
from residents.queries import disclosures as queries
from residents.queries.record import Record, open_record
from residents.views.changes import form_page

MADE = (
    "The sheet is made. Read it before you hand it on: addresses and names may have been taken out. Print it or save it within"
    " 24 hours."
)


def show(request: Request, record: Record, name: str, **context: Any) -> HttpResponse:
    """Draw a page about what is shared."""
    return render(request, f"residents/{name}.html", {"record": record, "zone": record.zone, **context})


def open_shared(request: Request, pk: UUID) -> Record:
    """Return the record, for somebody who may share it."""
    return open_record(request.person, pk, Can.DISCLOSE, current="shared")


@needs(Can.DISCLOSE)
def shared(request: Request, pk: UUID) -> HttpResponse:
    """What was shared with whom, and the consents."""
    record = open_shared(request, pk)
    page = queries.disclosures_page(record, after=request.GET.get("after"))
    rows = [{"sheet": sheet, "tells": queries.fields_of(sheet)} for sheet in page.rows]
    consents = queries.consents_page(record, after=request.GET.get("consents"))
    return show(request, record, "shared", page=page, rows=rows, consents=consents, exports=record.may(Can.VIEW_AUDIT))


@needs(Can.DISCLOSE)
def disclose(request: Request, pk: UUID) -> HttpResponse:
    """Choose what to share with whom; see the sheet as it will be; then sign it with the own password or code."""
    record = open_shared(request, pk)
    person, resident = request.person, record.resident
    law = request.GET.get("law", "")[:200]  # of a notification that was made: what was told is written down here
    first = {"basis": "law", "authority": law, "channel": "told"} if law else {}
    form = forms.DiscloseForm(
        request.POST or None, person=person, resident=resident, rights=record.rights, initial=first
    )
    if not form.is_valid() or "change" in request.POST:
        return show(request, record, "disclose", form=form)
    signed = request.POST if "sign" in request.POST else None
    confirm = OwnSecretForm(signed, person=person, initial={"form_key": form.cleaned_data["form_key"]})
    if confirm.is_valid():
        read = request.POST.get("sheet_read") or "nothing"
        act = lambda: operations.disclose(resident, **form.given, seen=read, by=person)  # noqa: E731
        if response := submit(request, confirm, act, lambda sheet: record.url("disclosure", row=sheet.pk)):
            messages.success(request, MADE)
            return response
    lines, seen = queries.draft(record, form.given["fields"])
    context = {"form": form, "confirm": confirm, "lines": lines, "heading": queries.draft_heading(form.given)}
    return show(request, record, "disclose_check", seen=seen, **context)


@needs(Can.DISCLOSE)
def disclosure(request: Request, pk: UUID, row: UUID) -> HttpResponse:
    """One sheet: to whom, on what basis, what it tells, and what became of it."""
    record = open_shared(request, pk)
    sheet = queries.disclosure_for(request.person, pk, row)
    context = {"tells": queries.fields_of(sheet), "reviews": queries.may_review(record, sheet)}
    return show(request, record, "disclosure", sheet=sheet, closed=queries.why_closed(record, sheet), **context)


@needs(Can.DISCLOSE)
def sheet(request: Request, pk: UUID, row: UUID) -> HttpResponse:
    """The sheet itself, to print; where it is closed, why."""
    record = open_shared(request, pk)
    found = queries.disclosure_for(request.person, pk, row)
    context = {"heading": queries.heading(found), "lines": queries.lines_for(record, found)}
    context["only_for_you"] = queries.ONLY_FOR_YOU
    return show(request, record, "sheet", sheet=found, closed=queries.why_closed(record, found), **context)


@needs(Can.DISCLOSE)
def sheet_file(request: Request, pk: UUID, row: UUID) -> HttpResponse:
    """The sheet as a file for a spreadsheet; where it is closed, the page that says why."""
    record = open_shared(request, pk)
    found = queries.disclosure_for(request.person, pk, row)
    if closed := queries.why_closed(record, found):
        return show(request, record, "sheet", sheet=found, closed=closed)
    text, name = queries.as_file(record, found)
    return attachment(text.encode("utf-8-sig"), content_type="text/csv; charset=utf-8", name=name)


record_consent = form_page(
    "Record a consent",
    forms.ConsentForm,
    operations.record_consent,
    Can.DISCLOSE,
    back="shared",
    text="Somebody who may decide has allowed to share parts of this record. Nothing is shared by recording it.",
)
withdraw_consent = form_page(
    "Withdraw a consent",
    forms.WithdrawForm,
    operations.withdraw_consent,
    Can.DISCLOSE,
    back="shared",
    about=queries.consent_for,
    button="Withdraw it",
    done="Withdrawn. Ask for back what was shared by it.",
    text=lambda consent: f"For {consent.recipient}. Nothing more is shared by it from now on.",
)
recall = form_page(
    "Ask for a sheet back",
    forms.RecallForm,
    operations.recall,
    Can.DISCLOSE,
    back="shared",
    about=queries.disclosure_for,
    button="Save that you asked",
    text=lambda sheet: f"It is with {sheet.recipient}, {sheet.handed_to}. Ask first, then write it down here.",
)
answer_recall = form_page(
    "What became of a sheet",
    forms.AnswerForm,
    operations.answer_recall,
    Can.DISCLOSE,
    back="shared",
    about=queries.disclosure_for,
    text=lambda sheet: f"It was with {sheet.recipient}, {sheet.handed_to}.",
)
