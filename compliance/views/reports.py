"""The reports: which there are, one with its charts and tables, the rows behind a number, and the report as a file."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from compliance import report_files
from compliance.queries.board import homes_of
from compliance.queries.reports import report_for, reports_for
from compliance.queries.reports.shape import NO_HOME, Cell, Counted, Part, Report, Wanted
from compliance.report_forms import ReportFileForm, ReportFilter
from placement.access.guard import needs
from placement.access.opened import note_exported, note_opened
from placement.access.request import Request
from placement.access.rights import Can
from placement.audit.clock import now
from placement.facilities.models import Facility
from placement.ui.attachments import attachment
from placement.ui.charts import BarChart, ColumnChart, bars, columns
from placement.ui.dates import month_code, month_mark, month_name

HOMES = 15  # in a chart; the table below it has all
TYPES = {
    "xlsx": (report_files.as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": (report_files.as_csv, "text/csv; charset=utf-8"),
}


@needs(Can.READ_REPORTS)
@require_safe
def index(request: Request) -> HttpResponse:
    """List the reports."""
    context = {"reports": reports_for(request.person), "totals": request.person.may(Can.READ_TOTALS)}
    return render(request, "reports/index.html", context)


@needs(Can.READ_REPORTS)
@require_safe
def report(request: Request, report: str) -> HttpResponse:
    """Show one report: by month, by part and by home."""
    found, homes, form = asked(request, report)
    wanted = form.wanted()
    counted = found.counted(request.person, wanted)
    parts = [part for part in found.parts if counted.total.numbers[part.key] or part.key == found.headline]
    context = {
        "report": found,
        "title": found.title,
        "parts": parts,
        "form": form,
        "wanted": wanted,
        "nothing": not any(counted.total.numbers.values()),
        "months": month_chart(found, counted, wanted),
        "by_part": part_chart(found, counted, wanted),
        "by_home": home_chart(found, counted, wanted, homes),
        "month_rows": month_rows(found, parts, counted, wanted),
        "home_rows": home_rows(found, parts, counted, wanted, homes),
        "file": address(found, "file", wanted),
    }
    return render(request, "reports/report.html", context)


@needs(Can.READ_REPORTS)
@require_safe
def rows(request: Request, report: str) -> HttpResponse:
    """Show the rows behind one number of a report."""
    found, homes, form = asked(request, report)
    wanted = form.wanted()
    key = form.cleaned_data.get("part") if form.is_valid() else ""
    part = found.part(key or found.headline)
    page = found.page(request.person, wanted, part, request.GET.get("after"))
    listed = found.lines(request.person, page.rows, part, wanted)
    place = dict([*names(homes), (NO_HOME, "in no home")]).get(wanted.facility, "every home")
    context = {
        "report": found,
        "title": part.words,
        "part": part,
        "wanted": wanted,
        "place": place,
        "page": page,
        "lines": [(line, zip(found.heads, line.cells, strict=True)) for line in listed],
        "back": address(found, "report", wanted),
    }
    return render(request, "reports/rows.html", context)


@needs(Can.READ_REPORTS)
def file(request: Request, report: str) -> HttpResponse:
    """Ask who will read the file; then hand it out as an attachment, and log it as one for each of its homes."""
    found, homes, form = asked(request, report)
    wanted = form.wanted()
    ask = ReportFileForm(request.POST or None)
    if not ask.is_valid():
        context = {"report": found, "form": ask, "wanted": wanted, "back": address(found, "report", wanted)}
        return render(request, "reports/file.html", context)
    given = ask.given
    chosen = [home for home in homes if wanted.facility in ("", str(home.pk))]
    note_opened(*chosen)
    note_exported()
    made = report_files.sheet(
        found,
        found.counted(request.person, wanted),
        wanted,
        {home.pk: home.name for home in chosen},
        made_at=now(),
        made_by=request.person.staff_number,
        outside=given["reader"] == "outside",
    )
    write, content_type = TYPES[given["kind"]]
    first, last = wanted.codes
    return attachment(write(made), content_type=content_type, name=f"{found.key}-{first}-{last}.{given['kind']}")


def asked(request: Request, key: str) -> tuple[Report, list[Facility], ReportFilter]:
    """Return the report, the homes about which the reader may read, and the filter. Raises ``Http404`` for another report."""
    found = report_for(request.person, key)
    if found is None:
        raise Http404
    homes = list(homes_of(request.person))
    none = [(NO_HOME, "In no home")] if found.no_home else []
    form = ReportFilter(request.GET, report=found, homes=[*names(homes), *none], today=timezone.localdate(now()))
    return found, homes, form


def names(homes: list[Facility]) -> list[tuple[str, str]]:
    """Return key and name of each home."""
    return [(str(home.pk), home.name) for home in homes]


def address(report: Report, page: str, wanted: Wanted, **more: str) -> str:
    """Return the address of a page of a report, for the home and months that are wanted."""
    since, until = wanted.codes
    query = {"facility": wanted.facility, "since": since, "until": until, **more}
    return f"{reverse(f'reports:{page}', args=[report.key])}?{urlencode({k: v for k, v in query.items() if v})}"


def behind(report: Report, wanted: Wanted, key: str, number: int) -> str:
    """Return the address of the rows behind a number; empty where there are none."""
    return address(report, "rows", wanted, part=key) if number and report.part(key).opens else ""


def headline(report: Report, cell: Cell) -> int:
    """Return the number of a cell that is drawn."""
    return cell.numbers[report.headline]


def month_chart(report: Report, counted: Counted, wanted: Wanted) -> ColumnChart:
    """Return the chart of the months."""
    part = report.part(report.headline)
    listed = []
    for number, month in enumerate(wanted.months):
        count = headline(report, counted.months.get(month_code(month), report.empty()))
        begins = month.month == 1 or (number == 0 and month.month < 12)  # beside January there is no room for two years
        year = str(month.year) if begins else ""
        link = behind(report, wanted.narrowed(month=month), part.key, count)
        listed.append((month_mark(month), year, month_name(month), count, link))
    return columns("months", f"{part.words}, by month", listed, unit=part.words.lower(), kind=report.kind)


def part_chart(report: Report, counted: Counted, wanted: Wanted) -> BarChart:
    """Return the chart of all parts that add up over the months."""
    listed = [
        (part.words, number, behind(report, wanted, part.key, number))
        for part in report.parts
        for number in [counted.total.numbers[part.key]]
        if part.adds_up and part.opens
    ]
    return bars("parts", "All months together", listed, what="What", unit="Number")


def home_chart(report: Report, counted: Counted, wanted: Wanted, homes: list[Facility]) -> BarChart | None:
    """Return the chart of the homes with the largest numbers; none where there is only one."""
    part, listed = report.part(report.headline), []
    for key, name, cell in by_home(report, counted, wanted, homes):
        number = headline(report, cell)
        listed.append((name, number, behind(report, wanted.narrowed(facility=key), part.key, number)))
    most = sorted(listed, key=lambda each: -each[1])[:HOMES]
    title = f"{part.words}, by home"
    return bars("homes", title, most, what="Home", unit=part.words, kind=report.kind) if len(listed) > 1 else None


def by_home(report: Report, counted: Counted, wanted: Wanted, homes: list[Facility]) -> list[tuple[str, str, Cell]]:
    """Return key, name and cell of each home that is wanted, and of what was in no home."""
    listed: list[tuple[UUID | None, str, str]] = [(home.pk, str(home.pk), home.name) for home in homes]
    if None in counted.homes:
        listed.append((None, NO_HOME, "In no home"))
    return [
        (key, name, counted.homes.get(pk, report.empty())) for pk, key, name in listed if wanted.facility in ("", key)
    ]


def month_rows(report: Report, parts: list[Part], counted: Counted, wanted: Wanted) -> list[dict[str, Any]]:
    """Return the table of the months, newest first."""
    return [
        row(
            report,
            parts,
            counted.months.get(month_code(month), report.empty()),
            month_name(month),
            wanted.narrowed(month=month),
        )
        for month in reversed(wanted.months)
    ]


def home_rows(
    report: Report, parts: list[Part], counted: Counted, wanted: Wanted, homes: list[Facility]
) -> list[dict[str, Any]]:
    """Return the table of the homes; the last row is of all together."""
    found = [
        row(report, parts, cell, name, wanted.narrowed(facility=key), several=len(wanted.months) > 1)
        for key, name, cell in by_home(report, counted, wanted, homes)
    ]
    return [*found, row(report, parts, counted.total, "All together", wanted, several=len(wanted.months) > 1)]


def row(
    report: Report, parts: list[Part], cell: Cell, words: str, wanted: Wanted, *, several: bool = False
) -> dict[str, Any]:
    """Return one row of a table. several: it is of several months, so what does not add up has no number."""
    numbers: list[Mapping[str, Any]] = [
        {
            "part": part,
            "number": None if several and not part.adds_up else cell.numbers[part.key],
            "href": behind(report, wanted, part.key, cell.numbers[part.key]),
        }
        for part in parts
    ]
    figures = [{"figure": figure, "words": figure.of(cell)} for figure in report.figures]
    return {"words": words, "numbers": numbers, "figures": figures}
