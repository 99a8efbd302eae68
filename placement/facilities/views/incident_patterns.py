"""Patterns of incidents: charts that open into the list of incidents, and what repeats."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can
from placement.audit.clock import now
from placement.facilities.forms.incidents import PatternFilter
from placement.facilities.models import Facility
from placement.facilities.queries import incident_patterns as queries
from placement.facilities.queries.incident_filters import NOT_SAID, WEEKDAYS, Wanted, days_words, hour_words
from placement.ui.charts import BarChart, ColumnChart, bars, columns
from placement.ui.moments import date_in_address
from residents.incident_kinds import PLACES
from residents.queries.contacts import address_of

A_YEAR = timedelta(days=365)
UNIT = "incidents"
IN_CHART = 20  # young people, or homes


@needs(Can.REVIEW_INCIDENT)
@require_safe
def patterns(request: Request) -> HttpResponse:
    """Show the patterns of the incidents that the person reviews: of the last year unless the address says otherwise."""
    homes = queries.homes_of(request.person)
    if not homes:
        raise Facility.DoesNotExist
    asked = request.GET.copy()
    if "since" not in asked:
        asked["since"] = date_in_address(timezone.localdate(now()) - A_YEAR)
    form = PatternFilter(asked, homes=homes)
    context: dict[str, Any] = {"form": form, "homes": homes}
    if form.is_valid():
        wanted = Wanted(**form.cleaned_data)
        found = queries.patterns(request.person, wanted, homes)
        context |= {
            "found": found,
            "days": days_words(wanted),
            "all": address(wanted.given),
            "hours": hour_chart(found.hours, wanted.given),
            "weekdays": weekday_chart(found.weekdays, wanted.given),
            "by_home": home_chart(found.homes, homes, wanted.given),
            "places": place_chart(found.places, wanted.given),
            "young": young_chart(found.young, wanted.given),
            "more_young": len(found.young) > IN_CHART,
            "one_home": found.of_home is not None,
            "on_duty": [(each, address(wanted.given, on_duty=each.pk)) for each in found.on_duty],
            "duty": duty_chart(found, wanted.given),
            "restrained": found.restrained[: queries.MOST],
            "missing": [(each, address_of(each.contact, each.above)) for each in found.missing[: queries.MOST]],
            "more_restrained": len(found.restrained) > queries.MOST,
            "more_missing": len(found.missing) > queries.MOST,
            "enough": queries.ENOUGH,
            "all_shifts": queries.ALL_SHIFTS,
            "most": queries.MOST,
        }
    return render(request, "incidents/patterns.html", context)


def hour_chart(found: Mapping[int, int], given: Mapping[str, Any]) -> ColumnChart:
    """Return the chart of the hours of the day; every third hour has its number below."""
    rows = [
        (f"{hour}" if hour % 3 == 0 else "", "", hour_words(hour), found.get(hour, 0), address(given, hour=hour))
        for hour in range(24)
    ]
    return columns("hours", "By hour of the day", rows, unit=UNIT, kind="1")


def weekday_chart(found: Mapping[int, int], given: Mapping[str, Any]) -> ColumnChart:
    """Return the chart of the days of the week."""
    rows = [
        (name[:2], "", name, found.get(number, 0), address(given, weekday=number)) for number, name in WEEKDAYS.items()
    ]
    return columns("weekdays", "By day of the week", rows, unit=UNIT, kind="1")


def home_chart(found: Mapping[Any, int], homes: list[Facility], given: Mapping[str, Any]) -> BarChart | None:
    """Return the chart of the homes, the most incidents first; None where one home is looked at."""
    rows = [(home.name, found.get(home.pk, 0), address(given, facility=home.pk)) for home in homes]
    rows.sort(key=lambda row: -row[1])
    return bars("homes", "By home", rows[:IN_CHART], what="Home", unit=UNIT) if found else None


def place_chart(found: Mapping[str, int], given: Mapping[str, Any]) -> BarChart:
    """Return the chart of where incidents happened, the most first; what nobody said comes last."""
    rows = [(words, found[place], address(given, place=place)) for place, words in PLACES if place in found]
    rows.sort(key=lambda row: -row[1])
    rows += [(words, found[place], address(given, place=place)) for place, words in [NOT_SAID] if place in found]
    return bars("places", "By place", rows, what="Place", unit=UNIT)


def young_chart(found: list[queries.Young], given: Mapping[str, Any]) -> BarChart:
    """Return the chart of the young people whom most incidents name."""
    rows = [(each.code, each.incidents, address(given, resident=each.pk)) for each in found[:IN_CHART]]
    return bars("young", "By young person", rows, what="Young person", unit=UNIT)


def duty_chart(found: queries.Patterns, given: Mapping[str, Any]) -> BarChart | None:
    """Return the chart of incidents per shift, of those of whom there is enough to say, and of the home; None when of nobody."""
    rows = [
        (each.name, each.rate.said, address(given, on_duty=each.pk))
        for each in found.on_duty
        if each.rate.said is not None
    ]
    if not rows or found.of_home is None:
        return None
    home = (queries.ALL_SHIFTS, found.of_home.said or 0, "")
    title = "Incidents per shift that they worked"
    return bars("on-duty", title, [*rows, home], what="Who was on duty", unit="incidents per shift")


def address(given: Mapping[str, Any], **more: Any) -> str:
    """Return the address of the list of incidents, narrowed as the page is now (``given``) and by ``more``."""
    days = {name: date_in_address(given[name]) for name in ("since", "until") if name in given}
    return f"{reverse('incidents:list')}?{urlencode({**given, **days, **more})}"
