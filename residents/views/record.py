"""One young person's record: the overview and the pages under it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from placement.access.guard import needs
from placement.access.opened import note_exported
from placement.access.request import Request
from placement.access.rights import Can
from placement.audit.clock import now
from placement.ui.moments import date_in_address
from placement.ui.paging import keyset_page
from residents.forms.people import CareFilter, PaperForm
from residents.models import AccessRequest, Resident
from residents.operations.complaints import GIVES_CODES
from residents.queries import access_requests, disclosures, medication, parts, sealings, seals
from residents.queries import activities as offers
from residents.queries import care as care_log
from residents.queries import clinical as therapy
from residents.queries import contacts as outside
from residents.queries import history as trail
from residents.queries import my_day as days
from residents.queries import opened as openings
from residents.queries import timeline as events
from residents.queries.missing import missing_times
from residents.queries.record import NEEDED, Record, last_days, next_steps, open_case_of, open_record, team_of
from residents.queries.retention import gone, holds_on


def show(request: Request, record: Record, **context: Any) -> HttpResponse:
    """Draw the page of the record that is current."""
    return render(request, f"residents/{record.current}.html", {"record": record, "zone": record.zone, **context})


@needs(*NEEDED["detail"])
def detail(request: Request, pk: UUID) -> HttpResponse:
    """The overview: what is next, the last days, the team, and the parts that are open to this person."""
    try:
        record = open_record(request.person, pk, *NEEDED["detail"])
    except Resident.DoesNotExist:
        if left := gone(request.person, pk):
            return render(request, "residents/gone.html", {"left": left})
        raise
    case = open_case_of(record.resident) if record.may(Can.VIEW_CASE_SUMMARY) else None
    return show(
        request,
        record,
        case=case,
        steps=next_steps(record, case) if record.may(Can.VIEW_CARE_PROFILE) else [],
        entries=[care_log.line_of(entry) for entry in last_days(record)] if record.may(Can.VIEW_CARE_LOG) else [],
        seen=care_log.last_round(record),
        team=team_of(record),
        holds=holds_on(record),
        sealing=sealings.opened(record),
    )


@needs(*NEEDED["timeline"])
def timeline(request: Request, pk: UUID) -> HttpResponse:
    """Everything of note, newest first."""
    record = open_record(request.person, pk, *NEEDED["timeline"], current="timeline")
    found, token = events.timeline(record, after=request.GET.get("after"))
    return show(request, record, events=found, token=token, paged="after" in request.GET)


@needs(*NEEDED["plan"])
def plan(request: Request, pk: UUID) -> HttpResponse:
    """The plan of the day, languages, alerts, and the goal of the case."""
    record = open_record(request.person, pk, *NEEDED["plan"], current="plan")
    case = open_case_of(record.resident) if record.may(Can.VIEW_CASE) else None
    plans = parts.look_plans(record)
    return show(request, record, case=case, alerts=parts.alerts(record), look_plans=plans, moment=now())


@needs(*NEEDED["care"])
def care(request: Request, pk: UUID) -> HttpResponse:
    """The care log."""
    record = open_record(request.person, pk, *NEEDED["care"], current="care")
    form = CareFilter(request.GET)
    form.is_valid()
    page = care_log.care_page(record, form.cleaned_data, after=request.GET.get("after"))
    return show(request, record, page=page, form=form, parity=offers.parity(record))


@needs(Can.VIEW_CARE_LOG)
def activities(request: Request, pk: UUID) -> HttpResponse:
    """What was offered in the last 30 days, and in how much the young person took part."""
    record = open_record(request.person, pk, Can.VIEW_CARE_LOG, current="care")
    context = {"record": record, "zone": record.zone, "parity": offers.parity(record)}
    return render(request, "residents/activities.html", context)


@needs(*NEEDED["care"])
def care_paper(request: Request, pk: UUID) -> HttpResponse:
    """A day or a week of the care log, to print."""
    record = open_record(request.person, pk, *NEEDED["care"], current="care")
    form = PaperForm(request.GET)
    form.is_valid()
    today = now().astimezone(record.zone).date()
    days = int(form.cleaned_data.get("days") or 1)
    first = form.cleaned_data.get("day") or today - timedelta(days=days - 1)
    note_exported()
    context = {"form": form, "paper": care_log.care_paper(record, first, days), "zone": record.zone, "record": record}
    context["printed_at"] = now()
    context["called"] = record.name if form.cleaned_data.get("by") == "name" else record.resident.code
    return render(request, "residents/care_paper.html", context)


@needs(Can.VIEW_CARE_LOG)
def my_day(request: Request, pk: UUID) -> HttpResponse:
    """What is written about one day, in plain words, to read together with the young person."""
    record = open_record(request.person, pk, Can.VIEW_CARE_LOG, current="care")
    form = PaperForm(request.GET)
    form.is_valid()
    today = now().astimezone(record.zone).date()
    day = min(form.cleaned_data.get("day") or today, today)
    context = {"record": record, "zone": record.zone, "found": days.my_day(record, day)}
    context["before"] = date_in_address(day - timedelta(days=1))
    context["after"] = date_in_address(day + timedelta(days=1)) if day < today else ""
    if record.stay and record.may(Can.LOG_CARE):
        context["log_url"] = reverse("facilities:log-care", args=[record.stay.facility_id, record.resident.pk])
    return render(request, "residents/my_day.html", context)


@needs(*NEEDED["contacts"])
def contacts(request: Request, pk: UUID) -> HttpResponse:
    """People outside, and the contacts that happened."""
    record = open_record(request.person, pk, *NEEDED["contacts"], current="contacts")
    page = keyset_page(
        outside.readable(request.person).filter(resident=record.resident),
        order=("-happened_at",),
        after=request.GET.get("after"),
        size=25,
    )
    return show(
        request,
        record,
        people=outside.listed(request.person, record.resident),
        gap=outside.gap_of(record.resident, record.stay.starts_at if record.stay else None),
        longest_gap=outside.LONGEST_GAP.days,
        calls=record.may(*outside.CALLERS),
        limits=outside.limits(request.person, record.resident),
        gives_codes=record.may(*GIVES_CODES),
        changes=outside.changes(request.person).filter(resident=record.resident, decision=""),
        lines=outside.lines(page.rows, record.zone),
        page=page,
    )


@needs(*NEEDED["health"])
def health(request: Request, pk: UUID) -> HttpResponse:
    """Allergies and medical alerts, health and medication entries, the newest clinical notes, clinical papers."""
    record = open_record(request.person, pk, *NEEDED["health"], current="health")
    page = care_log.care_page(record, {}, after=request.GET.get("after"), kinds=care_log.HEALTH_KINDS)
    papers = care_log.clinical_documents(record) if record.may(Can.VIEW_CLINICAL) else []
    return show(
        request,
        record,
        page=page,
        alerts=care_log.medical_alerts(record),
        notes=therapy.newest_notes(record),
        papers=papers,
        **medication.orders_of(record),
        **clinical_access(record),
    )


def clinical_access(record: Record) -> dict[str, Any]:
    """Return to whom a clinician on the team has opened the notes, or whether this person waits to be one of them."""
    if record.may(Can.WRITE_CLINICAL):
        return {"given": access_requests.open_now(record.person, record.resident)}
    if record.may(Can.KEEP_CASE, Can.ASSIGN_TEAM) and not record.may(Can.VIEW_CLINICAL):
        return {"waits": access_requests.waits(record.person, record.resident, AccessRequest.AskedFor.CLINICAL)}
    return {}


@needs(Can.VIEW_CLINICAL)
def clinical_notes(request: Request, pk: UUID) -> HttpResponse:
    """All clinical notes."""
    record = open_record(request.person, pk, Can.VIEW_CLINICAL, current="health")
    page = therapy.notes_page(record, after=request.GET.get("after"))
    context = {"record": record, "zone": record.zone, "page": page}
    return render(request, "residents/clinical_notes.html", context)


@needs(*NEEDED["incidents"])
def incidents(request: Request, pk: UUID) -> HttpResponse:
    """The incidents that name the young person."""
    record = open_record(request.person, pk, *NEEDED["incidents"], current="incidents")
    page = parts.incidents_page(record, after=request.GET.get("after"))
    return show(request, record, page=page, missing=missing_times(record))


@needs(*NEEDED["placements"])
def placements(request: Request, pk: UUID) -> HttpResponse:
    """Where the young person has lived."""
    record = open_record(request.person, pk, *NEEDED["placements"], current="placements")
    return show(request, record, stays=parts.stays(record))


@needs(*NEEDED["documents"])
def documents(request: Request, pk: UUID) -> HttpResponse:
    """The documents in the open parts of the record."""
    record = open_record(request.person, pk, *NEEDED["documents"], current="documents")
    page = parts.documents_page(record, after=request.GET.get("after"))
    sealed = seals.seals_on(record, page.rows)
    for row in page.rows:
        row.seal = sealed.get(row.pk)
    context = {**seals.withheld_by_seal(record), **sealings.of_record(record)}
    return show(request, record, page=page, may_file=parts.may_file(record), **context)


@needs(*NEEDED["confidential"])
def confidential(request: Request, pk: UUID) -> HttpResponse:
    """The confidential parts, each under its own right."""
    record = open_record(request.person, pk, *NEEDED["confidential"], current="confidential")
    return show(request, record, **parts.confidential(record))


@needs(*NEEDED["team"])
def team(request: Request, pk: UUID) -> HttpResponse:
    """Who works on the case, for the supervisor who assigns."""
    record = open_record(request.person, pk, *NEEDED["team"], current="team")
    given = access_requests.open_now(request.person, record.resident)
    return show(request, record, conflicts=parts.conflicts(record), given=given, **parts.case_work(record))


@needs(*NEEDED["history"])
def history(request: Request, pk: UUID) -> HttpResponse:
    """Who changed what, before and after."""
    record = open_record(request.person, pk, *NEEDED["history"], current="history")
    entries = request.GET.get("entries") == "all"
    changes, token = trail.record_history(record, before=request.GET.get("before"), entries=entries)
    acts = trail.acts(changes)
    trail.put_back(record, acts)
    return show(request, record, acts=acts, token=token, scope=trail.scope(record), entries=entries)


@needs(Can.VIEW_AUDIT)
def opened(request: Request, pk: UUID) -> HttpResponse:
    """Who has opened this record, each time."""
    record = open_record(request.person, pk, Can.VIEW_AUDIT, current="history")
    looks, page = openings.looks(record, after=request.GET.get("after"))
    return render(
        request, "residents/opened.html", {"record": record, "zone": record.zone, "looks": looks, "page": page}
    )


@needs(Can.VIEW_AUDIT)
def opened_in_plain_words(request: Request, pk: UUID) -> HttpResponse:
    """Who has opened this record, in plain words, to print for the young person."""
    record = open_record(request.person, pk, Can.VIEW_AUDIT, current="history")
    note_exported()
    context = {"record": record, "zone": record.zone, "readers": openings.readers(record)}
    context["given"] = disclosures.in_plain_words(record)
    return render(request, "residents/opened_in_plain_words.html", context)
