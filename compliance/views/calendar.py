"""The calendar of a home and of a reader, as a month and as a list; and its feed, which has no session and no names."""

from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from compliance import forms
from compliance.ics import CONTENT_TYPE, feed_of
from compliance.queries import calendar as queries
from compliance.queries.tasks import Cut
from placement.access import feeds, tries
from placement.access.guard import needs, public
from placement.access.models import CalendarFeed
from placement.access.request import Request
from placement.access.rights import Can
from placement.audit.clock import now
from placement.database.context import acting
from placement.facilities.models import Facility
from placement.ui.dates import first_of_month
from placement.ui.views import not_found

BACK, AHEAD = timedelta(days=31), timedelta(days=366)
YEARS = range(2000, 2101)
MOST_IN_FEED = 500  # of each source


def _show(request: Request, home: Facility | None) -> HttpResponse:
    form = forms.CalendarFilter(request.GET)
    kind = form.cleaned_data["kind"] if form.is_valid() else ""
    zone = home.zone if home else ZoneInfo(request.person.time_zone)
    today = now().astimezone(zone).date()
    first = first_of_month(request.GET.get("month", ""), today)
    if first.year not in YEARS:
        first = today.replace(day=1)
    context: dict[str, Any] = {
        "home": home,
        "form": form,
        "month": queries.month(request.person, first, home=home, kind=kind),
        "kind": queries.KINDS.get(kind, ""),
        "as_list": request.GET.get("as") == "list",
    }
    return render(request, "compliance/calendar.html", context)


@needs(Can.READ_CALENDAR)
@require_safe
def own(request: Request) -> HttpResponse:
    """Show everything with a date that is open to the person, for one month."""
    return _show(request, None)


@needs(Can.VIEW_BEDS)
@require_safe
def of_home(request: Request, pk: UUID) -> HttpResponse:
    """Show everything with a date of a home, as far as the person may see it, for one month."""
    return _show(request, Facility.objects.visible_to(request.person, Can.VIEW_BEDS).get(pk=pk))


@public("a calendar program has no session; whoever has the token reads codes and days as its person may, and no names")
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Answer the own calendar of whose token it is, by the rights that they have now; else the page that is not found."""
    if request.method not in ("GET", "HEAD"):
        return not_found(request)
    digest, place = feeds.digest_of(token), f"calendar {tries.place_of(request)}"
    if tries.too_many(digest, place):
        return not_found(request)
    found = feeds.whose(token)
    if found is None:
        tries.failed(digest, place)
        return not_found(request)
    key, person = found
    request_id = getattr(request, "request_id", "")
    with acting(person.pk, person.name, request_id=request_id), timezone.override(person.time_zone):
        row = CalendarFeed.objects.get(pk=key)
        if row.read_at is not None and now() - row.read_at < feeds.PAUSE:
            return HttpResponse(status=429, headers={"Retry-After": "60", "Cache-Control": "no-store"})
        feeds.note_calendar_read(row, by=person)
        moment = now()
        rows = queries.collect(person, moment - BACK, moment + AHEAD, Cut(MOST_IN_FEED))
        text = feed_of(rows, reader=person.pk, written_at=moment)
    return HttpResponse(text, content_type=CONTENT_TYPE, headers={"Cache-Control": "no-store"})
