"""A report as a file: one row for each home and month. No cell is a formula or a link, and nobody is named."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import xlsxwriter

from compliance.queries.reports.shape import Cell, Counted, Report, Wanted
from compliance.queries.totals import SMALLEST
from placement.ui.dates import full_moment, month_code
from residents.queries.disclosures import plain

HIDDEN = "hidden"
OUTSIDE = "For people outside. A row with a number from 1 to {most} is hidden, but for its zeros."
INSIDE = "Only for people of the agency who may read this report. Small numbers may tell who somebody is."


@dataclass(frozen=True)
class Sheet:
    """What a file holds: its lines about itself, its header, and its rows of texts and whole numbers."""

    about: list[tuple[str, str]]
    header: list[str]
    rows: list[list[str | int]]


def sheet(
    report: Report,
    counted: Counted,
    wanted: Wanted,
    homes: Mapping[UUID, str],
    *,
    made_at: datetime,
    made_by: str,
    outside: bool,
) -> Sheet:
    """Return the sheet of a report: a row for each home, by name, and month in which something is counted.

    made_by: the staff number of whoever takes it. outside: whether small numbers are hidden. No sums of several rows are in
    it, from which a hidden number could be worked out.
    """
    rows: list[list[str | int]] = []
    listed = [*sorted(homes.items(), key=lambda each: (each[1], str(each[0]))), (None, "No home")]
    for home, name in listed:
        for month in wanted.months:
            if cell := counted.each.get((home, month_code(month))):
                rows.append([name, month_code(month), *cells(report, cell, outside)])
    about = [
        ("Report", report.title),
        ("Months", f"{wanted.words}, each by the clock of the home"),
        ("Counted", "From what was open to the person who took it, at the time when it was taken"),
        ("Taken", f"{full_moment(made_at)}, staff number {made_by}"),
        ("For whom", OUTSIDE.format(most=SMALLEST - 1) if outside else INSIDE),
        *(("What is counted", line) for line in report.about),
    ]
    words = [part.words for part in report.parts] + [figure.words for figure in report.figures]
    return Sheet(about, ["Home", "Month", *words], rows)


def cells(report: Report, cell: Cell, outside: bool) -> list[str | int]:
    """Return the numbers and figures of a home and month, without those that must be hidden.

    The numbers of a row add up to each other: of one that is small the others would tell, so all but the zeros are hidden.
    """
    numbers = [cell.numbers[part.key] for part in report.parts]
    if outside and any(0 < number < SMALLEST for number in numbers):
        return [HIDDEN if number else 0 for number in numbers] + [HIDDEN for _ in report.figures]
    return [*numbers, *(figure.of(cell) for figure in report.figures)]


def as_csv(made: Sheet) -> bytes:
    """Return the rows as CSV in UTF-8 with a header; no cell is a formula to a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(plain(word) for word in made.header)
    writer.writerows([plain(cell) if isinstance(cell, str) else cell for cell in row] for row in made.rows)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(made: Sheet) -> bytes:
    """Return the rows as a spreadsheet, with a second page that says what they are. Texts are written as texts only."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"author": "", "title": made.about[0][1]})
    bold = book.add_format({"bold": True})
    page = book.add_worksheet("Report")
    for column, word in enumerate(made.header):
        page.write_string(0, column, word, bold)
    for number, row in enumerate(made.rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                page.write_string(number, column, plain(cell))
            else:
                page.write_number(number, column, cell)
    page.freeze_panes(1, 2)
    page.set_column(0, len(made.header) - 1, 18)
    about = book.add_worksheet("About")
    about.set_column(0, 0, 18)
    about.set_column(1, 1, 100)
    for number, (label, text) in enumerate(made.about):
        about.write_string(number, 0, label, bold)
        about.write_string(number, 1, plain(text))
    book.close()
    return out.getvalue()
