"""A binder as files: the PDF, accessible and tagged, and the tables in a ZIP. The same bytes whenever they are made."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import typst

from compliance.binder.canonical import Content, canonical
from compliance.models import Binder
from placement.ui.dates import full_day, full_moment
from residents.queries.disclosures import plain

TEMPLATE = Path(__file__).with_name("binder.typ")
STANDARD = "ua-1"
FIXED = (1980, 1, 1, 0, 0, 0)  # the time of every file in the ZIP
USUAL = {chr(number) for number in range(32, 127)} | {"\n"}
NO_SIGN = "\N{WHITE SQUARE}"  # for a sign that no font of the PDF has
TRIED = 200  # so many signs are tried one by one, the others together


def pdf(binder: Binder, content: Content) -> bytes:
    """Return the binder as a PDF after PDF/UA-1. Nothing is fetched, and no text of the content is markup."""
    return _compile(TEMPLATE.read_bytes(), json.dumps(printable(printed(binder, content))), binder.made_at)


def printable(data: Any) -> Any:
    """Return ``data`` with a square for each sign that the PDF has no font for."""
    odd = sorted(signs_of(data) - USUAL)
    if odd and not can_print("".join(odd)):
        tried, rest = odd[:TRIED], odd[TRIED:]
        missing = [sign for sign in tried if not can_print(sign)]
        missing += [] if can_print("".join(rest)) else rest
        return with_signs(data, dict.fromkeys(map(ord, missing), NO_SIGN))
    return data


def signs_of(data: Any) -> set[str]:
    """Return every sign in the texts of ``data``, which is made of lists and dictionaries."""
    if isinstance(data, str):
        return set(data)
    parts = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return set[str]().union(*(signs_of(part) for part in parts))


def with_signs(data: Any, instead: dict[int, str]) -> Any:
    """Return ``data`` with signs of its texts replaced."""
    if isinstance(data, str):
        return data.translate(instead)
    if isinstance(data, dict):
        return {name: with_signs(part, instead) for name, part in data.items()}
    return [with_signs(part, instead) for part in data] if isinstance(data, list) else data


def can_print(signs: str) -> bool:
    """Return whether the fonts that typst brings along have all of ``signs``."""
    try:
        _compile(
            b'#set document(title: "t")\n#json(bytes(sys.inputs.data))',
            json.dumps(signs),
            datetime(2000, 1, 1, tzinfo=UTC),
        )
    except typst.TypstError:
        return False
    return True


def _compile(template: bytes, data: str, at: datetime) -> bytes:
    compiled: Any = typst.compile  # its types ask for a folder of the same type as the template, which is bytes here
    with TemporaryDirectory() as nothing:  # files are only read below this folder
        made: bytes = compiled(
            template,
            root=nothing,
            package_path=nothing,
            package_cache_path=nothing,
            ignore_system_fonts=True,
            sys_inputs={"data": data},
            pdf_standards=STANDARD,
            timestamp=int(at.timestamp()),
        )
    return made


def printed(binder: Binder, content: Content) -> dict[str, Any]:
    """Return what the template prints: every cell as text, days and times as pages print them."""
    zone = ZoneInfo(content["zone"])
    period = f"{full_day(binder.since)} to {full_day(binder.until)}"
    made = (
        f"{full_moment(binder.made_at, zone)}, by {binder.made_by.staff_number}, {binder.get_made_as_display().lower()}"
    )
    return {
        "title": f"Inspection binder, {period}",
        "home": content["home"],
        "period": period,
        "fingerprint": binder.sha256,
        "head": [
            ["Home", f"{content['home']}, {content['state']}"],
            ["Time", f"{period}, both days included, in the home's time ({content['zone']})"],
            ["Made", made],
            ["Fingerprint of the content (SHA-256)", binder.sha256],
        ],
        "notes": content["notes"],
        "sections": [
            {
                "title": section["title"],
                "about": section["about"],
                "names": [name for name, _, _ in section["columns"]],
                "widths": [width for _, _, width in section["columns"]],
                "cells": cells(section, zone),
            }
            for section in content["sections"]
        ],
    }


def cells(section: dict[str, Any], zone: ZoneInfo) -> list[str]:
    """Return the cells of a section, row after row, as the PDF prints them."""
    kinds = [kind for _, kind, _ in section["columns"]]
    return [in_words(kind, cell, zone) for row in section["rows"] for kind, cell in zip(kinds, row, strict=True)]


def in_words(kind: str, cell: str, zone: ZoneInfo) -> str:
    """Return a cell as it is printed."""
    if kind == "day" and cell:
        return full_day(date.fromisoformat(cell))
    return full_moment(datetime.fromisoformat(cell), zone) if kind == "moment" and cell else cell


def tables(binder: Binder, content: Content) -> bytes:
    """Return a ZIP: a CSV for each section, the canonical content, and a manifest with the SHA-256 of each file."""
    files = {f"{section['key']}.csv": table(section) for section in content["sections"]}
    files["content.json"] = canonical(content).encode()  # its SHA-256 is the fingerprint
    manifest = {
        "home": content["home"],
        "since": content["since"],
        "until": content["until"],
        "made_at": binder.made_at.isoformat(),
        "made_by": binder.made_by.staff_number,
        "made_as": binder.made_as,
        "content_sha256": binder.sha256,
        "rows": {f"{section['key']}.csv": len(section["rows"]) for section in content["sections"]},
        "sha256": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
    }
    files["manifest.json"] = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True).encode()
    return packed(files.items())


def table(section: dict[str, Any]) -> bytes:
    """Return a section as CSV in UTF-8 with a header; no cell is a formula to a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([plain(name) for name, _, _ in section["columns"]])
    writer.writerows([plain(cell) for cell in row] for row in section["rows"])
    return text.getvalue().encode("utf-8-sig")


def packed(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a ZIP of ``files``: the same bytes for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name, FIXED), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
