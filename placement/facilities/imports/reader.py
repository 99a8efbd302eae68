"""From the bytes of a licensing file to rows of text, or one sentence that never quotes a cell."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from placement.ui.moments import FIRST_YEAR, LAST_YEAR

LARGEST = 256 * 1024 * 1024  # bytes; the largest of the public files has a tenth of it
UTF16 = (b"\xff\xfe", b"\xfe\xff")
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]\d{2}:\d{2}.*)?")
AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: \d{1,2}:\d{2}.*)?")


class FileRefused(Exception):
    """The whole file can't be taken; the text is one plain sentence."""


class RowRefused(Exception):
    """One row can't be taken; the text is a plain reason without the row's own words."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record: the line of the file on which it begins, and its cells."""

    line: int
    cells: list[str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Table:
    """A header and the records below it."""

    header: list[str]
    rows: list[Row]


def read_bytes(file: Path) -> bytes:
    """Return what is in the file. Raises ``OSError``, and ``FileRefused`` when it is larger than ``LARGEST``."""
    with file.open("rb") as stream:
        data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise FileRefused(f"The file is larger than {LARGEST // 1024**2} MB: it is no licensing file.")
    return data


def read_table(data: bytes) -> Table:
    """Return the records of a CSV file. Raises ``FileRefused`` when it is empty, not UTF-8 or not CSV."""
    if not data.strip():
        raise FileRefused("The file is empty.")
    if data.startswith(UTF16) or data[:200].count(b"\x00") > 20:
        raise FileRefused("The file is in UTF-16. Save it as “CSV UTF-8” and try again.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileRefused(f"Line {line} is not in UTF-8. Save the file as “CSV UTF-8” and try again.") from None
    rows = list(_records(text))
    if not rows:
        raise FileRefused("The file is empty.")
    header = [" ".join(cell.split()) for cell in rows[0].cells]
    if len(rows) == 1:
        raise FileRefused("The file has a header, but no rows.")
    return Table(header, rows[1:])


def _records(text: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Row(begins, cells)
            begins = reader.line_num + 1
    except csv.Error:
        raise FileRefused(
            f"The record that begins on line {begins} is not proper CSV:"
            " a quotation mark is open or a cell is too long."
        ) from None


def require(header: Sequence[str], needed: Sequence[str], what: str) -> dict[str, int]:
    """Return where each column of ``header`` stands. Raises ``FileRefused`` for a missing or doubled needed column."""
    missing = [name for name in needed if name not in header]
    if missing:
        raise FileRefused(
            f"This is not {what}: it has no column {', '.join(missing[:5])}{' …' if len(missing) > 5 else ''}."
        )
    doubled = [name for name in needed if list(header).count(name) > 1]
    if doubled:
        raise FileRefused(f"The column {doubled[0]} is there twice.")
    return {name: place for place, name in enumerate(header)}


def plain(cell: str) -> str:
    """Return a cell's text in one line. Raises ``RowRefused`` for characters that text can't have."""
    if "\x00" in cell:
        raise RowRefused("The row contains a character that is not text.")
    return " ".join(cell.split())


def fitting(cell: str, limit: int, what: str) -> str:
    """Return a cell's text. Raises ``RowRefused`` when it is longer than ``limit`` characters."""
    text = plain(cell)
    if len(text) > limit:
        raise RowRefused(f"{what} is longer than {limit} characters.")
    return text


def whole(cell: str, what: str, *, empty: int | None = None, most: int = 32_767) -> int:
    """Return a cell as a whole number from 0 to ``most``; ``empty`` for an empty cell. Raises ``RowRefused``."""
    text = plain(cell)
    if not text and empty is not None:
        return empty
    found = re.fullmatch(r"([0-9]{1,9})(?:\.0+)?", text)
    if not found or int(found[1]) > most:
        raise RowRefused(f"{what} is not a whole number up to {most:,}." if text else f"{what} is missing.")
    return int(found[1])


def whole_numbers(cell: str, what: str) -> list[int]:
    """Return a cell with one whole number, or several with commas between them."""
    return [whole(part, what) for part in cell.split(",") if part.strip()]


def day(cell: str, what: str) -> date | None:
    """Return a cell (``M/D/YYYY``, or ISO with or without a time) as a date; None when empty.

    Raises ``RowRefused``, also for a year that stands for "no end".
    """
    text = plain(cell)
    if not text:
        return None
    try:
        if found := ISO.fullmatch(text):
            read = date(int(found[1]), int(found[2]), int(found[3]))
        elif found := AMERICAN.fullmatch(text):
            read = date(int(found[3]), int(found[1]), int(found[2]))
        else:
            raise ValueError
    except ValueError:
        raise RowRefused(f"{what} is not a date.") from None
    if not FIRST_YEAR <= read.year <= LAST_YEAR:
        raise RowRefused(f"{what} is not in a year from {FIRST_YEAR} to {LAST_YEAR}.")
    return read


def days(cell: str, what: str) -> list[date]:
    """Return a comma-separated cell of dates."""
    return [found for part in cell.split(",") if (found := day(part, what))]


def packed_day(cell: str) -> date | None:
    """Return a month-day-year without separators and without a leading zero (``5252025``); None when it is not one."""
    text = cell.strip()
    if not re.fullmatch(r"[0-9]{6,8}", text):
        return None
    month = text[: len(text) - 6] or text[0]
    try:
        read = date(int(text[-4:]), int(month), int(text[len(month) : -4]))
    except ValueError:
        return None
    return read if FIRST_YEAR <= read.year <= LAST_YEAR else None


def licence_number(cell: str, what: str) -> str:
    """Return the number as the text that it is, leading zeros kept. Raises ``RowRefused``."""
    text = plain(cell)
    if not text:
        raise RowRefused(f"There is no {what}.")
    if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z -]{0,39}", text):
        raise RowRefused(f"The {what} is not a number.")
    return text


def same_number(number: str) -> str:
    """Return what two spellings of one number share: some downloads lose the leading zeros."""
    return number.lstrip("0").casefold() or "0"
