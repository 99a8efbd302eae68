"""``manage.py demo`` as a new user runs it: in a data folder of its own, with the server that it starts there."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg2

from placement.database import embedded

ROOT = Path(__file__).resolve().parents[1]
AS_LOADED = "test_placement_demo"  # beside the demo's own database, which the browser tests write in


def start(folder: Path, *options: str) -> subprocess.Popen:
    """Start the command with its data in ``folder``; what it says goes into ``demo.log`` beside it."""
    environment = {name: text for name, text in os.environ.items() if not name.startswith(("DATABASE_", "PLACEMENT_"))}
    with open(folder.parent / "demo.log", "a") as log:  # the process keeps its own handle
        return subprocess.Popen(
            [sys.executable, "manage.py", "demo", *options],
            cwd=ROOT,
            env=environment | {"PLACEMENT_DATA_DIR": str(folder)},
            stdout=log,
            stderr=log,
        )


def said(folder: Path) -> str:
    """Return the end of what the command has said."""
    return (folder.parent / "demo.log").read_text()[-2000:]


def load(folder: Path) -> None:
    """Let the command make and load everything in the empty ``folder``, and keep a copy of its database as ``AS_LOADED``."""
    if start(folder, "--no-serve").wait():
        raise RuntimeError(f"The demo was not loaded:\n{said(folder)}")
    address = embedded.shared(folder / "postgres").address(embedded.OWNER_ROLE)
    owner = psycopg2.connect(dbname="postgres", **address)
    owner.autocommit = True
    owner.cursor().execute(f"CREATE DATABASE {AS_LOADED} TEMPLATE {embedded.DATABASE}")
    owner.close()
