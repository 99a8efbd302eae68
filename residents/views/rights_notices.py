"""Reading the rights out with a young person, signing, and the copies to print."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from placement.access.guard import needs
from placement.access.opened import note_exported
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import submit
from placement.audit.clock import now
from residents import operations
from residents.forms.rights_notices import RightsNoticeForm
from residents.models import RightsNotice
from residents.queries import rights_notices as queries
from residents.queries.contacts import CALLERS
from residents.queries.record import RIGHTS, open_record
from residents.rights_texts import LANGUAGES


@needs(Can.LOG_CARE, Can.KEEP_CASE)
def read_out(request: Request, pk: UUID) -> HttpResponse:
    """Show the rights in large letters, in the language that is asked for, and take the young person's answer."""
    record = open_record(request.person, pk, Can.LOG_CARE, Can.KEEP_CASE, current=RIGHTS)
    language = queries.language_wanted(record, request.GET.get("language", ""))
    text = queries.text_for(record, language)
    form = RightsNoticeForm(request.POST or None, person=request.person, resident=record.resident)
    if form.is_valid():

        def act() -> RightsNotice:
            return operations.read_out_rights(
                record.resident,
                **form.given,
                facility=record.stay.facility if record.stay and record.may(Can.LOG_CARE) else None,
                jurisdiction=queries.state_of(record),
                text=text.words,
                text_language=language,
                by=request.person,
            )

        if response := submit(request, form, act, lambda made: reverse("residents:rights_notice", args=[pk, made.pk])):
            messages.success(request, "It is kept that the rights were read out.")
            return response
    context = {
        "record": record,
        "form": form,
        "text": text,
        "language": language,
        "languages": LANGUAGES.items(),
        "interpreter_for": queries.needs_interpreter(record),
        "zone": record.zone,
    }
    return render(request, "residents/read_out.html", context)


@needs(Can.LOG_CARE, Can.KEEP_CASE)
@require_safe
def copy(request: Request, pk: UUID) -> HttpResponse:
    """Show the rights alone, to print, before anything is signed."""
    record = open_record(request.person, pk, Can.LOG_CARE, Can.KEEP_CASE, current=RIGHTS)
    language = queries.language_wanted(record, request.GET.get("language", ""))
    note_exported()
    context = {"record": record, "text": queries.text_for(record, language), "language": language, "printed_at": now()}
    return render(request, "residents/rights_copy.html", context | {"zone": record.zone})


@needs(*CALLERS)
@require_safe
def notice(request: Request, pk: UUID, row: UUID) -> HttpResponse:
    """Show a reading as it was signed, to print once more. It holds the numbers of people outside."""
    record = open_record(request.person, pk, *CALLERS, current=RIGHTS)
    note_exported()
    context = {"record": record, "notice": queries.notice_for(request.person, pk, row), "zone": record.zone}
    return render(request, "residents/rights_notice.html", context)
