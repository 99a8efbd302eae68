"""What the tests of the file import share: the samples, altered copies of them, and runs of the command."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command

from placement.facilities.models import Licence

SAMPLES = Path(__file__).parent / "samples"
CONFIDENTIAL = (
    "INVENTED WAY",
    "INVENTED, PAT",
    "(555)",
    "555-010",
    "Made Up Rd",
    "SAMPLETON",
    "example.invalid",
    "90000",
)


def run(source: str, file: Path | str, *options: str) -> dict[str, Any]:
    """Run the command and return its JSON document, which must be all that it says."""
    out, err = StringIO(), StringIO()
    call_command("import_facilities", source, str(SAMPLES / file), *options, "--json", stdout=out, stderr=err)
    said = out.getvalue() + err.getvalue()
    assert not [word for word in CONFIDENTIAL if word.casefold() in said.casefold()]
    document = json.loads(out.getvalue())
    assert set(document) == {"read", "created", "updated", "unchanged", "refused", "missing"}
    counted = document["created"] + document["updated"] + document["unchanged"] + len(document["refused"])
    assert document["read"] == counted
    return document


def refused(document: dict[str, Any]) -> dict[int, str]:
    """Return the reason for each refused line."""
    return {entry["line"]: entry["reason"] for entry in document["refused"]}


def changed(file: str, tmp_path: Path, *pairs: tuple[str, str]) -> Path:
    """Return a copy of a sample with texts replaced; each must be there."""
    text = (SAMPLES / file).read_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / file
    path.write_text(text)
    return path


def licence(number: str) -> Licence:
    """Return the licence with exactly this number."""
    return Licence.objects.select_related("facility__address").get(number=number)
