"""A binder as files: the PDF, accessible and tagged, and the tables in a ZIP. The same bytes whenever they are made."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from compliance.binder.canonical import Content, canonical
from compliance.models import Binder
from placement.ui.dates import full_day, full_moment
from placement.ui.printing import compiled, printable
from residents.queries.disclosures import plain

TEMPLATE = Path(__file__).with_name("binder.typ")
FIXED = (1980, 1, 1, 0, 0, 0)  # the time of every file in the ZIP


def pdf(binder: Binder, content: Content) -> bytes:
    """Return the binder as a PDF after PDF/UA-1. Nothing is fetched, and no text of the content is markup."""
    return compiled(TEMPLATE.read_bytes(), printable(printed(binder, content)), binder.made_at)


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
