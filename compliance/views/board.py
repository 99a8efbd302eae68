"""The compliance page: the picture of all homes and areas with its charts, the lists of rows behind them, and rule by rule."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from compliance import forms
from compliance.models import RuleVersion
from compliance.queries import board as queries
from compliance.queries.standing import STANDS, Home, RuleStands, Stands
from compliance.queries.trend import Month
from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can
from placement.audit.clock import now
from placement.ui.charts import ColumnChart, StackChart, columns, stacks
from placement.ui.dates import full_day, month_mark, month_name, weekday_mark, weekday_name, zoned

SIGNS = (("Not met", "✕", "late"), ("Not yet known", "?", "due"), ("Met", "✓", "good"))


@needs(Can.LIST_COMPLIANCE)
@require_safe
def board(request: Request) -> HttpResponse:
    """Show how the law stands at the homes of the person: the whole picture, or the rows behind one of its numbers."""
    homes = queries.homes_judged(request.person)
    form = forms.BoardFilter(request.GET, homes=offered(homes))
    wanted = queries.Wanted(**form.cleaned_data) if form.is_valid() else queries.Wanted()
    if wanted.state:
        return rows(request, form, wanted)
    found, given = queries.board(request.person, wanted, homes), {"facility": wanted.facility, "area": wanted.area}
    context = {
        "form": form,
        "board": found,
        "filtered": any(wanted.narrowed),
        "binders_of": wanted.facility or (homes[0].pk if len(homes) == 1 else ""),
        "has_homes": bool(homes) or queries.homes_of(request.person).exists(),
        "areas": stands_chart("areas", "By area of the law", "Area", found.areas, given, "area"),
        "homes": stands_chart("homes", "By home", "Home", found.homes, given, "facility") if len(homes) > 1 else None,
        "trend": trend_chart(found.months, given),
        "due": due_chart(found, given),
        "stands": [(stands, words, address("standing", given, state=stands)) for stands, words in STANDS.items()],
    }
    return render(request, "compliance/board.html", context)


def rows(request: Request, form: forms.BoardFilter, wanted: queries.Wanted) -> HttpResponse:
    """Show the rows of one state."""
    context = {
        "form": form,
        "wanted": wanted,
        "heading": queries.STATES[wanted.state],
        "of_findings": wanted.state in queries.OF_FINDINGS,
        "only": only(wanted),
        "page": queries.list_page(request.person, wanted, request.GET.get("after")),
    }
    return render(request, "compliance/rows.html", context)


@needs(Can.LIST_COMPLIANCE)
@require_safe
def standing(request: Request) -> HttpResponse:
    """Show rule by rule how the law stands, at all homes of the person or at one."""
    homes = queries.homes_judged(request.person)
    form = forms.StandsFilter(request.GET, homes=offered(homes))
    wanted = queries.Wanted(**form.cleaned_data) if form.is_valid() else queries.Wanted()
    one = next((home for home in homes if str(home.pk) == wanted.facility or len(homes) == 1), None)
    found = queries.rules(request.person, wanted, homes)
    context = {
        "form": form,
        "one": one,
        "zone": one and one.zone,
        "heading": STANDS.get(wanted.state, "Rule by rule"),
        "rules": [(each, queries.area_words(each.rule.area), behind(each, wanted)) for each in found],
        "sums": [sum(getattr(each, name) for each in found) for name in ("not_met", "unknown", "met")],
    }
    return render(request, "compliance/standing.html", context)


def behind(found: RuleStands, wanted: queries.Wanted) -> list[str]:
    """Return the addresses of the rows behind the numbers of a rule, in the order of ``STANDS``."""
    given = {"facility": wanted.facility, "rule": found.rule.rule}
    return [address("board", given, state=state) for state in ("not-met", "waiting", "done")]


def offered(homes: list[Home]) -> list[tuple[str, str]]:
    """Return key and name of each home for a filter."""
    return [(str(home.pk), home.name) for home in homes]


def only(wanted: queries.Wanted) -> str:
    """Return in words what a list is narrowed to by the link that led to it; empty for nothing."""
    said = []
    if wanted.rule:
        rule = RuleVersion.objects.filter(rule=wanted.rule).order_by("-valid_from", "-version").first()
        said.append(rule.title if rule else wanted.rule)
    if wanted.month and wanted.state in ("not-met", "found", "closed"):
        month = month_name(wanted.month_begins)
        said.append(f"open at the end of {month}" if wanted.state == "not-met" else f"in {month}")
    if wanted.day and wanted.state == "due":
        said.append(f"on {full_day(wanted.day)}")
    return " · ".join(said)


def stands_chart(
    id: str, title: str, what: str, found: list[Stands], given: Mapping[str, str], name: str
) -> StackChart:
    """Return the chart of how many rules stand how, by home or area (``name``, the filter that a row sets)."""
    listed = []
    for each in found:
        numbers = (each.not_met, each.unknown, each.met)
        links = [address("standing", given, **{name: each.key, "state": state}) for state in STANDS]
        listed.append(
            (each.words, address("board", given, **{name: each.key}), tuple(zip(numbers, links, strict=True)))
        )
    return stacks(id, title, listed, what=what, parts=SIGNS)


def trend_chart(found: list[Month], given: Mapping[str, str]) -> ColumnChart:
    """Return the chart of what was not met at the end of each month."""
    listed = [
        (
            month_mark(month.first),
            str(month.first.year) if number == 0 or month.first.month == 1 else "",
            month_name(month.first) + (", until now" if month.going_on else ""),
            month.open if month.judged else None,
            address("board", given, state="not-met", month="" if month.going_on else month.code),
        )
        for number, month in enumerate(found)
    ]
    return columns("trend", "Not met at the end of each month", listed, unit="not met", kind="late")


def due_chart(found: queries.Board, given: Mapping[str, str]) -> ColumnChart:
    """Return the chart of what falls due on each of the next 14 days."""
    today = zoned(now()).date()
    listed = [
        (
            f"{day.day}",
            weekday_mark(day),
            "today" if day == today else weekday_name(day),
            number,
            address("board", given, state="due", day=day.isoformat()),
        )
        for day, number in found.days
    ]
    return columns("due", "Due in the next 14 days", listed, unit="due", kind="due")


def address(page: str, given: Mapping[str, Any], **more: str) -> str:
    """Return the address of a page of this app, filtered as it is now (``given``) and by ``more``."""
    query = urlencode({name: value for name, value in {**given, **more}.items() if value})
    return f"{reverse(f'compliance:{page}')}?{query}"
