"""Sealed exports: two people, each row under its seal, nothing that may not leave, and a checker that needs only the files."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from placement.audit.check_proof import check_export
from placement.audit.seals.sealing import seal
from tests.court import approved, taken, unpacked
from tests.world import World, browser


@pytest.fixture
def court_world(committed_world: World, settings: Any, tmp_path: Path) -> World:
    """A world whose seals are made in a folder of their own."""
    settings.SEALS_DIR, settings.SEAL_KEY, settings.SEAL_PUBLIC_KEY = tmp_path / "outside", None, None
    settings.DATA_DIR = tmp_path
    return committed_world


def rows_in(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "rows.jsonl").read_text().splitlines()]


def checked(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, folder / "check.py", *more], capture_output=True, text=True, check=False)


def test_the_checker_says_yes_and_no_after_one_byte_of_any_file(court_world: World, tmp_path: Path) -> None:
    browser(court_world, "caseworker").get(f"/residents/{court_world.ada.resident.pk}/")
    seal()
    export = approved(court_world)
    seal()
    data = taken(export)
    assert data == taken(export)
    folder = unpacked(data, tmp_path / "export")
    rows = rows_in(folder)
    said = checked(folder)
    assert (said.returncode, said.stderr) == (0, "")
    assert f"Proven: {len(rows)} rows" in said.stdout and len(rows) > 10
    assert {row["kind"] for row in rows} >= {"Care entries", "Who opened it"}
    assert [row for row in rows if row["text"] is None] and [row for row in rows if row["text"] is not None]
    for name in sorted(file.name for file in folder.iterdir()):
        if name == "check.py":
            continue
        whole = (folder / name).read_bytes()
        for at in (0, len(whole) // 2, len(whole) - 1):
            (folder / name).write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            with pytest.raises((ValueError, KeyError, OSError)):
                check_export(folder)
        (folder / name).write_bytes(whole)
    (folder / "check.py").write_bytes((folder / "check.py").read_bytes() + b"\n")
    again = checked(folder)
    assert again.returncode == 1 and "check.py was changed" in again.stderr
