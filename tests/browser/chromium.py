"""Finds a Chromium for the browser tests, and fetches one where the machine has none, with or without root."""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

from django.conf import settings

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def find_chromium() -> str:
    """Return the path of a Chromium: the machine's own, else one that is fetched once.

    Order: PLACEMENT_CHROMIUM, PATH, apt as root, Playwright's download, Debian's packages unpacked without root.
    Raises RuntimeError with one sentence when none of these works.
    """
    if found := _installed():
        return found
    home = Path(settings.DATA_DIR) / "chromium"
    home.mkdir(parents=True, exist_ok=True)
    with open(home / "lock", "w") as lock:  # the workers of one run fetch it once
        fcntl.flock(lock, fcntl.LOCK_EX)
        for way in (
            _installed,
            lambda: _fetched(home),
            _apt_as_root,
            lambda: _playwright(home),
            lambda: _unpacked(home),
        ):
            if found := way():
                return found
    raise RuntimeError("The browser tests need Chromium: install it, or name it in PLACEMENT_CHROMIUM.")


def find_light_chromium() -> str:
    """Return the path of a Chromium without what a window on a screen needs, where the machine has one: a third less to do.

    Otherwise, and for what it writes on a disk, see ``find_chromium``.
    """
    return os.environ.get("PLACEMENT_CHROMIUM") or shutil.which("chromium-headless-shell") or find_chromium()


def _installed() -> str | None:
    named = os.environ.get("PLACEMENT_CHROMIUM")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


def _fetched(home: Path) -> str | None:
    places = [home / "run", *home.glob("playwright/chromium-*/*/chrome")]
    return next((str(path) for path in places if path.exists()), None)


def _run(*command: str, **environment: str) -> bool:
    sys.stderr.write(f"fetching a browser: {' '.join(command[:3])}\n")
    return subprocess.run(command, env=os.environ | environment, capture_output=True, check=False).returncode == 0


def _apt_as_root() -> str | None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    _run("apt-get", "update", "-qq")
    _run("apt-get", "install", "-y", "--no-install-recommends", "chromium", DEBIAN_FRONTEND="noninteractive")
    return _installed()


def _playwright(home: Path) -> str | None:
    _run(sys.executable, "-m", "playwright", "install", "chromium", PLAYWRIGHT_BROWSERS_PATH=str(home / "playwright"))
    found = _fetched(home)
    return found if found and _starts(found) else None


def _unpacked(home: Path) -> str | None:
    """Fetch Debian's chromium with the packages that are missing here, and unpack them beside each other."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return None
    for part in ("state/lists/partial", "cache/archives/partial", "root"):
        (home / part).mkdir(parents=True, exist_ok=True)
    options = [
        f"-oDir::State={home / 'state'}",
        "-oDir::State::status=/var/lib/dpkg/status",
        f"-oDir::Cache={home / 'cache'}",
        "-oDebug::NoLocking=1",
        "-oAPT::Sandbox::User=",
    ]
    _run("apt-get", *options, "update", "-qq")
    _run("apt-get", *options, "install", "-y", "--no-install-recommends", "--download-only", "chromium")
    for package in (home / "cache/archives").glob("*.deb"):
        _run("dpkg-deb", "-x", str(package), str(home / "root"))
        package.unlink()
    program = home / "root/usr/lib/chromium/chromium"
    if not program.exists():
        return None
    libraries = sorted({str(path.parent) for path in (home / "root").rglob("*.so*") if "chromium" not in path.parts})
    run = home / "run.new"
    run.write_text(f'#!/bin/sh\nLD_LIBRARY_PATH="{":".join(libraries)}" exec "{program}" "$@"\n')
    run.chmod(0o755)
    if not _starts(str(run)):
        return None
    run.rename(home / "run")
    return str(home / "run")


def _starts(program: str) -> bool:
    return subprocess.run([program, "--version"], capture_output=True, check=False).returncode == 0
