"""The rights pages: all homes, one home, one young person."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from compliance.queries import rights as queries
from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can
from placement.facilities.queries.drills import DRILL_EVERY
from placement.ui.charts import StackChart, bars, stacks
from residents.parity import ALARM, LEAST
from residents.queries import contacts
from residents.queries.activities import LOOKED_AT
from residents.queries.record import RIGHTS, open_record
from residents.queries.rights import under_what

PARTS = (("Took part", "✓", "good"), ("Did not want to", "?", "due"), ("Kept out", "✕", "late"))
SAID = {
    "days": LOOKED_AT.days,
    "longest_gap": contacts.LONGEST_GAP.days,
    "least": LEAST,
    "alarm": round(ALARM * 100),
    "drill_days": DRILL_EVERY.days,
}


@needs(Can.READ_RIGHTS)
@require_safe
def rights(request: Request) -> HttpResponse:
    """Show one row per home: contact, exits, activities, limits, measures, findings."""
    rows, page = queries.page_of_homes(request.person, request.GET.get("after"))
    context = {"rows": rows, "page": page, "worst": [row for row in rows if row.needs_somebody], **SAID}
    return render(request, "compliance/rights.html", context)


@needs(Can.CHANGE_FACILITY)
@require_safe
def home(request: Request, pk: UUID) -> HttpResponse:
    """Show one home: every number of its row, with what is behind it."""
    found = queries.home_rights(request.person, queries.homes_of(request.person).get(pk=pk))
    context = {
        "found": found,
        "home": found.home,
        "zone": found.home.zone,
        "gaps": bars(
            "gaps",
            "Days since the last contact with somebody of their own",
            [(row.stay.resident.code, row.days, young_url(row.stay.resident_id)) for row in found.young],
            what="Young person",
            unit="days",
            most=max([contacts.LONGEST_GAP.days * 2, *(row.days for row in found.young)]),
        ),
        "parity": parity_chart(found.young),
        "refused": [(row, under_what(row)) for row in found.refused],
        **SAID,
    }
    return render(request, "compliance/rights_home.html", context)


@needs(Can.VIEW_CARE_LOG)
@require_safe
def young(request: Request, pk: UUID) -> HttpResponse:
    """Show one young person: contact, what was refused, activities, school, measures, limits, and when the rights were read."""
    record = open_record(request.person, pk, Can.VIEW_CARE_LOG, current=RIGHTS)
    found = queries.young_right(request.person, record.resident, record.stay.facility if record.stay else None)
    context = {
        "record": record,
        "found": found,
        "zone": record.zone,
        "refused": [(row, under_what(row)) for row in found.refused],
        "notice_url": reverse("residents:read_out", args=[pk]) if record.may(Can.LOG_CARE, Can.KEEP_CASE) else "",
        "reads_notices": record.may(*contacts.CALLERS),
        **SAID,
    }
    return render(request, "compliance/rights_young.html", context)


def young_url(pk: UUID) -> str:
    """Return the address of the page of one young person."""
    return reverse(RIGHTS, args=[pk])


def parity_chart(rows: Iterable[Any]) -> StackChart:
    """Return the chart of what each young person did with what was offered while they were there."""
    listed = []
    for row in rows:
        if row.compared is None:
            continue
        href = f"{young_url(row.stay.resident_id)}#activities"
        numbers = (row.compared.joined, row.compared.not_wanted, row.compared.kept_out)
        listed.append((row.stay.resident.code, href, tuple((number, href) for number in numbers)))
    return stacks(
        "parity", "What each did with what was offered to the house", listed, what="Young person", parts=PARTS
    )
