"""Days and times are printed in one way: by ``placement.ui.dates`` and the filters that use it."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings

from placement.ui.dates import full_day, full_moment, short_day

BASE = Path(settings.BASE_DIR)
SOURCES = [file for folder in ("placement", "residents", "compliance") for file in (BASE / folder).rglob("*.py")]
# One writes the formats; one keeps the notation in which people type; the others read files or invent the demo.
OWN = re.compile(r"placement/ui/(dates|moments|forms)\.py|/imports/|/migrations/")
FILE_NAME = re.compile(r"uploaded_at:%Y-%m-%d\}\.")
FORMAT = re.compile(r"%[aAbBdmyYjx]\b|%[aAbBdmyYjx][ ,/\-]|strftime\(")


def test_no_page_prints_a_day_in_its_own_way() -> None:
    found = []
    for file in SOURCES:
        name = str(file.relative_to(BASE))
        if OWN.search(name):
            continue
        for line in file.read_text().splitlines():
            if FORMAT.search(line) and not FILE_NAME.search(line):
                found.append(f"{name}: {line.strip()}")
    assert found == []


def test_no_template_prints_a_day_in_its_own_way() -> None:
    # The head of the bed board has a letter and a number under each other.
    own = re.compile(r"\|date\b(?!:\"[Dj]\")|\|time\b")
    found = [
        str(file.relative_to(BASE)) for file in (BASE / "templates").rglob("*.html") if own.search(file.read_text())
    ]
    assert found == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (short_day(date(2026, 11, 3)), "Nov 3"),
        (full_day(date(2026, 11, 23)), "Nov 23, 2026"),
        (full_moment(datetime(2026, 11, 23, 22, 5, tzinfo=UTC), "America/Los_Angeles"), "Nov 23, 2026, 14:05 PST"),
    ],
)
def test_a_day_cannot_be_misread(text: str, expected: str) -> None:
    assert text == expected
