"""The record as it stood at a moment: of a young person, and of a home."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from compliance.forms import AsOfForm
from compliance.queries import as_of_home, as_of_young, putting_back
from compliance.queries.as_of import Step
from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.visible import rights_on
from placement.audit.clock import now
from placement.facilities.queries.homes import home_with_papers
from placement.ui.moments import moment_in, moment_in_address
from residents.models import HOME_PAPER_RIGHTS
from residents.queries.record import open_record

A_DAY = timedelta(days=1)
MOST_DIGITS = 4  # of a step; Python refuses to read a number of thousands


def asked_moment(request: Request, zone: ZoneInfo) -> tuple[datetime, AsOfForm]:
    """Return the moment that the address asks for, never one to come, and the form that shows it.

    A typed time goes before the one of a link; a day ago without either, or where the typed one can't be.
    """
    latest = now()
    linked = min(moment_in(request.GET.get("at", "")) or latest - A_DAY, latest)
    known = request.GET.get("known", "")
    typed = AsOfForm(request.GET, zone=zone)
    if typed.is_valid() and not typed.cleaned_data["when"]:
        return linked, AsOfForm(initial={"when": linked, "known": known}, zone=zone)
    return (typed.cleaned_data["when"] if typed.is_valid() else linked), typed


def answer(
    request: Request,
    template: str,
    zone: ZoneInfo,
    find: Callable[[datetime], tuple[list[Any], list[Step], dict[str, Any]]],
    **context: Any,
) -> HttpResponse:
    """Show what ``find`` returns of the moment that is asked for, or go to the moment that the slider names."""
    moment, form = asked_moment(request, zone)
    with timezone.override(zone):
        sections, steps, more = find(moment)
        step = request.GET.get("step", "")
        if step.isascii() and step.isdigit() and len(step) <= MOST_DIGITS and int(step) < len(steps):
            known = {"known": "today"} if request.GET.get("known") == "today" else {}
            return redirect(f"{request.path}?{urlencode({'at': moment_in_address(steps[int(step)].at), **known})}")
        shown = {
            "form": form,
            "sections": sections,
            "steps": steps,
            "last": len(steps) - 1,
            "step": max((number for number, one in enumerate(steps) if one.at <= moment), default=0),
            "moment": moment,
            "at": moment_in_address(moment),
            "today": request.GET.get("known") == "today",
            "zone": zone,
            "differs": sum(section.differs for section in sections),
            "late": sum(len(section.late) for section in sections),
        }
        return render(request, template, shown | more | context)


@needs(Can.VIEW_AUDIT)
@require_safe
def young(request: Request, pk: UUID) -> HttpResponse:
    """The record of a young person as it stood, in the parts that are open to this reader today."""
    record = open_record(request.person, pk, Can.VIEW_AUDIT, current="history")

    def find(moment: datetime) -> tuple[list[Any], list[Step], dict[str, Any]]:
        sections, steps = as_of_young.young_as_of(record, moment)
        putting_back.offer(sections, record.resident.pk, record.rights)
        return sections, steps, {"jumps": _linked(as_of_young.jumps(record, moment))}

    return answer(request, "audit/as_of_young.html", record.zone, find, record=record)


@needs(*HOME_PAPER_RIGHTS)
@require_safe
def home(request: Request, pk: UUID) -> HttpResponse:
    """A home as it stood: who lived in which bed, who was on duty, its licence, papers, rooms and exits."""
    facility = home_with_papers(request.person, pk)

    def find(moment: datetime) -> tuple[list[Any], list[Step], dict[str, Any]]:
        sections, beds, steps = as_of_home.home_as_of(request.person, facility, moment)
        putting_back.offer(sections, facility.pk, rights_on(request.person, facility))
        return sections, steps, {"beds": beds, "jumps": _linked(as_of_home.jumps(request.person, facility, moment))}

    return answer(request, "audit/as_of_home.html", facility.zone, find, home=facility)


def _linked(found: list[tuple[str, datetime]]) -> list[dict[str, str]]:
    return [{"text": text, "at": moment_in_address(moment)} for text, moment in found]
